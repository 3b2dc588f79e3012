"""VEXEC_FROM against the real server: which keys, under which names, and what happens when names meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.program import told

if TYPE_CHECKING:
    from tests.e2e.program import Vexec
    from tests.e2e.store import Store

KEYS = {"DB_USER": "u", "DB_PASSWORD": "p", "api_key": "k"}
# options → names that are set
CHOICES = {
    "": {"DB_USER", "DB_PASSWORD", "api_key"},
    "?prefix=APP_": {"APP_DB_USER", "APP_DB_PASSWORD", "APP_api_key"},
    "?upper": {"DB_USER", "DB_PASSWORD", "API_KEY"},
    "?prefix=x_&upper": {"x_DB_USER", "x_DB_PASSWORD", "x_API_KEY"},
    "?only=DB_USER": {"DB_USER"},
    "?only=DB_USER,api_key&upper": {"DB_USER", "API_KEY"},
    "?only=DB_*": {"DB_USER", "DB_PASSWORD"},
    "?except=DB_USER": {"DB_PASSWORD", "api_key"},
    "?except=DB_*": {"api_key"},
    "?only=DB_*&except=DB_USER": {"DB_PASSWORD"},
    "?only=ABSENT*": set(),
    "?only=DB_USER,ABSENT&optional": {"DB_USER"},
    "?version=1": {"OLD"},
    "?kv=2": {"DB_USER", "DB_PASSWORD", "api_key"},
}
OPTIONAL = ("vault:{path}-absent?optional", "vault:{path}?version=9&optional")


@pytest.fixture
def path(store: Store) -> str:
    """Write the secret that most tests import."""
    store.put({"OLD": "old"})
    return store.put(KEYS)


def names(variables: dict[str, str]) -> set[str]:
    """Return the names beside those that every start here has."""
    return set(variables) - {"PATH", "HOME"}


@pytest.mark.parametrize(("options", "expected"), CHOICES.items(), ids=CHOICES)
def test_options_choose_and_name(
    vexec: Vexec, store: Store, path: str, options: str, expected: set[str]
) -> None:
    """`only`, `except`, `prefix`, `upper`, `version`, `kv` and `optional` do what they say."""
    assert names(vexec.probe(env={**store.env, "VEXEC_FROM": f"vault:{path}{options}"}).variables) == expected


@pytest.mark.parametrize("word", OPTIONAL)
def test_an_optional_import_may_be_missing(vexec: Vexec, store: Store, path: str, word: str) -> None:
    """`?optional` imports nothing where there is nothing."""
    env = {**store.env, "VEXEC_FROM": f"{word.format(path=path)} vault:{path}?only=api_key"}

    assert names(vexec.probe(env=env).variables) == {"api_key"}


def test_a_missing_import_exits_66(vexec: Vexec, store: Store) -> None:
    """Without `?optional` the start fails, and says which import."""
    assert vexec("--", "/bin/true", env={**store.env, "VEXEC_FROM": f"vault:{store.path}"}).told == told(
        66,
        f"import of vault:{store.path}: no secret at secret/data/{store.word} (kv version 2)",
        "hint: is the path right? ?optional or ?default=TEXT is for what may be missing",
    )


def test_a_key_that_is_asked_for_by_name_must_be_there(vexec: Vexec, store: Store, path: str) -> None:
    """`?only=` with a name is a promise; the names that are there are listed."""
    env = {**store.env, "VEXEC_FROM": f"vault:{path}?only=DB_USER,NO,NEITHER"}

    assert vexec("--", "/bin/true", env=env).told == told(
        66,
        f"import of vault:{path}: keys NO, NEITHER do not exist",
        "hint: its keys are: DB_PASSWORD, DB_USER, api_key",
    )


def test_several_sources_in_order(vexec: Vexec, store: Store, path: str) -> None:
    """Sources are separated by any white space; with `overwrite` a later one wins."""
    other = store.put({"DB_USER": "other", "MORE": "m"}, f"{store.word}-other")
    env = {"VEXEC_FROM": f" vault:{path}\n\tvault:{other} ", "VEXEC_DUPLICATES": "overwrite"}

    variables = vexec.probe(env={**store.env, **env}).variables
    assert names(variables) == {"DB_USER", "DB_PASSWORD", "api_key", "MORE"}
    assert variables["DB_USER"] == "other"


def test_a_name_that_comes_twice_is_an_error(vexec: Vexec, store: Store, path: str) -> None:
    """T41: by default every collision is told, of two imports and with what is inherited."""
    other = store.put({"DB_USER": "other"}, f"{store.word}-other")
    env = {**store.env, "VEXEC_FROM": f"vault:{path} vault:{other}", "api_key": "inherited"}
    hint = "hint: VEXEC_DUPLICATES=keep or overwrite chooses one, ?except= leaves one out"

    done = vexec("--", "/bin/true", env=env)
    assert done.status == 73
    assert sorted(done.stderr.splitlines()) == sorted(
        [
            f"vexec: variable api_key comes from vault:{path} and is inherited",
            f"vexec: {hint}",
            f"vexec: variable DB_USER comes from vault:{other} and is imported from vault:{path}",
            f"vexec: {hint}",
        ]
    )


@pytest.mark.parametrize(
    ("policy", "expected"), [("keep", ("inherited", "u")), ("overwrite", ("k", "other"))]
)
def test_a_policy_chooses(
    vexec: Vexec, store: Store, path: str, policy: str, expected: tuple[str, str]
) -> None:
    """T41: `keep` leaves what is there first, `overwrite` takes what comes later."""
    other = store.put({"DB_USER": "other"}, f"{store.word}-other")
    env = {"VEXEC_FROM": f"vault:{path} vault:{other}", "api_key": "inherited", "VEXEC_DUPLICATES": policy}

    variables = vexec.probe(env={**store.env, **env}).variables
    assert (variables["api_key"], variables["DB_USER"]) == expected


@pytest.mark.parametrize("policy", ["error", "keep", "overwrite"])
def test_a_reference_wins_over_an_import(vexec: Vexec, store: Store, path: str, policy: str) -> None:
    """T41: an explicit reference beats an import of its name under every policy, without an error."""
    mine = store.put({"KEY": "mine"}, f"{store.word}-mine")
    env = {"VEXEC_FROM": f"vault:{path}", "DB_USER": f"vault:{mine}#KEY", "VEXEC_DUPLICATES": policy}

    assert vexec.probe(env={**store.env, **env}).variables["DB_USER"] == "mine"


def test_names_that_no_shell_takes_are_told(vexec: Vexec, store: Store) -> None:
    """T15: names beyond [A-Za-z_][A-Za-z0-9_]* are an error that lists them all, with the ways out."""
    path = store.put({"a-b.c": "1", "1X": "2", "größe": "3", "FINE": "4"})
    hint = "hint: ?names=sanitize replaces what does not fit by _, ?names=any takes it as it is"

    done = vexec("--", "/bin/true", env={**store.env, "VEXEC_FROM": f"vault:{path}"})
    assert done.status == 73
    assert done.stderr.splitlines()[:2] == [
        f"vexec: import of vault:{path}: key '1X' is no variable's name for shells",
        f"vexec: {hint}",
    ]
    assert [name in done.stderr for name in ("'a-b.c'", "'größe'", "'FINE'")] == [True, True, False]


def test_sanitized_names(vexec: Vexec, store: Store) -> None:
    """T15: `?names=sanitize` replaces what does not fit, and a leading digit gets a _ before it."""
    path = store.put({"a-b.c": "1", "1X": "2", "größe": "3"})

    variables = vexec.probe(env={**store.env, "VEXEC_FROM": f"vault:{path}?names=sanitize"}).variables
    assert {name: variables[name] for name in names(variables)} == {"a_b_c": "1", "_1X": "2", "gr__e": "3"}


def test_any_name(vexec: Vexec, store: Store) -> None:
    """T15: `?names=any` passes what the kernel takes."""
    path = store.put({"a-b.c": "1", "1X": "2"})

    assert names(vexec.probe(env={**store.env, "VEXEC_FROM": f"vault:{path}?names=any"}).variables) == {
        "a-b.c",
        "1X",
    }


def test_two_keys_of_one_name_are_an_error(vexec: Vexec, store: Store) -> None:
    """T15: two keys that become one name are an error, whatever the policy for duplicates."""
    path = store.put({"a-b": "1", "a.b": "2"})
    env = {"VEXEC_FROM": f"vault:{path}?names=sanitize", "VEXEC_DUPLICATES": "overwrite"}

    assert vexec("--", "/bin/true", env={**store.env, **env}).told == told(
        73,
        f"import of vault:{path}: two keys become the variable a_b",
        "hint: ?except= leaves one out",
    )


@pytest.mark.parametrize(
    "key",
    [
        "PATH",
        "LD_PRELOAD",
        "LD_LIBRARY_PATH",
        "PYTHONPATH",
        "NODE_OPTIONS",
        "BASH_ENV",
        "IFS",
        "HOME",
        "VEXEC_AUTH",
    ],
)
def test_dangerous_names_are_refused(vexec: Vexec, store: Store, key: str) -> None:
    """T16: a whole-secret import sets no variable that programs act on, unless it is asked for by name."""
    path = store.put({key: "/tmp", "FINE": "1"})
    word = f"vault:{path}"
    env = {**store.env, "VEXEC_DUPLICATES": "overwrite"}

    assert vexec("--", "/bin/true", env={**env, "VEXEC_FROM": word}).told == told(
        73,
        f"import of {word}: key '{key}' would set {key}",
        f"hint: programs act on it: ?only={key} asks for it by name, ?except={key} leaves it out",
    )
    assert names(vexec.probe(env={**env, "VEXEC_FROM": f"{word}?except={key}"}).variables) == {"FINE"}


def test_a_name_becomes_dangerous_by_its_prefix(vexec: Vexec, store: Store) -> None:
    """T16: what counts is the variable's name, not the key's; a glob in `only` is not by name."""
    path = store.put({"preload": "/x.so"})
    env = {**store.env, "VEXEC_FROM": f"vault:{path}?prefix=LD_&upper&only=pre*"}

    assert vexec("--", "/bin/true", env=env).told == told(
        73,
        f"import of vault:{path}: key 'preload' would set LD_PRELOAD",
        "hint: programs act on it: ?only=preload asks for it by name, ?except=preload leaves it out",
    )


def test_a_dangerous_name_by_name(vexec: Vexec, store: Store) -> None:
    """T16: asked for by name it is set, by `?only=` and by a reference."""
    path = store.put({"NODE_OPTIONS": "--max-old-space-size=64", "IFS": ":"})
    env = {"VEXEC_FROM": f"vault:{path}?only=NODE_OPTIONS", "IFS": f"vault:{path}#IFS"}

    variables = vexec.probe(env={**store.env, **env}).variables
    assert (variables["NODE_OPTIONS"], variables["IFS"]) == ("--max-old-space-size=64", ":")


def test_mistakes_in_sources_are_told_by_number(vexec: Vexec) -> None:
    """Each entry of VEXEC_FROM that cannot be understood is told, by its number."""
    words = "secret/app vault:secret/app#KEY vault:secret/a file:/x?default=1 vault:secret/b?names=all"

    done = vexec("--", "/bin/true", env={"VEXEC_FROM": words})
    assert done.told == told(
        78,
        "VEXEC_FROM, entry 1: a source begins with vault: or file:",
        "hint: for example vault:secret/app or file:/run/secrets",
        "VEXEC_FROM, entry 2: a source is a whole secret and names no key",
        "hint: use ?only=KEY, or VAR=vault:PATH#KEY",
        "VEXEC_FROM, entry 4: default, as and decode are for a single value, not for a source",
        "VEXEC_FROM, entry 5: the option names takes sanitize or any",
    )
