"""What each generator of a reference page does with it: write it, or with --check say whether it is true."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def put(path: Path, text: str) -> int:
    """Write a page to its path, or check it, as the command line says; return the exit code."""
    name = sys.argv[0].rpartition("/")[2]
    parser = argparse.ArgumentParser(prog=name, description=f"Write docs/reference/{path.name}.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the page is out of date")
    if not parser.parse_args().check:
        path.write_text(text, encoding="utf-8")
        return 0
    if not path.exists():
        problem = "does not exist"
    elif path.read_text(encoding="utf-8") != text:
        problem = "is not what the table says"
    else:
        return 0
    sys.stderr.write(f"{name}: {path.name} {problem}; run: python build/{name}\n")
    return 1
