"""How Go's fmt prints one value under a verb: print.go's printArg and printValue.

What Go prints as addresses of functions, channels, nested pointers and whatever else %p is used on is always
ADDRESS here, so that printing the same value twice gives the same text. Text is bounded by SIZE and nesting
by DEPTH; a nested value does not recurse.
"""

from __future__ import annotations

from vexec.template.format import Flags
from vexec.template.strconv import canonical, from_bytes, quote_rune, rune, to_bytes
from vexec.template.values import (
    INTEGERS,
    MISSING,
    FunctionError,
    Int,
    Map,
    Slice,
    Struct,
    kind_of,
    kind_of_type,
    type_of,
)
from vexec.value import Number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any

    from vexec.template.scope import Scope

    Step = tuple[str, Any]  # text, and the value after it or NOTHING

ADDRESS = 0xC000010000
SIZE = 64 << 20  # characters
DEPTH = 10_000
METHOD = 8  # steps that a text counts for which a value's method makes: a time's, most often
PIECE = 64  # characters that count as one step
BASES = {"b": 2, "o": 8, "O": 8, "d": 10, "v": 10, "x": 16, "X": 16}
FLOATS = {  # verb → the verb and precision of strconv.FormatFloat
    "v": ("g", -1), "g": ("g", -1), "G": ("G", -1), "b": ("b", -1), "x": ("x", -1), "X": ("X", -1),
    "e": ("e", 6), "E": ("E", 6), "f": ("f", 6), "F": ("f", 6),
}  # fmt: skip
ADDRESSED = frozenset(("chan", "func", "map", "ptr", "slice"))
NOTHING = object()


class Printer:
    """Collects printed text; `flags` are those of the directive at hand.

    `is_plain` is set while an error form shows a value: Go calls no method of it then. What is printed counts
    as work of `scope`: a step for each value in another one, and one for some text.
    """

    def __init__(self, scope: Scope | None = None) -> None:
        self.scope = scope
        self.parts: list[str] = []
        self.size = 0
        self.flags = Flags()
        self.is_plain = False

    def text(self) -> str:
        """Return all that was printed."""
        if self.scope is not None:
            self.scope.count(self.size // PIECE)
        return canonical("".join(self.parts))

    def add(self, text: str) -> None:
        """Take text; raises FunctionError if it becomes too much."""
        self.size += len(text)
        if self.size > SIZE:
            raise FunctionError(f"more than {SIZE} characters are printed")
        self.parts.append(text)

    def print(self, arg: Any, verb: str) -> None:
        """Print an argument under a verb."""
        if arg is None or arg is MISSING:
            self.add(self.flags.pad("<nil>") if verb in ("v", "T") else f"%!{verb}(<nil>)")
        elif verb == "T":
            self.add(self.flags.text(type_of(arg)))
        elif verb == "p":
            self.add(self.pointer(arg, verb))
        elif verb == "w" and type_of(arg) != "[]uint8":
            self.add(self.bad_verb(arg, verb))
        else:
            self.walk([("", arg)], verb)

    def walk(self, steps: Iterable[Step], verb: str, depth: int = 0) -> None:
        """Print steps, of values so deep in another; those of a value that holds others come in its place."""
        stack = [iter(steps)]
        scope = self.scope
        while stack:
            step = next(stack[-1], None)
            if step is None:
                stack.pop()
                continue
            text, value = step
            self.add(text)
            if value is NOTHING:
                continue
            if scope is not None:
                scope.count()
            inner = self.enter(value, verb, depth + len(stack) - 1)
            if isinstance(inner, str):
                self.add(inner)
            elif len(stack) == DEPTH:
                raise FunctionError(f"a value is nested more than {DEPTH} deep")
            else:
                stack.append(inner)

    def enter(self, value: Any, verb: str, depth: int) -> str | Iterator[Step]:
        """Return a value's text, or the steps of one that holds others."""
        leaf = LEAVES.get(type(value))
        if leaf is not None:
            return leaf(self, value, verb)
        if not self.is_plain:
            text = method_text(value, "go" if self.flags.is_sharp_v else verb)
            if text is not None:
                if self.scope is not None:
                    self.scope.count(METHOD)
                return self.flags.text(text) if self.flags.is_sharp_v else self.string(text, verb)
        if isinstance(value, int):
            return self.integer(value, verb)
        if type_of(value) == "[]uint8":
            return self.byte_slice(value, verb, "[]byte" if depth == 0 and verb == "v" else "[]uint8")
        kind = kind_of(value)
        if kind in ("slice", "map"):
            return list_steps(self, value) if kind == "slice" else map_steps(self, value)
        if kind == "struct" or (kind == "ptr" and depth == 0 and not value.is_nil):
            return struct_steps(self, value, "&" if kind == "ptr" else "")
        return self.pointer(value, verb)

    def bad_verb(self, value: Any, verb: str) -> str:
        """Return Go's error form of a value that a verb does not fit."""
        parts, self.parts, self.is_plain = self.parts, [], True
        self.walk([(f"%!{verb}({type_of(value)}=", value), (")", NOTHING)], "v")
        parts, self.parts, self.is_plain = self.parts, parts, False
        text = "".join(parts)
        self.size -= len(text)
        return text

    def nothing(self, _value: None, _verb: str) -> str:
        """Print a nil interface in a list, a map or a struct."""
        return "interface {}(nil)" if self.flags.is_sharp_v else "<nil>"

    def boolean(self, value: object, verb: str) -> str:
        """Print a bool."""
        return self.flags.pad("true" if value else "false") if verb in "vt" else self.bad_verb(value, verb)

    def string(self, value: str, verb: str) -> str:
        """Print text, of a json.Number as well."""
        if verb == "s" or (verb == "v" and not self.flags.is_sharp_v):
            return self.flags.text(value)
        if verb in ("q", "v"):
            return self.flags.quoted(value)
        if verb in ("x", "X"):
            return self.flags.hexadecimal(to_bytes(value), is_upper=verb == "X")
        return self.bad_verb(value, verb)

    def integer(self, value: int, verb: str) -> str:
        """Print an integer of any type."""
        if verb == "v" and self.flags.is_sharp_v and type_of(value).startswith("u"):
            return self.flags.address(value, has_prefix=True)
        if verb in BASES:
            return self.flags.integer(value, BASES[verb], verb)
        if verb == "c":
            return self.flags.pad(rune(value))
        if verb == "q":
            return self.flags.pad(quote_rune(value, is_ascii=self.flags.is_plus))
        return self.flags.unicode(value) if verb == "U" else self.bad_verb(value, verb)

    def number(self, value: float, verb: str) -> str:
        """Print a float64."""
        return self.flags.number(value, *FLOATS[verb]) if verb in FLOATS else self.bad_verb(value, verb)

    def complex_number(self, value: complex, verb: str) -> str:
        """Print a complex128."""
        if verb not in FLOATS:
            return self.bad_verb(value, verb)
        real = self.number(value.real, verb)
        plus, self.flags.is_plus = self.flags.is_plus, True
        imaginary = self.number(value.imag, verb)
        self.flags.is_plus = plus
        return f"({real}{imaginary}i)"

    def byte_slice(self, value: Any, verb: str, name: str) -> str | Iterator[Step]:
        """Print bytes as text, or as a list of numbers."""
        if verb in ("s", "q"):
            text = from_bytes(bytes(value))
            return self.flags.text(text) if verb == "s" else self.flags.quoted(text)
        if verb in ("x", "X"):
            return self.flags.hexadecimal(bytes(value), is_upper=verb == "X")
        return list_steps(self, value, name)

    def pointer(self, value: Any, verb: str) -> str:
        """Print what has an address."""
        flags = self.flags
        if kind_of(value) not in ADDRESSED or verb not in ("v", "p", "b", "o", "d", "x", "X"):
            return self.bad_verb(value, verb)
        address = 0 if getattr(value, "is_nil", False) else ADDRESS
        if verb not in ("v", "p"):
            return flags.integer(address, BASES[verb], verb)
        if flags.is_sharp_v:
            shown = flags.address(address, has_prefix=True) if address else "nil"
            return f"({type_of(value)})({shown})"
        if verb == "v" and not address:
            return flags.pad("<nil>")
        return flags.address(address, has_prefix=not flags.is_sharp)


LEAVES: Mapping[type, Callable[[Printer, Any, str], str]] = {
    str: Printer.string,
    Number: Printer.string,
    bool: Printer.boolean,
    int: Printer.integer,
    float: Printer.number,
    complex: Printer.complex_number,
    type(None): Printer.nothing,
}


def method_text(value: object, verb: str) -> str | None:
    """Return what a value's own Error or String says, GoString under the verb "go"; None if it has none."""
    if isinstance(value, Struct):
        for name in ("GoString",) if verb == "go" else ("Error", "String") if verb in "vsxXq" else ():
            if name in value.methods:
                return str(value.methods[name].call())
    elif isinstance(value, Int) and value.type == "time.Duration" and verb in "vsxXq":
        from vexec.template.duration import format_duration

        return format_duration(value)
    return None


def list_steps(printer: Printer, value: Any, name: str = "") -> Iterator[Step]:
    """Return the steps of a slice; `name` is its type where it is shown as another."""
    is_sharp = printer.flags.is_sharp_v
    name = name or type_of(value)
    if is_sharp and getattr(value, "is_nil", False):
        yield f"{name}(nil)", NOTHING
        return
    yield f"{name}{{" if is_sharp else "[", NOTHING
    element = "uint8" if name == "[]byte" else name[2:]
    separator = ""
    for item in value:
        yield separator, fitted(item, element)
        separator = ", " if is_sharp else " "
    yield "}" if is_sharp else "]", NOTHING


def map_steps(printer: Printer, value: Mapping[Any, Any]) -> Iterator[Step]:
    """Return the steps of a map, in the order of its keys."""
    from vexec.template.fmtsort import sorted_keys

    is_sharp = printer.flags.is_sharp_v
    name = type_of(value)
    if is_sharp and getattr(value, "is_nil", False):
        yield f"{name}(nil)", NOTHING
        return
    left, _, right = name[len("map[") :].partition("]")
    separator = f"{name}{{" if is_sharp else "map["
    for key in sorted_keys(value):
        yield separator, fitted(key, left)
        yield ":", fitted(value[key], right)
        separator = ", " if is_sharp else " "
    yield ("" if value else separator) + ("}" if is_sharp else "]"), NOTHING


def struct_steps(printer: Printer, value: Struct, mark: str = "") -> Iterator[Step]:
    """Return the steps of a struct, or of what a pointer points to."""
    flags = printer.flags
    yield mark + (value.type.lstrip("*") if flags.is_sharp_v else "") + "{", NOTHING
    separator = ""
    for name, field in value.fields.items():
        shown = f"{name}:" if flags.is_sharp_v or flags.is_plus_v else ""
        yield separator + shown, field
        separator = ", " if flags.is_sharp_v else " "
    yield "}", NOTHING


def fitted(value: Any, name: str) -> Any:
    """Give a value the type of the slice's or map's elements, where Python's says less."""
    if name in ("interface {}", "string"):
        return value
    kind = kind_of_type(name)
    if kind == "slice" and (value is None or type(value) is list):
        return Slice(value or (), name, is_nil=value is None)
    if kind == "map" and (value is None or type(value) is dict):
        return Map(value or (), name, is_nil=value is None)
    if name in INTEGERS and name != "int" and type(value) is int:
        return Int(value, name)
    if name == "float64" and type(value) is int:
        return float(value)
    return Number(value) if name == "json.Number" and type(value) is str else value
