"""Fetching what references ask for: the table of engines, and each distinct secret once, side by side."""

from __future__ import annotations

from vexec.errors import ConfigError, Issue, SecretNotFound, VexecError
from vexec.fetch.kv import KvEngine
from vexec.fetch.mounts import locate
from vexec.fetch.ref import API, RefError
from vexec.system.threads import run_all
from vexec.vault.client import Mount

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vexec.fetch.interface import Engine, Read, Secret
    from vexec.fetch.ref import Ref
    from vexec.vault.client import VaultClient

# type of mount → engine; `generic` is what kv version 1 was called, and cubbyhole answers like it
ENGINES: Mapping[str, Engine] = {"kv": KvEngine(), "generic": KvEngine(), "cubbyhole": KvEngine()}


def serving(ref: Ref, mount: Mount) -> Engine:
    """Return the engine for a reference: what a template asks for is the API's, on any mount.

    Raises ConfigError where none can serve it.
    """
    if ref.form in API:
        from vexec.fetch.api import API_ENGINE

        return API_ENGINE
    engine = ENGINES.get(mount.type)
    if engine is None:
        raise ConfigError([Issue(f"{ref}: {mount.path} is of type {mount.type}, which cannot be read")])
    return engine


def plan(ref: Ref, mount: Mount) -> tuple[Read, Engine]:
    """Return the request that a reference needs, and who makes it; raises ConfigError where nobody can."""
    engine = serving(ref, mount)
    try:
        return engine.plan(ref, mount), engine
    except RefError as error:
        raise ConfigError([Issue(f"{ref}: {error}", error.hint)]) from None


def read(
    reads: Sequence[tuple[Read, Engine]], vault: VaultClient, limit: int, *, is_patient: bool = False
) -> dict[Read, Secret | VexecError]:
    """Make each request once, at most `limit` side by side; `reads` pairs it with its engine.

    Unless `is_patient`, the first error ends the work, and reads that it kept waiting are absent; that a
    secret does not exist is a result, since a reference may be optional.
    """
    wanted = list(dict.fromkeys(reads))

    def job(item: tuple[Read, Engine]) -> tuple[Secret | SecretNotFound]:
        try:
            return (item[1].fetch(vault, item[0]),)
        except SecretNotFound as error:
            return (error,)

    jobs = [lambda item=item: job(item) for item in wanted]
    outcomes = run_all(jobs, limit, vault.deadline, is_patient=is_patient)
    return {wanted[index][0]: o if isinstance(o, VexecError) else o[0] for index, o in outcomes.items()}


def fetch(
    refs: Sequence[Ref], vault: VaultClient, limit: int, *, is_patient: bool = False
) -> dict[Ref, Secret | VexecError]:
    """Return the secret behind each reference, or its error; see `read` for `is_patient`."""
    found: dict[Ref, Secret | VexecError] = {}
    reads: dict[Ref, tuple[Read, Engine]] = {}
    for ref, mount in locate(refs, vault, limit, is_patient=is_patient).items():
        try:
            if not isinstance(mount, Mount):
                raise mount
            reads[ref] = plan(ref, mount)
        except VexecError as error:
            found[ref] = error
    if found and not is_patient:
        return found
    secrets = read(list(reads.values()), vault, limit, is_patient=is_patient)
    found.update((ref, secrets[item[0]]) for ref, item in reads.items() if item[0] in secrets)
    return found
