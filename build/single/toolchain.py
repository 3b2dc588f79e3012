"""The C compiler: the system's gcc or clang, else zig's from the `ziglang` wheel; and what to link with."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

CFLAGS = ["-std=c11", "-O2", "-Wall", "-Wextra"]
LDFLAGS = ["-s", "-no-pie", "-Wl,--build-id=none"]
FREESTANDING = ["-ffreestanding", "-fno-builtin", "-fno-stack-protector", "-fno-pie"]
# the launcher lies where no program does: a program that is not position-independent begins at 0x400000
LAUNCHER_AT = "0x70000000"


class BuildError(RuntimeError):
    """The file cannot be built here; the text says what to install."""


def compiler(name: str = "") -> list[str]:
    """Return the command of a C compiler; `name` "zig" asks for zig's."""
    for candidate in () if name == "zig" else ("gcc", "clang"):
        if shutil.which(candidate):
            return [candidate]
    try:
        import ziglang  # type: ignore[import-untyped]  # noqa: F401 - to know whether it is there
    except ImportError:
        raise BuildError("no C compiler: install gcc, or `pip install ziglang`") from None
    return [sys.executable, "-m", "ziglang", "cc"]


def run(command: list[str], directory: Path) -> None:
    """Run a compiler; what it says is shown, and a warning is as bad as an error."""
    result = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
    if result.returncode or result.stderr:
        raise BuildError(f"{' '.join(command)}\n{result.stderr}")


def strip(file: Path) -> None:
    """Take symbols and debugging sections out of a file, where binutils are there to do it."""
    if shutil.which("strip"):
        subprocess.run(["strip", "--strip-unneeded", str(file)], check=True)


def build_launcher(cc: list[str], directory: Path) -> Path:
    """Compile the launcher; `cc` may be a cross-compiler.

    In two steps, since zig takes the headers of a libc away where none is to be linked.
    """
    place = "--image-base" if "ziglang" in cc else "-Ttext-segment"
    run([*cc, *CFLAGS, *FREESTANDING, "-c", "launcher.c"], directory)
    link = [*cc, *LDFLAGS, "-nostdlib", "-static", f"-Wl,{place}={LAUNCHER_AT}", "launcher.o"]
    run([*link, "-o", "launcher"], directory)
    return directory / "launcher"


def build_program(cc: list[str], directory: Path) -> Path:
    """Compile the interpreter's program with the frozen modules and link it with this Python."""
    include = sysconfig.get_paths()["include"]
    if not (Path(include) / "Python.h").exists():
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        raise BuildError(f"no Python.h of this Python: install python{version}-dev")
    command = [*cc, *CFLAGS, *LDFLAGS, f"-I{include}", "interpreter.c", "modules.S", *python_library()]
    command += [
        "-Wl,--export-dynamic",
        "-Wl,-z,now",
        "-Wl,--gc-sections",
        "-lm",
        "-ldl",
        "-lpthread",
        "-lutil",
    ]
    run([*command, "-o", "program"], directory)
    return directory / "program"


def python_library() -> list[str]:
    """Return what links libpython: the archive, which is mapped in place, else the shared library."""
    config = sysconfig.get_config_vars()
    archive = Path(config["LIBPL"]) / config["LIBRARY"]
    if archive.exists():
        return [str(archive), *static_libraries(Path(config["LIBPL"]).parents[1])]
    shared = Path(config["LIBDIR"]) / config["LDLIBRARY"]
    if shared.exists() and config.get("Py_ENABLE_SHARED"):
        return [str(shared)]
    raise BuildError(f"this Python has neither {archive} nor a shared library")


def static_libraries(prefix: Path) -> list[str]:
    """Return the archives that Debian's libpython uses, where they are; what is not used is not linked."""
    folder = prefix / sysconfig.get_config_var("MULTIARCH")
    return [str(path) for name in ("libexpat.a", "libz.a") if (path := folder / name).exists()]
