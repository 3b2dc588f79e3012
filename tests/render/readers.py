"""Readers of the forms that vexec writes, after their programs' own sources; each returns the variables."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def docker(raw: bytes) -> dict[str, str]:
    """Read an --env-file as docker does: github.com/docker/cli, pkg/kvfile; bufio.ScanLines drops one CR."""
    lines = raw.split(b"\n")
    values = {}
    for number, line in enumerate(lines[:-1] if lines[-1] == b"" else lines):
        text = line.removesuffix(b"\r").decode()  # UnicodeDecodeError where docker says "invalid utf8 bytes"
        text = (text.removeprefix("\ufeff") if number == 0 else text).lstrip()
        if not text or text.startswith("#"):
            continue
        name, equals, value = text.partition("=")
        name = name.lstrip(" \t")
        if not name or not equals or {" ", "\t"} & set(name):
            raise ValueError(f"line {number + 1}")
        values[name] = value
    return values


def github(text: str) -> dict[str, str]:
    """Read $GITHUB_ENV as the runner does: actions/runner, src/Runner.Worker/FileCommandManager.cs."""
    values = {}
    lines = iter(text.split("\n"))
    for line in lines:
        if not line:
            continue
        equals, heredoc = line.find("="), line.find("<<")
        if equals >= 0 and (heredoc < 0 or equals < heredoc):
            name, _, values[name] = line.partition("=")
            continue
        if heredoc < 0:
            raise ValueError(f"invalid format {line!r}")
        name, _, delimiter = line.partition("<<")
        if not name or not delimiter:
            raise ValueError("neither name nor delimiter may be empty")
        values[name] = "\n".join(until(lines, delimiter))
    return values


def until(lines: Iterator[str], delimiter: str) -> Iterator[str]:
    """Yield lines up to the delimiter."""
    for line in lines:
        if line == delimiter:
            return
        yield line
    raise ValueError("matching delimiter not found")


def masks(text: str) -> set[str]:
    """Read ::add-mask:: commands as the runner does: each hides its value, and each line of it."""
    found = set()
    for line in text.replace("\r", "\n").split("\n"):
        command = line.lstrip().removeprefix("::add-mask::")
        value = command.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
        if value.strip():
            found |= {value, *(part for part in value.replace("\r", "\n").split("\n") if part)}
    return found


class Systemd:
    """Reads an EnvironmentFile= as systemd does: parse_env_file_internal() in its src/basic/env-file.c."""

    def __init__(self, text: str) -> None:
        self.values: dict[str, str] = {}
        self.key = self.value = self.space = ""
        self.state: Callable[[str], None] = self.before_key
        for char in text:
            self.state(char)
        if self.state not in (self.before_key, self.in_key, self.in_comment):
            self.push()

    def push(self) -> None:
        """Keep a variable if systemd would: see env_assignment_is_valid() in src/basic/env-util.c."""
        name = self.key.rstrip(" \t\n\r")
        is_name = name.isascii() and name.isidentifier()
        if is_name and all(is_taken(char) for char in self.value):
            self.values[name] = self.value
        self.key = self.value = self.space = ""
        self.state = self.before_key

    def before_key(self, char: str) -> None:
        if char in "#;":
            self.state = self.in_comment
        elif char not in " \t\n\r":
            self.key, self.state = char, self.in_key

    def in_comment(self, char: str) -> None:
        if char in "\n\r":
            self.state = self.before_key

    def in_key(self, char: str) -> None:
        if char in "\n\r":
            self.state = self.before_key
        elif char == "=":
            self.state = self.before_value
        else:
            self.key += char

    def before_value(self, char: str) -> None:
        if char == "'":
            self.state = self.in_single
        elif char == '"':
            self.state = self.in_double
        elif char not in " \t":
            self.in_value(char)

    def in_value(self, char: str) -> None:
        if char in "\n\r":
            self.push()
            return
        self.state = self.in_value
        if char in " \t":
            self.space += char
            return
        self.value, self.space = self.value + self.space, ""
        if char == "\\":
            self.state = self.after_backslash
        else:
            self.value += char

    def after_backslash(self, char: str) -> None:
        self.value += "" if char in "\n\r" else char
        self.state = self.in_value

    def in_single(self, char: str) -> None:
        if char == "'":
            self.state = self.before_value
        else:
            self.value += char

    def in_double(self, char: str) -> None:
        if char == '"':
            self.state = self.before_value
        elif char == "\\":
            self.state = self.after_backslash_in_double
        else:
            self.value += char

    def after_backslash_in_double(self, char: str) -> None:
        if char in '"\\`$':
            self.value += char
        elif char != "\n":
            self.value += "\\" + char
        self.state = self.in_double


def is_taken(char: str) -> bool:
    """Tell whether a value may hold a character: see string_has_cc() and unichar_is_valid() in src/basic."""
    code = ord(char)
    is_control = (code < 32 and char not in "\t\n") or code == 127
    is_none = 0xD800 <= code <= 0xDFFF or 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE
    return not is_control and not is_none
