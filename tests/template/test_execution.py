"""Trees, output and errors over structs, methods, functions and typed values are those of Go 1.26.8."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.template import world
from tests.template.compare import is_same
from tests.template.execution import rows
from vexec.errors import TemplateError
from vexec.template.evaluate import evaluate
from vexec.template.functions import GROUPS
from vexec.template.parse import parse
from vexec.template.scope import Scope

GOLDEN = Path(__file__).parent / "execution.jsonl"
NAMES = frozenset((*GROUPS["functions.builtin"], *world.FUNCTIONS))
GROUP = 60  # rows in one test
# an element of a struct's field of type interface {} is a bare value here, so that its own type is told
BARE = {"{{slice .Text .AnyN}}"}


@cache
def golden() -> list[tuple[list[str], dict[str, Any]]]:
    """Return the rows with their results in Go."""
    return [json.loads(line) for line in GOLDEN.read_text().splitlines()]


def result(text: str, data: str, missing: str) -> dict[str, Any]:
    """Return what the engine makes of a row, in the oracle's form."""
    try:
        template = parse(text, "t", functions=NAMES)
    except TemplateError as error:
        return {"err": str(error), "stage": "parse"}
    scope = Scope(missing=missing or "default")
    tree = {"tree": str(template.root)}
    try:
        return {"out": evaluate(template, scope, world.DATA[data], more=world.FUNCTIONS), **tree}
    except TemplateError as error:
        return {"err": str(error), "stage": "exec", **tree}


@pytest.mark.parametrize("start", range(0, len(golden()), GROUP))
def test_a_template_does_what_it_does_in_go(start: int) -> None:
    """The tree is spelt as in Go, and the output or the error is the same, but for values in errors."""
    found = []
    for row, theirs in golden()[start : start + GROUP]:
        mine = result(*row)
        if row[0] not in BARE and not (is_same(mine, theirs) and mine.get("tree") == theirs.get("tree")):
            found.append(f"{row}\n  Go   {theirs}\n  ours {mine}")

    assert not found, "\n".join(found)


def test_the_rows_are_those_of_the_table() -> None:
    """After a change of the table, `python -m tests.oracles.execution` has been run."""
    assert [tuple(row) for row, _ in golden()] == rows()
