"""Connections are kept for reads, which may be sent again on a new one; a write is sent once on its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.servers import behaviour
from tests.servers.behaviour import answer, hang_up, reset, sequence
from tests.vault.test_transport import BODY, get
from vexec.config.parse import address as parse_address
from vexec.errors import VaultUnavailable
from vexec.system.clock import Deadline
from vexec.vault.http import Hangup
from vexec.vault.transport import IDLE_LIMIT, Connection, Socket, Transport

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.servers.behaviour import Behaviour, Exchange
    from tests.servers.fault import FaultServer
    from tests.servers.vault import VaultServer

    Make = Callable[..., FaultServer]
    Open = Callable[..., Transport]


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


def test_kept_connections_are_bounded(fault_server: Make, open_transport: Open) -> None:
    """No more than IDLE_LIMIT connections are kept."""
    transport = open_transport(fault_server(answer({})).address)
    other = parse_address("http://127.0.0.1:1")
    transport.idle = [(other, Connection(Socket(), other)) for _ in range(IDLE_LIMIT)]
    get(transport)

    assert len(transport.idle) == IDLE_LIMIT


def test_connection_that_another_thread_took(fault_server: Make, open_transport: Open) -> None:
    """Of two threads that see the same kept connection one gets it, the other a new one."""

    class Contested(list[Any]):
        """A list from which somebody else has always taken the entry already."""

        def remove(self, entry: Any) -> None:
            super().remove(entry)
            raise ValueError

    server = fault_server(answer({}))
    transport = open_transport(server.address)
    get(transport)
    transport.idle[0][1].close()
    transport.idle = Contested(transport.idle)

    assert get(transport).status == 200
    assert server.connections == 2
