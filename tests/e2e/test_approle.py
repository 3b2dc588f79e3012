"""Logging in by approle: a role id and a secret id, which may be for one use only."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import pytest

from tests.e2e.program import told
from tests.servers.behaviour import answer, by_path

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.e2e.program import Vexec
    from tests.e2e.store import Store
    from tests.servers.fault import FaultServer


@pytest.fixture
def approle(store: Store) -> dict[str, str]:
    """Give an environment that logs in by approle, at a mount of its own, with a secret id for one use."""
    server, mount, path = store.server, f"approle-{store.word}", store.put({"KEY": "value"})
    server.policy(store.word, f'path "secret/data/{store.word}" {{ capabilities = ["read"] }}')
    server.write(f"sys/auth/{mount}", {"type": "approle"})
    server.write(f"auth/{mount}/role/app", {"token_policies": [store.word], "secret_id_num_uses": 1})
    role_id = server.read(f"auth/{mount}/role/app/role-id")["data"]["role_id"]
    secret_id = server.write(f"auth/{mount}/role/app/secret-id", {})["data"]["secret_id"]
    names = {"VEXEC_AUTH": "approle", "VEXEC_AUTH_MOUNT": mount}
    ids = {"VEXEC_ROLE_ID": role_id, "VEXEC_SECRET_ID": secret_id}
    return {"VAULT_ADDR": server.address, **names, **ids, "A": f"vault:{path}#KEY"}


def arrives(vexec: Vexec, env: dict[str, str]) -> bool:
    """Start the probe and tell whether the wanted value arrived."""
    return bool(vexec.probe(env=env).variables["A"] == "value")


def test_approle(vexec: Vexec, approle: dict[str, str], store: Store, tmp_path: Path) -> None:
    """Role id and secret id come from variables, or from files with white space around them."""
    assert arrives(vexec, approle)

    fresh = store.server.write(f"auth/approle-{store.word}/role/app/secret-id", {})["data"]["secret_id"]
    (tmp_path / "role").write_text(f"{approle.pop('VEXEC_ROLE_ID')}\n")
    (tmp_path / "secret").write_text(f"{fresh}\n")
    del approle["VEXEC_SECRET_ID"]
    approle |= {"VEXEC_ROLE_ID_FILE": f"{tmp_path}/role", "VEXEC_SECRET_ID_FILE": f"{tmp_path}/secret"}
    assert arrives(vexec, approle)


def test_a_secret_id_that_is_used_up(vexec: Vexec, approle: dict[str, str], store: Store) -> None:
    """The second use of a secret id for one use is refused, with the server's reason and without the id."""
    assert arrives(vexec, approle)

    done = vexec("--", "/bin/true", env=approle)
    login = f"POST /v1/auth/approle-{store.word}/login"
    assert done.told == told(
        77, f"log-in refused: {store.server.address}: {login} is refused (400): invalid role or secret ID"
    )


def test_a_secret_id_that_is_wrong(vexec: Vexec, approle: dict[str, str], store: Store) -> None:
    """A wrong secret id, and a wrong role id, are refused with the server's reason; none is shown."""
    secret_id, role_id = secrets.token_hex(16), secrets.token_hex(16)

    for env in ({"VEXEC_SECRET_ID": secret_id}, {"VEXEC_ROLE_ID": role_id}):
        status, words = vexec("--", "/bin/true", env={**approle, **env}).told
        assert status == 77
        assert words.startswith(f"vexec: log-in refused: {store.server.address}: POST /v1/auth/approle-")
        assert words.endswith("is refused (400): invalid role or secret ID\n")
        assert secret_id not in words
        assert role_id not in words


def test_approle_without_a_role_id(vexec: Vexec, approle: dict[str, str]) -> None:
    """An input that the method needs is named."""
    del approle["VEXEC_ROLE_ID"]

    assert vexec("--", "/bin/true", env=approle).told == told(
        78, "the log-in method approle needs VEXEC_ROLE_ID or VEXEC_ROLE_ID_FILE"
    )


def test_a_log_in_is_not_repeated_once_sent(vexec: Vexec, fault_server: Callable[..., FaultServer]) -> None:
    """T28: a secret id may be used up, so a log-in that was sent and not answered is not sent again."""
    server = fault_server(by_path({"/v1/auth/": answer({"errors": ["storage"]}, 500)}, answer({})))
    env = {
        "VAULT_ADDR": server.address,
        "VEXEC_AUTH": "approle",
        "VEXEC_ROLE_ID": "r",
        "VEXEC_SECRET_ID": "s",
    }

    assert vexec("--", "/bin/true", env={**env, "A": "vault:secret/app#KEY"}).told == told(
        75, f"{server.address} cannot answer POST /v1/auth/approle/login now (500): storage"
    )
    assert len(server.requests) == 1


def test_a_mount_that_is_not_there(vexec: Vexec, approle: dict[str, str], store: Store) -> None:
    """A log-in at a mount that does not exist is refused by the server, and the path is told."""
    status, words = vexec("--", "/bin/true", env={**approle, "VEXEC_AUTH_MOUNT": "nowhere"}).told

    assert status == 77
    assert f"{store.server.address}: " in words
    assert "/v1/auth/nowhere/login" in words
