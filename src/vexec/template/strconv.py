"""Go's strconv: quoting, and numbers to and from text.

Errors hold Go's words, but `"…"` where Go quotes the text that cannot be read. float32 is not supported,
since no value of a template has that type.
"""

from __future__ import annotations

from vexec.template import ftoa
from vexec.template.values import FunctionError

SYNTAX = "invalid syntax"
RANGE = "value out of range"
DIGITS = {char: value for value, char in enumerate("0123456789abcdefghijklmnopqrstuvwxyz")}
DIGITS.update({char.upper(): value for char, value in DIGITS.items()})
ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
ESCAPED = {ord(char): "\\" + letter for letter, char in ESCAPES.items()}
REPLACEMENT = 0xFFFD
format_float = ftoa.format_float


class NumError(FunctionError, ValueError):
    """Text is no number, or one out of range; `value` is what Go returns beside the error."""

    def __init__(self, function: str, reason: str, value: float = 0) -> None:
        super().__init__(f'strconv.{function}: parsing "…": {reason}')
        self.reason = reason
        self.value = value


def to_bytes(text: str) -> bytes:
    """Return Go's bytes of a text; a surrogate that stands for no byte becomes U+FFFD."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        lone = {
            code: "\ufffd" for code in map(ord, text) if 0xD800 <= code < 0xDC80 or 0xDD00 <= code < 0xE000
        }
        return text.translate(lone).encode("utf-8", "surrogateescape")


def from_bytes(data: bytes) -> str:
    """Return the text of some bytes; what is not UTF-8 becomes surrogates."""
    return data.decode("utf-8", "surrogateescape")


def canonical(text: str) -> str:
    """Return the text with surrogates for what is not UTF-8 only: joining texts can complete a character."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return from_bytes(to_bytes(text))
    return text


class Escapes(dict[int, str]):
    """A table for str.translate, filled as characters are met."""

    def __init__(self, mark: str, *, is_ascii: bool) -> None:
        super().__init__({ord(mark): "\\" + mark, ord("\\"): "\\\\"})
        self.is_ascii = is_ascii

    def __missing__(self, code: int) -> str:
        text = self[code] = escaped(code, is_ascii=self.is_ascii)
        return text


def escaped(code: int, *, is_ascii: bool) -> str:
    """Return how a quoted text shows one character that is neither its quote nor a backslash."""
    if code < 0x80:
        if 0x20 <= code < 0x7F:
            return chr(code)
        return ESCAPED.get(code) or f"\\x{code:02x}"
    if 0xD800 <= code < 0xE000:
        return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code < 0xDD00 else "\\ufffd"
    if not is_ascii:
        from vexec.template.printable import is_printable

        if is_printable(code):
            return chr(code)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def quote(text: str) -> str:
    """Quote as strconv.Quote and %q do."""
    if text.isascii() and text.isprintable():
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return '"' + canonical(text).translate(Escapes('"', is_ascii=False)) + '"'


def quote_ascii(text: str) -> str:
    """Quote as strconv.QuoteToASCII and %+q do."""
    return '"' + canonical(text).translate(Escapes('"', is_ascii=True)) + '"'


def quote_rune(code: int, *, is_ascii: bool = False) -> str:
    """Quote one code point as strconv.QuoteRune does, or QuoteRuneToASCII; an impossible one is U+FFFD."""
    return "'" + rune(code).translate(Escapes("'", is_ascii=is_ascii)) + "'"


def rune(code: int) -> str:
    """Return the character of a code point, U+FFFD for an impossible one."""
    return chr(code) if 0 <= code < 0xD800 or 0xE000 <= code <= 0x10FFFF else "\ufffd"


def can_backquote(text: str) -> bool:
    """Tell whether a text can stand between backquotes on one line, for %#q."""
    return not any(
        (char < " " and char != "\t") or char in "`\x7f\ufeff" or "\ud800" <= char < "\ue000"
        for char in canonical(text)
    )


def unquote(text: str) -> str:
    """Return the value of a string in double quotes or backquotes, or of a character in single quotes.

    Raises ValueError("invalid syntax").
    """
    mark, body = text[:1], text[1:-1]
    if len(text) < 2 or mark not in ('"', "'", "`") or text[-1] != mark:
        raise ValueError(SYNTAX)
    if mark == "`":
        if mark in body:
            raise ValueError(SYNTAX)
        return canonical(body.replace("\r", ""))
    if "\n" in body:
        raise ValueError(SYNTAX)
    parts, index = [], 0
    while index < len(body):
        code, is_multibyte, index = read_char(body, index, mark)
        parts.append(rune(code) if is_multibyte or code < 0x80 else chr(0xDC00 + code))
        if mark == "'" and index < len(body):
            raise ValueError(SYNTAX)
    return canonical("".join(parts))


def unquote_char(text: str, mark: str) -> tuple[int, bool, str]:
    """Read one character or escape: its code, whether it is more than a byte, the rest; see `unquote`."""
    code, is_multibyte, index = read_char(text, 0, mark)
    return code, is_multibyte, text[index:]


def read_char(text: str, index: int, mark: str) -> tuple[int, bool, int]:
    """Read one character or escape: its code, whether it is more than a byte, the index after it."""
    char = text[index : index + 1]
    if char != "\\":
        if not char or (char == mark and mark in "'\""):
            raise ValueError(SYNTAX)
        code = ord(char)
        return (REPLACEMENT if 0xD800 <= code < 0xE000 else code), code >= 0x80, index + 1
    letter = text[index + 1 : index + 2]
    start = index + 2
    if letter in ("x", "u", "U"):
        size = {"x": 2, "u": 4, "U": 8}[letter]
        code = read_digits(text[start : start + size], size, 16)
        if letter != "x" and rune(code) == "\ufffd" and code != REPLACEMENT:
            raise ValueError(SYNTAX)
        return code, letter != "x", start + size
    if letter and letter in "01234567":
        code = read_digits(text[index + 1 : index + 4], 3, 8)
        if code > 0xFF:
            raise ValueError(SYNTAX)
        return code, False, index + 4
    if letter == "\\" or (letter == mark and letter in ("'", '"')):
        return ord(letter), False, start
    if letter not in ESCAPES:
        raise ValueError(SYNTAX)
    return ord(ESCAPES[letter]), False, start


def read_digits(text: str, size: int, base: int) -> int:
    """Read exactly `size` digits; raises ValueError."""
    if len(text) != size or any(DIGITS.get(char, base) >= base for char in text):
        raise ValueError(SYNTAX)
    return int(text, base)


def parse_bool(text: str) -> bool:
    """Read what Go takes for true or false; raises NumError."""
    if text in ("1", "t", "T", "true", "TRUE", "True"):
        return True
    if text in ("0", "f", "F", "false", "FALSE", "False"):
        return False
    raise NumError("ParseBool", SYNTAX)


def parse_int(text: str, base: int = 10, bits: int = 64, function: str = "ParseInt") -> int:
    """Read a signed integer; base 0 takes it from the prefix and allows underscores; raises NumError."""
    is_negative = text[:1] == "-"
    value, reason = read_unsigned(text[1:] if text[:1] in ("+", "-") else text, base, bits)
    if reason and reason != RANGE:
        raise NumError(function, reason)
    limit = 1 << ((bits or 64) - 1)
    if is_negative:
        if value > limit:
            raise NumError(function, RANGE, -limit)
        return -value
    if value >= limit:
        raise NumError(function, RANGE, limit - 1)
    return value


def parse_uint(text: str, base: int = 10, bits: int = 64) -> int:
    """Read an unsigned integer without a sign; see `parse_int`."""
    value, reason = read_unsigned(text, base, bits)
    if reason:
        raise NumError("ParseUint", reason, value)
    return value


def atoi(text: str) -> int:
    """Read a decimal int; raises NumError."""
    return parse_int(text, function="Atoi")


def read_unsigned(text: str, base: int, bits: int) -> tuple[int, str]:
    """Return the number and what is wrong with it; the first thing that is counts, as in Go."""
    if not text:
        return 0, SYNTAX
    digits, has_underscores = text, False
    if base == 0:
        base, digits = split_prefix(text)
        has_underscores = "_" in digits
    elif not 2 <= base <= 36:
        return 0, f"invalid base {base}"
    if not 0 <= bits <= 64:
        return 0, f"invalid bit size {bits}"
    value, limit = 0, (1 << (bits or 64)) - 1
    for char in digits.replace("_", "") if has_underscores else digits:
        digit = DIGITS.get(char, base)
        if digit >= base:
            return 0, SYNTAX
        value = value * base + digit
        if value > limit:
            return limit, RANGE
    if has_underscores and not are_underscores_placed(text):
        return 0, SYNTAX
    return value, ""


def split_prefix(text: str) -> tuple[int, str]:
    """Return the base that a literal's prefix says, and what follows it."""
    if text[0] != "0":
        return 10, text
    base = {"b": 2, "o": 8, "x": 16}.get(text[1:2].lower()) if len(text) > 2 else None
    return (base, text[2:]) if base else (8, text[1:])


def are_underscores_placed(text: str) -> bool:
    """Tell whether each underscore stands between digits, or a base's prefix and a digit."""
    text = text.lstrip("+-").lower()
    digits = frozenset("0123456789abcdef" if text[:2] == "0x" else "0123456789")
    if text[:2] in ("0b", "0o", "0x"):
        text = "0" + text[2:]
    pieces = text.split("_")
    return all(piece[-1:] in digits for piece in pieces[:-1]) and all(
        piece[:1] in digits for piece in pieces[1:]
    )


def parse_float(text: str) -> float:
    """Read a decimal or hexadecimal float64, infinity or NaN; raises NumError."""
    sign, body = (text[:1], text[1:].lower()) if text[:1] in ("+", "-") else ("", text.lower())
    if body in ("inf", "infinity") or (body == "nan" and not sign):
        return float(sign + body)
    is_hex = body[:2] == "0x" and len(body) > 2
    number = (
        split_float(body[2:], "p", "0123456789abcdef") if is_hex else split_float(body, "e", "0123456789")
    )
    if number is None or not text.isascii() or (is_hex and not number[1]):
        raise NumError("ParseFloat", SYNTAX, 0.0)
    if "_" in text and not are_underscores_placed(text):
        raise NumError("ParseFloat", SYNTAX, 0.0)
    mantissa, exponent = number
    try:
        value = float.fromhex(f"0x{mantissa}p{exponent}") if is_hex else float(f"{mantissa}e{exponent or 0}")
    except OverflowError:
        value = float("inf")
    if value == float("inf"):
        raise NumError("ParseFloat", RANGE, float(sign + "inf"))
    return -value if sign == "-" else value


def split_float(text: str, mark: str, digits: str) -> tuple[str, str] | None:
    """Return the mantissa and the exponent ("" for none) without underscores; None if they are malformed."""
    mantissa, has_exponent, exponent = text.partition(mark)
    if mantissa.strip(digits + "._") or mantissa.count(".") > 1 or not mantissa.strip("._"):
        return None
    if not has_exponent:
        return mantissa.replace("_", ""), ""
    sign, exponent = (exponent[0], exponent[1:]) if exponent[:1] in ("+", "-") else ("", exponent)
    if exponent[:1] in ("", "_") or exponent.strip("0123456789_"):
        return None
    size = 0
    for char in exponent.replace("_", ""):
        if size < 10000:  # Go reads no further, too: a larger one is out of every range
            size = size * 10 + int(char)
    return mantissa.replace("_", ""), f"{sign}{size}"


def format_int(value: int, base: int = 10) -> str:
    """Write an integer in a base of 2 to 36."""
    if base == 10:
        return str(value)
    digits, rest = "", abs(value)
    while rest or not digits:
        rest, digit = divmod(rest, base)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return "-" + digits if value < 0 else digits
