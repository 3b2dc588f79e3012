"""The parser: trees, templates within a text, and messages; see test_execution.py for many more trees."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.template.fragments import TEMPLATES
from vexec.errors import TemplateError
from vexec.template.functions import GROUP_OF
from vexec.template.parse import is_empty, parse
from vexec.template.pipeline import PARENTHESES


def message(text: str, **options: Any) -> str:
    """Return what is wrong with a text."""
    with pytest.raises(TemplateError) as caught:
        parse(text, "x", **options)
    assert caught.value.exit_code == 65
    return str(caught.value)


def test_a_text_defines_templates() -> None:
    """`define` and block are taken out of the text; a block is used where it stands."""
    template = parse('a{{define "b"}}B{{.}}{{end}}{{block "c" .x}}C{{end}}d', "main")

    assert {name: str(tree) for name, tree in template.trees.items()} == {
        "main": 'a{{template "c" .x}}d',
        "b": "B{{.}}",
        "c": "C",
    }
    assert template.root is template.trees["main"]


def test_of_two_templates_with_a_name_one_is_empty() -> None:
    """White space does not replace what is there, and is replaced; a text may define itself."""
    assert str(parse("{{define `a`}}A{{end}}{{define `a`}} \n{{end}}").trees["a"]) == "A"
    assert str(parse("{{define `a`}}\u2003{{end}}{{define `a`}}A{{end}}").trees["a"]) == "A"
    assert str(parse("{{define `x`}}A{{end}}\n", "x").root) == "A"
    assert message("{{define `a`}}A{{end}}\n{{define `a`}}B{{end}}") == (
        'template: x:2: template: multiple definition of template "a"'
    )


@pytest.mark.parametrize(
    ("text", "empty"),
    [("", True), ("hello", False), (" \t\n", True), ("{{/* a */}}", True), ("{{define `a`}}b{{end}}\n", True),
     ("{{define `a`}}b{{end}}c", False), ("{{if 3}}a{{end}}", False), ("\x1c", False), ("\x85\u2029", True)],
)  # fmt: skip
def test_white_space_is_empty(text: str, empty: bool) -> None:
    """Templates of white space, comments and definitions hold nothing."""
    assert is_empty(parse(text).root) is empty


def test_delimiters_can_be_chosen() -> None:
    """Messages show the text as it is; empty delimiters are the usual ones."""
    assert str(parse("<<.a>>{{b}}", left="<<", right=">>").root) == "{{.a}}{{b}}"
    assert str(parse("{{.a}}", left="", right="").root) == "{{.a}}"
    assert message("<<.a}}", left="<<", right=">>") == "template: x:1: bad character U+007D '}'"


def test_functions_have_to_be_known() -> None:
    """By default those of the engine are; a keyword that is a function's name is one."""
    assert all(parse(f"{{{{{name}}}}}") for name in GROUP_OF)
    assert message("{{nope}}") == 'template: x:1: function "nope" not defined'
    assert str(parse("{{range .X}}{{break 20}}{{end}}", functions={"break"}).root) == (
        "{{range .X}}{{break 20}}{{end}}"
    )


def test_bytes_that_are_not_utf8_are_text() -> None:
    """Outside of quotes they are no characters, within they become U+FFFD but for raw strings."""
    template = parse("\udcff{{`\udcff`}}{{'\udcff'}}")

    assert str(template.root) == "\udcff{{`\udcff`}}{{'\udcff'}}"
    assert message("{{\udcff}}") == "template: x:1: unrecognized character in action: U+FFFD '\ufffd'"
    assert str(parse("\udcc3\udca9").root) == "é"


def test_parentheses_are_bounded_and_blocks_are_not() -> None:
    """Deep parentheses are an error with Go's words; blocks and else-ifs may be thousands."""
    deep = "{{" + "(" * PARENTHESES + "1" + ")" * PARENTHESES + "}}"

    assert str(parse(deep).root) == deep
    assert message("{{(1}}" + "(" * 9) == "template: x:1: unclosed left paren"
    assert message("\n{{" + "(" * (PARENTHESES + 1)) == "template: x:2: max expression depth exceeded"
    blocks = "{{if 1}}" * 3000 + "{{end}}" * 3000
    assert str(parse(blocks).root) == blocks
    chain = parse("{{if 0}}" + "{{else if 0}}" * 3000 + "{{end}}")
    assert str(chain.root).endswith("{{end}}" * 3001)


@given(st.text())
@example("{{define `a`}}{{else}}")
@example("{{block `a` .}}{{end}}{{break}}")
@example("{{range 1}}{{else}}{{end}}{{continue}}")
def test_any_text_parses_or_is_an_error(text: str) -> None:
    """Nothing but TemplateError is raised."""
    try:
        parse(text)
    except TemplateError as error:
        assert str(error).startswith("template: :")  # noqa: PT017 - one of two right outcomes


@given(TEMPLATES)
def test_what_is_built_from_actions_parses_or_is_an_error(text: str) -> None:
    """The same for what looks like templates; the text of a tree is one of the same tree."""
    try:
        template = parse(text)
    except TemplateError:
        return
    shown = str(template.root)
    if "{{template" not in shown:  # their definitions are not in the tree
        assert str(parse(shown).root) == shown
