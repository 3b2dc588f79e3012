"""Calls of functions that read a small language of their own, with texts of it by chance.

corpus/pieces.txt holds the pieces of each language, named by a letter (`␣` is a space, `⏎` a newline), and
the functions with the letters of their arguments: `*` is a value of any kind, `0` a small number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.template.corpus import sections

if TYPE_CHECKING:
    from tests.template.corpus.grammar import Dice

PIECES = {
    name[0]: [piece for row in rows for piece in row.split(" ")] for name, rows in sections("pieces").items()
}
CALLS = [call for row in sections("pieces")["calls"] for call in row.split()]


def text_of(dice: Dice, language: str) -> str:
    """Return some pieces of a language, one after the other."""
    chosen = [dice.one(PIECES[language]) for _ in range(1 + dice.below(dice.one((3, 6, 12))))]
    return "".join(chosen).replace("␣", " ").replace("⏎", "\n")


def call(dice: Dice, names: list[str]) -> tuple[str, dict[str, str]]:
    """Return a call whose arguments are fields of `$k`, and the texts of those that are not in `names`."""
    name, _, languages = dice.one(CALLS).partition(":")
    args, given = [name], {}
    for language in languages:
        if language == "0":
            args.append(dice.one(("0", "1", "2", "3", "-1", "5", "10")))
        elif language == "*":
            args.append(f"$k.{dice.one(names)}")
        else:
            given[f"t{len(args)}"] = text_of(dice, language)
            args.append(f"$k.t{len(args)}")
    return " ".join(args), given
