"""403 and 404 say what a policy or a path would need (T24), in the server's words where it has some."""

from __future__ import annotations

import pytest

from tests.vault.test_status import ADDRESS, QUESTION, refused
from vexec import log
from vexec.errors import AuthError, PermissionDenied, VaultError
from vexec.vault.status import LONGEST

WITHIN = QUESTION.replace(namespace="team/a")


@pytest.mark.parametrize(
    ("method", "capability"),
    [
        ("GET", "read"),
        ("LIST", "list"),
        ("POST", "update"),
        ("PUT", "update"),
        ("DELETE", "delete"),
        ("X", "read"),
    ],
)
def test_permission_denied(method: str, capability: str) -> None:
    """T24: 403 names method, full API path, and what a policy needs."""
    error = refused(
        403, {"errors": ["1 error occurred:\n\t* permission denied\n\n"]}, QUESTION.replace(method=method)
    )

    assert isinstance(error, PermissionDenied)
    assert str(error) == f"{ADDRESS}: permission denied: {method} /v1/secret/data/app (403)"
    assert (
        error.hint
        == f'a policy of the token needs: path "secret/data/app" {{ capabilities = ["{capability}"] }}'
    )
    assert error.exit_code == 77


def test_permission_denied_in_a_namespace() -> None:
    """T24, T30: 403 in a namespace names it, since a wrong one looks the same."""
    error = refused(403, {"errors": ["permission denied"]}, WITHIN)

    assert str(error) == f"{ADDRESS}: permission denied: GET /v1/secret/data/app (namespace team/a) (403)"
    assert error.hint.endswith(", in namespace team/a, which must exist")


def test_permission_denied_with_a_reason() -> None:
    """A reason that the server gives beyond its usual words is told."""
    assert str(refused(403, {"errors": ["service account name not authorized"]})).endswith(
        "(403): service account name not authorized"
    )


@pytest.mark.parametrize(
    "words",
    ["2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n", "permission denied: bad token"],
)
def test_token_that_is_no_longer_good(words: str) -> None:
    """A 403 for the token itself is told from one for the path."""
    error = refused(403, {"errors": [words]})

    assert isinstance(error, AuthError)
    assert str(error) == f"{ADDRESS}: the token is not valid: GET /v1/secret/data/app (403)"
    assert "expired" in error.hint


def test_namespace_that_does_not_exist() -> None:
    """T30: OpenBao's 404 for a namespace is not taken for a missing secret, which may be optional."""
    error = refused(404, {"errors": ["namespace not found"]}, WITHIN)

    assert type(error) is VaultError
    assert str(error) == (
        f"{ADDRESS}: the namespace does not exist: GET /v1/secret/data/app (namespace team/a) (404)"
    )


def test_path_without_a_mount() -> None:
    """T24: a path where nothing is mounted says so, and reminds of the namespace."""
    body = {"errors": ['no handler for route "nope/data/app". route entry not found.']}
    error = refused(404, body)

    assert type(error) is VaultError
    assert str(error) == f"{ADDRESS}: nothing is mounted there: GET /v1/secret/data/app (404)"
    assert error.hint == "is the mount's name right?"
    assert refused(404, body, WITHIN).hint == "does the server have namespace team/a?"


def test_words_of_the_server() -> None:
    """Errors of any shape become one line."""
    errors = ["1 error occurred:\n\t* bad\r\n", 2, None, {"a": []}]

    assert str(refused(400, {"errors": errors})) == (
        f"{ADDRESS}: GET /v1/secret/data/app is refused (400): 1 error occurred: * bad 2 None {{'a': []}}"
    )
    for strange in ("text", None, {"a": 1}, 1):
        assert str(refused(400, {"errors": strange})).endswith("is refused (400)")
    assert refused(400, {}, WITHIN).hint == "does the server have namespace team/a?"


def test_long_words_are_cut() -> None:
    """A server cannot fill the log."""
    error = refused(400, {"errors": ["x" * 5000]})

    assert str(error).endswith("x" * LONGEST + "…")
    assert len(str(error)) < 2 * LONGEST


@pytest.mark.usefixtures("clean_log")
def test_words_never_hold_a_secret() -> None:
    """T38: what the server echoes is redacted in the error itself, also where the cut would leave a half."""
    secret = log.protect("canary-0123456789")
    for words in (f"bad {secret} here", "x" * (LONGEST - 8) + secret):
        for status in (400, 403, 500):
            assert "canary" not in str(refused(status, {"errors": [words]}))
