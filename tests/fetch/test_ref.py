"""The grammar of references: what is one, what is left alone, and what is an error."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fetch.texts import TEXTS
from vexec.fetch.ref import Ref, RefError, decoded, parse_reference, parse_source, parse_value

APP = Ref("vault", "secret/app", "KEY")
FILE = Ref("file", "/run/secrets/x", format="raw")
LITERAL = "a value that is meant as it stands is written vexec:literal:TEXT"


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        ("vault:secret/app#KEY", APP),
        ("vault:secret/data/app#KEY", APP.replace(path="secret/data/app")),
        ("vault:/secret/app/#KEY", APP),
        ("vault:secret/app?version=3&namespace=team#PASSWORD",
         Ref("vault", "secret/app", "PASSWORD", version=3, namespace="team")),
        ("vault:secret/app?namespace=/a/b/#KEY", APP.replace(namespace="a/b")),
        ("vault:secret/app?optional#KEY", APP.replace(is_optional=True)),
        ("vault:secret/app?optional=true#KEY", APP.replace(is_optional=True)),
        ("vault:secret/app?optional=false#KEY", APP),
        ("vault:secret/app?default=TEXT#KEY", APP.replace(default="TEXT")),
        ("vault:secret/app?default=#KEY", APP.replace(default="")),
        ("vault:secret/app?default=a=b+c#KEY", APP.replace(default="a=b+c")),
        ("vault:secret/app?default=%26%23%3F%0a#KEY", APP.replace(default="&#?\n")),
        ("vault:secret/app?decode=base64#KEY", APP.replace(decode="base64")),
        ("vault:secret/app?kv=1#KEY", APP.replace(kv=1)),
        ("vault:secret/app?kv=2#KEY", APP.replace(kv=2)),
        ("vault:secret/app?as=json", APP.replace(key=None, form="json")),
        ("vault:secret/app#KEY#3", APP.replace(version=3)),
        ("vault:secret/app?optional#KEY#3", APP.replace(version=3, is_optional=True)),
        ("vault:secret/app#a%23b", APP.replace(key="a#b")),
        ("vault:secret/app#a%23b#2", APP.replace(key="a#b", version=2)),
        ("vault:secret/app#a b=c&d?e/f", APP.replace(key="a b=c&d?e/f")),
        ("vault:secret/a%20b%3Fc#KEY", APP.replace(path="secret/a b?c")),
        ("vault:secret/a b:c=d&e#KEY", APP.replace(path="secret/a b:c=d&e")),
        ("vault:secret/ü%C3%BC#ß", Ref("vault", "secret/üü", "ß")),
        ("vault:secret/100%#5%", Ref("vault", "secret/100%", "5%")),
        ("vault:secret/%zz%4#KEY", APP.replace(path="secret/%zz%4")),
        ("vault:8200/x#KEY", APP.replace(path="8200/x")),
        ("vexec:file:/run/secrets/x", FILE),
        ("vexec:file:relative", FILE.replace(path="relative")),
        ("vexec:file:/a b%20c", FILE.replace(path="/a b c")),
        ("vexec:file:/run/secrets/x?newline=keep", FILE.replace(keeps_newline=True)),
        ("vexec:file:/run/secrets/x?default=d&decode=base64", FILE.replace(default="d", decode="base64")),
        ("vexec:file:/run/secrets/x?optional", FILE.replace(is_optional=True)),
        ("vexec:file:/run/secrets/x?format=raw", FILE),
        ("vexec:file:/run/secrets#x", Ref("file", "/run/secrets", "x")),
        ("vexec:file:/a.json#b#c", Ref("file", "/a.json", "b#c")),
        ("vexec:file:/a.txt?format=json#b", Ref("file", "/a.txt", "b", format="json")),
        ("vexec:file:/a.json?as=json", Ref("file", "/a.json", form="json")),
        ("vexec:file:/run/100%", FILE.replace(path="/run/100%")),
        ("vexec:file:/run/%FF", FILE.replace(path="/run/\udcff")),
    ],
)  # fmt: skip
def test_a_reference(text: str, ref: Ref) -> None:
    """Each form of a reference, with its options, alone and inside a longer value."""
    assert parse_reference(text) == ref
    assert parse_value(text) == (ref,)
    assert parse_value(f"a {{${{{text}}} b") == ("a {", ref, " b")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "value",
        "vault",
        "vault:",
        "vault:8200",
        "vault:secret",
        "vault:v1:8SDd3WHDOjf7mq69CyCqYjBXAiQQAVZRkFM13ok481zoCmHnSeDX9vyf7w==",
        "vault:v12:a/b+c/d==",
        "postgres://vault:5432/x",
        "http://vault:8200/v1/secret/app",
        "https://vault:secret/app#KEY",
        "xvault:secret/app#KEY",
        " vault:secret/app#KEY",
        "VAULT:secret/app#KEY",
        "vaultx:secret/app#KEY",
        "file:/data/db.sqlite",
        "file:///data/db.sqlite",
        "sqlite:/vexec:file:/x",
        "vexec",
        "${HOME}/x",
        "${vault}",
        "${vault:8200}",
        "${vault:-default}",
        "${ vault:secret/app#KEY}",
        "$vault:secret/app#KEY}",
        "{vault:secret/app#KEY}",
        "$\\{vault:secret/app#KEY}",
        ">> vault:secret/app#KEY",
        "a\nvault:secret/app#KEY",
        "caf\udce9 \udcff",
    ],
)
def test_what_is_the_applications_own(text: str) -> None:
    """T19: only a whole prefix is a reference; anything else passes unchanged."""
    assert parse_value(text) is None


@pytest.mark.parametrize(
    "text", ["", "TEXT", "vault:secret/app#KEY", "${vault:secret/app#KEY}", "vexec:literal:"]
)
def test_a_literal_is_looked_at_no_more(text: str) -> None:
    """T19: what follows vexec:literal: is the value, whatever it looks like."""
    assert parse_value("vexec:literal:" + text) == (text,)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("${vault:secret/app#KEY}", (APP,)),
        ("a${vault:secret/app#KEY}", ("a", APP)),
        ("${vault:secret/app#KEY}${vault:secret/app#KEY#2}", (APP, APP.replace(version=2))),
        ("u:${vault:secret/app#KEY}@${vexec:file:/run/secrets/x}/", ("u:", APP, "@", FILE, "/")),
        ("${HOME} ${vault:secret/app#KEY} ${vault:8200} $", ("${HOME} ", APP, " ${vault:8200} $")),
        ("${vault:8200}${vault:secret/app#KEY}", ("${vault:8200}", APP)),
        ("${${vault:secret/app#KEY}}", ("${", APP, "}")),
        ("${vault:secret/app?default=%7D#KEY}}", (APP.replace(default="}"), "}")),
        ("a\n${vault:secret/app#KEY}\n", ("a\n", APP, "\n")),
    ],
)
def test_references_inside_a_value(text: str, parts: tuple[str | Ref, ...]) -> None:
    """`${…}` holds a reference, as often as wanted; other `${…}` stay text."""
    assert parse_value(text) == parts


WRONG = {
    "vault:secret/app": ("names no key", "write vault:PATH#KEY, or ?as=json for the whole"),
    "vault:secret/app?optional": ("names no key", "write vault:PATH#KEY, or ?as=json for the whole"),
    "vault:secret/": ("has only one part", ""),
    "vault:/": ("the path of the secret is empty", ""),
    "vault:#KEY": ("the path of the secret is empty", ""),
    "vault:app#KEY": ("has only one part", "write vault:MOUNT/PATH#KEY"),
    "vault:a//b#KEY": ("an empty or dotted part", ""),
    "vault:a/../b#KEY": ("an empty or dotted part", ""),
    "vault:a/./b#KEY": ("an empty or dotted part", ""),
    "vault:a/%2e%2e/b#KEY": ("an empty or dotted part", ""),
    "vault:a/b%0ac#KEY": ("a control character", ""),
    "vault:a/b%FF#KEY": ("a control character", ""),
    "vault:secret/app#": ("the key after # is empty", ""),
    "vault:secret/app#KEY#": ("is no version", "a # in a key is written %23"),
    "vault:secret/app#KEY#new": ("is no version", "a # in a key is written %23"),
    "vault:secret/app#KEY#-1": ("is no version", "a # in a key is written %23"),
    "vault:secret/app#A#B#1": ("is no version", "a # in a key is written %23"),
    "vault:secret/app#KEY#²": ("version is not a number", ""),
    "vault:secret/app#KEY#" + "1" * 10: ("version is not a number", ""),
    "vault:secret/app?version=1#KEY#1": ("the version is given twice", ""),
    "vault:secret/app?version=x#KEY": ("version is not a number", ""),
    "vault:secret/app?version=-1#KEY": ("version is not a number", ""),
    "vault:secret/app?version#KEY": ("the option version needs a value", ""),
    "vault:secret/app?default#KEY": ("the option default needs a value", ""),
    "vault:secret/app?optional=yes#KEY": ("the option optional takes no value", ""),
    "vault:secret/app?kv=3#KEY": ("the option kv takes 1 or 2", ""),
    "vault:secret/app?decode=hex#KEY": ("the option decode takes base64", ""),
    "vault:secret/app?as=yaml": ("the option as takes json", ""),
    "vault:secret/app?as=json#KEY": ("as=json is the whole secret and takes no key", ""),
    "vault:secret/app?as=json#": ("the key after # is empty", ""),
    "vault:secret/app?kv=1&kv=1#KEY": ("the option kv is given twice", ""),
    "vault:secret/app?default=a&b=hunter2#KEY": ("unknown option; known are version, namespace", "an & in a"),
    "vault:secret/app?hunter2#KEY": ("unknown option; known are version, namespace", "an & in a"),
    "vault:secret/app?&#KEY": ("unknown option", ""),
    "vault:secret/app?prefix=A#KEY": ("unknown option", ""),
    "vault:secret/app?newline=keep#KEY": ("unknown option", ""),
    "vault:secret/app#${.KEY}": ("a template in place of a key", ""),
    ">>vault:secret/app#KEY": ("writes (>>vault:) are not supported", LITERAL),
    "vexec:": ("unknown kind of reference", LITERAL),
    "vexec:hunter2": ("unknown kind of reference", LITERAL),
    "vexec:aws:x": ("unknown kind of reference", LITERAL),
    "vexec:vault:secret/app#KEY": ("unknown kind of reference", LITERAL),
    "vexec:file:": ("the path of the file is empty", ""),
    "vexec:file:?optional": ("the path of the file is empty", ""),
    "vexec:file:/a%00b": ("holds a NUL byte", ""),
    "vexec:file:/a#": ("the key after # is empty", ""),
    "vexec:file:/a?kv=1": ("unknown option; known are optional", ""),
    "vexec:file:/a?version=1": ("unknown option", ""),
    "vexec:file:/a?newline=drop": ("the option newline takes keep", ""),
    "vexec:file:/a?format=toml": ("the option format takes dotenv or json or raw", ""),
    "vexec:file:/a.json?format=json": ("names no key", "write vexec:file:PATH#KEY"),
    "vexec:file:/a.env?format=dotenv": ("names no key", "write vexec:file:PATH#KEY"),
}


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_reference_is_an_error(text: str) -> None:
    """T20: what begins like a reference and is none never passes; the words say what to write instead."""
    message, hint = WRONG[text]
    with pytest.raises(RefError) as caught:
        parse_value(text)

    assert message in str(caught.value)
    assert caught.value.hint.startswith(hint)
    assert "hunter2" not in str(caught.value) + caught.value.hint


@pytest.mark.parametrize("text", [text for text in WRONG if "}" not in text and text[0] == "v"])
def test_a_wrong_reference_inside_a_value_is_an_error(text: str) -> None:
    """T20: the same holds for each reference inside a longer value."""
    with pytest.raises(RefError) as caught:
        parse_value(f"a ${{vault:secret/app#KEY}} ${{{text}}} b")

    assert WRONG[text][0] in str(caught.value)


def test_what_follows_an_option_mark_may_be_empty() -> None:
    """`?` without options says nothing, and a `?` in a key is the key's."""
    assert parse_value("vault:secret/app?#KEY?") == (APP.replace(key="KEY?"),)


@pytest.mark.parametrize(
    "text",
    [
        "${vault:secret/app#KEY",
        "a${vexec:file:/x",
        "${vault:",
        "${vault:secret/app#KEY} ${vault:secret/app#KEY",
    ],
)
def test_an_unterminated_reference_is_an_error(text: str) -> None:
    """T20: `${vault:` without its closing brace does not reach the target."""
    with pytest.raises(RefError, match=r"^an inline reference has no closing }$"):
        parse_value(text)


@settings(max_examples=300)
@given(TEXTS)
def test_any_value_parses_passes_or_is_an_error(text: str) -> None:
    """T20: a value is unchanged, parts of which each is text or a reference, or an error without its text."""
    try:
        parts = parse_value(text)
    except RefError as error:
        assert "CANARY-7f" not in f"{error} {error.hint}"  # noqa: PT017 - one of three right outcomes
        return
    if parts is None:
        assert not text.startswith(("vexec:", ">>vault:"))
        return
    assert text.startswith(("vault:", "vexec:")) or "${vault:" in text or "${vexec:" in text
    for part in parts:
        assert isinstance(part, Ref) or part in text


@given(TEXTS)
def test_what_names_no_reference_passes(text: str) -> None:
    """T19: without one of the prefixes at its beginning or after `${` a value is never touched."""
    if (
        not text.startswith(("vault:", "vexec:", ">>vault:"))
        and "${vault:" not in text
        and "${vexec:" not in text
    ):
        assert parse_value(text) is None


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_key_can_be_written(key: str) -> None:
    """Percent-encoding makes any key, path and default sayable."""
    escaped = "".join(f"%{byte:02x}" for byte in key.encode())

    assert parse_value(f"vault:secret/app?default={escaped}#{escaped}") == (
        APP.replace(key=key, default=key),
    )
    if "\0" not in key:
        assert parse_value(f"vexec:file:/{escaped}") == (FILE.replace(path="/" + key),)


@given(st.text(alphabet="%0aF4gü\udcff", max_size=8))
def test_percent_decoding_leaves_what_is_no_escape(text: str) -> None:
    """A `%` that two hexadecimal digits do not follow stays a `%`."""
    result = decoded(text)

    if "%" not in text:
        assert result == text
    assert len(result) <= len(text)


def test_references_are_named_without_their_options() -> None:
    """T38: in messages a reference is kind, path and key; a default may be a secret."""
    ref = parse_reference("vault:secret/app?default=hunter2&namespace=a#KEY#3")

    assert str(ref) == "vault:secret/app#KEY"
    assert "hunter2" not in repr(ref)
    assert str(parse_reference("vexec:file:/run/x?default=hunter2")) == "vexec:file:/run/x"
    assert str(parse_source("file:/run/x?upper").ref) == "vexec:file:/run/x"
