"""The program under test: vexec from source, or the binary that VEXEC_TEST_BIN names."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.servers.inventory import ENVIRON

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

BINARY = ENVIRON.get("VEXEC_TEST_BIN", "")
COMMAND = (os.path.abspath(BINARY),) if BINARY else (sys.executable, "-m", "vexec")
HERE = Path(__file__).parent
PYTHON = (sys.executable, "-I", "-S")
PROBE = (*PYTHON, str(HERE / "probe.py"))
LAUNCH = (*PYTHON, str(HERE / "launch.py"))
PATH = "/usr/bin:/bin"
LONGEST = 60  # seconds that a test waits for a program at most


@dataclass(frozen=True)
class Seen:
    """What a probe saw; all text is bytes as latin-1."""

    report: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        return self.report[name]

    @property
    def variables(self) -> dict[str, str]:
        """The environment as a mapping; no name may come twice."""
        pairs = [entry.partition("=") for entry in self.report["environ"]]
        names = [name for name, _, _ in pairs]
        assert len(set(names)) == len(names), f"names that come twice: {sorted(names)}"
        return {name: value for name, _, value in pairs}


@dataclass(frozen=True)
class Ended:
    """How a program ended: its output, and its status, -N for a death by signal N."""

    stdout: str
    stderr: str
    status: int
    seconds: float

    @property
    def told(self) -> tuple[int, str]:
        """Status and stderr."""
        return self.status, self.stderr

    @property
    def seen(self) -> Seen:
        """What the probe that vexec became saw; nothing was said on stderr."""
        assert (self.status, self.stderr) == (0, "")
        return Seen(json.loads(self.stdout))


class Running:
    """One started program."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.began = time.monotonic()

    @property
    def pid(self) -> int:
        """The process id."""
        return self.process.pid

    def send(self, number: int) -> None:
        """Send a signal."""
        self.process.send_signal(number)

    def wait(self, stdin: bytes | None = None) -> Ended:
        """Wait for the end."""
        out, err = self.process.communicate(stdin, timeout=LONGEST)
        seconds = time.monotonic() - self.began
        return Ended(text(out or b""), text(err or b""), self.process.returncode, seconds)

    def end(self) -> None:
        """End what a test that failed has left."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()


class Vexec:
    """Starts vexec in a directory, under PATH, HOME and whatever else a test gives."""

    def __init__(self, directory: Path) -> None:
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
        """Start vexec; `launch` is a specification of launch.py, `before` a command that starts it all."""
        prefix = [*LAUNCH, json.dumps(launch)] if launch is not None else []
        given = {"PATH": PATH, "HOME": str(self.directory), **(env or {})}
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        process = subprocess.Popen(
            [*before, *prefix, *COMMAND, *arguments],
            env={os.fsencode(name): os.fsencode(value) for name, value in given.items() if value is not None},
            **{"cwd": self.directory, **pipes, **options},
        )
        self.started.append(Running(process))
        return self.started[-1]

    def __call__(
        self,
        *arguments: str | bytes,
        env: Mapping[Any, Any] | None = None,
        stdin: bytes = b"",
        **options: Any,
    ) -> Ended:
        """Run vexec to its end; see `start`."""
        if stdin:
            options["stdin"] = subprocess.PIPE
        return self.start(*arguments, env=env, **options).wait(stdin or None)

    def probe(self, *arguments: str | bytes, env: Mapping[Any, Any] | None = None, **options: Any) -> Seen:
        """Run `vexec -- PROBE ARGUMENT…` and return what the probe saw."""
        return self("--", *PROBE, *arguments, env=env, **options).seen

    def close(self) -> None:
        """End what is left."""
        for running in self.started:
            running.end()


def told(status: int, *lines: str) -> tuple[int, str]:
    """Return what `Ended.told` is for a status and these lines of vexec's on stderr."""
    return status, "".join(f"vexec: {line}\n" for line in lines)


def steady(words: str) -> str:
    """Return words on stderr with N in place of the seconds that are left and of the number of tries."""
    return re.sub(
        r"after \d+ tr(y|ies)", "after N tries", re.sub(r"for \d+ s at most", "for N s at most", words)
    )


def text(raw: bytes) -> str:
    """Return output as text; bytes beyond UTF-8 survive."""
    return raw.decode("utf-8", "surrogateescape")


def wait_until(condition: Callable[[], object], seconds: float = 10) -> None:
    """Poll until the condition holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def sockets(pid: int) -> int:
    """Return how many sockets a process has open."""
    directory = f"/proc/{pid}/fd"
    return sum(target.startswith("socket:") for target in links(directory, os.listdir(directory)))


def links(directory: str, names: Iterable[str]) -> Iterable[str]:
    """Read links, those that are still there."""
    for name in names:
        try:
            yield os.readlink(f"{directory}/{name}")
        except OSError:
            continue


def children(pid: int) -> list[int]:
    """Return the ids of a process's children."""
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
