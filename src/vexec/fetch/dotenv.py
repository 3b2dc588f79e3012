r"""Dotenv files, strictly: a line that is not understood is an error with its number.

    line    = blank | "#" comment | ["export "] NAME "=" value
    value   = "'" anything but ' "'"            as it is, over several lines
            | '"' characters and escapes '"'    \n \r \t \" \\ \$ \`, over several lines
            | text                              up to " #" or the end of the line, without space around it
Nothing is interpolated: a `$` is a `$`.
"""

from __future__ import annotations

ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "$": "$", "`": "`", "'": "'"}


def parse(text: str) -> dict[str, str]:
    """Return the variables in the file's order; raises ValueError with the line's number, never its text."""
    values: dict[str, str] = {}
    rest, line = text.replace("\r\n", "\n"), 1
    while rest:
        before = rest
        if rest[0] in " \t\n#":
            rest = rest.lstrip(" \t") if rest[0] in " \t" else after_line(rest)
        else:
            name, value, rest = assignment(rest, line)
            if name in values:
                raise ValueError(f"line {line}: {name} is set twice")
            values[name] = value
        line += before.count("\n", 0, len(before) - len(rest))
    return values


def after_line(text: str) -> str:
    """Return what follows the present line."""
    return text.partition("\n")[2]


def assignment(text: str, line: int) -> tuple[str, str, str]:
    """Read one `NAME=value` and return the name, the value and the rest."""
    name, equals, rest = text.partition("=")
    name = name.removeprefix("export ").strip(" \t")
    if not equals or "\n" in name or not name or " " in name:
        raise ValueError(f"line {line}: it is not NAME=value")
    rest = rest.lstrip(" \t")
    if rest[:1] not in ("'", '"'):
        raw, _, rest = rest.partition("\n")
        return name, raw.partition(" #")[0].strip(" \t") if not raw.startswith("#") else "", rest
    value, rest = (single if rest[0] == "'" else double)(rest[1:], line)
    tail, _, rest = rest.partition("\n")
    if tail.strip(" \t") and not tail.lstrip(" \t").startswith("#"):
        raise ValueError(f"line {line}: text follows the closing quote")
    return name, value, rest


def single(text: str, line: int) -> tuple[str, str]:
    """Read up to the closing single quote."""
    value, quote, rest = text.partition("'")
    if not quote:
        raise ValueError(f"line {line}: the quote is not closed")
    return value, rest


def double(text: str, line: int) -> tuple[str, str]:
    """Read up to the closing double quote, with escapes."""
    parts = []
    index = 0
    while index < len(text) and text[index] != '"':
        char = text[index]
        if char == "\\":
            index += 1
            if text[index : index + 1] not in ESCAPES or not text[index : index + 1]:
                raise ValueError(f"line {line}: unknown escape after a backslash")
            char = ESCAPES[text[index]]
        parts.append(char)
        index += 1
    if index == len(text):
        raise ValueError(f"line {line}: the quote is not closed")
    return "".join(parts), text[index + 1 :]
