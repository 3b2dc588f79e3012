"""Write docs/reference/templates.md from the tables of functions: python build/functions.py [--check].

The groups and the words about them stand here; names and signatures come from the tables.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from page import put  # noqa: E402 - beside this file

from vexec.template.functions import GROUPS, find  # noqa: E402 - needs the path above

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vexec.template.values import Function

PAGE = ROOT / "docs" / "reference" / "templates.md"
FRAME = Path(__file__).with_name("functions.md")
MARK = "<!-- functions -->\n"
REFUSED = "functions.refused"
# module → what its functions are for; sprig's go by their modules' names
TITLES = {
    "functions.builtin": "Of Go itself",
    "functions.vault": "Vault",
    "functions.environment": "Variables and the clock",
    "functions.files": "Files",
    "functions.text": "Text",
    "functions.matching": "Regular expressions",
    "functions.hash": "Hashes",
    "functions.number": "Numbers",
    "functions.collection": "Lists and maps",
    "functions.scratch": "Within one rendering",
    "functions.json": "JSON",
    "functions.yaml": "YAML",
    "functions.toml": "TOML",
}


def page() -> str:
    """Return the page as it should be."""
    before, after = FRAME.read_text(encoding="utf-8").split(MARK)
    return before + "\n".join(lines()) + "\n" + after


def lines() -> Iterator[str]:
    """Yield the list of functions, by group."""
    for group, names in GROUPS.items():
        if group in TITLES:
            yield f"### {TITLES[group]}\n"
            yield from (f"- `{signature(find(name))}`" for name in names)
            yield ""
    yield "### Of sprig\n"
    for group, names in GROUPS.items():
        if group.startswith("sprig."):
            yield f"- {group.removeprefix('sprig.')}: " + ", ".join(f"`{name}`" for name in sorted(names))
    yield "\n### Known and refused\n"
    yield ", ".join(f"`{name}`" for name in GROUPS[REFUSED])


def signature(function: Function) -> str:
    """Write a function with the Go types of its parameters and of its result."""
    words = [spelt(kind) for kind in function.params]
    if function.is_variadic and words:
        words[-1] = f"…{words[-1]}"
    return " ".join([function.name, *words]) + f" → {spelt(function.result)}"


def spelt(kind: str) -> str:
    """Spell a type for people: any, where Go says interface {} or takes a reflect.Value."""
    return "any" if kind.startswith("reflect.Value") else kind.replace("interface {}", "any")


if __name__ == "__main__":
    raise SystemExit(put(PAGE, page()))
