"""Which of several replicas leads: the one that holds a Lease of coordination.k8s.io.

Theory of operation: the holder renews the Lease at every turn. The others note when they last saw it change,
by their own clock, since clocks of machines differ; where it has not changed for as long as it lasts, whoever
writes first takes over, and the API server refuses all but one, by the object's resourceVersion.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from vexec.injector.cluster import ClusterError

if TYPE_CHECKING:
    from collections.abc import Callable

    from vexec.injector.cluster import Cluster

NAME = "vexec-injector-leader"
SECONDS = 15  # how long a Lease lasts after its holder's last word
VERSION = "coordination.k8s.io/v1"


class Lease:
    """One replica's view of the Lease."""

    def __init__(
        self, cluster: Cluster, namespace: str, identity: str, now: Callable[[], datetime.datetime]
    ) -> None:
        self._cluster = cluster
        self._path = f"/apis/{VERSION}/namespaces/{namespace}/leases"
        self._identity = identity
        self._now = now
        self._seen = ""
        self._seen_at = now()

    def hold(self) -> bool:
        """Take or renew the Lease where that is allowed; tell whether this replica leads.

        Raises ClusterError when the API server cannot be asked.
        """
        found = self._cluster.get(f"{self._path}/{NAME}")
        if found is None:
            return self._write("POST", self._path, {"metadata": {"name": NAME}})
        version = found["metadata"]["resourceVersion"]
        if version != self._seen:
            self._seen, self._seen_at = version, self._now()
        spec = found.get("spec") or {}
        holder = spec.get("holderIdentity") or ""
        lasts = datetime.timedelta(seconds=spec.get("leaseDurationSeconds") or SECONDS)
        if holder not in ("", self._identity) and self._now() - self._seen_at < lasts:
            return False
        return self._write("PUT", f"{self._path}/{NAME}", found)

    def release(self) -> None:
        """Give the Lease back, so that another replica leads at once and not after its end."""
        found = self._cluster.get(f"{self._path}/{NAME}")
        if found is not None and found.get("spec", {}).get("holderIdentity") == self._identity:
            self._cluster.send("PUT", f"{self._path}/{NAME}", {**found, "spec": {"holderIdentity": ""}})

    def _write(self, method: str, path: str, found: dict[str, Any]) -> bool:
        spec = dict(found.get("spec") or {})
        now = self._now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        if spec.get("holderIdentity") != self._identity:
            changes = int(spec.get("leaseTransitions") or 0) + (1 if spec else 0)
            spec |= {"acquireTime": now, "leaseTransitions": changes}
        spec |= {"holderIdentity": self._identity, "leaseDurationSeconds": SECONDS, "renewTime": now}
        document = {"apiVersion": VERSION, "kind": "Lease", "metadata": found["metadata"], "spec": spec}
        try:
            self._cluster.send(method, path, document)
        except ClusterError as error:
            if error.status == 409:  # another replica was first
                return False
            raise
        return True
