"""consul-template's function of TOML."""

from __future__ import annotations

from vexec.template.tomlwriter import TOMLWriter
from vexec.template.unicode import trim_space
from vexec.template.values import MISSING, Function, FunctionError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from vexec.template.scope import Scope


def to_toml(scope: Scope, value: Any) -> str:
    """Write a value as TOML."""
    if value is None or value is MISSING:
        raise FunctionError("reflect: call of reflect.Value.Type on zero Value")
    try:
        return trim_space(TOMLWriter(scope).text_of(value))
    except FunctionError as error:
        raise FunctionError(f"toTOML: {error}") from None


FUNCTIONS: Mapping[str, Function] = {
    "toTOML": Function("toTOML", to_toml, ("interface {}",), "string", is_scoped=True),
}
