"""What a template is certain to ask for, found without evaluating it."""

from __future__ import annotations

import pytest

from vexec.template.collect import asks
from vexec.template.parse import parse
from vexec.template.values import Ask

CERTAIN = {
    '{{secret "a"}}': "a",
    "{{ with secret `a` }}{{ .Data.data.x }}{{ end }}": "a",
    '{{with secret "a"}}{{secret "b"}}{{end}}{{secret "c"}}': "ac",
    '{{with secret "a"}}{{else}}{{secret "b"}}{{end}}': "a",
    '{{if secret "a"}}{{secret "b"}}{{else if secret "c"}}{{end}}': "a",
    '{{range secret "a"}}{{secret "b"}}{{end}}': "a",
    '{{(secret "a").Data.x}}': "a",
    '{{$s := secret "a"}}{{$s.Data.x}}': "a",
    '{{print (secret "a").Data.x (len (secret "b"))}}': "ab",
    '{{"a" | secret}}': "a",
    '{{"a" | secret | print}}': "a",
    '{{("a") | secret}}': "",
    '{{print "a" | secret}}': "",
    '{{secret "a" "k=v"}}': "",
    '{{"k=v" | secret "a"}}': "",
    "{{secret}}": "",
    "{{secret .path}}": "",
    '{{secret (print "a" "b")}}': "",
    "{{secret $}}{{secret 1}}": "",
    '{{secret "b"}}{{secret "a"}}{{secret "b"}}': "ba",
    '{{or (secret "a") (secret "b")}}': "a",
    '{{if and (secret "a") (secret "b")}}{{end}}': "a",
    '{{or (and (secret "a") (secret "b"))}}': "a",
    '{{define "t"}}{{secret "a"}}{{end}}': "",
    '{{define "t"}}{{secret "a"}}{{end}}{{template "t"}}{{secret "b"}}': "ab",
    '{{define "t"}}{{secret "a"}}{{end}}{{if 1}}{{template "t"}}{{end}}': "",
    '{{define "t"}}{{template "t"}}{{secret "a"}}{{end}}{{template "t" (secret "b")}}': "ba",
    '{{block "t" (secret "a")}}{{secret "b"}}{{end}}': "ab",
    '{{template "none"}}{{secret "a"}}': "a",
    "text {{1}} {{.}}": "",
}


@pytest.mark.parametrize("text", CERTAIN)
def test_reads_on_no_condition_are_found(text: str) -> None:
    """Calls with a literal path that every evaluation comes to, in order, each once."""
    assert asks(parse(text)) == [Ask("secret", (path,)) for path in CERTAIN[text]]


def test_which_functions_read_can_be_chosen() -> None:
    """Each has a number of arguments up to which a call only reads."""
    template = parse('{{secrets "a"}}{{file "b"}}{{file "b" "c"}}{{"c" | file "b"}}{{file "b" .}}')

    assert asks(template) == [Ask("secrets", ("a",))]
    assert asks(template, {"file": 2}) == [Ask("file", ("b",)), Ask("file", ("b", "c"))]


def test_denied_functions_ask_for_nothing() -> None:
    """The denylist holds for what is fetched ahead as well."""
    assert asks(parse('{{secret "a"}}{{secrets "b"}}', denied=("secret",))) == [Ask("secrets", ("b",))]
