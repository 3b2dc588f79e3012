"""Where vexec differs from Go on purpose; docs/reference/templates.md tells it to people."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.template.cases import Case

# a golden case's id → why
KNOWN: Mapping[str, str] = {
    "wrong-df5e9640": "parentheses nest no deeper than 100, Go takes 10000: they are on Python's stack",
}
# what the fuzzer finds and the corpora do not hold → why; sought in the template and both sides' results
EXPECTED: Mapping[str, str] = {
    "max expression depth exceeded": "see wrong-df5e9640",
    "the template takes too many steps": "a template has to end",
    "0xc000010000": "functions and pointers always have the same address",
    "is not supported": "functions that are refused or need Consul or Nomad",
    r"slice.*slice.*\0.*error calling slice: index out of range.*\0": "a slice of a slice has no capacity",
    r"\(string, error\)": "a function in data, which no template of vexec has, without its second result",
    r"\{\{\{\} \{\{\} 0\} ": "scratch is printed by Go with the lock in it",
}


def is_expected(case: Case, mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> bool:
    """Tell whether a difference is one of those on purpose."""
    sides = [str(side.get("err") or side.get("out", "")) for side in (mine, theirs)]
    text = "\0".join([case["template"], *sides])
    return any(re.search(words, text, re.DOTALL) for words in EXPECTED)
