"""A session with the server: one log-in, made when something is first asked, and all that is fetched."""

from __future__ import annotations

from vexec.errors import TemplateError, VaultUnavailable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeVar

    from vexec.config.model import Config
    from vexec.errors import VexecError
    from vexec.fetch.interface import Secret
    from vexec.fetch.ref import Ref
    from vexec.system.clock import Deadline
    from vexec.vault.client import Mount, VaultClient

    T = TypeVar("T")


class Session:
    """A server that is logged in to when something is first asked of it."""

    def __init__(self, config: Config, deadline: Deadline) -> None:
        self.config = config
        self.deadline = deadline
        self.vault: VaultClient | None = None

    def run(self, work: Callable[[], T]) -> T:
        """Do all the work beside the main thread, and close the connections."""
        from vexec.system.threads import run_beside

        try:
            return run_beside(work, self.deadline, str(self.config.server.address))
        except VaultUnavailable:
            if self.vault:
                raise
            # nothing was asked of a server yet: it is a template that takes so long, now and the next time
            what = f"the templates: no end after {self.deadline.seconds:g} s ({self.deadline.name})"
            raise TemplateError(what) from None
        finally:
            if self.vault:
                self.vault.transport.close()

    def fetch(self, refs: Sequence[Ref], *, is_patient: bool = False) -> dict[Ref, Secret | VexecError]:
        """Return the secret behind each reference, or its error; see `fetch.engines.read`."""
        if not refs:
            return {}
        from vexec.fetch.engines import fetch

        return fetch(refs, self.vault or self.login(), self.config.concurrency, is_patient=is_patient)

    def fetch_all(self, refs: Sequence[Ref]) -> dict[Ref, Secret | VexecError]:
        """Return the secret behind each reference, or its error, which keeps no other from being fetched."""
        return self.fetch(refs, is_patient=True)

    def locate(self, refs: Sequence[Ref]) -> dict[Ref, Mount | VexecError]:
        """Return each reference's mount, or the error of its look-up; see `fetch.mounts.locate`."""
        if not refs:
            return {}
        from vexec.fetch.mounts import locate

        return locate(refs, self.vault or self.login(), self.config.concurrency, is_patient=True)

    def login(self) -> VaultClient:
        """Log in."""
        from vexec.auth import choose
        from vexec.vault.client import VaultClient

        method = choose(self.config.login)
        self.vault = VaultClient(self.config.server, self.deadline)
        self.vault.token = method.login(self.vault)
        return self.vault
