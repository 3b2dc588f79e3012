"""What the tests of TLS share: servers with a context of their own, and one request to them."""

from __future__ import annotations

import ssl
import warnings
from typing import TYPE_CHECKING

from tests.servers.behaviour import answer
from tests.servers.fault import FaultServer, server_context
from tests.servers.listener import cut
from vexec.config.model import Server, Tls
from vexec.config.parse import address as parse_address
from vexec.system.clock import Deadline
from vexec.vault.transport import Transport

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers.pki import Certificate


class TlsServer(FaultServer):
    """A fault server with any TLS context; it notes the names that clients ask for (SNI)."""

    def __init__(self, context: ssl.SSLContext) -> None:
        super().__init__(answer({"n": 1}))
        self.names: list[str | None] = []
        context.sni_callback = self._note
        self._context = context
        self.address = f"https://127.0.0.1:{self.port}"

    def drop_connections(self) -> None:
        """Close every connection that is open now, without a word of TLS."""
        with self._lock:
            connections = list(self._open)
        for connection in connections:
            cut(connection)

    def _note(self, _connection: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> None:
        self.names.append(name)


def asking_for_clients(certificate: Certificate, ca: Path) -> ssl.SSLContext:
    """Return the context of a server that serves nobody without a certificate of that CA."""
    context = server_context(certificate)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(ca)
    return context


def only(certificate: Certificate, version: ssl.TLSVersion) -> ssl.SSLContext:
    """Return the context of a server that speaks one version of TLS, an old one too."""
    context = server_context(certificate)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = version
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


def ask(address: str, tls: Tls, *, deadline: float = 5) -> int:
    """Send one request and return the status."""
    transport = Transport(Server(parse_address(address), tls=tls))
    try:
        return transport.send("GET", "/v1/sys/health", [], deadline=Deadline(deadline)).status
    finally:
        transport.close()
