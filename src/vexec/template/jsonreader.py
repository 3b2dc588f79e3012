"""JSON as Go's encoding/json reads it into an interface {}: numbers as float64, errors in Go's words.

Python's own parser does the work; it takes what Go takes. What it refuses is gone through once more,
byte by byte, to say what is wrong and after what, as Go does.
"""

from __future__ import annotations

import json

from vexec.template.values import FunctionError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vexec.template.scope import Scope

DEPTH = 200  # Go takes 10000
SPACE = " \t\n\r"
DIGITS = frozenset("0123456789")
HEX = frozenset("0123456789abcdefABCDEF")
ENDS = "unexpected end of JSON input"
CHARACTERS_PER_STEP = 16
INFINITY = float("inf")
BYTES = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")  # what is not UTF-8


class Wrong(ValueError):
    """A character that cannot stand where it does; the text says where that is."""


def parse(scope: Scope, text: str) -> Any:
    """Read a value; raises FunctionError."""
    scope.count(1 + len(text) // CHARACTERS_PER_STEP)
    if not text.isascii():
        text = text.translate(BYTES)
    check_depth(text)
    numbers: list[float] = []

    def number(digits: str) -> float:
        numbers.append(float(digits))
        return numbers[-1]

    try:
        value = json.loads(text, parse_int=number, parse_float=number, parse_constant=refuse)
    except (ValueError, RecursionError):
        raise FunctionError(problem(text)) from None
    if INFINITY in numbers or -INFINITY in numbers:
        raise FunctionError('json: cannot unmarshal number "…" into Go value of type float64')
    return repaired(value) if "\\u" in text else value


def check_depth(text: str) -> None:
    """Refuse what is nested too deeply."""
    if text.count("[") + text.count("{") <= DEPTH:
        return
    depth = 0
    inside = False
    skip = -1
    for place, char in enumerate(text):
        if inside:
            if char == "\\" and place != skip:
                skip = place + 1
            elif char == '"' and place != skip:
                inside = False
        elif char == '"':
            inside = True
        elif char in "[{":
            depth += 1
            if depth > DEPTH:
                raise FunctionError('invalid character "…" exceeded max depth')
        elif char in "]}":
            depth -= 1


def refuse(_: str) -> Any:
    """Refuse NaN and Infinity, which are no JSON."""
    raise ValueError


def repaired(value: Any) -> Any:
    """Put U+FFFD in the place of half surrogate pairs that escapes have made."""
    if isinstance(value, str):
        return value if value.isascii() else value.translate(BYTES)
    if isinstance(value, dict):
        return {repaired(key): repaired(item) for key, item in value.items()}
    if isinstance(value, list):
        return [repaired(item) for item in value]
    return value


def problem(text: str) -> str:
    """Say what is wrong with a text that is no JSON; to Go its end looks like one space."""
    text += " "
    try:
        end = skip_space(text, skip_value(text, skip_space(text, 0)))
    except Wrong as error:
        return f'invalid character "…" {error}'
    except IndexError:
        return ENDS
    return ENDS if end >= len(text) else 'invalid character "…" after top-level value'


def skip_space(text: str, place: int) -> int:
    """Return where the white space from a place on ends."""
    while place < len(text) and text[place] in SPACE:
        place += 1
    return place


def skip_value(text: str, place: int) -> int:
    """Return where a value ends; raises Wrong, or IndexError where the text ends before it does."""
    stack: list[str] = []  # what closes the arrays and objects around
    while True:
        place = skip_space(text, place)
        char = text[place]
        if char in "[{":
            stack.append("]" if char == "[" else "}")
            place = skip_space(text, place + 1)
            if text[place] != stack[-1]:
                if char == "{":
                    place = skip_name(text, place)
                continue
        else:
            place = skip_scalar(text, place) - 1
            if not stack:
                return place + 1
            stack.append("")
        while stack:  # something ended at this place; an empty text stands for a value within
            stack.pop()
            if not stack:
                return place + 1
            place = skip_space(text, place + 1)
            if text[place] == ",":
                place = skip_name(text, skip_space(text, place + 1)) if stack[-1] == "}" else place + 1
                break
            if text[place] != stack[-1]:
                raise Wrong("after array element" if stack[-1] == "]" else "after object key:value pair")


def skip_name(text: str, place: int) -> int:
    """Return where the value of an object's member begins."""
    if text[place] != '"':
        raise Wrong("looking for beginning of object key string")
    place = skip_space(text, skip_string(text, place))
    if text[place] != ":":
        raise Wrong("after object key")
    return place + 1


def skip_scalar(text: str, place: int) -> int:
    """Return where a string, number or literal ends."""
    char = text[place]
    if char == '"':
        return skip_string(text, place)
    if char == "-" or char in DIGITS:
        return skip_number(text, place)
    for word in ("true", "false", "null"):
        if char == word[0]:
            for expected in word[1:]:
                place += 1
                if text[place : place + 1] != expected:
                    raise Wrong(f'in literal {word} (expecting "…")')
            return place + 1
    raise Wrong("looking for beginning of value")


def skip_string(text: str, place: int) -> int:
    """Return where a string ends."""
    place += 1
    while text[place] != '"':
        if text[place] < " ":
            raise Wrong("in string literal")
        if text[place] == "\\":
            place += 1
            if text[place] == "u":
                for _ in range(4):
                    place += 1
                    if text[place] not in HEX:
                        raise Wrong("in \\u hexadecimal character escape")
            elif text[place] not in 'bfnrt\\/"':
                raise Wrong("in string escape code")
        place += 1
    return place + 1


def skip_number(text: str, place: int) -> int:
    """Return where a number ends."""
    if text[place] == "-":
        place += 1
        if text[place] not in DIGITS:
            raise Wrong("in numeric literal")
    place = place + 1 if text[place] == "0" else skip_digits(text, place)
    if text[place] == ".":
        place = required_digits(text, place + 1, "after decimal point in numeric literal")
    if text[place] in "eE":
        place += 1
        if text[place] in "+-":
            place += 1
        place = required_digits(text, place, "in exponent of numeric literal")
    return place


def skip_digits(text: str, place: int) -> int:
    """Return where digits end."""
    while text[place] in DIGITS:
        place += 1
    return place


def required_digits(text: str, place: int, context: str) -> int:
    """Return where at least one digit ends; raises Wrong for none."""
    if text[place] not in DIGITS:
        raise Wrong(context)
    return skip_digits(text, place)
