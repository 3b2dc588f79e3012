"""Go's times: formatting and parsing by a layout, in UTC and in fixed zones.

A layout is the reference time, Mon Jan 2 15:04:05 MST 2006, written as times are to look; each part of it
that means something is an element. The local zone is UTC here, as in a container without a zone database.
"""

from __future__ import annotations

from vexec.template.values import Function, FunctionError, Int, Struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
RFC3339_NANO = "2006-01-02T15:04:05.999999999Z07:00"
STRING = "2006-01-02 15:04:05.999999999 -0700 MST"
SECOND = 1_000_000_000  # nanoseconds
DAY = 86400  # seconds
ZERO = -62135596800  # the first second of the year 1, since 1970

# first character → the elements that begin with it, the longest first
ELEMENTS: Mapping[str, tuple[str, ...]] = {
    "J": ("January", "Jan"),
    "M": ("Monday", "Mon", "MST"),
    "0": ("002", "01", "02", "03", "04", "05", "06"),
    "1": ("15", "1"),
    "2": ("2006", "2"),
    "_": ("__2", "_2"),
    "3": ("3",),
    "4": ("4",),
    "5": ("5",),
    "P": ("PM",),
    "p": ("pm",),
    "-": ("-07:00:00", "-070000", "-07:00", "-0700", "-07"),
    "Z": ("Z07:00:00", "Z070000", "Z07:00", "Z0700", "Z07"),
}


def split_layout(layout: str) -> Iterator[tuple[str, str]]:
    """Yield each element with the text in front of it, last the text after all of them with ""."""
    begin = index = 0
    while index < len(layout):
        element = element_at(layout, index)
        if element:
            yield layout[begin:index], element
            index += len(element)
            begin = index
        else:
            index += 1
    yield layout[begin:], ""


def element_at(layout: str, index: int) -> str:
    """Return the element that begins at an index, "" for none."""
    char = layout[index]
    if char in ".,":
        return fraction_at(layout, index)
    for element in ELEMENTS.get(char, ()):
        if not layout.startswith(element, index):
            continue
        after = layout[index + len(element) : index + len(element) + 1]
        if element in ("Jan", "Mon") and "a" <= after <= "z":
            continue
        if element == "_2" and layout.startswith("_2006", index):
            continue
        return element
    return ""


def fraction_at(layout: str, index: int) -> str:
    """Return a fraction of a second, `.000` or `,999` with any number of digits, "" for none."""
    digit = layout[index + 1 : index + 2]
    if digit not in ("0", "9"):
        return ""
    end = index + 1
    while layout[end : end + 1] == digit:
        end += 1
    return "" if is_digit(layout[end : end + 1]) else layout[index:end]


def is_digit(char: str) -> bool:
    """Tell whether a character is one of 0 to 9."""
    return len(char) == 1 and "0" <= char <= "9"


def days_of(year: int, month: int, day: int) -> int:
    """Return the days from 1970-01-01 to a date of the Gregorian calendar, which has a year 0."""
    years = year - (month < 3)
    leap_days = years // 4 - years // 100 + years // 400
    return years * 365 + leap_days + (153 * ((month + 9) % 12) + 2) // 5 + day - 719469


def date_of(days: int) -> tuple[int, int, int]:
    """Return year, month and day of a number of days since 1970-01-01."""
    era, day_of_era = divmod(days + 719468, 146097)
    year = (day_of_era - day_of_era // 1460 + day_of_era // 36524 - day_of_era // 146096) // 365
    day_of_year = day_of_era - (365 * year + year // 4 - year // 100)
    march = (5 * day_of_year + 2) // 153
    month = march + 3 if march < 10 else march - 9
    return era * 400 + year + (month < 3), month, day_of_year - (153 * march + 2) // 5 + 1


def days_in(year: int, month: int) -> int:
    """Return how many days a month has."""
    return days_of(year + month // 12, month % 12 + 1, 1) - days_of(year, month, 1)


class Time(Struct):
    """Go's time.Time: nanoseconds since 1970, and the zone in which it is shown."""

    type = "time.Time"

    def __init__(self, nanoseconds: int = ZERO * SECOND, offset: int = 0, zone: str = "UTC") -> None:
        super().__init__()
        self.nanoseconds = nanoseconds
        self.offset = offset  # seconds east of UTC
        self.zone = zone
        seconds, self.nanosecond = divmod(nanoseconds, SECOND)
        self.days, second = divmod(seconds + offset, DAY)
        self.year, self.month, self.day = date_of(self.days)
        self.hour, self.minute, self.second = second // 3600, second // 60 % 60, second % 60
        self.methods = {
            name: Function(name, bound(call, self), params, result)
            for name, (params, result, call) in METHODS.items()
        }

    def __str__(self) -> str:
        return self.format(STRING)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Time) and self.identity() == other.identity()

    def __hash__(self) -> int:
        return hash(self.identity())

    def identity(self) -> tuple[int, int, str]:
        """Return what makes two times the same: the moment and its zone."""
        return self.nanoseconds, self.offset, self.zone

    def add(self, nanoseconds: int) -> Time:
        """Return the time that is so much later, in the same zone."""
        return Time(self.nanoseconds + nanoseconds, self.offset, self.zone)

    def format(self, layout: str) -> str:
        """Write the time as a layout says."""
        pieces = []
        for text, element in split_layout(layout):
            pieces.append(text)
            if element[:1] in (".", ","):
                pieces.append(self.fraction(element))
            elif element[:1] in ("-", "Z"):
                pieces.append(self.zone_offset(element))
            elif element:
                pieces.append(FORMATS[element](self))
        return "".join(pieces)

    def fraction(self, element: str) -> str:
        """Write the fraction of a second with as many digits as the element has, `9` without final zeros."""
        digits = f"{self.nanosecond:09}"[: len(element) - 1].ljust(len(element) - 1, "0")
        if element[1] == "9":
            digits = digits.rstrip("0")
        return element[0] + digits if digits else ""

    def zone_offset(self, element: str) -> str:
        """Write the distance from UTC as `+hh` or longer; `Z` for UTC where the element allows it."""
        if element[0] == "Z" and not self.offset:
            return "Z"
        minutes, seconds = divmod(abs(self.offset), 60)
        sign = "-" if self.offset < 0 and minutes else "+"
        last = f"-{seconds:02}" if self.offset < 0 and not minutes and seconds else f"{seconds:02}"
        parts = [f"{minutes // 60:02}", f"{minutes % 60:02}", last]
        count = len(element.replace(":", "")) // 2
        return sign + (":" if ":" in element else "").join(parts[:count])


class Named(Struct):
    """A month or a day of the week: here it has a name, but not the number that it is in Go."""

    def __init__(self, go_type: str, name: str) -> None:
        super().__init__()
        self.type = go_type
        self.methods = {"String": Function("String", lambda: name, result="string")}


def bound(call: Callable[..., Any], time: Time) -> Callable[..., Any]:
    """Give a method its receiver."""
    return lambda *args: call(time, *args)


def year_day(time: Time) -> int:
    """Return the day of the year, from 1."""
    return time.days - days_of(time.year, 1, 1) + 1


def padded_year(time: Time) -> str:
    """Write the year with four digits at least."""
    return f"{time.year:04}" if time.year >= 0 else f"-{-time.year:04}"


def zone_name(time: Time) -> str:
    """Write the zone's name, or its offset where it has none."""
    return time.zone or time.zone_offset("-0700")


def half_day(time: Time) -> str:
    """Write AM or PM."""
    return "PM" if time.hour >= 12 else "AM"


FORMATS: Mapping[str, Callable[[Time], str]] = {
    "January": lambda time: MONTHS[time.month - 1],
    "Jan": lambda time: MONTHS[time.month - 1][:3],
    "1": lambda time: str(time.month),
    "01": lambda time: f"{time.month:02}",
    "Monday": lambda time: WEEKDAYS[(time.days + 4) % 7],
    "Mon": lambda time: WEEKDAYS[(time.days + 4) % 7][:3],
    "2": lambda time: str(time.day),
    "_2": lambda time: f"{time.day:2}",
    "02": lambda time: f"{time.day:02}",
    "__2": lambda time: f"{year_day(time):3}",
    "002": lambda time: f"{year_day(time):03}",
    "15": lambda time: f"{time.hour:02}",
    "3": lambda time: str((time.hour + 11) % 12 + 1),
    "03": lambda time: f"{(time.hour + 11) % 12 + 1:02}",
    "4": lambda time: str(time.minute),
    "04": lambda time: f"{time.minute:02}",
    "5": lambda time: str(time.second),
    "05": lambda time: f"{time.second:02}",
    "2006": padded_year,
    "06": lambda time: f"{abs(time.year) % 100:02}",
    "PM": half_day,
    "pm": lambda time: half_day(time).lower(),
    "MST": zone_name,
}
T = "time.Time"
# name → parameters, result, what it does
METHODS: Mapping[str, tuple[tuple[str, ...], str, Callable[..., Any]]] = {
    "Format": (("string",), "string", Time.format),
    "String": ((), "string", Time.__str__),
    "MarshalText": ((), "[]uint8", lambda time: time.format(RFC3339_NANO).encode()),
    "Unix": ((), "int64", lambda time: Int(time.nanoseconds // SECOND, "int64")),
    "UnixMilli": ((), "int64", lambda time: Int(time.nanoseconds // 1_000_000, "int64")),
    "UnixMicro": ((), "int64", lambda time: Int(time.nanoseconds // 1000, "int64")),
    "UnixNano": ((), "int64", lambda time: Int(wrapped(time.nanoseconds), "int64")),
    "Year": ((), "int", lambda time: time.year),
    "Day": ((), "int", lambda time: time.day),
    "YearDay": ((), "int", year_day),
    "Month": ((), "time.Month", lambda time: Named("time.Month", MONTHS[time.month - 1])),
    "Weekday": ((), "time.Weekday", lambda time: Named("time.Weekday", FORMATS["Monday"](time))),
    "Hour": ((), "int", lambda time: time.hour),
    "Minute": ((), "int", lambda time: time.minute),
    "Second": ((), "int", lambda time: time.second),
    "Nanosecond": ((), "int", lambda time: time.nanosecond),
    "UTC": ((), T, lambda time: Time(time.nanoseconds)),
    "Local": ((), T, lambda time: Time(time.nanoseconds)),
    "IsZero": ((), "bool", lambda time: time.nanoseconds == ZERO * SECOND),
    "Equal": ((T,), "bool", lambda time, other: time.nanoseconds == other.nanoseconds),
    "Before": ((T,), "bool", lambda time, other: time.nanoseconds < other.nanoseconds),
    "After": ((T,), "bool", lambda time, other: time.nanoseconds > other.nanoseconds),
    "Add": (("time.Duration",), T, Time.add),
    "Sub": ((T,), "time.Duration", lambda time, other: since(time.nanoseconds, other)),
    "AddDate": (("int", "int", "int"), T, lambda time, *steps: add_date(time, steps)),
}


def wrapped(number: int) -> int:
    """Return a number as it wraps around in 64 bits."""
    return (number + (1 << 63)) % (1 << 64) - (1 << 63)


def since(now: int, time: Time) -> Int:
    """Return the duration from a time until now, the longest there is for a longer one."""
    limit = 1 << 63
    return Int(max(-limit, min(limit - 1, now - time.nanoseconds)), "time.Duration")


def add_date(time: Time, steps: tuple[int, int, int]) -> Time:
    """Return a time so many years, months and days later; a day that a month has not counts on."""
    years, month = divmod(time.month - 1 + steps[1], 12)
    if max(abs(step) for step in steps) > 1 << 40:
        raise FunctionError("the time is out of range")
    days = days_of(time.year + steps[0] + years, month + 1, 1) + time.day - 1 + steps[2]
    return time.add((days - time.days) * DAY * SECOND)


def format_time(nanoseconds: int, layout: str) -> str:
    """Write the nanoseconds since 1970 as a layout says, in UTC."""
    return Time(nanoseconds).format(layout)


NEVER = Time()
