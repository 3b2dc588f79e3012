"""T36: a server that asks for a client certificate is shown one, and refuses in words where there is none."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import pytest

from tests.servers.vault import Tls as VaultTls
from tests.servers.vault import VaultServer
from tests.vault.secure import TlsServer, ask, asking_for_clients
from vexec.config.model import Tls
from vexec.errors import VaultError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.servers.pki import Pki

    Secure = Callable[[ssl.SSLContext], TlsServer]


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_client_certificate(secure_server: Secure, pki: Pki, tmp_path: Path, version: ssl.TLSVersion) -> None:
    """A server that asks for a certificate is shown one, from two files or from one that holds both."""
    context = asking_for_clients(pki.server(), pki.ca)
    context.minimum_version = context.maximum_version = version
    server = secure_server(context)
    client, combined = pki.client(), tmp_path / "both.pem"
    combined.write_bytes(client.key.read_bytes() + client.cert.read_bytes())
    ca = str(pki.ca)

    assert (
        ask(server.address, Tls(cacert=ca, client_cert=str(client.cert), client_key=str(client.key))) == 200
    )
    assert ask(server.address, Tls(cacert=ca, client_cert=str(combined))) == 200
    assert ask(server.address, Tls(cacert=ca, client_cert=str(combined), client_key=str(combined))) == 200


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_missing_client_certificate(secure_server: Secure, pki: Pki, version: ssl.TLSVersion) -> None:
    """Without the certificate that a server asks for, the hint names the variables."""
    context = asking_for_clients(pki.server(), pki.ca)
    context.minimum_version = context.maximum_version = version
    server = secure_server(context)

    with pytest.raises(VaultError, match="TLS: ") as caught:
        ask(server.address, Tls(cacert=str(pki.ca)))
    assert "VAULT_CLIENT_CERT" in caught.value.hint
    assert server.requests == []


def test_client_certificate_with_the_real_server(
    start_vault: Callable[[VaultServer], VaultServer], pki: Pki, tmp_path: Path
) -> None:
    """A real server that requires client certificates is read with one, and refuses without."""
    client = pki.client()
    server = start_vault(VaultServer.stored(tmp_path / "vault", VaultTls(pki.ca, pki.server(), client)))
    ca = str(pki.ca)

    assert (
        ask(server.address, Tls(cacert=ca, client_cert=str(client.cert), client_key=str(client.key))) == 200
    )
    with pytest.raises(VaultError) as caught:
        ask(server.address, Tls(cacert=ca))
    assert "VAULT_CLIENT_CERT" in caught.value.hint
