"""How the original reads the texts of annotations: Go's rules, and Go's words where they refuse."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar

from vexec.injector.models import Denial
from vexec.template import strconv
from vexec.template.duration import parse_duration
from vexec.template.jsonreader import problem
from vexec.template.values import FunctionError

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T", int, float)
SHOWN = 100  # characters of a text that a refusal repeats


def quoted(text: str) -> str:
    """Quote a text as Go does, and only the beginning of a long one."""
    return strconv.quote(text if len(text) <= SHOWN else text[:SHOWN] + "…")


def boolean(text: str) -> bool:
    """Read a boolean: Go's ParseBool, and "" is false."""
    try:
        return bool(text) and strconv.parse_bool(text)
    except strconv.NumError as error:
        reason = f"strconv.ParseBool: parsing {quoted(text)}: {error.reason}"
        raise Denial(f"cannot parse '' as bool: {reason}") from None


def integer(text: str) -> int:
    """Read a whole number of 64 bits."""
    return number(text, strconv.parse_int, "ParseInt")


def unsigned(text: str) -> int:
    """Read a whole number that has no sign."""
    return number(text, strconv.parse_uint, "ParseUint")


def fraction(text: str) -> float:
    """Read a number with a fraction."""
    return number(text, strconv.parse_float, "ParseFloat")


def number(text: str, parse: Callable[[str], T], function: str) -> T:
    """Read a number as one of Go's functions does."""
    try:
        return parse(text)
    except strconv.NumError as error:
        raise Denial(f"strconv.{function}: parsing {quoted(text)}: {error.reason}") from None


def duration(text: str, what: str) -> str:
    """Check a duration and return it as it is; "" is none."""
    try:
        parse_duration(text or "0")
    except FunctionError as error:
        reason = str(error).rpartition('"…"')[0] + quoted(text)
        raise Denial(f"error parsing {what} as duration: {reason}") from None
    return text


def patch(text: str, name: str) -> list[dict[str, Any]]:
    """Read the operations of a JSON patch; "" is none."""
    if not text:
        return []
    start = f"error parsing JSON patch for annotation {name}: "
    try:
        operations = json.loads(text, parse_constant=refuse)
    except RecursionError:
        raise Denial(start + "it is nested too deeply") from None
    except ValueError:
        raise Denial(start + problem(text)) from None
    if operations is None:
        return []
    if not isinstance(operations, list) or not all(isinstance(entry, dict) for entry in operations):
        raise Denial(start + "it is no list of operations")
    return operations


def refuse(constant: str) -> Any:
    """Refuse NaN and Infinity, which are no JSON."""
    raise ValueError(constant)


def value(text: str) -> Any:
    """Read a text as JSON, or else as itself."""
    try:
        return json.loads(text, parse_constant=refuse)
    except (ValueError, RecursionError):
        return text
