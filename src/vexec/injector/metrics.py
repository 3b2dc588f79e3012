"""The server's metrics, named as the original's; the only user of `prometheus_client`."""

from __future__ import annotations

import base64
import contextlib
import json
import time
from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

PREFIX = "vault_agent_injector_"
MILLISECONDS = (5, 10, 25, 50, 75, 100, 250, 500, 1000, 2500, 5000, 7500, 10000)
KIND = CONTENT_TYPE_LATEST
# has an init container, has a sidecar → the label; the last is ours: exec mode with the binary in the image
TYPES = {
    (True, True): "init_and_sidecar",
    (True, False): "init_only",
    (False, True): "sidecar_only",
    (False, False): "command_only",
}


class Metrics:
    """What is counted; one registry for each server."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._queue = Gauge(
            f"{PREFIX}request_queue_length", "Reviews that wait for an answer", registry=self.registry
        )
        self._time = Histogram(
            f"{PREFIX}request_processing_duration_ms",
            "Milliseconds from a review to its answer",
            buckets=MILLISECONDS,
            registry=self.registry,
        )
        self._injections = Counter(
            f"{PREFIX}injections_by_namespace_total",
            "Pods that were injected into",
            ("namespace", "injection_type"),
            registry=self.registry,
        )
        self._failures = Counter(
            f"{PREFIX}failed_injections_by_namespace_total",
            "Pods that were denied",
            ("namespace",),
            registry=self.registry,
        )

    @contextlib.contextmanager
    def processing(self) -> Iterator[None]:
        """Count and time one review."""
        began = time.perf_counter()
        with self._queue.track_inprogress():
            yield
        self._time.observe((time.perf_counter() - began) * 1000)

    def count(self, namespace: str, response: Mapping[str, Any]) -> None:
        """Count what a review came to: the `response` of its answer."""
        if not response.get("allowed"):
            self._failures.labels(namespace).inc()
        elif "patch" in response:
            operations = json.loads(base64.b64decode(response["patch"]))
            self._injections.labels(namespace, injection_type(operations)).inc()

    def text(self) -> bytes:
        """Return all of it in Prometheus's form."""
        return generate_latest(self.registry)


def injection_type(operations: Sequence[Mapping[str, Any]]) -> str:
    """Tell by a patch's operations which containers it adds.

    Containers that were there may be removed and added again, so names of the agent's are what counts.
    """
    paths = {"initContainers": False, "containers": False}
    for operation in operations:
        place = operation["path"].split("/")
        if len(place) in (3, 4) and place[1] == "spec" and place[2] in paths and operation["op"] == "add":
            paths[place[2]] |= any(is_ours(container) for container in containers(operation["value"]))
    return TYPES[paths["initContainers"], paths["containers"]]


def containers(value: Any) -> Sequence[Any]:
    """Return the containers of an operation that adds one, or a list with it."""
    return value if isinstance(value, list) else [value]


def is_ours(container: Any) -> bool:
    """Tell whether a container is one of the injector's."""
    name = str(container.get("name", "")) if isinstance(container, dict) else ""
    return name.startswith(("vault-agent", "vexec"))
