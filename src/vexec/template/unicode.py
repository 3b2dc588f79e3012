"""Go's unicode package: the case of single characters and what kind they are.

Go maps one character to one, where Python's str maps ß to SS; a byte that is not UTF-8 becomes U+FFFD.
"""

from __future__ import annotations

from unicodedata import category

SPACES = frozenset("\t\n\v\f\r \x85\xa0")


def upper(char: str) -> str:
    """Return a character in upper case."""
    mapped = char.upper()
    return mapped if len(mapped) == 1 else title(char)


def lower(char: str) -> str:
    """Return a character in lower case."""
    return char.lower()[0]


def title(char: str) -> str:
    """Return a character in title case."""
    mapped = char.title()
    return mapped if len(mapped) == 1 else char


def valid(text: str) -> str:
    """Return a text with U+FFFD for each byte that is not UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)
    return text


def to_upper(text: str) -> str:
    """Return a text in upper case, as strings.ToUpper does."""
    return text.upper() if text.isascii() else "".join(map(upper, valid(text)))


def to_lower(text: str) -> str:
    """Return a text in lower case, as strings.ToLower does."""
    return text.lower() if text.isascii() else "".join(map(lower, valid(text)))


def to_title(text: str) -> str:
    """Return a text with the first letter of each word in title case, as strings.Title does."""
    pieces = []
    is_start = True
    for char in valid(text) if not text.isascii() else text:
        pieces.append(title(char) if is_start else char)
        is_start = is_separator(char)
    return "".join(pieces)


def is_separator(char: str) -> bool:
    """Tell whether a word can begin after a character, in the eyes of strings.Title."""
    if char < "\x80":
        return not (char.isalnum() or char == "_")
    return not (is_letter(char) or is_digit(char)) and is_space(char)


def is_space(char: str) -> bool:
    """Tell whether a character is white space."""
    return char in SPACES or (char > "\xff" and category(char)[0] == "Z")


def is_letter(char: str) -> bool:
    """Tell whether a character is a letter."""
    return category(char)[0] == "L"


def is_digit(char: str) -> bool:
    """Tell whether a character is a decimal digit."""
    return category(char) == "Nd"


def is_number(char: str) -> bool:
    """Tell whether a character is a number of any kind."""
    return category(char)[0] == "N"


def is_punct(char: str) -> bool:
    """Tell whether a character is punctuation."""
    return category(char)[0] == "P"


def is_upper(char: str) -> bool:
    """Tell whether a character is a letter in upper case."""
    return category(char) == "Lu"


def is_lower(char: str) -> bool:
    """Tell whether a character is a letter in lower case."""
    return category(char) == "Ll"


def is_title(char: str) -> bool:
    """Tell whether a character is a letter in title case."""
    return category(char) == "Lt"


def trim_space(text: str) -> str:
    """Return a text without white space at its ends, as strings.TrimSpace does."""
    begin, end = 0, len(text)
    while begin < end and is_space(text[begin]):
        begin += 1
    while begin < end and is_space(text[end - 1]):
        end -= 1
    return text[begin:end]
