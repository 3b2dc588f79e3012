"""What templates ask for: the API's own paths, with the part that kv version 2 wants, answered whole."""

from __future__ import annotations

import pytest

from tests.fakes import V1, V2, FakeVault, kv1, kv2
from vexec.errors import PermissionDenied, SecretNotFound
from vexec.fetch.api import API_ENGINE
from vexec.fetch.engines import fetch
from vexec.fetch.interface import Secret
from vexec.fetch.ref import Ref
from vexec.vault.client import Mount

DEEP = Mount("kv/team/", "kv", 2)
PLANS = {
    ("secret/app", "answer", V2): "secret/data/app",
    ("secret/data/app", "answer", V2): "secret/data/app",
    ("secret/data/data/app", "answer", V2): "secret/data/data/app",
    ("secret/database", "answer", V2): "secret/data/database",
    ("secret/metadata/app", "answer", V2): "secret/metadata/app",
    ("secret/subkeys/app", "answer", V2): "secret/subkeys/app",
    ("secret/metadata/app", "write", V2): "secret/metadata/app",
    ("secret/app", "list", V2): "secret/metadata/app",
    ("secret/metadata/app", "list", V2): "secret/metadata/app",
    ("secret", "list", V2): "secret/metadata",
    ("secret/app", "write", V2): "secret/data/app",
    ("kv/team/app", "answer", DEEP): "kv/team/data/app",
    ("kv/data/app", "answer", V1): "kv/data/app",
    ("kv/app", "list", V1): "kv/app",
    ("secret/data/app", "answer", Mount("", "", 0)): "secret/data/app",
    ("pki/issue/web", "write", Mount("pki/", "pki", 0)): "pki/issue/web",
}


@pytest.mark.parametrize(("case", "expected"), PLANS.items(), ids=map(str, PLANS))
def test_the_path_of_the_api(case: tuple[str, str, Mount], expected: str) -> None:
    """T21: only a mount of kv version 2 gets `data/` or `metadata/`, and only where it is not there."""
    path, form, mount = case

    assert API_ENGINE.plan(Ref("vault", path, form=form), mount).path == expected


def test_a_whole_answer() -> None:
    """The document is the secret's data, lease and all."""
    vault = FakeVault({"secret/data/app": kv2(A="1"), "kv/app": kv1(B="2")})
    refs = [Ref("vault", path, form="answer") for path in ("secret/app", "kv/app")]
    found = fetch(refs, vault, 2)

    assert [found[ref].data for ref in refs if isinstance(found[ref], Secret)] == [  # type: ignore[union-attr]
        kv2(A="1")[1],
        kv1(B="2")[1],
    ]


def test_a_list() -> None:
    """A list is asked for with its query; where there is nothing it is empty."""
    vault = FakeVault({"secret/metadata/app": (200, {"data": {"keys": ["b", "a"]}})})
    there, none = (Ref("vault", f"secret/{name}", form="list") for name in ("app", "none"))
    found = fetch([there, none], vault, 2)

    assert found[there] == Secret({"data": {"keys": ["b", "a"]}}, "secret/metadata/app", "list")
    assert found[none] == Secret({}, "secret/metadata/none", "list")
    assert {query for operation, _, query, _ in vault.asked if operation == "read"} == {"list=true"}


def test_what_is_not_there() -> None:
    """T23: a deleted version says so, anything else is no secret."""
    deleted = {"version": "2", "deletion_time": "2026-01-01T00:00:00Z", "destroyed": False}
    vault = FakeVault({"secret/data/gone": (404, {"data": {"data": None, "metadata": deleted}})})
    gone, none = (Ref("vault", f"secret/{name}", form="answer") for name in ("gone", "none"))
    found = fetch([gone, none], vault, 2)

    assert [type(found[ref]) for ref in (gone, none)] == [SecretNotFound, SecretNotFound]
    assert str(found[gone]) == "version 2 of secret/data/gone was deleted at 2026-01-01T00:00:00Z"
    assert str(found[none]) == "no secret exists at secret/data/none"


def test_a_look_up_that_is_denied() -> None:
    """T22: a template says the API's path, so a token that may only read needs no look-up; a list goes on."""
    vault = FakeVault({"other/data/app": kv2(A="1")})
    asked, plain = Ref("vault", "other/data/app", form="answer"), Ref("vault", "other/app", key="A")
    found = fetch([asked, plain], vault, 2, is_patient=True)

    assert isinstance(found[asked], Secret)
    assert isinstance(found[plain], PermissionDenied)


def test_mounts_are_looked_up_once() -> None:
    """What was found for references serves what a template asks for later."""
    vault = FakeVault({"secret/data/a": kv2(A="1"), "secret/data/b": kv2(A="2")})
    fetch([Ref("vault", "secret/a", key="A")], vault, 2)
    fetch([Ref("vault", "secret/b", form="answer")], vault, 2)

    assert vault.paths("mount") == ["secret/a"]


def test_a_denied_look_up_is_not_made_again() -> None:
    """What may not be looked up is asked for once, however many paths below it a template names."""
    vault = FakeVault({f"other/data/{n}": kv2(A="1") for n in range(3)})
    for n in range(3):
        fetch([Ref("vault", f"other/data/{n}", form="answer")], vault, 2)

    assert vault.paths("mount") == ["other/data/0"]
