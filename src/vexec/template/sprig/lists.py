"""Sprig's functions on lists; each takes a slice of any type and returns a new []interface {}."""

from __future__ import annotations

from vexec.template.sprig import table
from vexec.template.sprig.cast import (
    NIL_POINTER,
    is_empty,
    is_equal,
    is_list,
    items_of,
    to_int,
    to_text,
    to_texts,
)
from vexec.template.sprig.strings import count_text
from vexec.template.strconv import canonical, to_bytes
from vexec.template.values import MISSING, FunctionError, Slice, kind_of, type_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from vexec.template.scope import Scope

MAKESLICE = "runtime error: makeslice: len out of range"
NIL = "[]interface {}"


def nil_list() -> list[Any]:
    """Return a nil slice: it has no elements, and null is its JSON."""
    return Slice([], NIL, is_nil=True)


def make(*items: Any) -> list[Any]:
    """Return the arguments as a list."""
    return list(items)


def push(scope: Scope, items: Any, item: Any) -> list[Any]:
    """Return a list with one more element at its end."""
    return [*items_of(items, scope, "Cannot push on type"), item]


def prepend(scope: Scope, items: Any, item: Any) -> list[Any]:
    """Return a list with one more element at its beginning."""
    return [item, *items_of(items, scope, "Cannot prepend on type")]


def first(scope: Scope, items: Any) -> Any:
    """Return the first element, nil where there is none."""
    found = items_of(items, scope, "Cannot find first on type")
    return found[0] if found else None


def last(scope: Scope, items: Any) -> Any:
    """Return the last element, nil where there is none."""
    found = items_of(items, scope, "Cannot find last on type")
    return found[-1] if found else None


def rest(scope: Scope, items: Any) -> list[Any]:
    """Return all elements but the first."""
    found = items_of(items, scope, "Cannot find rest on type")
    return list(found[1:]) if found else nil_list()


def initial(scope: Scope, items: Any) -> list[Any]:
    """Return all elements but the last."""
    found = items_of(items, scope, "Cannot find initial on type")
    return list(found[:-1]) if found else nil_list()


def reverse(scope: Scope, items: Any) -> list[Any]:
    """Return the elements from the last to the first."""
    return list(reversed(items_of(items, scope, "Cannot find reverse on type")))


def compact(scope: Scope, items: Any) -> list[Any]:
    """Return the elements that are not empty."""
    return [item for item in items_of(items, scope, "Cannot compact on type") if not is_empty(item)]


def uniq(scope: Scope, items: Any) -> list[Any]:
    """Return each element once, in the order of their first."""
    return without_seen(scope, items_of(items, scope, "Cannot find uniq on type"))


def without_seen(scope: Scope, items: Iterable[Any]) -> list[Any]:
    """Leave out what equals an element before it; texts and whole numbers are looked up."""
    seen: set[tuple[str, Any]] = set()
    others: list[Any] = []
    result: list[Any] = []
    for item in items:
        if isinstance(item, (str, int)):
            key = (type_of(item), item)
            if key in seen:
                continue
            seen.add(key)
        elif is_in(scope, item, others):
            continue
        else:
            others.append(item)
        result.append(item)
    return result


def is_in(scope: Scope, item: Any, items: Iterable[Any]) -> bool:
    """Tell whether a list has an element that is deeply equal."""
    return any(is_equal(item, other, scope) for other in items)


def without(scope: Scope, items: Any, *omitted: Any) -> list[Any]:
    """Return the elements that equal none of the others."""
    found = items_of(items, scope, "Cannot find without on type")
    return [item for item in found if not is_in(scope, item, omitted)]


def has(scope: Scope, item: Any, items: Any) -> bool:
    """Tell whether a list has an element; nil has none."""
    if items is None or items is MISSING:
        return False
    return is_in(scope, item, items_of(items, scope, "Cannot find has on type"))


def cut(scope: Scope, items: Any, *indices: Any) -> Any:
    """Return the part of a slice from one index to another, of the slice's own type; nil of an empty one."""
    found = items_of(items, scope, "list should be type of slice or array but")
    if not found:
        return None
    start = to_int(indices[0]) if indices else 0
    end = to_int(indices[1]) if len(indices) > 1 else len(found)
    if not 0 <= start <= end <= len(found):
        raise FunctionError("reflect.Value.Slice: slice index out of bounds")
    part = items[start:end]
    return part if type(items) in (list, bytes) else Slice(part, type_of(items))


def concat(scope: Scope, *lists: Any) -> Any:
    """Return the elements of several lists as one."""
    result: list[Any] = []
    for items in lists:
        if items is None or items is MISSING:
            raise FunctionError(NIL_POINTER)
        if not is_list(items):
            raise FunctionError(f"Cannot concat type {kind_of(items)} as list")
        result += items_of(items, scope, "")
    return result or nil_list()


def chunk(scope: Scope, size: int, items: Any) -> Slice:
    """Return the elements in lists of a size, the last one shorter."""
    found = items_of(items, scope, "Cannot chunk type")
    count = (len(found) - 1) // size + 1 if size else -1
    last_size = len(found) % abs(size) or size if size else 0
    if count < 0 or (count > 1 and size < 0) or (count and last_size < 0):
        raise FunctionError(MAKESLICE)
    parts = [
        list(found[index * size : index * size + (last_size if index == count - 1 else size)])
        for index in range(count)
    ]
    return Slice(parts, "[][]interface {}")


def join(scope: Scope, separator: str, items: Any) -> str:
    """Join the elements as text, without those that are nil."""
    texts = to_texts(items, scope)
    count_text(scope, len(separator) * len(texts) + sum(map(len, texts)))
    return canonical(separator.join(texts))


def sort_alpha(scope: Scope, items: Any) -> Slice:
    """Sort the elements as text, byte by byte; a []string is sorted itself, as it is upstream."""
    if not is_list(items):
        return Slice([to_text(scope, items)], "[]string")
    texts = to_texts(items, scope)
    scope.count(1 + len(texts))
    texts.sort(key=to_bytes)
    return texts


def both(name: str, signature: str, call: Callable[..., Any]) -> dict[str, tuple[str, Callable[..., Any]]]:
    """Return a function's rows: itself, which panics, and the must form, which returns its error."""
    params, _, result = signature.rpartition(") ")
    must = "must" + name[0].upper() + name[1:]
    return {name: (signature, call), must: (f"{params}) ({result}, error)", call)}


FUNCTIONS = table(
    {
        "list": ("func(...interface {}) []interface {}", make),
        "tuple": ("func(...interface {}) []interface {}", make),
    },
    {
        **both("append", "func(interface {}, interface {}) []interface {}", push),
        **both("push", "func(interface {}, interface {}) []interface {}", push),
        **both("prepend", "func(interface {}, interface {}) []interface {}", prepend),
        **both("first", "func(interface {}) interface {}", first),
        **both("last", "func(interface {}) interface {}", last),
        **both("rest", "func(interface {}) []interface {}", rest),
        **both("initial", "func(interface {}) []interface {}", initial),
        **both("reverse", "func(interface {}) []interface {}", reverse),
        **both("compact", "func(interface {}) []interface {}", compact),
        **both("uniq", "func(interface {}) []interface {}", uniq),
        **both("without", "func(interface {}, ...interface {}) []interface {}", without),
        **both("has", "func(interface {}, interface {}) bool", has),
        **both("slice", "func(interface {}, ...interface {}) interface {}", cut),
        **both("chunk", "func(int, interface {}) [][]interface {}", chunk),
        "concat": ("func(...interface {}) interface {}", concat),
        "join": ("func(string, interface {}) string", join),
        "sortAlpha": ("func(interface {}) []string", sort_alpha),
        "toStrings": ("func(interface {}) []string", lambda scope, items: to_texts(items, scope)),
    },
)
