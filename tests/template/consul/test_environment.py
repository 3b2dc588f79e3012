"""Variables and the clock come from the scope."""

from __future__ import annotations

import pytest

from tests.template.consul.calls import call, failure
from vexec.errors import TemplateError
from vexec.template.evaluate import evaluate
from vexec.template.parse import parse
from vexec.template.scope import Scope

SCOPE = Scope(environ={"A": "1", "EMPTY": ""}, now=lambda: 1_700_000_000_987_654_321)


def test_variables() -> None:
    """What is not set is empty; a default stands only for what is not set."""
    assert [call("env", name, scope=SCOPE) for name in ("A", "EMPTY", "NONE")] == ["1", "", ""]
    assert call("mustEnv", "A", scope=SCOPE) == "1"
    assert [call("envOrDefault", name, "d", scope=SCOPE) for name in ("A", "EMPTY", "NONE")] == ["1", "", "d"]


@pytest.mark.parametrize(
    ("call", "shown"),
    [
        ('mustEnv "EMPTY"', "EMPTY"),
        ('"NO NE" | mustEnv', "NO NE"),
        ('mustEnv (env "A")', '"…"'),
        ('mustEnv ("none" | toUpper)', '"…"'),
    ],
)
def test_a_variable_that_must_be(call: str, shown: str) -> None:
    """Empty is as bad as not set; T38: only a name that the template spells out is shown."""
    with pytest.raises(TemplateError) as caught:
        evaluate(parse("{{ %s }}" % call, "x"), SCOPE)

    assert str(caught.value).endswith(f"required environment variable {shown} is empty")


@pytest.mark.parametrize(
    ("layouts", "text"),
    [
        ((), "2023-11-14T22:13:20Z"),
        (("unix",), "1700000000"),
        (("2006-01-02 15:04:05.000",), "2023-11-14 22:13:20.987"),
        (("",), ""),
    ],
)
def test_the_time(layouts: tuple[str, ...], text: str) -> None:
    """In UTC, in Go's layouts."""
    assert call("timestamp", *layouts, scope=SCOPE) == text


def test_the_time_needs_a_clock_and_one_layout() -> None:
    """Without a clock there is no time."""
    assert failure("timestamp") == "timestamp is not supported here"
    message = "timestamp: wrong number of arguments, expected 0 or 1, but got 2"
    assert failure("timestamp", "a", "b", scope=SCOPE) == message
