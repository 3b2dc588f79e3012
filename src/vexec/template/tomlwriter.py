"""TOML as github.com/BurntSushi/toml 1.5 writes it.

In a table what is no table comes first, then the tables, each sorted by key; what is nil is left out.
"""

from __future__ import annotations

from vexec.template.values import FunctionError, Struct, kind_of, type_of
from vexec.value import Number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from vexec.template.scope import Scope

DEPTH = 200
MARGIN = "  "
BARE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
ESCAPES = {code: f"\\u{code:04x}" for code in (*range(32), 127)}
ESCAPES.update({8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r", 0x22: '\\"', 0x5C: "\\\\"})
NOT_A_TABLE = "toml: top-level values must be Go maps or structs"
NIL_ITEM = "toml: cannot encode array with nil element"
OTHER_KEYS = "toml: cannot encode a map with non-string key type"


def is_nil(value: Any) -> bool:
    """Tell whether a value is nil, of any type."""
    return value is None or bool(getattr(value, "is_nil", False))


class TOMLWriter:
    """Writes one value."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.pieces: list[str] = []
        self.size = 0

    def text_of(self, value: Any) -> str:
        """Return a value's TOML; raises FunctionError with Go's words."""
        self.encode((), value)
        return "".join(self.pieces)

    def sort_of(self, value: Any, depth: int = 0) -> str:
        """Return what a value is in TOML: "table", "tables", "other", or "" for nil; raises FunctionError."""
        self.scope.count()
        if depth > DEPTH:
            raise FunctionError("the value is nested too deeply")
        if is_nil(value):
            return ""
        if isinstance(value, Struct):
            return "other" if type_of(value) == "time.Time" else "table"
        if isinstance(value, list):
            sorts = []
            for item in value:
                sorts.append(self.sort_of(item, depth + 1))
                if not sorts[-1]:
                    raise FunctionError(NIL_ITEM)
            return "tables" if set(sorts) == {"table"} else "other"
        if isinstance(value, dict):
            return "table"
        if isinstance(value, str | int | float | bytes):
            return "other"
        raise FunctionError(f"unsupported type: {kind_of(value)}")

    def split_members(self, value: Any) -> tuple[list[tuple[str, Any]], list[tuple[str, Any]]]:
        """Return a table's members in their order: those that are no tables, and those that are."""
        if isinstance(value, Struct):
            members = list(value.fields.items())
        else:
            if not type_of(value).startswith("map[string]"):
                raise FunctionError(OTHER_KEYS)
            members = sorted(value.items(), key=as_bytes)
        direct: list[tuple[str, Any]] = []
        tables: list[tuple[str, Any]] = []
        for member in members:
            (tables if self.sort_of(member[1]) in ("table", "tables") else direct).append(member)
        return direct, tables

    def put(self, piece: str) -> None:
        """Add a piece of text."""
        self.scope.count()
        self.size += len(piece)
        if self.size > self.scope.output:
            raise FunctionError("the result is too long")
        self.pieces.append(piece)

    def new_line(self) -> None:
        """End a line, unless nothing was written yet."""
        if self.pieces:
            self.put("\n")

    def encode(self, key: tuple[str, ...], value: Any) -> None:
        """Write a value that stands at a key, as its own lines."""
        if is_nil(value) and not isinstance(value, list):
            return
        if isinstance(value, str | int | float | bytes) or type_of(value) == "time.Time":
            self.write_pair(key, value)
        elif isinstance(value, list):
            if self.sort_of(value) == "tables":
                self.write_tables(key, value)
            else:
                self.write_pair(key, value)
        elif isinstance(value, dict | Struct):
            self.write_header(key)
            self.write_table(key, value)
        else:
            raise FunctionError(
                f"unsupported type for key '{'.'.join(map(quoted_key, key))}': {kind_of(value)}"
            )

    def write_header(self, key: tuple[str, ...]) -> None:
        """Write a table's name; tables of the first level are set apart."""
        if len(key) == 1:
            self.new_line()
        if key:
            self.put(f"{MARGIN * (len(key) - 1)}[{'.'.join(map(quoted_key, key))}]")
            self.new_line()

    def write_tables(self, key: tuple[str, ...], values: list[Any]) -> None:
        """Write a list of tables."""
        if not key:
            raise FunctionError(NOT_A_TABLE)
        for value in values:
            self.new_line()
            self.put(f"{MARGIN * (len(key) - 1)}[[{'.'.join(map(quoted_key, key))}]]")
            self.new_line()
            self.write_table(key, value)

    def write_table(self, key: tuple[str, ...], value: Any) -> None:
        """Write a table's own lines, then the tables in it."""
        if len(key) > DEPTH:
            raise FunctionError("the value is nested too deeply")
        for members in self.split_members(value):
            for name, item in members:
                if not is_nil(item):
                    self.encode((*key, name), item)

    def write_pair(self, key: tuple[str, ...], value: Any) -> None:
        """Write a key and its value on one line; the value alone where there is no key."""
        if not key:
            self.write_value(value, 0)
            return
        self.put(f"{MARGIN * (len(key) - 1)}{quoted_key(key[-1])} = ")
        self.write_value(value, 0)
        self.new_line()

    def write_value(self, value: Any, depth: int) -> None:
        """Write a value within a line."""
        if depth > DEPTH:
            raise FunctionError("the value is nested too deeply")
        plain = PLAIN.get(type(value))
        if plain is not None:
            self.put(plain(value))
        elif isinstance(value, int):
            self.put(str(int(value)))
        elif isinstance(value, list | bytes):
            self.put("[")
            for place, item in enumerate(value):
                self.put(", " if place else "")
                self.write_value(item, depth + 1)
            self.put("]")
        elif isinstance(value, dict):
            self.write_inline(value, depth)
        elif isinstance(value, Struct):
            self.write_inline_struct(value, depth)
        else:
            raise FunctionError(f"unexpected type: {type_of(value)}")

    def write_inline(self, values: dict[Any, Any], depth: int) -> None:
        """Write a table within a line, with Go's commas around what is nil."""
        direct, tables = self.split_members(values)
        self.put("{")
        for members, has_more in ((direct, bool(tables)), (tables, False)):
            for place, (name, item) in enumerate(members):
                if not is_nil(item):
                    self.put(f"{quoted_key(name)} = ")
                    self.write_value(item, depth + 1)
                    self.put(", " if has_more or place != len(members) - 1 else "")
        self.put("}")

    def write_inline_struct(self, value: Struct, depth: int) -> None:
        """Write a struct within a line; a comma follows each field but the last one that it has."""
        if type_of(value) == "time.Time":
            self.put(value.format("2006-01-02T15:04:05.999999999Z07:00"))  # type: ignore[attr-defined]
            return
        last = list(value.fields)[-1:]
        self.put("{")
        for members in self.split_members(value):
            for name, item in members:
                if not is_nil(item):
                    self.put(f"{quoted_key(name)} = ")
                    self.write_value(item, depth + 1)
                    self.put("" if [name] == last else ", ")
        self.put("}")


def as_bytes(member: tuple[str, Any]) -> bytes:
    """Return what Go sorts a member by."""
    return member[0].encode("utf-8", "surrogateescape")


def quoted_key(key: str) -> str:
    """Return a key, in quotes where it needs them."""
    return key if key and BARE.issuperset(key) else quoted(key)


def quoted(text: str) -> str:
    """Return a string of TOML."""
    return f'"{text.translate(ESCAPES)}"'


def written_float(value: float) -> str:
    """Write a float64 with a decimal point and without an exponent."""
    if value - value != 0:
        return "nan" if value != value else "inf" if value > 0 else "-inf"
    from vexec.template.strconv import format_float

    text = format_float(value, "f")
    return text if "." in text else text + ".0"


def written_number(value: Number) -> str:
    """Write a JSON number as an int64 or else as a float64."""
    from vexec.template.strconv import NumError, parse_float, parse_int

    text = str.__str__(value)
    try:
        return str(parse_int(text)) if text else "0"
    except NumError:
        try:
            return written_float(parse_float(text))
        except NumError:
            raise FunctionError('unable to convert "…" to int64 or float64') from None


def written_bool(value: bool) -> str:  # noqa: FBT001 - the value is what it is about
    """Write a boolean."""
    return "true" if value else "false"


# of the types that are told by type() alone; Int is one of those that are not
PLAIN: dict[type, Callable[[Any], str]] = {
    str: quoted,
    bool: written_bool,
    int: str,
    float: written_float,
    Number: written_number,
}
