"""What the kernel will look for behind an executable file: its script interpreter or its ELF loader."""

from __future__ import annotations

import os

HEAD = 4096
PT_INTERP = 3


def missing_interpreter(file: bytes) -> str:
    """Say what keeps an existing file from being executed, or return "" where nothing is known to.

    execve answers ENOENT both for a file that is absent and for one whose interpreter is (T10).
    """
    try:
        with open(file, "rb", buffering=0) as stream:
            head = stream.read(HEAD) or b""
    except OSError:
        return ""  # executable but not readable: the kernel knows more
    if head.startswith(b"#!"):
        interpreter, kind = script_interpreter(head), "its interpreter"
    elif head.startswith(b"\x7fELF"):
        interpreter, kind = elf_interpreter(head), "its loader"
    elif has_other_formats():
        return ""
    else:
        return "it is neither a program nor a script with a first line such as #!/bin/sh"
    if interpreter and not os.path.exists(interpreter):
        return f"{kind} {os.fsdecode(interpreter)} does not exist"
    return ""


def script_interpreter(head: bytes) -> bytes:
    """Return PROGRAM of a first line `#! PROGRAM [ARGUMENT]`."""
    line = head[2:].split(b"\n", 1)[0].strip(b" \t")
    return line.replace(b"\t", b" ").split(b" ", 1)[0]


def elf_interpreter(head: bytes) -> bytes:
    """Return the path in the PT_INTERP program header of an ELF file, b"" where there is none.

    Offsets are those of elf(5): e_phoff, e_phentsize, e_phnum; p_type, p_offset, p_filesz.
    """
    is_wide, order = head[4:5] == b"\x02", "big" if head[5:6] == b"\x02" else "little"

    def number(offset: int, size: int) -> int:
        return int.from_bytes(head[offset : offset + size], order)  # type: ignore[arg-type]  # one of two literals

    table, entry, entries = (number(32, 8), 54, 56) if is_wide else (number(28, 4), 42, 44)
    for index in range(number(entries, 2)):
        header = table + index * number(entry, 2)
        if number(header, 4) == PT_INTERP:
            offset, size = (
                (number(header + 8, 8), number(header + 32, 8))
                if is_wide
                else (number(header + 4, 4), number(header + 16, 4))
            )
            return head[offset : offset + size].rstrip(b"\0")
    return b""


def has_other_formats() -> bool:
    """Tell whether the kernel may know formats beside ELF and scripts (binfmt_misc)."""
    try:
        entries = os.listdir("/proc/sys/fs/binfmt_misc")
    except OSError:
        return True
    return bool(set(entries) - {"register", "status"})
