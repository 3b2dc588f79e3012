"""The methods of values that are no structs: a json.Number's."""

from __future__ import annotations

from vexec.template.strconv import parse_float, parse_int
from vexec.template.values import Function, Int

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vexec.value import Number


def number_method(number: Number, name: str) -> Function | None:
    """Return a method of a JSON number, or None where there is none of that name."""
    if name == "String":
        return Function(name, lambda: str(number), result="string")
    if name == "Float64":
        return Function(name, lambda: parse_float(number), result="float64")
    if name == "Int64":
        return Function(name, lambda: Int(parse_int(number), "int64"), result="int64")
    return None
