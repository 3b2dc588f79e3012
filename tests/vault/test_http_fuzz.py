"""Whatever a server sends, reading it ends, and with vexec's own errors only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.vault.answers import answers, broken_answers
from tests.vault.wires import Pieces, bytewise, cut_at, whole
from vexec.errors import ProtocolError, VaultUnavailable, VexecError
from vexec.vault.http import BODY_LIMIT, Response, read_response
from vexec.vault.status import Answer, Question, read_answer

if TYPE_CHECKING:
    from collections.abc import Sequence

QUESTION = Question("http://127.0.0.1:8200", "GET", "secret/data/app", "team")
HEAD = b"HTTP/1.1 200 OK\r\n"
places = st.lists(st.integers(0, 500), max_size=6)


def outcome(pieces: Sequence[bytes], method: str) -> tuple[object, ...]:
    """Return what reading gives, an answer or an error, once it is sure that it did not read on for ever."""
    receive = Pieces(pieces)
    try:
        answer = read_response(receive, method)
    except (ProtocolError, VaultUnavailable) as error:
        return type(error), str(error)
    finally:
        assert receive.calls <= len(pieces) + 1  # the end was seen once, and was enough
    assert len(answer.body) <= BODY_LIMIT
    return answer.status, answer.headers, answer.body


@given(broken_answers(), places)
@settings(max_examples=60)
def test_broken_answers_end_alike_in_all_pieces(case: tuple[str, bytes], where: list[int]) -> None:
    """A broken answer has one outcome, whole, byte by byte and in random pieces."""
    method, raw = case

    expected = outcome(whole(raw), method)
    assert outcome(bytewise(raw), method) == expected
    assert outcome(cut_at(raw, where), method) == expected


@given(answers(), places)
@settings(max_examples=50)
def test_right_answers_are_read_in_all_pieces(case: tuple[str, bytes], where: list[int]) -> None:
    """An answer that is right is read, whole, byte by byte and in random pieces."""
    method, raw = case

    expected = outcome(whole(raw), method)
    assert isinstance(expected[0], int)
    assert outcome(bytewise(raw), method) == outcome(cut_at(raw, where), method) == expected


@given(st.binary(max_size=300), places)
def test_random_bytes_end_in_our_errors(raw: bytes, where: list[int]) -> None:
    """Random bytes, also behind the beginning of an answer, end in an answer or in our own error."""
    for beginning in (b"", b"HTTP/1.1 ", HEAD, HEAD + b"Transfer-Encoding: chunked\r\n\r\n", HEAD + b"\r\n"):
        outcome(cut_at(beginning + raw, where), "GET")


@given(answers(), st.integers(0, 10_000))
@settings(max_examples=60)
def test_every_truncation_ends_in_our_errors(case: tuple[str, bytes], place: int) -> None:
    """An answer that is cut anywhere gives an error, or, without a marked end, a shorter body."""
    method, raw = case

    result = outcome(whole(raw[: place % (len(raw) + 1)]), method)
    full = outcome(whole(raw), method)
    assert result[0] is not ProtocolError
    assert not isinstance(result[0], int) or (
        result[:2] == full[:2] and str(full[2])[:-1].startswith(str(result[2])[:-1])
    )


@pytest.mark.parametrize(
    "filler",
    [b"X: y\r\n", b"\xff" * 999, b"HTTP/1.1 100 C\r\n\r\n", b"400\r\n" + b" " * 1024 + b"\r\n", b"0" * 999],
)
@pytest.mark.parametrize("beginning", [b"", HEAD, HEAD + b"Transfer-Encoding: chunked\r\n\r\n"])
def test_an_endless_stream_is_given_up(beginning: bytes, filler: bytes) -> None:
    """A server that never stops is given up after a bounded number of bytes, unless it says nothing new."""
    block = filler * (1 + (1 << 16) // len(filler))
    receive = Pieces([beginning, *[block] * 1000])

    with pytest.raises(ProtocolError):
        read_response(receive, "GET")
    assert receive.calls < 600


json_texts = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | st.just("errors"), inner)
    ),
    max_leaves=5,
)


@given(
    st.integers(100, 999),
    st.binary(max_size=20)
    | json_texts.map(lambda value: repr(value).replace("'", '"').encode("utf-8", "replace")),
    st.text(st.characters(max_codepoint=0xFF), max_size=12)
    | st.sampled_from(("Mon, 01 Jan 0001 00:00:00 -0000", "9" * 400)),
)
@example(503, b"", "Wed, 21 Oct 99999 07:28:00 GMT")
@example(429, b"", "Mon, 01 Jan 0001 00:00:00 -0000")
@example(429, b"", "²")
@example(403, b'{"errors": [1, null, {"a": []}]}', "")
@example(400, b'{"errors": "text"}', "")
def test_any_answer_is_understood_or_refused(status: int, body: bytes, wait: str) -> None:
    """Any status with any body and any Retry-After gives an answer of Vault's or one of our errors."""
    response = Response(status, {"retry-after": wait, "content-type": wait}, body, True)
    result = answer_or_error(response)
    if isinstance(result, VaultUnavailable):
        assert result.retry_after is None or result.retry_after >= 0
    assert isinstance(result, VexecError) or status // 100 == 2 or status == 404


def answer_or_error(response: Response) -> Answer | VexecError:
    """Return what an answer means, an error as a value."""
    try:
        return read_answer(QUESTION, response)
    except VexecError as error:
        return error
