"""The built file, started outside of containers; what its process looks like from outside."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.e2e.program import LAUNCH, Ended, Running
from tests.single.report import Report

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Single:
    """Starts the built file in a directory, under exactly the environment that a test gives."""

    def __init__(self, built: Path, probe: Path, directory: Path) -> None:
        self.built = built
        self.target = str(probe)
        self.directory = directory
        self.started: list[Running] = []

    def start(
        self,
        *arguments: str | bytes,
        env: Mapping[Any, Any] | None = None,
        launch: Mapping[str, object] | None = None,
        before: Sequence[str] = (),
        **options: Any,
    ) -> Running:
        """Start it; `launch` is a specification of tests/e2e/launch.py, `before` what starts it all."""
        given = {os.fsencode(name): os.fsencode(value) for name, value in (env or {}).items()}
        prefix = []
        if launch is not None:  # it would add LC_CTYPE to what it inherits
            entries = [b"=".join(pair).decode("latin-1") for pair in given.items()]
            prefix = [*LAUNCH, json.dumps({**launch, "environ": entries})]
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        process = subprocess.Popen(
            [*before, *prefix, str(self.built), *arguments],
            env=given,
            **{"cwd": self.directory, **pipes, **options},
        )
        self.started.append(Running(process))
        return self.started[-1]

    def __call__(self, *arguments: str | bytes, **options: Any) -> Ended:
        """Run it to its end; see `start`."""
        return self.start(*arguments, **options).wait()

    def report(self, *arguments: str | bytes, **options: Any) -> Report:
        """Run `vexec -- PROBE report ARGUMENT…` and return what the probe saw; nothing was said on stderr."""
        return reported(self.start("--", self.target, "report", *arguments, **options))

    def bare(self, *arguments: str | bytes, env: Mapping[str, str]) -> Report:
        """Run the probe without vexec and return what it saw."""
        done = subprocess.run([self.target, "report", *arguments], env=env, capture_output=True, check=True)
        return Report.parse(done.stdout)

    def close(self) -> None:
        """End what a test has left."""
        for running in self.started:
            running.end()


def reported(running: Running) -> Report:
    """Wait for a probe's end and return its report; nothing was said on stderr."""
    out, err = running.process.communicate(timeout=60)
    assert (running.process.returncode, err) == (0, b"")
    return Report.parse(out)


def began(pid: int) -> int:
    """Return when a process began, in the kernel's ticks: no two processes of one id have the same."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])


def opened(pid: int) -> dict[int, str]:
    """Return the open descriptors of a process and where they lead."""
    directory = Path(f"/proc/{pid}/fd")
    return {int(entry.name): os.readlink(entry) for entry in directory.iterdir()}


def mapped(pid: int) -> set[str]:
    """Return the names of what a process has mapped into its memory."""
    lines = Path(f"/proc/{pid}/maps").read_text().splitlines()
    return {fields[5] for line in lines if len(fields := line.split(maxsplit=5)) == 6}
