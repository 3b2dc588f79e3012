"""Kubernetes' quantities: read as its API does and written in canonical form, `1000m` as `1`.

quantity = [sign] digits [. digits] [suffix]; suffix = n u m k M G T P E, Ki … Ei, or e/E and an exponent.
Source: k8s.io/apimachinery/pkg/api/resource.
"""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal

from vexec.injector.models import Denial

PATTERN = r"^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$"
SHAPE = re.compile(PATTERN.removesuffix("$"))
NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)")
DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
SUFFIXES = {power: suffix for suffix, power in DECIMAL.items()}
BINARY = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")
EXPONENT = re.compile(r"[eE]([+-]?[0-9]{1,3})")
LARGEST = 2**63 - 1
SMALLEST = Decimal("1e-9")
EXACT = Context(prec=400)
LONGEST = 300  # characters; the original has no limit


def canonical(text: str) -> str:
    """Return a quantity in canonical form; raises Denial."""
    if len(text) > LONGEST or not SHAPE.fullmatch(text):
        raise Denial(f"quantities must match the regular expression '{PATTERN}'")
    found = NUMBER.match(text)
    if found is None:
        raise Denial("unable to parse numeric part of quantity")
    number, suffix = EXACT.create_decimal(found[0]), text[found.end() :]
    exponent = EXPONENT.fullmatch(suffix)
    if suffix in BINARY[1:]:
        return binary(bounded(EXACT.multiply(number, Decimal(1024 ** BINARY.index(suffix)))))
    if suffix not in DECIMAL and not exponent:
        raise Denial("unable to parse quantity's suffix")
    power = int(exponent[1]) if exponent else DECIMAL[suffix]
    return decimal(bounded(number.scaleb(power, EXACT)), is_exponent=exponent is not None)


def bounded(number: Decimal) -> Decimal:
    """Round to billionths, away from zero, and keep what does not fit at the largest number."""
    rounding = ROUND_CEILING if number > 0 else ROUND_FLOOR
    limit = Decimal(LARGEST)
    return max(-limit, min(limit, number)).quantize(SMALLEST, rounding, EXACT)


def decimal(number: Decimal, *, is_exponent: bool = False) -> str:
    """Write a number with the largest power of a thousand that leaves no fraction."""
    billionths = int(number.scaleb(9, EXACT))
    if not billionths:
        return "0"
    power = -9
    while billionths % 1000 == 0 and power < DECIMAL["E"]:
        billionths, power = billionths // 1000, power + 3
    if is_exponent:
        return f"{billionths}e{power}" if power else str(billionths)
    return f"{billionths}{SUFFIXES[power]}"


def binary(number: Decimal) -> str:
    """Write a number with the largest power of 1024 that leaves no fraction; a small one is decimal."""
    if -1024 < number < 1024:
        return decimal(number)
    whole = int(number.to_integral_value(ROUND_CEILING if number > 0 else ROUND_FLOOR, EXACT))
    power = 0
    while whole % 1024 == 0 and power < len(BINARY) - 1:
        whole, power = whole // 1024, power + 1
    return f"{whole}{BINARY[power]}"
