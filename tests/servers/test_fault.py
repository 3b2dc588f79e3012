"""Each fault is on the wire as its name says."""

from __future__ import annotations

import http.client
import socket
import time
from typing import TYPE_CHECKING

import pytest

from tests.servers import behaviour
from tests.servers.client import Client
from tests.servers.fault import FullListener

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.servers.fault import FaultServer
    from tests.servers.pki import Pki

    Make = Callable[..., FaultServer]

REQUEST = b"GET /v1/a HTTP/1.1\r\nHost: x\r\n\r\n"


def connect(server: FaultServer) -> socket.socket:
    """Connect to a fault server and send one request."""
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=10)
    connection.sendall(REQUEST)
    return connection


def read_all(server: FaultServer) -> bytes:
    """Send one request and read until the server closes."""
    with connect(server) as connection, connection.makefile("rb") as stream:
        return stream.read()


def test_answers_in_sequence_on_one_connection(fault_server: Make) -> None:
    """A sequence goes on with its last answer; each request is recorded as it came."""
    server = fault_server(behaviour.sequence(behaviour.answer({"n": 1}), behaviour.answer({"n": 2}, 503)))
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    statuses = []
    for number in range(3):
        connection.request("POST", f"/v1/{number}", b'{"a": 1}', {"X-Vault-Token": "t"})
        with connection.getresponse() as got:
            statuses.append((got.status, got.read()))
    connection.close()

    assert statuses == [(200, b'{"n": 1}'), (503, b'{"n": 2}'), (503, b'{"n": 2}')]
    assert [request.target for request in server.requests] == ["/v1/0", "/v1/1", "/v1/2"]
    assert server.requests[0].headers["x-vault-token"] == "t"
    assert server.requests[0].json == {"a": 1}
    assert server.connections == 1


def test_behaviour_by_path(fault_server: Make) -> None:
    """A path may have an answer of its own."""
    server = fault_server(behaviour.by_path({"/v1/auth": behaviour.answer({})}, behaviour.answer(None, 500)))
    client = Client(server.address)

    assert client.request("POST", "/v1/auth/token", {}).status == 200
    assert client.request("GET", "/v1/other").status == 500


def test_slowly(fault_server: Make) -> None:
    """At 100 bytes a second, 20 bytes take a fifth of a second."""
    server = fault_server(behaviour.slowly(behaviour.raw(b"x" * 20), rate=100))
    began = time.monotonic()

    assert read_all(server) == b"x" * 20
    assert time.monotonic() - began > 0.15


def test_later(fault_server: Make) -> None:
    """An answer may come after a while."""
    server = fault_server(behaviour.later(0.1, behaviour.raw(b"x")))
    began = time.monotonic()

    assert read_all(server) == b"x"
    assert time.monotonic() - began > 0.09


@pytest.mark.parametrize("sent", [b"", b"HTTP/1.1 200 OK\r\nContent-Le"], ids=["nothing", "half a head"])
def test_silence(fault_server: Make, sent: bytes) -> None:
    """A silent server sends at most a beginning, and keeps the connection open."""
    server = fault_server(behaviour.silence(sent))
    with connect(server) as connection:
        connection.settimeout(0.2)
        got = connection.recv(len(sent), socket.MSG_WAITALL) if sent else b""
        with pytest.raises(TimeoutError):
            connection.recv(1)

    assert got == sent


def test_silence_before_tls(fault_server: Make, pki: Pki) -> None:
    """A greeting comes before TLS: a handshake that never begins."""
    server = fault_server(behaviour.answer({}), greeting=behaviour.silence(), tls=pki.server())

    with pytest.raises(TimeoutError):
        Client(server.address, pki.ca, timeout=0.2).request("GET", "/")


def test_hang_up(fault_server: Make) -> None:
    """A server that hangs up sends nothing."""
    assert read_all(fault_server(behaviour.hang_up())) == b""


def test_reset(fault_server: Make) -> None:
    """A reset is an error at the client, not an end."""
    with pytest.raises(ConnectionResetError):
        read_all(fault_server(behaviour.reset()))


def test_cut_short(fault_server: Make) -> None:
    """A body that is cut is shorter than its announced length."""
    got = read_all(fault_server(behaviour.cut_short({"data": "x" * 100}, keep=7)))

    assert got.partition(b"\r\n\r\n")[2] == b'{"data"'
    assert b"Content-Length: 112\r\n" in got


def test_redirect_loop(fault_server: Make) -> None:
    """A redirect without a place leads to itself."""
    server = fault_server(behaviour.redirect())
    with connect(server) as connection:
        got = connection.recv(1000)

    assert got.startswith(b"HTTP/1.1 307 ")
    assert b"Location: /v1/a\r\n" in got


def test_endless_headers(fault_server: Make) -> None:
    """Headers come until the client has enough."""
    with connect(fault_server(behaviour.endless_headers())) as connection:
        got = b""
        while len(got) <= 50_000 and (more := connection.recv(65536)):
            got += more

    assert len(got) > 50_000
    assert b"\r\n\r\n" not in got


def test_huge_body(fault_server: Make) -> None:
    """A huge body has its announced size; without a size it never ends."""
    with connect(fault_server(behaviour.huge_body(1_000_000))) as connection:
        connection.shutdown(socket.SHUT_WR)
        with connection.makefile("rb") as stream:
            assert len(stream.read().partition(b"\r\n\r\n")[2]) == 1_000_000

    with connect(fault_server(behaviour.huge_body())) as connection, connection.makefile("rb") as stream:
        assert b"chunked" in stream.read(5_000_000)


def test_unix_socket(fault_server: Make, tmp_path: Path) -> None:
    """The server also listens on a unix socket."""
    path = tmp_path / "s"
    server = fault_server(behaviour.raw(b"x"), unix=path)
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(path))
        connection.sendall(REQUEST)
        assert connection.recv(10) == b"x"

    assert server.address == f"unix://{path}"


def test_full_listener() -> None:
    """A connection to a full accept queue gets no answer."""
    with FullListener() as full, pytest.raises(TimeoutError):
        socket.create_connection(("127.0.0.1", full.port), timeout=0.3).close()


def test_close_ends_what_hangs(fault_server: Make) -> None:
    """Closing the server ends a connection that would be silent for ever."""
    server = fault_server(behaviour.silence())
    with connect(server) as connection:
        while not server.requests:
            time.sleep(0.01)
        server.close()
        assert connection.recv(10) == b""
