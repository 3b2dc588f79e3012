"""`vexec env` in real shells: what they read from the export form is what was written (T18)."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.servers.need import need
from vexec.render.formats import dotenv, export

if TYPE_CHECKING:
    from pathlib import Path

ENVIRONMENTS = ({"LC_ALL": "C"}, {"LC_ALL": "C.UTF-8"})
WAYS = {"sourced": '. "$1"', "evaluated": 'eval "$(cat "$1")"'}
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
TRICKY = st.text(alphabet="ab '\"\\\n\r\t#$`=;%!~{}()*?&|<>^\x01\x7f\x81\x84\x88\xff", max_size=14)
BYTES = st.binary().map(lambda raw: raw.replace(b"\0", b"").decode("utf-8", "surrogateescape"))
BATCHES = st.lists(st.one_of(TEXT, TRICKY, BYTES), min_size=1, max_size=60)
QUICK = settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(params=["bash", "dash", "zsh"])
def shell(request: pytest.FixtureRequest) -> str:
    """Give the path of each shell."""
    if request.param == "bash":
        found = shutil.which("bash")
        if found is None:
            pytest.skip("bash — not found")
        return found
    return str(need(request.param))


def read_by(shell: str, way: str, file: Path, environ: dict[str, str]) -> dict[bytes, bytes]:
    """Return the variables V… that a shell exports after it has read a file."""
    command = [shell, "-c", f"{way}; exec env -0", "shell", str(file)]
    done = subprocess.run(command, env={"PATH": "/usr/bin:/bin", **environ}, capture_output=True, timeout=60)
    assert done.stderr == b""
    entries = [entry.partition(b"=") for entry in done.stdout.split(b"\0")[:-1]]
    return {name: value for name, _, value in entries if name.startswith(b"V")}


@pytest.mark.parametrize("way", WAYS)
@QUICK
@given(values=BATCHES)
def test_shells_read_what_was_written(shell: str, way: str, values: list[str], tmp_path: Path) -> None:
    """Every value arrives byte for byte in bash, dash and zsh, sourced or evaluated, in any locale."""
    variables = {f"V{number}": value for number, value in enumerate(values)}
    expected = {name.encode(): value.encode("utf-8", "surrogateescape") for name, value in variables.items()}
    file = tmp_path / "variables"
    file.write_bytes(export(variables).encode("utf-8", "surrogateescape"))

    for environ in ENVIRONMENTS:
        assert read_by(shell, WAYS[way], file, environ) == expected


def test_values_that_shells_act_on(shell: str, tmp_path: Path) -> None:
    """A value runs nothing, expands nothing and ends no quote."""
    mark = tmp_path / "mark"
    run = f"touch {mark}"
    attacks = [f"$({run})", f"`{run}`", f"'; {run}; '", f"\n{run}\n", "~", "*", "!!", "\\", f"\\'; {run}; #"]
    variables = {f"V{number}": attack for number, attack in enumerate(attacks)}
    file = tmp_path / "variables"
    file.write_text(export(variables))

    got = read_by(shell, WAYS["sourced"], file, {})
    assert got == {name.encode(): attack.encode() for name, attack in variables.items()}
    assert not mark.exists()


@QUICK
@given(values=st.lists(st.text(alphabet='ab "#$`=;!~{}()*?&|<>^\t', max_size=14), max_size=60))
def test_shells_read_dotenv_of_one_line(shell: str, values: list[str], tmp_path: Path) -> None:
    """A dotenv file of values without quotes, backslashes and line breaks is shell as well."""
    variables = {f"V{number}": value for number, value in enumerate(values)}
    file = tmp_path / "variables"
    file.write_text(dotenv(variables))

    got = read_by(shell, 'set -a; . "$1"', file, {"LC_ALL": "C.UTF-8"})
    assert got == {name.encode(): value.encode() for name, value in variables.items()}
