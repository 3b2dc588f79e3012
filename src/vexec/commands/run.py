"""`vexec [OPTIONS] -- COMMAND [ARG…]`: fetch what the environment asks for and become the command."""

from __future__ import annotations

from vexec import log
from vexec.config.environ import load
from vexec.errors import UsageError
from vexec.fetch.plan import plan
from vexec.pipeline import Rendered, resolve
from vexec.render.env import INHERITED, Item, check
from vexec.system.clock import Deadline
from vexec.system.process import argument_space, find, guard, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vexec.config.model import Config
    from vexec.fetch.plan import Plan


def run(options: Mapping[str, str], command: Sequence[str], environ: Mapping[str, str]) -> int:
    """Become the command with its secrets in the environment; returns only by raising VexecError."""
    config = load(environ, options)
    log.configure(config.log_level, config.log_format)
    for note in config.notes:
        log.warn(note)
    if not command:
        raise UsageError("there is no command after --", hint="vexec -- COMMAND [ARG…]")
    deadline = Deadline(config.deadline)
    wanted = plan(config, environ)
    file = find_early(command[0], wanted)
    done = bypass(config, wanted) if config.is_disabled else fetch(config, wanted, deadline, environ)
    variables = {item.name: item.value for item in done.variables}
    file = file or find(command[0], variables.get("PATH"))
    check(done.variables, command, argument_space(file))
    if done.files:
        from vexec.render.templates import write

        write(done.files)
    replace(file, command, variables)


def find_early(name: str, wanted: Plan) -> str:
    """Find the target before any log-in (T10), or return "" where a secret may still set its PATH."""
    if wanted.fetches("PATH") and "/" not in name:
        return ""
    return find(name, wanted.inherited.get("PATH"))


def fetch(config: Config, wanted: Plan, deadline: Deadline, environ: Mapping[str, str]) -> Rendered:
    """Resolve what is wanted; where that is nothing, no module for it is needed, and no network (T42)."""
    renderer = None
    if config.templates.is_used:
        from vexec.render.templates import prepare  # before any log-in, so that a mistake costs no token

        guard()
        renderer = prepare(config.templates, environ)
    elif wanted.refs("vault"):
        guard()
    return resolve(config, wanted, deadline, renderer)


def bypass(config: Config, wanted: Plan) -> Rendered:
    """Return what the target gets without fetching: variables with references are dropped and named (T20)."""
    dropped = [name for name in wanted.variables if wanted.refers(name)]
    if dropped:
        log.warn(f"VEXEC_DISABLE is set: {', '.join(sorted(dropped))} held references and are not set")
    if config.sources:
        log.warn("VEXEC_DISABLE is set: nothing of VEXEC_FROM is imported")
    if config.templates.is_used:
        log.warn("VEXEC_DISABLE is set: no template is rendered")
    items = [Item(name, value, INHERITED) for name, value in wanted.inherited.items()]
    literals = [(n, "".join(map(str, p))) for n, p in wanted.variables.items() if n not in dropped]
    items += [Item(name, value, "vexec:literal") for name, value in literals]
    return Rendered(items, [])


def start(
    options: Mapping[str, str],
    _rest: Mapping[str, object],
    target: Sequence[str] | None,
    environ: Mapping[str, str],
) -> int:
    """Run with options, as `commands.parser` parsed them."""
    if target is None:
        raise UsageError("there is no -- before the command", hint="vexec [OPTIONS] -- COMMAND [ARG…]")
    return run(options, target, environ)
