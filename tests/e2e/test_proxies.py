"""Through a proxy: plain and as a tunnel, with credentials, by each of the variables (T31)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.e2e.program import told
from tests.servers.behaviour import answer
from tests.servers.proxy import Proxy, basic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.e2e.program import Vexec
    from tests.e2e.store import Store
    from tests.servers.fault import FaultServer
    from tests.servers.pki import Pki

NAME = "vault.test"  # known to the proxy only: loopback addresses never take HTTP_PROXY


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    """Give a proxy that knows the made-up name."""
    with Proxy(hosts={NAME: "127.0.0.1"}) as made:
        yield made


@pytest.fixture
def env(store: Store) -> dict[str, str]:
    """Give an environment that wants a secret from the made-up name."""
    path = store.put({"KEY": "value"})
    port = urlsplit(store.server.address).port
    return {**store.env, "VAULT_ADDR": f"http://{NAME}:{port}", "A": f"vault:{path}#KEY"}


def arrives(vexec: Vexec, env: dict[str, str]) -> bool:
    """Start the probe and tell whether the wanted value arrived."""
    return bool(vexec.probe(env=env).variables["A"] == "value")


@pytest.mark.parametrize(
    "variable", ["HTTP_PROXY", "http_proxy", "VAULT_PROXY_ADDR", "BAO_PROXY_ADDR", "VAULT_HTTP_PROXY"]
)
def test_a_plain_proxy(vexec: Vexec, env: dict[str, str], proxy: Proxy, variable: str) -> None:
    """Each variable leads through the proxy."""
    assert arrives(vexec, {**env, variable: proxy.address})
    assert {request.method for request in proxy.requests} == {"GET"}


def test_a_proxy_stays_the_targets(vexec: Vexec, env: dict[str, str], proxy: Proxy) -> None:
    """HTTP_PROXY is for every program, so the target keeps it."""
    variables = vexec.probe(env={**env, "HTTP_PROXY": proxy.address}).variables

    assert variables["HTTP_PROXY"] == proxy.address


def test_a_tunnel(vexec: Vexec, proxy: Proxy, fault_server: Callable[..., FaultServer], pki: Pki) -> None:
    """HTTPS_PROXY makes a tunnel in which TLS checks the server's own name; the proxy sees no token."""
    mount = {"data": {"path": "kv/", "type": "kv", "options": None, "KEY": "value"}}
    server = fault_server(answer(mount), tls=pki.server(NAME))
    env = {"VAULT_ADDR": f"https://{NAME}:{server.port}", "VAULT_TOKEN": "t", "VAULT_CACERT": str(pki.ca)}

    assert arrives(vexec, {**env, "HTTPS_PROXY": proxy.address, "A": "vault:kv/app#KEY"})
    assert {(request.method, request.target) for request in proxy.requests} == {
        ("CONNECT", f"{NAME}:{server.port}")
    }
    assert not [request for request in proxy.requests if "x-vault-token" in request.headers]


def test_credentials(vexec: Vexec, env: dict[str, str], tmp_path: Path) -> None:
    """Name and password of the proxy's address, also from a file; without them the refusal says so."""
    with Proxy(hosts={NAME: "127.0.0.1"}, credentials=("user", "pass word")) as proxy:
        address = proxy.address.replace("//", "//user:pass%20word@")
        (tmp_path / "proxy").write_text(f"{address}\n")

        assert arrives(vexec, {**env, "VAULT_PROXY_ADDR": address})
        assert arrives(vexec, {**env, "VAULT_PROXY_ADDR_FILE": str(tmp_path / "proxy")})
        assert {request.headers["proxy-authorization"] for request in proxy.requests} == {
            basic("user", "pass word")
        }
        done = vexec("--", "/bin/true", env={**env, "VAULT_PROXY_ADDR": proxy.address})
        assert done.told == told(69, f"{env['VAULT_ADDR']}: the proxy wants a user name and a password (407)")


def test_loopback_takes_no_shared_proxy(vexec: Vexec, env: dict[str, str], store: Store) -> None:
    """HTTP_PROXY does not hold for a server on loopback, such as an agent in the same pod."""
    with Proxy() as proxy:
        assert arrives(vexec, {**env, "VAULT_ADDR": store.server.address, "HTTP_PROXY": proxy.address})
        assert proxy.requests == []
