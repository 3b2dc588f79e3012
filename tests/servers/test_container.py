"""Containers run as a strict platform runs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers.container import Containers

USR = ["-v", "/usr:/usr:ro", "-v", "/usr/lib:/lib:ro", "-v", "/usr/lib64:/lib64:ro"]


@pytest.mark.parametrize(
    ("script", "printed"),
    [
        ("echo $$ $(/usr/bin/id -u) $A", "1 65532 b\n"),
        ("/usr/bin/touch /n 2>&1", "/usr/bin/touch: cannot touch '/n': Read-only file system\n"),
        ("read x </a; echo $x", "text\n"),
        ("/usr/bin/grep -E 'CapEff|NoNewPrivs' /proc/self/status", f"CapEff:\t{0:016x}\nNoNewPrivs:\t1\n"),
    ],
    ids=["PID 1 of a user", "read-only root", "files", "no capability"],
)
def test_a_strict_container(containers: Containers, tmp_path: Path, script: str, printed: str) -> None:
    """An image FROM scratch runs as PID 1 of user 65532 with a read-only root."""
    (tmp_path / "a").write_text("text\n")
    image = containers.image("strict", {"/a": tmp_path / "a"}, ["/usr/bin/dash"])

    done = containers.run(image, "-c", f"{script}; exit 7", env={"A": "b"}, options=USR)
    assert (done.stdout, done.returncode) == (printed, 7)
