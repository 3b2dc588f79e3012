"""Log-ins: the body is made anew for each try (T32), sent once where it must be (T28), refusals are told."""

from __future__ import annotations

import time
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from tests.servers.behaviour import answer, cut_short, hang_up, reset, sequence, silence
from tests.servers.process import free_port
from vexec import log
from vexec.errors import AuthError, ConfigError, Issue, ProtocolError, VaultUnavailable
from vexec.vault.client import Token

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.servers.behaviour import Behaviour
    from tests.servers.fault import FaultServer
    from tests.servers.vault import VaultServer
    from vexec.vault.client import VaultClient

    Make = Callable[..., FaultServer]
    Open = Callable[..., VaultClient]

pytestmark = pytest.mark.usefixtures("clean_log")
AUTH = {"client_token": "hvs.fresh", "lease_duration": 2764800, "renewable": True}
DONE = answer({"auth": AUTH})


def login(client: VaultClient, path: str = "auth/jwt/login", **options: Any) -> Token:
    """Log in with a body that is the number of the try."""
    tries = count(1)
    options = {"namespace": "", "is_repeatable": True, **options}
    return client.login(path, options.pop("body", lambda: {"try": next(tries)}), **options)


def test_login_as_it_arrives(fault_server: Make, open_client: Open) -> None:
    """A log-in is a POST of JSON with X-Vault-Request, its own namespace, and no token."""
    server = fault_server(DONE)
    token = login(open_client(server.address, "old", namespace="team"), namespace="admin")

    request = server.requests[0]
    assert token == Token("hvs.fresh", 2764800, is_renewable=True)
    assert (request.method, request.target, request.body) == ("POST", "/v1/auth/jwt/login", b'{"try":1}')
    assert request.headers["x-vault-namespace"] == "admin"
    assert request.headers["x-vault-request"] == "true"
    assert "x-vault-token" not in request.headers
    assert log.redact("it is hvs.fresh") == "it is [redacted]"


def test_real_login(vault: VaultServer, open_client: Open) -> None:
    """The real server's token, with its time to live, reads what its policy allows."""
    vault.policy("login", 'path "secret/data/login" { capabilities = ["read"] }')
    vault.write("sys/auth/login-approle", {"type": "approle"})
    vault.write("auth/login-approle/role/r", {"token_policies": "login", "token_ttl": "10m"})
    role = vault.read("auth/login-approle/role/r/role-id")["data"]["role_id"]
    secret = vault.write("auth/login-approle/role/r/secret-id", {})["data"]["secret_id"]
    client = open_client(vault.address)
    body = {"role_id": role, "secret_id": secret}
    client.token = login(client, "auth/login-approle/login", body=lambda: body, is_repeatable=False)

    assert (client.token.seconds, client.token.is_renewable) == (600, True)
    assert client.read("secret/data/login").status == 404
    assert log.redact(f"it is {client.token.text}") == "it is [redacted]"


def test_refusals_of_the_real_server(vault: VaultServer, open_client: Open) -> None:
    """A wrong role says the server's reason; a path without a method says what to check."""
    vault.write("sys/auth/refused-approle", {"type": "approle"})
    client = open_client(vault.address)

    with pytest.raises(AuthError) as caught:
        login(client, "auth/refused-approle/login", body=lambda: {"role_id": "x"})
    assert str(caught.value) == (
        f"log-in refused: {vault.address}: POST /v1/auth/refused-approle/login is refused (400): "
        "invalid role or secret ID"
    )
    with pytest.raises(AuthError, match=r"permission denied: POST /v1/auth/nowhere/login \(403\)") as caught:
        login(client, "auth/nowhere/login")
    assert caught.value.hint == "is a log-in method mounted at auth/nowhere?"
    assert caught.value.exit_code == 77


# Tries


def test_body_is_made_for_each_try(fault_server: Make, open_client: Open) -> None:
    """T32: a projected token may be replaced between two tries, so that each reads it again."""
    server = fault_server(sequence(answer({"errors": []}, 429), answer({"errors": []}, 500), DONE))
    login(open_client(server.address))

    assert [request.json for request in server.requests] == [{"try": 1}, {"try": 2}, {"try": 3}]


@pytest.mark.parametrize(
    "fault",
    [
        hang_up(),
        reset(),
        cut_short({"auth": AUTH}, keep=5),
        answer({}, 500),
        answer({}, 502),
        answer({}, 504),
        silence(),
    ],
    ids=["hang-up", "reset", "cut short", "500", "502", "504", "silence"],
)
def test_login_that_uses_something_up_is_sent_once(
    fault: Behaviour, fault_server: Make, open_client: Open
) -> None:
    """T28: a secret id that may be used up by now is not sent again."""
    server = fault_server(sequence(fault, DONE))

    with pytest.raises(VaultUnavailable) as caught:
        login(open_client(server.address, timeout=0.3), is_repeatable=False)
    assert caught.value.is_sent
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [412, 429, 472, 473, 503])
def test_login_that_was_not_acted_upon_is_sent_again(
    status: int, fault_server: Make, open_client: Open
) -> None:
    """T28: what the server has surely refused to look at may be sent again."""
    refused = answer({"errors": []}, status)
    asked = sequence(refused, *[answer(None, 500)] * (status == 503), DONE)  # after a 503 sys/health is asked
    server = fault_server(asked)

    assert login(open_client(server.address), is_repeatable=False).text == "hvs.fresh"
    assert [request.method for request in server.requests].count("POST") == 2


def test_login_waits_for_a_server_that_starts(fault_server: Make, open_client: Open) -> None:
    """T28: a refused connection has sent nothing, so even such a log-in waits for the deadline."""
    client = open_client(f"http://127.0.0.1:{free_port()}", deadline=0.5)
    began = time.monotonic()

    with pytest.raises(VaultUnavailable, match="the connection is refused"):
        login(client, is_repeatable=False)
    assert time.monotonic() - began > 0.25


# Answers that are no token


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, {}), (200, {"auth": None}), (200, {"auth": []}), (200, {"auth": {}}), (204, None),
        (200, {"auth": {"client_token": ""}}), (200, {"auth": {"client_token": None}}),
    ],
)  # fmt: skip
def test_answer_without_a_token(status: int, body: object, fault_server: Make, open_client: Open) -> None:
    """An answer that holds no token is a refusal of its own kind."""
    server = fault_server(answer(body, status))

    with pytest.raises(AuthError) as caught:
        login(open_client(server.address))
    assert str(caught.value) == f"{server.address}: the answer to the log-in at auth/jwt/login holds no token"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"errors": []}, "nothing is mounted at auth/jwt/login (404)"),
        (
            {"errors": ['no handler for route "auth/jwt/login". route entry not found.']},
            "nothing is mounted there",
        ),
    ],
)
def test_login_where_nothing_is(body: object, words: str, fault_server: Make, open_client: Open) -> None:
    """404 means that there is no such method."""
    with pytest.raises(AuthError) as caught:
        login(open_client(fault_server(answer(body, 404)).address))
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (3600, 3600),
        (0, 0),
        (None, 0),
        ("7", 7),
        (-1, 0),
        (1.5, 0),
        (1e3, 0),
        ([], 0),
        ({}, 0),
        ("x", 0),
        (10**40, 0),
        (True, 0),
    ],
)
def test_time_to_live_of_any_shape(
    seconds: object, expected: int, fault_server: Make, open_client: Open
) -> None:
    """A lifetime that is no whole number is not known; it never ends in a traceback."""
    auth = {"client_token": "hvs.fresh", "lease_duration": seconds, "renewable": "yes"}

    assert login(open_client(fault_server(answer({"auth": auth})).address)) == Token("hvs.fresh", expected)


def test_refusal_in_words(fault_server: Make, open_client: Open) -> None:
    """What a method says of a refusal is told, whichever status it has."""
    for status in (400, 401, 403):
        server = fault_server(answer({"errors": ["service account name not authorized"]}, status))
        with pytest.raises(AuthError, match=r"log-in refused: .*service account name not authorized"):
            login(open_client(server.address))


def test_page_instead_of_a_token(fault_server: Make, open_client: Open) -> None:
    """T30: what is not Vault's stays an error of its own."""
    with pytest.raises(ProtocolError, match="is not Vault's"):
        login(open_client(fault_server(answer(b"<html>")).address))


@pytest.mark.parametrize("error", [AuthError("no file"), ConfigError([Issue("no setting")])])
def test_input_that_cannot_be_read(error: Exception, fault_server: Make, open_client: Open) -> None:
    """An error of the input is told as it is, and nothing is sent."""
    server = fault_server(DONE)

    def body() -> dict[str, Any]:
        raise error

    with pytest.raises(type(error)) as caught:
        login(open_client(server.address), body=body)
    assert caught.value is error
    assert server.connections == 0


def test_input_that_is_not_utf_8(fault_server: Make, open_client: Open) -> None:
    """T11: a byte that is not UTF-8 in an input is the server's to refuse, not a traceback."""
    server = fault_server(DONE)
    login(open_client(server.address), body=lambda: {"role": "a\udcff", "jwt": "é"})

    assert server.requests[0].body == b'{"role":"a\xff","jwt":"\xc3\xa9"}'
