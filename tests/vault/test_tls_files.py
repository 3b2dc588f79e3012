"""T36: a CA or client certificate that cannot be used is an error that names the variable and the path."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from tests.servers.behaviour import answer
from tests.servers.pki import Pki
from tests.servers.process import free_port
from tests.vault.secure import ask
from vexec.config.model import Tls
from vexec.errors import ConfigError
from vexec.vault import tls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.servers.fault import FaultServer
    from vexec.vault.client import VaultClient

    Make = Callable[..., FaultServer]

FILES = {"cacert": "VAULT_CACERT", "system_file": "SSL_CERT_FILE"}
DIRECTORIES = {"capath": "VAULT_CAPATH", "system_dir": "SSL_CERT_DIR"}
GARBAGE = "-----BEGIN CERTIFICATE-----\ncanary\n-----END CERTIFICATE-----\n"


def problem(settings: Tls) -> str:
    """Return the one issue that a context ends in."""
    with pytest.raises(ConfigError) as caught:
        tls.context(settings)
    assert len(caught.value.issues) == 1
    assert caught.value.exit_code == 78
    assert not caught.value.retryable
    return str(caught.value)


@contextmanager
def nobody() -> Iterator[None]:
    """Be a user who may read nothing of root's, where the test runs as root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize("field", FILES)
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot be read: no such file or directory"),
        ("", "holds no CA certificate in PEM"),
        ("no certificate", "holds no CA certificate in PEM"),
        (GARBAGE, "holds no CA certificate in PEM"),
    ],
    ids=["missing", "empty", "text", "garbage"],
)
def test_ca_file_that_cannot_be_used(field: str, content: str | None, words: str, tmp_path: Path) -> None:
    """A file that is missing or holds no certificate is named with its variable, never shown."""
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)

    assert problem(Tls().replace(**{field: str(path)})) == f"{FILES[field]}: {path} {words}"


@pytest.mark.parametrize("field", FILES)
def test_ca_file_that_is_a_directory(field: str, tmp_path: Path) -> None:
    """A directory in a file's place says so."""
    assert (
        problem(Tls().replace(**{field: str(tmp_path)}))
        == f"{FILES[field]}: {tmp_path} cannot be read: is a directory"
    )


@pytest.mark.parametrize("field", FILES)
def test_ca_file_that_may_not_be_read(field: str, pki: Pki, tmp_path: Path) -> None:
    """A file of another user's says so."""
    path = tmp_path / "ca.pem"
    path.write_bytes(pki.ca.read_bytes())
    path.chmod(0)
    with nobody():
        assert (
            problem(Tls().replace(**{field: str(path)}))
            == f"{FILES[field]}: {path} cannot be read: permission denied"
        )


def test_ca_file_that_is_a_key(pki: Pki) -> None:
    """A key in a certificate's place is no certificate."""
    key = pki.client().key

    assert problem(Tls(cacert=str(key))) == f"VAULT_CACERT: {key} holds no CA certificate in PEM"


@pytest.mark.parametrize("text", ["canary", GARBAGE, "größe", " "])
def test_ca_text_that_is_none(text: str) -> None:
    """T38: text that is no certificate names the variable and shows nothing of itself."""
    assert problem(Tls(cacert_bytes=text)) == "VAULT_CACERT_BYTES holds no CA certificate in PEM"


@pytest.mark.parametrize("field", DIRECTORIES)
def test_ca_directory_that_cannot_be_used(field: str, tmp_path: Path) -> None:
    """A directory that is missing, a file, empty, or holds only other things is named with its variable."""
    name = DIRECTORIES[field]
    absent, file, empty = tmp_path / "absent", tmp_path / "file", tmp_path / "empty"
    file.write_text("text")
    empty.mkdir()

    assert (
        problem(Tls().replace(**{field: str(absent)}))
        == f"{name}: {absent} cannot be read: no such file or directory"
    )
    assert problem(Tls().replace(**{field: str(file)})) == f"{name}: {file} cannot be read: not a directory"
    assert problem(Tls().replace(**{field: str(empty)})) == f"{name}: {empty} holds no CA certificate in PEM"
    (empty / "README").write_text(GARBAGE)
    assert problem(Tls().replace(**{field: str(empty)})) == f"{name}: {empty} holds no CA certificate in PEM"


def test_list_of_directories_of_which_none_can_be_used(tmp_path: Path) -> None:
    """SSL_CERT_DIR may be a list; each of its directories is told when none is of use."""
    with pytest.raises(ConfigError) as caught:
        tls.context(Tls(system_dir=f"{tmp_path}/a:{tmp_path}/b"))

    assert [str(issue).partition(" cannot")[0] for issue in caught.value.issues] == [
        f"SSL_CERT_DIR: {tmp_path}/a",
        f"SSL_CERT_DIR: {tmp_path}/b",
    ]


def test_no_system_store(monkeypatch: pytest.MonkeyPatch) -> None:
    """An image without any store, as scratch is, gets an error that says what to set."""
    monkeypatch.setattr(tls, "STORES", ("/absent/ca.crt",))

    with pytest.raises(ConfigError, match="no CA certificates: the image has no system store") as caught:
        tls.context(Tls())
    assert caught.value.hint.startswith("set VAULT_CACERT")


def test_first_store_that_exists_is_the_systems(
    fault_server: Make, pki: Pki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without any setting the first store of the list that exists is trusted."""
    other = Pki(tmp_path / "other")
    monkeypatch.setattr(tls, "STORES", ("/absent/ca.crt", str(pki.ca), str(other.ca)))

    assert ask(fault_server(answer({}), tls=pki.server()).address, Tls()) == 200
    with pytest.raises(Exception, match="not trusted"):
        ask(fault_server(answer({}), tls=other.server()).address, Tls())


def test_broken_system_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store without certificates is an error that names it."""
    store = tmp_path / "ca.crt"
    store.touch()
    monkeypatch.setattr(tls, "STORES", (str(store),))

    assert problem(Tls()) == f"the system's store: {store} holds no CA certificate in PEM"


def test_bad_ca_is_not_tried_again(open_client: Callable[..., VaultClient]) -> None:
    """T28: a CA file that cannot be used ends the start at once, even where the server is not up yet."""
    client = open_client(f"https://127.0.0.1:{free_port()}", "t", tls=Tls(cacert="/absent"))

    with pytest.raises(ConfigError, match="VAULT_CACERT: /absent"):
        client.read("secret/data/a")
    assert client.deadline.remaining() > 3


# The client's certificate


def show(cert: Path | str, key: Path | str = "") -> str:
    """Return what a client certificate and key end in."""
    return problem(Tls(is_unverified=True, client_cert=str(cert), client_key=str(key)))


def test_client_certificate_that_is_missing(pki: Pki, tmp_path: Path) -> None:
    """A missing certificate or key is named."""
    client, absent = pki.client(), tmp_path / "absent"
    words = "cannot be read: no such file or directory"

    assert show(absent, client.key) == f"VAULT_CLIENT_CERT: {absent}, key {client.key}: {words}"
    assert show(client.cert, absent) == f"VAULT_CLIENT_CERT: {client.cert}, key {absent}: {words}"


def test_client_certificate_that_is_garbage(pki: Pki, tmp_path: Path) -> None:
    """A file that holds neither, or a certificate without its key, says what is wanted."""
    garbage = tmp_path / "garbage"
    garbage.write_text(GARBAGE)
    cert = pki.client().cert
    words = "not a certificate with its key in PEM, without a password"

    assert show(garbage) == f"VAULT_CLIENT_CERT: {garbage}, key {garbage}: {words}"
    assert show(cert) == f"VAULT_CLIENT_CERT: {cert}, key {cert}: {words}"


def test_key_of_another_certificate(pki: Pki) -> None:
    """A key that does not belong to the certificate says so."""
    one, other = pki.client(), pki.client()

    assert show(one.cert, other.key) == f"VAULT_CLIENT_CERT: {one.cert}, key {other.key}: key values mismatch"


def test_encrypted_key_is_refused_without_asking(pki: Pki, tmp_path: Path) -> None:
    """A key with a password is an error; OpenSSL does not ask for the password on the terminal."""
    client, encrypted = pki.client(), tmp_path / "encrypted.key"
    key = load_pem_private_key(client.key.read_bytes(), None)
    sealed = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"word"))
    encrypted.write_bytes(sealed)

    assert show(client.cert, encrypted).endswith("in PEM, without a password")
