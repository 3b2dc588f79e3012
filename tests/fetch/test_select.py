"""From a secret to the value that a reference asks for: keys, spelling, base64 (T17)."""

from __future__ import annotations

import base64
import binascii
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vexec import log
from vexec.codec import decode
from vexec.errors import RenderError, SecretNotFound
from vexec.fetch.interface import Secret
from vexec.fetch.ref import Ref
from vexec.fetch.select import select

APP = Ref("vault", "secret/app", "KEY")


def secret(data: dict[str, Any]) -> Secret:
    """Make a secret as kv version 2 gives it."""
    return Secret(data, "secret/data/app", "kv version 2", 3)


@pytest.mark.parametrize(
    ("json", "text"),
    [
        ('""', ""),
        ('"text"', "text"),
        ('" a\\n$`\'\\"#=ü\\ud83d\\ude00 "', " a\n$`'\"#=ü😀 "),
        ('"1.0"', "1.0"),
        ("0", "0"),
        ("-0", "-0"),
        ("1.0", "1.0"),
        ("10000000000", "10000000000"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("1e3", "1e3"),
        ("1E+3", "1E+3"),
        ("0.1000", "0.1000"),
        ("1.7976931348623157e309", "1.7976931348623157e309"),
        ("true", "true"),
        ("false", "false"),
        ("{}", "{}"),
        ("[]", "[]"),
        ('{"b": 1.0, "a": [null, true, "x\\n", {"ü": 1e3}]}', '{"b":1.0,"a":[null,true,"x\\n",{"ü":1e3}]}'),
    ],
)
def test_values_keep_their_spelling(json: str, text: str) -> None:
    """T17: a string is its text, anything else its JSON, compact and with numbers as they were written."""
    data = decode(f'{{"KEY": {json}}}'.encode())

    value = select(APP, secret(data))
    assert (value, type(value)) == (text, str)


def test_null_is_missing_and_empty_is_not() -> None:
    """T17, T18: a null counts as missing, an empty text does not."""
    with pytest.raises(SecretNotFound, match=r"^key KEY of secret/data/app is null$"):
        select(APP, secret({"KEY": None}))
    assert select(APP, secret({"KEY": ""})) == ""


def test_a_missing_key_lists_the_names_of_the_others() -> None:
    """T24: the hint lists the keys that are there by name, in order, and no value."""
    with pytest.raises(SecretNotFound) as caught:
        select(APP, secret({"OTHER": "hunter2", "ANOTHER": None}))

    assert (str(caught.value), caught.value.hint) == (
        "key KEY of secret/data/app does not exist",
        "its keys are: ANOTHER, OTHER",
    )
    with pytest.raises(SecretNotFound) as caught:
        select(APP, secret({}))
    assert caught.value.hint == "its keys are: none"


def test_the_whole_secret_as_json() -> None:
    """?as=json is everything, compact, in the server's order, nulls included."""
    ref = APP.replace(key=None, form="json")
    data = decode(b'{"b": 1.0, "a": null, "c": {"d": "\\u00fc"}}')

    assert select(ref, secret(data)) == '{"b":1.0,"a":null,"c":{"d":"ü"}}'
    assert select(ref, secret({})) == "{}"


def test_a_file_is_its_only_value() -> None:
    """A reference without a key to a single file is that file's content."""
    assert select(Ref("file", "/run/x", format="raw"), Secret({"x": "v"}, "/run/x", "file")) == "v"


@given(st.binary(), st.sampled_from(["", "\n", " ", "\r\n"]))
def test_base64_gives_the_bytes(raw: bytes, space: str) -> None:
    """?decode=base64: any bytes, with white space around and within the text."""
    text = base64.b64encode(raw).decode()
    half = len(text) // 2
    value = select(APP.replace(decode="base64"), secret({"KEY": text[:half] + space + text[half:] + space}))

    assert value.encode("utf-8", "surrogateescape") == raw


@pytest.mark.parametrize(
    "text", ["hunter2", "aGk", "aGk==", "aGk=aGk=", "a-_=", "aGk=!", "=", "ü", "a", "aG k"]
)
def test_what_is_no_base64_is_an_error(text: str) -> None:
    """?decode=base64 is strict: wrong padding, another alphabet and excess are errors, without the value."""
    with pytest.raises(RenderError) as caught:
        select(APP.replace(decode="base64"), secret({"KEY": text}))

    assert str(caught.value) == "the value of vault:secret/app#KEY is not base64, as ?decode=base64 says"


@given(st.text(alphabet="aAzZ09+/= \n-_", max_size=8))
def test_base64_is_as_strict_as_python_can(text: str) -> None:
    """What is accepted is what the strict decoder of the standard library accepts."""
    try:
        expected = binascii.a2b_base64("".join(text.split()), strict_mode=True)
    except ValueError:
        with pytest.raises(RenderError):
            select(APP.replace(decode="base64"), secret({"KEY": text}))
    else:
        value = select(APP.replace(decode="base64"), secret({"KEY": text}))
        assert value.encode("utf-8", "surrogateescape") == expected


@pytest.mark.parametrize("value", ["\ud800", "a\udcffb", ["\ud800"], {"\udcff": 1}])
def test_half_a_surrogate_pair_of_a_server_is_an_error(value: object) -> None:
    """T18: what JSON can write and no text can hold is refused, not sent on as other bytes."""
    with pytest.raises(RenderError, match=r"^the value of vault:secret/app#KEY is not Unicode text$"):
        select(APP, secret({"KEY": value}))


def test_bytes_of_a_file_stay() -> None:
    """T11: bytes of a file that are not UTF-8 pass."""
    assert select(Ref("file", "/x", "K"), Secret({"K": "\udcff"}, "/x", "file")) == "\udcff"


def test_a_value_is_not_resolved_again() -> None:
    """T19: a value that looks like a reference is a value."""
    assert select(APP, secret({"KEY": "vault:secret/other#KEY"})) == "vault:secret/other#KEY"


def test_values_are_known_to_the_log() -> None:
    """T38: what is selected, and what it decodes to, is redacted from then on."""
    encoded = base64.b64encode(b"decoded-canary").decode()
    select(APP, secret({"KEY": "plain-canary"}))
    select(APP.replace(decode="base64"), secret({"KEY": encoded}))
    select(APP, secret({"KEY": {"nested": "canary"}}))

    text = f'plain-canary decoded-canary {encoded} {{"nested":"canary"}}'
    assert log.redact(text) == " ".join([log.MARK] * 4)
