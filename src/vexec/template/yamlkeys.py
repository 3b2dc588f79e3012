"""The order in which gopkg.in/yaml.v2 writes a map's keys: numbers in text count as people count.

The order is not one for every set of keys ("01", "0x1", "1:2" have no first): Go's output is by chance then.
"""

from __future__ import annotations

from functools import cmp_to_key

from vexec.template.unicode import is_digit, is_letter
from vexec.template.values import kind_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

# Go's kinds in the order of their numbers
KINDS = (
    "invalid", "bool", "int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32",
    "uint64", "uintptr", "float32", "float64", "complex64", "complex128", "array", "chan", "func",
    "interface", "map", "ptr", "slice", "string", "struct",
)  # fmt: skip


def sorted_keys(keys: Iterable[Any]) -> list[Any]:
    """Return keys as yaml.v2 writes them."""
    return sorted(keys, key=cmp_to_key(lambda a, b: -1 if is_less(a, b) else 1 if is_less(b, a) else 0))


def is_less(a: Any, b: Any) -> bool:
    """Tell whether a key comes before another."""
    left, right = kind_of(a), kind_of(b)
    if is_numeric(left) and is_numeric(right):
        if float(a) != float(b):
            return float(a) < float(b)
        return KINDS.index(left) < KINDS.index(right) if left != right else a < b
    if left != "string" or right != "string":
        return KINDS.index(left) < KINDS.index(right)
    return is_text_less(str(a), str(b))


def is_numeric(kind: str) -> bool:
    """Tell whether keys of a kind are compared as numbers."""
    return kind in ("bool", "float64") or (kind != "interface" and kind.startswith(("int", "uint")))


def is_text_less(a: str, b: str) -> bool:
    """Compare two texts: letters after all else, runs of digits as numbers."""
    for place, (left, right) in enumerate(zip(a, b, strict=False)):
        if left == right:
            continue
        if is_letter(left) or is_letter(right):
            return left < right if is_letter(left) and is_letter(right) else is_letter(right)
        is_within = "0" in (left, right) and follows_number(a, place)
        first, first_end = number_at(a, place, start=is_within)
        second, second_end = number_at(b, place, start=is_within)
        if first != second:
            return first < second
        return first_end < second_end if first_end != second_end else left < right
    return len(a) < len(b)


def follows_number(text: str, place: int) -> bool:
    """Tell whether the digits before a place are a number other than 0."""
    while place > 0 and is_digit(text[place - 1]):
        place -= 1
        if text[place] != "0":
            return True
    return False


def number_at(text: str, place: int, *, start: bool) -> tuple[int, int]:
    """Return the int64 that digits are, with a 1 before them if it starts so, and where they end."""
    number = int(start)
    while place < len(text) and is_digit(text[place]):
        number = (number * 10 + ord(text[place]) - 48 + (1 << 63)) % (1 << 64) - (1 << 63)
        place += 1
    return number, place
