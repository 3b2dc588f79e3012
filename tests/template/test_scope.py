"""What is public, and so may be in a message."""

from __future__ import annotations

import pytest

from vexec.errors import SecretNotFound
from vexec.template.parse import parse
from vexec.template.scope import Scope
from vexec.template.values import Ask

TEXT = """{{ secret "secret/data/app?version=1" }}{{ define "t" }}{{ with printf `raw/%s` (file "/etc/box/a") }}{{ end
}}{{ end }}{{ if eq .Word "x\\u0041" }}text{{ else }}{{ range .List }}{{ (print "inner").Field }}{{ end }}{{ end }}"""


def scope() -> Scope:
    """Return the scope of an evaluation."""
    known = {
        Ask("secrets", ("secret",)): ["listed", "dir/"],
        Ask("secrets", ("other",)): SecretNotFound("no"),
        Ask("secret", ("secret/data/app",)): {"data": "hidden"},
    }
    made = Scope(known=known, sandbox="/srv/box")
    made.template = parse(TEXT, "x")
    return made


@pytest.mark.parametrize(
    "text",
    [
        "secret/data/app?version=1",
        "secret/data/app",
        "/etc//box/./a/",
        "xA",
        "inner",
        "raw",
        "listed",
        "secret/data/dir/listed",
        "/srv/box/a",
        "",
    ],
)
def test_public(text: str) -> None:
    """Strings of the template, names that were listed, and paths made of their segments."""
    assert scope().shown(text) == text


@pytest.mark.parametrize(
    "text", ["hidden", "secret/data/hidden", "app2", "text", "t", "List", "secretdata", "no"]
)
def test_not_public(text: str) -> None:
    """T38: all else might be a value."""
    assert scope().shown(text) == '"…"'


def test_nothing_is_public_without_a_template() -> None:
    """There is nothing that spells anything out."""
    nothing = Scope()

    assert [nothing.shown("a"), nothing.shown("b")] == ['"…"'] * 2
