"""Make tests/template/execution.jsonl: `python -m tests.oracles.execution`."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tests.oracles.oracle import build
from tests.template.execution import rows

GOLDEN = Path(__file__).parent.parent.parent / "template" / "execution.jsonl"


def main() -> None:
    """Write a line for each row: its result, and the row if it is another one than before."""
    lines = "".join(json.dumps(row) + "\n" for row in rows())
    done = subprocess.run([build("execution")], input=lines, capture_output=True, text=True, check=True)
    results = done.stdout.splitlines()
    assert len(results) == len(rows())
    pairs = (
        json.dumps([row, json.loads(result)], ensure_ascii=False, separators=(",", ":")) + "\n"
        for row, result in zip(rows(), results, strict=True)
    )
    GOLDEN.write_text("".join(pairs))


if __name__ == "__main__":
    main()
