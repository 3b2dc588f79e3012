"""Sprig's regular expressions: the must forms return an error, the others panic with one; both fail here."""

from __future__ import annotations

from vexec.template.regex import compiled, quoted
from vexec.template.sprig import table
from vexec.template.values import FunctionError, Slice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from vexec.template.scope import Scope


def is_match(scope: Scope, pattern: str, text: str) -> bool:
    """Tell whether an expression matches anywhere in a text."""
    return compiled(pattern).is_match(scope, text)


def is_match_quietly(scope: Scope, pattern: str, text: str) -> bool:
    """Tell whether an expression matches; one that cannot be compiled never does."""
    try:
        regex = compiled(pattern)
    except FunctionError:
        return False
    return regex.is_match(scope, text)


def find(scope: Scope, pattern: str, text: str) -> str:
    """Return the first match, "" for none."""
    return next(iter(compiled(pattern).find_all(scope, text, 1)), "")


def find_all(scope: Scope, pattern: str, text: str, limit: int) -> Slice:
    """Return the matches, at most `limit` of them, all for a negative one; a nil slice for none."""
    found = compiled(pattern).find_all(scope, text, limit)
    return Slice(found, "[]string", is_nil=not found)


def replace_all(scope: Scope, pattern: str, text: str, replacement: str) -> str:
    """Replace each match; `$1` and `${name}` stand for what a group matched."""
    return compiled(pattern).replace(scope, text, replacement)


def replace_literally(scope: Scope, pattern: str, text: str, replacement: str) -> str:
    """Replace each match by a text as it stands."""
    return compiled(pattern).replace(scope, text, replacement, is_literal=True)


def split(scope: Scope, pattern: str, text: str, limit: int) -> Slice:
    """Split a text at the matches into at most `limit` parts, all for a negative one."""
    return Slice(compiled(pattern).split(scope, text, limit), "[]string", is_nil=not limit)


def panicking(call: Callable[..., Any]) -> Callable[..., Any]:
    """Give a function the words of Go's MustCompile."""

    def run(scope: Scope, pattern: str, *args: Any) -> Any:
        try:
            compiled(pattern)
        except FunctionError as error:
            raise FunctionError(f'regexp: Compile("…"): {error}') from None
        return call(scope, pattern, *args)

    return run


TWO = "func(string, string) "
THREE = "func(string, string, string) "
LIMITED = "func(string, string, int) "
FUNCTIONS = table(
    {"regexQuoteMeta": ("func(string) string", quoted)},
    {
        "regexMatch": (TWO + "bool", is_match_quietly),
        "mustRegexMatch": (TWO + "(bool, error)", is_match),
        "regexFind": (TWO + "string", panicking(find)),
        "mustRegexFind": (TWO + "(string, error)", find),
        "regexFindAll": (LIMITED + "[]string", panicking(find_all)),
        "mustRegexFindAll": (LIMITED + "([]string, error)", find_all),
        "regexReplaceAll": (THREE + "string", panicking(replace_all)),
        "mustRegexReplaceAll": (THREE + "(string, error)", replace_all),
        "regexReplaceAllLiteral": (THREE + "string", panicking(replace_literally)),
        "mustRegexReplaceAllLiteral": (THREE + "(string, error)", replace_literally),
        "regexSplit": (LIMITED + "[]string", panicking(split)),
        "mustRegexSplit": (LIMITED + "([]string, error)", split),
    },
)
