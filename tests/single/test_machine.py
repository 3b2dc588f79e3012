"""How a build for another machine finds its parts: ELF files are read, packages unpacked, none installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from build.single import debian, elf
from build.single.layout import read

from tests.single.conftest import absent

CONTROL = """\
Package: {name}
Version: 1:2.0+deb12u1-3~x
Architecture: {architecture}
Multi-Arch: {multi}
Maintainer: nobody <nobody@example.com>
Description: a package of the test
 with a second line: like this
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Give a folder with two packages for a foreign architecture, unpacked."""
    if shutil.which("dpkg-deb") is None:
        pytest.skip("dpkg-deb — makes and unpacks packages")
    return unpacked(tmp_path, {"libtest1": "usr/lib/s390x-linux-gnu/libtest.so.1", "old": "lib/old.so"})


def unpacked(directory: Path, packages: dict[str, str]) -> Path:
    """Make packages of one file each, unpack them and return the root."""
    for name, file in packages.items():
        tree = directory / name
        (tree / "DEBIAN").mkdir(parents=True)
        multi = "same" if name.startswith("lib") else "no"
        control = CONTROL.format(name=name, architecture="s390x", multi=multi)
        (tree / "DEBIAN" / "control").write_text(control)
        # nothing of a package is run
        (tree / "DEBIAN" / "preinst").write_text("#!/bin/sh\nexit 1\n")
        (tree / "DEBIAN" / "preinst").chmod(0o755)
        (tree / file).parent.mkdir(parents=True)
        (tree / file).write_text(name)
        archive = directory / f"{name}.deb"
        subprocess.run(
            ["dpkg-deb", "--root-owner-group", "-b", tree, archive], check=True, capture_output=True
        )
    debian.unpack(sorted(directory.glob("*.deb")), directory / "root")
    return directory / "root"


def test_packages_of_unpacked_files(root: Path) -> None:
    """A file's package and its version are told as dpkg tells those of installed files."""
    library = root / "usr/lib/s390x-linux-gnu/libtest.so.1"

    assert library.read_text() == "libtest1"
    assert debian.package(root, library) == "libtest1"
    assert debian.package(root, root / "usr/lib/old.so") == "old"  # packaged before /lib went into /usr
    assert debian.package(root, root / "nothing") is None
    assert debian.package(root, Path("/elsewhere")) is None
    assert debian.version(root, "libtest1") == "1:2.0+deb12u1-3~x"


def test_needed_libraries_of_a_program() -> None:
    """The machine and the needed libraries of a program are those that the loader sees."""
    shell = Path("/bin/sh").resolve()

    assert elf.machine(shell) == os.uname().machine
    assert any(name.startswith("libc.") for name in elf.needed(shell))
    assert elf.machine(Path(__file__)) == ""


def test_a_static_program_needs_nothing(probe: Path) -> None:
    """A program without a dynamic section needs no library."""
    assert elf.machine(probe) == os.uname().machine
    assert elf.needed(probe) == []


@pytest.mark.parametrize(
    "which",
    ["built", pytest.param("built_aarch64", marks=pytest.mark.server)],
    ids=["this machine", "aarch64"],
)
def test_the_file_holds_all_that_its_parts_need(
    request: pytest.FixtureRequest, tmp_path: Path, which: str
) -> None:
    """Every library that a part needs is a part too, so that none is taken from the image."""
    file: Path = request.getfixturevalue(which)
    blob, parts, needed = file.read_bytes(), read(file), set()
    for _, offset, size in parts.values():
        (tmp_path / "part").write_bytes(blob[offset : offset + size])
        needed |= set(elf.needed(tmp_path / "part"))

    assert "libc.so.6" in needed
    assert not {name for name in needed - set(parts) if not name.startswith("ld-linux")}


@pytest.mark.parametrize(
    ("machine", "words"),
    [("riscv64", "no such machine: riscv64"), (os.uname().machine, "this machine is one")],
    ids=["unknown", "this one"],
)
def test_a_machine_that_cannot_be_built_for_is_told(machine: str, words: str) -> None:
    """What stands in the way is one line."""
    command = [sys.executable, "-m", "build.single.sysroot", machine]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True)
    if "No module named 'PyInstaller'" in done.stderr:
        absent("PyInstaller — not installed; run: make build")

    assert done.returncode == 1
    assert done.stderr.startswith(f"build: nothing for {machine} is built here: {words}")
    assert done.stderr.count("\n") == 1
