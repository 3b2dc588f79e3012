"""Says what a test needs: skips it with the reason, or fails it on CI when it could have been installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.servers.inventory import NEEDS, is_ci, is_installable, locate, reason

if TYPE_CHECKING:
    from pathlib import Path


def need(name: str) -> Path:
    """Return the path of a program of the table; skip the test, or fail it on CI, when it is not there."""
    found = locate(name)
    if found is not None:
        return found
    if is_ci() and is_installable(NEEDS[name]):
        pytest.fail(f"{name} — {reason(name)}", pytrace=False)
    pytest.skip(f"{name} — {reason(name)}")
