"""References in the values of variables, against the real server: every form and option, and mistakes."""

from __future__ import annotations

import base64
import secrets
from typing import TYPE_CHECKING

import pytest

from tests.e2e.program import told
from tests.e2e.store import asked

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.program import Vexec
    from tests.e2e.store import Store

# {v2} and {api} are a secret of kv version 2 without and with data/, {v1} one of version 1
FORMS = {
    "vault:{v2}#KEY": "second",
    "vault:{api}#KEY": "second",
    "vault:{v1}#KEY": "one",
    "vault:/{v2}/#KEY": "second",
    "vault:{v2}?version=1#KEY": "first",
    "vault:{v2}#KEY#1": "first",
    "vault:{v2}?version=2#KEY": "second",
    "vault:{api}#KEY#2": "second",
    "vault:{v2}?version=0#KEY": "second",
    "vault:{v2}?kv=2#KEY": "second",
    "vault:{api}?kv=2#KEY": "second",
    "vault:{v1}?kv=1#KEY": "one",
    "vault:{v2}?kv=2&version=1#KEY": "first",
    "vault:{v2}?decode=base64#ENCODED": "text\nof two lines",
    "vault:{v2}?as=json": '{{"ENCODED":"dGV4dApvZiB0d28gbGluZXM=","KEY":"second","NULL":null,"a#b?c":"odd"}}',
    "vault:{v1}?as=json": '{{"KEY":"one"}}',
    "vault:{v2}#a%23b?c": "odd",
    "vault:{v2}?optional#KEY": "second",
    "vault:{v2}?default=other#KEY": "second",
    "vault:{v2}?default=a%20%26%23%c3%bc#ABSENT": "a &#ü",
    "vault:{v2}?default=#ABSENT": "",
    "vault:{v2}?default=none#NULL": "none",
    "vault:{v2}-absent?default=none#KEY": "none",
    "vault:{v2}?version=9&default=none#KEY": "none",
    "vault:{v1}-absent?default=none#KEY": "none",
    "vault:{v2}?default=vault:{v2}%23KEY#ABSENT": "vault:{v2}#KEY",
    "${{vault:{v2}#KEY}}": "second",
    "u:${{vault:{v2}#KEY}}@${{vault:{v1}#KEY}}/${{vault:{v2}#KEY#1}}?": "u:second@one/first?",
    "${{HOME}} $5 ${{vault:{v2}#KEY}} ${{}}": "${{HOME}} $5 second ${{}}",
    "a${{vault:{v2}?optional#ABSENT}}b": "ab",
    "vexec:literal:vault:{v2}#KEY": "vault:{v2}#KEY",
    "vexec:literal:": "",
}
HINT = "hint: is the path right? ?optional or ?default=TEXT is for what may be missing"
MISSING = ("vault:{v2}?optional#ABSENT", "vault:{v2}?optional#NULL", "vault:{v2}-absent?optional#KEY")
WRONG = {
    "vault:secret/app": (
        "a reference to a secret names no key",
        "hint: write vault:PATH#KEY, or ?as=json for the whole",
    ),
    "vault:app#KEY": ("the path of the secret has only one part", "hint: write vault:MOUNT/PATH#KEY"),
    "vault:secret/app#": ("the key after # is empty",),
    "vault:secret/app?version=latest#KEY": ("version is not a number",),
    "vault:secret/app?version=1#KEY#2": ("the version is given twice",),
    "vault:secret/app?kv=3#KEY": ("the option kv takes 1 or 2",),
    "vault:secret/app?decode=hex#KEY": ("the option decode takes base64",),
    "vault:secret/app?as=json#KEY": ("as=json is the whole secret and takes no key",),
    "a ${vault:secret/app#KEY": ("an inline reference has no closing }",),
    ">>vault:secret/app#KEY": (
        "writes (>>vault:) are not supported",
        "hint: a value that is meant as it stands is written vexec:literal:TEXT",
    ),
    "vexec:aws:app#KEY": (
        "unknown kind of reference after vexec:, known are file and literal",
        "hint: a value that is meant as it stands is written vexec:literal:TEXT",
    ),
}


@pytest.fixture
def places(store: Store) -> dict[str, str]:
    """Write the secrets that the forms speak of and return their paths."""
    encoded = base64.b64encode(b"text\nof two lines").decode()
    store.put({"KEY": "first"})
    store.put({"KEY": "second", "ENCODED": encoded, "NULL": None, "a#b?c": "odd"})
    return {"v2": store.path, "api": f"secret/data/{store.word}", "v1": store.put1({"KEY": "one"})}


def test_every_form(vexec: Vexec, store: Store, places: dict[str, str]) -> None:
    """Each form of a reference arrives as its value, all in one start."""
    env = {f"V{number}": form.format(**places) for number, form in enumerate(FORMS)}

    variables = vexec.probe(env={**store.env, **env}).variables
    got = {form: variables[f"V{n}"].encode("latin-1").decode() for n, form in enumerate(FORMS)}
    assert got == {form: value.format(**places) for form, value in FORMS.items()}


@pytest.mark.parametrize("form", MISSING)
def test_what_is_optional_and_missing_is_not_set(
    vexec: Vexec, store: Store, places: dict[str, str], form: str
) -> None:
    """T18: `?optional` leaves the variable out where key or secret is missing or null, not where empty."""
    path = store.put({"EMPTY": ""}, f"{store.word}-empty")
    env = {"A": form.format(**places), "B": f"vault:{path}?optional#EMPTY"}

    variables = vexec.probe(env={**store.env, **env}).variables
    assert "A" not in variables
    assert variables["B"] == ""


@pytest.mark.parametrize("key", ["ABSENT", "NULL"])
def test_a_missing_key_exits_66(vexec: Vexec, store: Store, places: dict[str, str], key: str) -> None:
    """T24: the message lists the names of the keys that are there, and no value; null counts as missing."""
    what = {"ABSENT": "does not exist", "NULL": "is null"}[key]

    env = {**store.env, "A": f"vault:{places['v2']}#{key}"}

    assert vexec("--", "/bin/echo", "started", env=env).told == told(
        66,
        f"variable A: key {key} of {places['api']} {what}",
        "hint: its keys are: ENCODED, KEY, NULL, a#b?c",
    )


def test_an_unresolved_reference_never_reaches_the_target(vexec: Vexec, store: Store) -> None:
    """T20: one missing secret of several and the target is not started."""
    env = {"A": f"vault:{store.put({'KEY': 'value'})}#KEY", "B": f"vault:{store.path}-absent#KEY"}

    done = vexec("--", "/bin/echo", "started", env={**store.env, **env})
    assert done.stdout == ""
    assert done.told == told(
        66,
        f"variable B: no secret at secret/data/{store.word}-absent (kv version 2)",
        HINT,
    )


def test_every_missing_secret_is_told(vexec: Vexec, store: Store) -> None:
    """What several variables wait for is told once, with all of them; the rest stands beside it."""
    path = store.put({"KEY": "value"})
    env = {"A": f"vault:{path}-x#KEY", "B": f"vault:{path}-x#OTHER", "C": f"vault:{path}-y#KEY"}

    assert vexec("--", "/bin/true", env={**store.env, **env}).told == told(
        66,
        f"variable A, variable B: no secret at secret/data/{store.word}-x (kv version 2)",
        HINT,
        f"variable C: no secret at secret/data/{store.word}-y (kv version 2)",
        HINT,
    )


def test_every_mistake_is_told_at_once(vexec: Vexec) -> None:
    """All references that cannot be understood are listed by name, without a request and without a value."""
    env = {f"V{number:02}": form for number, form in enumerate(WRONG)}
    lines = []
    for number, (first, *more) in enumerate(WRONG.values()):
        lines += [f"variable V{number:02}: {first}", *more]

    assert vexec("--", "/bin/true", env={"VAULT_ADDR": "http://127.0.0.1:1", **env}).told == told(78, *lines)


def test_a_value_that_is_not_base64(vexec: Vexec, store: Store) -> None:
    """`?decode=base64` is strict, and the message does not show the value."""
    value = f"no base64: {secrets.token_hex(8)}"
    path = store.put({"KEY": value})

    done = vexec("--", "/bin/true", env={**store.env, "A": f"vault:{path}?decode=base64#KEY"})
    assert done.told == told(
        73, f"variable A: the value of vault:{path}#KEY is not base64, as ?decode=base64 says"
    )


def test_decoded_bytes_arrive(vexec: Vexec, store: Store) -> None:
    """`?decode=base64` gives bytes, also such as are not UTF-8."""
    raw = bytes(range(1, 256))
    path = store.put({"KEY": base64.b64encode(raw).decode()})

    variables = vexec.probe(env={**store.env, "A": f"vault:{path}?decode=base64#KEY"}).variables
    assert variables["A"].encode("latin-1") == raw


def test_what_is_fetched_is_not_resolved_again(vexec: Vexec, store: Store, tmp_path: Path) -> None:
    """T19: a fetched value that looks like a reference arrives as it is, and nothing more is read."""
    other = store.put({"KEY": "other"}, f"{store.word}-other")
    looks = {
        "WHOLE": f"vault:{other}#KEY",
        "INLINE": f"a ${{vault:{other}#KEY}}",
        "FILE": "vexec:file:/etc/hostname",
    }
    path = store.put(looks)
    (tmp_path / "file").write_text(looks["WHOLE"])
    env = {name: f"vault:{path}#{name}" for name in looks} | {"MOUNTED": f"vexec:file:{tmp_path}/file"}
    env |= {
        "DEFAULT": f"vault:{path}?default=vault:{other}%23KEY#ABSENT",
        "VEXEC_FROM": f"vault:{path}?prefix=I_",
    }

    mark = store.server.audit_mark()
    variables = vexec.probe(env={**store.env, **env}).variables
    expected = {**looks, **{f"I_{name}": value for name, value in looks.items()}}
    expected |= {"MOUNTED": looks["WHOLE"], "DEFAULT": looks["WHOLE"]}
    assert {name: variables[name] for name in expected} == expected
    assert [path for operation, path in asked(store.server.audit_since(mark)) if "/data/" in path] == [
        f"secret/data/{store.word}"
    ]
