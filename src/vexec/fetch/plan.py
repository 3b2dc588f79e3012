"""What the environment asks for: each variable's value as text or references, and the whole secrets."""

from __future__ import annotations

from vexec.config.environ import CLIENTS, OURS, is_kept
from vexec.errors import ConfigError, Issue
from vexec.fetch.ref import Ref, RefError, Source, parse_source, parse_value
from vexec.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vexec.config.model import Config


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
