"""What a fault server does with a request: small functions that make behaviours, also out of behaviours.

A `Behaviour` gets an `Exchange` (the request and its connection), answers as it likes, and returns whether
the connection may carry another request.
"""

from __future__ import annotations

import json
import select
import socket
import struct
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.servers.wire import Received, head

Headers = Mapping[str, str]


@dataclass
class Exchange:
    """One request and the connection that it came on; `rate` is in bytes a second."""

    request: Received
    connection: socket.socket
    stopping: threading.Event
    rate: float | None = None

    def send(self, data: bytes) -> None:
        """Send bytes, at the rate if there is one."""
        if self.rate is None:
            self.connection.sendall(data)
            return
        for byte in data:
            self.connection.sendall(bytes([byte]))
            if self.stopping.wait(1 / self.rate):
                return

    def wait_for_the_end(self) -> None:
        """Wait until the peer, or the server, closes."""
        while not self.stopping.is_set():
            if select.select([self.connection], [], [], 0.05)[0] and not self.connection.recv(65536):
                return


Behaviour = Callable[[Exchange], bool]


@dataclass
class Script:
    """Behaviours one after another, over all connections; the last one goes on for ever."""

    steps: tuple[Behaviour, ...]
    _next: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, exchange: Exchange) -> bool:
        with self._lock:
            step = self.steps[min(self._next, len(self.steps) - 1)]
            self._next += 1
        return step(exchange)


def sequence(*steps: Behaviour) -> Behaviour:
    """Behave differently request by request; the last behaviour goes on for ever."""
    return Script(steps)


def by_path(behaviours: Mapping[str, Behaviour], otherwise: Behaviour) -> Behaviour:
    """Behave by the beginning of the request's target, the first match of the mapping."""

    def choose(exchange: Exchange) -> bool:
        for prefix, behaviour in behaviours.items():
            if exchange.request.target.startswith(prefix):
                return behaviour(exchange)
        return otherwise(exchange)

    return choose


def raw(data: bytes) -> Behaviour:
    """Answer with these bytes and close."""

    def answer_raw(exchange: Exchange) -> bool:
        exchange.send(data)
        return False

    return answer_raw


def answer(body: object = None, status: int = 200, headers: Headers | None = None) -> Behaviour:
    """Answer with JSON (bytes are sent as they are) and keep the connection."""
    data = encode(body)

    def answer_json(exchange: Exchange) -> bool:
        exchange.send(head(status, described(data, headers)) + data)
        return True

    return answer_json


def slowly(behaviour: Behaviour, rate: float = 1.0) -> Behaviour:
    """Behave so, but send `rate` bytes a second, one by one."""

    def behave_slowly(exchange: Exchange) -> bool:
        exchange.rate = rate
        return behaviour(exchange)

    return behave_slowly


def later(seconds: float, behaviour: Behaviour) -> Behaviour:
    """Behave so after a while."""

    def behave_later(exchange: Exchange) -> bool:
        return not exchange.stopping.wait(seconds) and behaviour(exchange)

    return behave_later


def silence(data: bytes = b"") -> Behaviour:
    """Send these bytes, then never anything, until the peer closes."""

    def stay_silent(exchange: Exchange) -> bool:
        exchange.send(data)
        exchange.wait_for_the_end()
        return False

    return stay_silent


def hang_up() -> Behaviour:
    """Close without an answer."""
    return raw(b"")


def reset() -> Behaviour:
    """Reset the connection (RST) without an answer."""

    def send_reset(exchange: Exchange) -> bool:
        linger = struct.pack("ii", 1, 0)
        exchange.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        return False

    return send_reset


def cut_short(body: object, keep: int, headers: Headers | None = None) -> Behaviour:
    """Announce a whole JSON body, send its first `keep` bytes and close."""
    data = encode(body)
    return raw(head(200, described(data, headers)) + data[:keep])


def redirect(location: str | None = None, status: int = 307) -> Behaviour:
    """Redirect to another place, or for ever to the same one."""

    def send_elsewhere(exchange: Exchange) -> bool:
        return answer(b"", status, {"Location": location or exchange.request.target})(exchange)

    return send_elsewhere


def endless_headers() -> Behaviour:
    """Send headers until the peer closes."""

    def send_headers(exchange: Exchange) -> bool:
        exchange.send(b"HTTP/1.1 200 OK\r\n")
        number = 0
        while not exchange.stopping.is_set():
            number += 1
            exchange.send(f"X-Filler-{number}: {'x' * 1000}\r\n".encode())
        return False

    return send_headers


def huge_body(size: int | None = None) -> Behaviour:
    """Send a body of `size` bytes of announced length, or an endless one in chunks."""
    block = b" " * 65536

    def send_body(exchange: Exchange) -> bool:
        length = {"Transfer-Encoding": "chunked"} if size is None else {"Content-Length": str(size)}
        exchange.send(head(200, {"Content-Type": "application/json", **length}))
        left = size
        while not exchange.stopping.is_set() and left != 0:
            part = block if left is None else block[:left]
            exchange.send(b"%x\r\n%s\r\n" % (len(part), part) if left is None else part)
            left = None if left is None else left - len(part)
        return size is not None

    return send_body


def encode(body: object) -> bytes:
    """Return bytes as they are, None as nothing, anything else as JSON."""
    if isinstance(body, bytes):
        return body
    return b"" if body is None else json.dumps(body).encode()


def described(data: bytes, headers: Headers | None) -> dict[str, str]:
    """Return the headers of a JSON answer, overridden by the given ones."""
    return {"Content-Type": "application/json", "Content-Length": str(len(data)), **(headers or {})}
