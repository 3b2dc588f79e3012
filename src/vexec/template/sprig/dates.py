"""Sprig's functions on times and durations that its hermetic set keeps; the local zone is UTC."""

from __future__ import annotations

from vexec.template.duration import format_duration, parse_duration
from vexec.template.sprig import table
from vexec.template.strconv import NumError, parse_int
from vexec.template.timefmt import SECOND, Time, since, wrapped
from vexec.template.timeparse import TooLong, parse_time
from vexec.template.values import FunctionError, Int

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vexec.template.scope import Scope

HOUR = 3600 * SECOND
WORK = 20  # steps that making or reading a time counts for
# the first that a duration is longer than names it
UNITS = (
    ("y", 365 * 24 * HOUR),
    ("mo", 30 * 24 * HOUR),
    ("d", 24 * HOUR),
    ("h", HOUR),
    ("m", 60 * SECOND),
    ("s", SECOND),
)


def now_of(scope: Scope) -> int:
    """Return the time in nanoseconds since 1970; raises FunctionError where there is no clock."""
    if scope.now is None:
        raise FunctionError("the time is not known here")
    return scope.now()


def is_int64(value: Any) -> bool:
    """Tell whether a value is an int64."""
    return isinstance(value, Int) and value.type == "int64"


def read(scope: Scope, layout: str, text: str) -> Time:
    """Read a time as a layout says; raises FunctionError."""
    scope.count(WORK)
    return parse_time(layout, text)


def to_date(scope: Scope, layout: str, text: str) -> Time:
    """Read a time as a layout says; the first second of the year 1 for what is none."""
    try:
        return read(scope, layout, text)
    except TooLong:
        raise
    except FunctionError:
        return Time()


def modify(scope: Scope, text: str, time: Time) -> Time:
    """Return the time that is a duration later."""
    scope.count(WORK)
    return time.add(parse_duration(text))


def unix_epoch(time: Time) -> str:
    """Return the seconds since 1970."""
    return str(time.nanoseconds // SECOND)


def ago(scope: Scope, date: Any) -> str:
    """Return how long ago a time is, to the second; 0s for what is none."""
    scope.count(WORK)
    now = now_of(scope)
    if isinstance(date, Time):
        time = date
    elif type(date) is int or is_int64(date):
        time = Time(int(date) * SECOND)
    else:
        time = Time(now)
    return format_duration(to_seconds(since(now, time)))


def to_seconds(nanoseconds: int) -> int:
    """Round a duration to seconds, half of one away from zero; the longest ones stay."""
    size = (abs(nanoseconds) + SECOND // 2) // SECOND * SECOND
    limit = 1 << 63
    rounded = -size if nanoseconds < 0 else size
    return max(-limit, min(limit - 1, rounded))


def duration(value: Any) -> str:
    """Return seconds as a duration; 0s for what is neither text nor int64."""
    seconds = 0
    if type(value) is str:
        try:
            seconds = parse_int(value)
        except NumError as error:
            seconds = int(error.value)
    elif is_int64(value):
        seconds = int(value)
    return format_duration(wrapped(seconds * SECOND))


def duration_round(scope: Scope, value: Any) -> str:
    """Return a duration's largest unit: 2h, 3d, 1mo; of a time how long ago it is."""
    length = 0
    if type(value) is str:
        try:
            length = parse_duration(value)
        except FunctionError:
            length = 0
    elif is_int64(value):
        length = int(value)
    elif isinstance(value, Time):
        length = since(now_of(scope), value)
    return next((f"{abs(length) // size}{unit}" for unit, size in UNITS if abs(length) > size), "0s")


FUNCTIONS = table(
    {
        "unixEpoch": ("func(time.Time) string", unix_epoch),
        "duration": ("func(interface {}) string", duration),
    },
    {
        "toDate": ("func(string, string) time.Time", to_date),
        "mustToDate": ("func(string, string) (time.Time, error)", read),
        "mustDateModify": ("func(string, time.Time) (time.Time, error)", modify),
        "must_date_modify": ("func(string, time.Time) (time.Time, error)", modify),
        "ago": ("func(interface {}) string", ago),
        "durationRound": ("func(interface {}) string", duration_round),
    },
)
