"""What one evaluation may know of the world outside: given by the caller, never looked for."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from vexec.errors import VexecError
    from vexec.template.nodes import Template
    from vexec.template.values import Ask, Write

STEPS = 2_000_000  # nodes that are evaluated and functions' work; one takes 10 µs at most, and mostly one
OUTPUT = 64 << 20  # characters
HIDDEN = '"…"'  # stands in messages for what is not public
WORDS = ("", ".", "..", "secret", "template")  # tell nothing, and are in messages of vexec's own


class Scope:
    """The world of one evaluation.

    `known` maps what was asked for to its answer, or to the error that its fetch ended in. `missing` says
    what the absence of a map's key gives: `default`, `zero` or `error`, Go's option missingkey.
    `novalue` is told what would print `<no value>`: the action's place and text; it returns to let it be
    printed and raises TemplateError otherwise. `newline` is told of an action that prints text with a newline
    in the same way, None where any text is fine. `sandbox` is the directory below which `file` may read,
    "" for any; `read` returns a file's bytes; `now` is the time in nanoseconds since 1970. `write` is told of
    each file that the template wants to write, as a values.Write; it writes after a finished pass, if at all.

    `memory` is what functions keep for one pass (scratch, what answers became); a new pass begins with an
    empty one.

    Set by the evaluation: `execute(name, data)` evaluates the template of that name from the same text, data
    as its dot, and returns its text; raises FunctionError with Go's text of what went wrong. `template` is
    what is evaluated.

    A text is public if no value can be in it but one that the template itself spells out: it is a string of
    the template or a name that `secrets` listed, or each of its segments is a segment of such texts. Only
    what is public may be in a message; see `shown`.
    """

    execute: Callable[[str, object], str]
    template: Template | None = None

    def __init__(
        self,
        *,
        known: Mapping[Ask, object | VexecError] | None = None,
        environ: Mapping[str, str] | None = None,
        missing: str = "zero",
        novalue: Callable[[str, str], None] | None = None,
        newline: Callable[[str, str], None] | None = None,
        sandbox: str = "",
        read: Callable[[str], bytes] | None = None,
        now: Callable[[], int] | None = None,
        write: Callable[[Write], None] | None = None,
        steps: int = STEPS,
        output: int = OUTPUT,
    ) -> None:
        self.known = known or {}
        self.environ = environ or {}
        self.missing = missing
        self.novalue = novalue
        self.newline = newline
        self.sandbox = sandbox
        self.read = read
        self.now = now
        self.write = write
        self.memory: dict[str, Any] = {}
        self.steps = steps
        self.output = output
        self.texts: tuple[frozenset[str], frozenset[str]] | None = None

    def count(self, steps: int = 1) -> None:
        """Count work, of a function whose arguments decide how much it is as well; raises FunctionError."""
        self.steps -= steps
        if self.steps < 0:
            from vexec.template.values import FunctionError

            raise FunctionError("the template takes too many steps")

    def shown(self, text: str) -> str:
        """Return a text for a message: as it is if it is public, else `"…"`."""
        return text if self.is_public(text) else HIDDEN

    def is_public(self, text: str) -> bool:
        """Tell whether a text may be in a message."""
        if self.texts is None:
            self.texts = self.public()
        whole, parts = self.texts
        return text in whole or parts.issuperset(segments(text))

    def public(self) -> tuple[frozenset[str], frozenset[str]]:
        """Return the texts that are public, and their segments."""
        texts = [self.sandbox, *(self.template.literals() if self.template else ())]
        for ask, answer in self.known.items():
            if ask.function == "secrets" and isinstance(answer, list):
                texts += map(str, answer)
        return frozenset(texts), frozenset([*WORDS, *(part for text in texts for part in segments(text))])


def segments(text: str) -> list[str]:
    """Split a path, and the query behind it."""
    return text.replace("?", "/").split("/")
