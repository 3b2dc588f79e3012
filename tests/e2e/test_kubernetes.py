"""Log-in by a pod's service-account token: the real API server reviews it for the real Vault."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.e2e.program import told
from tests.servers.kubernetes import enable_kubernetes_auth, write_kubernetes_role

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.program import Vexec
    from tests.e2e.store import Store
    from tests.servers.kubernetes import KubernetesServer

ACCOUNT = "vexec-e2e"
MOUNTED = "/var/run/secrets/kubernetes.io/serviceaccount/token"


@pytest.fixture
def env(store: Store, kubernetes: KubernetesServer, tmp_path: Path) -> dict[str, str]:
    """Give an environment that logs in as a pod would, with its projected token in a file."""
    path = store.put({"KEY": "value"})
    store.server.policy(store.word, f'path "secret/data/{store.word}" {{ capabilities = ["read"] }}')
    kubernetes.service_account("default", ACCOUNT)
    enable_kubernetes_auth(store.server, kubernetes)
    write_kubernetes_role(store.server, store.word, service_account=ACCOUNT, policies=[store.word])
    token = tmp_path / "token"
    token.write_text(kubernetes.token("default", ACCOUNT, ["vault"]))
    names = {"VEXEC_AUTH": "kubernetes", "VEXEC_ROLE": store.word, "VEXEC_JWT_FILE": str(token)}
    return {"VAULT_ADDR": store.server.address, **names, "A": f"vault:{path}#KEY"}


def test_a_projected_token_logs_in(vexec: Vexec, env: dict[str, str]) -> None:
    """A token of the right account and audience logs in."""
    assert vexec.probe(env=env).variables["A"] == "value"


def test_the_role_in_the_servers_spelling(vexec: Vexec, env: dict[str, str]) -> None:
    """VAULT_ROLE names the role as well, and goes like the rest."""
    env["VAULT_ROLE"] = env.pop("VEXEC_ROLE")

    assert set(vexec.probe(env=env).variables) == {"PATH", "HOME", "A"}


def test_a_token_for_another_audience(
    vexec: Vexec, env: dict[str, str], kubernetes: KubernetesServer, store: Store
) -> None:
    """A token for another audience is refused with the server's reason and without the token."""
    token = kubernetes.token("default", ACCOUNT, ["elsewhere"])
    env |= {"VEXEC_JWT": token}
    del env["VEXEC_JWT_FILE"]

    status, words = vexec("--", "/bin/true", env=env).told
    assert status == 77
    assert words.startswith(f"vexec: log-in refused: {store.server.address}: ")
    assert "invalid audience (aud) claim" in words
    assert not [piece for piece in token.split(".") if piece in words]


def test_another_account(
    vexec: Vexec, env: dict[str, str], kubernetes: KubernetesServer, store: Store
) -> None:
    """A token of an account that the role does not name is refused with the server's reason."""
    kubernetes.service_account("default", "somebody")
    env |= {"VEXEC_JWT": kubernetes.token("default", "somebody", ["vault"])}
    del env["VEXEC_JWT_FILE"]

    status, words = vexec("--", "/bin/true", env=env).told
    login = f"{store.server.address}: permission denied: POST /v1/auth/kubernetes/login"
    assert status == 77
    assert words.startswith(f"vexec: log-in refused: {login} (403): service account name not authorized\n")


def test_a_role_is_needed(vexec: Vexec, env: dict[str, str]) -> None:
    """Without a role the variable is named."""
    del env["VEXEC_ROLE"]

    assert vexec("--", "/bin/true", env=env).told == told(78, "the log-in method kubernetes needs VEXEC_ROLE")


def test_the_mounted_token_is_the_default(vexec: Vexec, env: dict[str, str]) -> None:
    """Without VEXEC_JWT the place is read where the kubelet mounts a token; that there is none is said."""
    if os.path.exists(MOUNTED):
        pytest.skip("no pod — this machine is one, with a token of its own")
    del env["VEXEC_JWT_FILE"]

    assert vexec("--", "/bin/true", env=env).told == told(
        77, f"service-account token: {MOUNTED} does not exist"
    )


@pytest.mark.parametrize("kind", ["empty", "directory", "closed"])
def test_tokens_that_cannot_be_read(vexec: Vexec, env: dict[str, str], tmp_path: Path, kind: str) -> None:
    """T32: an empty file, a directory, and a file of somebody else's, told with uid, gid, owner and mode."""
    token = tmp_path / "token"
    if kind == "closed":
        token.chmod(0o200)
    else:
        token.unlink()
        token.mkdir() if kind == "directory" else token.touch()
    me = f"uid {os.geteuid()}, gid {os.getegid()}"
    words = {
        "empty": [f"VEXEC_JWT_FILE: {token} is empty"],
        "directory": [f"VEXEC_JWT_FILE: {token} is a directory"],
        "closed": [
            f"VEXEC_JWT_FILE: {token} may not be read by {me}",
            f"hint: it belongs to {os.geteuid()}:{os.getegid()} with mode --w-------",
        ],
    }

    done = vexec("--", "/bin/true", env=env, launch={"is_ordinary": True})
    assert done.told == told(77, *words[kind])
