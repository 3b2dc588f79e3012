"""A rendered text of KEY=VALUE lines becomes variables, byte for byte, or says which line is wrong (S1.9)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vexec.errors import RenderError
from vexec.render.lines import variables

TAKEN = {
    "A=1": [("A", "1")],
    "A=1\nB=2\n": [("A", "1"), ("B", "2")],
    "\n\n  \nA=1\n\t\n": [("A", "1")],
    "# a comment\n  # another\nA=1": [("A", "1")],
    "export A=1": [("A", "1")],
    "export   A=1": [("A", "1")],
    "  A=1": [("A", "1")],
    "A=": [("A", "")],
    "A= spaces  ": [("A", " spaces  ")],
    "A='quoted' \"too\"": [("A", "'quoted' \"too\"")],
    "A=b=c": [("A", "b=c")],
    "A=# no comment": [("A", "# no comment")],
    "A=$B ${C} `d`": [("A", "$B ${C} `d`")],
    "A=1\r\nB=2": [("A", "1\r"), ("B", "2")],
    "_a.b-C9=1": [("_a.b-C9", "1")],
    "exportA=1": [("exportA", "1")],
    "export=1": [("export", "1")],
    "A=\udcff\u00e9": [("A", "\udcff\u00e9")],
    "": [],
    "A=1\nA=2": [("A", "1"), ("A", "2")],
}
REFUSED = {
    "canary": "line 1 of t has no =",
    "A=1\n\ncanary\n": "line 3 of t has no =",
    "canary one=1": "line 1 of t has no variable's name before its =",
    "9canary=1": "line 1 of t has no variable's name before its =",
    "=canary": "line 1 of t has no variable's name before its =",
    "canary =1": "line 1 of t has no variable's name before its =",
    "export canary": "line 1 of t has no =",
    "export =canary": "line 1 of t has no variable's name before its =",
    "can\u00e4ry=1": "line 1 of t has no variable's name before its =",
    "LD_PRELOAD=canary": "line 1 of t would set LD_PRELOAD",
    "A=1\nexport PATH=canary": "line 2 of t would set PATH",
    "VEXEC_AUTH=canary": "line 1 of t would set VEXEC_AUTH",
}


@pytest.mark.parametrize(("text", "expected"), TAKEN.items(), ids=map(repr, TAKEN))
def test_lines_are_taken_as_they_are(text: str, expected: list[tuple[str, str]]) -> None:
    """S1.9: blank lines and comments are skipped; a name stands before the first =, the rest is the value."""
    items = variables(text, "t")

    assert [(item.name, item.value) for item in items] == expected
    assert {item.origin for item in items} <= {"t"}


@pytest.mark.parametrize(("text", "expected"), REFUSED.items(), ids=map(repr, REFUSED))
def test_a_wrong_line_is_told_by_its_number(text: str, expected: str) -> None:
    """S1.9, T16: what is no variable, or one that programs act on, is told without its content."""
    with pytest.raises(RenderError) as caught:
        variables(text, "t")

    assert [str(issue) for issue in caught.value.issues] == [expected]
    assert "canary" not in expected + "".join(issue.hint for issue in caught.value.issues)


def test_all_wrong_lines_are_told() -> None:
    """Each wrong line is an issue, not only the first."""
    with pytest.raises(RenderError) as caught:
        variables("a\nB=1\nc\nPATH=/", "t")

    assert len(caught.value.issues) == 3


@given(st.text())
def test_any_text_is_taken_or_refused(text: str) -> None:
    """Whatever the text, what comes of it is variables with names, or one error that shows none of it."""
    try:
        items = variables(text, "t")
    except RenderError:
        return
    assert all(item.name and "=" not in item.name and "\n" not in item.value for item in items)
