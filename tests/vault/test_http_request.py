"""Requests are written so that nothing in a value can add a line to them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vexec.errors import ProtocolError
from vexec.vault.http import quote, request_bytes


def test_request_without_body() -> None:
    """A request is its line and its headers, in order."""
    raw = request_bytes("GET", "/v1/a", [("Host", "h:1"), ("X-Vault-Token", "t")], None)

    assert raw == b"GET /v1/a HTTP/1.1\r\nHost: h:1\r\nX-Vault-Token: t\r\n\r\n"


def test_request_with_body() -> None:
    """A body comes with its length in bytes, an empty one with 0."""
    body = '{"a":"é"}'.encode()

    assert request_bytes("POST", "/", [], body) == b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\n" + body
    assert request_bytes("POST", "/", [], b"") == b"POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n"


@pytest.mark.parametrize(
    "text", ["a\r\nX-Evil: 1", "a\nb", "a\rb", "a\0b", "a\x7fb", "a\x85b", "é", "a\u2028b"]
)
@pytest.mark.parametrize("place", ["method", "target", "name", "value"])
def test_header_injection_is_refused(text: str, place: str) -> None:
    """A line break, a control character or one beyond ASCII ends in an error that does not show the text."""
    parts = {"method": "GET", "target": "/", "name": "X", "value": "y", place: text}

    with pytest.raises(ProtocolError) as caught:
        request_bytes(parts["method"], parts["target"], [(parts["name"], parts["value"])], None)
    assert "Evil" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("path", "quoted"),
    [
        ("secret/data/app", "secret/data/app"),
        ("secret/a b", "secret/a%20b"),
        ("a?b#c%d", "a%3Fb%23c%25d"),
        ("größe", "gr%C3%B6%C3%9Fe"),
        ("\udcff", "%FF"),
        ("a\r\nb", "a%0D%0Ab"),
        ("../x", "../x"),
        ("a&b=c+d:e@f", "a%26b%3Dc%2Bd%3Ae%40f"),
    ],
)
def test_path_is_percent_encoded(path: str, quoted: str) -> None:
    """Only unreserved characters and / stay as they are."""
    assert quote(path) == quoted


def test_query_keeps_what_is_named() -> None:
    """In a query, what is named stays too."""
    assert quote("version=3&x=é", "=&") == "version=3&x=%C3%A9"


@given(st.text())
def test_quoted_text_fits_a_request_line(text: str) -> None:
    """Whatever is quoted can be written, and does not break the line."""
    text = text.encode("utf-8", "replace").decode()

    raw = request_bytes("GET", "/" + quote(text), [], None)
    assert raw.count(b"\r\n") == 2
    assert raw.count(b" ") == 2
