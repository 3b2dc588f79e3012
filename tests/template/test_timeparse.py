"""Times as Go reads them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vexec.template.timefmt import STRING, Time
from vexec.template.timeparse import LONGEST, TooLong, parse_time
from vexec.template.values import FunctionError

# layout and text → time and seconds east of UTC, or after "! " the error; run in Go 1.26
PARSED = {
    ("2006-01-02", "2020-02-29"): "2020-02-29 00:00:00 +0000 UTC | 0",
    ("2006-01-02", "2021-02-29"): "! parsing time \"…\": day out of range",
    ("2006-01-02", "2020-1-02"): "! parsing time \"…\" as \"…\": cannot parse \"…\" as \"…\"",
    ("2006-01-02", "2020-13-02"): "! parsing time \"…\": month out of range",
    ("2006-01-02", "2020-00-02"): "! parsing time \"…\": month out of range",
    ("2006-01-02", "202-01-02"): "! parsing time \"…\" as \"…\": cannot parse \"…\" as \"…\"",
    ("2006-01-02T15:04:05Z07:00", "2020-01-02T03:04:05Z"): "2020-01-02 03:04:05 +0000 UTC | 0",
    ("2006-01-02T15:04:05Z07:00", "2020-01-02T03:04:05.5+01:00"): "2020-01-02 03:04:05.5 +0100 +0100 | 3600",
    ("2006-01-02T15:04:05Z07:00", "2020-01-02T03:04:05,123456789123-00:00"): "2020-01-02 03:04:05.123456789 +0000 UTC | 0",
    ("2006-01-02T15:04:05Z07:00", "2020-01-02T25:04:05Z"): "! parsing time \"…\": hour out of range",
    ("2006-01-02T15:04:05Z07:00", "2020-01-02T24:04:05Z"): "! parsing time \"…\": hour out of range",
    ("2006-01-02T15:04:05Z07:00", "2020-01-02T03:60:05Z"): "! parsing time \"…\": minute out of range",
    ("2006-01-02T15:04:05Z07:00", "2020-01-02T03:04:60Z"): "! parsing time \"…\": second out of range",
    ("2006-01-02T15:04:05Z07:00", "2020-01-02T03:04:05+25:00"): "! parsing time \"…\": time zone offset hour out of range",
    ("2006-01-02T15:04:05Z07:00", "2020-01-02T03:04:05+00:61"): "! parsing time \"…\": time zone offset minute out of range",
    ("2006-01-02T15:04:05Z07:00", "2020-01-02T03:04:05*01:00"): "! parsing time \"…\" as \"…\": cannot parse \"…\" as \"…\"",
    ("2006-01-02T15:04:05Z07:00", "2020-01-02T03:04:05+0100"): "! parsing time \"…\" as \"…\": cannot parse \"…\" as \"…\"",
    ("-07:00:00", "+01:02:61"): "! parsing time \"…\": time zone offset second out of range",
    ("-07:00:00", "+01:02:03"): "0000-01-01 00:00:00 +0102 +0102 | 3723",
    ("-07", "+0x"): "! parsing time \"…\" as \"…\": cannot parse \"…\" as \"…\"",
    ("-07:00", "+01x00"): "! parsing time \"…\" as \"…\": cannot parse \"…\" as \"…\"",
    ("-07:00", "+0100"): "! parsing time \"…\" as \"…\": cannot parse \"…\" as \"…\"",
    ("Z070000", "-010203"): "0000-01-01 00:00:00 -0102 -0102 | -3723",
    ("-0700", "-0000"): "0000-01-01 00:00:00 +0000 UTC | 0",
    ("-07:00:00", "-00:00:01"): "0000-01-01 00:00:00 +0000 UTC | 0",
    ("Jan 2 2006", "feb 3 2020"): "2020-02-03 00:00:00 +0000 UTC | 0",
    ("January 2 2006", "FEBRUARY 3 2020"): "2020-02-03 00:00:00 +0000 UTC | 0",
    ("Jan", "Foo"): "! parsing time \"…\" as \"…\": cannot parse \"…\" as \"…\"",
    ("Mon Jan", "TUE mar"): "0000-03-01 00:00:00 +0000 UTC | 0",
    ("Monday", "Tuesday"): "0000-01-01 00:00:00 +0000 UTC | 0",
    ("Monday", "Tues"): "! parsing time \"…\" as \"…\": cannot parse \"…\" as \"…\"",
    ("_2", "  5"): "! parsing time \"…\" as \"…\": cannot parse \"…\" as \"…\"",
    ("_2", " 5"): "0000-01-05 00:00:00 +0000 UTC | 0",
    ("02", "5"): "! parsing time \"…\" as \"…\": cannot parse \"…\" as \"…\"",
    ("2", "0"): "! parsing time \"…\": day out of range",
    ("2", "32"): "! parsing time \"…\": day out of range",
    ("002", "060"): "0000-02-29 00:00:00 +0000 UTC | 0",
    ("2006 002", "2020 060"): "2020-02-29 00:00:00 +0000 UTC | 0",
    ("2006 002", "2021 060"): "2021-03-01 00:00:00 +0000 UTC | 0",
    ("2006 002", "2021 366"): "! parsing time \"…\": day-of-year out of range",
    ("2006 002", "2020 366"): "2020-12-31 00:00:00 +0000 UTC | 0",
    ("002", "000"): "! parsing time \"…\": day-of-year out of range",
    ("__2", "  7"): "0000-01-07 00:00:00 +0000 UTC | 0",
    ("__2", "7"): "0000-01-07 00:00:00 +0000 UTC | 0",
    ("002", "07"): "! parsing time \"…\" as \"…\": cannot parse \"…\" as \"…\"",
    ("01 002", "02 060"): "0000-02-29 00:00:00 +0000 UTC | 0",
    ("01 02 002", "03 01 060"): "! parsing time \"…\": day-of-year does not match month",
    ("2 002", "2 060"): "! parsing time \"…\": day-of-year does not match day",
    ("3PM", "12PM"): "0000-01-01 12:00:00 +0000 UTC | 0",
    ("3PM", "12AM"): "0000-01-01 00:00:00 +0000 UTC | 0",
    ("3PM", "1PM"): "0000-01-01 13:00:00 +0000 UTC | 0",
    ("3pm", "11pm"): "0000-01-01 23:00:00 +0000 UTC | 0",
    ("3pm", "11PM"): "! parsing time \"…\" as \"…\": cannot parse \"…\" as \"…\"",
    ("3PM", "13PM"): "! parsing time \"…\": hour out of range",
    ("03", "3"): "! parsing time \"…\" as \"…\": cannot parse \"…\" as \"…\"",
    ("3PM", "1"): "! parsing time \"…\" as \"…\": cannot parse \"…\" as \"…\"",
    ("15", "5"): "0000-01-01 05:00:00 +0000 UTC | 0",
    ("06", "69"): "1969-01-01 00:00:00 +0000 UTC | 0",
    ("06", "68"): "2068-01-01 00:00:00 +0000 UTC | 0",
    ("06", "+5"): "2005-01-01 00:00:00 +0000 UTC | 0",
    ("06", "x5"): "! parsing time \"…\" as \"…\": cannot parse \"…\" as \"…\"",
    ("06", "5"): "! parsing time \"…\" as \"…\": cannot parse \"…\" as \"…\"",
    ("MST", "CET"): "0000-01-01 00:00:00 +0000 CET | 0",
    ("MST", "UTC"): "0000-01-01 00:00:00 +0000 UTC | 0",
    ("MST", "GMT+3"): "0000-01-01 03:00:00 +0300 GMT+3 | 10800",
    ("MST", "GMT-12"): "-0001-12-31 12:00:00 -1200 GMT-12 | -43200",
    ("MST", "GMT+24"): "! parsing time \"…\": extra text: \"…\"",
    ("MST", "GMT"): "0000-01-01 00:00:00 +0000 GMT | 0",
    ("MST", "+03"): "0000-01-01 00:00:00 +0000 +03 | 0",
    ("MST", "-99"): "! parsing time \"…\" as \"…\": cannot parse \"…\" as \"…\"",
    ("MST", "ChST"): "0000-01-01 00:00:00 +0000 ChST | 0",
    ("MST", "WITA"): "0000-01-01 00:00:00 +0000 WITA | 0",
    ("MST", "ABCD"): "! parsing time \"…\" as \"…\": cannot parse \"…\" as \"…\"",
    ("MST", "ABCDT"): "0000-01-01 00:00:00 +0000 ABCDT | 0",
    ("MST", "ABCDE"): "! parsing time \"…\" as \"…\": cannot parse \"…\" as \"…\"",
    ("MST", "ABCDEF"): "! parsing time \"…\" as \"…\": cannot parse \"…\" as \"…\"",
    ("MST", "AB"): "! parsing time \"…\" as \"…\": cannot parse \"…\" as \"…\"",
    ("MST", "abc"): "! parsing time \"…\" as \"…\": cannot parse \"…\" as \"…\"",
    ("MST -0700", "CET +0100"): "0000-01-01 00:00:00 +0100 CET | 3600",
    ("MST -0700", "UTC +0000"): "0000-01-01 00:00:00 +0000 UTC | 0",
    ("05.000", "05.123"): "0000-01-01 00:00:05.123 +0000 UTC | 0",
    ("05.000", "05.12"): "! parsing time \"…\" as \"…\": cannot parse \"…\" as \"…\"",
    ("05.000", "05.1234"): "! parsing time \"…\": extra text: \"…\"",
    (".000", ".-12"): "! parsing time \"…\": fractional second out of range",
    (".000", ".+12"): "0000-01-01 00:00:00.012 +0000 UTC | 0",
    ("05.999", "05"): "0000-01-01 00:00:05 +0000 UTC | 0",
    ("05.999", "05.5"): "0000-01-01 00:00:05.5 +0000 UTC | 0",
    ("05.999", "05.123456"): "0000-01-01 00:00:05.123456 +0000 UTC | 0",
    ("05 .9", "05 .25"): "0000-01-01 00:00:05.25 +0000 UTC | 0",
    ("05", "05.5"): "0000-01-01 00:00:05.5 +0000 UTC | 0",
    ("05 x", "05.5 x"): "0000-01-01 00:00:05.5 +0000 UTC | 0",
    ("a  b", "a b"): "0000-01-01 00:00:00 +0000 UTC | 0",
    ("a b", "ab"): "! parsing time \"…\" as \"…\": cannot parse \"…\" as \"…\"",
    ("a b", "a"): "! parsing time \"…\" as \"…\": cannot parse \"…\" as \"…\"",
    ("ab", "a"): "! parsing time \"…\" as \"…\": cannot parse \"…\" as \"…\"",
    ("2006", "2020 "): "! parsing time \"…\": extra text: \"…\"",
    ("", "x"): "! parsing time \"…\": extra text: \"…\"",
    ("", ""): "0000-01-01 00:00:00 +0000 UTC | 0",
}  # fmt: skip
ELEMENTS = ("January", "Jan", "1", "01", "Mon", "2", "_2", "002", "15", "3", "04", "5", "2006", "06", "PM", "MST", "Z07:00",
            "-0700", ".000", ".999", " ", "-", "x", "é")  # fmt: skip


@pytest.mark.parametrize(("layout", "text"), PARSED)
def test_a_time_is_read_as_in_go(layout: str, text: str) -> None:
    """A layout and a text give the time, or the error, that they give in Go."""
    try:
        time = parse_time(layout, text)
        found = f"{time} | {time.offset}"
    except FunctionError as error:
        found = f"! {error}"

    assert found == PARSED[layout, text]


@given(st.integers(-62135596800, 253402300799), st.integers(0, 999_999_999))
def test_what_is_written_can_be_read(seconds: int, nanoseconds: int) -> None:
    """A time of the years 1 to 9999 is read from its own text."""
    time = Time(seconds * 10**9 + nanoseconds)

    assert parse_time(STRING, str(time)) == time


@given(
    st.lists(st.sampled_from(ELEMENTS), max_size=6).map("".join),
    st.text("0123456789JanPM:+-. zé", max_size=20),
)
def test_any_text_is_a_time_or_an_error(layout: str, text: str) -> None:
    """Whatever the layout and the text are, the end is a time or Go's error without the text."""
    try:
        parse_time(layout, text)
    except FunctionError as error:
        assert str(error).startswith('parsing time "…"')  # noqa: PT017 - one of two right outcomes


def test_what_is_too_long_is_refused() -> None:
    """A layout or a text that no time has ends at once."""
    for layout, text in (("2" * (LONGEST + 1), ""), ("", "2" * (LONGEST + 1))):
        with pytest.raises(TooLong):
            parse_time(layout, text)
