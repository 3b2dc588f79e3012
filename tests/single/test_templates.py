"""The built file renders templates in an image that holds nothing else (S1.1)."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import pytest

from tests.e2e.store import Store

if TYPE_CHECKING:
    from tests.servers.vault import VaultServer
    from tests.single.images import Image
    from tests.single.program import Single

# requirement S1.1, as it stands in the annotation
TEMPLATE = """\
{{- with secret "secret/data/spitikos/api" -}}
{{- range $key, $value := .Data.data }}
{{ $key }}={{ $value }}
{{- end }}
{{- end }}
"""
# what is loaded from parts of the file when a template needs it, and what it prints
PARTS = {
    'A={{ regexReplaceAll "(b)+" "<$1>" "abbc" }}': "A=a<b>c",
    'A={{ (parseYAML "a: [1, 0x10, yes]").a }}': "A=[1 16 true]",
    'A={{ toYAML (parseJSON "{\\"b\\": 1.5}") | trimSpace }}': "A=b: 1.5",
    'A={{ sha256Hex "x" | len }}{{ "ä" | toUpper }}': "A=64Ä",
    'A={{ sprig_semverCompare ">=1.2" "1.3.0" }}': "A=true",
    'A={{ sprig_bcrypt "x" }}': "needs the Python package bcrypt",
    'A={{ sprig_genPrivateKey "ecdsa" }}': "needs the Python package cryptography",
}


def test_the_annotation_in_a_scratch_container(scratch: Image, vault: VaultServer) -> None:
    """Every key of the secret is a variable of process 1, and the template is none."""
    store = Store(vault, secrets.token_hex(4))
    values = {"API_KEY": secrets.token_hex(8), "DB": "postgres://u:p@h/d?x=1 'y'"}
    store.put(values, "spitikos/api")
    bare = scratch.report(options=("--entrypoint", "/probe", "--hostname", "same"), network="host")
    env = {**store.env, "VEXEC_TEMPLATE": TEMPLATE}
    seen = scratch.report("/probe", "report", env=env, options=("--hostname", "same"), network="host")

    assert seen.processes == [1]
    assert set(seen.environ) - set(bare.environ) == {
        f"{name}={value}".encode() for name, value in values.items()
    }


@pytest.mark.parametrize(("template", "expected"), PARTS.items(), ids=PARTS)
def test_parts_that_functions_need(single: Single, template: str, expected: str) -> None:
    """Regular expressions, YAML and hashes work from the file; what it leaves out is named."""
    env = {"VEXEC_TEMPLATE": template}
    if expected.startswith("A="):
        assert expected.encode() in single.report(env=env).environ
    else:
        done = single("--", single.target, env=env)
        assert done.status == 65
        assert expected in done.stderr
