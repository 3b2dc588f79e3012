"""Requests through a forward proxy: a tunnel for https, an absolute target for http (T31)."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from tests.servers.behaviour import answer, hang_up, reset, silence
from tests.servers.process import free_port
from tests.servers.proxy import Proxy, basic
from vexec import log
from vexec.config.model import Input, Proxies, Tls
from vexec.errors import VaultError, VaultUnavailable
from vexec.system.clock import Deadline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.servers.behaviour import Behaviour
    from tests.servers.fault import FaultServer
    from tests.servers.pki import Pki
    from tests.servers.vault import VaultServer
    from vexec.vault.client import VaultClient
    from vexec.vault.transport import Transport

    Make = Callable[..., FaultServer]
    Open = Callable[..., VaultClient]

pytestmark = pytest.mark.usefixtures("clean_log")
PASSWORD = "canary-p@ss/word"
QUOTED = "canary-p%40ss%2Fword"


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    """Give a proxy that alone knows the name vault.test."""
    with Proxy(hosts={"vault.test": "127.0.0.1"}) as made:
        yield made


@pytest.fixture
def guarded_proxy() -> Iterator[Proxy]:
    """Give a proxy that wants a user name and a password."""
    with Proxy(hosts={"vault.test": "127.0.0.1"}, credentials=("user", PASSWORD)) as made:
        yield made


def with_password(proxy: Proxy, password: str = QUOTED) -> str:
    """Return a proxy's address with credentials in it."""
    return proxy.address.replace("http://", f"http://user:{password}@")


def behind(server: VaultServer | FaultServer) -> str:
    """Return the address of a server by the name that only the proxy knows."""
    return server.address.replace("127.0.0.1", "vault.test")


def test_real_server_through_a_tunnel(tls_vault: VaultServer, proxy: Proxy, open_client: Open) -> None:
    """HTTPS_PROXY: TLS goes through a tunnel, so that the proxy sees neither token nor path; it is kept."""
    tls_vault.write("secret/data/app", {"data": {"k": "v"}})
    tls = Tls(cacert=str(tls_vault.cacert), server_name="localhost")
    client = open_client(
        behind(tls_vault), tls_vault.root_token, tls=tls, proxies=Proxies(https=proxy.address)
    )

    for _ in range(2):
        assert client.read("secret/data/app").document["data"]["data"] == {"k": "v"}
    port = tls_vault.address.rpartition(":")[2]
    assert [(request.method, request.target) for request in proxy.requests] == [
        ("CONNECT", f"vault.test:{port}")
    ]
    assert proxy.requests[0].headers == {"host": f"vault.test:{port}"}


def test_real_server_through_a_plain_proxy(vault: VaultServer, proxy: Proxy, open_client: Open) -> None:
    """HTTP_PROXY: a plain request names the whole URL, its Host is the server's."""
    vault.write("secret/data/proxied", {"data": {"k": "v"}})
    client = open_client(behind(vault), vault.root_token, proxies=Proxies(http=proxy.address))

    for _ in range(2):
        assert client.read("secret/data/proxied").document["data"]["data"] == {"k": "v"}
    assert proxy.requests[0].target == f"{behind(vault)}/v1/secret/data/proxied"
    assert proxy.requests[0].headers["host"] == behind(vault).removeprefix("http://")
    assert len(proxy.requests) == 2


def test_path_prefix_behind_a_plain_proxy(fault_server: Make, proxy: Proxy, open_client: Open) -> None:
    """A prefix of the address stands behind the host."""
    server = fault_server(answer({}))
    open_client(f"{behind(server)}/prefix/", proxies=Proxies(http=proxy.address)).read("a")

    assert proxy.requests[0].target == f"{behind(server)}/prefix/v1/a"
    assert server.requests[0].target == "/prefix/v1/a"


def test_loopback_takes_no_proxy(fault_server: Make, proxy: Proxy, open_client: Open) -> None:
    """HTTP_PROXY is not for loopback, VAULT_PROXY_ADDR is."""
    server = fault_server(answer({}))
    open_client(server.address, proxies=Proxies(http=proxy.address)).read("a")
    assert proxy.requests == []

    own = Proxies(Input("VAULT_PROXY_ADDR", text=proxy.address))
    open_client(server.address, proxies=own).read("a")
    assert proxy.requests[0].target == f"{server.address}/v1/a"


def test_unix_socket_takes_no_proxy(fault_server: Make, open_client: Open, tmp_path: Path) -> None:
    """No proxy leads to a unix socket."""
    server = fault_server(answer({}), unix=tmp_path / "s")
    own = Proxies(Input("VAULT_PROXY_ADDR", text=f"http://127.0.0.1:{free_port()}"))

    assert open_client(server.address, proxies=own).read("a").status == 200


def test_credentials_are_shown_to_the_proxy_only(
    fault_server: Make, guarded_proxy: Proxy, open_client: Open, pki: Pki
) -> None:
    """The password goes to the proxy, with a tunnel once, and never to the server."""
    plain, secure = fault_server(answer({})), fault_server(answer({}), tls=pki.server("vault.test"))
    proxies = Proxies(https=with_password(guarded_proxy), http=with_password(guarded_proxy))
    for server in (plain, secure):
        assert (
            open_client(behind(server), proxies=proxies, tls=Tls(cacert=str(pki.ca))).read("a").status == 200
        )
        assert "proxy-authorization" not in server.requests[0].headers
    shown = [request.headers["proxy-authorization"] for request in guarded_proxy.requests]
    assert shown == [basic("user", PASSWORD)] * 2


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("password", ["", "canary-wrong"])
def test_proxy_that_wants_credentials(
    scheme: str,
    password: str,
    guarded_proxy: Proxy,
    open_client: Open,
    pki: Pki,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """T38: 407 is final and says what is wanted; the password that was tried is not shown."""
    log.configure("debug", "text")
    text = with_password(guarded_proxy, password) if password else guarded_proxy.address
    client = open_client(
        f"{scheme}://vault.test:{free_port()}",
        proxies=Proxies(https=text, http=text),
        tls=Tls(cacert=str(pki.ca)),
    )

    with pytest.raises(VaultError, match="407") as caught:
        client.read("a")
    assert not caught.value.retryable
    assert "the proxy wants a user name and a password" in f"{caught.value} {caught.value.hint}"
    assert len(guarded_proxy.requests) == 1
    seen = f"{caught.value!r} {caught.value.hint} {capfd.readouterr().err}"
    assert "canary" not in seen
    assert base64.b64encode(b"user:canary-wrong").decode() not in seen


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_proxy_that_does_not_reach_the_server(
    status: int, fault_server: Make, open_client: Open, pki: Pki
) -> None:
    """T28: a proxy that cannot reach the server now may do so later, and nothing was sent to the server."""
    proxy = fault_server(answer(b"<html>", status))
    client = open_client(
        "https://vault.test", proxies=Proxies(https=proxy.address), tls=Tls(cacert=str(pki.ca)), retries=1
    )

    with pytest.raises(VaultUnavailable) as caught:
        client.call("POST", "a", is_repeatable=False)
    assert str(caught.value) == f"{proxy.address}: the proxy refuses a tunnel to vault.test:443 ({status})"
    assert not caught.value.is_sent
    assert len(proxy.requests) == 2


@pytest.mark.parametrize("status", [301, 400, 403, 404, 405])
def test_proxy_that_refuses(status: int, fault_server: Make, open_client: Open, pki: Pki) -> None:
    """A proxy that does not allow a tunnel is final."""
    proxy = fault_server(answer(b"<html>", status))
    client = open_client(
        "https://[2001:db8::1]:8200", proxies=Proxies(https=proxy.address), tls=Tls(cacert=str(pki.ca))
    )

    with pytest.raises(VaultError) as caught:
        client.read("a")
    assert (
        str(caught.value) == f"{proxy.address}: the proxy refuses a tunnel to [2001:db8::1]:8200 ({status})"
    )
    assert not caught.value.retryable
    assert proxy.requests[0].target == proxy.requests[0].headers["host"] == "[2001:db8::1]:8200"


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (hang_up(), "the connection was closed without an answer"),
        (reset(), "the connection was reset"),
        (silence(), "no answer within 0.3 s (VEXEC_DEADLINE)"),
    ],
    ids=["hang-up", "reset", "silence"],
)
def test_proxy_that_fails(
    fault: Behaviour, words: str, fault_server: Make, open_transport: Callable[..., Transport], pki: Pki
) -> None:
    """T28, T29: a failure before the tunnel stands is the proxy's, and nothing was sent to the server."""
    proxy = fault_server(fault)
    transport = open_transport(
        "https://vault.test", proxies=Proxies(https=proxy.address), tls=Tls(cacert=str(pki.ca))
    )

    with pytest.raises(VaultUnavailable) as caught:
        transport.send("POST", "/v1/a", [], b"{}", deadline=Deadline(0.3))
    assert str(caught.value) == f"{proxy.address}: {words}"
    assert not caught.value.is_sent


def test_proxy_that_is_down(open_transport: Callable[..., Transport]) -> None:
    """A proxy that refuses connections is named."""
    address = f"http://127.0.0.1:{free_port()}"
    transport = open_transport("http://vault.test", proxies=Proxies(http=address))

    with pytest.raises(VaultUnavailable) as caught:
        transport.send("GET", "/v1/a", [], deadline=Deadline(5))
    assert str(caught.value) == f"{address}: the connection is refused"
