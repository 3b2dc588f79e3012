"""Reads number constants: each is kept as every type that its value fits, like Go's untyped constants."""

from __future__ import annotations

from vexec.template.lex import CHARACTER, COMPLEX
from vexec.template.nodes import NumberNode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from vexec.template.lex import Item


def read_number(item: Item) -> NumberNode:
    """Return the node of a number or a character; raises ValueError with Go's words."""
    node = NumberNode(item.pos, item.text)
    if item.kind == CHARACTER:
        node.as_int = node.as_uint = read_character(item.text)
        node.as_float = float(node.as_int)
    elif item.kind == COMPLEX:
        set_complex(node, read_complex(item.text))
    elif item.text.isdecimal() and item.text[0] != "0" and len(item.text) < 19:
        node.as_int = node.as_uint = int(item.text)
        node.as_float = float(node.as_int)
    else:
        read_real(node)
    return node


def read_character(text: str) -> int:
    """Return the code point of a character constant."""
    from vexec.template.strconv import unquote_char

    code, _, rest = unquote_char(text[1:], "'")
    if rest != "'":
        raise ValueError(f"malformed character constant: {text}")
    return code


def read_real(node: NumberNode) -> None:
    """Read what is no complex number, unless it is an imaginary one."""
    from vexec.template import strconv

    text = node.text
    if text.endswith("i") and (imaginary := tried(strconv.parse_float, text[:-1])) is not None:
        set_complex(node, complex(0, imaginary))
        return
    node.as_uint = tried(lambda digits: strconv.parse_uint(digits, 0), text)
    node.as_int = tried(lambda digits: strconv.parse_int(digits, 0), text)
    if node.as_int == 0:
        node.as_uint = 0  # -0
    whole = node.as_uint if node.as_int is None else node.as_int
    if whole is not None:
        node.as_float = float(whole)
        return
    number = tried(strconv.parse_float, text)
    if number is None:
        raise ValueError(f"illegal number syntax: {strconv.quote(text)}")
    if not set(".eEpP") & set(text):
        raise ValueError(f"integer overflow: {strconv.quote(text)}")
    set_float(node, number)


def tried(read: Callable[[str], Any], text: str) -> Any:
    """Return what a function reads from a text, None if it cannot."""
    try:
        return read(text)
    except ValueError:
        return None


def set_complex(node: NumberNode, number: complex) -> None:
    """Keep a complex number, and as a real one if it has no imaginary part."""
    node.as_complex = number
    if number.imag == 0:
        set_float(node, number.real)


def set_float(node: NumberNode, number: float) -> None:
    """Keep a float, and as an integer if it is a whole number in range."""
    node.as_float = number
    if number.is_integer():
        if -(2.0**63) <= number < 2.0**63:
            node.as_int = int(number)
        if 0 <= number < 2.0**64:
            node.as_uint = int(number)


def read_complex(text: str) -> complex:
    """Read `1+2i`: each part is decimal or hexadecimal, since fmt.Sscan reads them."""
    from vexec.template.strconv import NumError, parse_float, quote

    end = end_of_float(text, 0)
    is_pair = text[end : end + 1] in ("+", "-") and end_of_float(text, end) == len(text) - 1
    if not is_pair or text[end + 1] == "i":  # which Sscan takes for the beginning of Inf
        raise ValueError("syntax error scanning complex number")
    parts = []
    for part in (text[:end], text[end:-1]):
        try:
            parts.append(parse_float(part))
        except NumError as error:
            reason = error.reason
            raise ValueError(f"strconv.ParseFloat: parsing {quote(part)}: {reason}") from None
    return complex(*parts)


def end_of_float(text: str, pos: int) -> int:
    """Return where fmt.Sscan stops to read a float."""
    pos += text[pos : pos + 1] in ("+", "-")
    is_hex = text[pos : pos + 2].lower() == "0x"
    digits = "0123456789_" + "abcdefABCDEF" * is_hex
    pos = end_of_digits(text, pos + 2 * is_hex, digits)
    if text.startswith(".", pos):
        pos = end_of_digits(text, pos + 1, digits)
    if text[pos : pos + 1] in (("p", "P") if is_hex else ("e", "E", "p", "P")):
        pos += 1
        pos += text[pos : pos + 1] in ("+", "-")
        pos = end_of_digits(text, pos, "0123456789_")
    return pos


def end_of_digits(text: str, pos: int, digits: str) -> int:
    """Return the end of a run of digits."""
    while text[pos : pos + 1] in tuple(digits):
        pos += 1
    return pos
