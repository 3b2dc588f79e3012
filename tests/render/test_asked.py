"""What a template asks for becomes a reference, and what came of that an answer."""

from __future__ import annotations

from typing import Any

import pytest

from vexec import log
from vexec.errors import PermissionDenied, SecretNotFound, TemplateError
from vexec.fetch.interface import Secret
from vexec.fetch.ref import Ref
from vexec.render.asked import answer, reference
from vexec.template.values import Ask

REFERENCES = {
    ("secret", "secret/data/app"): Ref("vault", "secret/data/app", form="answer"),
    ("secret", "secret/data/app?version=2"): Ref(
        "vault", "secret/data/app", form="answer", query="version=2"
    ),
    ("secret", "a/b?y=2&x=%2F"): Ref("vault", "a/b", form="answer", query="x=/&y=2"),
    ("secret", "a/b%20c"): Ref("vault", "a/b c", form="answer"),
    ("secret", "a/b?c", "k=v"): Ref("vault", "a/b?c", form="write", body=("k=v",)),
    ("secret", "a/b", ""): Ref("vault", "a/b", form="write", body=("",)),
    ("secrets", "secret"): Ref("vault", "secret", form="list"),
    ("pkiCert", "pki/issue/web", "common_name=x"): Ref(
        "vault", "pki/issue/web", form="write", body=("common_name=x",)
    ),
    ("pkiCert", "pki/issue/web"): Ref("vault", "pki/issue/web", form="write"),
}


@pytest.mark.parametrize(("asked", "expected"), REFERENCES.items(), ids=map(" ".join, REFERENCES))
def test_references(asked: tuple[str, ...], expected: Ref) -> None:
    """Upstream reads some paths as URLs; what follows a path of `secret` is written."""
    assert reference(Ask(asked[0], asked[1:])) == expected


@pytest.mark.parametrize(
    "path", ["a/../canary", "a//canary", "a/canary\x01", "%zz/canary", "a/%2e%2e/canary"]
)
def test_a_path_that_cannot_be_one(path: str) -> None:
    """S4.21: a path that a value made cannot lead elsewhere, and is not shown."""
    with pytest.raises(TemplateError) as caught:
        reference(Ask("secret", (path,)))

    assert str(caught.value).startswith("secret: ")
    assert "canary" not in str(caught.value) + caught.value.hint


def secret(document: dict[str, Any]) -> Secret:
    """Make what fetching yields."""
    return Secret(document, "path", "answer")


def test_answers() -> None:
    """`secret` is told the whole document, `secrets` names, `pkiCert` the data."""
    document = {"data": {"keys": ["b", "a"], "A": "1"}, "lease_id": ""}

    assert answer(Ask("secret", ("p",)), secret(document)) == document
    assert answer(Ask("secrets", ("p",)), secret(document)) == ["b", "a"]
    assert answer(Ask("pkiCert", ("p",)), secret(document)) == document["data"]


def test_answers_without_data() -> None:
    """A write that returns nothing, a list of nothing, and an answer of another form."""
    assert answer(Ask("secret", ("p", "k=v")), secret({})) is None
    documents: list[dict[str, Any]] = [{}, {"data": None}, {"data": {"keys": None}}, {"data": []}]
    for document in documents:
        assert answer(Ask("secrets", ("p",)), secret(document)) == []
    assert answer(Ask("pkiCert", ("p",)), secret({"data": None})) == {}


def test_errors_are_answers() -> None:
    """An error is kept until evaluation reaches it; only a list may be missing."""
    missing, denied = SecretNotFound("no"), PermissionDenied("no")

    assert answer(Ask("secret", ("p",)), missing) is missing
    assert answer(Ask("secrets", ("p",)), missing) == []
    assert answer(Ask("secrets", ("p",)), denied) is denied


def test_every_text_of_an_answer_is_kept_out_of_the_log() -> None:
    """T38: values in objects and lists too."""
    answer(Ask("secret", ("p",)), secret({"data": {"a": {"b": ["canary-1", {"c": "canary-2"}]}, "n": None}}))

    assert log.redact("canary-1 canary-2") == "[redacted] [redacted]"
