"""Number constants: the types that a spelling fits; test_execution.py shows their use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vexec.template.lex import BadItem, lex
from vexec.template.numbers import read_number

if TYPE_CHECKING:
    from vexec.template.nodes import NumberNode

# int, uint, float, complex, as Go's parse.NumberNode has them
NUMBERS = {
    "0": (0, 0, 0.0, None),
    "-0": (0, 0, 0.0, None),
    "73": (73, 73, 73.0, None),
    "7_3": (73, 73, 73.0, None),
    "0b10_010_01": (73, 73, 73.0, None),
    "0o73": (59, 59, 59.0, None),
    "073": (59, 59, 59.0, None),
    "0X7_3": (115, 115, 115.0, None),
    "-73": (-73, None, -73.0, None),
    "+73": (73, None, 73.0, None),
    "1e9": (10**9, 10**9, 1e9, None),
    "-1.2": (None, None, -1.2, None),
    "1e19": (None, 10**19, 1e19, None),
    "-1e19": (None, None, -1e19, None),
    "0x_1p4": (16, 16, 16.0, None),
    "0x_1p-4": (None, None, 1 / 16, None),
    "9223372036854775807": (2**63 - 1, 2**63 - 1, 2.0**63, None),
    "9223372036854775808": (None, 2**63, 2.0**63, None),
    "9223372036854775808.0": (None, 2**63, 2.0**63, None),
    "-9223372036854775808": (-(2**63), None, -(2.0**63), None),
    "18446744073709551616.0": (None, None, 2.0**64, None),
    "4i": (None, None, None, 4j),
    "-1.2+4.2i": (None, None, None, -1.2 + 4.2j),
    "073i": (None, None, None, 73j),
    "0i": (0, 0, 0.0, 0j),
    "-12+0i": (-12, None, -12.0, -12 + 0j),
    "0x1p4+0x1p1i": (None, None, None, 16 + 2j),
    "'a'": (97, 97, 97.0, None),
    r"'\xFF'": (255, 255, 255.0, None),
    "'パ'": (0x30D1, 0x30D1, float(0x30D1), None),
    "'\udcff'": (0xFFFD, 0xFFFD, float(0xFFFD), None),
}
WRONG = {
    "1_": 'illegal number syntax: "1_"',
    "0x": 'illegal number syntax: "0x"',
    "+i": 'illegal number syntax: "+i"',
    "1e999": 'illegal number syntax: "1e999"',
    "18446744073709551616": 'integer overflow: "18446744073709551616"',
    "1+i": "syntax error scanning complex number",
    "0b1+1i": "syntax error scanning complex number",
    "1_+2i": 'strconv.ParseFloat: parsing "1_": invalid syntax',
    "0x10+1i": 'strconv.ParseFloat: parsing "0x10": invalid syntax',
    "1+2e999i": 'strconv.ParseFloat: parsing "+2e999": value out of range',
    "''": "invalid syntax",
    "'ab'": "malformed character constant: 'ab'",
    r"'\q'": "invalid syntax",
}


def read(text: str) -> NumberNode:
    """Read the number that a text is."""
    return read_number(lex(f"{{{{{text}}}}}")[1])


@pytest.mark.parametrize("text", NUMBERS)
def test_a_number_is_all_the_types_that_it_fits(text: str) -> None:
    """Whole floats are integers, and complex numbers without an imaginary part are floats."""
    node = read(text)

    assert (node.as_int, node.as_uint, node.as_float, node.as_complex) == NUMBERS[text]
    assert str(node) == text


@pytest.mark.parametrize("text", WRONG)
def test_what_is_no_number_is_an_error(text: str) -> None:
    """Go's words say what is wrong."""
    with pytest.raises(ValueError, match=r".") as caught:
        read(text)

    assert str(caught.value) == WRONG[text]


@given(st.text("0123456789abefiopxX_.+-", min_size=1, max_size=12))
def test_any_number_is_read_or_an_error(text: str) -> None:
    """What the lexer takes for a number has at least one type, or is an error."""
    try:
        node = read(text)
    except (ValueError, BadItem, AttributeError, IndexError):
        return
    assert not node.as_int is node.as_uint is node.as_float is node.as_complex is None


@given(st.integers(-(2**63), 2**64 - 1))
def test_every_integer_is_exact(number: int) -> None:
    """Integers keep their value, in any base."""
    for text in (str(number), hex(number), oct(number), bin(number)):
        node = read(text)
        assert node.as_int == (number if number < 2**63 else None)
        assert node.as_uint == (number if number >= 0 else None)
        assert node.as_float == float(number)
