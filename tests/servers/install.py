"""Installs what the tests need: `python -m tests.servers.install [--list] [NAME…]`.

What cannot be had is recorded with its reason for the tests, which then skip what needs it and say so.
Only an automatic run (CI=true) ends with an error when something is missing that could be installed.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from tests.servers import debian, golang
from tests.servers.inventory import (
    ENVIRON,
    NEEDS,
    Build,
    Need,
    is_ci,
    is_installable,
    load_reasons,
    locate,
    reason,
    save_reasons,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Install the named programs, by default all, and return the exit code."""
    options = parse(arguments)
    needs = [NEEDS[name] for name in options.names or NEEDS]
    if options.list:
        for need in needs:
            sys.stdout.write(f"{describe(need)}\n")
        return 0
    missing = [need for need in needs if locate(need.name) is None]
    failed = {need.name: reason(need.name) for need in missing if ENVIRON.get(need.variable)}
    wanted = [need for need in missing if need.name not in failed]
    failed |= install_packages(wanted) | install_builds(wanted)
    others = {name: why for name, why in load_reasons().items() if name not in {need.name for need in needs}}
    save_reasons(others | failed)
    for name, why in failed.items():
        say(f"{name}: {why}")
    if not failed:
        say(f"{len(needs)} programs are there")
    return 1 if is_ci() and any(is_installable(NEEDS[name]) for name in failed) else 0


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.servers.install", description="Install what the tests need."
    )
    parser.add_argument("--list", action="store_true", help="only say what is there")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of: {' '.join(NEEDS)}")
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.names if name not in NEEDS]:
        parser.error(f"unknown: {' '.join(unknown)}")
    return options


def install_packages(missing: Sequence[Need]) -> dict[str, str]:
    """Install the Debian packages of what is missing; return name → reason for what is still missing."""
    wanted = [need for need in missing if isinstance(need.source, str)]
    reasons = debian.install(sorted({str(need.source) for need in wanted}), say)
    absent = [need for need in wanted if locate(need.name) is None]
    return {need.name: reasons.get(str(need.source), f"not in the package {need.source}") for need in absent}


def install_builds(missing: Sequence[Need]) -> dict[str, str]:
    """Build what is missing, one after the other; return name → reason for what could not be built."""
    failed = {}
    for need in missing:
        if isinstance(need.source, Build):
            try:
                golang.build(need, need.source, say)
            except golang.BuildError as error:
                failed[need.name] = str(error)
    return failed


def describe(need: Need) -> str:
    """Return one line: the name, and its path or why it is not there."""
    found = locate(need.name)
    return f"{need.name:15} {found or f'missing: {reason(need.name)}'}"


def say(line: str) -> None:
    """Print one line of progress at once."""
    sys.stderr.write(f"servers: {line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    raise SystemExit(main())
