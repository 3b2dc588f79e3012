"""A server that cannot serve, or is none: each its own line and exit code (T30, T31)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.program import steady, told
from tests.servers.behaviour import answer, by_path, huge_body, raw, redirect
from tests.servers.process import free_port
from tests.servers.vault import VaultServer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.e2e.program import Ended, Vexec
    from tests.e2e.store import Store
    from tests.servers.behaviour import Behaviour
    from tests.servers.fault import FaultServer
    from tests.servers.pki import Pki

HTML = {"Content-Type": "text/html; charset=utf-8"}
MOUNT = {"data": {"path": "kv/", "type": "kv", "options": None, "KEY": "value"}}
FROM_VAULT = "hint: does the address lead to Vault, or to a proxy or another service in front of it?"


def ask(vexec: Vexec, address: str, **env: str) -> Ended:
    """Ask the server at an address for a secret, with a short deadline."""
    given = {"VAULT_ADDR": address, "VAULT_TOKEN": "t", "A": "vault:kv/app#KEY", "VEXEC_DEADLINE": "2s"}
    return vexec("--", "/bin/true", env={**given, **env})


def last(done: Ended) -> tuple[int, list[str]]:
    """Return the status and the lines without those of the wait, and without the number of tries."""
    return done.status, [line for line in steady(done.stderr).splitlines() if "trying again for" not in line]


GAVE_UP = "vexec: hint: gave up after N tries in 2 s (VEXEC_DEADLINE)"


def test_a_sealed_server(vexec: Vexec, sealable_vault: VaultServer) -> None:
    """T30: sealed until the deadline is 75, told at once and at the end."""
    sealable_vault.seal()

    done = ask(vexec, sealable_vault.address)
    words = f"vexec: {sealable_vault.address} is sealed"
    assert steady(done.stderr).splitlines()[0] == f"{words}; trying again for N s at most"
    assert last(done) == (75, [words, GAVE_UP])
    assert 1 < done.seconds < 5


def test_an_uninitialised_server(
    vexec: Vexec, start_vault: Callable[[VaultServer], VaultServer], tmp_path: Path
) -> None:
    """T30: a server that was never initialised is told as that, not as sealed."""
    server = start_vault(VaultServer.uninitialised(tmp_path / "vault"))

    assert last(ask(vexec, server.address)) == (75, [f"vexec: {server.address} is not initialised", GAVE_UP])


NAMESPACES: dict[str, tuple[Behaviour, int, tuple[str, ...]]] = {
    "not found": (
        answer({"errors": ["namespace not found"]}, 404),
        69,
        ("{at}: the namespace does not exist: {look_up} (404)",),
    ),
    "no route": (
        answer({"errors": ['no handler for route "team/kv/app". route entry not found.']}, 404),
        69,
        (
            "{at}: nothing is mounted there: {look_up} (404)",
            "hint: does the server have namespace team?",
        ),
    ),
}


@pytest.mark.parametrize(("behaviour", "status", "lines"), NAMESPACES.values(), ids=NAMESPACES)
def test_a_wrong_namespace(
    vexec: Vexec,
    fault_server: Callable[..., FaultServer],
    behaviour: Behaviour,
    status: int,
    lines: tuple[str, ...],
) -> None:
    """T30: what servers with namespaces answer for one that is not there is told as that."""
    server = fault_server(behaviour)
    look_up = "GET /v1/sys/internal/ui/mounts/kv/app (namespace team)"

    done = ask(vexec, server.address, VAULT_NAMESPACE="team")
    assert done.told == told(status, *(line.format(at=server.address, look_up=look_up) for line in lines))


def test_a_namespace_that_may_not_be_used(vexec: Vexec, fault_server: Callable[..., FaultServer]) -> None:
    """T24, T30: a 403 in a namespace names it, since it may be the namespace that is wrong."""
    server = fault_server(answer({"errors": ["permission denied"]}, 403))

    done = ask(vexec, server.address, VAULT_NAMESPACE="team", A="vault:kv/app?kv=1#KEY")
    assert done.told == told(
        77,
        f"variable A: {server.address}: permission denied: GET /v1/kv/app (namespace team) (403)",
        'hint: a policy of the token needs: path "kv/app" { capabilities = ["read"] }, '
        "in namespace team, which must exist",
    )


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (429, "is a standby, and no active server answers"),
        (472, "is a disaster recovery secondary, which serves no requests"),
        (473, "is a performance standby, and no active server answers"),
    ],
)
def test_a_standby(vexec: Vexec, fault_server: Callable[..., FaultServer], status: int, words: str) -> None:
    """T30: a standby without an active server answers 503, and its health says what it is."""
    health = answer({"initialized": True, "sealed": False, "standby": True}, status)
    server = fault_server(by_path({"/v1/sys/health": health}, answer({"errors": []}, 503)))

    assert last(ask(vexec, server.address)) == (75, [f"vexec: {server.address} {words}", GAVE_UP])


ANSWERS: dict[str, tuple[Behaviour, int, tuple[str, ...]]] = {
    "page": (
        answer(b"<html>Log in to the guest network</html>", 200, HTML),
        76,
        ("{at}: the answer to {look_up} is not Vault's (200, text/html)", FROM_VAULT),
    ),
    "page of 403": (
        answer(b"<html>blocked</html>", 403, HTML),
        76,
        ("{at}: the answer to {look_up} is not Vault's (403, text/html)", FROM_VAULT),
    ),
    "other JSON": (
        answer([1, 2], 200),
        76,
        ("{at}: the answer to {look_up} is not Vault's (200, application/json)", FROM_VAULT),
    ),
    "other protocol": (raw(b"220 mail.test ESMTP\r\n"), 76, ("{at}: the answer is not HTTP/1.1",)),
    "endless": (huge_body(), 76, ("{at}: the answer is larger than 32 MiB",)),
    "redirect": (
        redirect("http://127.0.0.1:1/v1/x"),
        76,
        (
            "{at}: redirects to http://127.0.0.1:1, where the token would not be safe",
            "hint: set VAULT_ADDR to http://127.0.0.1:1 if that is the active server",
        ),
    ),
    "redirect without end": (redirect(), 76, ("{at}: redirects once more from {at}",)),
}


@pytest.mark.parametrize(("behaviour", "status", "lines"), ANSWERS.values(), ids=ANSWERS)
def test_what_is_not_vault(
    vexec: Vexec,
    fault_server: Callable[..., FaultServer],
    behaviour: Behaviour,
    status: int,
    lines: tuple[str, ...],
) -> None:
    """T30, T31: a page of a proxy or portal, another service, an endless body or redirect: 76, at once."""
    server = fault_server(behaviour)
    look_up = "GET /v1/sys/internal/ui/mounts/kv/app"

    done = ask(vexec, server.address, VEXEC_DEADLINE="20s")
    expected = told(status, *lines)[1].replace("{at}", server.address).replace("{look_up}", look_up)
    assert done.told == (status, expected)


def test_plain_http_to_a_tls_port(vexec: Vexec, tls_vault: VaultServer) -> None:
    """T33: http:// to a server that speaks TLS is explained by its own 400."""
    address = tls_vault.address.replace("https:", "http:")

    assert ask(vexec, address).told == told(
        76,
        f"{address}: the server speaks TLS on this port",
        "hint: the address must begin with https://",
    )


def test_tls_to_a_plain_port(vexec: Vexec, store: Store, pki: Pki) -> None:
    """https:// to a server that speaks plain HTTP is explained."""
    address = store.server.address.replace("http:", "https:")

    done = ask(vexec, address, VAULT_CACERT=str(pki.ca))
    assert done.status == 69
    assert done.stderr.startswith(f"vexec: {address}: TLS: ")
    assert done.stderr.endswith(
        "\nvexec: hint: does the server speak plain HTTP there? then the address begins with http://\n"
    )


def test_nobody_listens(vexec: Vexec) -> None:
    """A server that is away is waited for until the deadline, then 75."""
    address = f"http://127.0.0.1:{free_port()}"

    status, lines = last(ask(vexec, address))
    assert status == 75
    assert lines == [f"vexec: {address}: the connection is refused", GAVE_UP]


def test_a_socket_that_is_not_there(vexec: Vexec, tmp_path: Path) -> None:
    """The same for a unix socket, as an agent in the same pod would make it."""
    status, lines = last(ask(vexec, f"unix://{tmp_path}/agent.sock"))

    assert status == 75
    assert lines == [f"vexec: unix://{tmp_path}/agent.sock: the socket does not exist", GAVE_UP]


def test_a_unix_socket(vexec: Vexec, sealable_vault: VaultServer) -> None:
    """T33: unix:// leads to the real server's own socket."""
    sealable_vault.write("secret/data/app", {"data": {"KEY": "value"}})
    env = {"VAULT_ADDR": f"unix://{sealable_vault.unix_socket}", "VAULT_TOKEN": sealable_vault.root_token}

    assert vexec.probe(env={**env, "A": "vault:secret/app#KEY"}).variables["A"] == "value"
