"""What the platform sends to PID 1: during the fetch it ends vexec at once, afterwards it is the target's."""

from __future__ import annotations

import json
import os
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from tests.containers.image import PYTHON
from tests.e2e.program import wait_until
from tests.servers.behaviour import silence
from tests.servers.container import podman

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.containers.runner import Runner
    from tests.servers.fault import FaultServer

AT_ONCE = 3.0  # seconds, most of which podman takes itself; it would wait 10 before it kills


@pytest.mark.parametrize(
    ("command", "status"),
    [
        (["kill", "--signal", "TERM"], 143),
        (["stop", "--time", "10"], 143),
        (["kill", "--signal", "INT"], 130),
    ],
    ids=["kill", "stop", "interrupt"],
)
def test_the_fetch_ends_at_once(
    container: Runner, fault_server: Callable[..., FaultServer], command: list[str], status: int
) -> None:
    """T6: PID 1 in an unanswered read ends with 128 + the signal's number, before podman would kill it."""
    server = fault_server(silence())
    env = {"VAULT_ADDR": server.address, "VAULT_TOKEN": "t", "A": "vault:secret/app#KEY"}
    name, running = container.start("--", *PYTHON, env=env, network="host")
    wait_until(lambda: server.requests, seconds=20)

    began = time.monotonic()
    subprocess.run([*podman(), *command, name], check=True, capture_output=True)
    done = running.wait()
    assert done.told == (status, "")
    assert time.monotonic() - began < AT_ONCE


def test_a_signal_is_the_targets(container: Runner) -> None:
    """After exec the signal reaches the target's own handler, in the same process."""
    script = (
        "import os, signal, sys\n"
        "signal.signal(signal.SIGTERM, lambda *_: os._exit(41))\n"
        "print('up', flush=True)\n"
        "signal.pause()\n"
    )
    name, running = container.start("--", *PYTHON, "-c", script)
    assert running.process.stdout is not None
    assert running.process.stdout.readline() == b"up\n"

    subprocess.run([*podman(), "stop", "--time", "10", name], check=True, capture_output=True)
    assert running.wait().told == (41, "")


def test_a_kill_is_seen_as_one(container: Runner) -> None:
    """T1: a target that is killed is reported as 137, for nothing stands between it and the platform."""
    name, running = container.start(
        "--", *PYTHON, "-c", "print('up', flush=True); import time; time.sleep(60)"
    )
    assert running.process.stdout is not None
    assert running.process.stdout.readline() == b"up\n"

    inspected = subprocess.run([*podman(), "inspect", name], check=True, capture_output=True)
    os.kill(json.loads(inspected.stdout)[0]["State"]["Pid"], 9)
    assert running.wait().told == (137, "")
