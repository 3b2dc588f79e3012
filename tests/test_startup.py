"""The start-up path is sacred: what a start that goes well imports, and what it never does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.servers.vault import VaultServer

SOURCE = Path(__file__).parent.parent / "src"
# the list of the house style …
SLOW = {
    "hvac", "requests", "urllib3", "pydantic", "tenacity", "asyncio", "email", "http.client", "logging",
    "argparse", "dataclasses", "inspect", "typing", "importlib.metadata",
}  # fmt: skip
# … and what costs about as much as a fetch
SLOWISH = {
    "re", "enum", "functools", "collections", "socket", "signal", "threading", "json", "contextlib",
    "pathlib", "ssl", "tempfile", "subprocess", "urllib", "ipaddress", "difflib", "traceback", "concurrent",
    "selectors", "runpy", "resource", "shutil", "random", "string", "textwrap", "ast", "types", "warnings",
}  # fmt: skip
# what belongs to templates, which this start has none of
TEMPLATES = {
    "vexec.template",
    "vexec.render.templates",
    "vexec.render.lines",
    "vexec.fetch.api",
    "yaml",
    "re2",
}
FORBIDDEN = SLOW | SLOWISH | TEMPLATES
START = "import sys; from vexec.__main__ import run; sys.exit(run())"  # what the `vexec` command does


def imports(code: str, *arguments: str, environ: Mapping[str, str]) -> list[tuple[int, str]]:
    """Return what `python -X importtime` says was imported: depth and name, a parent after its children.

    `-S` keeps what is installed beside vexec out of the picture.
    """
    done = subprocess.run(
        [sys.executable, "-S", "-X", "importtime", "-c", code, *arguments],
        env={"PATH": os.defpath, "PYTHONPATH": str(SOURCE), "LC_ALL": "C.UTF-8", **environ},
        capture_output=True,
        text=True,
        timeout=60,
    )
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    rest = [line for line in done.stderr.splitlines() if not line.startswith("import time:")]
    assert (done.returncode, rest) == (0, []), done.stderr
    cells = [line.rpartition("|")[2] for line in lines[1:]]
    return [((len(cell) - len(cell.lstrip()) - 1) // 2, cell.strip()) for cell in cells]


def chains(found: list[tuple[int, str]]) -> dict[str, str]:
    """Map each imported module to the way to it: `a < b < c` for a that b imported, which c imported."""
    result: dict[str, str] = {}
    for index, (depth, name) in enumerate(found):
        way, level = [name], depth
        for other_depth, other in found[index + 1 :]:
            if other_depth < level:
                way.append(other)
                level = other_depth
        result.setdefault(name, " < ".join(way))
    return result


def is_below(name: str, packages: set[str]) -> bool:
    """Tell whether a module is one of the packages or within one."""
    parts = name.split(".")
    return any(".".join(parts[:size]) in packages for size in range(1, len(parts) + 1))


def of_a_start(**environ: str) -> dict[str, str]:
    """Return what `vexec -- true` imports beyond a bare Python, with the way to each."""
    bare = {name for _, name in imports("pass", environ={})}
    found = chains(imports(START, "--", "true", environ=environ))
    assert "vexec.commands.run" in found
    return {name: way for name, way in found.items() if name not in bare}


def refused(found: Mapping[str, str], packages: set[str]) -> list[str]:
    """Return the ways to modules that must not be there."""
    return [way for name, way in found.items() if is_below(name, packages)]


def test_a_bare_python_hides_nothing() -> None:
    """What this test takes for granted of Python itself contains none of the modules that it looks for."""
    assert refused(chains(imports("pass", environ={})), FORBIDDEN) == []


def test_a_forbidden_import_is_seen() -> None:
    """The test's own eyes work: a module that `json` imports is reported with the way to it."""
    found = chains(imports("import json", environ={}))

    assert any(way.startswith("re < json.decoder < json") for way in refused(found, {"re"}))
    assert refused(found, {"js", "son", "decoder"}) == []


def test_a_start_with_nothing_to_fetch() -> None:
    """T42, T43: no forbidden module, and none of the server's, of log-ins or of engines."""
    found = of_a_start(A="value")

    assert refused(found, FORBIDDEN) == []
    assert refused(found, {"vexec.vault", "vexec.auth", "vexec.fetch.engines", "vexec.fetch.file"}) == []


def test_a_start_with_a_file_reference(tmp_path: Path) -> None:
    """T43: a secret file costs no forbidden module, and nothing that talks to a server."""
    secret = tmp_path / "secret"
    secret.write_text("value\n")
    found = of_a_start(A=f"vexec:file:{secret}")

    assert "vexec.fetch.file" in found
    assert refused(found, FORBIDDEN) == []
    networked = {
        "vexec.auth",
        "vexec.fetch.engines",
        "vexec.vault.client",
        "vexec.vault.transport",
        "_socket",
    }
    assert refused(found, networked) == []


def test_a_start_with_imported_files(tmp_path: Path) -> None:
    """T43: a directory, a JSON file and a dotenv file cost no forbidden module either."""
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "A").write_text("a")
    (tmp_path / "b.json").write_text('{"B": 1.0}')
    (tmp_path / "c.env").write_text("C='c'\n")
    words = " ".join(f"file:{tmp_path}/{name}" for name in ("one", "b.json", "c.env"))

    assert refused(of_a_start(VEXEC_FROM=words), FORBIDDEN) == []


def test_a_disabled_start() -> None:
    """T42: VEXEC_DISABLE costs no more than nothing to fetch, where it has nothing to say."""
    found = of_a_start(VEXEC_DISABLE="1")

    assert refused(found, FORBIDDEN | {"vexec.vault", "vexec.auth"}) == []


def test_a_start_with_a_template() -> None:
    """A template costs its own modules and none of the slow ones, as long as no function needs them."""
    entries = '[{"name": "b", "text": "B=<< 1 >>", "left": "<<", "right": ">>"}]'
    found = of_a_start(VEXEC_TEMPLATE="A={{ if true }}x{{ end }}", VEXEC_TEMPLATES=entries)

    assert {"vexec.template.evaluate", "vexec.render.templates"} <= set(found)
    assert (
        refused(found, (SLOW | SLOWISH | {"yaml", "re2", "unicodedata", "hashlib", "math", "decimal"})) == []
    )
    assert refused(found, {"vexec.vault.client", "vexec.auth", "vexec.template.sprig"}) == []


def test_a_start_with_a_vault_read(vault: VaultServer) -> None:
    """T43: a log-in by token and a read over http cost no forbidden module."""
    vault.write("secret/data/startup", {"data": {"KEY": "value"}})
    found = of_a_start(
        A="vault:secret/startup#KEY",
        VAULT_ADDR=vault.address,
        VAULT_TOKEN=vault.root_token,
        VEXEC_AUTH="token",
    )

    assert {"vexec.vault.client", "vexec.fetch.kv", "vexec.auth.token"} <= set(found)
    assert refused(found, FORBIDDEN) == []
    assert refused(found, {"vexec.vault.tls", "vexec.vault.proxy", "vexec.commands.parser"}) == []


@pytest.mark.parametrize("name", sorted(SLOW))
def test_the_list_names_real_modules(name: str) -> None:
    """A misspelt name would never be found."""
    assert name.partition(".")[0] in sys.stdlib_module_names | {
        "hvac",
        "requests",
        "urllib3",
        "pydantic",
        "tenacity",
    }
