"""The constants of a template as values: of a parameter's type, or of the one that they look like."""

from __future__ import annotations

from vexec.template.nodes import BoolNode, NumberNode, StringNode
from vexec.template.reflect import ANY, PLACE, VALUE, wrapped
from vexec.template.values import FunctionError, kind_of_type
from vexec.value import Number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from vexec.template.nodes import Node

LITERALS = (BoolNode, NumberNode, StringNode)


def literal(node: Node, name: str) -> Any:
    """Return a constant as a value of a parameter's type; raises FunctionError with Go's words."""
    if name in (ANY, VALUE, PLACE):
        return ideal(node)
    make = MAKERS.get(kind_of_type(name))
    if make is None:
        raise FunctionError(f"can't handle {node} for arg of type {name}")
    return make(node, name)


def ideal(node: Node) -> Any:
    """Return a constant as the type that its spelling means where nothing else decides."""
    if not isinstance(node, NumberNode):
        return node.text if isinstance(node, StringNode) else isinstance(node, BoolNode) and node.value
    if node.as_complex is not None:
        return node.as_complex
    if node.as_float is not None and looks_like_float(node.text):
        return node.as_float
    if node.as_int is None:
        raise FunctionError(f"{node.text} overflows int")
    return node.as_int


def looks_like_float(text: str) -> bool:
    """Tell whether a number has a point or an exponent: the e of 0xe is none, that of -0xe is, as in Go."""
    is_hex = len(text) > 2 and text[:2] in ("0x", "0X") and not {"p", "P"} & set(text)
    return not is_hex and text[0] != "'" and bool(set(".eEpP") & set(text))


def make_bool(node: Node, _: str) -> bool:
    """Return a bool."""
    if not isinstance(node, BoolNode):
        raise FunctionError(f"expected bool; found {node}")
    return node.value


def make_string(node: Node, name: str) -> str:
    """Return a string."""
    if not isinstance(node, StringNode):
        raise FunctionError(f"expected string; found {node}")
    return node.text if name == "string" else Number(node.text)


def make_int(node: Node, name: str) -> int:
    """Return a signed integer."""
    if not isinstance(node, NumberNode) or node.as_int is None:
        raise FunctionError(f"expected integer; found {node}")
    return wrapped(node.as_int, name)


def make_uint(node: Node, name: str) -> int:
    """Return an unsigned integer."""
    if not isinstance(node, NumberNode) or node.as_uint is None:
        raise FunctionError(f"expected unsigned integer; found {node}")
    return wrapped(node.as_uint, name)


def make_float(node: Node, _: str) -> float:
    """Return a float64."""
    if not isinstance(node, NumberNode) or node.as_float is None:
        raise FunctionError(f"expected float; found {node}")
    return node.as_float


def make_complex(node: Node, _: str) -> complex:
    """Return a complex128."""
    if not isinstance(node, NumberNode) or node.as_complex is None:
        raise FunctionError(f"expected complex; found {node}")
    return node.as_complex


MAKERS: Mapping[str, Callable[[Node, str], Any]] = {
    "bool": make_bool,
    "string": make_string,
    **dict.fromkeys(("int", "int8", "int16", "int32", "int64"), make_int),
    **dict.fromkeys(("uint", "uint8", "uint16", "uint32", "uint64", "uintptr"), make_uint),
    "float64": make_float,
    "complex128": make_complex,
}
