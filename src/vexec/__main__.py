"""`python -m vexec` and the `vexec` command: the only place that sees the process's own environment."""

import os
import sys

from vexec.cli import main


def run() -> int:
    """Run with this process's arguments and environment, both as bytes that survive any locale (T11)."""
    environ = {decoded(name): decoded(value) for name, value in os.environb.items()}
    if environ.get("LC_CTYPE") == "C.UTF-8" and not is_inherited(b"LC_CTYPE"):
        del environ["LC_CTYPE"]
    return main([decoded(os.fsencode(argument)) for argument in sys.argv[1:]], environ)


def decoded(raw: bytes) -> str:
    """Return UTF-8 text, other bytes by surrogateescape, whatever the locale says."""
    return raw.decode("utf-8", "surrogateescape")


def is_inherited(name: bytes) -> bool:
    """Tell whether the process was started with this variable.

    CPython sets LC_CTYPE itself when the locale is C (PEP 538), which is none of the target's business (T12);
    the kernel still shows the block that the process began with.
    """
    try:
        with open("/proc/self/environ", "rb", buffering=0) as stream:
            return any(entry.startswith(name + b"=") for entry in stream.readall().split(b"\0"))
    except OSError:
        return True


if __name__ == "__main__":
    sys.exit(run())
