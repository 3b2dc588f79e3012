"""Cuts a template's text into items: text, delimiters, and the words between them, as Go's lexer does.

Positions are indexes into the text. What cannot be an item ends the list as one of kind ERROR, with Go's
words for it; otherwise the list ends with one of kind EOF.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container

ERROR = "error"
EOF = "EOF"
TEXT = "text"
LEFT = "left delimiter"
RIGHT = "right delimiter"
SPACE = "space"
PIPE = "|"
ASSIGN = "="
DECLARE = ":="
LEFT_PAREN = "("
RIGHT_PAREN = ")"
PUNCTUATION = "punctuation"
BOOL = "bool"
CHARACTER = "character constant"
COMPLEX = "complex"
NUMBER = "number"
STRING = "string"
RAW_STRING = "raw string"
FIELD = "field"
VARIABLE = "variable"
IDENTIFIER = "identifier"
DOT = "."
# an item of these kinds is the word itself
KEYWORDS = frozenset(
    ("block", "break", "continue", "define", "else", "end", "if", "nil", "range", "template", "with")
)

SPACES = " \t\r\n"
SPACE_SET = frozenset(SPACES)
DIGITS = "0123456789"
TERMINATORS = SPACE_SET | frozenset(("", *".,|:()"))  # "" is the end of the text
SIGNS = frozenset("+-")
SINGLE = {"=": ASSIGN, "|": PIPE}
# after a 0: the digits of a number and the letters of its exponent
BASES = {
    "x": (frozenset(DIGITS + "abcdefABCDEF_"), frozenset("pP")),
    "o": (frozenset("01234567_"), frozenset()),
    "b": (frozenset("01_"), frozenset()),
    "": (frozenset(DIGITS + "_"), frozenset("eE")),
}


class Item:
    """One item: its kind, where it begins, its text, and its line."""

    __slots__ = ("kind", "line", "pos", "text")

    def __init__(self, kind: str, pos: int, text: str, line: int) -> None:
        self.kind = kind
        self.pos = pos
        self.text = text
        self.line = line

    def __str__(self) -> str:
        """Show the item as Go's messages do."""
        if self.kind in (EOF, ERROR):
            return self.text
        if self.kind in KEYWORDS or self.kind == DOT:
            return f"<{self.text}>"
        from vexec.template.strconv import quote

        if len(self.text.encode("utf-8", "surrogateescape")) > 10:
            return quote(self.text[:10]) + "..."
        return quote(self.text)


class BadItem(Exception):
    """There is no item; says where it would begin and why not."""

    def __init__(self, pos: int, message: str) -> None:
        super().__init__(message)
        self.pos = pos


def lex(text: str, left: str = "{{", right: str = "}}", keywords: Container[str] = KEYWORDS) -> list[Item]:
    """Return the items of a text; `keywords` are the words that are no identifiers."""
    return Lexer(text, left, right, keywords).items_of_all()


class Lexer:
    """Goes through a text once; `pos` is where the next item begins."""

    def __init__(self, text: str, left: str, right: str, keywords: Container[str]) -> None:
        self.text = text
        self.left = left
        self.right = right
        self.keywords = keywords
        self.pos = 0
        self.depth = 0  # of parentheses
        self.line = 1
        self.counted = 0  # up to where newlines are counted into `line`
        self.items: list[Item] = []

    def items_of_all(self) -> list[Item]:
        """Return the items up to the end or the first error."""
        try:
            while self.enter_action():
                while not self.leave_action():
                    self.inside_action()
        except BadItem as error:
            self.items.append(Item(ERROR, error.pos, str(error), self.line_of(error.pos)))
        return self.items

    def line_of(self, pos: int) -> int:
        """Return the line of a position that is not before the last one asked for."""
        self.line += self.text.count("\n", self.counted, pos)
        self.counted = pos
        return self.line

    def emit(self, kind: str, end: int) -> None:
        """Add the item that goes from `pos` to `end`, and go on behind it."""
        self.items.append(Item(kind, self.pos, self.text[self.pos : end], self.line_of(self.pos)))
        self.pos = end

    def emit_delimiter(self, kind: str, end: int) -> None:
        """Add a delimiter: Go counts no newline that is in one."""
        self.emit(kind, end)
        self.counted = end

    def enter_action(self) -> bool:
        """Take the text up to the next action and its left delimiter; False at the end."""
        text = self.text
        while True:
            found = text.find(self.left, self.pos)
            if found < 0:
                if self.pos < len(text):
                    self.emit(TEXT, len(text))
                self.items.append(Item(EOF, len(text), "EOF", self.line_of(len(text))))
                return False
            inner = found + len(self.left)
            end = found
            if text.startswith("-", inner) and text[inner + 1 : inner + 2] in SPACE_SET:
                inner += 2
                end = self.pos + len(text[self.pos : found].rstrip(SPACES))
            if end > self.pos:
                self.emit(TEXT, end)
            if not text.startswith("/*", inner):
                break
            self.skip_comment(inner)
        self.pos = found
        self.emit_delimiter(LEFT, found + len(self.left))
        self.pos = inner
        self.depth = 0
        return True

    def skip_comment(self, start: int) -> None:
        """Go behind a comment, which has to fill its action."""
        end = self.text.find("*/", start + 2)
        if end < 0:
            raise BadItem(start, "unclosed comment")
        marker = self.trim_marker(end + 2)
        if not self.text.startswith(self.right, end + 2 + marker):
            raise BadItem(start, "comment ends before closing delimiter")
        self.pos = end + 2 + marker + len(self.right)
        if marker:
            self.skip_spaces()

    def trim_marker(self, pos: int) -> int:
        """Return the length of ` -` in front of a right delimiter, 0 where there is none."""
        text = self.text
        is_marker = text[pos : pos + 1] in SPACE_SET and text.startswith("-" + self.right, pos + 1)
        return 2 if is_marker else 0

    def skip_spaces(self) -> None:
        """Go behind white space."""
        while self.text[self.pos : self.pos + 1] in SPACE_SET:
            self.pos += 1

    def leave_action(self) -> bool:
        """Take the right delimiter, if it is there."""
        marker = self.trim_marker(self.pos)
        if not self.text.startswith(self.right, self.pos + marker):
            return False
        if self.depth:
            raise BadItem(self.pos, "unclosed left paren")
        self.pos += marker
        self.emit_delimiter(RIGHT, self.pos + len(self.right))
        if marker:
            self.skip_spaces()
        return True

    def inside_action(self) -> None:
        """Take one item of an action."""
        pos, text = self.pos, self.text
        char = text[pos : pos + 1]
        if not char:
            raise BadItem(pos, "unclosed action")
        if char in SINGLE:
            self.emit(SINGLE[char], pos + 1)
        elif char in STARTS:
            STARTS[char](self)
        elif is_alphanumeric(char):
            self.take_identifier()
        elif " " < char < "\x7f":
            self.emit(PUNCTUATION, pos + 1)
        else:
            raise BadItem(pos, f"unrecognized character in action: {code_point(char)}")

    def take_space(self) -> None:
        """Take a run of spaces, without the one that belongs to a trim marker."""
        end = self.pos
        while self.text[end : end + 1] in SPACE_SET:
            end += 1
        self.emit(SPACE, end - 1 if self.trim_marker(end - 1) else end)

    def take_declare(self) -> None:
        """Take a `:=`."""
        if not self.text.startswith(DECLARE, self.pos):
            raise BadItem(self.pos, "expected :=")
        self.emit(DECLARE, self.pos + 2)

    def take_left_paren(self) -> None:
        """Take a `(`."""
        self.depth += 1
        self.emit(LEFT_PAREN, self.pos + 1)

    def take_right_paren(self) -> None:
        """Take a `)`, which closes an open one."""
        if not self.depth:
            raise BadItem(self.pos, "unexpected right paren")
        self.depth -= 1
        self.emit(RIGHT_PAREN, self.pos + 1)

    def take_string(self) -> None:
        """Take an interpreted string; what its escapes mean is the parser's."""
        self.emit(STRING, self.end_of_quoted('"', "unterminated quoted string"))

    def take_character(self) -> None:
        """Take a character constant; what it holds is the parser's."""
        self.emit(CHARACTER, self.end_of_quoted("'", "unterminated character constant"))

    def end_of_quoted(self, quote: str, message: str) -> int:
        """Return the position behind the closing quote, which is on the same line."""
        pos, text = self.pos + 1, self.text
        while (char := text[pos : pos + 1]) != quote:
            if char == "\\":
                pos += 1
                char = text[pos : pos + 1]
            if char in ("", "\n"):
                raise BadItem(self.pos, message)
            pos += 1
        return pos + 1

    def take_raw_string(self) -> None:
        """Take a raw string, which may go over lines."""
        end = self.text.find("`", self.pos + 1)
        if end < 0:
            raise BadItem(self.pos, "unterminated raw quoted string")
        self.emit(RAW_STRING, end + 1)

    def take_variable(self) -> None:
        """Take `$` or `$name`."""
        end = self.pos + 1
        self.emit(VARIABLE, end if self.is_terminator(end) else self.end_of_name(end))

    def take_dot(self) -> None:
        """Take `.`, `.name`, or a number without a digit in front."""
        end = self.pos + 1
        if self.text[end : end + 1] in DIGITS:  # or at the end of the text
            self.take_number()
        elif self.is_terminator(end):
            self.emit(DOT, end)
        else:
            self.emit(FIELD, self.end_of_name(end))

    def take_identifier(self) -> None:
        """Take a keyword, a bool, or the name of a function."""
        end = self.end_of_name(self.pos)
        word = self.text[self.pos : end]
        if word in self.keywords:
            self.emit(word, end)
        else:
            self.emit(BOOL if word in ("true", "false") else IDENTIFIER, end)

    def end_of_name(self, pos: int) -> int:
        """Return the end of letters and digits, which have to end where a word may."""
        while is_alphanumeric(self.text[pos : pos + 1]):
            pos += 1
        if not self.is_terminator(pos):
            raise BadItem(self.pos, f"bad character {code_point(self.text[pos])}")
        return pos

    def is_terminator(self, pos: int) -> bool:
        """Tell whether a word may end here."""
        return self.text[pos : pos + 1] in TERMINATORS or self.text.startswith(self.right, pos)

    def take_number(self) -> None:
        """Take what looks like a number; whether it is one is the parser's."""
        is_good, end = self.end_of_number(self.pos)
        kind = NUMBER
        if is_good and self.text[end : end + 1] in SIGNS:
            kind = COMPLEX
            is_good, end = self.end_of_number(end)
            is_good = is_good and self.text[end - 1] == "i"
        if not is_good:
            from vexec.template.strconv import quote

            raise BadItem(self.pos, f"bad number syntax: {quote(self.text[self.pos : end])}")
        self.emit(kind, end)

    def end_of_number(self, pos: int) -> tuple[bool, int]:
        """Return whether sign, digits, fraction, exponent and `i` end where a word may, and where that is."""
        text = self.text
        pos += text[pos : pos + 1] in SIGNS
        base = text[pos + 1 : pos + 2].lower() if text.startswith("0", pos) else ""
        digits, exponent = BASES.get(base, BASES[""])
        pos = self.end_of_run(pos + 2 if base and base in BASES else pos, digits)
        if text.startswith(".", pos):
            pos = self.end_of_run(pos + 1, digits)
        if text[pos : pos + 1] in exponent:
            pos += 1
            pos += text[pos : pos + 1] in SIGNS
            pos = self.end_of_run(pos, BASES[""][0])
        pos += text.startswith("i", pos)
        if is_alphanumeric(text[pos : pos + 1]):
            return False, pos + 1
        return True, pos

    def end_of_run(self, pos: int, chars: frozenset[str]) -> int:
        """Return the end of a run of some characters."""
        while self.text[pos : pos + 1] in chars:
            pos += 1
        return pos


STARTS = {
    **dict.fromkeys(SPACES, Lexer.take_space),
    **dict.fromkeys(DIGITS + "+-", Lexer.take_number),
    ":": Lexer.take_declare,
    "(": Lexer.take_left_paren,
    ")": Lexer.take_right_paren,
    '"': Lexer.take_string,
    "'": Lexer.take_character,
    "`": Lexer.take_raw_string,
    "$": Lexer.take_variable,
    ".": Lexer.take_dot,
}


def is_alphanumeric(char: str) -> bool:
    """Tell whether a character may be in a name; false for none."""
    return char == "_" or char.isalpha() or char.isdecimal()


def code_point(char: str) -> str:
    """Show a character as U+0041 'A'; a byte that is not UTF-8 as the replacement character."""
    from vexec.template.printable import is_printable

    code = 0xFFFD if "\ud800" <= char <= "\udfff" else ord(char)
    return f"U+{code:04X}" + (f" '{chr(code)}'" if is_printable(code) else "")
