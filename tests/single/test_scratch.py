"""In an image that holds only the file and a target: no libc, no directory to write to, no user, no right."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.single.hold import VALUE, fetching, secret
from tests.single.program import began, mapped, opened

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.servers.fault import FaultServer
    from tests.single.hold import Hold
    from tests.single.images import Image

RANDOM_USER = ("--user", "1234567:7654321")
PROBE = ("--entrypoint", "/probe")


@pytest.fixture
def fetched(fault_server: Callable[..., FaultServer]) -> dict[str, str]:
    """Give the variables that make vexec fetch SECRET."""
    return fetching(fault_server(secret()))


def test_it_is_process_1_before_and_after(scratch: Image, hold: Hold, held: dict[str, str]) -> None:
    """T1: seen from outside, the container's first process turns from vexec to the target without a fork."""
    with scratch.start("/probe", "trap", env=held, network="host") as container:
        hold.wait(container.process)
        pid = container.pid
        start = began(pid)
        assert (container.exe(), number_inside(pid)) == ("/vexec", 1)
        assert is_alone(pid)

        hold.release()
        container.becomes("/probe")
        assert (container.pid, began(pid), number_inside(pid)) == (pid, start, 1)
        assert is_alone(pid)
        assert sorted(opened(pid)) == [0, 1, 2]
        assert not [name for name in mapped(pid) if "vexec" in name or "memfd" in name]
        assert Path(f"/proc/{pid}/cmdline").read_bytes() == b"/probe\0trap\0"
        assert f"SECRET={VALUE}".encode() in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")

        container.send("TERM")
        assert container.wait() == (143, b"", "")


@pytest.mark.parametrize("user", [(), RANDOM_USER], ids=["65532", "any user"])
def test_the_target_is_given_what_it_would_have_without_vexec(
    scratch: Image, fetched: dict[str, str], user: tuple[str, ...]
) -> None:
    """S1: as PID 1 of a bare container the target sees the same through vexec, and the secret beside it."""
    options = (*user, "--hostname", "same")
    words = ("all", "a b", "", "--", "--help")
    bare = scratch.report(*words, options=(*options, *PROBE), network="host")
    seen = scratch.report("/probe", *words, env={**fetched, "MINE": "1"}, options=options, network="host")

    added = {f"SECRET={VALUE}".encode(), b"MINE=1"}
    assert seen.exe == "/probe"
    assert seen.arguments == bare.arguments
    assert sorted(seen.environ) == sorted({*bare.environ, *added})
    assert sorted(seen.descriptors) == sorted(bare.descriptors) == [0, 1, 2]
    assert seen.processes == bare.processes == [1]
    assert seen.signals == bare.signals == {"SigBlk": set(), "SigIgn": set(), "SigCgt": set()}
    assert seen.files == bare.files
    assert {name for name in seen.mapped if not name.startswith("[")} == {"/probe"}
    fields = (
        "Uid",
        "Gid",
        "CapInh",
        "CapPrm",
        "CapEff",
        "CapBnd",
        "CapAmb",
        "NoNewPrivs",
        "Threads",
        "Umask",
    )
    assert [seen.status[name] for name in fields] == [bare.status[name] for name in fields]


@pytest.mark.parametrize("name", ["SIGHUP", "SIGPIPE"])
def test_an_ignored_signal_stays_ignored(scratch: Image, fetched: dict[str, str], name: str) -> None:
    """T4: as PID 1, what was ignored when vexec began is ignored by the target, and nothing else."""
    number = signal.Signals[name].value
    words = ("ignore", str(number), "/vexec", "--", "/probe", "report")
    seen = scratch.report(*words, env=fetched, options=PROBE, network="host")

    assert f"SECRET={VALUE}".encode() in seen.environ
    assert seen.processes == [1]
    assert seen.signals == {"SigBlk": set(), "SigIgn": {number}, "SigCgt": set()}


def test_the_container_is_as_bare_as_it_should_be(scratch: Image) -> None:
    """The tests above would show a left-over: the user may write nowhere and has no right."""
    seen = scratch.report("/probe", "all")

    made = ("/dev", "/run", "/etc", "/etc/hosts", "/etc/hostname", "/etc/mtab", "/run/.containerenv")
    ours = {name for name in seen.files if name not in made and not name.startswith("/dev/")}
    assert ours == {"/vexec", "/probe"}
    # the file system of message queues; it holds no files
    assert [name for name, is_writable in seen.files.items() if is_writable] == ["/dev/mqueue"]
    assert seen.status["CapEff"] == "0" * 16
    assert seen.status["NoNewPrivs"] == "1"


@pytest.mark.parametrize("code", [0, 1, 37, 71, 255])
def test_exit_code_is_the_targets(scratch: Image, code: int) -> None:
    """T40: the container's exit code is the target's."""
    assert scratch.run("/probe", "exit", str(code)) == (code, b"", "")


def test_sigkill_is_seen(scratch: Image) -> None:
    """T1: a target that is killed, as by a lack of memory, makes the container's exit code 137."""
    with scratch.start("/probe", "wait") as container:
        container.becomes("/probe")
        container.send("KILL")
        assert container.wait()[0] == 137


def test_sigterm_is_seen(scratch: Image) -> None:
    """T1: a target that dies of SIGTERM, which the kernel keeps from a PID 1, makes the exit code 143."""
    with scratch.start("/probe", "wait", options=("--pid", "host")) as container:
        container.becomes("/probe")
        container.send("TERM")
        assert container.wait()[0] == 143


def test_sigterm_ends_the_fetch(scratch: Image, hold: Hold, held: dict[str, str]) -> None:
    """T6: as PID 1, which has no default actions, vexec ends at once when it is told to stop."""
    with scratch.start("/probe", "exit", "0", env=held, network="host") as container:
        hold.wait(container.process)
        container.send("TERM")
        assert container.wait()[0] == 143


def test_64_mib_suffice(scratch: Image, memory: tuple[str, ...], hold: Hold, held: dict[str, str]) -> None:
    """A container that may use 64 MiB starts, and the limit is really there."""
    if not memory:
        pytest.skip("memory cgroup — this machine's cannot limit a container")
    with scratch.start("/probe", "exit", "9", env=held, network="host") as container:
        hold.wait(container.process)
        assert container.inspect()["HostConfig"]["Memory"] == 64 << 20
        hold.release()
        assert container.wait() == (9, b"", "")


def test_an_unknown_command_is_told(scratch: Image) -> None:
    """T10: what is no file of the image is told in words, with exit code 127."""
    status, out, err = scratch.run("/no/such")

    assert (status, out) == (127, b"")
    assert err == "vexec: command not found: /no/such\n"


def number_inside(pid: int) -> int:
    """Return a process's id as its container counts."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line.split()[-1] for line in lines if line.startswith("NSpid:")))


def is_alone(pid: int) -> bool:
    """Tell whether a process has no child, whichever of its threads would have made it."""
    return not any(Path(task, "children").read_text() for task in Path(f"/proc/{pid}/task").iterdir())
