"""Sprig's choices between values, the names of their types, and `fail`."""

from __future__ import annotations

from vexec.template.sprig import table
from vexec.template.sprig.cast import is_empty, is_equal
from vexec.template.values import MISSING, FunctionError, kind_of, type_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn


def default(fallback: Any, *given: Any) -> Any:
    """Return the second argument, or the first where that is empty."""
    return fallback if not given or is_empty(given[0]) else given[0]


def coalesce(*values: Any) -> Any:
    """Return the first value that is not empty, nil where all are."""
    return next((value for value in values if not is_empty(value)), None)


def are_all(*values: Any) -> bool:
    """Tell whether no value is empty."""
    return not any(map(is_empty, values))


def is_any(*values: Any) -> bool:
    """Tell whether some value is not empty."""
    return not all(map(is_empty, values))


def ternary(yes: Any, no: Any, choice: bool) -> Any:  # noqa: FBT001 - Go's order of arguments
    """Return the first value if the last one is true, the second otherwise."""
    return yes if choice else no


def kind(value: Any) -> str:
    """Return the name of a value's kind."""
    return "invalid" if value is None or value is MISSING else kind_of(value)


def is_type_like(name: str, value: Any) -> bool:
    """Tell whether a value is of a type or a pointer to it."""
    return type_of(value) in (name, "*" + name)


def fail(_message: str) -> NoReturn:
    """Fail; the message may hold a value and is shown only as far as the template's own text shows it."""
    raise FunctionError('"…"')


FUNCTIONS = table(
    {
        "default": ("func(interface {}, ...interface {}) interface {}", default),
        "empty": ("func(interface {}) bool", is_empty),
        "coalesce": ("func(...interface {}) interface {}", coalesce),
        "all": ("func(...interface {}) bool", are_all),
        "any": ("func(...interface {}) bool", is_any),
        "ternary": ("func(interface {}, interface {}, bool) interface {}", ternary),
        "typeOf": ("func(interface {}) string", type_of),
        "typeIs": ("func(string, interface {}) bool", lambda name, value: type_of(value) == name),
        "typeIsLike": ("func(string, interface {}) bool", is_type_like),
        "kindOf": ("func(interface {}) string", kind),
        "kindIs": ("func(string, interface {}) bool", lambda name, value: kind(value) == name),
        "fail": ("func(string) (string, error)", fail),
        "hello": ("func() string", lambda: "Hello!"),
    },
    {
        "deepEqual": (
            "func(interface {}, interface {}) bool",
            lambda scope, left, right: is_equal(left, right, scope),
        ),
    },
)
