"""Python modules → byte code in one object file, with the table that CPython imports frozen modules by."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.machinery import PathFinder
from pathlib import Path
from typing import NamedTuple
from zipfile import ZipFile

BYTECODE = Path(__file__).with_name("bytecode.py")
# CPython has these frozen in a faster form of its own, so ours would only slow it (3.11: Python/frozen.c)
CPYTHONS_OWN = frozenset(
    (
        "_collections_abc", "_sitebuiltins", "abc", "codecs", "genericpath", "importlib._bootstrap",
        "importlib._bootstrap_external", "importlib.machinery", "importlib.util", "io", "ntpath", "os",
        "os.path", "posixpath", "runpy", "site", "stat", "zipimport",
    )
)  # fmt: skip


class Module(NamedTuple):
    """A module to freeze; `source` None is a namespace package."""

    name: str
    source: Path | None
    is_package: bool


def base_modules(archive: Path) -> list[Module]:
    """Return the modules of PyInstaller's base_library.zip, which an interpreter needs to start."""
    modules = []
    for entry in ZipFile(archive).namelist():
        if entry.endswith(".pyc"):
            name = entry[:-4].replace("/", ".").removesuffix(".__init__")
            found = find(name)
            if found is not None:
                modules.append(found)
    return modules


def find(name: str) -> Module | None:
    """Find a module of the standard library by its dotted name, without importing its parents."""
    path = None
    spec = None
    for depth in range(name.count(".") + 1):
        spec = PathFinder.find_spec(".".join(name.split(".")[: depth + 1]), path)
        if spec is None or spec.origin is None:
            return None
        path = list(spec.submodule_search_locations or [])
    return Module(name, Path(str(spec.origin)), spec.submodule_search_locations is not None) if spec else None


def pure_modules(toc: list[tuple[str, str, str]]) -> list[Module]:
    """Return the modules of an Analysis' `pure` list."""
    modules = []
    for name, source, _ in toc:
        path = Path(source) if source and source != "-" else None
        modules.append(Module(name, path, path is None or path.name == "__init__.py"))
    return modules


def freeze(modules: list[Module], first: list[str], directory: Path) -> None:
    """Write modules.bin, modules.S and frozen.h; packages and modules in `first` come first in the table.

    CPython looks a name up by going through the table, so those of every start belong to its beginning.
    """
    wanted = {module.name: module for module in modules if module.name not in CPYTHONS_OWN}
    ordered = sorted(wanted.values(), key=lambda m: (m.name.partition(".")[0] not in first, m.name))
    rows = [
        f'    {{.name = "{module.name}", .code = modules_begin + {begin}, .size = {size}, '
        f".is_package = {int(module.is_package)}}},"
        for module, (begin, size) in zip(ordered, compiled(ordered, directory / "modules.bin"), strict=True)
    ]
    (directory / "modules.S").write_text(
        "    .section .rodata\n    .balign 16\n    .globl modules_begin\nmodules_begin:\n"
        '    .incbin "modules.bin"\n'
        '    .section .note.GNU-stack,"",%progbits\n'
    )
    (directory / "frozen.h").write_text(
        "extern const unsigned char modules_begin[];\n"
        "static const struct _frozen MODULES[] = {\n" + "\n".join(rows) + "\n    {.name = NULL},\n};\n"
    )


def compiled(modules: list[Module], out: Path) -> list[tuple[int, int]]:
    """Write the modules' byte code to a file and return where each begins, and its size."""
    sources = [(module.name, str(module.source or ""), module.is_package) for module in modules]
    command = [sys.executable, "-I", "-S", str(BYTECODE), str(out)]
    done = subprocess.run(command, input=json.dumps(sources), stdout=subprocess.PIPE, text=True, check=True)
    return [(begin, size) for begin, size in json.loads(done.stdout)]
