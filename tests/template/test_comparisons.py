"""eq, ne, lt, le, gt and ge: what compares with what; goldens show many more."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.template.world import PlainSub, Sub
from vexec.template.functions.compare import eq, ge, gt, le, lt, ne
from vexec.template.strconv import to_bytes
from vexec.template.values import MISSING, Channel, FunctionError, Int, Map, Slice
from vexec.value import Number

SUB = Sub("a")
CHANNEL = Channel([], "chan int")
SCALARS: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats() | st.text(max_size=2) | st.just(MISSING)
)
SCALARS |= st.builds(Int, st.integers(0, 9), st.sampled_from(["uint8", "int64"])) | st.just(Number("1"))
SCALARS |= st.lists(st.integers(), max_size=1) | st.just(SUB) | st.just(Map(is_nil=True))


@pytest.mark.parametrize(
    ("left", "right"),
    [(1, Int(1, "uint64")), (Int(1, "int8"), Int(1, "uint8")), ("a", "a"), (Number("1"), "1"), (1.5, 1.5), (True, True), (1j, 1j),
     (None, None), (None, MISSING), (Slice(is_nil=True), None), (MISSING, Map(is_nil=True)), (SUB, SUB), (CHANNEL, CHANNEL),
     (PlainSub(Name="a"), PlainSub(Name="a")), (Sub("", is_nil=True), None), (Slice(is_nil=True), Slice(is_nil=True)), ("\udcc3\udca9", "é")],
)  # fmt: skip
def test_values_are_equal(left: Any, right: Any) -> None:
    """Integers of any type, text of any type, nil of any type, the same pointer."""
    assert eq(left, right)
    assert eq(right, left)
    assert not ne(left, right)


@pytest.mark.parametrize(
    ("left", "right"),
    [(-1, Int(2**64 - 1, "uint64")), (0, 1), ("a", "b"), (float("nan"), float("nan")), (None, 0), (0, MISSING), ("", None), (False, None),
     (SUB, Sub("a")), (SUB, None), ([], None), ({}, None), (SUB, Sub("", is_nil=True)), (PlainSub(Name="a"), PlainSub(Name="b")),
     (Slice(is_nil=True), []), (CHANNEL, None), (PlainSub(Name="a"), None)],
)  # fmt: skip
def test_values_differ(left: Any, right: Any) -> None:
    """Nothing equals zero, and pointers to the same are not the same."""
    assert ne(left, right)
    assert not eq(right, left)


@pytest.mark.parametrize(
    ("left", "right", "message"),
    [(1, 1.0, "incompatible types for comparison: int and float64"), ("1", 1, "incompatible types for comparison: string and int"),
     (Number("1"), 1, "incompatible types for comparison: json.Number and int"), (SUB, 1, "incompatible types for comparison: *main.Sub and int"),
     ([], [], 'non-comparable type "…": []interface {}'), ([], {}, 'non-comparable types "…": []interface {}, map[string]interface {}: "…"'),
     (b"", b"", 'non-comparable type "…": []uint8'), (PlainSub(Name=[]), PlainSub(Name=[]), 'non-comparable type "…": main.Sub')],
)  # fmt: skip
def test_some_values_do_not_compare(left: Any, right: Any, message: str) -> None:
    """Go's words tell the types, and no value."""
    with pytest.raises(FunctionError) as caught:
        eq(left, right)

    assert str(caught.value) == message


def test_a_value_is_compared_with_several() -> None:
    """Up to the first that it equals; without any it is an error."""
    assert eq(3, 1, 2, 3, "x")
    assert not eq(3, 1, 2)
    with pytest.raises(FunctionError, match=r"^missing argument for comparison$"):
        eq(3)


@pytest.mark.parametrize(
    ("left", "right"), [(True, True), (1j, 1j), (None, 1), (1, MISSING), ([], []), (SUB, SUB)]
)
def test_some_values_have_no_order(left: Any, right: Any) -> None:
    """Neither bools nor nil nor what is no number or text."""
    for compare in (lt, le, gt, ge):
        with pytest.raises(FunctionError, match=r"^invalid type for comparison$"):
            compare(left, right)
    with pytest.raises(FunctionError, match=r"^incompatible types for comparison: int and string$"):
        lt(1, "1")


@given(
    st.text(st.sampled_from("aé\ud7ff\ue000\U00010000\udc80\udcff"), max_size=3),
    st.text(st.sampled_from("aé\udcff"), max_size=3),
)
def test_text_is_ordered_by_its_bytes(left: str, right: str) -> None:
    """As Go orders it, what is not UTF-8 included."""
    a, b = to_bytes(left), to_bytes(right)

    assert (lt(left, right), le(left, right), gt(left, right), ge(left, right)) == (
        a < b,
        a <= b,
        a > b,
        a >= b,
    )


def test_nan_is_neither_less_nor_equal() -> None:
    """`gt` is the opposite of le, so that NaN is greater, as in Go."""
    nan = float("nan")

    assert (lt(nan, 1.0), le(nan, 1.0), gt(nan, 1.0), ge(nan, 1.0)) == (False, False, True, True)


@given(SCALARS, SCALARS)
def test_any_two_values_compare_or_are_an_error(left: Any, right: Any) -> None:
    """And the order of two does not matter to eq."""
    try:
        result = eq(left, right)
    except FunctionError:
        with pytest.raises(FunctionError):
            eq(right, left)
        return
    assert eq(right, left) is result
