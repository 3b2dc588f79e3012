"""The machine that the file is made for: where its compiler, its Python and its libraries are found."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from abc import ABC, abstractmethod
from pathlib import Path
from typing import NamedTuple

from PyInstaller.depend.bindepend import get_imports, resolve_library_path

from . import toolchain
from .toolchain import BuildError

# archives that Debian's libpython uses; what is not used is not linked
STATIC = ("libexpat.a", "libz.a")


class Python(NamedTuple):
    """The interpreter that is packed in."""

    version: str
    executable: Path  # asked only which loader and which libc it was linked for
    stdlib: Path
    include: list[str]  # options of the compiler
    library: list[str]  # what links libpython: the archive, which is mapped in place, else the shared library


class Machine(ABC):
    """A machine; `ThisMachine` is the one that builds, `sysroot.Sysroot` another."""

    root: Path  # below it lie the files of its Debian packages, if it has any
    cc: list[str]
    python: Python
    unpackaged: tuple[Path, ...]  # what lies below these belongs to Python or a distribution of PyPI's

    @abstractmethod
    def source(self, path: Path) -> Path:
        """Return the source that is compiled for a module which Analysis found at a path."""

    @abstractmethod
    def extensions(self, found: dict[str, Path]) -> dict[str, Path]:
        """Return the extension modules to pack in for those that Analysis found, by dotted name."""

    @abstractmethod
    def imports(self, path: Path) -> list[tuple[str, Path | None]]:
        """Return the sonames that an ELF file needs itself, and their files, None where there is none."""

    @abstractmethod
    def loader(self, name: str) -> Path:
        """Return the file of the dynamic loader that a program names."""

    @abstractmethod
    def strip(self, file: Path) -> None:
        """Take symbols and debugging sections out of a file, where there is something to do it."""


class ThisMachine(Machine):
    """The machine that builds: what this Python has, and the system's libraries."""

    root = Path("/")
    unpackaged = tuple(Path(place) for place in (sys.prefix, sys.base_prefix) if place != "/usr")

    def __init__(self, cc: str = "") -> None:
        self.cc = toolchain.compiler(cc)
        self.python = this_python()

    def source(self, path: Path) -> Path:
        """See `Machine.source`."""
        return path

    def extensions(self, found: dict[str, Path]) -> dict[str, Path]:
        """See `Machine.extensions`."""
        return found

    def imports(self, path: Path) -> list[tuple[str, Path | None]]:
        """See `Machine.imports`."""
        found = (
            (name, where or resolve_library_path(Path(name).name)) for name, where in get_imports(str(path))
        )
        return [(name, Path(where) if where else None) for name, where in found]

    def loader(self, name: str) -> Path:
        """See `Machine.loader`."""
        return Path(name).resolve()

    def strip(self, file: Path) -> None:
        """See `Machine.strip`."""
        if shutil.which("strip"):
            subprocess.run(["strip", "--strip-unneeded", str(file)], check=True)


def this_python() -> Python:
    """Return the Python that runs the build, which must have been installed for that."""
    version = ".".join(map(str, sys.version_info[:3]))
    include = Path(sysconfig.get_paths()["include"])
    if not (include / "Python.h").exists():
        raise BuildError(f"no Python.h of this Python: install python{version.rpartition('.')[0]}-dev")
    return Python(
        version=version,
        executable=Path(sys.executable).resolve(),
        stdlib=Path(sysconfig.get_path("stdlib")),
        include=[f"-I{include}"],
        library=this_library(),
    )


def this_library() -> list[str]:
    """Return what links this Python's library."""
    config = sysconfig.get_config_vars()
    archive = Path(config["LIBPL"]) / config["LIBRARY"]
    if archive.exists():
        return [str(archive), *archives(Path(config["LIBPL"]).parents[1] / config["MULTIARCH"])]
    shared = Path(config["LIBDIR"]) / config["LDLIBRARY"]
    if shared.exists() and config.get("Py_ENABLE_SHARED"):
        return [str(shared)]
    raise BuildError(f"this Python has neither {archive} nor a shared library")


def archives(folder: Path) -> list[str]:
    """Return the archives below libpython's that are in a folder."""
    return [str(path) for name in STATIC if (path := folder / name).exists()]
