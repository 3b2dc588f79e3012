"""Pods and reviews for the injector's tests."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from vexec.injector.review import review
from vexec.injector.settings import Defaults

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "vault.hashicorp.com/"
DEFAULTS = Defaults(address="https://vault.vault.svc:8200")
TOKEN_MOUNT = {
    "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount",
    "name": "kube-api-access-abcde",
    "readOnly": True,
}
TOKEN_VOLUME = {
    "name": "kube-api-access-abcde",
    "projected": {"sources": [{"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}}]},
}


def container(name: str = "app", **more: Any) -> dict[str, Any]:
    """Make a container."""
    made = {
        "name": name,
        "image": "registry.local/app:1",
        "command": ["/server"],
        "volumeMounts": [TOKEN_MOUNT],
    }
    return {**made, **more}


def pod(annotations: Mapping[str, Any] | None = None, **spec: Any) -> dict[str, Any]:
    """Make a pod that asks for injection; annotations are named without their prefix."""
    named = {"agent-inject": "true", "role": "api", **(annotations or {})}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": "api-1",
            "namespace": "web",
            "annotations": {PREFIX + name: text for name, text in named.items() if text is not None},
        },
        "spec": {"containers": [container()], "volumes": [TOKEN_VOLUME], **spec},
    }


def asked(document: Any, version: str = "v1", namespace: str = "web") -> dict[str, Any]:
    """Make a review of a pod."""
    return {
        "apiVersion": f"admission.k8s.io/{version}",
        "kind": "AdmissionReview",
        "request": {"uid": "u-1", "namespace": namespace, "operation": "CREATE", "object": document},
    }


def answer(document: Any, defaults: Defaults = DEFAULTS, **more: str) -> dict[str, Any]:
    """Return the response to a review of a pod."""
    response: dict[str, Any] = review(asked(document, **more), defaults)["response"]
    return response


def operations(response: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the operations of a response's patch; none for none."""
    return json.loads(base64.b64decode(response["patch"])) if "patch" in response else []


def injected(annotations: Mapping[str, Any] | None = None, **spec: Any) -> list[dict[str, Any]]:
    """Return the operations for a pod, which must be allowed."""
    response = answer(pod(annotations, **spec))
    assert response["allowed"], response
    return operations(response)


def refusal(annotations: Mapping[str, Any] | None = None, **spec: Any) -> str:
    """Return why a pod is denied."""
    response = answer(pod(annotations, **spec))
    assert not response["allowed"]
    assert "patch" not in response
    return str(response["status"]["message"])


def agent(found: list[dict[str, Any]], name: str = "vault-agent") -> dict[str, Any]:
    """Return the container of that name from among the operations."""
    for operation in found:
        values = operation.get("value")
        for value in values if isinstance(values, list) else [values]:
            if isinstance(value, dict) and value.get("name") == name and "image" in value:
                return value
    raise AssertionError(f"there is no {name}")


def variables(made: Mapping[str, Any]) -> dict[str, str]:
    """Return a container's variables that have a value."""
    return {entry["name"]: entry["value"] for entry in made["env"] if "value" in entry}


def config(found: list[dict[str, Any]], name: str = "vault-agent") -> dict[str, Any]:
    """Return the configuration of the container of that name."""
    text = base64.b64decode(variables(agent(found, name))["VAULT_CONFIG"])
    read: dict[str, Any] = json.loads(text)
    return read
