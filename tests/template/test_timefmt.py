"""Times as Go formats them, and what a template can ask of one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vexec.template.timefmt import (
    DAY,
    SECOND,
    Time,
    add_date,
    date_of,
    days_in,
    days_of,
    format_time,
    since,
    wrapped,
)
from vexec.template.values import FunctionError, Int, type_of

# nanoseconds, seconds east of UTC, the zone's name → layout → text; run in Go 1.26
FORMATS = [
    ((0 * 10**9 + 0, 0, "UTC"), {
        "2006-01-02T15:04:05Z07:00": "1970-01-01T00:00:00Z",
        "2006-01-02T15:04:05.999999999Z07:00": "1970-01-01T00:00:00Z",
        "Mon, 02 Jan 2006 15:04:05 MST": "Thu, 01 Jan 1970 00:00:00 UTC",
        "Monday, 02-Jan-06 15:04:05 MST": "Thursday, 01-Jan-70 00:00:00 UTC",
        "Jan _2 15:04:05.000000": "Jan  1 00:00:00.000000",
        "3:04PM": "12:00AM",
        "3:04pm 03": "12:00am 12",
        "January 2 2006": "January 1 1970",
        "1/2/06 4 5": "1/1/70 0 0",
        "002 __2": "001   1",
        "_2006 _2": "_1970  1",
        "Janx Monx Monthly MST": "Janx Monx Monthly UTC",
        "15:04:05.00 ,000 .9 .9990 .09": "00:00:00.00 ,000  .9990 .09",
        "Z0700 Z07 Z070000 Z07:00:00": "Z Z Z Z",
        "-0700 -07 -070000 -07:00:00 -07:00": "+0000 +00 +000000 +00:00:00 +00:00",
        "": "",
        "no elements here": "no elements here",
        "2006.01.02,15": "1970.01.01,00",
        "2 1 3 4 5 6": "1 1 12 0 0 6",
        " 20060102150405 ": " 19700101000000 ",
        "日本 2006年01月02日": "日本 1970年01月01日",
    }),
    ((1600000000 * 10**9 + 123456789, 0, "UTC"), {
        "2006-01-02T15:04:05Z07:00": "2020-09-13T12:26:40Z",
        "2006-01-02T15:04:05.999999999Z07:00": "2020-09-13T12:26:40.123456789Z",
        "Mon, 02 Jan 2006 15:04:05 MST": "Sun, 13 Sep 2020 12:26:40 UTC",
        "Monday, 02-Jan-06 15:04:05 MST": "Sunday, 13-Sep-20 12:26:40 UTC",
        "Jan _2 15:04:05.000000": "Sep 13 12:26:40.123456",
        "3:04PM": "12:26PM",
        "3:04pm 03": "12:26pm 12",
        "January 2 2006": "September 13 2020",
        "1/2/06 4 5": "9/13/20 26 40",
        "002 __2": "257 257",
        "_2006 _2": "_2020 13",
        "Janx Monx Monthly MST": "Janx Monx Monthly UTC",
        "15:04:05.00 ,000 .9 .9990 .09": "12:26:40.12 ,123 .1 .9990 .09",
        "Z0700 Z07 Z070000 Z07:00:00": "Z Z Z Z",
        "-0700 -07 -070000 -07:00:00 -07:00": "+0000 +00 +000000 +00:00:00 +00:00",
        "": "",
        "no elements here": "no elements here",
        "2006.01.02,15": "2020.09.13,12",
        "2 1 3 4 5 6": "13 9 12 26 40 6",
        " 20060102150405 ": " 20200913122640 ",
        "日本 2006年01月02日": "日本 2020年09月13日",
    }),
    ((-62135596800 * 10**9 + 0, 0, "UTC"), {
        "2006-01-02T15:04:05Z07:00": "0001-01-01T00:00:00Z",
        "2006-01-02T15:04:05.999999999Z07:00": "0001-01-01T00:00:00Z",
        "Mon, 02 Jan 2006 15:04:05 MST": "Mon, 01 Jan 0001 00:00:00 UTC",
        "Monday, 02-Jan-06 15:04:05 MST": "Monday, 01-Jan-01 00:00:00 UTC",
        "Jan _2 15:04:05.000000": "Jan  1 00:00:00.000000",
        "3:04PM": "12:00AM",
        "3:04pm 03": "12:00am 12",
        "January 2 2006": "January 1 0001",
        "1/2/06 4 5": "1/1/01 0 0",
        "002 __2": "001   1",
        "_2006 _2": "_0001  1",
        "Janx Monx Monthly MST": "Janx Monx Monthly UTC",
        "15:04:05.00 ,000 .9 .9990 .09": "00:00:00.00 ,000  .9990 .09",
        "Z0700 Z07 Z070000 Z07:00:00": "Z Z Z Z",
        "-0700 -07 -070000 -07:00:00 -07:00": "+0000 +00 +000000 +00:00:00 +00:00",
        "": "",
        "no elements here": "no elements here",
        "2006.01.02,15": "0001.01.01,00",
        "2 1 3 4 5 6": "1 1 12 0 0 6",
        " 20060102150405 ": " 00010101000000 ",
        "日本 2006年01月02日": "日本 0001年01月01日",
    }),
    ((-62167219201 * 10**9 + 1000, 0, "UTC"), {
        "2006-01-02T15:04:05Z07:00": "-0001-12-31T23:59:59Z",
        "2006-01-02T15:04:05.999999999Z07:00": "-0001-12-31T23:59:59.000001Z",
        "Mon, 02 Jan 2006 15:04:05 MST": "Fri, 31 Dec -0001 23:59:59 UTC",
        "Monday, 02-Jan-06 15:04:05 MST": "Friday, 31-Dec-01 23:59:59 UTC",
        "Jan _2 15:04:05.000000": "Dec 31 23:59:59.000001",
        "3:04PM": "11:59PM",
        "3:04pm 03": "11:59pm 11",
        "January 2 2006": "December 31 -0001",
        "1/2/06 4 5": "12/31/01 59 59",
        "002 __2": "365 365",
        "_2006 _2": "_-0001 31",
        "Janx Monx Monthly MST": "Janx Monx Monthly UTC",
        "15:04:05.00 ,000 .9 .9990 .09": "23:59:59.00 ,000  .9990 .09",
        "Z0700 Z07 Z070000 Z07:00:00": "Z Z Z Z",
        "-0700 -07 -070000 -07:00:00 -07:00": "+0000 +00 +000000 +00:00:00 +00:00",
        "": "",
        "no elements here": "no elements here",
        "2006.01.02,15": "-0001.12.31,23",
        "2 1 3 4 5 6": "31 12 11 59 59 6",
        " 20060102150405 ": " -00011231235959 ",
        "日本 2006年01月02日": "日本 -0001年12月31日",
    }),
    ((1709204400 * 10**9 + 500000000, 3600, "CET"), {
        "2006-01-02T15:04:05Z07:00": "2024-02-29T12:00:00+01:00",
        "2006-01-02T15:04:05.999999999Z07:00": "2024-02-29T12:00:00.5+01:00",
        "Mon, 02 Jan 2006 15:04:05 MST": "Thu, 29 Feb 2024 12:00:00 CET",
        "Monday, 02-Jan-06 15:04:05 MST": "Thursday, 29-Feb-24 12:00:00 CET",
        "Jan _2 15:04:05.000000": "Feb 29 12:00:00.500000",
        "3:04PM": "12:00PM",
        "3:04pm 03": "12:00pm 12",
        "January 2 2006": "February 29 2024",
        "1/2/06 4 5": "2/29/24 0 0",
        "002 __2": "060  60",
        "_2006 _2": "_2024 29",
        "Janx Monx Monthly MST": "Janx Monx Monthly CET",
        "15:04:05.00 ,000 .9 .9990 .09": "12:00:00.50 ,500 .5 .9990 .09",
        "Z0700 Z07 Z070000 Z07:00:00": "+0100 +01 +010000 +01:00:00",
        "-0700 -07 -070000 -07:00:00 -07:00": "+0100 +01 +010000 +01:00:00 +01:00",
        "": "",
        "no elements here": "no elements here",
        "2006.01.02,15": "2024.02.29,12",
        "2 1 3 4 5 6": "29 2 12 0 0 6",
        " 20060102150405 ": " 20240229120000 ",
        "日本 2006年01月02日": "日本 2024年02月29日",
    }),
    ((253402234623 * 10**9 + 0, -19800, ""), {
        "2006-01-02T15:04:05Z07:00": "9999-12-31T00:07:03-05:30",
        "2006-01-02T15:04:05.999999999Z07:00": "9999-12-31T00:07:03-05:30",
        "Mon, 02 Jan 2006 15:04:05 MST": "Fri, 31 Dec 9999 00:07:03 -0530",
        "Monday, 02-Jan-06 15:04:05 MST": "Friday, 31-Dec-99 00:07:03 -0530",
        "Jan _2 15:04:05.000000": "Dec 31 00:07:03.000000",
        "3:04PM": "12:07AM",
        "3:04pm 03": "12:07am 12",
        "January 2 2006": "December 31 9999",
        "1/2/06 4 5": "12/31/99 7 3",
        "002 __2": "365 365",
        "_2006 _2": "_9999 31",
        "Janx Monx Monthly MST": "Janx Monx Monthly -0530",
        "15:04:05.00 ,000 .9 .9990 .09": "00:07:03.00 ,000  .9990 .09",
        "Z0700 Z07 Z070000 Z07:00:00": "-0530 -05 -053000 -05:30:00",
        "-0700 -07 -070000 -07:00:00 -07:00": "-0530 -05 -053000 -05:30:00 -05:30",
        "": "",
        "no elements here": "no elements here",
        "2006.01.02,15": "9999.12.31,00",
        "2 1 3 4 5 6": "31 12 12 7 3 6",
        " 20060102150405 ": " 99991231000703 ",
        "日本 2006年01月02日": "日本 9999年12月31日",
    }),
    ((947419170 * 10**9 + 0, -30, "X"), {
        "2006-01-02T15:04:05Z07:00": "2000-01-09T11:59:00+00:00",
        "2006-01-02T15:04:05.999999999Z07:00": "2000-01-09T11:59:00+00:00",
        "Mon, 02 Jan 2006 15:04:05 MST": "Sun, 09 Jan 2000 11:59:00 X",
        "Monday, 02-Jan-06 15:04:05 MST": "Sunday, 09-Jan-00 11:59:00 X",
        "Jan _2 15:04:05.000000": "Jan  9 11:59:00.000000",
        "3:04PM": "11:59AM",
        "3:04pm 03": "11:59am 11",
        "January 2 2006": "January 9 2000",
        "1/2/06 4 5": "1/9/00 59 0",
        "002 __2": "009   9",
        "_2006 _2": "_2000  9",
        "Janx Monx Monthly MST": "Janx Monx Monthly X",
        "15:04:05.00 ,000 .9 .9990 .09": "11:59:00.00 ,000  .9990 .09",
        "Z0700 Z07 Z070000 Z07:00:00": "+0000 +00 +0000-30 +00:00:-30",
        "-0700 -07 -070000 -07:00:00 -07:00": "+0000 +00 +0000-30 +00:00:-30 +00:00",
        "": "",
        "no elements here": "no elements here",
        "2006.01.02,15": "2000.01.09,11",
        "2 1 3 4 5 6": "9 1 11 59 0 6",
        " 20060102150405 ": " 20000109115900 ",
        "日本 2006年01月02日": "日本 2000年01月09日",
    }),
    ((327416976505 * 10**9 + 11, 45, ""), {
        "2006-01-02T15:04:05Z07:00": "12345-06-07T08:09:10+00:00",
        "2006-01-02T15:04:05.999999999Z07:00": "12345-06-07T08:09:10.000000011+00:00",
        "Mon, 02 Jan 2006 15:04:05 MST": "Thu, 07 Jun 12345 08:09:10 +0000",
        "Monday, 02-Jan-06 15:04:05 MST": "Thursday, 07-Jun-45 08:09:10 +0000",
        "Jan _2 15:04:05.000000": "Jun  7 08:09:10.000000",
        "3:04PM": "8:09AM",
        "3:04pm 03": "8:09am 08",
        "January 2 2006": "June 7 12345",
        "1/2/06 4 5": "6/7/45 9 10",
        "002 __2": "158 158",
        "_2006 _2": "_12345  7",
        "Janx Monx Monthly MST": "Janx Monx Monthly +0000",
        "15:04:05.00 ,000 .9 .9990 .09": "08:09:10.00 ,000  .9990 .09",
        "Z0700 Z07 Z070000 Z07:00:00": "+0000 +00 +000045 +00:00:45",
        "-0700 -07 -070000 -07:00:00 -07:00": "+0000 +00 +000045 +00:00:45 +00:00",
        "": "",
        "no elements here": "no elements here",
        "2006.01.02,15": "12345.06.07,08",
        "2 1 3 4 5 6": "7 6 8 9 10 6",
        " 20060102150405 ": " 123450607080910 ",
        "日本 2006年01月02日": "日本 12345年06月07日",
    }),
]  # fmt: skip
MOMENT = Time(1_600_000_000_123_456_789)
LATER = MOMENT.add(3600 * SECOND)
METHODS = {
    "Unix": "1600000000", "UnixMilli": "1600000000123", "UnixMicro": "1600000000123456",
    "UnixNano": "1600000000123456789", "Year": "2020", "Day": "13", "YearDay": "257", "Hour": "12",
    "Minute": "26", "Second": "40", "Nanosecond": "123456789", "IsZero": "False",
    "String": "2020-09-13 12:26:40.123456789 +0000 UTC", "UTC": "2020-09-13 12:26:40.123456789 +0000 UTC",
    "Local": "2020-09-13 12:26:40.123456789 +0000 UTC",
    "MarshalText": "b'2020-09-13T12:26:40.123456789Z'",
}  # fmt: skip


@pytest.mark.parametrize(("time", "layouts"), FORMATS)
def test_a_time_is_written_as_in_go(time: tuple[int, int, str], layouts: dict[str, str]) -> None:
    """Each layout gives the text that it gives in Go."""
    assert {layout: Time(*time).format(layout) for layout in layouts} == layouts


def test_a_time_in_utc_is_written() -> None:
    """The nanoseconds since 1970 are all that is needed of a time in UTC."""
    assert format_time(0, "2006-01-02 15:04:05 MST") == "1970-01-01 00:00:00 UTC"


@given(st.integers(-(10**7), 10**7))
def test_a_date_and_its_days_are_one(days: int) -> None:
    """Days become a date that becomes the same days, and a month ends before the next one begins."""
    year, month, day = date_of(days)

    assert days_of(year, month, day) == days
    assert 1 <= day <= days_in(year, month) <= 31


@pytest.mark.parametrize("name", METHODS)
def test_a_method_answers(name: str) -> None:
    """A template may call the methods of a time."""
    assert str(MOMENT.methods[name].call()) == METHODS[name]


def test_methods_take_other_times() -> None:
    """Times can be compared, subtracted, moved and formatted."""
    call = {name: method.call for name, method in MOMENT.methods.items()}

    assert call["Before"](LATER)
    assert not call["After"](LATER)
    assert call["Equal"](Time(MOMENT.nanoseconds, 3600, "CET"))
    assert call["Sub"](LATER) == -3600 * SECOND
    assert type_of(call["Sub"](LATER)) == "time.Duration"
    assert call["Add"](Int(3600 * SECOND, "time.Duration")) == LATER
    assert call["Format"]("2006") == "2020"
    assert str(call["AddDate"](0, 0, 1)) == "2020-09-14 12:26:40.123456789 +0000 UTC"


def test_months_and_weekdays_print_as_their_names() -> None:
    """A month is of type time.Month and prints as its name."""
    for name, text in (("Month", "September"), ("Weekday", "Sunday")):
        value = MOMENT.methods[name].call()
        assert type_of(value) == f"time.{name}"
        assert value.methods["String"].call() == text


def test_years_and_months_can_be_added() -> None:
    """A day that the month has not counts on into the next one."""
    day = Time(days_of(2020, 1, 31) * DAY * SECOND)

    assert add_date(day, (0, 1, 0)).format("2006-01-02") == "2020-03-02"
    assert add_date(day, (1, -13, 5)).format("2006-01-02") == "2020-01-05"
    with pytest.raises(FunctionError, match=r"^the time is out of range$"):
        add_date(day, (1 << 50, 0, 0))


def test_a_duration_between_times_is_bounded() -> None:
    """What does not fit in 64 bits is the longest duration there is."""
    assert since(1 << 70, Time(0)) == (1 << 63) - 1
    assert since(0, Time(1 << 70)) == -(1 << 63)
    assert since(10, Time(4)) == 6
    assert wrapped(1 << 63) == -(1 << 63)


def test_times_are_equal_by_moment_and_zone() -> None:
    """The same moment in another zone is another value."""
    assert Time(5) == Time(5)
    assert len({Time(5), Time(5), Time(5, 3600, "CET")}) == 2
    assert Time(5) != 5
