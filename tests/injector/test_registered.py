"""The injector as a process, registered with a real API server: pods are created and read back."""

from __future__ import annotations

import json
import signal
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.injector.cluster import Installed
from tests.injector.process import injector

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.servers.client import Answer
    from tests.servers.kubernetes import KubernetesServer

PREFIX = "vault.hashicorp.com/"
EXEC = {
    "agent-inject": "true",
    "agent-run-as-sidecar": "false",
    "role": "api",
    "agent-exec-command": "/server",
    "agent-inject-secret-config.env": "secret/data/spitikos/api",
}


@pytest.fixture(scope="module")
def installed(kubernetes: KubernetesServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    """Give a namespace whose pods are reviewed by `vexec inject --tls-auto`."""
    made = Installed(kubernetes)
    config = tmp_path_factory.mktemp("kubeconfig") / "config"
    write(config, kubernetes)
    env = {"KUBECONFIG": str(config), "NAMESPACE": made.name, "POD_NAME": "injector-0"}
    options = ["--listen=127.0.0.1:0", f"--tls-auto={made.name}", "--tls-auto-hosts=127.0.0.1"]
    options += ["--use-leader-elector", "--vault-address=https://vault.vault.svc:8200"]
    with injector(*options, env=env) as (process, port):
        made.register(port)
        deadline = time.monotonic() + 20
        while made.create_pod() != 201:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        yield made
        made.remove()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
        assert process.returncode == 0


def write(path: Path, server: KubernetesServer) -> None:
    """Write a file for KUBECONFIG."""
    cluster = {"server": server.address, "certificate-authority": str(server.ca_cert)}
    document = {
        "current-context": "c",
        "contexts": [{"name": "c", "context": {"cluster": "k", "user": "u"}}],
        "clusters": [{"name": "k", "cluster": cluster}],
        "users": [{"name": "u", "user": {"token": server.admin_token}}],
    }
    path.write_text(json.dumps(document))


def create(installed: Installed, annotations: dict[str, str]) -> Answer:
    """Have a pod admitted, which is not kept."""
    keyed = {PREFIX + name: value for name, value in annotations.items()}
    spec = {"containers": [{"name": "app", "image": "registry.local/app:1", "args": ["--port", "80"]}]}
    pod = {"metadata": {"name": "api-1", "annotations": keyed}, "spec": spec}
    path = f"/api/v1/namespaces/{installed.name}/pods?dryRun=All"
    return installed.server.request("POST", path, pod)


def test_exec_mode(installed: Installed) -> None:
    """Five annotations, and the container's command is vexec with the program after it."""
    answer = create(installed, EXEC)

    assert answer.status == 201
    (container,) = answer.body["spec"]["containers"]
    words: list[Any] = [*container["command"], *container.get("args", [])]
    assert words[0].endswith("/vexec")
    assert words[words.index("--") + 1 :] == ["/server", "--port", "80"]
    assert answer.body["metadata"]["annotations"][f"{PREFIX}agent-inject-status"] == "injected"


def test_sidecar_mode(installed: Installed) -> None:
    """Without an annotation for exec mode the pod gets the original's two containers."""
    answer = create(installed, {"agent-inject": "true", "role": "api"})

    assert answer.status == 201
    assert [container["name"] for container in answer.body["spec"]["containers"]] == ["app", "vault-agent"]
    assert [found["name"] for found in answer.body["spec"]["initContainers"]] == ["vault-agent-init"]


def test_a_denial(installed: Installed) -> None:
    """Who makes a pod that cannot be injected into is told why."""
    answer = create(installed, {"agent-inject": "true"})

    assert answer.status == 400
    assert "error validating agent configuration: no Vault role found" in answer.body["message"]


def test_a_pod_that_asks_for_nothing(installed: Installed) -> None:
    """Other pods are left as they are."""
    answer = create(installed, {})

    assert answer.status == 201
    assert "initContainers" not in answer.body["spec"]


def test_the_lease_and_the_secret(installed: Installed) -> None:
    """What several replicas agree through is there."""
    path = f"/apis/coordination.k8s.io/v1/namespaces/{installed.name}/leases/vexec-injector-leader"
    lease = installed.cluster.get(path)

    assert lease is not None
    assert lease["spec"]["holderIdentity"] == "injector-0"
    assert set(installed.secret()) == {"cert", "key"}


@pytest.mark.parametrize(("policy", "status"), [("Fail", 500), ("Ignore", 201)])
def test_the_webhook_is_down(kubernetes: KubernetesServer, policy: str, status: int) -> None:
    """Without the injector no pod is made under Fail, and under Ignore one as it was asked for."""
    alone = Installed(kubernetes)
    alone.register(policy=policy)
    deadline = time.monotonic() + 10
    try:
        while policy == "Fail" and alone.create_pod() == 201:  # until the API server has heard of it
            assert time.monotonic() < deadline
            time.sleep(0.1)
        time.sleep(1 if policy == "Ignore" else 0)
        answer = create(alone, EXEC)
    finally:
        alone.remove()

    assert answer.status == status
    assert "initContainers" not in answer.body.get("spec", {})
