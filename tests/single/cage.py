"""Process 1 of namespaces of its own, in a directory that holds the file, a target and chosen mounts."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.e2e.program import PYTHON, children, wait_until
from tests.servers.need import need
from tests.single.program import Single

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.e2e.program import Ended, Running

FORBID = (*PYTHON, str(Path(__file__).with_name("forbid.py")))
ENTER = """
mount --bind "$VEXEC" vexec && mount --bind "$PROBE" probe || exit 99
eval "$MOUNTS" || exit 99
unset VEXEC PROBE MOUNTS PWD SHLVL _
exec chroot . "$@"
"""


def unshare(*kinds: str) -> tuple[str, ...]:
    """Return the beginning of a command that runs in namespaces of its own, as root there."""
    own = () if os.geteuid() == 0 else ("--user", "--map-root-user")
    return (str(need("unshare")), *own, *(f"--{kind}" for kind in kinds), "--fork", "--kill-child")


@dataclass
class Cage:
    """Starts /vexec in a root directory of its own; `mounts` maps directories to options of a tmpfs."""

    single: Single
    root: Path

    def start(
        self,
        *arguments: str,
        mounts: Mapping[str, str] | None = None,
        forbid: Sequence[str] = (),
        env: Mapping[str, str] | None = None,
        has_proc: bool = True,
        setup: str = "true",
        **options: Any,
    ) -> Running:
        """Start it; `setup` is a shell command that runs before it, outside of the root directory's view."""
        for name in ("vexec", "probe"):
            (self.root / name).touch()
        (self.root / "proc").mkdir(exist_ok=True)
        commands = ["mount -t proc proc proc"] if has_proc else []
        for place, words in (mounts or {}).items():
            (self.root / place.strip("/")).mkdir(parents=True, exist_ok=True)
            commands.append(f"mount -t tmpfs -o {words} none {place.strip('/')}")
        given = {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "VEXEC": str(self.single.built),
            "PROBE": self.single.target,
            "MOUNTS": " && ".join([*commands, setup]),
            **(env or {}),
        }
        before = [*unshare("pid", "mount"), "/bin/sh", "-c", ENTER, "sh"]
        if forbid:
            before = [*FORBID, ",".join(forbid), *before]
        inside = Single(Path("/vexec"), Path("/probe"), self.root)
        self.single.started.append(running := inside.start(*arguments, env=given, before=before, **options))
        return running

    def run(self, *arguments: str, **options: Any) -> Ended:
        """Run it to its end; see `start`."""
        return self.start(*arguments, **options).wait()


def inner(running: Running) -> int:
    """Return the id, as this machine counts, of process 1 in the namespaces that a program has made."""
    wait_until(lambda: children(running.pid))
    return children(running.pid)[0]
