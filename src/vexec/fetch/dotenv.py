r"""Dotenv files, strictly: a line that is not understood is an error with its number.

    line    = blank | "#" comment | ["export "] NAME "=" value
    value   = "'" anything but ' "'"            as it is, over several lines
            | '"' characters and escapes '"'    \n \r \t \" \' \\ \$ \`, over several lines
            | text                              up to " #" or the end of the line, without space around it
Nothing is interpolated: a `$` is a `$`. What readers disagree on, such as `NAME=#text`, has to be quoted.
"""

from __future__ import annotations

ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "$": "$", "`": "`", "'": "'"}
SPACE = " \t"


def parse(text: str) -> dict[str, str]:
    """Return the variables in the file's order; raises ValueError with the line's number, never its text."""
    text = text.replace("\r\n", "\n")
    values: dict[str, str] = {}
    at, line = 0, 1
    while at < len(text):
        begin = at
        if text[at] in " \t\n":
            at += 1
        elif text[at] == "#":
            at = line_end(text, at)
        else:
            name, value, at = assignment(text, at, line)
            if name in values:
                raise ValueError(f"line {line}: {name} is set twice")
            values[name] = value
        line += text.count("\n", begin, at)
    return values


def line_end(text: str, at: int) -> int:
    """Return where the line ends that `at` is in."""
    end = text.find("\n", at)
    return end if end >= 0 else len(text)


def assignment(text: str, at: int, line: int) -> tuple[str, str, int]:
    """Read `NAME=value` and return the name, the value, and where its last line ends."""
    end = line_end(text, at)
    equals = text.find("=", at, end)
    words = text[at : max(equals, at)].split()
    if len(words) == 2 and words[0] == "export":
        del words[0]
    if len(words) != 1 or not is_name(words[0]):
        raise ValueError(f"line {line}: it is not NAME=value")
    raw = text[equals + 1 : end]
    plain = raw.strip(SPACE)
    if raw.startswith("#"):
        raise ValueError(f"line {line}: a value that begins with # needs quotes")
    if plain[:1] not in ("'", '"'):
        return words[0], "" if plain.startswith("#") else plain.partition(" #")[0].rstrip(SPACE), end
    at = text.find(plain[0], equals) + 1
    value, at = single(text, at, line) if plain[0] == "'" else double(text, at, line)
    end = line_end(text, at)
    tail = text[at:end].strip(SPACE)
    if tail and not tail.startswith("#"):
        raise ValueError(f"line {line}: text follows the closing quote")
    return words[0], value, end


def is_name(text: str) -> bool:
    """Tell whether a text is `[A-Za-z_][A-Za-z0-9_.-]*` (S1.9); else it may be a value, and is not told."""
    return text.isascii() and text.replace(".", "_").replace("-", "_").isidentifier()


def single(text: str, at: int, line: int) -> tuple[str, int]:
    """Read up to the closing single quote; return the value and what comes after it."""
    end = text.find("'", at)
    if end < 0:
        raise ValueError(f"line {line}: the quote is not closed")
    return text[at:end], end + 1


def double(text: str, at: int, line: int) -> tuple[str, int]:
    """Read up to the closing double quote, with escapes; return the value and what comes after it."""
    parts = []
    while at < len(text) and text[at] != '"':
        char = text[at]
        if char == "\\":
            at += 1
            char = ESCAPES.get(text[at : at + 1], "")
            if not char:
                raise ValueError(f"line {line}: unknown escape after a backslash")
        parts.append(char)
        at += 1
    if at == len(text):
        raise ValueError(f"line {line}: the quote is not closed")
    return "".join(parts), at + 1
