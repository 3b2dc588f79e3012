"""Connections are kept for reads, checked, repeated once at the most, and lead where the address says."""

from __future__ import annotations

import os
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.servers import behaviour
from tests.servers.behaviour import answer, hang_up, reset, sequence
from vexec.config.parse import address as parse_address
from vexec.errors import ProtocolError, VaultUnavailable
from vexec.system.clock import Deadline
from vexec.vault.http import Hangup
from vexec.vault.transport import IDLE_LIMIT, Connection, Transport

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.servers.behaviour import Behaviour, Exchange
    from tests.servers.fault import FaultServer
    from tests.servers.vault import VaultServer
    from vexec.vault.http import Response

    Make = Callable[..., FaultServer]
    Open = Callable[..., Transport]

BODY = b'{"a":1}'


def get(
    transport: Transport, target: str = "/v1/a", method: str = "GET", body: bytes | None = None
) -> Response:
    """Send one request."""
    return transport.send(method, target, [("X-Vault-Request", "true")], body, deadline=Deadline(5))


def then_close(step: Behaviour) -> Behaviour:
    """Behave so, then close the connection without having said so."""

    def close_after(exchange: Exchange) -> bool:
        step(exchange)
        return False

    return close_after


def test_two_requests_share_a_connection(fault_server: Make, open_transport: Open) -> None:
    """A connection is kept and serves the next read."""
    server = fault_server(sequence(answer({"n": 1}), answer({"n": 2})))
    transport = open_transport(server.address)

    assert [get(transport).body, get(transport).body] == [b'{"n": 1}', b'{"n": 2}']
    assert server.connections == 1
    assert [request.target for request in server.requests] == ["/v1/a", "/v1/a"]


def test_real_server_keeps_the_connection(vault: VaultServer, open_transport: Open) -> None:
    """The real server answers two reads on one connection."""
    transport = open_transport(vault.address)
    get(transport, "/v1/sys/health")
    kept = transport.idle[0][1]
    answered = get(transport, "/v1/sys/health")

    assert answered.status == 200
    assert transport.idle == [(transport.server.address, kept)]


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


@pytest.mark.parametrize("method", ["GET", "LIST", "HEAD"])
@pytest.mark.parametrize("ending", [hang_up(), reset()], ids=["closed", "reset"])
def test_read_on_a_closed_connection_is_sent_again(
    fault_server: Make, open_transport: Open, method: str, ending: Behaviour
) -> None:
    """A kept connection that the server has given up costs a read nothing but a new connection."""
    server = fault_server(sequence(answer({}), ending, answer(None if method == "HEAD" else {"n": 2})))
    transport = open_transport(server.address)
    get(transport, "/v1/1")

    assert get(transport, "/v1/2", method).status == 200
    assert server.connections == 2
    assert [request.target for request in server.requests] == ["/v1/1", "/v1/2", "/v1/2"]


def test_connection_that_was_closed_meanwhile(fault_server: Make, open_transport: Open) -> None:
    """A server that closes a kept connection before the next request sees that request once."""
    server = fault_server(then_close(answer({})))
    transport = open_transport(server.address)

    assert [get(transport, f"/v1/{number}").status for number in range(3)] == [200, 200, 200]
    assert [request.target for request in server.requests] == ["/v1/0", "/v1/1", "/v1/2"]
    assert server.connections == 3


def test_restarted_server_is_reached_again(sealable_vault: VaultServer, open_transport: Open) -> None:
    """A server that was stopped and started between two reads is reached on a new connection."""
    transport = open_transport(sealable_vault.address)
    get(transport, "/v1/sys/health")
    sealable_vault.stop()
    sealable_vault.start()

    assert get(transport, "/v1/sys/health").status == 200


def test_read_is_sent_again_only_once(fault_server: Make, open_transport: Open) -> None:
    """A new connection that ends the same way is an error."""
    server = fault_server(sequence(answer({}), hang_up()))
    transport = open_transport(server.address)
    get(transport)

    with pytest.raises(Hangup, match="closed without an answer"):
        get(transport)
    assert len(server.requests) == 3


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
@pytest.mark.parametrize("body", [BODY, None], ids=["with a body", "without"])
def test_write_gets_a_new_connection(
    fault_server: Make, open_transport: Open, method: str, body: bytes | None
) -> None:
    """T28: a write never goes to a connection that the server may be closing at this moment."""
    server = fault_server(answer({}))
    transport = open_transport(server.address)
    get(transport)
    get(transport, "/v1/w", method, body)

    assert server.connections == 2
    assert len(server.requests) == 2


@pytest.mark.parametrize("method", ["POST", "DELETE"])
@pytest.mark.parametrize("ending", [hang_up(), reset()], ids=["closed", "reset"])
def test_write_is_never_sent_twice(
    fault_server: Make, open_transport: Open, method: str, ending: Behaviour
) -> None:
    """T28: a write that gets no answer is an error that says it was sent."""
    server = fault_server(sequence(answer({}), ending))
    transport = open_transport(server.address)
    get(transport)

    with pytest.raises(VaultUnavailable) as caught:
        get(transport, "/v1/w", method)
    assert caught.value.is_sent
    assert [request.method for request in server.requests] == ["GET", method]


def test_read_that_issues_something_is_never_sent_twice(fault_server: Make, open_transport: Open) -> None:
    """T28: a read that is said not to be repeatable, as of dynamic credentials, is treated as a write."""
    server = fault_server(sequence(answer({}), hang_up()))
    transport = open_transport(server.address)
    get(transport)

    with pytest.raises(Hangup):
        transport.send("GET", "/v1/database/creds/x", [], deadline=Deadline(5), is_repeatable=False)
    assert server.connections == 2
    assert len(server.requests) == 2


def test_answer_cut_short_is_not_sent_again_here(fault_server: Make, open_transport: Open) -> None:
    """An answer that ends in the middle is an error: whether to try again is the retry policy's business."""
    server = fault_server(sequence(answer({}), behaviour.cut_short({"data": "x"}, keep=3)))
    transport = open_transport(server.address)
    get(transport)

    with pytest.raises(VaultUnavailable, match="in the middle"):
        get(transport)
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    "first",
    [
        answer({}, headers={"Connection": "close"}),
        behaviour.raw(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}"),
        behaviour.raw(b"HTTP/1.1 200 OK\r\n\r\n{}"),
        behaviour.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\n"),
    ],
    ids=["connection close", "HTTP/1.0", "no length", "more than an answer"],
)
def test_connection_without_a_clean_end_is_not_kept(
    fault_server: Make, open_transport: Open, first: Behaviour
) -> None:
    """Only a connection whose answer has a marked end, and nothing behind it, is kept."""
    transport = open_transport(fault_server(first).address)
    get(transport)

    assert transport.idle == []


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


def test_kept_connections_are_bounded(fault_server: Make, open_transport: Open) -> None:
    """No more than IDLE_LIMIT connections are kept."""
    transport = open_transport(fault_server(answer({})).address)
    other = parse_address("http://127.0.0.1:1")
    transport.idle = [(other, Connection(socket.socket(), other)) for _ in range(IDLE_LIMIT)]
    get(transport)

    assert len(transport.idle) == IDLE_LIMIT


def test_close_closes_kept_connections(fault_server: Make, open_transport: Open) -> None:
    """After `close` nothing is open."""
    transport = open_transport(fault_server(answer({})).address)
    get(transport)
    stream = transport.idle[0][1].stream
    transport.close()

    assert transport.idle == []
    assert isinstance(stream, socket.SocketType)
    assert stream.fileno() == -1


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
