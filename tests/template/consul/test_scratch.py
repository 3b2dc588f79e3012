"""The scratch keeps values for one pass; templates execute each other."""

from __future__ import annotations

from typing import Any

import pytest

from tests.template.consul.calls import call, failure
from vexec.template.evaluate import evaluate
from vexec.template.functions.scratch import Scratch
from vexec.template.parse import parse
from vexec.template.scope import Scope
from vexec.template.values import Ask, FunctionError, Map, Missing


def method(scratch: Scratch, name: str, *args: Any) -> Any:
    """Call one of a scratch's methods."""
    return scratch.methods[name].call(*args)


def test_values_are_kept() -> None:
    """Set replaces, SetX does not; what is not there is nil."""
    scratch = Scratch()

    assert method(scratch, "Set", "a", 1) == ""
    assert method(scratch, "SetX", "a", 2) == ""
    assert method(scratch, "SetX", "b", None) == ""
    assert [method(scratch, "Get", name) for name in "abc"] == [1, None, None]
    assert [method(scratch, "Key", name) for name in "abc"] == [True, True, False]


def test_maps_are_kept() -> None:
    """A map begins with its first value; its values come in its keys' order."""
    scratch = Scratch()
    method(scratch, "MapSet", "m", "b", 1)
    method(scratch, "MapSet", "m", "a", 2)
    method(scratch, "MapSetX", "m", "a", 3)
    method(scratch, "MapSetX", "m", "c", 4)

    assert method(scratch, "Get", "m") == {"b": 1, "a": 2, "c": 4}
    assert method(scratch, "MapValues", "m") == [2, 1, 4]
    assert method(scratch, "MapValues", "x").is_nil


def test_what_is_no_map_takes_no_key() -> None:
    """The error does not name what was kept."""
    scratch = Scratch()
    method(scratch, "Set", "a", "secret")
    method(scratch, "Set", "n", Map((), is_nil=True))

    with pytest.raises(FunctionError, match=r'^"…" is not a map$'):
        method(scratch, "MapSet", "a", "b", 1)
    with pytest.raises(FunctionError, match=r"^assignment to entry in nil map$"):
        method(scratch, "MapSet", "n", "b", 1)
    assert method(scratch, "MapValues", "a").is_nil


def test_there_is_one_scratch_for_a_pass() -> None:
    """Each pass begins with an empty scratch, even in the same scope."""
    template = parse('{{scratch.Get "a"}}{{scratch.Set "a" 1}}{{scratch.Get "a"}}{{secret "x"}}')
    scope = Scope()

    assert isinstance(evaluate(template, scope), Missing)
    assert scope.memory["scratch"].kept == {"a": 1}
    scope.known = {Ask("secret", ("x",)): None}
    assert evaluate(template, scope) == "<no value>1<nil>"


def test_a_template_executes_another_one() -> None:
    """The value is its dot; more than one is an error."""
    template = parse('{{define "x"}}[{{.}}]{{end}}{{executeTemplate "x"}}{{executeTemplate "x" 5}}')

    assert evaluate(template, Scope()) == "[<no value>][5]"
    message = "executeTemplate: wrong number of arguments, expected 1 or 2, but got 3"
    assert failure("executeTemplate", "x", 1, 2) == message


def test_the_scratch_shows_no_fields() -> None:
    """Its values are behind methods; only YAML shows the lock that upstream embeds."""
    assert call("toJSON", Scratch()) == "{}"
    assert call("toTOML", Scratch()) == ""
    assert call("toYAML", Scratch()) == "rwmutex: {}"
