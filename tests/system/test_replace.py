"""Becoming the target: what it is given, its signals, and what protects vexec until then."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

IMPORTS = """\
import os, sys
from vexec import log
from vexec.errors import LaunchError
from vexec.system.process import CHANGED, guard, replace, signal
"""
TRY = """
try:
    replace(sys.argv[1], ["x"], {})
except LaunchError as error:
    print(error.exit_code, error, error.hint, sep="|")
"""
PIPE = """
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
guard()
reader, writer = os.pipe()
os.close(reader)
try:
    os.write(writer, b"x")
except BrokenPipeError:
    print("told")
"""
LOG = """
import socket
guard()
ends = socket.socketpair()
log.error("x")
received = []
for end in ends:
    end.setblocking(False)
    try:
        received.append(end.recv(9))
    except BlockingIOError:
        pass
with open(sys.argv[1], "w") as stream:
    print(min(end.fileno() for end in ends) > 2, received, file=stream)
replace("/bin/sh", ["sh", "-c", sys.argv[2]], {"FILE": sys.argv[1]})
"""
OPEN = """
for number in 0 1 2; do
    if test -e /proc/$$/fd/$number; then echo $number; fi
done >>$FILE
"""
SHOW = "replace('/bin/cat', ['cat', '/proc/self/status'], {})"  # grep would catch a signal of its own


def run(code: str, *arguments: str, before: str = ":") -> subprocess.CompletedProcess[bytes]:
    """Run code with vexec's process module at hand; `before` is shell that the process is started from."""
    command = ["sh", "-c", f'{before}; exec "$@"', "sh", sys.executable, "-c", IMPORTS + code, *arguments]
    environ = {"PYTHONPATH": os.pathsep.join(sys.path), "PATH": "/usr/bin:/bin"}
    return subprocess.run(command, env=environ, capture_output=True, timeout=60)


def signals(code: str, before: str = ":") -> list[int]:
    """Return the masks of blocked, ignored and caught signals that the target shows.

    glibc keeps 32 and 33 for itself: whoever starts the tests may ignore them, and no program can undo that.
    """
    done = run(f"{code}\n{SHOW}", before=before)
    assert done.stderr == b""
    fields = dict(line.split(b":\t", 1) for line in done.stdout.splitlines())
    return [int(fields[name], 16) & ~(0b11 << 31) for name in (b"SigBlk", b"SigIgn", b"SigCgt")]


def test_the_target_gets_what_it_is_given() -> None:
    """T9, T11: file, arguments and environment arrive byte for byte; argv[0] is what the caller says."""
    script = "tr '\\0' '\\n' </proc/$$/cmdline; tr '\\0' '\\n' </proc/$$/environ"
    environ = "{'A': 'ü\\udcff', 'É': '', 'PATH': '/bin'}"
    done = run(f"replace('/bin/sh', ['a\\udcff', '-c', sys.argv[1], '', 'ü'], {environ})", script)

    expected = [
        b"a\xff",
        b"-c",
        script.encode(),
        b"",
        "ü".encode(),
        b"A=\xc3\xbc\xff",
        "É=".encode(),
        b"PATH=/bin",
    ]
    assert done.stdout.split(b"\n")[:-1] == expected


@pytest.mark.parametrize(
    ("content", "mode", "told"),
    [
        ("", 0o755, "exec format error|it is no program for this machine, and a script needs a first line"),
        (
            "#!/no/such\n",
            0o755,
            "no such file or directory|the file exists, so its interpreter or loader may not",
        ),
        ("#!/bin/sh\n", 0o644, "permission denied|is it on a file system that is mounted noexec?"),
    ],
)
def test_what_the_kernel_refuses_in_the_end(tmp_path: Path, content: str, mode: int, told: str) -> None:
    """T10: an answer of execve itself is 126, in words."""
    path = tmp_path / "x"
    path.write_text(content)
    path.chmod(mode)

    assert run(TRY, str(path)).stdout.decode().startswith(f"126|cannot execute {path}: {told}")


def test_another_answer_of_the_kernel_has_no_hint() -> None:
    """T10: what has no explanation is told as the system words it."""
    told = run(TRY, "/etc/passwd/x").stdout.decode()

    assert told == "126|cannot execute /etc/passwd/x: not a directory|\n"


@pytest.mark.parametrize("guarded", ["", "guard()"])
def test_signals_of_the_target(guarded: str) -> None:
    """T4, T5: nothing is blocked, ignored or caught that was not, guarded before or not."""
    assert signals(f"signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])\n{guarded}") == [0, 0, 0]


def test_what_was_ignored_stays_ignored() -> None:
    """T4: nohup's SIGHUP and a shell's SIGINT reach the target ignored, and vexec does not catch them."""
    numbers = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)

    assert signals("guard()", "trap '' HUP INT TERM") == [0, sum(1 << number - 1 for number in numbers), 0]


def test_the_built_file_leaves_sigpipe_as_it_was() -> None:
    """T4: where the interpreter touches no signal, an ignored SIGPIPE stays ignored."""
    assert signals("sys.frozen = True\nguard()", "trap '' PIPE")[1] & 1 << signal.SIGPIPE - 1
    assert not signals("guard()", "trap '' PIPE")[1] & 1 << signal.SIGPIPE - 1


@pytest.mark.parametrize("name", ["TERM", "INT", "HUP", "QUIT"])
def test_a_guarded_process_dies_of_the_signal(name: str) -> None:
    """T6: a signal ends it at once, so that the parent sees which, and no traceback is shown."""
    code = f"import time\nguard()\nos.kill(os.getpid(), signal.SIG{name})\ntime.sleep(30)"
    done = run(code, before="ulimit -c 0")

    assert (done.returncode, done.stderr) == (-signal.Signals[f"SIG{name}"], b"")


def test_a_pipe_that_breaks_is_no_death_while_fetching() -> None:
    """A server that hangs up is an error to report."""
    assert run(PIPE).stdout == b"told\n"


@pytest.mark.parametrize("closed", ["2>&-", "0<&- 2>&-", "0<&- 1>&- 2>&-", "1>&-"])
def test_a_log_never_goes_into_a_connection(tmp_path: Path, closed: str) -> None:
    """T8: where stderr is closed no socket gets its number, and the target finds it closed as it was."""
    seen = tmp_path / "seen"
    run(LOG, str(seen), OPEN, before=f"exec {closed}")

    opened = [str(number) for number in range(3) if f"{number}>" not in closed and f"{number}<" not in closed]
    # the shell itself has 1 open while it writes to the file
    assert seen.read_text().splitlines() == ["True []", *sorted({*opened, "1"})]
