"""Sprig's JSON: the must forms fail where the others return nothing."""

from __future__ import annotations

from vexec.template.jsonreader import parse
from vexec.template.jsonwriter import JSONWriter
from vexec.template.sprig import table
from vexec.template.values import FunctionError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vexec.template.scope import Scope

MARGIN = "  "


def read_quietly(scope: Scope, text: str) -> Any:
    """Read JSON; nil for what is none."""
    try:
        return parse(scope, text)
    except FunctionError:
        return None


def write(scope: Scope, value: Any) -> str:
    """Write JSON on one line, with <, > and & escaped."""
    return JSONWriter(scope).text_of(value)


def write_pretty(scope: Scope, value: Any) -> str:
    """Write JSON on lines of their own."""
    return JSONWriter(scope, margin=MARGIN).text_of(value)


def write_raw(scope: Scope, value: Any) -> str:
    """Write JSON on one line, with <, > and & as they are."""
    return JSONWriter(scope, is_html_safe=False).text_of(value)


def write_quietly(scope: Scope, value: Any) -> str:
    """Write as `write` does; "" for what JSON cannot hold."""
    try:
        return write(scope, value)
    except FunctionError:
        return ""


def write_pretty_quietly(scope: Scope, value: Any) -> str:
    """Write as `write_pretty` does; "" for what JSON cannot hold."""
    try:
        return write_pretty(scope, value)
    except FunctionError:
        return ""


WRITE = "func(interface {}) string"
MUST_WRITE = "func(interface {}) (string, error)"
FUNCTIONS = table(
    {},
    {
        "fromJson": ("func(string) interface {}", read_quietly),
        "mustFromJson": ("func(string) (interface {}, error)", parse),
        "toJson": (WRITE, write_quietly),
        "mustToJson": (MUST_WRITE, write),
        "toPrettyJson": (WRITE, write_pretty_quietly),
        "mustToPrettyJson": (MUST_WRITE, write_pretty),
        "toRawJson": (WRITE, write_raw),
        "mustToRawJson": (MUST_WRITE, write_raw),
    },
)
