"""Shared libraries: which a program or an extension module needs, and where they are."""

from __future__ import annotations

import sys
from pathlib import Path

from PyInstaller.depend.bindepend import get_imports, resolve_library_path

from .toolchain import BuildError

LOADER = "ld-linux"
# what the program itself has loaded before any extension module
GLIBC = {"libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "libutil.so.1"}
PRELOAD = b"/etc/ld.so.preload\0"
NOWHERE = b"/proc/self/fd/none\0"


def needed(path: Path) -> list[tuple[str, Path]]:
    """Return the sonames that an ELF file needs itself, and their files; the loader is left out."""
    result = []
    for name, found in sorted(get_imports(str(path))):
        soname = Path(name).name
        if soname.startswith(LOADER):
            continue
        where = found or resolve_library_path(soname)
        if where is None:
            raise BuildError(f"{path.name} needs {soname}, which is not installed")
        result.append((soname, Path(where).resolve()))
    return result


def closure(path: Path, known: set[str]) -> list[tuple[str, Path]]:
    """Return all libraries below an ELF file that are not `known`, each after those that it needs."""
    ordered: list[tuple[str, Path]] = []
    seen = set(known)

    def visit(file: Path) -> None:
        for soname, where in needed(file):
            if soname not in seen:
                seen.add(soname)
                visit(where)
                ordered.append((soname, where))

    visit(path)
    return ordered


def below_program(libpython: list[str]) -> list[Path]:
    """Return what the interpreter's program, which is not linked yet, will hold and load."""
    python = Path(sys.executable).resolve()
    files = [Path(path) for path in libpython] + [loader(python)]
    glibc = [path for soname, path in closure(python, set()) if soname in GLIBC]
    shared = [path for file in files if ".so" in file.name for _, path in closure(file, GLIBC)]
    return files + glibc + shared


def private_loader(path: Path, out: Path) -> Path:
    """Write a copy of the loader that an ELF program names, which takes nothing from the image's /etc.

    What /etc/ld.so.preload lists there was made for the image's own libc, and is meant for its programs.
    """
    blob = loader(path).read_bytes()
    if blob.count(PRELOAD) != 1:
        raise BuildError(f"{loader(path)} is another loader than glibc's")
    out.write_bytes(blob.replace(PRELOAD, NOWHERE))
    return out


def loader(path: Path) -> Path:
    """Return the dynamic loader that an ELF program names."""
    for line in path.read_bytes().split(b"\0"):
        if line.startswith((b"/lib64/ld-linux", b"/lib/ld-linux")):
            return Path(line.decode()).resolve()
    raise BuildError(f"{path.name} names no dynamic loader")
