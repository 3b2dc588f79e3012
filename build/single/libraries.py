"""Shared libraries: which a program or an extension module needs, and where they are."""

from __future__ import annotations

from pathlib import Path

from .machine import Machine
from .toolchain import BuildError

LOADER = "ld-linux"
# what every program with CPython has loaded before any extension module; glibc's other libraries are stubs
# since 2.34, which the program itself does not need, but a wheel's extension module may
GLIBC = {"libc.so.6", "libm.so.6"}
PRELOAD = b"/etc/ld.so.preload\0"
NOWHERE = b"/proc/self/fd/none\0"


def needed(machine: Machine, path: Path) -> list[tuple[str, Path]]:
    """Return the sonames that an ELF file needs itself, and their files; the loader is left out."""
    result = []
    for name, where in sorted(machine.imports(path)):
        soname = Path(name).name
        if soname.startswith(LOADER):
            continue
        if where is None:
            raise BuildError(f"{path.name} needs {soname}, which is not installed")
        result.append((soname, where.resolve()))
    return result


def closure(machine: Machine, path: Path, known: set[str]) -> list[tuple[str, Path]]:
    """Return all libraries below an ELF file that are not `known`, each after those that it needs."""
    ordered: list[tuple[str, Path]] = []
    seen = set(known)

    def visit(file: Path) -> None:
        for soname, where in needed(machine, file):
            if soname not in seen:
                seen.add(soname)
                visit(where)
                ordered.append((soname, where))

    visit(path)
    return ordered


def below_program(machine: Machine) -> list[Path]:
    """Return what the interpreter's program, which is not linked yet, will hold and load."""
    python = machine.python.executable
    files = [Path(path) for path in machine.python.library] + [loader(machine, python)]
    glibc = [path for soname, path in closure(machine, python, set()) if soname in GLIBC]
    shared = [path for file in files if ".so" in file.name for _, path in closure(machine, file, GLIBC)]
    return files + glibc + shared


def private_loader(machine: Machine, path: Path, out: Path) -> Path:
    """Write a copy of the loader that an ELF program names, which takes nothing from the image's /etc.

    What /etc/ld.so.preload lists there was made for the image's own libc, and is meant for its programs.
    """
    file = loader(machine, path)
    blob = file.read_bytes()
    if blob.count(PRELOAD) != 1:
        raise BuildError(f"{file} is another loader than glibc's")
    out.write_bytes(blob.replace(PRELOAD, NOWHERE))
    return out


def loader(machine: Machine, path: Path) -> Path:
    """Return the dynamic loader that an ELF program names."""
    for line in path.read_bytes().split(b"\0"):
        if line.startswith((b"/lib64/ld-linux", b"/lib/ld-linux")):
            return machine.loader(line.decode())
    raise BuildError(f"{path.name} names no dynamic loader")
