"""Servers that are none, or not ready, are told apart, each with its own line (T30)."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.servers.behaviour import answer, by_path, hang_up, raw, sequence
from vexec.errors import ProtocolError, VaultUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.servers.fault import FaultServer
    from vexec.vault.client import VaultClient

    Make = Callable[..., FaultServer]
    Open = Callable[..., VaultClient]

PAGE = b"<html>Bad Gateway</html>"
HEALTH = {"initialized": True, "sealed": False, "standby": True}


def test_page_instead_of_an_answer(fault_server: Make, open_client: Open) -> None:
    """T30: a captive portal's page with 200 is told at once."""
    server = fault_server(answer(PAGE, headers={"Content-Type": "text/html; charset=utf-8"}))

    with pytest.raises(ProtocolError) as caught:
        open_client(server.address).read("secret/data/app")
    assert str(caught.value) == (
        f"{server.address}: the answer to GET /v1/secret/data/app is not Vault's (200, text/html)"
    )
    assert len(server.requests) == 1


def test_proxy_that_does_not_reach_the_server(fault_server: Make, open_client: Open) -> None:
    """T30: a proxy's 502 page is tried again until the deadline, then told."""
    server = fault_server(answer(PAGE, 502, {"Content-Type": "text/html"}))
    began = time.monotonic()

    with pytest.raises(VaultUnavailable, match=r"cannot answer GET /v1/secret/data/app now \(502\)"):
        open_client(server.address, deadline=0.4).read("secret/data/app")
    assert 0.2 < time.monotonic() - began < 1
    assert len(server.requests) > 1


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (429, "is a standby, and no active server answers"),
        (472, "is a disaster recovery secondary, which serves no requests"),
        (473, "is a performance standby, and no active server answers"),
        (501, "is not initialised"),
        (503, "is sealed"),
    ],
)
def test_state_is_asked_for(status: int, words: str, fault_server: Make, open_client: Open) -> None:
    """T30: where a 503 does not tell why, sys/health does, without the token."""
    health = answer(HEALTH, status)
    server = fault_server(by_path({"/v1/sys/health": health}, answer({"errors": []}, 503)))

    with pytest.raises(VaultUnavailable) as caught:
        open_client(server.address, "t", retries=0).read("secret/data/app")
    assert str(caught.value) == f"{server.address} {words}"
    assert not caught.value.is_sent
    assert "x-vault-token" not in server.requests[1].headers
    assert server.requests[1].headers["x-vault-request"] == "true"


@pytest.mark.parametrize(
    "health",
    [
        answer(PAGE, 503),
        answer({"error": "no backend"}, 503),
        answer(None, 503),
        answer(HEALTH),
        hang_up(),
        raw(b"x\n"),
    ],
    ids=["page", "other JSON", "empty", "healthy", "hang-up", "no HTTP"],
)
def test_state_that_is_not_vaults(health: Callable[..., bool], fault_server: Make, open_client: Open) -> None:
    """T30: a load balancer's 503 is not taken for a sealed server."""
    server = fault_server(by_path({"/v1/sys/health": health}, answer(PAGE, 503)))

    with pytest.raises(VaultUnavailable) as caught:
        open_client(server.address, retries=0).read("secret/data/app")
    assert str(caught.value) == f"{server.address} cannot answer GET /v1/secret/data/app now (503)"


def test_busy_server(fault_server: Make, open_client: Open) -> None:
    """T28: 429 with Retry-After is waited for."""
    server = fault_server(
        sequence(answer({"errors": ["slow down"]}, 429, {"Retry-After": "1"}), answer({"data": {}}))
    )
    began = time.monotonic()

    assert open_client(server.address).read("secret/data/app").status == 200
    assert 1 <= time.monotonic() - began < 2
