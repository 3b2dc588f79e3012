"""What the real API server says to a pod after the patch, in a namespace of the strictest standard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.injector.pods import admitted, container, pod

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.servers.kubernetes import KubernetesServer

NAMESPACE = "restricted"
LABELS = {"pod-security.kubernetes.io/enforce": "restricted"}
RESTRICTED = {
    "runAsNonRoot": True,
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "seccompProfile": {"type": "RuntimeDefault"},
}


@pytest.fixture(scope="module")
def cluster(kubernetes: KubernetesServer) -> KubernetesServer:
    """Give the API server, with a namespace that is labelled `restricted`."""
    kubernetes.service_account(NAMESPACE, "default")
    namespace = kubernetes.request("GET", f"/api/v1/namespaces/{NAMESPACE}").body
    namespace["metadata"]["labels"] = LABELS
    assert kubernetes.request("PUT", f"/api/v1/namespaces/{NAMESPACE}", namespace).status == 200
    return kubernetes


def create(cluster: KubernetesServer, annotations: Mapping[str, str | None]) -> tuple[int, Any]:
    """Create the patched pod, in a dry run."""
    own = container(securityContext=RESTRICTED, resources={"limits": {"memory": "1Gi"}})
    made, _ = admitted(pod(annotations, own))
    made["metadata"]["namespace"] = NAMESPACE
    answer = cluster.request("POST", f"/api/v1/namespaces/{NAMESPACE}/pods?dryRun=All", made)
    return answer.status, answer.body


@pytest.mark.parametrize(
    "annotations",
    [
        {},
        {"agent-exec-delivery": "image"},
        {"agent-init-first": "true", "agent-run-as-user": "65532"},
        {"tls-secret": "t", "agent-extra-secret": "e", "agent-configmap": "c"},
    ],
)
def test_a_restricted_namespace_admits_it(
    cluster: KubernetesServer, annotations: dict[str, str | None]
) -> None:
    """S1.5: with any delivery and all volumes; the API server takes the pod as the patch made it."""
    status, body = create(cluster, annotations)

    assert status == 201, body
    assert body["spec"]["containers"][0]["args"] == ["/server"]


def test_an_image_volume(cluster: KubernetesServer) -> None:
    """With the feature ImageVolume the API server keeps the volume and its mount."""
    status, body = create(cluster, {"agent-exec-delivery": "image-volume"})

    assert status == 201, body
    image = {"reference": "vexec:1", "pullPolicy": "IfNotPresent"}
    assert {"name": "vexec-install", "image": image} in body["spec"]["volumes"]
    assert {"name": "vexec-install", "mountPath": "/vexec-bin", "readOnly": True}.items() <= {
        name: value
        for mount in body["spec"]["containers"][0]["volumeMounts"]
        for name, value in mount.items()
        if mount["name"] == "vexec-install"
    }.items()


def test_the_label_counts(cluster: KubernetesServer) -> None:
    """Without the init container's security context the namespace refuses the pod."""
    status, body = create(cluster, {"agent-set-security-context": "false"})

    assert status == 403
    assert 'violates PodSecurity "restricted:latest"' in body["message"]
    assert 'container "vexec-install"' in body["message"]
