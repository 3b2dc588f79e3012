"""JSON as Vault and people's files hold it: a number keeps its spelling (T17).

`json` imports `re`, which costs more than the fetch that it would decode, so its C scanner and encoder are
used as they are.
"""

from __future__ import annotations

from _json import encode_basestring, make_encoder, make_scanner

from vexec.value import Number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, NoReturn

WHITE = " \t\n\r"
DEEPEST = 300  # levels, as Vault allows (max_json_depth); Python's own stack bounds both directions


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
    if text.count("[") + text.count("{") > DEEPEST and is_deep(value):
        raise ValueError(f"JSON that is nested deeper than {DEEPEST} levels")
    return value


def is_deep(value: object) -> bool:
    """Tell whether arrays and objects are nested beyond the limit, level by level."""
    level = [value]
    for _ in range(DEEPEST + 1):
        level = [item for holder in level if isinstance(holder, dict | list) for item in items(holder)]
    return bool(level)


def items(holder: dict[str, Any] | list[Any]) -> Iterable[Any]:
    """Return what an object or an array holds."""
    return holder.values() if isinstance(holder, dict) else holder


def spell(text: str) -> str:
    """Write a string in quotes, a number as it was."""
    return text if isinstance(text, Number) else encode_basestring(text)


def refuse_object(value: object) -> NoReturn:
    """Refuse what JSON cannot hold."""
    raise TypeError(f"{type(value).__name__} has no JSON")


WRITE = make_encoder(None, refuse_object, spell, None, ":", ",", False, False, False)  # noqa: FBT003 - C has no names


def encode(value: object) -> str:
    """Write a decoded value as compact JSON, numbers as they were written, order kept."""
    return "".join(WRITE(value, 0))
