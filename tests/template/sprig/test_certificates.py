"""Sprig's keys and certificates: what is made holds, and fits together; errors are Go's."""

from __future__ import annotations

import re

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tests.template.sprig.world import NOW, render, result
from vexec.errors import TemplateError
from vexec.template.scope import Scope
from vexec.template.sprig.certificates import Certificate, make_signed
from vexec.template.values import FunctionError

BLOCK = re.compile(r"-----BEGIN .*?-----END [A-Z ]+-----\n", re.DOTALL)
EC = '{{$key := sprig_genPrivateKey "ecdsa"}}'
ROUND = "{{$made.Cert}}{{$made.Key}}"


def certificate(text: str) -> x509.Certificate:
    """Read the first certificate of a text."""
    return x509.load_pem_x509_certificate(text.encode())


def extension(made: x509.Certificate, kind: type[x509.ExtensionType]) -> x509.Extension[x509.ExtensionType]:
    """Return an extension of a certificate."""
    return made.extensions.get_extension_for_class(kind)


@pytest.mark.parametrize(
    ("kind", "name", "form"),
    [
        ("ecdsa", "EC PRIVATE KEY", ec.EllipticCurvePrivateKey),
        ("ed25519", "PRIVATE KEY", ed25519.Ed25519PrivateKey),
    ],
)
def test_a_key_is_of_its_kind(kind: str, name: str, form: type) -> None:
    """The PEM block has the name that Go gives it."""
    text = render('{{sprig_genPrivateKey "' + kind + '"}}')

    assert text.startswith(f"-----BEGIN {name}-----\n")
    assert isinstance(load_pem_private_key(text.encode(), None), form)


@pytest.mark.parametrize(("kind", "module"), [("", rsa), ("rsa", rsa), ("dsa", dsa)])
def test_a_slow_key_is_asked_for_as_go_does(
    kind: str, module: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RSA keys have 4096 bits and DSA keys 2048; smaller ones are made here, which takes less time."""
    asked = []
    is_rsa = module is rsa
    small = rsa.generate_private_key(65537, 2048) if is_rsa else dsa.generate_private_key(1024)

    def generate(*, key_size: int, public_exponent: int = 0) -> object:
        asked.append((key_size, public_exponent))
        return small

    monkeypatch.setattr(module, "generate_private_key", generate)
    text = render('{{sprig_genPrivateKey "' + kind + '"}}')

    assert asked == [(4096, 65537) if is_rsa else (2048, 0)]
    assert text.startswith(f"-----BEGIN {'RSA' if is_rsa else 'DSA'} PRIVATE KEY-----\n")


def test_an_authority_signs_itself() -> None:
    """An authority may sign certificates and states its key's identifier."""
    text = render(EC + '{{$made := sprig_genCAWithKey "my ca" 365 $key}}' + ROUND)
    made = certificate(text)

    made.verify_directly_issued_by(made)
    assert made.subject.rfc4514_string() == "CN=my ca"
    assert (made.not_valid_after_utc - made.not_valid_before_utc).days == 365
    assert int(made.not_valid_before_utc.timestamp()) == NOW // 10**9
    assert [one.oid._name for one in made.extensions] == [
        "keyUsage", "extendedKeyUsage", "basicConstraints", "subjectKeyIdentifier",
    ]  # fmt: skip
    assert [one.critical for one in made.extensions] == [True, False, True, False]
    assert extension(made, x509.BasicConstraints).value == x509.BasicConstraints(ca=True, path_length=None)


def test_an_authority_signs_a_certificate() -> None:
    """The certificate names its hosts and addresses and who signed it."""
    text = render(
        EC + '{{$ca := sprig_genCAWithKey "ca" 1 $key}}{{$other := sprig_genPrivateKey "ed25519"}}'
        '{{$ips := sprig_list "10.0.0.1" "::1"}}{{$hosts := sprig_list "a.b" "c"}}'
        '{{$made := sprig_genSignedCertWithKey "x" $ips $hosts 30 $ca $other}}'
        "{{$ca.Cert}}" + ROUND
    )
    authority, made = (certificate(block) for block in BLOCK.findall(text)[:2])

    made.verify_directly_issued_by(authority)
    names = extension(made, x509.SubjectAlternativeName).value
    assert str(names) == (
        "<SubjectAlternativeName(<GeneralNames([<DNSName(value='a.b')>, <DNSName(value='c')>, "
        "<IPAddress(value=10.0.0.1)>, <IPAddress(value=::1)>])>)>"
    )
    assert extension(made, x509.BasicConstraints).value == x509.BasicConstraints(ca=False, path_length=None)
    assert [one.oid._name for one in made.extensions][3:] == ["authorityKeyIdentifier", "subjectAltName"]
    assert text.endswith("-----END PRIVATE KEY-----\n")


@pytest.mark.parametrize("kind", ["ecdsa", "ed25519"])
def test_a_certificate_signs_itself(kind: str) -> None:
    """A self-signed certificate is no authority; an empty name is none."""
    key = '{{$key := sprig_genPrivateKey "' + kind + '"}}'
    made = certificate(render(key + '{{$made := sprig_genSelfSignedCertWithKey "" nil nil 2 $key}}' + ROUND))

    made.verify_directly_issued_by(made)
    assert made.subject.rfc4514_string() == ""
    assert len(list(made.extensions)) == 3


def test_a_certificate_without_an_identifier_signs() -> None:
    """Where the signer states no identifier of its key, neither does what it signs."""
    text = render(
        EC + '{{$ca := sprig_genSelfSignedCertWithKey "ca" nil nil 1 $key}}'
        '{{$made := sprig_genSignedCertWithKey "x" nil nil 1 $ca $key}}' + ROUND
    )

    assert len(list(certificate(text).extensions)) == 3


@pytest.mark.parametrize(
    "call", ['genCA "a" 1', 'genSelfSignedCert "a" nil nil 1', 'genSignedCert "a" nil nil 1 $ca']
)
def test_a_new_key_has_2048_bits(call: str) -> None:
    """Without a key of its own a certificate gets a new RSA key."""
    text = render(EC + '{{$ca := sprig_genCAWithKey "c" 1 $key}}{{$made := sprig_' + call + "}}" + ROUND)
    key = load_pem_private_key(BLOCK.findall(text)[1].encode(), None)

    assert isinstance(key, rsa.RSAPrivateKey)
    assert key.key_size == 2048
    assert text.count("RSA PRIVATE KEY") == 2


def test_a_certificate_of_ones_own_is_checked() -> None:
    """What is given in base64 comes back once both parts can be read."""
    text = render(
        EC + '{{$ca := sprig_genCAWithKey "c" 1 $key}}'
        "{{$made := sprig_buildCustomCert (sprig_b64enc $ca.Cert) (sprig_b64enc $ca.Key)}}"
        "{{eq $made.Cert $ca.Cert}} {{eq $made.Key $ca.Key}} {{sprig_typeOf $made}}"
    )

    assert text == "true true sprig.certificate"


def pem(kind: str, data: str = "YQ==") -> str:
    """Return a PEM block as a string of a template."""
    return f'"-----BEGIN {kind}-----\\n{data}\\n-----END {kind}-----\\n"'


KEY = f"sprig_genCAWithKey {chr(34)}a{chr(34)} 1 "
PARSING = "! error calling sprig_genCAWithKey: parsing private key: "
SELF = "error calling sprig_genSelfSignedCert: error"
DNS = 'processing alternate dns name: "…" is not a string'
CUSTOM = "! error calling sprig_buildCustomCert: "
MALFORMED = "error parsing certificate: decodedCert.Bytes: x509: malformed certificate"
WRONG = {
    KEY + '"x"': PARSING + "no PEM data in input",
    KEY + pem("X"): PARSING + 'no private key data in PEM block of type "…"',
    KEY + pem("X PRIVATE KEY"): PARSING + 'invalid private key type "…"',
    KEY + pem("RSA PRIVATE KEY"): PARSING + 'parsing RSA private key from PEM: "…"',
    KEY + pem("EC PRIVATE KEY"): PARSING + 'parsing EC private key from PEM: "…"',
    KEY + pem("PRIVATE KEY"): PARSING + 'decoding PEM as PKCS#8: "…"',
    'sprig_genPrivateKey "x"': "Unknown type x",
    'sprig_genSelfSignedCert "a" (sprig_list 1) nil 1': f'! {SELF} parsing ip: "…" is not a string',
    'sprig_genSelfSignedCert "a" (sprig_list "x") nil 1': f'! {SELF} parsing ip: "…"',
    'sprig_genSelfSignedCert "a" (sprig_list "::1%a") nil 1': f'! {SELF} parsing ip: "…"',
    'sprig_genSelfSignedCert "a" nil (sprig_list 1) 1': f"! {SELF} {DNS}",
    'sprig_genSignedCert "a" nil nil 1 5': "! can't handle 5 for arg of type sprig.certificate",
    'sprig_buildCustomCert "x" "x"': CUSTOM + "unable to decode base64 certificate",
    'sprig_buildCustomCert "" "x"': CUSTOM + "unable to decode base64 private key",
    'sprig_buildCustomCert "YQ==" ""': CUSTOM + "unable to decode certificate",
    f"sprig_buildCustomCert (sprig_b64enc {pem('CERTIFICATE')}) {chr(34) * 2}": CUSTOM + MALFORMED,
}  # fmt: skip


@pytest.mark.parametrize("expression", WRONG)
def test_a_wrong_call_fails_as_in_go(expression: str) -> None:
    """The words are Go's, without the value and without a library's reasons."""
    assert result(expression) == WRONG[expression]


def test_what_cannot_be_a_certificate_is_an_error() -> None:
    """A name that is not ASCII, a time without end and a key that cannot sign are refused."""
    made = EC + '{{sprig_genSelfSignedCertWithKey "a" nil %s %s $key}}'
    wrong = "error creating certificate: "
    for hosts, days, words in (
        ('(sprig_list "é")', "1", wrong + 'x509: "…" cannot be encoded as an IA5String'),
        ("nil", "-99999999", wrong + '"…"'),
        ("nil", "99999999", wrong + '"…"'),
    ):
        with pytest.raises(TemplateError, match=re.escape(words)):
            render(made % (hosts, days))


def test_a_signer_is_checked() -> None:
    """The authority's certificate has to be one, and its key one that can be read."""
    made = EC + '{{$ca := sprig_genCAWithKey "c" 1 $key}}'
    key = '{{sprig_buildCustomCert (sprig_b64enc $ca.Cert) (sprig_b64enc "x")}}'

    with pytest.raises(TemplateError, match="error parsing private key: no PEM data in input"):
        render(made + key)
    for cert, pem_key, words in (
        ("", "", "unable to decode certificate"),
        (render(made + "{{$ca.Cert}}"), "", "error parsing private key: no PEM data in input"),
    ):
        with pytest.raises(FunctionError, match=words):
            make_signed(Scope(), "a", None, None, 1, Certificate(cert, pem_key))


def test_certificates_need_the_time() -> None:
    """Where there is no clock no certificate can be made."""
    with pytest.raises(TemplateError, match="the time is not known here"):
        render(EC + '{{sprig_genCAWithKey "c" 1 $key}}', Scope())
