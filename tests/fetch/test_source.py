"""The grammar of sources: a whole secret, what to take of it, and how to name it."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.fetch.texts import TEXTS
from vexec.fetch.ref import Ref, RefError, Source, parse_source


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("vault:secret/app", Source(Ref("vault", "secret/app"))),
        ("file:/run/secrets", Source(Ref("file", "/run/secrets"))),
        ("file:secrets", Source(Ref("file", "secrets"))),
        ("vault:secret/app?prefix=APP_&upper", Source(Ref("vault", "secret/app"), "APP_", is_upper=True)),
        ("vault:secret/app?upper=false", Source(Ref("vault", "secret/app"))),
        ("vault:secret/app?only=A,B*", Source(Ref("vault", "secret/app"), only=("A", "B*"))),
        ("vault:secret/app?except=A,B*", Source(Ref("vault", "secret/app"), excluded=("A", "B*"))),
        ("vault:secret/app?except=", Source(Ref("vault", "secret/app"))),
        ("vault:secret/app?names=sanitize", Source(Ref("vault", "secret/app"), names="sanitize")),
        ("file:/x?names=any", Source(Ref("file", "/x"), names="any")),
        ("vault:secret/app?optional&version=2&kv=2&namespace=n",
         Source(Ref("vault", "secret/app", version=2, namespace="n", is_optional=True, kv=2))),
        ("file:/x.txt?format=dotenv", Source(Ref("file", "/x.txt", format="dotenv"))),
        ("file:/x?newline=keep", Source(Ref("file", "/x", keeps_newline=True))),
    ],
)  # fmt: skip
def test_a_source(text: str, source: Source) -> None:
    """A source is a whole secret, with what to take of it and how to name it."""
    assert parse_source(text) == source


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "a source begins with vault: or file:"),
        ("secret/app", "a source begins with vault: or file:"),
        ("vexec:file:/x", "a source begins with vault: or file:"),
        ("aws:x/y", "a source begins with vault: or file:"),
        ("vault:", "the path of the secret is empty"),
        ("vault:app", "has only one part"),
        ("vault:8200", "has only one part"),
        ("vault:secret/app#KEY", "a source is a whole secret and names no key"),
        ("file:/x.json#KEY", "a source is a whole secret and names no key"),
        ("vault:secret/app?default=x", "default, as and decode are for a single value"),
        ("vault:secret/app?as=json", "default, as and decode are for a single value"),
        ("file:/x?decode=base64", "default, as and decode are for a single value"),
        ("vault:secret/app?names=some", "the option names takes sanitize or any"),
        ("vault:secret/app?upper=yes", "the option upper takes no value"),
        ("vault:secret/app?only", "the option only needs a value"),
        ("vault:secret/app?hunter2=1", "unknown option; known are version"),
        ("file:", "the path of the file is empty"),
    ],
)
def test_a_wrong_source_is_an_error(text: str, problem: str) -> None:
    """What is no source says what one looks like."""
    with pytest.raises(RefError) as caught:
        parse_source(text)

    assert problem in str(caught.value)
    assert "hunter2" not in str(caught.value)


@given(TEXTS)
def test_any_text_is_a_source_or_an_error(text: str) -> None:
    """A word of VEXEC_FROM is a source or an error without its text."""
    try:
        parse_source(text)
    except RefError as error:
        assert "CANARY-7f" not in f"{error} {error.hint}"  # noqa: PT017 - either way is right
