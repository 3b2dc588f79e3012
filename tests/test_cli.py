"""From argv to a command, and from an error to its lines and exit code, without a process."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import pytest

from vexec import log
from vexec.cli import main, split
from vexec.errors import VexecError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CANARY = "canary-5f0e8a1c"


class Broken(dict[str, str]):
    """An environment that nobody foresaw: reading all of it fails, with a secret in the error's words."""

    def __init__(self, error: BaseException, **variables: str) -> None:
        super().__init__(variables)
        self.error = error

    def __iter__(self) -> NoReturn:
        raise self.error


@pytest.fixture(autouse=True)
def quiet_again() -> Iterator[None]:
    """Leave the log as it was."""
    yield
    log.configure("warn", "text")


@pytest.mark.parametrize(
    ("argv", "own", "target"),
    [
        ([], [], None),
        (["--"], [], []),
        (["--", "a", "--", "b"], [], ["a", "--", "b"]),
        (["run", "--", "--help"], ["run"], ["--help"]),
        (["--deadline", "3"], ["--deadline", "3"], None),
        (["--", "--"], [], ["--"]),
    ],
)
def test_the_first_dashes_split(argv: list[str], own: list[str], target: list[str] | None) -> None:
    """T9: everything after the first -- is the target's, nothing before it is."""
    assert split(argv) == (own, target)


def test_an_unforeseen_error_tells_its_class_only(capfd: pytest.CaptureFixture[str]) -> None:
    """T38: the words of an exception that nobody foresaw may hold anything, so they are not shown."""
    assert main(["--", "/bin/true"], Broken(ValueError(CANARY))) == 70
    assert capfd.readouterr() == (
        "",
        "vexec: unforeseen ValueError\nvexec: hint: VEXEC_DEBUG=true shows where; please report it\n",
    )


@pytest.mark.parametrize(
    ("argv", "variables", "is_shown"),
    [
        (["--debug", "--", "/bin/true"], {}, True),
        (["--", "/bin/true"], {"VEXEC_DEBUG": "true"}, True),
        (["--", "/bin/true"], {"VEXEC_DEBUG": "false"}, False),
        (["--", "/bin/true", "--debug"], {}, False),
        (["--", "--debug"], {}, False),
    ],
)
def test_the_traceback_is_asked_for(
    capfd: pytest.CaptureFixture[str], argv: list[str], variables: dict[str, str], is_shown: bool
) -> None:
    """`--debug` before the --, or VEXEC_DEBUG, shows the traceback; the target's own --debug does not."""
    assert main(argv, Broken(ValueError("words"), **variables)) == 70
    assert ("Traceback" in capfd.readouterr().err) is is_shown


def test_a_traceback_is_redacted(capfd: pytest.CaptureFixture[str]) -> None:
    """T38: a known secret in an exception's words is taken out of the traceback."""
    log.protect(CANARY)

    assert main(["--debug", "--", "/bin/true"], Broken(ValueError(f"got {CANARY}"))) == 70
    assert "ValueError: got [redacted]" in capfd.readouterr().err


def test_an_interrupt_exits_130(capfd: pytest.CaptureFixture[str]) -> None:
    """SIGINT before vexec's own handler is there ends it without a traceback."""
    assert main(["--", "/bin/true"], Broken(KeyboardInterrupt())) == 130
    assert capfd.readouterr() == ("", "")


def test_every_issue_is_a_line(capfd: pytest.CaptureFixture[str]) -> None:
    """All issues of an error are told, each with its hint, and its class gives the exit code."""
    assert main(["--", "/bin/true"], {"A": "vault:secret/app", "B": "vexec:aws:x"}) == 78
    assert [line.partition(": ")[2] for line in capfd.readouterr().err.splitlines()] == [
        "variable A: a reference to a secret names no key",
        "hint: write vault:PATH#KEY, or ?as=json for the whole",
        "variable B: unknown kind of reference after vexec:, known are file and literal",
        "hint: a value that is meant as it stands is written vexec:literal:TEXT",
    ]


def subclasses(cls: type[VexecError]) -> list[type[VexecError]]:
    """Return all classes of the tree below one."""
    return [cls, *(deeper for direct in cls.__subclasses__() for deeper in subclasses(direct))]


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_form_of_early_errors(capfd: pytest.CaptureFixture[str], form: str) -> None:
    """VEXEC_LOG_FORMAT holds from the first word on, and the next start begins anew."""
    starts: list[Callable[[], int]] = [
        lambda: main(["chek"], {"VEXEC_LOG_FORMAT": form}),
        lambda: main(["chek"], {}),
    ]
    assert [start() for start in starts] == [64, 64]

    first, *_, last = capfd.readouterr().err.splitlines()
    assert first.startswith("{" if form == "json" else "vexec: ")
    assert last == "vexec: hint: did you mean `vexec check`?"


def test_exit_codes_are_documented_in_help(capfd: pytest.CaptureFixture[str]) -> None:
    """T40: every code that an error of vexec's may end in is in `vexec help exit-codes`."""
    assert main(["help", "exit-codes"], {}) == 0

    text = capfd.readouterr().out
    codes = {cls.exit_code for cls in subclasses(VexecError)} | {126, 127}
    assert not [code for code in codes if str(code) not in text]
