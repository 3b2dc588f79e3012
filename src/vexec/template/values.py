"""Go's values as templates see them, and the names of their types.

| Go | here |
|---|---|
| string | str; a byte that is not UTF-8 is a surrogate (surrogateescape) |
| bool, int, float64 | bool, int, float |
| other integer types | Int, with its type |
| json.Number | vexec.value.Number, a str that is spelt as it was written |
| []byte | bytes |
| []interface {}, map[string]interface {} | list, dict |
| other slices and maps | Slice, Map, with their types |
| structs, and pointers to them | subclasses of Struct |
| func | Function |
| a nil interface | None |
| the zero reflect.Value: no value at all | MISSING |
"""

from __future__ import annotations

from vexec.value import Number, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any


class Missing(Exception):
    """Evaluation cannot go on without answers; `asks` says to what, `ask` is the first of them."""

    def __init__(self, *asks: Ask) -> None:
        super().__init__(asks[0].function)
        self.ask = asks[0]
        self.asks = list(asks)


class Ask(Value):
    """What a template asks for: a function that reaches outside, and its arguments as text."""

    function: str
    args: tuple[str, ...]


class Write(Value, secret=("content",)):
    """A file that a template writes: `user` and `group` are names or numbers, "" for one's own."""

    path: str
    content: str
    user: str
    group: str
    mode: int
    is_append: bool = False


class FunctionError(Exception):
    """A function of the template language fails; the text is Go's, with `"…"` where Go quotes a value."""


class NoValue:
    """The type of MISSING."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "MISSING"

    def __bool__(self) -> bool:
        return False


MISSING = NoValue()


class Int(int):
    """An integer of another type than int: `Int(5, "int64")`."""

    type: str

    def __new__(cls, value: int, go_type: str) -> Int:
        """Build the number; its range is not checked."""
        number = super().__new__(cls, value)
        number.type = go_type
        return number


class Slice(list["Any"]):
    """A slice of another element type than interface {}: `Slice(["a"], "[]string")`."""

    __slots__ = ("is_nil", "type")
    type: str
    is_nil: bool

    def __init__(self, items: Any = (), go_type: str = "[]interface {}", *, is_nil: bool = False) -> None:
        super().__init__(items)
        self.type = go_type
        self.is_nil = is_nil


class Map(dict["Any", "Any"]):
    """A map of other types than string to interface {}: `Map({1: "a"}, "map[int]string")`."""

    __slots__ = ("is_nil", "type")
    type: str
    is_nil: bool

    def __init__(
        self, items: Any = (), go_type: str = "map[string]interface {}", *, is_nil: bool = False
    ) -> None:
        super().__init__(items)
        self.type = go_type
        self.is_nil = is_nil


class Struct:
    """A Go struct, or with a `*` in front of its type a pointer to one.

    A subclass names its type, and its exported fields in Go's order in `fields`: name → value. `methods`
    maps a method's name to a Function that is called without the receiver. With `is_nil` it is a nil pointer;
    its fields then only tell which there are.
    """

    type = "struct {}"
    is_nil = False

    def __init__(self, **fields: Any) -> None:
        self.fields: Mapping[str, Any] = fields
        self.methods: Mapping[str, Function] = {}


class Channel:
    """A channel that can only be ranged over, once."""

    def __init__(self, items: Any, go_type: str) -> None:
        self.items = items
        self.type = go_type


class Function(Value):
    """A function with Go's signature of it, so that a wrong call fails as Go's does.

    `params` are Go's spelling of the parameters' types, the last one repeated if `is_variadic`; `result` is
    the first result's type. `call` gets the arguments, before them a Scope if `is_scoped`; what it raises
    as FunctionError is Go's second result, the error.
    """

    name: str
    call: Callable[..., Any]
    params: tuple[str, ...] = ()
    result: str = "interface {}"
    is_variadic: bool = False
    is_scoped: bool = False

    @property
    def type(self) -> str:
        """Return the function's type, without an error as the second result."""
        dots = "..." * self.is_variadic
        params = [*self.params[:-1], *(dots + name for name in self.params[-1:])]
        return f"func({', '.join(params)}) {self.result}"


INTEGERS = frozenset(
    ("int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64", "uintptr")
)
PLAIN: Mapping[type, str] = {
    str: "string",
    bool: "bool",
    int: "int",
    float: "float64",
    complex: "complex128",
    bytes: "[]uint8",
    list: "[]interface {}",
    dict: "map[string]interface {}",
    Number: "json.Number",
}


def type_of(value: object) -> str:
    """Return Go's name of a value's type, as %T prints it; "<nil>" for a nil interface."""
    plain = PLAIN.get(type(value))
    if plain is not None:
        return plain
    if value is None or value is MISSING:
        return "<nil>"
    return str(getattr(value, "type", "func()"))


def kind_of(value: object) -> str:
    """Return Go's name of a value's kind; "interface" for a nil interface, "invalid" for MISSING."""
    if value is None:
        return "interface"
    return "invalid" if value is MISSING else kind_of_type(type_of(value))


KINDS: Mapping[str, str] = {"json.Number": "string", "time.Duration": "int64", "interface {}": "interface"}


def kind_of_type(name: str) -> str:
    """Return the kind of a type by its name: map[string]int → map, *dependency.Secret → ptr."""
    if name in KINDS:
        return KINDS[name]
    for start, kind in (("[]", "slice"), ("map[", "map"), ("*", "ptr"), ("func(", "func")):
        if name.startswith(start):
            return kind
    if name.startswith(("chan ", "<-chan ")):
        return "chan"
    return name if name in INTEGERS or name in ("string", "bool", "float64", "complex128") else "struct"
