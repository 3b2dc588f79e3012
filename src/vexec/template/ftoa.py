"""Go's float64 to text, as strconv.FormatFloat and fmt write it."""

from __future__ import annotations

MANTISSA = 52  # bits after the point of a float64's mantissa
EXACT = 1100  # no float64 has more digits than this, before or after the point


def format_float(value: float, verb: str = "g", precision: int = -1) -> str:
    """Write a float64 as strconv.FormatFloat does; a negative precision is the shortest exact one.

    `verb` is one of b e E f g G x X.
    """
    if value - value != 0:
        return "NaN" if value != value else "+Inf" if value > 0 else "-Inf"
    sign, value = ("-", -value) if repr(value)[0] == "-" else ("", value)
    if verb == "b":
        mantissa, exponent = binary(value)
        return f"{sign}{mantissa}p{exponent:+d}"
    if verb in "xX":
        return sign + hexadecimal(value, precision, verb)
    is_shortest = precision < 0
    digits, point = decimal(value, verb, precision)
    if verb in "gG":
        if -4 <= point - 1 < (6 if is_shortest else max(precision, 1)):
            return sign + without_exponent(digits, point, len(digits) - point)
        return sign + with_exponent(digits, point, len(digits) - 1, "e" if verb == "g" else "E")
    if verb == "f":
        return sign + without_exponent(digits, point, len(digits) - point if is_shortest else precision)
    return sign + with_exponent(digits, point, len(digits) - 1 if is_shortest else precision, verb)


def decimal(value: float, verb: str, precision: int) -> tuple[str, int]:
    """Return the digits of 0.digits x 10^point as a verb and precision ask, without zeros at the ends.

    Python rounds as Go does: half to even on the exact value; the shortest digits are the nearest ones.
    """
    size = min(precision, EXACT)
    if precision < 0:
        text = repr(value)
    elif verb == "f":
        text = f"{value:.{size}f}"
    else:
        text = f"{value:.{max(size, 1) - 1 if verb in 'gG' else size}e}"
    mantissa, _, exponent = text.partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(digits) - len(fraction) + int(exponent or 0)
    digits = digits.rstrip("0")
    return digits, point if digits else 0


def with_exponent(digits: str, point: int, precision: int, mark: str) -> str:
    """Write d.ddde+dd with `precision` digits after the point."""
    first, rest = digits[:1] or "0", digits[1:]
    fraction = "." + rest[:precision].ljust(precision, "0") if precision > 0 else ""
    return f"{first}{fraction}{mark}{point - 1 if digits else 0:+03d}"


def without_exponent(digits: str, point: int, precision: int) -> str:
    """Write ddd.ddd with `precision` digits after the point."""
    whole = digits[:point].ljust(point, "0") if point > 0 else "0"
    if precision <= 0:
        return whole
    fraction = digits[point:] if point > 0 else "0" * min(-point, precision) + digits
    return f"{whole}.{fraction[:precision].ljust(precision, '0')}"


def binary(value: float) -> tuple[int, int]:
    """Return mantissa and exponent of a value of at least 0: mantissa x 2^exponent, of all 53 bits."""
    mantissa, _, exponent = value.hex().partition("p")
    if not value:
        return 0, -1022 - MANTISSA
    return int(mantissa.replace(".", ""), 16), int(exponent) - MANTISSA


def hexadecimal(value: float, precision: int, verb: str) -> str:
    """Write 0x1.hhhp+dd with `precision` digits after the point, half rounded to even."""
    mantissa, exponent = binary(value)
    lacking = MANTISSA + 1 - mantissa.bit_length() if mantissa else 0
    mantissa <<= lacking
    exponent = exponent + MANTISSA - lacking if mantissa else 0
    if 0 <= precision < MANTISSA // 4:
        shift = MANTISSA - 4 * precision
        half, rest = 1 << (shift - 1), mantissa & ((1 << shift) - 1)
        mantissa >>= shift
        mantissa += rest > half or (rest == half and mantissa & 1)
        mantissa <<= shift
    if mantissa >> (MANTISSA + 1):
        mantissa >>= 1
        exponent += 1
    fraction = f"{mantissa & ((1 << MANTISSA) - 1):013x}"
    fraction = fraction.rstrip("0") if precision < 0 else fraction[:precision].ljust(precision, "0")
    text = f"0x{mantissa >> MANTISSA}{'.' if fraction else ''}{fraction}p{exponent:+03d}"
    return text.upper() if verb == "X" else text
