"""Sprig's functions on the case of words: camelcase, snakecase, kebabcase, swapcase, untitle.

Words are found as huandu/xstrings finds them, oddities included: characters that are not UTF-8 belong to the
word around them, and a text of one connector is doubled.
"""

from __future__ import annotations

from vexec.template import unicode
from vexec.template.sprig import table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vexec.template.scope import Scope

CJK = 0x3400  # where the CJK characters begin
IDEOGRAPHS = ((0x4E00, 0x9FCC), (0x3400, 0x4D85), (0x20000, 0x2B81D))
CONNECTOR, PUNCT, UPPER, ALPHABET, NUMBER, OTHER, INVALID = range(7)
JOINED = (ALPHABET, NUMBER)


def is_connector(char: str) -> bool:
    """Tell whether a character stands between words."""
    return char in "-_" or unicode.is_space(char)


def is_alphabet(char: str) -> bool:
    """Tell whether a character is a letter of an alphabet, not an ideograph."""
    code = ord(char)
    is_ideograph = code >= CJK and any(low <= code <= high for low, high in IDEOGRAPHS)
    return unicode.is_letter(char) and not is_ideograph


def is_small(char: str) -> bool:
    """Tell whether a character continues a word that is not in capitals."""
    return is_alphabet(char) and not unicode.is_upper(char)


def is_other(char: str) -> bool:
    """Tell whether a character is of none of the kinds that have a name."""
    return not (is_connector(char) or is_alphabet(char) or unicode.is_number(char) or unicode.is_punct(char))


# kind → what begins such a word, what continues it; the first kind that fits counts
KINDS: tuple[tuple[int, Callable[[str], bool], Callable[[str], bool]], ...] = (
    (CONNECTOR, is_connector, is_connector),
    (PUNCT, unicode.is_punct, unicode.is_punct),
    (UPPER, unicode.is_upper, unicode.is_upper),
    (ALPHABET, is_alphabet, is_small),
    (NUMBER, unicode.is_number, unicode.is_number),
    (OTHER, lambda _: True, is_other),
)


def is_invalid(char: str) -> bool:
    """Tell whether a character is U+FFFD or stands for a byte that is not UTF-8."""
    return char == "\ufffd" or "\ud800" <= char <= "\udfff"


def next_valid(text: str, index: int) -> int:
    """Return the index of the first valid character from an index on, the text's length for none."""
    while index < len(text) and is_invalid(text[index]):
        index += 1
    return index


def extend(text: str, index: int, accepts: Callable[[str], bool]) -> int:
    """Return the index after the characters that are accepted; invalid ones at the end are."""
    while (valid := next_valid(text, index)) < len(text):
        if not accepts(text[valid]):
            return index
        index = valid + 1
    return valid


def words(text: str) -> Iterator[tuple[int, str]]:
    """Yield the words of a text with their kinds."""
    index = 0
    while index < len(text):
        start, first = index, next_valid(text, index)
        if first == len(text):
            yield INVALID, text[start:]
            return
        kind, _, continues = next(row for row in KINDS if row[1](text[first]))
        index = extend(text, first + 1, continues)
        if kind == UPPER:
            index = end_of_capitals(text, first, index)
        yield kind, text[start:index]


def end_of_capitals(text: str, first: int, index: int) -> int:
    """Return where a word ends that begins with a capital: in HTTPServer, before the capital of Server."""
    following = next_valid(text, index)
    if index == first + 1:
        is_word = following < len(text) and is_alphabet(text[following])
        return extend(text, index, is_small) if is_word else index
    if following < len(text) and is_alphabet(text[following]):
        index -= 1
        while is_invalid(text[index - 1]):
            index -= 1
    return index


def lowered(kind: int, word: str, connector: str) -> str:
    """Return a word as it stands in snake case."""
    if kind not in (UPPER, CONNECTOR):
        return word
    return "".join(
        connector if is_connector(char) else unicode.lower(char) if unicode.is_upper(char) else char
        for char in unicode.valid(word)
    )


class Joiner:
    """Goes through the words of a text and joins them with a connector."""

    def __init__(self, text: str, connector: str) -> None:
        self.connector = connector
        self.words = [*words(text), (INVALID, "")]
        self.index = 0
        self.pieces: list[str] = []

    @property
    def kind(self) -> int:
        """Return the kind of the word in turn; after the last one stands an invalid one."""
        return self.words[self.index][0]

    def has_more(self) -> bool:
        """Tell whether a word follows the one in turn."""
        return self.index + 2 < len(self.words)

    def put(self) -> int:
        """Add the word in turn and go to the next one; return the kind of the added one."""
        kind, word = self.words[self.index]
        self.pieces.append(lowered(kind, word, self.connector))
        self.index = min(self.index + 1, len(self.words) - 1)
        return kind

    def separate(self, *kinds: int) -> None:
        """Add a connector unless the word in turn is of one of some kinds."""
        if self.kind not in kinds:
            self.pieces.append(self.connector)

    def put_joined(self) -> None:
        """Add the letters and numbers that belong to a number."""
        while self.kind in JOINED:
            self.put()
        self.separate(INVALID, PUNCT, CONNECTOR)

    def put_number(self) -> None:
        """Add a number after a word: it belongs to the word, unless small letters follow it."""
        if self.words[self.index + 1][0] == ALPHABET:
            self.pieces.append(self.connector)
            self.put_joined()
        else:
            self.put()
            self.separate(CONNECTOR, PUNCT)

    def text(self) -> str:
        """Join all words."""
        while self.has_more():
            kind = self.put()
            if kind == NUMBER:
                self.put_joined()
            elif kind in (CONNECTOR, PUNCT):
                continue
            elif self.kind != NUMBER:
                self.separate(CONNECTOR, PUNCT)
            elif self.has_more():
                self.put_number()
        self.put()
        return "".join(self.pieces)


def snakecase(text: str) -> str:
    """Return a text as words_in_lower_case."""
    return Joiner(text, "_").text()


def kebabcase(text: str) -> str:
    """Return a text as words-in-lower-case."""
    return Joiner(text, "-").text()


def camelcase(text: str) -> str:
    """Return a text as WordsWithCapitals; connectors at its beginning stay."""
    chars = list(unicode.valid(text))
    start = 0
    while start < len(chars) and is_connector(chars[start]):
        start += 1
    pieces = chars[:start]
    if start == len(chars):
        return "".join([*pieces, *chars[-1:]])
    is_capital = unicode.is_upper(chars[start])
    last = unicode.upper(chars[start])
    for char in chars[start + 1 :]:
        current = char
        if is_connector(last):
            if is_connector(char):
                pieces.append(last)
            else:
                is_capital = unicode.is_upper(char)
                current = unicode.upper(char)
        else:
            if is_capital and unicode.is_upper(char):
                current = unicode.lower(char)
            else:
                is_capital = False
            pieces.append(last)
        last = current
    return "".join([*pieces, last])


def swapcase(text: str) -> str:
    """Swap the case of letters; a small one that begins a word becomes a title-case one."""
    pieces = []
    is_start = True
    for char in unicode.valid(text):
        if unicode.is_upper(char) or unicode.is_title(char):
            pieces.append(unicode.lower(char))
            is_start = False
        elif unicode.is_lower(char):
            pieces.append(unicode.title(char) if is_start else unicode.upper(char))
            is_start = False
        else:
            pieces.append(char)
            is_start = unicode.is_space(char)
    return "".join(pieces)


def untitle(text: str) -> str:
    """Put the first letter of each word in lower case."""
    pieces = []
    is_start = True
    for char in unicode.valid(text):
        pieces.append(unicode.lower(char) if is_start else char)
        is_start = unicode.is_space(char)
    return "".join(pieces)


def counted(call: Callable[[str], str]) -> Callable[[Scope, str], str]:
    """Make a function count its work."""

    def run(scope: Scope, text: str) -> str:
        scope.count(1 + len(text) // 4)
        return call(text)

    return run


FUNCTIONS = table(
    {},
    {
        "camelcase": ("func(string) string", counted(camelcase)),
        "kebabcase": ("func(string) string", counted(kebabcase)),
        "snakecase": ("func(string) string", counted(snakecase)),
        "swapcase": ("func(string) string", counted(swapcase)),
        "untitle": ("func(string) string", counted(untitle)),
    },
)
