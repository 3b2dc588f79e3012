"""Words begin where golang.org/x/text says; verified with it for every character."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vexec.template.titlecase import to_title


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("", ""),
        ("hello wörld", "Hello Wörld"),
        ("hELLO", "HELLO"),
        ("ß ŉ ǆ ﬁ", "Ss \u02bcN ǅ Fi"),
        ("it's it''s", "It's It''S"),
        ("a.b a:b a,b a-b a/b a_b", "A.b A:b A,B A-B A/B A_b"),
        ("1a 1.a a1b", "1A 1.A A1b"),
        ("a漢b aกb aעb", "A漢B AกB Aעb"),
        ("a\u0301b a\u200db a\u200bb", "A\u0301b A\u200db A\u200bB"),
        ("a\udcffb", "A\udcffB"),
        ("a\u2019b a\u2019\u2019b", "A\u2019b A\u2019\u2019B"),
    ],
)  # fmt: skip
def test_words(text: str, title: str) -> None:
    """The first letter of a word that has a case is put in title case."""
    assert to_title(text) == title


@given(st.text(max_size=20))
def test_the_rest_stays(text: str) -> None:
    """A title is a title."""
    assert to_title(to_title(text)) == to_title(text)
