"""T36: versions of TLS, what is no TLS at all, and connections that end within it."""

from __future__ import annotations

import socket
import ssl
import warnings
from typing import TYPE_CHECKING

import pytest

from tests.servers.behaviour import answer, hang_up, raw
from tests.servers.fault import server_context
from tests.vault.secure import TlsServer, ask, only
from vexec.config.model import Tls
from vexec.config.parse import address as parse_address
from vexec.errors import ProtocolError, VaultError, VaultUnavailable
from vexec.system.clock import Deadline
from vexec.vault.tls import translate

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.servers.behaviour import Exchange
    from tests.servers.fault import FaultServer
    from tests.servers.pki import Pki
    from tests.servers.vault import VaultServer
    from vexec.vault.client import VaultClient
    from vexec.vault.transport import Transport

    Make = Callable[..., FaultServer]
    Secure = Callable[[ssl.SSLContext], TlsServer]


def test_old_tls_is_refused(secure_server: Secure, pki: Pki) -> None:
    """A server of TLS 1.1, which an indulgent client can talk to, is refused, and the hint says why."""
    server = secure_server(only(pki.server(), ssl.TLSVersion.TLSv1_1))
    indulgent = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    indulgent.load_verify_locations(pki.ca)
    indulgent.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        indulgent.minimum_version = ssl.TLSVersion.TLSv1_1
    plain = socket.create_connection(("127.0.0.1", server.port))
    with indulgent.wrap_socket(plain, server_hostname="localhost") as connection:
        assert connection.version() == "TLSv1.1"

    with pytest.raises(VaultError, match=r"TLS: .*protocol") as caught:
        ask(server.address, Tls(cacert=str(pki.ca)))
    assert caught.value.hint == "vexec speaks TLS 1.2 and newer"


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_tls_1_2_and_1_3(secure_server: Secure, pki: Pki, version: ssl.TLSVersion) -> None:
    """Both versions of today are spoken."""
    assert ask(secure_server(only(pki.server(), version)).address, Tls(cacert=str(pki.ca))) == 200


def test_https_on_a_plain_port(vault: VaultServer, pki: Pki) -> None:
    """T33: a server that speaks plain HTTP is told from a bad certificate."""
    address = vault.address.replace("http://", "https://")

    with pytest.raises(VaultError, match="TLS: ") as caught:
        ask(address, Tls(cacert=str(pki.ca)))
    assert "begins with http://" in caught.value.hint
    assert not caught.value.retryable


def test_http_on_a_tls_port(tls_vault: VaultServer, open_client: Callable[..., VaultClient]) -> None:
    """T33: a server that speaks TLS on the port is told from one that is no Vault."""
    address = tls_vault.address.replace("https://", "http://")

    with pytest.raises(ProtocolError, match=r"the server speaks TLS on this port") as caught:
        open_client(address, "t").read("secret/data/a")
    assert caught.value.hint == "the address must begin with https://"


def test_plain_words_before_tls(fault_server: Make, pki: Pki) -> None:
    """A server that greets with HTTP where TLS should be gets the hint of the plain port."""
    server = fault_server(answer({}), greeting=raw(b"HTTP/1.1 400 Bad Request\r\n\r\n"), tls=pki.server())

    with pytest.raises(VaultError) as caught:
        ask(server.address, Tls(cacert=str(pki.ca)))
    assert "begins with http://" in caught.value.hint


def test_connection_lost_in_the_handshake(fault_server: Make, pki: Pki) -> None:
    """A server that closes during the handshake, as one that starts does, may be tried again."""
    server = fault_server(answer({}), greeting=hang_up(), tls=pki.server())

    with pytest.raises(VaultUnavailable) as caught:
        ask(server.address, Tls(cacert=str(pki.ca)))
    assert not caught.value.is_sent


@pytest.mark.parametrize("kind", [ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError])
def test_connection_lost_within_tls(kind: type[ssl.SSLError]) -> None:
    """Each way in which OpenSSL tells of a lost connection may pass."""
    error = translate(kind(8, "EOF"), parse_address("https://vault.test"), is_sent=True)

    assert isinstance(error, VaultUnavailable)
    assert str(error) == "https://vault.test: the connection was closed during TLS"
    assert error.is_sent


def test_kept_tls_connection_that_the_server_closed(
    secure_server: Secure, pki: Pki, open_transport: Callable[..., Transport]
) -> None:
    """A kept TLS connection that has ended costs a read nothing but a new connection."""
    server = secure_server(server_context(pki.server()))
    transport = open_transport(server.address, tls=Tls(cacert=str(pki.ca)))
    statuses = []
    for _ in range(3):
        statuses.append(transport.send("GET", "/v1/a", [], deadline=Deadline(5)).status)
        server.drop_connections()

    assert statuses == [200, 200, 200]
    assert server.connections == 3


def take_leave(exchange: Exchange) -> bool:
    """Answer with a body that only the end of TLS ends."""
    exchange.send(b"HTTP/1.1 200 OK\r\n\r\n{}")
    if isinstance(exchange.connection, ssl.SSLSocket):
        exchange.connection.unwrap()
    return False


def test_body_that_ends_with_tls(fault_server: Make, pki: Pki) -> None:
    """A body without a length counts as whole where the server has ended TLS itself."""
    assert ask(fault_server(take_leave, tls=pki.server()).address, Tls(cacert=str(pki.ca))) == 200


def test_body_that_somebody_may_have_cut(fault_server: Make, pki: Pki) -> None:
    """A body without a length whose connection just ends may be a part of it, so it is no answer."""
    server = fault_server(raw(b"HTTP/1.1 200 OK\r\n\r\n{}"), tls=pki.server())

    with pytest.raises(VaultUnavailable, match="was cut off in the middle of the answer") as caught:
        ask(server.address, Tls(cacert=str(pki.ca)))
    assert caught.value.is_sent
