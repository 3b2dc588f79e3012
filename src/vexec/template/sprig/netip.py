"""IP addresses as Go's netip reads them, for the hosts of URLs and the names in certificates."""

from __future__ import annotations

from vexec.template.timefmt import is_digit

HEX = frozenset("0123456789abcdefABCDEF")
EMPTY = "each colon-separated field must have at least one digit"
PLACE = "embedded IPv4 address must replace the final 2 fields of the address"


class AddressError(ValueError):
    """A text is no address; the words are Go's, without the text."""

    def __init__(self, problem: str, *, has_place: bool = True) -> None:
        super().__init__(f'ParseAddr("…"): {problem}' + (' (at "…")' if has_place else ""))


def parse_address(text: str) -> bytes:
    """Return an address's four or sixteen bytes; raises AddressError."""
    mark = next((char for char in text if char in ".:%"), "")
    if mark == ".":
        return parse_ipv4(text)
    if mark == ":":
        return parse_ipv6(text)
    raise AddressError("missing IPv6 address" if mark else "unable to parse IP", has_place=False)


def parse_ipv4(text: str) -> bytes:
    """Read four decimal numbers between points."""
    fields = text.split(".")
    for number, field in enumerate(fields):
        digits = len(field)
        for index, char in enumerate(field):
            if not is_digit(char):
                raise AddressError("unexpected character")
            if index == 1 and field[0] == "0":
                raise AddressError("IPv4 field has octet with leading zero", has_place=False)
            if int(field[: index + 1]) > 255:
                raise AddressError("IPv4 field has value >255", has_place=False)
        is_last = number == len(fields) - 1
        if not digits or (number + 2 == len(fields) and not fields[-1]):
            raise AddressError("IPv4 field must have at least one digit")
        if number == 3 and not is_last:
            raise AddressError("IPv4 address too long", has_place=False)
    if len(fields) < 4:
        raise AddressError("IPv4 address too short", has_place=False)
    return bytes(map(int, fields))


def parse_ipv6(text: str) -> bytes:
    """Read groups of hexadecimal digits between colons, `::` for groups of zeros, and a zone after a %."""
    rest, percent, zone = text.partition("%")
    if percent and not zone:
        raise AddressError("zone must be a non-empty string", has_place=False)
    address = bytearray()
    gap = -1
    if rest.startswith("::"):
        gap, rest = 0, rest[2:]
    while len(address) < 16 and (rest or gap != len(address) or not address):
        if not rest and gap == 0 and not address:
            break
        length = group_length(rest)
        if rest[length : length + 1] == ".":
            address += embedded_ipv4(rest, len(address), has_gap=gap >= 0)
            rest = ""
            break
        address += int(rest[:length], 16).to_bytes(2, "big")
        rest = rest[length:]
        if not rest:
            break
        rest = after_colon(rest)
        if rest[0] == ":":
            if gap >= 0:
                raise AddressError("multiple :: in address")
            gap, rest = len(address), rest[1:]
            if not rest:
                break
    return filled(address, gap, rest)


def group_length(text: str) -> int:
    """Return how many hexadecimal digits a text begins with, one to four."""
    length = 0
    while text[length : length + 1] in HEX and length < len(text):
        if length > 3:
            raise AddressError("each group must have 4 or less digits")
        length += 1
    if not length:
        raise AddressError(EMPTY, has_place=bool(text))
    return length


def after_colon(text: str) -> str:
    """Return what follows the colon that a text begins with."""
    if text[0] != ":":
        raise AddressError("unexpected character, want colon")
    if len(text) == 1:
        raise AddressError("colon must be followed by more characters")
    return text[1:]


def embedded_ipv4(text: str, size: int, *, has_gap: bool) -> bytes:
    """Read the IPv4 address at the end of an IPv6 address of which `size` bytes are there."""
    if not has_gap and size != 12:
        raise AddressError(PLACE)
    if size > 12:
        raise AddressError("too many hex fields to fit an embedded IPv4 at the end of the address")
    return parse_ipv4(text)


def filled(address: bytearray, gap: int, rest: str) -> bytes:
    """Put zeros in the place of `::`."""
    if rest:
        raise AddressError("trailing garbage after address")
    if len(address) == 16:
        if gap >= 0:
            raise AddressError("the :: must expand to at least one field of zeros", has_place=False)
        return bytes(address)
    if gap < 0:
        raise AddressError("address string too short", has_place=False)
    return bytes(address[:gap]) + bytes(16 - len(address)) + bytes(address[gap:])
