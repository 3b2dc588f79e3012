"""`vexec env`: every form, sources as arguments, and nothing on stdout unless all of it can be had."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.e2e.program import told

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.program import Vexec
    from tests.e2e.store import Store

VALUES = {"PLAIN": "value", "QUOTED": 'it\'s "$HOME" `id` \\n', "LINES": "a\nb\n", "EMPTY": ""}


@pytest.fixture
def path(store: Store) -> str:
    """Write the secret that is to be printed."""
    return store.put(VALUES)


def source(vexec: Vexec, text: str) -> dict[str, str]:
    """Have a shell read exports and return what it then gives a program."""
    script = f"{text}\nexec /usr/bin/env -0"
    done = subprocess.run(["/bin/sh", "-c", script], capture_output=True, env={}, check=True)
    pairs = [entry.partition("=") for entry in done.stdout.decode().split("\0")[:-1]]
    return {name: value for name, _, value in pairs if name not in ("PWD", "OLDPWD", "_", "SHLVL")}


def test_export_is_the_default(vexec: Vexec, store: Store, path: str) -> None:
    """What is printed, a POSIX shell reads back byte for byte."""
    done = vexec("env", f"vault:{path}", env=store.env)

    assert done.told == (0, "")
    assert source(vexec, done.stdout) == VALUES
    assert vexec("env", "--format", "export", f"vault:{path}", env=store.env).stdout == done.stdout


@pytest.mark.parametrize("spelling", [["--format", "json"], ["--format=json"], ["-f", "json"]], ids=str)
def test_json(vexec: Vexec, store: Store, path: str, spelling: list[str]) -> None:
    """One JSON object of strings."""
    assert json.loads(vexec("env", *spelling, f"vault:{path}", env=store.env).stdout) == VALUES


def test_dotenv(vexec: Vexec, store: Store, path: str) -> None:
    """What is printed, vexec's own dotenv reader reads back."""
    done = vexec("env", "-f", "dotenv", f"vault:{path}", env=store.env)
    (vexec.directory / "app.env").write_text(done.stdout)

    again = vexec("env", "-f", "json", f"file:{vexec.directory}/app.env")
    assert json.loads(again.stdout) == VALUES


def test_systemd(vexec: Vexec, store: Store, path: str) -> None:
    """Values in double quotes, with the escapes of systemd.exec(5)."""
    done = vexec("env", "-f", "systemd", f"vault:{path}?only=PLAIN,QUOTED", env=store.env)

    assert sorted(done.stdout.splitlines()) == [
        'PLAIN="value"',
        'QUOTED="it\'s \\"\\$HOME\\" \\`id\\` \\\\n"',
    ]


def test_docker(vexec: Vexec, store: Store, path: str) -> None:
    """NAME=value to the end of the line; where one has several lines, stdout stays empty."""
    done = vexec("env", "-f", "docker", f"vault:{path}?except=LINES", env=store.env)
    assert sorted(done.stdout.splitlines()) == ["EMPTY=", "PLAIN=value", f"QUOTED={VALUES['QUOTED']}"]

    done = vexec("env", "-f", "docker", f"vault:{path}", env=store.env)
    assert done.stdout == ""
    assert done.told == told(
        73,
        "variable LINES cannot be written: its value has several lines, which an env file cannot hold",
    )


def test_github(vexec: Vexec, store: Store, path: str, tmp_path: Path) -> None:
    """Values are masked on stdout first, then appended to the file of the workflow."""
    file = tmp_path / "env"
    file.write_text("BEFORE=1\n")
    env = {**store.env, "GITHUB_ENV": str(file)}

    done = vexec("env", "--format", "github", f"vault:{path}?only=PLAIN,LINES", env=env)
    assert done.told == (0, "")
    assert sorted(done.stdout.splitlines()) == ["::add-mask::a", "::add-mask::b", "::add-mask::value"]
    lines = file.read_text().splitlines()
    delimiter = lines[1].partition("<<")[2]
    assert lines[0] == "BEFORE=1"
    assert len(delimiter) > 30
    written = "\n".join(lines[1:]) + "\n"
    assert f"LINES<<{delimiter}\na\nb\n\n{delimiter}\n" in written
    assert f"PLAIN<<{delimiter}\nvalue\n{delimiter}\n" in written


def test_github_needs_its_file(vexec: Vexec, store: Store, path: str, tmp_path: Path) -> None:
    """Without GITHUB_ENV, or where it cannot be written, nothing is printed."""
    words = ("env", "-f", "github", f"vault:{path}?only=PLAIN")

    done = vexec(*words, env=store.env)
    assert (done.stdout, done.status) == ("", 78)
    assert done.stderr.startswith("vexec: GITHUB_ENV is not set\nvexec: hint: ")
    done = vexec(*words, env={**store.env, "GITHUB_ENV": str(tmp_path)})
    assert done.stdout == ""
    assert done.told == told(73, f"GITHUB_ENV: {tmp_path} cannot be written: is a directory")


def test_what_the_environment_asks_for(vexec: Vexec, store: Store, path: str) -> None:
    """Without a SOURCE all that a start would fetch is printed, and nothing that is inherited."""
    env = {"A": f"vault:{path}#PLAIN", "B": "vexec:literal:text", "MINE": "inherited"}
    env |= {"VEXEC_FROM": f"vault:{path}?only=EMPTY"}

    done = vexec("env", "-f", "json", env={**store.env, **env})
    assert json.loads(done.stdout) == {"A": "value", "B": "text", "EMPTY": ""}


def test_sources_alone(vexec: Vexec, store: Store, path: str, tmp_path: Path) -> None:
    """With SOURCE arguments only those are printed: references of the environment are not looked at."""
    (tmp_path / "app.env").write_text("MORE=1\n")
    env = {**store.env, "A": "vault:nowhere/app#KEY", "VEXEC_FROM": "vault:nowhere/app", "PLAIN": "inherited"}

    done = vexec("env", "-f", "json", f"vault:{path}?only=PLAIN", f"file:{tmp_path}/app.env", env=env)
    assert (json.loads(done.stdout), done.told) == ({"PLAIN": "value", "MORE": "1"}, (0, ""))


def test_a_failure_leaves_stdout_empty(vexec: Vexec, store: Store, path: str) -> None:
    """One missing secret, and nothing is printed: `eval` of it would set half."""
    done = vexec("env", f"vault:{path}", f"vault:{path}-absent", env=store.env)

    assert done.stdout == ""
    assert done.told == told(
        66,
        f"import of vault:{path}-absent: no secret at secret/data/{store.word}-absent (kv version 2)",
        "hint: is the path right? ?optional or ?default=TEXT is for what may be missing",
    )


def test_a_source_that_cannot_be_understood(vexec: Vexec) -> None:
    """A mistake in an argument is told by its number."""
    assert vexec("env", "file:/etc/hostname?names=any", "secret/app").told == told(
        78,
        "SOURCE, entry 2: a source begins with vault: or file:",
        "hint: for example vault:secret/app or file:/run/secrets",
    )


def test_a_form_that_does_not_exist(vexec: Vexec) -> None:
    """An unknown form is a usage error that lists the forms."""
    status, words = vexec("env", "-f", "yaml").told

    assert status == 64
    for form in ("export", "dotenv", "json", "github", "systemd", "docker"):
        assert form in words


def test_a_value_with_nul(vexec: Vexec, store: Store) -> None:
    """T15: no form can hold a NUL byte; the variable is named and nothing printed."""
    path = store.put({"KEY": "a\0b", "FINE": "1"})

    done = vexec("env", f"vault:{path}", env=store.env)
    assert (done.stdout, done.told) == ("", told(73, "variable KEY holds a NUL byte"))


def test_a_closed_pipe_is_an_error(vexec: Vexec, store: Store, path: str) -> None:
    """A reader that has gone is told, and not taken for success."""
    ours, theirs = os.pipe()
    os.close(ours)
    try:
        done = vexec("env", f"vault:{path}", env=store.env, stdout=theirs)
        assert done.told == told(73, "stdout cannot be written: broken pipe")
    finally:
        os.close(theirs)
