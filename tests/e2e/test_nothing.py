"""Nothing to fetch, or told not to: the target starts at once and nothing is asked of the network (T42)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.program import told
from tests.servers.behaviour import answer
from tests.servers.need import need

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.e2e.program import Vexec
    from tests.servers.fault import FaultServer

PLAIN = {
    "URL": "postgres://vault:5432/x",
    "HOST": "vault:8200",
    "FILE": "file:/data/db.sqlite",
    "CIPHER": "vault:v1:c2VjcmV0",
    "TEXT": "${HOME} ${vault} $vault:secret/app#KEY",
    "LATER": "see vault:secret/app#KEY",
    "SPACE": " vault:secret/app#KEY",
    "UPPER": "VAULT:secret/app#KEY",
    "EMPTY": "",
}


@pytest.fixture
def address(fault_server: Callable[..., FaultServer]) -> FaultServer:
    """Give a server that counts connections and is never to see one."""
    return fault_server(answer({}))


def test_plain_values_start_at_once(vexec: Vexec, address: FaultServer) -> None:
    """T42, T19: what only looks like a reference passes unchanged, with a log-in configured and none made."""
    env = {"VAULT_ADDR": address.address, "VAULT_TOKEN": "t", **PLAIN}

    assert vexec.probe(env=env).variables.items() >= PLAIN.items()
    assert address.connections == 0


def test_no_socket_is_opened(vexec: Vexec, tmp_path: Path) -> None:
    """T42: the system calls show no socket, without references and with files only."""
    trace, secret = tmp_path / "trace", tmp_path / "secret"
    secret.write_text("value\n")
    strace = (
        str(need("strace")),
        "-f",
        "-qq",
        "-e",
        "trace=socket,socketpair,connect,bind,sendto,sendmsg,clone,clone3,fork,vfork",
        "-o",
        str(trace),
    )
    for env in ({}, {"A": f"vexec:file:{secret}", "VEXEC_FROM": f"file:{secret}?names=sanitize"}):
        done = vexec("--", "/bin/true", env={"VAULT_TOKEN": "t", **env}, before=strace)
        assert done.told == (0, "")
        assert trace.read_text() == ""


def test_the_trace_would_show_a_socket(vexec: Vexec, address: FaultServer, tmp_path: Path) -> None:
    """The test above can fail: with a reference the same trace shows the connection and the thread."""
    trace = tmp_path / "trace"
    strace = (str(need("strace")), "-f", "-qq", "-e", "trace=%network,clone,clone3", "-o", str(trace))
    env = {"VAULT_ADDR": address.address, "VAULT_TOKEN": "t", "A": "vault:secret/app#KEY"}

    vexec("--", "/bin/true", env=env, before=strace)
    assert f"htons({address.port})" in trace.read_text()


def test_no_settings_are_needed(vexec: Vexec) -> None:
    """T42: without any variable, not even PATH and HOME, vexec is an ENTRYPOINT that changes nothing."""
    assert vexec("--", "/usr/bin/env", env={"PATH": None, "HOME": None}).told == (0, "")
    assert vexec("--", "env", env={"PATH": None, "HOME": None}).stdout == ""


def test_an_address_that_is_wrong_is_an_error_even_then(vexec: Vexec) -> None:
    """A bad setting is told although nothing is fetched: it would fail on the day when something is."""
    assert vexec("--", "/bin/true", env={"VAULT_ADDR": "vault:8200"}).told == told(
        78, "VAULT_ADDR has no scheme: write http://HOST:PORT or https://HOST:PORT"
    )


def disabled(address: FaultServer) -> Mapping[str, str]:
    """Return an environment that would fetch, and is told not to."""
    return {"VAULT_ADDR": address.address, "VAULT_TOKEN": "t", "VEXEC_DISABLE": "true"}


def test_disable_drops_references_and_names_them(vexec: Vexec, address: FaultServer) -> None:
    """T20, T42: with VEXEC_DISABLE no reference reaches the target and the network is not asked."""
    env = {
        **disabled(address),
        "KEPT": "plain",
        "B": "vault:secret/app#KEY",
        "A": "x ${vault:secret/app#KEY}",
    }
    env |= {"BROKEN": "vault:secret/app", "LITERAL": "vexec:literal:vault:secret/app#KEY"}

    done = vexec("--", "/usr/bin/env", env=env)
    assert done.told == told(0, "VEXEC_DISABLE is set: A, B, BROKEN held references and are not set")
    assert sorted(done.stdout.splitlines()) == [
        f"HOME={vexec.directory}",
        "KEPT=plain",
        "LITERAL=vault:secret/app#KEY",
        "PATH=/usr/bin:/bin",
    ]
    assert address.connections == 0


def test_disable_names_imports(vexec: Vexec, address: FaultServer) -> None:
    """T20: what VEXEC_FROM would have imported is not there, and that is said."""
    env = {**disabled(address), "VEXEC_FROM": "vault:secret/app file:/run/secrets"}

    assert vexec("--", "/bin/true", env=env).told == told(
        0, "VEXEC_DISABLE is set: nothing of VEXEC_FROM is imported"
    )


def test_disable_without_references_says_nothing(vexec: Vexec, address: FaultServer) -> None:
    """VEXEC_DISABLE alone starts the target in silence."""
    assert vexec("--", "/bin/true", env=disabled(address)).told == (0, "")


@pytest.mark.parametrize("value", ["0", "false", "F"])
def test_disable_is_a_boolean(vexec: Vexec, address: FaultServer, value: str) -> None:
    """VEXEC_DISABLE=false does not disable: booleans are Go's ParseBool."""
    env = {**disabled(address), "VEXEC_DISABLE": value, "A": "vault:secret/app#KEY"}

    assert vexec("--", "/bin/true", env=env).status == 76
    assert address.connections == 1
