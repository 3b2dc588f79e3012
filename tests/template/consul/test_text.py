"""Text is cut, joined and encoded as Go does it; the expected values are consul-template's own."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.template.consul.calls import call, failure
from vexec.template.scope import Scope
from vexec.template.strconv import from_bytes, to_bytes
from vexec.template.values import FunctionError, type_of

TEXTS = st.binary(max_size=12).map(from_bytes) | st.text(alphabet="ab, =\nü\ud800"[:-1], max_size=8)


@pytest.mark.parametrize(
    ("name", "args", "result"),
    [
        ("split", (",", " a,b "), ["a", "b"]),
        ("split", (",", "  "), []),
        ("split", (",", ",a,"), ["", "a", ""]),
        ("split", ("", "aü\udcffb"), ["a", "ü", "\udcff", "b"]),
        ("split", ("\udcc3", "ü"), ["", "\udcbc"]),
        ("splitToMap", (",", "=", " a=b,c,d=e=f,=x "), {"a": "b", "d": "e=f", "": "x"}),
        ("splitToMap", ("", "=", "a=b"), {"": ""}),
        ("splitToMap", (",", "", "ab,c"), {"": "c"}),
        ("splitToMap", (",", "\udcc3", "ü"), {"": "\udcbc"}),
        ("splitToMap", (",", "=", ""), {}),
        ("join", (",", ["a", "b"]), "a,b"),
        ("join", (",", None), ""),
        ("join", ("", ["\udcc3", "\udcbc"]), "ü"),
        ("replaceAll", ("", "-", "aü\udcffb"), "-a-ü-\udcff-b-"),
        ("replaceAll", ("\udcc3", "x", "ü"), "x\udcbc"),
        ("replaceAll", ("X", "", "\udcc3X\udcbc"), "ü"),
        ("trim", ("ab", "abcba"), "c"),
        ("trim", ("", " a "), " a "),
        ("trim", ("\ufffd", "\udcffa\udcfe"), "a"),
        ("trim", ("\udcc3", "ü"), "ü"),
        ("trimPrefix", ("a", "aab"), "ab"),
        ("trimPrefix", ("\udcc3", "ü"), "\udcbc"),
        ("trimSuffix", ("b", "abb"), "ab"),
        ("trimSuffix", ("\udcbc", "ü"), "\udcc3"),
        ("trimSpace", ("\x85\xa0 \x1c a \u2003\u200b",), "\x1c a \u2003\u200b"),
        ("indent", (2, "a\n\nb\n"), "  a\n\n  b\n"),
        ("indent", (0, "a"), "a"),
        ("toLower", ("A\udcffÜ\u0391Σ",), "a\ufffdü\u03b1\u03c3"),
        ("toUpper", ("a\udcffü ß",), "A\ufffdÜ ß"),
        ("toTitle", ("hello_world o'neil o''neil a.b a..b 1st a-b ß ŉ",),
         "Hello_world O'neil O''Neil A.b A..B 1St A-B Ss \u02bcN"),
        ("toTitle", ("a\udcffb aBC",), "A\udcffB ABC"),
        ("base64Encode", ("\udcff\udcef",), "/+8="),
        ("base64URLEncode", ("\udcff\udcef",), "_-8="),
        ("base64Decode", ("/+8=",), "\udcff\udcef"),
        ("base64Decode", ("Y\r\nQ=\n=\n",), "a"),
        ("base64Decode", ("YR==",), "a"),
        ("base64Decode", ("",), ""),
        ("base64URLDecode", ("_-8=",), "\udcff\udcef"),
    ],
)  # fmt: skip
def test_a_function_of_text(name: str, args: tuple[object, ...], result: object) -> None:
    """Each function with ordinary text, with bytes that are not UTF-8, and with nothing."""
    assert call(name, *args) == result


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("YQ", 0), ("Y", 0), ("Y===", 1), ("YQ=a", 2), ("=YQ=", 0), ("YQ==YQ==", 4), ("YQ===", 4),
        ("YWJjZ", 4), ("YW-j", 2), ("ü", 0), ("YWJü", 3), ("YQ= =", 2), ("JDD\rDD\n", 6), ("Q+\n\r", 2),
        ("+j=\r W-A\n=Y\n", 3), ("/A=\n-jW+", 3), ("YQ=", 3),
    ],
)  # fmt: skip
def test_wrong_base64_names_the_place(text: str, place: int) -> None:
    """The error is Go's, down to how it counts line ends."""
    assert failure("base64Decode", text) == f"base64Decode: illegal base64 data at input byte {place}"


def test_the_alphabets_of_base64_are_apart() -> None:
    """What is for URLs is no standard base64, nor the other way round."""
    assert failure("base64URLDecode", "YW+j") == "base64URLDecode: illegal base64 data at input byte 2"


@given(st.binary(max_size=20))
def test_base64_goes_there_and_back(data: bytes) -> None:
    """Any bytes survive, in both alphabets."""
    text = from_bytes(data)

    assert call("base64Encode", text) == base64.b64encode(data).decode()
    assert call("base64Decode", call("base64Encode", text)) == text
    assert call("base64URLDecode", call("base64URLEncode", text)) == text


@given(TEXTS, TEXTS, TEXTS)
def test_text_is_bytes(old: str, new: str, text: str) -> None:
    """What is done to characters is what would be done to the bytes."""
    assert to_bytes(call("trimPrefix", old, text)) == to_bytes(text).removeprefix(to_bytes(old))
    assert to_bytes(call("trimSuffix", old, text)) == to_bytes(text).removesuffix(to_bytes(old))
    if old:
        assert to_bytes(call("replaceAll", old, new, text)) == to_bytes(text).replace(
            to_bytes(old), to_bytes(new)
        )


def test_results_have_gos_types() -> None:
    """Lists and maps of strings are such for the functions that take them."""
    assert type_of(call("split", ",", "a")) == "[]string"
    assert type_of(call("splitToMap", ",", "=", "a=b")) == "map[string]string"


def test_an_indentation_is_not_negative() -> None:
    """Go's words for it."""
    assert failure("indent", -1, "a") == "indent value must be a positive integer"


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("indent", (10**12, "a\nb")),
        ("replaceAll", ("a", "b" * 100_000, "a" * 100_000)),
        ("join", ("x" * 1_000_000, ["a"] * 1000)),
    ],
)
def test_no_result_is_too_long(name: str, args: tuple[object, ...]) -> None:
    """What no output could hold is refused before it is made."""
    assert failure(name, *args) == "the result is too long"


def test_work_is_counted() -> None:
    """A long text costs steps."""
    scope = Scope(steps=1000)
    with pytest.raises(FunctionError, match="too many steps"):
        call("split", "", "a" * 2000, scope=scope)
