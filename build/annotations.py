"""Write docs/reference/annotations.md from the table: python build/annotations.py [--check]."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from page import put  # noqa: E402 - beside this file

from vexec.injector.annotations import GROUPS, NONE, PREFIX  # noqa: E402 - needs the path above

if TYPE_CHECKING:
    from vexec.injector.annotations import Annotation

PAGE = ROOT / "docs" / "reference" / "annotations.md"
# ruff: noqa: E501 - one sentence a line
INTRODUCTION = """\
<!-- Written by build/annotations.py from src/vexec/injector/annotations.py: change the table there. -->
# Annotations

Every name begins with `{prefix}`; it is left out below.
In **sidecar mode**, the default, a pod gets what the original injector (vault-k8s) would give it.
In **exec mode**, `{prefix}agent-run-as-sidecar: "false"`, its containers start through vexec.
What exec mode has no use for is named in a warning when the pod is made, and so is a name that is not on this page.

- A boolean is `true`, `false`, `1`, `0`, `t` or `f`, as Go's ParseBool reads it; an empty one is false; anything else is a denial.
- `<name>` is any name of a secret, which becomes lower case unless `preserve-secret-case` is true.
- A secret exists where `agent-inject-secret-<name>`, `agent-inject-template-<name>` or `agent-inject-template-file-<name>` is not blank.
- *setting* marks a default that the injector's own flags or variables may change.
"""


def page() -> str:
    """Return the page's text."""
    lines = [INTRODUCTION.format(prefix=PREFIX)]
    for group, entries in GROUPS.items():
        lines += [f"## {group[0].upper()}{group[1:]}", ""]
        lines += ["| annotation | kind | default | sidecar mode | exec mode |", "|---|---|---|---|---|"]
        lines += [*(row(entry) for entry in entries), ""]
    return "\n".join(lines).rstrip() + "\n"


def row(entry: Annotation) -> str:
    """Return one annotation's line of its table."""
    default = f"`{entry.default}`" if entry.default else ""
    cells = (
        f"`{entry.name}-<{entry.family}>`" if entry.family else f"`{entry.name}`",
        entry.kind,
        f"{default} *setting*".strip() if entry.setting else default,
        "–" if entry.sidecar == NONE else entry.sidecar,  # noqa: RUF001 - a dash for nothing
        "–" if entry.exec == NONE else entry.exec,  # noqa: RUF001 - a dash for nothing
    )
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


if __name__ == "__main__":
    raise SystemExit(put(PAGE, page()))
