"""`vexec install DIR` needs a directory and the built file."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from vexec.commands.install import start
from vexec.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


def test_from_source_it_is_refused(tmp_path: Path) -> None:
    """What runs from source is not one file; it says what makes one."""
    with pytest.raises(UsageError) as caught:
        start({}, {"directory": str(tmp_path)}, None, {})

    assert (str(caught.value), caught.value.hint) == (
        "only the built file can install itself",
        "`make build` makes dist/vexec",
    )
    assert list(tmp_path.iterdir()) == []


def test_an_empty_directory_name_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty name, as of a variable that is not set, does not mean the root directory."""
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    with pytest.raises(UsageError, match="the directory is empty"):
        start({}, {"directory": ""}, None, {})
