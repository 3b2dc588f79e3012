"""Answers are read from bytes, however they arrive; what is not HTTP, or has no bounds, is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.vault.wires import CUTS, Pieces, read, uneven, whole
from vexec.errors import ProtocolError, VaultUnavailable
from vexec.vault.http import BODY_LIMIT, HEAD_LIMIT, Hangup, Response, read_response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Cut = Callable[[bytes], Iterable[bytes]]

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
TWO = b"Content-Length: 2\r\n\r\n{}"
END = b"0\r\n\r\n"

# name → (bytes, method, status, body, is_reusable)
GOOD = {
    "a length": (OK + b"Content-Length: 2\r\n\r\n{}", "GET", 200, b"{}", True),
    "no body": (OK + b"Content-Length: 0\r\n\r\n", "GET", 200, b"", True),
    "leading zeros in the length": (OK + b"Content-Length: 002\r\n\r\n{}", "GET", 200, b"{}", True),
    "the same length twice": (OK + b"content-length: 2\r\n" + TWO, "GET", 200, b"{}", True),
    "no reason": (b"HTTP/1.1 404\r\nContent-Length: 2\r\n\r\n{}", "GET", 404, b"{}", True),
    "an empty reason": (b"HTTP/1.1 473 \r\nContent-Length: 2\r\n\r\n{}", "GET", 473, b"{}", True),
    "bare line feeds": (b"HTTP/1.1 200 OK\nContent-Length: 2\n\n{}", "GET", 200, b"{}", True),
    "space around a value": (OK + b"Content-Length: \t 2\t \r\n\r\n{}", "GET", 200, b"{}", True),
    "an empty value": (OK + b"X-Empty:\r\nContent-Length:2\r\n\r\n{}", "GET", 200, b"{}", True),
    "until the end": (OK + b"\r\n{}", "GET", 200, b"{}", False),
    "nothing until the end": (OK + b"\r\n", "GET", 200, b"", False),
    "connection close": (OK + b"Connection: Close\r\nContent-Length: 2\r\n\r\n{}", "GET", 200, b"{}", False),
    "two connection headers": (
        OK + b"Connection: upgrade\r\nConnection: close\r\n" + TWO, "GET", 200, b"{}", False,
    ),
    "keep-alive": (OK + b"Connection: keep-alive\r\nContent-Length: 2\r\n\r\n{}", "GET", 200, b"{}", True),
    "HTTP/1.0": (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}", "GET", 200, b"{}", False),
    "more than one answer": (OK + b"Content-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\n", "GET", 200, b"{}", None),
    "HEAD": (OK + b"Content-Length: 999\r\n\r\n", "HEAD", 200, b"", True),
    "HEAD, chunked": (CHUNKED, "HEAD", 200, b"", True),
    "204": (b"HTTP/1.1 204 No Content\r\n\r\n", "GET", 204, b"", True),
    "304 with a length": (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", "GET", 304, b"", True),
    "chunks": (CHUNKED + b"1\r\n{\r\n1\r\n}\r\n0\r\n\r\n", "GET", 200, b"{}", True),
    "no chunk": (CHUNKED + b"0\r\n\r\n", "GET", 200, b"", True),
    "chunked, in capitals": (
        OK + b"TRANSFER-ENCODING: Chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", "GET", 200, b"{}", True,
    ),
    "a chunk in hexadecimal": (CHUNKED + b"0A\r\n0123456789\r\n0\r\n\r\n", "GET", 200, b"0123456789", True),
    "a chunk's extension": (CHUNKED + b'2;a="b;c"\r\n{}\r\n0;z\r\n\r\n', "GET", 200, b"{}", True),
    "a chunk that looks like an end": (CHUNKED + b"5\r\n" + END + b"\r\n" + END, "GET", 200, END, True),
    "trailers": (CHUNKED + b"2\r\n{}\r\n0\r\nDate: x\r\nX-Sum: y\r\n\r\n", "GET", 200, b"{}", True),
    "an interim answer": (
        b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + OK + TWO, "GET", 200, b"{}", True,
    ),
    "nine interim answers": (b"HTTP/1.1 100 C\r\n\r\n" * 9 + OK + b"\r\n{}", "POST", 200, b"{}", False),
    "a body of any bytes": (
        OK + b"Content-Length: 256\r\n\r\n" + bytes(range(256)), "GET", 200, bytes(range(256)), True,
    ),
}  # fmt: skip

# name → (bytes, words of the error)
BAD = {
    "HTML without HTTP": (b"<html>\r\n\r\n", "not HTTP/1.1"),
    "a banner": (b"SSH-2.0-OpenSSH_9.2\r\n", "not HTTP/1.1"),
    "a TLS alert": (b"\x15\x03\x01\x00\x02\x02\x0a\n", "not HTTP/1.1"),
    "an empty first line": (b"\r\n" + OK + b"\r\n", "not HTTP/1.1"),
    "HTTP/2": (b"HTTP/2 200\r\n\r\n", "not HTTP/1.1"),
    "a later minor version": (b"HTTP/1.2 200 OK\r\n\r\n", "not HTTP/1.1"),
    "in small letters": (b"http/1.1 200 OK\r\n\r\n", "not HTTP/1.1"),
    "no status": (b"HTTP/1.1\r\n\r\n", "not HTTP/1.1"),
    "a status of two digits": (b"HTTP/1.1 20 OK\r\n\r\n", "not HTTP/1.1"),
    "a status of four digits": (b"HTTP/1.1 2000 OK\r\n\r\n", "not HTTP/1.1"),
    "a status below 100": (b"HTTP/1.1 099 OK\r\n\r\n", "not HTTP/1.1"),
    "a status with a sign": (b"HTTP/1.1 +20 OK\r\n\r\n", "not HTTP/1.1"),
    "two spaces": (b"HTTP/1.1  200 OK\r\n\r\n", "not HTTP/1.1"),
    "a header without colon": (OK + b"Oops\r\n\r\n", "malformed header"),
    "a header without name": (OK + b": x\r\n\r\n", "malformed header"),
    "space before the colon": (OK + b"Content-Length : 2\r\n\r\n{}", "malformed header"),
    "a folded header": (OK + b"X: a\r\n b\r\n\r\n", "malformed header"),
    "a bare carriage return": (OK + b"X: a\rContent-Length: 0\r\n\r\n", "malformed header"),
    "a name beyond ASCII": (OK + b"X\xe9: a\r\n\r\n", "malformed header"),
    "another protocol": (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", "another protocol"),
    "interim answers without end": (b"HTTP/1.1 102 Processing\r\n\r\n" * 10 + OK + b"\r\n", "without end"),
    "two lengths": (OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", "two lengths"),
    "two lengths in one": (OK + b"Content-Length: 2, 2\r\n\r\n{}", "not a number"),
    "a negative length": (OK + b"Content-Length: -1\r\n\r\n", "not a number"),
    "a length with a sign": (OK + b"Content-Length: +2\r\n\r\n{}", "not a number"),
    "a length with an underscore": (OK + b"Content-Length: 1_0\r\n\r\n", "not a number"),
    "an empty length": (OK + b"Content-Length:\r\n\r\n", "not a number"),
    "a length in other digits": (OK + "Content-Length: ²\r\n\r\n".encode("latin-1"), "not a number"),
    "a length beyond the limit": (OK + b"Content-Length: %d\r\n\r\n" % (BODY_LIMIT + 1), "larger than"),
    "an absurd length": (OK + b"Content-Length: %s\r\n\r\n" % (b"9" * 5000), "larger than 32 MiB"),
    "length and chunks": (
        OK + b"Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\n{}\r\n" + END, "transfer coding",
    ),
    "another coding": (OK + b"Transfer-Encoding: gzip\r\n\r\n", "transfer coding"),
    "two codings": (OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n", "transfer coding"),
    "chunked twice": (
        OK + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "transfer coding",
    ),
    "no chunk size": (CHUNKED + b"\r\n{}\r\n", "malformed chunk size"),
    "a chunk size with 0x": (CHUNKED + b"0x2\r\n{}\r\n0\r\n\r\n", "malformed chunk size"),
    "a negative chunk size": (CHUNKED + b"-2\r\n{}\r\n0\r\n\r\n", "malformed chunk size"),
    "an absurd chunk size": (CHUNKED + b"f" * 9 + b"\r\n", "malformed chunk size"),
    "a chunk beyond the limit": (CHUNKED + b"%x\r\n" % (BODY_LIMIT + 1), "larger than 32 MiB"),
    "a chunk longer than it says": (CHUNKED + b"1\r\n{}\r\n0\r\n\r\n", "chunk of another size"),
    "a chunk that runs on": (CHUNKED + b"1\r\n{}}}}}}\r\n0\r\n\r\n", "chunk of another size"),
    "a chunk that ends with a bare line feed": (CHUNKED + b"2\r\n{}\n0\r\n\r\n", "chunk of another size"),
}  # fmt: skip

FILLER = b"X-Filler: 0123456789\r\n" * 4000
ENDLESS = {
    "a line": b"HTTP/1.1 200 " + b"O" * HEAD_LIMIT,
    "a header": OK + b"X: " + b"y" * HEAD_LIMIT,
    "headers": OK + FILLER + b"\r\n",
    "trailers": CHUNKED + b"0\r\n" + FILLER + b"\r\n",
    "a chunk's extension": CHUNKED + b"2;" + b"x" * HEAD_LIMIT,
}

# answers that end too early: each with what was there of it
SHORT = {
    "in the status line": b"HTTP/1.1 20",
    "in the headers": OK + b"Content-Le",
    "before the blank line": OK + b"Content-Length: 2\r\n",
    "before the body": OK + b"Content-Length: 2\r\n\r\n",
    "in the body": OK + b"Content-Length: 2\r\n\r\n{",
    "in a chunk's size": CHUNKED + b"2",
    "in a chunk": CHUNKED + b"2\r\n{",
    "after a chunk": CHUNKED + b"2\r\n{}",
    "before the last chunk": CHUNKED + b"2\r\n{}\r\n",
    "in the trailers": CHUNKED + b"2\r\n{}\r\n0\r\nX: y\r\n",
    "after an interim answer": b"HTTP/1.1 100 Continue\r\n\r\n",
}


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("case", GOOD)
def test_answer_is_read(case: str, cut: Cut) -> None:
    """An answer gives its status and body, in whatever pieces it arrives."""
    raw, method, status, body, is_reusable = GOOD[case]

    answer = read(raw, method, cut)
    assert (answer.status, answer.body) == (status, body)
    if is_reusable is not None:  # None: it depends on whether the next answer has come already
        assert answer.is_reusable is is_reusable


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("case", BAD)
def test_what_is_not_http_is_a_protocol_error(case: str, cut: Cut) -> None:
    """Anything malformed, ambiguous or unbounded ends in one error that says which."""
    raw, words = BAD[case]

    with pytest.raises(ProtocolError, match=words):
        read(raw, "GET", cut)


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("case", SHORT)
def test_truncated_answer_is_unavailable(case: str, cut: Cut) -> None:
    """An answer that is cut is never taken for a whole one, and counts as sent."""
    with pytest.raises(VaultUnavailable, match="closed in the middle") as caught:
        read(SHORT[case], "GET", cut)

    assert caught.value.is_sent
    assert not isinstance(caught.value, Hangup)


@pytest.mark.parametrize("cut", [whole, uneven])
@pytest.mark.parametrize("case", ENDLESS)
def test_head_without_end_is_refused(case: str, cut: Cut) -> None:
    """Lines, headers and trailers are bounded, together."""
    with pytest.raises(ProtocolError, match="line without end"):
        read(ENDLESS[case], "GET", cut)


def test_close_without_an_answer_is_a_hangup() -> None:
    """A connection that ends before the first byte may be tried again on another."""
    with pytest.raises(Hangup, match="without an answer") as caught:
        read(b"")

    assert caught.value.is_sent
    assert caught.value.retryable


def test_headers_have_lower_case_names_and_are_joined() -> None:
    """Names come in lower case; a repeated header is one with commas; values are without space around."""
    answer = read(OK + b"X-A:  1 \r\nx-a: 2\r\nRetry-After: \xe9\r\nContent-Length: 0\r\n\r\n")

    assert answer.headers == {"x-a": "1, 2", "retry-after": "é", "content-length": "0"}


def test_nothing_is_asked_for_after_the_end() -> None:
    """A whole answer with a length, chunks or none by rule needs no further read, which could hang."""
    for raw, method, _, _, is_reusable in GOOD.values():
        if is_reusable:
            pieces = Pieces([raw])
            read_response(pieces, method)
            assert pieces.calls == 1, raw


def test_what_follows_makes_the_connection_unusable() -> None:
    """Bytes after an answer are nobody's: the connection is not kept."""
    assert not read(GOOD["more than one answer"][0]).is_reusable


def test_head_at_its_limit() -> None:
    """Status line and headers together may take HEAD_LIMIT and no more."""
    filler = b"X: " + b"a" * (HEAD_LIMIT - len(OK) - 3)
    end = b"\r\n\r\n"

    assert read(OK + filler[:-100] + end).status == 200
    with pytest.raises(ProtocolError, match="without end"):
        read(OK + filler + b"a" * 100 + end)


def test_endless_body_is_refused() -> None:
    """A body without a length is read up to the limit, however it is sent."""
    block = b"x" * (1 << 16)
    pieces = Pieces([OK + b"\r\n", *[block] * (BODY_LIMIT // len(block) + 2)])

    with pytest.raises(ProtocolError, match="larger than 32 MiB"):
        read_response(pieces, "GET")
    assert pieces.calls == BODY_LIMIT // len(block) + 2


def test_endless_chunks_are_refused() -> None:
    """Chunks are added up, so that many small ones do not get around the limit."""
    chunk = b"%x\r\n%s\r\n" % (1 << 20, b"x" * (1 << 20))
    pieces = Pieces([CHUNKED, *[chunk] * 40])

    with pytest.raises(ProtocolError, match="larger than 32 MiB"):
        read_response(pieces, "GET")
    assert pieces.calls < 40


def test_response_hides_body_and_headers() -> None:
    """T38: the body and the headers, which hold secrets, are not in the repr."""
    answer = Response(200, {"x": "canary-header"}, b"canary-body", True)

    assert "canary" not in repr(answer)
    assert "200" in repr(answer)
