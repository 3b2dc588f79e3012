"""consul-template's functions of JSON."""

from __future__ import annotations

from vexec.template.jsonwriter import JSONWriter
from vexec.template.values import Function, FunctionError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from vexec.template.scope import Scope

MARGIN = "  "


def parse_json(scope: Scope, text: str) -> Any:
    """Read JSON with its numbers as float64; an empty text is an empty map."""
    if not text:
        return {}
    from vexec.template.jsonreader import parse

    return parse(scope, text)


def writer(name: str, *, margin: str | None = None, is_html_safe: bool = True) -> Function:
    """Make the row of a function that writes JSON."""

    def write(scope: Scope, value: Any) -> str:
        try:
            return JSONWriter(scope, margin=margin, is_html_safe=is_html_safe).text_of(value)
        except FunctionError as error:
            raise FunctionError(f"{name}: {error}") from None

    call: Callable[[Scope, Any], str] = write
    return Function(name, call, ("interface {}",), "string", is_scoped=True)


FUNCTIONS: Mapping[str, Function] = {
    "parseJSON": Function("parseJSON", parse_json, ("string",), "interface {}", is_scoped=True),
    "toJSON": writer("toJSON"),
    "toJSONPretty": writer("toJSONPretty", margin=MARGIN),
    "toUnescapedJSON": writer("toUnescapedJSON", is_html_safe=False),
    "toUnescapedJSONPretty": writer("toUnescapedJSONPretty", margin=MARGIN, is_html_safe=False),
}
