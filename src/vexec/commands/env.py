"""`vexec env [--format FORM] [SOURCE…]`: print what would be fetched, and nothing unless all of it was."""

from __future__ import annotations

from os import strerror
from secrets import token_hex

from vexec import log
from vexec.commands.run import bypass
from vexec.config.environ import load
from vexec.errors import ConfigError, Issue, RenderError, UsageError
from vexec.fetch.plan import plan
from vexec.pipeline import resolve
from vexec.render.env import INHERITED
from vexec.render.formats import FORMATS, github, github_masks
from vexec.system.clock import Deadline
from vexec.system.files import write_out
from vexec.system.process import guard

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Mapping, Sequence
    from typing import Any


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("--format", "-f", choices=[*FORMATS, "github"], default="export")
    parser.add_argument("sources", nargs="*", metavar="SOURCE", default=[])


def start(
    options: Mapping[str, str],
    rest: Mapping[str, Any],
    target: Sequence[str] | None,
    environ: Mapping[str, str],
) -> int:
    """Fetch, then print: with SOURCE arguments only those, else all that the environment asks for."""
    if target is not None:
        raise UsageError("vexec env starts no command", hint="vexec -- COMMAND starts one")
    config = load(environ, options)
    log.configure(config.log_level, config.log_format)
    for note in config.notes:
        log.warn(note)
    seen = {name: value for name, value in environ.items() if not rest["sources"]}
    wanted = plan(config, seen, rest["sources"])
    if rest["format"] == "github" and not environ.get("GITHUB_ENV"):
        hint = "--format github runs in a workflow's step; elsewhere use another form"
        raise ConfigError([Issue("GITHUB_ENV is not set", hint)])
    if config.is_disabled:
        done = bypass(config, wanted)
    else:
        guard()
        renderer = None
        if config.templates.gives_variables and not rest["sources"]:
            from vexec.render.templates import prepare

            renderer = prepare(config.templates, environ, has_files=False)
        done = resolve(config, wanted, Deadline(config.deadline), renderer)
    for file in done.files:
        log.warn(f"{file.path} is not written: that is for exec mode and `vexec render`")
    variables = {item.name: item.value for item in done.variables if item.origin != INHERITED}
    nul = [Issue(f"variable {name} holds a NUL byte") for name, value in variables.items() if "\0" in value]
    if nul:
        raise RenderError(nul)
    if rest["format"] == "github":
        write_github(variables, environ["GITHUB_ENV"])
    else:
        write_out(FORMATS[rest["format"]](variables))
    return 0


def write_github(variables: Mapping[str, str], path: str) -> None:
    """Mask the values on stdout first, then append the variables to the file that $GITHUB_ENV names."""
    text = github(variables, "vexec_" + token_hex(16))
    try:
        with open(path, "a", encoding="utf-8") as stream:
            write_out(github_masks(variables))
            stream.write(text)
    except OSError as error:
        reason = strerror(error.errno or 0).lower()
        raise RenderError([Issue(f"GITHUB_ENV: {path} cannot be written: {reason}")]) from None
