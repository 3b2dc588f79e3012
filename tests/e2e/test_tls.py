"""A start over TLS with a private CA, and with a client certificate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.program import told
from tests.servers.behaviour import answer
from tests.servers.pki import Pki
from tests.servers.vault import Tls, VaultServer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.e2e.program import Vexec
    from tests.servers.fault import FaultServer

CA = "hint: set VAULT_CACERT to the PEM file of the CA that signed the server's certificate"


@pytest.fixture
def env(tls_vault: VaultServer) -> dict[str, str]:
    """Give an environment that wants a secret from the TLS server, without anything to trust it by."""
    tls_vault.write("secret/data/app", {"data": {"KEY": "value"}})
    return {"VAULT_ADDR": tls_vault.address, "VAULT_TOKEN": tls_vault.root_token, "A": "vault:secret/app#KEY"}


def arrives(vexec: Vexec, env: dict[str, str]) -> bool:
    """Start the probe and tell whether the wanted value arrived."""
    return bool(vexec.probe(env=env).variables["A"] == "value")


def test_a_private_ca(vexec: Vexec, env: dict[str, str], pki: Pki, tmp_path: Path) -> None:
    """T36: VAULT_CACERT, VAULT_CACERT_BYTES, VAULT_CAPATH, SSL_CERT_FILE, and an option."""
    directory = tmp_path / "certs"
    directory.mkdir()
    (directory / "ca.pem").write_bytes(pki.ca.read_bytes())
    (directory / "README").write_text("not a certificate")

    assert arrives(vexec, {**env, "VAULT_CACERT": str(pki.ca)})
    assert arrives(vexec, {**env, "BAO_CACERT": str(pki.ca), "VAULT_ADDR": env["VAULT_ADDR"]})
    assert arrives(vexec, {**env, "VAULT_CACERT_BYTES": pki.ca.read_text()})
    assert arrives(vexec, {**env, "VAULT_CAPATH": str(directory)})
    assert arrives(vexec, {**env, "SSL_CERT_FILE": str(pki.ca)})
    assert vexec("--cacert", str(pki.ca), "--", "/bin/true", env=env).told == (0, "")


def test_ssl_cert_file_stays_the_targets(vexec: Vexec, env: dict[str, str], pki: Pki) -> None:
    """SSL_CERT_FILE is for every program, so the target keeps it; VAULT_CACERT is not."""
    env |= {"SSL_CERT_FILE": str(pki.ca), "VAULT_CACERT": str(pki.ca)}

    assert set(vexec.probe(env=env).variables) == {"PATH", "HOME", "A", "SSL_CERT_FILE"}


def test_another_ca(vexec: Vexec, env: dict[str, str], tmp_path: Path) -> None:
    """A server whose CA is not trusted is refused at once, exits 69, and no token is sent."""
    other = Pki(tmp_path / "other", "another CA")

    done = vexec("--", "/bin/true", env={**env, "VAULT_CACERT": str(other.ca)})
    assert done.status == 69
    assert done.stderr.startswith(f"vexec: {env['VAULT_ADDR']}: the server's certificate is not trusted: ")
    assert done.stderr.endswith(f"\nvexec: {CA}\n")
    assert done.seconds < 5


def test_another_name(
    vexec: Vexec, env: dict[str, str], fault_server: Callable[..., FaultServer], pki: Pki
) -> None:
    """A certificate for another host is refused, unless VAULT_TLS_SERVER_NAME names it."""
    mount = {"data": {"path": "secret/", "type": "kv", "options": None, "KEY": "value"}}
    server = fault_server(answer(mount), tls=pki.server_only_for("vault.test"))
    env |= {"VAULT_ADDR": server.address, "VAULT_CACERT": str(pki.ca)}

    done = vexec("--", "/bin/true", env=env)
    assert done.status == 69
    assert done.stderr.endswith("hint: VAULT_TLS_SERVER_NAME names the host in the certificate\n")
    assert server.requests == []
    assert arrives(vexec, {**env, "VAULT_TLS_SERVER_NAME": "vault.test"})


def test_an_expired_certificate(
    vexec: Vexec, env: dict[str, str], fault_server: Callable[..., FaultServer], pki: Pki
) -> None:
    """An expired certificate is refused as that."""
    server = fault_server(answer({}), tls=pki.expired())

    done = vexec("--", "/bin/true", env={**env, "VAULT_ADDR": server.address, "VAULT_CACERT": str(pki.ca)})
    assert done.status == 69
    assert "the server's certificate is not trusted: certificate has expired" in done.stderr


def test_skip_verify_warns_at_each_start(vexec: Vexec, env: dict[str, str]) -> None:
    """T36: VAULT_SKIP_VERIFY works, and each start says what that means."""
    warning = "the server's certificate is not checked (VAULT_SKIP_VERIFY): anybody may answer for it"

    assert vexec("--", "/bin/true", env={**env, "VAULT_SKIP_VERIFY": "true"}).told == told(0, warning)


@pytest.mark.parametrize(
    ("variable", "content", "words"),
    [
        ("VAULT_CACERT", "no PEM", "VAULT_CACERT: {path} holds no CA certificate in PEM"),
        ("VAULT_CACERT", None, "VAULT_CACERT: {path} cannot be read: no such file or directory"),
        ("VAULT_CAPATH", None, "VAULT_CAPATH: {path} cannot be read: no such file or directory"),
    ],
)
def test_trust_that_cannot_be_used(
    vexec: Vexec, env: dict[str, str], tmp_path: Path, variable: str, content: str | None, words: str
) -> None:
    """T36: a bad CA path is an error of the configuration, by variable and path, and is not tried again."""
    path = tmp_path / "ca"
    if content is not None:
        path.write_text(content)

    status, told_words = vexec("--", "/bin/true", env={**env, variable: str(path)}).told
    assert status == 78
    assert told_words.splitlines()[0] == f"vexec: {words.format(path=path)}"


def test_a_client_certificate(
    vexec: Vexec, start_vault: Callable[[VaultServer], VaultServer], pki: Pki, tmp_path: Path
) -> None:
    """T36: mTLS with certificate and key, or both in one file; without one the server's refusal is told."""
    client = pki.client("tests")
    server = start_vault(VaultServer.stored(tmp_path / "vault", Tls(pki.ca, pki.server(), client)))
    server.write("secret/data/app", {"data": {"KEY": "value"}})
    both = tmp_path / "both.pem"
    both.write_bytes(client.cert.read_bytes() + client.key.read_bytes())
    env = {"VAULT_ADDR": server.address, "VAULT_TOKEN": server.root_token, "VAULT_CACERT": str(pki.ca)}
    env |= {"A": "vault:secret/app#KEY"}

    assert arrives(vexec, {**env, "VAULT_CLIENT_CERT": str(client.cert), "VAULT_CLIENT_KEY": str(client.key)})
    assert arrives(vexec, {**env, "VAULT_CLIENT_CERT": str(both)})
    done = vexec("--", "/bin/true", env=env)
    assert done.status == 69
    assert "certificate required" in done.stderr
