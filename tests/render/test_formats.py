"""Each form of the output is read back by what it is for, byte for byte, or refused by name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.render import readers
from vexec.errors import RenderError
from vexec.render.formats import FORMATS, docker, dotenv, github, github_masks, systemd

if TYPE_CHECKING:
    from collections.abc import Callable

DELIMITER = "vexec_0123456789abcdef"
NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True)
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
TRICKY = st.text(alphabet="ab '\"\\\n\r\t#$`=;%!~{}()*?\x0b\x1c\x85\u2028\ufeff", max_size=14)
BYTES = st.binary().map(lambda raw: raw.replace(b"\0", b"").decode("utf-8", "surrogateescape"))
VARIABLES = st.dictionaries(NAMES, st.one_of(TEXT, TRICKY), max_size=4)
ANY_NAMES = st.one_of(NAMES, st.text(st.characters(exclude_characters="\0="), min_size=1, max_size=6))
ANYTHING = st.dictionaries(ANY_NAMES, st.one_of(TEXT, TRICKY, BYTES), max_size=3)
WRITERS: dict[str, Callable[[dict[str, str]], str]] = {
    **FORMATS,
    "github": lambda variables: github(variables, DELIMITER),
}


def written_or_refused(form: str, variables: dict[str, str]) -> bytes | None:
    """Return a form's bytes, or None where it refuses; every refusal names a variable and no value."""
    try:
        return WRITERS[form](variables).encode("utf-8", "surrogateescape")
    except RenderError as error:
        assert all(str(issue).startswith("variable ") for issue in error.issues)  # noqa: PT017 - one of two
        return None


@given(VARIABLES)
def test_json_is_read_again(variables: dict[str, str]) -> None:
    """One object of strings, in order."""
    raw = written_or_refused("json", variables)

    assert raw is not None
    assert list(json.loads(raw).items()) == list(variables.items())
    assert raw.count(b"\n") == 1


@given(ANYTHING)
def test_json_is_always_json(variables: dict[str, str]) -> None:
    """What is not UTF-8, in a name or a value, is refused; all else is JSON in UTF-8."""
    raw = written_or_refused("json", variables)

    is_text = all(char < "\ud800" or char > "\udfff" for pair in variables.items() for char in "".join(pair))
    assert (raw is not None) == is_text
    assert raw is None or json.loads(raw.decode()) == variables


@given(ANYTHING)
def test_systemd_reads_it_again(variables: dict[str, str]) -> None:
    """An EnvironmentFile= gives every variable as it was, or the form refuses it."""
    raw = written_or_refused("systemd", variables)

    if raw is not None:
        assert readers.Systemd(raw.decode()).values == variables


@given(VARIABLES)
def test_systemd_refuses_only_what_it_must(variables: dict[str, str]) -> None:
    """Only control characters and Unicode's noncharacters cannot be said."""
    is_said = all(readers.is_taken(char) for value in variables.values() for char in value)

    assert (written_or_refused("systemd", variables) is not None) == is_said


@given(ANYTHING)
def test_docker_reads_it_again(variables: dict[str, str]) -> None:
    """An --env-file gives every variable as it was, or the form refuses it."""
    raw = written_or_refused("docker", variables)

    if raw is not None:
        assert readers.docker(raw) == variables


@given(VARIABLES)
def test_docker_refuses_only_several_lines(variables: dict[str, str]) -> None:
    """Of ordinary variables, only values with a line break cannot be said."""
    is_said = not any("\n" in value or "\r" in value for value in variables.values())

    assert (written_or_refused("docker", variables) is not None) == is_said


@given(ANYTHING)
def test_github_reads_it_again(variables: dict[str, str]) -> None:
    """The file that GITHUB_ENV names gives every variable as it was, or the form refuses it."""
    raw = written_or_refused("github", variables)

    if raw is not None:
        assert readers.github(raw.decode()) == variables


def test_github_keeps_a_value_from_setting_others() -> None:
    """S4.5: a value that holds the delimiter is refused; without it, it sets nothing but itself."""
    attack = "x\nEVIL<<y\n1\ny\nEVIL=2\n"
    assert readers.github(github({"A": attack}, DELIMITER)) == {"A": attack}

    with pytest.raises(RenderError) as caught:
        github({"A": f"x\n{DELIMITER}\nEVIL=1"}, DELIMITER)
    assert str(caught.value) == "variable A cannot be written: its value holds the delimiter"


@given(VARIABLES)
def test_every_line_of_every_value_is_masked(variables: dict[str, str]) -> None:
    """S4.5: the runner hides each line of each value, whatever characters it has."""
    text = github_masks(variables)
    lines = {
        line for value in variables.values() for line in value.replace("\r", "\n").split("\n") if line.strip()
    }

    assert readers.masks(text) >= lines
    assert all(line.startswith("::add-mask::") for line in text.split("\n")[:-1])


def test_masks() -> None:
    """S4.5: % is escaped, a value of several lines has a command for each, and blank lines have none."""
    variables = {"A": "100%\n\n  x\r\n%0A", "B": "", "C": " \n", "D": "100%", "E": "a\x0bb"}

    assert github_masks(variables).split("\n") == [
        "::add-mask::  x", "::add-mask::%250A", "::add-mask::100%25", "::add-mask::a\x0bb", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("form", "name", "value", "words"),
    [
        ("export", "a-b", "x", "its name is none for a shell"),
        ("export", "1", "x", "its name is none for a shell"),
        ("export", "ü", "x", "its name is none for a shell"),
        ("export", "a;b", "x", "its name is none for a shell"),
        ("dotenv", "a b", "x", "its name is none for a dotenv file"),
        ("json", "A", "\udcff", "it is not UTF-8"),
        ("json", "\udcff", "x", "it is not UTF-8"),
        ("systemd", "a.b", "x", "its name is none for systemd"),
        ("systemd", "A", "\udcff", "its value holds what systemd does not take"),
        ("systemd", "A", "\x01", "its value holds what systemd does not take"),
        ("systemd", "A", "a\rb", "its value holds what systemd does not take"),
        ("systemd", "A", "\x7f", "its value holds what systemd does not take"),
        ("systemd", "A", "\ufffe", "its value holds what systemd does not take"),
        ("docker", "a b", "x", "its name is none for an env file"),
        ("docker", "#a", "x", "its name is none for an env file"),
        ("docker", "\ufeffa", "x", "its name is none for an env file"),
        ("docker", "A", "a\nb", "its value has several lines, which an env file cannot hold"),
        ("docker", "A", "a\r", "its value has several lines, which an env file cannot hold"),
        ("docker", "A", "\udcff", "it is not UTF-8"),
        ("docker", "\udcff", "x", "it is not UTF-8"),
        ("github", "a-b", "x", "its name is none for a workflow"),
        ("github", "A", "\udcff", "its value is not UTF-8"),
    ],
)
def test_what_a_form_cannot_say_is_told(form: str, name: str, value: str, words: str) -> None:
    """A variable that a form cannot hold is an error by its name, and nothing is written."""
    with pytest.raises(RenderError) as caught:
        WRITERS[form]({"OK": "hunter2", name: value, "OTHER": "hunter2"})

    assert [str(issue) for issue in caught.value.issues] == [f"variable {name} cannot be written: {words}"]


def test_every_problem_of_a_form_is_told() -> None:
    """All variables that a form cannot hold are told in one go."""
    with pytest.raises(RenderError) as caught:
        docker({"a b": "x", "B": "x\ny", "C": "x"})

    assert len(caught.value.issues) == 2


@pytest.mark.parametrize("form", WRITERS)
def test_nothing_is_nothing(form: str) -> None:
    """Without variables there is nothing to write, in JSON an empty object."""
    assert WRITERS[form]({}) == ("{}\n" if form == "json" else "")


def test_how_it_looks() -> None:
    """The forms are what people expect to see."""
    variables = {"A": "it's", "B": 'two\n"lines"'}

    assert {form: write(variables) for form, write in WRITERS.items() if form != "docker"} == {
        "export": "export A='it'\\''s'\nexport B='two\n\"lines\"'\n",
        "dotenv": 'A="it\'s"\nB="two\\n\\"lines\\""\n',
        "json": '{"A":"it\'s","B":"two\\n\\"lines\\""}\n',
        "systemd": 'A="it\'s"\nB="two\n\\"lines\\""\n',
        "github": f'A<<{DELIMITER}\nit\'s\n{DELIMITER}\nB<<{DELIMITER}\ntwo\n"lines"\n{DELIMITER}\n',
    }
    assert docker({"A": " it's #1 "}) == "A= it's #1 \n"
    assert dotenv({"A": "$x `", "B": "$x\n`"}) == "A='$x `'\nB=\"\\$x\\n\\`\"\n"
    assert systemd({"A": "$x`\\"}) == 'A="\\$x\\`\\\\"\n'
