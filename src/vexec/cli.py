"""From argv to a command, and from an error to its lines and exit code.

The bare form, `vexec -- COMMAND` or `vexec run -- COMMAND`, is told by hand: argparse is not imported.
"""

from __future__ import annotations

from vexec import log
from vexec.commands import COMMANDS
from vexec.errors import UsageError, VexecError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TRUE = ("1", "t", "T", "true", "True", "TRUE")
ALIASES = {"--help": "help", "-h": "help", "--version": "version"}


def main(argv: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run vexec with the arguments after its own name; returns the exit code."""
    log.configure("warn", "json" if environ.get("VEXEC_LOG_FORMAT") == "json" else "text")
    try:
        return dispatch(list(argv), environ)
    except VexecError as error:
        for issue in error.issues:
            log.error(issue, issue.hint)
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # noqa: BLE001 - the last resort: its text might hold a value, so only its class is told
        log.error(f"unforeseen {type(error).__name__}", "VEXEC_DEBUG=true shows where; please report it")
        if "--debug" in split(list(argv))[0] or environ.get("VEXEC_DEBUG") in TRUE:
            log.traceback()
        return VexecError.exit_code


def dispatch(argv: list[str], environ: Mapping[str, str]) -> int:
    """Tell exec mode from the other commands; everything after the first `--` is the target's (T9)."""
    own, target = split(argv)
    if target is not None and own in ([], ["run"]):
        from vexec.commands.run import run

        return run({}, target, environ)
    name = ALIASES.get(own[0], own[0]) if own else "help"
    if name.startswith("-"):
        name, own = "run", ["run", *own]
    if name not in COMMANDS:
        raise unknown(name, has_target=target is not None)
    from vexec.commands.parser import start

    return start(name, own[1:], target, environ)


def split(argv: list[str]) -> tuple[list[str], list[str] | None]:
    """Split at the first `--`; without one there is no target."""
    if "--" not in argv:
        return argv, None
    index = argv.index("--")
    return argv[:index], argv[index + 1 :]


def unknown(name: str, *, has_target: bool) -> UsageError:
    """Say that a first word is no command, and what was probably meant."""
    from difflib import get_close_matches

    near = get_close_matches(name, COMMANDS, 1)
    if near:
        hint = f"did you mean `vexec {near[0]}`?"
    elif has_target:
        hint = "options begin with --, see `vexec help`"
    else:
        hint = f"to start a program: vexec -- {name} …"
    return UsageError(f"unknown command {name!r}" + (" before --" if has_target else ""), hint=hint)
