"""`vexec version`: what this is and what it runs on."""

from __future__ import annotations

import sys

from vexec import __version__
from vexec.system.files import write_out

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def start(
    _options: Mapping[str, str],
    _rest: Mapping[str, object],
    _target: Sequence[str] | None,
    _environ: Mapping[str, str],
) -> int:
    """Print version, Python and OpenSSL."""
    import ssl

    python = ".".join(map(str, sys.version_info[:3]))
    write_out(f"vexec {__version__} (Python {python}, {ssl.OPENSSL_VERSION})\n")
    return 0
