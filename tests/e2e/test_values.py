"""Values arrive byte for byte, and what is not a string in its JSON spelling (T17, T18)."""

from __future__ import annotations

import json
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.e2e.program import Vexec
    from tests.e2e.store import Store

TEXTS = {
    "pem": "-----BEGIN PRIVATE KEY-----\nbm90IGEga2V5\n-----END PRIVATE KEY-----\n",
    "newline": "value\n",
    "newlines": "\n\nvalue\n\n",
    "windows": "a\r\nb\r\n",
    "spaces": "  value\t ",
    "shell": "$HOME ${HOME} $(id) `id` $$ \\$",
    "quotes": "\"'\"'",
    "comment": "a # b=c; d",
    "escape": "\\n\\t\\\\ \\u0041",
    "percent": "%41 %% %s {0}",
    "unicode": "grüße 日本語 🔑 \u2028 e\u0301",
    "html": '<a href="x">&amp;</a>',
    "control": "".join(chr(code) for code in range(1, 32)) + "\x7f\x1b[31m",
    "empty": "",
    "json": '{"a": [1, 2]}',
    "number": "007",
    "true": "true",
    "null": "null",
}
# what is written → what arrives
SPELLINGS = {
    "1": "1",
    "1.0": "1.0",
    "1.10": "1.10",
    "1e3": "1e3",
    "1E+3": "1E+3",
    "-0": "-0",
    "10000000000": "10000000000",
    "123456789012345678901234567890": "123456789012345678901234567890",
    "0.1234567890123456789012345": "0.1234567890123456789012345",
    "true": "true",
    "false": "false",
    "[]": "[]",
    "{}": "{}",
    '{"b": [1.50, null, {"c": "ü <&>"}], "a": 1e3}': '{"a":1e3,"b":[1.50,null,{"c":"ü <&>"}]}',
}
FIELDS = "{" + ", ".join(f'"K{number}": {text}' for number, text in enumerate(SPELLINGS)) + "}"


def write(store: Store, path: str, body: str) -> None:
    """Write a body as it stands; json.dumps would respell the numbers."""
    request = urllib.request.Request(
        f"{store.server.address}/v1/{path}",
        body.encode(),
        {"X-Vault-Token": store.server.root_token, "Content-Type": "application/json"},
        method="POST",
    )
    urllib.request.urlopen(request).close()


@pytest.mark.parametrize("version", [1, 2])
def test_texts_are_byte_exact(vexec: Vexec, store: Store, version: int) -> None:
    """T18: PEM, white space, quotes, dollars, Unicode and the empty string arrive as they were written."""
    path = store.put(TEXTS) if version == 2 else store.put1(TEXTS)
    env = {f"T_{name}": f"vault:{path}#{name}" for name in TEXTS}

    variables = vexec.probe(env={**store.env, **env}).variables
    assert {name: variables[f"T_{name}"].encode("latin-1").decode() for name in TEXTS} == TEXTS


def test_imported_texts_are_byte_exact(vexec: Vexec, store: Store) -> None:
    """T18: the same through VEXEC_FROM."""
    env = {**store.env, "VEXEC_FROM": f"vault:{store.put(TEXTS)}?prefix=T_"}

    variables = vexec.probe(env=env).variables
    assert {name: variables[f"T_{name}"].encode("latin-1").decode() for name in TEXTS} == TEXTS


def read(store: Store, path: str) -> dict[str, Any]:
    """Read an answer's data, numbers in the server's own spelling."""
    headers = {"X-Vault-Token": store.server.root_token}
    request = urllib.request.Request(f"{store.server.address}/v1/{path}", headers=headers)
    with urllib.request.urlopen(request) as got:
        return dict(json.loads(got.read(), parse_float=Spelt, parse_int=Spelt)["data"])


class Spelt(str):
    """A number as it was written."""


def spell(value: object) -> str:
    """Write compact JSON with the numbers as they were, a string as it is."""
    if isinstance(value, dict):
        return "{" + ",".join(f'"{key}":{spell(item)}' for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(spell, value)) + "]"
    if isinstance(value, Spelt):
        return value
    return json.dumps(value, ensure_ascii=False)


def test_numbers_keep_their_spelling(vexec: Vexec, store: Store) -> None:
    """T17: numbers, booleans and nested values of kv version 1 arrive as they were written."""
    path = f"{store.mount('kv1')}/app"
    write(store, path, FIELDS)
    env = {f"V{number}": f"vault:{path}#K{number}" for number in range(len(SPELLINGS))}

    variables = vexec.probe(env={**store.env, **env, "ALL": f"vault:{path}?as=json"}).variables
    got = [variables[f"V{number}"].encode("latin-1").decode() for number in range(len(SPELLINGS))]
    assert got == list(SPELLINGS.values())
    assert '"K3":1e3,' in variables["ALL"]


def test_numbers_keep_the_spelling_of_the_answer(vexec: Vexec, store: Store) -> None:
    """T17: kv version 2 rounds numbers itself; what it answers arrives as it stands in the answer."""
    write(store, f"secret/data/{store.word}", f'{{"data": {FIELDS}}}')
    answer = read(store, f"secret/data/{store.word}")["data"]
    env = {name: f"vault:{store.path}#{name}" for name in answer}

    variables = vexec.probe(env={**store.env, **env, "ALL": f"vault:{store.path}?as=json"}).variables
    assert {name: variables[name].encode("latin-1").decode() for name in answer} == {
        name: spell(value) for name, value in answer.items()
    }
    assert variables["ALL"].encode("latin-1").decode() == spell(answer)


def test_nulls_are_not_imported(vexec: Vexec, store: Store) -> None:
    """T17, T18: of a whole secret a null counts as missing, and an empty string does not."""
    path = store.put({"NULL": None, "EMPTY": "", "FALSE": False, "ZERO": 0})

    variables = vexec.probe(env={**store.env, "VEXEC_FROM": f"vault:{path}"}).variables
    assert {name: variables.get(name) for name in ("NULL", "EMPTY", "FALSE", "ZERO")} == {
        "NULL": None,
        "EMPTY": "",
        "FALSE": "false",
        "ZERO": "0",
    }


def test_a_large_value_arrives(vexec: Vexec, store: Store) -> None:
    """A value of 100 KB, which the server sends in chunks or in one piece, arrives whole."""
    value = "".join(chr(33 + number % 90) for number in range(100_000))

    assert (
        vexec.probe(env={**store.env, "A": f"vault:{store.put({'KEY': value})}#KEY"}).variables["A"] == value
    )
