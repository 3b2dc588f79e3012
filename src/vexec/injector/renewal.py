"""Certificates that the injector makes itself, and the word of them to the API server.

Theory of operation: whoever leads (the Lease's holder, or a single replica) has an authority of its own.
It first has the webhook's caBundle trust it beside the authority before it, waits until every API server has
heard of that, and only then serves what it signed, which it also writes to a Secret. The others serve what
the Secret holds. So a review never meets a certificate that is not trusted yet, or no longer.
"""

from __future__ import annotations

import base64
import binascii
import datetime
from typing import TYPE_CHECKING, Any

from vexec.injector.certificates import Authority, Pair, is_due, is_over, is_trusted, join, parse
from vexec.injector.cluster import JSON_PATCH, MERGE_PATCH, ClusterError
from vexec.injector.journal import Once

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from vexec.injector.cluster import Cluster
    from vexec.injector.leader import Lease

SECRET = "vault-injector-certs"  # noqa: S105 - its name, as in the original
WEBHOOKS = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations"
BUNDLE = "/webhooks/0/clientConfig/caBundle"
INTERVAL = 2.0  # seconds between two turns
CHECK = datetime.timedelta(seconds=10)  # between two looks at the webhook and the Secret
SETTLE = datetime.timedelta(seconds=10)  # until every API server knows a new caBundle


class SelfMade:
    """One replica's part; `lease` is None for a single replica, which then writes no Secret."""

    interval = INTERVAL

    def __init__(
        self,
        cluster: Cluster,
        webhook: str,
        hosts: Sequence[str],
        now: Callable[[], datetime.datetime],
        *,
        namespace: str = "default",
        lease: Lease | None = None,
    ) -> None:
        self._cluster = cluster
        self._webhook = f"{WEBHOOKS}/{webhook}"
        self._secrets = f"/api/v1/namespaces/{namespace}/secrets"
        self._hosts = hosts
        self._now = now
        self._lease = lease
        self._authority: Authority | None = None
        self._own: Pair | None = None
        self._served: Pair | None = None
        self._bundle = b""
        self._trusted_at: datetime.datetime | None = None
        self._checked_at: datetime.datetime | None = None
        self._trouble = Once("certificates")

    def poll(self) -> Pair | None:
        """Lead or follow, as the Lease says; a trouble is warned of and met again at the next turn.

        See `Source.poll`.
        """
        before = self._served
        try:
            if self._lease is None or self._lease.hold():
                self._lead()
            else:
                self._follow()
        except ClusterError as error:
            self._trouble.warn(str(error))
        else:
            self._trouble.clear()
        return self._served if self._served != before else None

    def close(self) -> None:
        """Give the Lease back. See `Source.close`."""
        if self._lease is not None:
            try:
                self._lease.release()
            except ClusterError as error:
                self._trouble.warn(str(error))

    def _lead(self) -> None:
        """Renew what is due, have it trusted, and serve it once it is."""
        now = self._now()
        if self._authority is None or is_due(self._authority.cert, now):
            self._authority, self._own, self._trusted_at, self._checked_at = (
                Authority.make(now),
                None,
                None,
                None,
            )
            if self._lease is not None and self._served is None:
                self._served = self._stored()
        if self._own is None or is_due(self._own.cert, now):
            self._own = self._authority.issue(self._hosts, now)
        is_checked = self._is_time(now)
        try:
            if is_checked:
                self._trust(self._authority, now)
        finally:
            is_new = self._served != self._own and self._may_serve(now)
            if is_new:
                self._served = self._own
        if self._lease is not None and self._served == self._own and (is_new or is_checked):
            self._store(self._own)

    def _follow(self) -> None:
        """Serve what the Secret holds; an authority of one's own counts no more."""
        now = self._now()
        self._authority = self._own = None
        if self._served is None or self._is_time(now):
            self._served = self._stored() or self._served

    def _is_time(self, now: datetime.datetime) -> bool:
        """Tell whether to look at the webhook and the Secret again."""
        if self._checked_at is not None and now - self._checked_at < CHECK:
            return False
        self._checked_at = now
        return True

    def _trust(self, authority: Authority, now: datetime.datetime) -> None:
        """Put the authority into the webhook's caBundle, unless it is there."""
        found = self._cluster.get(self._webhook)
        if found is None or not found.get("webhooks"):
            self._checked_at = None
            raise ClusterError(f"there is no webhook {self._webhook.rpartition('/')[2]} to patch yet")
        present = decoded(found["webhooks"][0]["clientConfig"].get("caBundle"))
        self._bundle = join(present, authority.cert, self._served.cert if self._served else b"")
        if self._bundle != present:
            text = base64.b64encode(self._bundle).decode()
            operation = {"op": "add", "path": BUNDLE, "value": text}
            self._cluster.send("PATCH", self._webhook, [operation], JSON_PATCH)
        self._trusted_at = self._trusted_at or now

    def _may_serve(self, now: datetime.datetime) -> bool:
        """Tell whether to serve what one has signed.

        That is so once it is trusted everywhere, or when what is served now is trusted nowhere.
        """
        if self._served is None:
            return True
        if self._trusted_at is None:
            return False
        is_lost = is_over(self._served.cert, now) or not is_trusted(self._bundle, self._served.cert)
        return is_lost or now - self._trusted_at >= SETTLE

    def _stored(self) -> Pair | None:
        """Return what the Secret holds."""
        found = self._cluster.get(f"{self._secrets}/{SECRET}")
        data: dict[str, Any] = (found or {}).get("data") or {}
        cert, key = decoded(data.get("cert")), decoded(data.get("key"))
        return Pair(cert, key) if parse(cert) and key else None

    def _store(self, pair: Pair) -> None:
        """Write the Secret, unless it holds the same."""
        if self._stored() == pair:
            return
        data = {"cert": base64.b64encode(pair.cert).decode(), "key": base64.b64encode(pair.key).decode()}
        try:
            self._cluster.send("PATCH", f"{self._secrets}/{SECRET}", {"data": data}, MERGE_PATCH)
        except ClusterError as error:
            if error.status != 404:
                raise
            document = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": SECRET}, "data": data}
            self._cluster.send("POST", self._secrets, document)


def decoded(text: str | None) -> bytes:
    """Return what base64 stands for; b"" where it is none."""
    try:
        return base64.b64decode(text or "", validate=True)
    except (binascii.Error, ValueError):
        return b""
