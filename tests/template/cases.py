"""The JSON in which cases hold values of Go's types, read by the oracles and by the tests.

| JSON | Go | here |
|---|---|---|
| "text", true, null, 1.0 | string, bool, nil, json.Number | str, bool, None, Number |
| [...], {...} | []any, map[string]any | list, dict |
| {"int": "5"}, {"uint8": "5"} ... | that type | int, Int |
| {"float": "1e6"}, {"float": "NaN"} | float64 | float |
| {"complex": ["1", "2"]} | complex128 | complex |
| {"number": "1.0"}, {"string": "text"}, {"nil": true} | json.Number, string, nil | Number, str, None |
| {"bytes": "base64"} | []byte | bytes |
| {"raw": "base64"} | string of any bytes | str with surrogates |
| {"list": [...]}, {"map": {...}} | []any, map[string]any, with any keys | list, dict |
| {"typed": "[]string", "list": [...]} | that slice | Slice |
| {"typed": "map[int]string", "map": [[key, value], ...]} | that map | Map |
| {"typed": "[]string", "nil": true} | a nil slice or map of that type | Slice, Map |
| {"func": "add"} | a function of tests/oracles/cases | Function of tests.template.functions |

An object whose only key is one of these tags is always a tag; such a map is written {"map": {...}}.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from vexec.template.values import INTEGERS, Function, Int, Map, Slice
from vexec.value import Number

if TYPE_CHECKING:
    from collections.abc import Mapping

Case = dict[str, Any]  # a template and what it can see, as tests/oracles/cases/case.go lists it
TAGS = frozenset(
    INTEGERS | {"float", "complex", "number", "string", "nil", "bytes", "raw", "list", "map", "func"}
)


def loads(line: str) -> Any:
    """Read JSON with its numbers as Number; tags are left as they are."""
    return json.loads(line, parse_int=Number, parse_float=Number, parse_constant=Number)


def decode(data: Any) -> Any:
    """Turn what `loads` returned into the values of the template engine."""
    if isinstance(data, list):
        return [decode(item) for item in data]
    if not isinstance(data, dict):
        return data
    if "typed" in data and len(data) == 2:
        return decode_typed(data)
    if len(data) == 1 and (tag := next(iter(data))) in TAGS:
        return decode_tag(tag, data[tag])
    return {key: decode(value) for key, value in data.items()}


def decode_tag(tag: str, data: Any) -> Any:
    """Read the value of `{tag: data}`."""
    if tag in INTEGERS:
        return int(data) if tag == "int" else Int(int(data), tag)
    if tag == "func":
        from tests.template.functions import FUNCTIONS

        return FUNCTIONS[data]
    return READERS[tag](data)


READERS: Mapping[str, Any] = {
    "float": lambda text: float.fromhex(text) if "0x" in text else float(text),
    "complex": lambda parts: complex(float(parts[0]), float(parts[1])),
    "number": Number,
    "string": lambda text: text,
    "nil": lambda _: None,
    "bytes": base64.b64decode,
    "raw": lambda text: base64.b64decode(text).decode("utf-8", "surrogateescape"),
    "list": lambda items: [decode(item) for item in items],
    "map": lambda items: {key: decode(value) for key, value in items.items()},
}


def decode_typed(data: Mapping[str, Any]) -> Any:
    """Read a slice or a map of given types; elements take their type from it."""
    name = data["typed"]
    if "nil" in data:
        return Map(go_type=name, is_nil=True) if name.startswith("map[") else Slice([], name, is_nil=True)
    if "list" in data:
        return Slice([fitted(decode(item), name[2:]) for item in data["list"]], name)
    key, _, element = name.removeprefix("map[").partition("]")
    pairs = [(fitted(decode(left), key), fitted(decode(right), element)) for left, right in data["map"]]
    return Map(pairs, name)


def fitted(value: Any, name: str) -> Any:
    """Give a value the type of the slice or map that it stands in."""
    if name in INTEGERS:
        return int(value) if name == "int" else Int(int(value), name)
    if name == "float64":
        return float(value)
    return value


def encode(value: Any) -> Any:
    """Turn a value of the engine into JSON that `decode` turns back."""
    plain = ENCODERS.get(type(value))
    if plain is not None:
        return plain(value)
    if isinstance(value, Int):
        return {value.type: str(int(value))}
    if isinstance(value, Slice):
        nil = {"typed": value.type, "nil": True}
        return nil if value.is_nil else {"typed": value.type, "list": [encode(item) for item in value]}
    if isinstance(value, Map):
        pairs = [[encode(key), encode(item)] for key, item in value.items()]
        return {"typed": value.type, "nil": True} if value.is_nil else {"typed": value.type, "map": pairs}
    raise TypeError(f"a {type(value).__name__} has no form in JSON")


def encode_text(text: str) -> Any:
    """Write text plainly, or as its bytes where they are not UTF-8."""
    if text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text):
        return text
    return {"raw": base64.b64encode(text.encode("utf-8", "surrogateescape")).decode()}


def encode_map(items: Mapping[str, Any]) -> Any:
    """Write a map plainly, or behind the tag if it could be taken for one."""
    plain = {key: encode(value) for key, value in items.items()}
    is_tag = len(plain) == 1 and next(iter(plain)) in TAGS
    return {"map": plain} if is_tag or ("typed" in plain and len(plain) == 2) else plain


ENCODERS: Mapping[type, Any] = {
    str: encode_text,
    bool: lambda value: value,
    type(None): lambda value: value,
    int: lambda value: {"int": str(value)},
    float: lambda value: {"float": repr(value)},
    complex: lambda value: {"complex": [repr(value.real), repr(value.imag)]},
    Number: lambda value: {"number": str(value)},
    bytes: lambda value: {"bytes": base64.b64encode(value).decode()},
    list: lambda value: [encode(item) for item in value],
    dict: encode_map,
    Function: lambda value: {"func": value.name},
}
