"""consul-template's functions of YAML."""

from __future__ import annotations

from vexec.template.values import Function

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from vexec.template.scope import Scope


def parse_yaml(scope: Scope, text: str) -> Any:
    """Read YAML; maps have keys of any type, an empty text is an empty map with string keys."""
    if not text:
        return {}
    from vexec.template.yamlreader import parse

    return parse(scope, text)


def to_yaml(scope: Scope, value: Any) -> str:
    """Write a value as YAML."""
    from vexec.template.unicode import trim_space
    from vexec.template.yamlwriter import YAMLWriter

    return trim_space(YAMLWriter(scope).text_of(value))


FUNCTIONS: Mapping[str, Function] = {
    "parseYAML": Function("parseYAML", parse_yaml, ("string",), "interface {}", is_scoped=True),
    "toYAML": Function("toYAML", to_yaml, ("interface {}",), "string", is_scoped=True),
}
