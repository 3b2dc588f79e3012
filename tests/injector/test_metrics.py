"""Which injection a patch is, and what is counted."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from vexec.injector.metrics import Metrics, injection_type

INIT = {"name": "vault-agent-init"}
SIDECAR = {"name": "vault-agent"}
APP = {"name": "app"}


def add(path: str, value: object) -> dict[str, Any]:
    """Return an operation that adds."""
    return {"op": "add", "path": path, "value": value}


@pytest.mark.parametrize(
    ("operations", "expected"),
    [
        ([add("/spec/initContainers", [INIT]), add("/spec/containers/-", SIDECAR)], "init_and_sidecar"),
        ([add("/spec/initContainers/-", INIT), add("/spec/containers/-", SIDECAR)], "init_and_sidecar"),
        ([add("/spec/initContainers", [INIT])], "init_only"),
        ([add("/spec/initContainers", [INIT]), add("/spec/initContainers/-", APP)], "init_only"),
        ([add("/spec/containers/-", SIDECAR)], "sidecar_only"),
        ([add("/spec/initContainers/-", APP), add("/spec/containers/-", SIDECAR)], "sidecar_only"),
        ([add("/spec/containers/0/command", ["/vexec"])], "command_only"),
        ([{"op": "remove", "path": "/spec/initContainers"}], "command_only"),
        ([add("/spec/volumes/-", {"name": "vault-secrets"})], "command_only"),
        ([], "command_only"),
    ],
)
def test_injection_types(operations: list[dict[str, Any]], expected: str) -> None:
    """The type is told by the containers that are added, however the list is patched."""
    assert injection_type(operations) == expected


def test_names_are_the_originals() -> None:
    """Dashboards for the original go on working."""
    metrics = Metrics()
    patch = base64.b64encode(json.dumps([add("/spec/initContainers", [INIT])]).encode()).decode()
    metrics.count("web", {"allowed": True, "patch": patch})
    metrics.count("web", {"allowed": True})
    metrics.count("db", {"allowed": False})
    with metrics.processing():
        text = metrics.text().decode()
        assert "vault_agent_injector_request_queue_length 1.0" in text

    assert 'injections_by_namespace_total{injection_type="init_only",namespace="web"} 1.0' in text
    assert 'failed_injections_by_namespace_total{namespace="db"} 1.0' in text
    assert 'request_processing_duration_ms_bucket{le="10000.0"} 1.0' in metrics.text().decode()
    assert "process_resident_memory_bytes" in text


def test_a_refused_request_is_no_longer_in_the_queue() -> None:
    """A request that fails leaves the queue, too."""
    metrics = Metrics()
    with pytest.raises(KeyError), metrics.processing():
        raise KeyError
    assert "vault_agent_injector_request_queue_length 0.0" in metrics.text().decode()
