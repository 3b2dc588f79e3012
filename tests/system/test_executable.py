"""What stands behind an executable file: a script's interpreter, an ELF file's loader, or nothing (T10)."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vexec.system.executable import elf_interpreter, is_program, missing_interpreter, script_interpreter

ABSENT = b"/lib/ld-of-another-world.so"


def program(path: Path, content: bytes, mode: int = 0o755) -> bytes:
    """Write a file and return its path."""
    path.write_bytes(content)
    path.chmod(mode)
    return os.fsencode(path)


def elf(
    interpreter: bytes, *, is_wide: bool = True, order: str = "<", offset: int = 0, size: int = 0
) -> bytes:
    """Make the headers of an ELF file with two program headers: PT_LOAD, PT_INTERP (elf(5))."""
    head, entry = (64, 56) if is_wide else (52, 32)
    offset = offset or head + 2 * entry
    size = size or len(interpreter) + 1
    ident = b"\x7fELF" + bytes([2 if is_wide else 1, 1 if order == "<" else 2, 1]) + bytes(9)
    word = "Q" if is_wide else "I"
    header = struct.pack(
        f"{order}HHI{word}{word}{word}IHHHHHH", 2, 62, 1, 0, head, 0, 0, head, entry, 2, 0, 0, 0
    )
    if is_wide:
        headers = [struct.pack(f"{order}IIQQQQQQ", kind, 0, offset, 0, 0, size, 0, 0) for kind in (1, 3)]
    else:
        headers = [struct.pack(f"{order}IIIIIIII", kind, offset, 0, 0, size, 0, 0, 0) for kind in (1, 3)]
    start = ident + header + b"".join(headers)
    return start + bytes(max(0, offset - len(start))) + interpreter + b"\0"


@pytest.mark.parametrize(
    ("head", "interpreter"),
    [
        (b"#!/bin/sh\n", b"/bin/sh"),
        (b"#!/bin/sh", b"/bin/sh"),
        (b"#! \t/bin/sh \t-e -x\nmore", b"/bin/sh"),
        (b"#!/usr/bin/env\tpython3\n", b"/usr/bin/env"),
        (b"#!/bin/sh\0x\n", b"/bin/sh"),
        (b"#!/bin/sh\r\n", b"/bin/sh\r"),
        (b"#!sh\n", b"sh"),
        (b"#!\n/bin/sh", b""),
        (b"#! \t \n", b""),
        (b"#!", b""),
        (b"#!\0/bin/sh", b""),
        (b"#!" + b" " * 300 + b"/bin/sh\n", b""),
        (b"#!/bin/sh " + b"x" * 300, b"/bin/sh"),
    ],
)
def test_a_scripts_first_line(head: bytes, interpreter: bytes) -> None:
    """The interpreter is what the kernel takes: up to a blank, a NUL or the end of the line."""
    assert script_interpreter(head) == interpreter


@pytest.mark.parametrize("is_wide", [True, False])
@pytest.mark.parametrize("order", ["<", ">"])
def test_an_elf_files_loader(is_wide: bool, order: str) -> None:
    """PT_INTERP is found in 32 and 64 bits, in both byte orders."""
    assert elf_interpreter(elf(ABSENT, is_wide=is_wide, order=order)) == ABSENT


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\x7fELF",
        b"\x7fELF\x02\x01",
        elf(ABSENT)[:64],
        elf(ABSENT)[:100],
        elf(ABSENT, offset=5000)[:4096],
        elf(ABSENT, offset=4090)[:4096],
        elf(ABSENT, size=5000),
        b"#!" + elf(ABSENT),
    ],
)
def test_what_cannot_be_seen_is_not_guessed(head: bytes) -> None:
    """A file that is cut off, or whose loader's name lies further on, is left to the kernel."""
    assert elf_interpreter(head) == b""


def test_a_real_programs_loader() -> None:
    """What is read from a program of this machine is what the loader itself calls its file."""
    shell = shutil.which("bash") or "/bin/sh"
    found = elf_interpreter(Path(shell).read_bytes()[:4096])

    assert os.path.exists(found)
    assert subprocess.run([found, "--help"], capture_output=True).returncode == 0


@given(st.binary(max_size=200))
def test_any_header_is_read_without_an_error(tail: bytes) -> None:
    """Whatever the bytes, there is an answer."""
    for head in (b"\x7fELF" + tail, b"#!" + tail):
        assert isinstance(elf_interpreter(head), bytes)
        assert not {0x20, 0x09, 0x0A, 0} & set(script_interpreter(head))


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    """T10: an existing file whose interpreter or loader is absent, or may not be executed, says which."""
    closed = tmp_path / "closed"
    closed.write_text("")
    cases = {
        b"#!/no/such/shell -x\n": "its interpreter /no/such/shell does not exist",
        b"#!/bin/sh\r\n": "its interpreter /bin/sh\r does not exist",
        b"#!" + bytes(closed) + b"\n": f"its interpreter {closed} may not be executed",
        elf(ABSENT): f"its loader {ABSENT.decode()} does not exist",
        b"#!/no/\xff\n": "its interpreter /no/\udcff does not exist",
        b"#!/bin/sh\n": "",
        b"#!\n": "",
        b"no first line": "",
        b"": "",
    }

    assert {raw: missing_interpreter(program(tmp_path / "x", raw)) for raw in cases} == cases
    assert missing_interpreter(b"/bin/true") == ""
    assert missing_interpreter(os.fsencode(tmp_path / "absent")) == ""


@pytest.mark.parametrize(
    ("raw", "entries", "is_one"),
    [
        (b"\x7fELF", ["register", "status"], True),
        (b"#!/bin/sh\n", ["register", "status"], True),
        (b"#!\n", ["register", "status", "wasm"], False),
        (b"", ["register", "status"], False),
        (b"echo\n", ["register", "status"], False),
        (b"\0asm", ["register", "status"], False),
        (b"\0asm", ["register", "status", "wasm"], True),
        (b"echo\n", ["register", "status", "any"], True),
        (b"\0asm", [], True),
        (b"echo\n", [], False),
        (b"", [], False),
        (b"\0asm", None, True),
        (b"echo\n", None, False),
    ],
)
def test_what_surely_is_no_program(
    tmp_path: Path, raw: bytes, entries: list[str] | None, is_one: bool
) -> None:
    """T10: a text or nothing is none; a binary may be one where the list of formats cannot be seen."""
    formats = tmp_path / "binfmt_misc"
    if entries is not None:
        formats.mkdir()
        for name in entries:
            (formats / name).write_text("")

    assert is_program(program(tmp_path / "x", raw), str(formats)) is is_one


def test_a_file_that_cannot_be_read_is_left_to_the_kernel(tmp_path: Path) -> None:
    """Execute permission is enough; what cannot be looked at is not refused."""
    assert is_program(os.fsencode(tmp_path / "absent"))
