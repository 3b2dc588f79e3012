"""JSON is read as `json.loads` reads it, but for numbers, which keep their spelling (T17)."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vexec.codec import DEEPEST, decode, encode
from vexec.value import Number

NUMBERS = (
    "0",
    "-0",
    "1",
    "10000000000",
    "123456789012345678901234567890",
    "1.0",
    "0.10",
    "1e3",
    "1E+3",
    "-1.50e-07",
)
WRONG = (
    b"", b" ", b"{", b"}", b"[1,]", b'{"a":}', b'{"a" 1}', b'{"a":1,}', b"{1:2}", b"[1 2]", b"tru", b"True",
    b"nul", b"'a'", b'"a', b'"\n"', b'"\t"', b'"\\x"', b'"\\u12"', b'"\\u12g4"', b"+1", b".5", b"1.", b"01",
    b"-", b"1e", b"1e+", b"0x1", b"1_000", b"//", b"{} {}", b"1 2", b"\x00", b'"\xff"',
    b"\xff\xfe{\x00}\x00", b'{"a":"b}',
)  # fmt: skip

values = st.recursive(
    st.none()
    | st.booleans()
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.sampled_from(NUMBERS).map(Number),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=20,
)


def plain(raw: bytes) -> Any:
    """Decode with json.loads, each number as a `Number`, NaN and Infinity refused."""

    def refuse(name: str) -> Any:
        raise ValueError(name)

    return json.loads(raw, parse_int=Number, parse_float=Number, parse_constant=refuse)


def kinds(value: Any) -> Any:
    """Return a value with its types beside it, so that "1", Number("1") and True are told apart."""
    if isinstance(value, dict):
        return {key: kinds(item) for key, item in value.items()}
    if isinstance(value, list):
        return [kinds(item) for item in value]
    return type(value), value


@pytest.mark.parametrize("spelling", NUMBERS)
def test_number_keeps_its_spelling(spelling: str) -> None:
    """T17: a number is what was written: no rounding, no zero lost; alone and within others."""
    number = decode(spelling.encode())

    assert type(number) is Number
    assert number == spelling
    assert encode(decode(f'{{"a": [ {spelling} ]}}'.encode())) == f'{{"a":[{spelling}]}}'


def test_text_that_looks_like_a_number_stays_text() -> None:
    """T17: "1.0" in quotes is text, and is written in quotes again."""
    value = decode(b'["1.0", 1.0]')

    assert kinds(value) == [(str, "1.0"), (Number, "1.0")]
    assert encode(value) == '["1.0",1.0]'


def test_true_false_null() -> None:
    """T17: true, false and null are written as JSON has them, not as Python has them."""
    assert encode(decode(b'{"a": true, "b": false, "c": null}')) == '{"a":true,"b":false,"c":null}'


@pytest.mark.parametrize("raw", [b"NaN", b"Infinity", b"-Infinity", b'{"a": NaN}', b"[-Infinity]"])
def test_constants_that_are_not_json_are_refused(raw: bytes) -> None:
    """NaN and Infinity, which json.loads takes, are no JSON."""
    json.loads(raw)
    with pytest.raises(ValueError, match="not JSON"):
        decode(raw)


@pytest.mark.parametrize("raw", WRONG)
def test_what_is_not_json_is_a_value_error(raw: bytes) -> None:
    """What json.loads refuses is refused, with an error that shows nothing of the text."""
    with pytest.raises(ValueError, match="not JSON") as caught:
        decode(raw)
    assert str(caught.value) in ("not JSON", "not JSON: text follows the value")
    assert caught.value.__context__ is None or caught.value.__suppress_context__
    if not raw.startswith(b"\xff\xfe"):  # json.loads also reads UTF-16, which Vault does not send
        with pytest.raises(ValueError):  # noqa: PT011 - JSONDecodeError or UnicodeDecodeError
            plain(raw)


def test_errors_are_the_same_without_json() -> None:
    """The C scanner wants `json.decoder` for its errors; where that is not imported, they are the same."""
    program = (
        "import sys\n"
        "from vexec.codec import decode\n"
        f"for raw in {WRONG!r}:\n"
        "    try: decode(raw)\n"
        "    except ValueError as error: print(str(error).partition(':')[0])\n"
        "    else: print(raw)\n"
        "assert not {'json', 'json.decoder', 're'} & set(sys.modules)\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert ran.stdout.splitlines() == ["not JSON"] * len(WRONG)


@pytest.mark.parametrize("raw", [b"{}{}", b"1 x", b'"a"b', b"[]\x00"])
def test_text_after_the_value_is_refused(raw: bytes) -> None:
    """One value and nothing else."""
    with pytest.raises(ValueError, match="text follows"):
        decode(raw)


def test_white_space_around_and_within() -> None:
    """JSON's white space is skipped; other white space is no JSON's."""
    assert decode(b' \t\r\n{ "a"\n:\t[ 1 , 2 ] } \n') == {"a": ["1", "2"]}
    for space in ("\xa0", "\x0c", "\u2003", "\ufeff"):
        with pytest.raises(ValueError, match="not JSON"):
            decode(f"{space}{{}}".encode())


def test_last_of_two_equal_keys_wins() -> None:
    """Of two equal keys the last wins, as in json.loads and in Go."""
    assert decode(b'{"a": 1, "b": 2, "a": 3}') == {"a": "3", "b": "2"} == plain(b'{"a": 1, "b": 2, "a": 3}')


def test_order_of_keys_is_kept() -> None:
    """Keys are written in the order in which they came."""
    assert encode(decode(b'{"z": 1, "a": 2, "m": {"b": 0, "a": 0}}')) == '{"z":1,"a":2,"m":{"b":0,"a":0}}'


def test_surrogates() -> None:
    """A pair of escapes is one character; half a pair stays what it is, as in json.loads."""
    assert decode(rb'"\ud83d\ude00"') == "😀"
    assert decode(rb'"\ud800"') == "\ud800" == plain(rb'"\ud800"')


def test_text_is_written_with_few_escapes() -> None:
    """Only quotes, backslashes and control characters are escaped."""
    assert encode('é😀 "\\/\n\x00\x7f') == '"é😀 \\"\\\\/\\n\\u0000\x7f"'


def test_nesting_is_bounded() -> None:
    """What is nested too deeply is a ValueError, and whatever is read can be written again."""
    for opening, closing in ((b"[", b"]"), (b'{"a":', b"}")):
        raw = opening * DEEPEST + b"1" + closing * DEEPEST
        assert encode(decode(raw)).encode() == raw
        for depth in (DEEPEST + 1, 900, 100_000):
            with pytest.raises(ValueError, match="JSON"):
                decode(opening * depth + b"1" + closing * depth)


def test_many_brackets_side_by_side_are_not_deep() -> None:
    """It is depth that is bounded, not number, and brackets within text do not count."""
    assert len(decode(b"[" + b"[],{}," * 1000 + b"1]")) == 2001
    assert decode(b'"' + b"[" * 1000 + b'"') == "[" * 1000


def test_what_has_no_json_is_refused() -> None:
    """Neither bytes nor NaN are written as something that they are not."""
    with pytest.raises(TypeError, match="bytes has no JSON"):
        encode({"a": b"canary"})
    with pytest.raises(ValueError, match="JSON"):
        encode(float("nan"))


def test_request_bodies_are_written() -> None:
    """What Python code builds is written too: text, numbers, tuples."""
    assert encode({"a": 1, "b": (True, None), "c": 1.5}) == '{"a":1,"b":[true,null],"c":1.5}'


@given(values)
@settings(max_examples=60)
def test_what_is_written_is_read_again(value: Any) -> None:
    """Writing and reading give the same value, with the same types."""
    assert kinds(decode(encode(value).encode())) == kinds(value)


@given(values, st.sampled_from((None, 1, "\t")), st.booleans())
@settings(max_examples=60)
def test_read_as_json_loads_reads(value: Any, indent: int | str | None, is_ascii: bool) -> None:
    """However a text is laid out, json.loads gives the same."""
    raw = json.dumps(json.loads(encode(value)), indent=indent, ensure_ascii=is_ascii).encode()

    assert kinds(decode(raw)) == kinds(plain(raw))


@given(st.binary(max_size=30) | st.text('{}[]:,"\\u012eE+-.ntf \n', max_size=20).map(str.encode))
def test_random_text_is_read_as_json_loads_reads(raw: bytes) -> None:
    """On random text both fail or both give the same value."""
    try:
        expected = plain(raw)
    except (ValueError, RecursionError):
        with pytest.raises(ValueError, match="JSON"):
            decode(raw)
        return
    if not raw.startswith(b"\xef\xbb\xbf") and b"\0" not in raw:  # json.loads reads a BOM, UTF-16 and UTF-32
        assert kinds(decode(raw)) == kinds(expected)
