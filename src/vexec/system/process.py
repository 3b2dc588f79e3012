"""The process: finding the target, keeping signals right, and becoming the target.

Theory of operation: `find` runs before any log-in, so that a typo costs no token (T10). `guard` is called
before the first network call; `replace`, the last thing that runs, undoes what it changed.
"""

from __future__ import annotations

import os
import sys
from errno import EACCES, ENOENT, ENOEXEC
from stat import S_ISDIR, S_ISREG

from vexec.errors import LaunchError
from vexec.system.executable import is_program, missing_interpreter

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
    from collections.abc import Mapping, Sequence
    from types import FrameType
    from typing import NoReturn
else:
    import _signal as signal  # what `signal` wraps; the wrapper imports enum, which costs more than a fetch

DEFAULT_PATH = "/bin:/usr/bin"  # what glibc's execvp searches when PATH is unset
CHANGED: set[int] = set()  # signals that vexec itself ignores, to be undone for the target
HALF_DONE: set[bytes] = set()  # files that are written at this moment, to be removed by a signal's end
ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT)


def find(command: str, path: str | None) -> str:
    """Return the file that execvp would run for `command`, with the PATH of the target's environment.

    Raises LaunchError, 127 when there is none and 126 when it cannot be executed.
    """
    if not command:
        raise LaunchError("the command is empty", is_found=False)
    if "/" in command:
        check(command)
        check_format(command)
        return command
    refusal: LaunchError | None = None
    for directory in (DEFAULT_PATH if path is None else path).split(":"):
        file = os.path.join(directory or ".", command)
        try:
            check(file)
        except LaunchError as error:
            if error.exit_code == 126:
                refusal = refusal or error
        else:
            check_format(file)  # execvp looks no further either
            return file
    hint = f"PATH of the target is {path!r}" if path is not None else "the target has no PATH"
    raise refusal or LaunchError(f"command not found: {command}", hint=hint, is_found=False)


def check(file: str) -> None:
    """Raise LaunchError where execve would fail: absent, a directory, not executable, no interpreter."""
    try:
        status = os.stat(encoded(file))
    except PermissionError:
        raise LaunchError(f"cannot reach {file}: permission denied") from None
    except (OSError, ValueError):
        raise LaunchError(f"command not found: {file}", is_found=False) from None
    if S_ISDIR(status.st_mode):
        raise LaunchError(f"cannot execute {file}: it is a directory")
    if not S_ISREG(status.st_mode) or not os.access(encoded(file), os.X_OK):
        raise LaunchError(f"cannot execute {file}: permission denied", hint="is it executable for this user?")
    missing = missing_interpreter(encoded(file))
    if missing:
        raise LaunchError(f"cannot execute {file}: {missing}")


def check_format(file: str) -> None:
    """Raise LaunchError where execve would answer ENOEXEC."""
    if not is_program(encoded(file)):
        reason = "it is neither a program nor a script with a first line such as #!/bin/sh"
        raise LaunchError(f"cannot execute {file}: {reason}")


def replace(file: str, argv: Sequence[str], environ: Mapping[str, str]) -> NoReturn:
    """Become the target; raises LaunchError only when the kernel refuses."""
    arguments = [encoded(argument) for argument in argv]
    variables = {encoded(name): encoded(value) for name, value in environ.items()}
    restore()
    try:
        os.execve(encoded(file), arguments, variables)  # noqa: S606 - this is what vexec is for
    except OSError as error:
        reason = os.strerror(error.errno or 0).lower()
        hint = {
            ENOEXEC: "it is no program for this machine, and a script needs a first line such as #!/bin/sh",
            ENOENT: "the file exists, so its interpreter or loader may not",
            EACCES: "is it on a file system that is mounted noexec?",
        }.get(error.errno or 0, "")
        raise LaunchError(f"cannot execute {file}: {reason}", hint=hint) from None


def guard() -> None:
    """Make SIGTERM and its like end vexec at once while it fetches, also as PID 1 (T6).

    PID 1 has no default actions, so each gets a handler, except where it is ignored on purpose.
    SIGPIPE is ignored meanwhile: a server that hangs up is an error to report, not a death.
    Descriptors 0 to 2 that are closed are taken, else a connection would get the number that the log writes
    to; a directory takes no byte, and exec closes it again.
    """
    while (taken := os.open("/", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)) <= 2:
        pass
    os.close(taken)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    for number in ENDING:
        if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
            signal.signal(number, end)
    if signal.getsignal(signal.SIGPIPE) == signal.SIG_DFL:
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)
        CHANGED.add(signal.SIGPIPE)


def restore() -> None:
    """Give the target the dispositions that vexec inherited, and no blocked signal (T4, T5).

    exec itself resets what has a handler. From source CPython has ignored SIGPIPE and SIGXFSZ, which exec
    would keep; whether they were ignored before cannot be told any more. The built file's interpreter
    touches no signal.
    """
    if not getattr(sys, "frozen", False):
        CHANGED.update((signal.SIGPIPE, signal.SIGXFSZ))
    for number in CHANGED:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def end(number: int, _frame: FrameType | None) -> None:
    """Die of the signal, so that a parent sees it; as PID 1, which cannot, exit with 128 + its number."""
    signal.signal(number, signal.SIG_DFL)
    for file in HALF_DONE:
        if os.path.lexists(file):
            os.unlink(file)
    if os.getpid() != 1:
        os.kill(os.getpid(), number)
    os._exit(128 + number)


def encoded(text: str) -> bytes:
    """Return the bytes that a text stands for: UTF-8, other bytes by surrogateescape (T11)."""
    return text.encode("utf-8", "surrogateescape")


def argument_space(file: str) -> int:
    """Return the bytes that argv, environ and their pointers may take for that file (T14).

    The kernel's bound is a quarter of the stack's limit, 6 MiB at most, 128 KiB at least, for the strings,
    8 bytes a pointer, and the file's name once more (fs/exec.c, bprm_stack_limits).
    """
    quarter = os.sysconf("SC_ARG_MAX")
    return max(min(quarter, 6 << 20), 128 << 10) - len(encoded(file)) - 64
