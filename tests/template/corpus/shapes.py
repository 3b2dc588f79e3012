"""Templates as people have them: the files of shapes/, each as it is and with what may come their way."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.template.corpus import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.template.cases import Case

HERE = Path(__file__).parent / "shapes"


def cases() -> Iterator[Case]:
    """Return the cases of this corpus."""
    for path in sorted(HERE.glob("*.ctmpl")):
        text = path.read_text()
        yield from table(path.stem, (text, text.rstrip("\n"), text.replace("\n", "\r\n")), use="consul")
        yield from table(f"{path.stem}-error", (text,), use="consul", missingkey="error")
        yield from table(f"{path.stem}-sparse", (text,), use="sparse")
        other = text.replace("{{", "[[").replace("}}", "]]")
        yield from table(f"{path.stem}-delims", (other,), use="consul", left="[[", right="]]")
        yield from table(f"{path.stem}-denied", (text,), use="consul", denylist=["file", "*JSON*", "sprig_*"])
