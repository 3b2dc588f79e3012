"""The single file's layout, as single.h describes it: what is mapped on pages, and the table at the end."""

from __future__ import annotations

import struct
from enum import IntEnum
from pathlib import Path
from typing import NamedTuple

PAGE = 1 << 16  # the largest of a kernel, on aarch64
MAGIC = 0x31656C676E697376
PART = struct.Struct("<112sIIQ")
CONTENTS = struct.Struct("<QQ")


class Kind(IntEnum):
    """What a part is; the values are those of single.h."""

    LOADER = 1
    PROGRAM = 2
    NEEDED = 3
    LIBRARY = 4
    EXTENSION = 5


class Part(NamedTuple):
    """A file to put in: `name` is a library's soname or an extension module's dotted name."""

    kind: Kind
    name: str
    path: Path


def write(launcher: Path, parts: list[Part], out: Path) -> None:
    """Write the file, executable, in one rename."""
    blob = bytearray(launcher.read_bytes())
    rows = []
    for part in parts:
        blob += bytes(-len(blob) % (PAGE if part.kind in (Kind.LOADER, Kind.PROGRAM) else 16))
        content = part.path.read_bytes()
        rows.append(PART.pack(part.name.encode().ljust(112, b"\0"), part.kind, len(content), len(blob)))
        blob += content
    blob += bytes(-len(blob) % 16) + b"".join(rows) + CONTENTS.pack(len(rows), MAGIC)
    out.parent.mkdir(parents=True, exist_ok=True)
    temporary = out.with_name(f".{out.name}.new")
    temporary.write_bytes(blob)
    temporary.chmod(0o755)
    temporary.replace(out)


def read(file: Path) -> dict[str, tuple[Kind, int, int]]:
    """Return a file's parts by name: kind, offset, size."""
    blob = file.read_bytes()
    count, magic = CONTENTS.unpack(blob[-CONTENTS.size :])
    if magic != MAGIC:
        raise ValueError(f"{file} is no single file")
    table = blob[-CONTENTS.size - count * PART.size : -CONTENTS.size]
    rows = (PART.unpack_from(table, index * PART.size) for index in range(count))
    return {name.rstrip(b"\0").decode(): (Kind(kind), offset, size) for name, kind, size, offset in rows}
