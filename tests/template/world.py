"""The data and functions of tests/oracles/execution/main.go, as the engine's values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vexec.template.printf import sprint, sprintf, sprintln
from vexec.template.values import Channel, Function, FunctionError, Int, Map, Slice, Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ANY = "interface {}"


def method(name: str, call: Callable[..., Any], params: tuple[str, ...], result: str) -> Function:
    """Return a method."""
    return Function(name, call, params, result)


class Sub(Struct):
    """A struct within World, behind a pointer."""

    type = "*main.Sub"

    def __init__(self, name: str, *, is_nil: bool = False) -> None:
        super().__init__(Name=name)
        self.is_nil = is_nil
        self.methods = {"Flag": method("Flag", lambda flag: "set" if flag else "", ("bool",), "string")}


class PlainSub(Struct):
    """The same without a pointer."""

    type = "main.Sub"


def fails(*_: Any) -> str:
    """Return an error."""
    raise FunctionError("it failed")


class World(Struct):
    """What templates are given as "world"."""

    type = "*main.World"

    def __init__(self, **fields: Any) -> None:
        super().__init__(**fields)
        sub = fields.get("Sub")
        rows: tuple[tuple[str, Callable[..., Any], tuple[str, ...], str], ...] = (
            ("Hello", lambda: "hello", (), "string"),
            ("Same", lambda number: number, ("int",), "int"),
            ("Pair", lambda number, text: f"{number}/{text}", ("uint16", "string"), "string"),
            ("Show", lambda value: sprintf("<%v>", [value]), (ANY,), "string"),
            ("Sums", lambda number, items: Slice([number + item for item in items], "[]int"),
             ("int", "[]int"), "[]int"),
            ("Fail", lambda now: fails() if now else False, ("bool",), "bool"),
            ("GetSub", lambda: sub, (), "*main.Sub"),
            ("Self", lambda: self, (), "*main.World"),
            ("Anything", lambda value: value, (ANY,), ANY),
        )  # fmt: skip
        self.methods = {name: method(name, *rest) for name, *rest in rows}  # type: ignore[arg-type]


def nil_map(value: Any) -> bool:
    """Tell whether a map, a slice or a function is nil."""
    return bool(getattr(value, "is_nil", False))


FIELDS: Mapping[str, Any] = {
    "Yes": True,
    "N": 17,
    "N16": Int(16, "uint16"),
    "Word": "x",
    "Text": "xyz",
    "Zero": 0.0,
    "Sub": Sub("v"),
    "NilSub": Sub("", is_nil=True),
    "Value": PlainSub(Name="w"),
    "Ints": Slice([3, 4, 5], "[]int"),
    "NoInts": Slice([], "[]int", is_nil=True),
    "Bools": Slice([True, False], "[]bool"),
    "Names": Slice(["b", "a"], "[]string"),
    "Counts": Map({"one": 1, "two": 2, "three": 3}, "map[string]int"),
    "One": Map({"one": 1}, "map[string]int"),
    "NoCounts": Map({}, "map[string]int", is_nil=True),
    "AnyCounts": Map({"one": 1}, "map[interface {}]int"),
    "ByInt": Map({1: 1}, "map[int]int"),
    "ByInt8": Map({Int(2, "int8"): "i82", Int(3, "int8"): "i83"}, "map[int8]string"),
    "ByUint64": Map({Int(2, "uint64"): "u2", Int(3, "uint64"): "u3"}, "map[uint64]string"),
    "Maps": Slice(
        [Map({"one": 1, "two": 2}, "map[string]int"), Map({"eleven": 11}, "map[string]int")],
        "[]map[string]int",
    ),
    "Nil": None,
    "AnyN": 3,
    "AnyText": "in any",
    "AnyInts": Slice([7, 8], "[]int"),
    "AnySub": Sub("any"),
    "Binary": Function("Binary", lambda a, b: f"[{a}={b}]", ("string", "string"), "string"),
    "Variadic": Function(
        "Variadic", lambda *parts: f"<{'+'.join(parts)}>", ("string",), "string", is_variadic=True
    ),
    "VariadicN": Function(
        "VariadicN",
        lambda number, *parts: f"{number}=<{'+'.join(parts)}>",
        ("int", "string"),
        "string",
        is_variadic=True,
    ),
    "NilOK": Function("NilOK", nil_map, ("map[string]int",), "bool"),
    "Fails": Function("Fails", fails, (), "string"),
    "Three": 3,
    "MinusOne": -1,
    "Uthree": Int(3, "uint"),
    "Ufour": Int(4, "uint"),
    "ZeroC": 0j,
}


def nil_world() -> World:
    """Return a nil pointer to a World."""
    world = World(**FIELDS)
    world.is_nil = True
    world.methods = {}
    return world


DATA: Mapping[str, Any] = {
    "world": World(**FIELDS),
    "nilworld": nil_world(),
    "nil": None,
    "int": 13,
    "zeroint": 0,
    "uint": Int(14, "uint"),
    "int8": Int(5, "int8"),
    "uint64": Int(5, "uint64"),
    "float": 15.1,
    "bool": True,
    "string": "hello",
    "rune": Int(ord("e"), "int32"),
    "ints": Slice([-1, -2, -3], "[]int"),
    "strings": Map({"cause": "neglect"}, "map[string]string"),
    "map": {"x": 99, "nil": None, "s": "text", "list": [1, None, "a"], "map": {"y": "z"}},
    "anykeys": Map({"k": 1, 2: "two"}, "map[interface {}]interface {}"),
    "list": [1, None, "a", []],
    "sub": PlainSub(Name="plain"),
}


def kind_and_value(value: Any) -> str:
    """Print as `%T %v`."""
    return sprintf("%T %v", [value, value])


def kind_and_nil(value: Any) -> str:
    """Print the type, and whether it is nil."""
    return sprintf("%T %v", [value, nil_map(value)])


def died() -> bool:
    """Return an error."""
    raise FunctionError("died")


def counted(number: int) -> Channel:
    """Return a channel of int64."""
    return Channel([Int(item, "int64") for item in range(number)], "<-chan int64")


ROWS = (
    Function("add", lambda *numbers: sum(numbers), ("int",), "int", is_variadic=True),
    Function("count", counted, ("int",), "<-chan int64"),
    Function(
        "dashed", lambda number, *parts: sprintln([number, Slice(parts, "[]string")]), ("int", "string"),
        "string", is_variadic=True,
    ),
    Function("die", died, (), "bool"),
    Function("echo", lambda value: value, (ANY,)),
    Function(
        "pairs", lambda *parts: Map({parts[0]: parts[1]}, "map[string]string"), ("string",),
        "map[string]string", is_variadic=True,
    ),
    Function("three", lambda: Map({"three": 3}, "map[string]int"), ()),
    Function("nothing", lambda: None, ()),
    Function("one", lambda text: f"one={text}", ("string",), "string"),
    Function("seven", lambda: 7, (), "int"),
    Function("two", lambda a, b: f"two={a}{b}", ("string", "string"), "string"),
    Function("kind", lambda value: sprintf("%T", [value]), (ANY,), "string"),
    Function("zero", lambda: "zero", (), "string"),
    Function("float", kind_and_value, ("float64",), "string"),
    Function("u8", kind_and_value, ("uint8",), "string"),
    Function("i8", kind_and_value, ("int8",), "string"),
    Function("i64", kind_and_value, ("int64",), "string"),
    Function("u64", kind_and_value, ("uint64",), "string"),
    Function("bool", kind_and_value, ("bool",), "string"),
    Function("complex", kind_and_value, ("complex128",), "string"),
    Function("texts", kind_and_nil, ("[]string",), "string"),
    Function("anymap", kind_and_nil, ("map[string]interface {}",), "string"),
    Function("anylist", kind_and_nil, ("[]interface {}",), "string"),
    Function("subs", lambda sub: sub.fields["Name"], ("main.Sub",), "string"),
    Function("callback", lambda value: sprint([nil_map(value)]), ("func(string) string",), "string"),
)  # fmt: skip
FUNCTIONS: Mapping[str, Function] = {row.name: row for row in ROWS}
