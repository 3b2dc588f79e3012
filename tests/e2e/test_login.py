"""Logging in with a token, by approle, or not at all; which method is taken when none is named."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

import pytest

from tests.e2e.program import told, wait_until
from tests.e2e.store import asked
from tests.servers.behaviour import answer, by_path
from tests.servers.inventory import locate
from tests.servers.process import Process, environment, free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.e2e.program import Vexec
    from tests.e2e.store import Store
    from tests.servers.fault import FaultServer

WAYS = "hint: set VAULT_TOKEN, or VEXEC_AUTH and what the method needs (`vexec help env`)"


@pytest.fixture
def wanted(store: Store) -> dict[str, str]:
    """Give an environment with a reference that is to arrive as `value`, and no token."""
    return {"VAULT_ADDR": store.server.address, "A": f"vault:{store.put({'KEY': 'value'})}#KEY"}


@pytest.fixture
def token(store: Store, wanted: dict[str, str]) -> str:
    """Give a token that may read what is wanted."""
    return store.reader(f"secret/data/{store.word}")


def arrives(vexec: Vexec, env: dict[str, str]) -> bool:
    """Start the probe and tell whether the wanted value arrived."""
    return bool(vexec.probe(env=env).variables["A"] == "value")


# token


def test_token_in_a_variable(vexec: Vexec, wanted: dict[str, str], token: str) -> None:
    """A token in VAULT_TOKEN or BAO_TOKEN, also with white space around it."""
    for variable in ("VAULT_TOKEN", "BAO_TOKEN"):
        assert arrives(vexec, {**wanted, variable: token})
        assert arrives(vexec, {**wanted, variable: f" {token}\n"})


def test_token_in_a_file(vexec: Vexec, wanted: dict[str, str], token: str, tmp_path: Path) -> None:
    """T32: a token in a file that a variable or an option names, white space around it."""
    file = tmp_path / "token"
    file.write_text(f"\n {token}\r\n\n")

    for variable in ("VAULT_TOKEN_FILE", "BAO_TOKEN_FILE"):
        assert arrives(vexec, {**wanted, variable: str(file)})
    assert vexec("--token-file", str(file), "--", "/bin/true", env=wanted).told == (0, "")


def test_bao_wins_and_it_is_said(vexec: Vexec, wanted: dict[str, str], token: str) -> None:
    """T33: BAO_TOKEN wins over VAULT_TOKEN, and the conflict is noted without either value."""
    done = vexec("--", "/bin/true", env={**wanted, "BAO_TOKEN": token, "VAULT_TOKEN": "other-token"})

    assert done.told == told(0, "BAO_TOKEN is used, VAULT_TOKEN ignored")


def test_token_that_log_in_left_at_home(vexec: Vexec, wanted: dict[str, str], token: str) -> None:
    """Without anything else ~/.vault-token is taken, where `vault login` leaves it."""
    (vexec.directory / ".vault-token").write_text(token)

    assert arrives(vexec, wanted)
    assert arrives(vexec, {**wanted, "VEXEC_AUTH": "token"})


def test_a_token_at_home_that_may_not_be_read(vexec: Vexec, wanted: dict[str, str]) -> None:
    """T32: a token that is there and closed is told as that, and not taken for none."""
    file = vexec.directory / ".vault-token"
    file.touch(0)
    me = f"{os.geteuid()}:{os.getegid()}"

    assert vexec("--", "/bin/true", env=wanted, launch={"is_ordinary": True}).told == told(
        77,
        f"~/.vault-token: {file} may not be read by uid {os.geteuid()}, gid {os.getegid()}",
        f"hint: it belongs to {me} with mode ----------",
    )


def test_a_token_that_is_not_valid(vexec: Vexec, wanted: dict[str, str], store: Store) -> None:
    """A token that the server does not know is a failed log-in, with the likely reasons; it is not shown."""
    token = f"hvs.{secrets.token_hex(12)}"

    assert vexec("--", "/bin/true", env={**wanted, "VAULT_TOKEN": token}).told == told(
        77,
        f"{store.server.address}: the token is not valid: GET /v1/sys/internal/ui/mounts/{store.path} (403)",
        "hint: it may have expired, been revoked, or belong to another server",
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "does not exist"),
        ("", "is empty"),
        (" \n", "is empty"),
        (b"\xff\xfe", "is not text"),
        ("directory", "is a directory"),
    ],
    ids=["absent", "empty", "white space", "binary", "directory"],
)
def test_token_files_that_cannot_be_used(
    vexec: Vexec, wanted: dict[str, str], tmp_path: Path, content: str | bytes | None, words: str
) -> None:
    """T32: an absent, an empty, a binary file and a directory each say so, with variable and path."""
    file = tmp_path / "token"
    if content == "directory":
        file.mkdir()
    elif content is not None:
        file.write_bytes(content if isinstance(content, bytes) else content.encode())

    assert vexec("--", "/bin/true", env={**wanted, "VAULT_TOKEN_FILE": str(file)}).told == told(
        77, f"VAULT_TOKEN_FILE: {file} {words}"
    )


# none


@pytest.fixture
def agent(store: Store, token: str, tmp_path: Path) -> Iterator[str]:
    """Give the address of a real agent whose listener adds the token itself."""
    port, config, file = free_port(), tmp_path / "agent.hcl", tmp_path / "agent-token"
    file.write_text(store.server.token(store.word, "default"))
    config.write_text(
        f'vault {{ address = "{store.server.address}" }}\n'
        f'auto_auth {{ method "token_file" {{ config = {{ token_file_path = "{file}" }} }} }}\n'
        "api_proxy { use_auto_auth_token = true }\n"
        f'listener "tcp" {{ address = "127.0.0.1:{port}"\n'
        "tls_disable = true\nrequire_request_header = true }\n"
    )
    binary = locate("vault")
    assert binary is not None
    running = Process([binary, "agent", f"-config={config}"], tmp_path / "agent.log", environment(tmp_path))
    try:
        running.wait_until(lambda: "authentication successful" in running.tail())
        yield f"http://127.0.0.1:{port}"
    finally:
        running.stop()


def test_none_is_for_an_agents_listener(vexec: Vexec, wanted: dict[str, str], agent: str) -> None:
    """`none` sends no token; the agent adds its own, and insists on X-Vault-Request (T33)."""
    env = {**wanted, "VAULT_ADDR": agent, "VEXEC_AUTH": "none"}

    wait_until(lambda: vexec("--", "/bin/true", env=env).status == 0, seconds=20)
    assert arrives(vexec, env)


def test_none_sends_no_token(vexec: Vexec, fault_server: Callable[..., FaultServer]) -> None:
    """`none` sends no token even where one is set."""
    server = fault_server(answer({"data": {"path": "kv/", "type": "kv", "options": None, "KEY": "value"}}))
    env = {"VAULT_ADDR": server.address, "VEXEC_AUTH": "none", "VAULT_TOKEN": "t", "A": "vault:kv/app#KEY"}

    assert arrives(vexec, env)
    assert ["x-vault-token" in request.headers for request in server.requests] == [False, False]


# which method


def test_no_way_to_log_in(vexec: Vexec, wanted: dict[str, str]) -> None:
    """Without a token, a role or a token at home the start says what to set, before any request."""
    for env in (wanted, {**wanted, "HOME": None}, {**wanted, "VEXEC_ROLE": "app"}):
        assert vexec("--", "/bin/true", env=env).told == told(
            78, "a secret of the server is asked for, but there is no way to log in", WAYS
        )


def test_a_given_token_comes_before_the_one_at_home(
    vexec: Vexec, wanted: dict[str, str], token: str, tmp_path: Path
) -> None:
    """The default order: a token that is given, in a variable or a named file, before ~/.vault-token."""
    (vexec.directory / ".vault-token").write_text("stale")
    (tmp_path / "token").write_text(token)

    assert arrives(vexec, {**wanted, "VAULT_TOKEN": token})
    assert arrives(vexec, {**wanted, "VAULT_TOKEN_FILE": str(tmp_path / "token")})
    assert vexec("--", "/bin/true", env=wanted).status == 77


def test_a_method_that_does_not_exist(vexec: Vexec, wanted: dict[str, str]) -> None:
    """An unknown method is told with those that there are."""
    assert vexec("--", "/bin/true", env={**wanted, "VEXEC_AUTH": "ldap"}).told == told(
        78, "VEXEC_AUTH is none of token, approle, kubernetes, jwt, none"
    )


def test_namespaces_of_log_in_and_reads(vexec: Vexec, fault_server: Callable[..., FaultServer]) -> None:
    """T34: VEXEC_AUTH_NAMESPACE is the log-in's, VAULT_NAMESPACE the reads'; neither comes into the path."""
    token = {"auth": {"client_token": "made", "lease_duration": 60, "renewable": False}}
    mount = {"data": {"path": "kv/", "type": "kv", "options": None, "KEY": "value"}}
    server = fault_server(by_path({"/v1/auth/approle/login": answer(token)}, answer(mount)))
    env = {
        "VAULT_ADDR": server.address,
        "VEXEC_AUTH": "approle",
        "VEXEC_ROLE_ID": "r",
        "A": "vault:kv/app#KEY",
    }

    assert arrives(vexec, {**env, "VAULT_NAMESPACE": "reads", "VEXEC_AUTH_NAMESPACE": "logins/"})
    got = [(request.target, request.headers["x-vault-namespace"]) for request in server.requests]
    assert got == [
        ("/v1/auth/approle/login", "logins"),
        ("/v1/sys/internal/ui/mounts/kv/app", "reads"),
        ("/v1/kv/app", "reads"),
    ]
    assert [request.headers.get("x-vault-token") for request in server.requests] == [None, "made", "made"]


def test_a_token_makes_no_request_of_its_own(
    vexec: Vexec, wanted: dict[str, str], store: Store, token: str
) -> None:
    """The method token looks nothing up: mount and secret are all that is asked."""
    mark = store.server.audit_mark()

    assert arrives(vexec, {**wanted, "VAULT_TOKEN": token})
    assert asked(store.server.audit_since(mark)) == [
        ("read", f"sys/internal/ui/mounts/{store.path}"),
        ("read", f"secret/data/{store.word}"),
    ]
