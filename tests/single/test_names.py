"""T37: names are resolved in an image without a libc: /etc/hosts, localhost and DNS, against a real Vault."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import pytest

from tests.e2e.store import Store
from tests.single.dns import NameServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.servers.vault import VaultServer
    from tests.single.images import Image

NAME = "vault.of-the-test.example"


@pytest.fixture
def value() -> str:
    """Give a value that cannot be there by chance."""
    return secrets.token_hex(16)


@pytest.fixture
def stored(vault: VaultServer, value: str) -> dict[str, str]:
    """Give the variables that read that value from the dev server, by its number."""
    store = Store(vault, secrets.token_hex(4))
    return {**store.env, "SECRET": f"vault:{store.put({'KEY': value})}#KEY"}


@pytest.fixture
def name_server() -> Iterator[NameServer]:
    """Give a name server that knows NAME."""
    try:
        server = NameServer(NAME)
    except PermissionError:
        pytest.skip("port 53 — needs root, even on loopback")
    with server:
        yield server


def by_name(env: dict[str, str], name: str) -> dict[str, str]:
    """Return the variables with a name in place of the server's number."""
    return {**env, "VAULT_ADDR": env["VAULT_ADDR"].replace("127.0.0.1", name)}


def test_etc_hosts(scratch: Image, stored: dict[str, str], value: str) -> None:
    """T37: a name of /etc/hosts is found."""
    options = ("--add-host", f"{NAME}:127.0.0.1")
    seen = scratch.report("/probe", "all", env=by_name(stored, NAME), options=options, network="host")

    assert f"SECRET={value}".encode() in seen.environ


def test_localhost(scratch: Image, stored: dict[str, str], value: str) -> None:
    """T37: localhost is found."""
    seen = scratch.report("/probe", "all", env=by_name(stored, "localhost"), network="host")

    assert f"SECRET={value}".encode() in seen.environ


def test_dns(
    scratch: Image, stored: dict[str, str], value: str, name_server: NameServer, tmp_path: Path
) -> None:
    """T37: a name server is asked as /etc/resolv.conf says, without any module of a name service."""
    (tmp_path / "resolv.conf").write_text(f"nameserver {name_server.address}\n")
    options = ("-v", f"{tmp_path}/resolv.conf:/etc/resolv.conf:ro")
    seen = scratch.report("/probe", "all", env=by_name(stored, NAME), options=options, network="host")

    assert f"SECRET={value}".encode() in seen.environ
    assert name_server.asked


def test_an_unknown_name_is_told(
    scratch: Image, stored: dict[str, str], name_server: NameServer, tmp_path: Path
) -> None:
    """T37: a name that nobody knows is told by its own words."""
    (tmp_path / "resolv.conf").write_text(f"nameserver {name_server.address}\n")
    options = ("-v", f"{tmp_path}/resolv.conf:/etc/resolv.conf:ro")
    env = by_name(stored, "no.such.example")
    status, out, err = scratch.run("/probe", env=env, options=options, network="host")

    address = env["VAULT_ADDR"]
    assert (status, out) == (69, b"")
    assert err.splitlines()[0] == f"vexec: {address}: host no.such.example is not known"


def test_tls_by_name(scratch: Image, tls_vault: VaultServer, value: str) -> None:
    """T36: a private CA comes in a variable, since there is no file; localhost is in the certificate."""
    store = Store(tls_vault, secrets.token_hex(4))
    assert tls_vault.cacert is not None
    env = {
        "VAULT_ADDR": tls_vault.address.replace("127.0.0.1", "localhost"),
        "VAULT_TOKEN": tls_vault.root_token,
        "VAULT_CACERT_BYTES": tls_vault.cacert.read_text(),
        "SECRET": f"vault:{store.put({'KEY': value})}#KEY",
    }

    assert f"SECRET={value}".encode() in scratch.report("/probe", env=env, network="host").environ
    status, _, err = scratch.run("/probe", env={**env, "VAULT_CACERT_BYTES": ""}, network="host")
    assert (status, err.splitlines()[0]) == (78, "vexec: no CA certificates: the image has no system store")
