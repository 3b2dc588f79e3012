"""Sprig's base64 and base32, where an error is the result, and its checksums."""

from __future__ import annotations

import zlib
from base64 import b32encode
from binascii import a2b_base64, b2a_base64

from vexec.template.digest import digest
from vexec.template.functions.text import wrong_place
from vexec.template.sprig import table
from vexec.template.strconv import from_bytes, to_bytes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
DIGITS = {byte: value for value, byte in enumerate(ALPHABET)}
PAD = 0x3D
LENGTHS = (2, 4, 5, 7, 8)  # digits that a group of base32 can have


class Corrupt(ValueError):
    """Base64 or base32 has a byte that does not fit; the text says where, in Go's words."""


def base64_encode(text: str) -> str:
    """Return the base64 of a text."""
    return b2a_base64(to_bytes(text), newline=False).decode()


def base64_bytes(text: str) -> bytes:
    """Read base64; raises Corrupt."""
    data = to_bytes(text)
    plain = data.translate(None, b"\r\n")
    place = wrong_place(data, plain)
    if place >= 0:
        raise Corrupt(f"illegal base64 data at input byte {place}")
    return a2b_base64(plain)


def base64_decode(text: str) -> str:
    """Read base64; return Go's words for what is none."""
    try:
        return from_bytes(base64_bytes(text))
    except Corrupt as error:
        return str(error)


def base32_encode(text: str) -> str:
    """Return the base32 of a text."""
    return b32encode(to_bytes(text)).decode()


def base32_decode(text: str) -> str:
    """Read base32; return Go's words for what is none."""
    try:
        return from_bytes(base32_bytes(to_bytes(text).translate(None, b"\r\n")))
    except Corrupt as error:
        return str(error)


def base32_bytes(data: bytes) -> bytes:
    """Read base32 in groups of eight digits; the last group may be shorter and padded."""
    result = bytearray()
    index = 0
    while index < len(data):
        number, count = 0, 0
        while count < 8 and not is_padding(data, index + count, count):
            if index + count == len(data):
                raise corrupt(index)
            digit = DIGITS.get(data[index + count])
            if digit is None:
                raise corrupt(index + count)
            number = number << 5 | digit
            count += 1
        if count < 8:
            check_padding(data, index, count)
        result += (number >> count * 5 % 8).to_bytes(count * 5 // 8, "big")
        if count < 8:
            break
        index += 8
    return bytes(result)


def is_padding(data: bytes, index: int, count: int) -> bool:
    """Tell whether padding begins at an index, after so many digits of a group."""
    return count >= 2 and data[index : index + 1] == b"=" and len(data) - index <= 8


def check_padding(data: bytes, start: int, count: int) -> None:
    """Check what follows the digits of the last group."""
    first = start + count
    if len(data) < start + 8:
        raise corrupt(len(data))
    for index in range(first + 1, start + 8):
        if data[index] != PAD:
            raise corrupt(index - 1)  # of the byte before it, as Go says
    if count not in LENGTHS:
        raise corrupt(first)


def corrupt(place: int) -> Corrupt:
    """Build the error of a byte that does not fit."""
    return Corrupt(f"illegal base32 data at input byte {place}")


def adler32(text: str) -> str:
    """Return the Adler-32 checksum of a text as a decimal number."""
    return str(zlib.adler32(to_bytes(text)))


def checksum(kind: str) -> Callable[[str], str]:
    """Return a function that gives the hexadecimal digest of a text."""
    return lambda text: digest(kind, to_bytes(text)).hex()


ONE = "func(string) string"
FUNCTIONS = table(
    {
        "b64enc": (ONE, base64_encode),
        "b64dec": (ONE, base64_decode),
        "b32enc": (ONE, base32_encode),
        "b32dec": (ONE, base32_decode),
        "sha1sum": (ONE, checksum("sha1")),
        "sha256sum": (ONE, checksum("sha256")),
        "sha512sum": (ONE, checksum("sha512")),
        "adler32sum": (ONE, adler32),
    }
)
