"""Sprig's arithmetic: int64 that wraps around, float64, and float64 by way of exact decimals."""

from __future__ import annotations

import math
import os

from vexec.template.sprig import table
from vexec.template.sprig.cast import count_items, to_float, to_int, to_int64, wrap
from vexec.template.strconv import NumError, atoi, parse_int
from vexec.template.values import FunctionError, Int, Slice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from vexec.template.scope import Scope

    Fraction = tuple[int, int]  # a coefficient and an exponent of ten

PRECISION = 16  # digits after the point that a division of decimals keeps
DIVIDE = "runtime error: integer divide by zero"


def int64(number: int) -> Int:
    """Return a number as int64; it wraps around."""
    return Int(wrap(number), "int64")


def add(*values: Any) -> Int:
    """Return a sum."""
    return int64(sum(map(to_int, values)))


def add1(value: Any) -> Int:
    """Return the next integer."""
    return int64(to_int(value) + 1)


def sub(left: Any, right: Any) -> Int:
    """Return a difference."""
    return int64(to_int(left) - to_int(right))


def mul(scope: Scope, value: Any, *values: Any) -> Int:
    """Return a product."""
    product = to_int(value)
    for factor in values:
        scope.count()
        product = wrap(product * to_int(factor))
    return int64(product)


def div(left: Any, right: Any) -> Int:
    """Return a quotient, cut towards zero."""
    dividend, divisor = to_int(left), to_int(right)
    if not divisor:
        raise FunctionError(DIVIDE)
    quotient = abs(dividend) // abs(divisor)
    return int64(-quotient if (dividend < 0) != (divisor < 0) else quotient)


def mod(left: Any, right: Any) -> Int:
    """Return what a division leaves, with the dividend's sign."""
    dividend, divisor = to_int(left), to_int(right)
    if not divisor:
        raise FunctionError(DIVIDE)
    rest = abs(dividend) % abs(divisor)
    return int64(-rest if dividend < 0 else rest)


def largest(value: Any, *values: Any) -> Int:
    """Return the largest integer."""
    return int64(max(map(to_int, (value, *values))))


def smallest(value: Any, *values: Any) -> Int:
    """Return the smallest integer."""
    return int64(min(map(to_int, (value, *values))))


def extreme(value: Any, values: tuple[Any, ...], sign: float) -> float:
    """Return the largest float for the sign 1, the smallest for -1; NaN only yields to that infinity."""
    result = to_float(value)
    for item in values:
        other = to_float(item)
        if math.inf in (result * sign, other * sign):
            result = math.inf * sign
        elif math.isnan(result) or math.isnan(other):
            result = math.nan
        elif result == other == 0:
            result = other if math.copysign(1, other) == sign else result
        elif other * sign > result * sign:
            result = other
    return result


def floor(value: Any) -> float:
    """Return the next lower whole number, as a float."""
    return rounded(to_float(value), math.floor)


def ceil(value: Any) -> float:
    """Return the next higher whole number, as a float."""
    return rounded(to_float(value), math.ceil)


def rounded(number: float, call: Callable[[float], int]) -> float:
    """Round a float, which keeps the sign of a zero."""
    return math.copysign(float(call(number)), number) if math.isfinite(number) else number


def round_to(value: Any, places: int, *options: float) -> float:
    """Round to decimal places; up from a fraction of .5, or the given one, down for negative numbers."""
    power = power_of_ten(places)
    digits = power * to_float(value)
    fraction = math.modf(digits)[0] if math.isfinite(digits) else math.nan
    call = math.ceil if fraction >= (options[0] if options else 0.5) else math.floor
    result = rounded(digits, call)
    return result / power if power else math.nan if not result or math.isnan(result) else result * math.inf


def power_of_ten(exponent: int) -> float:
    """Return a power of ten as Go computes it: by squaring, which can differ in the last bit."""
    mantissa, twos = 1.0, 0
    square, square_twos = math.frexp(10.0)
    rest = abs(exponent)
    while rest:
        if square_twos > 1 << 12:
            twos += square_twos
            break
        if rest & 1:
            mantissa *= square
            twos += square_twos
        square *= square
        square_twos *= 2
        if square < 0.5:
            square += square
            square_twos -= 1
        rest >>= 1
    if exponent < 0:
        mantissa, twos = 1 / mantissa, -twos
    try:
        return math.ldexp(mantissa, twos)
    except OverflowError:
        return math.inf


def decimal_of(value: Any) -> Fraction:
    """Return the shortest decimal that stands for a float."""
    number = to_float(value)
    if not math.isfinite(number):
        name = "NaN" if math.isnan(number) else "+Inf" if number > 0 else "-Inf"
        raise FunctionError(f"Cannot create a Decimal from {name}")
    mantissa, _, exponent = repr(number).partition("e")
    whole, _, fraction = mantissa.partition(".")
    return int(whole + fraction), int(exponent or 0) - len(fraction)


def decimal_sum(left: Fraction, right: Fraction) -> Fraction:
    """Add two decimals."""
    exponent = min(left[1], right[1])
    return sum(number * 10 ** (power - exponent) for number, power in (left, right)), exponent


def decimal_difference(left: Fraction, right: Fraction) -> Fraction:
    """Subtract a decimal from another one."""
    return decimal_sum(left, (-right[0], right[1]))


def decimal_product(left: Fraction, right: Fraction) -> Fraction:
    """Multiply two decimals."""
    return left[0] * right[0], left[1] + right[1]


def decimal_quotient(left: Fraction, right: Fraction) -> Fraction:
    """Divide a decimal by another one, to 16 digits after the point; half is rounded away from zero."""
    if not right[0]:
        raise FunctionError("decimal division by 0")
    shift = left[1] - right[1] + PRECISION
    dividend, divisor = abs(left[0]) * 10 ** max(shift, 0), abs(right[0]) * 10 ** max(-shift, 0)
    quotient, rest = divmod(dividend, divisor)
    quotient += 2 * rest >= divisor
    return -quotient if (left[0] < 0) != (right[0] < 0) else quotient, -PRECISION


def compute(
    scope: Scope, value: Any, values: tuple[Any, ...], call: Callable[[Fraction, Fraction], Fraction]
) -> float:
    """Compute with decimals from left to right, and return the nearest float."""
    result = decimal_of(value)
    for item in values:
        scope.count(1 + result[0].bit_length() // 1024)
        result = call(result, decimal_of(item))
    number, exponent = result
    try:
        quotient: float = number * 10 ** max(exponent, 0) / 10 ** max(-exponent, 0)
    except OverflowError:
        return math.inf if number > 0 else -math.inf
    return quotient


def until(scope: Scope, count: int) -> Slice:
    """Return the integers from 0 on, without the last one; downwards for a negative one."""
    return until_step(scope, 0, count, -1 if count < 0 else 1)


def until_step(scope: Scope, start: int, stop: int, step: int) -> Slice:
    """Return the integers from one to another, without the last one, by steps."""
    is_empty = step >= 0 if stop < start else step <= 0
    numbers = range(0) if is_empty else range(start, stop, step)
    count_items(scope, len_of(numbers))
    return Slice(numbers, "[]int")


def len_of(numbers: range) -> int:
    """Return a range's length, however long it is."""
    return max(0, -((numbers.start - numbers.stop) // numbers.step))


def seq(scope: Scope, *params: int) -> str:
    """Return the integers from the first to the last argument, with the step between them; as text."""
    if len(params) not in (1, 2, 3):
        return ""
    start, end = (1, params[0]) if len(params) == 1 else (params[0], params[-1])
    direction = -1 if end < start else 1
    step = params[1] if len(params) == 3 else direction
    if len(params) == 3 and direction < 0 < step:
        return ""
    return " ".join(map(str, until_step(scope, start, wrap(end + direction), step)))


def atoi_quietly(text: str) -> int:
    """Return the integer that a text is, 0 for none and the nearest one for what is out of range."""
    try:
        return atoi(text)
    except NumError as error:
        return int(error.value)


def to_decimal(scope: Scope, value: Any) -> Int:
    """Return the integer whose octal digits a value prints as, 0 for none."""
    from vexec.template.printf import sprint

    try:
        return int64(parse_int(sprint([value], scope), 8))
    except NumError:
        return int64(0)


def random_below(limit: int) -> int:
    """Return a random integer below a limit."""
    return int.from_bytes(os.urandom(16), "big") % limit


def random_int(low: int, high: int) -> int:
    """Return a random integer from `low` on, below `high`."""
    if wrap(high - low) <= 0:
        raise FunctionError("invalid argument to Intn")
    return low + random_below(high - low)


VARIADIC = "func(interface {}, ...interface {}) "
FUNCTIONS = table(
    {
        "add": ("func(...interface {}) int64", add),
        "add1": ("func(interface {}) int64", add1),
        "sub": ("func(interface {}, interface {}) int64", sub),
        "div": ("func(interface {}, interface {}) int64", div),
        "mod": ("func(interface {}, interface {}) int64", mod),
        "max": (VARIADIC + "int64", largest),
        "biggest": (VARIADIC + "int64", largest),
        "min": (VARIADIC + "int64", smallest),
        "maxf": (VARIADIC + "float64", lambda value, *values: extreme(value, values, 1.0)),
        "minf": (VARIADIC + "float64", lambda value, *values: extreme(value, values, -1.0)),
        "ceil": ("func(interface {}) float64", ceil),
        "floor": ("func(interface {}) float64", floor),
        "round": ("func(interface {}, int, ...float64) float64", round_to),
        "randInt": ("func(int, int) int", random_int),
        "atoi": ("func(string) int", atoi_quietly),
        "int": ("func(interface {}) int", to_int),
        "int64": ("func(interface {}) int64", to_int64),
        "float64": ("func(interface {}) float64", to_float),
    },
    {
        "toDecimal": ("func(interface {}) int64", to_decimal),
        "mul": (VARIADIC + "int64", mul),
        "add1f": ("func(interface {}) float64", lambda scope, one: compute(scope, one, (1,), decimal_sum)),
        "addf": (
            "func(...interface {}) float64",
            lambda scope, *values: compute(scope, 0.0, values, decimal_sum),
        ),
        "subf": (
            VARIADIC + "float64",
            lambda scope, one, *values: compute(scope, one, values, decimal_difference),
        ),
        "mulf": (
            VARIADIC + "float64",
            lambda scope, one, *values: compute(scope, one, values, decimal_product),
        ),
        "divf": (
            VARIADIC + "float64",
            lambda scope, one, *values: compute(scope, one, values, decimal_quotient),
        ),
        "until": ("func(int) []int", until),
        "untilStep": ("func(int, int, int) []int", until_step),
        "seq": ("func(...int) string", seq),
    },
)
