"""Sprig's functions that look at the clock, or at chance."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.template.sprig.world import render, result
from vexec.errors import TemplateError
from vexec.template.scope import Scope
from vexec.template.sprig.dates import to_seconds
from vexec.template.sprig.numbers import random_below
from vexec.template.sprig.strings import shuffle

CASES = {
    "sprig_ago 1599999990": "10s",  # half a second and less is cut away
    "sprig_ago (sprig_int64 1600000090)": "-1m30s",
    'sprig_ago (sprig_toDate "2006-01-02" "2020-09-13")': "12h26m40s",
    'sprig_ago (sprig_toDate "2006" "0001")': "2562047h47m16.854775807s",
    'sprig_ago "x"': "0s",
    "sprig_ago nil": "0s",
    'sprig_durationRound (sprig_toDate "2006-01-02" "2020-09-13")': "12h",
    'sprig_durationRound (sprig_toDate "2006-01-02" "2021-09-14")': "1y",
}


@pytest.mark.parametrize("expression", CASES)
def test_the_result_is_of_the_time(expression: str) -> None:
    """What is told of a time is told of the scope's clock."""
    assert result(expression) == CASES[expression]


@pytest.mark.parametrize("expression", ["sprig_ago 1", 'sprig_durationRound (sprig_toDate "" "")'])
def test_a_clock_is_needed(expression: str) -> None:
    """Where there is no clock the function fails."""
    with pytest.raises(TemplateError, match="the time is not known here"):
        render("{{" + expression + "}}", Scope())


@given(st.integers(-(1 << 63), (1 << 63) - 1))
def test_a_duration_is_rounded_to_seconds(nanoseconds: int) -> None:
    """The nearest second is at most half a second away, but for the longest durations."""
    rounded = to_seconds(nanoseconds)

    assert abs(rounded - nanoseconds) * 2 <= 10**9
    assert rounded % 10**9 == 0 or abs(rounded) >= (1 << 63) - 1


def test_half_a_second_is_rounded_away_from_zero() -> None:
    """As in Go's Duration.Round."""
    assert [to_seconds(half * 5 * 10**8) // 10**9 for half in (-3, -1, 1, 3)] == [-2, -1, 1, 2]


@given(st.integers(1, 1 << 64))
def test_a_random_number_is_below_its_limit(limit: int) -> None:
    """Never the limit itself, never below zero."""
    assert 0 <= random_below(limit) < limit


def test_a_random_integer_is_in_its_range() -> None:
    """From the first number on, below the second one."""
    found = {result("sprig_randInt -2 2") for _ in range(200)}

    assert found <= {"-2", "-1", "0", "1"}
    assert len(found) > 1


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_text_is_shuffled(text: str) -> None:
    """Shuffling keeps the characters."""
    assert sorted(shuffle(Scope(), text)) == sorted(text)


def test_fail_shows_no_value() -> None:
    """The message of fail may be a value: it is shown where it stands in the template, and nowhere else."""
    with pytest.raises(TemplateError) as caught:
        render('{{sprig_fail .s}}{{sprig_fail "need it"}}')

    assert str(caught.value).endswith('<sprig_fail .s>: error calling sprig_fail: "…"')
    assert "text" not in str(caught.value)
