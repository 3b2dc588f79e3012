"""Go's time.Parse: a time from text, as a layout says."""

from __future__ import annotations

from vexec.template.timefmt import (
    DAY,
    MONTHS,
    SECOND,
    WEEKDAYS,
    Time,
    days_in,
    days_of,
    element_at,
    is_digit,
    split_layout,
)
from vexec.template.values import FunctionError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

OFFSETS = ("Z07:00:00", "Z070000", "Z07:00", "Z0700", "Z07", "-07:00:00", "-070000", "-07:00", "-0700", "-07")

LONGEST = 1 << 14  # characters
OFFSET_FIELDS = ((24, "hour"), (60, "minute"), (60, "second"))


class TooLong(FunctionError):
    """A layout or a text is longer than any time."""


class Mismatch(Exception):
    """The text is not what an element asks for."""


class OutOfRange(Exception):
    """A number is too large or too small for its field, which the text names."""


class Reader:
    """What is still to be read of a text, and what was read of a time."""

    def __init__(self, text: str) -> None:
        self.rest = text
        self.year = 0
        self.month = self.day = self.year_day = -1
        self.hour = self.minute = self.second = self.nanosecond = 0
        self.halves = ""  # AM or PM, both where the layout asks twice
        self.is_utc = False
        self.offset: int | None = None
        self.zone = ""

    def take(self, count: int) -> str:
        """Take so many characters."""
        if len(self.rest) < count:
            raise Mismatch
        taken, self.rest = self.rest[:count], self.rest[count:]
        return taken

    def digits(self, most: int, *, is_fixed: bool = False) -> int:
        """Take a number of at most so many digits, of exactly so many if it is fixed."""
        count = 0
        while count < most and is_digit(self.rest[count : count + 1]):
            count += 1
        if not count or (is_fixed and count < most):
            raise Mismatch
        return int(self.take(count))

    def skip(self, text: str) -> None:
        """Take the text between two elements; any number of spaces equals any other."""
        while text:
            if text[0] == " ":
                if self.rest and self.rest[0] != " ":
                    raise Mismatch
                text = text.lstrip(" ")
                self.rest = self.rest.lstrip(" ")
            elif self.rest[:1] == text[0]:
                text, self.rest = text[1:], self.rest[1:]
            else:
                raise Mismatch

    def name(self, names: Sequence[str]) -> int:
        """Take one of several names in any case; return its index."""
        for index, name in enumerate(names):
            head = self.rest[: len(name)]
            if head.isascii() and head.lower() == name.lower():
                self.take(len(name))
                return index
        raise Mismatch


def read_year(reader: Reader, element: str) -> None:
    """Read 2006 or 06; two digits are years from 1969 to 2068."""
    if element == "2006":
        reader.year = reader.digits(4, is_fixed=True)
        return
    text = reader.take(2)
    signed = text[1:] if text[0] in "+-" else text
    if not all(is_digit(char) for char in signed):
        raise Mismatch
    year = int(text)
    reader.year = year + (1900 if year >= 69 else 2000)


def read_month(reader: Reader, element: str) -> None:
    """Read January, Jan, 1 or 01."""
    if element[0] == "J":
        names = MONTHS if element == "January" else [name[:3] for name in MONTHS]
        reader.month = reader.name(names) + 1
        return
    reader.month = reader.digits(2, is_fixed=element == "01")
    if not 1 <= reader.month <= 12:
        raise OutOfRange("month")


def read_weekday(reader: Reader, element: str) -> None:
    """Read Monday or Mon, which says nothing."""
    reader.name(WEEKDAYS if element == "Monday" else [name[:3] for name in WEEKDAYS])


def read_day(reader: Reader, element: str) -> None:
    """Read 2, _2 or 02."""
    if element == "_2" and reader.rest[:1] == " ":
        reader.take(1)
    reader.day = reader.digits(2, is_fixed=element == "02")


def read_year_day(reader: Reader, element: str) -> None:
    """Read __2 or 002."""
    for _ in range(2):
        if element == "__2" and reader.rest[:1] == " ":
            reader.take(1)
    reader.year_day = reader.digits(3, is_fixed=element == "002")


def read_hour(reader: Reader, element: str) -> None:
    """Read 15, 3 or 03."""
    reader.hour = reader.digits(2, is_fixed=element == "03")
    if reader.hour > (23 if element == "15" else 12):
        raise OutOfRange("hour")


def read_minute(reader: Reader, element: str) -> None:
    """Read 4 or 04."""
    reader.minute = reader.digits(2, is_fixed=element == "04")
    if reader.minute > 59:
        raise OutOfRange("minute")


def read_second(reader: Reader, element: str) -> None:
    """Read 5 or 05."""
    reader.second = reader.digits(2, is_fixed=element == "05")
    if reader.second > 59:
        raise OutOfRange("second")


def read_half(reader: Reader, element: str) -> None:
    """Read PM or pm."""
    half = reader.take(2)
    if half not in (("AM", "PM") if element == "PM" else ("am", "pm")):
        raise Mismatch
    reader.halves += half.upper()


def read_fraction(reader: Reader, element: str) -> None:
    """Read .000, with its very digits, or .999, with any number of them or none."""
    if element[1] == "0":
        text = reader.take(len(element))
        digits = text[1:10]
        sign = digits[:1] if digits[:1] in ("+", "-") else ""
        if text[0] not in ".," or len(digits) == len(sign) or not all(map(is_digit, digits[len(sign) :])):
            raise Mismatch
        reader.nanosecond = int(digits) * 10 ** (9 - len(digits))
        if reader.nanosecond < 0:
            raise OutOfRange("fractional second")
    elif reader.rest[:1] in (".", ",") and is_digit(reader.rest[1:2]):
        read_any_fraction(reader)


def read_any_fraction(reader: Reader) -> None:
    """Read a point and all digits after it."""
    end = 1
    while is_digit(reader.rest[end : end + 1]):
        end += 1
    reader.nanosecond = int(reader.take(end)[1:10].ljust(9, "0"))


def read_offset(reader: Reader, element: str) -> None:
    """Read an offset from UTC in the form of the element, or Z."""
    if element[0] == "Z" and reader.rest[:1] == "Z":
        reader.take(1)
        reader.is_utc = True
        return
    text = reader.take(len(element))
    if any(text[index] != ":" for index, char in enumerate(element) if char == ":"):
        raise Mismatch
    numbers = []
    for start in range(1, len(element), 3 if ":" in element else 2):
        if not all(map(is_digit, text[start : start + 2])):
            break
        numbers.append(int(text[start : start + 2]))
    for number, (limit, field) in reversed(list(zip(numbers, OFFSET_FIELDS, strict=False))):
        if number > limit:
            raise OutOfRange(f"time zone offset {field}")
    if len(numbers) < len(element.replace(":", "")) // 2 or text[0] not in "+-":
        raise Mismatch
    hours, minutes, seconds = (*numbers, 0, 0)[:3]
    offset = hours * 3600 + minutes * 60 + seconds
    reader.offset = -offset if text[0] == "-" else offset


def read_zone(reader: Reader, _element: str) -> None:
    """Read a zone's name, MST."""
    if reader.rest.startswith("UTC"):
        reader.take(3)
        reader.is_utc = True
        return
    reader.zone = reader.take(zone_length(reader.rest))


def zone_length(text: str) -> int:
    """Return how long the zone's name is that a text begins with."""
    if len(text) < 3:
        raise Mismatch
    if text.startswith(("ChST", "MeST")):
        return 4
    if text.startswith("GMT"):
        return 3 + signed_length(text[3:])
    if text[0] in "+-":
        length = signed_length(text)
        if not length:
            raise Mismatch
        return length
    count = 0
    while count < 6 and "A" <= text[count : count + 1] <= "Z":
        count += 1
    if (
        count == 3
        or (count == 5 and text[4] == "T")
        or (count == 4 and (text[3] == "T" or text[:4] == "WITA"))
    ):
        return count
    raise Mismatch


def signed_length(text: str) -> int:
    """Return the length of a sign and an hour up to 23 that a text begins with, 0 for none."""
    end = 1
    while text[:1] in ("+", "-") and is_digit(text[end : end + 1]):
        end += 1
    return end if 1 < end < 20 and int(text[1:end]) <= 23 else 0


READERS: Mapping[str, Callable[[Reader, str], None]] = {
    "2006": read_year, "06": read_year,
    "January": read_month, "Jan": read_month, "1": read_month, "01": read_month,
    "Monday": read_weekday, "Mon": read_weekday,
    "2": read_day, "_2": read_day, "02": read_day, "__2": read_year_day, "002": read_year_day,
    "15": read_hour, "3": read_hour, "03": read_hour,
    "4": read_minute, "04": read_minute, "5": read_second, "05": read_second,
    "PM": read_half, "pm": read_half, "MST": read_zone,
    **dict.fromkeys(OFFSETS, read_offset),
}  # fmt: skip


def parse_time(layout: str, text: str) -> Time:
    """Read a time as a layout says; raises FunctionError with Go's words."""
    if max(len(layout), len(text)) > LONGEST:
        raise TooLong("the time or its layout is too long")
    reader = Reader(text)
    position = 0
    for before, element in split_layout(layout):
        position += len(before) + len(element)
        try:
            reader.skip(before)
            if element:
                READERS.get(element, read_fraction)(reader, element)
        except Mismatch:
            raise FunctionError('parsing time "…" as "…": cannot parse "…" as "…"') from None
        except OutOfRange as error:
            raise refusal(f"{error} out of range") from None
        if element in ("5", "05") and not is_fraction_next(layout, position):
            read_fraction(reader, ".9")
    if reader.rest:
        raise refusal('extra text: "…"')
    return finished(reader)


def is_fraction_next(layout: str, position: int) -> bool:
    """Tell whether the next element of a layout is a fraction of a second."""
    while position < len(layout):
        element = element_at(layout, position)
        if element:
            return element[0] in ".,"
        position += 1
    return False


def refusal(problem: str) -> FunctionError:
    """Build the error of a text whose fields make no time."""
    return FunctionError(f'parsing time "…": {problem}')


def finished(reader: Reader) -> Time:
    """Make a time of the fields that were read."""
    if "PM" in reader.halves and reader.hour < 12:
        reader.hour += 12
    elif "AM" in reader.halves and reader.hour == 12:
        reader.hour = 0
    if reader.year_day >= 0:
        apply_year_day(reader)
    month, day = (1 if field < 0 else field for field in (reader.month, reader.day))
    if not 1 <= day <= days_in(reader.year, month):
        raise refusal("day out of range")
    clock = (reader.hour * 60 + reader.minute) * 60 + reader.second
    seconds = days_of(reader.year, month, day) * DAY + clock
    moment = seconds * SECOND + reader.nanosecond
    if reader.is_utc:
        return Time(moment)
    if reader.offset is not None and reader.offset != -1:
        is_local = reader.offset == 0 and reader.zone in ("", "UTC")
        zone = "UTC" if is_local else reader.zone
        return Time(moment - reader.offset * SECOND, reader.offset, zone)
    if reader.zone:
        return Time(moment, gmt_offset(reader.zone), reader.zone)
    return Time(moment)


def gmt_offset(zone: str) -> int:
    """Return the seconds that a name such as GMT+3 is ahead of the moment it is shown for; 0 for others."""
    return int(zone[3:]) * 3600 if zone.startswith("GMT") and len(zone) > 3 else 0


def apply_year_day(reader: Reader) -> None:
    """Turn the day of the year into month and day, which have to agree with those that were read."""
    first = days_of(reader.year, 1, 1)
    if not 1 <= reader.year_day <= days_of(reader.year + 1, 1, 1) - first:
        raise refusal("day-of-year out of range")
    month = 1
    while reader.year_day > days_of(reader.year, month, 1) - first + days_in(reader.year, month):
        month += 1
    day = reader.year_day - (days_of(reader.year, month, 1) - first)
    if reader.month >= 0 and reader.month != month:
        raise refusal("day-of-year does not match month")
    if reader.day >= 0 and reader.day != day:
        raise refusal("day-of-year does not match day")
    reader.month, reader.day = month, day
