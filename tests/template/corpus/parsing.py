"""Templates that are not well-formed: written ones, and good ones with a part cut off, taken or put in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.template.corpus import sections, table
from tests.template.corpus.grammar import Dice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.template.cases import Case

PUT_IN = (
    "}}",
    "{{",
    "(",
    ")",
    "|",
    ".",
    "$",
    '"',
    "`",
    "'",
    "-",
    " ",
    "\n",
    ":=",
    "=",
    ",",
    "1",
    "x",
    "/*",
    "*/",
    "{{end}}",
    "{{else}}",
    "{{if 1}}",
    "nil",
    "\0",
    "☃",
    "- ",
    " -",
    "+",
    "\\",
    "{{range 2}}",
    "{{break}}",
)


def cases() -> Iterator[Case]:
    """Return the cases of this corpus."""
    text = sections("parsing")
    yield from table("wrong", text["wrong"], use="kinds")
    yield from table("wrong-named", text["wrong"][:120:3], use="kinds", name="pod.tmpl")
    for whole in text["whole"]:
        yield from table("cut", (whole[:end] for end in range(1, len(whole))), use="kinds")
        yield from table("gap", (whole[:at] + whole[at + 1 :] for at in range(len(whole))), use="kinds")
        dice = Dice("put in")
        rows = []
        for _ in range(250):
            at = dice.below(len(whole))
            rows.append(whole[:at] + dice.one(PUT_IN) + whole[at:])
        yield from table("put-in", rows, use="kinds")
