"""`vexec install DIR`: an init container without a shell puts the file where the application runs it."""

from __future__ import annotations

import os
import secrets
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.servers.container import podman
from tests.single.cage import unshare
from tests.single.hold import VALUE, fetching, secret
from tests.single.images import Image

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.servers.container import Containers
    from tests.servers.fault import FaultServer
    from tests.single.program import Single


@pytest.fixture
def volume(containers: Containers) -> Iterator[str]:
    """Give a volume in memory, as an emptyDir with `medium: Memory` is."""
    name = f"vexec-test-{secrets.token_hex(6)}"
    kind = ["-o", "type=tmpfs", "-o", "device=tmpfs", "-o", "o=mode=1777"]
    subprocess.run([*podman(), "volume", "create", *kind, name], capture_output=True, check=True)
    yield name
    subprocess.run([*podman(), "volume", "rm", "-f", name], capture_output=True, check=True)


@pytest.fixture
def keeper(volume: str, scratch: Image) -> Iterator[str]:
    """Keep the volume mounted, as a pod does: podman forgets a tmpfs that no container uses."""
    options = ("-v", f"{volume}:/vexec-dir", "--entrypoint", "/probe")
    with scratch.start("wait", options=options) as container:
        container.becomes("/probe")
        yield volume


@pytest.fixture(scope="session")
def application(containers: Containers, probe: Path, memory: tuple[str, ...]) -> Image:
    """Give an image that holds an application and no vexec."""
    return Image(containers.image("application", {"/probe": probe}, ["/vexec-dir/vexec", "--"]), memory)


def test_an_init_container_and_the_application(
    scratch: Image, application: Image, keeper: str, fault_server: Callable[..., FaultServer]
) -> None:
    """S1.5: installed by one container, run by another from a read-only mount, both without any right."""
    entry = ("--entrypoint", '["/vexec"]')
    install = ("-v", f"{keeper}:/vexec-dir", *entry)
    assert scratch.run("install", "/vexec-dir", options=install) == (0, b"", "")
    assert scratch.run("install", "/vexec-dir/", options=install) == (0, b"", "")

    env = fetching(fault_server(secret()))
    mount = ("-v", f"{keeper}:/vexec-dir:ro")
    seen = application.report("/probe", "all", env=env, options=mount, network="host")
    assert f"SECRET={VALUE}".encode() in seen.environ
    assert (seen.exe, seen.processes) == ("/probe", [1])
    assert [name for name in seen.files if name.startswith("/vexec-dir/")] == ["/vexec-dir/vexec"]


def test_a_read_only_directory_is_told(scratch: Image) -> None:
    """S1.5: where the file cannot be written one line says so, with exit code 73."""
    entry = ("--entrypoint", '["/vexec"]')
    status, out, err = scratch.run("install", "/run", options=entry)
    assert (status, out) == (73, b"")
    assert err == "vexec: /run/vexec cannot be written: read-only file system\n"


@pytest.mark.parametrize("umask", [0, 0o077, 0o777], ids=oct)
def test_the_file_installs_itself(single: Single, tmp_path: Path, umask: int) -> None:
    """The copy has the same bytes and mode 0555 whatever the umask, and runs."""
    place = tmp_path / "there"
    place.mkdir()
    assert single("install", str(place), launch={"umask": umask}).told == (0, "")

    assert os.listdir(place) == ["vexec"]
    assert (place / "vexec").read_bytes() == single.built.read_bytes()
    assert (place / "vexec").stat().st_mode & 0o7777 == 0o555
    done = subprocess.run([place / "vexec", "--", single.target, "exit", "7"], capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (7, b"", b"")


def test_the_same_file_is_left_alone(single: Single, tmp_path: Path) -> None:
    """S1.5: where the same file is already, neither it nor the directory is touched."""
    assert single("install", str(tmp_path)).told == (0, "")
    before, directory = (tmp_path / "vexec").stat(), tmp_path.stat()
    assert single("install", str(tmp_path)).told == (0, "")

    after = (tmp_path / "vexec").stat()
    assert (after.st_ino, after.st_mtime_ns, after.st_ctime_ns) == (
        before.st_ino,
        before.st_mtime_ns,
        before.st_ctime_ns,
    )
    assert tmp_path.stat().st_mtime_ns == directory.st_mtime_ns


def test_an_installed_file_can_install_itself(single: Single, tmp_path: Path) -> None:
    """It may be installed over a file that runs at this moment, and from itself."""
    assert single("install", str(tmp_path)).told == (0, "")
    inode = (tmp_path / "vexec").stat().st_ino
    done = subprocess.run([tmp_path / "vexec", "install", tmp_path], capture_output=True)

    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert (tmp_path / "vexec").stat().st_ino == inode


@pytest.mark.parametrize(
    ("arguments", "status", "line"),
    [
        (["/no/such"], 73, "/no/such/vexec cannot be written: no such file or directory"),
        (["/proc/self/status"], 73, "/proc/self/status/vexec cannot be written: not a directory"),
        ([""], 64, "the directory is empty"),
        ([], 64, "the following arguments are required: DIR"),
        (["/a", "/b"], 64, "`vexec install` takes no more arguments"),
    ],
    ids=["missing", "a file", "empty", "none", "two"],
)
def test_errors_are_one_line(single: Single, arguments: list[str], status: int, line: str) -> None:
    """What cannot be done is told in one line, with a hint at the most, and its exit code."""
    done = single("install", *arguments)

    assert (done.stdout, done.status) == ("", status)
    first, *hints = done.stderr.splitlines()
    assert first == f"vexec: {line}"
    assert all(hint.startswith("vexec: hint: ") for hint in hints)


def test_a_full_volume_is_told(single: Single, tmp_path: Path) -> None:
    """Without room nothing is left: neither half a file nor a name."""
    (tmp_path / "full").mkdir()
    script = 'mount -t tmpfs -o size=1m none full && "$@"; status=$?; ls -A full; exit $status'
    before = (*unshare("mount"), "/bin/sh", "-c", script, "sh")
    done = single("install", "full", env={"PATH": os.environ["PATH"]}, before=before, cwd=tmp_path)

    assert (done.stdout, *done.told) == (
        "",
        73,
        "vexec: full/vexec cannot be written: no space left on device\n",
    )
