"""What is tried again and what is final, and redirects to the active server (T28, T31)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.program import steady, told
from tests.servers.behaviour import answer, by_path, redirect, sequence

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.e2e.program import Ended, Vexec
    from tests.servers.fault import FaultServer
    from tests.servers.pki import Pki

MOUNT = {"data": {"path": "kv/", "type": "kv", "options": None, "KEY": "value"}}


def ask(vexec: Vexec, address: str, **env: str) -> Ended:
    """Ask the server at an address for a secret, with a short deadline."""
    given = {"VAULT_ADDR": address, "VAULT_TOKEN": "t", "A": "vault:kv/app#KEY", "VEXEC_DEADLINE": "2s"}
    return vexec("--", "/bin/true", env={**given, **env})


def test_a_redirect_to_another_tls_server_is_followed(
    vexec: Vexec, fault_server: Callable[..., FaultServer], pki: Pki
) -> None:
    """T31: a standby's 307 to the active server is followed once, with the token, from https to https."""
    active = fault_server(answer(MOUNT), tls=pki.server())
    standby = fault_server(redirect(f"{active.address}/v1/kv/app"), tls=pki.server())
    env = {"VAULT_CACERT": str(pki.ca), "A": "vault:kv/app?kv=1#KEY"}

    assert ask(vexec, standby.address, **env).told == (0, "")
    assert [request.headers["x-vault-token"] for request in active.requests] == ["t"]


def test_a_log_in_is_redirected_with_its_body(
    vexec: Vexec, fault_server: Callable[..., FaultServer], pki: Pki
) -> None:
    """T31: method and body are kept over a redirect."""
    token = answer({"auth": {"client_token": "made"}})
    active = fault_server(by_path({"/v1/auth/": token}, answer(MOUNT)), tls=pki.server())
    login = redirect(f"{active.address}/v1/auth/approle/login")
    standby = fault_server(by_path({"/v1/auth/": login}, answer(MOUNT)), tls=pki.server())
    env = {"VAULT_CACERT": str(pki.ca), "VEXEC_AUTH": "approle", "VEXEC_ROLE_ID": "r", "VEXEC_SECRET_ID": "s"}

    assert ask(vexec, standby.address, **env).told == (0, "")
    (request,) = active.requests
    assert (request.method, request.json) == ("POST", {"role_id": "r", "secret_id": "s"})


@pytest.mark.parametrize("status", [500, 502, 503, 504, 429, 412])
def test_what_passes_is_tried_again(
    vexec: Vexec, fault_server: Callable[..., FaultServer], status: int
) -> None:
    """T28: such an answer is told as a warning and tried again; the start then succeeds."""
    wrong = answer({"errors": ["for a moment"]}, status)
    healthy = by_path({"/v1/sys/health": answer({"initialized": True})}, answer(MOUNT))
    server = fault_server(sequence(wrong, healthy))

    done = ask(vexec, server.address, VEXEC_DEADLINE="20s")
    assert done.status == 0
    assert done.stderr.startswith(f"vexec: {server.address} ")
    assert steady(done.stderr).endswith("; trying again for N s at most\n")


def test_retry_after_is_honoured(vexec: Vexec, fault_server: Callable[..., FaultServer]) -> None:
    """T28: the server's Retry-After is waited for; more than is left ends the start at once."""
    busy = answer({"errors": ["busy"]}, 429, {"Retry-After": "1"})
    server = fault_server(sequence(busy, answer(MOUNT)))
    done = ask(vexec, server.address, VEXEC_DEADLINE="20s")
    assert (done.status, done.seconds > 1) == (0, True)

    server = fault_server(answer({"errors": ["busy"]}, 429, {"Retry-After": "30"}))
    done = ask(vexec, server.address, VEXEC_DEADLINE="10s")
    assert done.seconds < 5
    assert done.told == told(
        75,
        f"{server.address} cannot answer GET /v1/sys/internal/ui/mounts/kv/app now (429): busy",
        "hint: gave up after 1 try: the server asks to wait 30 s, which is more than is left",
    )


@pytest.mark.parametrize("status", [400, 403, 404, 405])
def test_what_does_not_pass_is_not_tried_again(
    vexec: Vexec, fault_server: Callable[..., FaultServer], status: int
) -> None:
    """T28: a refusal is final: one request."""
    server = fault_server(answer({"errors": ["no"]}, status))

    assert ask(vexec, server.address, VEXEC_DEADLINE="20s").status in (66, 69, 76, 77)
    assert len(server.requests) == 1


def test_max_retries_bound_a_request(vexec: Vexec, fault_server: Callable[..., FaultServer]) -> None:
    """VAULT_MAX_RETRIES bounds the repeats of a request before the deadline does."""
    server = fault_server(answer({"errors": ["storage"]}, 500))

    done = ask(vexec, server.address, VEXEC_DEADLINE="20s", VAULT_MAX_RETRIES="2")
    assert (done.status, len(server.requests)) == (75, 3)
    assert done.stderr.endswith("\nvexec: hint: gave up after 3 tries (VAULT_MAX_RETRIES)\n")
