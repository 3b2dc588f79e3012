"""Hashes are taken of bytes."""

from __future__ import annotations

import hashlib
import hmac
import sys

import pytest

from tests.template.consul.calls import call


@pytest.mark.parametrize("text", ["", "a", "ü", "\udcff"])
def test_hashes(text: str) -> None:
    """The digests are in lower-case hexadecimal."""
    data = text.encode("utf-8", "surrogateescape")

    assert call("sha256Hex", text) == hashlib.sha256(data).hexdigest()
    assert call("md5sum", text) == hashlib.md5(data).hexdigest()
    assert call("hmacSHA256Hex", text, "k") == hmac.digest(b"k", data, "sha256").hex()


def test_the_message_comes_before_the_key() -> None:
    """As upstream's example has it."""
    digest = "b60090e3052297aeb5a080889ce2fc4bca957e756faeb4df7d31800ca1e771ec"

    assert call("hmacSHA256Hex", "m", "k") == digest


@pytest.mark.parametrize("key", ["", "k" * 64, "k" * 65, "ü" * 40])
def test_keys_of_any_length(key: str) -> None:
    """A key that is longer than a block is hashed first."""
    assert call("hmacSHA256Hex", "m", key) == hmac.digest(key.encode(), b"m", "sha256").hex()


def test_an_interpreter_without_the_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    """`hashlib` has them in another way then."""
    for name in ("_md5", "_sha2", "_sha256"):
        monkeypatch.setitem(sys.modules, name, None)

    assert call("md5sum", "a") == hashlib.md5(b"a").hexdigest()
    assert call("sha256Hex", "a") == hashlib.sha256(b"a").hexdigest()
