"""What a pipeline is made of: fields, chains, variables, literals, calls, and where they fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.template.corpus import sections, table
from tests.template.corpus.worlds import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.template.cases import Case

FIELDS = tuple(
    template.replace("@", name)
    for name in KINDS
    for template in (
        "{{.@}}",
        "{{.@.x}}",
        "{{(.@).x}}",
        "{{.@.x.y}}",
        "{{$.@.x}}",
        "{{with .@}}{{.x}}{{end}}",
    )
)
PRINTED = ("{{%s}}", "{{print %s 1}}", "{{printf `%%T` %s}}", "{{(%s)}}", "{{$x := %s}}{{$x}}")


def cases() -> Iterator[Case]:
    """Return the cases of this corpus."""
    rows = sections("operands")
    yield from table("fields", FIELDS, use="kinds")
    for missing in ("", "zero", "error"):
        yield from table(
            f"missing{missing and '-'}{missing}", rows["missing"], use="kinds", missingkey=missing
        )
    yield from table("chains", rows["chains"], use="kinds")
    yield from table("chains-named", rows["chains"][:60], use="kinds", name="a name.tmpl")
    for form in PRINTED[:3]:
        yield from table("numbers", [form % text for text in rows["numbers"]])
    for form in (*PRINTED[:1], *PRINTED[3:]):
        yield from table("strings", [form % text for text in rows["strings"]])
    yield from table("constants", rows["constants"])
