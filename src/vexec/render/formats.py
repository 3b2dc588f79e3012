"""Variables in the forms that other programs read: export, dotenv, json, github, systemd, docker.

Each is a function from variables to text; what a form cannot say is a RenderError that names the variable.
"""

from __future__ import annotations

from vexec.codec import encode
from vexec.config.names import is_identifier
from vexec.errors import Issue, RenderError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

BOM = "\ufeff"  # what docker takes off a file's beginning


def export(variables: Mapping[str, str]) -> str:
    """Write `export NAME='value'` for bash, dash and zsh (POSIX, 2.2.2: single quotes keep everything)."""
    refuse(variables, lambda name, _: None if is_identifier(name) else "its name is none for a shell")
    return "".join(f"export {name}={quoted(value)}\n" for name, value in variables.items())


def quoted(value: str) -> str:
    """Return a value in single quotes for a shell."""
    return "'" + value.replace("'", "'\\''") + "'"


def dotenv(variables: Mapping[str, str]) -> str:
    """Write NAME="value" with the escapes that dotenv readers share; plain where that says the same."""
    refuse(variables, lambda name, _: None if is_identifier(name) else "its name is none for a dotenv file")
    return "".join(f"{name}={dotenv_value(value)}\n" for name, value in variables.items())


def dotenv_value(value: str) -> str:
    """Return a value as dotenv readers take it: in single quotes if that can be, else with escapes."""
    if "'" not in value and "\n" not in value and "\r" not in value and "\\" not in value:
        return f"'{value}'"
    return '"' + escaped(value, {"\n": "\\n", "\r": "\\r", "$": "\\$", "`": "\\`"}) + '"'


def escaped(value: str, more: Mapping[str, str]) -> str:
    """Escape backslashes, double quotes, and whatever else is given."""
    table = {"\\": "\\\\", '"': '\\"', **more}
    return "".join(table.get(char, char) for char in value)


def json(variables: Mapping[str, str]) -> str:
    """Write one JSON object of strings."""
    refuse(variables, lambda name, value: None if is_unicode(name + value) else "it is not UTF-8")
    return encode(dict(variables)) + "\n"


def systemd(variables: Mapping[str, str]) -> str:
    r"""Write an EnvironmentFile= of systemd.exec(5): in double quotes only \ " $ ` are escaped.

    systemd drops a variable whose value is not UTF-8, holds a control character or one of Unicode's
    noncharacters, or whose name is no identifier, so they are refused.
    """

    def problem(name: str, value: str) -> str | None:
        if not is_identifier(name):
            return "its name is none for systemd"
        is_taken = is_unicode(value) and all(is_for_systemd(char) for char in value)
        return None if is_taken else "its value holds what systemd does not take"

    refuse(variables, problem)
    return "".join(
        f'{name}="{escaped(value, {"$": chr(92) + "$", "`": chr(92) + "`"})}"\n'
        for name, value in variables.items()
    )


def is_for_systemd(char: str) -> bool:
    """Tell whether systemd takes a character (string_has_cc and unichar_is_valid in its src/basic)."""
    code = ord(char)
    is_control = (code < 32 and char not in "\n\t") or code == 127
    return not is_control and not 0xFDD0 <= code <= 0xFDEF and code & 0xFFFE != 0xFFFE


def docker(variables: Mapping[str, str]) -> str:
    """Write an --env-file of docker or podman: NAME=value to the end of the line, nothing quoted."""

    def problem(name: str, value: str) -> str | None:
        if any(char.isspace() for char in name) or not name or name.startswith(("#", BOM)) or "=" in name:
            return "its name is none for an env file"
        if "\n" in value or "\r" in value:
            return "its value has several lines, which an env file cannot hold"
        return None if is_unicode(name + value) else "it is not UTF-8"

    refuse(variables, problem)
    return "".join(f"{name}={value}\n" for name, value in variables.items())


def github(variables: Mapping[str, str], delimiter: str) -> str:
    """Write the file that $GITHUB_ENV names: NAME<<DELIMITER, value, DELIMITER.

    The delimiter must be random: a value that held it could set variables of its own.
    """
    refuse(variables, lambda name, _: None if is_identifier(name) else "its name is none for a workflow")
    refuse(variables, lambda _, value: None if is_unicode(value) else "its value is not UTF-8")
    refuse(variables, lambda _, value: "its value holds the delimiter" if delimiter in value else None)
    return "".join(f"{name}<<{delimiter}\n{value}\n{delimiter}\n" for name, value in variables.items())


def github_masks(variables: Mapping[str, str]) -> str:
    """Write the workflow commands that keep values out of a job's log, one for each line of each value."""
    texts = (value.replace("\r", "\n") for value in variables.values())
    lines = {line for text in texts for line in text.split("\n") if line.strip()}
    return "".join(f"::add-mask::{line.replace('%', '%25')}\n" for line in sorted(lines))


def is_unicode(value: str) -> bool:
    """Tell whether a value is UTF-8 text, without bytes kept by surrogateescape."""
    return not any("\ud800" <= char <= "\udfff" for char in value)


def refuse(variables: Mapping[str, str], problem: Callable[[str, str], str | None]) -> None:
    """Raise RenderError for every variable that has a problem."""
    found = [(name, problem(name, value)) for name, value in variables.items()]
    issues = [Issue(f"variable {name} cannot be written: {words}") for name, words in found if words]
    if issues:
        raise RenderError(issues)


FORMATS: Mapping[str, Callable[[Mapping[str, str]], str]] = {
    "export": export,
    "dotenv": dotenv,
    "json": json,
    "systemd": systemd,
    "docker": docker,
}
