"""The error tree: exit codes, what is documented, and that every issue is told."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from vexec import errors
from vexec.commands.help import CODES
from vexec.errors import (
    ConfigError,
    FileError,
    Issue,
    LaunchError,
    RenderError,
    SecretNotFound,
    VaultUnavailable,
    VexecError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "exit-codes.md"
ABSTRACT = {errors.Issues}
# https://man.freebsd.org/sysexits for 64-78; 80 is vexec's own, 126 and 127 are the shells'
EXPECTED = {
    "VexecError": 70,
    "UsageError": 64,
    "ConfigError": 78,
    "AuthError": 77,
    "VaultError": 69,
    "VaultUnavailable": 75,
    "PermissionDenied": 77,
    "SecretNotFound": 66,
    "FileError": 66,
    "TemplateError": 65,
    "RenderError": 73,
    "ProtocolError": 76,
    "TamperError": 80,
    "PlatformError": 71,
    "LaunchError": 126,
}


def tree(kind: type[VexecError] = VexecError) -> Iterator[type[VexecError]]:
    """Yield a class and all below it that errors.py defines."""
    if kind not in ABSTRACT:
        yield kind
    for child in kind.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from tree(child)


def test_exit_codes_are_stable() -> None:
    """T40: each class has the code that is promised, and no class is without one."""
    assert {kind.__name__: kind.exit_code for kind in tree()} == EXPECTED


def test_every_exit_code_is_in_the_help() -> None:
    """T40: `vexec help exit-codes` lists exactly the codes of the tree, each once, and a signal's."""
    listed = re.findall(r"^ +(\S+)  ", CODES, re.MULTILINE)

    assert listed == [*map(str, sorted({*EXPECTED.values(), 127})), "128+n"]


def test_every_exit_code_is_on_the_reference_page() -> None:
    """T40: the table of docs/reference/exit-codes.md has exactly the classes of the tree with their codes."""
    rows = re.findall(r"^\| (\d+) \| (.*?) \|", PAGE.read_text(), re.MULTILINE)
    listed = {(name, int(code)) for code, cell in rows for name in re.findall(r"`(\w+)`", cell)}

    assert listed == {*EXPECTED.items(), ("LaunchError", 127)}
    assert "| 128+n |" in PAGE.read_text()


def test_only_what_may_pass_is_retryable() -> None:
    """T28: of all classes a retry may only help with an unavailable server."""
    assert [kind for kind in tree() if kind.retryable] == [VaultUnavailable]


@pytest.mark.parametrize(("is_found", "code"), [(True, 126), (False, 127)])
def test_a_launch_error_tells_missing_from_unusable(is_found: bool, code: int) -> None:
    """T10: 127 when the target is not found, 126 when it cannot be executed."""
    assert LaunchError("x", is_found=is_found).exit_code == code


def test_an_error_is_its_message_and_hint() -> None:
    """The message as it is now is the text; one error is one issue with its hint."""
    error = SecretNotFound("no key", hint="try another")
    error.message = "variable A: no key"

    assert str(error) == "variable A: no key"
    assert [(issue, issue.hint) for issue in error.issues] == [("variable A: no key", "try another")]


def test_an_error_carries_its_data() -> None:
    """What a caller decides by is kept with the error."""
    assert FileError("x", is_missing=True).is_missing
    assert (
        VaultUnavailable("x", is_sent=True).is_sent,
        VaultUnavailable("x", retry_after=1.5).retry_after,
    ) == (
        True,
        1.5,
    )


def test_errors_met_beside_it_are_told_too() -> None:
    """An error lists itself first and then every error that was met beside it, lists included."""
    error = SecretNotFound("one")
    error.others = [RenderError([Issue("two", "hint"), Issue("three")]), SecretNotFound("four")]

    assert [str(issue) for issue in error.issues] == ["one", "two", "three", "four"]
    assert error.issues[1].hint == "hint"


def test_a_list_of_issues_tells_the_errors_beside_it() -> None:
    """An error that is a list of issues keeps what was met beside it."""
    error = ConfigError([Issue("one"), Issue("two")])
    error.others = [SecretNotFound("three")]

    assert (str(error), [str(issue) for issue in error.issues]) == ("one", ["one", "two", "three"])


def test_a_place_is_put_before_each_issue() -> None:
    """Where a message got its place on the way up, every issue of the list has it."""
    error = RenderError([Issue("is not base64", "hint"), Issue("is too long")])
    error.message = f"variable A: {error.message}"

    assert [(str(issue), issue.hint) for issue in error.issues] == [
        ("variable A: is not base64", "hint"),
        ("variable A: is too long", ""),
    ]
