"""What the target keeps: its process, descriptors, directory, terminal, arguments and signals."""

from __future__ import annotations

import os
import pty
import resource
import signal
from typing import TYPE_CHECKING

import pytest

from tests.e2e.program import PROBE, PYTHON

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.program import Vexec
    from tests.e2e.store import Store

STATUS = ("/bin/cat", "/proc/self/status")  # cat touches no signal, Python ignores two


def masks(status: str) -> dict[str, set[int]]:
    """Return the signals that each mask of /proc/PID/status names.

    glibc keeps 32 and 33 for itself: whoever starts the tests may ignore them, and no program can undo that.
    """
    pairs = (line.split(":\t") for line in status.splitlines() if line.startswith("Sig"))
    numbers = {*range(1, 65)} - {32, 33}
    return {name: {n for n in numbers if int(word, 16) >> (n - 1) & 1} for name, word in list(pairs)[1:]}


@pytest.fixture
def fetching(store: Store) -> dict[str, str]:
    """Give an environment that makes vexec fetch, over several connections."""
    paths = [store.put({"KEY": f"value {number}"}, f"{store.word}-{number}") for number in range(4)]
    return {**store.env, **{f"V{number}": f"vault:{path}#KEY" for number, path in enumerate(paths)}}


def test_the_process_stays_the_same(vexec: Vexec, fetching: dict[str, str]) -> None:
    """The target has the process id that vexec was started with, and the same parent."""
    running = vexec.start("--", *PROBE, env=fetching)
    seen = running.wait().seen

    assert (seen.pid, seen.ppid) == (running.pid, os.getpid())


def test_no_thread_and_no_child(vexec: Vexec, fetching: dict[str, str]) -> None:
    """T7: the target is one thread and has no child, although the fetch had threads."""
    seen = vexec.probe(env=fetching)

    assert (seen.threads, seen.children) == (1, [])


def test_own_descriptors_are_closed(vexec: Vexec, fetching: dict[str, str]) -> None:
    """T8: of what vexec opened while it fetched nothing is left."""
    assert sorted(vexec.probe(env=fetching).descriptors) == ["0", "1", "2"]


def test_inherited_descriptors_are_kept(vexec: Vexec, fetching: dict[str, str], tmp_path: Path) -> None:
    """T8: descriptors 3, 9 and 77 lead the target to where they led before."""
    files = {str(number): str(tmp_path / f"file-{number}") for number in (3, 9, 77)}

    descriptors = vexec.probe(env=fetching, launch={"descriptors": files}).descriptors
    assert {number: descriptors.get(number) for number in files} == files
    assert len(descriptors) == 6


def test_closed_descriptors_stay_closed(vexec: Vexec, fetching: dict[str, str], tmp_path: Path) -> None:
    """T8: a start without stdin and stderr works, its log goes nowhere, and the target has neither."""
    before = ("/bin/sh", "-c", 'exec "$@" <&- 2>&-', "sh")

    env = {**fetching, "VEXEC_LOG_LEVEL": "debug"}
    done = vexec("--", "/bin/ls", "/proc/self/fd", env=env, before=before)
    assert (done.status, done.stdout.split()) == (0, ["0", "1"])  # 0 is the directory that ls reads


def test_stdin_belongs_to_the_target(vexec: Vexec, fetching: dict[str, str]) -> None:
    """T8: vexec reads nothing of what is written to stdin."""
    assert vexec.probe(env=fetching, stdin=b"for the target\n").stdin == "for the target\n"


def test_stdout_belongs_to_the_target(vexec: Vexec, fetching: dict[str, str]) -> None:
    """T8: at level debug nothing of vexec's is on stdout."""
    done = vexec("--", "/bin/echo", "its words", env={**fetching, "VEXEC_LOG_LEVEL": "debug"})

    assert done.stdout == "its words\n"
    assert done.stderr.startswith("vexec: GET /v1/")


def test_terminal_is_kept(vexec: Vexec, fetching: dict[str, str]) -> None:
    """T8: the target's stdin is the terminal that vexec was started on."""
    ours, theirs = pty.openpty()
    try:
        seen = vexec.start("--", *PROBE, env=fetching, stdin=theirs).wait().seen
        assert seen.tty == os.ttyname(theirs)
    finally:
        os.close(ours)
        os.close(theirs)


def test_directory_and_umask_are_kept(vexec: Vexec, fetching: dict[str, str], tmp_path: Path) -> None:
    """T8: the target runs where vexec was started, with its umask."""
    seen = vexec.probe(env=fetching, cwd=tmp_path, launch={"umask": 0o027})

    assert (seen.cwd, seen.umask) == (str(tmp_path), "0027")


def test_output_of_a_dying_pipe_is_the_targets(vexec: Vexec, fetching: dict[str, str]) -> None:
    """T4: a target that writes to a closed pipe dies of SIGPIPE, as it would without vexec."""
    ours, theirs = os.pipe()
    os.close(ours)
    try:
        done = vexec("--", "/bin/cat", "/etc/hostname", "/proc/self/status", env=fetching, stdout=theirs)
        assert done.told == (-signal.SIGPIPE, "")
    finally:
        os.close(theirs)


@pytest.mark.parametrize(
    ("ignored", "env"),
    [
        (["SIGHUP"], True),
        (["SIGHUP"], False),
        (["SIGTERM", "SIGINT", "SIGQUIT"], True),
        ([], True),
        ([], False),
    ],
    ids=["nohup", "nohup without a fetch", "others", "none", "none without a fetch"],
)
def test_ignored_signals_stay_ignored(
    vexec: Vexec, fetching: dict[str, str], ignored: list[str], env: bool
) -> None:
    """T4: the target ignores what was ignored before, as nohup does, and nothing else: SIGPIPE is default."""
    done = vexec("--", *STATUS, env=fetching if env else {}, launch={"ignore": ignored})

    told = masks(done.stdout)
    assert told["SigIgn"] == {int(signal.Signals[name]) for name in ignored}
    assert told["SigCgt"] == set()


def test_no_signal_is_blocked(vexec: Vexec, fetching: dict[str, str]) -> None:
    """T5: the target blocks no signal, although vexec was started with some blocked."""
    blocked = ["SIGTERM", "SIGINT", "SIGUSR1", "SIGCHLD"]
    done = vexec("--", *STATUS, env=fetching, launch={"block": blocked})

    assert masks(done.stdout)["SigBlk"] == set()


def test_no_signal_is_blocked_without_a_fetch(vexec: Vexec) -> None:
    """T5: the same where there is nothing to fetch."""
    done = vexec("--", *STATUS, launch={"block": ["SIGTERM", "SIGUSR1"]})

    assert masks(done.stdout)["SigBlk"] == set()


@pytest.mark.parametrize(
    "arguments",
    [
        [b"a b", b"", b"\xff", b"\xc3\xa9", b"'\"$\n\t\\"],
        [b"--", b"--help", b"-h", b"--version", b"--"],
        [b"--debug", b"--log-level=debug", b"run", b"env"],
        [],
    ],
    ids=["bytes", "another --", "words of vexec's", "none"],
)
@pytest.mark.parametrize("own", [["--"], ["run", "--"], ["--deadline", "9", "--"]], ids=" ".join)
def test_arguments_are_byte_exact(vexec: Vexec, own: list[str], arguments: list[bytes]) -> None:
    """T9: everything after the first -- is the target's, byte for byte."""
    done = vexec(*own, *PROBE, *arguments)

    assert [argument.encode("latin-1") for argument in done.seen.arguments] == arguments


def test_first_argument_is_as_typed(vexec: Vexec) -> None:
    """T8: argv[0] is the command as it was given, not the file that PATH led to."""
    done = vexec("--", "cat", "/proc/self/cmdline")

    assert done.told == (0, "")
    assert done.stdout == "cat\0/proc/self/cmdline\0"


def test_exit_code_is_the_targets(vexec: Vexec, fetching: dict[str, str]) -> None:
    """T40: the target's exit code is unaltered."""
    assert vexec("--", "/bin/sh", "-c", "exit 37", env=fetching).told == (37, "")


def test_death_by_a_signal_is_the_targets(vexec: Vexec, fetching: dict[str, str]) -> None:
    """T40: a target that dies of a signal is seen to have died of it."""
    assert vexec("--", "/bin/sh", "-c", "kill -USR1 $$", env=fetching).told == (-signal.SIGUSR1, "")


def test_limits_are_kept(vexec: Vexec, fetching: dict[str, str]) -> None:
    """Vexec changes no limit of the process, core dumps included."""
    told = vexec(
        "--", "/bin/cat", "/proc/self/limits", env=fetching, launch={"limits": {"RLIMIT_CORE": 4096}}
    )

    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    line = next(line for line in told.stdout.splitlines() if line.startswith("Max core file size"))
    assert line.split()[4:6] == ["4096", "unlimited" if hard == resource.RLIM_INFINITY else str(hard)]


def test_python_sees_a_text_stdin(vexec: Vexec) -> None:
    """A target may be a pipeline's member: what it reads and writes passes through."""
    script = "import sys; sys.stdout.write(sys.stdin.read().upper())"
    done = vexec("--", *PYTHON, "-c", script, stdin=b"words")

    assert (done.stdout, done.told) == ("WORDS", (0, ""))
