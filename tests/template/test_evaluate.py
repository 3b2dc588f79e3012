"""Evaluation: what it asks for, whom it tells, and its bounds; goldens show what it prints."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from tests.template.fragments import TEMPLATES
from tests.template.world import FUNCTIONS, Sub
from vexec.errors import PermissionDenied, TemplateError
from vexec.template import evaluate as module
from vexec.template.evaluate import evaluate
from vexec.template.parse import parse
from vexec.template.scope import Scope
from vexec.template.values import Ask, Channel, Function, FunctionError, Int, Map, Missing, Slice, Struct
from vexec.value import Number


def asked(scope: Scope, path: str) -> object:
    """Answer or ask, as functions do that reach outside."""
    answer = scope.known.get(Ask("asked", (path,)))
    if answer is None:
        raise Missing(Ask("asked", (path,)))
    if isinstance(answer, Exception):
        raise answer
    return answer


MORE = {"asked": Function("asked", asked, ("string",), "interface {}", is_scoped=True), **FUNCTIONS}
NAMES = frozenset(
    (*MORE, "print", "printf", "len", "index", "and", "or", "slice", "executeTemplate", "toUpper")
)


def run(text: str, data: Any = None, **options: Any) -> str | Missing:
    """Evaluate a text."""
    return evaluate(parse(text, "x", functions=NAMES), Scope(**options), data, more=MORE)


def message(text: str, data: Any = None, **options: Any) -> str:
    """Return what is wrong with a text."""
    with pytest.raises(TemplateError) as caught:
        run(text, data, **options)
    assert caught.value.exit_code == 65
    assert caught.value.__cause__ is None
    return str(caught.value).removeprefix("template: x:").replace('executing "x" at ', "")


def test_evaluation_says_what_is_missing() -> None:
    """It ends at the first ask without an answer, and with it goes on to the next."""
    text = '{{asked "a"}}{{asked (print "b" (asked "a"))}}'

    first = run(text)
    assert isinstance(first, Missing)
    assert first.ask == Ask("asked", ("a",))
    second = run(text, known={Ask("asked", ("a",)): 1})
    assert isinstance(second, Missing)
    assert second.ask == Ask("asked", ("b1",))
    assert run(text, known={Ask("asked", ("a",)): "A", second.ask: "-", Ask("asked", ("bA",)): "B"}) == "AB"


def test_what_is_not_reached_is_not_asked_for() -> None:
    """Neither in a branch that is not taken, nor behind what decides and and or."""
    assert run('{{if false}}{{asked "a"}}{{end}}{{or 1 (asked "a")}}{{range 0}}{{asked "a"}}{{end}}') == "1"


def test_the_error_of_a_fetch_stays_what_it_is() -> None:
    """It is raised where evaluation comes to the call, with its own exit code."""
    error = PermissionDenied("no")
    known = {Ask("asked", ("a",)): error}

    assert run('{{if false}}{{asked "a"}}{{end}}', known=known) == ""
    with pytest.raises(PermissionDenied) as caught:
        run('{{asked "a"}}', known=known)
    assert caught.value is error


def test_no_value_is_told_of() -> None:
    """The place and the action of what prints <no value> are told; tests and variables are not."""
    told: list[tuple[str, str]] = []
    text = "é{{.a}}\n {{ .none }}{{if .none}}{{end}}{{$x := .none}}{{with .nil}}{{end}}{{print .none}}{{.nil|len|print}}"
    data = {"a": "A", "nil": ""}

    assert run(text, data, novalue=lambda *args: told.append(args)) == "éA\n <no value><nil>0"
    assert told == [("x:2:4", "{{.none}}")]


def test_newlines_are_told_of() -> None:
    """Of actions, not of the text around."""
    told: list[tuple[str, str]] = []

    assert run("a\n{{.}}\n{{print .}}", "b\n", newline=lambda *args: told.append(args)) == "a\nb\n\nb\n"
    assert told == [("x:2:2", "{{.}}"), ("x:3:2", "{{print .}}")]


def test_who_is_told_may_refuse() -> None:
    """The error is raised as it is."""

    def refuse(place: str, text: str) -> None:
        raise TemplateError(f"{place}: {text}")

    with pytest.raises(TemplateError, match=r"^x:1:2: \{\{\.a\}\}$"):
        run("{{.a}}", {}, novalue=refuse)


@pytest.mark.parametrize(
    ("missing", "results"),
    [
        ("default", ["<no value>", "<no value>", "<no value>", "<nil>"]),
        ("zero", ["0", "1:14: <.map.none.x>: nil pointer evaluating interface {}.x", "<no value>", "<nil>"]),
        (
            "error",
            [
                '1:4: <.counts.none>: map has no entry for key "none"',
                '1:6: <.map.none.x>: map has no entry for key "none"',
                '1:2: <.none>: map has no entry for key "none"',
                '1:8: <.none>: map has no entry for key "none"',
            ],
        ),
    ],
)
def test_a_missing_key_gives_what_is_chosen(missing: str, results: list[str]) -> None:
    """Nothing, the zero of the map's elements, or an error."""
    data = {"counts": Map({}, "map[string]int"), "map": {}}
    texts = ["{{.counts.none}}", "{{.map.none.x}}", "{{.none}}", "{{print .none}}"]
    found = []
    for text in texts:
        try:
            found.append(run(text, data, missing=missing))
        except TemplateError as error:
            found.append(str(error).removeprefix("template: x:").replace('executing "x" at ', ""))

    assert [str(one)[-40:] for one in found] == [one[-40:] for one in results]


def test_templates_may_nest_as_deep_as_in_go() -> None:
    """100000 is the bound, and Python's stack is none."""
    assert message('{{define "r"}}{{template "r"}}{{end}}{{template "r"}}') == (
        '1:25: executing "r" at <{{template "r"}}>: exceeded maximum template depth (100000)'
    )
    text = '{{define "r"}}{{if .}}{{len .}} {{template "r" (slice . 1)}}{{end}}{{end}}{{template "r" .}}'
    assert run(text, "a" * 2000) == "".join(f"{size} " for size in range(2000, 0, -1))


def test_blocks_may_nest_without_end() -> None:
    """Thousands of ifs, ranges and else-ifs within each other."""
    assert run("{{if 1}}" * 3000 + "x" + "{{end}}" * 3000) == "x"
    assert run("{{range 1}}" * 3000 + "x" + "{{end}}" * 3000) == "x"
    assert run("{{if 0}}" + "{{else if 0}}" * 3000 + "{{else}}x{{end}}") == "x"


@pytest.mark.parametrize("call", ["(print ", "(index . (", "("])
def test_parentheses_nest_as_deep_as_the_parser_lets_them(call: str) -> None:
    """A hundred of them are no matter for the stack."""
    depth = 100 // call.count("(")
    text = "{{" + call * depth + "`a`" + ")" * (depth * call.count("(")) + "}}"

    assert run(text, {"a": "a"}) == "a"


def test_steps_are_bounded() -> None:
    """Loops, arguments and results count."""
    assert message("{{range 1000000000}}{{end}}", steps=1000) == (
        "1:8: <1000000000>: the template takes too many steps"
    )
    assert "too many steps" in message("{{range $x := 1000000}}{{print $x}}{{end}}", steps=1000)
    assert "too many steps" in message("{{range 1000}}{{len $}}{{end}}", "a" * 10000, steps=10000)
    assert "too many steps" in message("{{range .}}{{end}}", dict.fromkeys(map(str, range(1000))), steps=900)
    assert "too many steps" in message("{{printf `%10000d` 1 | len}}", steps=200)


@pytest.mark.parametrize("text", ["{{.}}", "{{print .}}", "{{printf `%v` .}}"])
def test_what_is_printed_counts(text: str) -> None:
    """Each value within a list, and text by its length."""
    assert "too many steps" in message(text, [""] * 1000, steps=500)
    assert "too many steps" in message(text, ["a" * 100_000], steps=500)


def test_a_large_map_is_within_the_bounds() -> None:
    """A range over 100 000 keys that prints two fields of each."""
    users = {f"user{number}": {"name": "a", "password": "b"} for number in range(100_000)}

    assert run("{{range .}}{{.name}}:{{.password}} {{end}}", users) == "a:b " * 100_000


def test_output_is_bounded() -> None:
    """Of the whole, and of each result."""
    assert message("{{range 1000}}{{.}}{{end}}", output=100).endswith("<{{.}}>: the template prints too much")
    assert message("abc", output=2) == "1:0: <abc>: the template prints too much"
    assert message("{{$x := print $ $}}", "abc", output=5).endswith(
        "error calling print: the result is too long"
    )
    assert "error calling" in message("{{$x := `aaaa`}}{{range 100}}{{$x = print $x $x}}{{end}}")


def test_execute_evaluates_another_template() -> None:
    """With its own dot and variables; what is wrong in it is told with its place."""
    text = (
        '{{define "t"}}[{{.}}{{$}}]{{end}}{{$x := 1}}{{executeTemplate "t" .a}}{{executeTemplate "t"}}{{$x}}'
    )

    assert run(text, {"a": 1}) == "[11][<no value><no value>]1"
    assert message('{{executeTemplate "t"}}') == (
        '1:2: <executeTemplate "t">: error calling executeTemplate: '
        'template: no template "…" associated with template "x"'
    )
    assert message('{{define "t"}}{{.x}}{{end}}{{executeTemplate "t" 1}}') == (
        '1:29: <executeTemplate "t" 1>: error calling executeTemplate: '
        'template: x:1:16: executing "t" at <.x>: can\'t evaluate field x in type int'
    )
    assert "exceeded maximum depth of executeTemplate" in message('{{executeTemplate "x"}}')


def test_execute_asks_and_is_bounded_as_well() -> None:
    """What a template within a template asks for is asked for; its output and steps count."""
    missing = run('{{define "t"}}{{asked "a"}}{{end}}{{executeTemplate "t"}}')

    assert isinstance(missing, Missing)
    assert "too many steps" in message(
        '{{define "t"}}{{range 9999}}{{end}}{{end}}{{executeTemplate "t"}}', steps=999
    )


def test_denied_functions_fail() -> None:
    """When they are called, not when they are parsed; text/template's own cannot be denied."""
    template = parse("{{if .}}{{toUpper `a`}}{{end}}{{print `b`}}", "x", denied=("to*", "print"))

    assert evaluate(template, Scope(), "") == "b"
    with pytest.raises(TemplateError, match=r"<toUpper `a`>: error calling toUpper: function is disabled$"):
        evaluate(template, Scope(), "x")


def test_a_function_may_vanish_after_parsing() -> None:
    """The parser's list of names is its own."""
    with pytest.raises(TemplateError, match=r'<nope>: "nope" is not a defined function$'):
        evaluate(parse("{{nope}}", functions={"nope"}), Scope())


@pytest.mark.parametrize("error", [RecursionError, MemoryError])
def test_python_has_bounds_too(error: type[Exception]) -> None:
    """They are no error of ours either."""

    def fail() -> None:
        raise error

    with pytest.raises(TemplateError, match="too deep or its values are too large"):
        evaluate(parse("{{f}}", functions={"f"}), Scope(), more={"f": Function("f", fail)})


def test_a_channel_is_ranged_over_once() -> None:
    """The second range finds nothing."""
    data = Channel([Int(1, "int64"), Int(2, "int64")], "<-chan int64")

    assert (
        run("{{range $i, $e := .}}{{$i}}={{$e}};{{end}}{{range .}}{{.}}{{else}}none{{end}}", data)
        == "0=1;1=2;none"
    )


def test_a_map_may_change_while_it_is_ranged_over() -> None:
    """What is ranged over was taken at the beginning."""
    data = {"a": 1, "b": 2}

    def clear() -> str:
        data.clear()
        return ""

    text = "{{range $k, $v := .}}{{clear}}{{$k}}{{$v}}{{end}}"
    template = parse(text, functions={"clear"})
    assert evaluate(template, Scope(), data, more={"clear": Function("clear", clear, (), "string")}) == "a1b2"


def test_break_leaves_the_else_of_a_range() -> None:
    """Go's parser lets a break stand there within another range, and its evaluation leaves the inner one."""
    assert run("{{range 2}}a{{range 0}}{{else}}b{{break}}c{{end}}d{{end}}") == "abdabd"
    assert run("{{range 2}}a{{range 0}}{{else}}b{{continue}}c{{end}}d{{end}}") == "abab"


def test_what_is_declared_in_a_loop_is_forgotten() -> None:
    """Variables do not grow with the number of iterations, and the outer ones are back behind."""
    assert (
        run("{{$x := 0}}{{range 3}}{{$x = .}}{{$x := 9}}{{if 1}}{{$x := 8}}{{continue}}{{end}}{{end}}{{$x}}")
        == "2"
    )


def test_bytes_are_ranged_over() -> None:
    """As numbers."""
    assert run("{{range $i, $b := .}}{{$i}}{{$b}}{{printf `%T` $b}};{{end}}", b"ab") == "097uint8;198uint8;"


@pytest.mark.parametrize(
    ("text", "result"),
    [("{{.Int64}} {{printf `%T` .Int64}}", "12 int64"), ("{{.Float64}}", "12"), ("{{.String | len}}", "2"), ("{{print .}}", "12")],
)  # fmt: skip
def test_json_numbers_have_methods(text: str, result: str) -> None:
    """As json.Number has."""
    assert run(text, Number("12")) == result
    assert run("{{range .}}" + text + "{{end}}", [Number("12")]) == result


def test_a_json_number_that_is_none_is_an_error() -> None:
    """The message does not hold it."""
    assert message("{{.Int64}}", Number("1.5")) == (
        '1:2: <.Int64>: error calling Int64: strconv.ParseInt: parsing "…": invalid syntax'
    )
    assert (
        message("{{.n.X}}", {"n": Number("1")}) == "1:4: <.n.X>: can't evaluate field X in type interface {}"
    )


VALUES = {
    "a": "canary", "list": ["canary", 1, None], "map": {"x": "canary", "y": [1]}, "big": "canary" * 100, "n": Number("77777"),
    "sub": Sub("canary"), "names": Slice(["canary"], "[]string"), "int": 77777, "struct": Struct(a="canary"),
}  # fmt: skip


@given(TEMPLATES)
def test_any_template_gives_text_or_an_error(text: str) -> None:
    """Whatever it does, nothing else is raised, and no error holds a value of the data."""
    try:
        template = parse(text)
        for missing in ("default", "error"):
            result = evaluate(template, Scope(missing=missing, steps=100_000), VALUES)
            assert isinstance(result, (str, Missing))
    except TemplateError as error:
        shown = str(error)
        assert not [value for value in ("canary", "77777") if value in shown]


def test_a_value_that_cannot_be_printed_is_an_error() -> None:
    """Functions and channels, and what fails while it is printed."""

    def fail() -> str:
        raise FunctionError("no text")

    struct = Struct()
    struct.methods = {"String": Function("String", fail, (), "string")}
    assert message("{{.}}", struct) == "1:2: <{{.}}>: no text"
    assert message("{{.}}", Channel([], "chan int")) == "1:2: <{{.}}>: can't print {{.}} of type chan int"
    join = Function("join", "".join, ("int", "string"), "string", is_variadic=True)
    assert message("{{.}}", join).endswith("can't print {{.}} of type func(int, ...string) string")


def test_the_bound_of_go_is_the_bound() -> None:
    """For templates within templates; executeTemplate has one of its own, which Go has not."""
    assert (module.DEPTH, module.EXECUTIONS) == (100_000, 30)


def test_a_failing_function_is_named() -> None:
    """With its command, as Go does, and without a context that could hold values."""

    def fail(_: Any) -> str:
        raise FunctionError('bad value "…"')

    template = parse("{{.a | f | print}}", "x", functions={"f", "print"})
    with pytest.raises(TemplateError) as caught:
        evaluate(
            template, Scope(), {"a": "secret"}, more={"f": Function("f", fail, ("interface {}",), "string")}
        )
    assert str(caught.value) == 'template: x:1:7: executing "x" at <f>: error calling f: bad value "…"'
    assert caught.value.__suppress_context__


LIST = '{{ range secrets "s" }}'
KNOWN = {Ask("secrets", ("s",)): ["a", "b", "c"]}


def read(*names: str) -> dict[Ask, object]:
    """Return what is known once some secrets have been read."""
    return {**KNOWN, **{Ask("secret", (f"s/{name}",)): {"data": {"v": name.upper()}} for name in names}}


def discovered(text: str, known: dict[Ask, Any] | None = None, **options: Any) -> str | list[str]:
    """Return the text, or the first arguments of what it asks for."""
    scope = Scope(known=KNOWN if known is None else known, write=lambda _: None, **options)
    result = evaluate(parse(text, "x"), scope)
    return [ask.args[0] for ask in result.asks] if isinstance(result, Missing) else result


BODY = '{{ with secret (printf "s/%s" .) }}{{ .Data.v }}{{ end }}'


@pytest.mark.parametrize(
    "text",
    [
        LIST + BODY + "{{ end }}",
        LIST + "{{ if true }}{{ template `t` . }}{{ end }}{{ end }}{{ define `t` }}" + BODY + "{{ end }}",
        LIST + "{{ range loop 2 }}{{ else }}{{ end }}{{ $x := . }}{{ $x = . }}" + BODY + "{{ end }}",
        "{{ $x := 1 }}{{ $x = 2 }}" + LIST + BODY + "{{ continue }}{{ end }}",
        '{{ range 0 }}{{ else }}{{ range $i, $n := secrets "s" }}{{ with $n }}'
        + BODY
        + "{{ end }}{{ end }}{{ end }}",
        '{{ range secrets "s" }}{{ range 0 }}{{ else }}' + BODY + "{{ end }}{{ end }}",
        "{{ define `t` }}{{ $y := 1 }}{{ if . }}{{ $y = . }}{{ end }}"
        + BODY
        + "{{ end }}"
        + LIST
        + "{{ template `t` . }}{{ end }}",
    ],
)
def test_a_loop_says_all_that_is_missing(text: str) -> None:
    """Iterations that can do without each other are all begun; what is known is not asked for again."""
    assert discovered(text) == ["s/a", "s/b", "s/c"]
    assert discovered(text, read("b")) == ["s/a", "s/c"]
    assert str(discovered(text, read("a", "b", "c"))).split() == ["ABC"]


def test_what_stands_behind_a_loop_is_found_too() -> None:
    """An ask outside of all loops is the last of a pass; each is noted once."""
    text = (
        LIST
        + BODY
        + "{{ end }}{{ range 2 }}"
        + LIST
        + BODY
        + '{{ end }}{{ end }}{{ secret "s/d" }}{{ secret "s/e" }}'
    )

    assert discovered(text) == ["s/a", "s/b", "s/c", "s/d"]


def test_an_inner_loop_gives_up_its_own_iteration() -> None:
    """The variables, the dot and the template of the loop are what they were."""
    text = '{{ range $i, $n := secrets "s" }}{{ template "t" $n }}{{ with secret (print "s/" $i $n) }}{{ end }}{{ end }}'
    text += '{{ define "t" }}{{ range $k := loop 2 }}{{ with secret (printf "s/%s%d" $ $k) }}{{ end }}{{ end }}{{ end }}'

    assert discovered(text) == ["s/a0", "s/a1", "s/0a", "s/b0", "s/b1", "s/1b", "s/c0", "s/c1", "s/2c"]


@pytest.mark.parametrize(
    "text",
    [
        "{{ $x := 1 }}" + LIST + BODY + "{{ $x = . }}{{ end }}",
        LIST + "{{ $x := 1 }}{{ range 1 }}{{ $x = 2 }}{{ end }}" + BODY + "{{ end }}",
        "{{ $x := 1 }}" + LIST + "{{ range $x = 1 }}{{ end }}" + BODY + "{{ end }}",
        LIST + BODY + "{{ $ = . }}{{ end }}",
        "{{ $x := 1 }}" + LIST + "{{ if eq ($x = 1) 1 }}{{ end }}" + BODY + "{{ end }}",
        LIST + BODY + "{{ if true }}{{ break }}{{ end }}{{ end }}",
        LIST + BODY + '{{ scratch.Set "a" 1 }}{{ end }}',
        "{{ $c := loop 2 }}" + LIST + BODY + "{{ end }}",
        LIST + BODY + '{{ end }}{{ define "t" }}{{ with (scratch).Get "x" }}{{ end }}{{ end }}',
        LIST + BODY + '{{ executeTemplate "t" }}{{ end }}{{ define "t" }}{{ end }}',
        LIST + BODY + '{{ end }}{{ "x" | writeToFile "/f" "" "" "0600" }}',
        LIST + BODY + '{{ $d := sprig_set (sprig_dict) "a" 1 }}{{ end }}',
        LIST + BODY + "{{ mergeMap nil nil }}{{ end }}",
    ],
)
def test_iterations_that_depend_on_each_other(text: str) -> None:
    """Nothing is asked for that an earlier iteration might change: one ask a pass."""
    assert discovered(text) == ["s/a"]
    assert discovered(text, read("a"))[0] in ("s/b", "A")


def test_a_write_waits_for_what_stands_before_it() -> None:
    """It ends the pass: with what was noted, or alone."""
    text = LIST + "{{ with secret (printf `s/%s` .) }}{{ $w := secret `w` .Data.v }}{{ end }}{{ end }}"
    text = text.replace(".Data.v", "`k=v`")

    assert discovered(text) == ["s/a", "s/b", "s/c"]
    assert discovered(text, read("b")) == ["s/a"]
    assert discovered(text, read("a", "b")) == ["w"]


def test_an_error_behind_what_is_missing() -> None:
    """It counts once nothing before it is missing."""
    text = LIST + BODY + '{{ if eq . "b" }}{{ parseInt "no" }}{{ end }}{{ end }}{{ parseInt "no" }}'

    assert discovered(text) == ["s/a", "s/b", "s/c"]
    assert discovered(text, read("b", "c")) == ["s/a"]
    with pytest.raises(TemplateError, match="parseInt"):
        discovered(text, read("a", "b"))
    denied = {**read("b"), Ask("secret", ("s/c",)): PermissionDenied("no")}
    assert discovered(LIST + BODY + "{{ end }}", denied) == ["s/a"]
    with pytest.raises(PermissionDenied):
        discovered(LIST + BODY + "{{ end }}", {**denied, **read("a")})
    assert discovered(LIST + BODY + "{{ end }}", steps=9) == ["s/a", "s/b"]
