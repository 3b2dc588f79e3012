"""What end-to-end tests have: the program, and places in the real server that no other test uses."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import pytest

from tests.e2e.program import Vexec
from tests.e2e.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.servers.vault import VaultServer


@pytest.fixture
def vexec(tmp_path: Path) -> Iterator[Vexec]:
    """Give the program, started in a directory of its own under an environment made from nothing."""
    directory = tmp_path / "home"
    directory.mkdir()
    program = Vexec(directory)
    yield program
    program.close()


@pytest.fixture
def store(vault: VaultServer) -> Store:
    """Give a fresh place in the dev server and the variables that lead there as root."""
    return Store(vault, secrets.token_hex(4))
