"""What the kernel will look for behind an executable file: its script interpreter or its ELF loader."""

from __future__ import annotations

import os

HEAD = 4096
LINE = 256  # bytes in which the kernel looks for a script's first line (BINPRM_BUF_SIZE)
PT_INTERP = 3
FORMATS = "/proc/sys/fs/binfmt_misc"


def missing_interpreter(file: bytes) -> str:
    """Say which program behind an existing file is missing, or return "" where nothing is known to be.

    execve answers ENOENT both for a file that is absent and for one whose interpreter is (T10).
    """
    head = read_head(file) or b""
    if head.startswith(b"#!"):
        interpreter, kind = script_interpreter(head), "its interpreter"
    else:
        interpreter, kind = elf_interpreter(head), "its loader"
    if not interpreter or os.access(interpreter, os.X_OK):
        return ""
    problem = "may not be executed" if os.path.exists(interpreter) else "does not exist"
    return f"{kind} {interpreter.decode('utf-8', 'surrogateescape')} {problem}"


def is_program(file: bytes, formats: str = FORMATS) -> bool:
    """Tell whether a file may be of a format that the kernel knows; only what surely is none is refused.

    What binfmt_misc knows counts for the whole machine, but a container often cannot see its list; there a
    binary is given the benefit of the doubt, while an empty file or a text is none.
    """
    head = read_head(file)
    if head is None or head.startswith(b"\x7fELF"):
        return True
    if head.startswith(b"#!"):
        return bool(script_interpreter(head))
    try:
        known = set(os.listdir(formats))
    except OSError:
        known = set()
    return bool(known - {"register", "status"}) or ("register" not in known and b"\0" in head)


def read_head(file: bytes) -> bytes | None:
    """Return the beginning of a file, None where it may be executed but not read."""
    try:
        with open(file, "rb", buffering=0) as stream:
            return stream.read(HEAD)
    except OSError:
        return None


def script_interpreter(head: bytes) -> bytes:
    """Return PROGRAM of a first line `#! PROGRAM [ARGUMENT]`, b"" where it names none."""
    line = head[2:LINE].partition(b"\n")[0].partition(b"\0")[0]
    return line.replace(b"\t", b" ").strip(b" ").partition(b" ")[0]


def elf_interpreter(head: bytes) -> bytes:
    """Return the path in the PT_INTERP program header of an ELF file, b"" where there is none.

    Offsets are those of elf(5): e_phoff, e_phentsize, e_phnum; p_type, p_offset, p_filesz. What lies beyond
    `head` is not looked for.
    """
    if not head.startswith(b"\x7fELF"):
        return b""
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
            path = head[offset : offset + size]
            return path.partition(b"\0")[0] if len(path) == size else b""
    return b""
