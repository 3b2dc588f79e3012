"""What the tests of HTTP share: bytes that arrive in pieces, and how an answer is read from them."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from vexec.vault.http import Response, read_response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


class Pieces:
    """A connection to read from: gives each piece once, then the end; counts how often it was asked."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self.pieces: Iterator[bytes] = (piece for piece in pieces if piece)
        self.calls = 0

    def __call__(self) -> bytes:
        self.calls += 1
        return next(self.pieces, b"")


def whole(raw: bytes) -> list[bytes]:
    """Everything at once."""
    return [raw]


def bytewise(raw: bytes) -> list[bytes]:
    """One byte after the other."""
    return [raw[i : i + 1] for i in range(len(raw))]


def uneven(raw: bytes) -> list[bytes]:
    """Pieces of changing lengths, which cut lines, their ends and chunks at many places."""
    pieces, at, size = [], 0, 1
    while at < len(raw):
        pieces.append(raw[at : at + size])
        at += size
        size = size * 7 % 23 or 1
    return pieces


CUTS = (whole, bytewise, uneven)


def cut_at(raw: bytes, places: Iterable[int]) -> list[bytes]:
    """Pieces between the given places."""
    edges = [0, *sorted({place % (len(raw) + 1) for place in places}), len(raw)]
    return [raw[a:b] for a, b in pairwise(edges)]


def read(raw: bytes, method: str = "GET", cut: Callable[[bytes], Iterable[bytes]] = whole) -> Response:
    """Read one answer from these bytes."""
    return read_response(Pieces(cut(raw)), method)
