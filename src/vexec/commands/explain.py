"""What `vexec check` finds out about templates: it renders as a start does, but writes nothing anywhere.

Nor does it read where reading may issue something: it looks the mount of each path up first, and reads only
from those that keep what was written to them.
"""

from __future__ import annotations

from vexec import log
from vexec.errors import VexecError
from vexec.fetch.engines import ENGINES
from vexec.fetch.mounts import UNKNOWN
from vexec.render.templates import Job, Renderer, Text, origin, prepare, to_variables
from vexec.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vexec.config.model import Config
    from vexec.fetch.interface import Secret
    from vexec.fetch.ref import Ref
    from vexec.render.env import Item
    from vexec.session import Session


class Row(Value):
    """One line of the report: a variable, where it comes from, and what is known of that."""

    name: str
    source: str
    detail: str = ""

    def noted(self, note: str) -> Row:
        """Return the row with one more detail."""
        return self.replace(detail=f"{self.detail}; {note}" if self.detail else note)


class Undone(Exception):
    """A template asks for what a check does not do; the text says what."""


class Outcome(Value):
    """What came of one template: its text, or why there is none."""

    job: Job
    text: Text | None = None
    reason: str = "not rendered"

    @property
    def name(self) -> str:
        """The template, as an origin names it."""
        return origin(self.job)

    def items(self) -> list[Item]:
        """Return the variables of its lines."""
        return to_variables([self.text]) if self.text else []


def load(config: Config, environ: Mapping[str, str], problems: list[VexecError]) -> Renderer | None:
    """Parse all templates; None where there are none, or one of them is wrong."""
    settings = config.templates
    if not settings.is_used or config.is_disabled:
        return None
    try:
        return prepare(settings, environ)
    except VexecError as error:
        problems.append(error)
        return None


def render(renderer: Renderer, session: Session, problems: list[VexecError]) -> list[Outcome]:
    """Render each template as far as that goes without writing to the server, and issuing nothing."""

    def fetch(refs: Sequence[Ref]) -> Mapping[Ref, Secret | VexecError]:
        found, undone = read(refs, session)
        if undone:
            raise Undone(undone[0])
        return found

    first = renderer.first_asks()
    renderer.learn(first, read(list(first.values()), session)[0])
    outcomes = []
    for job in renderer.jobs:
        try:
            outcomes.append(Outcome(job, renderer.render(job, fetch)))
        except Undone as what:
            outcomes.append(Outcome(job, reason=f"not rendered, since it {log.redact(str(what))}"))
        except VexecError as error:
            problems.append(error)
            outcomes.append(Outcome(job, reason="problem, see below"))
    return outcomes


def read(refs: Sequence[Ref], session: Session) -> tuple[dict[Ref, Secret | VexecError], list[str]]:
    """Read where that issues nothing; return what is found, and of all else what it would do.

    Where a look-up is denied the mount is not known, and nothing is read.
    """
    undone = [f"writes to {ref.path}" for ref in refs if ref.form == "write"]
    found: dict[Ref, Secret | VexecError] = {}
    kept = []
    for ref, mount in session.locate([ref for ref in refs if ref.form != "write"]).items():
        if isinstance(mount, VexecError):
            found[ref] = mount
        elif mount.type in ENGINES:
            kept.append(ref)
        elif mount == UNKNOWN:
            undone.append(f"reads {ref.path}, whose mount may not be looked up")
        else:
            undone.append(f"reads {ref.path}, which may issue something")
    return {**found, **session.fetch_all(kept)}, undone


def variables(outcomes: Sequence[Outcome]) -> list[Row]:
    """Return a row for each variable of a template's lines, or one for all while they are not known."""
    rows = []
    for outcome in outcomes:
        if not outcome.job.path and outcome.text is None:
            rows.append(Row(f"({outcome.name})", "template", outcome.reason))
        elif not outcome.job.path:
            rows += [Row(name, outcome.name) for name in names(outcome)]
    return rows


def names(outcome: Outcome) -> list[str]:
    """Return the names of the variables of a template's lines; none where a line is wrong."""
    try:
        return [item.name for item in outcome.items()]
    except VexecError:
        return []


def files(outcomes: Sequence[Outcome]) -> list[Row]:
    """Return a row for each file that a start would write."""
    rows = []
    for outcome in outcomes:
        if outcome.job.path:
            rows.append(Row(outcome.job.path, outcome.name, "" if outcome.text else outcome.reason))
        rows += [
            Row(log.redact(file.path), outcome.name) for file in (outcome.text.files if outcome.text else ())
        ]
    return rows


def lines_of(outcomes: Sequence[Outcome], problems: list[VexecError]) -> list[Item]:
    """Return the variables of all templates, the errors of their lines among the problems."""
    items: list[Item] = []
    for outcome in outcomes:
        try:
            items += outcome.items()
        except VexecError as error:
            problems.append(error)
    return items
