"""A rendered text of KEY=VALUE lines → variables (S1.9).

Grammar, of each line between two newlines; blank lines and those that begin with # are skipped:
    line = ["export" SPACE] NAME "=" VALUE
VALUE is taken as it is, quotes and spaces too.
"""

from __future__ import annotations

from vexec.config.names import is_dangerous
from vexec.errors import Issue, RenderError
from vexec.render.env import Item

EXPORT = "export "
FIRST = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_")
NAME = FIRST | frozenset("0123456789.-")


def variables(text: str, origin: str) -> list[Item]:
    """Return a variable for each line; raises RenderError with every issue, by line and without content."""
    items, issues = [], []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, equals, value = line.lstrip().removeprefix(EXPORT).partition("=")
        name = name.lstrip()
        if not equals or not is_name(name):
            what = "has no variable's name before its =" if equals else "has no ="
            hint = "each line of such a template is NAME=VALUE; VEXEC_RENDER writes other texts to files"
            issues.append(Issue(f"line {number} of {origin} {what}", hint))
        elif is_dangerous(name):
            hint = f"programs act on it: a variable of its own may set it, {name}=vault:PATH#KEY"
            issues.append(Issue(f"line {number} of {origin} would set {name}", hint))
        else:
            items.append(Item(name, value, origin))
    if issues:
        raise RenderError(issues)
    return items


def is_name(name: str) -> bool:
    """Tell whether a text is a variable's name: [A-Za-z_][A-Za-z0-9_.-]*."""
    return name[:1] in FIRST and bool(name) and NAME.issuperset(name)
