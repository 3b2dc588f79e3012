"""Conversions as spf13/cast does them, where an error is 0; text, emptiness, equality and copies."""

from __future__ import annotations

from vexec.template.strconv import NumError, from_bytes, parse_float, parse_int
from vexec.template.values import MISSING, Function, FunctionError, Int, Map, Slice, Struct, kind_of, type_of
from vexec.value import Number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vexec.template.scope import Scope

WORDS = frozenset(("int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64"))
DEPTH = 200  # of values within values
LONGEST = 1 << 22  # elements of a list
COPY = 8  # steps that a new map or slice counts for
NIL_POINTER = "runtime error: invalid memory address or nil pointer dereference"


def wrap(number: int) -> int:
    """Return a number as it wraps around in 64 bits."""
    return (number + (1 << 63)) % (1 << 64) - (1 << 63)


def to_int(value: Any) -> int:
    """Return a value as int64 without its type, 0 for what is none; floats are cut as on amd64."""
    kind = type(value)
    if kind is int or (kind is Int and value.type in WORDS):
        return wrap(int(value))
    if kind is bool:
        return int(value)
    if kind is float:
        return int(value) if -(2.0**63) <= value < 2.0**63 else -(1 << 63)
    if kind is str or kind is Number:
        try:
            return parse_int(without_zeros(value), 0)
        except NumError:
            return 0
    return 0


def without_zeros(text: str) -> str:
    """Return a text without `.0`, `.00` or so at its end."""
    head = text.rstrip("0")
    return head[:-1] if head != text and head.endswith(".") else text


def to_int64(value: Any) -> Int:
    """Return a value as int64; see `to_int`."""
    return Int(to_int(value), "int64")


def to_float(value: Any) -> float:
    """Return a value as float64, 0 for what is none."""
    kind = type(value)
    if kind is float:
        return float(value)
    if kind is str or kind is Number:
        try:
            return parse_float(value)
        except NumError:
            return 0.0
    if kind is int or kind is bool or (kind is Int and value.type in WORDS):
        return float(value)
    return 0.0


def to_text(scope: Scope, value: Any) -> str:
    """Return a value as text, as %v prints it; bytes are text."""
    if type(value) is str:
        return value
    scope.count()
    if type(value) is bytes:
        return from_bytes(value)
    from vexec.template.printf import sprintf

    return sprintf("%v", [value], scope)


def is_list(value: Any) -> bool:
    """Tell whether a value is a slice."""
    return isinstance(value, (list, bytes))


def count_items(scope: Scope, length: int) -> None:
    """Count the work of making a list; raises FunctionError for one that is too long."""
    if length > LONGEST:
        raise FunctionError("a list is too long")
    scope.count(1 + length // 16)


def items_of(value: Any, scope: Scope, problem: str) -> list[Any]:
    """Return a slice's elements; raises FunctionError for what is none, with its kind after `problem`."""
    if value is None or value is MISSING:
        raise FunctionError(NIL_POINTER)
    if isinstance(value, list):
        count_items(scope, len(value))
        return value
    if isinstance(value, bytes):
        return [Int(byte, "uint8") for byte in value]
    raise FunctionError(f"{problem} {kind_of(value)}")


def to_texts(value: Any, scope: Scope) -> Slice:
    """Return a slice's elements as text, without those that are nil; another value becomes one of one."""
    if isinstance(value, Slice) and value.type == "[]string":
        return value
    if value is None or value is MISSING:
        return Slice([], "[]string")
    items = items_of(value, scope, "") if is_list(value) else [value]
    return Slice([to_text(scope, item) for item in items if item is not None], "[]string")


def is_empty(value: Any) -> bool:
    """Tell whether a value is its type's zero: "", 0, false, nil, a map or a slice without elements."""
    if isinstance(value, (str, bytes, list, dict, int, float, complex)):
        return not value
    return value is None or value is MISSING


def is_nil(value: Any) -> bool:
    """Tell whether a map or a slice is nil."""
    return isinstance(value, (Map, Slice)) and value.is_nil


def is_equal(left: Any, right: Any, scope: Scope, depth: int = 0) -> bool:
    """Tell whether two values are deeply equal, their types included, as reflect.DeepEqual does."""
    scope.count()
    if type(left) is str and type(right) is str:
        return left == right
    if type_of(left) != type_of(right):
        return False
    if isinstance(left, list):
        return is_nil(left) == is_nil(right) and are_equal(left, right, scope, depth)
    if isinstance(left, dict):
        if left is right:
            return True
        if is_nil(left) != is_nil(right) or left.keys() != right.keys():
            return False
        return are_equal(list(left.values()), [right[key] for key in left], scope, depth)
    if isinstance(left, Struct) and type(left).__eq__ is object.__eq__:
        return left is right or is_equal(dict(left.fields), dict(right.fields), scope, depth + 1)
    return not isinstance(left, Function) and bool(left == right)


def are_equal(left: list[Any], right: list[Any], scope: Scope, depth: int) -> bool:
    """Tell whether two lists have equal elements."""
    if left is right:
        return True
    if len(left) != len(right):
        return False
    if depth > DEPTH:
        raise FunctionError("values are nested too deeply")
    return all(is_equal(*pair, scope, depth + 1) for pair in zip(left, right, strict=True))


def copy_of(value: Any, scope: Scope, depth: int = 0) -> Any:
    """Return a value whose maps and slices are new, all the way down."""
    scope.count(COPY)
    if depth > DEPTH:
        raise FunctionError("values are nested too deeply")
    if isinstance(value, Slice):
        items = [copy_of(item, scope, depth + 1) for item in value]
        return Slice(items, value.type, is_nil=value.is_nil)
    if isinstance(value, Map):
        pairs = {key: copy_of(item, scope, depth + 1) for key, item in value.items()}
        return Map(pairs, value.type, is_nil=value.is_nil)
    if isinstance(value, list):
        return [copy_of(item, scope, depth + 1) for item in value]
    if isinstance(value, dict):
        return {key: copy_of(item, scope, depth + 1) for key, item in value.items()}
    return value.deep_copy() if hasattr(value, "deep_copy") else value
