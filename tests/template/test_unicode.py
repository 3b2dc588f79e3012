"""The case and kind of characters, as Go's unicode package has them."""

from __future__ import annotations

import sys
from unicodedata import category

import pytest

from vexec.template import unicode

# what Python maps to more than one character, or by a rule of its own, Go maps to one; run in Go 1.26
CASES = {
    "ß": ("ß", "ß", "ß"),
    "ŉ": ("ŉ", "ŉ", "ŉ"),
    "İ": ("İ", "i", "İ"),
    "\u0131": ("I", "\u0131", "I"),
    "ǆ": ("Ǆ", "ǆ", "ǅ"),
    "ǅ": ("Ǆ", "ǆ", "ǅ"),
    "ᾳ": ("ᾼ", "ᾳ", "ᾼ"),
    "ﬁ": ("ﬁ", "ﬁ", "ﬁ"),
    "\u03c2": ("\u03a3", "\u03c2", "\u03a3"),
    "\u03a3": ("\u03a3", "\u03c3", "\u03a3"),
    "a": ("A", "a", "A"),
    "中": ("中", "中", "中"),
}


@pytest.mark.parametrize("char", CASES)
def test_a_character_is_mapped_to_one(char: str) -> None:
    """Upper, lower and title case of a character are single characters."""
    assert (unicode.upper(char), unicode.lower(char), unicode.title(char)) == CASES[char]


def test_every_character_is_mapped_to_one() -> None:
    """No character of Unicode is mapped to none or to several."""
    for code in range(sys.maxunicode + 1):
        if category(char := chr(code)) != "Cs":
            assert len(unicode.upper(char)) == len(unicode.lower(char)) == len(unicode.title(char)) == 1


def test_bytes_that_are_not_utf8_are_replaced() -> None:
    """Each byte that is no part of a character becomes U+FFFD, as in Go's strings.ToUpper."""
    assert unicode.to_upper("a\udcff\udcfe") == "A\ufffd\ufffd"
    assert unicode.to_lower("A\udcff") == "a\ufffd"
    assert unicode.to_title("\udcffa b") == "\ufffda B"
    assert unicode.valid("é") == "é"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hello wörld it's_me-x", "Hello Wörld It'S_me-X"),
        ("a\u00a0b\u2003c中d e", "A\u00a0B\u2003C中d E"),
        ("1a ǆ 'b'", "1a ǅ 'B'"),
        ("", ""),
    ],
)
def test_words_begin_with_title_case(text: str, expected: str) -> None:
    """What strings.Title takes for a word begins with title case."""
    assert unicode.to_title(text) == expected


def test_white_space_is_trimmed() -> None:
    """All of Unicode's white space goes, and nothing else."""
    assert unicode.trim_space("\t\n\v\f\r \x85\xa0\u1680\u2028\u3000a b\u2029 ") == "a b"
    assert unicode.trim_space("\u200ba\ufeff\x1c") == "\u200ba\ufeff\x1c"
    assert unicode.trim_space(" \n") == ""


def test_kinds_are_those_of_categories() -> None:
    """Letters, digits, numbers and punctuation are told apart."""
    assert [unicode.is_letter(char) for char in "aǅ中1_"] == [True, True, True, False, False]
    assert [unicode.is_digit(char) for char in "1\u0661²Ⅷ"] == [True, True, False, False]
    assert [unicode.is_number(char) for char in "1²Ⅷa"] == [True, True, True, False]
    assert [unicode.is_punct(char) for char in "_-!$+"] == [True, True, True, False, False]
    assert [unicode.is_upper("A"), unicode.is_lower("a"), unicode.is_title("ǅ")] == [True, True, True]
