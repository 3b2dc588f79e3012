"""Functions that the data of a case can hold, with the signatures of tests/oracles/cases/functions.go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vexec.template.values import Function, FunctionError, Int

if TYPE_CHECKING:
    from collections.abc import Mapping


def wrap(number: int) -> int:
    """Let an int overflow as Go's does."""
    return (number + (1 << 63)) % (1 << 64) - (1 << 63)


def fail() -> str:
    """Return an error only."""
    raise FunctionError("no luck")


def attempt(is_good: bool) -> str:
    """Return an error or a text."""
    return "luck" if is_good else fail()


def names(items: list[Any]) -> str:
    """Print a list of text as Go does."""
    return f"[{' '.join(items)}]"


def join(separator: str, *parts: str) -> str:
    """Join texts."""
    return separator.join(parts)


ROWS = (
    Function("nothing", lambda: "called", (), "string"),
    Function("add", lambda a, b: wrap(a + b), ("int", "int"), "int"),
    Function("text", lambda text: f"<{text}>", ("string",), "string"),
    Function("same", lambda value: value, ("interface {}",)),
    Function("half", lambda number: number / 2, ("float64",), "float64"),
    Function("flip", lambda value: not value, ("bool",), "bool"),
    Function("byte", lambda number: Int(number, "uint8"), ("uint8",), "uint8"),
    Function("long", lambda number: Int(number, "int64"), ("int64",), "int64"),
    Function("join", join, ("string", "string"), "string", is_variadic=True),
    Function("count", lambda *parts: len(parts), ("interface {}",), "int", is_variadic=True),
    Function("sum", lambda *parts: wrap(sum(parts)), ("int",), "int", is_variadic=True),
    Function("size", len, ("[]interface {}",), "int"),
    Function("keys", len, ("map[string]interface {}",), "int"),
    Function("names", names, ("[]string",), "string"),
    Function("fail", fail, (), "string"),
    Function("try", attempt, ("bool",), "string"),
    Function("nil", lambda: None, ()),
)
FUNCTIONS: Mapping[str, Function] = {row.name: row for row in ROWS}
