"""HTTP/1.1 as bytes: a request to bytes, bytes to a response; no socket, no clock (RFC 9112).

`http.client` or `h11` would add 13 ms to a 16 ms start. This reads what a server of Vault and the proxies
in front of it send: Content-Length, chunked, or until the connection closes; everything is bounded, and
whatever is not HTTP ends in ProtocolError.
"""

from __future__ import annotations

from vexec.errors import ProtocolError, VaultUnavailable
from vexec.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

HEAD_LIMIT = 64 * 1024  # status line and headers together
BODY_LIMIT = 32 * 1024 * 1024  # what Vault takes as a request is its limit of an answer here
INTERIM_LIMIT = 10  # 1xx answers before the real one
TOKEN = frozenset(b"!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
UNRESERVED = frozenset(b"-._~/0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")


class Response(Value, secret=("body", "headers")):
    """An answer: header names in lower case; `is_reusable` if the connection takes another request."""

    status: int
    headers: dict[str, str]
    body: bytes
    is_reusable: bool


class Hangup(VaultUnavailable):
    """The server closed the connection without a byte of an answer, or reset it."""


def quote(path: str, more: str = "") -> str:
    """Percent-encode a path or, with `more` naming what else stays, a query; `/` stays."""
    keep = UNRESERVED.union(more.encode())
    raw = path.encode("utf-8", "surrogateescape")
    return "".join(chr(byte) if byte in keep else f"%{byte:02X}" for byte in raw)


def request_bytes(method: str, target: str, headers: Sequence[tuple[str, str]], body: bytes | None) -> bytes:
    """Write a request; header values must be printable ASCII, so that none can add a line."""
    lines = [f"{method} {target} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers]
    if body is not None:
        lines.append(f"Content-Length: {len(body)}")
    if not all(line.isascii() and line.isprintable() for line in lines):
        raise ProtocolError("a request header would hold a line break or a character beyond ASCII")
    return "\r\n".join([*lines, "", ""]).encode("ascii") + (body or b"")


def read_response(receive: Callable[[], bytes], method: str) -> Response:
    """Read one final answer; `receive` returns the next bytes, b"" at the end.

    Raises ProtocolError for what is not HTTP or too large, Hangup or VaultUnavailable when it ends early.
    """
    reader = Reader(receive)
    for _ in range(INTERIM_LIMIT):
        version, status, headers = read_head(reader)
        if status >= 200 or status == 101:
            break
    else:
        raise ProtocolError("the server sends interim answers (1xx) without end")
    if status == 101:
        raise ProtocolError("the server switches to another protocol (101)")
    has_end, body = read_body(reader, method, status, headers)
    is_open = version != b"1.0" and "close" not in headers.get("connection", "").lower()
    return Response(status, headers, body, has_end and is_open and not reader.buffer)


class Reader:
    """Bytes as they come, by line, by count, or to the end."""

    def __init__(self, receive: Callable[[], bytes]) -> None:
        self.receive = receive
        self.buffer = b""
        self.total = 0

    def more(self) -> bool:
        """Wait for more bytes; False at the end."""
        chunk = self.receive()
        self.buffer += chunk
        self.total += len(chunk)
        return bool(chunk)

    def line(self, limit: int) -> bytes:
        """Return a line without its end, CRLF or LF (RFC 9112, 2.2)."""
        while (end := self.buffer.find(b"\n", 0, limit + 1)) < 0:
            if len(self.buffer) > limit:
                raise ProtocolError("the answer has a line without end")
            if not self.more():
                raise self.early_end()
        line, self.buffer = self.buffer[:end], self.buffer[end + 1 :]
        return line.removesuffix(b"\r")

    def exactly(self, size: int) -> bytes:
        """Return that many bytes."""
        parts, missing = [self.buffer[:size]], size - len(self.buffer)
        self.buffer = self.buffer[size:]
        while missing > 0:
            if not self.more():
                raise self.early_end()
            parts.append(self.buffer[:missing])
            self.buffer, missing = self.buffer[missing:], missing - len(self.buffer)
        return b"".join(parts)

    def rest(self, limit: int) -> bytes:
        """Return everything up to the end of the connection."""
        parts, size = [self.buffer], len(self.buffer)
        while chunk := self.receive():
            parts.append(chunk)
            size += len(chunk)
            if size > limit:
                raise too_large()
        self.buffer = b""
        return b"".join(parts)

    def early_end(self) -> VaultUnavailable:
        """Say how the connection ended too early."""
        if self.total:
            return VaultUnavailable("the connection was closed in the middle of the answer", is_sent=True)
        return Hangup("the connection was closed without an answer", is_sent=True)


def too_large() -> ProtocolError:
    """Refuse a body that no Vault would send."""
    return ProtocolError(f"the answer is larger than {BODY_LIMIT >> 20} MiB")


def read_head(reader: Reader) -> tuple[bytes, int, dict[str, str]]:
    """Read `HTTP/VERSION STATUS [REASON]` and the header fields up to the blank line."""
    line = reader.line(HEAD_LIMIT)
    version, _, rest = line.partition(b" ")
    status = rest[:3]
    is_http = version in (b"HTTP/1.0", b"HTTP/1.1") and rest[3:4] in (b"", b" ")
    if not is_http or len(status) != 3 or not status.isdigit() or status < b"100":
        raise ProtocolError("the answer is not HTTP/1.1")
    headers: dict[str, str] = {}
    left = HEAD_LIMIT - len(line)
    while line := reader.line(max(left, 0)):
        left -= len(line) + 2
        name, colon, value = line.partition(b":")
        if not colon or not name or not TOKEN.issuperset(name) or b"\r" in value:
            raise ProtocolError("the answer has a malformed header")
        add_header(headers, name.decode("ascii").lower(), value.strip(b" \t").decode("latin-1"))
    return version[5:], int(status), headers


def add_header(headers: dict[str, str], name: str, value: str) -> None:
    """Keep a header; a second one of the same name is joined, but lengths must agree (RFC 9112, 6.3)."""
    if name not in headers:
        headers[name] = value
    elif name != "content-length":
        headers[name] += ", " + value
    elif headers[name] != value:
        raise ProtocolError("the answer has two lengths")


def read_body(reader: Reader, method: str, status: int, headers: dict[str, str]) -> tuple[bool, bytes]:
    """Read the body by RFC 9112, 6.3; the first result tells whether its end was marked."""
    coding, length = headers.get("transfer-encoding"), headers.get("content-length")
    if method == "HEAD" or status in (204, 304):
        return True, b""
    if coding is not None:
        if coding.lower() != "chunked" or length is not None:
            raise ProtocolError("the answer has a transfer coding that is not understood")
        return True, read_chunks(reader)
    if length is None:
        return False, reader.rest(BODY_LIMIT)
    if not (length.isascii() and length.isdigit()):
        raise ProtocolError("the answer has a length that is not a number")
    if len(length) > 12 or int(length) > BODY_LIMIT:
        raise too_large()
    return True, reader.exactly(int(length))


def read_chunks(reader: Reader) -> bytes:
    """Read chunks `SIZE[;EXTENSION]`, data, CRLF; then trailers (RFC 9112, 7.1)."""
    parts, total = [], 0
    while size := chunk_size(reader.line(HEAD_LIMIT)):
        total += size
        if total > BODY_LIMIT:
            raise too_large()
        parts.append(reader.exactly(size))
        if reader.exactly(2) != b"\r\n":
            raise ProtocolError("the answer has a chunk of another size than it says")
    left = HEAD_LIMIT
    while line := reader.line(max(left, 0)):
        left -= len(line) + 2
    return b"".join(parts)


def chunk_size(line: bytes) -> int:
    """Read a chunk's size, in hexadecimal digits and nothing else."""
    digits = line.partition(b";")[0].strip(b" \t")
    if not digits or len(digits) > 8 or not frozenset(b"0123456789abcdefABCDEF").issuperset(digits):
        raise ProtocolError("the answer has a malformed chunk size")
    return int(digits, 16)
