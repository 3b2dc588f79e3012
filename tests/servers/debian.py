"""Installs Debian packages, when the user may; only those whose program is missing are asked for."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence

Say = Callable[[str], None]
INSTALL = ["apt-get", "-o", "DPkg::Lock::Timeout=300", "install", "-y", "-q", "--no-install-recommends"]


def install(packages: Sequence[str], say: Say) -> dict[str, str]:
    """Install the packages and return package → reason for those that could not be had."""
    if not packages:
        return {}
    wanted = " ".join(packages)
    if shutil.which("apt-get") is None:
        return dict.fromkeys(packages, f"no apt-get here; install by hand: {wanted}")
    if os.geteuid() != 0:
        return dict.fromkeys(
            packages, f"not root; run: sudo apt-get install --no-install-recommends {wanted}"
        )
    say(f"installing {wanted} with apt-get")
    if run([*INSTALL, *packages]) is None:
        return {}
    run(["apt-get", "-q", "update"])
    if run([*INSTALL, *packages]) is None:
        return {}
    failed = {package: run([*INSTALL, package]) for package in packages}  # one bad name spoils them all
    return {package: reason for package, reason in failed.items() if reason is not None}


def run(command: Sequence[str]) -> str | None:
    """Run apt-get; return None, or the last line of its complaint."""
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode == 0:
        return None
    lines = [line for line in done.stderr.splitlines() if line.strip()] or ["no message"]
    return f"apt-get: {lines[-1]}"
