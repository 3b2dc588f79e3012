"""Sprig's passwords and ciphers; those that are not random against what sprig gives."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.template.sprig.world import result
from vexec.template.scope import Scope
from vexec.template.sprig.crypto import bcrypt, decrypt, encrypt
from vexec.template.values import FunctionError

BOUNDS = "! error calling sprig_decryptAES: runtime error: slice bounds out of range "
# run with sprig 3.3.0 in Go 1.26
CASES = {
    'sprig_derivePassword 1 "long" "password" "user" "example.com"': 'ZedaFaxcZaso9*',
    'sprig_derivePassword 2 "maximum" "password" "user" "example.com"': 'O8-6Bwz1*I5XVPPq)@H!',
    'sprig_derivePassword 1 "medium" "pä" "usér" "example.com"': 'HudGod4-',
    'sprig_derivePassword 4294967295 "basic" "" "" ""': 'YLa72fGa',
    'sprig_derivePassword 1 "short" "p" "u" "e"': 'Wom2',
    'sprig_derivePassword 1 "pin" "password" "user" "example.com"': '6685',
    'sprig_derivePassword 1 "x" "a" "b" "c"': 'cannot find password template x',
    'sprig_htpasswd "a:b" "c"': 'invalid username: a:b',
    'sprig_bcrypt (sprig_repeat 73 "a")': 'failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes',
    'sprig_encryptAES "k" ""': '',
    'sprig_decryptAES "k" ""': '',
    'sprig_decryptAES "k" "YQ=="': BOUNDS + '[:16] with capacity 3',
    'sprig_decryptAES "k" "YQ="': '! error calling sprig_decryptAES: illegal base64 data at input byte 3',
    'sprig_decryptAES "k" "YWFhYWFhYWFhYWFhYWFhYQ=="': '! error calling sprig_decryptAES: runtime error: index out of range [-1]',
    'sprig_decryptAES "k" "YWFhYWFhYWFhYWFhYWFhYWE="': '! error calling sprig_decryptAES: crypto/cipher: input not full blocks',
    'sprig_decryptAES "k" "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE="': BOUNDS + '[:-5]',
    'sprig_decryptAES "k" "YWFh\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\nYWFh"': BOUNDS + '[16:6]',
    'sprig_genPrivateKey "x"': 'Unknown type x',
    'sprig_decryptAES "a password of more than thirty-two bytes" "rLTCBIPVrghooSKxUxz0meubHWCelRURqy5+hI8uzzY="': 'text ü',
}  # fmt: skip


@pytest.mark.parametrize("expression", CASES)
def test_the_result_is_sprigs(expression: str) -> None:
    """An expression gives what it gives in Go."""
    assert result(expression) == CASES[expression]


@settings(max_examples=50)
@given(st.text(), st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_what_is_encrypted_can_be_decrypted(password: str, text: str) -> None:
    """Decryption with the same password gives the text again; the random vector makes each cipher another."""
    password = password.encode("utf-8", "replace").decode()

    assert decrypt(password, encrypt(password, text)) == text
    assert encrypt(password, text) != encrypt(password, text)


def test_bcrypt_hashes_with_cost_10(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hash is the package's, of the form that Go writes."""
    library = SimpleNamespace(
        gensalt=lambda cost, prefix: b"$%s$%d$salt" % (prefix, cost),
        hashpw=lambda password, salt: salt + b"/" + password,
    )
    monkeypatch.setitem(sys.modules, "bcrypt", library)

    assert result('sprig_bcrypt "secret"') == "$2a$10$salt/secret"
    assert result('sprig_htpasswd "user" "secret"') == "user:$2a$10$salt/secret"


def test_what_bcrypt_refuses_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A password that the package cannot hash fails, without the password."""

    def refuse(_password: bytes, _salt: bytes) -> bytes:
        raise ValueError("hunter2")

    library = SimpleNamespace(gensalt=lambda _cost, prefix: prefix, hashpw=refuse)
    monkeypatch.setitem(sys.modules, "bcrypt", library)

    with pytest.raises(FunctionError, match=r"^bcrypt: the password cannot be hashed$"):
        bcrypt(Scope(), "hunter2\0")


@pytest.mark.parametrize(
    ("expression", "package"),
    [
        ('sprig_bcrypt "a"', "bcrypt"),
        ('sprig_htpasswd "a" "b"', "bcrypt"),
        ('sprig_encryptAES "a" "b"', "cryptography"),
        ('sprig_decryptAES "a" "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE="', "cryptography"),
        ('sprig_genPrivateKey "ecdsa"', "cryptography"),
        ('sprig_genCA "a" 1', "cryptography"),
        ('sprig_genSelfSignedCert "a" nil nil 1', "cryptography"),
    ],
)
def test_a_package_that_is_not_there_is_named(
    expression: str, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without its package a function says which one it needs."""
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)
    name = expression.partition(" ")[0]

    assert result(expression) == (
        f"! error calling {name}: {name} needs the Python package {package}, which is not part of this build"
    )


def test_a_python_without_openssl_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no scrypt, deriving a password fails."""
    monkeypatch.setitem(sys.modules, "_hashlib", None)

    assert result('sprig_derivePassword 1 "pin" "a" "b" "c"') == (
        "! error calling sprig_derivePassword: sprig_derivePassword needs OpenSSL, "
        "which is not part of this build"
    )
