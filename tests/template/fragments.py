"""Texts that are templates, nearly, or not at all."""

from __future__ import annotations

from hypothesis import strategies as st

WORDS = (
    ".", ".a", ".list", ".map.x", "$", "$x", "$x.a", "nil", "true", "1", "-1", "1.5", "'a'", '"t"', "`r`", "1i", "(", ")", "|",
    "print", "printf", "index", "slice", "len", "and", "or", "not", "eq", "lt", "call", "html", "js", "urlquery", "$x :=",
    "$x =", "$i, $x :=", ",", "(.a)", "(print 1)", ".list.x", "(.map).x", "100000", ".big", "toJSON", "split", "executeTemplate",
    "scratch", "0x10", "printf `%[2]*d`", "(index .list 0)", "loop 3", "parseJSON", "`{}`", "base64Decode",
)  # fmt: skip
KEYWORDS = (
    "",
    "if",
    "with",
    "range",
    "else",
    "else if",
    "else with",
    "end",
    "end",
    "end",
    "break",
    "continue",
)
BEFORE = ("{{", "{{- ", "{{", "{{ ")
AFTER = ("}}", " -}}", "}}", " }}")
BLOCKS = (
    "{{end}}", "{{define `t`}}", "{{template `t` .}}", "{{template `t`}}", "{{block `b` .}}", "{{block `t` 1}}", "{{/* c */}}",
    "{{range .list}}", "{{range $i, $x := .map}}", "{{if .a}}", "{{with .map}}", "{{else}}", "{{range 3}}", " text ", "\n",
)  # fmt: skip


def action(before: str, keyword: str, words: list[str], after: str) -> str:
    """Join an action."""
    return (
        f"{before}{keyword} {' '.join(words)}{after}"
        if keyword and words
        else before + keyword + " ".join(words) + after
    )


ACTIONS = st.builds(
    action,
    st.sampled_from(BEFORE),
    st.sampled_from(KEYWORDS),
    st.lists(st.sampled_from(WORDS), max_size=4),
    st.sampled_from(AFTER),
)
TEMPLATES = st.lists(ACTIONS | st.sampled_from(BLOCKS), max_size=8).map("".join)
