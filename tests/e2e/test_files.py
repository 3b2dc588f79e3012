"""Files as sources and references: no server, no network, no log-in."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.e2e.program import told

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.program import Vexec


@pytest.fixture
def mounted(tmp_path: Path) -> Path:
    """Make a directory as Kubernetes mounts a Secret: links into ..data, which is a link itself."""
    directory = tmp_path / "run" / "secrets"
    version = directory / "..2026_01_01_00_00_00.1"
    version.mkdir(parents=True)
    (version / "DB_PASSWORD").write_text("s3cret\n")
    (version / "TLS_KEY").write_text("-----BEGIN-----\nkey\n-----END-----\n")
    (directory / "..data").symlink_to(version.name)
    for name in ("DB_PASSWORD", "TLS_KEY"):
        (directory / name).symlink_to(f"..data/{name}")
    (directory / ".hidden").write_text("no")
    (directory / "sub").mkdir()
    return directory


def test_a_directory_of_secrets(vexec: Vexec, mounted: Path) -> None:
    """One file is one variable; dot entries and directories are skipped, one final newline is dropped."""
    variables = vexec.probe(env={"VEXEC_FROM": f"file:{mounted}"}).variables

    assert {name: variables[name] for name in variables if name not in ("PATH", "HOME")} == {
        "DB_PASSWORD": "s3cret",
        "TLS_KEY": "-----BEGIN-----\nkey\n-----END-----",
    }


def test_references_to_files(vexec: Vexec, mounted: Path, tmp_path: Path) -> None:
    """A file's content, a key of a directory, of a JSON file and of a dotenv file, whole or within a text."""
    (tmp_path / "app.json").write_text('{"KEY": "from json", "n": 1.50, "deep": {"a": [true]}}')
    (tmp_path / "app.env").write_text("# comment\nexport KEY='from env'\nOTHER=\"a\\nb\"\n")
    (tmp_path / "raw").write_bytes(b"\xff\xfe\n\n")
    forms = {
        f"vexec:file:{mounted}/DB_PASSWORD": "s3cret",
        f"vexec:file:{mounted}/DB_PASSWORD?newline=keep": "s3cret\n",
        f"vexec:file:{mounted}#DB_PASSWORD": "s3cret",
        f"vexec:file:{tmp_path}/app.json#KEY": "from json",
        f"vexec:file:{tmp_path}/app.json#n": "1.50",
        f"vexec:file:{tmp_path}/app.json#deep": '{"a":[true]}',
        f"vexec:file:{tmp_path}/app.env#KEY": "from env",
        f"vexec:file:{tmp_path}/app.env#OTHER": "a\nb",
        f"vexec:file:{tmp_path}/raw": "\xff\xfe\n",
        f"${{vexec:file:{mounted}/DB_PASSWORD}}@${{vexec:file:{tmp_path}/app.json#KEY}}": "s3cret@from json",
        f"vexec:file:{tmp_path}/absent?default=none": "none",
    }
    env = {f"V{number}": form for number, form in enumerate(forms)}

    variables = vexec.probe(env={**env, "GONE": f"vexec:file:{tmp_path}/absent?optional"}).variables
    assert [variables[f"V{number}"] for number in range(len(forms))] == list(forms.values())
    assert "GONE" not in variables


def test_sources_that_are_files(vexec: Vexec, tmp_path: Path) -> None:
    """A JSON file, a dotenv file and a single file are sources too, with the same options."""
    (tmp_path / "app.json").write_text('{"a": "1", "null": null}')
    (tmp_path / "app.env").write_text("B=2\n")
    (tmp_path / "TOKEN").write_text("3\n")
    words = f"file:{tmp_path}/app.json?upper file:{tmp_path}/app.env?prefix=X_ file:{tmp_path}/TOKEN"

    variables = vexec.probe(env={"VEXEC_FROM": words}).variables
    assert {name: variables[name] for name in variables if name not in ("PATH", "HOME")} == {
        "A": "1",
        "X_B": "2",
        "TOKEN": "3",
    }


def test_missing_files_are_told_before_any_log_in(vexec: Vexec, tmp_path: Path) -> None:
    """What is wrong with files is told at once, although a server that is away is asked for as well."""
    env = {"VAULT_ADDR": "http://127.0.0.1:1", "VAULT_TOKEN": "t", "A": "vault:secret/app#KEY"}
    env |= {"B": f"vexec:file:{tmp_path}/absent", "VEXEC_FROM": f"file:{tmp_path}/nowhere"}

    done = vexec("--", "/bin/true", env=env)
    assert done.told == told(
        66,
        f"import of file:{tmp_path}/nowhere: the secret file {tmp_path}/nowhere does not exist",
        f"variable B: the secret file {tmp_path}/absent does not exist",
    )
    assert done.seconds < 2


def test_a_file_that_may_not_be_read(vexec: Vexec, mounted: Path) -> None:
    """T32: who may not read what is told: uid, gid, owner and mode."""
    file = mounted / "..data" / "DB_PASSWORD"
    file.chmod(0)
    me, group = os.geteuid(), os.getegid()

    env = {"A": f"vexec:file:{mounted}/DB_PASSWORD"}
    assert vexec("--", "/bin/true", env=env, launch={"is_ordinary": True}).told == told(
        66,
        f"variable A: the secret file {mounted}/DB_PASSWORD may not be read by uid {me}, gid {group}",
        f"hint: it belongs to {me}:{group} with mode ----------",
    )


@pytest.mark.parametrize(
    ("name", "content", "code", "words"),
    [
        ("app.json", "{", 73, "{path} is no json file: not JSON"),
        ("app.json", "[1]", 73, "{path} is no json file with an object of keys"),
        ("app.env", "A=1\nnonsense here\n", 73, "{path} is no dotenv file: line 2: it is not NAME=value"),
        ("app.env", "A='open\n", 73, "{path} is no dotenv file: line 1: the quote is not closed"),
    ],
)
def test_files_that_are_not_what_their_name_says(
    vexec: Vexec, tmp_path: Path, name: str, content: str, code: int, words: str
) -> None:
    """A malformed file is told with its path and line, and never with its text."""
    path = tmp_path / name
    path.write_text(content)

    assert vexec("--", "/bin/true", env={"A": f"vexec:file:{path}#A"}).told == told(
        code, f"variable A: {words.format(path=path)}"
    )
