"""The cases that the goldens are made of; a module's cases become the golden file of its name.

Most cases are lines of the text files here; a new case is a new line. A case is an object as
tests/oracles/cases/case.go reads it, but for `use`: the name of one of the worlds of `worlds.py`, which
stands for fields that many cases have in common.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.template.cases import Case, encode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

HERE = Path(__file__).parent
# module → the oracle that knows what is right
CORPORA: Mapping[str, str] = {
    "actions": "text",
    "operands": "text",
    "builtins": "text",
    "comparisons": "text",
    "parsing": "text",
    "grammar": "text",
    "consul": "consul",
    "sprig": "consul",
    "shapes": "consul",
}


def words(text: str) -> list[str]:
    """Return the words of a text, for tables of many short ones."""
    return text.split()


def sections(name: str) -> dict[str, list[str]]:
    """Read a file of this directory: `[name]` begins a section, every other line is a row.

    A row that begins with `"` is a JSON string: one with newlines, or that begins or ends with a space.
    """
    found: dict[str, list[str]] = {}
    rows: list[str] = []
    for line in (HERE / f"{name}.txt").read_text().split("\n"):
        if line.startswith("["):
            rows = found.setdefault(line[1:-1], [])
        elif line:
            rows.append(json.loads(line) if line.startswith('"') else line)
    return found


def table(name: str, rows: Iterable[str | tuple[str, Any]], /, **shared: Any) -> Iterator[Case]:
    """Make a case of each row, a template or a template and its data; `shared` are more fields of each.

    The id is the table's name and a digest of the case, so that it stays when rows come or go.
    The world `functions` takes the place of `kinds` where a function is named: it cannot be printed.
    """
    for row in rows:
        text, data = (row, None) if isinstance(row, str) else (row[0], {"data": encode(row[1])})
        case = {"template": text, **(data or {}), **shared}
        if case.get("use") == "kinds" and ".f" in text and re.search(r"\.(fn|f_\w+)\b", text):
            case["use"] = "functions"
        yield identified(name, case)


def identified(name: str, case: Case) -> Case:
    """Give a case its id."""
    text = json.dumps(case, sort_keys=True)
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return {"id": f"{name}-{digest}", **case}


def load(corpus: str) -> list[Case]:
    """Return the cases of a corpus."""
    module = __import__(f"tests.template.corpus.{corpus}", fromlist=["cases"])
    return list({case["id"]: case for case in module.cases()}.values())


def expanded(case: Case) -> Case:
    """Put in what `use` stands for, and a template that is not UTF-8 in base64: as the oracles read it."""
    from tests.template.corpus.worlds import WORLDS

    full = {**WORLDS[case["use"]], **case} if "use" in case else dict(case)
    full.pop("use", None)
    coded = encode(full["template"])
    if isinstance(coded, dict):
        full.update(template="", base64=coded["raw"])
    return full
