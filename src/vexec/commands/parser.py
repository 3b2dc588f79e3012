"""Options and sub-commands by argparse: for everything but the bare exec mode."""

from __future__ import annotations

import argparse

from vexec.config.settings import TABLE
from vexec.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, NoReturn


class Parser(argparse.ArgumentParser):
    """An argparse parser whose errors are vexec's."""

    def error(self, message: str) -> NoReturn:
        """Raise UsageError in place of printing and exiting."""
        raise UsageError(message, hint=f"see `vexec help {self.prog}`")


def make_parser(name: str) -> Parser:
    """Return a parser with an option for each setting: VEXEC_DEADLINE is --deadline."""
    parser = Parser(prog=name, add_help=False, allow_abbrev=False, argument_default=argparse.SUPPRESS)
    parser.add_argument("-h", "--help", action="store_true", dest="help")
    for setting in TABLE:
        if setting.kind == "boolean":
            parser.add_argument(setting.option, dest="set." + setting.name, nargs="?", const="true")
        elif setting.kind == "words":
            parser.add_argument(setting.option, dest="set." + setting.name, action="append")
        else:
            parser.add_argument(setting.option, dest="set." + setting.option[2:])
    return parser


def start(
    name: str, arguments: Sequence[str], target: Sequence[str] | None, environ: Mapping[str, str]
) -> int:
    """Parse a command's arguments and run it."""
    module: Any = __import__(f"vexec.commands.{name}", fromlist=["start"])
    parser = make_parser(name)
    if hasattr(module, "add_arguments"):
        module.add_arguments(parser)
    given = vars(parser.parse_args(list(arguments)))
    if given.pop("help", False):
        from vexec.commands import help as manual

        return manual.show(name)
    options = {key[4:]: joined(value) for key, value in given.items() if key.startswith("set.")}
    rest = {key: value for key, value in given.items() if not key.startswith("set.")}
    status: int = module.start(options, rest, target, environ)
    return status


def joined(value: str | list[str]) -> str:
    """Return the text of an option that may be given several times."""
    return " ".join(value) if isinstance(value, list) else value
