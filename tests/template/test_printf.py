"""Go's fmt, against what Go printed (tests/oracles/fmt), and its bounds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.template.cases import decode, loads
from vexec.template import printer
from vexec.template.printf import format_value, sprint, sprintf, sprintln
from vexec.template.strconv import canonical
from vexec.template.timefmt import Time
from vexec.template.values import MISSING, Channel, Function, FunctionError, Int, Map, Slice, Struct
from vexec.value import Number

LINES = (Path(__file__).parent / "golden" / "fmt.jsonl").read_text().splitlines()
VALUES = [decode(value) for value in loads(LINES[0])["values"]]
ROWS = [loads(line) for line in LINES[1:]]
MATRIX = [row for row in ROWS if isinstance(row["out"], list) and "format" in row]
MIXED = [row for row in ROWS if not isinstance(row["out"], list)]
PRINTED = [row for row in ROWS if "format" not in row]


class Auth(Struct):
    """A struct that others point to."""

    type = "*main.Auth"


class Secret(Struct):
    """A struct behind a pointer."""

    type = "*main.Secret"


class Plain(Struct):
    """A struct that is no pointer."""

    type = "main.Plain"


class Named(Struct):
    """A struct with a method String, or another."""

    type = "*main.Named"

    def __init__(self, method: str = "String") -> None:
        super().__init__(A=1)
        self.methods = {method: Function(method, lambda: "called", (), "string")}


class NilAuth(Auth):
    """A nil pointer."""

    is_nil = True


SECRET = Secret(
    ID="id",
    Data={"a": Number("1")},
    Auth=Auth(Token="x", TTL=5),
    None_=None,
    Wait=Int(1_500_000_000, "time.Duration"),
    Warnings=Slice((), "[]string", is_nil=True),
)
FUNCTION = Function("f", lambda: None)
CHANNEL = Channel([], "chan int")


def arguments(numbers: list[Any]) -> list[Any]:
    """Return the values with some numbers."""
    return [VALUES[int(number)] for number in numbers]


def test_the_golden_file_is_large_enough() -> None:
    """The matrix of verbs, flags and values has at least 6 000 cases."""
    assert sum(len(row["out"]) for row in MATRIX) + len(MIXED) + 2 * len(PRINTED) >= 6000


@pytest.mark.parametrize("row", MATRIX, ids=lambda row: row["format"])
def test_a_verb_prints_each_value_as_go_does(row: dict[str, Any]) -> None:
    """One directive, with flags, width and precision, over values of all kinds."""
    assert [sprintf(row["format"], [value]) for value in VALUES] == decode(row["out"])


def test_a_format_takes_its_arguments_as_go_does() -> None:
    """Several directives: indexes, stars, what is missing, what is left over, what cannot be read."""
    for row in MIXED:
        printed = sprintf(decode(row["format"]), arguments(row.get("args", [])))

        assert printed == decode(row["out"]), row["format"]


def test_values_are_printed_without_a_format_as_go_does() -> None:
    """Sprint puts spaces between what is no text, Sprintln between all."""
    for row in PRINTED:
        args = arguments(row.get("sprint", []))

        assert [sprint(args), sprintln(args)] == decode(row["out"]), row


@pytest.mark.parametrize(
    ("template", "value", "printed"),
    [
        ("%v", SECRET, "&{id map[a:1] 0xc000010000 <nil> 1.5s []}"),
        (
            "%+v",
            SECRET,
            "&{ID:id Data:map[a:1] Auth:0xc000010000 None_:<nil> Wait:1.5s Warnings:[]}",
        ),
        (
            "%#v",
            SECRET,
            (
                '&main.Secret{ID:"id", Data:map[string]interface {}{"a":"1"}, '
                "Auth:(*main.Auth)(0xc000010000), None_:interface {}(nil), Wait:1500000000, "
                "Warnings:[]string(nil)}"
            ),
        ),
        ("%d", Auth(Token="x", TTL=5), "&{%!d(string=x) 5}"),
        ("%v", Plain(), "{}"),
        ("%v", [Plain(A=1)], "[{1}]"),
        ("%+v", [Plain(A=1, B="x")], "[{A:1 B:x}]"),
        ("%s", [Auth(Token="x", TTL=5)], "[%!s(*main.Auth=&{x 5})]"),
        ("%x", [Auth()], "[c000010000]"),
        ("%T", SECRET, "*main.Secret"),
        ("%p", SECRET, "0xc000010000"),
        ("%#p", ["a"], "c000010000"),
        ("%p", Slice((), "[]string", is_nil=True), "0x0"),
        ("%p", Plain(A=1), "%!p(main.Plain={1})"),
        ("%v", NilAuth(), "<nil>"),
        ("%8v", [NilAuth()], "[   <nil>]"),
        ("%#v", [NilAuth()], "[]interface {}{(*main.Auth)(nil)}"),
        ("%d", NilAuth(), "0"),
        ("%s", NilAuth(), "%!s(*main.Auth=<nil>)"),
        ("%v %[1]s %[1]q", Named(), 'called called "called"'),
        ("%v", [Named("Error")], "[called]"),
        ("%d", Named(), "&{1}"),
        ("%#v", Named("GoString"), "called"),
        ("%#v", Named(), "&main.Named{A:1}"),
        ("%v", Int(90 * 10**9, "time.Duration"), "1m30s"),
        ("%6s|", [Int(5, "time.Duration")], "[   5ns]|"),
        ("%d", Int(5, "time.Duration"), "5"),
        ("%t", Int(5, "time.Duration"), "%!t(time.Duration=5)"),
        ("%v", Time(0), "1970-01-01 00:00:00 +0000 UTC"),
        ("%v", FUNCTION, "0xc000010000"),
        ("%s", FUNCTION, "%!s(func() interface {}=0xc000010000)"),
        ("%#v", [CHANNEL], "[]interface {}{(chan int)(0xc000010000)}"),
        ("%v", MISSING, "<nil>"),
        ("%d", MISSING, "%!d(<nil>)"),
        ("%v", Slice([None, [Number("1")]], "[][]interface {}"), "[[] [1]]"),
        ("%#v", Slice([None], "[]map[string]int"), "[]map[string]int{map[string]int(nil)}"),
        ("%#v", Slice([{"a": 1}], "[]map[string]int"), '[]map[string]int{map[string]int{"a":1}}'),
        ("%#v", Slice(["1"], "[]json.Number"), '[]json.Number{"1"}'),
        ("%d", Slice(["1"], "[]json.Number"), "[%!d(json.Number=1)]"),
        ("%v", Slice([1, 2.5], "[]float64"), "[1 2.5]"),
        ("%q", Slice([97, 98], "[]uint8"), '"ab"'),
        ("%#v", Map((), "map[string]bool"), "map[string]bool{}"),
    ],
)  # fmt: skip
def test_structs_pointers_and_what_has_methods(template: str, value: object, printed: str) -> None:
    """What JSON cannot hold; addresses are always the same."""
    assert sprintf(template, [value]) == printed


def test_an_action_prints_what_a_pointer_points_to() -> None:
    """`{{ .X }}` prints a struct without the & that print shows; a nil pointer is <nil>."""
    assert format_value(SECRET) == "{id map[a:1] 0xc000010000 <nil> 1.5s []}"
    assert format_value(Named()) == "called"
    assert format_value(NilAuth()) == "<nil>"
    assert format_value("text") == "text"
    assert format_value(1e6) == "1e+06"
    assert format_value([None, Number("1.0")]) == "[<nil> 1.0]"


def test_bytes_that_join_to_a_character_become_it() -> None:
    """Two texts that end and begin in the middle of a character make it whole."""
    assert sprintf("%s%s|%3s", ["\udcc3", "\udca9", "\udcc3\udca9"]) == "é|  é"
    assert sprint(["\udcc3", "\udca9"]) == "é"
    assert sprintf("%s", ["\ud800"]) == "\ufffd"


def nested(depth: int) -> list[Any]:
    """Return a list in a list, so deep."""
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


def test_nesting_does_not_recurse_but_is_bounded() -> None:
    """A value deeper than Python's stack is printed; a much deeper one, as one that holds itself, is not."""
    value = nested(9000)
    loop: dict[str, Any] = {}
    loop["loop"] = loop

    assert sprint([value]) == "[" * 9001 + "]" * 9001
    for endless in (nested(20_000), loop):
        with pytest.raises(FunctionError, match=r"^a value is nested more than 10000 deep$"):
            sprintf("%v", [endless])


def test_the_size_of_what_is_printed_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Widths, precisions and a list that holds another one often cannot use up the memory."""
    monkeypatch.setattr(printer, "SIZE", 1_000_000)
    wide: Any = ["x"]
    for _ in range(64):
        wide = [wide, wide]

    assert len(sprintf("%900000d|%.90000d", [1, 1])) == 990_001
    for template, args in (
        ("%v", [wide]),
        ("%s", [wide]),
        ("%100000d", [[1] * 100]),
        ("%1000000d%1000000d", [1, 1]),
        ("%.1000000f", [1.5]),
        ("%.10000009e", [1.5]),
        ("%d", ["x" * 1_000_001]),
    ):
        with pytest.raises(FunctionError, match=r"^more than 1000000 characters are printed$"):
            sprintf(template, args)


TEXTS = st.text() | st.binary(max_size=20).map(lambda data: data.decode("utf-8", "surrogateescape"))
SCALARS = (
    st.none() | st.booleans() | st.integers(-(1 << 63), (1 << 63) - 1) | st.floats() | TEXTS
    | st.complex_numbers() | st.binary() | TEXTS.map(Number)
    | st.integers(0, 255).map(lambda number: Int(number, "uint8"))
)  # fmt: skip
ANY = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=8)
FORMATS = st.lists(
    st.sampled_from(["%", "[", "]", "1", "2", "99", "*", ".", "-", "+", "#", " ", "0", "é", "\udcff"])
    | st.sampled_from("vTtbcdoOqxXUeEfFgGspw!"),
    max_size=12,
).map("".join)


@given(FORMATS, st.lists(ANY, max_size=3))
def test_any_format_prints_any_values(template: str, args: list[Any]) -> None:
    """Nothing is an error, and what is printed is text as Go's would be."""
    printed = sprintf(template, args)

    assert canonical(printed) == printed
    assert canonical(sprint(args)) == sprint(args)
    assert sprintln(args).endswith("\n")


@given(TEXTS, st.integers(0, 40))
def test_a_width_counts_characters(text: str, width: int) -> None:
    """A width fills up to so many characters, however many bytes they have."""
    printed = sprintf("%*s", [width, text])

    assert printed.endswith(canonical(text))
    assert len(printed) == max(width, len(canonical(text)))
