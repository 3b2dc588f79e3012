"""Make the golden files: `make goldens`, or `python -m tests.oracles.make CORPUS…` for some of them."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.oracles.oracle import Oracle
from tests.template import corpus

if TYPE_CHECKING:
    from collections.abc import Sequence

GOLDEN = Path(__file__).parent.parent / "template" / "golden"
ADDRESS = re.compile(r"\b0x(?:c[0-9a-f]{9}|[4-6][0-9a-f]{5})\b")  # of data or of a function
RUNS = 4  # how often a case is asked, to find what is not the same each time
LIMIT = 40_000  # characters of output; a longer one says nothing more


def make(name: str, oracle: Oracle) -> str:
    """Write the golden file of a corpus; a case with another answer each time is an error."""
    cases = corpus.load(name)
    inputs = [corpus.expanded(case) for case in cases]
    first, *others = (list(oracle.ask_all(inputs)) for _ in range(RUNS))
    problems = []
    lines = [{"oracle": corpus.CORPORA[name], "versions": oracle.versions}]
    for case, answer, *again in zip(cases, first, *others, strict=True):
        problem = refused(answer, again)
        if problem:
            problems.append(f"{case['id']}: {problem}: {case['template']}: {answer}")
        lines.append({**case, **{key: value for key, value in answer.items() if key != "out" or value}})
    if problems:
        raise SystemExit("\n".join(problems))
    text = "".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines)
    (GOLDEN / f"{name}.jsonl").write_bytes(text.encode("utf-8", "backslashreplace"))
    return f"{name}: {len(cases)} cases, {len(text) >> 10} KiB, {sum('err' in line for line in lines)} errors"


def refused(answer: dict[str, Any], again: list[dict[str, Any]]) -> str:
    """Say why an answer cannot be a golden one."""
    if any(other != answer for other in again):
        return "the answer is another each time"
    if answer.get("stage") not in (None, "parse", "exec"):
        return "neither parsed nor evaluated"
    if ADDRESS.search(answer.get("out", "") + answer.get("err", "")):
        return "an address in memory is printed"
    return "too long" if len(answer.get("out", "")) > LIMIT else ""


def main(names: Sequence[str]) -> None:
    """Make the golden files of these corpora, or of all."""
    oracles: dict[str, Oracle] = {}
    for name in names or corpus.CORPORA:
        kind = corpus.CORPORA[name]
        if kind not in oracles:
            oracles[kind] = Oracle(kind)
        sys.stdout.write(make(name, oracles[kind]) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
