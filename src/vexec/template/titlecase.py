"""Title case of words, as golang.org/x/text's cases.Title(language.Und, cases.NoLower) has it.

A word goes on through letters, digits, underscores and marks, and through one apostrophe, point or colon;
its first letter that has a case is put in title case and the rest stays as it is.
"""

from __future__ import annotations

from bisect import bisect
from unicodedata import category

MIDDLE = frozenset("'.:\u00b7\u0387\u055f\u05f4\u2018\u2019\u2024\u2027\ufe13\ufe52\ufe55\uff07\uff0e\uff1a")
WORD = frozenset(("Lm", "Lo", "Mc", "Me", "Mn", "Nd", "Nl", "Pc", "Cf"))
# first and last characters of ranges that go against their category: they end a word
ENDING = (
    0xE01, 0xE30, 0xE32, 0xE33, 0xE40, 0xE46, 0xE81, 0xEB0, 0xEB2, 0xEB3, 0xEBD, 0xEC6, 0xEDC, 0xEDF,
    0x1000, 0x102A, 0x103F, 0x103F, 0x1050, 0x1055, 0x105A, 0x105D, 0x1061, 0x1061, 0x1065, 0x1066,
    0x106E, 0x1070, 0x1075, 0x1081, 0x108E, 0x108E, 0x1780, 0x17B3, 0x17D7, 0x17DC, 0x1950, 0x19C9,
    0x1A20, 0x1A54, 0x1AA7, 0x1AA7, 0x200B, 0x200B, 0x3006, 0x3029, 0x3031, 0x303A, 0x3041, 0x3096,
    0x309D, 0x30FF, 0x31F0, 0x9FFF, 0xA9E0, 0xA9E4, 0xA9E6, 0xA9EF, 0xA9FA, 0xA9FE, 0xAA60, 0xAA7A,
    0xAA7E, 0xAAAF, 0xAAB1, 0xAAB1, 0xAAB5, 0xAAB6, 0xAAB9, 0xAABD, 0xAAC0, 0xAAC0, 0xAAC2, 0xAADD,
    0xF900, 0xFAD9, 0xFF66, 0xFF9D, 0x11700, 0x1171A, 0x11740, 0x11746, 0x17000, 0x1B2FB, 0x20000, 0x3134A,
)  # fmt: skip
# the same of others that do not
STAYING = (
    0x2C2, 0x2D7, 0x2DE, 0x2FF, 0x55A, 0x55C, 0x55E, 0x55E, 0x58A, 0x58A, 0x5F3, 0x5F3, 0x66B, 0x66B,
    0x202F, 0x202F, 0xA708, 0xA78A, 0xAB5B, 0xAB5B, 0x1F3FB, 0x1F3FF,
)  # fmt: skip


def to_title(text: str) -> str:
    """Return a text with the first cased letter of each word in title case."""
    pieces = []
    is_in_word = was_middle = False
    for char in text:
        is_middle = char in MIDDLE
        if is_middle and was_middle:
            is_in_word = False
        was_middle = is_middle
        if char.islower() or char.isupper() or char.istitle():
            pieces.append(char if is_in_word else char.title())
            is_in_word = True
            continue
        pieces.append(char)
        if not is_middle and ends_word(char):
            is_in_word = False
    return "".join(pieces)


def ends_word(char: str) -> bool:
    """Tell whether a character that has no case stands between words."""
    if char < "\x80":
        return not (char.isdigit() or char == "_")
    if category(char) in WORD:
        return is_within(ENDING, ord(char))
    return not is_within(STAYING, ord(char))


def is_within(ranges: tuple[int, ...], code: int) -> bool:
    """Tell whether a number is in one of the ranges."""
    place = bisect(ranges, code)
    return place % 2 == 1 or (place > 0 and ranges[place - 1] == code)
