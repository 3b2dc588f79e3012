"""Compare vexec with Go on templates that nobody wrote: `make fuzz-template MINUTES=5`.

A case is made by chance, from the grammar or by spoiling one of the corpora; data is made by chance, too.
What differs is made smaller, shown, and written to work/fuzz-template.jsonl. Exit code 1 says that something
differs.
"""

from __future__ import annotations

import argparse
import json
import re
import secrets
import signal
import sys
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.oracles.chance import UNSAFE, Maker
from tests.oracles.make import ADDRESS
from tests.oracles.oracle import Oracle
from tests.template.compare import is_same, ours, told
from tests.template.corpus import expanded
from tests.template.known import is_expected

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.template.cases import Case

FOUND = Path("work") / "fuzz-template.jsonl"
STEPS = 500_000  # that an evaluation may take
PATIENCE = 10  # seconds for a case
TRIES = 600  # to make a difference smaller
REPEATS = 6  # of a case, to see whether Go itself always says the same
TOKENS = re.compile(r'\{\{-? ?|-?\}\}|"(?:[^"\\\n]|\\.)*"|`[^`]*`|\w+|\s+|.', re.DOTALL)


class Slow(Exception):
    """A case takes too long."""


@contextmanager
def limited(seconds: int) -> Iterator[None]:
    """Raise Slow in a block that takes longer."""

    def stop(*_: object) -> None:
        raise Slow

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)


class Fuzzer:
    """Asks both sides, and counts; `seen` are signatures of differences that were shown."""

    def __init__(self, kinds: list[str]) -> None:
        self.oracles = {kind: Oracle(kind) for kind in kinds}
        self.seen: dict[str, int] = {}
        self.counts: Counter[str] = Counter()

    def results(self, case: Case, kind: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return what both sides make of an expanded case."""
        theirs = self.oracles[kind].ask(case)
        try:
            with limited(PATIENCE):
                mine: dict[str, Any] = ours(case, kind, steps=STEPS)
        except Slow:
            mine = {"stage": "slow", "err": f"more than {PATIENCE} s"}
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a difference
            mine = {"stage": "raised", "err": f"{type(error).__name__}: {error}"}
        return mine, theirs

    def verdict(self, case: Case, mine: dict[str, Any], theirs: dict[str, Any]) -> str:
        """Tell `same`, `different`, `expected`, or `skipped` for what cannot be compared."""
        if mine.get("stage") == "raised":
            return "different"
        unclear = ("timeout", "died", "missing", "new", "panic")
        if (
            "[redacted]" in theirs.get("err", "")
            or theirs.get("stage") in unclear
            or mine.get("stage") == "missing"
        ):
            return "skipped"
        if mine.get("stage") == "slow":
            return "different"
        if is_same(mine, theirs):
            return "same"
        if any(ADDRESS.search(str(side)) for side in (mine, theirs)):
            return "skipped"
        return "expected" if is_expected(case, mine, theirs) else "different"

    def run(self, case: Case, kind: str) -> None:
        """Compare one case."""
        if UNSAFE.search(case["template"]):
            return
        full = expanded(case)
        mine, theirs = self.results(full, kind)
        verdict = self.verdict(full, mine, theirs)
        if verdict == "different" and mine.get("stage") not in ("raised", "slow"):
            again = [self.oracles[kind].ask(full) for _ in range(REPEATS)]
            verdict = "different" if all(other == theirs for other in again) else "skipped"
        reason = f" ({mine.get('stage')}, {theirs.get('stage')})" if verdict == "skipped" else ""
        self.counts[verdict + reason] += 1
        if verdict == "different":
            self.report(case, kind, signature(mine, theirs))

    def report(self, case: Case, kind: str, mark: str) -> None:
        """Show a difference, made smaller, unless one like it has been shown."""
        self.seen[mark] = self.seen.get(mark, 0) + 1
        if self.seen[mark] > 1:
            return
        small = case if "more than" in mark else self.smaller(case, kind, mark)
        mine, theirs = self.results(expanded(small), kind)
        more = {
            name: value for name, value in small.items() if name in ("left", "right", "name", "missingkey")
        }
        sys.stdout.write(
            f"\n{kind}: {small['template']!r} {more or ''}\n"
            f"  Go  : {told(theirs)[:1500]}\n  ours: {told(mine)[:1500]}\n"
        )
        sys.stdout.flush()
        with FOUND.open("a") as file:
            file.write(json.dumps({"oracle": kind, **small, "go": theirs, "ours": mine}) + "\n")

    def smaller(self, case: Case, kind: str, mark: str) -> Case:
        """Take parts out of a template for as long as the difference stays."""
        tokens, tries, size = TOKENS.findall(case["template"]), 0, 0
        size = len(tokens) // 2
        while size and tries < TRIES:
            at = 0
            while at < len(tokens) and tries < TRIES:
                less = tokens[:at] + tokens[at + size :]
                tries += 1
                if self.is_like(case, "".join(less), kind, mark):
                    tokens = less
                else:
                    at += size
            size //= 2
        return {**case, "template": "".join(tokens)}

    def is_like(self, case: Case, text: str, kind: str, mark: str) -> bool:
        """Tell whether a case with another template differs in the same way."""
        if UNSAFE.search(text) or not text:
            return False
        full = expanded({**case, "template": text})
        mine, theirs = self.results(full, kind)
        return self.verdict(full, mine, theirs) == "different" and signature(mine, theirs) == mark


def signature(mine: dict[str, Any], theirs: dict[str, Any]) -> str:
    """Return what differences of one cause have in common, roughly."""
    return " / ".join(
        re.sub(r'"(?:[^"\\]|\\.)*"|<.*>|`[^`]*`|\d+|: :', "_", side.get("err") or "text", flags=re.DOTALL)[
            -90:
        ]
        for side in (mine, theirs)
    )


def main() -> int:
    """Compare until the time is over; return 1 if anything differed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--seed", default=secrets.token_hex(4))
    parser.add_argument("--oracle", choices=("text", "consul"), action="append")
    options = parser.parse_args()
    kinds = options.oracle or ["text", "consul"]
    FOUND.parent.mkdir(exist_ok=True)
    FOUND.write_text("")
    fuzzer, maker = Fuzzer(kinds), Maker(options.seed)
    sys.stdout.write(f"seed {options.seed}\n")
    end = time.monotonic() + options.minutes * 60
    while time.monotonic() < end:
        kind = maker.dice.one(kinds)
        fuzzer.run(maker.case(kind), kind)
    sys.stdout.write(
        f"\n{dict(fuzzer.counts)}, {len(fuzzer.seen)} kinds of difference, seed {options.seed}\n"
    )
    return 1 if fuzzer.seen else 0


if __name__ == "__main__":
    raise SystemExit(main())
