"""Comparison in text/template: eq, ne, lt, le, gt, ge.

Integers compare with each other whatever their signs; other kinds only with their own; nil with anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vexec.template.reflect import is_true
from vexec.template.strconv import to_bytes
from vexec.template.values import MISSING, FunctionError, Map, Slice, Struct, kind_of, type_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

BAD_TYPE = "invalid type for comparison"
HIDDEN = '"…"'
# kind → the kind of its basic values; signed and unsigned integers differ in messages only
BASIC: Mapping[str, str] = {
    "bool": "bool",
    "string": "string",
    "float64": "float",
    "complex128": "complex",
    **dict.fromkeys(("int", "int8", "int16", "int32", "int64"), "int"),
    **dict.fromkeys(("uint", "uint8", "uint16", "uint32", "uint64", "uintptr"), "int"),
}
COMPARABLE = frozenset(("ptr", "chan"))


def eq(first: Any, *others: Any) -> bool:
    """Tell whether a value equals one of the others."""
    if not others:
        raise FunctionError("missing argument for comparison")
    return any(is_equal(first, other) for other in others)


def is_equal(left: Any, right: Any) -> bool:
    """Tell whether two values are equal; raises FunctionError where Go does not compare them."""
    kinds = BASIC.get(kind_of(left)), BASIC.get(kind_of(right))
    if kinds[0] != kinds[1]:
        if is_nothing(left) or is_nothing(right):
            return False
        raise FunctionError(incompatible(left, right))
    if kinds[0] == "string":
        return to_bytes(left) == to_bytes(right)
    if kinds[0]:
        return bool(left == right)
    return is_same(left, right)


def is_nothing(value: Any) -> bool:
    """Tell whether there is no value, or a nil interface."""
    return value is None or value is MISSING


def is_same(left: Any, right: Any) -> bool:
    """Compare values that are not basic: nil with nil, pointers and structs with each other."""
    if is_nothing(left) or is_nothing(right):
        return is_nil(left) and is_nil(right)
    kind = kind_of(left)
    if kind != kind_of(right):
        types = f"{HIDDEN}: {type_of(left)}, {type_of(right)}: {HIDDEN}"
        raise FunctionError(f"non-comparable types {types}")
    if is_nil(left) or is_nil(right):
        return is_nil(left) == is_nil(right)
    if kind not in COMPARABLE and not (isinstance(right, Struct) and is_comparable(right)):
        raise FunctionError(f"non-comparable type {HIDDEN}: {type_of(right)}")
    if kind == "struct" and type_of(left) == type_of(right):
        return bool(left.fields == right.fields)
    return left is right


def is_comparable(struct: Struct) -> bool:
    """Tell whether every field of a struct can be compared."""
    return not any(isinstance(value, (list, dict, bytes)) for value in struct.fields.values())


def is_nil(value: Any) -> bool:
    """Tell whether a value is nil of its type, or none at all."""
    return is_nothing(value) or (
        isinstance(value, (Slice, Map, Struct)) and value.is_nil and not is_true(value)
    )


def incompatible(left: Any, right: Any) -> str:
    """Say which types cannot be compared."""
    return f"incompatible types for comparison: {type_of(left)} and {type_of(right)}"


def ne(left: Any, right: Any) -> bool:
    """Tell whether two values differ."""
    return not is_equal(left, right)


def lt(left: Any, right: Any) -> bool:
    """Tell whether a value is less than another."""
    kinds = BASIC.get(kind_of(left)), BASIC.get(kind_of(right))
    if None in kinds:
        raise FunctionError(BAD_TYPE)
    if kinds[0] != kinds[1]:
        raise FunctionError(incompatible(left, right))
    if kinds[0] in ("bool", "complex"):
        raise FunctionError(BAD_TYPE)
    if kinds[0] == "string":
        return to_bytes(left) < to_bytes(right)
    return bool(left < right)


def le(left: Any, right: Any) -> bool:
    """Tell whether a value is less than another or equals it."""
    return lt(left, right) or is_equal(left, right)


def gt(left: Any, right: Any) -> bool:
    """Tell whether a value is neither less than another nor equals it: NaN is so, as in Go."""
    return not le(left, right)


def ge(left: Any, right: Any) -> bool:
    """Tell whether a value is not less than another; see `gt`."""
    return not lt(left, right)


COMPARISONS: Mapping[str, Callable[..., bool]] = {"ne": ne, "lt": lt, "le": le, "gt": gt, "ge": ge}
