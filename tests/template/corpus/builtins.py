"""The functions that text/template has itself, but for the comparisons and printf's verbs."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from tests.template.corpus import sections, table, words
from tests.template.corpus.worlds import KINDS
from tests.template.functions import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.template.cases import Case

UNARY = words("len html js urlquery print println not and or index slice call printf")
CONTAINERS = words("""
list elist nested names ints maps nlist map emap labels counts byint byany nmap s wide bad empty bytes
nil int n none
""")
KEYS = words("0 1 -1 99 `a` `none` nil 1.0 1.5 'a' true .u8 .i64 .n .n0 .nil .none .list 10 ``")
SLICED = (
    "",
    "0",
    "1",
    "3",
    "99",
    "-1",
    "0 1",
    "1 1",
    "2 1",
    "1 99",
    "0 1 2",
    "0 1 1",
    "0 1 99",
    "1 2 1",
    "0 1 2 3",
    "nil",
    "`a`",
    "1.0",
    ".u8",
    ".i8",
    ".n0",
    "0 nil",
)
BUILTINS = words("and or not call html index slice js len print printf println urlquery eq ge gt le lt ne")
ARITY = [f"{{{{{name}{' 1' * count}}}}}" for name in BUILTINS for count in range(4)]
ESCAPES = (
    "{{html .}}",
    "{{js .}}",
    "{{urlquery .}}",
    "{{. | html | js}}",
    "{{html `a` .}}",
    "{{js . .}}",
    "{{urlquery . 1}}",
    "{{html . 1 nil}}",
)


def cases() -> Iterator[Case]:
    """Return the cases of this corpus."""
    rows = sections("builtins")
    names = ("none", *KINDS)
    yield from table("unary", (f"{{{{{f} .{k}}}}}" for f, k in product(UNARY, names)), use="kinds")
    yield from table(
        "piped",
        (f"{{{{.{k} | {f}}}}}" for f, k in product(("len", "html", "index .list", "printf `%v`"), names)),
        use="kinds",
    )
    yield from table("index", (f"{{{{index .{c} {k}}}}}" for c, k in product(CONTAINERS, KEYS)), use="kinds")
    yield from table("index", rows["index"], use="kinds")
    yield from table(
        "slice", (f"{{{{slice .{c} {k}}}}}" for c, k in product(CONTAINERS, SLICED)), use="kinds"
    )
    yield from table("slice", rows["slice"], use="kinds")
    yield from table("arity", ARITY)
    yield from table("logic", rows["logic"], use="kinds")
    yield from table("printing", rows["printing"], use="kinds")
    for text in rows["escaped"]:
        yield from table("escapes", ((form, text) for form in ESCAPES))
    yield from table(
        "call",
        (f"{{{{call .f_{f} {args}}}}}" for f, args in product(FUNCTIONS, rows["arguments of call"])),
        use="functions",
    )
    yield from table("call", rows["call"], use="functions")
