"""The functions of text/template itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vexec.template import printf
from vexec.template.functions.compare import COMPARISONS, eq
from vexec.template.reflect import (
    ANY,
    PLACE,
    VALUE,
    Held,
    can_be_nil,
    element_type,
    is_true,
    key_type,
    wrapped,
    zero,
)
from vexec.template.strconv import from_bytes, to_bytes
from vexec.template.values import (
    INTEGERS,
    MISSING,
    Channel,
    Function,
    FunctionError,
    Int,
    Slice,
    Struct,
    kind_of_type,
    type_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from vexec.template.scope import Scope

HIDDEN = '"…"'
NO_TYPE = "reflect: call of reflect.Value.Type on zero Value"
HTML = str.maketrans({"\0": "\ufffd", '"': "&#34;", "'": "&#39;", "&": "&amp;", "<": "&lt;", ">": "&gt;"})
JS = str.maketrans(
    {
        **{code: f"\\u00{code:02X}" for code in range(0x20)},
        **{ord(char): f"\\u00{ord(char):02X}" for char in "<>&="},
        **{ord(char): "\\" + char for char in "\\'\""},
    }
)
UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~")


def negate(value: Any) -> bool:
    """Tell whether a value is false."""
    return not is_true(value)


def special(*_: Any) -> Any:
    """Stand for `and` and `or`, which see their arguments before they are evaluated."""
    raise NotImplementedError


def call(scope: Scope, name: str, function: Any, *args: Any) -> Any:
    """Call a function that is a value, by the name that messages give it."""
    if function is None or function is MISSING:
        raise FunctionError("call of nil")
    if not isinstance(function, Function):
        raise FunctionError(f"non-function {name} of type {type_of(function)}")
    params = function.params
    fixed = len(params) - function.is_variadic
    if len(args) < fixed if function.is_variadic else len(args) != fixed:
        least = "at least " if function.is_variadic else ""
        raise FunctionError(f"wrong number of args for {name}: got {len(args)} want {least}{fixed}")
    values = []
    for number, arg in enumerate(args):
        try:
            values.append(prepared(arg, params[min(number, len(params) - 1)]))
        except FunctionError as error:
            raise FunctionError(f"arg {number}: {error}") from None
    return function.call(scope, *values) if function.is_scoped else function.call(*values)


def prepared(value: Any, name: str) -> Any:
    """Return a value as a type, with nil as its zero; integers are converted to each other."""
    if value is None or value is MISSING:
        if not can_be_nil(name):
            raise FunctionError(f"value is nil; should be of type {name}")
        return zero(name)
    actual = type_of(value)
    if name in (ANY, actual):
        return value
    if kind_of_type(actual) in INTEGERS and kind_of_type(name) in INTEGERS:
        return wrapped(value, name)
    raise FunctionError(f"value has type {actual}; should be {name}")


def index(item: Any, *indexes: Any) -> Any:
    """Return an element of an element of a value."""
    if item is None or item is MISSING:
        raise FunctionError("index of untyped nil")
    for key in indexes:
        if item is None or (isinstance(item, Struct) and item.is_nil):
            raise FunctionError("index of nil pointer")
        item = entry(item, key) if isinstance(item, dict) else element(item, key)
    return item


def element(item: Any, key: Any) -> Any:
    """Return an element of a list or a byte of a text."""
    if not isinstance(item, (str, list, bytes)):
        raise FunctionError(f"can't index item of type {pointed(item)}")
    items = to_bytes(item) if isinstance(item, str) else item
    number = position(key, len(items))
    if number == len(items):
        raise FunctionError(f"reflect: {'string' if isinstance(item, str) else 'slice'} index out of range")
    return items[number] if isinstance(item, list) else Int(items[number], "uint8")


def position(key: Any, limit: int) -> int:
    """Return an index or a bound of a slice, from 0 to limit."""
    if key is None or key is MISSING:
        raise FunctionError("cannot index slice/array with nil")
    if not isinstance(key, int) or isinstance(key, bool):
        raise FunctionError(f"cannot index slice/array with type {type_of(key)}")
    if not 0 <= key <= limit:
        raise FunctionError(f"index out of range: {HIDDEN}")
    return int(key)


def entry(item: dict[Any, Any], key: Any) -> Any:
    """Return an element of a map, or the zero of their type."""
    name = type_of(item)
    key = prepared(key, key_type(name))
    if isinstance(key, (list, dict, bytes)):
        told = "runtime error: hash of unhashable type" if item else "hash of unhashable type:"
        raise FunctionError(f"{told} {type_of(key)}")
    if key in item and (isinstance(key, str) or has_key(item, key)):
        return item[key]
    return zero(element_type(name))


def has_key(item: dict[Any, Any], key: Any) -> bool:
    """Tell whether a map has a key of that type: Python takes 1, 1.0 and true for the same."""
    return any(other == key and type_of(other) == type_of(key) for other in item)


def pointed(value: Any) -> str:
    """Return the type of a value, or of what a pointer points to."""
    return type_of(value).removeprefix("*")


def cut(item: Any, *bounds: Any) -> Any:
    """Return a part of a text, in bytes, or of a list; a list has no more room than its length."""
    if item is None or item is MISSING:
        raise FunctionError("slice of untyped nil")
    if isinstance(item, Struct) and item.is_nil:
        raise FunctionError("slice of nil pointer")
    if len(bounds) > 3:
        raise FunctionError(f"too many slice indexes: {len(bounds)}")
    if isinstance(item, str) and len(bounds) == 3:
        raise FunctionError("cannot 3-index slice a string")
    if not isinstance(item, (str, list, bytes)):
        raise FunctionError(f"can't slice item of type {pointed(item)}")
    items: Any = to_bytes(item) if isinstance(item, str) else item
    numbers = []
    for bound in bounds:
        if bound is None or isinstance(bound, Held):  # index looks into an interface, slice does not
            raise FunctionError(f"cannot index slice/array with type {ANY}")
        numbers.append(position(bound, len(items)))
    start, end, *rest = (*numbers, *(0, len(items))[len(numbers) :])
    if start > end or rest < [end][: len(rest)]:
        raise FunctionError(f"invalid slice index: {HIDDEN} > {HIDDEN}")
    part = items[start:end]
    if isinstance(item, str):
        return type(item)(from_bytes(part))  # of a JSON number one that is none, perhaps
    return Slice(part, item.type, is_nil=item.is_nil) if isinstance(item, Slice) else part


def length(item: Any) -> int:
    """Return how long a value is: of a text how many bytes."""
    if item is None or (isinstance(item, Struct) and item.is_nil):
        raise FunctionError("len of nil pointer")
    if item is MISSING:
        raise FunctionError(NO_TYPE)
    if isinstance(item, str):
        return len(item) if item.isascii() else len(to_bytes(item))
    if isinstance(item, (list, dict, bytes)):
        return len(item)
    if isinstance(item, Channel):
        return 0  # it has no buffer
    raise FunctionError(f"len of type {pointed(item)}")


def text_of(scope: Scope, args: Sequence[Any]) -> str:
    """Return arguments as one text, as print does, but nil as an action prints it."""
    if len(args) == 1 and type(args[0]) is str:
        return args[0]
    return printf.sprint([printable(arg) for arg in args], scope)


def printable(value: Any) -> Any:
    """Return what is printed for an argument: what a pointer points to."""
    if value is None:
        return "<no value>"
    if not isinstance(value, Struct) or value.is_nil:
        return value
    struct = Struct(**value.fields)
    struct.type = pointed(value)
    struct.methods = value.methods
    return struct


def html(scope: Scope, *args: Any) -> str:
    """Escape text for HTML."""
    return text_of(scope, args).translate(HTML)


def js(scope: Scope, *args: Any) -> str:
    """Escape text for a string of JavaScript."""
    text = text_of(scope, args).translate(JS)
    if text.isascii():
        return text
    from vexec.template.printable import is_printable

    return "".join(
        char if is_byte(char) or is_printable(ord(char)) else f"\\u{ord(char):04X}" for char in text
    )


def is_byte(char: str) -> bool:
    """Tell whether a character is ASCII, or stands for a byte that is not UTF-8."""
    return char < "\x80" or "\ud800" <= char <= "\udfff"


def urlquery(scope: Scope, *args: Any) -> str:
    """Escape text for the query of a URL."""
    return "".join(
        chr(byte) if byte in UNRESERVED else "+" if byte == 0x20 else f"%{byte:02X}"
        for byte in to_bytes(text_of(scope, args))
    )


def printing(name: str, function: Callable[..., str], *params: str) -> Function:
    """Make the row of a function that prints any number of values behind its parameters."""
    return Function(name, function, (*params, ANY), "string", is_variadic=True, is_scoped=True)


ROWS = (
    Function("and", special, (VALUE, VALUE), VALUE, is_variadic=True),
    Function("or", special, (VALUE, VALUE), VALUE, is_variadic=True),
    Function("not", negate, (VALUE,), "bool"),
    Function("call", call, (VALUE, VALUE), VALUE, is_variadic=True, is_scoped=True),
    printing("html", html),
    Function("index", index, (VALUE, VALUE), VALUE, is_variadic=True),
    Function("slice", cut, (VALUE, PLACE), VALUE, is_variadic=True),
    printing("js", js),
    Function("len", length, (VALUE,), "int"),
    printing("print", lambda scope, *args: printf.sprint(args, scope)),
    printing("printf", lambda scope, text, *args: printf.sprintf(text, args, scope), "string"),
    printing("println", lambda scope, *args: printf.sprintln(args, scope)),
    printing("urlquery", urlquery),
    Function("eq", eq, (VALUE, VALUE), "bool", is_variadic=True),
    *(Function(name, compare, (VALUE, VALUE), "bool") for name, compare in COMPARISONS.items()),
)
FUNCTIONS: Mapping[str, Function] = {row.name: row for row in ROWS}
