"""T29: one monotonic limit over connecting, TLS, sending and reading, whatever the server does."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.servers.behaviour import answer, huge_body, later, raw, silence, slowly
from tests.servers.fault import FullListener
from vexec.config.model import Tls
from vexec.errors import VaultUnavailable
from vexec.system.clock import Deadline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.servers.behaviour import Behaviour, Exchange
    from tests.servers.fault import FaultServer
    from tests.servers.pki import Pki
    from vexec.vault.transport import Transport

    Make = Callable[..., FaultServer]
    Open = Callable[..., Transport]

LIMIT = 0.1
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def slow_chunks(exchange: Exchange) -> bool:
    """Send a head at once, then chunks at 20 bytes a second."""
    exchange.send(CHUNKED)
    return slowly(raw(b"2\r\n{}\r\n" * 99), rate=20)(exchange)


FAULTS: dict[str, Behaviour] = {
    "never answers": silence(),
    "half a head": silence(b"HTTP/1.1 200 OK\r\nContent-Le"),
    "half a body": silence(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"),
    "half a chunk": silence(CHUNKED + b"9\r\n{"),
    "a body without end": silence(b"HTTP/1.1 200 OK\r\n\r\n{}"),
    "one byte a second": slowly(answer({"data": {}})),
    "a head of a byte now and then": slowly(answer({"data": {}}), rate=20),
    "chunks of a byte now and then": slow_chunks,
    "tiny chunks that keep coming": raw(CHUNKED + b"1\r\n \r\n" * 700_000),
    "interim answers": slowly(raw(b"HTTP/1.1 103 Early\r\nLink: x\r\n\r\n" * 9), rate=100),
    "too late": later(30, answer({})),
}


@contextmanager
def ends_in_time(limit: float = LIMIT, *, is_sent: bool, words: str = "VEXEC_DEADLINE") -> Iterator[None]:
    """Expect the error of a limit, neither before it nor more than a second after."""
    began = time.monotonic()
    with pytest.raises(VaultUnavailable, match=rf"no answer within {limit:g} s \({words}\)") as caught:
        yield
    assert limit - 0.05 <= time.monotonic() - began < limit + 1
    assert caught.value.is_sent is is_sent


@pytest.mark.parametrize("fault", FAULTS)
def test_deadline_bounds_an_answer(fault: str, fault_server: Make, open_transport: Open) -> None:
    """T29: a server that is silent or slow is given up at the deadline, also in the middle of its answer."""
    transport = open_transport(fault_server(FAULTS[fault]).address)

    with ends_in_time(is_sent=True):
        transport.send("GET", "/v1/a", [], deadline=Deadline(LIMIT))
    assert transport.idle == []


def test_deadline_bounds_connecting_to_a_full_queue(open_transport: Open) -> None:
    """T29: a full accept queue lets no connection through; that ends at the deadline, with nothing sent."""
    with FullListener() as full, ends_in_time(is_sent=False):
        open_transport(full.address).send("POST", "/v1/a", [], b"{}", deadline=Deadline(LIMIT))


def test_deadline_bounds_the_handshake(fault_server: Make, open_transport: Open, pki: Pki) -> None:
    """T29: a server that accepts and never speaks TLS ends at the deadline, with nothing sent."""
    server = fault_server(answer({}), greeting=silence(), tls=pki.server())

    with ends_in_time(is_sent=False):
        open_transport(server.address, tls=Tls(cacert=str(pki.ca))).send(
            "POST", "/v1/a", [], b"{}", deadline=Deadline(LIMIT)
        )


def test_deadline_bounds_sending(fault_server: Make, open_transport: Open) -> None:
    """T29: a server that does not read a large request ends at the deadline."""
    server = fault_server(answer({}), greeting=silence_unread())

    with ends_in_time(is_sent=True):
        open_transport(server.address).send("POST", "/v1/a", [], b"x" * 30_000_000, deadline=Deadline(LIMIT))


def silence_unread() -> Behaviour:
    """Neither read nor write."""
    return lambda exchange: exchange.stopping.wait(30)


def test_deadline_bounds_a_tls_answer(fault_server: Make, open_transport: Open, pki: Pki) -> None:
    """T29: an answer of a byte a second within TLS ends at the deadline."""
    server = fault_server(slowly(answer({})), tls=pki.server())

    with ends_in_time(is_sent=True):
        open_transport(server.address, tls=Tls(cacert=str(pki.ca))).send(
            "GET", "/v1/a", [], deadline=Deadline(LIMIT)
        )


def test_deadline_that_has_passed(fault_server: Make, open_transport: Open) -> None:
    """After the deadline nothing is sent at all."""
    server = fault_server(answer({}))
    deadline = Deadline(0)

    with pytest.raises(VaultUnavailable, match="no answer within 0 s"):
        open_transport(server.address).send("GET", "/v1/a", [], deadline=deadline)
    assert server.requests == []


def test_client_timeout_bounds_one_request(fault_server: Make, open_transport: Open) -> None:
    """VAULT_CLIENT_TIMEOUT is the limit of one request, and the error names it."""
    transport = open_transport(fault_server(silence()).address, timeout=LIMIT)

    with ends_in_time(is_sent=True, words="VAULT_CLIENT_TIMEOUT"):
        transport.send("GET", "/v1/a", [], deadline=Deadline(60))


def test_client_timeout_of_0_leaves_the_deadline(fault_server: Make, open_transport: Open) -> None:
    """A timeout of 0 is none: the deadline remains."""
    transport = open_transport(fault_server(silence()).address, timeout=0)

    with ends_in_time(is_sent=True):
        transport.send("GET", "/v1/a", [], deadline=Deadline(LIMIT))


def test_the_nearer_limit_counts(fault_server: Make, open_transport: Open) -> None:
    """A timeout that is longer than what is left of the deadline changes nothing."""
    transport = open_transport(fault_server(silence()).address, timeout=60)

    with ends_in_time(is_sent=True):
        transport.send("GET", "/v1/a", [], deadline=Deadline(LIMIT))


def test_each_request_has_its_own_timeout(fault_server: Make, open_transport: Open) -> None:
    """Two requests, each within the timeout, may take longer together."""
    transport = open_transport(fault_server(later(0.2, answer({}))).address, timeout=0.3)

    for _ in range(2):
        assert transport.send("GET", "/v1/a", [], deadline=Deadline(60)).status == 200


def test_size_bounds_a_fast_endless_body(fault_server: Make, open_transport: Open) -> None:
    """A server that sends without end, as fast as it can, is given up by size before any limit of time."""
    transport = open_transport(fault_server(huge_body()).address)
    began = time.monotonic()

    with pytest.raises(Exception, match="larger than 32 MiB"):
        transport.send("GET", "/v1/a", [], deadline=Deadline(60))
    assert time.monotonic() - began < 10
