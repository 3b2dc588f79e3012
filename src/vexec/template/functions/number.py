"""consul-template's arithmetic, and its numbers and booleans from text.

Arguments come as in a pipe: `5 | subtract 2` is 3. Integers of any size become int64, or uint64 where both
are unsigned, and wrap around; with a float the result is a float64.
"""

from __future__ import annotations

from vexec.template import strconv
from vexec.template.values import MISSING, Function, FunctionError, Int, kind_of, type_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

NAN = float("nan")
INFINITY = float("inf")


def family_of(value: object) -> str:
    """Return whether a value is an "int", a "uint" or a "float" of any size, "" for none of them."""
    kind = kind_of(value)
    if kind.startswith("int") and kind != "interface":
        return "int"
    if kind.startswith("uint"):
        return "uint"
    return "float" if kind == "float64" else ""


def check(function: str, value: object, families: tuple[str, ...]) -> str:
    """Return a value's family; raises FunctionError for one that does not fit."""
    family = family_of(value)
    if family in families:
        return family
    shown = "<invalid reflect.Value>" if value is None or value is MISSING else '"…"'
    raise FunctionError(f"{function}: unknown type for {shown} ({type_of(value)})")


def wrapped(value: int, bits_type: str) -> Int:
    """Return an integer as it wraps around in 64 bits."""
    value &= (1 << 64) - 1
    if bits_type == "int64" and value >> 63:
        value -= 1 << 64
    return Int(value, bits_type)


def arithmetic(
    name: str, whole: Callable[[int, int], int], real: Callable[[float, float], float] | None
) -> Callable[[Any, Any], Int | float]:
    """Make a function of two numbers that come in the order of a pipe; `real` None takes integers only."""
    families = ("int", "uint") if real is None else ("int", "uint", "float")

    def calculate(second: Any, first: Any) -> Int | float:
        left, right = check(name, first, families), check(name, second, families)
        if real is not None and "float" in (left, right):
            return real(float(first), float(second))
        go_type = "uint64" if left == right == "uint" else "int64"
        a, b = wrapped(int(first), go_type), wrapped(int(second), go_type)
        return wrapped(whole(a, b), go_type)

    return calculate


def quotient(a: int, b: int) -> int:
    """Divide towards zero."""
    if b == 0:
        raise FunctionError("runtime error: integer divide by zero")
    value = abs(a) // abs(b)
    return value if (a < 0) == (b < 0) else -value


def remainder(a: int, b: int) -> int:
    """Return what is left of the division towards zero."""
    return a - b * quotient(a, b)


def ratio(a: float, b: float) -> float:
    """Divide as IEEE 754 does, by zero as well."""
    if b:
        return a / b
    if not a or a != a:
        return NAN
    return INFINITY if (str(a)[0] == "-") == (str(b)[0] == "-") else -INFINITY


def choice(name: str, *, is_maximum: bool) -> Callable[[Any, Any], Int | float]:
    """Make minimum or maximum: the first number where it is smaller, or larger, the second one otherwise."""

    def choose(second: Any, first: Any) -> Int | float:
        families = ("int", "uint", "float")
        left, right = check(name, first, families), check(name, second, families)
        a, b = comparable(first, left, right), comparable(second, right, left)
        is_first = a > b if is_maximum else a < b
        value, family = (first, left) if is_first else (second, right)
        if family == "float":
            return float(value)
        return Int(int(value), family + "64")

    return choose


def comparable(value: Any, family: str, other: str) -> Int | float:
    """Return a number as it is compared with one of another family."""
    if "float" in (family, other):
        return float(value)
    is_unsigned = family == other == "uint"
    return wrapped(int(value), "uint64" if is_unsigned else "int64")


def parse_bool(text: str) -> bool:
    """Read a boolean; an empty text is false."""
    return bool(text) and read("parseBool", strconv.parse_bool, text)


def parse_int(text: str) -> Int:
    """Read a decimal int64; an empty text is 0."""
    return Int(read("parseInt", strconv.parse_int, text) if text else 0, "int64")


def parse_uint(text: str) -> Int:
    """Read a decimal uint64; an empty text is 0."""
    return Int(read("parseUint", strconv.parse_uint, text) if text else 0, "uint64")


def parse_float(text: str) -> float:
    """Read a float64; an empty text is 0."""
    return read("parseFloat", strconv.parse_float, text) if text else 0.0


def read(name: str, parse: Callable[[str], Any], text: str) -> Any:
    """Read a number; raises FunctionError with the function's name before Go's words."""
    try:
        return parse(text)
    except strconv.NumError as error:
        raise FunctionError(f"{name}: {error}") from None


def binary(name: str, call: Callable[[object, object], object]) -> Function:
    """Make the row of a function of two values."""
    return Function(name, call, ("interface {}", "interface {}"), "interface {}")


FUNCTIONS: Mapping[str, Function] = {
    function.name: function
    for function in (
        binary("add", arithmetic("add", lambda a, b: a + b, lambda a, b: a + b)),
        binary("subtract", arithmetic("subtract", lambda a, b: a - b, lambda a, b: a - b)),
        binary("multiply", arithmetic("multiply", lambda a, b: a * b, lambda a, b: a * b)),
        binary("divide", arithmetic("divide", quotient, ratio)),
        binary("modulo", arithmetic("modulo", remainder, None)),
        binary("minimum", choice("minimum", is_maximum=False)),
        binary("maximum", choice("maximum", is_maximum=True)),
        Function("parseBool", parse_bool, ("string",), "bool"),
        Function("parseInt", parse_int, ("string",), "int64"),
        Function("parseUint", parse_uint, ("string",), "uint64"),
        Function("parseFloat", parse_float, ("string",), "float64"),
    )
}
