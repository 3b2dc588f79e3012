"""eq, ne, lt, le, gt and ge over pairs of values of every kind."""

from __future__ import annotations

from itertools import pairwise, product
from typing import TYPE_CHECKING

from tests.template.corpus import sections, table, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.template.cases import Case

EQUAL = words("""
nil false int minus i64 uint u8 u64 f42 nan complex n n42 empty s s42 wide bad bytes list names nlist
map labels byany nmap none
""")
ORDERED = words("nil true int minus i64 uint u8 u64 f f42 nan complex n42 s s42 wide list map bytes none")


def cases() -> Iterator[Case]:
    """Return the cases of this corpus."""
    yield from table("eq", (f"{{{{eq .{a} .{b}}}}}" for a, b in product(EQUAL, EQUAL)), use="kinds")
    for function in ("lt", "ge"):
        yield from table(
            function, (f"{{{{{function} .{a} .{b}}}}}" for a, b in product(ORDERED, ORDERED)), use="kinds"
        )
    for function in ("ne", "le", "gt"):
        yield from table(
            function,
            (f"{{{{{function} .{a} .{b}}}}}" for a, b in pairwise(ORDERED)),
            use="kinds",
        )
    yield from table("comparison", sections("comparisons")["comparison"], use="kinds")
