"""Options: one for each setting, none that takes a secret, and what is meant by a wrong one."""

from __future__ import annotations

import pytest

from vexec.commands import COMMANDS
from vexec.commands.parser import make_parser, meant, refusal, start
from vexec.config.settings import TABLE
from vexec.errors import UsageError


def test_every_setting_is_an_option() -> None:
    """Each setting has an option, and a secret only one for its file."""
    options = {option for action in make_parser("run")._actions for option in action.option_strings}

    assert options == {setting.option for setting in TABLE}
    for setting in TABLE:
        assert setting.option.endswith("-file") == (
            setting.kind == "secret" or setting.name in ("ssl-cert-file", "template-file")
        )


def test_options_are_not_abbreviated() -> None:
    """`--dead` is no option: a later setting may begin with it as well."""
    with pytest.raises(UsageError, match="there is no option --dead"):
        start("run", ["--dead", "3"], ["true"], {})


@pytest.mark.parametrize(
    ("option", "hint"),
    [
        ("--token", "others could see a secret that is an argument: use --token-file, or the variable"),
        ("--deadlines", "did you mean --deadline?"),
        ("--q", "`vexec help env` lists the settings: each is an option"),
    ],
)
def test_what_an_unknown_option_was_meant_to_be(option: str, hint: str) -> None:
    """A near name, the file's option of a secret, or where the list is."""
    assert meant(option) == hint


def test_a_refusal_shows_no_value() -> None:
    """T38: of `--token=VALUE`, or of words that follow, only the option's name is told."""
    for words in (["--token=canary"], ["--token", "canary"], ["canary", "--token", "canary"], ["canary"]):
        error = refusal("run", words)
        assert "canary" not in error.message + error.hint


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    """`vexec COMMAND --help` prints the main page, whatever the command needs."""
    for option in ("--help", "-h"):
        assert start(name, [option], None, {}) == 0
        assert capfd.readouterr().out.startswith("vexec ")
