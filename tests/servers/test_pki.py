"""Certificates of the throw-away CA are accepted, and refused, by Python's own TLS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.servers.behaviour import answer
from tests.servers.client import Client
from tests.servers.pki import Pki

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.servers.fault import FaultServer
    from tests.servers.pki import Certificate

    Make = Callable[..., FaultServer]


def ask(server: FaultServer, ca: Path, host: str = "127.0.0.1") -> int:
    """Ask a TLS server for anything and return the status."""
    return Client(f"https://{host}:{server.port}", ca).request("GET", "/").status


def test_a_server_certificate_is_good_for_loopback(fault_server: Make, pki: Pki) -> None:
    """A server certificate names 127.0.0.1 and localhost."""
    server = fault_server(answer({}), tls=pki.server("vault.test"))

    assert ask(server, pki.ca) == ask(server, pki.ca, "localhost") == 200


@pytest.mark.parametrize(
    ("issue", "complaint"),
    [
        (lambda pki: pki.expired(), "certificate has expired"),
        (lambda pki: pki.server_only_for("vault.test"), "IP address mismatch"),
        (lambda pki: pki.client(), "unsuitable certificate purpose"),
        (lambda pki: Pki(pki.directory / "other", "other CA").server(), "unable to get local issuer"),
    ],
    ids=["expired", "other name", "client certificate", "unrelated CA"],
)
def test_a_bad_certificate_is_refused(
    fault_server: Make, pki: Pki, issue: Callable[[Pki], Certificate], complaint: str
) -> None:
    """An expired, foreign or misused certificate ends the handshake."""
    server = fault_server(answer({}), tls=issue(pki))

    with pytest.raises(OSError, match=complaint):
        ask(server, pki.ca)
