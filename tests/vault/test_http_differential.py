"""The same bytes are read by vexec and by `http.client`: whatever vexec accepts, both read alike.

`http.client` is more lenient. vexec refuses, on purpose, what leaves open where an answer ends, since two
readers on the way (a proxy and vexec) might then see two different answers, and what no server sends:

- a length beside a transfer coding, and two lengths (RFC 9112, 6.3: an error; http.client picks one)
- a length that is no number, which http.client ignores, or that only Python's int() takes: +2, 1_0
- a transfer coding other than `chunked` (http.client ignores it)
- chunk sizes that only int() takes (0x2, +2)
- header lines folded, without a colon, with space before it, with a bare CR (RFC 9112, 2.2 and 5: refuse)
- an end of the connection within the headers or the trailers, which is a truncated answer
- versions and statuses that are not written as RFC 9112 says (HTTP/1.2, two spaces)
- a protocol change (101), which vexec never asks for
- heads larger than 64 KiB as a whole; http.client bounds each line and the number of headers instead

The other way round: http.client takes every interim answer but 100 for the final one, refuses more than 100
headers, does not know `chunked` with a space behind it, and looks for chunks also at 204 and 304.
"""

from __future__ import annotations

import http.client
import io
import re
from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import given, settings

from tests.vault.answers import answers, broken_answers
from tests.vault.test_http import BAD, CHUNKED, GOOD, OK
from tests.vault.wires import read
from vexec.errors import ProtocolError, VexecError

if TYPE_CHECKING:
    import socket

    from vexec.vault.http import Response

LENIENT = {
    "length and chunks",
    "another coding",
    "two codings",
    "two lengths",
    "two lengths in one",
    "a negative length",
    "an empty length",
    "a length with a sign",
    "a length in other digits",
    "a chunk size with 0x",
    "space before the colon",
    "a header without colon",
    "a folded header",
    "a bare carriage return",
    "two spaces",
    "a later minor version",
    "another protocol",
}


INTERIM = re.compile(rb"(HTTP/1.[01] 100[^\n]*\r?\n\r?\n)*HTTP/1.[01] 1(?!00)")
SPACED = re.compile(rb"transfer-encoding:[^\n]*[ \t]\r?\n", re.IGNORECASE)


class Tape:
    """A socket that only has what http.client reads from."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    def makefile(self, _mode: str) -> io.BytesIO:
        """Give the bytes as a file."""
        return io.BytesIO(self.raw)


def peer(raw: bytes, method: str) -> tuple[int, bytes]:
    """Read an answer with http.client; raises HTTPException or ValueError."""
    response = http.client.HTTPResponse(cast("socket.socket", Tape(raw)), method=method)
    with response:
        response.begin()
        return response.status, response.read()


@pytest.mark.parametrize("case", sorted(GOOD.keys() - {"an interim answer"}))
def test_good_answers_are_read_alike(case: str) -> None:
    """What vexec reads, http.client reads alike."""
    raw, method, status, body, _ = GOOD[case]

    assert peer(raw, method) == (status, body)


@pytest.mark.parametrize("case", sorted(LENIENT))
def test_vexec_is_stricter(case: str) -> None:
    """http.client accepts these, vexec does not; the module says why."""
    raw, _ = BAD[case]

    peer(raw, "GET")
    with pytest.raises(ProtocolError):
        read(raw)


@pytest.mark.parametrize(
    "raw",
    [OK + b"Content-Length: 0\r\n", CHUNKED + b"2\r\n{}\r\n0\r\n"],
    ids=["in the headers", "in the trailers"],
)
def test_an_early_end_is_seen(raw: bytes) -> None:
    """http.client takes an end of the connection for the end of the headers or trailers, vexec does not."""
    peer(raw, "GET")
    with pytest.raises(VexecError):
        read(raw)


def test_interim_answers_are_skipped() -> None:
    """http.client takes 103 for the final answer, vexec waits for that (RFC 9110, 15.2)."""
    raw = GOOD["an interim answer"][0]

    assert peer(raw, "GET") == (103, b"")
    assert read(raw).status == 200


@given(answers())
@settings(max_examples=60)
def test_right_answers_are_read_alike(case: tuple[str, bytes]) -> None:
    """Every answer that is right by construction is accepted by both, with the same result."""
    method, raw = case

    ours = read(raw, method)
    assert (ours.status, ours.body) == peer(raw, method)


@given(broken_answers())
@settings(max_examples=100)
def test_broken_answers_are_refused_or_read_alike(case: tuple[str, bytes]) -> None:
    """Of broken answers vexec accepts only what http.client reads alike."""
    method, raw = case
    try:
        ours = read(raw, method)
    except VexecError:
        return
    if is_read_otherwise(raw, ours):
        return

    assert (ours.status, ours.body) == peer(raw, method)


def is_read_otherwise(raw: bytes, ours: Response) -> bool:
    """Tell whether http.client reads this answer by another rule; see the module."""
    is_bodiless = ours.status in (204, 304) and "transfer-encoding" in ours.headers
    return is_bodiless or bool(INTERIM.match(raw) or SPACED.search(raw))
