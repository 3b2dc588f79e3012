"""A root file system of Python, vexec and the probe, and nothing else: no shell, no system store."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

import tenacity

import vexec
from tests.e2e.program import BINARY, HERE

if TYPE_CHECKING:
    from collections.abc import Iterable

PREFIX = Path("/opt/python")
VERSION = f"python{sys.version_info.major}.{sys.version_info.minor}"
PYTHON = (str(PREFIX / "bin" / VERSION), "-I", "-S")
PROBE = (*PYTHON, "/probe.py")
ENTRYPOINT = ("/vexec",) if BINARY else (*PYTHON, "-m", "vexec")
LEFT_OUT = (
    *("test", "tests", "idlelib", "tkinter", "lib2to3", "ensurepip", "site-packages", "dist-packages"),
    *("config-*", "turtledemo", "distutils", "pydoc_data", "unittest", "*.opt-?.pyc", "_codecs_*"),
)


def make_root(root: Path) -> Path:
    """Lay out the file system: what `python -m vexec` and a target in Python need, no more."""
    home, stdlib = root / PREFIX.relative_to("/"), Path(sysconfig.get_path("stdlib"))
    (home / "bin").mkdir(parents=True)
    interpreter = Path(sys.executable).resolve()
    shutil.copy2(interpreter, home / "bin" / VERSION)
    library = home / "lib" / VERSION
    shutil.copytree(stdlib, library, ignore=shutil.ignore_patterns(*LEFT_OUT))
    for package in (vexec, tenacity):
        source = Path(str(package.__file__)).parent
        shutil.copytree(source, library / source.name)
    for file in needed([interpreter, *(library / "lib-dynload").glob("*.so")]):
        place = root / file.relative_to("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, place)
    shutil.copy2(HERE / "probe.py", root / "probe.py")
    if BINARY:
        shutil.copy2(BINARY, root / "vexec")
    return root


def needed(files: Iterable[Path]) -> set[Path]:
    """Return the shared libraries and the loader that these files need, where they are found here."""
    found = set()
    for file in files:
        done = subprocess.run(["ldd", str(file)], capture_output=True, text=True)
        words = [word for line in done.stdout.splitlines() for word in line.split()]
        found |= {Path(word) for word in words if word.startswith("/")}
    return found
