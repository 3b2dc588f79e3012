"""Shared libraries: which a program or an extension module needs, and where they are."""

from __future__ import annotations

from pathlib import Path

from PyInstaller.depend.bindepend import get_imports, resolve_library_path

from .toolchain import BuildError

LOADER = "ld-linux"


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


def loader(path: Path) -> Path:
    """Return the dynamic loader that an ELF program names."""
    for line in path.read_bytes().split(b"\0"):
        if line.startswith((b"/lib64/ld-linux", b"/lib/ld-linux")):
            return Path(line.decode()).resolve()
    raise BuildError(f"{path.name} names no dynamic loader")
