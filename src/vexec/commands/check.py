"""`vexec check [--offline] [-- COMMAND]`: explain what a start would do, and every problem it would meet.

It logs in, looks mounts up and reads kv, as a start does, and shows no value. It never causes anything to be
issued. With --offline it asks nothing of the network.
"""

from __future__ import annotations

from vexec import log
from vexec.auth import choose, discover
from vexec.commands import explain
from vexec.commands.explain import Outcome, Row
from vexec.config.environ import CLIENTS, OURS, is_kept, load
from vexec.errors import ConfigError, SecretNotFound, UsageError, VexecError
from vexec.fetch.plan import read_plan
from vexec.fetch.ref import Ref
from vexec.pipeline import read_file
from vexec.render.env import check as check_sizes
from vexec.render.env import import_names, merge
from vexec.render.gather import gather, origin, spelt
from vexec.session import Session
from vexec.system.clock import Deadline
from vexec.system.files import write_out
from vexec.system.process import argument_space, find, guard

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, TypeVar

    from vexec.config.model import Config
    from vexec.fetch.interface import Secret
    from vexec.fetch.plan import Plan
    from vexec.fetch.ref import Source
    from vexec.render.env import Item
    from vexec.render.templates import Renderer

    T = TypeVar("T")
    Outcomes = Mapping[Ref, Secret | VexecError]

IMPOSSIBLE = "not possible"
ORDER = "reference > template > later import > earlier import > inherited"


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
    problems: list[VexecError] = []
    config = attempt(lambda: load(environ, options), problems)
    is_online = config is not None and not rest["offline"]
    config = config or load({})  # to explain the rest as far as it goes without
    log.configure(config.log_level, config.log_format)
    for note in config.notes:
        log.warn(note)
    wanted, issues = read_plan(config, environ, ())
    if issues and not config.is_disabled:
        problems.append(ConfigError(issues))
    method = method_name(config, wanted, problems) if is_online or rest["offline"] else "not known"
    lines = [f"server  {config.server.address}", f"log-in  {method}"]
    renderer = explain.load(config, environ, problems)
    outcomes: dict[Ref, Secret | VexecError] = {}
    texts: list[Outcome] = []
    if not config.is_disabled:
        is_offline = not is_online or method == IMPOSSIBLE
        outcomes, texts = fetch(config, wanted, renderer, problems=problems, is_offline=is_offline)
    items = assemble(config, wanted, outcomes, texts, problems=problems)
    attempt(lambda: check_sizes(items, target or (), argument_space(target[0] if target else "")), problems)
    if target is not None:
        lines.append(f"target  {find_target(target, wanted, items, problems)}")
    if wanted.sources or config.templates.gives_variables:
        lines.append(f"order   {ORDER} (VEXEC_DUPLICATES={config.duplicates})")
    lines += [
        "",
        *table(rows(config, wanted, outcomes, texts)),
        *table(explain.files(texts), "files:"),
        *table(dropped(config, wanted, environ), "dropped:"),
    ]
    attempt(lambda: write_out("\n".join(map(log.plain, lines)) + "\n"), problems)
    for problem in problems:
        for issue in problem.issues:
            log.error(issue, issue.hint)
    return problems[0].exit_code if problems else 0


def attempt(step: Callable[[], T], problems: list[VexecError]) -> T | None:
    """Run one step; keep its error among the problems, so that the next step is tried as well."""
    try:
        return step()
    except VexecError as error:
        problems.append(error)
        return None


def method_name(config: Config, wanted: Plan, problems: list[VexecError]) -> str:
    """Name the log-in method, or why there is none."""
    if not wanted.refs("vault") and not config.templates.is_used:
        return "not needed"
    if config.is_disabled:
        return "none: VEXEC_DISABLE is set"

    def name() -> str:
        choose(config.login)
        return config.login.method or discover(config.login)

    return attempt(name, problems) or IMPOSSIBLE


def fetch(
    config: Config,
    wanted: Plan,
    renderer: Renderer | None,
    *,
    problems: list[VexecError],
    is_offline: bool,
) -> tuple[dict[Ref, Secret | VexecError], list[Outcome]]:
    """Read what can be read, and render; an error of one keeps no other from being tried."""
    outcomes = {ref: read_file(ref) for ref in wanted.refs("file")}
    refs = wanted.refs("vault")
    unknown = [Outcome(job) for job in renderer.jobs] if renderer else []
    if is_offline or not (refs or renderer):
        return outcomes, unknown
    guard()
    session = Session(config, Deadline(config.deadline))

    def work() -> list[Outcome]:
        outcomes.update(session.fetch(refs, is_patient=True))
        return explain.render(renderer, session, problems) if renderer else []

    found = attempt(lambda: session.run(work), problems)
    return outcomes, unknown if found is None else found


def assemble(
    config: Config,
    wanted: Plan,
    outcomes: Outcomes,
    texts: Sequence[Outcome],
    *,
    problems: list[VexecError],
) -> list[Item]:
    """Put together what is known; find also what only shows then: names that come twice."""
    understood = {name: parts for name, parts in wanted.variables.items() if parts}
    imports, explicit, failures = gather(wanted.replace(variables=understood), outcomes)
    problems += failures
    imports += explain.lines_of(texts, problems)
    return attempt(lambda: merge(wanted.inherited, imports, explicit, config.duplicates), problems) or []


def find_target(
    command: Sequence[str], wanted: Plan, items: Sequence[Item], problems: list[VexecError]
) -> str:
    """Return the file of the command, by the PATH that the target would get, or why there is none."""
    if not command:
        problems.append(UsageError("there is no command after --", hint="vexec check -- COMMAND"))
        return "none"
    path = next((item.value for item in items if item.name == "PATH"), wanted.inherited.get("PATH"))
    if path is None and wanted.fetches("PATH") and "/" not in command[0]:
        return f"{command[0]}, to be looked for in a PATH that is not known here"
    return attempt(lambda: find(command[0], path), problems) or f"{command[0]} cannot be started"


def rows(config: Config, wanted: Plan, outcomes: Outcomes, texts: Sequence[Outcome]) -> list[Row]:
    """Return a row for each variable that the target would get, and what it stands in place of (T41)."""
    found = {name: Row(name, "inherited") for name in wanted.inherited}
    sources = () if config.is_disabled else wanted.sources
    imported = [row for source in sources for row in source_rows(source, outcomes)]
    for row in [*imported, *explain.variables(texts)]:
        there = found.get(row.name)
        if there is not None and config.duplicates == "keep":
            found[row.name] = there.noted(f"not {row.source}")
        else:
            found[row.name] = row.noted(f"in place of {there.source}") if there else row
    for name, parts in wanted.variables.items():
        if config.is_disabled and wanted.refers(name):
            continue
        details = [describe(part, outcomes) for part in parts if isinstance(part, Ref)]
        text = origin(parts) if parts else "a reference that cannot be understood"
        row = Row(name, text, "; ".join(dict.fromkeys(details)))
        found[name] = row.noted(f"in place of {found[name].source}") if name in found else row
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
        return [Row(f"({spelt(source)})", "import", detail)]
    return [Row(name, f"import of {spelt(source)}, key {key}", detail) for key, name in names.items()]


def describe(ref: Ref, outcomes: Outcomes) -> str:
    """Say what is known of a reference's secret."""
    outcome = outcomes.get(ref)
    if outcome is None:
        return "not looked up"
    if isinstance(outcome, VexecError):
        is_fine = isinstance(outcome, SecretNotFound) and (ref.is_optional or ref.default is not None)
        return "missing, as it may be" if is_fine else "problem, see below"
    version = f", version {outcome.version}" if outcome.version else ""
    lease = "" if ref.kind == "file" else ", no lease"
    return f"{outcome.kind} at {outcome.origin}{version}{lease}"


def dropped(config: Config, wanted: Plan, environ: Mapping[str, str]) -> list[Row]:
    """Return a row for each variable of the environment that the target would not get."""
    result = []
    for name in sorted(environ):
        if name in OURS or name in CLIENTS:
            if not is_kept(name, config):
                result.append(Row(name, "read by vexec or a Vault client (VEXEC_PASS keeps it)"))
        elif name in wanted.variables:
            if config.is_disabled and wanted.refers(name):
                result.append(Row(name, "holds a reference, and VEXEC_DISABLE is set"))
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
