"""Certificates from files and of our own: their lives, names and uses, and the bundle that trusts them."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

from vexec.injector.certificates import Authority, Files, Pair, is_due, is_over, is_trusted, join, parse

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime.datetime(2026, 5, 4, 3, 2, 1, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)


def test_an_authority_lives_ten_years() -> None:
    """The authority is ECDSA P-256, ten years, for signing certificates only."""
    (found,) = parse(Authority.make(NOW).cert)

    assert found.not_valid_after_utc == NOW + 3650 * 24 * HOUR
    key = found.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert isinstance(key.curve, ec.SECP256R1)
    constraints = found.extensions.get_extension_for_class(x509.BasicConstraints)
    assert constraints.critical
    assert (constraints.value.ca, constraints.value.path_length) == (True, 0)


def test_a_leaf_lives_a_day() -> None:
    """A server's certificate begins a minute ago, ends in a day, and has its hosts as names and addresses."""
    hosts = ("injector.vault.svc", "10.1.2.3", "::1")
    (found,) = parse(Authority.make(NOW).issue(hosts, NOW).cert)

    assert found.not_valid_before_utc == NOW - datetime.timedelta(minutes=1)
    assert found.not_valid_after_utc == NOW + 24 * HOUR
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["injector.vault.svc"]
    assert [str(ip) for ip in names.get_values_for_type(x509.IPAddress)] == ["10.1.2.3", "::1"]
    usage = found.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.SERVER_AUTH]


def test_a_long_name_fits() -> None:
    """A name longer than a common name may be is still one of the certificate's names."""
    host = f"{'a' * 60}.{'b' * 60}.svc"
    (found,) = parse(Authority.make(NOW).issue((host,), NOW).cert)

    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == [host]


def test_a_leaf_is_due_with_a_tenth_left() -> None:
    """Of 24 hours and a minute a tenth is 144 minutes and 6 seconds."""
    cert = Authority.make(NOW).issue(("a",), NOW).cert
    turn = NOW + 24 * HOUR - datetime.timedelta(minutes=144, seconds=6)

    assert not is_due(cert, turn - datetime.timedelta(seconds=1))
    assert is_due(cert, turn)
    assert not is_over(cert, NOW + 24 * HOUR - datetime.timedelta(seconds=1))
    assert is_over(cert, NOW + 24 * HOUR)


def test_a_key_is_not_shown() -> None:
    """The repr of a pair has no key."""
    assert "PRIVATE" not in repr(Authority.make(NOW).issue(("a",), NOW))


def test_bundles() -> None:
    """The bundle is the authority of what is served now, or the last one, and our own."""
    one, two, three = (Authority.make(NOW) for _ in range(3))
    leaf = one.issue(("a",), NOW).cert

    assert join(b"", one.cert, b"") == one.cert
    assert join(b"garbage", one.cert, b"") == one.cert
    assert join(one.cert, two.cert, leaf) == one.cert + two.cert
    assert join(one.cert + two.cert, three.cert, b"") == two.cert + three.cert
    assert join(one.cert + two.cert, three.cert, leaf) == one.cert + three.cert


def test_a_bundle_that_will_do_stays() -> None:
    """Where both are trusted nothing changes, so that two replicas without a Lease do not take turns."""
    one, two = Authority.make(NOW), Authority.make(NOW)
    both = one.cert + two.cert

    assert join(both, one.cert, one.issue(("a",), NOW).cert) == both
    assert join(both, two.cert, one.issue(("a",), NOW).cert) == both
    assert join(both, two.cert, b"") == both


def test_trust() -> None:
    """A bundle trusts what one of its authorities signed."""
    one, two = Authority.make(NOW), Authority.make(NOW)
    leaf = one.issue(("a",), NOW).cert

    assert is_trusted(two.cert + one.cert, leaf)
    assert not is_trusted(two.cert, leaf)
    assert not is_trusted(b"", leaf)
    assert not is_trusted(one.cert, b"garbage")


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    cert, key = tmp_path / "tls.crt", tmp_path / "tls.key"
    cert.write_bytes(b"cert")
    key.write_bytes(b"key")
    return cert, key


def test_files_are_read_once(files: tuple[Path, Path]) -> None:
    """Files give a pair at first, and then nothing until one of them changes."""
    cert, key = files
    source = Files(str(cert), str(key))

    assert source.poll() == Pair(b"cert", b"key")
    assert source.poll() is None
    key.write_bytes(b"other")
    assert source.poll() == Pair(b"cert", b"other")
    assert source.poll() is None
    source.close()


def test_a_replaced_link_is_a_change(tmp_path: Path) -> None:
    """A Secret's volume changes by one link to a directory."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        for part in ("crt", "key"):
            (tmp_path / name / f"tls.{part}").write_text(f"{name}-{part}")
    data = tmp_path / "..data"
    data.symlink_to("one")
    source = Files(str(data / "tls.crt"), str(data / "tls.key"))

    assert source.poll() == Pair(b"one-crt", b"one-key")
    (tmp_path / "..new").symlink_to("two")
    (tmp_path / "..new").replace(data)
    assert source.poll() == Pair(b"two-crt", b"two-key")


def test_an_authority_joins_the_chain(files: tuple[Path, Path], tmp_path: Path) -> None:
    """A third file is added to the chain that is served."""
    (tmp_path / "ca.crt").write_bytes(b"ca")

    found = Files(*map(str, (*files, tmp_path / "ca.crt"))).poll()
    assert found == Pair(b"cert\nca", b"key")


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    """What cannot be read is said, not passed over."""
    with pytest.raises(FileNotFoundError):
        Files(str(tmp_path / "none"), str(tmp_path / "none")).poll()
