"""Sprig's functions on text; lengths and positions are bytes, as they are in Go."""

from __future__ import annotations

from vexec.template.sprig import table
from vexec.template.sprig.cast import count_items, to_text
from vexec.template.strconv import canonical, from_bytes, quote, to_bytes
from vexec.template.unicode import is_space, to_lower, to_title, to_upper, trim_space, valid
from vexec.template.values import MISSING, FunctionError, Map, Slice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vexec.template.scope import Scope

ELLIPSIS = b"..."
BOUNDS = "runtime error: slice bounds out of range"
LATIN = "latin-1"  # goutils takes each byte for a character


def count_text(scope: Scope, length: int) -> None:
    """Count the work of making a text, and refuse one that is longer than any output may be."""
    if length > scope.output:
        raise FunctionError("the result is too long")
    scope.count(1 + length // 64)


def abbreviate(text: str, left: int, width: int) -> str:
    """Shorten a text to a width with `...` at its end, and before what is right of `left`."""
    data = to_bytes(text)
    size = len(data)
    if size <= width:
        return text
    left = min(left, size)
    if size - left < width - 3:
        left = size - (width - 3)
    if left <= 4:
        return from_bytes(data[: width - 3] + ELLIPSIS)
    if left + width - 3 < size:
        return from_bytes(ELLIPSIS + to_bytes(abbreviate_tail(data[left:], width - 3)))
    return from_bytes(ELLIPSIS + data[size - (width - 3) :])


def abbreviate_tail(data: bytes, width: int) -> str:
    """Shorten what follows the first `...`; too small a width leaves nothing."""
    return abbreviate(from_bytes(data), 0, width) if width >= 4 else ""


def abbrev(width: int, text: str) -> str:
    """Shorten a text to a width, with `...` at its end."""
    return text if width < 4 else abbreviate(text, 0, width)


def abbrev_both(left: int, right: int, text: str) -> str:
    """Shorten a text on both sides, with `...`."""
    return text if right < 4 or (left > 0 and right < 7) else abbreviate(text, left, right)


def trunc(length: int, text: str) -> str:
    """Return the first bytes of a text, the last ones for a negative number of them."""
    data = to_bytes(text)
    if length < 0:
        return from_bytes(data[length:]) if len(data) + length > 0 else text
    return from_bytes(data[:length]) if len(data) > length else text


def substr(start: int, end: int, text: str) -> str:
    """Return the bytes of a text from one position to another; a negative one is an end of the text."""
    data = to_bytes(text)
    size = len(data)
    if start < 0:
        if end < 0:
            raise FunctionError(f"{BOUNDS} [:{end}]")
        if end > size:
            raise FunctionError(f"{BOUNDS} [:{end}] with length {size}")
        return from_bytes(data[:end])
    end = size if end < 0 or end > size else end
    if start > end:
        raise FunctionError(f"{BOUNDS} [{start}:{end}]")
    return from_bytes(data[start:end])


def repeat(scope: Scope, count: int, text: str) -> str:
    """Return a text so many times."""
    if count < 0:
        raise FunctionError("strings: negative Repeat count")
    size = len(to_bytes(text))
    if count * size >= 1 << 63:
        raise FunctionError("strings: Repeat output length overflow")
    count_text(scope, count * size)
    return canonical(text * count) if size else ""


def indent(scope: Scope, spaces: int, text: str) -> str:
    """Put spaces in front of each line."""
    if spaces < 0:
        raise FunctionError("strings: negative Repeat count")
    count_text(scope, len(text) + spaces * (text.count("\n") + 1))
    pad = " " * spaces
    return pad + text.replace("\n", "\n" + pad)


def nindent(scope: Scope, spaces: int, text: str) -> str:
    """Put spaces in front of each line, and a newline in front of all."""
    return "\n" + indent(scope, spaces, text)


def replace(scope: Scope, old: str, new: str, text: str) -> str:
    """Replace each occurrence of a text by another one."""
    data, part, other = to_bytes(text), to_bytes(old), to_bytes(new)
    if not part:  # between the characters, not the bytes
        count_text(scope, len(data) + (len(text) + 1) * len(other))
        return canonical(text.replace("", new))
    count_text(scope, len(data) + data.count(part) * len(other))
    return from_bytes(data.replace(part, other))


def wrap_custom(scope: Scope, text: str, width: int, separator: str, *, is_cutting: bool) -> str:
    """Break a text into lines at spaces; words longer than a line are cut, or left as they are."""
    data, mark = to_bytes(text), to_bytes(separator) or b"\n"
    width = max(width, 1)
    count_text(scope, len(data) + len(data) // width * len(mark))
    result = bytearray()
    offset = 0
    while len(data) - offset > width:
        scope.count()
        if data[offset] == 0x20:
            offset += 1
            continue
        end = data.rfind(b" ", offset, offset + width + 1)
        if end < 0 and is_cutting:
            result += data[offset : offset + width] + mark
            offset += width
            continue
        if end < 0:
            end = data.find(b" ", offset + width)
        if end < 0:
            break
        result += data[offset:end] + mark
        offset = end + 1
    return from_bytes(bytes(result + data[offset:]))


def wrap(scope: Scope, width: int, text: str) -> str:
    """Break a text into lines at spaces; longer words stay whole."""
    return wrap_custom(scope, text, width, "\n", is_cutting=False)


def wrap_with(scope: Scope, width: int, separator: str, text: str) -> str:
    """Break a text with a separator at spaces, and within longer words."""
    return wrap_custom(scope, text, width, separator, is_cutting=True)


def is_present(value: Any) -> bool:
    """Tell whether a value is not nil."""
    return value is not None and value is not MISSING


def quote_all(scope: Scope, *values: Any) -> str:
    """Return values in double quotes, with spaces between them; nil is left out."""
    return " ".join(quote(to_text(scope, value)) for value in values if is_present(value))


def squote(scope: Scope, *values: Any) -> str:
    """Return values in single quotes, with spaces between them; nil is left out."""
    from vexec.template.printf import sprintf

    return " ".join(sprintf("'%v'", [value], scope) for value in values if is_present(value))


def cat(scope: Scope, *values: Any) -> str:
    """Return values with spaces between them; nil is left out."""
    from vexec.template.printf import sprintf

    return " ".join(sprintf("%v", [value], scope) for value in values if is_present(value))


def no_space(text: str) -> str:
    """Return a text without white space; each byte counts as a character, unless there was none."""
    chars = to_bytes(text).decode(LATIN)
    kept = "".join(char for char in chars if not is_space(char))
    return text if len(kept) == len(chars) else kept


def initials(text: str) -> str:
    """Return the first byte of each word."""
    pieces = []
    is_gap = True
    for char in to_bytes(text).decode(LATIN):
        if is_space(char):
            is_gap = True
        elif is_gap:
            pieces.append(char)
            is_gap = False
    return "".join(pieces)


def shuffle(scope: Scope, text: str) -> str:
    """Return the characters of a text in a random order, other than upstream's of a strong source."""
    from vexec.template.sprig.numbers import random_below

    chars = list(valid(text))
    scope.count(1 + len(chars) // 4)
    for index in range(len(chars) - 1, 0, -1):
        other = random_below(index + 1)
        chars[index], chars[other] = chars[other], chars[index]
    return "".join(chars)


def split_list(scope: Scope, separator: str, text: str) -> Slice:
    """Split a text at a separator, "" between its characters."""
    return Slice(split_at(scope, text, separator, -1), "[]string")


def split(scope: Scope, separator: str, text: str) -> Map:
    """Split a text into a map with the keys _0, _1 and so on."""
    return numbered(split_at(scope, text, separator, -1))


def splitn(scope: Scope, separator: str, limit: int, text: str) -> Map:
    """Split a text into a map of at most `limit` parts."""
    return numbered(split_at(scope, text, separator, limit))


def split_at(scope: Scope, text: str, separator: str, limit: int) -> list[str]:
    """Split a text into at most `limit` parts, all for a negative one, as strings.SplitN does."""
    if limit == 0:
        return []
    data, mark = to_bytes(text), to_bytes(separator)
    if mark:
        count_items(scope, 1 + data.count(mark))
        return [from_bytes(part) for part in data.split(mark, limit - 1 if limit > 0 else -1)]
    count_items(scope, len(text))
    if 0 < limit < len(text):
        return [*text[: limit - 1], text[limit - 1 :]]
    return list(text)


def numbered(parts: list[str]) -> Map:
    """Return parts as a map with the keys _0, _1 and so on."""
    return Map({f"_{index}": part for index, part in enumerate(parts)}, "map[string]string")


def plural(one: str, many: str, count: int) -> str:
    """Return the first text for 1, the second one for any other number."""
    return one if count == 1 else many


def trim_all(cutset: str, text: str) -> str:
    """Return a text without the characters of a set at its ends."""
    begin, end = 0, len(text)
    chars = set(valid(cutset))
    while begin < end and valid(text[begin]) in chars:
        begin += 1
    while begin < end and valid(text[end - 1]) in chars:
        end -= 1
    return text[begin:end]


def trim_prefix(prefix: str, text: str) -> str:
    """Return a text without a prefix."""
    return from_bytes(to_bytes(text).removeprefix(to_bytes(prefix)))


def trim_suffix(suffix: str, text: str) -> str:
    """Return a text without a suffix."""
    return from_bytes(to_bytes(text).removesuffix(to_bytes(suffix)))


def contains(part: str, text: str) -> bool:
    """Tell whether a text has a part."""
    return to_bytes(part) in to_bytes(text)


def has_prefix(prefix: str, text: str) -> bool:
    """Tell whether a text begins with another one."""
    return to_bytes(text).startswith(to_bytes(prefix))


def has_suffix(suffix: str, text: str) -> bool:
    """Tell whether a text ends with another one."""
    return to_bytes(text).endswith(to_bytes(suffix))


FUNCTIONS = table(
    {
        "abbrev": ("func(int, string) string", abbrev),
        "abbrevboth": ("func(int, int, string) string", abbrev_both),
        "trunc": ("func(int, string) string", trunc),
        "trim": ("func(string) string", trim_space),
        "upper": ("func(string) string", to_upper),
        "lower": ("func(string) string", to_lower),
        "title": ("func(string) string", to_title),
        "substr": ("func(int, int, string) string", substr),
        "trimall": ("func(string, string) string", trim_all),
        "trimAll": ("func(string, string) string", trim_all),
        "trimSuffix": ("func(string, string) string", trim_suffix),
        "trimPrefix": ("func(string, string) string", trim_prefix),
        "nospace": ("func(string) string", no_space),
        "initials": ("func(string) string", initials),
        "contains": ("func(string, string) bool", contains),
        "hasPrefix": ("func(string, string) bool", has_prefix),
        "hasSuffix": ("func(string, string) bool", has_suffix),
        "plural": ("func(string, string, int) string", plural),
    },
    {
        "quote": ("func(...interface {}) string", quote_all),
        "squote": ("func(...interface {}) string", squote),
        "cat": ("func(...interface {}) string", cat),
        "toString": ("func(interface {}) string", to_text),
        "shuffle": ("func(string) string", shuffle),
        "repeat": ("func(int, string) string", repeat),
        "indent": ("func(int, string) string", indent),
        "nindent": ("func(int, string) string", nindent),
        "replace": ("func(string, string, string) string", replace),
        "wrap": ("func(int, string) string", wrap),
        "wrapWith": ("func(int, string, string) string", wrap_with),
        "split": ("func(string, string) map[string]string", split),
        "splitn": ("func(string, int, string) map[string]string", splitn),
        "splitList": ("func(string, string) []string", split_list),
    },
)
