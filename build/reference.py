"""Write docs/reference/variables.md from the table of settings: python build/reference.py [--check]."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from page import put  # noqa: E402 - beside this file

from vexec.config.names import CLIENT_NAMES  # noqa: E402 - needs the path above
from vexec.config.settings import GROUPS, names  # noqa: E402

if TYPE_CHECKING:
    from vexec.config.settings import Setting

PAGE = ROOT / "docs" / "reference" / "variables.md"
TITLES = {
    "server": "The server",
    "TLS": "TLS",
    "log-in": "Log-in",
    "what to fetch": "What to fetch",
    "templates": "Templates",
    "target": "The target",
    "behaviour": "Behaviour",
}
KINDS = {
    "text": "text",
    "secret": "text, secret",
    "choice": "one word",
    "words": "words, separated by white space",
    "destinations": "words of TEMPLATE:DESTINATION[:MODE], separated by white space",
    "entries": "JSON array of [entries](../how-to/templates.md#several-templates)",
    "boolean": "boolean",
    "count": "whole number",
    "duration": "duration",
    "address": "address",
}
INTRODUCTION = """\
<!-- Written by build/reference.py from src/vexec/config/settings.py: change the table there. -->
# Variables

Where a setting has several variables the first that is set counts, and an empty one counts as unset.
What holds a secret also comes from a file: the variable with `_FILE` names it; it is read anew at each use.
An option wins over all variables.

- A duration is a number of seconds or has units: `60`, `60s`, `1m30s`, `500ms`; also `h` and `d`.
- A boolean is `true`, `false`, `1`, `0`, `t` or `f`, as Go's ParseBool reads it.
- A glob is a name in which `*` stands for any characters and `?` for one.
- An address is `http://HOST:PORT`, `https://HOST:PORT`, either with a path, or `unix:///PATH`.

All problems are told at once, by the variable's name and never with its value, and the exit code is 78.
A `VEXEC_` name that is not on this page is an error, since it is probably misspelt.
What Kubernetes makes for a Service called `vexec` is none.
"""
HIDDEN = """\

## What the target does not get

Every variable above but the *shared* ones is taken out of the environment, unless `VEXEC_PASS` lists it.
So is what a Vault or OpenBao client reads beside them, each as `VAULT_…` and `BAO_…`:

{names}

What Kubernetes makes for Services called `vexec`, `vault` or `bao` (`VAULT_SERVICE_HOST`, …) stays.
"""


def page() -> str:
    """Return the page's text."""
    lines = [INTRODUCTION]
    for group, settings in GROUPS.items():
        lines += ["", f"## {TITLES[group]}", "", "| variable | option | meaning | type | default |"]
        lines += ["|---|---|---|---|---|", *(row(setting) for setting in settings)]
    clients = ", ".join(f"`{name}`" for name in sorted(CLIENT_NAMES))
    return "\n".join(lines).replace("\n\n\n", "\n\n") + "\n" + HIDDEN.format(names=clients)


def row(setting: Setting) -> str:
    """Return one setting's line of its table."""
    cells = (
        "<br>".join(f"`{name}`" for name in names(setting)) + ("" if setting.is_ours else "<br>*shared*"),
        f"`{setting.option}`",
        setting.help.replace("|", "\\|"),
        ", ".join(f"`{choice}`" for choice in setting.choices) or KINDS[setting.kind],
        f"`{setting.default}`" if setting.default else "",
    )
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    raise SystemExit(put(PAGE, page()))
