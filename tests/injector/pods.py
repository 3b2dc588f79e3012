"""Pods in exec mode: made from annotations, reviewed as the API server does, and changed by the patch."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import jsonpatch

from vexec.injector.annotations import PREFIX
from vexec.injector.review import review
from vexec.injector.settings import Defaults

if TYPE_CHECKING:
    from collections.abc import Mapping

TOKENS = "/var/run/secrets/kubernetes.io/serviceaccount"
TEMPLATE = """\
{{- with secret "secret/data/spitikos/api" -}}
{{- range $key, $value := .Data.data }}
{{ $key }}={{ $value }}
{{- end }}
{{- end }}
"""
# requirement S1.1, byte for byte
ANNOTATIONS = {
    "agent-inject": "true",
    "agent-run-as-sidecar": "false",
    "role": "api",
    "agent-exec-command": "/server",
    "agent-inject-secret-config.env": "secret/data/spitikos/api",
    "agent-inject-template-config.env": TEMPLATE,
}
DEFAULTS = Defaults(address="https://vault.vault.svc:8200", exec_image="vexec:1")


def container(name: str = "api", tokens: str = TOKENS, **more: Any) -> dict[str, Any]:
    """Return a container with the service account's token mounted."""
    mounts = [{"name": "kube-api-access-x", "mountPath": tokens, "readOnly": True}]
    return {"name": name, "image": "registry.local/api:1", "volumeMounts": mounts, **more}


def pod(
    annotations: Mapping[str, str | None] | None = None, *containers: dict[str, Any], **spec: Any
) -> dict[str, Any]:
    """Return the pod of S1.1; annotations come without their prefix, and None takes one away."""
    merged: dict[str, str | None] = {**ANNOTATIONS, **(annotations or {})}
    given = {PREFIX + name: text for name, text in merged.items() if text is not None}
    volumes = [{"name": "kube-api-access-x", "projected": {"sources": []}}]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "api-1", "namespace": "web", "annotations": given},
        "spec": {"containers": list(containers) or [container()], "volumes": volumes, **spec},
    }


def ask(document: dict[str, Any], defaults: Defaults = DEFAULTS) -> dict[str, Any]:
    """Return the response to a review of a pod, through JSON as the API server sends it."""
    request = {"uid": "u", "namespace": "web", "operation": "CREATE", "object": document}
    asked = {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request}
    answer: dict[str, Any] = json.loads(json.dumps(review(json.loads(json.dumps(asked)), defaults)))
    return dict(answer["response"])


def admitted(document: dict[str, Any], defaults: Defaults = DEFAULTS) -> tuple[dict[str, Any], list[str]]:
    """Return the pod after the patch, and the warnings."""
    response = ask(document, defaults)
    assert response["allowed"], response["status"]["message"]
    operations = json.loads(base64.b64decode(response["patch"]))
    return jsonpatch.apply_patch(document, operations), response.get("warnings", [])


def first(document: dict[str, Any], defaults: Defaults = DEFAULTS) -> dict[str, Any]:
    """Return the first container after the patch."""
    container: dict[str, Any] = admitted(document, defaults)[0]["spec"]["containers"][0]
    return container


def refused(document: dict[str, Any], defaults: Defaults = DEFAULTS) -> str:
    """Return why a pod is refused."""
    response = ask(document, defaults)
    assert not response["allowed"]
    assert "patch" not in response
    return str(response["status"]["message"])


def environ(document: dict[str, Any]) -> dict[str, str]:
    """Return a container's variables."""
    return {entry["name"]: entry.get("value", "") for entry in document["env"]}
