"""Types by their names: elements, zero values, and what fits what."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.template.world import PlainSub, Sub
from vexec.template.reflect import (
    ANY,
    VALUE,
    can_be_nil,
    element_type,
    fit,
    is_true,
    key_type,
    wrapped,
    zero,
)
from vexec.template.values import MISSING, FunctionError, Int, Map, Slice, Struct, type_of
from vexec.value import Number


@pytest.mark.parametrize(
    ("name", "key", "element"),
    [("[]string", "", "string"), ("[][]int", "", "[]int"), ("map[string]int", "string", "int"),
     ("map[interface {}]interface {}", ANY, ANY), ("map[string]map[int][]string", "string", "map[int][]string"),
     ("map[[2]int]string", "[2]int", "string"), ("<-chan int64", "", "int64"), ("chan string", "", "string"),
     ("string", "", ""), ("*main.T", "", "")],
)  # fmt: skip
def test_types_have_keys_and_elements(name: str, key: str, element: str) -> None:
    """Brackets are matched."""
    assert (key_type(name), element_type(name)) == (key, element)


@pytest.mark.parametrize(
    ("name", "value"),
    [(ANY, None), ("string", ""), ("int", 0), ("bool", False), ("float64", 0.0), ("complex128", 0j),
     ("json.Number", Number("")), ("uint8", Int(0, "uint8")), ("time.Duration", Int(0, "time.Duration")), (VALUE, MISSING)],
)  # fmt: skip
def test_types_have_zero_values(name: str, value: Any) -> None:
    """The zero of a type is of that type."""
    assert zero(name) == value
    assert type(zero(name)) is type(value)
    assert can_be_nil(name) is (name in (ANY, VALUE))


@pytest.mark.parametrize(
    "name", ["[]string", "map[string]int", "*main.T", "func()", "chan int", "[]interface {}"]
)
def test_nil_is_a_zero_value(name: str) -> None:
    """Of slices, maps, pointers, functions and channels."""
    value = zero(name)

    assert can_be_nil(name)
    assert value.is_nil
    assert type_of(value) == name
    assert not is_true(value)


def test_the_zero_of_a_struct_is_one() -> None:
    """It has its type and is true, as every struct."""
    value = zero("main.T")

    assert isinstance(value, Struct)
    assert (value.type, value.is_nil, is_true(value)) == ("main.T", False, True)


@pytest.mark.parametrize(
    "value", [None, MISSING, False, 0, 0.0, 0j, "", b"", [], {}, Number(""), Slice(), Map()]
)
def test_what_is_empty_is_false(value: Any) -> None:
    """Zero, empty and nil are false."""
    assert not is_true(value)


@pytest.mark.parametrize(
    "value", [True, -1, float("nan"), 1j, "0", b"\0", [None], {"": 0}, Number("0"), Sub("")]
)
def test_what_is_not_empty_is_true(value: Any) -> None:
    """A JSON number is text and true even if it is 0."""
    assert is_true(value)


@pytest.mark.parametrize(
    ("value", "name"),
    [("a", "string"), (1, "int"), (Int(1, "int64"), "int64"), ([1], "[]interface {}"), ({}, "map[string]interface {}"),
     (Slice(["a"], "[]string"), "[]string"), (Number("1"), "json.Number"), (Sub("a"), "*main.Sub"), (Sub("a"), "main.Sub"),
     (PlainSub(), "main.Sub"), ("a", ANY), (None, ANY), (None, VALUE), (MISSING, VALUE), (b"a", "[]uint8")],
)  # fmt: skip
def test_values_fit_their_type(value: Any, name: str) -> None:
    """And interfaces; a pointer is followed once."""
    assert fit(value, name) is value


@pytest.mark.parametrize(
    ("value", "name", "message"),
    [(1, "string", "wrong type for value; expected string; got int"),
     (Number("1"), "string", "wrong type for value; expected string; got json.Number"),
     (None, "string", "wrong type for value; expected string; got interface {}"),
     (MISSING, "string", "invalid value; expected string"), (MISSING, "main.T", "invalid value; expected main.T"),
     (1, "int64", "wrong type for value; expected int64; got int"), (True, "int", "wrong type for value; expected int; got bool"),
     ([1], "[]string", "wrong type for value; expected []string; got []interface {}"),
     (PlainSub(), "*main.Sub", "wrong type for value; expected *main.Sub; got main.Sub"),
     (Sub("", is_nil=True), "main.Sub", "dereference of nil pointer of type main.Sub")],
)  # fmt: skip
def test_other_values_do_not_fit(value: Any, name: str, message: str) -> None:
    """Numbers and text are not converted."""
    with pytest.raises(FunctionError) as caught:
        fit(value, name)

    assert str(caught.value) == message


def test_no_value_fits_as_nil() -> None:
    """What is not there becomes nil where nil is possible."""
    assert fit(MISSING, ANY) is None
    assert fit(MISSING, "[]string").is_nil


@given(
    st.integers(-(2**63), 2**64 - 1),
    st.sampled_from(["int8", "uint8", "int16", "uint32", "int64", "uint64", "uintptr"]),
)
def test_integers_are_cut_to_their_type(value: int, name: str) -> None:
    """As in Go the upper bits are lost."""
    number = wrapped(value, name)
    bits = int(name.strip("uintpr") or 64)

    assert type_of(number) == name
    assert (number - value) % 2**bits == 0
    assert int(number) in (range(2**bits) if name[0] == "u" else range(-(2 ** (bits - 1)), 2 ** (bits - 1)))


def test_no_value_says_so() -> None:
    """In a repr, and as false."""
    assert repr(MISSING) == "MISSING"
