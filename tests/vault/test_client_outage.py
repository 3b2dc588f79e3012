"""A real server that is sealed, uninitialised, stopped or starting is waited for until the deadline."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.servers.vault import VaultServer
from vexec.errors import VaultUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from vexec.vault.client import VaultClient

    Open = Callable[..., VaultClient]
    Start = Callable[[VaultServer], VaultServer]


def during(work: Callable[[], object], act: Callable[[], None]) -> object:
    """Return what some work gives while, 0.3 s after its begin, something happens.

    A server's process ends with the thread that started it, so the work is what has a thread of its own.
    """
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(work)
        time.sleep(0.3)
        act()
        return future.result()


def value(client: VaultClient) -> object:
    """Read the one secret."""
    return client.read("secret/data/app").document["data"]["data"]["k"]


def test_sealed_until_the_deadline(sealable_vault: VaultServer, open_client: Open) -> None:
    """T30: a sealed server is waited for, then told as such, with exit code 75."""
    sealable_vault.seal()
    began = time.monotonic()

    with pytest.raises(VaultUnavailable) as caught:
        value(open_client(sealable_vault.address, sealable_vault.root_token, deadline=1))
    assert 0.7 < time.monotonic() - began < 1.5
    assert str(caught.value) == f"{sealable_vault.address} is sealed"
    assert "in 1 s (VEXEC_DEADLINE)" in caught.value.hint
    assert caught.value.exit_code == 75


def test_unsealed_in_the_meantime(sealable_vault: VaultServer, open_client: Open) -> None:
    """A server that is unsealed while vexec waits answers the same request."""
    sealable_vault.write("secret/data/app", {"data": {"k": "v"}})
    sealable_vault.seal()
    client = open_client(sealable_vault.address, sealable_vault.root_token, deadline=20)

    assert during(lambda: value(client), sealable_vault.unseal) == "v"


def test_uninitialised(start_vault: Start, open_client: Open, tmp_path: Path) -> None:
    """T30: a server that was never initialised calls itself sealed; sys/health tells the difference."""
    server = start_vault(VaultServer.uninitialised(tmp_path / "vault"))

    with pytest.raises(VaultUnavailable) as caught:
        value(open_client(server.address, "t", deadline=0.5))
    assert str(caught.value) == f"{server.address} is not initialised"


def test_stopped_and_started_in_the_middle(sealable_vault: VaultServer, open_client: Open) -> None:
    """A server that goes away between two reads and comes back is waited for."""
    sealable_vault.write("secret/data/app", {"data": {"k": "v"}})
    client = open_client(sealable_vault.address, sealable_vault.root_token, deadline=30)
    value(client)
    sealable_vault.stop()

    assert during(lambda: value(client), sealable_vault.start) == "v"


def test_stopped_for_good(sealable_vault: VaultServer, open_client: Open) -> None:
    """A server that does not come back is given up at the deadline."""
    sealable_vault.stop()

    with pytest.raises(VaultUnavailable) as caught:
        value(open_client(sealable_vault.address, sealable_vault.root_token, deadline=0.6))
    assert str(caught.value) == f"{sealable_vault.address}: the connection is refused"
    assert caught.value.hint.startswith("gave up after ")


def test_reads_under_way_when_the_server_stops(sealable_vault: VaultServer, open_client: Open) -> None:
    """Many reads, one after the other, survive a restart in their midst, each with its own answer."""
    sealable_vault.write("secret/data/app", {"data": {"k": "v"}})
    client = open_client(sealable_vault.address, sealable_vault.root_token, deadline=60)

    def restart() -> None:
        sealable_vault.stop()
        sealable_vault.start()

    def read_on() -> set[object]:
        end = time.monotonic() + 1.5
        found = set()
        while time.monotonic() < end:
            found.add(value(client))
        return found

    assert during(read_on, restart) == {"v"}
    assert value(client) == "v"
