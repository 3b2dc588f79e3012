"""The C compiler: the system's gcc or clang, else zig's from the `ziglang` wheel; how it is called."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

CFLAGS = ["-std=c11", "-O2", "-Wall", "-Wextra"]
LDFLAGS = ["-s", "-no-pie", "-Wl,--build-id=none"]
FREESTANDING = ["-ffreestanding", "-fno-builtin", "-fno-stack-protector", "-fno-pie"]
# the launcher lies where no program does: a program that is not position-independent begins at 0x400000
LAUNCHER_AT = "0x70000000"


class BuildError(RuntimeError):
    """The file cannot be built here; the text says what to install."""


def compiler(name: str = "") -> list[str]:
    """Return the command of a C compiler; `name` "zig" asks for zig's."""
    for candidate in () if name == "zig" else ("gcc", "clang"):
        if shutil.which(candidate):
            return [candidate]
    if importlib.util.find_spec("ziglang") is None:
        raise BuildError("no C compiler: install gcc, or `pip install ziglang`")
    return [sys.executable, "-m", "ziglang", "cc"]


def run(command: list[str], directory: Path) -> None:
    """Run a compiler; what it says is shown, and a warning is as bad as an error."""
    result = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
    if result.returncode or result.stderr:
        raise BuildError(f"{' '.join(command)}\n{result.stderr}")


def build_launcher(cc: list[str], directory: Path) -> Path:
    """Compile the launcher; `cc` may be a cross-compiler.

    In two steps, since zig takes the headers of a libc away where none is to be linked.
    """
    place = "--image-base" if "ziglang" in cc else "-Ttext-segment"
    run([*cc, *CFLAGS, *FREESTANDING, "-c", "launcher.c"], directory)
    link = [*cc, *LDFLAGS, "-nostdlib", "-static", f"-Wl,{place}={LAUNCHER_AT}", "launcher.o"]
    run([*link, "-o", "launcher"], directory)
    return directory / "launcher"


def build_program(cc: list[str], include: list[str], library: list[str], directory: Path) -> Path:
    """Compile the interpreter's program with the frozen modules and link it with a Python's library."""
    command = [*cc, *CFLAGS, *LDFLAGS, *include, "interpreter.c", "modules.S", *library]
    command += [
        "-Wl,--export-dynamic",
        "-Wl,-z,now",
        "-Wl,--gc-sections",
        "-lm",
        "-ldl",
        "-lpthread",
        "-lutil",
    ]
    run([*command, "-o", "program"], directory)
    return directory / "program"
