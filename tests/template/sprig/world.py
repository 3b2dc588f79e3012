"""The values that the tests of sprig's functions use, and how an expression is evaluated over them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vexec.errors import TemplateError
from vexec.template.evaluate import evaluate
from vexec.template.parse import parse
from vexec.template.scope import Scope
from vexec.template.values import Int, Map, Slice
from vexec.value import Number

if TYPE_CHECKING:
    from collections.abc import Mapping

NOW = 1_600_000_000_123_456_789  # 2020-09-13 12:26:40 UTC


def data() -> Mapping[str, Any]:
    """Return new values, for some functions change theirs."""
    inner = {"c": "x", "n": Number("5"), "l": ["p", "q"]}
    return {
        "n1": Number("12"), "n2": Number("1.5"), "ne": Number("1e3"),
        "i8": Int(-5, "int8"), "u8": Int(200, "uint8"), "u64": Int((1 << 63) + 1, "uint64"),
        "i64": Int(7, "int64"), "f": 1.5, "inf": float("inf"), "nan": float("nan"), "c": complex(1, 2),
        "s": "text", "bad": "\udcff\udcfea", "bytes": b"hi", "t": True, "nil": None,
        "m": {"a": "1", "b": inner}, "emptym": {}, "nilmap": Map(is_nil=True),
        "ms": Map({"k": "v"}, "map[string]string"),
        "mi": Map({"k": "v", 1: 2}, "map[interface {}]interface {}"),
        "l": ["b", 1, None, "a"], "empty": [], "nilslice": Slice([], "[]interface {}", is_nil=True),
        "ints": Slice([3, 1, 2], "[]int"), "strs": Slice(["c", "a", "b"], "[]string"),
    }  # fmt: skip


def render(text: str, scope: Scope | None = None) -> str:
    """Evaluate a template over the values."""
    found = evaluate(parse(text), scope or Scope(now=lambda: NOW), data())
    assert isinstance(found, str)
    return found


def result(expression: str) -> str:
    """Return what an expression prints, or `! ` and what its error says after the place."""
    try:
        return render("{{" + expression + "}}")
    except TemplateError as error:
        return "! " + str(error).partition(">: ")[2]
