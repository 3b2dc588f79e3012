"""The PyInstaller target, beside EXE and COLLECT: an Analysis → one file."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from PyInstaller.building.datastruct import Target
from PyInstaller.config import CONF

from . import bom, freeze, layout, libraries, toolchain
from .layout import Kind, Part
from .machine import ThisMachine
from .sysroot import Sysroot

if TYPE_CHECKING:
    from PyInstaller.building.build_main import Analysis

Needs = dict[str, list[tuple[str, Path]]]  # extension module → sonames and files of its libraries
HERE = Path(__file__).parent
SOURCES = ("launcher.c", "interpreter.c", "single.h", "syscalls.h")


class Single(Target):  # type: ignore[misc]  # PyInstaller has no types
    """`Single(analysis, name="vexec", …)` writes dist/NAME; `first` are the packages of every start.

    `machine` names the one that the file is for, as the kernel does; "" is the one that builds.
    """

    def __init__(
        self,
        analysis: Analysis,
        *,
        name: str,
        version: str,
        commit: str,
        first: list[str],
        cc: str = "",
        machine: str = "",
    ) -> None:
        super().__init__()
        self.analysis = analysis
        self.name = name
        self.version = version
        self.commit = commit
        self.first = first
        self.work = Path(CONF["workpath"]) / "single"
        self.machine = ThisMachine(cc) if machine in ("", os.uname().machine) else Sysroot(machine)
        self.__postinit__()

    def assemble(self) -> None:
        """Freeze, compile, collect and write."""
        shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir(parents=True)
        for source in SOURCES:
            shutil.copy(HERE / source, self.work)
        machine, python = self.machine, self.machine.python
        launcher = toolchain.build_launcher(machine.cc, self.work)
        extensions, needs = self.extensions()
        found = self.components(extensions, needs)
        self.freeze(needs, found)
        program = toolchain.build_program(machine.cc, python.include, python.library, self.work)
        base = libraries.closure(machine, program, set())
        parts = [
            Part(Kind.PROGRAM, "program", program),
            Part(Kind.LOADER, "loader", libraries.private_loader(machine, program, self.work / "loader")),
        ]
        parts += [Part(Kind.NEEDED, soname, path) for soname, path in base]
        collected = {soname for soname, _ in base}
        for soname, path in (library for libs in needs.values() for library in libs):
            if soname not in collected:
                collected.add(soname)
                parts.append(Part(Kind.LIBRARY, soname, path))
        parts += [Part(Kind.EXTENSION, module, path) for module, path in sorted(extensions.items())]
        layout.write(launcher, [self.stripped(part) for part in parts], Path(CONF["distpath"]) / self.name)

    def stripped(self, part: Part) -> Part:
        """Return a library or an extension module without what only a debugger reads."""
        if part.kind not in (Kind.LIBRARY, Kind.EXTENSION):
            return part
        copy = self.work / f"{part.kind.name.lower()}-{part.name}"
        shutil.copyfile(part.path, copy)
        self.machine.strip(copy)
        return part._replace(path=copy)

    def extensions(self) -> tuple[dict[str, Path], Needs]:
        """Return the extension modules by dotted name, and the libraries that each needs loaded first."""
        found = {
            dotted(destination): Path(source)
            for destination, source, kind in self.analysis.binaries
            if kind == "EXTENSION"
        }
        modules = self.machine.extensions(found)
        needs = {
            name: libraries.closure(self.machine, path, libraries.GLIBC) for name, path in modules.items()
        }
        return modules, needs

    def components(self, extensions: dict[str, Path], needs: Needs) -> list[bom.Component]:
        """Find what goes in and write its bill of materials beside the file."""
        files = [path for libs in needs.values() for _, path in libs] + list(extensions.values())
        files += libraries.below_program(self.machine)
        modules = [name for name, _, _ in self.analysis.pure] + list(extensions)
        found = bom.components(self.machine, bom.vexec(HERE.parents[1], self.version), modules, files)
        dist = Path(CONF["distpath"])
        dist.mkdir(parents=True, exist_ok=True)
        bom.write(found, dist / f"{self.name}.cdx.json")
        return found

    def freeze(self, needs: Needs, found: list[bom.Component]) -> None:
        """Freeze the modules, with the tables that `single_entry` and `vexec version` read."""
        table = {name: tuple(soname for soname, _ in libs) for name, libs in sorted(needs.items()) if libs}
        generated = {
            "single_libraries": f"LIBRARIES = {table!r}\n",
            "single_about": f"COMMIT = {self.commit!r}\n",
            "single_licences": f"TEXT = {bom.licences(found)!r}\n",
        }
        archive = next(Path(source) for name, source, _ in self.analysis.datas if name == "base_library.zip")
        modules = [
            module._replace(source=self.machine.source(module.source)) if module.source else module
            for module in freeze.base_modules(archive) + freeze.pure_modules(self.analysis.pure)
        ]
        for name, text in generated.items():
            (self.work / f"{name}.py").write_text(text)
            modules.append(freeze.Module(name, self.work / f"{name}.py", is_package=False))
        modules.append(freeze.Module("single_entry", HERE / "single_entry.py", is_package=False))
        freeze.freeze(modules, self.first, self.work)


def dotted(destination: str) -> str:
    """Return an extension's name: python3.11/lib-dynload/_ssl.cpython-311-x86_64-linux-gnu.so → _ssl."""
    path = destination.partition("lib-dynload/")[2] or destination
    folder, _, file = path.rpartition("/")
    return ".".join([*filter(None, folder.split("/")), file.partition(".")[0]])
