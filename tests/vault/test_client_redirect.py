"""T31: one redirect is followed, with method and body, and the token goes nowhere less safe."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.servers.behaviour import answer, by_path, redirect, sequence
from vexec.config.model import Tls
from vexec.config.parse import address as parse_address
from vexec.errors import ProtocolError, VaultError
from vexec.vault.client import follow

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.servers.behaviour import Exchange
    from tests.servers.fault import FaultServer
    from tests.servers.pki import Pki
    from vexec.vault.client import VaultClient

    Make = Callable[..., FaultServer]
    Open = Callable[..., VaultClient]

FOUND = answer({"data": {"n": 1}})


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirect_is_followed_once(status: int, fault_server: Make, open_client: Open) -> None:
    """A standby's redirect is followed with all headers, the token and the namespace among them."""
    server = fault_server(sequence(redirect("/v1/other?x=1", status), FOUND))
    found = open_client(server.address, "t", namespace="team").read("secret/data/app")

    assert found.document == {"data": {"n": "1"}}
    first, second = server.requests
    assert second.target == "/v1/other?x=1"
    assert (second.method, second.headers) == (first.method, first.headers)
    assert second.headers["x-vault-token"] == "t"


def test_method_and_body_are_kept(fault_server: Make, open_client: Open) -> None:
    """A log-in that is redirected stays a POST with its body."""
    login = answer({"auth": {"client_token": "hvs.new", "lease_duration": 60}})
    server = fault_server(sequence(redirect("/v1/auth/x/login"), login))
    token = open_client(server.address).login(
        "auth/approle/login", lambda: {"role_id": "r"}, namespace="", is_repeatable=False
    )

    assert token.text == "hvs.new"
    assert [(request.method, request.json) for request in server.requests] == [("POST", {"role_id": "r"})] * 2


@pytest.mark.parametrize("place", ["{}/v1/b", "{}/v1/b/", "{}/v1/b?x=%20y", "{}/v1/b%2Fc", "{}/"])
def test_absolute_place_on_the_same_server(place: str, fault_server: Make, open_client: Open) -> None:
    """An absolute Location on the same plain server is followed exactly as it is written."""
    servers: list[FaultServer] = []

    def begin(exchange: Exchange) -> bool:
        return redirect(place.format(servers[0].address))(exchange)

    servers.append(fault_server(by_path({"/v1/a": begin}, FOUND)))
    open_client(servers[0].address, "t").read("a")

    assert servers[0].requests[1].target == place.removeprefix("{}")
    assert servers[0].requests[1].headers["x-vault-token"] == "t"


def test_redirect_to_another_https_server(fault_server: Make, open_client: Open, pki: Pki) -> None:
    """From https to https on another host the token goes along, as a standby means it."""
    active = fault_server(FOUND, tls=pki.server())
    place = active.address.replace("127.0.0.1", "localhost") + "/v1/secret/data/app"
    standby = fault_server(redirect(place), tls=pki.server())
    client = open_client(standby.address, "t", tls=Tls(cacert=str(pki.ca)))

    assert client.read("secret/data/app").document == {"data": {"n": "1"}}
    request = active.requests[0]
    assert (request.target, request.headers["x-vault-token"]) == ("/v1/secret/data/app", "t")
    assert request.headers["host"] == f"localhost:{active.port}"


def test_certificate_of_the_other_server_is_checked(fault_server: Make, open_client: Open, pki: Pki) -> None:
    """The server that a redirect leads to must show a certificate of its own."""
    other = fault_server(FOUND, tls=pki.server_only_for("other.test"))
    standby = fault_server(redirect(other.address + "/v1/a"), tls=pki.server())

    with pytest.raises(VaultError, match="not trusted"):
        open_client(standby.address, "t", tls=Tls(cacert=str(pki.ca))).read("a")
    assert other.requests == []


def test_plain_redirect_to_another_host_is_refused(fault_server: Make, open_client: Open) -> None:
    """On plain HTTP a token goes to no other server, not even on another port of the same host."""
    other = fault_server(FOUND)
    server = fault_server(redirect(other.address + "/v1/a"))

    with pytest.raises(ProtocolError) as caught:
        open_client(server.address, "t").read("a")
    assert str(caught.value) == (
        f"{server.address}: redirects to {other.address}, where the token would not be safe"
    )
    assert caught.value.hint == f"set VAULT_ADDR to {other.address} if that is the active server"
    assert other.connections == 0


def test_redirect_from_https_to_http_is_refused(fault_server: Make, open_client: Open, pki: Pki) -> None:
    """A downgrade would show the token to everybody on the way."""
    other = fault_server(FOUND)
    server = fault_server(redirect(other.address + "/v1/a"), tls=pki.server())

    with pytest.raises(ProtocolError, match="where the token would not be safe"):
        open_client(server.address, "t", tls=Tls(cacert=str(pki.ca))).read("a")
    assert other.connections == 0


def test_loop_is_refused(fault_server: Make, open_client: Open) -> None:
    """A second redirect is an error, at once and not tried again."""
    server = fault_server(redirect())

    with pytest.raises(ProtocolError, match=rf"{server.address}: redirects once more from {server.address}"):
        open_client(server.address, "t").read("a")
    assert len(server.requests) == 2


@pytest.mark.parametrize("status", [300, 303, 304, 305])
def test_other_redirects_are_refused(status: int, fault_server: Make, open_client: Open) -> None:
    """303 would change the method; none of the others is followed either."""
    server = fault_server(redirect("/v1/b", status))

    with pytest.raises(VaultError, match=rf"is refused \({status}\)"):
        open_client(server.address, "t").read("a")
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "place",
    ["", "v1/b", "?x", "ftp://127.0.0.1/a", "http://", "https://a b/", "http://u:p@h/", "http://h:99999/"],
)
def test_place_that_is_none(place: str, fault_server: Make, open_client: Open) -> None:
    """A Location that is missing or no address is an error that does not repeat it."""
    server = fault_server(answer(None, 307, {"Location": place}))

    with pytest.raises(ProtocolError) as caught:
        open_client(server.address, "t").read("a")
    assert str(caught.value) == f"{server.address}: redirects to what is no address"
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("address", "location", "target"),
    [
        ("http://a:1/prefix", "/v1/x?y=1", "/v1/x?y=1"),
        ("http://a:1", "//evil.test/v1/x", "//evil.test/v1/x"),
        ("http://a:80", "http://a/v1/x", "/v1/x"),
        ("https://a", "https://a:443/v1/x/", "/v1/x/"),
        ("http://[::1]:1", "http://[::1]:1/v1/x", "/v1/x"),
        ("unix:///run/a", "/v1/x", "/v1/x"),
    ],
)
def test_place_on_the_same_server(address: str, location: str, target: str) -> None:
    """The same server is meant whatever the spelling; the prefix is already in the Location."""
    here = parse_address(address)

    assert follow(here, location) == (here.replace(path=""), target)


@pytest.mark.parametrize(
    ("address", "location"),
    [
        ("http://a", "https://a/v1/x"),
        ("http://a", "http://a.evil.test/v1/x"),
        ("http://a:8200", "http://a:8201/v1/x"),
        ("https://a", "http://a:443/v1/x"),
        ("unix:///run/a", "unix:///run/b"),
        ("unix:///run/a", "unix:///run/a"),
        ("unix:///run/a", "https://a/v1/x"),
        ("https://a", "unix:///run/a"),
    ],
)
def test_place_that_is_not_safe(address: str, location: str) -> None:
    """Only https to https, or the very same plain server, is followed."""
    with pytest.raises(ProtocolError, match="where the token would not be safe"):
        follow(parse_address(address), location)
