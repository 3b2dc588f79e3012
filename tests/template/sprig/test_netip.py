"""IP addresses as Go's netip reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vexec.template.sprig.netip import AddressError, parse_address

if TYPE_CHECKING:
    import ipaddress

# text → bytes, or after "! " the error; run in Go 1.26
ADDRESSES = {
    "1.2.3.4": "01020304",
    "0.0.0.0": "00000000",
    "255.255.255.255": "ffffffff",
    "256.1.1.1": "! ParseAddr(\"…\"): IPv4 field has value >255",
    "1.2.3": "! ParseAddr(\"…\"): IPv4 address too short",
    "1.2.3.4.5": "! ParseAddr(\"…\"): IPv4 address too long",
    "1..2.3": "! ParseAddr(\"…\"): IPv4 field must have at least one digit (at \"…\")",
    ".1.2.3": "! ParseAddr(\"…\"): IPv4 field must have at least one digit (at \"…\")",
    "1.2.3.": "! ParseAddr(\"…\"): IPv4 field must have at least one digit (at \"…\")",
    "01.2.3.4": "! ParseAddr(\"…\"): IPv4 field has octet with leading zero",
    "1.2.3.x": "! ParseAddr(\"…\"): unexpected character (at \"…\")",
    "a.b.c.d": "! ParseAddr(\"…\"): unexpected character (at \"…\")",
    "": "! ParseAddr(\"…\"): unable to parse IP",
    "x": "! ParseAddr(\"…\"): unable to parse IP",
    "%a": "! ParseAddr(\"…\"): missing IPv6 address",
    "::": "00000000000000000000000000000000",
    "::1": "00000000000000000000000000000001",
    "1::": "00010000000000000000000000000000",
    "1:2:3:4:5:6:7:8": "00010002000300040005000600070008",
    "1:2:3:4:5:6:7:8:9": "! ParseAddr(\"…\"): trailing garbage after address (at \"…\")",
    "1:2:3:4:5:6:7::": "00010002000300040005000600070000",
    "1::2::3": "! ParseAddr(\"…\"): multiple :: in address (at \"…\")",
    "::1:2:3:4:5:6:7:8": "! ParseAddr(\"…\"): the :: must expand to at least one field of zeros",
    "1:2:3:4:5:6:1.2.3.4": "00010002000300040005000601020304",
    "::1.2.3.4": "00000000000000000000000001020304",
    "1:2:1.2.3.4": "! ParseAddr(\"…\"): embedded IPv4 address must replace the final 2 fields of the address (at \"…\")",
    "::1:2:3:4:5:6:7:1.2.3.4": "! ParseAddr(\"…\"): too many hex fields to fit an embedded IPv4 at the end of the address (at \"…\")",
    "::ffff:1.2.3.4": "00000000000000000000ffff01020304",
    "12345::": "! ParseAddr(\"…\"): each group must have 4 or less digits (at \"…\")",
    "g::": "! ParseAddr(\"…\"): each colon-separated field must have at least one digit (at \"…\")",
    "1:": "! ParseAddr(\"…\"): colon must be followed by more characters (at \"…\")",
    "1:2": "! ParseAddr(\"…\"): address string too short",
    "1::2:": "! ParseAddr(\"…\"): colon must be followed by more characters (at \"…\")",
    "fe80::1%eth0": "fe800000000000000000000000000001",
    "fe80::1%": "! ParseAddr(\"…\"): zone must be a non-empty string",
    "::1.2.3": "! ParseAddr(\"…\"): IPv4 address too short",
    "::1.2.3.4.5": "! ParseAddr(\"…\"): IPv4 address too long",
    "::1.2.3.": "! ParseAddr(\"…\"): IPv4 field must have at least one digit (at \"…\")",
    "1:2x": "! ParseAddr(\"…\"): unexpected character, want colon (at \"…\")",
    "ABCD::abcd": "abcd000000000000000000000000abcd",
    ":::": "! ParseAddr(\"…\"): each colon-separated field must have at least one digit (at \"…\")",
    ":1": "! ParseAddr(\"…\"): each colon-separated field must have at least one digit (at \"…\")",
    "::1.2.3.4:5": "! ParseAddr(\"…\"): unexpected character (at \"…\")",
    "1::1:2:3:4:5:6:7": "! ParseAddr(\"…\"): the :: must expand to at least one field of zeros",
}  # fmt: skip


@pytest.mark.parametrize("text", ADDRESSES)
def test_an_address_is_read_as_in_go(text: str) -> None:
    """A text gives the bytes, or the error, that it gives in Go."""
    try:
        found = parse_address(text).hex()
    except AddressError as error:
        found = f"! {error}"

    assert found == ADDRESSES[text]


@given(st.ip_addresses())
def test_any_address_can_be_read(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    """An address is read from its own text."""
    assert parse_address(str(address)) == address.packed
