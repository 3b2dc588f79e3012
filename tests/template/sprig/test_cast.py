"""Equality and copies of values that no template of the tables makes."""

from __future__ import annotations

from vexec.template.scope import Scope
from vexec.template.sprig.cast import copy_of, is_equal, to_float, to_int
from vexec.template.sprig.semver import read_version
from vexec.template.values import Function, Int, Struct


class Pair(Struct):
    """A struct of two fields."""

    type = "*test.Pair"


def test_structs_are_equal_by_their_fields() -> None:
    """Structs are looked into, down to their fields."""
    scope = Scope()
    pair = Pair(left=[1], right="a")

    assert is_equal(pair, pair, scope)
    assert is_equal(pair, Pair(left=[1], right="a"), scope)
    assert not is_equal(pair, Pair(left=[2], right="a"), scope)


def test_functions_are_never_equal() -> None:
    """As in Go, a function does not even equal itself."""
    function = Function("f", len)

    assert not is_equal(function, function, Scope())


def test_structs_are_copied_as_they_are() -> None:
    """A struct stays the same value, but a version loses the fields that Go cannot copy."""
    pair = Pair(left=1)

    assert copy_of([pair], Scope()) == [pair]
    assert str(copy_of(read_version(Scope(), "1.2.3"), Scope())) == "0.0.0"


def test_versions_are_hashable() -> None:
    """Equal versions are one key."""
    assert len({read_version(Scope(), text) for text in ("1.2", "1.2", "1.2.0")}) == 2


def test_named_integers_are_no_numbers_to_cast() -> None:
    """A duration is none of the types that spf13/cast knows."""
    assert to_int(Int(5, "time.Duration")) == 0
    assert to_float(Int(5, "time.Duration")) == 0
    assert to_int(Int(5, "uint16")) == 5
