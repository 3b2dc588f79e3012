"""What a 64-bit little-endian ELF file says about itself: the machine it runs on, the libraries it needs."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import NamedTuple

MACHINES = {62: "x86_64", 183: "aarch64"}  # e_machine
LOAD, DYNAMIC = 1, 2  # p_type
NEEDED, STRINGS = 1, 5  # d_tag: DT_NEEDED, DT_STRTAB
SEGMENT = struct.Struct("<IIQQQQQQ")
ENTRY = struct.Struct("<QQ")


class Segment(NamedTuple):
    """A program header."""

    kind: int
    flags: int
    offset: int
    address: int
    physical: int
    size: int
    size_in_memory: int
    alignment: int


def machine(path: Path) -> str:
    """Return the machine of an ELF file by the kernel's name, "" for another file."""
    with path.open("rb") as stream:
        head = stream.read(20)
    if not head.startswith(b"\x7fELF\x02\x01"):
        return ""
    return MACHINES.get(struct.unpack_from("<H", head, 18)[0], "")


def needed(path: Path) -> list[str]:
    """Return the sonames of the libraries that an ELF file needs itself."""
    blob = path.read_bytes()
    begin, size, count = struct.unpack_from("<Q", blob, 32)[0], *struct.unpack_from("<HH", blob, 54)
    segments = [Segment(*SEGMENT.unpack_from(blob, begin + number * size)) for number in range(count)]
    dynamic = next((segment for segment in segments if segment.kind == DYNAMIC), None)
    if dynamic is None:
        return []
    entries = list(ENTRY.iter_unpack(blob[dynamic.offset : dynamic.offset + dynamic.size]))
    strings = next(offset_of(value, segments) for tag, value in entries if tag == STRINGS)
    names = [strings + value for tag, value in entries if tag == NEEDED]
    return [blob[name : blob.index(b"\0", name)].decode() for name in names]


def offset_of(address: int, segments: list[Segment]) -> int:
    """Return where in the file that is which will be mapped at an address."""
    for segment in segments:
        if segment.kind == LOAD and segment.address <= address < segment.address + segment.size:
            return address - segment.address + segment.offset
    raise ValueError(f"no segment is mapped at {address:#x}")
