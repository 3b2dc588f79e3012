"""Images that hold the built file, and containers of them that a test can look at while they run."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from tests.e2e.program import wait_until
from tests.servers.container import LIMITS, STRICT, podman
from tests.single.report import Report

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# without them podman adds /dev/shm, a directory that everybody may write to, and the user to /etc/passwd
BARE = ("--ipc", "none", "--passwd=false")


@dataclass(frozen=True)
class Image:
    """An image, and the options that all its containers get."""

    name: str
    options: tuple[str, ...] = ()

    def start(
        self,
        *arguments: str,
        env: Mapping[str, str] | None = None,
        options: Sequence[str] = (),
        network: str = "none",
    ) -> Container:
        """Start a container of it as a strict platform would."""
        given = [part for name, value in (env or {}).items() for part in ("--env", f"{name}={value}")]
        name = f"vexec-test-{secrets.token_hex(6)}"
        command = [*podman(), "run", "--rm", "--name", name, f"--network={network}", *LIMITS, *STRICT]
        command += [*BARE, *self.options, *given, *options, self.name, *arguments]
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe)
        return Container(name, process)

    def run(
        self,
        *arguments: str,
        env: Mapping[str, str] | None = None,
        options: Sequence[str] = (),
        network: str = "none",
    ) -> tuple[int, bytes, str]:
        """Run a container of it; returns status, stdout and stderr."""
        with self.start(*arguments, env=env, options=options, network=network) as container:
            return container.wait()

    def report(
        self,
        *arguments: str,
        env: Mapping[str, str] | None = None,
        options: Sequence[str] = (),
        network: str = "none",
    ) -> Report:
        """Run the probe through vexec and return what it saw; nothing was said on stderr."""
        status, out, err = self.run(*arguments, env=env, options=options, network=network)
        assert (status, err) == (0, "")
        return Report.parse(out)


@dataclass(frozen=True)
class Container:
    """One container; a context manager that removes it."""

    name: str
    process: subprocess.Popen[bytes]

    def becomes(self, program: str) -> None:
        """Wait until its first process is that program."""
        wait_until(lambda: self.exe() == program)

    def exe(self) -> str:
        """Return the program of its first process, "" for none."""
        try:
            return os.readlink(f"/proc/{self.pid}/exe")
        except (OSError, subprocess.CalledProcessError):
            return ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            subprocess.run([*podman(), "rm", "-f", "-t", "0", self.name], capture_output=True)
        self.process.communicate()

    @property
    def pid(self) -> int:
        """The id of its first process, as this machine counts."""
        return int(self.inspect()["State"]["Pid"])

    def inspect(self) -> dict[str, Any]:
        """Return what podman says of it."""
        done = subprocess.run([*podman(), "inspect", self.name], capture_output=True, check=True)
        described: list[dict[str, Any]] = json.loads(done.stdout)
        return described[0]

    def send(self, signal: str) -> None:
        """Send a signal to its first process, as `podman stop` does."""
        subprocess.run([*podman(), "kill", "--signal", signal, self.name], capture_output=True, check=True)

    def wait(self) -> tuple[int, bytes, str]:
        """Wait for the end; returns status, stdout and stderr."""
        out, err = self.process.communicate(timeout=60)
        return self.process.returncode, out, err.decode()
