"""PEM blocks are read and written as encoding/pem does it."""

from __future__ import annotations

from tests.template.consul.certificates import AUTHORITY, KEY, LEAF, NOT_AUTHORITY, OTHER
from vexec.template.pem import blocks_of, is_authority


def test_blocks_are_found() -> None:
    """Whatever is around them, and however long their lines are."""
    lines = LEAF.strip().split("\n")
    long = "\n".join([lines[0], "".join(lines[1:-1]), lines[-1]])
    found = list(blocks_of(f"text {long} text\n{KEY}"))

    assert [(kind, text) for kind, _, text in found] == [("CERTIFICATE", LEAF), ("PRIVATE KEY", KEY)]


def test_headers_stay() -> None:
    """An old key's headers are between its first line and its body."""
    text = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----\n"

    assert [block[2] for block in blocks_of(text)] == [text]


def test_what_is_no_block_is_left_out() -> None:
    """Text, a block without an end that fits, and one that is no base64."""
    assert list(blocks_of("text")) == []
    assert list(blocks_of("-----BEGIN X-----\nA\n-----END X-----\n")) == []


def test_authorities_are_told() -> None:
    """By their basic constraints, critical or not."""
    data = [next(blocks_of(text))[1] for text in (AUTHORITY, OTHER, LEAF, NOT_AUTHORITY)]

    assert [is_authority(certificate) for certificate in data] == [True, True, False, False]
