"""The injector's lines: fields that cannot be forged, and a lasting trouble told once."""

from __future__ import annotations

import json

import pytest

from vexec.injector import journal
from vexec.injector.journal import Once, note, spelt


def test_levels_of_the_original(capfd: pytest.CaptureFixture[str]) -> None:
    """The original's words for levels are understood; what is below is not written."""
    journal.configure("err", "standard")
    note("info", "quiet")
    journal.configure("notice", "standard")
    note("info", "heard", a=1)

    assert capfd.readouterr().err == "vexec: heard a=1\n"


def test_json(capfd: pytest.CaptureFixture[str]) -> None:
    """A line of JSON has the fields as members."""
    journal.configure("info", "json")
    note("info", "review", pod='a"b\n', milliseconds=1.5)

    line = json.loads(capfd.readouterr().err)
    assert line.pop("time")
    assert line == {"level": "info", "message": "review", "pod": 'a"b\n', "milliseconds": 1.5}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("api-1", "api-1"),
        ("", '""'),
        ("a b", '"a b"'),
        ("a=b", '"a=b"'),
        ('a"', '"a\\""'),
        ("a\nb", '"a\\nb"'),
        (3, "3"),
    ],
)
def test_values_are_quoted_where_needed(value: str | int, text: str) -> None:
    """A value cannot begin another field, nor another line."""
    assert spelt(value) == text


def test_a_lasting_trouble_is_told_once(capfd: pytest.CaptureFixture[str]) -> None:
    """The same trouble is one line, another one a second, and its end a third."""
    journal.configure("info", "standard")
    trouble = Once("certificates")
    trouble.clear()
    for message in ("away", "away", "refused", "refused"):
        trouble.warn(message)
    trouble.clear()
    trouble.clear()

    lines = ["away", "refused", "works again"]
    assert capfd.readouterr().err == "".join(f"vexec: certificates: {line}\n" for line in lines)
