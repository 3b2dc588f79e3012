"""Reads and mount look-ups: what is sent (T33, T34), and how refusals are told (T24, T30)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.servers.behaviour import answer, sequence
from vexec.errors import AuthError, PermissionDenied, VaultUnavailable
from vexec.vault.client import Token

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.servers.fault import FaultServer
    from tests.servers.vault import VaultServer
    from vexec.vault.client import VaultClient

    Make = Callable[..., FaultServer]
    Open = Callable[..., VaultClient]


# What is sent


def test_read_as_it_arrives(fault_server: Make, open_client: Open) -> None:
    """T33: a read is a GET below /v1/ with X-Vault-Request, the token and no body."""
    server = fault_server(answer({"data": {"n": 1}}))
    found = open_client(server.address, "t").read("secret/data/app", query="version=3")

    request = server.requests[0]
    assert (found.status, found.document) == (200, {"data": {"n": "1"}})
    assert (request.method, request.target, request.body) == ("GET", "/v1/secret/data/app?version=3", b"")
    assert request.headers == {
        "host": f"127.0.0.1:{server.port}",
        "x-vault-request": "true",
        "accept": "application/json",
        "x-vault-token": "t",
    }


def test_real_secret_is_read(vault: VaultServer, open_client: Open) -> None:
    """The real server's answer is its document, numbers as they were written."""
    vault.write("secret/data/client", {"data": {"a": "ä\n", "n": 10}})

    data = open_client(vault.address, vault.root_token).read("secret/data/client").document["data"]
    assert data["data"] == {"a": "ä\n", "n": "10"}
    assert data["metadata"]["version"] == "1"


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("secret/data/a b", "/v1/secret/data/a%20b"),
        ("secret/data/größe", "/v1/secret/data/gr%C3%B6%C3%9Fe"),
        ("secret/data/a?b#c%d", "/v1/secret/data/a%3Fb%23c%25d"),
        ("secret/data/a\r\nX-Evil: 1", "/v1/secret/data/a%0D%0AX-Evil%3A%201"),
        ("secret/data/x/", "/v1/secret/data/x/"),
    ],
)
def test_path_is_encoded(path: str, target: str, fault_server: Make, open_client: Open) -> None:
    """Whatever a path holds, it stays one path."""
    server = fault_server(answer({}))
    open_client(server.address).read(path)

    assert server.requests[0].target == target
    assert "x-evil" not in server.requests[0].headers


def test_real_path_with_odd_characters(vault: VaultServer, open_client: Open) -> None:
    """The real server finds a secret whose name needs encoding."""
    vault.write("secret/data/a b+c@d:e=f%25 ä", {"data": {"k": "v"}})  # where %25 stands for %
    found = open_client(vault.address, vault.root_token).read("secret/data/a b+c@d:e=f% ä")

    assert found.document["data"]["data"] == {"k": "v"}


@pytest.mark.parametrize("address", ["{}/", "{}//", " {} "])
def test_final_slash_of_the_address(address: str, fault_server: Make, open_client: Open) -> None:
    """T33: a final slash, or white space, at the end of the address makes no double slash."""
    server = fault_server(answer({}))
    open_client(address.format(server.address)).read("sys/health")

    assert server.requests[0].target == "/v1/sys/health"


def test_no_token_no_header(fault_server: Make, open_client: Open) -> None:
    """With the method `none` there is no token header, so that an agent may add its own."""
    server = fault_server(answer({}))
    open_client(server.address).read("secret/a")

    assert "x-vault-token" not in server.requests[0].headers
    assert server.requests[0].headers["x-vault-request"] == "true"


@pytest.mark.parametrize(
    "token", ["canary x", "canary\nx", "canary\r\nX-Evil: 1", "canarý", "canary\0", "canary\x7f"]
)
def test_token_that_is_none(token: str, fault_server: Make, open_client: Open) -> None:
    """T38: a token that cannot be a header's value ends in an error that does not show it."""
    server = fault_server(answer({}))

    with pytest.raises(AuthError) as caught:
        open_client(server.address, token).read("secret/a")
    assert "canar" not in str(caught.value)
    assert server.connections == 0


def test_token_is_read_again_for_each_further_try(fault_server: Make, open_client: Open) -> None:
    """T32: a token whose file may have changed is read again, but for the first try and a log-in."""
    server = fault_server(
        sequence(*[answer({"errors": []}, 500)] * 2, answer({"auth": {"client_token": "x"}}))
    )
    client = open_client(server.address, "t1")
    tokens = iter(("t2", "t3", "t4"))
    client.reread = lambda: Token(next(tokens))
    client.read("secret/a")
    client.login("auth/x/login", dict, namespace="", is_repeatable=True)
    client.read("secret/a")

    shown = [request.headers.get("x-vault-token") for request in server.requests]
    assert shown == ["t1", "t2", "t3", None, "t3"]


# Namespaces


def test_namespace_is_a_header_only(fault_server: Make, open_client: Open) -> None:
    """T34: the namespace goes into its header, never into the path, and a request may have another one."""
    server = fault_server(answer({"data": {"path": "secret/", "type": "kv", "options": None}}))
    client = open_client(server.address, "t", namespace="team/a")
    client.read("secret/data/app")
    client.read("secret/data/app", namespace="team/b")
    client.mount("secret/app", namespace="team-c@x")
    open_client(server.address, "t").read("secret/data/app")

    assert [request.target for request in server.requests] == [
        "/v1/secret/data/app",
        "/v1/secret/data/app",
        "/v1/sys/internal/ui/mounts/secret/app",
        "/v1/secret/data/app",
    ]
    sent = [request.headers.get("x-vault-namespace") for request in server.requests]
    assert sent == ["team/a", "team/b", "team-c@x", None]


def test_namespace_cannot_add_a_line(fault_server: Make, open_client: Open) -> None:
    """A line break in a namespace is encoded."""
    server = fault_server(answer({}))
    open_client(server.address).read("secret/a", namespace="a\r\nX-Evil: 1")

    assert server.requests[0].headers["x-vault-namespace"] == "a%0D%0AX-Evil:%201"


@pytest.mark.parametrize(
    ("status", "errors", "words"),
    [
        (403, ["permission denied"], "permission denied: GET /v1/secret/data/app (namespace nope) (403)"),
        (
            404,
            ["namespace not found"],
            "the namespace does not exist: GET /v1/secret/data/app (namespace nope) (404)",
        ),
        (
            404,
            ['no handler for route "a".'],
            "nothing is mounted there: GET /v1/secret/data/app (namespace nope) (404)",
        ),
        (400, ["x"], "GET /v1/secret/data/app (namespace nope) is refused (400): x"),
    ],
)
def test_wrong_namespace(
    status: int, errors: list[str], words: str, fault_server: Make, open_client: Open
) -> None:
    """T30: whatever a server says of a wrong namespace, the line names it."""
    server = fault_server(answer({"errors": errors}, status))

    with pytest.raises(Exception, match=r"namespace nope") as caught:
        open_client(server.address, namespace="nope").read("secret/data/app")
    assert str(caught.value) == f"{server.address}: {words}"
    assert len(server.requests) == 1


# Refusals by the real server


def test_policy_that_denies(vault: VaultServer, open_client: Open) -> None:
    """T24: the real server's 403 names method, path and what a policy needs."""
    vault.policy("client-one", 'path "secret/data/one" { capabilities = ["read"] }')
    client = open_client(vault.address, vault.token("client-one"), namespace="")

    with pytest.raises(PermissionDenied) as caught:
        client.read("secret/data/two")
    assert str(caught.value) == f"{vault.address}: permission denied: GET /v1/secret/data/two (403)"
    assert (
        caught.value.hint == 'a policy of the token needs: path "secret/data/two" { capabilities = ["read"] }'
    )
    assert client.read("secret/data/one").status == 404


def test_token_that_the_server_does_not_know(vault: VaultServer, open_client: Open) -> None:
    """The real server's 403 for a token that it does not know is told from one of a policy."""
    with pytest.raises(AuthError, match="the token is not valid"):
        open_client(vault.address, "hvs.unknown").read("secret/data/app")


def test_path_that_nobody_serves(vault: VaultServer, open_client: Open) -> None:
    """T24: the real server's 404 for a path without a mount is told from one for a missing secret."""
    client = open_client(vault.address, vault.root_token)

    assert client.read("secret/data/absent").status == 404
    with pytest.raises(Exception, match=r"nothing is mounted there: GET /v1/nope/data/x \(404\)"):
        client.read("nope/data/x")


def test_unix_socket_of_the_real_server(
    sealable_vault: VaultServer, open_client: Open, tmp_path: Path
) -> None:
    """T33: secrets are read over a unix socket."""
    sealable_vault.write("secret/data/app", {"data": {"k": "v"}})
    client = open_client(f"unix://{sealable_vault.unix_socket}", sealable_vault.root_token)

    assert client.read("secret/data/app").document["data"]["data"] == {"k": "v"}
    with pytest.raises(VaultUnavailable, match=rf"unix://{tmp_path}/absent: the socket does not exist"):
        open_client(f"unix://{tmp_path}/absent", retries=0).read("secret/data/app")
