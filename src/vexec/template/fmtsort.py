"""The order in which Go prints a map and ranges over it, by its keys (internal/fmtsort)."""

from __future__ import annotations

from vexec.template.strconv import to_bytes
from vexec.template.values import Map, type_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

# Keys of several types stand in the order of the types' addresses in a Go program; named types come last.
TYPES = (
    "<nil>", "string", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64",
    "int", "uint", "uintptr", "complex128", "float64", "bool",
)  # fmt: skip


def sorted_keys(items: Mapping[Any, Any]) -> list[Any]:
    """Return the keys of a map in Go's order: numbers by size, text by its bytes, false before true."""
    if type(items) is dict:
        return sorted(items, key=to_bytes)
    if isinstance(items, Map) and not items.type.startswith("map[interface {}]"):
        return sorted(items, key=value_rank)
    return sorted(items, key=lambda key: (*type_rank(key), value_rank(key)))


def type_rank(key: object) -> tuple[int, str]:
    """Return the place of a key's type among the others."""
    name = type_of(key)
    return (TYPES.index(name), "") if name in TYPES else (len(TYPES), name)


def value_rank(key: Any) -> Any:
    """Return what a key compares by with others of its type."""
    if isinstance(key, str):
        return to_bytes(key)
    if isinstance(key, float):
        return float_rank(key)
    if isinstance(key, complex):
        return float_rank(key.real), float_rank(key.imag)
    return key if isinstance(key, int) else 0


def float_rank(number: float) -> tuple[bool, float]:
    """Put NaN before all numbers."""
    return (number == number, number if number == number else 0)
