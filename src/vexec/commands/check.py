"""`vexec check [--offline] [-- COMMAND]`: explain what a start would do, and every problem it would meet.

It logs in, looks mounts up and reads kv, as a start does, and shows no value. It never causes anything to be
issued. With --offline it asks nothing of the network.
"""

from __future__ import annotations

from vexec import log
from vexec.auth import choose, discover
from vexec.config.environ import CLIENTS, OURS, is_kept, load
from vexec.errors import ConfigError, VexecError
from vexec.fetch.ref import Ref
from vexec.pipeline import ask, collect, origin, read_file, read_plan
from vexec.render.env import check as check_sizes
from vexec.render.env import import_names, merge
from vexec.system.clock import Deadline
from vexec.system.files import write_out
from vexec.system.process import argument_space, find, guard
from vexec.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from vexec.config.model import Config
    from vexec.fetch.interface import Secret
    from vexec.fetch.ref import Source
    from vexec.pipeline import Plan

    Outcomes = Mapping[Ref, Secret | VexecError]


class Row(Value):
    """One line of the report: a variable, where it comes from, and what is known of that."""

    name: str
    source: str
    detail: str = ""


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("--offline", action="store_true", default=False)


def start(
    options: Mapping[str, str],
    rest: Mapping[str, Any],
    target: Sequence[str] | None,
    environ: Mapping[str, str],
) -> int:
    """Write the report to stdout and the problems to stderr; return the first problem's exit code, else 0."""
    config = load(environ, options)
    log.configure(config.log_level, config.log_format)
    problems: list[VexecError] = []
    wanted, issues = read_plan(config, environ, ())
    if issues:
        problems.append(ConfigError(issues))
    lines = [f"server  {config.server.address}", f"log-in  {method_name(config, wanted, problems)}"]
    if target:
        path = wanted.inherited.get("PATH")
        lines.append(f"target  {attempt(lambda: find(target[0], path), problems) or 'cannot be started'}")
    outcomes = fetch(config, wanted, problems, is_offline=rest["offline"])
    if not rest["offline"] and not problems:
        attempt(lambda: assemble(config, wanted, outcomes, target or ["vexec"]), problems)
    lines += ["", *table(rows(wanted, outcomes)), *table(dropped(config, environ), "dropped:")]
    write_out("\n".join(lines) + "\n")
    for problem in problems:
        for issue in problem.issues:
            log.error(issue, issue.hint)
    return problems[0].exit_code if problems else 0


def attempt(step: Callable[[], str | None], problems: list[VexecError]) -> str | None:
    """Run one step; keep its error among the problems, so that the next step is tried as well."""
    try:
        return step()
    except VexecError as error:
        problems.append(error)
        return None


def method_name(config: Config, wanted: Plan, problems: list[VexecError]) -> str:
    """Name the log-in method, or why there is none."""
    if not wanted.refs("vault"):
        return "not needed"

    def name() -> str:
        found = config.login.method or discover(config.login)
        choose(config.login)
        return found

    return attempt(name, problems) or "not possible"


def fetch(
    config: Config, wanted: Plan, problems: list[VexecError], *, is_offline: bool
) -> dict[Ref, Secret | VexecError]:
    """Read what can be read; an error of one reference keeps no other from being read."""
    outcomes = {ref: read_file(ref) for ref in wanted.refs("file")}
    refs = wanted.refs("vault")
    if refs and not is_offline and not any(isinstance(p, ConfigError) for p in problems):
        guard()
        try:
            outcomes.update(ask(config, refs, Deadline(config.deadline), is_patient=True))
        except VexecError as error:
            problems.append(error)
    attempt(lambda: collect_known(wanted, outcomes), problems)
    return outcomes


def collect_known(wanted: Plan, outcomes: Outcomes) -> None:
    """Find what is wrong with the references whose secrets were read."""
    collect(wanted.replace(variables={n: p for n, p in wanted.variables.items() if p}), outcomes)


def assemble(config: Config, wanted: Plan, outcomes: Outcomes, argv: Sequence[str]) -> None:
    """Find what only shows when everything is put together: names that come twice, sizes."""
    imports, explicit = collect(wanted, outcomes)
    items = merge(wanted.inherited, imports, explicit, config.duplicates)
    check_sizes(items, argv, argument_space(argv[0]))


def rows(wanted: Plan, outcomes: Outcomes) -> list[Row]:
    """Return a row for each variable that the target would get."""
    found = {name: Row(name, "inherited") for name in wanted.inherited}
    for source in wanted.sources:
        for row in source_rows(source, outcomes):
            found[row.name] = row
    for name, parts in wanted.variables.items():
        details = [describe(part, outcomes) for part in parts if isinstance(part, Ref)]
        text = origin(parts) if parts else "a reference that cannot be understood"
        found[name] = Row(name, text, "; ".join(dict.fromkeys(details)))
    return [found[name] for name in sorted(found)]


def source_rows(source: Source, outcomes: Outcomes) -> list[Row]:
    """Return a row for each variable of an import, or one for all while its keys are not known."""
    detail = describe(source.ref, outcomes)
    outcome = outcomes.get(source.ref)
    try:
        keys = [] if outcome is None or isinstance(outcome, VexecError) else list(outcome.data)
        names = import_names(source.replace(only=None) if not keys else source, keys)
    except VexecError:
        names = {}
    if not names:
        return [Row(f"({source.ref})", "import", detail)]
    return [Row(name, f"import of {source.ref}, key {key}", detail) for key, name in names.items()]


def describe(ref: Ref, outcomes: Outcomes) -> str:
    """Say what is known of a reference's secret."""
    outcome = outcomes.get(ref)
    if outcome is None:
        return "not looked up"
    if isinstance(outcome, VexecError):
        return "problem, see below"
    version = f", version {outcome.version}" if outcome.version else ""
    lease = "" if ref.kind == "file" else ", no lease"
    return f"{outcome.kind} at {outcome.origin}{version}{lease}"


def dropped(config: Config, environ: Mapping[str, str]) -> list[Row]:
    """Return a row for each inherited variable that the target would not get."""
    result = []
    for name in sorted(environ):
        if name in OURS or name in CLIENTS:
            if not is_kept(name, config):
                result.append(Row(name, "read by vexec or a Vault client (VEXEC_PASS keeps it)"))
        elif name and not is_kept(name, config):
            result.append(Row(name, "left out by VEXEC_INHERIT"))
    return result


def table(entries: Sequence[Row], title: str = "") -> list[str]:
    """Align rows in columns."""
    if not entries:
        return []
    width = max(len(row.name) for row in entries)
    lines = [
        f"{row.name:<{width}}  {row.source}" + (f"  ({row.detail})" if row.detail else "") for row in entries
    ]
    return ["", title, *lines] if title else lines
