"""JSON is read as encoding/json reads it; the errors were printed by Go."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.template.consul.calls import call, failure
from vexec.template.jsonreader import problem
from vexec.template.scope import Scope
from vexec.template.values import FunctionError


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", {}),
        (" null ", None),
        ("true", True),
        ("1", 1.0),
        ("-0", -0.0),
        ("12345678901234567890", 12345678901234567890.0),
        ("1e-400", 0.0),
        ('{"a":1,"a":2}', {"a": 2.0}),
        ('[1,"x",{"b":[]}]', [1.0, "x", {"b": []}]),
        (r'"\ud800x\ud83d\ude00\udc00"', "\ufffdx😀\ufffd"),
        (r'{"\ud800":["\ud800ü"]}', {"\ufffd": ["\ufffdü"]}),
        ('"\udcffü"', "\ufffdü"),
        (r'"\"\\\/\b\f\n\r\tA"', '"\\/\b\f\n\r\tA'),
    ],
)
def test_a_value(text: str, value: object) -> None:
    """Numbers become float64, and what is not UTF-8 becomes U+FFFD."""
    found = call("parseJSON", text)

    assert found == value
    assert str(found) == str(value)


LOOKING = "looking for beginning of "


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{a", LOOKING + "object key string"),
        ("{,", LOOKING + "object key string"),
        ('{"a":1,}', LOOKING + "object key string"),
        ('{"a" 1}', "after object key"),
        ('{"a":1 "b"}', "after object key:value pair"),
        ('{"a":[]]', "after object key:value pair"),
        ("[1 2]", "after array element"),
        ("[1,]", LOOKING + "value"),
        ("]", LOOKING + "value"),
        ("'", LOOKING + "value"),
        ("é", LOOKING + "value"),
        ("\ufeff1", LOOKING + "value"),
        ("NaN", LOOKING + "value"),
        ("[Infinity]", LOOKING + "value"),
        ("nul", 'in literal null (expecting "…")'),
        ("trux", 'in literal true (expecting "…")'),
        ("[fals]", 'in literal false (expecting "…")'),
        ('"a\nb"', "in string literal"),
        ('"\x00"', "in string literal"),
        (r'"\x"', "in string escape code"),
        ('"\\', "in string escape code"),
        (r'"\u12g4"', "in \\u hexadecimal character escape"),
        ('"\\u12', "in \\u hexadecimal character escape"),
        ("-x", "in numeric literal"),
        ("-", "in numeric literal"),
        ("1.x", "after decimal point in numeric literal"),
        ("1.", "after decimal point in numeric literal"),
        ("1ex", "in exponent of numeric literal"),
        ("1e+", "in exponent of numeric literal"),
        ("01", "after top-level value"),
        ("1 2", "after top-level value"),
        ("[1e400]x", "after top-level value"),
        ("[" * 201 + "]" * 201, "exceeded max depth"),
        ('{"a":' * 5000, "exceeded max depth"),
    ],
)
def test_a_character_that_does_not_fit(text: str, problem: str) -> None:
    """The error says after what, in Go's words, and not which."""
    assert failure("parseJSON", text) == f'invalid character "…" {problem}'


@pytest.mark.parametrize("text", [" ", "[", '{"a"', '{"a":', '"', "[1e400", '[{"a":[1,2', "[1,"])
def test_a_text_that_ends_too_early(text: str) -> None:
    """Go's words for it."""
    assert failure("parseJSON", text) == "unexpected end of JSON input"


@pytest.mark.parametrize("text", ["1e999", "[1,-1e999,2]", "1" * 400])
def test_a_number_that_is_too_large(text: str) -> None:
    """It is no float64."""
    message = 'json: cannot unmarshal number "…" into Go value of type float64'

    assert failure("parseJSON", text) == message


def test_brackets_in_text_are_no_depth() -> None:
    """Only those that nest count."""
    text = "[" * 300 + '\\"' + "{" * 300

    assert call("parseJSON", json.dumps(text)) == text
    assert call("parseJSON", "[" + "[],{}," * 200 + "[]]") == [[], {}] * 200 + [[]]


@settings(max_examples=300)
@given(st.text(alphabet='[]{}",:\\untrefals0123456789.eE+- \n\x01é\udcff', max_size=12))
def test_any_text_is_read_or_refused(text: str) -> None:
    """What Python's parser refuses the other one refuses, too, and says why."""
    try:
        call("parseJSON", text)
    except FunctionError as error:
        assert str(error).startswith(("invalid character", "unexpected end", "json: "))  # noqa: PT017 - one of two right outcomes
        if not str(error).startswith("json: "):
            assert problem(text) == str(error)  # noqa: PT017 - one of two right outcomes


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    )
)
def test_what_is_written_is_read(value: object) -> None:
    """Both directions fit together."""
    for name in ("toJSON", "toJSONPretty", "toUnescapedJSON", "toUnescapedJSONPretty"):
        assert call("parseJSON", call(name, value)) == value


def test_reading_is_counted() -> None:
    """A long text costs steps."""
    with pytest.raises(FunctionError, match="too many steps"):
        call("parseJSON", "[" + "1," * 1000 + "1]", scope=Scope(steps=50))
    assert math.isfinite(call("parseJSON", "1"))
