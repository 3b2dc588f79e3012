"""From templates to texts: parse, find what they are certain to ask for, evaluate until nothing is missing.

Theory of operation: what `first_asks` finds is fetched with everything else, side by side. Then each template
is evaluated; where it asks for something that is not known yet, that is fetched, and it is evaluated again
from its beginning. What a template writes to other files is kept aside and counts once it is at its end.
"""

from __future__ import annotations

from time import time_ns

from vexec import log
from vexec.errors import TemplateError, VexecError
from vexec.render.asked import answer, reference
from vexec.render.lines import variables
from vexec.system.files import read
from vexec.system.place import present
from vexec.system.place import write as place
from vexec.system.process import encoded
from vexec.template.collect import asks
from vexec.template.evaluate import evaluate
from vexec.template.parse import parse
from vexec.template.scope import Scope
from vexec.template.values import Ask, Missing, Write
from vexec.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from vexec.config.model import Destination, Templates
    from vexec.fetch.interface import Secret
    from vexec.fetch.ref import Ref
    from vexec.render.env import Item
    from vexec.template.nodes import Template

    Fetch = Callable[[Sequence[Ref]], Mapping[Ref, Secret | VexecError]]

CERTAIN = {"secret": 1, "secrets": 1}  # functions that only read, and the arguments that they then have
INLINE = "VEXEC_TEMPLATE"
LENIENT = "VEXEC_MISSING=novalue prints <no value>; {{ if }} and {{ with }} may test for it"
NEWLINE = "it could add a variable of its own; VEXEC_TEMPLATE_NEWLINES=true allows it"


class Job(Value, secret=("template",)):
    """A template and where its text goes: `path` "" for lines that become variables."""

    name: str
    template: Template
    path: str = ""
    mode: int | None = None


class File(Value, secret=("content",)):
    """A file to write; `mode` None keeps the one that is there, `owner` as `place.write` has it."""

    path: str
    content: bytes
    mode: int | None = None
    owner: tuple[str, str] = ("", "")
    is_added: bool = False


class Text(Value, secret=("text",)):
    """What a job came to: its text, and the files that the template itself writes."""

    job: Job
    text: str
    files: tuple[File, ...] = ()


def prepare(
    settings: Templates, environ: Mapping[str, str], destinations: Iterable[Destination] = ()
) -> Renderer:
    """Return a renderer for the templates whose lines become variables, and for those of the destinations.

    Raises FileError and TemplateError.
    """
    return Renderer([*of_lines(settings), *of_files(destinations, settings)], settings, environ)


def of_lines(settings: Templates) -> list[Job]:
    """Read and parse the templates whose lines become variables."""
    inline = [Job(INLINE, parsed(INLINE, settings.text, settings))] if settings.text else []
    return inline + [Job(name, parsed(name, None, settings)) for name in settings.files]


def of_files(destinations: Iterable[Destination], settings: Templates) -> list[Job]:
    """Read and parse the templates that are written to files."""
    return [Job(d.template, parsed(d.template, None, settings), d.path, d.mode) for d in destinations]


def parsed(name: str, text: str | None, settings: Templates) -> Template:
    """Parse one template; without a text that of its file."""
    if text is None:
        text = read(name, "template").decode("utf-8", "surrogateescape")
    left, right = settings.delimiters
    return parse(text, name, left=left, right=right, denied=settings.denied)


class Renderer:
    """Renders jobs; `environ` is what the function `env` sees."""

    def __init__(self, jobs: Sequence[Job], settings: Templates, environ: Mapping[str, str]) -> None:
        self.jobs = jobs
        self.settings = settings
        self.environ = environ
        self.known: dict[Ask, object | VexecError] = {}

    def first_asks(self) -> dict[Ask, Ref]:
        """Return what the templates are certain to ask for, each with its reference."""
        wanted = {}
        for ask in (ask for job in self.jobs for ask in asks(job.template, CERTAIN)):
            try:
                wanted[ask] = reference(ask)
            except VexecError:
                continue  # is told where evaluation reaches it, if it does
        return wanted

    def learn(self, wanted: Mapping[Ask, Ref], found: Mapping[Ref, Secret | VexecError]) -> None:
        """Take answers in; an error is one as well, and is raised where evaluation reaches it."""
        self.known.update((ask, answer(ask, found[ref])) for ask, ref in wanted.items() if ref in found)

    def render(self, job: Job, fetch: Fetch) -> Text:
        """Evaluate a template to its end; raises TemplateError, and the errors of what it asks for."""
        try:
            while True:
                files: list[File] = []
                result = evaluate(job.template, self.scope(job, files))
                if not isinstance(result, Missing):
                    return Text(job, result, tuple(files))
                self.answer(result.ask, job, fetch)
        except TemplateError:
            raise
        except VexecError as error:
            error.message = f"template {job.name}: {error.message}"
            raise

    def answer(self, ask: Ask, job: Job, fetch: Fetch) -> None:
        """Find one answer: a certificate that is still good in the job's own file, else fetch it."""
        if ask.function == "pkiCert" and job.path:
            from vexec.render.certificate import kept

            there = kept(job.path, time_ns() / 1e9)
            if there:
                self.known[ask] = there
                return
        wanted = {ask: reference(ask)}
        self.learn(wanted, fetch(list(wanted.values())))

    def scope(self, job: Job, files: list[File]) -> Scope:
        """Return what one evaluation may know."""
        is_of_lines = not job.path and not self.settings.allows_newlines
        return Scope(
            known=self.known,
            environ=self.environ,
            novalue=self.told if self.settings.is_lenient else refuse_missing,
            newline=refuse_newline if is_of_lines else None,
            sandbox=self.settings.sandbox,
            read=lambda path: read(path, "file"),
            now=time_ns,
            write=lambda asked: files.append(to_file(asked)),
        )

    @staticmethod
    def told(place: str, text: str) -> None:
        """Say what prints `<no value>`, as upstream does in silence."""
        log.warn(f"template: {place}: {text} has no value")


def refuse_missing(place: str, text: str) -> None:
    """Refuse what would print `<no value>` (S1.11)."""
    raise TemplateError(f"template: {place}: {text} has no value", hint=LENIENT)


def refuse_newline(place: str, text: str) -> None:
    """Refuse a text with a newline in a template of lines (S1.9)."""
    raise TemplateError(f"template: {place}: {text} prints a newline in a line KEY=VALUE", hint=NEWLINE)


def to_variables(texts: Iterable[Text]) -> list[Item]:
    """Return the variables of all texts of lines, in the order of the templates."""
    return [item for text in texts if not text.job.path for item in variables(text.text, origin(text.job))]


def to_files(texts: Iterable[Text]) -> list[File]:
    """Return the files of all texts, and those that the templates wrote themselves."""
    files: list[File] = []
    for text in texts:
        if text.job.path:
            files.append(File(text.job.path, encoded(text.text), text.job.mode))
        files += text.files
    return files


def write(files: Iterable[File]) -> None:
    """Put files in their places, each whole and only where it differs; raises RenderError."""
    for file in files:
        content = present(file.path) + file.content if file.is_added else file.content
        place(file.path, content, file.mode, file.owner)


def to_file(asked: Write) -> File:
    """Return the file that the function `writeToFile` asks for."""
    content = encoded(asked.content)
    return File(asked.path, content, asked.mode, (asked.user, asked.group), asked.is_append)


def origin(job: Job) -> str:
    """Name a template, as a variable's origin."""
    return job.name if job.name == INLINE else f"template {job.name}"
