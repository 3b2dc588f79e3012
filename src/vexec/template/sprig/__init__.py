"""Masterminds/sprig's functions as consul-template has them: with `sprig_` in front of their names."""

from __future__ import annotations

from vexec.template.values import Function

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    Rows = Mapping[str, tuple[str, Callable[..., Any]]]

PREFIX = "sprig_"


def table(rows: Rows, scoped: Rows | None = None) -> Mapping[str, Function]:
    """Make a group's table of `bare name: (Go's signature, callable)`; those in `scoped` get the Scope."""
    functions = {PREFIX + name: function(PREFIX + name, *row) for name, row in rows.items()}
    for name, (signature, call) in (scoped or {}).items():
        functions[PREFIX + name] = function(PREFIX + name, signature, call, is_scoped=True)
    return functions


def function(name: str, signature: str, call: Callable[..., Any], *, is_scoped: bool = False) -> Function:
    """Build a function of Go's spelling of its type: `func(int, ...string) (string, error)`."""
    inside, _, result = signature.removeprefix("func(").partition(") ")
    params = tuple(inside.split(", ")) if inside else ()
    is_variadic = bool(params) and params[-1].startswith("...")
    if is_variadic:
        params = (*params[:-1], params[-1][3:])
    result = result.removeprefix("(").removesuffix(", error)")
    return Function(name, call, params, result, is_variadic=is_variadic, is_scoped=is_scoped)


def bare(name: str) -> str:
    """Return a function's name as sprig has it, for programs that take its functions without a prefix."""
    return name.removeprefix(PREFIX)
