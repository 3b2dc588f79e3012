"""The one story: what is asked for → log-in → mounts → reads → variables and files."""

from __future__ import annotations

from vexec.errors import VexecError
from vexec.render.env import Item, merge
from vexec.render.gather import Undone, gather, raise_first
from vexec.session import Session
from vexec.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from vexec.config.model import Config
    from vexec.fetch.interface import Secret
    from vexec.fetch.plan import Plan
    from vexec.fetch.ref import Ref
    from vexec.render.templates import File, Renderer, Text
    from vexec.system.clock import Deadline


class Rendered(Value):
    """What came of it all: the target's variables, and the files to write before it starts."""

    variables: list[Item]
    files: list[File]


def resolve(config: Config, wanted: Plan, deadline: Deadline, renderer: Renderer | None = None) -> Rendered:
    """Fetch and render everything; raises the errors of each step."""
    # files first: they cost nothing, and what is wrong with them is told before any log-in
    secrets = {ref: read_file(ref) for ref in wanted.refs("file")}
    if secrets:
        raise_first(gather(wanted, secrets)[2])

    # then the server, if it is asked for anything, in worker threads, so that a signal or the deadline ends
    # it at once (T6, T29); templates may ask for more while they are evaluated
    texts: list[Text] = []
    if renderer or wanted.refs("vault"):
        session = Session(config, deadline)
        texts = session.run(lambda: ask(session, wanted, secrets, renderer))

    # every failure is told with the variables that wait for it
    imports, explicit = collect(wanted, secrets)
    files: list[File] = []
    if texts:
        from vexec.render.templates import to_files, to_variables

        imports += to_variables(texts)
        files = to_files(texts)
    return Rendered(merge(wanted.inherited, imports, explicit, config.duplicates), files)


def ask(
    session: Session, wanted: Plan, secrets: dict[Ref, Secret | VexecError], renderer: Renderer | None
) -> list[Text]:
    """Fetch references and what the templates are certain to ask for side by side, then render."""
    refs = wanted.refs("vault")
    if renderer is None:
        secrets.update(session.fetch(refs))
        return []
    first = renderer.first_asks()
    found = session.fetch([*refs, *first.values()], is_patient=True)
    secrets.update((ref, found[ref]) for ref in refs)
    raise_first(gather(wanted, secrets)[2])  # before a template writes anything
    renderer.learn(first, found)
    return [renderer.render(job, session.fetch_all) for job in renderer.jobs]


def read_file(ref: Ref) -> Secret | VexecError:
    """Read a reference of kind `file`."""
    from vexec.fetch.file import fetch

    try:
        return fetch(ref)
    except VexecError as error:
        return error


def collect(wanted: Plan, secrets: Mapping[Ref, Secret | VexecError]) -> tuple[list[Item], list[Item]]:
    """Return the imported and the explicit variables; raises the first error, with all others beside it."""
    imports, explicit, errors = gather(wanted, secrets)
    raise_first(errors)
    if len(secrets) < len([*wanted.refs("file"), *wanted.refs("vault")]):
        raise Undone  # without an error: never start a target that lacks what it asked for
    return imports, explicit
