"""The one story: what the environment asks for → log-in → mounts → reads → the target's variables."""

from __future__ import annotations

from vexec.config.environ import CLIENTS, OURS, is_kept
from vexec.errors import (
    AuthError,
    ConfigError,
    Issue,
    PermissionDenied,
    ProtocolError,
    SecretNotFound,
    VaultError,
    VexecError,
)
from vexec.fetch.ref import Ref, RefError, Source, parse_source, parse_value
from vexec.fetch.select import select
from vexec.render.env import Item, import_names, merge
from vexec.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vexec.config.model import Config
    from vexec.fetch.interface import Secret
    from vexec.system.clock import Deadline

OF_THE_SERVER = (VaultError, ProtocolError, AuthError)


class Plan(Value, secret=("inherited", "variables")):
    """What is asked for: variables that are only inherited, those with references, whole secrets."""

    inherited: dict[str, str]
    variables: dict[str, tuple[str | Ref, ...]]
    sources: tuple[Source, ...]

    def refs(self, kind: str) -> list[Ref]:
        """Return the distinct references of one kind, in order."""
        parts = [part for value in self.variables.values() for part in value if isinstance(part, Ref)]
        refs = dict.fromkeys([*parts, *(source.ref for source in self.sources)])
        return [ref for ref in refs if ref.kind == kind]

    def refers(self, name: str) -> bool:
        """Tell whether a variable's value refers to anything, or meant to."""
        parts = self.variables.get(name)
        return parts is not None and (not parts or any(isinstance(part, Ref) for part in parts))

    def fetches(self, name: str) -> bool:
        """Tell whether a reference, or an import that asks for it by name, gives this variable."""
        asked = {
            s.prefix + (key.upper() if s.is_upper else key) for s in self.sources for key in s.only or ()
        }
        return name in self.variables or name in asked


def plan(config: Config, environ: Mapping[str, str], sources: Sequence[str] = ()) -> Plan:
    """Find every reference; `sources` stands in for VEXEC_FROM.

    Raises ConfigError with all that cannot be understood, unless fetching is disabled.
    """
    wanted, issues = read_plan(config, environ, sources)
    if issues and not config.is_disabled:
        raise ConfigError(issues)
    return wanted


def read_plan(config: Config, environ: Mapping[str, str], sources: Sequence[str]) -> tuple[Plan, list[Issue]]:
    """Return what is asked for and all that cannot be understood; such a variable has no parts."""
    inherited: dict[str, str] = {}
    variables: dict[str, tuple[str | Ref, ...]] = {}
    imports: list[Source] = []
    issues: list[Issue] = []
    for name, value in environ.items():
        if not name:
            continue
        if name in OURS or name in CLIENTS:  # settings, and no references where they are passed on
            if is_kept(name, config):
                inherited[name] = value
            continue
        try:
            parts = parse_value(value)
        except RefError as error:
            variables[name] = ()
            issues.append(Issue(f"variable {name}: {error}", error.hint))
            continue
        if parts is not None:
            variables[name] = parts
        elif is_kept(name, config):
            inherited[name] = value
    place = "SOURCE" if sources else "VEXEC_FROM"
    for number, word in enumerate(sources or config.sources, 1):
        try:
            imports.append(parse_source(word))
        except RefError as error:
            issues.append(Issue(f"{place}, entry {number}: {error}", error.hint))
    return Plan(inherited, variables, tuple(imports)), issues


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


def gather(
    wanted: Plan, secrets: Mapping[Ref, Secret | VexecError]
) -> tuple[list[Item], list[Item], list[VexecError]]:
    """Return what can be had, imported and explicit, and every error with the places that wait for it."""
    imports: list[Item] = []
    explicit: list[Item] = []
    failures = Failures()
    for source in wanted.sources:
        with failures.of(f"import of {spelt(source)}"):
            imports += import_items(source, secrets)
    for name, parts in wanted.variables.items():
        with failures.of(f"variable {name}"):
            value = join(parts, secrets)
            if value is not None:
                explicit.append(Item(name, value, origin(parts)))
    return imports, explicit, failures.errors()


def raise_first(errors: Sequence[VexecError]) -> None:
    """Raise the first error, if there is one, the others beside it."""
    if errors:
        errors[0].others += errors[1:]
        raise errors[0]


def import_items(source: Source, secrets: Mapping[Ref, Secret | VexecError]) -> list[Item]:
    """Return one item for each key that a source takes; a null counts as missing."""
    try:
        secret = existing(source.ref, secrets)
    except SecretNotFound:
        if source.ref.is_optional:
            return []
        raise
    names = import_names(source, [key for key, value in secret.data.items() if value is not None])
    return [
        Item(name, select(source.ref.replace(key=key), secret), spelt(source)) for key, name in names.items()
    ]


def join(parts: Sequence[str | Ref], secrets: Mapping[Ref, Secret | VexecError]) -> str | None:
    """Return the text that the parts make, or None where a whole optional reference has no value."""
    values = [value_of(part, secrets) if isinstance(part, Ref) else part for part in parts]
    return values[0] if len(values) == 1 else "".join(value or "" for value in values)


def value_of(ref: Ref, secrets: Mapping[Ref, Secret | VexecError]) -> str | None:
    """Return a reference's value, its default, or None where it is optional and missing."""
    try:
        return select(ref, existing(ref, secrets))
    except SecretNotFound:
        if ref.default is None and not ref.is_optional:
            raise
        return ref.default


def existing(ref: Ref, secrets: Mapping[Ref, Secret | VexecError]) -> Secret:
    """Return the secret of a reference, or raise what its fetch ended in."""
    outcome = secrets.get(ref)
    if outcome is None:
        raise Undone
    if isinstance(outcome, VexecError):
        raise outcome
    return outcome


def spelt(source: Source) -> str:
    """Name a source as VEXEC_FROM spells it, where a file has no `vexec:` before it."""
    return str(source.ref).removeprefix("vexec:")


def origin(parts: Sequence[str | Ref]) -> str:
    """Name the references of a value."""
    return " and ".join(str(part) for part in parts if isinstance(part, Ref)) or "vexec:literal"


class Undone(Exception):
    """A fetch that was not made, since another one failed before its turn."""


class Failures:
    """The errors of many variables: each kept once, with the places that wait for it."""

    def __init__(self) -> None:
        self.places: dict[VexecError, list[str]] = {}
        self.place = ""

    def of(self, place: str) -> Failures:
        """Say what the block that follows is about."""
        self.place = place
        return self

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, _traceback: object) -> bool:
        if isinstance(error, VexecError):
            self.places.setdefault(error, []).append(self.place)
        return isinstance(error, VexecError | Undone)

    def errors(self) -> list[VexecError]:
        """Return the errors, each with its places, but one of the server as a whole once and without."""
        found: dict[str, VexecError] = {}
        for error, places in self.places.items():
            if not isinstance(error, OF_THE_SERVER) or isinstance(error, PermissionDenied):
                error.message = f"{', '.join(dict.fromkeys(places))}: {error.message}"
            found.setdefault(error.message, error)
        return list(found.values())
