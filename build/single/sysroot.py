"""Another machine: its parts come from Debian's packages and PyPI's wheels, the compiler is zig's.

`python -m build.single.sysroot MACHINE` says what stands in the way here, if anything.
"""

from __future__ import annotations

import os
import re
import sys
import sysconfig
from pathlib import Path

from . import debian, elf, toolchain, wheels
from .machine import Machine, Python, archives
from .toolchain import BuildError

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}  # the kernel's name → Debian's
MINOR = f"{sys.version_info[0]}.{sys.version_info[1]}"
# byte code is that of the Python which compiles it, so Debian's must be of the same minor version
PACKAGES = [f"libpython{MINOR}-dev", f"python{MINOR}-minimal", "libstdc++6"]  # the last one is for wheels
VERSION = re.compile(r'PY_VERSION\s+"([^"]+)"')
BUILTIN = re.compile(r"PyInit_(\w+)")


class Sysroot(Machine):
    """A machine of which nothing runs here."""

    def __init__(self, name: str) -> None:
        if name not in ARCHITECTURES:
            raise BuildError(f"no such machine: {name}; there are {' and '.join(ARCHITECTURES)}")
        self.name = name
        self.root = packages(name)
        self.triplet = f"{name}-linux-gnu"
        self.glibc = debian.version(self.root, "libc6").partition("-")[0]
        self.cc = [*toolchain.compiler("zig"), "-target", f"{self.triplet}.{self.glibc}"]
        self.python = self.debians_python()
        self.wheels = wheels.Wheels(name, self.glibc)
        self.unpackaged = (self.wheels.folder,)

    def debians_python(self) -> Python:
        """Return the Python of the packages."""
        usr = self.root / "usr"
        include = usr / "include" / f"python{MINOR}"
        stdlib = usr / "lib" / f"python{MINOR}"
        archive = stdlib / f"config-{MINOR}-{self.triplet}" / f"libpython{MINOR}.a"
        if not archive.exists():
            raise BuildError(f"Debian's Python for {self.name} has no {archive.name}")
        found = VERSION.search((include / "patchlevel.h").read_text())
        return Python(
            version=found[1] if found else MINOR,
            executable=usr / "bin" / f"python{MINOR}",
            stdlib=stdlib,
            # behind zig's own headers of glibc: Python.h includes <aarch64-linux-gnu/python3.…/pyconfig.h>
            include=[f"-I{include}", "-idirafter", str(usr / "include")],
            library=[str(archive), *archives(usr / "lib" / self.triplet)],
        )

    def source(self, path: Path) -> Path:
        """See `Machine.source`: the standard library is Debian's."""
        inside = in_stdlib(path)
        if inside is None:
            return path
        counterpart = self.python.stdlib / inside
        if not counterpart.exists():
            raise BuildError(f"Debian's Python {self.python.version} for {self.name} has no {inside}")
        return counterpart

    def extensions(self, found: dict[str, Path]) -> dict[str, Path]:
        """See `Machine.extensions`: what is built into one Python is a module of its own in another."""
        config = self.python.stdlib / f"config-{MINOR}-{self.triplet}" / "config.c"
        builtin = set(BUILTIN.findall(config.read_text()))
        modules = {}
        for name, source in found.items():
            if in_stdlib(source) is None:
                modules[name] = self.wheels.extension(name)
            elif name not in builtin:
                modules[name] = self.dynamic(name)
        others = sorted(set(sys.builtin_module_names) & self.dynamics())
        modules |= {name: self.dynamic(name) for name in others}
        return modules

    def dynamics(self) -> set[str]:
        """Return the names of the extension modules of Debian's standard library."""
        return {path.name.partition(".")[0] for path in (self.python.stdlib / "lib-dynload").glob("*.so")}

    def dynamic(self, name: str) -> Path:
        """Return the file of an extension module of Debian's standard library."""
        found = list((self.python.stdlib / "lib-dynload").glob(f"{name}.*.so"))
        if len(found) != 1:
            raise BuildError(f"Debian's Python {self.python.version} for {self.name} has no module {name}")
        return found[0]

    def imports(self, path: Path) -> list[tuple[str, Path | None]]:
        """See `Machine.imports`."""
        if elf.machine(path) != self.name:
            raise BuildError(f"{path} is not for {self.name}")
        return [(soname, self.library(soname)) for soname in elf.needed(path)]

    def library(self, soname: str) -> Path | None:
        """Return the file of a shared library: a package's, or one that a wheel has brought."""
        places = [self.root / "lib" / self.triplet, self.root / "usr" / "lib" / self.triplet]
        places += sorted(self.wheels.folder.glob("*/*.libs"))
        return next((file.resolve() for place in places if (file := place / soname).exists()), None)

    def loader(self, name: str) -> Path:
        """See `Machine.loader`."""
        for place in (self.root, self.root / "usr"):
            if (file := place / name.lstrip("/")).exists():
                return file.resolve()
        raise BuildError(f"Debian's libc6 for {self.name} has no {name}")

    def strip(self, file: Path) -> None:
        """See `Machine.strip`: Debian's files have been stripped, and zig's objcopy cannot yet."""


def packages(name: str) -> Path:
    """Return the folder with the Debian packages for a machine."""
    try:
        return debian.unpacked(ARCHITECTURES[name], PACKAGES)
    except debian.NotInArchive as error:
        this = ".".join(map(str, sys.version_info[:3]))
        hint = f"this Python is {this}, and Debian's has to be a {MINOR}, too: make PYTHON=/usr/bin/python3 …"
        raise BuildError(f"{error} ({hint})") from None


def in_stdlib(path: Path) -> Path | None:
    """Return where below the standard library of the Python that builds a file is; None for another file."""
    stdlib = Path(sysconfig.get_path("stdlib")).resolve()
    file = path.parent.resolve() / path.name
    if not file.is_relative_to(stdlib) or {"site-packages", "dist-packages"} & set(file.parts):
        return None
    return file.relative_to(stdlib)


def main() -> int:
    """Try whether the parts for another machine can be had here; 1 and the reason if not."""
    name = sys.argv[1]
    try:
        if name == os.uname().machine:
            raise BuildError("this machine is one; see make build")
        Sysroot(name)
    except BuildError as error:
        sys.stderr.write(f"build: nothing for {name} is built here: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
