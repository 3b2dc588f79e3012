"""A server that answers only once it is told to, so that a test can look at vexec while it fetches."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from tests.e2e.program import wait_until
from tests.servers.behaviour import Behaviour, Exchange, answer

if TYPE_CHECKING:
    import subprocess

    from tests.servers.fault import FaultServer

METADATA = {"version": 1, "deletion_time": "", "destroyed": False}
VALUE = "the value"


def secret(value: str = VALUE) -> Behaviour:
    """Answer every request as a KV v2 read, with the key KEY."""
    return answer({"data": {"data": {"KEY": value}, "metadata": METADATA}})


def fetching(server: FaultServer) -> dict[str, str]:
    """Return the variables that make vexec fetch SECRET from a server, by one request."""
    token = {"VAULT_ADDR": server.address, "VAULT_TOKEN": "token-of-the-test"}
    return {**token, "SECRET": "vault:secret/app?kv=2#KEY"}


class Hold:
    """A behaviour: every request waits until `release`."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.released = threading.Event()

    def __call__(self, exchange: Exchange) -> bool:
        self.asked.set()
        while not self.released.wait(0.02):
            if exchange.stopping.is_set():
                return False
        return secret()(exchange)

    def wait(self, process: subprocess.Popen[bytes]) -> None:
        """Wait until vexec, or what it was started by, has asked."""
        wait_until(lambda: self.asked.is_set() or process.poll() is not None, 60)
        assert self.asked.is_set(), process.communicate()

    def release(self) -> None:
        """Let the answer go."""
        self.released.set()
