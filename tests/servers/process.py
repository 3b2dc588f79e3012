"""A server process of the tests: started on a free loopback port, waited for, ended by its own id."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

INTERVAL = 0.05


class NotReadyError(Exception):
    """A server ended, or did not answer in time; the message ends with the last lines of its log."""


class Process:
    """One running server whose output goes to a log file."""

    def __init__(self, command: Sequence[str | Path], log: Path, environ: Mapping[str, str]) -> None:
        self.log = log
        with log.open("ab") as output:
            self._running = subprocess.Popen(
                [*last_with_parent(), *command],
                cwd=log.parent,
                env=dict(environ),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    @property
    def pid(self) -> int:
        """The server's process id."""
        return self._running.pid

    def wait_until(self, is_ready: Callable[[], bool], seconds: float = 60) -> None:
        """Poll until the server is ready; raise NotReadyError when it ends or the time is over."""
        deadline = time.monotonic() + seconds
        while not is_ready():
            if self._running.poll() is not None:
                raise NotReadyError(f"ended with {self._running.returncode}:\n{self.tail()}")
            if time.monotonic() > deadline:
                raise NotReadyError(f"not ready after {seconds} s:\n{self.tail()}")
            time.sleep(INTERVAL)

    def stop(self) -> None:
        """End the server and wait for its end."""
        if self._running.poll() is None:
            self._running.terminate()
            try:
                self._running.wait(10)
            except subprocess.TimeoutExpired:
                self._running.kill()
        self._running.wait()

    def tail(self) -> str:
        """Return the last lines of the log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])


def last_with_parent() -> list[str]:
    """Return the prefix that ends a server whose test run, or starting thread, has ended."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM"] if setpriv else []


def free_port() -> int:
    """Ask the kernel for a loopback port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def on_free_ports(start: Callable[[], None], attempts: int = 3) -> None:
    """Call `start`, which picks its ports itself, and again when somebody took one in between."""
    for left in reversed(range(attempts)):
        try:
            return start()
        except NotReadyError as error:
            if left == 0 or "address already in use" not in str(error):
                raise
    raise AssertionError("no attempt")


def environment(home: Path) -> dict[str, str]:
    """Return the environment of a server: nothing of the caller's but PATH."""
    return {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(home), "TMPDIR": str(home)}
