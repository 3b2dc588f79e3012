"""Dotenv files: what they say, what is an error, and that what vexec writes it reads again."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vexec.fetch.dotenv import parse
from vexec.render.formats import dotenv

HERE = Path(__file__).parent / "dotenv"
GOLDEN = sorted((HERE / "golden").glob("*.env"))
INVALID = sorted((HERE / "invalid").glob("*.env"))
NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True)
VALUES = st.one_of(
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    st.text(alphabet="ab '\"\\\n\r\t#$`=\udcff", max_size=12),
)


def read(path: Path) -> str:
    """Return a file's text as vexec decodes it."""
    return path.read_bytes().decode("utf-8", "surrogateescape")


def test_there_are_cases() -> None:
    """Golden and invalid cases are files; a new case is a new pair of files."""
    assert len(GOLDEN) >= 10
    assert len(INVALID) >= 10


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_golden(path: Path) -> None:
    """A file gives the variables of the .json beside it, in that order."""
    expected = json.loads(path.with_suffix(".json").read_text())

    assert list(parse(read(path)).items()) == list(expected.items())


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_invalid(path: Path) -> None:
    """A file that is not understood is the error of the .txt beside it: the line's number, never its text."""
    with pytest.raises(ValueError, match=r"^line \d+: ") as caught:
        parse(read(path))

    assert str(caught.value) + "\n" == path.with_suffix(".txt").read_text()
    assert "hunter2" not in str(caught.value)


@given(st.dictionaries(NAMES, VALUES, max_size=4))
def test_what_is_written_is_read_again(variables: dict[str, str]) -> None:
    """T18: `vexec env --format dotenv` and VEXEC_FROM=file:….env agree on every value, byte for byte."""
    assert parse(dotenv(variables)) == variables


@given(st.text(alphabet="AB=' \"\\n#\n\r\tx$", max_size=20))
def test_any_text_is_variables_or_an_error(text: str) -> None:
    """No text makes anything but a mapping or an error that names a line of the file."""
    try:
        values = parse(text)
    except ValueError as error:
        line = int(str(error).split(":")[0].removeprefix("line "))
        assert 1 <= line <= text.count("\n") + 1
        return
    assert all(name and not set(name) & set(" \t\n=") for name in values)


def test_a_large_file_takes_time_by_its_size() -> None:
    """A file of many lines is read in one pass."""
    lines = "".join(f"NAME_{number}='value'\n" for number in range(50_000))
    began = time.monotonic()

    assert len(parse(lines)) == 50_000
    assert time.monotonic() - began < 5
