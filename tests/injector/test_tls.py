"""The server's side of TLS: every suite has OpenSSL's name, and an unfit pair changes nothing."""

from __future__ import annotations

import datetime

import pytest

from vexec.injector import tls
from vexec.injector.certificates import Authority, Pair

NOW = datetime.datetime.now(datetime.UTC)


@pytest.mark.parametrize("name", tls.SUITES)
def test_every_suite_exists(name: str) -> None:
    """OpenSSL knows each suite by the name that the table gives."""
    offered = {cipher["name"] for cipher in tls.context("tls12", [name]).get_ciphers()}

    assert tls.SUITES[name] in offered
    assert len([cipher for cipher in offered if not cipher.startswith("TLS_")]) == 1


def test_a_pair_is_tried_first() -> None:
    """A pair that does not fit raises ValueError, without a part of it."""
    authority = Authority.make(NOW)
    one, two = authority.issue(("a",), NOW), authority.issue(("a",), NOW)
    context = tls.context("tls12")
    tls.load(context, one)

    with pytest.raises(ValueError, match="the certificate cannot be served: key_values_mismatch"):
        tls.load(context, Pair(one.cert, two.key))


def test_memory_is_given_back() -> None:
    """Files in memory are gone afterwards."""
    with tls.memory(b"content") as path, open(path, "rb") as file:
        assert file.read() == b"content"
    with pytest.raises(OSError, match="No such file"), open(path, "rb"):
        pass
