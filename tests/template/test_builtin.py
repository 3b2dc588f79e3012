"""text/template's own functions: what the goldens leave out."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.template.world import Sub
from vexec.template.functions.builtin import FUNCTIONS, ROWS, cut, html, index, js, length, urlquery
from vexec.template.reflect import Held
from vexec.template.scope import Scope
from vexec.template.strconv import to_bytes
from vexec.template.values import MISSING, Channel, FunctionError, Int, Map, Slice
from vexec.value import Number

TEXTS = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\udc80\udcff\0<>&'\"=\\ é"))


def test_every_function_is_in_the_table() -> None:
    """By its own name."""
    assert list(FUNCTIONS) == [row.name for row in ROWS]
    with pytest.raises(NotImplementedError):
        FUNCTIONS["and"].call()


@pytest.mark.parametrize(
    ("text", "result"),
    [("a", "a"), ("'foo", r"\'foo"), ('Go "jump" \\', r"Go \"jump\" \\"), ("<html>", r"\u003Chtml\u003E"),
     ("no = in & here", r"no \u003D in \u0026 here"), ("a\n\0", r"a\u000A\u0000"), ("今日\u2028", r"今日\u2028"),
     ("\ufffe\U000e0001", r"\uFFFE\uE0001"), ("\udcff\x7f", "\udcff\x7f"), ("\xa0\xad", r"\u00A0\u00AD")],
)  # fmt: skip
def test_text_is_escaped_for_javascript(text: str, result: str) -> None:
    """Quotes, angle brackets, control characters, and what cannot be printed."""
    assert js(Scope(), text) == result


@pytest.mark.parametrize(
    ("args", "result"),
    [(("<a href='x'>&\"\0",), "&lt;a href=&#39;x&#39;&gt;&amp;&#34;\ufffd"), ((1, 2, "<"), "1 2&lt;"), ((None,), "&lt;no value&gt;"),
     ((Sub("<"), 14), "{&lt;} 14"), ((Sub("", is_nil=True),), "&lt;nil&gt;"), ((), ""), ((Number("1.0"),), "1.0"), (([1, "a"],), "[1 a]")],
)  # fmt: skip
def test_values_are_escaped_for_html(args: tuple[Any, ...], result: str) -> None:
    """As print prints them, but nil as an action does, and pointers followed."""
    assert html(Scope(), *args) == result


@pytest.mark.parametrize("name", ["print", "println", "html", "js", "urlquery"])
def test_what_is_printed_counts(name: str) -> None:
    """Each value within a list, and text by its length."""
    for value in ([""] * 1000, ["a" * 100_000]):
        with pytest.raises(FunctionError, match="too many steps"):
            FUNCTIONS[name].call(Scope(steps=500), value)


@given(TEXTS)
def test_every_byte_is_escaped_for_a_url(text: str) -> None:
    """What is not reserved stays, a space becomes a plus."""
    from urllib.parse import quote_plus

    assert urlquery(Scope(), text) == quote_plus(to_bytes(text))


@given(TEXTS, st.integers(0, 12), st.integers(0, 12))
def test_text_is_cut_by_bytes(text: str, start: int, end: int) -> None:
    """Length, index and slice count bytes."""
    data = to_bytes(text)

    assert length(text) == len(data)
    if start <= end <= len(data):
        assert to_bytes(cut(text, start, end)) == data[start:end]
        assert cut(data, start, end) == data[start:end]
    if start < len(data):
        assert index(text, start) == data[start]
        assert index(text, Int(start, "uint8")).type == "uint8"


@pytest.mark.parametrize(
    ("item", "keys", "result"),
    [({"a": {"b": 1}}, ("a", "b"), 1), ({"a": 1}, ("b",), None), (Map({"a": 1}, "map[string]int"), ("b",), 0),
     (Map({1: "x"}, "map[interface {}]interface {}"), (1,), "x"), (Map({1: "x"}, "map[interface {}]interface {}"), (True,), None),
     (Map({1: "x"}, "map[interface {}]interface {}"), (1.0,), None), (Map({Int(2, "int64"): "x"}, "map[int64]string"), (2,), "x"),
     (Map({True: "x"}, "map[bool]string"), (True,), "x"), ([1, [2]], (1, 0), 2), (b"ab", (1,), 98), ([1], (), [1])],
)  # fmt: skip
def test_elements_are_found(item: Any, keys: tuple[Any, ...], result: Any) -> None:
    """In maps and lists within each other; what is not there is the zero of its type."""
    assert index(item, *keys) == result


@pytest.mark.parametrize(
    ("call", "args", "message"),
    [(index, (None, 1), "index of untyped nil"), (index, (MISSING,), "index of untyped nil"), (index, ({}, "a", "b"), "index of nil pointer"),
     (index, (Sub("", is_nil=True), 1), "index of nil pointer"), (index, (Sub(""), 1), "can't index item of type main.Sub"),
     (index, ([1], 1), "reflect: slice index out of range"), (index, ("a", 1), "reflect: string index out of range"),
     (index, ([1], 2), 'index out of range: "…"'), (index, ([1], -1), 'index out of range: "…"'),
     (index, ([1], None), "cannot index slice/array with nil"), (index, ([1], True), "cannot index slice/array with type bool"),
     (index, ({}, 1), "value has type int; should be string"), (index, (Map({}, "map[int]int"), None), "value is nil; should be of type int"),
     (index, (Map({}, "map[interface {}]int"), []), "hash of unhashable type: []interface {}"),
     (index, (Map({1: 1}, "map[interface {}]int"), []), "runtime error: hash of unhashable type []interface {}"),
     (cut, (None,), "slice of untyped nil"), (cut, (Sub("", is_nil=True),), "slice of nil pointer"), (cut, ({},), "can't slice item of type map[string]interface {}"),
     (cut, ([], 1, 2, 3, 4), "too many slice indexes: 4"), (cut, ("a", 1, 1, 1), "cannot 3-index slice a string"),
     (cut, ([1, 2], 2, 1), 'invalid slice index: "…" > "…"'), (cut, ([1, 2], 0, 2, 1), 'invalid slice index: "…" > "…"'),
     (cut, ([1], 2), 'index out of range: "…"'), (cut, ([1], Held(1)), "cannot index slice/array with type interface {}"),
     (cut, ([1], None), "cannot index slice/array with type interface {}"), (cut, ([1], MISSING), "cannot index slice/array with nil"),
     (length, (None,), "len of nil pointer"), (length, (MISSING,), "reflect: call of reflect.Value.Type on zero Value"), (length, (1,), "len of type int"),
     (length, (Sub("", is_nil=True),), "len of nil pointer"), (length, (Sub(""),), "len of type main.Sub")],
)  # fmt: skip
def test_wrong_values_are_errors(call: Any, args: tuple[Any, ...], message: str) -> None:
    """Go's words, and no value in them."""
    with pytest.raises(FunctionError) as caught:
        call(*args)

    assert str(caught.value) == message


def test_a_slice_keeps_its_type() -> None:
    """And three bounds are two for what is left."""
    part = cut(Slice(["a", "b", "c"], "[]string"), 1, 2, 3)

    assert (part, part.type, part.is_nil) == (["b"], "[]string", False)
    assert cut(Slice((), "[]int", is_nil=True)).is_nil
    assert cut([1, 2, 3], 1) == [2, 3]
    assert type(cut(Number("1.5"), 1)) is Number


def test_a_channel_has_no_length() -> None:
    """It has no buffer, in Go's words."""
    assert length(Channel([1, 2], "<-chan int64")) == 0
