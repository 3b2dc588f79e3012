"""A copy of the built file that names the modules it has imported, made without any help of the product's."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from build.single import layout

WATCH = Path(__file__).with_name("watch.c")


def watched(built: Path, compiler: list[str], directory: Path) -> Path:
    """Write a copy whose _json is watch.c, with the real one beside it; its stderr gets one name a line."""
    include = sysconfig.get_path("include")
    version = subprocess.run([built, "version"], capture_output=True, text=True, check=True).stdout
    if "Python {}.{}.".format(*sys.version_info) not in version or not Path(include, "Python.h").exists():
        pytest.skip("Python.h — not that of the interpreter in the built file")
    command = [*compiler, "-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", f"-I{include}"]
    subprocess.run([*command, str(WATCH), "-o", str(directory / "watch")], check=True)
    blob, found, parts = built.read_bytes(), layout.read(built), []
    for number, (name, (kind, offset, size)) in enumerate(found.items()):
        path = directory / str(number)
        path.write_bytes(blob[offset : offset + size])
        if name == "_json":
            parts.append(layout.Part(kind, "_json itself", path))
            path = directory / "watch"
        parts.append(layout.Part(kind, name, path))
    launcher = directory / "launcher"
    launcher.write_bytes(blob[: min(offset for _, offset, _ in found.values())])
    layout.write(launcher, parts, directory / "vexec")
    return directory / "vexec"
