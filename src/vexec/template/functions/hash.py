"""consul-template's hashes, in hexadecimal."""

from __future__ import annotations

from vexec.template.digest import digest, hmac_sha256
from vexec.template.strconv import to_bytes
from vexec.template.values import Function

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


def sha256_hex(text: str) -> str:
    """Return the SHA-256 of a text."""
    return digest("sha256", to_bytes(text)).hex()


def md5sum(text: str) -> str:
    """Return the MD5 of a text."""
    return digest("md5", to_bytes(text)).hex()


def hmac_sha256_hex(message: str, key: str) -> str:
    """Return the HMAC of a message with SHA-256."""
    return hmac_sha256(to_bytes(key), to_bytes(message)).hex()


FUNCTIONS: Mapping[str, Function] = {
    "sha256Hex": Function("sha256Hex", sha256_hex, ("string",), "string"),
    "md5sum": Function("md5sum", md5sum, ("string",), "string"),
    "hmacSHA256Hex": Function("hmacSHA256Hex", hmac_sha256_hex, ("string", "string"), "string"),
}
