"""The help fits a screen, is complete, and agrees with what it speaks of."""

from __future__ import annotations

import re

import pytest

from vexec.cli import main
from vexec.commands.help import CODES, COMMANDS, MAIN, REFERENCES, TOPICS, env_topic
from vexec.config.settings import TABLE, names
from vexec.fetch.ref import CHOICES, FLAGS, IMPORTS, OPTIONS
from vexec.render.formats import FORMATS


def test_the_main_page_fits_a_screen() -> None:
    """`vexec --help` has at most 24 lines of 80 characters."""
    assert len(MAIN.splitlines()) <= 24
    assert max(map(len, MAIN.splitlines())) <= 80


@pytest.mark.parametrize("text", [REFERENCES, CODES])
def test_topics_fit_a_screens_width(text: str) -> None:
    """No line of a topic is broken by a terminal of 80 columns."""
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize(
    "arguments", [["--help"], ["-h"], ["help"], [], ["run", "--help"], ["help", "check"]]
)
def test_ways_to_the_main_page(arguments: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    """Whoever asks for help, or types nothing, gets the main page on stdout."""
    assert main(arguments, {}) == 0

    assert capfd.readouterr() == (MAIN, "")


@pytest.mark.parametrize("topic", [topic for topic in TOPICS if topic])
def test_a_topic(topic: str, capfd: pytest.CaptureFixture[str]) -> None:
    """`vexec help TOPIC` prints it, and the main page names it."""
    assert main(["help", topic], {}) == 0

    assert capfd.readouterr() == (TOPICS[topic](), "")
    assert topic in MAIN


def test_an_unknown_topic(capfd: pytest.CaptureFixture[str]) -> None:
    """A topic that does not exist is an error of usage that lists the others."""
    assert main(["help", "me"], {}) == 64

    assert capfd.readouterr() == (
        "",
        "vexec: no help on 'me'\nvexec: hint: topics are env, references, exit-codes\n",
    )


def test_help_needs_no_right_configuration(capfd: pytest.CaptureFixture[str]) -> None:
    """Help is given under any environment."""
    assert main(["help", "env"], {"VEXEC_TYPO": "x", "VAULT_ADDR": "x"}) == 0

    assert capfd.readouterr() == (env_topic(), "")


def test_every_command_and_form_is_named() -> None:
    """The main page speaks of every command and of every form of `vexec env`."""
    assert all(f"vexec {name}" in MAIN for name in COMMANDS)
    assert all(re.search(rf"\b{form}\b", MAIN) for form in (*FORMATS, "github"))


def test_every_option_of_references_is_named() -> None:
    """`vexec help references` has every option and every choice of one."""
    options = {*OPTIONS["vault"], *OPTIONS["file"], *IMPORTS, *FLAGS}

    assert [name for name in options if not re.search(rf"\b{name}\b", REFERENCES)] == []
    for name, choices in CHOICES.items():
        listed = re.search(rf"\b{name}=([a-z0-9|]+)", REFERENCES)
        assert listed is not None
        assert set(listed[1].split("|")) == set(choices)


def test_every_variable_is_named() -> None:
    """`vexec help env` lists each variable once, with default and choices."""
    text = env_topic()
    listed = [name for line in re.findall(r"^  (\S.*)$", text, re.MULTILINE) for name in line.split(", ")]

    assert listed == [name for setting in TABLE for name in names(setting)]
    for setting in TABLE:
        assert f"[{setting.default}]" in text or not setting.default
        assert ", ".join(setting.choices) in text
