"""What Go's reflect knows of types by their names: elements, zero values, and which value fits which type."""

from __future__ import annotations

from vexec.template.values import (
    INTEGERS,
    MISSING,
    FunctionError,
    Int,
    Map,
    Slice,
    Struct,
    kind_of_type,
    type_of,
)
from vexec.value import Number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ANY = "interface {}"
VALUE = "reflect.Value"  # a parameter of this type takes any value, and none
PLACE = "reflect.Value of the place"  # the same, and it tells with Held that the value is in an interface
NIL_KINDS = frozenset(("slice", "map", "ptr", "func", "chan", "interface"))
ZEROS = {
    ANY: None,
    VALUE: MISSING,
    PLACE: MISSING,
    "string": "",
    "bool": False,
    "int": 0,
    "float64": 0.0,
    "complex128": 0j,
    "json.Number": Number(""),
}


class Held:
    """A value that an interface holds."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


def element_type(name: str) -> str:
    """Return the type of a slice's, map's or channel's elements, "" for other types."""
    if name.startswith("map["):
        return name[end_of_key(name) + 1 :]
    for start in ("[]", "<-chan ", "chan "):
        if name.startswith(start):
            return name[len(start) :]
    return ""


def key_type(name: str) -> str:
    """Return the type of a map's keys, "" for other types."""
    return name[len("map[") : end_of_key(name)] if name.startswith("map[") else ""


def end_of_key(name: str) -> int:
    """Return where the bracket behind a map's key type is."""
    end = name.index("]")
    while name.count("[", 0, end) > name.count("]", 0, end) + 1:
        end = name.index("]", end + 1)
    return end


def can_be_nil(name: str) -> bool:
    """Tell whether nil can be given for a type."""
    return name in (VALUE, PLACE) or kind_of_type(name) in NIL_KINDS


def zero(name: str) -> Any:
    """Return the zero value of a type."""
    if name in ZEROS:
        return ZEROS[name]
    kind = kind_of_type(name)
    if kind in INTEGERS:
        return Int(0, name)
    if kind == "slice":
        return Slice((), name, is_nil=True)
    if kind == "map":
        return Map((), name, is_nil=True)
    struct = Struct()
    struct.type = name
    struct.is_nil = kind != "struct"
    return struct


def is_true(value: Any) -> bool:
    """Tell whether a value is not the zero of its type; a struct is never."""
    return bool(value) and not (isinstance(value, Struct) and value.is_nil)


def static_type(value: Any) -> str:
    """Return the type of a value, of which a nil interface has one as well."""
    return ANY if value is None else type_of(value)


def wrapped(value: int, name: str) -> int:
    """Return a value as an integer type, cut to the type's width."""
    kind = kind_of_type(name)
    digits = kind.lstrip("uintpr")
    bits = int(digits) if digits else 64
    value &= (1 << bits) - 1
    if not kind.startswith("u") and value >> (bits - 1):
        value -= 1 << bits
    return value if name == "int" else Int(value, name)


def fit(value: Any, name: str) -> Any:
    """Return a value as an argument of a parameter's type; raises FunctionError with Go's words."""
    if name == ANY:
        return None if value is MISSING else value
    if name in (VALUE, PLACE):
        return value
    if value is MISSING:
        if can_be_nil(name):
            return zero(name)
        raise FunctionError(f"invalid value; expected {name}")
    actual = static_type(value)
    if actual == name:
        return value
    if actual == "*" + name:
        if value.is_nil:
            raise FunctionError(f"dereference of nil pointer of type {name}")
        return value
    raise FunctionError(f"wrong type for value; expected {name}; got {actual}")
