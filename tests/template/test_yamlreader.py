"""YAML is read as gopkg.in/yaml.v2 reads it: tests/template/consul/read.jsonl is its output."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.template.consul.calls import call, failure
from vexec.template.printf import sprintf
from vexec.template.scope import Scope
from vexec.template.values import FunctionError, Map, type_of
from vexec.template.yamlreader import MixedMap, allowed

LINES = (Path(__file__).parent / "consul" / "read.jsonl").read_text().rstrip("\n").split("\n")[1:]


def shown(value: Any) -> str:
    """Show a value with its types, as the program that made the file did."""
    name = type_of(value)
    if isinstance(value, dict):
        return f"{name}{{{','.join(sorted(f'{shown(key)}:{shown(item)}' for key, item in value.items()))}}}"
    if isinstance(value, list):
        return f"{name}[{','.join(map(shown, value))}]"
    if value is None:
        return "nil"
    return f"{name}({sprintf('%q' if isinstance(value, str) else '%v', [value])})"


@pytest.mark.parametrize("line", LINES, ids=range(len(LINES)))
def test_what_upstream_read(line: str) -> None:
    """Scalars of each kind, collections, blocks, anchors and merges, tags, and errors with their lines."""
    case = json.loads(line)
    text = (
        case["yaml"] if "yaml" in case else base64.b64decode(case["text"]).decode("utf-8", "surrogateescape")
    )
    if "error" in case:
        assert failure("parseYAML", text) == case["error"]
    else:
        assert shown(call("parseYAML", text)) == case["shown"]


def test_nothing_is_a_map() -> None:
    """An empty text is an empty map with string keys, a comment is nil."""
    assert shown(call("parseYAML", "")) == "map[string]interface {}{}"
    assert call("parseYAML", "# x") is None


def test_keys_that_python_takes_for_each_other() -> None:
    """1, 1.0 and true are three keys, as in Go."""
    value = call("parseYAML", "{1: a, true: b, 1.0: c, 0: d}")

    assert isinstance(value, MixedMap)
    assert (value[1], value[True], value.get(1.0), value[0]) == ("a", "b", "c", "d")
    assert (False in value, 0 in value, value.get(False, "x")) == (False, True, "x")
    assert list(map(type_of, value)) == ["int", "bool", "float64", "int"]
    assert [type_of(key) for key in value.keys()] == ["int", "bool", "float64", "int"]  # noqa: SIM118
    value[False] = "e"
    assert len(value) == 5
    assert call("toYAML", value) == "false: e\n0: d\ntrue: b\n1: a\n1: c"


def test_maps_are_plain_otherwise() -> None:
    """Their type says that keys may be anything."""
    assert type(call("parseYAML", "a: 1")) is Map


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x: *a", 'unknown anchor "…" referenced'),
        ("x: &a [*a]", 'anchor "…" value contains itself'),
        ("{[a]: b}", 'invalid map key: "…"'),
        ("<<: a", "map merge requires map or sequence of maps as the value"),
        ("<<: [{a: 1}, b]", "map merge requires map or sequence of maps as the value"),
        ("!!int secret", 'cannot decode !!str "…" as a !!int'),
        ("!!binary '*'", "!!binary value contains invalid base64 data"),
        ("a\x01", "control characters are not allowed"),
        ("a\udcff", "invalid leading UTF-8 octet"),
        ("a\udcc3", "incomplete UTF-8 octet sequence"),
        ("a\udce2\udc82x", "invalid trailing UTF-8 octet"),
        ("a\udced\udca0\udc80", "invalid Unicode character"),
        ("[" * 300 + "]" * 300, "exceeded max depth of 200"),
        ("- " * 300 + "a", "exceeded max depth of 200"),
    ],
)
def test_errors_hold_no_value(text: str, message: str) -> None:
    """They are yaml.v2's words; the depth is less than its 10000."""
    assert failure("parseYAML", text) == f"yaml: {message}"


def test_a_bomb_of_aliases_does_not_go_off() -> None:
    """yaml.v2's own limit ends it."""
    lines = ["a: &a [x,x,x,x,x,x,x,x,x]"]
    lines += [
        f"{name}: &{name} [{','.join(['*' + before] * 9)}]"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    ]

    assert failure("parseYAML", "\n".join(lines)) == "yaml: document contains excessive aliasing"


@pytest.mark.parametrize(
    ("count", "share"), [(1, 0.99), (400_000, 0.99), (2_200_000, 0.545), (5_000_000, 0.1)]
)
def test_the_share_of_aliases(count: int, share: float) -> None:
    """The more nodes there are, the fewer may come from aliases."""
    assert allowed(count) == pytest.approx(share)


def test_reading_is_counted() -> None:
    """A long text costs steps."""
    with pytest.raises(FunctionError, match="too many steps"):
        call("parseYAML", "a: " + "b" * 1000, scope=Scope(steps=1000))


@settings(max_examples=300)
@given(st.text(alphabet="ab:-?,[]{}#&*!|>'\"%@` \n\t<~1.0xé\udcff\x01\\", max_size=16))
def test_any_text_is_read_or_refused(text: str) -> None:
    """There is no third outcome."""
    try:
        call("parseYAML", text)
    except FunctionError as error:
        assert str(error).startswith("yaml: ")  # noqa: PT017 - one of two right outcomes
