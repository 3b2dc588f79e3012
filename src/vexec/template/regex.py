"""Go's regular expressions, on RE2, which cannot backtrack; the sole importer of `re2`.

The syntax and the choice of a match are RE2's in Go, too; what differs is done here: the words of errors,
where an empty match counts, `$1` and `${name}` in a replacement, and a byte that is not UTF-8, which Go
takes for U+FFFD.
"""

from __future__ import annotations

from bisect import bisect_left
from time import perf_counter_ns

import re2  # type: ignore[import-untyped]

from vexec.template.values import FunctionError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from vexec.template.scope import Scope

    Spans = Sequence[tuple[int, int]]  # of the whole match and of each group; (-1, -1) for a group without

# RE2's words → Go's
ERRORS = {
    "missing ]": "missing closing ]",
    "missing )": "missing closing )",
    "unexpected )": "unexpected )",
    "trailing \\": "trailing backslash at end of expression",
    "no argument for repetition operator": "missing argument to repetition operator",
    "invalid repetition size": "invalid repeat count",
    "bad repetition operator": "invalid nested repetition operator",
    "invalid perl operator": "invalid or unsupported Perl syntax",
    "invalid UTF-8": "invalid UTF-8",
    "invalid named capture group": "invalid named capture",
    "invalid escape sequence": "invalid escape sequence",
    "invalid character class": "invalid character class",
    "invalid character class range": "invalid character class range",
}
# names of classes of characters, without "_" → their short names
CATEGORIES = {
    "Closepunctuation": "Pe", "Combiningmark": "M", "Connectorpunctuation": "Pc", "Control": "Cc",
    "Currencysymbol": "Sc", "Dashpunctuation": "Pd", "Decimalnumber": "Nd", "Enclosingmark": "Me",
    "Finalpunctuation": "Pf", "Format": "Cf", "Initialpunctuation": "Pi", "Letter": "L",
    "Letternumber": "Nl", "Lineseparator": "Zl", "Lowercaseletter": "Ll", "Mark": "M", "Mathsymbol": "Sm",
    "Modifierletter": "Lm", "Modifiersymbol": "Sk", "Nonspacingmark": "Mn", "Number": "N",
    "Openpunctuation": "Ps", "Other": "C", "Otherletter": "Lo", "Othernumber": "No",
    "Otherpunctuation": "Po", "Othersymbol": "So", "Paragraphseparator": "Zp", "Privateuse": "Co",
    "Punctuation": "P", "Separator": "Z", "Spaceseparator": "Zs", "Spacingmark": "Mc", "Surrogate": "Cs",
    "Symbol": "S", "Titlecaseletter": "Lt", "Uppercaseletter": "Lu", "Cntrl": "Cc", "Digit": "Nd",
    "Punct": "P",
}  # fmt: skip
STEP = (
    1000  # nanoseconds of RE2's work that count as one step: how far it looked for a match it does not tell
)
PATTERN = 1 << 20  # bytes
SPECIAL = frozenset("\\.+*?()|[]{}^$")


class Subject:
    """A text as RE2 reads it, and the way back to the text's own bytes."""

    def __init__(self, text: str) -> None:
        self.raw = encoded(text)
        self.data = self.raw
        self.replaced: list[int] = []  # where in `data` the three bytes of U+FFFD stand for one
        try:
            text.encode()
        except UnicodeEncodeError:
            self.replace_bytes(text)

    def replace_bytes(self, text: str) -> None:
        """Put U+FFFD in the place of each byte that is not UTF-8."""
        chars = []
        position = 0
        for char in text:
            if "\udc80" <= char <= "\udcff":
                self.replaced.append(position)
                char = "\ufffd"  # noqa: PLW2901 - what follows treats both alike
            chars.append(char)
            position += len(char.encode())
        self.data = "".join(chars).encode()

    def between(self, start: int, end: int) -> str:
        """Return the text's own part from one position in `data` to another."""
        if self.replaced:
            start -= 2 * bisect_left(self.replaced, start)
            end -= 2 * bisect_left(self.replaced, end)
        return self.raw[start:end].decode("utf-8", "surrogateescape")

    def is_inside(self, position: int) -> bool:
        r"""Tell whether a position is within a character: for RE2 \B is there, too."""
        return position < len(self.data) and 0x80 <= self.data[position] < 0xC0

    def after(self, position: int) -> int:
        """Return where the next character begins; one past the end at the end."""
        position += 1
        while self.is_inside(position):
            position += 1
        return position


def encoded(text: str) -> bytes:
    """Return a Go string's bytes."""
    return text.encode("utf-8", "surrogateescape")


class Regex:
    """A compiled regular expression."""

    def __init__(self, pattern: Any) -> None:
        self.pattern = pattern
        self.count: int = pattern.groups
        self.names: dict[str, int] = {name.decode(): index for name, index in pattern.groupindex.items()}

    def is_match(self, scope: Scope, text: str) -> bool:
        """Tell whether the expression matches anywhere in a text."""
        return next(self.matches(scope, Subject(text), 1), None) is not None

    def matches(self, scope: Scope, subject: Subject, limit: int = -1) -> Iterator[Spans]:
        """Yield where the matches are in `subject.data`, at most `limit` of them, -1 for all.

        An empty match does not count right after the match before it.
        """
        data, position, last = subject.data, 0, -1
        while limit and position <= len(data):
            begin = perf_counter_ns()
            match = self.pattern.search(data, position)
            scope.count(1 + (perf_counter_ns() - begin) // STEP)
            if match is None:
                return
            spans = [match.span(group) for group in range(self.count + 1)]
            start, end = spans[0]
            if subject.is_inside(start):
                position = subject.after(start)
                continue
            is_counted = not (end == position and start == last)
            position = subject.after(position) if end == position else end
            last = end
            if is_counted:
                limit -= 1
                yield spans

    def find_all(self, scope: Scope, text: str, limit: int = -1) -> list[str]:
        """Return the texts of the matches, at most `limit` of them, -1 for all."""
        subject = Subject(text)
        return [subject.between(*spans[0]) for spans in self.matches(scope, subject, limit)]

    def replace(self, scope: Scope, text: str, replacement: str, *, is_literal: bool = False) -> str:
        """Return a text with each match replaced, `$1` and `${name}` expanded unless it is literal."""
        subject = Subject(text)
        parts: list[str | int] = [replacement] if is_literal else self.expansion(replacement)
        pieces: list[str] = []
        end = size = 0
        for spans in self.matches(scope, subject):
            pieces.append(subject.between(end, spans[0][0]))
            for part in parts:
                piece = part if isinstance(part, str) else subject.between(*spans[part])
                scope.count(1 + len(piece) // 64)
                size += len(piece)
                pieces.append(piece)
            if size > scope.output:
                raise FunctionError("the result is too long")
            end = spans[0][1]
        return joined([*pieces, subject.between(end, len(subject.data))])

    def split(self, scope: Scope, text: str, limit: int = -1) -> list[str]:
        """Split a text at the matches into at most `limit` parts, -1 for all, as Go's Regexp.Split does."""
        if limit == 0:
            return []
        if self.pattern.pattern and not text:
            return [""]
        subject = Subject(text)
        pieces: list[str] = []
        begin = end = 0
        for spans in self.matches(scope, subject, limit):
            if limit > 0 and len(pieces) == limit - 1:
                break
            end = spans[0][0]
            if spans[0][1]:
                pieces.append(subject.between(begin, end))
            begin = spans[0][1]
        if end != len(subject.data):
            pieces.append(subject.between(begin, len(subject.data)))
        return pieces

    def expansion(self, replacement: str) -> list[str | int]:
        """Read a replacement: text, and the numbers of groups that stand for what they matched."""
        text, *rest = replacement.split("$")
        parts: list[str | int] = [text]
        while rest:
            piece = rest.pop(0)
            if not piece and rest:  # $$
                parts.append("$" + rest.pop(0))
                continue
            name, tail = reference(piece)
            if not name:
                parts.append("$" + piece)
                continue
            group = group_number(name)
            if group < 0:
                group = self.names.get(name, -1)
            if 0 <= group <= self.count:
                parts.append(group)
            parts.append(tail)
        return parts


def reference(piece: str) -> tuple[str, str]:
    """Split what follows a $ into a group's name, or number, and the rest; "" where it is no name."""
    start = 1 if piece[:1] == "{" else 0
    end = start
    while end < len(piece) and (piece[end] == "_" or is_word(piece[end])):
        end += 1
    if start and piece[end : end + 1] != "}":
        return "", piece
    return piece[start:end], piece[end + start :]


def is_word(char: str) -> bool:
    """Tell whether Go takes a character for a letter or a decimal digit."""
    return char.isalpha() or char.isdecimal()


def group_number(name: str) -> int:
    """Return the number that a group's name is, -1 where it is none."""
    is_number = name.isascii() and name.isdigit() and len(name) < 9 and (name[0] != "0" or name == "0")
    return int(name) if is_number else -1


def joined(pieces: list[str]) -> str:
    """Join texts; bytes that are UTF-8 only together become a character."""
    text = "".join(pieces)
    return text if text.isascii() else encoded(text).decode("utf-8", "surrogateescape")


def compiled(pattern: str) -> Regex:
    """Compile an expression; raises FunctionError with Go's words."""
    if len(pattern) > PATTERN:
        raise refusal("expression too large")
    source = encoded(respelt(pattern))
    options = re2.Options()
    options.log_errors = False
    try:
        regex = Regex(re2.compile(source, options))
    except re2.error as error:
        text = error.args[0] if error.args else b""
        words = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
        kind = ERRORS.get(words.partition(": ")[0], "expression too large")
        is_cut = kind == "invalid UTF-8" and source.decode("utf-8", "ignore").encode() == source
        raise refusal("invalid escape sequence" if is_cut else kind) from None
    if not all(name.isascii() for name in regex.names):
        raise refusal("invalid named capture")
    return regex


def refusal(words: str) -> FunctionError:
    """Build the error of an expression that cannot be compiled."""
    return FunctionError(f'error parsing regexp: {words}: "…"')


def respelt(pattern: str) -> str:
    r"""Return an expression with what Go spells in another way: classes' names, and no \C, a single byte."""
    pieces = []
    done = 0
    index = pattern.find("\\")
    while 0 <= index < len(pattern) - 1:
        after = pattern[index + 1]
        end = index + 2
        if after == "C":
            pieces += [pattern[done : index + 1], "c"]  # which is no escape for RE2 either
            done = end
        elif after in "pP":
            name, end = class_name(pattern, end)
            if name:
                pieces += [pattern[done : index + 2], name]
                done = end
        elif after == "Q":
            end = pattern.find("\\E", end)
            if end < 0:
                break
        index = pattern.find("\\", end)
    return "".join([*pieces, pattern[done:]])


def class_name(pattern: str, start: int) -> tuple[str, int]:
    r"""Return the name that follows \p as RE2 spells it, and its end; "" for a name that stays as it is."""
    if pattern[start : start + 1] != "{":
        return pattern[start : start + 1].upper(), start + 1
    end = pattern.find("}", start)
    name = pattern[start + 1 : end]
    if end < 0 or not name.isascii():
        return "", start
    negation = "^" if name[:1] == "^" else ""
    name = name.removeprefix("^").translate({ord(char): None for char in "_- "}).capitalize()
    return f"{{{negation}{CATEGORIES.get(name, name)}}}", end + 1


def quoted(text: str) -> str:
    """Return an expression that matches just a text, as Go's QuoteMeta."""
    return "".join("\\" + char if char in SPECIAL else char for char in text)
