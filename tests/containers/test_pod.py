"""A start as in a pod: the mounted service-account token, a role, and nothing else is configured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.containers.image import PROBE
from tests.e2e.program import told
from tests.servers.kubernetes import enable_kubernetes_auth, write_kubernetes_role

if TYPE_CHECKING:
    from pathlib import Path

    from tests.containers.runner import Runner
    from tests.e2e.store import Store
    from tests.servers.kubernetes import KubernetesServer

DIRECTORY = "/var/run/secrets/kubernetes.io/serviceaccount"


def test_the_mounted_token_is_found(
    container: Runner, store: Store, kubernetes: KubernetesServer, tmp_path: Path
) -> None:
    """Where a token is mounted and a role is set, kubernetes is the method; what cannot be read says so."""
    path = store.put({"KEY": "value"})
    store.server.policy(store.word, f'path "secret/data/{store.word}" {{ capabilities = ["read"] }}')
    kubernetes.service_account("default", "pod")
    enable_kubernetes_auth(store.server, kubernetes)
    write_kubernetes_role(store.server, store.word, service_account="pod", policies=[store.word])
    token = tmp_path / "token"
    token.write_text(kubernetes.token("default", "pod", ["vault"]))
    token.chmod(0o644)
    env = {"VAULT_ADDR": store.server.address, "VEXEC_ROLE": store.word, "A": f"vault:{path}#KEY"}
    options = ["-v", f"{token}:{DIRECTORY}/token:ro"]

    seen = container("--", *PROBE, env=env, options=options, network="host").seen
    assert (seen.pid, seen.variables["A"]) == (1, "value")
    token.chmod(0o600)
    assert container("--", *PROBE, env=env, options=options, network="host").told == told(
        77,
        f"service-account token: {DIRECTORY}/token may not be read by uid 65532, gid 0",
        "hint: it belongs to 0:0 with mode -rw-------",
    )
