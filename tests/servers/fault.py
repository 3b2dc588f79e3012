"""A server for faults only: those that a real Vault does not make on request."""

from __future__ import annotations

import socket
import ssl
from typing import TYPE_CHECKING, Self

from tests.servers.behaviour import Behaviour, Exchange
from tests.servers.listener import Listener, listen
from tests.servers.wire import Received, read_request

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers.pki import Certificate


class FaultServer(Listener):
    """Plays a script to every request; `greeting` comes before TLS and before anything is read."""

    def __init__(
        self,
        script: Behaviour,
        *,
        greeting: Behaviour | None = None,
        tls: Certificate | None = None,
        unix: Path | None = None,
    ) -> None:
        self.requests: list[Received] = []
        self.connections = 0
        self._script = script
        self._greeting = greeting
        self._context = server_context(tls) if tls else None
        super().__init__(unix)
        host = f"127.0.0.1:{self.port}"
        self.address = f"unix://{unix}" if unix else f"{'https' if tls else 'http'}://{host}"

    def serve(self, connection: socket.socket) -> None:
        """Play the script to one connection."""
        self.connections += 1
        if self._greeting is not None:
            nothing = Received("", "", {}, b"")
            if not self._greeting(Exchange(nothing, connection, self.stopping)):
                return
        if self._context is not None:
            self._serve_tls(self._context, connection)
        else:
            self._converse(connection)

    def _serve_tls(self, context: ssl.SSLContext, plain: socket.socket) -> None:
        connection = context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
        self.adopt(connection)
        try:
            connection.do_handshake()
            self._converse(connection)
        finally:
            self.disown(connection)

    def _converse(self, connection: socket.socket) -> None:
        with connection.makefile("rb") as stream:
            while (request := read_request(stream)) is not None:
                self.requests.append(request)
                if not self._script(Exchange(request, connection, self.stopping)):
                    return


class FullListener:
    """A loopback address whose accept queue is full: an attempt to connect gets no answer at all."""

    def __init__(self) -> None:
        self._listening = listen(None, backlog=0)
        self.port = int(self._listening.getsockname()[1])
        self.address = f"http://127.0.0.1:{self.port}"
        self._fillers = [socket.socket() for _ in range(4)]
        for filler in self._fillers:
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", self.port))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the listener and what filled it."""
        for each in (*self._fillers, self._listening):
            each.close()


def server_context(tls: Certificate) -> ssl.SSLContext:
    """Return the TLS context of a server with this certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tls.cert, tls.key)
    return context
