"""From fetched secrets to variables: what references and imports give, and every failure by its place."""

from __future__ import annotations

from vexec.errors import AuthError, PermissionDenied, ProtocolError, SecretNotFound, VaultError, VexecError
from vexec.fetch.ref import Ref
from vexec.fetch.select import select
from vexec.render.env import Item, import_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vexec.fetch.interface import Secret
    from vexec.fetch.plan import Plan
    from vexec.fetch.ref import Source

OF_THE_SERVER = (VaultError, ProtocolError, AuthError)


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
