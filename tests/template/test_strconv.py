"""Go's strconv, against what Go returned (tests/oracles/fmt)."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.template.cases import decode, loads
from vexec.template import strconv
from vexec.template.ftoa import format_float
from vexec.template.strconv import NumError
from vexec.template.values import FunctionError

if TYPE_CHECKING:
    from collections.abc import Callable

LINES = (Path(__file__).parent / "golden" / "strconv.jsonl").read_text().splitlines()
ROWS = [loads(line) for line in LINES[1:]]
CALLS = sorted({row["call"] for row in ROWS})
BYTES = st.binary(max_size=30).map(strconv.from_bytes)


def number(text: str) -> float:
    """Read a float64 that Go wrote in hexadecimal."""
    return float.fromhex(text)


def hexadecimal(value: float) -> str:
    """Write a float64 as Go did into the golden file."""
    return format_float(value, "x")


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "FormatFloat": lambda value, verb, precision: format_float(number(value), verb, int(precision)),
    "FormatInt": lambda value, base: strconv.format_int(int(value), int(base)),
    "ParseFloat": lambda text: hexadecimal(strconv.parse_float(text)),
    "ParseInt": lambda text, base, bits: str(strconv.parse_int(text, int(base), int(bits))),
    "ParseUint": lambda text, base, bits: str(strconv.parse_uint(text, int(base), int(bits))),
    "Atoi": lambda text: str(strconv.atoi(text)),
    "ParseBool": strconv.parse_bool,
    "Quote": lambda text: [strconv.quote(text), strconv.quote_ascii(text), strconv.can_backquote(text)],
    "QuoteRune": lambda code: [
        strconv.quote_rune(int(code)),
        strconv.quote_rune(int(code), is_ascii=True),
    ],
    "Unquote": strconv.unquote,
    "UnquoteChar": lambda text, mark: decode_char(*strconv.unquote_char(text, mark)),
}
FAILED: dict[str, Callable[[float], object]] = {"ParseFloat": hexadecimal, "ParseBool": bool}


def decode_char(code: int, is_multibyte: bool, tail: str) -> list[Any]:
    """Write a character's code as the golden file does."""
    return [str(code), is_multibyte, tail]


def outcome(call: str, args: list[Any]) -> tuple[Any, str]:
    """Return what a function returns, and its reason not to."""
    try:
        return FUNCTIONS[call](*args), ""
    except NumError as error:
        return FAILED.get(call, str)(error.value), str(error).removeprefix(f'strconv.{call}: parsing "…": ')
    except ValueError as error:
        return "", str(error)


@pytest.mark.parametrize("call", CALLS)
def test_a_function_returns_what_gos_does(call: str) -> None:
    """The value, or the value beside the error and the error's reason."""
    rows = [row for row in ROWS if row["call"] == call]

    for row in rows:
        assert outcome(call, decode(row["args"])) == (decode(row["out"]), row.get("err", "")), row


def test_the_golden_file_has_every_function() -> None:
    """Each function has cases, thousands in all."""
    assert set(CALLS) == FUNCTIONS.keys()
    assert len(ROWS) >= 4000


def test_errors_do_not_show_what_cannot_be_read() -> None:
    """An error is a function's error as well as a ValueError, and holds no value."""
    with pytest.raises(FunctionError, match=r'^strconv\.ParseInt: parsing "…": invalid syntax$'):
        strconv.parse_int("hunter2")
    with pytest.raises(ValueError, match=r"^invalid syntax$"):
        strconv.unquote('"hunter2')


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1e6, "1e+06"),
        (100000.0, "100000"),
        (123456789.0, "1.23456789e+08"),
        (0.0001, "0.0001"),
        (0.00001, "1e-05"),
        (-0.0, "-0"),
        (5e-324, "5e-324"),
        (float("nan"), "NaN"),
        (float("-inf"), "-Inf"),
    ],
)
def test_the_shortest_form_of_a_float(value: float, text: str) -> None:
    """What a template prints: an exponent comes below 1e-4 and from 1e6 on, the shortest digits always."""
    assert strconv.format_float(value) == text


@pytest.mark.parametrize(
    ("call", "args", "result"),
    [
        ("ParseFloat", ["0x_1p1"], ("0x1p+01", "")),
        ("ParseFloat", ["0x1_p1"], ("0x0p+00", strconv.SYNTAX)),
        ("ParseFloat", ["1_23.50_0_0e+1_2"], ("0x1.c14a5684ep+46", "")),
        ("ParseFloat", ["1__0"], ("0x0p+00", strconv.SYNTAX)),
        ("ParseFloat", ["-1e400"], ("-Inf", strconv.RANGE)),
        ("ParseInt", ["-9223372036854775809", 10, 64], ("-9223372036854775808", strconv.RANGE)),
        ("ParseInt", ["-0b1000_0000", 0, 8], ("-128", "")),
        ("ParseInt", ["99999999999999999999x", 10, 64], ("9223372036854775807", strconv.RANGE)),
        ("ParseUint", ["0_8", 0, 64], ("0", strconv.SYNTAX)),
    ],
)
def test_underscores_and_ranges(call: str, args: list[Any], result: tuple[str, str]) -> None:
    """Underscores stand between digits only; what is out of range is cut to it; the first problem counts."""
    assert outcome(call, args) == result


@pytest.mark.parametrize(
    ("function", "text"),
    [
        (strconv.parse_int, "9" * 1_000_000),
        (strconv.parse_int, "0" * 1_000_000),
        (strconv.parse_float, "1" * 1_000_000),
        (strconv.parse_float, "1e" + "1" * 1_000_000),
        (strconv.parse_float, "0x" + "1" * 1_000_000 + "p-5"),
        (strconv.parse_float, "0." + "0" * 1_000_000 + "1"),
        (strconv.unquote, '"' + "\\n" * 100_000 + '"'),
    ],
)
def test_long_text_is_read_in_time_linear_in_it(function: Callable[[str], object], text: str) -> None:
    """No text is too long to be read or refused."""
    reason = ""
    try:
        function(text)
    except NumError as error:
        reason = error.reason

    assert reason in ("", strconv.RANGE)


@given(BYTES)
def test_what_is_quoted_can_be_unquoted(text: str) -> None:
    """Any bytes survive quoting, plainly and in ASCII."""
    assert strconv.unquote(strconv.quote(text)) == text
    assert strconv.unquote(strconv.quote_ascii(text)) == text
    assert strconv.quote_ascii(text).isascii()


@given(st.floats())
def test_a_float_survives_its_shortest_form(value: float) -> None:
    """The shortest digits, decimal and hexadecimal, are exact."""
    for verb in "eEfgGxX":
        assert str(strconv.parse_float(format_float(value, verb))) == str(value)


@given(st.integers(-(1 << 63), (1 << 63) - 1), st.integers(2, 36))
def test_an_integer_survives_any_base(value: int, base: int) -> None:
    """What is written in a base is read in it."""
    assert strconv.parse_int(strconv.format_int(value, base), base) == value


@given(st.text() | BYTES)
def test_any_text_is_a_number_or_an_error(text: str) -> None:
    """Nothing but NumError and ValueError is raised."""
    for function in (
        strconv.parse_float,
        strconv.atoi,
        strconv.parse_uint,
        strconv.parse_bool,
        strconv.unquote,
    ):
        with suppress(ValueError):
            function(text)


@given(st.binary(max_size=20), st.binary(max_size=20))
def test_text_is_bytes(left: bytes, right: bytes) -> None:
    """Joined texts are the text of the joined bytes; a surrogate that is no byte is replaced."""
    joined = strconv.from_bytes(left) + strconv.from_bytes(right)

    assert strconv.to_bytes(joined) == left + right
    assert strconv.canonical(joined) == strconv.from_bytes(left + right)
    assert strconv.to_bytes("\ud800\udcff\udfff") == b"\xef\xbf\xbd\xff\xef\xbf\xbd"
