"""What the operating system and the resolver say becomes one line, and a class that says whether to go on."""

from __future__ import annotations

import errno
import os
import socket
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.servers.behaviour import answer, hang_up, reset
from tests.servers.fault import FullListener
from tests.servers.process import free_port
from vexec.config.model import Proxies
from vexec.config.parse import address as parse_address
from vexec.errors import ConfigError, VaultError, VaultUnavailable
from vexec.system.clock import Deadline
from vexec.vault.transport import PASSING, connect_first, translate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.servers.behaviour import Behaviour
    from tests.servers.fault import FaultServer
    from vexec.errors import VexecError
    from vexec.vault.transport import Found, Transport

    Make = Callable[..., FaultServer]
    Open = Callable[..., Transport]

ADDRESS = parse_address("http://127.0.0.1:8200")


def failure(transport: Transport, method: str = "GET") -> VexecError:
    """Return the error that a request ends in."""
    with pytest.raises((VaultError, ConfigError)) as caught:
        transport.send(method, "/v1/a", [], deadline=Deadline(5))
    return caught.value


def at(port: int) -> Found:
    """Return a loopback address as the resolver does."""
    return (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))


def test_refused(open_transport: Open) -> None:
    """A refused connection may pass, and nothing was sent."""
    address = f"http://127.0.0.1:{free_port()}"
    error = failure(open_transport(address))

    assert str(error) == f"{address}: the connection is refused"
    assert isinstance(error, VaultUnavailable)
    assert not error.is_sent


@pytest.mark.parametrize(
    ("ending", "words"),
    [(hang_up(), "the connection was closed without an answer"), (reset(), "the connection was reset")],
)
def test_lost_connection(fault_server: Make, open_transport: Open, ending: Behaviour, words: str) -> None:
    """A connection that ends after the request was sent may pass, and says that it was sent."""
    server = fault_server(ending)
    error = failure(open_transport(server.address), "POST")

    assert str(error) == f"{server.address}: {words}"
    assert isinstance(error, VaultUnavailable)
    assert error.is_sent


def test_unknown_host(open_transport: Open) -> None:
    """A host that is not known is final, with a hint; an empty label is refused without asking any server."""
    error = failure(open_transport("http://vault..invalid:8200"))

    assert str(error) == "http://vault..invalid:8200: host vault..invalid is not known"
    assert not error.retryable
    assert "name service" in error.hint


def test_silent_name_service() -> None:
    """T28: a name service that does not answer now (EAI_AGAIN) may pass, and nothing was sent."""
    error = translate(
        socket.gaierror(socket.EAI_AGAIN, "Temporary failure"), ADDRESS, Deadline(1), is_sent=False
    )

    assert isinstance(error, VaultUnavailable)
    assert str(error) == "http://127.0.0.1:8200: the name service does not answer for 127.0.0.1"


def test_host_beyond_ascii(open_transport: Open) -> None:
    """A name that cannot be written for DNS is an error of the configuration."""
    error = failure(open_transport("http://vault.test", proxies=Proxies(http="http://größe:3128")))

    assert isinstance(error, ConfigError)
    assert "is no host name" in str(error)


@pytest.mark.parametrize("number", PASSING)
def test_errors_that_may_pass(number: int) -> None:
    """T28: each of these may pass, and is told in words."""
    for is_sent in (False, True):
        error = translate(OSError(number, os.strerror(number)), ADDRESS, Deadline(1), is_sent=is_sent)
        assert isinstance(error, VaultUnavailable)
        assert error.is_sent is is_sent
        assert str(error) == f"http://127.0.0.1:8200: {PASSING[number]}"
        assert error.exit_code == 75


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EMFILE, errno.EAFNOSUPPORT])
def test_errors_that_stay(number: int) -> None:
    """What does not pass by waiting is final, in the system's words."""
    error = translate(OSError(number, os.strerror(number)), ADDRESS, Deadline(1), is_sent=False)

    assert type(error) is VaultError
    assert str(error) == f"http://127.0.0.1:8200: {os.strerror(number).lower()}"
    assert error.exit_code == 69


def test_absent_unix_socket(open_transport: Open, tmp_path: Path) -> None:
    """A unix socket that is not there yet may come, as an agent's at the start of a pod."""
    error = failure(open_transport(f"unix://{tmp_path}/s"))

    assert str(error) == f"unix://{tmp_path}/s: the socket does not exist"
    assert isinstance(error, VaultUnavailable)
    assert not error.is_sent


def test_file_that_is_no_socket(open_transport: Open, tmp_path: Path) -> None:
    """A file in a socket's place refuses connections, like a socket that nobody listens on."""
    (tmp_path / "s").touch()

    assert str(failure(open_transport(f"unix://{tmp_path}/s"))).endswith("s: the connection is refused")


def test_unix_socket_with_a_too_long_path(open_transport: Open) -> None:
    """A path that no socket can have is a final error, not a traceback."""
    error = failure(open_transport("unix:///" + "x" * 200))

    assert type(error) is VaultError
    assert not error.retryable


def test_busy_unix_socket(open_transport: Open, tmp_path: Path) -> None:
    """A unix socket with a full accept queue refuses for now."""
    path = str(tmp_path / "s")
    fillers = [socket.socket(socket.AF_UNIX) for _ in range(3)]
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen(0)
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(path)
        error = failure(open_transport(f"unix://{path}"))
    for filler in fillers:
        filler.close()

    assert isinstance(error, VaultUnavailable)
    assert str(error).endswith(": the connection is refused for now")


def test_ipv6(open_transport: Open) -> None:
    """T33: an IPv6 address is reached, and Host names it in brackets."""
    try:
        listening = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("IPv6 — this machine has no ::1")
    received: list[bytes] = []

    def serve() -> None:
        connection, _ = listening.accept()
        with connection:
            received.append(connection.recv(4096))
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    server = threading.Thread(target=serve)
    server.start()
    port = listening.getsockname()[1]
    with listening:
        found = open_transport(f"http://[::1]:{port}").send("GET", "/v1/a", [], deadline=Deadline(5))
        server.join()

    assert found.status == 200
    assert f"Host: [::1]:{port}\r\n".encode() in received[0]


def test_second_address_of_a_host_is_tried(fault_server: Make) -> None:
    """Where the first address of a host refuses, the next one is taken."""
    server = fault_server(answer({}))

    stream = connect_first([at(free_port()), at(server.port)], ADDRESS, Deadline(5))
    with closing(stream):
        assert stream.getpeername()[1] == server.port


def test_silent_address_leaves_time_for_the_next(fault_server: Make) -> None:
    """T29: an address that does not answer takes its share of the time, not all of it."""
    server = fault_server(answer({}))
    with FullListener() as full:
        deadline = Deadline(0.6)
        stream = connect_first([at(full.port), at(server.port)], ADDRESS, deadline)
        with closing(stream):
            assert stream.getpeername()[1] == server.port
        assert 0 < deadline.remaining() < 0.4


def test_all_addresses_fail() -> None:
    """The failure that may pass is told, whichever address it belongs to: IPv6 may be missing for good."""
    absent: Found = (socket.AF_PACKET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 1))
    for found in ([at(free_port()), absent], [absent, at(free_port())]):
        with pytest.raises(VaultUnavailable, match="the connection is refused"):
            connect_first(found, ADDRESS, Deadline(5))

    with pytest.raises(VaultError) as caught:
        connect_first([absent], ADDRESS, Deadline(5))
    assert not caught.value.retryable


def test_host_without_address() -> None:
    """A name service that answers with nothing ends in an error of ours."""
    with pytest.raises(VaultError, match=r"127.0.0.1 has no address"):
        connect_first([], ADDRESS, Deadline(5))
