"""The flags of one of Go's formatting directives, and how numbers and text are printed under them."""

from __future__ import annotations

from vexec.template.ftoa import format_float
from vexec.template.strconv import can_backquote, canonical, quote, quote_ascii, rune

BASES = {2: "b", 8: "o", 16: "x"}
WORD = (1 << 64) - 1


class Flags:
    """Flags, width and precision of a directive; `sharp_v` and `plus_v` are those of %#v and %+v."""

    __slots__ = (
        "is_minus", "is_plus", "is_plus_v", "is_sharp", "is_sharp_v", "is_space", "is_zero",
        "precision", "width",
    )  # fmt: skip

    def __init__(self) -> None:
        self.is_minus = self.is_plus = self.is_sharp = self.is_space = self.is_zero = False
        self.is_plus_v = self.is_sharp_v = False
        self.width = 0
        self.precision: int | None = None

    def accept(self, char: str) -> bool:
        """Set the flag that a character stands for; False if it is none."""
        if char not in FLAGS:
            return False
        setattr(self, FLAGS[char], True)
        return True

    def turn_v(self) -> None:
        """Turn # and + into what they mean for %v."""
        self.is_sharp_v, self.is_sharp = self.is_sharp, False
        self.is_plus_v, self.is_plus = self.is_plus, False

    def pad(self, text: str) -> str:
        """Fill up to the width, which counts characters; zeros come only before the text."""
        if self.is_minus:
            return text.ljust(self.width)
        return text.rjust(self.width, "0" if self.is_zero else " ")

    def pad_plain(self, text: str) -> str:
        """Fill up with spaces, whatever the zero flag says."""
        return text.ljust(self.width) if self.is_minus else text.rjust(self.width)

    def cut(self, text: str) -> str:
        """Cut text to the precision."""
        text = canonical(text)
        return text if self.precision is None else text[: self.precision]

    def text(self, text: str) -> str:
        """Format text for %s."""
        return self.pad(self.cut(text))

    def quoted(self, text: str) -> str:
        """Format text for %q."""
        text = self.cut(text)
        if self.is_sharp and can_backquote(text):
            return self.pad(f"`{text}`")
        return self.pad(quote_ascii(text) if self.is_plus else quote(text))

    def hexadecimal(self, data: bytes, *, is_upper: bool) -> str:
        """Format bytes for %x and %X."""
        text = data[: self.precision].hex(" ") if self.is_space else data[: self.precision].hex()
        if text and self.is_sharp:
            text = "0x" + text.replace(" ", " 0x")
        return self.pad(text.upper() if is_upper else text)

    def integer(self, value: int, base: int, verb: str = "d") -> str:
        """Format an integer for %b %d %o %O %x %X."""
        sign = "-" if value < 0 else "+" if self.is_plus else " " if self.is_space else ""
        digits = format(abs(value), BASES[base]) if base != 10 else str(abs(value))
        if self.precision is not None:
            if not self.precision and not value:
                return " " * self.width
            digits = digits.rjust(self.precision, "0")
        elif self.is_zero and not self.is_minus:
            digits = digits.rjust(self.width - len(sign), "0")
        if self.is_sharp and base != 10 and (base != 8 or digits[0] != "0"):
            digits = {2: "0b", 8: "0", 16: "0x"}[base] + digits
        if verb == "O":
            digits = "0o" + digits
        return self.pad_plain(sign + (digits.upper() if verb == "X" else digits))

    def address(self, value: int, *, has_prefix: bool) -> str:
        """Format what is shown with 0x in front or not, whatever the sharp flag says."""
        sharp, self.is_sharp = self.is_sharp, has_prefix
        text = self.integer(value, 16)
        self.is_sharp = sharp
        return text

    def unicode(self, value: int) -> str:
        """Format an integer for %U."""
        from vexec.template.printable import is_printable

        code = value & WORD
        text = f"U+{code:0{max(self.precision or 0, 4)}X}"
        if self.is_sharp and code <= 0x10FFFF and is_printable(code):
            text += f" '{rune(code)}'"
        return self.pad_plain(text)

    def number(self, value: float, verb: str, precision: int) -> str:
        """Format a float64; `precision` is the one without a precision in the directive."""
        precision = precision if self.precision is None else self.precision
        text = format_float(value, verb, precision)
        sign, body = (text[0], text[1:]) if text[0] in "+-" else ("+", text)
        if self.is_space and sign == "+" and not self.is_plus:
            sign = " "
        if body in ("Inf", "NaN"):
            return self.pad_plain(body if body == "NaN" and sign == "+" and not self.is_plus else sign + body)
        if self.is_sharp and verb != "b":
            body = with_point(body, verb, precision)
        if sign == "+" and not self.is_plus:
            return self.pad(body)
        if self.is_zero and not self.is_minus:
            return sign + body.rjust(self.width - 1, "0")
        return self.pad(sign + body)


FLAGS = {"-": "is_minus", "+": "is_plus", "#": "is_sharp", " ": "is_space", "0": "is_zero"}


def with_point(body: str, verb: str, precision: int) -> str:
    """Give a number the point and the final zeros that the sharp flag keeps."""
    lacking = (6 if precision < 0 else precision) if verb in "gGx" else 0
    mark = next((char for char in ("pP" if verb in "xX" else "eE") if char in body), "")
    head, exponent = (body[: body.index(mark)], body[body.index(mark) :]) if mark else (body, "")
    lacking -= len(head.replace(".", "").lstrip("0"))  # the x of 0x counts as a digit, as in Go
    if "." not in head:
        lacking -= head == "0"
        head += "."
    return head + "0" * lacking + exponent
