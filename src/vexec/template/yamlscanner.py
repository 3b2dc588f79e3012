"""The events of a YAML text, as gopkg.in/yaml.v2 2.4 sees them; the sole importer of `yaml`.

PyYAML's scanner and parser and those of yaml.v2 have one origin. What differs is overridden: tabs, plain text
in lists on one line, block scalars' first lines, escapes, tags, directives, and the words of errors.
"""

from __future__ import annotations

from yaml.error import MarkedYAMLError
from yaml.parser import Parser, ParserError
from yaml.reader import Reader
from yaml.scanner import Scanner, ScannerError
from yaml.tokens import ScalarToken, TagToken

from vexec.template.values import FunctionError
from vexec.template.yamlwords import readable, words_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from yaml.error import Mark
    from yaml.tokens import DirectiveToken

BREAKS = "\r\n\x85\u2028\u2029"
BREAKZ = "\0" + BREAKS
BLANKZ = " \t" + BREAKZ
URI = "-;/?:@&=+$,_.!~*'()[]%"
ESCAPES = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "\t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r",
    "e": "\x1b", " ": " ", '"': '"', "'": "'", "\\": "\\", "N": "\x85", "_": "\xa0", "L": "\u2028",
    "P": "\u2029",
}  # fmt: skip
AHEAD = 4  # characters that yaml.v2 looks at to find out what a token is
HEX = frozenset("0123456789abcdefABCDEF")


class Events(Reader, Scanner, Parser):
    """PyYAML's events, one after the other, from a text; `problem` is what keeps it from going on."""

    if TYPE_CHECKING:  # what the types of PyYAML leave out
        scan_line_break: Callable[[], str]
        get_event: Callable[[], Any]

    def __init__(self, text: str, problem: str = "") -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
        self.problem = problem  # with what is behind the text
        if problem:
            self.buffer = text  # without the mark of an end

    def update(self, length: int) -> None:
        """Refuse to go on where the text goes on with what is wrong."""
        if self.problem and self.pointer + length > len(self.buffer):
            raise FunctionError(f"yaml: {self.problem}")

    def wrong(self, problem: str, start: Mark, context: str = "while scanning") -> ScannerError:
        """Build an error at this place."""
        return ScannerError(context, start, problem, self.get_mark())

    def fetch_stream_end(self) -> None:
        """End the text; for errors its end is at the beginning of a line."""
        if self.column:
            self.line += 1
            self.column = 0
        self.stale_possible_simple_keys()
        super().fetch_stream_end()

    def scan_to_next_token(self) -> None:
        """Skip space, tabs where no key can begin, comments and line ends."""
        while True:
            if self.index == 0 and self.peek() == "\ufeff":
                self.forward()
            while self.peek() == " " or (
                self.peek() == "\t" and (self.flow_level or not self.allow_simple_key)
            ):
                self.forward()
            self.skip_comment()
            if not self.scan_line_break():
                self.update(AHEAD)
                return
            if not self.flow_level:
                self.allow_simple_key = True

    def skip_comment(self) -> None:
        """Skip a comment up to the end of its line."""
        if self.peek() == "#":
            while self.peek() not in BREAKZ:
                self.forward()

    def is_at_mark(self) -> bool:
        """Tell whether a document's beginning or end is marked here."""
        return self.column == 0 and self.prefix(3) in ("---", "...") and self.peek(3) in BLANKZ

    def scan_plain(self) -> ScalarToken:
        """Read plain text, over line ends as far as it is indented."""
        chunks: list[str] = []
        start = end = self.get_mark()
        indent = self.indent + 1
        spaces = ""
        has_break = False
        while not self.is_at_mark() and self.peek() != "#":
            length = self.plain_length()
            if length:
                chunks += [spaces, self.prefix(length)]
                self.forward(length)
                end = self.get_mark()
                has_break = False
            if self.peek() not in BLANKZ or self.peek() == "\0":
                break
            spaces, has_break = self.scan_blanks(start, indent)
            if not self.flow_level and self.column < indent:
                break
        if has_break:
            self.allow_simple_key = True
        return ScalarToken("".join(chunks), True, start, end)  # noqa: FBT003 - PyYAML's parameter

    def plain_length(self) -> int:
        """Return how many characters of plain text there are up to a blank or a mark."""
        length = 0
        while True:
            char = self.peek(length)
            if char in BLANKZ or (char == ":" and self.peek(length + 1) in BLANKZ):
                return length
            if self.flow_level and char in ",?[]{}":
                return length
            length += 1

    def scan_blanks(self, start: Mark, indent: int) -> tuple[str, bool]:
        """Read what is between two words of plain text: what it comes to, and whether lines end in it."""
        blanks = ""
        breaks: list[str] = []
        while self.peek() in BLANKZ and self.peek() != "\0":
            if self.peek() not in " \t":
                breaks.append(self.scan_line_break())
                continue
            if breaks and self.peek() == "\t" and self.column < indent:
                raise self.wrong("found a tab character that violates indentation", start)
            blanks += "" if breaks else self.peek()
            self.forward()
        if not breaks:
            return blanks, False
        first, *rest = breaks
        if first != "\n":
            return first + "".join(rest), True
        return "".join(rest) or " ", True

    def scan_block_scalar_indicators(self, start_mark: Mark) -> tuple[bool | None, int | None]:
        """Read what stands after | or >: whether to keep the last line ends, and the indentation."""
        chomping: bool | None = None
        increment: int | None = None
        while self.peek() in "+-0123456789":
            char = self.peek()
            if char in "+-":
                if chomping is not None:
                    break
                chomping = char == "+"
            elif increment is not None:
                break
            elif char == "0":
                raise self.wrong("found an indentation indicator equal to 0", start_mark)
            else:
                increment = int(char)
            self.forward()
        return chomping, increment

    def scan_block_scalar_ignored_line(self, start_mark: Mark) -> None:
        """Skip blanks and a comment to the end of the line."""
        while self.peek() in " \t":
            self.forward()
        self.skip_comment()
        if self.peek() not in BREAKZ:
            raise self.wrong("did not find expected comment or line break", start_mark)
        self.scan_line_break()

    def scan_block_scalar_indentation(self) -> tuple[list[str], int, Mark]:
        """Read the empty lines at the beginning and find the indentation."""
        breaks: list[str] = []
        widest = 0
        end = self.get_mark()
        while True:
            while self.peek() == " ":
                self.forward()
            widest = max(widest, self.column)
            self.refuse_tab()
            if self.peek() not in BREAKS:
                return breaks, widest, end
            breaks.append(self.scan_line_break())
            end = self.get_mark()

    def scan_block_scalar_breaks(self, indent: int) -> tuple[list[str], Mark]:
        """Read empty lines and the indentation of the next one."""
        breaks: list[str] = []
        end = self.get_mark()
        while True:
            while self.column < indent and self.peek() == " ":
                self.forward()
            if self.column < indent:
                self.refuse_tab()
            if self.peek() not in BREAKS:
                return breaks, end
            breaks.append(self.scan_line_break())
            end = self.get_mark()

    def refuse_tab(self) -> None:
        """Refuse a tab where a block scalar is indented."""
        if self.peek() == "\t":
            raise self.wrong("found a tab character where an indentation space is expected", self.get_mark())

    def scan_flow_scalar_non_spaces(self, double: bool, start_mark: Mark) -> list[str]:  # noqa: FBT001
        """Read quoted text up to a blank or the closing quote."""
        chunks: list[str] = []
        while True:
            length = 0
            while self.peek(length) not in "'\"\\" + BLANKZ:
                length += 1
            if length:
                chunks.append(self.prefix(length))
                self.forward(length)
            char = self.peek()
            if not double and char == "'" and self.peek(1) == "'":
                chunks.append("'")
                self.forward(2)
            elif char == ('"' if not double else "'") or (char == "\\" and not double):
                chunks.append(char)
                self.forward()
            elif char == "\\":
                chunks += self.scan_escape(start_mark)
            else:
                return chunks

    def scan_escape(self, start: Mark) -> list[str]:
        """Read an escape in double quotes."""
        char = self.peek(1)
        context = "while parsing a quoted scalar"
        if char in BREAKS:
            self.forward()
            self.scan_line_break()
            return self.scan_flow_scalar_breaks(True, start)  # noqa: FBT003 - PyYAML's parameter
        if char in ESCAPES:
            self.forward(2)
            return [ESCAPES[char]]
        size = self.ESCAPE_CODES.get(char)
        if size is None:
            raise self.wrong("found unknown escape character", start, context)
        self.forward(2)
        digits = self.prefix(size)
        if len(digits) < size or not HEX.issuperset(digits):
            raise self.wrong("did not find expected hexdecimal number", start, context)
        code = int(digits, 16)
        if 0xD800 <= code < 0xE000 or code > 0x10FFFF:
            raise self.wrong("found invalid Unicode character escape code", start, context)
        self.forward(size)
        return [chr(code)]

    def scan_tag(self) -> TagToken:
        """Read a tag: its handle, None where it is spelt out, and the rest."""
        start = self.get_mark()
        handle: str | None = None
        if self.peek(1) == "<":
            self.forward(2)
            suffix = self.scan_tag_uri("tag", start)
            if self.peek() != ">":
                raise self.wrong("did not find the expected '>'", start)
            self.forward()
        else:
            handle = self.scan_tag_handle("tag", start)
            if len(handle) > 1 and handle[-1] == "!":
                suffix = self.scan_tag_uri("tag", start)
            else:
                suffix = handle[1:] + (self.scan_tag_uri("tag", start) if self.is_uri_next() else "")
                handle = "!"
            if not suffix:
                handle, suffix = None, "!"
        if self.peek() not in BLANKZ:
            raise self.wrong("did not find expected whitespace or line break", start)
        return TagToken((handle, suffix), start, self.get_mark())

    def is_uri_next(self) -> bool:
        """Tell whether a character of a tag is next."""
        return self.peek().isascii() and (self.peek().isalnum() or self.peek() in URI)

    def scan_tag_handle(self, name: str, start_mark: Mark) -> str:
        """Read a tag's ! with a name and another ! behind it, where there are."""
        if self.peek() != "!":
            raise self.wrong("did not find expected '!'", start_mark)
        length = 1
        while self.peek(length).isascii() and (self.peek(length).isalnum() or self.peek(length) in "-_"):
            length += 1
        if self.peek(length) == "!":
            length += 1
        elif name == "directive" and length > 1:
            raise self.wrong("did not find expected '!'", start_mark)
        handle: str = self.prefix(length)
        self.forward(length)
        return handle

    def scan_directive(self) -> DirectiveToken:
        """Read a directive, %YAML or %TAG."""
        token = super().scan_directive()
        if token.name not in ("YAML", "TAG"):
            raise ScannerError(
                "while scanning a directive", None, "found unknown directive name", token.start_mark
            )
        return token

    def scan_directive_name(self, start_mark: Mark) -> str:
        """Read a directive's name."""
        char = self.peek()
        if not (char.isascii() and char.isalnum()) and char not in "-_":
            raise self.wrong("could not find expected directive name", start_mark)
        name: str = super().scan_directive_name(start_mark)  # type: ignore[no-untyped-call]
        return name

    def scan_yaml_directive_value(self, start_mark: Mark) -> tuple[int, int]:
        """Read the version of a %YAML directive."""
        version: tuple[int, int] = super().scan_yaml_directive_value(start_mark)
        if version != (1, 1):
            raise ParserError(None, None, "found incompatible YAML document", start_mark)
        return version


def events_of(text: str) -> Iterator[Any]:
    """Yield the events of a text; raises FunctionError in yaml.v2's words."""
    try:
        events = Events(*readable(text))
        while events.check_event():
            yield events.get_event()
    except MarkedYAMLError as error:
        lines = [mark.line if mark else 0 for mark in (error.problem_mark, error.context_mark)]
        line = lines[0] + isinstance(error, ScannerError) if lines[0] else lines[1]
        place = f"line {line}: " if line else ""
        raise FunctionError(f"yaml: {place}{words_of(error.context or '', error.problem or '')}") from None
