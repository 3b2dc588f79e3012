"""What fetching yields, and what an engine is."""

from __future__ import annotations

from vexec.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Protocol

    from vexec.fetch.ref import Ref
    from vexec.vault.client import Mount, VaultClient


class Secret(Value, secret=("data",)):
    """A secret as it was read: its data by key, and for messages where it came from.

    `kind` says what answered, in words; `version` is 0 where the engine keeps none.
    """

    data: dict[str, Any]
    origin: str
    kind: str
    version: int = 0


class Read(Value, secret=("body",)):
    """One request that serves every reference to the same secret (T25): its API path and its engine."""

    engine: str
    path: str
    query: str = ""
    namespace: str = ""
    body: tuple[str, ...] = ()


if TYPE_CHECKING:

    class Engine(Protocol):
        """How secrets of one type of mount are read."""

        def plan(self, ref: Ref, mount: Mount) -> Read:
            """Return the request that a reference needs."""

        def fetch(self, vault: VaultClient, read: Read) -> Secret:
            """Make the request. Raises SecretNotFound, PermissionDenied or VaultUnavailable."""
