"""`vexec install DIR`: copy this very file into a directory, for an init container without a shell."""

from __future__ import annotations

import sys

from vexec.errors import UsageError
from vexec.system.install import install

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Mapping, Sequence
    from typing import Any

MODE = 0o555
SELF = "/proc/self/exe"


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("directory", metavar="DIR")


def start(
    _options: Mapping[str, str],
    rest: Mapping[str, Any],
    _target: Sequence[str] | None,
    _environ: Mapping[str, str],
) -> int:
    """Install DIR/vexec; prints nothing."""
    if not getattr(sys, "frozen", False):
        raise UsageError("only the built file can install itself", hint="`make build` makes dist/vexec")
    if not rest["directory"]:
        raise UsageError("the directory is empty", hint="vexec install DIR")
    install(SELF, f"{rest['directory'].rstrip('/')}/vexec", MODE)
    return 0
