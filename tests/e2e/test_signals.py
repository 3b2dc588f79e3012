"""SIGTERM and SIGINT while vexec fetches: they end it at once, also as PID 1 (T6)."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e.program import LAUNCH, PYTHON, children, sockets, wait_until
from tests.servers.behaviour import silence
from tests.servers.fault import FullListener
from tests.servers.need import need
from tests.servers.process import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.e2e.program import Running, Vexec
    from tests.servers.fault import FaultServer

NUMBERS = pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
STAGES = pytest.mark.parametrize("stage", ["connect", "read", "handshake"])
AT_ONCE = 1.0  # second; the deadline is 60


@pytest.fixture
def stages(fault_server: Callable[..., FaultServer]) -> Iterator[dict[str, str]]:
    """Give an address for each place where a start may hang."""
    with FullListener() as full:
        silent = fault_server(silence())
        handshake = fault_server(silence(), greeting=silence())
        yield {
            "connect": full.address,
            "read": silent.address,
            "handshake": handshake.address.replace("http:", "https:"),
        }


@pytest.fixture
def namespace() -> tuple[str, ...]:
    """Give the command that makes its program PID 1 of a namespace of its own."""
    user = () if os.geteuid() == 0 else ("--user", "--map-root-user")
    command = (str(need("unshare")), "--pid", "--fork", "--mount-proc", "--kill-child", *user)
    done = subprocess.run([*command, "/bin/true"], capture_output=True, text=True)
    if done.returncode != 0:
        pytest.skip(f"PID namespaces — unshare says: {done.stderr.strip()}")
    return command


def asking(address: str) -> dict[str, str]:
    """Return an environment that asks the server at an address for a secret."""
    return {"VAULT_ADDR": address, "VAULT_TOKEN": "t", "A": "vault:secret/app#KEY"}


def wait_for_socket(pid: int, count: int = 1) -> None:
    """Wait until vexec has opened its socket, and a little more for the call that hangs on it."""
    wait_until(lambda: b"launch.py" not in Path(f"/proc/{pid}/cmdline").read_bytes())
    wait_until(lambda: sockets(pid) >= count)
    time.sleep(0.05)


def send_inside(running: Running, number: int, sockets: int = 1) -> float:
    """Signal the PID 1 below `unshare` once it hangs; return the moment."""
    wait_until(lambda: children(running.pid))
    inner = children(running.pid)[0]
    wait_for_socket(inner, sockets)
    os.kill(inner, number)
    return time.monotonic()


@NUMBERS
@STAGES
def test_a_signal_ends_the_fetch(vexec: Vexec, stages: Mapping[str, str], stage: str, number: int) -> None:
    """T6: whatever the fetch waits for, the signal kills vexec at once, and a parent sees which it was."""
    running = vexec.start("--", "/bin/true", env=asking(stages[stage]))
    wait_for_socket(running.pid)
    running.send(number)
    sent = time.monotonic()

    assert running.wait().told == (-number, "")
    assert time.monotonic() - sent < AT_ONCE


@NUMBERS
@STAGES
def test_a_signal_ends_the_fetch_of_pid_1(
    vexec: Vexec, stages: Mapping[str, str], namespace: tuple[str, ...], stage: str, number: int
) -> None:
    """T6: as PID 1, which has no default actions, vexec exits with 128 + the signal's number."""
    running = vexec.start("--", "/bin/true", env=asking(stages[stage]), before=namespace)
    sent = send_inside(running, number)

    assert running.wait().told == (128 + number, "")
    assert time.monotonic() - sent < AT_ONCE


@pytest.mark.parametrize("command", [["check"], ["env"]], ids=lambda words: words[0])
def test_a_signal_ends_other_commands(vexec: Vexec, stages: Mapping[str, str], command: list[str]) -> None:
    """T6: `vexec env` and `vexec check` end as well, and write nothing."""
    running = vexec.start(*command, env=asking(stages["read"]))
    wait_for_socket(running.pid)
    running.send(signal.SIGTERM)

    done = running.wait()
    assert (done.told, done.stdout) == ((-signal.SIGTERM, ""), "")


def test_a_signal_ends_the_wait_between_tries(vexec: Vexec, namespace: tuple[str, ...]) -> None:
    """T6: also while vexec sleeps before it tries again."""
    running = vexec.start("--", "/bin/true", env=asking(f"http://127.0.0.1:{free_port()}"), before=namespace)
    wait_until(lambda: children(running.pid))
    inner = children(running.pid)[0]
    assert running.process.stderr is not None
    assert running.process.stderr.readline().endswith(b" s at most\n")
    os.kill(inner, signal.SIGTERM)
    sent = time.monotonic()

    assert running.wait().told == (143, "")
    assert time.monotonic() - sent < AT_ONCE


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_a_signal_ends_a_look_up_of_the_host(
    vexec: Vexec, namespace: tuple[str, ...], tmp_path: Path, number: int
) -> None:
    """T6: also in getaddrinfo(), which no Python handler interrupts; the name server never answers."""
    conf = tmp_path / "resolv.conf"
    conf.write_text("nameserver 127.0.0.1\noptions timeout:30 attempts:2\n")
    apart = (*namespace, "--net")
    trial = subprocess.run(
        [*apart, *LAUNCH, f'{{"silent_dns": "{conf}"}}', "/bin/true"], capture_output=True, text=True
    )
    if trial.returncode != 0:
        pytest.skip(f"network namespaces — {trial.stderr.strip().splitlines()[-1]}")

    env = asking("http://vault.example:8200")
    running = vexec.start("--", "/bin/true", env=env, launch={"silent_dns": str(conf)}, before=apart)
    sent = send_inside(running, number, sockets=2)
    assert running.wait().told == (128 + number, "")
    assert time.monotonic() - sent < AT_ONCE


def test_a_signal_that_is_ignored_stays_ignored(
    vexec: Vexec, fault_server: Callable[..., FaultServer]
) -> None:
    """T4: nohup's SIGHUP does not end the fetch either; the deadline does."""
    server = fault_server(silence())
    env = {**asking(server.address), "VEXEC_DEADLINE": "1s"}
    running = vexec.start("--", "/bin/true", env=env, launch={"ignore": ["SIGHUP"]})
    wait_for_socket(running.pid)
    running.send(signal.SIGHUP)

    assert running.wait().status == 75


def test_a_target_as_pid_1_is_signalled_itself(vexec: Vexec, namespace: tuple[str, ...]) -> None:
    """After exec PID 1 is the target, so its own handler gets what is sent to the container."""
    script = (
        "import os, signal, sys; signal.signal(signal.SIGTERM, lambda *_: os._exit(os.getpid() + 40));"
        "print('up', flush=True); signal.pause()"
    )
    running = vexec.start("--", *PYTHON, "-c", script, before=namespace)
    assert running.process.stdout is not None
    assert running.process.stdout.readline() == b"up\n"
    os.kill(children(running.pid)[0], signal.SIGTERM)

    assert running.wait().told == (41, "")
