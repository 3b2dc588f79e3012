"""Where memory files are forbidden libraries go into a directory, where nothing is left; else 71."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e.program import wait_until
from tests.single.cage import FORBID, inner
from tests.single.hold import VALUE, fetching, secret
from tests.single.report import Report

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.e2e.program import Running
    from tests.servers.fault import FaultServer
    from tests.servers.pki import Pki
    from tests.single.cage import Cage
    from tests.single.hold import Hold
    from tests.single.images import Image
    from tests.single.program import Single

DIRECTORIES = ("/unpack", "/dev/shm", "/tmp", "/run/user")  # in the order in which they are tried
NAMED = {"VEXEC_UNPACK_DIR": "/unpack", "XDG_RUNTIME_DIR": "/run/user"}
NOWHERE = (
    "vexec: cannot run here: memory files are forbidden, and no directory takes code "
    "(VEXEC_UNPACK_DIR, /dev/shm, /tmp, XDG_RUNTIME_DIR)\n"
)
NO_ROOM = (
    "vexec: cannot run here: too little memory, or too low a limit on the size of files, "
    "to unpack libraries\n"
)
NO_MEMORY = "vexec: cannot run here: there is too little memory\n"
FORBIDDEN = [("memory-files",), ("memory-files", "unnamed-files")]
EMPTY: dict[str, list[str]] = {path: [] for path in DIRECTORIES}
HOW = ["no name", "a name for a moment"]


def used(pid: int) -> set[str]:
    """Return the directories in which a process has open files that have no name."""
    devices = {os.stat(f"/proc/{pid}/root{path}").st_dev: path for path in DIRECTORIES}
    opened = [os.stat(entry) for entry in Path(f"/proc/{pid}/fd").iterdir() if is_there(entry)]
    return {devices.get(status.st_dev, "elsewhere") for status in opened if status.st_nlink == 0}


def is_there(entry: Path) -> bool:
    """Tell whether a descriptor leads to a file, not to a pipe or socket."""
    return os.readlink(entry).startswith("/")


def left(pid: int) -> dict[str, list[str]]:
    """Return what lies in the directories."""
    return {path: os.listdir(f"/proc/{pid}/root{path}") for path in DIRECTORIES}


def all_with(**options: str) -> dict[str, str]:
    """Return mounts for all directories, by default such as take code."""
    return {path: options.get(path.strip("/").replace("/", "_"), "exec") for path in DIRECTORIES}


@pytest.mark.parametrize("forbid", FORBIDDEN, ids=HOW)
@pytest.mark.parametrize("first", range(4), ids=DIRECTORIES)
def test_the_first_directory_that_takes_code_is_used(
    cage: Cage, hold: Hold, held: dict[str, str], first: int, forbid: tuple[str, ...]
) -> None:
    """S1: $VEXEC_UNPACK_DIR, /dev/shm, /tmp, $XDG_RUNTIME_DIR, if it takes code; the file has no name."""
    mounts = {path: "noexec" if n < first else "exec" for n, path in enumerate(DIRECTORIES)}
    running = cage.start("--", "/probe", "report", mounts=mounts, forbid=forbid, env={**held, **NAMED})
    hold.wait(running.process)
    pid = inner(running)

    assert used(pid) == {DIRECTORIES[first]}
    assert left(pid) == EMPTY
    hold.release()
    seen = reported(running)
    assert f"SECRET={VALUE}".encode() in seen.environ
    assert sorted(seen.descriptors) == [0, 1, 2]
    assert {name for name in seen.mapped if not name.startswith("[")} == {"/probe"}


def test_memory_files_come_first(cage: Cage, hold: Hold, held: dict[str, str]) -> None:
    """Where memory files are allowed no directory is used, though one is named."""
    running = cage.start("--", "/probe", mounts=all_with(), env={**held, **NAMED})
    hold.wait(running.process)

    assert used(inner(running)) == {"elsewhere"}
    assert left(inner(running)) == EMPTY


def test_a_full_directory_is_passed_over(cage: Cage, hold: Hold, held: dict[str, str]) -> None:
    """A directory without room for the libraries is no use, the next one is."""
    mounts = all_with(unpack="exec,size=16k", dev_shm="exec,size=16k")
    running = cage.start("--", "/probe", mounts=mounts, forbid=["memory-files"], env={**held, **NAMED})
    hold.wait(running.process)

    assert used(inner(running)) == {"/tmp"}


@pytest.mark.parametrize("forbid", FORBIDDEN, ids=HOW)
def test_nothing_is_left_by_a_crash(
    cage: Cage, hold: Hold, held: dict[str, str], forbid: tuple[str, ...]
) -> None:
    """After kill -9 the directory, which the test keeps open, is empty."""
    running = cage.start(
        "--",
        "/probe",
        mounts=all_with(),
        forbid=forbid,
        env={**held, **NAMED},
    )
    hold.wait(running.process)
    pid = inner(running)
    assert used(pid) == {"/unpack"}
    directory = os.open(f"/proc/{pid}/root/unpack", os.O_RDONLY)
    try:
        os.kill(pid, 9)
        wait_until(lambda: running.process.poll() is not None)
        assert os.listdir(directory) == []
    finally:
        os.close(directory)


def test_a_name_that_is_taken_is_no_obstacle(cage: Cage, hold: Hold, held: dict[str, str]) -> None:
    """As process 1 vexec has the same number each time; what a crash has left is no obstacle."""
    running = cage.start(
        "--",
        "/probe",
        mounts=all_with(),
        forbid=FORBIDDEN[1],
        env={**held, **NAMED},
        setup="mkdir unpack/.vexec-1-0 && ln -s /probe unpack/.vexec-1-1",
    )
    hold.wait(running.process)

    assert used(inner(running)) == {"/unpack"}
    assert sorted(left(inner(running))["/unpack"]) == [".vexec-1-0", ".vexec-1-1"]


def test_tls_libraries_go_there_too(
    cage: Cage, pki: Pki, hold: Hold, fault_server: Callable[..., FaultServer]
) -> None:
    """Extension modules and OpenSSL, which are unpacked when they are needed, go the same way."""
    server = fault_server(hold, tls=pki.server())
    env = {**fetching(server), **NAMED, "VAULT_CACERT_BYTES": pki.ca.read_text()}
    running = cage.start("--", "/probe", mounts=all_with(), forbid=["memory-files"], env=env)
    hold.wait(running.process)

    assert used(inner(running)) == {"/unpack"}
    hold.release()
    assert f"SECRET={VALUE}".encode() in reported(running).environ


@pytest.mark.parametrize(
    "mounts",
    [{}, dict.fromkeys(DIRECTORIES, "noexec"), dict.fromkeys(DIRECTORIES, "ro")],
    ids=["no directory", "noexec", "read-only"],
)
def test_nowhere_to_go_exits_71(cage: Cage, mounts: dict[str, str]) -> None:
    """Where neither memory files nor a directory can be had, one line says so and names both."""
    done = cage.run("--", "/probe", mounts=mounts, forbid=["memory-files"], env=NAMED)

    assert (done.stdout, *done.told) == ("", 71, NOWHERE)


def test_no_proc_exits_71(cage: Cage) -> None:
    """Without /proc vexec cannot find its own file, and says so."""
    done = cage.run("--", "/probe", has_proc=False)

    assert (done.stdout, *done.told) == ("", 71, "vexec: cannot run here: /proc is not mounted\n")


@pytest.mark.parametrize("level", [1, 2])
def test_the_kernels_own_switch(cage: Cage, hold: Hold, held: dict[str, str], level: int) -> None:
    """vm.memfd_noexec forbids to execute memory files, which vexec never does: it maps them."""
    if not Path("/proc/sys/vm/memfd_noexec").exists():
        pytest.skip("vm.memfd_noexec — this kernel has none (Linux 6.3)")
    switch = "proc/sys/vm/memfd_noexec"  # each namespace of processes has its own
    setup = f'echo {level} > {switch} && test "$(cat {switch})" = {level}'
    running = cage.start("--", "/probe", env={**held, **NAMED}, mounts=all_with(), setup=setup)
    hold.wait(running.process)

    assert used(inner(running)) == {"elsewhere"}
    hold.release()
    assert f"SECRET={VALUE}".encode() in reported(running).environ


def test_no_memory_that_was_written_becomes_code(
    single: Single, pki: Pki, fault_server: Callable[..., FaultServer]
) -> None:
    """It starts, and speaks TLS, under a ban of code in memory that was writable."""
    env = {**fetching(fault_server(secret(), tls=pki.server())), "VAULT_CACERT_BYTES": pki.ca.read_text()}
    done = single("--", single.target, "exit", "7", env=env, before=(*FORBID, "code-by-write"))
    if done.status == 77:
        pytest.skip("PR_SET_MDWE — this kernel has none (Linux 6.3)")

    assert done.told == (7, "")


@pytest.mark.parametrize("mib", [1, 16, 64, 127])
def test_too_little_memory_exits_71(single: Single, mib: int) -> None:
    """A limit of the address space that is too low is told in one line, not by the dynamic loader."""
    done = single("--", single.target, "exit", "7", launch={"limits": {"RLIMIT_AS": mib << 20}})

    assert (done.stdout, *done.told) == ("", 71, NO_MEMORY)


def test_a_start_needs_no_more_than_it_asks_for(
    single: Single, pki: Pki, fault_server: Callable[..., FaultServer]
) -> None:
    """With the address space that the launcher asks for, a fetch over TLS in ten threads goes well."""
    env = {**fetching(fault_server(secret(), tls=pki.server())), "VAULT_CACERT_BYTES": pki.ca.read_text()}
    env |= {f"SECRET_{n}": f"vault:secret/app{n}?kv=2#KEY" for n in range(16)}
    limits = {"limits": {"RLIMIT_AS": 132 << 20}}

    assert single("--", single.target, "exit", "7", env=env, launch=limits).told == (7, "")


def test_a_limit_of_file_sizes_exits_71(single: Single) -> None:
    """Memory files count as files: a limit that they exceed is told, in place of a death by SIGXFSZ."""
    done = single("--", single.target, "exit", "7", launch={"limits": {"RLIMIT_FSIZE": 4096}})

    assert (done.stdout, *done.told) == ("", 71, NO_ROOM)


@pytest.mark.parametrize("has_tmp", [False, True], ids=["nothing", "/tmp"])
def test_a_container_with_a_strict_profile(
    scratch: Image, tmp_path: Path, fault_server: Callable[..., FaultServer], has_tmp: bool
) -> None:
    """S1: with a seccomp profile that refuses memfd_create a tmpfs helps; without one, exit code 71."""
    refused = {"names": ["memfd_create"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1}
    profile = {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [refused]}
    (tmp_path / "profile.json").write_text(json.dumps(profile))
    options = ["--security-opt", f"seccomp={tmp_path}/profile.json"]
    options += ["--tmpfs", "/tmp:rw,exec,mode=1777"] if has_tmp else []
    env = fetching(fault_server(secret()))
    status, out, err = scratch.run("/probe", "all", env=env, options=options, network="host")

    if has_tmp:
        assert (status, err) == (0, "")
        seen = Report.parse(out)
        assert f"SECRET={VALUE}".encode() in seen.environ
        assert [name for name in seen.files if name.startswith("/tmp/")] == []
    else:
        assert (status, out, err) == (71, b"", NOWHERE)


def reported(running: Running) -> Report:
    """Wait for the end of a probe in a cage, and return its report."""
    out, err = running.process.communicate(timeout=60)
    assert (running.process.returncode, err) == (0, b"")
    return Report.parse(out)
