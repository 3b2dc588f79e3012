"""Running commands side by side: each round runs every command once, so that all see the same machine."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Mapping  # noqa: TC003 - a NamedTuple reads its annotations
from statistics import median
from typing import NamedTuple


class Command(NamedTuple):
    """A command line and the whole environment that it gets."""

    argv: list[str]
    environ: Mapping[str, str]


class Result(NamedTuple):
    """Seconds over all rounds: median and least."""

    median: float
    least: float


def measure(commands: Mapping[str, Command], rounds: int) -> dict[str, Result]:
    """Run every command `rounds` times, after two rounds that do not count."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(rounds + 2):
        for name, command in commands.items():
            seconds = run(command)
            if number >= 2:
                times[name].append(seconds)
    return {name: Result(median(values), min(values)) for name, values in times.items()}


def run(command: Command) -> float:
    """Run a command to its end and return the seconds that it took. A failure ends the bench."""
    began = time.perf_counter()
    status = subprocess.run(
        command.argv,
        env=dict(command.environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=False,
    ).returncode
    seconds = time.perf_counter() - began
    if status:
        raise SystemExit(f"bench: {' '.join(command.argv)} ended with {status}")
    return seconds


def peak_memory(command: Command) -> float:
    """Return the peak resident megabytes of a command.

    The kernel counts what a process had before its exec, so it is started by a small one, not by this bench;
    what comes out is never less than that small interpreter's own 9 MB.
    """
    script = (
        "import os, sys; pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ); "
        "print(os.wait4(pid, 0)[2].ru_maxrss)"
    )
    python = shutil.which("python3", path="/usr/bin") or sys.executable
    found = subprocess.run(
        [python, "-I", "-S", "-c", script, *command.argv],
        env=dict(command.environ),
        capture_output=True,
        check=True,
    )
    return int(found.stdout) / 1024
