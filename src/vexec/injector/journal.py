"""The injector's lines on stderr: `vexec.log`'s form and level, with fields beside the message.

A field is never an annotation's value, nor anything that a pod's owner wrote other than names.
"""

from __future__ import annotations

import json
import time

from vexec import log

LEVELS = {"trace": "debug", "debug": "debug", "notice": "info", "info": "info", "": "info"}
LEVELS |= {"warning": "warn", "warn": "warn", "err": "error", "error": "error"}
FORMATS = {"standard": "text", "json": "json"}


def configure(level: str, form: str) -> None:
    """Set level and format in the words of the original: a key of LEVELS and one of FORMATS."""
    log.configure(LEVELS[level], FORMATS[form])


def note(level: str, message: str, **fields: str | int | float) -> None:
    """Write one line: JSON with the fields as members, or the message and name=value after it."""
    if log.LEVELS.index(level) > log.State.level:
        return
    if not log.State.is_json:
        words = [message, *(f"{name}={spelt(value)}" for name, value in fields.items())]
        log.write(level, " ".join(words))
        return
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    entry = {"time": now, "level": level, "message": message, **fields}
    log.emit(log.redact(json.dumps(entry, ensure_ascii=False)) + "\n")


def spelt(value: str | int | float) -> str:
    """Write a field's value so that it cannot be taken for another field."""
    text = str(value)
    return text if text and text.isprintable() and not set(text) & set(' "=') else json.dumps(text)


class Once:
    """Warns of a trouble that lasts: once when it begins or becomes another, and of its end."""

    def __init__(self, subject: str) -> None:
        self._subject = subject
        self._last = ""

    def warn(self, message: str) -> None:
        """Warn, unless the last word was the same."""
        if message != self._last:
            log.warn(f"{self._subject}: {message}")
        self._last = message

    def clear(self) -> None:
        """Say that the trouble is over, if there was one."""
        if self._last:
            log.info(f"{self._subject}: works again")
        self._last = ""
