"""The forward proxy leads to loopback, records what was asked and checks credentials."""

from __future__ import annotations

import http.client
import ssl
import time
from typing import TYPE_CHECKING

import pytest

from tests.servers.behaviour import answer
from tests.servers.proxy import Proxy, basic

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.servers.fault import FaultServer
    from tests.servers.pki import Pki

    Make = Callable[..., FaultServer]


def fetch(proxy: Proxy, url: str, headers: dict[str, str] | None = None) -> int:
    """Ask a proxy for a URL in absolute form and return the status."""
    connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=10)
    try:
        connection.request("POST", url, b"{}", headers or {})
        with connection.getresponse() as got:
            got.read()
            return got.status
    finally:
        connection.close()


def test_an_absolute_request_is_forwarded(fault_server: Make) -> None:
    """A request in absolute form arrives in origin form, also for a name that only the proxy knows."""
    server = fault_server(answer({}))
    with Proxy(hosts={"vault.test": "127.0.0.1"}) as proxy:
        assert fetch(proxy, f"http://vault.test:{server.port}/v1/a?list=true") == 200

        assert proxy.requests[0].target == f"http://vault.test:{server.port}/v1/a?list=true"
    assert (server.requests[0].target, server.requests[0].body) == ("/v1/a?list=true", b"{}")


def test_a_tunnel_carries_tls(fault_server: Make, pki: Pki) -> None:
    """CONNECT leads to a TLS server whose certificate the client checks itself."""
    server = fault_server(answer({}), tls=pki.server("vault.test"))
    context = ssl.create_default_context(cafile=str(pki.ca))
    with Proxy(hosts={"vault.test": "127.0.0.1"}) as proxy:
        connection = http.client.HTTPSConnection("127.0.0.1", proxy.port, timeout=10, context=context)
        connection.set_tunnel("vault.test", server.port)
        connection.request("GET", "/v1/a")
        with connection.getresponse() as got:
            assert got.status == 200
        connection.close()

        assert (proxy.requests[0].method, proxy.requests[0].target) == (
            "CONNECT",
            f"vault.test:{server.port}",
        )


def test_credentials_are_checked(fault_server: Make) -> None:
    """Without the credentials the answer is 407 and nothing is forwarded."""
    server = fault_server(answer({}))
    with Proxy(credentials=("user", "pass:word")) as proxy:
        assert fetch(proxy, f"{server.address}/v1/a") == 407
        assert server.requests == []
        assert (
            fetch(proxy, f"{server.address}/v1/a", {"Proxy-Authorization": basic("user", "pass:word")}) == 200
        )

    assert "proxy-authorization" not in server.requests[0].headers


@pytest.mark.parametrize("host", ["vault.example", "192.0.2.1"])
def test_nothing_leaves_loopback(host: str) -> None:
    """Any other host is a 502 of the proxy's own."""
    with Proxy() as proxy:
        assert fetch(proxy, f"http://{host}/v1/a") == 502


def test_delay(fault_server: Make) -> None:
    """Each piece of data may be held back."""
    server = fault_server(answer({}))
    with Proxy(delay=0.2) as proxy:
        began = time.monotonic()
        assert fetch(proxy, f"{server.address}/v1/a") == 200

    assert time.monotonic() - began > 0.19
