"""Runs Python code as a user that owns nothing: modes are real for it, as they are not for root."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

UID, GID = 65534, 65533
BECOME = f"import os, sys\nos.setgroups([]); os.setgid({GID}); os.setuid({UID})\n"


@contextmanager
def open_directory() -> Iterator[Path]:
    """Give a directory that everybody can reach, as pytest's own is not."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        directory.chmod(0o755)
        yield directory


def run_as_other(imports: str, code: str, *arguments: str) -> str:
    """Return what the code prints; `imports` run while still root, since others may not reach the modules."""
    if os.geteuid() != 0:
        pytest.skip("another user — the test has to be root to become one")
    done = subprocess.run(
        [sys.executable, "-c", f"{imports}\n{BECOME}{code}", *arguments],
        env={"PYTHONPATH": os.pathsep.join(sys.path), "PATH": os.defpath},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stderr == ""
    return done.stdout.strip()
