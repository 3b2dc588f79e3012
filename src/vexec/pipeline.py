"""The one story: what the environment asks for → log-in → mounts → reads → the target's variables."""

from __future__ import annotations

from vexec.errors import VexecError
from vexec.render.env import Item, merge
from vexec.render.gather import Undone, gather, raise_first

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vexec.config.model import Config
    from vexec.fetch.interface import Secret
    from vexec.fetch.plan import Plan
    from vexec.fetch.ref import Ref
    from vexec.system.clock import Deadline


def resolve(config: Config, wanted: Plan, deadline: Deadline) -> list[Item]:
    """Fetch everything and return the target's variables; raises the errors of each step."""
    # files first: they cost nothing, and what is wrong with them is told before any log-in
    secrets = {ref: read_file(ref) for ref in wanted.refs("file")}
    if secrets:
        raise_first(gather(wanted, secrets)[2])

    # then the server, if it is asked for anything
    refs = wanted.refs("vault")
    if refs:
        secrets.update(ask(config, refs, deadline))

    # every failure is told with the variables that wait for it
    imports, explicit = collect(wanted, secrets)
    return merge(wanted.inherited, imports, explicit, config.duplicates)


def read_file(ref: Ref) -> Secret | VexecError:
    """Read a reference of kind `file`."""
    from vexec.fetch.file import fetch

    try:
        return fetch(ref)
    except VexecError as error:
        return error


def ask(
    config: Config, refs: Sequence[Ref], deadline: Deadline, *, is_patient: bool = False
) -> dict[Ref, Secret | VexecError]:
    """Log in and fetch, in worker threads, so that a signal or the deadline ends it at once (T6, T29)."""
    from vexec.auth import choose
    from vexec.fetch.engines import fetch
    from vexec.system.threads import run_beside
    from vexec.vault.client import VaultClient

    vault = VaultClient(config.server, deadline)
    method = choose(config.login)

    def work() -> dict[Ref, Secret | VexecError]:
        vault.token = method.login(vault)
        return fetch(refs, vault, config.concurrency, is_patient=is_patient)

    try:
        return run_beside(work, deadline, str(config.server.address))
    finally:
        vault.transport.close()


def collect(wanted: Plan, secrets: Mapping[Ref, Secret | VexecError]) -> tuple[list[Item], list[Item]]:
    """Return the imported and the explicit variables; raises the first error, with all others beside it."""
    imports, explicit, errors = gather(wanted, secrets)
    raise_first(errors)
    if len(secrets) < len([*wanted.refs("file"), *wanted.refs("vault")]):
        raise Undone  # without an error: never start a target that lacks what it asked for
    return imports, explicit
