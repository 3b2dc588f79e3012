"""Requests go where the address says, as they were given, on sockets that exec closes."""

from __future__ import annotations

import errno
import os
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, cast

import pytest

from tests.servers import behaviour
from tests.servers.behaviour import answer
from vexec.config.parse import address as parse_address
from vexec.errors import ProtocolError
from vexec.system.clock import Deadline
from vexec.vault.transport import Connection, Transport

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.servers.behaviour import Exchange
    from tests.servers.fault import FaultServer
    from tests.servers.vault import VaultServer
    from vexec.vault.http import Response
    from vexec.vault.transport import Stream

    Make = Callable[..., FaultServer]
    Open = Callable[..., Transport]

BODY = b'{"a":1}'


def get(
    transport: Transport, target: str = "/v1/a", method: str = "GET", body: bytes | None = None
) -> Response:
    """Send one request."""
    return transport.send(method, target, [("X-Vault-Request", "true")], body, deadline=Deadline(5))


def test_request_as_it_arrives(fault_server: Make, open_transport: Open) -> None:
    """Method, target, Host, headers and body arrive as they were given."""
    server = fault_server(answer({}))
    get(open_transport(server.address), "/v1/a?list=true", "POST", BODY)

    request = server.requests[0]
    assert (request.method, request.target, request.body) == ("POST", "/v1/a?list=true", BODY)
    assert request.headers == {
        "host": f"127.0.0.1:{server.port}",
        "x-vault-request": "true",
        "content-length": str(len(BODY)),
    }


def test_failed_connection_is_not_kept(fault_server: Make, open_transport: Open) -> None:
    """After an error nothing is left of the connection."""
    server = fault_server(behaviour.raw(b"SSH-2.0-OpenSSH\r\n"))
    transport = open_transport(server.address)

    with pytest.raises(ProtocolError, match=rf"{server.address}: the answer is not HTTP/1.1"):
        get(transport)
    assert transport.idle == []


def test_many_threads_get_their_own_answers(fault_server: Make, open_transport: Open) -> None:
    """Answers are not mixed up between threads, and connections are kept up to the limit."""

    def echo(exchange: Exchange) -> bool:
        return answer(exchange.request.target.encode())(exchange)

    server = fault_server(echo)
    transport = open_transport(server.address)
    with ThreadPoolExecutor(16) as pool:
        bodies = list(pool.map(lambda number: get(transport, f"/v1/{number}").body, range(200)))

    assert bodies == [f"/v1/{number}".encode() for number in range(200)]
    assert 0 < len(transport.idle) <= server.connections <= 16


def test_close_closes_kept_connections(fault_server: Make, open_transport: Open) -> None:
    """After `close` nothing is open."""
    transport = open_transport(fault_server(answer({})).address)
    get(transport)
    stream = transport.idle[0][1].stream
    transport.close()

    assert transport.idle == []
    assert isinstance(stream, socket.SocketType)
    assert stream.fileno() == -1


def test_error_while_closing_is_nobodys_business() -> None:
    """A connection that cannot even be closed does not hide why it is."""

    class Broken:
        """A stream whose end is an error."""

        def close(self) -> None:
            raise OSError(errno.ECONNRESET, "reset")

    Connection(cast("Stream", Broken()), parse_address("http://127.0.0.1:1")).close()


def test_another_address_has_its_own_connections(fault_server: Make, open_transport: Open) -> None:
    """A request to another server, after a redirect, does not take this one's connection."""
    first, second = fault_server(answer({"n": 1})), fault_server(answer({"n": 2}))
    transport = open_transport(first.address)
    get(transport)
    elsewhere = parse_address(second.address)
    found = transport.send("GET", "/", [], deadline=Deadline(5), address=elsewhere)

    assert found.body == b'{"n": 2}'
    assert (first.connections, second.connections) == (1, 1)
    assert second.requests[0].headers["host"] == f"127.0.0.1:{second.port}"


def test_path_prefix(fault_server: Make, open_transport: Open) -> None:
    """T33: a path in the address comes before every target, a final slash does not count."""
    server = fault_server(answer({}))
    get(open_transport(f"{server.address}/behind/a-proxy/"))

    assert server.requests[0].target == "/behind/a-proxy/v1/a"


def test_unix_socket(fault_server: Make, open_transport: Open, tmp_path: Path) -> None:
    """T33: an address may be a unix socket; Host is localhost, and the connection is kept."""
    server = fault_server(answer({"n": 1}), unix=tmp_path / "s")
    transport = open_transport(server.address)

    assert get(transport).body == get(transport).body == b'{"n": 1}'
    assert server.requests[0].headers["host"] == "localhost"
    assert server.connections == 1


def test_unix_socket_of_the_real_server(sealable_vault: VaultServer, open_transport: Open) -> None:
    """T33: the real server answers on its unix socket."""
    found = get(open_transport(f"unix://{sealable_vault.unix_socket}"), "/v1/sys/health")

    assert found.status == 200
    assert b'"sealed":false' in found.body


def test_sockets_are_close_on_exec(fault_server: Make, open_transport: Open, tmp_path: Path) -> None:
    """T8: a connection, TCP or unix, is closed by exec."""
    for options in ({}, {"unix": tmp_path / "s"}):
        transport = open_transport(fault_server(answer({}), **options).address)
        get(transport)
        stream = transport.idle[0][1].stream
        assert isinstance(stream, socket.SocketType)
        assert not os.get_inheritable(stream.fileno())
