"""From templates to texts: parse, find what they are certain to ask for, evaluate until nothing is missing.

Theory of operation: what `first_asks` finds is fetched with everything else, side by side. Then each template
is evaluated; where it asks for something that is not known yet, that is fetched, all that one pass asks for
side by side, and it is evaluated again from its beginning. What a template writes to other files is kept
aside and counts once it is at its end.
"""

from __future__ import annotations

from time import time_ns

from vexec import log
from vexec.config.model import Entry
from vexec.errors import ConfigError, FileError, Issue, TemplateError, VexecError
from vexec.render.asked import answer, conceal, reference
from vexec.render.lines import variables
from vexec.system.files import read
from vexec.system.place import present
from vexec.system.place import write as place
from vexec.system.process import encoded
from vexec.template.collect import asks
from vexec.template.evaluate import evaluate
from vexec.template.parse import parse
from vexec.template.scope import Scope, segments
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
    """A template and where its text goes: `path` "" for lines that become variables.

    `missing` is one of `config.model.MISSING`.
    """

    name: str
    template: Template
    path: str = ""
    mode: int | None = None
    missing: str = "error"


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


def prepare(settings: Templates, environ: Mapping[str, str], *, has_files: bool = True) -> Renderer:
    """Return a renderer for the templates whose lines become variables, and for those of files.

    Raises FileError, TemplateError, and ConfigError for two templates of one destination.
    """
    return Renderer([*of_lines(settings), *(of_files(settings) if has_files else ())], settings, environ)


def of_lines(settings: Templates) -> list[Job]:
    """Read and parse the templates whose lines become variables."""
    inline = [Entry(INLINE, text=settings.text)] if settings.text else []
    files = [Entry(name, file=name) for name in settings.files]
    named = [entry for entry in settings.entries if not entry.path]
    return [job(entry, settings) for entry in (*inline, *files, *named)]


def of_files(settings: Templates) -> list[Job]:
    """Read and parse the templates that are written to files."""
    named = [entry for entry in settings.entries if entry.path]
    return [*of_destinations(settings.destinations, settings), *(job(entry, settings) for entry in named)]


def of_destinations(destinations: Iterable[Destination], settings: Templates) -> list[Job]:
    """Read and parse the templates of TEMPLATE:DESTINATION[:MODE]."""
    return [job(Entry(d.template, file=d.template, path=d.path, mode=d.mode), settings) for d in destinations]


def job(entry: Entry, settings: Templates) -> Job:
    """Read and parse one template."""
    text = entry.text
    if entry.file:
        text = read(entry.file, "template").decode("utf-8", "surrogateescape")
    left, right = entry.left or settings.delimiters[0], entry.right or settings.delimiters[1]
    template = parse(text, entry.name, left=left, right=right, denied=settings.denied)
    return Job(entry.name, template, entry.path, entry.mode, entry.missing or settings.missing)


class Renderer:
    """Renders jobs; `environ` is what the function `env` sees."""

    def __init__(self, jobs: Sequence[Job], settings: Templates, environ: Mapping[str, str]) -> None:
        paths = [job.path for job in jobs if job.path]
        twice = sorted({path for path in paths if paths.count(path) > 1})
        if twice:
            raise ConfigError([Issue(f"two templates are to be written to {path}") for path in twice])
        self.jobs = jobs
        self.settings = settings
        self.environ = environ
        self.known: dict[Ask, object | VexecError] = {}
        self.warned: set[tuple[str, str]] = set()

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
                scope = self.scope(job, files)
                result = evaluate(job.template, scope)
                if not isinstance(result, Missing):
                    return Text(job, result, tuple(files))
                for ask in result.asks:
                    conceal(ask, scope)
                self.answer(result.asks, job, fetch)
        except TemplateError:
            raise
        except VexecError as error:
            error.message = f"template {job.name}: {error.message}"
            raise

    def answer(self, asks: Iterable[Ask], job: Job, fetch: Fetch) -> None:
        """Find answers: a certificate that is still good in the job's own file; what else there is, fetch."""
        wanted = {}
        for ask in asks:
            there = self.kept(ask, job)
            if there:
                self.known[ask] = there
                continue
            try:
                wanted[ask] = reference(ask)
            except VexecError as error:
                self.known[ask] = error
        self.learn(wanted, fetch(list(wanted.values())))

    @staticmethod
    def kept(ask: Ask, job: Job) -> object:
        """Return the certificate of the job's own file if that is what is asked for, and it is still good."""
        if ask.function != "pkiCert" or not job.path:
            return None
        from vexec.render.certificate import kept

        return kept(job.path, time_ns() / 1e9)

    def scope(self, job: Job, files: list[File]) -> Scope:
        """Return what one evaluation may know."""
        is_of_lines = not job.path and not self.settings.allows_newlines
        scope = Scope(
            known=self.known,
            environ=self.environ,
            missing="error" if job.missing == "strict" else "zero",
            novalue=self.told if job.missing == "novalue" else refuse_missing,
            newline=refuse_newline if is_of_lines else None,
            sandbox=self.settings.sandbox,
            read=lambda path: read_for(path, scope),
            now=time_ns,
            write=lambda asked: files.append(to_file(asked, scope)),
        )
        return scope

    def told(self, place: str, text: str) -> None:
        """Say, once, what prints `<no value>`, as upstream does in silence."""
        if (place, text) not in self.warned:
            self.warned.add((place, text))
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


def read_for(path: str, scope: Scope) -> bytes:
    """Return a file's bytes for the function `file`; raises FileError, which names what is public."""
    try:
        return read(path, "file")
    except FileError as error:
        error.message = f"file {scope.shown(path)}" + error.message.removeprefix(f"file {path}")
        raise


def to_file(asked: Write, scope: Scope) -> File:
    """Return the file that the function `writeToFile` asks for; what is not public stays out of the log."""
    for part in (*segments(asked.path), asked.user, asked.group):
        if not scope.is_public(part):
            log.protect(part)
    content = encoded(asked.content)
    return File(asked.path, content, asked.mode & 0o777, (asked.user, asked.group), asked.is_append)


def origin(job: Job) -> str:
    """Name a template, as a variable's origin."""
    return job.name if job.name == INLINE else f"template {job.name}"
