"""vexec's words on stderr: one line each, text or JSON, with known secret values taken out.

Values are never handed to the log in the first place; the filter here is the second line.
`logging` is not used: importing it costs more than a whole log-in.
"""

from __future__ import annotations

import os
import sys

LEVELS = ("error", "warn", "info", "debug")
SHORTEST = 6  # shorter values would garble the text more than they would give away
MARK = "[redacted]"
BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
GO_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}  # what Go's JSON writes for them


class State:
    """What the log knows: its level, its format, the values it must not show."""

    level = LEVELS.index("warn")
    is_json = False
    secrets: set[str] = set()  # noqa: RUF012 - one log per process, like stderr itself


def configure(level: str, form: str) -> None:
    """Set the level (one of LEVELS) and the format (text or json)."""
    State.level = LEVELS.index(level)
    State.is_json = form == "json"


def protect(value: str) -> str:
    """Remember a secret value, so that no line shows it; return it."""
    if len(value) >= SHORTEST:
        State.secrets.add(value)
    return value


def error(message: str, hint: str = "") -> None:
    """Say why vexec stops."""
    write("error", message, hint)


def warn(message: str, hint: str = "") -> None:
    """Say what a user should know although the start goes on."""
    write("warn", message, hint)


def info(message: str, hint: str = "") -> None:
    """Say what vexec does."""
    write("info", message, hint)


def debug(message: str, hint: str = "") -> None:
    """Say how vexec does it."""
    write("debug", message, hint)


def write(level: str, message: str, hint: str = "") -> None:
    """Write one entry to descriptor 2, unbuffered; a closed or full stderr is not an error."""
    if LEVELS.index(level) > State.level:
        return
    message, hint = plain(redact(message)), plain(redact(hint))
    text = json_line(level, message, hint) if State.is_json else text_lines(message, hint)
    emit(text)


def emit(text: str) -> None:
    """Write text to descriptor 2 as it is, once."""
    try:
        os.write(2, text.encode("utf-8", "backslashreplace"))
    except OSError:
        return


def text_lines(message: str, hint: str) -> str:
    """Format as `vexec: message`, and `vexec: hint: …` below it."""
    return f"vexec: {message}\n" + (f"vexec: hint: {hint}\n" if hint else "")


def json_line(level: str, message: str, hint: str) -> str:
    """Format as one JSON object on one line, with a UTC time stamp."""
    import json
    import time

    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    entry = {"time": now, "level": level, "message": message}
    if hint:
        entry["hint"] = hint
    return json.dumps(entry, ensure_ascii=False) + "\n"


def plain(text: str) -> str:
    """Make control characters visible: a server's words must not move the cursor or add a line."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def redact(text: str) -> str:
    """Replace every known secret value, also in the other spellings that a text may hold it in.

    No spelling is shorter than the value, so that only values that fit into the text are looked for.
    """
    known = [secret for secret in State.secrets if len(secret) <= len(text)]
    forms = {form for secret in known for form in spellings(secret)}
    for form in sorted(forms, key=len, reverse=True):
        text = text.replace(form, MARK)
    return text


def spellings(secret: str) -> set[str]:
    """Return the forms in which a value could stand in a text: itself, base64, URL, JSON, repr."""
    import json
    from urllib.parse import quote, quote_plus

    raw = secret.encode("utf-8", "surrogateescape")
    urls = {quote(raw), quote(raw, safe=""), quote_plus(raw)}
    texts = {json.dumps(secret, ensure_ascii=is_ascii)[1:-1] for is_ascii in (True, False)}
    texts |= {"".join(GO_ESCAPES.get(char, char) for char in text) for text in texts}
    forms = {secret, repr(secret)[1:-1], *urls, *map(lower_escapes, urls), *texts, *base64_forms(raw)}
    return {form for form in forms if len(form) >= SHORTEST}


def lower_escapes(url: str) -> str:
    """Write the escapes of a percent-encoded text in lower case, which is as good."""
    head, *rest = url.split("%")
    return "%".join([head, *(piece[:2].lower() + piece[2:] for piece in rest)])


def base64_forms(raw: bytes) -> set[str]:
    """Return the base64 of a value, and what of it is fixed where other bytes stand around it.

    Base64 writes 6 bits a character, so a value that begins at byte 0, 1 or 2 of a group of three is spelt
    in three ways; of each only the characters that none of its neighbours' bits are in.
    """
    whole = base64(raw)
    forms = {whole, whole.rstrip("=")}
    for before in range(3):
        text = base64(bytes(before) + raw)
        forms.add(text[(8 * before + 5) // 6 : 8 * (before + len(raw)) // 6])
    return forms | {form.translate({43: "-", 47: "_"}) for form in forms}


def base64(raw: bytes) -> str:
    """Return base64 (RFC 4648, section 4).

    `binascii` is an extension module in some interpreters, and none can be loaded to tell that there is
    no free descriptor to load one with.
    """
    groups = (int.from_bytes(raw[at : at + 3].ljust(3, b"\0"), "big") for at in range(0, len(raw), 3))
    text = "".join(BASE64[group >> shift & 63] for group in groups for shift in (18, 12, 6, 0))
    padding = -len(raw) % 3
    return text[: len(text) - padding] + "=" * padding


def traceback() -> None:
    """Write the present exception's traceback, redacted; only --debug asks for it."""
    import traceback as module

    emit(redact("".join(module.format_exception(*sys.exc_info()))))
