"""JSON as Vault and people's files hold it: a number keeps its spelling (T17).

`json` imports `re`, which costs more than the fetch that it would decode, so its C scanner is used as it
is; only a syntax error brings in the rest.
"""

from __future__ import annotations

from _json import encode_basestring, make_scanner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

WHITE = " \t\n\r"


class Number(str):
    """A JSON number as it was written: `1.0`, `10000000000`, `1e3`."""

    __slots__ = ()


def refuse_constant(name: str) -> object:
    """Refuse NaN and Infinity, which JSON does not have."""
    raise ValueError(f"{name} is not JSON")


class Rules:
    """What the C scanner asks its context for; see `json.JSONDecoder`."""

    strict = True
    object_hook = None
    object_pairs_hook = None
    array_hook = None
    parse_float = Number
    parse_int = Number
    parse_constant = staticmethod(refuse_constant)
    memo: dict[str, str] = {}  # noqa: RUF012 - the scanner wants the attribute and keeps its own


SCAN = make_scanner(Rules())  # type: ignore[arg-type]  # the stubs want a scanner where its rules will do


def decode(raw: bytes) -> Any:
    """Return the value of a JSON text in UTF-8; raises ValueError, whose text shows none of it."""
    try:
        text = raw.decode("utf-8").lstrip(WHITE)
        value, end = SCAN(text, 0)
    except (StopIteration, ValueError, RecursionError, SystemError):
        # SystemError: the scanner looks for json.decoder's exception, which is not imported
        raise ValueError("not JSON") from None
    if text[end:].strip(WHITE):
        raise ValueError("not JSON: text follows the value")
    return value


def encode(value: object) -> str:
    """Write a decoded value as compact JSON, numbers as they were written, order kept."""
    if isinstance(value, Number):
        return value
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{encode_basestring(k)}:{encode(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(encode, value)) + "]"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
