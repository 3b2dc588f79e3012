"""Fetching: each request once, an error that ends the work or not, and results for every reference."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes import FakeVault, kv1, kv2
from vexec.errors import (
    ConfigError,
    PermissionDenied,
    SecretNotFound,
    VaultUnavailable,
    VexecError,
)
from vexec.fetch.engines import ENGINES, fetch
from vexec.fetch.interface import Secret
from vexec.fetch.ref import Ref
from vexec.vault.client import Mount

PKI = Mount("pki/", "pki", 0)


def ref(path: str, key: str = "KEY", **options: Any) -> Ref:
    """Make a reference."""
    return Ref("vault", path, key, **options)


def data(outcome: Secret | VexecError) -> dict[str, Any]:
    """Return the data of what must be a secret."""
    assert isinstance(outcome, Secret)
    return outcome.data


def test_each_request_is_made_once() -> None:
    """T25: keys of one secret, and both spellings of its path, share one request."""
    vault = FakeVault({"secret/data/app": kv2(KEY="value"), "kv/app": kv1(KEY="one")})
    refs = [
        ref("secret/app"),
        ref("secret/app", "OTHER"),
        ref("secret/data/app"),
        ref("kv/app"),
        ref("kv/app", "B"),
    ]

    found = fetch(refs, vault, 8)
    assert [data(found[r])["KEY"] for r in refs] == ["value", "value", "value", "one", "one"]
    assert vault.paths("read") == ["kv/app", "secret/data/app"]


def test_a_missing_secret_ends_nothing() -> None:
    """That a secret is missing is a result: it may be optional, and the others are wanted all the same."""
    answers = {f"kv/{number}": kv1(KEY=str(number)) for number in range(1, 20)}
    refs = [ref(f"kv/{number}") for number in range(20)]

    for limit in (1, 8):
        found = fetch(refs, FakeVault(answers), limit)
        assert isinstance(found[refs[0]], SecretNotFound)
        assert [data(found[r])["KEY"] for r in refs[1:]] == [str(number) for number in range(1, 20)]


def test_a_denied_read_ends_the_work() -> None:
    """The first real error ends a start: what waited behind it is not asked for, and absent."""
    answers: dict[str, Any] = {"kv/0": PermissionDenied("no"), "kv/1": kv1(KEY="1")}
    refs = [ref("kv/0"), ref("kv/1"), ref("kv/2")]
    vault = FakeVault(answers)

    found = fetch(refs, vault, 1)
    assert list(found) == refs[:1]
    assert vault.paths("read") == ["kv/0"]


def test_a_patient_fetch_goes_on() -> None:
    """`vexec check` reads everything that can be read, and keeps each error."""
    answers: dict[str, Any] = {
        "kv/0": PermissionDenied("no"),
        "kv/1": kv1(KEY="1"),
        "kv/3": VaultUnavailable("away"),
    }
    refs = [ref(f"kv/{number}") for number in range(4)] + [ref("other/x"), ref("pki/issue/app")]
    vault = FakeVault(answers, mounts=(Mount("kv/", "kv", 1), PKI))

    found = fetch(refs, vault, 2, is_patient=True)
    assert [type(found[r]) for r in refs] == [
        PermissionDenied,
        Secret,
        SecretNotFound,
        VaultUnavailable,
        PermissionDenied,
        ConfigError,
    ]
    assert vault.paths("read") == ["kv/0", "kv/1", "kv/2", "kv/3"]


def test_an_engine_that_there_is_not() -> None:
    """A mount of another type is named by its type, and nothing of it is read."""
    vault = FakeVault(mounts=(PKI,))
    wanted = ref("pki/issue/app")

    error = fetch([wanted], vault, 8)[wanted]
    assert isinstance(error, ConfigError)
    assert list(error.issues) == ["vault:pki/issue/app#KEY: pki/ is of type pki, which cannot be read"]
    assert vault.paths("read") == []


def test_an_error_before_the_reads_keeps_them_from_being_made() -> None:
    """A start that cannot succeed reads nothing."""
    vault = FakeVault({"kv/app": kv1(KEY="1")}, mounts=(Mount("kv/", "kv", 1), PKI))

    found = fetch([ref("kv/app"), ref("pki/issue/app")], vault, 8)
    assert [type(error) for error in found.values()] == [ConfigError]
    assert vault.paths("read") == []


def test_a_version_that_the_engine_cannot_give() -> None:
    """A reference that the engine cannot serve is an error of the configuration that names it."""
    wanted = ref("kv/app", version=3)

    error = fetch([wanted], FakeVault(), 8)[wanted]
    assert isinstance(error, ConfigError)
    assert list(error.issues) == ["vault:kv/app#KEY: kv/ is kv version 1, which keeps no versions"]


@pytest.mark.parametrize("kind", ["generic", "cubbyhole"])
def test_mounts_that_answer_like_version_1(kind: str) -> None:
    """What kv version 1 was called before, and a token's own cubbyhole."""
    wanted = ref("box/app")
    vault = FakeVault({"box/app": kv1(KEY="mine")}, mounts=(Mount("box/", kind, 0),))

    assert kind in ENGINES
    assert data(fetch([wanted], vault, 8)[wanted]) == {"KEY": "mine"}


def test_a_wrong_statement_is_the_references_error() -> None:
    """`?kv=1` on a mount of version 2 is told of that reference, and an optional one is no exception."""
    wanted = ref("secret/app", kv=1, is_optional=True)
    warning = "Invalid path for a versioned K/V secrets engine."
    vault = FakeVault({"secret/app": (404, {"warnings": [warning]})})

    for is_patient in (False, True):
        error = fetch([wanted], vault, 8, is_patient=is_patient)[wanted]
        assert isinstance(error, ConfigError)
        assert list(error.issues) == ["secret/app is on a mount of kv version 2"]
