"""consul-template's scratch: values that a template keeps by name while it is evaluated."""

from __future__ import annotations

from vexec.template.values import Function, FunctionError, Map, Slice, Struct, type_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from vexec.template.scope import Scope

ANY = "interface {}"


class Scratch(Struct):
    """The kept values, behind methods only."""

    type = "*template.Scratch"
    embedded = ("RWMutex",)  # a struct without exported fields, which nothing but YAML shows

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[str, Any] = {}
        self.methods = {
            function.name: function
            for function in (
                Function("Key", self.has_key, ("string",), "bool"),
                Function("Get", self.kept.get, ("string",), ANY),
                Function("Set", self.put, ("string", ANY), "string"),
                Function("SetX", self.put_new, ("string", ANY), "string"),
                Function("MapSet", self.put_in_map, ("string", "string", ANY), "string"),
                Function("MapSetX", self.put_new_in_map, ("string", "string", ANY), "string"),
                Function("MapValues", self.map_values, ("string",), "[]interface {}"),
            )
        }

    def has_key(self, name: str) -> bool:
        """Tell whether there is a value of that name."""
        return name in self.kept

    def put(self, name: str, value: Any) -> str:
        """Keep a value."""
        self.kept[name] = value
        return ""

    def put_new(self, name: str, value: Any) -> str:
        """Keep a value unless there is one."""
        self.kept.setdefault(name, value)
        return ""

    def put_in_map(self, name: str, key: str, value: Any) -> str:
        """Keep a value in a map."""
        self.map_of(name)[key] = value
        return ""

    def put_new_in_map(self, name: str, key: str, value: Any) -> str:
        """Keep a value in a map unless there is one."""
        self.map_of(name).setdefault(key, value)
        return ""

    def map_of(self, name: str) -> dict[str, Any]:
        """Return the map of that name, a new one where there is nothing yet."""
        values: dict[str, Any] = self.kept.setdefault(name, {})
        if type_of(values) != "map[string]interface {}":
            raise FunctionError('"…" is not a map')
        if isinstance(values, Map) and values.is_nil:
            raise FunctionError("assignment to entry in nil map")
        return values

    def map_values(self, name: str) -> list[Any]:
        """Return a map's values by their keys' order; nil where there is no map."""
        values: Any = self.kept.get(name)
        if type_of(values) != "map[string]interface {}":
            return Slice((), is_nil=True)
        return [values[key] for key in sorted(values, key=as_bytes)]


def as_bytes(text: str) -> bytes:
    """Return what Go sorts a string by."""
    return text.encode("utf-8", "surrogateescape")


def scratch(scope: Scope) -> Scratch:
    """Return the scratch of this evaluation."""
    if "scratch" not in scope.memory:
        scope.memory["scratch"] = Scratch()
    kept: Scratch = scope.memory["scratch"]
    return kept


def execute_template(scope: Scope, name: str, *data: Any) -> str:
    """Return the text of a template that is defined beside this one, with a value as its dot."""
    if len(data) > 1:
        raise FunctionError(
            f"executeTemplate: wrong number of arguments, expected 1 or 2, but got {len(data) + 1}"
        )
    return scope.execute(name, data[0] if data else None)


FUNCTIONS: Mapping[str, Function] = {
    "scratch": Function("scratch", scratch, (), "*template.Scratch", is_scoped=True),
    "executeTemplate": Function(
        "executeTemplate", execute_template, ("string", ANY), "string", is_variadic=True, is_scoped=True
    ),
}
