"""Lists and maps are searched, merged and unfolded as consul-template does it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.template.consul.calls import call, failure
from vexec.template.scope import Scope
from vexec.template.values import FunctionError, Int, Map, Slice, type_of
from vexec.value import Number

NAMES = Slice(["a", "b"], "[]string")


@pytest.mark.parametrize(
    ("collection", "value", "is_there"),
    [
        ("abc", "b", True),
        ("abc", "x", False),
        ("ü", "\udcc3", True),
        ("1", Number("1"), False),
        (Number("12"), Number("1"), True),
        ([1.0, "a"], "a", True),
        ([1.0, "a"], 1, False),
        ([1.0, "a"], 1.0, True),
        ([1], Int(1, "int64"), True),
        ([Int(1, "uint8")], Int(1, "uint8"), False),
        ([True], True, False),
        ([True], 1, False),
        ([1], True, False),
        ([None, []], None, False),
        ([Number("1")], Number("1"), True),
        ([Number("1")], "1", False),
        (NAMES, "a", True),
        (b"ab", 97, False),
        ({"a": 1}, "a", False),
        (None, 1, False),
        (5, 5, False),
    ],
)
def test_what_is_in_what(collection: Any, value: Any, is_there: bool) -> None:
    """Integers are looked for among integers of any size, floats among floats, strings by type."""
    assert call("in", collection, value) is is_there
    assert call("contains", value, collection) is is_there


def test_nothing_is_not_looked_for_among_strings() -> None:
    """Go's reflection fails where the value has no type."""
    message = "reflect: call of reflect.Value.Type on zero Value"

    assert failure("in", "a", None) == message
    assert failure("in", NAMES, None) == message


@pytest.mark.parametrize(
    ("values", "results"),
    [
        (["a", "b"], (True, True, False, False)),
        (["a", "x"], (False, True, False, True)),
        (["x", "y"], (False, False, True, True)),
        ([], (True, False, True, False)),
        (None, (True, False, True, False)),
    ],
)
def test_several_values(values: list[str] | None, results: tuple[bool, ...]) -> None:
    """All, any, none, not all of some values are in a list."""
    names = ("containsAll", "containsAny", "containsNone", "containsNotAll")

    assert tuple(call(name, values, ["a", "b", "c"]) for name in names) == results


@pytest.mark.parametrize(
    ("bounds", "numbers"),
    [
        ((3,), [0, 1, 2]),
        ((1, 3), [1, 2]),
        (("1", "3"), [1, 2]),
        ((Int(2, "uint8"), Number("4")), [2, 3]),
        (("",), []),
        ((3, 1), []),
        ((Int(18446744073709551615, "uint64"), 1), [-1, 0]),
    ],
)
def test_a_loop_counts(bounds: tuple[Any, ...], numbers: list[int]) -> None:
    """A loop is a channel of int64, from the first bound to before the second."""
    channel = call("loop", *bounds)

    assert type_of(channel) == "<-chan int64"
    found = list(channel.items)
    assert found == numbers
    assert {type_of(number) for number in found} <= {"int64"}


@pytest.mark.parametrize(
    ("bounds", "message"),
    [
        ((), "loop: wrong number of arguments, expected 1 or 2, but got 0"),
        ((1, 2, 3), "loop: wrong number of arguments, expected 1 or 2, but got 3"),
        ((1.5,), "loop: bad argument type: float64"),
        ((None,), "loop: bad argument type: <nil>"),
        (("a",), 'parseInt: strconv.ParseInt: parsing "…": invalid syntax'),
    ],
)
def test_bounds_that_are_none(bounds: tuple[Any, ...], message: str) -> None:
    """What is no integer cannot bound a loop."""
    assert failure("loop", *bounds) == message


def test_a_long_loop_costs_nothing_before_it_runs() -> None:
    """The numbers are made as they are ranged over."""
    assert next(iter(call("loop", 10**15).items)) == 0


def test_paths_become_maps() -> None:
    """Each / in a key is a level; empty names are keys, an empty last name sets nothing."""
    flat = {"a/b": 1, "a/c/d": 2, "e": 3, "/x": 4, "y/": 5}

    assert call("explodeMap", flat) == {"": {"x": 4}, "a": {"b": 1, "c": {"d": 2}}, "e": 3, "y": {}}
    assert call("explodeMap", None) == {}


@pytest.mark.parametrize("value", [1, None, [], Map({}, "map[string]string")])
def test_a_value_is_no_level(value: Any) -> None:
    """A path cannot go through what is no map, and the error holds no value."""
    message = 'explodeMap: not a map: "…": "…" already has value "…"'

    assert failure("explodeMap", {"a": value, "a/c/d": 2}) == message


def test_a_nil_map_takes_nothing() -> None:
    """Go panics with these words."""
    assert failure("explodeMap", {"a": Map((), is_nil=True), "a/b": 1}) == "assignment to entry in nil map"


FIRST: dict[str, Any] = {"a": "", "b": [], "c": {"x": 1}, "n": None, "f": False, "s": "k", "e": {}}
SECOND: dict[str, Any] = {
    "a": "1", "b": [1], "c": {"x": 2, "y": 3}, "n": 1, "f": True, "s": "z", "new": [1], "nn": None,
    "e": {"q": None, "p": 1},
}  # fmt: skip


def test_merging_fills_what_is_empty() -> None:
    """What the first map has stays, unless it is false, 0, empty or nil."""
    merged = {**SECOND, "c": {"x": 1, "y": 3}, "s": "k", "e": {"p": 1}}
    del merged["nn"]
    first = {**FIRST, "c": {"x": 1}, "e": {}}

    assert call("mergeMap", first, SECOND) == merged
    assert first == merged


def test_merging_overrides() -> None:
    """The second map's values win, empty ones as well; maps are merged."""
    first = {"a": "v", "b": [2], "c": {"x": 1}, "n": 1, "s": "k", "m": {"a": 1}, "t": {"a": 1}}
    second: dict[str, Any] = {
        "a": "",
        "b": [],
        "c": {"x": 2, "y": 3},
        "n": None,
        "s": {"q": 1},
        "m": {},
        "t": 5,
    }

    assert call("mergeMapWithOverride", first, second) == {**second, "m": {"a": 1}}


@pytest.mark.parametrize(
    ("first", "second", "result"), [(None, None, {}), (None, {"a": 1}, {"a": 1}), ({"a": 1}, None, {"a": 1})]
)
def test_merging_with_nil(first: Any, second: Any, result: Any) -> None:
    """A nil map has no keys."""
    assert call("mergeMap", first, second) == result


def test_a_map_with_any_keys_takes_one_with_strings() -> None:
    """The other way round Go's reflection fails."""
    anything = Map({"x": 1}, "map[interface {}]interface {}")

    assert call("mergeMap", {"k": anything}, {"k": {"z": 1}}) == {"k": {"x": 1, "z": 1}}
    message = "reflect.Value.MapIndex: value of type interface {} is not assignable to type string"
    assert failure("mergeMap", {"k": {"z": 1}}, {"k": anything}) == message


def test_no_depth_is_unbounded() -> None:
    """A map in itself, and a path of many levels, end in an error."""
    circle: dict[str, Any] = {}
    circle["a"] = circle

    assert failure("mergeMap", circle, {"a": circle}) == "the maps are nested too deeply"
    assert failure("explodeMap", {"/".join("a" * 1000): 1}) == "the maps are nested too deeply"


def test_searching_is_counted() -> None:
    """A long list costs steps."""
    with pytest.raises(FunctionError, match="too many steps"):
        call("in", list(range(1000)), -1, scope=Scope(steps=500))
