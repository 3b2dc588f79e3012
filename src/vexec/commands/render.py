"""`vexec render TEMPLATE:DESTINATION[:MODE]…`: write what templates make of secrets to files, once."""

from __future__ import annotations

from vexec import log
from vexec.config.environ import load
from vexec.config.parse import destination
from vexec.errors import UsageError
from vexec.fetch.plan import Plan
from vexec.pipeline import resolve
from vexec.render import templates
from vexec.system.clock import Deadline
from vexec.system.process import guard

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Mapping, Sequence
    from typing import Any

USAGE = "vexec render TEMPLATE:DESTINATION[:MODE]…"


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("files", nargs="*", metavar="TEMPLATE:DESTINATION[:MODE]", default=[])


def start(
    options: Mapping[str, str],
    rest: Mapping[str, Any],
    target: Sequence[str] | None,
    environ: Mapping[str, str],
) -> int:
    """Render all, then write all: the arguments' files, without one those of the settings; prints nothing."""
    if target is not None:
        hint = "vexec --render TEMPLATE:DESTINATION -- COMMAND renders and starts one"
        raise UsageError("vexec render starts no command", hint=hint)
    config = load(environ, options)
    log.configure(config.log_level, config.log_format)
    for note in config.notes:
        log.warn(note)
    try:
        asked = tuple(map(destination, rest["files"]))
    except ValueError as error:
        raise UsageError(f"an argument {error}", hint=USAGE) from None
    settings = config.templates
    guard()
    jobs = templates.of_destinations(asked, settings) if asked else templates.of_files(settings)
    if not jobs:
        raise UsageError("there is nothing to render", hint=USAGE)
    if config.is_disabled:
        log.warn("VEXEC_DISABLE is set: no template is rendered")
        return 0
    renderer = templates.Renderer(jobs, settings, environ)
    templates.write(resolve(config, Plan({}, {}, ()), Deadline(config.deadline), renderer).files)
    return 0
