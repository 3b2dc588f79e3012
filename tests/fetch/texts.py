"""Texts that look like references, sources, or parts of them."""

from __future__ import annotations

from hypothesis import strategies as st

PREFIXES = (
    "vault:",
    "vault:secret/app",
    "vexec:file:",
    "vexec:",
    "${vault:secret/app",
    "${vexec:file:/x",
    ">>",
    "",
)
TOKENS = (
    "vault:", "vexec:", "literal:", "${", "}", "#", "?", "&", "=", "/", "%", "%23", "%00", "optional",
    "default=", "version=", "kv=2", "as=json", "decode=base64", "format=json", "namespace=", "..", "v1:",
    "8200", "secret/app", "KEY", "CANARY-7f", " ", "\n", "é", "\udcff", "²", "-1",
)  # fmt: skip
BUILT = st.tuples(st.sampled_from(PREFIXES), st.lists(st.sampled_from(TOKENS), max_size=8).map("".join))
TEXTS = st.one_of(st.text(), BUILT.map("".join))
