"""The real Vault starts, keeps what is written, seals, restarts and shows its requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.servers.client import Client, RefusedError
from tests.servers.pki import Pki
from tests.servers.process import NotReadyError, on_free_ports
from tests.servers.vault import Tls, VaultServer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Start = Callable[[VaultServer], VaultServer]


def test_what_is_written_is_read(vault: VaultServer) -> None:
    """A dev server has KV v2 at secret/."""
    vault.write("secret/data/a", {"data": {"k": "v"}})

    assert vault.read("secret/data/a")["data"]["data"] == {"k": "v"}


def test_server_tests_are_marked(vault: VaultServer, request: pytest.FixtureRequest) -> None:
    """A test that uses a real server carries the marker that `make quick` leaves out."""
    assert request.node.get_closest_marker("server") is not None


def test_a_refusal_is_an_error(vault: VaultServer) -> None:
    """Reading what is not there raises with the status."""
    with pytest.raises(RefusedError) as caught:
        vault.read("secret/data/absent")

    assert caught.value.answer.status == 404


def test_a_token_has_its_policies_only(vault: VaultServer) -> None:
    """A token with a policy reads what the policy allows and nothing else."""
    vault.policy("one", 'path "secret/data/one" { capabilities = ["read"] }')
    vault.write("secret/data/one", {"data": {}})
    token = vault.token("one", ttl="1m", no_default_policy=True)

    assert vault.request("GET", "secret/data/one", token=token).status == 200
    assert vault.request("GET", "secret/data/two", token=token).status == 403
    assert vault.request("GET", "secret/data/one", token=vault.token()).status == 403


def test_the_audit_device_shows_each_request(vault: VaultServer) -> None:
    """Requests after a mark are seen with path and operation, without their values."""
    vault.write("secret/data/audited", {"data": {"k": "canary-value"}})
    mark = vault.audit_mark()
    vault.read("secret/data/audited")

    seen = [(entry["request"]["operation"], entry["request"]["path"]) for entry in vault.audit_since(mark)]
    assert seen == [("read", "secret/data/audited")]
    assert len(vault.audit()) > len(seen)
    assert "canary-value" not in vault.audit_file.read_text()


def test_sealed_and_unsealed(sealable_vault: VaultServer) -> None:
    """A sealed server answers 503, an unsealed one what it held."""
    sealable_vault.write("secret/data/a", {"data": {"k": 1}})
    sealable_vault.seal()
    assert sealable_vault.request("GET", "secret/data/a").status == 503

    sealable_vault.unseal()
    assert sealable_vault.read("secret/data/a")["data"]["data"] == {"k": 1}


def test_stopped_and_started_again(sealable_vault: VaultServer) -> None:
    """A stopped server refuses connections; started again it is at the same address with what it held."""
    sealable_vault.write("secret/data/a", {"data": {"k": 1}})
    address = sealable_vault.address
    sealable_vault.stop()
    with pytest.raises(ConnectionRefusedError):
        sealable_vault.read("secret/data/a")

    sealable_vault.start()
    assert sealable_vault.address == address
    assert sealable_vault.read("secret/data/a")["data"]["data"] == {"k": 1}


def test_a_stored_server_has_a_unix_socket(sealable_vault: VaultServer) -> None:
    """A server that keeps files listens on a unix socket too."""
    assert sealable_vault.unix_socket is not None
    assert sealable_vault.unix_socket.is_socket()


def test_tls_is_checked_against_the_private_ca(tls_vault: VaultServer, tmp_path: Path) -> None:
    """The TLS server is trusted by its own CA and by no other."""
    assert tls_vault.address.startswith("https://")
    assert tls_vault.cacert is not None
    assert tls_vault.read("sys/health")["sealed"] is False
    with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
        Client(tls_vault.address, Pki(tmp_path).ca).request("GET", "/v1/sys/health")


def test_a_client_certificate_is_asked_for(start_vault: Start, pki: Pki, tmp_path: Path) -> None:
    """With a client certificate in its TLS, a server serves nobody without one."""
    server = start_vault(VaultServer.stored(tmp_path / "vault", Tls(pki.ca, pki.server(), pki.client())))

    assert server.read("sys/health")["initialized"] is True
    with pytest.raises(OSError, match=r"(?i)certificate required|reset|EOF"):
        Client(server.address, pki.ca).request("GET", "/v1/sys/health")


def test_uninitialised(start_vault: Start, tmp_path: Path) -> None:
    """A server that was never initialised answers 501 to a health check, until it is initialised."""
    server = start_vault(VaultServer.uninitialised(tmp_path / "vault"))
    assert server.request("GET", "sys/health").status == 501

    server.initialise()
    assert server.read("sys/health")["sealed"] is False


def test_a_port_that_was_taken_is_tried_again() -> None:
    """A start that meets a taken port is repeated, any other failure is not."""
    failures = [NotReadyError("listen: bind: address already in use"), NotReadyError("other")]
    with pytest.raises(NotReadyError, match="other"):
        on_free_ports(lambda: throw(failures.pop(0)))

    assert failures == []


def throw(error: Exception) -> None:
    """Raise an error, as an expression."""
    raise error
