"""JSON as Go's encoding/json writes it."""

from __future__ import annotations

from vexec.template.strconv import from_bytes
from vexec.template.values import FunctionError, Map, Slice, Struct, type_of
from vexec.value import Number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from vexec.template.scope import Scope

DEPTH = 200  # Go looks for cycles only; a value in itself is as deep as any
ESCAPES = {code: f"\\u{code:04x}" for code in (*range(32), 0x2028, 0x2029)}
ESCAPES.update({8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r", 0x22: '\\"', 0x5C: "\\\\"})
ESCAPES.update(dict.fromkeys(range(0xD800, 0xE000), "\\ufffd"))  # a byte that is not UTF-8
HTML_ESCAPES = {**ESCAPES, **{ord(char): f"\\u{ord(char):04x}" for char in "<>&"}}


class JSONWriter:
    """Writes one value; `margin` is what each level is indented by, None for all on one line."""

    def __init__(self, scope: Scope, *, margin: str | None = None, is_html_safe: bool = True) -> None:
        self.scope = scope
        self.margin = margin
        self.escapes = HTML_ESCAPES if is_html_safe else ESCAPES
        self.pieces: list[str] = []
        self.size = 0

    def text_of(self, value: Any) -> str:
        """Return a value's JSON; raises FunctionError with Go's words."""
        self.write(value, "\n", 0)
        return "".join(self.pieces)

    def put(self, piece: str) -> None:
        """Add a piece of text."""
        self.size += len(piece)
        if self.size > self.scope.output:
            raise FunctionError("the result is too long")
        self.pieces.append(piece)

    def write(self, value: Any, line: str, depth: int) -> None:
        """Write a value; `line` is the line end and the indentation where it stands."""
        self.scope.count()
        if depth > DEPTH:
            raise FunctionError(f"json: unsupported value: encountered a cycle via {type_of(value)}")
        plain = PLAIN.get(type(value))
        if plain is not None:
            self.put(plain(value))
        elif isinstance(value, str):
            self.put(self.quoted(value))
        elif isinstance(value, dict):
            self.write_map(value, line, depth)
        elif isinstance(value, list):
            self.write_list(value, line, depth)
        else:
            self.write_other(value, line, depth)

    def write_other(self, value: Any, line: str, depth: int) -> None:
        """Write a value of a rarer type."""
        if value is None:
            self.put("null")
        elif isinstance(value, int):
            self.put(str(int(value)))
        elif isinstance(value, bytes):
            from binascii import b2a_base64

            self.put(f'"{b2a_base64(value, newline=False).decode()}"')
        elif isinstance(value, Struct) and "MarshalText" in value.methods:
            self.put(self.quoted(from_bytes(value.methods["MarshalText"].call())))
        elif isinstance(value, Struct):
            if value.is_nil:
                self.put("null")
            else:
                self.write_items(
                    [(self.quoted(name), item) for name, item in value.fields.items()], line, depth
                )
        else:
            raise FunctionError(f"json: unsupported type: {type_of(value)}")

    def write_list(self, values: list[Any], line: str, depth: int) -> None:
        """Write an array, null for a nil slice."""
        if isinstance(values, Slice) and values.is_nil:
            self.put("null")
        elif not values:
            self.put("[]")
        else:
            inner = line if self.margin is None else line + self.margin
            separator = "["
            for value in values:
                self.put(separator if self.margin is None else separator + inner)
                self.write(value, inner, depth + 1)
                separator = ","
            self.put("]" if self.margin is None else line + "]")

    def write_map(self, values: dict[Any, Any], line: str, depth: int) -> None:
        """Write an object with sorted keys, null for a nil map; only strings and integers can be keys."""
        if isinstance(values, Map):
            key_type = values.type[4:].partition("]")[0]
            if (
                key_type != "string" and not key_type.startswith(("int", "uint"))
            ) or key_type == "interface {}":
                raise FunctionError(f"json: unsupported type: {values.type}")
            if values.is_nil:
                self.put("null")
                return
        items = sorted((str(key).encode("utf-8", "surrogateescape"), str(key), key) for key in values)
        self.write_items([(self.quoted(name), values[key]) for _, name, key in items], line, depth)

    def write_items(self, items: Iterable[tuple[str, Any]], line: str, depth: int) -> None:
        """Write an object's members, the names quoted already."""
        inner, colon = (line, ":") if self.margin is None else (line + self.margin, ": ")
        separator = "{"
        for name, value in items:
            self.put(separator + ("" if self.margin is None else inner) + name + colon)
            self.write(value, inner, depth + 1)
            separator = ","
        if separator == "{":
            self.put("{}")
        else:
            self.put("}" if self.margin is None else line + "}")

    def quoted(self, text: str) -> str:
        """Return a string of JSON; a byte that is not UTF-8 becomes an escaped U+FFFD."""
        return f'"{text.translate(self.escapes)}"'


def written_float(value: float) -> str:
    """Write a float64: shortest, with an exponent for the very small and very large."""
    if value - value != 0:
        shown = "NaN" if value != value else "+Inf" if value > 0 else "-Inf"
        raise FunctionError(f"json: unsupported value: {shown}")
    from vexec.template.strconv import format_float

    if value and not 1e-6 <= abs(value) < 1e21:
        text = format_float(value, "e")
        return text.replace("e-0", "e-")
    return format_float(value, "f")


def written_bool(value: bool) -> str:  # noqa: FBT001 - the value is what it is about
    """Write a boolean."""
    return "true" if value else "false"


def written_number(value: Number) -> str:
    """Write a number as it was written, 0 for none."""
    return str.__str__(value) or "0"


# of the types that are told by type() alone; Int is one of those that are not
PLAIN: dict[type, Callable[[Any], str]] = {
    bool: written_bool,
    int: str,
    float: written_float,
    Number: written_number,
}
