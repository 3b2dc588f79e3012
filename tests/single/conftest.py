"""What tests of the single file have: the file, a compiler, and a target that needs nothing of its image."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

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
MEMORY = ("--memory", "64m", "--memory-swap", "64m")


@pytest.fixture(scope="session")
def built() -> Path:
    """Give the path of the single file: $VEXEC_TEST_BIN, else dist/vexec."""
    path = Path(ENVIRON.get("VEXEC_TEST_BIN") or BUILT).absolute()
    if not os.access(path, os.X_OK):
        absent("dist/vexec — not built; run: make build")
    return path


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
def scratch(containers: Containers, built: Path, probe: Path, memory: tuple[str, ...]) -> Image:
    """Give an image FROM scratch that holds only /vexec and /probe."""
    files = {"/vexec": built, "/probe": probe}
    return Image(containers.image("scratch", files, ["/vexec", "--"]), memory)


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


def absent(reason: str) -> None:
    """Skip the test, or fail it on CI, where everything can be had."""
    if is_ci():
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
