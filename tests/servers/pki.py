"""A throw-away certificate authority: server, client and expired certificates as PEM files."""

from __future__ import annotations

import datetime
import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

if TYPE_CHECKING:
    from pathlib import Path

LOOPBACK = ("127.0.0.1", "::1", "localhost")
HOUR = datetime.timedelta(hours=1)


@dataclass(frozen=True)
class Certificate:
    """A certificate and its key, both PEM files."""

    cert: Path
    key: Path


class Pki:
    """One CA with its files in a directory; a second instance is an unrelated CA."""

    def __init__(self, directory: Path, name: str = "vexec test CA") -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.directory = directory
        self.ca = directory / "ca.pem"
        self._issued = 0
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = self._builder(self._name, self._key.public_key(), HOUR * 24)
        usage = key_usage("key_cert_sign", "crl_sign", "digital_signature")
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
        builder = builder.add_extension(usage, critical=True)
        self.ca.write_bytes(builder.sign(self._key, hashes.SHA256()).public_bytes(Encoding.PEM))

    def server(self, *names: str) -> Certificate:
        """Issue a server certificate for loopback and the extra names."""
        return self._issue("server", ExtendedKeyUsageOID.SERVER_AUTH, (*LOOPBACK, *names), HOUR * 24)

    def server_only_for(self, *names: str) -> Certificate:
        """Issue a server certificate for these names and nothing else, not even loopback."""
        return self._issue("other", ExtendedKeyUsageOID.SERVER_AUTH, names, HOUR * 24)

    def expired(self, *names: str) -> Certificate:
        """Issue a server certificate for loopback and the extra names that ended an hour ago."""
        return self._issue("expired", ExtendedKeyUsageOID.SERVER_AUTH, (*LOOPBACK, *names), -HOUR)

    def client(self, common_name: str = "client") -> Certificate:
        """Issue a client certificate."""
        return self._issue(common_name, ExtendedKeyUsageOID.CLIENT_AUTH, (), HOUR * 24)

    def _issue(
        self, common_name: str, usage: x509.ObjectIdentifier, names: tuple[str, ...], life: datetime.timedelta
    ) -> Certificate:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
        builder = self._builder(subject, key.public_key(), life)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(key_usage("digital_signature"), critical=True)
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        if names:
            alternatives = x509.SubjectAlternativeName([alternative(name) for name in names])
            builder = builder.add_extension(alternatives, critical=False)
        return self._write(builder.sign(self._key, hashes.SHA256()), key, common_name)

    def _builder(
        self, subject: x509.Name, public: ec.EllipticCurvePublicKey, life: datetime.timedelta
    ) -> x509.CertificateBuilder:
        now = datetime.datetime.now(datetime.UTC)
        authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        return (
            x509.CertificateBuilder(issuer_name=self._name, subject_name=subject, public_key=public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - HOUR * 24)
            .not_valid_after(now + life)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(authority, critical=False)
        )

    def _write(self, cert: x509.Certificate, key: ec.EllipticCurvePrivateKey, stem: str) -> Certificate:
        self._issued += 1
        files = Certificate(
            self.directory / f"{stem}-{self._issued}.pem", self.directory / f"{stem}-{self._issued}.key"
        )
        files.cert.write_bytes(cert.public_bytes(Encoding.PEM))
        files.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        files.key.chmod(0o600)
        return files


def key_usage(*granted: str) -> x509.KeyUsage:
    """Return a key-usage extension that grants these usages only."""
    names = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
    )
    others = ("key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(**{name: name in granted for name in (*names, *others)})


def alternative(name: str) -> x509.GeneralName:
    """Return a name as a subject alternative: an address or a DNS name."""
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
