"""Durations as Go writes and reads them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vexec.template.duration import LIMIT, format_duration, parse_duration
from vexec.template.values import FunctionError

# nanoseconds → text; run in Go 1.26
DURATIONS = {
    0: "0s",
    1: "1ns",
    999: "999ns",
    1000: "1µs",
    1500: "1.5µs",
    1000000: "1ms",
    1500001: "1.500001ms",
    999999999: "999.999999ms",
    1000000000: "1s",
    1500000000: "1.5s",
    59999999999: "59.999999999s",
    60000000000: "1m0s",
    3600000000000: "1h0m0s",
    3661000000000: "1h1m1s",
    90061000000001: "25h1m1.000000001s",
    -1: "-1ns",
    -1500: "-1.5µs",
    -3600000000000: "-1h0m0s",
    9223372036854775807: "2562047h47m16.854775807s",
    -9223372036854775808: "-2562047h47m16.854775808s",
}  # fmt: skip
# text → nanoseconds, or after "! " the error; run in Go 1.26
READ = {
    "0": 0,
    "+0": 0,
    "-0": 0,
    "": "! time: invalid duration \"…\"",
    "-": "! time: invalid duration \"…\"",
    "+": "! time: invalid duration \"…\"",
    "1h": 3600000000000,
    "1h1m1.5s": 3661500000000,
    "-1.5h": -5400000000000,
    "+5s": 5000000000,
    ".5s": 500000000,
    "1.s": 1000000000,
    ".s": "! time: invalid duration \"…\"",
    "1": "! time: missing unit in duration \"…\"",
    "1 s": "! time: unknown unit \"…\" in duration \"…\"",
    "1x": "! time: unknown unit \"…\" in duration \"…\"",
    "1us": 1000,
    "1µs": 1000,
    "1μs": 1000,
    "1ns": 1,
    "1.9999999999ns": 1,
    "2562047h47m16.854775807s": 9223372036854775807,
    "-2562047h47m16.854775808s": -9223372036854775808,
    "2562047h47m16.854775808s": "! time: invalid duration \"…\"",
    "9223372036854775808ns": "! time: invalid duration \"…\"",
    "-9223372036854775808ns": -9223372036854775808,
    "9223372036854775809ns": "! time: invalid duration \"…\"",
    "99999999999999999999h": "! time: invalid duration \"…\"",
    "3000000h": "! time: invalid duration \"…\"",
    "1h-1m": "! time: unknown unit \"…\" in duration \"…\"",
    "0.100000000000000000000h": 360000000000,
    "0.9223372036854775807h": 3320413933267,
    "0.92233720368547758070000000000000000001h": 3320413933267,
    "0.9999999999999999999999h": 3600000000000,
    "h": "! time: invalid duration \"…\"",
    "1.1.1s": "! time: missing unit in duration \"…\"",
    "0000000000000000000000001s": 1000000000,
    "0.000000000000000000000000000000000000000000000000000000000000000001h": 0,
    "9223372036854775807": "! time: missing unit in duration \"…\"",
    "2562047h2562047h": "! time: invalid duration \"…\"",
    "0.9223372036854775809h": 3320413933267,
}  # fmt: skip


@pytest.mark.parametrize("nanoseconds", DURATIONS)
def test_a_duration_is_written_as_in_go(nanoseconds: int) -> None:
    """Nanoseconds give the text that they give in Go."""
    assert format_duration(nanoseconds) == DURATIONS[nanoseconds]


@pytest.mark.parametrize("text", READ)
def test_a_duration_is_read_as_in_go(text: str) -> None:
    """A text gives the nanoseconds, or the error, that it gives in Go."""
    found: object
    try:
        found = parse_duration(text)
    except FunctionError as error:
        found = f"! {error}"

    assert found == READ[text]


@given(st.integers(-LIMIT, LIMIT - 1))
def test_what_is_written_can_be_read(nanoseconds: int) -> None:
    """Any duration is read from its own text; fractions of a second stay within a nanosecond."""
    assert abs(parse_duration(format_duration(nanoseconds)) - nanoseconds) <= 1
