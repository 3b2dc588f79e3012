"""Sprig's functions on maps of strings; `set`, `unset` and the merges change the map that they are given.

Where Go goes through a map in random order (`keys`, `values`), the order here is that of the sorted keys.
"""

from __future__ import annotations

from vexec.template.sprig import table
from vexec.template.sprig.cast import DEPTH, copy_of, is_empty, is_nil, to_text
from vexec.template.sprig.lists import both
from vexec.template.strconv import to_bytes
from vexec.template.values import MISSING, FunctionError, Map, Slice, kind_of, type_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vexec.template.scope import Scope

DICT = "map[string]interface {}"


def make(scope: Scope, *pairs: Any) -> dict[str, Any]:
    """Return a map of keys and values in turn; the last value may be left out and is then empty."""
    keys = [to_text(scope, key) for key in pairs[::2]]
    values = [*pairs[1::2], ""]
    return dict(zip(keys, values, strict=False))


def get(items: dict[str, Any], key: str) -> Any:
    """Return the value of a key, "" where there is none."""
    return (items or {}).get(key, "")


def has_key(items: dict[str, Any], key: str) -> bool:
    """Tell whether a map has a key."""
    return key in (items or {})


def put(items: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    """Set a key of a map and return the map."""
    if items is None or is_nil(items):
        raise FunctionError("assignment to entry in nil map")
    items[key] = value
    return items


def unset(items: dict[str, Any], key: str) -> dict[str, Any]:
    """Delete a key of a map and return the map."""
    (items or {}).pop(key, None)
    return items


def pluck(scope: Scope, key: str, *maps: dict[str, Any]) -> list[Any]:
    """Return the values that several maps have of a key."""
    scope.count(1 + len(maps))
    return [items[key] for items in maps if items and key in items]


def pick(items: dict[str, Any], *keys: str) -> dict[str, Any]:
    """Return a map of some of the keys."""
    return {key: items[key] for key in keys if items and key in items}


def omit(scope: Scope, items: dict[str, Any], *keys: str) -> dict[str, Any]:
    """Return a map of all but some of the keys."""
    scope.count(1 + len(items or ()) // 16)
    return {key: value for key, value in (items or {}).items() if key not in keys}


def sorted_keys(scope: Scope, items: dict[str, Any]) -> list[str]:
    """Return a map's keys in the order of their bytes."""
    scope.count(1 + len(items or ()) // 16)
    return sorted(items or (), key=to_bytes)


def keys_of(scope: Scope, *maps: dict[str, Any]) -> Slice:
    """Return the keys of several maps."""
    return Slice([key for items in maps for key in sorted_keys(scope, items)], "[]string")


def values_of(scope: Scope, items: dict[str, Any]) -> list[Any]:
    """Return a map's values."""
    return [items[key] for key in sorted_keys(scope, items)]


def dig(*path: Any) -> Any:
    """Return the value at a path of keys, or the default; the last two arguments are default and map."""
    if len(path) < 3:
        raise FunctionError("dig needs at least three arguments")
    *keys, default, items = path
    require(items, DICT)
    for key in keys:
        require(key, "string")
    for index, key in enumerate(keys):
        if index:
            require(items, DICT)
        if not items or key not in items:
            return default
        items = items[key]
    return items


def require(value: Any, name: str) -> None:
    """Check that a value is of a type, as a type assertion does."""
    if value is None or value is MISSING:
        raise FunctionError(f"interface conversion: interface {{}} is nil, not {name}")
    if type_of(value) != name:
        raise FunctionError(f"interface conversion: interface {{}} is {type_of(value)}, not {name}")


def deep_copy(scope: Scope, value: Any) -> Any:
    """Return a copy that shares no map or slice with its original."""
    if value is None or value is MISSING:
        raise FunctionError("reflect: call of reflect.Value.Type on zero Value")
    return copy_of(value, scope)


class Different(FunctionError):
    """A struct stands where a map is to be merged."""


class Merger:
    """Merges maps as dario.cat/mergo does, with or without overwriting what is there."""

    def __init__(self, scope: Scope, *, is_overwriting: bool) -> None:
        self.scope = scope
        self.is_overwriting = is_overwriting

    def merge(self, target: dict[Any, Any], source: dict[Any, Any], depth: int = 0) -> None:
        """Merge a map into another one of the same type."""
        if depth > DEPTH:
            raise FunctionError("values are nested too deeply")
        if is_nil(source) or not source:
            return
        inner, outer = key_and_element(source), key_and_element(target)
        if outer[0] not in ("interface {}", inner[0]):
            raise unassignable("MapIndex", inner[0], outer[0])
        for key, value in list(source.items()):
            self.scope.count()
            if self.is_put(target, key, value, depth):
                if outer[1] not in ("interface {}", inner[1]):
                    raise unassignable("SetMapIndex", inner[1], outer[1])
                target[key] = value

    def is_put(self, target: dict[Any, Any], key: Any, value: Any, depth: int) -> bool:
        """Merge what can be merged below a key, and tell whether its value is to be replaced."""
        if value is None:
            return self.is_overwriting
        there = target.get(key)
        are_maps = isinstance(value, dict) and isinstance(there, dict)
        if are_maps and not is_nil(there):
            self.merge(target[key], value, depth + 1)
        elif isinstance(value, dict) and kind_of(there) == "ptr" and not self.is_overwriting:
            raise Different("src and dst must be of same type")
        is_filled = not is_empty(there)
        return not (is_filled and (are_maps or not self.is_overwriting))


def key_and_element(items: dict[Any, Any]) -> tuple[str, str]:
    """Return the types of a map's keys and elements."""
    key, _, element = type_of(items).removeprefix("map[").partition("]")
    return key, element


def unassignable(method: str, inner: str, outer: str) -> FunctionError:
    """Build the error of a map whose keys or elements do not fit into another map."""
    return FunctionError(f"reflect.Value.{method}: value of type {inner} is not assignable to type {outer}")


def merge_all(
    scope: Scope, target: dict[str, Any], sources: tuple[dict[str, Any], ...], *, is_overwriting: bool
) -> dict[str, Any]:
    """Merge maps into the first one, one after the other; a nil one becomes a new map if there is need."""
    if target is None or is_nil(target):
        if all(source is None or is_nil(source) for source in sources):
            return Map(go_type=DICT, is_nil=True)
        target = {}
    merger = Merger(scope, is_overwriting=is_overwriting)
    for source in sources:
        merger.merge(target, source if source is not None else {})
    return target


def merge(scope: Scope, target: dict[str, Any], *sources: dict[str, Any]) -> Any:
    """Fill what is empty in a map with what others have."""
    return merge_all(scope, target, sources, is_overwriting=False)


def merge_overwrite(scope: Scope, target: dict[str, Any], *sources: dict[str, Any]) -> Any:
    """Overwrite what a map has with what others have."""
    return merge_all(scope, target, sources, is_overwriting=True)


def merge_quietly(scope: Scope, target: dict[str, Any], *sources: dict[str, Any]) -> Any:
    """Merge as `merge` does; return "" for the one error that is no panic."""
    try:
        return merge(scope, target, *sources)
    except Different:
        return ""


MERGE = f"func({DICT}, ...{DICT}) "
FUNCTIONS = table(
    {
        "get": (f"func({DICT}, string) interface {{}}", get),
        "set": (f"func({DICT}, string, interface {{}}) {DICT}", put),
        "unset": (f"func({DICT}, string) {DICT}", unset),
        "hasKey": (f"func({DICT}, string) bool", has_key),
        "pick": (f"func({DICT}, ...string) {DICT}", pick),
        "dig": ("func(...interface {}) (interface {}, error)", dig),
    },
    {
        "dict": (f"func(...interface {{}}) {DICT}", make),
        "pluck": (f"func(string, ...{DICT}) []interface {{}}", pluck),
        "omit": (f"func({DICT}, ...string) {DICT}", omit),
        "keys": (f"func(...{DICT}) []string", keys_of),
        "values": (f"func({DICT}) []interface {{}}", values_of),
        "merge": (MERGE + "interface {}", merge_quietly),
        "mustMerge": (MERGE + "(interface {}, error)", merge),
        "mergeOverwrite": (MERGE + "interface {}", merge_overwrite),
        "mustMergeOverwrite": (MERGE + "(interface {}, error)", merge_overwrite),
        **both("deepCopy", "func(interface {}) interface {}", deep_copy),
    },
)
