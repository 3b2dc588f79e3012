"""Compile modules, in a process that does nothing else: `python -I -S bytecode.py OUT < LIST`.

LIST is JSON, of [module name, source file or "", whether it is a package]. The code goes to OUT, each
module's at a multiple of 16; stdout gets a JSON list of [begin, size].
marshal marks what is referred to more than once, which depends on all that the process holds: in a build
that takes up an earlier one's results the same source would give other bytes.
"""

from __future__ import annotations

import json
import marshal
import sys
from pathlib import Path


def byte_code(name: str, source: str, *, is_package: bool) -> bytes:
    """Compile a module without docstrings and assertions; no path of this machine gets into the code."""
    text = Path(source).read_bytes() if source else b""
    file = name.replace(".", "/") + ("/__init__.py" if is_package else ".py")
    return marshal.dumps(compile(text, file, "exec", dont_inherit=True, optimize=2))


def main() -> None:
    """Compile what stdin lists."""
    blob, places = bytearray(), []
    for name, source, is_package in json.load(sys.stdin):
        code = byte_code(name, source, is_package=is_package)
        places.append([len(blob), len(code)])
        blob += code + bytes(-len(code) % 16)
    Path(sys.argv[1]).write_bytes(blob)
    json.dump(places, sys.stdout)


if __name__ == "__main__":
    main()
