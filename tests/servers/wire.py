"""HTTP/1.1 as it lies on the wire: reading one request, and writing one answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Mapping

LIMIT = 1 << 20


@dataclass(frozen=True)
class Received:
    """One request as it came; header names are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)


def read_request(stream: BinaryIO) -> Received | None:
    """Read one request; None when the peer closed before it, OSError when within it."""
    first = stream.readline(LIMIT)
    if not first:
        return None
    words = first.decode("latin-1").split()
    if len(words) != 3:
        raise ConnectionError("not a request of HTTP/1.1")
    method, target, _ = words
    headers = {}
    while line := stream.readline(LIMIT).rstrip(b"\r\n"):
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.lower()] = value.strip()
    return Received(method, target, headers, read_body(stream, headers))


def read_body(stream: BinaryIO, headers: Mapping[str, str]) -> bytes:
    """Read a body by its length, or its chunks."""
    if headers.get("transfer-encoding", "").lower() == "chunked":
        return b"".join(iter(lambda: read_chunk(stream), b""))
    length = int(headers.get("content-length", "0"))
    body = stream.read(length)
    if len(body) < length:
        raise ConnectionError("the body is cut short")
    return body


def read_chunk(stream: BinaryIO) -> bytes:
    """Read one chunk; b"" is the last."""
    size = int(stream.readline(LIMIT).split(b";")[0], 16)
    data = stream.read(size)
    stream.readline(LIMIT)
    return data


def head(status: int, headers: Mapping[str, str]) -> bytes:
    """Return a status line and headers."""
    lines = [f"HTTP/1.1 {status} {phrase(status)}", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def phrase(status: int) -> str:
    """Return a status code's usual words."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Status"
