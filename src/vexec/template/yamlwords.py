"""The words of gopkg.in/yaml.v2's errors, for those of PyYAML; they hold nothing of the text."""

from __future__ import annotations

import re

from vexec.template.strconv import to_bytes

CHUNK = 512  # bytes that yaml.v2 reads, and looks at, at once
WRONG = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# how PyYAML's words begin → yaml.v2's words; of the first that fits, after its context
WORDS = (
    ("found character", "found character that cannot start any token"),
    ("sequence entries", "block sequence entries are not allowed in this context"),
    ("mapping keys", "mapping keys are not allowed in this context"),
    ("mapping values", "mapping values are not allowed in this context"),
    ("expected a digit or '.'", "did not find expected digit or '.' character"),
    ("expected a digit or", "did not find expected comment or line break"),
    ("expected a digit", "did not find expected version number"),
    ("expected a comment or a line break", "did not find expected comment or line break"),
    ("expected '>'", "did not find the expected '>'"),
    ("expected ' '", "did not find expected whitespace or line break"),
    ("expected '!'", "did not find expected '!'"),
    ("expected URI escape", "did not find URI escaped octet"),
    ("'utf-8' codec", "did not find URI escaped octet"),
    ("expected URI", "did not find expected tag URI"),
    ("expected indentation indicator", "found an indentation indicator equal to 0"),
    ("found unexpected document separator", "found unexpected document indicator"),
    ("expected '<document start>'", "did not find expected <document start>"),
    ("found duplicate YAML directive", "found duplicate %YAML directive"),
    ("found incompatible YAML document", "found incompatible YAML document"),
    ("duplicate tag handle", "found duplicate %TAG directive"),
    ("found undefined tag handle", "found undefined tag handle"),
    ("expected the node content", "did not find expected node content"),
    ("expected ',' or ']'", "did not find expected ',' or ']'"),
    ("expected ',' or '}'", "did not find expected ',' or '}'"),
)
# the same where the words alone do not tell: context, words → yaml.v2's words
CONTEXTS = {
    ("while parsing a block collection", "expected <block end>"): "did not find expected '-' indicator",
    ("while parsing a block mapping", "expected <block end>"): "did not find expected key",
    ("while scanning a directive", "expected alphabetic"): "found unexpected non-alphabetical character",
    (
        "while scanning an anchor",
        "expected alphabetic",
    ): "did not find expected alphabetic or numeric character",
    (
        "while scanning an alias",
        "expected alphabetic",
    ): "did not find expected alphabetic or numeric character",
}


def words_of(context: str, problem: str) -> str:
    """Return yaml.v2's words for PyYAML's."""
    for (where, start), words in CONTEXTS.items():
        if context == where and problem.startswith(start):
            return words
    for start, words in WORDS:
        if problem.startswith(start):
            return words
    is_ours = problem.startswith(("found ", "did not find ", "could not find "))
    return problem if is_ours else "unknown problem parsing YAML content"


def readable(text: str) -> tuple[str, str]:
    """Return the part of a text that yaml.v2 can read, and what is wrong with what follows, "" for nothing.

    It reads a chunk after the other, each when the one before is used up.
    """
    wrong = WRONG.search(text)
    if wrong is None:
        return text, ""
    place = wrong.start()
    before = text[:place].encode()
    data = before + to_bytes(text[place : place + CHUNK])
    start, end = 0, whole(data, 0)
    while start < end <= len(before):
        start, end = end, whole(data, end)
    return before[:start].decode(), character_words(text[place : place + 4])


def whole(data: bytes, start: int) -> int:
    """Return where a chunk ends; a character that is cut off at its end goes to the next one."""
    end = min(start + CHUNK, len(data))
    for place in range(end - 1, max(end - 4, start - 1), -1):
        if data[place] >= 0xC0:
            return place if place + size_of(data[place]) > end else end
        if data[place] < 0x80:
            break
    return end


def size_of(lead: int) -> int:
    """Return how many bytes a character has by its first one, 0 for what cannot be one."""
    return 2 if 0xC0 <= lead < 0xE0 else 3 if 0xE0 <= lead < 0xF0 else 4 if 0xF0 <= lead < 0xF8 else 0


def character_words(text: str) -> str:
    """Say what is wrong with the character that a text begins with: a byte, or what cannot be printed."""
    rest = to_bytes(text)
    size = size_of(rest[0])
    if not "\udc80" <= text[0] < "\udd00":
        return "control characters are not allowed"
    if not size:
        return "invalid leading UTF-8 octet"
    if len(rest) < size:
        return "incomplete UTF-8 octet sequence"
    if any(byte & 0xC0 != 0x80 for byte in rest[1:size]):
        return "invalid trailing UTF-8 octet"
    return "invalid Unicode character"
