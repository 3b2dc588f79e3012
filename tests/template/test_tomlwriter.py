"""TOML of what JSON has not; for the rest see test_yamlwriter.py."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tests.template.consul.calls import call, failure
from vexec.template.functions.vault import secret_of
from vexec.template.timefmt import Time
from vexec.template.values import Channel, Int, Map, Slice
from vexec.value import Number


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", '"a"'),
        (1, "1"),
        (Int(5, "uint8"), "5"),
        (1.0, "1.0"),
        (1e30, "1000000000000000000000000000000.0"),
        ([math.inf, -math.inf, math.nan], "[inf, -inf, nan]"),
        (True, "true"),
        (b"ab", "[97, 98]"),
        (Number("5"), "5"),
        (Number("5.0"), "5.0"),
        (Number(""), "0"),
        ([], "[]"),
        (Slice((), "[]string", is_nil=True), "[]"),
        (Map((), is_nil=True), ""),
        (Time(0), "1970-01-01T00:00:00Z"),
        ({"t": Time(0), "l": [Time(0)]}, "l = [1970-01-01T00:00:00Z]\nt = 1970-01-01T00:00:00Z"),
        ({"a": [1, {"b": None, "c": {"d": 1}, "e": 2}]}, "a = [1, {e = 2, c = {d = 1}}]"),
        ({"a": [{"b": 1}, {}]}, "[[a]]\n  b = 1\n\n[[a]]"),
        ({"a.b": {"": 1}}, '["a.b"]\n  "" = 1'),
        ({"n": None, "m": Map((), is_nil=True), "s": Slice((), "[]string", is_nil=True)}, ""),
    ],
)
def test_a_value(value: Any, text: str) -> None:
    """A value alone, nil of any type, tables within a line."""
    assert call("toTOML", value) == text


def test_depth_is_bounded() -> None:
    """Tables in tables, and lists in lists, end in an error."""
    tables: Any = 1
    lists: Any = 1
    for _ in range(300):
        tables, lists = {"a": tables}, [lists]

    for value in (tables, lists, {"a": lists}, [1, tables]):
        assert failure("toTOML", value) == "toTOML: the value is nested too deeply"


def test_a_secret() -> None:
    """A struct has its fields' names; what is nil is left out."""
    start = 'RequestID = ""\nLeaseID = ""\nLeaseDuration = 0\nRenewable = false'

    assert call("toTOML", secret_of({"data": {"k": "v"}})) == start + '\n\n[Data]\n  k = "v"'
    assert call("toTOML", {"a": [1, secret_of({})]}).startswith('a = [1, {RequestID = "", LeaseID = "", ')


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (None, "reflect: call of reflect.Value.Type on zero Value"),
        ([{"a": 1}], "toTOML: toml: top-level values must be Go maps or structs"),
        ([1, None], "toTOML: toml: cannot encode array with nil element"),
        ({"a": [[None]]}, "toTOML: toml: cannot encode array with nil element"),
        (Map({"a": 1}, "map[interface {}]interface {}"),
         "toTOML: toml: cannot encode a map with non-string key type"),
        (Channel([], "<-chan int64"), "toTOML: unsupported type for key '': chan"),
        ({"a": Channel([], "<-chan int64")}, "toTOML: unsupported type: chan"),
        ([1, [1j]], "toTOML: unsupported type: complex128"),
        (Number("1e400"), 'toTOML: unable to convert "…" to int64 or float64'),
    ],
)  # fmt: skip
def test_what_toml_cannot_hold(value: Any, message: str) -> None:
    """Go's words."""
    assert failure("toTOML", value) == message
