"""The server's certificates: read from files, or signed by a certificate authority of our own.

The only user of `cryptography` in the injector. A key stays in memory, and no repr shows it.
"""

from __future__ import annotations

import datetime
import ipaddress
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, Self

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

if TYPE_CHECKING:
    from collections.abc import Sequence

DAY = datetime.timedelta(days=1)
AUTHORITY_LIFE = 3650 * DAY
LEAF_LIFE = DAY
EARLIER = datetime.timedelta(minutes=1)  # clocks of machines differ
RENEWED_AT = 0.1  # of its life left
POLL = 0.25  # seconds between two looks at files
USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


@dataclass(frozen=True)
class Pair:
    """A certificate with its chain, the server's own first, and its key, as PEM."""

    cert: bytes
    key: bytes = field(repr=False)


class Source(Protocol):
    """Where certificates come from."""

    interval: float  # seconds between two turns

    def poll(self) -> Pair | None:
        """Take one turn; return what is to be served from now on, None for no change."""

    def close(self) -> None:
        """Give back what others may take."""


class Files:
    """A certificate and its key in files, which whoever renews them replaces."""

    interval = POLL

    def __init__(self, cert: str, key: str, authority: str = "") -> None:
        self._chain = [cert, authority] if authority else [cert]
        self._key = key
        self._marks: list[tuple[int, ...]] = []

    def poll(self) -> Pair | None:
        """Read the files when they have changed; raises OSError. See `Source.poll`."""
        marks = [mark(path) for path in (*self._chain, self._key)]
        if marks == self._marks:
            return None
        pair = Pair(b"\n".join(read(path) for path in self._chain), read(self._key))
        self._marks = marks
        return pair

    def close(self) -> None:
        """Nothing is held."""


def mark(path: str) -> tuple[int, ...]:
    """Return what changes when a file's content does; a link is followed."""
    status = os.stat(path)
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def read(path: str) -> bytes:
    """Return a file's content."""
    with open(path, "rb") as file:
        return file.read()


class Authority:
    """A certificate authority of our own: ECDSA P-256, ten years; its key never leaves this process."""

    def __init__(self, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
        self._certificate = certificate
        self._key = key
        self.cert = certificate.public_bytes(Encoding.PEM)

    @classmethod
    def make(cls, now: datetime.datetime) -> Self:
        """Make a new one."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = named("vexec injector CA")
        builder = begin(name, name, key, now=now, life=AUTHORITY_LIFE)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        builder = builder.add_extension(
            usage("key_cert_sign", "crl_sign", "digital_signature"), critical=True
        )
        return cls(builder.sign(key, hashes.SHA256()), key)

    def issue(self, hosts: Sequence[str], now: datetime.datetime) -> Pair:
        """Sign a server's certificate for these names and addresses, for a day."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = begin(named(hosts[0][:64]), self._certificate.subject, key, now=now, life=LEAF_LIFE)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        builder = builder.add_extension(issuer, critical=False)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(usage("digital_signature"), critical=True)
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        builder = builder.add_extension(purpose, critical=False)
        names = x509.SubjectAlternativeName([alternative(host) for host in hosts])
        certificate = builder.add_extension(names, critical=False).sign(self._key, hashes.SHA256())
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return Pair(certificate.public_bytes(Encoding.PEM), secret)


def begin(
    name: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    *,
    now: datetime.datetime,
    life: datetime.timedelta,
) -> x509.CertificateBuilder:
    """Begin a certificate for a key."""
    public = key.public_key()
    return (
        x509.CertificateBuilder(issuer_name=issuer, subject_name=name, public_key=public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - EARLIER)
        .not_valid_after(now + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def named(name: str) -> x509.Name:
    """Return a distinguished name with a common name only."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def usage(*granted: str) -> x509.KeyUsage:
    """Return a key-usage extension that grants these usages only."""
    return x509.KeyUsage(**{name: name in granted for name in USAGES})


def alternative(host: str) -> x509.GeneralName:
    """Return a subject's alternative name: an address or a DNS name."""
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def is_due(cert: bytes, now: datetime.datetime) -> bool:
    """Tell whether a certificate is to be renewed: a tenth of its life is left, or less."""
    certificate = x509.load_pem_x509_certificate(cert)
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    return ends - now <= (ends - begins) * RENEWED_AT


def is_over(cert: bytes, now: datetime.datetime) -> bool:
    """Tell whether a certificate's life has ended."""
    return x509.load_pem_x509_certificate(cert).not_valid_after_utc <= now


def parse(bundle: bytes) -> list[x509.Certificate]:
    """Return the certificates of a bundle; none where it is not one."""
    try:
        return x509.load_pem_x509_certificates(bundle)
    except ValueError:
        return []


def has_issued(authority: x509.Certificate, cert: bytes) -> bool:
    """Tell whether an authority signed a certificate."""
    try:
        x509.load_pem_x509_certificate(cert).verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def is_trusted(bundle: bytes, cert: bytes) -> bool:
    """Tell whether an authority of a bundle signed a certificate."""
    return any(has_issued(authority, cert) for authority in parse(bundle))


def join(present: bytes, own: bytes, served: bytes) -> bytes:
    """Return the bundle [previous authority, own]: what others trust now and what they are to trust next.

    `served` is the certificate that is served now, b"" for none: the authority that signed it stays.
    """
    mine = x509.load_pem_x509_certificate(own)
    known = parse(present)
    others = [authority for authority in known if authority != mine]
    signers = [authority for authority in others if has_issued(authority, served)]
    if mine in known and (signers or not served or has_issued(mine, served)):
        return present
    previous = (signers or others)[-1:]
    return b"".join(authority.public_bytes(Encoding.PEM) for authority in [*previous, mine])
