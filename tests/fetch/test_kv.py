"""Engine kv: from a reference to a request, from an answer to a secret or to why there is none."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes import V1, V2, FakeVault, kv1, kv2
from vexec.errors import ConfigError, ProtocolError, SecretNotFound
from vexec.fetch.interface import Read
from vexec.fetch.kv import KvEngine
from vexec.fetch.ref import Ref, RefError
from vexec.vault.client import Mount

DEEP = Mount("team/blue/kv/", "kv", 2)
ENGINE = KvEngine()


def ref(path: str, version: int = 0, namespace: str = "") -> Ref:
    """Make a reference to a key of a secret."""
    return Ref("vault", path, "KEY", version=version, namespace=namespace)


@pytest.mark.parametrize(
    ("path", "mount", "read"),
    [
        ("kv/app", V1, "kv/app"),
        ("kv/data/app", V1, "kv/data/app"),
        ("kv/a/b/c", V1, "kv/a/b/c"),
        ("secret/app", V2, "secret/data/app"),
        ("secret/data/app", V2, "secret/data/app"),
        ("secret/data/data/app", V2, "secret/data/data/app"),
        ("secret/app/data/x", V2, "secret/data/app/data/x"),
        ("secret/database", V2, "secret/data/database"),
        ("secret/metadata/app", V2, "secret/data/metadata/app"),
        ("team/blue/kv/data/app", DEEP, "team/blue/kv/data/app"),
        ("team/blue/kv/app", DEEP, "team/blue/kv/data/app"),
    ],
)
def test_paths(path: str, mount: Mount, read: str) -> None:
    """T21: with version 2 the first data/ after the mount is the API's, and nothing else is."""
    assert ENGINE.plan(ref(path), mount).path == read


def test_version_and_namespace_are_part_of_the_request() -> None:
    """T25: two versions, or two namespaces, are two requests; two keys are one."""
    plan = ENGINE.plan(ref("secret/app", version=3, namespace="team"), V2)

    assert (plan.query, plan.namespace) == ("version=3", "team")
    assert plan != ENGINE.plan(ref("secret/app", version=2, namespace="team"), V2)
    assert plan != ENGINE.plan(ref("secret/app", version=3), V2)
    assert ENGINE.plan(Ref("vault", "secret/data/app", "OTHER"), V2) == ENGINE.plan(ref("secret/app"), V2)


def test_version_1_keeps_no_versions() -> None:
    """A version asked of kv version 1 is an error of the reference."""
    with pytest.raises(RefError, match="kv/ is kv version 1, which keeps no versions"):
        ENGINE.plan(ref("kv/app", version=1), V1)


def fetch(answer: Any, engine: str = "kv2", query: str = "") -> Any:
    """Fetch from a server that gives this answer."""
    return ENGINE.fetch(FakeVault({"p": answer}), Read(engine, "p", query))


def test_a_secret_of_version_2() -> None:
    """Data, and the version that answered."""
    secret = fetch(kv2("7", KEY="value"))

    assert (secret.data, secret.version, secret.kind) == ({"KEY": "value"}, 7, "kv version 2")
    assert "value" not in repr(secret)


def test_a_secret_of_version_1() -> None:
    """T21, T27: fields named data and metadata are its own, and its lease_duration is no lease."""
    secret = fetch(kv1(data={"KEY": "inner"}, metadata={"version": "3"}), "kv")

    assert secret.data == {"data": {"KEY": "inner"}, "metadata": {"version": "3"}}
    assert (secret.version, secret.kind) == (0, "kv version 1")


DELETED = {"version": "2", "deletion_time": "2026-01-01T00:00:00Z", "destroyed": False}
OTHER = "?version=N reads another version, without it the latest"
MAY = "is the path right? ?optional or ?default=TEXT is for what may be missing"
ABSENT: list[tuple[str, tuple[int, dict[str, Any]], str, str, str]] = [
    ("kv", (404, {"errors": []}), "", "no secret at p (kv version 1)", MAY),
    ("kv2", (404, {"errors": []}), "", "no secret at p (kv version 2)", MAY),
    ("kv2", (404, {}), "version=3", "no version 3 of p", OTHER),
    (
        "kv2",
        (404, {"data": {"data": None, "metadata": DELETED}}),
        "",
        "version 2 of p was deleted at 2026-01-01T00:00:00Z",
        f"an undelete brings it back; {OTHER}",
    ),
    (
        "kv2",
        (200, {"data": {"data": None, "metadata": DELETED}}),
        "",
        "version 2 of p was deleted at 2026-01-01T00:00:00Z",
        f"an undelete brings it back; {OTHER}",
    ),
    (
        "kv2",
        (404, {"data": {"data": None, "metadata": {**DELETED, "destroyed": True}}}),
        "version=2",
        "version 2 of p is destroyed",
        OTHER,
    ),
    (
        "kv2",
        (404, {"data": {"data": None, "metadata": {"deletion_time": "", "destroyed": False}}}),
        "",
        "no secret at p (kv version 2)",
        MAY,
    ),
]


@pytest.mark.parametrize(("engine", "answer", "query", "words", "hint"), ABSENT)
def test_why_there_is_none(
    engine: str, answer: tuple[int, dict[str, Any]], query: str, words: str, hint: str
) -> None:
    """T23: deleted, destroyed and never there are three things."""
    with pytest.raises(SecretNotFound) as caught:
        fetch(answer, engine, query)
    assert (str(caught.value), caught.value.hint) == (words, hint)


@pytest.mark.parametrize(
    ("engine", "document"),
    [
        ("kv", {"data": ["KEY"]}),
        ("kv", {"data": None}),
        ("kv", {}),
        ("kv", {"status": "ok"}),
        ("kv2", {}),
        ("kv2", {"data": None}),
        ("kv2", {"data": {"data": None}}),
        ("kv", {"data": "text"}),
        ("kv2", {"data": {"data": ["KEY"], "metadata": {"version": "1"}}}),
        ("kv2", {"data": {"data": "text"}}),
    ],
)
def test_what_is_no_secret(engine: str, document: dict[str, Any]) -> None:
    """An answer whose data is no object is not taken for a secret; its content is not shown."""
    with pytest.raises(ProtocolError) as caught:
        fetch((200, document), engine)
    assert str(caught.value) == "the answer for p is no secret of kv"
    assert caught.value.hint == "is ?kv= right?"


def test_a_secret_without_metadata_has_no_version() -> None:
    """An answer that names no version still holds the secret."""
    assert fetch((200, {"data": {"data": {"KEY": "value"}}})).version == 0


def test_a_stated_version_that_is_wrong() -> None:
    """T22: version 1 that is stated of a mount of version 2 is a mistake, and no missing secret."""
    warnings = ["Invalid path for a versioned K/V secrets engine. See the API docs …"]

    with pytest.raises(ConfigError, match="p is on a mount of kv version 2"):
        fetch((404, {"errors": [], "warnings": warnings}), "kv")


def test_a_version_that_is_no_number() -> None:
    """What the server says of versions is only for messages: nonsense there stops nothing."""
    answer = (200, {"data": {"data": {"KEY": "value"}, "metadata": {"version": "1.x"}}})

    assert fetch(answer).version == 0
