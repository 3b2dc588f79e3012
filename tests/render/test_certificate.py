"""A certificate in a file is kept while it is good, which its own dates tell (S3.8)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from vexec.render.certificate import is_good, kept, validity

if TYPE_CHECKING:
    from pathlib import Path

KEY = ec.generate_private_key(ec.SECP256R1())
DAY = 86400


def certificate(begin: datetime, end: datetime, *, is_authority: bool = False) -> x509.Certificate:
    """Make a certificate that signs itself."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "of the test")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(KEY.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(begin).not_valid_after(end)
    constraints = x509.BasicConstraints(ca=is_authority, path_length=None)
    return builder.add_extension(constraints, critical=True).sign(KEY, hashes.SHA256())


def pem(*certificates: x509.Certificate) -> str:
    """Return certificates as PEM."""
    return "".join(each.public_bytes(serialization.Encoding.PEM).decode() for each in certificates)


KEY_PEM = KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
).decode()


@pytest.mark.parametrize("years", [(1951, 1960), (1999, 2001), (2026, 2049), (2026, 2051), (2050, 9999)])
def test_dates_of_a_certificate(years: tuple[int, int]) -> None:
    """Both ways in which a certificate may spell a time are read, up to the last year."""
    begin, end = (datetime(year, 2, 28, 23, 59, 58, tzinfo=UTC) for year in years)
    der = certificate(begin, end).public_bytes(serialization.Encoding.DER)

    assert validity(der) == (int(begin.timestamp()), int(end.timestamp()))


@pytest.mark.parametrize(
    ("offset", "expected"),
    [(-1, False), (0, True), (DAY, True), (9 * DAY - 1, True), (9 * DAY, False), (11 * DAY, False)],
)
def test_it_is_good_for_nine_tenths_of_its_life(offset: int, expected: bool) -> None:
    """Not before it begins, and not in the last tenth, when upstream has it renewed."""
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    der = certificate(begin, begin + timedelta(days=10)).public_bytes(serialization.Encoding.DER)

    assert is_good(der, begin.timestamp() + offset) is expected


@given(st.binary(max_size=80))
def test_what_is_no_certificate_is_not_good(raw: bytes) -> None:
    """Whatever the bytes, the answer is no."""
    assert not is_good(raw, 0)


def test_a_good_file_is_kept(tmp_path: Path) -> None:
    """Key and certificate, in any order and with issuers beside them, are the answer."""
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    end = begin + timedelta(days=10)
    own, issuer = certificate(begin, end), certificate(begin, begin, is_authority=True)
    now = begin.timestamp() + DAY
    for text in (KEY_PEM + pem(own), pem(own, issuer) + KEY_PEM, pem(issuer, own) + KEY_PEM):
        (tmp_path / "f").write_text(text)
        assert kept(str(tmp_path / "f"), now) == {"file": text}
        assert kept(str(tmp_path / "f"), now + 9 * DAY) is None


@pytest.mark.parametrize("text", ["", "text", KEY_PEM, "-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_any_other_file_is_not_kept(tmp_path: Path, text: str) -> None:
    """Without a key, or without a certificate of one's own, there is nothing to keep."""
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    own = pem(certificate(begin, begin + timedelta(days=10)))
    issuer = pem(certificate(begin, begin + timedelta(days=10), is_authority=True))
    for content in (text, own, issuer + KEY_PEM):
        (tmp_path / "f").write_text(content)
        assert kept(str(tmp_path / "f"), begin.timestamp() + DAY) is None
    assert kept(str(tmp_path / "none"), 0) is None


def test_a_file_of_several_calls_is_not_kept(tmp_path: Path) -> None:
    """Two certificates in one file: the file cannot tell which call gets which, so both are issued anew."""
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    own = pem(certificate(begin, begin + timedelta(days=10))) + KEY_PEM
    (tmp_path / "f").write_text(own + own)

    assert kept(str(tmp_path / "f"), begin.timestamp() + DAY) is None
