"""JSON is written as encoding/json writes it; the texts were printed by consul-template."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tests.template.consul.calls import call, failure
from vexec.template.functions.vault import secret_of
from vexec.template.scope import Scope
from vexec.template.timefmt import Time
from vexec.template.values import Channel, FunctionError, Int, Map, Slice
from vexec.value import Number

HARD = 'a\udcffb<>&\u2028\x00\x1f\x7f\b\f\n\r\t\v"\\/é😀'
ANY = "map[interface {}]interface {}"
UNESCAPED = r'"a\ufffdb<>&\u2028\u0000\u001f' + "\x7f" + r'\b\f\n\r\t\u000b\"\\/é😀"'


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (5, "5"),
        (Int(5, "uint8"), "5"),
        (1.0, "1"),
        (-0.0, "-0"),
        (1e20, "100000000000000000000"),
        (1e21, "1e+21"),
        (1e-6, "0.000001"),
        (1e-7, "1e-7"),
        (1.5e-9, "1.5e-9"),
        (1.5e300, "1.5e+300"),
        (5e-324, "5e-324"),
        (Number("1.50"), "1.50"),
        (Number(""), "0"),
        (b"ab", '"YWI="'),
        ([], "[]"),
        (Slice((), "[]string", is_nil=True), "null"),
        ([1, [Number("2")]], "[1,[2]]"),
        ({}, "{}"),
        (Map((), is_nil=True), "null"),
        ({"b": 1, "ü": 2, "a": 3, "\udcff": 4, "B": 5}, '{"B":5,"a":3,"b":1,"ü":2,"\\ufffd":4}'),
        (Map({2: "b", 10: "a"}, "map[int]string"), '{"10":"a","2":"b"}'),
        (Time(0), '"1970-01-01T00:00:00Z"'),
        (HARD, UNESCAPED.replace("<>&", r"\u003c\u003e\u0026")),
    ],
)
def test_a_value(value: Any, text: str) -> None:
    """Each type, with Go's spelling of floats and order of keys."""
    assert call("toJSON", value) == text


def test_the_forms() -> None:
    """Pretty ones are indented by two spaces, unescaped ones keep <, > and &, but not U+2028."""
    value = {"a": [], "b": {}, "c": [1, [2]], "d": {"<": "<"}}
    pretty = """\
{
  "a": [],
  "b": {},
  "c": [
    1,
    [
      2
    ]
  ],
  "d": {
    "<": "<"
  }
}"""

    assert call("toUnescapedJSONPretty", value) == pretty
    assert call("toJSONPretty", value) == pretty.replace("<", r"\u003c")
    assert call("toUnescapedJSON", HARD) == UNESCAPED


def test_a_secret() -> None:
    """A struct has its fields' names, in their order."""
    assert call("toJSON", secret_of({"data": {"k": "v"}})) == (
        '{"RequestID":"","LeaseID":"","LeaseDuration":0,"Renewable":false,"Data":{"k":"v"},'
        '"Warnings":null,"Auth":null,"WrapInfo":null}'
    )


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (math.inf, "unsupported value: +Inf"),
        (-math.inf, "unsupported value: -Inf"),
        (math.nan, "unsupported value: NaN"),
        (Map({"a": "b"}, ANY), f"unsupported type: {ANY}"),
        ([Map({}, ANY)], f"unsupported type: {ANY}"),
        (Map({1.0: 1}, "map[float64]int"), "unsupported type: map[float64]int"),
        (Channel([], "<-chan int64"), "unsupported type: <-chan int64"),
        (1j, "unsupported type: complex128"),
    ],
)
def test_what_json_cannot_hold(value: Any, problem: str) -> None:
    """The error names the function and the type."""
    for name in ("toJSON", "toUnescapedJSONPretty"):
        assert failure(name, value) == f"{name}: json: {problem}"


def test_work_is_bounded() -> None:
    """A map in itself ends, so does a list that doubles and doubles."""
    circle: dict[str, Any] = {}
    circle["a"] = [circle]
    message = "toJSON: json: unsupported value: encountered a cycle via map[string]interface {}"
    assert failure("toJSON", circle) in (message, message.replace("map[string]", "[]"))
    doubled: list[Any] = [1]
    for _ in range(60):
        doubled = [doubled, doubled]
    with pytest.raises(FunctionError, match="too many steps"):
        call("toJSON", doubled, scope=Scope(steps=1000))
    with pytest.raises(FunctionError, match="too long"):
        call("toJSON", ["a" * 100] * 100, scope=Scope(output=1000))
