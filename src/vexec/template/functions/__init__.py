"""The functions by group: the parser needs their names, and a group is imported when one of it is called."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from vexec.template.values import Function

# module below vexec.template → the functions of its table FUNCTIONS
GROUPS: Mapping[str, tuple[str, ...]] = {
    # text/template's own
    "functions.builtin": (
        "and", "or", "not", "call", "html", "index", "slice", "js", "len", "print", "printf", "println",
        "urlquery", "eq", "ge", "gt", "le", "lt", "ne",
    ),
}  # fmt: skip
GROUP_OF: Mapping[str, str] = {name: group for group, names in GROUPS.items() for name in names}


def find(name: str) -> Function:
    """Return a function of the table; raises KeyError for an unknown name."""
    group = GROUP_OF[name]
    module = __import__(f"vexec.template.{group}", fromlist=["FUNCTIONS"])
    function: Function = module.FUNCTIONS[name]
    return function
