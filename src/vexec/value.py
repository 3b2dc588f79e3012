"""The base of vexec's small immutable values: slots, equality, and a repr that hides what is secret; numbers.

`dataclasses` would do the same but imports `inspect`, which costs more than the rest of a start.
A class lists its fields as annotations, in order; defaults are given in the class body:

    class Ref(Value, secret=("text",)):
        path: str
        text: str = ""
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar, Self, dataclass_transform
else:

    def dataclass_transform(**_: object) -> object:
        """Stand in for `typing.dataclass_transform` without importing typing."""
        return lambda cls: cls


class Number(str):
    """A JSON number as it was written: `1.0`, `10000000000`, `1e3` (T17)."""

    __slots__ = ()


class Frozen(type):
    """Turn annotated fields into slots and keep their defaults aside."""

    def __new__(
        mcs, name: str, bases: tuple[type, ...], space: dict[str, Any], *, secret: tuple[str, ...] = ()
    ) -> Frozen:
        """Build the class; `secret` names the fields that a repr never shows."""
        own = tuple(space.get("__annotations__", ()))
        defaults = {field: space.pop(field) for field in own if field in space}
        for base in bases:
            defaults = {**getattr(base, "_defaults", {}), **defaults}
            secret = (*getattr(base, "_secret", ()), *secret)
        inherited = tuple(field for base in bases for field in getattr(base, "_fields", ()))
        space.update(__slots__=own, _fields=inherited + own, _defaults=defaults, _secret=secret)
        return super().__new__(mcs, name, bases, space)


@dataclass_transform(frozen_default=True)
class Value(metaclass=Frozen):
    """An immutable record, built from positional or keyword arguments."""

    if TYPE_CHECKING:  # what the metaclass sets
        _fields: ClassVar[tuple[str, ...]]
        _defaults: ClassVar[dict[str, Any]]
        _secret: ClassVar[tuple[str, ...]]

    def __init__(self, *args: Any, **given: Any) -> None:
        fields = self._fields
        placed = dict(zip(fields, args, strict=False))
        values = {**self._defaults, **placed, **given}
        if len(args) > len(fields) or values.keys() != set(fields) or placed.keys() & given.keys():
            raise TypeError(f"{type(self).__name__}{fields} got {len(args)} values and {sorted(given)}")
        for field in fields:
            object.__setattr__(self, field, values[field])

    def __setattr__(self, name: str, _value: object) -> None:
        raise AttributeError(f"{type(self).__name__}.{name} is read-only")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__}.{name} is read-only")

    def _key(self) -> tuple[object, ...]:
        return tuple(getattr(self, field) for field in self._fields)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Value) and type(other) is type(self) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash((type(self), self._key()))

    def __repr__(self) -> str:
        shown = (
            f"{field}={'…' if field in self._secret else repr(getattr(self, field))}"
            for field in self._fields
        )
        return f"{type(self).__name__}({', '.join(shown)})"

    def replace(self, **changes: object) -> Self:
        """Return a copy with some fields changed."""
        values = dict(zip(self._fields, self._key(), strict=True))
        return type(self)(**{**values, **changes})
