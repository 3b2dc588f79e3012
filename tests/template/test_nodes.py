"""Nodes: how messages show them, and where they say that one stands."""

from __future__ import annotations

import pytest

from vexec.template.nodes import Node
from vexec.template.parse import parse


def test_a_node_is_shown_as_go_shows_it() -> None:
    """Spaces, trim markers and comments are lost, names of templates are quoted anew."""
    text = '{{- if  .a|not }}x{{else if ($x).b }}{{else}}{{template `t"` (1) }}{{end}}{{$x = 1}}'
    text += "{{range $i,$e:=.l}}{{break}}{{continue}}{{end}}{{with nil 'a' true}}{{end}}"

    assert str(parse("{{$x := 0}}" + text).root) == (
        '{{$x := 0}}{{if .a | not}}x{{else}}{{if ($x).b}}{{else}}{{template "t\\"" (1)}}{{end}}{{end}}{{$x = 1}}'
        "{{range $i, $e := .l}}{{break}}{{continue}}{{end}}{{with nil 'a' true}}{{end}}"
    )


def test_the_place_of_a_node_counts_bytes() -> None:
    """The column is the number of bytes in front on the line, the line begins with 1."""
    template = parse("é\udcff{{1}}\n {{2}}", "x")
    actions = template.root.nodes[1::2]

    assert [template.place(node) for node in actions] == ["x:1:5", "x:2:3"]


def test_every_node_says_its_parts() -> None:
    """The base has none of its own."""
    with pytest.raises(NotImplementedError):
        str(Node(0))


@pytest.mark.parametrize(
    ("patterns", "denied"),
    [((), False), (("env",), True), (("en",), False), (("e*",), True), (("*v",), True), (("*",), True), (("x", "*n*"), True)],
)  # fmt: skip
def test_functions_are_denied_by_pattern(patterns: tuple[str, ...], denied: bool) -> None:
    """A star stands for any text."""
    assert parse("", denied=patterns).is_denied("env") is denied
