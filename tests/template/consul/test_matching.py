"""Regular expressions in templates; see tests/template/test_regex.py."""

from __future__ import annotations

from tests.template.consul.calls import call, failure


def test_matching_and_replacing() -> None:
    """The expression comes first, the text last."""
    assert call("regexMatch", "^a.c$", "abc") is True
    assert call("regexMatch", "x", "abc") is False
    assert call("regexReplaceAll", "(a)(?P<x>b)?", "<$1|${x}|$2>", "ab a") == "<a|b|b> <a||>"
    assert failure("regexMatch", "a(", "b") == 'error parsing regexp: missing closing ): "…"'
