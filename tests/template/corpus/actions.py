"""Every action of the language: text, comments, trimming, delimiters, control, variables, templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.template.corpus import sections, table
from tests.template.corpus.worlds import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.template.cases import Case

DELIMITERS = (
    ("<<", ">>", ("<<1>>", "{{1}}<<.a>>", "a <<- 1 ->> b", "<</* c */>>", "<<", "<<if true>>a<<end>>")),
    ("<<", ">>", ("<<`>>`>>",)),
    ("[[", "]]", ("[[1]]", "[[.a]]{{.b}}", "[[/* ]] */]]", "[[- 1 -]] x", "[[index .a 0]]", "[[1]")),
    ("<%", "%>", ("<% 1 %>", "<%1%>", "<%- 1 -%> a", "<% printf `%d%%` 1 %>", "<% range 2 %>x<% end %>")),
    ("|", "|", ("|1|", "a|1|b|2|c", "|1", "|`a` | len|", "|- 1 -| x", "|if 1|a|end|")),
    ("((", "))", ("((1))", "(((1)))", "(((len `a`)))", "(( (1) ))")),
    ("-", "-", ("-1-", "a-1-b", "- 1 -", "-- 1 --")),
    ("$", "$", ("$1$", "$ $x := 1$", "$.a$")),
    ("{{{", "}}}", ("{{{1}}}", "{{1}}", "{{{ {{1}} }}}", "{{{- 1 -}}} x")),
    ("", "", ("{{1}}", "a {{- 1}}")),
    ("<<", "", ("<<1}}", "{{1}}")),
    ("", ">>", ("{{1>>", "<<1>>")),
    ("\n", "\n", ("\n1\n", "a\n1\nb", "\nb", "\n", "\n{{", "\n1\n\nb", "\n/*\n*/\n\nb", "\n- 1 -\n\n\nb", "\n1\n\nb c")),
    ("<\n", "\n>", ("<\nb", "<\n1\n><\nb", "<\n1\n>\n<\nb", "<\n/* \n */\n><\nb\n>", "<\n- 1 -\n>\n<\nb", "<\n .a.b\n>")),
    ("/*", "*/", ("/*1*/", "/*/* x */*/", "/*- 1 -*/")),
    ("☃", "é", ("☃1é", "a☃- 1 -é b", "☃/* x */é", "☃.aé")),
    ("begin", "end", ("begin 1 end", "begin1end", "begin if 1 endxbegin end end")),
)  # fmt: skip
TRUTH = tuple(
    f"{{{{{word} .{name}}}}}yes{{{{else}}}}no{{{{end}}}}" for word in ("if", "with") for name in KINDS
) + tuple(f"{{{{not .{name}}}}}" for name in KINDS)
RANGED = tuple(
    template.replace("@", name)
    for name in KINDS
    if name != "u64"
    for template in (
        "{{range .@}}<{{.}}>{{else}}none{{end}}",
        "{{range $x := .@}}<{{$x}}>{{else}}none{{end}}",
        "{{range $i, $x := .@}}<{{$i}}:{{$x}}:{{.}}>{{else}}none{{end}}",
    )
)


def cases() -> Iterator[Case]:
    """Return the cases of this corpus."""
    rows = sections("actions")
    for name in ("text", "trim", "control", "range", "variables", "templates"):
        yield from table(name, rows[name], use="kinds")
    for left, right, templates in DELIMITERS:
        yield from table("delims", templates, left=left, right=right, use="kinds")
    yield from table("truth", TRUTH, use="kinds")
    yield from table("ranged", RANGED, use="kinds")
    for missing in ("default", "zero", "error"):
        yield from table(f"control-{missing}", rows["control"][-24:], use="kinds", missingkey=missing)
