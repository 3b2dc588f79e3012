"""`python -m vexec` and the `vexec` command: the only place that sees the process's own environment."""

import _thread
import os
import sys

from vexec.cli import main


def run() -> int:
    """Run with this process's arguments and environment, both as bytes that survive any locale (T11)."""
    environ = {decoded(name): decoded(value) for name, value in os.environb.items()}
    if "LC_CTYPE" in environ:
        restore(environ, "LC_CTYPE")
    status = main([decoded(os.fsencode(argument)) for argument in sys.argv[1:]], environ)
    if _thread._count():  # a worker that was left behind would meet an interpreter that is taken down
        os._exit(status)
    return status


def decoded(raw: bytes) -> str:
    """Return UTF-8 text, other bytes by surrogateescape, whatever the locale says."""
    return raw.decode("utf-8", "surrogateescape")


def restore(environ: dict[str, str], name: str) -> None:
    """Give a variable the value that the process was started with, or take it out if it had none.

    CPython sets LC_CTYPE itself when the locale is C or unknown (PEP 538), which is none of the target's
    business (T12); the kernel still shows the block that the process began with.
    """
    try:
        with open("/proc/self/environ", "rb", buffering=0) as stream:
            entries = decoded(stream.readall()).split("\0")
    except OSError:
        return
    values = [entry.partition("=")[2] for entry in entries if entry.startswith(name + "=")]
    if values:
        environ[name] = values[0]
    else:
        del environ[name]


if __name__ == "__main__":
    sys.exit(run())
