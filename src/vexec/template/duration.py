"""Go's durations: nanoseconds in 64 bits, written as 1h2m3.5s."""

from __future__ import annotations

from vexec.template.timefmt import SECOND, is_digit
from vexec.template.values import FunctionError

UNITS = {
    "ns": 1,
    "us": 1000,
    "µs": 1000,
    "μs": 1000,
    "ms": 1_000_000,
    "s": SECOND,
    "m": 60 * SECOND,
    "h": 3600 * SECOND,
}
LIMIT = 1 << 63


def format_duration(nanoseconds: int) -> str:
    """Write a duration as its String method does."""
    sign, size = ("-", -nanoseconds) if nanoseconds < 0 else ("", nanoseconds)
    if size < SECOND:
        if not size:
            return "0s"
        unit, digits = ("ns", 0) if size < 1000 else ("µs", 3) if size < 1_000_000 else ("ms", 6)
        return sign + decimal(size, digits) + unit
    minutes, seconds = divmod(size, 60 * SECOND)
    text = decimal(seconds, 9) + "s"
    if minutes:
        hours, minutes = divmod(minutes, 60)
        text = f"{hours}h{minutes}m{text}" if hours else f"{minutes}m{text}"
    return sign + text


def decimal(number: int, digits: int) -> str:
    """Write a number divided by a power of ten, without final zeros."""
    whole, rest = divmod(number, 10**digits)
    fraction = f"{rest:0{digits}}".rstrip("0") if rest else ""
    return f"{whole}.{fraction}" if fraction else str(whole)


def parse_duration(text: str) -> int:
    """Read a duration, a sum of numbers with units; raises FunctionError with Go's words."""
    sign, rest = (text[0], text[1:]) if text[:1] in ("+", "-") else ("", text)
    if rest == "0":
        return 0
    if not rest:
        raise refusal("invalid duration")
    total = index = 0
    while index < len(rest):
        point = after_digits(rest, index)
        end = after_digits(rest, point + 1) if rest[point : point + 1] == "." else point
        fraction = rest[point + 1 : end]
        if point == index and not fraction:
            raise refusal("invalid duration")
        unit = end
        while end < len(rest) and rest[end] != "." and not is_digit(rest[end]):
            end += 1
        total += scaled(rest[index:point], fraction, rest[unit:end])
        if total > LIMIT:
            raise refusal("invalid duration")
        index = end
    if sign != "-" and total > LIMIT - 1:
        raise refusal("invalid duration")
    return -total if sign == "-" else total


def scaled(whole: str, fraction: str, name: str) -> int:
    """Return the nanoseconds of a number with its unit; the fraction is a float64, as it is in Go."""
    whole, fraction = whole.lstrip("0") or "0", fraction[:60]
    if len(whole) > 19 or int(whole) > LIMIT:
        raise refusal("invalid duration")
    if not name:
        raise refusal("missing unit in duration")
    if name not in UNITS:
        raise refusal('unknown unit "…" in duration')
    unit = UNITS[name]
    number = int(whole)
    if number > LIMIT // unit:
        raise refusal("invalid duration")
    digits = fraction[:18]  # as many as fit in 63 bits
    while len(digits) < len(fraction) and int(digits or "0") <= (LIMIT - 1) // 10:
        if int(digits + fraction[len(digits)]) > LIMIT:
            break
        digits += fraction[len(digits)]
    part = float(int(digits or "0")) * (unit / float(10 ** len(digits)))
    return number * unit + int(part)


def after_digits(text: str, index: int) -> int:
    """Return where the digits from an index on end."""
    while is_digit(text[index : index + 1]):
        index += 1
    return index


def refusal(problem: str) -> FunctionError:
    """Build the error of a text that is no duration."""
    return FunctionError(f'time: {problem} "…"')
