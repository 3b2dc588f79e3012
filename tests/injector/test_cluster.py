"""How the injector finds its cluster, and what it says of one that refuses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.injector.cluster import reach
from vexec.errors import ConfigError
from vexec.injector.cluster import ClusterError, connect, namespace

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers.kubernetes import KubernetesServer


@pytest.fixture
def mount(kubernetes: KubernetesServer, tmp_path: Path) -> Path:
    """Make what a pod has mounted of its service account."""
    (tmp_path / "token").write_text(kubernetes.admin_token)
    (tmp_path / "ca.crt").write_bytes(kubernetes.ca_cert.read_bytes())
    (tmp_path / "namespace").write_text("vault\n")
    return tmp_path


def test_a_pod_finds_its_cluster(kubernetes: KubernetesServer, mount: Path) -> None:
    """In a pod the address comes from variables, the token from the mounted service account."""
    url = urlsplit(kubernetes.address)
    environ = {"KUBERNETES_SERVICE_HOST": str(url.hostname), "KUBERNETES_SERVICE_PORT": str(url.port)}
    found = connect(environ, str(mount)).get("/api/v1/namespaces/default")

    assert found is not None
    assert found["metadata"]["name"] == "default"
    assert namespace({}, str(mount)) == "vault"
    assert namespace({"NAMESPACE": "other"}, str(mount)) == "other"


def test_outside_there_is_kubeconfig(kubernetes: KubernetesServer, mount: Path) -> None:
    """KUBECONFIG names a file that says all."""
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "c",
        "contexts": [{"name": "c", "context": {"cluster": "k", "user": "u"}}],
        "clusters": [
            {
                "name": "k",
                "cluster": {"server": kubernetes.address, "certificate-authority": str(kubernetes.ca_cert)},
            }
        ],
        "users": [{"name": "u", "user": {"token": kubernetes.admin_token}}],
    }
    (mount / "config").write_text(json.dumps(document))

    assert connect({"KUBECONFIG": str(mount / "config")}).get("/api/v1/namespaces/default") is not None


@pytest.mark.parametrize(
    "environ", [{}, {"KUBERNETES_SERVICE_HOST": "h", "KUBERNETES_SERVICE_PORT": "1"}, {"KUBECONFIG": "/none"}]
)
def test_no_cluster_is_a_mistake(environ: dict[str, str], tmp_path: Path) -> None:
    """Without a cluster, --tls-auto cannot be served."""
    with pytest.raises(ConfigError, match="there is no cluster to ask"):
        connect(environ, str(tmp_path))
    assert namespace(environ, str(tmp_path)) == "default"


def test_what_is_not_there_is_none(kubernetes: KubernetesServer) -> None:
    """An absent object is None; other refusals are errors with the server's words."""
    cluster = reach(kubernetes)
    assert cluster.get("/api/v1/namespaces/none") is None

    with pytest.raises(ClusterError, match=r"POST /api/v1/namespaces: 422 .*Required value") as caught:
        cluster.send("POST", "/api/v1/namespaces", {"metadata": {}})
    assert caught.value.status == 422


def test_a_server_that_is_away() -> None:
    """Without an answer the status is 0."""
    from kubernetes.client import Configuration

    from vexec.injector.cluster import Cluster

    configuration = Configuration()
    configuration.host = "https://127.0.0.1:1"
    with pytest.raises(ClusterError, match="GET /x: ") as caught:
        Cluster(configuration).get("/x")
    assert caught.value.status == 0
