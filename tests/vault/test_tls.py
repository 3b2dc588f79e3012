"""T36: which certificates and names are trusted, over real handshakes."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.servers.behaviour import answer
from tests.servers.fault import server_context
from tests.servers.pki import Pki
from tests.vault.secure import TlsServer, ask
from vexec.config.model import Tls
from vexec.errors import ConfigError, VaultError
from vexec.system.clock import Deadline

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from pathlib import Path

    from tests.servers.fault import FaultServer
    from tests.servers.pki import Certificate
    from tests.servers.vault import VaultServer
    from vexec.vault.transport import Transport

    Make = Callable[..., FaultServer]
    Secure = Callable[[ssl.SSLContext], TlsServer]


# What is trusted


def test_private_ca_by_file(tls_vault: VaultServer) -> None:
    """VAULT_CACERT is what a real server's certificate is checked against."""
    assert ask(tls_vault.address, Tls(cacert=str(tls_vault.cacert))) == 200


def test_private_ca_by_text(fault_server: Make, pki: Pki) -> None:
    """VAULT_CACERT_BYTES is PEM text; comments in any language between the certificates do no harm."""
    server = fault_server(answer({}), tls=pki.server())
    text = f"# größte CA\n{pki.ca.read_text()}\n# Ende\n"

    assert ask(server.address, Tls(cacert_bytes=text)) == 200


def test_trust_may_be_less_than_a_root(fault_server: Make, pki: Pki) -> None:
    """As for Go's clients, the certificate that is given is trusted, be it an intermediate or a leaf."""
    certificate = pki.server()
    server = fault_server(answer({}), tls=certificate)

    assert ask(server.address, Tls(cacert=str(certificate.cert))) == 200


def test_private_ca_by_directory(fault_server: Make, pki: Pki, tmp_path: Path) -> None:
    """VAULT_CAPATH is a directory of PEM files with any names; what is none of them is passed over."""
    server = fault_server(answer({}), tls=pki.server())
    (tmp_path / "README").write_text("certificates of this house")
    (tmp_path / "sub").mkdir()
    (tmp_path / "our-ca.txt").write_bytes(pki.ca.read_bytes())
    (tmp_path / "another.pem").write_bytes(Pki(tmp_path / "sub").ca.read_bytes())

    assert ask(server.address, Tls(capath=str(tmp_path))) == 200


def test_text_wins_over_file_and_file_over_directory(fault_server: Make, pki: Pki, tmp_path: Path) -> None:
    """CACERT_BYTES counts before CACERT, and that before CAPATH, as in Vault's own clients."""
    server = fault_server(answer({}), tls=pki.server())
    ca, other = str(pki.ca), str(Pki(tmp_path / "other").ca)

    assert (
        ask(server.address, Tls(cacert_bytes=pki.ca.read_text(), cacert=other, capath=str(tmp_path))) == 200
    )
    assert ask(server.address, Tls(cacert=ca, capath=str(tmp_path / "other"))) == 200
    with pytest.raises(VaultError, match="not trusted"):
        ask(server.address, Tls(cacert=other, capath=str(pki.ca.parent)))


def test_system_file_and_directory(fault_server: Make, pki: Pki, tmp_path: Path) -> None:
    """SSL_CERT_FILE and SSL_CERT_DIR, a list of directories, stand in for the system's store."""
    server = fault_server(answer({}), tls=pki.server())
    (tmp_path / "empty").mkdir()
    other = str(Pki(tmp_path / "other").ca)

    assert ask(server.address, Tls(system_file=str(pki.ca))) == 200
    assert ask(server.address, Tls(system_dir=str(pki.directory))) == 200
    assert ask(server.address, Tls(system_dir=f"{tmp_path}/empty:{tmp_path}/absent:{pki.directory}")) == 200
    assert ask(server.address, Tls(system_file=other, system_dir=str(pki.directory))) == 200


def test_own_ca_wins_over_the_system(fault_server: Make, pki: Pki, tmp_path: Path) -> None:
    """Where a CA is configured, the system's are not trusted beside it."""
    server = fault_server(answer({}), tls=pki.server())

    with pytest.raises(VaultError, match="not trusted"):
        ask(server.address, Tls(cacert=str(Pki(tmp_path).ca), system_file=str(pki.ca)))


@pytest.mark.parametrize(
    ("issue", "complaint"),
    [
        (lambda pki, _: pki.expired(), "certificate has expired"),
        (lambda pki, _: pki.client(), "unsuitable certificate purpose"),
        (lambda _, path: Pki(path).server(), "unable to get local issuer certificate"),
    ],
    ids=["expired", "a client's certificate", "unrelated CA"],
)
def test_bad_certificate_is_final(
    fault_server: Make, pki: Pki, tmp_path: Path, issue: Callable[[Pki, Path], Certificate], complaint: str
) -> None:
    """T28: a certificate that is not trusted is not tried again, and the hint names what to set."""
    server = fault_server(answer({}), tls=issue(pki, tmp_path))

    with pytest.raises(VaultError) as caught:
        ask(server.address, Tls(cacert=str(pki.ca)))
    assert str(caught.value) == f"{server.address}: the server's certificate is not trusted: {complaint}"
    assert "VAULT_CACERT" in caught.value.hint
    assert (caught.value.exit_code, caught.value.retryable) == (69, False)
    assert server.requests == []


# Names


def test_wrong_host_is_refused(fault_server: Make, pki: Pki) -> None:
    """A certificate for another host is refused, and the hint names the variable for that."""
    server = fault_server(answer({}), tls=pki.server_only_for("vault.test"))

    with pytest.raises(VaultError, match="ip address mismatch") as caught:
        ask(server.address, Tls(cacert=str(pki.ca)))
    assert caught.value.hint == "VAULT_TLS_SERVER_NAME names the host in the certificate"
    with pytest.raises(VaultError, match="hostname mismatch"):
        ask(server.address.replace("127.0.0.1", "localhost"), Tls(cacert=str(pki.ca)))


def test_server_name_is_asked_for_and_checked(secure_server: Secure, pki: Pki) -> None:
    """VAULT_TLS_SERVER_NAME is what SNI asks for and what the certificate must name; else it is the host."""
    server = secure_server(server_context(pki.server_only_for("vault.test", "localhost")))
    ca = str(pki.ca)

    assert ask(server.address, Tls(cacert=ca, server_name="vault.test")) == 200
    assert ask(server.address.replace("127.0.0.1", "localhost"), Tls(cacert=ca)) == 200
    with pytest.raises(VaultError, match="hostname mismatch"):
        ask(server.address, Tls(cacert=ca, server_name="other.test"))
    assert server.names == ["vault.test", "localhost", "other.test"]


@pytest.mark.parametrize("name", [".vault.test", "größe.test"])
def test_server_name_that_is_no_name(fault_server: Make, pki: Pki, name: str) -> None:
    """A name that TLS cannot ask for is an error of the configuration, before any connection."""
    server = fault_server(answer({}), tls=pki.server())

    with pytest.raises(ConfigError, match=f"no certificate can be checked for the name {name}"):
        ask(server.address, Tls(cacert=str(pki.ca), server_name=name))
    assert server.connections == 0


# No check at all


def test_skip_verify_takes_anything_and_warns(
    fault_server: Make, pki: Pki, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """VAULT_SKIP_VERIFY takes any certificate for any host, and says so at each start."""
    for certificate in (Pki(tmp_path).server_only_for("other.test"), pki.expired()):
        server = fault_server(answer({}), tls=certificate)
        assert ask(server.address, Tls(is_unverified=True)) == 200
        assert capfd.readouterr().err == (
            "vexec: the server's certificate is not checked (VAULT_SKIP_VERIFY): anybody may answer for it\n"
        )


def test_settings_are_read_once(
    fault_server: Make,
    pki: Pki,
    open_transport: Callable[..., Transport],
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Requests side by side wait for the first one's settings: one warning, one look at the files."""
    client, key = pki.client(), tmp_path / "key"
    os.mkfifo(key)  # whoever reads the key waits here
    tls = Tls(is_unverified=True, client_cert=str(client.cert), client_key=str(key))
    transport = open_transport(fault_server(answer({}), tls=pki.server()).address, tls=tls)
    with ThreadPoolExecutor(4) as pool:
        sent = [pool.submit(transport.send, "GET", "/", [], deadline=Deadline(5)) for _ in range(4)]
        time.sleep(0.1)
        key.write_bytes(client.key.read_bytes())
        assert [each.result().status for each in sent] == [200] * 4

    assert capfd.readouterr().err.count("not checked") == 1
