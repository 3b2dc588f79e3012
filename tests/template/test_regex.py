"""Regular expressions are Go's: syntax, matches, replacements and the words of errors."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vexec.template.regex import Regex, Subject, compiled, quoted
from vexec.template.scope import Scope
from vexec.template.values import FunctionError

SCOPE = Scope(steps=10**12)


@pytest.mark.parametrize(
    ("pattern", "text", "replacement", "result"),
    [
        ("a*", "baac", "-", "-b-c-"),
        ("", "aü\udcff€", "-", "-a-ü-\udcff-€-"),
        (r"\B", "aü€a😀b", "x", "aüx€a😀b"),
        (".", "\udcffü", "x", "xx"),
        ("\ufffd", "a\udcff", "x", "ax"),
        ("(?s).", "a\n", "x", "xx"),
        ("(?m)^", "a\nb", "> ", "> a\n> b"),
        ("(a)|b", "ab", "[$1]", "[a][]"),
        ("(?P<x>a)(b)?", "ab a", "<$x|${2}|$1x|$$|$|${|$9>", "<a|b||$|$|${|> <a|||$|$|${|>"),
        ("(a)", "a", "$01|$0|${1}2|$1_|$ü|$99999999999", "|a|a2|||"),
        ("(?<name>a)", "a", "$name-${name}", "a-a"),
        (r"\p{greek}+", "a\u03b1β", "x", "ax"),
        (r"\p{Lowercase_Letter}", "aA", "x", "xA"),
        (r"[\p{^Letter}]", "a1", "x", "ax"),
        (r"\pl\PN", "a1b", "x", "a1b"),
        (r"\Q.\E", "a.", "x", "ax"),
        (r"\Q\C", r"\C", "x", "x"),
        ("(?i)K", "k\u212a", "x", "xx"),
        ("[[:alpha:]]+", "ab1", "x", "x1"),
        (r"\x{1F600}", "😀", "x", "x"),
        ("(|a)*", "aa", "x", "xaxax"),
        (r"\bab", "abab", "x", "xab"),
        ("é", "\udcc3é", "\udcc3", "\udcc3\udcc3"),
    ],
)  # fmt: skip
def test_replacing(pattern: str, text: str, replacement: str, result: str) -> None:
    """Matches, empty ones as well, and what stands for groups; verified with Go."""
    assert compiled(pattern).replace(SCOPE, text, replacement) == result


@pytest.mark.parametrize(
    ("pattern", "kind"),
    [
        ("a(b", "missing closing )"),
        ("a)", "unexpected )"),
        ("[a", "missing closing ]"),
        ("*", "missing argument to repetition operator"),
        ("a**", "invalid nested repetition operator"),
        ("a{1001}", "invalid repeat count"),
        ("a{2,1}", "invalid repeat count"),
        (r"\Z", "invalid escape sequence"),
        (r"\C", "invalid escape sequence"),
        (r"\x{", "invalid escape sequence"),
        ("\\", "trailing backslash at end of expression"),
        ("(?P<é>a)", "invalid named capture"),
        ("(?P<n", "invalid named capture"),
        ("[b-a]", "invalid character class range"),
        (r"\pX", "invalid character class range"),
        ("[[:foo:]]", "invalid character class range"),
        ("(?=a)", "invalid or unsupported Perl syntax"),
        ("(((a{100}){100}){100})", "invalid repeat count"),
        ("\udcff", "invalid UTF-8"),
        ("a" * (1 << 20) + "a", "expression too large"),
    ],
)
def test_what_is_no_expression(pattern: str, kind: str) -> None:
    """The error is Go's without the expression, which may be data."""
    with pytest.raises(FunctionError) as caught:
        compiled(pattern)

    assert str(caught.value) == f'error parsing regexp: {kind}: "…"'


def test_finding_and_splitting() -> None:
    """All matches or some; the parts between them."""
    regex = compiled("a+b?")

    assert regex.find_all(SCOPE, "aab ü a") == ["aab", "a"]
    assert regex.find_all(SCOPE, "aab ü a", 1) == ["aab"]
    assert regex.find_all(SCOPE, "x") == []
    assert regex.split(SCOPE, "xaabyaz") == ["x", "y", "z"]
    assert regex.split(SCOPE, "xaabyaz", 2) == ["x", "yaz"]
    assert regex.split(SCOPE, "xaabyaz", 0) == []
    assert regex.split(SCOPE, "") == [""]
    assert compiled("").split(SCOPE, "aü\udcff") == ["a", "ü", "\udcff"]
    assert compiled("a").replace(SCOPE, "a", "$0", is_literal=True) == "$0"


@given(st.text(max_size=8))
def test_a_quoted_text_matches_itself(text: str) -> None:
    """Whatever the text is."""
    assert compiled(quoted(text)).find_all(SCOPE, text) == ([text] if text else [""])


@settings(max_examples=300)
@given(st.text(alphabet="ab(|)*+?[]{}\\^$.1,:PpLQEC<>=é\udcff", max_size=12), st.binary(max_size=8))
def test_any_expression_works_or_is_refused(pattern: str, data: bytes) -> None:
    """There is no third outcome, and the text's own bytes come back."""
    text = data.decode("utf-8", "surrogateescape")
    try:
        regex = compiled(pattern)
    except FunctionError:
        return
    assert regex.replace(SCOPE, text, "$0") == text
    assert isinstance(regex, Regex)


def test_bytes_that_are_not_utf8_keep_their_places() -> None:
    """RE2 reads U+FFFD for each; what is cut out is the byte."""
    subject = Subject("a\udcffü\udcfe")

    assert subject.data == "a\ufffdü\ufffd".encode()
    assert subject.between(1, 4) == "\udcff"
    assert subject.between(0, len(subject.data)) == "a\udcffü\udcfe"


def test_work_is_counted() -> None:
    """Each match costs a step, a long look for one costs more; results are bounded."""
    with pytest.raises(FunctionError, match="too many steps"):
        compiled("").replace(Scope(steps=100), "a" * 200, "")
    with pytest.raises(FunctionError, match="too long"):
        compiled("a").replace(Scope(output=1000), "a" * 100, "b" * 100)
