"""The names that imports get: which keys are taken, what they become, and what is refused (T15, T16)."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.render.test_env import told
from vexec.config.names import is_dangerous
from vexec.errors import RenderError, SecretNotFound
from vexec.fetch.ref import parse_source
from vexec.render.env import import_names, sanitized


def names(source: str, *keys: str) -> dict[str, str]:
    """Return the variables that a source makes of keys."""
    return import_names(parse_source(source), keys)


def refusal(source: str, *keys: str) -> list[str]:
    """Return why a source cannot take keys."""
    with pytest.raises(RenderError) as caught:
        names(source, *keys)
    return told(caught.value)


def test_every_key_becomes_a_variable() -> None:
    """A source takes every key as it is called."""
    assert names("vault:a/b", "A", "b_2", "_") == {"A": "A", "b_2": "b_2", "_": "_"}
    assert names("vault:a/b") == {}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("?only=A", {"A": "A"}),
        ("?only=B*", {"Ba": "Ba", "Bb": "Bb"}),
        ("?only=?", {"A": "A"}),
        ("?only=*", {"A": "A", "Ba": "Ba", "Bb": "Bb"}),
        ("?except=A", {"Ba": "Ba", "Bb": "Bb"}),
        ("?except=B?,x", {"A": "A"}),
        ("?only=B*&except=Bb", {"Ba": "Ba"}),
        ("?only=A&except=A", {}),
        ("?prefix=P_", {"A": "P_A", "Ba": "P_Ba", "Bb": "P_Bb"}),
        ("?upper", {"A": "A", "Ba": "BA", "Bb": "BB"}),
        ("?prefix=p_&upper&only=Ba", {"Ba": "p_BA"}),
        ("?optional&only=A,X", {"A": "A"}),
    ],
)
def test_options_choose_and_name(options: str, expected: dict[str, str]) -> None:
    """`only` and `except` choose keys, then `upper` and `prefix` make their names."""
    assert names("vault:a/b" + options, "A", "Ba", "Bb") == expected


def test_a_key_that_is_named_must_be_there() -> None:
    """T24: a key that ?only= names and that is missing exits 66; the hint lists the names that there are."""
    with pytest.raises(SecretNotFound) as caught:
        names("vault:a/b?only=A,X,Y*", "B", "A")
    assert told(caught.value) == ["key X does not exist | its keys are: A, B"]

    with pytest.raises(SecretNotFound) as caught:
        names("vault:a/b?only=X,Y")
    assert told(caught.value) == ["keys X, Y do not exist | its keys are: none"]


@pytest.mark.parametrize("key", ["a-b", "a.b", "1X", "a b", "ü", "a\nb", "\udcff", "a$", "٣"])
def test_a_name_that_no_shell_takes_is_an_error(key: str) -> None:
    """T15: by default a name must be an identifier; the hint says which policies there are."""
    hint = "?names=sanitize replaces what does not fit by _, ?names=any takes it as it is"

    assert refusal("vault:a/b", key, "OK") == [f"key {key!r} is no variable's name for shells | {hint}"]
    assert names("vault:a/b?names=any", key) == {key: key}


@pytest.mark.parametrize("key", ["", "=", "a=b", "a\0b", "\0"])
@pytest.mark.parametrize("policy", ["", "?names=any"])
def test_a_name_that_cannot_be_is_an_error(key: str, policy: str) -> None:
    """T15: an empty name, `=` and NUL are refused under every policy, naming the key."""
    assert refusal("vault:a/b" + policy, key) == [f"key {key!r} cannot be a variable's name"]


def test_a_name_that_is_no_bytes_is_an_error() -> None:
    """T15: half a surrogate pair, which a server's JSON may hold, is no name, and no traceback."""
    assert refusal("vault:a/b?names=any", "a\ud800") == ["key 'a\\ud800' cannot be a variable's name"]


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("a-b.c", "a_b_c"),
        ("1X", "_1X"),
        ("ü", "_"),
        ("a=b\0", "a_b_"),
        ("٣", "_"),
        ("ok_1", "ok_1"),
        ("-", "_"),
    ],
)
def test_sanitized_names(key: str, name: str) -> None:
    """T15: ?names=sanitize puts `_` for what does not fit, and before a leading digit."""
    assert names("vault:a/b?names=sanitize", key) == {key: name}


@given(st.text(min_size=1))
def test_a_sanitized_name_is_an_identifier(key: str) -> None:
    """T15: whatever a key is, its sanitized name is one that every shell takes."""
    assert re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", sanitized(key))


@pytest.mark.parametrize(
    ("options", "keys", "name"),
    [
        ("?names=sanitize", ("a-b", "a.b"), "a_b"),
        ("?names=sanitize", ("1", "_1"), "_1"),
        ("?upper", ("a", "A"), "A"),
        ("?upper&prefix=X&names=sanitize", ("a.", "A-"), "XA_"),
    ],
)
def test_two_keys_of_one_name_are_an_error(options: str, keys: tuple[str, ...], name: str) -> None:
    """T15: two keys that become one name are an error under every policy for duplicates."""
    assert refusal("vault:a/b" + options, *keys) == [
        f"two keys become the variable {name} | ?except= leaves one out"
    ]


def test_every_wrong_name_is_told() -> None:
    """All issues come in one go."""
    assert len(refusal("vault:a/b", "a-b", "PATH", "", "OK", "b-c")) == 4


@pytest.mark.parametrize(
    "key",
    [
        "PATH", "LD_PRELOAD", "LD_LIBRARY_PATH", "GLIBC_TUNABLES", "PYTHONPATH", "NODE_OPTIONS", "BASH_ENV",
        "ENV", "IFS", "HOME", "VEXEC_FROM",
    ],
)  # fmt: skip
def test_dangerous_names_are_refused(key: str) -> None:
    """T16: what makes programs load or run something is blocked, unless ?only= names the very key."""
    hint = f"programs act on it: ?only={key} asks for it by name, ?except={key} leaves it out"

    assert refusal("vault:a/b", key, "OK") == [f"key {key!r} would set {key} | {hint}"]
    assert len(refusal("vault:a/b?only=*", key)) == 1
    assert len(refusal("vault:a/b?names=any", key)) == 1
    assert names(f"vault:a/b?only={key}", key, "OK") == {key: key}
    assert names(f"vault:a/b?except={key}", key, "OK") == {"OK": "OK"}


@pytest.mark.parametrize(
    ("options", "key", "name"),
    [
        ("?prefix=LD_", "PRELOAD", "LD_PRELOAD"),
        ("?upper", "path", "PATH"),
        ("?names=sanitize", "LD-PRELOAD", "LD_PRELOAD"),
        ("?names=any", "BASH_FUNC_x%%", "BASH_FUNC_x%%"),
    ],
)
def test_a_name_becomes_dangerous_on_its_way(options: str, key: str, name: str) -> None:
    """T16: what counts is the variable that is set, not the key."""
    assert refusal("vault:a/b" + options, key)[0].startswith(f"key {key!r} would set {name} | ")
    assert names(f"vault:a/b{options}&only={key.replace('%', '%25')}", key) == {key: name}


@given(st.text(alphabet="LDPATHld_-./1ü", max_size=8), st.sampled_from(["", "?names=any", "?names=sanitize"]))
def test_no_import_sets_a_dangerous_or_impossible_name(key: str, policy: str) -> None:
    """T15, T16: whatever the key and the policy, what gets through is possible and harmless."""
    try:
        (name,) = names("vault:a/b" + policy, key).values()
    except RenderError:
        return
    assert name
    assert not is_dangerous(name)
    assert policy == "?names=any" or re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", name)
