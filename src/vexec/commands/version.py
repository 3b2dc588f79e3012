"""`vexec version [--licenses]`: what this is, what it runs on, and the licences of what is packed in."""

from __future__ import annotations

import sys

from vexec import __version__
from vexec.errors import UsageError
from vexec.system.files import write_out

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Mapping, Sequence
    from typing import Any


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("--licenses", action="store_true", default=False)


def start(
    _options: Mapping[str, str],
    rest: Mapping[str, Any],
    _target: Sequence[str] | None,
    _environ: Mapping[str, str],
) -> int:
    """Print version, commit, Python and OpenSSL, or the licence texts."""
    write_out(licences() if rest["licenses"] else summary())
    return 0


def summary() -> str:
    """Return the one line that says what this is."""
    import ssl

    python = ".".join(map(str, sys.version_info[:3]))
    return f"vexec {__version__} ({commit()}, Python {python}, {ssl.OPENSSL_VERSION})\n"


def commit() -> str:
    """Return the commit that the built file was made from; `build/single/target.py` freezes it in."""
    if not getattr(sys, "frozen", False):
        return "from source"
    from single_about import COMMIT  # type: ignore[import-not-found]  # made by the build

    return f"commit {COMMIT}"


def licences() -> str:
    """Return the licence texts of all that is packed into the built file."""
    if not getattr(sys, "frozen", False):
        raise UsageError("only the built file has other programs' parts in it", hint="see LICENSE")
    from single_licences import TEXT  # type: ignore[import-not-found]  # made by the build

    return str(TEXT)
