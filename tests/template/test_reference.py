"""docs/reference/templates.md names every function, with the signature that the tables have."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from vexec.template.functions import GROUP_OF, GROUPS, find

ROOT = Path(__file__).parents[2]


def test_the_page_is_up_to_date() -> None:
    """The page is what build/functions.py makes of the tables."""
    command = [sys.executable, str(ROOT / "build" / "functions.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (0, "")


def test_the_page_names_every_function() -> None:
    """Each name that a template may call is on the page."""
    text = (ROOT / "docs" / "reference" / "templates.md").read_text()

    assert [name for name in GROUP_OF if f"`{name}`" not in text and f"`{name} " not in text] == []


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_has_the_functions_that_it_is_listed_with(group: str) -> None:
    """A name that the parser knows is a function of its module's table, under that name."""
    assert [find(name).name for name in GROUPS[group]] == list(GROUPS[group])
