"""`vexec inject` as a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@contextmanager
def injector(
    *options: str, env: Mapping[str, str] | None = None
) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Start the injector and give it with its port, once it listens."""
    command = [sys.executable, "-m", "vexec", "inject", *options]
    with subprocess.Popen(
        command, env={"PATH": os.defpath, **(env or {})}, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stderr is not None
            for line in process.stderr:
                if found := re.search(r"listening.*127\.0\.0\.1:(\d+)", line):
                    yield process, int(found[1])
                    break
            else:
                pytest.fail("it does not listen")
        finally:
            process.kill()
