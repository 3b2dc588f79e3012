"""Constants as values of a parameter's type, and as what they look like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from vexec.template.literals import ideal, literal
from vexec.template.parse import parse
from vexec.template.reflect import ANY, VALUE
from vexec.template.values import FunctionError, Int, type_of
from vexec.value import Number

if TYPE_CHECKING:
    from vexec.template.nodes import Node


def node_of(text: str) -> Node:
    """Return the node of a constant."""
    action: Any = parse(f"{{{{{text}}}}}").root.nodes[0]
    node: Node = action.pipe.commands[0].args[0]
    return node


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", 1), ("1.0", 1.0), ("1e3", 1e3), ("0x1e", 30), ("-0x1e", -30.0), ("0x1p4", 16.0), ("'e'", 101), ("1i", 1j), ("0i", 0j),
     ("true", True), ("false", False), ('"a"', "a"), ("9223372036854775807", 2**63 - 1)],
)  # fmt: skip
def test_a_constant_has_the_type_that_it_looks_like(text: str, value: Any) -> None:
    """The e of a signed hexadecimal number is taken for an exponent, as in Go."""
    for name in (ANY, VALUE):
        found = literal(node_of(text), name)
        assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [("1", "float64", 1.0), ("1.0", "int", 1), ("'a'", "uint8", Int(97, "uint8")), ("300", "uint8", Int(44, "uint8")),
     ("-1", "int8", Int(-1, "int8")), ("5", "time.Duration", Int(5, "time.Duration")), ("1", "uintptr", Int(1, "uintptr")),
     ("18446744073709551615", "uint64", Int(2**64 - 1, "uint64")), ("`a`", "string", "a"), ("`1`", "json.Number", Number("1")),
     ("true", "bool", True), ("1+2i", "complex128", 1 + 2j)],
)  # fmt: skip
def test_a_constant_takes_the_type_of_a_parameter(text: str, name: str, value: Any) -> None:
    """Numbers fit where their value does; integers are cut to their type."""
    found = literal(node_of(text), name)

    assert (found, type_of(found)) == (value, name)


@pytest.mark.parametrize(
    ("text", "name", "message"),
    [("1", "string", "expected string; found 1"), ("`a`", "int", "expected integer; found `a`"), ("1.5", "int64", "expected integer; found 1.5"),
     ("-1", "uint", "expected unsigned integer; found -1"), ("true", "float64", "expected float; found true"), ("1i", "float64", "expected float; found 1i"),
     ("1", "complex128", "expected complex; found 1"), ("1", "bool", "expected bool; found 1"), ("1", "[]string", "can't handle 1 for arg of type []string"),
     ("`a`", "*main.T", "can't handle `a` for arg of type *main.T"), ("9223372036854775808", ANY, "9223372036854775808 overflows int")],
)  # fmt: skip
def test_other_constants_are_errors(text: str, name: str, message: str) -> None:
    """The text of the template is told."""
    with pytest.raises(FunctionError) as caught:
        literal(node_of(text), name)

    assert str(caught.value) == message


def test_a_constant_that_overflows_is_an_error() -> None:
    """Wherever it stands."""
    with pytest.raises(FunctionError, match=r"^0xffffffffffffffff overflows int$"):
        ideal(node_of("0xffffffffffffffff"))
