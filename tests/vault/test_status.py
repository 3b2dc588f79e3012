"""Each status means one thing, told in a line of its own (T28, T30)."""

from __future__ import annotations

import json
import time
from email.utils import formatdate
from typing import TYPE_CHECKING

import pytest

from vexec.errors import ProtocolError, VaultError, VaultUnavailable, VexecError
from vexec.vault.http import Response
from vexec.vault.status import Answer, Question, read_answer

if TYPE_CHECKING:
    from collections.abc import Mapping

ADDRESS = "https://vault.test:8200"
QUESTION = Question(ADDRESS, "GET", "secret/data/app")
HTML = b"<!doctype html><title>Sign in</title>"


def answer(
    status: int, body: object = None, question: Question = QUESTION, headers: Mapping[str, str] | None = None
) -> Answer:
    """Read an answer with a JSON body, or with these bytes."""
    raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    return read_answer(question, Response(status, {"content-type": "x/y; z=1", **(headers or {})}, raw, True))


def refused(*arguments: object, **named: object) -> VexecError:
    """Return the error that an answer stands for."""
    with pytest.raises(VexecError) as caught:
        answer(*arguments, **named)  # type: ignore[arg-type]  # handed on as they are
    return caught.value


# Answers


@pytest.mark.parametrize("status", [200, 201, 204, 299])
@pytest.mark.parametrize(
    ("body", "document"), [({"data": {"a": 1}}, {"data": {"a": "1"}}), (None, {}), ({}, {})]
)
def test_answers_of_vault(status: int, body: object, document: object) -> None:
    """2xx is an answer, with the body that came."""
    found = answer(status, body)

    assert (found.status, found.document) == (status, document)


@pytest.mark.parametrize("body", [None, {}, {"message": "no such page"}, {"errors": "text"}])
def test_404_that_is_not_vaults(body: object) -> None:
    """T30: a 404 of something else is no missing secret, which a default could stand in for."""
    with pytest.raises(ProtocolError, match="is not Vault's"):
        answer(404, body)


def test_404_without_errors_is_an_answer() -> None:
    """KV answers 404 with no errors for a missing secret, and with data for a deleted version."""
    assert answer(404, {"errors": []}).document == {"errors": []}
    assert answer(404, {"data": {"data": None}}).status == 404


def test_repr_hides_the_document() -> None:
    """T38: what was read is not in the repr of an answer."""
    assert "canary" not in repr(answer(200, {"data": {"canary": "canary"}}))


# Not Vault's


@pytest.mark.parametrize("status", [200, 204, 302, 400, 401, 403, 404, 405, 501, 505, 520])
@pytest.mark.parametrize("body", [HTML, b"ok", b"[]", b'"text"', b"1", b"null", b"{", b"\xff"])
def test_what_is_not_vaults(status: int, body: bytes) -> None:
    """T30: a page, a portal or another service is told from Vault by its body, whatever its status."""
    error = refused(status, body)

    assert isinstance(error, ProtocolError)
    assert str(error) == f"{ADDRESS}: the answer to GET /v1/secret/data/app is not Vault's ({status}, x/y)"
    assert "does the address lead to Vault" in error.hint
    assert "Sign in" not in str(error) + error.hint


def test_what_is_not_vaults_without_a_type() -> None:
    """A missing content type is told, too."""
    with pytest.raises(ProtocolError, match=r"is not Vault's \(200, no content type\)"):
        read_answer(QUESTION, Response(200, {}, HTML, True))


def test_plain_request_on_a_tls_port() -> None:
    """T33: what Go's server says to plain HTTP on its TLS port is understood."""
    error = refused(400, b"Client sent an HTTP request to an HTTPS server.\n")

    assert isinstance(error, ProtocolError)
    assert str(error) == f"{ADDRESS}: the server speaks TLS on this port"
    assert error.hint == "the address must begin with https://"


@pytest.mark.parametrize("body", [None, HTML])
def test_proxy_that_wants_credentials(body: bytes | None) -> None:
    """407 is a proxy's, with or without a page of its own, and final."""
    error = refused(407, body)

    assert type(error) is VaultError
    assert str(error) == f"{ADDRESS}: the proxy wants a user name and a password (407)"


# What may pass


@pytest.mark.parametrize("status", [412, 429, 500, 502, 503, 504, 599])
@pytest.mark.parametrize("errors", [["words"], []])
def test_what_may_pass(status: int, errors: list[str]) -> None:
    """T28: 412, 429 and 5xx are tried again, and the server's words are told."""
    error = refused(status, {"errors": errors})

    said = ": words" if errors else ""
    assert isinstance(error, VaultUnavailable)
    assert str(error) == f"{ADDRESS} cannot answer GET /v1/secret/data/app now ({status}){said}"
    assert error.exit_code == 75


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_pages_that_may_pass(status: int) -> None:
    """T30: a proxy's page for a server that it cannot reach may pass."""
    error = refused(status, HTML)

    assert isinstance(error, VaultUnavailable)
    assert str(error) == f"{ADDRESS} cannot answer GET /v1/secret/data/app now ({status})"


@pytest.mark.parametrize("status", [400, 401, 402, 403, 405, 409, 413, 422, 300, 418])
def test_what_does_not_pass(status: int) -> None:
    """T28: any other refusal is final."""
    assert not refused(status, {"errors": ["words"]}).retryable


@pytest.mark.parametrize(
    ("status", "is_sent"),
    [
        (412, False),
        (429, False),
        (472, False),
        (473, False),
        (503, False),
        (500, True),
        (502, True),
        (504, True),
    ],
)
def test_whether_it_was_acted_upon(status: int, is_sent: bool) -> None:
    """T28: only where the server surely did not act may a request that issues something be repeated."""
    error = refused(status, {})

    assert isinstance(error, VaultUnavailable)
    assert error.is_sent is is_sent


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (503, {"errors": ["Vault is sealed"]}, "is sealed"),
        (503, {"errors": ["OpenBao is sealed"]}, "is sealed"),
        (501, {"errors": ["x"]}, "is not initialised"),
        (472, {}, "is a disaster recovery secondary, which serves no requests"),
        (473, {}, "is a performance standby, and no active server answers"),
    ],
)
def test_states_of_a_server(status: int, body: object, words: str) -> None:
    """T30: sealed, uninitialised and standby each have their own line."""
    error = refused(status, body)

    assert isinstance(error, VaultUnavailable)
    assert str(error) == f"{ADDRESS} {words}"


@pytest.mark.parametrize("status", [412, 429, 503])
@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        ("7", 7),
        ("123456789012", 123456789),
        ("", None),
        ("soon", None),
        ("-1", None),
        ("1.5", None),
        ("²", None),
    ],
)
def test_retry_after_in_seconds(status: int, text: str, seconds: float | None) -> None:
    """T28: Retry-After in seconds is kept; what is no number is ignored."""
    error = refused(status, {}, headers={"retry-after": text})

    assert isinstance(error, VaultUnavailable)
    assert error.retry_after == seconds


def test_retry_after_as_a_date() -> None:
    """T28: Retry-After may be a date, and one that has passed is no wait."""
    later = refused(503, {}, headers={"retry-after": formatdate(time.time() + 30, usegmt=True)})
    earlier = refused(503, {}, headers={"retry-after": formatdate(time.time() - 30, usegmt=True)})

    assert isinstance(later, VaultUnavailable)
    assert later.retry_after == pytest.approx(30, abs=2)
    assert isinstance(earlier, VaultUnavailable)
    assert earlier.retry_after == 0
