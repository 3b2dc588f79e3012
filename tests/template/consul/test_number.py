"""Arithmetic and numbers from text are consul-template's; the expected values were printed by it."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tests.template.consul.calls import call, failure
from vexec.template.values import Int, type_of

U = "uint64"


@pytest.mark.parametrize(
    ("name", "second", "first", "result", "go_type"),
    [
        ("add", 1, 2, 3, "int64"),
        ("add", 1.5, 2, 3.5, "float64"),
        ("add", Int(3, U), Int(1, U), 4, U),
        ("add", Int(3, U), 1, 4, "int64"),
        ("add", 9223372036854775807, 1, -9223372036854775808, "int64"),
        ("subtract", 1, 5, 4, "int64"),
        ("subtract", Int(3, U), Int(1, U), 18446744073709551614, U),
        ("multiply", Int(3, U), -1, -3, "int64"),
        ("multiply", 9223372036854775807, 3, 9223372036854775805, "int64"),
        ("divide", 2, 5, 2, "int64"),
        ("divide", 2, -5, -2, "int64"),
        ("divide", -1, -9223372036854775808, -9223372036854775808, "int64"),
        ("divide", 2.0, 5, 2.5, "float64"),
        ("divide", 0.0, 5, math.inf, "float64"),
        ("divide", 0.0, -5, -math.inf, "float64"),
        ("divide", -0.0, 5, -math.inf, "float64"),
        ("divide", 1, Int(18446744073709551615, U), -1, "int64"),
        ("modulo", 3, 10, 1, "int64"),
        ("modulo", 3, -10, -1, "int64"),
        ("modulo", -3, 10, 1, "int64"),
        ("minimum", 1, 2, 1, "int64"),
        ("minimum", Int(3, U), 5, 3, U),
        ("minimum", 5, Int(3, U), 3, U),
        ("minimum", 1.0, 1, 1.0, "float64"),
        ("maximum", 2.5, 2, 2.5, "float64"),
        ("maximum", 1, 2.5, 2.5, "float64"),
        ("maximum", Int(18446744073709551615, U), 1, 1, "int64"),
    ],
)
def test_arithmetic(name: str, second: Any, first: Any, result: Any, go_type: str) -> None:
    """The arguments come as in a pipe, integers wrap around, and the result's type is Go's."""
    found = call(name, second, first)

    assert found == result
    assert type_of(found) == go_type


@pytest.mark.parametrize(("second", "first"), [(0.0, 0.0), (0.0, math.nan)])
def test_nothing_divided_by_nothing_is_no_number(second: float, first: float) -> None:
    """IEEE 754 holds."""
    assert math.isnan(call("divide", second, first))


@pytest.mark.parametrize(
    ("name", "second", "first", "message"),
    [
        ("divide", 0, 5, "runtime error: integer divide by zero"),
        ("modulo", 0, 5, "runtime error: integer divide by zero"),
        ("add", "a", 5, 'add: unknown type for "…" (string)'),
        ("add", 5, "a", 'add: unknown type for "…" (string)'),
        ("subtract", True, 5, 'subtract: unknown type for "…" (bool)'),
        ("add", None, 5, "add: unknown type for <invalid reflect.Value> (<nil>)"),
        ("add", 5, None, "add: unknown type for <invalid reflect.Value> (<nil>)"),
        ("minimum", 5, [1], 'minimum: unknown type for "…" ([]interface {})'),
        ("modulo", 1.5, 2, 'modulo: unknown type for "…" (float64)'),
        ("modulo", 1, 2.5, 'modulo: unknown type for "…" (float64)'),
    ],
)
def test_what_is_no_number_is_refused(name: str, second: Any, first: Any, message: str) -> None:
    """The error names the type, not the value."""
    assert failure(name, second, first) == message


@pytest.mark.parametrize(
    ("name", "text", "result", "go_type"),
    [
        ("parseBool", "T", True, "bool"),
        ("parseBool", "0", False, "bool"),
        ("parseBool", "", False, "bool"),
        ("parseInt", "-5", -5, "int64"),
        ("parseInt", "", 0, "int64"),
        ("parseUint", "18446744073709551615", 18446744073709551615, U),
        ("parseUint", "", 0, U),
        ("parseFloat", "1e3", 1000.0, "float64"),
        ("parseFloat", "0x1p4", 16.0, "float64"),
        ("parseFloat", "", 0.0, "float64"),
    ],
)
def test_values_from_text(name: str, text: str, result: Any, go_type: str) -> None:
    """Each kind of value, and what an empty text is."""
    found = call(name, text)

    assert found == result
    assert type_of(found) == go_type


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("parseBool", "x", "invalid syntax"),
        ("parseInt", " 1", "invalid syntax"),
        ("parseInt", "1_000", "invalid syntax"),
        ("parseInt", "9223372036854775808", "value out of range"),
        ("parseUint", "-1", "invalid syntax"),
        ("parseFloat", "1e999", "value out of range"),
    ],
)
def test_text_that_is_no_value(name: str, text: str, reason: str) -> None:
    """The error is Go's without the text."""
    assert failure(name, text) == f'{name}: strconv.P{name[1:]}: parsing "…": {reason}'
