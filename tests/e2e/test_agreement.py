"""`vexec env`, `vexec check` and exec mode see the same: what is disabled, passed on, or comes twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.program import wait_until
from tests.servers.behaviour import answer, sequence

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.e2e.program import Vexec
    from tests.e2e.store import Store
    from tests.servers.fault import FaultServer

MOUNT = answer({"data": {"path": "secret/", "type": "kv", "options": {"version": "2"}}})
SECRET = answer({"data": {"data": {"KEY": "value"}, "metadata": {"version": 1}}})
AWAY = answer({"errors": ["not now"]}, 500, {"Retry-After": "1"})


def test_env_fetches_nothing_where_disabled(vexec: Vexec) -> None:
    """T20, T42: what is disabled is not printed, not even a reference that cannot be understood."""
    env = {"VEXEC_DISABLE": "true", "A": "vault:secret/app", "B": "vault:secret/app#KEY"}

    done = vexec("env", env={**env, "C": "vexec:literal:text"})
    assert done.status == 0
    assert done.stdout == "export C='text'\n"
    assert "A, B held references and are not set" in done.stderr


def test_check_of_a_disabled_start_is_no_problem(vexec: Vexec) -> None:
    """A start that would succeed is no problem for check either."""
    done = vexec("check", env={"VEXEC_DISABLE": "true", "A": "vault:secret/app"})

    assert (done.status, done.stderr) == (0, "")


def test_env_and_exec_agree_on_names_that_come_twice(vexec: Vexec, store: Store) -> None:
    """T41: an import that exec mode refuses or leaves out is not printed by env."""
    path = store.put({"USER": "fetched", "OTHER": "o"})
    env = {**store.env, "USER": "inherited", "VEXEC_FROM": f"vault:{path}"}

    assert vexec("env", env=env).status == vexec("--", "/bin/true", env=env).status == 73
    kept = vexec("env", env={**env, "VEXEC_DUPLICATES": "keep"})
    assert kept.stdout == "export OTHER='o'\n"


def test_a_setting_that_is_passed_is_no_reference(vexec: Vexec) -> None:
    """VEXEC_PASS hands over what the setting says, also for a second vexec further down."""
    env = {"VEXEC_PASS": "VEXEC_FROM", "VEXEC_FROM": "file:/nowhere?optional"}

    assert vexec.probe(env=env).variables["VEXEC_FROM"] == "file:/nowhere?optional"


def test_a_token_file_is_read_again_at_each_try(
    vexec: Vexec, fault_server: Callable[..., FaultServer], tmp_path: Path
) -> None:
    """T32: a token that was replaced while the server was away is the one that the next try shows."""
    token = tmp_path / "token"
    token.write_text("hvs.old-token\n")
    server = fault_server(sequence(AWAY, MOUNT, SECRET))
    env = {"VAULT_ADDR": server.address, "VAULT_TOKEN_FILE": str(token), "A": "vault:secret/app#KEY"}

    running = vexec.start("--", "/bin/true", env=env)
    wait_until(lambda: server.requests)
    token.write_text("hvs.new-token\n")

    assert running.wait().status == 0
    shown = [request.headers["x-vault-token"] for request in server.requests]
    assert shown[0] == "hvs.old-token"
    assert shown[-1] == "hvs.new-token"


@pytest.mark.parametrize("line", ["Pa55w0rd!x=y", "1abc=d"])
def test_content_of_a_file_is_no_name(vexec: Vexec, tmp_path: Path, line: str) -> None:
    """T38: a secret that was taken for a dotenv file is told by its line, never by its content."""
    (tmp_path / "pw.env").write_text(line + "\n")

    done = vexec("env", f"file:{tmp_path}/pw.env", env={})
    assert done.status == 73
    assert done.stderr.endswith("pw.env is no dotenv file: line 1: it is not NAME=value\n")
    assert line.partition("=")[0] not in done.stderr
