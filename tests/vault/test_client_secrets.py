"""T38: neither the token nor a log-in's inputs are in any error, representation, traceback or log line."""

from __future__ import annotations

import base64
import traceback
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from tests.servers.behaviour import answer, by_path, hang_up, raw, redirect
from tests.servers.process import free_port
from vexec import log
from vexec.config.model import Tls
from vexec.errors import VexecError
from vexec.vault.client import Token
from vexec.vault.status import Answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.servers.behaviour import Behaviour
    from tests.servers.fault import FaultServer
    from tests.servers.pki import Pki
    from vexec.vault.client import VaultClient

    Make = Callable[..., FaultServer]
    Open = Callable[..., VaultClient]

pytestmark = pytest.mark.usefixtures("clean_log")
TOKEN = "canary/token+0123456789"
SECRET = "canary secret-id & more"
ECHO = [
    f"bad token {TOKEN}",
    f"bad secret {SECRET}",
    quote(TOKEN, safe=""),
    base64.b64encode(SECRET.encode()).decode(),
]
FAULTS: dict[str, Behaviour] = {
    "400": answer({"errors": ECHO}, 400),
    "403": answer({"errors": ECHO}, 403),
    "403 of the token": answer({"errors": [*ECHO, "invalid token"]}, 403),
    "404": answer({"errors": ["no handler for route", *ECHO]}, 404),
    "500": answer({"errors": ECHO}, 500),
    "503": answer({"errors": ECHO}, 503),
    "a page": answer("\n".join(ECHO).encode(), 200),
    "no HTTP": raw("\n".join(ECHO).encode()),
    "a header": raw(f"HTTP/1.1 200 OK\r\n{TOKEN}\r\n\r\n".encode()),
    "hang-up": hang_up(),
    "redirect elsewhere": redirect("http://127.0.0.1:1/"),
    "redirect to no address": redirect(f"{TOKEN} {SECRET}"),
    "no token": answer({"auth": {"x": SECRET}}),
}


def spellings(secret: str) -> set[str]:
    """Return the forms in which a secret could be shown."""
    raw_form = base64.b64encode(secret.encode()).decode()
    return {secret, quote(secret), quote(secret, safe=""), raw_form, raw_form.rstrip("="), repr(secret)[1:-1]}


def is_shown(text: str) -> bool:
    """Tell whether a text holds one of the secrets in any form."""
    return any(form in text for secret in (TOKEN, SECRET) for form in spellings(secret))


def words_of(error: BaseException) -> str:
    """Return everything that an error would show anywhere."""
    lines = "".join(traceback.format_exception(error))
    hints = getattr(error, "hint", "") + "".join(getattr(error, "issues", []))
    return f"{error} {error!r} {error.args} {lines} {hints}"


@pytest.mark.parametrize("fault", FAULTS)
def test_no_failure_shows_a_secret(
    fault: str, fault_server: Make, open_client: Open, capfd: pytest.CaptureFixture[str]
) -> None:
    """Whatever a server says, also what was sent to it, errors and log lines do not show it."""
    log.configure("debug", "text")
    for secret in (TOKEN, SECRET):
        log.protect(secret)
    server = fault_server(by_path({"/v1/sys/health": answer(None, 500)}, FAULTS[fault]))
    client = open_client(server.address, TOKEN, deadline=0.2)
    requests: list[Callable[[], object]] = [
        lambda: client.read("secret/data/app"),
        lambda: client.mount("secret/app"),
        lambda: client.login(
            "auth/x/login", lambda: {"secret_id": SECRET}, namespace="", is_repeatable=False
        ),
    ]
    seen = ""
    for request in requests:
        try:
            request()
        except VexecError as error:
            seen += words_of(error)
    seen += capfd.readouterr().err

    assert "/v1/secret/data/app at" in seen  # the log did speak
    assert not is_shown(seen)


def test_no_local_failure_shows_a_secret(open_client: Open, pki: Pki) -> None:
    """Failures that happen before anything is sent do not show it either."""
    for address, tls in (
        (f"http://127.0.0.1:{free_port()}", Tls()),
        (f"https://127.0.0.1:{free_port()}", Tls(cacert=str(pki.ca))),
        ("https://127.0.0.1:1", Tls(cacert="/absent")),
        ("http://vault..invalid", Tls()),
    ):
        client = open_client(address, TOKEN, tls=tls, retries=0)
        with pytest.raises(VexecError) as caught:
            client.login("auth/x/login", lambda: {"secret_id": SECRET}, namespace="", is_repeatable=True)
        assert not is_shown(words_of(caught.value))


def test_values_hide_what_is_secret(open_client: Open) -> None:
    """Tokens and answers do not show themselves, nor does what holds them."""
    client = open_client("http://127.0.0.1:1", TOKEN)

    for holder in (client, client.token, Token(TOKEN, 60), Answer(200, {"data": TOKEN}), client.transport):
        assert not is_shown(f"{holder} {holder!r}")
