"""What a plain scalar of YAML is in the eyes of gopkg.in/yaml.v2: YAML 1.1, less its numbers of base 60."""

from __future__ import annotations

from vexec.template.strconv import NumError, parse_float, parse_int, parse_uint
from vexec.template.values import FunctionError, Int

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

STR, BOOL, INT, FLOAT = "!!str", "!!bool", "!!int", "!!float"
NULL, TIMESTAMP, MERGE, BINARY = "!!null", "!!timestamp", "!!merge", "!!binary"
RESOLVABLE = ("", STR, BOOL, INT, FLOAT, NULL, TIMESTAMP)
DIGITS = frozenset("0123456789")
FLOAT_CHARS = frozenset("0123456789.eE+-")


def spellings(words: str) -> Iterable[str]:
    """Yield each word in lower case, with a capital, and in upper case."""
    for word in words.split():
        yield from (word, word.capitalize(), word.upper())


WORDS: dict[str, tuple[str, Any]] = {
    **dict.fromkeys(("y", "Y", *spellings("yes true on")), (BOOL, True)),
    **dict.fromkeys(("n", "N", *spellings("no false off")), (BOOL, False)),
    **dict.fromkeys(("", "~", *spellings("null")), (NULL, None)),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), (FLOAT, float("nan"))),
    **{
        sign + word: (FLOAT, float(sign + "inf"))
        for sign in ("", "+", "-")
        for word in (".inf", ".Inf", ".INF")
    },
}
# layouts of Go that a timestamp can have
LAYOUTS = (
    "2006-1-2T15:4:5.999999999Z07:00",
    "2006-1-2t15:4:5.999999999Z07:00",
    "2006-1-2 15:4:5.999999999",
    "2006-1-2",
)


def resolve(text: str, tag: str = "") -> tuple[str, Any]:
    """Return a scalar's tag and value; `tag` is one that it has already.

    Raises FunctionError where the value does not fit its tag.
    """
    if tag not in RESOLVABLE or tag == STR:
        return tag, text
    found, value = resolve_plain(text, is_time=tag in ("", TIMESTAMP))
    if tag == FLOAT and found == INT and not (isinstance(value, Int) and value.type == "uint64"):
        return FLOAT, float(value)
    if tag not in ("", found):
        raise FunctionError(f'yaml: cannot decode {found} "…" as a {tag}')
    return found, value


def resolve_plain(text: str, *, is_time: bool = True) -> tuple[str, Any]:
    """Return the tag and value of a scalar by its text alone."""
    if text in WORDS:
        return WORDS[text]
    first = text[0]
    if first == ".":
        value = attempt(parse_float, text)
        return (STR, text) if value is None else (FLOAT, value)
    if first not in DIGITS and first not in "+-":
        return STR, text
    if is_time and is_timestamp(text):
        return TIMESTAMP, text
    plain = text.replace("_", "")
    value = attempt(lambda digits: parse_int(digits, 0), plain)
    if value is None:
        value = attempt(lambda digits: Int(parse_uint(digits, 0), "uint64"), plain)
    if value is None and FLOAT_CHARS.issuperset(plain):
        value = attempt(parse_float, plain)
        if value is not None:
            return FLOAT, value
    if value is None:
        value = binary(plain)
    return (STR, text) if value is None else (INT, value)


def attempt(parse: Callable[[str], Any], text: str) -> Any:
    """Return what a text is read as, None where it cannot be."""
    try:
        return parse(text)
    except NumError:
        return None


def binary(plain: str) -> Any:
    """Return what yaml.v2 makes of 0b and a signed number of base 2, which Go itself refuses."""
    if plain.startswith("0b"):
        value = attempt(lambda digits: parse_int(digits, 2), plain[2:])
        return (
            attempt(lambda digits: Int(parse_uint(digits, 2), "uint64"), plain[2:])
            if value is None
            else value
        )
    if plain.startswith("-0b"):
        return attempt(lambda digits: parse_int("-" + digits, 2), plain[3:])
    return None


def is_timestamp(text: str) -> bool:
    """Tell whether a text is a time in one of the layouts."""
    if len(text) < 8 or text[4] != "-" or not DIGITS.issuperset(text[:4]):
        return False
    from vexec.template.timeparse import parse_time

    for layout in LAYOUTS:
        try:
            parse_time(layout, text)
        except FunctionError:
            continue
        return True
    return False


def is_base60(text: str) -> bool:
    """Tell whether a text is a number of base 60, which is put in quotes for other readers."""
    whole, *rest = (text[1:] if text[:1] in ("+", "-") else text).split(":")
    if not rest or whole[:1] not in DIGITS or whole.strip("0123456789_"):
        return False
    rest[-1], _, fraction = rest[-1].partition(".")
    if fraction.strip("0123456789_"):
        return False
    return all(
        part and DIGITS.issuperset(part) and (len(part) == 1 or (len(part) == 2 and part[0] < "6"))
        for part in rest
    )
