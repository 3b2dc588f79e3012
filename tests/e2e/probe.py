"""A target that prints, as JSON on stdout, what it was given; bytes as latin-1. Run with `python -I -S`.

Everything comes from /proc, where the kernel shows what execve was given and Python has not touched it yet.
"""

import json
import os
import sys


def main() -> None:
    """Print the report."""
    status = fields()
    report = {
        "pid": os.getpid(),
        "ppid": os.getppid(),
        "arguments": strings("/proc/self/cmdline")[4:],  # after python -I -S probe.py
        "environ": strings("/proc/self/environ"),
        "descriptors": descriptors(),
        "cwd": os.readlink("/proc/self/cwd"),
        "umask": status["Umask"],
        "blocked": status["SigBlk"],
        "threads": len(os.listdir("/proc/self/task")),
        "children": children(),
        "tty": os.ttyname(0) if os.isatty(0) else "",
        "stdin": "" if os.isatty(0) else sys.stdin.read(),
    }
    sys.stdout.write(json.dumps(report))


def strings(path: str) -> list[str]:
    """Return the NUL-terminated strings of a file of /proc."""
    with open(path, "rb") as stream:
        return stream.read().decode("latin-1").split("\0")[:-1]


def fields() -> dict[str, str]:
    """Return the lines of /proc/self/status by their names."""
    with open("/proc/self/status") as stream:
        return {name: text.strip() for name, _, text in (line.partition(":") for line in stream)}


def descriptors() -> dict[str, str]:
    """Return each open descriptor and what it leads to, but the one that lists them."""
    found = {}
    for name in os.listdir("/proc/self/fd"):
        try:
            found[name] = os.readlink(f"/proc/self/fd/{name}")
        except OSError:
            continue
    return found


def children() -> list[str]:
    """Return the ids of the children."""
    path = f"/proc/self/task/{os.getpid()}/children"
    if not os.path.exists(path):  # a kernel without CONFIG_PROC_CHILDREN
        return []
    with open(path) as stream:
        return stream.read().split()


if __name__ == "__main__":
    main()
