"""Runs an image as a strict platform does: read-only, user 65532, no capability, no new privileges."""

from __future__ import annotations

import secrets
import subprocess
from typing import TYPE_CHECKING

from tests.e2e.program import Running
from tests.servers.container import LIMITS, STRICT, podman

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.e2e.program import Ended


class Runner:
    """Starts containers of one image, each with a name of its own."""

    def __init__(self, image: str) -> None:
        self.image = image
        self.running: dict[str, Running] = {}

    def start(
        self,
        *arguments: str,
        env: Mapping[str, str] | None = None,
        options: Sequence[str] = (),
        network: str = "none",
    ) -> tuple[str, Running]:
        """Start a container; return its name and the podman that waits for it."""
        name = f"vexec-test-{secrets.token_hex(6)}"
        given = [part for key, value in (env or {}).items() for part in ("--env", f"{key}={value}")]
        command = [*podman(), "run", "--rm", "--name", name, f"--network={network}", *LIMITS, *STRICT]
        process = subprocess.Popen(
            [*command, *given, *options, self.image, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.running[name] = Running(process)
        return name, self.running[name]

    def __call__(
        self,
        *arguments: str,
        env: Mapping[str, str] | None = None,
        options: Sequence[str] = (),
        network: str = "none",
    ) -> Ended:
        """Run a container to its end."""
        return self.start(*arguments, env=env, options=options, network=network)[1].wait()

    def close(self) -> None:
        """End what is left, by the names that were made here."""
        for name, running in self.running.items():
            if running.process.poll() is None:
                subprocess.run([*podman(), "rm", "-f", "-t", "0", name], capture_output=True)
            running.end()
