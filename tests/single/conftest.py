"""What tests of the single file have: the file, a compiler, and a target that needs nothing of its image."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

from tests.servers.inventory import ENVIRON, is_ci
from tests.single.cage import Cage
from tests.single.hold import Hold, fetching
from tests.single.images import Image
from tests.single.program import Single

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.servers.container import Containers
    from tests.servers.fault import FaultServer

HERE = Path(__file__).parent
BUILT = HERE.parents[1] / "dist" / "vexec"
DOCKERFILE = HERE.parents[1] / "Dockerfile.distroless"
MEMORY = ("--memory", "64m", "--memory-swap", "64m")


@pytest.fixture(scope="session")
def built() -> Path:
    """Give the path of the single file: $VEXEC_TEST_BIN, else dist/vexec."""
    path = Path(ENVIRON.get("VEXEC_TEST_BIN") or BUILT).absolute()
    if not os.access(path, os.X_OK):
        absent("dist/vexec — not built; run: make build")
    return path


@pytest.fixture(scope="session")
def built_aarch64() -> Path:
    """Give the path of the file for aarch64, dist/vexec-aarch64, on a machine that has to emulate one."""
    path = BUILT.with_name("vexec-aarch64")
    if os.uname().machine != "aarch64" and os.access(path, os.X_OK):
        return path
    command = [sys.executable, "-m", "build.single.sysroot", "aarch64"]
    done = subprocess.run(command, cwd=HERE.parents[1], capture_output=True, text=True)
    if done.returncode and done.stderr.startswith("build: "):
        pytest.skip(f"dist/vexec-aarch64 — {done.stderr.strip()}")
    return absent("dist/vexec-aarch64 — not built; run: make build-aarch64")


@pytest.fixture(scope="session")
def gcc() -> list[str]:
    """Give the command of gcc."""
    if shutil.which("gcc") is None:
        pytest.skip("gcc — not installed; zig does its work")
    return ["gcc"]


@pytest.fixture(scope="session")
def zig() -> list[str]:
    """Give the command of zig's C compiler."""
    if importlib.util.find_spec("ziglang") is None:
        absent("ziglang — not installed; run: make build")
    return [sys.executable, "-m", "ziglang", "cc"]


@pytest.fixture(scope="session")
def compile_probe(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Path]:
    """Compile probe.c with whichever compiler there is: `compile_probe("-static")`."""
    compiler = request.getfixturevalue("gcc" if shutil.which("gcc") else "zig")

    def compiled(*flags: str) -> Path:
        out = tmp_path_factory.mktemp("probe") / "probe"
        target = ["-target", f"{os.uname().machine}-linux-musl"] if "-static" in flags else []
        cross = target if "ziglang" in compiler else []
        command = [*compiler, *cross, "-O2", "-Wall", "-Wextra", "-Werror", *flags]
        subprocess.run([*command, str(HERE / "probe.c"), "-o", str(out)], check=True)
        return out

    return compiled


@pytest.fixture(scope="session")
def probe(compile_probe: Callable[[str], Path]) -> Path:
    """Give the target of probe.c, linked statically."""
    return compile_probe("-static")


@pytest.fixture
def single(built: Path, probe: Path, tmp_path: Path) -> Iterator[Single]:
    """Give the built file, to be started outside of containers."""
    directory = tmp_path / "home"
    directory.mkdir()
    program = Single(built, probe, directory)
    yield program
    program.close()


@pytest.fixture
def cage(single: Single, tmp_path: Path) -> Cage:
    """Give the built file in a root directory of its own."""
    (tmp_path / "root").mkdir()
    return Cage(single, tmp_path / "root")


@pytest.fixture(scope="session")
def memory(containers: Containers, probe: Path) -> tuple[str, ...]:
    """Give the options that limit a container to 64 MiB; none where this machine's cgroups cannot."""
    image = Image(containers.image("memory", {"/probe": probe}, ["/probe"]))
    return MEMORY if image.run("exit", "0", options=MEMORY)[0] == 0 else ()


@pytest.fixture(scope="session")
def scratch(
    containers: Containers,
    built: Path,
    probe: Path,
    memory: tuple[str, ...],
    tmp_path_factory: pytest.TempPathFactory,
) -> Image:
    """Give an image of what Dockerfile.distroless makes FROM scratch, with /probe beside /vexec."""
    context = tmp_path_factory.mktemp("context")
    (context / "dist").mkdir()
    shutil.copy2(built, context / "dist" / "vexec")
    stage = containers.build("prebuilt", DOCKERFILE, "prebuilt", context)
    return Image(containers.image("scratch", {"/probe": probe}, [], base=stage), memory)


@pytest.fixture
def hold() -> Iterator[Hold]:
    """Give a behaviour that waits until it is released."""
    made = Hold()
    yield made
    made.release()


@pytest.fixture
def held(hold: Hold, fault_server: Callable[..., FaultServer]) -> dict[str, str]:
    """Give the variables that make vexec ask the server of `hold` for SECRET."""
    return fetching(fault_server(hold))


def absent(reason: str) -> NoReturn:
    """Skip the test, or fail it on CI, where everything can be had."""
    if is_ci():
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
