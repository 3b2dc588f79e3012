"""Sprig's keys and certificates, made by the package cryptography where that is there.

What is made is random; its form is that of Go's crypto/x509. Where Go says why it cannot read a key or a
certificate, the text here is "…": the reasons of another library would not be the same.
"""

from __future__ import annotations

import os

from vexec.template.pem import blocks_of
from vexec.template.sprig import table
from vexec.template.sprig.crypto import cryptography
from vexec.template.sprig.encoding import Corrupt, base64_bytes
from vexec.template.sprig.netip import AddressError, parse_address
from vexec.template.strconv import from_bytes
from vexec.template.values import FunctionError, Struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from vexec.template.scope import Scope

    Names = Sequence[Any] | None  # of addresses or hosts

TYPE = "sprig.certificate"
SLOW = 200_000  # steps that making a key counts for
PRIVATE = " PRIVATE KEY"
DAY = 86400
KINDS = {"RSA": "RSA", "EC": "EC", "DSA": "DSA"}


class Certificate(Struct):
    """A certificate and its key, as PEM."""

    type = TYPE

    def __init__(self, cert: str, key: str) -> None:
        super().__init__(Cert=cert, Key=key)


def asymmetric(name: str, function: str) -> Any:
    """Import a module of cryptography about a kind of keys."""
    return cryptography(f"hazmat.primitives.asymmetric.{name}", function)


def new_rsa(scope: Scope, bits: int, function: str) -> Any:
    """Make an RSA key."""
    rsa = asymmetric("rsa", function)
    scope.count(SLOW)
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def generate_key(scope: Scope, kind: str) -> str:
    """Make a private key of a kind; return it as PEM."""
    function = "sprig_genPrivateKey"
    if kind in ("", "rsa"):
        key = new_rsa(scope, 4096, function)
    elif kind == "dsa":
        scope.count(5 * SLOW)
        key = asymmetric("dsa", function).generate_private_key(key_size=2048)
    elif kind == "ecdsa":
        curves = asymmetric("ec", function)
        key = curves.generate_private_key(curves.SECP256R1())
    elif kind == "ed25519":
        key = asymmetric("ed25519", function).Ed25519PrivateKey.generate()
    else:
        return f"Unknown type {kind}"
    return key_text(key, function)


def key_text(key: Any, function: str) -> str:
    """Return a private key as PEM, in the form that Go chooses for its kind."""
    forms = cryptography("hazmat.primitives.serialization", function)
    is_edwards = type(key).__name__.startswith("Ed25519")
    form = forms.PrivateFormat.PKCS8 if is_edwards else forms.PrivateFormat.TraditionalOpenSSL
    data: bytes = key.private_bytes(forms.Encoding.PEM, form, forms.NoEncryption())
    return data.decode()


def read_key(text: str, function: str) -> Any:
    """Read a private key from PEM; raises FunctionError with Go's words."""
    kind, data, block = next(blocks_of(text), ("", b"", ""))
    if not block:
        raise FunctionError("no PEM data in input")
    if kind != PRIVATE.strip() and not kind.endswith(PRIVATE):
        raise FunctionError('no private key data in PEM block of type "…"')
    name = kind.removesuffix(PRIVATE.strip()).strip()
    if name and name not in KINDS:
        raise FunctionError('invalid private key type "…"')
    forms = cryptography("hazmat.primitives.serialization", function)
    try:
        return forms.load_der_private_key(data, None)
    except (ValueError, TypeError, cryptography("exceptions", function).UnsupportedAlgorithm):
        what = f"parsing {name} private key from PEM" if name else "decoding PEM as PKCS#8"
        raise FunctionError(f'{what}: "…"') from None


def parse_key(text: str, function: str) -> Any:
    """Read the private key that a function is given."""
    try:
        return read_key(text, function)
    except FunctionError as error:
        raise FunctionError(f"parsing private key: {error}") from None


def read_certificate(text: str, function: str, what: str) -> Any:
    """Read a certificate from PEM."""
    _, data, block = next(blocks_of(text), ("", b"", ""))
    if not block:
        raise FunctionError("unable to decode certificate")
    try:
        return cryptography("x509", function).load_der_x509_certificate(data)
    except ValueError:
        raise FunctionError(f"error parsing certificate: {what}.Bytes: x509: malformed certificate") from None


def custom(cert: str, key: str) -> Certificate:
    """Return the certificate and the key that are given in base64, once both can be read."""
    texts = []
    for text, name in ((cert, "certificate"), (key, "private key")):
        try:
            texts.append(from_bytes(base64_bytes(text)))
        except Corrupt:
            raise FunctionError(f"unable to decode base64 {name}") from None
    read_certificate(texts[0], "sprig_buildCustomCert", "decodedCert")
    try:
        read_key(texts[1], "sprig_buildCustomCert")
    except FunctionError as error:
        raise FunctionError(f"error parsing private key: {error}") from None
    return Certificate(*texts)


def addresses_of(names: Names) -> list[str]:
    """Check IP addresses."""
    for name in names or ():
        if type(name) is not str:
            raise FunctionError('error parsing ip: "…" is not a string')
        try:
            parse_address(name)
        except AddressError:
            raise FunctionError('error parsing ip: "…"') from None
        if "%" in name:
            raise FunctionError('error parsing ip: "…"')
    return list(names or ())


def hosts_of(names: Names) -> list[str]:
    """Check host names."""
    for name in names or ():
        if type(name) is not str:
            raise FunctionError('error processing alternate dns name: "…" is not a string')
    return list(names or ())


class Order:
    """What a certificate is to say, and who signs it."""

    def __init__(self, function: str, name: str, days: int, *, is_authority: bool = False) -> None:
        self.function = function
        self.name = name
        self.days = days
        self.is_authority = is_authority
        self.addresses: list[str] = []
        self.hosts: list[str] = []

    def take_names(self, addresses: Names, hosts: Names) -> None:
        """Take the addresses and hosts that the certificate is for."""
        self.addresses = addresses_of(addresses)
        self.hosts = hosts_of(hosts)

    def signed(self, scope: Scope, key: Any, signer: Any = None, signer_key: Any = None) -> Certificate:
        """Make the certificate; the key signs it itself if there is no signer."""
        if not all(host.isascii() for host in self.hosts):
            raise FunctionError('error creating certificate: x509: "…" cannot be encoded as an IA5String')
        try:
            made = self.built(scope, key, signer).sign(signer_key or key, self.algorithm(signer_key or key))
        except (ValueError, TypeError, UnicodeError, OverflowError):
            raise FunctionError('error creating certificate: "…"') from None
        forms = cryptography("hazmat.primitives.serialization", self.function)
        return Certificate(made.public_bytes(forms.Encoding.PEM).decode(), key_text(key, self.function))

    def algorithm(self, key: Any) -> Any:
        """Return the hash of the signature, None for Ed25519, which has its own."""
        if type(key).__name__.startswith("Ed25519"):
            return None
        hashes = cryptography("hazmat.primitives.hashes", self.function)
        size = key.key_size if hasattr(key, "curve") else 256
        return hashes.SHA256() if size < 384 else hashes.SHA384() if size < 512 else hashes.SHA512()

    def built(self, scope: Scope, key: Any, signer: Any) -> Any:
        """Return the certificate before it is signed."""
        if scope.now is None:
            raise FunctionError("the time is not known here")
        from datetime import UTC, datetime, timedelta

        x509 = cryptography("x509", self.function)
        begin = datetime.fromtimestamp(scope.now() // 1_000_000_000, UTC)
        attribute = x509.NameAttribute
        names = [attribute(x509.oid.NameOID.COMMON_NAME, self.name, _validate=False)] if self.name else []
        subject = x509.Name(names)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(signer.subject if signer else subject)
            .public_key(key.public_key())
            .serial_number(int.from_bytes(os.urandom(16), "big") or 1)
            .not_valid_before(begin)
            .not_valid_after(begin + timedelta(seconds=self.days * DAY))
        )
        for extension, is_critical in self.extensions(x509, key, signer):
            builder = builder.add_extension(extension, critical=is_critical)
        return builder

    def extensions(self, x509: Any, key: Any, signer: Any) -> list[tuple[Any, bool]]:
        """Return the extensions in Go's order, each with whether it is critical."""
        unused = dict.fromkeys(
            ("content_commitment", "data_encipherment", "key_agreement", "crl_sign", "encipher_only",
             "decipher_only"), False,
        )  # fmt: skip
        usage = x509.KeyUsage(
            digital_signature=True, key_encipherment=True, key_cert_sign=self.is_authority, **unused
        )
        purposes = (x509.oid.ExtendedKeyUsageOID.SERVER_AUTH, x509.oid.ExtendedKeyUsageOID.CLIENT_AUTH)
        result = [
            (usage, True),
            (x509.ExtendedKeyUsage(purposes), False),
            (x509.BasicConstraints(ca=self.is_authority, path_length=None), True),
        ]
        if self.is_authority:
            result.append((x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False))
        if signer:
            identifier = self.identifier_of(x509, signer)
            result += [(identifier, False)] if identifier else []
        names = [x509.DNSName(host) for host in self.hosts]
        if names or self.addresses:
            from ipaddress import ip_address

            names += [x509.IPAddress(ip_address(text)) for text in self.addresses]
            result.append((x509.SubjectAlternativeName(names), False))
        return result

    def identifier_of(self, x509: Any, signer: Any) -> Any:
        """Return the identifier of the signer's key that its own certificate states, None for none."""
        try:
            extension = signer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
        except x509.ExtensionNotFound:
            return None
        return x509.AuthorityKeyIdentifier(extension.value.digest, None, None)


def make_authority(scope: Scope, name: str, days: int) -> Certificate:
    """Make an authority with a new key."""
    order = Order("sprig_genCA", name, days, is_authority=True)
    return order.signed(scope, new_rsa(scope, 2048, order.function))


def make_authority_with_key(scope: Scope, name: str, days: int, key: str) -> Certificate:
    """Make an authority with a key of its own."""
    order = Order("sprig_genCAWithKey", name, days, is_authority=True)
    return order.signed(scope, parse_key(key, order.function))


def make_self_signed(scope: Scope, name: str, addresses: Names, hosts: Names, *rest: Any) -> Certificate:
    """Make a certificate that its key signs itself; `rest` are its days, and its key if it has one."""
    days, *keys = rest
    order = Order("sprig_genSelfSignedCertWithKey" if keys else "sprig_genSelfSignedCert", name, days)
    key = parse_key(keys[0], order.function) if keys else None
    order.take_names(addresses, hosts)
    return order.signed(scope, key or new_rsa(scope, 2048, order.function))


def make_signed(scope: Scope, name: str, addresses: Names, hosts: Names, *rest: Any) -> Certificate:
    """Make a certificate that an authority signs; `rest` are its days, the authority, and its key if any."""
    days, authority, *keys = rest
    order = Order("sprig_genSignedCertWithKey" if keys else "sprig_genSignedCert", name, days)
    key = parse_key(keys[0], order.function) if keys else None
    signer = read_certificate(authority.fields["Cert"], order.function, "decodedSignerCert")
    try:
        signer_key = read_key(authority.fields["Key"], order.function)
    except FunctionError as error:
        raise FunctionError(f"error parsing private key: {error}") from None
    order.take_names(addresses, hosts)
    return order.signed(scope, key or new_rsa(scope, 2048, order.function), signer, signer_key)


RESULT = f"({TYPE}, error)"
NAMED = "func(string, []interface {}, []interface {}, int"
ROWS: dict[str, tuple[str, Callable[..., Any]]] = {
    "genPrivateKey": ("func(string) string", generate_key),
    "genCA": (f"func(string, int) {RESULT}", make_authority),
    "genCAWithKey": (f"func(string, int, string) {RESULT}", make_authority_with_key),
    "genSelfSignedCert": (f"{NAMED}) {RESULT}", make_self_signed),
    "genSelfSignedCertWithKey": (f"{NAMED}, string) {RESULT}", make_self_signed),
    "genSignedCert": (f"{NAMED}, {TYPE}) {RESULT}", make_signed),
    "genSignedCertWithKey": (f"{NAMED}, {TYPE}, string) {RESULT}", make_signed),
}
FUNCTIONS = table({"buildCustomCert": (f"func(string, string) {RESULT}", custom)}, ROWS)
