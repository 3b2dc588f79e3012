"""The settings of templates: words that name files and modes, two delimiters, and whether there is any."""

from __future__ import annotations

import pytest

from vexec.config.environ import load
from vexec.config.model import Destination, Templates
from vexec.config.parse import destinations
from vexec.errors import ConfigError

WORDS = {
    "/t:/d": Destination("/t", "/d"),
    "t:d:0600": Destination("t", "d", 0o600),
    "t:d:644": Destination("t", "d", 0o644),
    "t:d:7777": Destination("t", "d", 0o7777),
}
REFUSED = {
    "t": "TEMPLATE:DESTINATION",
    ":d": "TEMPLATE:DESTINATION",
    "t:": "TEMPLATE:DESTINATION",
    "t:d:": "TEMPLATE:DESTINATION",
    "t:d:0600:x": "TEMPLATE:DESTINATION",
    "t:d:8": "not octal",
    "t:d:99": "not octal",
    "t:d:0o600": "not octal",
    "t:d:00600": "not octal",
}


@pytest.mark.parametrize(("word", "expected"), WORDS.items(), ids=WORDS)
def test_words(word: str, expected: Destination) -> None:
    """TEMPLATE:DESTINATION[:MODE], as many as there are."""
    assert destinations(f" {word}\n{word} ") == (expected, expected)


@pytest.mark.parametrize(("word", "message"), REFUSED.items(), ids=REFUSED)
def test_words_that_are_none(word: str, message: str) -> None:
    """What is wrong is told; a wrong word spoils them all."""
    with pytest.raises(ValueError, match=message):
        destinations(f"/t:/d {word}")


@pytest.mark.parametrize("text", ["{{", "{{ }} }}"])
def test_delimiters_are_two(text: str) -> None:
    """What begins an action and what ends it."""
    with pytest.raises(ConfigError, match="VEXEC_TEMPLATE_DELIMITERS takes two words"):
        load({"VEXEC_TEMPLATE_DELIMITERS": text})


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (Templates(), (False, False)),
        (Templates(text="A=1"), (True, True)),
        (Templates(files=("/a",)), (True, True)),
        (Templates(destinations=(Destination("/t", "/d"),)), (False, True)),
    ],
)
def test_whether_there_is_a_template(settings: Templates, expected: tuple[bool, bool]) -> None:
    """One that gives variables, and any at all."""
    assert (settings.gives_variables, settings.is_used) == expected
