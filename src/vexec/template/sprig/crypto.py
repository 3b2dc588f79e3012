"""Sprig's passwords and ciphers; what the standard library cannot do needs a package, if it is there."""

from __future__ import annotations

import os

from vexec.template.digest import hmac_sha256
from vexec.template.sprig import table
from vexec.template.sprig.encoding import Corrupt, base64_bytes
from vexec.template.strconv import from_bytes, to_bytes
from vexec.template.values import FunctionError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vexec.template.scope import Scope

BLOCK = 16  # bytes of an AES block
COST = 10  # of bcrypt: two to the power of it
LONGEST = 72  # bytes of a password for bcrypt
SLOW = 50_000  # steps that a slow hash counts for
SEED = b"com.lyndir.masterpassword"
# the kinds of derived passwords: forms made of the classes of characters below
FORMS = {
    "maximum": "anoxxxxxxxxxxxxxxxxx axxxxxxxxxxxxxxxxxno",
    "long": (
        "CvcvnoCvcvCvcv CvcvCvcvnoCvcv CvcvCvcvCvcvno CvccnoCvcvCvcv CvccCvcvnoCvcv CvccCvcvCvcvno "
        "CvcvnoCvccCvcv CvcvCvccnoCvcv CvcvCvccCvcvno CvcvnoCvcvCvcc CvcvCvcvnoCvcc CvcvCvcvCvccno "
        "CvccnoCvccCvcv CvccCvccnoCvcv CvccCvccCvcvno CvcvnoCvccCvcc CvcvCvccnoCvcc CvcvCvccCvccno "
        "CvccnoCvcvCvcc CvccCvcvnoCvcc CvccCvcvCvccno"
    ),
    "medium": "CvcnoCvc CvcCvcno",
    "short": "Cvcn",
    "basic": "aaanaaan aannaaan aaannaaa",
    "pin": "nnnn",
}
CAPITALS, SMALL = "AEIOUBCDFGHJKLMNPQRSTVWXYZ", "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz"
CLASSES = {
    "V": "AEIOU",
    "C": "BCDFGHJKLMNPQRSTVWXYZ",
    "v": "aeiou",
    "c": "bcdfghjklmnpqrstvwxyz",
    "A": CAPITALS,
    "a": SMALL,
    "n": "0123456789",
    "o": "@&%?,=[]_:-+*$#!'^~;()/.",
    "x": SMALL + "0123456789!@#$%^&*()",
}


def absent(package: str, function: str) -> FunctionError:
    """Build the error of a function whose package is not there."""
    return FunctionError(f"{function} needs the Python package {package}, which is not part of this build")


def cryptography(name: str, function: str) -> Any:
    """Import a module of the package cryptography; raises FunctionError without it."""
    try:
        return __import__(f"cryptography.{name}", fromlist=["__name__"])
    except ImportError:
        raise absent("cryptography", function) from None


def bcrypt(scope: Scope, password: str, function: str = "sprig_bcrypt") -> str:
    """Return the bcrypt hash of a password, with a random salt."""
    data = to_bytes(password)
    if len(data) > LONGEST:
        return "failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes"
    try:
        library: Any = __import__("bcrypt")
    except ImportError:
        raise absent("bcrypt", function) from None
    scope.count(SLOW)
    try:
        hashed: bytes = library.hashpw(data, library.gensalt(COST, prefix=b"2a"))
    except ValueError:
        raise FunctionError("bcrypt: the password cannot be hashed") from None
    return hashed.decode()


def htpasswd(scope: Scope, name: str, password: str) -> str:
    """Return a line of a password file: the name and the bcrypt hash."""
    if ":" in name:
        return f"invalid username: {name}"
    return f"{name}:{bcrypt(scope, password, 'sprig_htpasswd')}"


def framed(text: str) -> bytes:
    """Return a text's bytes behind their number."""
    data = to_bytes(text)
    return len(data).to_bytes(4, "big") + data


def derive_password(scope: Scope, counter: int, kind: str, password: str, *place: str) -> str:
    """Return the password of a user (`place[0]`) for a site, as Master Password derives it."""
    user, site = place
    if kind not in FORMS:
        return f"cannot find password template {kind}"
    try:
        scrypt: Any = __import__("_hashlib").scrypt
    except (ModuleNotFoundError, AttributeError):
        raise FunctionError("sprig_derivePassword needs OpenSSL, which is not part of this build") from None
    scope.count(SLOW)
    key = scrypt(to_bytes(password), salt=SEED + framed(user), n=32768, r=8, p=2, dklen=64, maxmem=128 << 20)
    seed = hmac_sha256(key, SEED + framed(site) + int(counter).to_bytes(4, "big"))
    forms = FORMS[kind].split()
    form = forms[seed[0] % len(forms)]
    classes = [CLASSES[name] for name in form]
    return "".join(chars[byte % len(chars)] for chars, byte in zip(classes, seed[1:], strict=False))


def cipher(password: str, vector: bytes, function: str) -> Any:
    """Return AES-256 in CBC mode; the key is the password, cut or filled with zeros."""
    ciphers = cryptography("hazmat.primitives.ciphers", function)
    key = to_bytes(password)[:32].ljust(32, b"\0")
    return ciphers.Cipher(ciphers.algorithms.AES(key), ciphers.modes.CBC(vector))


def encrypt(password: str, text: str) -> str:
    """Encrypt a text; return the random vector and the cipher's blocks in base64."""
    if not text:
        return ""
    from binascii import b2a_base64

    vector = os.urandom(BLOCK)
    encryptor = cipher(password, vector, "sprig_encryptAES").encryptor()
    data = to_bytes(text)
    size = BLOCK - len(data) % BLOCK
    blocks = encryptor.update(data + bytes([size]) * size) + encryptor.finalize()
    return b2a_base64(vector + blocks, newline=False).decode()


def decrypt(password: str, text: str) -> str:
    """Decrypt what `encrypt` returned."""
    if not text:
        return ""
    try:
        data = base64_bytes(text)
    except Corrupt as error:
        raise FunctionError(str(error)) from None
    if len(data) < BLOCK:
        capacity = len(text) // 4 * 3
        bounds = f"[:{BLOCK}] with capacity {capacity}" if capacity < BLOCK else f"[{BLOCK}:{len(data)}]"
        raise FunctionError(f"runtime error: slice bounds out of range {bounds}")
    vector, blocks = data[:BLOCK], data[BLOCK:]
    if len(blocks) % BLOCK:
        raise FunctionError("crypto/cipher: input not full blocks")
    if not blocks:
        raise FunctionError("runtime error: index out of range [-1]")
    decryptor = cipher(password, vector, "sprig_decryptAES").decryptor()
    plain = decryptor.update(blocks) + decryptor.finalize()
    end = len(plain) - plain[-1]
    if end < 0:
        raise FunctionError(f"runtime error: slice bounds out of range [:{end}]")
    return from_bytes(plain[:end])


TWO = "func(string, string) "
FUNCTIONS = table(
    {
        "encryptAES": (TWO + "(string, error)", encrypt),
        "decryptAES": (TWO + "(string, error)", decrypt),
    },
    {
        "bcrypt": ("func(string) string", bcrypt),
        "htpasswd": (TWO + "string", htpasswd),
        "derivePassword": ("func(uint32, string, string, string, string) string", derive_password),
    },
)
