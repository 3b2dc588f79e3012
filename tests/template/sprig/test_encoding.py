"""Sprig's base64, base32 and checksums, against what sprig gives."""

from __future__ import annotations

import pytest

from tests.template.sprig.world import result

# expression → what Go prints, or after "! " its error; run with sprig 3.3.0 in Go 1.26
CASES = {
    'sprig_b64enc ""': '',
    'sprig_b64enc "hello"': 'aGVsbG8=',
    'sprig_b64enc .bad': '//5h',
    'sprig_b32enc ""': '',
    'sprig_b32enc "hello"': 'NBSWY3DP',
    'sprig_b32enc .bad': '777GC===',
    'sprig_sha1sum ""': 'da39a3ee5e6b4b0d3255bfef95601890afd80709',
    'sprig_sha1sum "hello"': 'aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d',
    'sprig_sha1sum .bad': '7b31a198c5e9f7c1a6722ab5aa80d367e4e11d56',
    'sprig_sha256sum ""': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    'sprig_sha256sum "hello"': '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
    'sprig_sha256sum .bad': 'c95a4fead577ca197f1094206aeb3263c8b553f5c4e89a00354f1db980c49657',
    'sprig_sha512sum ""': 'cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e',
    'sprig_sha512sum "hello"': '9b71d224bd62f3785d96d46ad3ea3d73319bfbc2890caadae2dff72519673ca72323c3d99ba5c11d7c7acc6e14b8c5da0c4663475c2e5c3adef46f73bcdec043',
    'sprig_sha512sum .bad': '7dc64fe0ca8af7256421a6be0f6937050eaa76545c432104c72b896e6cc7c5486705ffb911a9273ba3595d19623f26316970ec616f877ba438918dd9cbe81e25',
    'sprig_adler32sum ""': '1',
    'sprig_adler32sum "hello"': '103547413',
    'sprig_adler32sum .bad': '89981535',
    'sprig_b64dec "aGVsbG8="': 'hello',
    'sprig_b64dec "aGVsbG8"': 'illegal base64 data at input byte 4',
    'sprig_b64dec "aGV\\nsbG8=\\n"': 'hello',
    'sprig_b64dec "a="': 'illegal base64 data at input byte 1',
    'sprig_b64dec "="': 'illegal base64 data at input byte 0',
    'sprig_b64dec "aGVsbG8=x"': 'illegal base64 data at input byte 8',
    'sprig_b64dec "_-8="': 'illegal base64 data at input byte 0',
    'sprig_b64dec "YR=="': 'a',
    'sprig_b64dec "YQ=\\n="': 'a',
    'sprig_b32dec "NBSWY3DP"': 'hello',
    'sprig_b32dec "NBSWY3A="': 'hell',
    'sprig_b32dec "NBSW\\nY3DP"': 'hello',
    'sprig_b32dec ""': '',
    'sprig_b32dec "x"': 'illegal base32 data at input byte 0',
    'sprig_b32dec "nbswy3dp"': 'illegal base32 data at input byte 0',
    'sprig_b32dec "NBSWY3D"': 'illegal base32 data at input byte 0',
    'sprig_b32dec "A======="': 'illegal base32 data at input byte 1',
    'sprig_b32dec "AB======"': '\x00',
    'sprig_b32dec "ABC====="': 'illegal base32 data at input byte 3',
    'sprig_b32dec "ABCDE==="': '\x00D2',
    'sprig_b32dec "ABCDEF=="': 'illegal base32 data at input byte 6',
    'sprig_b32dec "ABCDEFG="': '\x00D2\x14',
    'sprig_b32dec "NBSWY3A=A"': 'hell',
    'sprig_b32dec "AB====A="': 'illegal base32 data at input byte 5',
    'sprig_b32dec "NBSWY3DPAB"': 'illegal base32 data at input byte 8',
    'sprig_b32dec "AB====="': 'illegal base32 data at input byte 7',
    'sprig_b64dec "/w==" | printf "%q"': '"\\xff"',
    'sprig_b64dec .n1': '! wrong type for value; expected string; got json.Number',
}  # fmt: skip


@pytest.mark.parametrize("expression", CASES)
def test_the_result_is_sprigs(expression: str) -> None:
    """An expression gives what it gives in Go."""
    assert result(expression) == CASES[expression]
