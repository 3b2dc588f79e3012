"""YAML and TOML are written as consul-template does it: its output is in consul/written.jsonl."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.template.cases import loads
from tests.template.consul.calls import call, failure
from vexec.template.functions.vault import secret_of
from vexec.template.scope import Scope
from vexec.template.timefmt import Time
from vexec.template.values import Channel, FunctionError, Int, Map, Slice
from vexec.template.yamlkeys import sorted_keys
from vexec.value import Number

LINES = (Path(__file__).parent / "consul" / "written.jsonl").read_text().rstrip("\n").split("\n")[1:]


@pytest.mark.parametrize("line", LINES, ids=range(len(LINES)))
def test_what_upstream_wrote(line: str) -> None:
    """Strings that need quotes, keys in their order, lists in maps in lists, long lines, JSON's numbers."""
    case = loads(line)

    assert call("toYAML", case["value"]) == case["yaml"]
    if isinstance(case["toml"], dict):
        assert failure("toTOML", case["value"]) == case["toml"]["error"]
    else:
        assert call("toTOML", case["value"]) == case["toml"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (math.inf, ".inf"),
        (-math.inf, "-.inf"),
        (math.nan, ".nan"),
        (1e21, "1e+21"),
        (1e6, "1e+06"),
        (1.0, "1"),
        (Int(5, "uint64"), "5"),
        (Int(1_500_000_000, "time.Duration"), "1.5s"),
        (Time(0), "1970-01-01T00:00:00Z"),
        (b"ab", "- 97\n- 98"),
        (Slice((), "[]string", is_nil=True), "[]"),
        (Map((), is_nil=True), "{}"),
        ("\udcff", "!!binary /w=="),
        ("\udcff" * 100, "!!binary |\n  " + "/" * 70 + "\n  " + "/" * 63 + "w=="),
        (Number("1e400"), "1e400"),
        (Map({2: "a", 1.5: "b", "x": "c", True: "d", None: "e"}, "map[interface {}]interface {}"),
         "true: d\n1.5: b\n2: a\nnull: e\nx: c"),
        ([[[]], [{}], {"a": [[1]]}], "- - []\n- - {}\n- a:\n  - - 1"),
    ],
)  # fmt: skip
def test_values_that_json_has_not(value: Any, text: str) -> None:
    """Bytes, other numbers, nil of any type, keys of any type."""
    assert call("toYAML", value) == text


def test_a_secret() -> None:
    """A struct's fields are in lower case and in their order."""
    assert call("toYAML", secret_of({"data": {"k": "v"}})) == (
        'requestid: ""\nleaseid: ""\nleaseduration: 0\nrenewable: false\n'
        "data:\n  k: v\nwarnings: []\nauth: null\nwrapinfo: null"
    )


def test_what_yaml_cannot_hold() -> None:
    """The error is Go's panic."""
    assert failure("toYAML", [Channel([], "<-chan int64")]) == "cannot marshal type: <-chan int64"


def test_keys_count_as_people_do() -> None:
    """Digits in text are numbers, letters come after all else, numbers before text."""
    keys = ["b", "a10", "a2", "a02", "B", "_", "a1b", "1", 10, 2.5, True, "a", "a0", "a00"]

    assert sorted_keys(keys) == [
        True,
        2.5,
        10,
        "_",
        "1",
        "B",
        "a",
        "a0",
        "a00",
        "a1b",
        "a2",
        "a02",
        "a10",
        "b",
    ]


@settings(max_examples=200)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
        max_leaves=6,
    )
)
def test_what_is_written_is_read(value: object) -> None:
    """The two directions fit together, but for what cannot be told: a string of nothing but line ends."""
    text = call("toYAML", value)
    try:
        found = call("parseYAML", text)
    except FunctionError:
        found = None
    if text == text.strip() and "|" not in text and value not in ("", {}):
        assert found == value


def test_work_is_bounded() -> None:
    """A map in itself ends, so does a list that doubles and doubles."""
    circle: dict[str, Any] = {}
    circle["a"] = circle
    assert failure("toYAML", circle) == "the value is nested too deeply"
    assert failure("toTOML", circle) == "toTOML: the value is nested too deeply"
    doubled: list[Any] = [1]
    for _ in range(60):
        doubled = [doubled, doubled]
    for name in ("toYAML", "toTOML"):
        with pytest.raises(FunctionError, match="too many steps"):
            call(name, {"a": doubled}, scope=Scope(steps=1000))
        with pytest.raises(FunctionError, match="too long"):
            call(name, ["a" * 100] * 100, scope=Scope(output=1000))
