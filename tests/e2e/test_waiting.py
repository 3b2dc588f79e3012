"""Waiting for a server that comes back, and never longer than the deadline (T29)."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.e2e.program import PROBE, steady, told, wait_until
from tests.e2e.store import asked
from tests.servers.behaviour import answer, by_path, later, sequence, silence, slowly
from tests.servers.fault import FullListener
from tests.servers.proxy import Proxy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.e2e.program import Running, Vexec
    from tests.servers.behaviour import Behaviour
    from tests.servers.fault import FaultServer
    from tests.servers.pki import Pki
    from tests.servers.vault import VaultServer


@pytest.fixture
def server(sealable_vault: VaultServer) -> VaultServer:
    """Give a server with one secret."""
    sealable_vault.write("secret/data/app", {"data": {"KEY": "value"}})
    return sealable_vault


def start(vexec: Vexec, server: VaultServer) -> Running:
    """Start a probe that wants the secret."""
    env = {"VAULT_ADDR": server.address, "VAULT_TOKEN": server.root_token, "A": "vault:secret/app#KEY"}
    return vexec.start("--", *PROBE, env=env)


def first_line(running: Running) -> str:
    """Wait for the first line on stderr."""
    assert running.process.stderr is not None
    return steady(running.process.stderr.readline().decode())


def test_a_server_that_starts_later(vexec: Vexec, server: VaultServer) -> None:
    """A start waits for a server that nobody has started yet, says so once, and goes on."""
    server.stop()
    running = start(vexec, server)
    assert first_line(running) == (
        f"vexec: {server.address}: the connection is refused; trying again for N s at most\n"
    )
    time.sleep(1)
    server.start()

    done = running.wait()
    assert done.status == 0
    assert [line for line in done.stderr.splitlines() if "the connection is refused" in line] == []


def test_a_server_that_is_unsealed_later(vexec: Vexec, server: VaultServer) -> None:
    """A start waits for a sealed server, and goes on once it is unsealed."""
    server.seal()
    running = start(vexec, server)
    assert first_line(running) == f"vexec: {server.address} is sealed; trying again for N s at most\n"
    server.unseal()

    assert running.wait().seen.variables["A"] == "value"


def test_a_server_that_is_stopped_and_started_in_mid_fetch(vexec: Vexec, server: VaultServer) -> None:
    """A fetch of many secrets goes on where it was when the server comes back."""
    paths = [f"secret/app-{number}" for number in range(20)]
    for path in paths:
        server.write(path.replace("/", "/data/"), {"data": {"KEY": path}})
    mark = server.audit_mark()
    with Proxy(delay=0.03) as proxy:
        env = {"VAULT_ADDR": server.address, "VAULT_TOKEN": server.root_token, "VEXEC_CONCURRENCY": "1"}
        env |= {f"V{number}": f"vault:{path}#KEY" for number, path in enumerate(paths)}
        running = vexec.start("--", *PROBE, env={**env, "VAULT_PROXY_ADDR": proxy.address})
        wait_until(lambda: len(asked(server.audit_since(mark))) >= 5)
        server.stop()
        done_before = len(asked(server.audit_since(mark)))
        server.start()
        done = running.wait()

    assert done.status == 0, done.stderr
    assert 5 <= done_before < 21
    reads = [path for _, path in asked(server.audit_since(mark)) if path.startswith("secret/data/app-")]
    assert set(reads) == {path.replace("/", "/data/") for path in paths}


@pytest.fixture
def full() -> Iterator[str]:
    """Give the address of a listener that accepts nothing."""
    with FullListener() as listener:
        yield listener.address


LIMIT = 1.0


def too_late(address: str) -> tuple[tuple[int, str], ...]:
    """Return what a start says whose one request is not answered: the worker, or who waits for it."""
    words = f"{address}: no answer within 1 s (VEXEC_DEADLINE)"
    hint = "hint: gave up after 1 try in 1 s (VEXEC_DEADLINE)"
    return told(75, words, hint), told(75, words), told(75, f"{address}: no end after 1 s (VEXEC_DEADLINE)")


def ask(vexec: Vexec, address: str, **env: str) -> tuple[int, str, float]:
    """Ask with a deadline of one second; return what came of it, and in what time beyond a bare start's."""
    bare = vexec("--", "/bin/true").seconds
    given = {
        "VAULT_ADDR": address,
        "VAULT_TOKEN": "t",
        "A": "vault:kv/app?kv=1#KEY",
        "VEXEC_DEADLINE": f"{LIMIT:g}s",
    }
    done = vexec("--", "/bin/true", env={**given, **env})
    return *done.told, done.seconds - bare


def test_deadline_over_connect(vexec: Vexec, full: str) -> None:
    """T29: an accept queue that is full."""
    status, words, seconds = ask(vexec, full)

    assert (status, words) in too_late(full)
    assert LIMIT - 0.5 < seconds < LIMIT + 1


BEHAVIOURS: dict[str, Behaviour] = {
    "silence": silence(),
    "half a head": silence(b"HTTP/1.1 200 OK\r\nContent-"),
    "a byte a second": slowly(answer({"data": {"KEY": "value"}})),
    "late": later(3, answer({"data": {"KEY": "value"}})),
}


@pytest.mark.parametrize("behaviour", BEHAVIOURS.values(), ids=BEHAVIOURS)
def test_deadline_over_reads(
    vexec: Vexec, fault_server: Callable[..., FaultServer], behaviour: Behaviour
) -> None:
    """T29: a server that never answers, or sends a byte a second."""
    server = fault_server(behaviour)

    status, words, seconds = ask(vexec, server.address)
    assert (status, words) in too_late(server.address)
    assert LIMIT - 0.5 < seconds < LIMIT + 1


def test_deadline_over_tls(vexec: Vexec, fault_server: Callable[..., FaultServer], pki: Pki) -> None:
    """T29: a handshake that nobody answers."""
    server = fault_server(silence(), greeting=silence())
    address = server.address.replace("http:", "https:")

    status, words, seconds = ask(vexec, address, VAULT_CACERT=str(pki.ca))
    assert (status, words) in too_late(address)
    assert LIMIT - 0.5 < seconds < LIMIT + 1


def test_deadline_over_the_log_in(vexec: Vexec, fault_server: Callable[..., FaultServer]) -> None:
    """T29: log-in and reads share one deadline: half a second each leaves nothing for a second read."""
    half = 0.6
    token = later(half, answer({"auth": {"client_token": "made"}}))
    server = fault_server(by_path({"/v1/auth/": token}, later(half, answer({"data": {"KEY": "value"}}))))

    status, words, seconds = ask(
        vexec, server.address, VEXEC_AUTH="approle", VEXEC_ROLE_ID="r", A="vault:kv/app?kv=1#KEY"
    )
    assert (status, words) in too_late(server.address)
    assert LIMIT - 0.5 < seconds < LIMIT + 1


def test_deadline_over_retries(vexec: Vexec, fault_server: Callable[..., FaultServer]) -> None:
    """T29: retries and the waits between them end with the deadline, and the last error is told."""
    server = fault_server(answer({"errors": ["storage"]}, 500))

    status, words, seconds = ask(vexec, server.address)
    assert status == 75
    assert f"vexec: {server.address} cannot answer GET /v1/kv/app now (500): storage\n" in words
    assert words.endswith(" tries in 1 s (VEXEC_DEADLINE)\n")
    assert seconds < LIMIT + 1


def test_one_requests_limit(vexec: Vexec, fault_server: Callable[..., FaultServer]) -> None:
    """VAULT_CLIENT_TIMEOUT bounds one request, which is then tried again."""
    server = fault_server(sequence(silence(), answer({"data": {"KEY": "value"}})))

    status, words, seconds = ask(vexec, server.address, VAULT_CLIENT_TIMEOUT="1", VEXEC_DEADLINE="20s")
    late = "no answer within 1 s (VAULT_CLIENT_TIMEOUT)"
    assert (status, steady(words)) == told(0, f"{server.address}: {late}; trying again for N s at most")
    assert seconds < 4
