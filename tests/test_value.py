"""The base of the immutable values: fields, defaults, equality, and a repr that hides what is secret."""

from __future__ import annotations

from typing import Any

import pytest

from vexec.value import Value


class Point(Value):
    """A value with a default."""

    x: int
    y: int = 7


class Named(Point, secret=("password",)):
    """A value that adds fields to another's."""

    name: str = ""
    password: str = ""


class Hidden(Named, secret=("name",)):
    """A value that hides one of the fields that it inherits."""

    x: int


def test_fields_are_given_by_place_or_by_name() -> None:
    """Arguments fill the fields in the order of their annotations; the others keep their defaults."""
    assert (Point(1).x, Point(1).y) == (1, 7)
    assert Point(1, 2) == Point(y=2, x=1)
    assert Named(1, name="n") == Named(1, 7, "n", "")


@pytest.mark.parametrize(
    ("arguments", "given"),
    [
        ((), {}),
        ((), {"y": 1}),
        ((1, 2, 3), {}),
        ((1,), {"z": 3}),
        ((), {"y": 1, "z": 3}),
        ((1,), {"x": 2}),
    ],
)
def test_wrong_arguments_are_refused(arguments: tuple[int, ...], given: dict[str, Any]) -> None:
    """A field too few, too many, unknown or given twice is a TypeError that names no value."""
    with pytest.raises(TypeError, match=r"^Point\('x', 'y'\) got \d values and \["):
        Point(*arguments, **given)


def test_a_value_cannot_be_changed() -> None:
    """Neither setting, deleting nor adding a field is possible."""
    point = Point(1)

    with pytest.raises(AttributeError, match=r"Point\.x is read-only"):
        point.x = 2  # type: ignore[misc]
    with pytest.raises(AttributeError, match=r"Point\.x is read-only"):
        del point.x
    with pytest.raises(AttributeError, match=r"Point\.z is read-only"):
        point.z = 3
    assert not hasattr(point, "__dict__")
    assert point == Point(1)


def test_equality_and_hash_go_by_class_and_fields() -> None:
    """Two of one class with equal fields are one key of a mapping; another class never is equal."""
    assert len({Point(1), Point(1), Point(2), Named(1)}) == 3
    assert Point(1) != Named(1)
    assert Point(1) != (1, 7)
    assert hash(Point(1, 2)) == hash(Point(1, 2))


def test_a_repr_hides_what_is_secret() -> None:
    """T38: a field that the class or one of its bases calls secret shows as an ellipsis."""
    assert repr(Point(1)) == "Point(x=1, y=7)"
    assert repr(Named(1, password="hunter2")) == "Named(x=1, y=7, name='', password=…)"
    assert "hunter2" not in repr(Hidden(x=1, name="hunter2", password="hunter2"))


def test_replace_makes_a_copy() -> None:
    """A copy differs in what was given, the original stays."""
    point = Named(1, 2, "n", "p")

    assert point.replace(y=3) == Named(1, 3, "n", "p")
    assert point == Named(1, 2, "n", "p")
    with pytest.raises(TypeError):
        point.replace(z=1)
