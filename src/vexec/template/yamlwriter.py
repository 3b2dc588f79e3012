"""YAML as gopkg.in/yaml.v2 2.4 writes it: block style, lines of more than 80 characters broken at spaces."""

from __future__ import annotations

from itertools import pairwise

from vexec.template.strconv import NumError, format_float, parse_float, parse_int, to_bytes
from vexec.template.values import FunctionError, Struct, kind_of, type_of
from vexec.template.yamlkeys import sorted_keys
from vexec.template.yamlresolve import STR, is_base60, resolve_plain
from vexec.value import Number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vexec.template.scope import Scope

DEPTH = 200
WIDTH = 80
STEP = 2  # spaces of a level
SIMPLE_KEY = 128  # bytes that a key may have without a ? before it
BASE64_LINE = 70
BREAKS = frozenset("\n\r\x85\u2028\u2029")
BINARY = "!!binary"
ESCAPES = {
    "\0": "0", "\a": "a", "\b": "b", "\t": "t", "\n": "n", "\v": "v", "\f": "f", "\r": "r", "\x1b": "e",
    '"': '"', "\\": "\\", "\x85": "N", "\xa0": "_", "\u2028": "L", "\u2029": "P",
}  # fmt: skip


class YAMLWriter:
    """Writes one value, and knows where on the line it stands.

    `is_spaced` tells that no space is needed before what comes next, `is_indented` that the line so far is
    indentation and marks of lists only.
    """

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.pieces: list[str] = []
        self.size = 0
        self.column = 0
        self.indent = -1
        self.is_spaced = True
        self.is_indented = True

    def text_of(self, value: Any) -> str:
        """Return a value's YAML; raises FunctionError with Go's words."""
        self.write(value, 0)
        self.write_indent()
        return "".join(self.pieces)

    def put(self, text: str) -> None:
        """Add text without a line end."""
        self.size += len(text)
        if self.size > self.scope.output:
            raise FunctionError("the result is too long")
        self.pieces.append(text)
        self.column += len(text)

    def put_break(self, char: str = "\n") -> None:
        """End the line."""
        self.put(char)
        self.column = 0

    def write_indent(self) -> None:
        """Begin a new line, unless this one is empty, and indent it."""
        indent = max(self.indent, 0)
        if not self.is_indented or self.column > indent or (self.column == indent and not self.is_spaced):
            self.put_break()
        self.put(" " * (indent - self.column))
        self.is_spaced = self.is_indented = True

    def write_mark(self, mark: str, *, needs_space: bool = True, keeps_indented: bool = False) -> None:
        """Write one of YAML's marks."""
        self.put(" " + mark if needs_space and not self.is_spaced else mark)
        self.is_spaced = False
        self.is_indented = self.is_indented and keeps_indented

    def write(self, value: Any, depth: int, *, is_in_map: bool = False, is_key: bool = False) -> None:
        """Write a value where it stands; a list in a map is not indented."""
        self.scope.count()
        if depth > DEPTH:
            raise FunctionError("the value is nested too deeply")
        if isinstance(value, dict):
            self.write_map([(key, value[key]) for key in sorted_keys(value)], depth)
        elif isinstance(value, Struct) and type_of(value) != "time.Time" and not value.is_nil:
            fields = [*((name, {}) for name in getattr(value, "embedded", ())), *value.fields.items()]
            self.write_map([(name.lower(), item) for name, item in fields], depth)
        elif isinstance(value, list | bytes):
            self.write_list(value, depth, is_indentless=is_in_map and not self.is_indented)
        else:
            text, tag, style = scalar_of(value)
            self.write_scalar(text, tag, style, is_key=is_key)

    def write_map(self, items: list[tuple[Any, Any]], depth: int) -> None:
        """Write a map's keys and values in their order."""
        if not items:
            self.write_mark("{}")
            return
        outer, self.indent = self.indent, self.indent + STEP if self.indent >= 0 else 0
        for key, value in items:
            self.write_indent()
            text, tag, _ = scalar_of(key)
            size = len(to_bytes(text)) + (len(BINARY) if tag else 0)
            if size <= SIMPLE_KEY and BREAKS.isdisjoint(text):
                self.write(key, depth + 1, is_key=True)
                self.write_mark(":", needs_space=False)
            else:
                self.write_mark("?", keeps_indented=True)
                self.write(key, depth + 1, is_in_map=True)
                self.write_indent()
                self.write_mark(":", keeps_indented=True)
            self.write(value, depth + 1, is_in_map=True)
        self.indent = outer

    def write_list(self, values: Any, depth: int, *, is_indentless: bool) -> None:
        """Write a list, a line for each item."""
        if not values:
            self.write_mark("[]")
            return
        outer = self.indent
        if outer < 0:
            self.indent = 0
        elif not is_indentless:
            self.indent += STEP
        for value in values:
            self.write_indent()
            self.write_mark("-", keeps_indented=True)
            self.write(value, depth + 1)
        self.indent = outer

    def write_scalar(self, text: str, tag: str, style: str, *, is_key: bool) -> None:
        """Write a scalar in the style that is wanted, or the next one that can hold it."""
        style = allowed_style(text, style, is_key=is_key)
        if tag:
            self.put(tag if self.is_spaced else " " + tag)
            self.is_spaced = self.is_indented = False
        outer, self.indent = self.indent, self.indent + STEP if self.indent >= 0 else STEP
        if style == "literal":
            self.write_literal(text)
        elif style == "double":
            self.write_double(text, is_key=is_key)
        else:
            self.write_flowing(text, "'" if style == "single" else "", is_key=is_key)
        self.indent = outer

    def write_flowing(self, text: str, quote: str, *, is_key: bool) -> None:
        """Write text as it is or in single quotes; a long line breaks at a single space, but not in a key."""
        if not self.is_spaced:
            self.put(" ")
        self.put(quote)
        self.is_spaced = self.is_indented = False
        if (is_key or self.column + len(text) <= WIDTH) and BREAKS.isdisjoint(text):
            self.put(text.replace("'", "''") if quote else text)
        else:
            self.write_words(text, quote)
        self.put(quote)
        self.is_spaced = self.is_indented = False

    def write_words(self, text: str, quote: str) -> None:
        """Write text that is long or has line ends, which can only be Unicode's own here."""
        was_space = was_break = False
        last = len(text) - 1
        for place, char in enumerate(text):
            is_inside = 0 < place < last or not quote
            if char == " " and not was_space and self.column > WIDTH and is_inside and text[place + 1] != " ":
                self.write_indent()
            elif char in BREAKS:
                self.put_break(char)
                self.is_indented = True
            else:
                if was_break:
                    self.write_indent()
                self.put("''" if quote and char == "'" else char)
                self.is_indented = self.is_indented and char == " "
            was_space, was_break = char == " ", char in BREAKS

    def write_double(self, text: str, *, is_key: bool) -> None:
        """Write text in double quotes, with escapes for what cannot be shown."""
        self.write_mark('"')
        was_space = False
        last = len(text) - 1
        shows_none = text[:1] == "\ufeff"  # as yaml.v2 does after this mark
        for place, char in enumerate(text):
            if shows_none or char in '"\\' or char in BREAKS or not is_printable(char):
                self.put("\\" + escape_of(char))
                was_space = False
            elif char == " ":
                if not is_key and not was_space and self.column > WIDTH and 0 < place < last:
                    self.write_indent()
                    self.put("\\" if text[place + 1] == " " else "")
                else:
                    self.put(char)
                was_space = True
            else:
                self.put(char)
                was_space = False
        self.write_mark('"', needs_space=False)
        self.is_indented = False

    def write_literal(self, text: str) -> None:
        """Write text of several lines as it is, after a | and what is kept of the line ends behind it."""
        self.write_mark("|")
        if text[0] == " " or text[0] in BREAKS:
            self.put(str(STEP))
        if text[-1] not in BREAKS:
            self.put("-")
        elif len(text) == 1 or text[-2] in BREAKS:
            self.put("+")
        self.put_break()
        self.is_spaced = self.is_indented = True
        begins = True
        for line in lines_of(text):
            body = line[:-1] if line[-1] in BREAKS else line
            if body:
                if begins:
                    self.write_indent()
                self.put(body)
                self.is_indented = False
            begins = body != line
            if begins:
                self.put_break(line[-1])
                self.is_indented = True


def lines_of(text: str) -> list[str]:
    """Split text after each of YAML's line ends."""
    lines = []
    start = 0
    for place, char in enumerate(text):
        if char in BREAKS:
            lines.append(text[start : place + 1])
            start = place + 1
    return [*lines, text[start:]] if start < len(text) else lines


def scalar_of(value: Any) -> tuple[str, str, str]:
    """Return a scalar's text, its tag, "" for none, and the style that it should have."""
    kind = kind_of(value)
    if isinstance(value, Number):
        return number_text(str.__str__(value))
    if isinstance(value, str):
        return string_text(value)
    if value is None or getattr(value, "is_nil", False):
        return "null", "", "plain"
    if kind == "bool":
        return "true" if value else "false", "", "plain"
    if type_of(value) == "time.Duration":
        from vexec.template.duration import format_duration

        return string_text(format_duration(value))
    if isinstance(value, int):
        return str(int(value)), "", "plain"
    if isinstance(value, float):
        text = format_float(value, "g")
        return {"+Inf": ".inf", "-Inf": "-.inf", "NaN": ".nan"}.get(text, text), "", "plain"
    if type_of(value) == "time.Time":
        return value.format("2006-01-02T15:04:05.999999999Z07:00"), "", "plain"
    raise FunctionError(f"cannot marshal type: {type_of(value)}")


def number_text(text: str) -> tuple[str, str, str]:
    """Return a JSON number's text: an int64, else a float64, else a string."""
    try:
        return str(parse_int(text)), "", "plain"
    except NumError:
        try:
            return scalar_of(parse_float(text))
        except NumError:
            return string_text(text)


def string_text(text: str) -> tuple[str, str, str]:
    """Return a string's text, base64 for bytes that are not UTF-8, and its style."""
    try:
        text.encode()
    except UnicodeEncodeError:
        from binascii import b2a_base64

        encoded = b2a_base64(to_bytes(text), newline=False).decode()
        if len(encoded) < BASE64_LINE:
            return encoded, BINARY, "plain"
        lines = [encoded[place : place + BASE64_LINE] for place in range(0, len(encoded), BASE64_LINE)]
        return "\n".join(lines) + "\n", BINARY, "literal"
    if "\n" in text:
        return text, "", "literal"
    return text, "", "plain" if resolve_plain(text)[0] == STR and not is_base60(text) else "double"


def allowed_style(text: str, style: str, *, is_key: bool) -> str:
    """Return the style itself, or the first one after it that can hold the text."""
    if not text:
        return "single" if style == "plain" and is_key else style
    is_special = not all(map(is_printable, text)) or has_space_before_break(text)
    if style == "literal":
        return "double" if is_key or is_special or text[-1] == " " else style
    has_breaks = not BREAKS.isdisjoint(text)
    if is_key and has_breaks:
        return "double"
    if style == "plain" and (
        is_special or has_breaks or text[0] == " " or text[-1] == " " or is_marked(text)
    ):
        style = "single"
    if style == "single" and (is_special or has_space_after_break(text)):
        style = "double"
    return style


def has_space_before_break(text: str) -> bool:
    """Tell whether a line of the text ends in a space."""
    return any(before == " " and char in BREAKS for before, char in pairwise(text))


def has_space_after_break(text: str) -> bool:
    """Tell whether a line of the text, but the first one, begins with a space."""
    return any(before in BREAKS and char == " " for before, char in pairwise(text))


def is_marked(text: str) -> bool:
    """Tell whether text holds what has a meaning in YAML, outside of lists and maps in one line."""
    if text[:3] in ("---", "...") or text[0] in "#,[]{}&*!|>'\"%@`":
        return True
    if text[0] in "?:-" and text[1:2] in ("", " ", "\t"):
        return True
    if any(mark in text[1:] for mark in (": ", ":\t")) or (len(text) > 1 and text[-1] == ":"):
        return True
    return any(before in " \t\0" or before in BREAKS for before, char in pairwise(text) if char == "#")


def is_printable(char: str) -> bool:
    """Tell whether yaml.v2 shows a character as it is; it does not beyond U+FFFF."""
    if char < "\x7f":
        return char >= " " or char == "\n"
    return "\xa0" <= char <= "\ufffd" and char != "\ufeff"


def escape_of(char: str) -> str:
    """Return what stands after the backslash for a character."""
    if char in ESCAPES:
        return ESCAPES[char]
    code = ord(char)
    return f"x{code:02X}" if code < 0x100 else f"u{code:04X}" if code < 0x10000 else f"U{code:08X}"
