"""A plain forward proxy, CONNECT included, that records what was asked and leads to loopback only."""

from __future__ import annotations

import base64
import contextlib
import socket
import threading
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.servers.listener import Listener, cut
from tests.servers.wire import Received, head, read_request

if TYPE_CHECKING:
    from collections.abc import Mapping

LOOPBACK = {"127.0.0.1", "localhost"}
HOP_BY_HOP = {"proxy-authorization", "proxy-connection", "connection", "keep-alive"}
NO_BODY = {"Content-Length": "0", "Connection": "close"}


class Proxy(Listener):
    """Forwards to loopback; `hosts` gives made-up names an address, `delay` holds each piece of data back."""

    def __init__(
        self,
        *,
        credentials: tuple[str, str] | None = None,
        hosts: Mapping[str, str] | None = None,
        delay: float = 0,
    ) -> None:
        self.requests: list[Received] = []
        self._expected = basic(*credentials) if credentials else None
        self._hosts = {name: name for name in LOOPBACK} | dict(hosts or {})
        self._delay = delay
        super().__init__()
        self.address = f"http://127.0.0.1:{self.port}"

    def serve(self, connection: socket.socket) -> None:
        """Answer one request, or lead one tunnel."""
        with connection.makefile("rb") as stream:
            request = read_request(stream)
        if request is None:
            return
        self.requests.append(request)
        if self._expected not in (None, request.headers.get("proxy-authorization")):
            connection.sendall(head(407, {"Proxy-Authenticate": 'Basic realm="test"', **NO_BODY}))
            return
        upstream = self._connect(request)
        if upstream is None:
            connection.sendall(head(502, NO_BODY))
            return
        self.adopt(upstream)
        try:
            if request.method == "CONNECT":
                connection.sendall(head(200, {}))
            else:
                upstream.sendall(as_origin(request))
            self._relay(connection, upstream)
        finally:
            self.disown(upstream)

    def _connect(self, request: Received) -> socket.socket | None:
        url = urlsplit(f"//{request.target}" if request.method == "CONNECT" else request.target)
        host = self._hosts.get(url.hostname or "")
        if host not in LOOPBACK:
            return None
        try:
            return socket.create_connection((host, url.port or 80), timeout=10)
        except OSError:
            return None

    def _relay(self, client: socket.socket, upstream: socket.socket) -> None:
        upstream.settimeout(None)
        upwards = threading.Thread(target=self._pump, args=(client, upstream), daemon=True)
        upwards.start()
        self._pump(upstream, client)
        cut(client)
        upwards.join(10)

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if self._delay and self.stopping.wait(self._delay):
                    break
                sink.sendall(data)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)


def basic(user: str, password: str) -> str:
    """Return the header value of Basic credentials."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def as_origin(request: Received) -> bytes:
    """Return a request in origin-form, as the proxy sends it on: one request per connection."""
    url = urlsplit(request.target)
    target = (url.path or "/") + (f"?{url.query}" if url.query else "")
    kept = {name: value for name, value in request.headers.items() if name not in HOP_BY_HOP}
    lines = [f"{request.method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in kept.items())]
    return "\r\n".join([*lines, "connection: close", "", ""]).encode("latin-1") + request.body
