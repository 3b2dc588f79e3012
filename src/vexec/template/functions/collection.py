"""consul-template's functions of lists and maps."""

from __future__ import annotations

from vexec.template.functions.number import parse_int
from vexec.template.reflect import element_type, key_type
from vexec.template.values import Channel, Function, FunctionError, Int, Map, Slice, kind_of, type_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from vexec.template.scope import Scope

ANY = "interface {}"
LIST = "[]interface {}"
MAP = "map[string]interface {}"
INTEGERS = ("int", "int8", "int16", "int32", "int64")
DEPTH = 200  # of maps that are merged, or made


def contains(scope: Scope, value: Any, collection: Any) -> bool:
    """Tell whether a list or a text holds a value; see `is_in`."""
    return is_in(scope, collection, value)


def is_in(scope: Scope, collection: Any, value: Any) -> bool:
    """Tell whether a list holds a number or string of the same kind, or a text another text."""
    kind = kind_of(collection)
    if kind == "slice" and type(collection) is not bytes:
        return any(is_same(scope, item, value) for item in collection)
    if kind == "string":
        return has_type_of(collection, value) and holds(collection, value)
    return False


def is_same(scope: Scope, item: Any, value: Any) -> bool:
    """Compare an item of a list with a value: integers of any size, floats, or strings of one type."""
    scope.count()
    kind = kind_of(item)
    if kind == "string":
        return has_type_of(item, value) and str(item) == str(value)
    if kind == "float64" or kind in INTEGERS:
        other = kind_of(value)
        kinds = ("float64",) if kind == "float64" else INTEGERS
        return other in kinds and bool(item == value)
    return False


def has_type_of(item: Any, value: Any) -> bool:
    """Tell whether two values have one type; raises FunctionError for nil as Go does."""
    if kind_of(value) in ("interface", "invalid"):
        raise FunctionError("reflect: call of reflect.Value.Type on zero Value")
    return type_of(item) == type_of(value)


def holds(text: str, part: str) -> bool:
    """Tell whether a text holds another; only one that is no UTF-8 needs the bytes."""
    from vexec.template.functions.text import is_utf8
    from vexec.template.strconv import to_bytes

    return part in text if is_utf8(part) else to_bytes(part) in to_bytes(text)


def contains_some(*, is_true_at_end: bool, is_inverted: bool) -> Callable[[Scope, Any, Any], bool]:
    """Make containsAll and its like: what is decided when a value is there, or is not, or at the end."""

    def decide(scope: Scope, values: list[Any] | None, collection: Any) -> bool:
        for value in values or ():
            scope.count()
            if is_in(scope, collection, value) != is_inverted:
                return not is_true_at_end
        return is_true_at_end

    return decide


def loop(*bounds: Any) -> Channel:
    """Return a channel of the numbers from the first bound, or 0, to before the last one."""
    if len(bounds) not in (1, 2):
        raise FunctionError(f"loop: wrong number of arguments, expected 1 or 2, but got {len(bounds)}")
    start, stop = [to_int64(bound) for bound in (0, *bounds)[-2:]]
    return Channel(count_up(start, stop), "<-chan int64")


def count_up(start: int, stop: int) -> Iterator[Int]:
    """Yield the numbers as int64."""
    for number in range(start, stop):
        yield Int(number, "int64")


def to_int64(value: Any) -> int:
    """Return an integer or the number that a string is; raises FunctionError."""
    kind = kind_of(value)
    if kind == "string":
        return parse_int(str(value))
    if kind != "interface" and kind.startswith(("int", "uint")):
        return (int(value) + (1 << 63)) % (1 << 64) - (1 << 63)
    raise FunctionError(f"loop: bad argument type: {type_of(value)}")


def explode_map(scope: Scope, flat: Mapping[str, Any] | None) -> dict[str, Any]:
    """Turn a map with keys as paths (`a/b`) into maps of maps."""
    result: dict[str, Any] = {}
    for path, value in sorted((flat or {}).items(), key=as_bytes):
        nested = result
        *parents, key = path.split("/")
        if len(parents) > DEPTH:
            raise FunctionError("the maps are nested too deeply")
        scope.count(1 + len(parents))
        for parent in parents:
            inner = nested.setdefault(parent, {})
            if type_of(inner) != MAP:
                raise FunctionError('explodeMap: not a map: "…": "…" already has value "…"')
            if is_nil(inner):
                raise FunctionError("assignment to entry in nil map")
            nested = inner
        if key:
            nested[key] = value
    return result


def as_bytes(item: tuple[str, Any]) -> bytes:
    """Return what Go sorts a map's item by."""
    return item[0].encode("utf-8", "surrogateescape")


def merge_map(scope: Scope, target: dict[str, Any] | None, source: dict[str, Any] | None) -> dict[str, Any]:
    """Fill what is missing or empty in the first map from the second one; returns the first."""
    return merged(scope, target, source, is_override=False)


def merge_map_with_override(
    scope: Scope, target: dict[str, Any] | None, source: dict[str, Any] | None
) -> dict[str, Any]:
    """Put what the second map has into the first one; maps in maps are merged, too; returns the first."""
    return merged(scope, target, source, is_override=True)


def merged(
    scope: Scope, target: dict[str, Any] | None, source: dict[str, Any] | None, *, is_override: bool
) -> dict[str, Any]:
    """Merge two maps, of which either may be nil."""
    if source is None or is_nil(source):
        return Map((), is_nil=True) if target is None else target
    result: dict[str, Any] = {} if target is None or is_nil(target) else target
    merge(scope, result, source, is_override=is_override, depth=0)
    return result


def is_nil(value: Any) -> bool:
    """Tell whether a map or list is nil."""
    return isinstance(value, Map | Slice) and value.is_nil


def merge(
    scope: Scope, target: dict[Any, Any], source: dict[Any, Any], *, is_override: bool, depth: int
) -> None:
    """Merge one map into another as dario.cat/mergo does."""
    if depth > DEPTH:
        raise FunctionError("the maps are nested too deeply")
    types = type_of(source), type_of(target)
    if source:
        require_assignable("MapIndex", *map(key_type, types))
    for key, value in list(source.items()):
        scope.count()
        old: Any = target.get(key)
        are_maps = kind_of(value) == kind_of(old) == "map"
        if are_maps and not is_nil(old):
            merge(scope, old, value, is_override=is_override, depth=depth + 1)
        is_filled = value is not None and is_empty(old)
        if is_filled or (is_override and not are_maps):
            require_assignable("SetMapIndex", *map(element_type, types))
            target[key] = value


def require_assignable(method: str, inner: str, outer: str) -> None:
    """Check that a key or an element of one map fits into another one."""
    if outer not in (ANY, inner):
        raise FunctionError(
            f"reflect.Value.{method}: value of type {inner} is not assignable to type {outer}"
        )


def is_empty(value: Any) -> bool:
    """Tell whether mergo takes a value for empty: nil, false, 0, "", and a list or map without items."""
    return value is None or (
        (kind_of(value) in ("slice", "map", "string", "bool", "float64") or isinstance(value, int))
        and not value
    )


def some(name: str, *, is_true_at_end: bool, is_inverted: bool) -> Function:
    """Make the row of containsAll or its like."""
    call = contains_some(is_true_at_end=is_true_at_end, is_inverted=is_inverted)
    return Function(name, call, (LIST, ANY), "bool", is_scoped=True)


FUNCTIONS: Mapping[str, Function] = {
    function.name: function
    for function in (
        Function("contains", contains, (ANY, ANY), "bool", is_scoped=True),
        Function("in", is_in, (ANY, ANY), "bool", is_scoped=True),
        some("containsAll", is_true_at_end=True, is_inverted=True),
        some("containsAny", is_true_at_end=False, is_inverted=False),
        some("containsNone", is_true_at_end=True, is_inverted=False),
        some("containsNotAll", is_true_at_end=False, is_inverted=True),
        Function("loop", loop, (ANY,), "<-chan int64", is_variadic=True),
        Function("explodeMap", explode_map, (MAP,), MAP, is_scoped=True),
        Function(
            "mergeMap", merge_map, (MAP, MAP, "func(*mergo.Config)"), MAP, is_variadic=True, is_scoped=True
        ),
        Function("mergeMapWithOverride", merge_map_with_override, (MAP, MAP), MAP, is_scoped=True),
    )
}
