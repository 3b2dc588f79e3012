"""Options and sub-commands by argparse: for everything but the bare exec mode."""

from __future__ import annotations

import argparse
from difflib import get_close_matches

from vexec.commands import COMMANDS
from vexec.config.settings import TABLE
from vexec.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, NoReturn

HELP = frozenset(("-h", "--help"))
FLAGS = frozenset(setting.option for setting in TABLE if setting.kind == "boolean")


class Parser(argparse.ArgumentParser):
    """An argparse parser whose errors are vexec's."""

    def error(self, message: str) -> NoReturn:
        """Raise UsageError in place of printing and exiting."""
        raise UsageError(message, hint="see `vexec help`")


def make_parser(name: str) -> Parser:
    """Return a parser with an option for each setting: VEXEC_DEADLINE is --deadline."""
    parser = Parser(prog=name, add_help=False, allow_abbrev=False, argument_default=argparse.SUPPRESS)
    for setting in TABLE:
        action = "append" if setting.kind in ("words", "destinations") else "store"
        parser.add_argument(setting.option, dest="set." + setting.option[2:], action=action)
    return parser


def start(
    name: str, arguments: Sequence[str], target: Sequence[str] | None, environ: Mapping[str, str]
) -> int:
    """Parse a command's arguments and run it."""
    if name == "inject":
        return inject(arguments, target, environ)
    if not HELP.isdisjoint(arguments):
        from vexec.commands import help as manual

        return manual.show("")
    module: Any = __import__(f"vexec.commands.{name}", fromlist=["start"])
    parser = make_parser(name)
    if hasattr(module, "add_arguments"):
        module.add_arguments(parser)
    parsed, extra = parser.parse_known_args([f"{word}=true" if word in FLAGS else word for word in arguments])
    given = vars(parsed)
    if extra:
        raise refusal(name, extra)
    options = {key[4:]: joined(value) for key, value in given.items() if key.startswith("set.")}
    rest = {key: value for key, value in given.items() if not key.startswith("set.")}
    status: int = module.start(options, rest, target, environ)
    return status


def inject(arguments: Sequence[str], target: Sequence[str] | None, environ: Mapping[str, str]) -> int:
    """Run the injector, which has options of its own and is not part of the single file."""
    try:
        module: Any = __import__("vexec.commands.inject", fromlist=["start"])
    except ImportError as error:
        hint = "it is in the injector's own image, or `pip install vexec[injector]`"
        raise UsageError(f"`vexec inject` is not in here: no module {error.name}", hint=hint) from None
    parser = Parser(prog="inject", add_help=False, allow_abbrev=False, argument_default=argparse.SUPPRESS)
    module.add_arguments(parser)
    if not HELP.isdisjoint(arguments):
        return int(module.show())
    given, extra = parser.parse_known_args(arguments)
    if extra:
        word = extra[0].partition("=")[0]
        what = f"there is no option {word}" if word.startswith("-") else "`vexec inject` takes options only"
        raise UsageError(what, hint="see `vexec inject --help`")
    return int(module.start({}, vars(given), target, environ))


def refusal(name: str, extra: Sequence[str]) -> UsageError:
    """Say which words cannot be understood: an option by its name, since its value may be a secret."""
    unknown = [word.partition("=")[0] for word in extra if word.startswith("-")]
    if unknown:
        return UsageError(f"there is no option {unknown[0]}", hint=meant(unknown[0]))
    if name == "run":
        hint = "vexec [OPTIONS] -- COMMAND [ARG…]"
        if extra[0] in COMMANDS:
            hint += f", or `vexec {extra[0]}` with its options after it"
        return UsageError("there is no -- before the command", hint=hint)
    return UsageError(f"`vexec {name}` takes no more arguments", hint="see `vexec help`")


def meant(option: str) -> str:
    """Say what an unknown option was probably meant to be."""
    options = [setting.option for setting in TABLE]
    if f"{option}-file" in options:
        return f"others could see a secret that is an argument: use {option}-file, or the variable"
    near = get_close_matches(option, options, 1)
    return f"did you mean {near[0]}?" if near else "`vexec help env` lists the settings: each is an option"


def joined(value: str | list[str]) -> str:
    """Return the text of an option that may be given several times."""
    return " ".join(value) if isinstance(value, list) else value
