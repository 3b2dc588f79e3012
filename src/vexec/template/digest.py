"""Digests, from the interpreter's own modules.

`hashlib` loads the modules of all kinds; of one that cannot be loaded it logs a traceback, and goes on.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

IS_NEW = sys.version_info >= (3, 12)
# kind → what looks for its constructor
KINDS: Mapping[str, Callable[[], Any]] = {
    "md5": lambda: __import__("_md5").md5,
    "sha1": lambda: __import__("_sha1").sha1,
    "sha256": lambda: (__import__("_sha2") if IS_NEW else __import__("_sha256")).sha256,
    "sha512": lambda: (__import__("_sha2") if IS_NEW else __import__("_sha512")).sha512,
}
BLOCK = 64  # bytes that SHA-256 takes at once
INNER, OUTER = (bytes(byte ^ pad for byte in range(256)) for pad in (0x36, 0x5C))


def digest(kind: str, data: bytes) -> bytes:
    """Return the digest of data, of a kind of KINDS."""
    try:
        make = KINDS[kind]()
    except ModuleNotFoundError:
        import hashlib

        return hashlib.new(kind, data, usedforsecurity=False).digest()
    made: bytes = make(data, usedforsecurity=False).digest()
    return made


def hmac_sha256(key: bytes, data: bytes) -> bytes:
    """Return the HMAC with SHA-256 (RFC 2104)."""
    key = (digest("sha256", key) if len(key) > BLOCK else key).ljust(BLOCK, b"\0")
    return digest("sha256", key.translate(OUTER) + digest("sha256", key.translate(INNER) + data))
