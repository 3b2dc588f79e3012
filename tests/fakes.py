"""Small stand-ins for the interfaces, for what a real server cannot be made to show."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from vexec.errors import PermissionDenied, VexecError
from vexec.system.clock import Deadline
from vexec.vault.client import Mount, Token, VaultClient
from vexec.vault.status import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

V1, V2 = Mount("kv/", "kv", 1), Mount("secret/", "kv", 2)


class FakeVault(VaultClient):
    """Answers from tables, and keeps what was asked: (operation, path, query, namespace), in order.

    `answers` maps an API path to a status and a document, or to the error that the request ends in.
    """

    def __init__(
        self,
        answers: Mapping[str, tuple[int, dict[str, Any]] | VexecError] | None = None,
        mounts: tuple[Mount, ...] = (V1, V2),
        seconds: float = 10,
    ) -> None:
        self.answers = dict(answers or {})
        self.served = mounts
        self.mounts = {}
        self.denied = set()
        self.deadline = Deadline(seconds)
        self.token = Token("")
        self.asked: list[tuple[str, str, str, str]] = []
        self.bodies: list[dict[str, Any]] = []
        self.is_repeatable: bool | None = None
        self.lock = threading.Lock()

    def read(self, path: str, *, query: str = "", namespace: str = "") -> Answer:
        """See `VaultClient.read`."""
        self.note("read", path, query, namespace)
        found = self.answers.get(path, (404, {"errors": []}))
        if isinstance(found, VexecError):
            raise found
        return Answer(*found)

    def mount(self, path: str, *, namespace: str = "") -> Mount:
        """See `VaultClient.mount`; the answer `mounts/PATH`, where there is one, is what it ends in."""
        self.note("mount", path, "", namespace)
        error = self.answers.get(f"mounts/{path}")
        if isinstance(error, VexecError):
            raise error
        for mount in self.served:
            if f"{path}/".startswith(mount.path):
                return mount
        raise PermissionDenied(f"permission denied: GET /v1/sys/internal/ui/mounts/{path} (403)")

    def login(
        self, path: str, make_body: Callable[[], dict[str, Any]], *, namespace: str, is_repeatable: bool
    ) -> Token:
        """See `VaultClient.login`; asks for the body twice, as two tries would."""
        self.note("login", path, "", namespace)
        self.bodies += [make_body(), make_body()]
        self.is_repeatable = is_repeatable
        return Token("made")

    def note(self, *what: str) -> None:
        """Keep what was asked; requests come from several threads."""
        with self.lock:
            self.asked.append((what[0], what[1], what[2], what[3]))

    def paths(self, operation: str) -> list[str]:
        """Return the paths of one kind of request, sorted."""
        return sorted(path for name, path, _, _ in self.asked if name == operation)


def kv1(**data: Any) -> tuple[int, dict[str, Any]]:
    """Return the answer of kv version 1."""
    return 200, {"data": data, "lease_duration": 2764800, "lease_id": ""}


def kv2(version: str = "1", **data: Any) -> tuple[int, dict[str, Any]]:
    """Return the answer of kv version 2; numbers are text, as the codec leaves them."""
    metadata = {"version": version, "deletion_time": "", "destroyed": False}
    return 200, {"data": {"data": data, "metadata": metadata}}
