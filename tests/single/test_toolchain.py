"""The C compiles without a word, by gcc and by zig, also for aarch64; two builds are the same."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import struct
import subprocess
import sys
import sysconfig
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from build.single import toolchain

from tests.other import open_directory
from tests.single.conftest import absent

ROOT = Path(__file__).parents[2]
SINGLE = ROOT / "build" / "single"
MACHINES = {"x86_64": 62, "aarch64": 183}  # e_machine
LOAD, STACK, WRITE, EXECUTE = 1, 0x6474E551, 2, 1  # PT_LOAD, PT_GNU_STACK, PF_W, PF_X


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """Give a directory with the C sources, and in place of the frozen modules an empty table."""
    for path in SINGLE.glob("*.[ch]"):
        shutil.copy(path, tmp_path)
    (tmp_path / "frozen.h").write_text("static const struct _frozen MODULES[] = {{.name = NULL}};\n")
    return tmp_path


@pytest.fixture(params=["gcc", "zig"])
def compiler(request: pytest.FixtureRequest) -> list[str]:
    """Give each compiler in turn."""
    command: list[str] = request.getfixturevalue(request.param)
    return command


def segments(path: Path) -> list[tuple[int, int, int, int]]:
    """Return the program headers of an ELF file: type, flags, address, alignment."""
    blob = path.read_bytes()
    start, size, count = struct.unpack_from("<Q", blob, 32)[0], *struct.unpack_from("<HH", blob, 54)
    rows = (struct.unpack_from("<IIQQQQQQ", blob, start + n * size) for n in range(count))
    return [(row[0], row[1], row[3], row[7]) for row in rows]


@pytest.mark.parametrize("machine", MACHINES)
def test_launcher_for_each_machine(zig: list[str], sources: Path, machine: str) -> None:
    """Zig compiles the launcher for both machines: static, above the program, no stack that runs code."""
    launcher = toolchain.build_launcher([*zig, "-target", f"{machine}-linux-musl"], sources)

    assert struct.unpack_from("<H", launcher.read_bytes(), 18)[0] == MACHINES[machine]
    found = segments(launcher)
    loaded = [(flags, address) for kind, flags, address, _ in found if kind == LOAD]
    assert min(address for _, address in loaded) == int(toolchain.LAUNCHER_AT, 16)
    assert not [flags for flags, _ in loaded if flags & WRITE and flags & EXECUTE]
    assert [flags & EXECUTE for kind, flags, _, _ in found if kind == STACK] == [0]
    assert 3 not in {kind for kind, _, _, _ in found}  # PT_INTERP
    assert launcher.stat().st_size < 32 << 10


def test_launcher_without_a_warning(compiler: list[str], sources: Path) -> None:
    """The launcher compiles and links without a warning; it does not run by itself, and says why."""
    launcher = toolchain.build_launcher([*compiler, "-Werror"], sources)
    done = subprocess.run([launcher, "--", "/bin/true"], capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (71, "vexec: cannot run here: its own file is cut off\n")


def test_a_truncated_file_is_told(built: Path, tmp_path: Path) -> None:
    """A file that a copy has cut off says so, wherever it ends behind the launcher."""
    blob = built.read_bytes()
    for size in (len(blob) - 1, len(blob) // 2, 1 << 17, 1 << 16):
        (tmp_path / "short").write_bytes(blob[:size])
        (tmp_path / "short").chmod(0o755)
        done = subprocess.run([tmp_path / "short", "version"], capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (71, "vexec: cannot run here: its own file is cut off\n")


def test_a_file_that_cannot_be_read_is_told(built: Path) -> None:
    """A file that may be run but not read, which the kernel allows, says so."""
    if os.geteuid() != 0:
        pytest.skip("another user — the test has to be root to become one")
    with open_directory() as directory:
        shutil.copy(built, directory / "vexec")
        (directory / "vexec").chmod(0o711)
        done = subprocess.run([directory / "vexec", "version"], capture_output=True, text=True, user=65534)

    assert done.returncode == 71
    assert done.stderr == "vexec: cannot run here: its own file cannot be read (/proc/self/exe)\n"


def test_program_without_a_warning(compiler: list[str], sources: Path) -> None:
    """The interpreter's program compiles without a warning."""
    include = sysconfig.get_paths()["include"]
    if not Path(include, "Python.h").exists():
        absent("Python.h — not installed; run: make build")
    command = [*compiler, *toolchain.CFLAGS, "-Werror", f"-I{include}", "-c", "interpreter.c"]
    done = subprocess.run(command, cwd=sources, capture_output=True, text=True)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_warnings_are_errors(compiler: list[str], sources: Path) -> None:
    """The build itself stops at a warning, so that none goes unseen."""
    with (sources / "launcher.c").open("a") as stream:
        stream.write("static int forgotten(void) { int x; return x; }\n")
    with pytest.raises(toolchain.BuildError, match="forgotten"):
        toolchain.build_launcher(compiler, sources)


def test_zig_can_be_asked_for(zig: list[str]) -> None:
    """A build may use zig where gcc is installed; without either it says what to install."""
    assert toolchain.compiler("zig") == zig
    assert toolchain.compiler() in (["gcc"], ["clang"], zig)


@pytest.mark.server  # a minute, so not for `make quick`
@pytest.mark.parametrize("machine", ["", "aarch64"], ids=["this machine", "aarch64"])
def test_two_builds_give_the_same_bytes(request: pytest.FixtureRequest, tmp_path: Path, machine: str) -> None:
    """Two builds of one commit, in different directories and with different seeds, are the same."""
    if importlib.util.find_spec("PyInstaller") is None:
        absent("PyInstaller — not installed; run: make build")
    if machine:
        request.getfixturevalue("built_aarch64")  # or skip
    name = f"vexec-{machine}" if machine else "vexec"

    def build(number: int) -> tuple[str, str]:
        work, dist = tmp_path / f"work-{number}", tmp_path / ("dist" * number)
        command = [sys.executable, "-m", "PyInstaller", "--log-level", "ERROR", "build/vexec.spec"]
        done = subprocess.run(
            [*command, "--workpath", str(work), "--distpath", str(dist)],
            cwd=ROOT,
            env={
                **os.environ,
                "VEXEC_BUILD_MACHINE": machine,
                "PYTHONHASHSEED": str(number),
                "PYINSTALLER_CONFIG_DIR": str(work / "cache"),
            },
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return digest(dist / name), digest(dist / f"{name}.cdx.json")

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(build, (1, 2))
    assert first == second


def digest(path: Path) -> str:
    """Return the hash of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
