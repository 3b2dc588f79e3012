"""The lexer: which items a text is cut into, where they begin, and what cannot be one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vexec.template import lex
from vexec.template.lex import KEYWORDS, Item

ITEMS = {
    "": [],
    "a\nb": ["a\nb"],
    "{{}}": ["{{", "}}"],
    "a{{1}}b": ["a", "{{", "1", "}}", "b"],
    "a \n{{- 1 -}}\t b": ["a", "{{", "1", "}}", "b"],
    "{{- 1 -}}": ["{{", "1", "}}"],
    "  {{- 1}}": ["{{", "1", "}}"],
    "{{-1}}": ["{{", "-1", "}}"],
    "{{1 -}}": ["{{", "1", "}}"],
    "{{1  -}}": ["{{", "1", " ", "}}"],
    "{{1 - }}": ["{{", "1", " ", "-", " ", "}}"],
    "a{{/* x */}}b": ["a", "b"],
    "a {{- /* }} */ -}} b": ["a", "b"],
    "{{/**/}}": [],
    "{{.}}": ["{{", ".", "}}"],
    "{{.a.b $x.c $}}": ["{{", ".a", ".b", " ", "$x", ".c", " ", "$", "}}"],
    "{{.5 1.5e-3 0x1p-2 0b1 1_0 'a' 1+2i}}": [
        "{{", ".5", " ", "1.5e-3", " ", "0x1p-2", " ", "0b1", " ", "1_0", " ", "'a'", " ", "1+2i", "}}"
    ],
    '{{"a\\"b" `c"\n` (x|y)}}': ["{{", '"a\\"b"', " ", '`c"\n`', " ", "(", "x", "|", "y", ")", "}}"],
    "{{$x := 1, $y = nil}}": [
        "{{", "$x", " ", ":=", " ", "1", ",", " ", "$y", " ", "=", " ", "nil", "}}"
    ],
    "{{if ifx end true é_1 ٣}}": ["{{", "if", " ", "ifx", " ", "end", " ", "true", " ", "é_1", " ", "٣", "}}"],
}  # fmt: skip
WRONG = {
    "{{": "1: unclosed action",
    "a\n{{\n": "3: unclosed action",
    "{{(}}": "1: unclosed left paren",
    "{{)": "1: unexpected right paren",
    "{{/*": "1: unclosed comment",
    "{{/* */ }}": "1: comment ends before closing delimiter",
    "{{\n:": "2: expected :=",
    '{{"a\n"': "1: unterminated quoted string",
    "{{'a": "1: unterminated character constant",
    "{{'\\": "1: unterminated character constant",
    "{{`a\n\n": "1: unterminated raw quoted string",
    "{{a-": "1: bad character U+002D '-'",
    "{{$x\udcff": "1: bad character U+FFFD '\ufffd'",
    "{{.a\x01": "1: bad character U+0001",
    "{{\x7f": "1: unrecognized character in action: U+007F",
    "{{\U0001d11e": "1: unrecognized character in action: U+1D11E '\U0001d11e'",
    "{{1a": '1: bad number syntax: "1a"',
    "{{1+2": '1: bad number syntax: "1+2"',
    "{{1+2ié": '1: bad number syntax: "1+2ié"',
    "{{0o8": '1: bad number syntax: "0o8"',
}


@pytest.mark.parametrize("text", ITEMS)
def test_a_text_is_cut_into_items(text: str) -> None:
    """Text, delimiters and words follow each other; what is trimmed and comments are left out."""
    *items, last = lex.lex(text)

    assert [item.text for item in items] == ITEMS[text]
    assert last.kind == lex.EOF
    assert all(text.startswith(item.text, item.pos) for item in items)
    assert [item.line for item in items] == [1 + text.count("\n", 0, item.pos) for item in items]


@pytest.mark.parametrize("text", WRONG)
def test_what_is_no_item_ends_the_list(text: str) -> None:
    """The last item says why there is none, and its line."""
    last = lex.lex(text)[-1]

    assert (last.kind, f"{last.line}: {last}") == (lex.ERROR, WRONG[text])


@pytest.mark.parametrize(
    ("left", "right", "texts"),
    [
        ("<<", ">>", ["a", "<<", "1", ">>", "{{2}}"]),
        ("|", "|", ["a", "|", "1", "|", "{{2}}"]),
        ("(日)", "(本)", ["a", "(日)", "1", "(本)", "{{2}}"]),
    ],
)
def test_delimiters_can_be_any_text(left: str, right: str, texts: list[str]) -> None:
    """Other delimiters, which may be the same, leave {{ to the text."""
    items = lex.lex(f"a{left}1{right}{{{{2}}}}", left, right)

    assert [item.text for item in items[:-1]] == texts


def test_words_that_are_no_keywords_are_identifiers() -> None:
    """`break` and continue are not keywords where there is a function of that name."""
    kinds = [item.kind for item in lex.lex("{{break continue}}", keywords=KEYWORDS - {"break"})]

    assert kinds[1:4:2] == [lex.IDENTIFIER, "continue"]


def test_items_are_shown_as_in_messages() -> None:
    """Long text is cut, keywords stand in angle brackets."""
    shown = [str(Item(kind, 0, text, 1)) for kind, text in (("text", "0123456789"), ("text", "0123456789a"))]

    assert shown == ['"0123456789"', '"0123456789"...']
    assert str(Item("text", 0, "ééééééééééé", 1)) == '"éééééééééé"...'
    assert str(Item("text", 0, "éééééé", 1)) == '"éééééé"...'
    assert [str(item) for item in lex.lex("{{if}}")] == ['"{{"', "<if>", '"}}"', "EOF"]
    assert str(lex.lex("{{.}}")[1]) == "<.>"


@given(st.text(st.sampled_from("{}-/*. \n\"`'$a1:=()|é\udcff")))
def test_every_text_is_cut(text: str) -> None:
    """Items follow each other in the text, and each is a part of it."""
    *items, last = lex.lex(text)

    assert last.kind in (lex.EOF, lex.ERROR)
    end = 0
    for item in items:
        assert item.pos >= end
        end = item.pos + len(item.text)
        assert text[item.pos : end] == item.text
