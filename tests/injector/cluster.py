"""The injector's view of the tests' Kubernetes, its webhook's object, and a clock that tests turn."""

from __future__ import annotations

import base64
import datetime
import secrets
from typing import TYPE_CHECKING, Any

from kubernetes.client import Configuration

from tests.servers.client import expect
from vexec.injector.cluster import Cluster
from vexec.injector.renewal import WEBHOOKS

if TYPE_CHECKING:
    from tests.servers.kubernetes import KubernetesServer

SECRET = "vault-injector-certs"


class Clock:
    """The real time, and what a test adds to it."""

    def __init__(self) -> None:
        self.ahead = datetime.timedelta()

    def __call__(self) -> datetime.datetime:
        return datetime.datetime.now(datetime.UTC) + self.ahead

    def advance(self, **units: float) -> None:
        self.ahead += datetime.timedelta(**units)


def reach(server: KubernetesServer) -> Cluster:
    """Return the cluster as its administrator sees it."""
    configuration = Configuration()
    configuration.host = server.address
    configuration.ssl_ca_cert = str(server.ca_cert)
    configuration.api_key = {"BearerToken": f"Bearer {server.admin_token}"}
    return Cluster(configuration)


class Installed:
    """A namespace of its own, and the webhook's object for pods in it."""

    def __init__(self, server: KubernetesServer) -> None:
        self.server = server
        self.name = f"injector-{secrets.token_hex(4)}"
        self.cluster = reach(server)
        server.service_account(self.name, "default")

    def register(self, port: int = 1, policy: str = "Fail") -> None:
        """Make the webhook's object."""
        webhook = {
            "name": "injector.vexec.dev",
            "clientConfig": {"url": f"https://127.0.0.1:{port}/mutate"},
            "rules": [
                {"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]}
            ],
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": self.name}},
            "admissionReviewVersions": ["v1"],
            "sideEffects": "None",
            "failurePolicy": policy,
            "timeoutSeconds": 5,
        }
        expect(
            self.server.request("POST", WEBHOOKS, {"metadata": {"name": self.name}, "webhooks": [webhook]}),
            "",
        )

    def remove(self) -> None:
        """Take the webhook's object away."""
        self.server.request("DELETE", f"{WEBHOOKS}/{self.name}")

    def bundle(self) -> bytes:
        """Return what the API server is told to trust."""
        found = expect(self.server.request("GET", f"{WEBHOOKS}/{self.name}"), "")
        return base64.b64decode(found["webhooks"][0]["clientConfig"].get("caBundle", ""))

    def secret(self) -> dict[str, bytes]:
        """Return what the Secret holds."""
        found = self.cluster.get(f"/api/v1/namespaces/{self.name}/secrets/{SECRET}")
        return {name: base64.b64decode(text) for name, text in (found or {"data": {}})["data"].items()}

    def create_pod(self) -> int:
        """Have the API server admit a pod, which is not kept; return the status."""
        container = {"name": "app", "image": "registry.local/app:1"}
        pod: dict[str, Any] = {"metadata": {"generateName": "api-"}, "spec": {"containers": [container]}}
        return self.server.request("POST", f"/api/v1/namespaces/{self.name}/pods?dryRun=All", pod).status
