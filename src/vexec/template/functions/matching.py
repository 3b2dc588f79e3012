"""consul-template's functions of regular expressions."""

from __future__ import annotations

from vexec.template.regex import compiled
from vexec.template.values import Function

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from vexec.template.scope import Scope


def is_match(scope: Scope, pattern: str, text: str) -> bool:
    """Tell whether an expression matches anywhere in a text."""
    return compiled(pattern).is_match(scope, text)


def replace_all(scope: Scope, pattern: str, replacement: str, text: str) -> str:
    """Replace each match; `$1` and `${name}` stand for what a group matched."""
    return compiled(pattern).replace(scope, text, replacement)


FUNCTIONS: Mapping[str, Function] = {
    "regexMatch": Function("regexMatch", is_match, ("string", "string"), "bool", is_scoped=True),
    "regexReplaceAll": Function("regexReplaceAll", replace_all, ("string",) * 3, "string", is_scoped=True),
}
