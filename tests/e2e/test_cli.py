"""The command line: what is a command, what an option, what the target's; usage errors exit 64."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING

import pytest

from tests.e2e.program import told

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.program import Vexec
    from tests.e2e.store import Store

FORM = "hint: vexec [OPTIONS] -- COMMAND [ARG…]"
SETTINGS = "hint: `vexec help env` lists the settings: each is an option"
MISTAKES = {
    "myprogram": ("unknown command 'myprogram'", "hint: to start a program: vexec -- myprogram …"),
    "chek": ("unknown command 'chek'", "hint: did you mean `vexec check`?"),
    "chek -- x": ("unknown command 'chek' before --", "hint: did you mean `vexec check`?"),
    "myprogram -- x": (
        "unknown command 'myprogram' before --",
        "hint: options begin with --, see `vexec help`",
    ),
    "--": ("there is no command after --", "hint: vexec -- COMMAND [ARG…]"),
    "run --": ("there is no command after --", "hint: vexec -- COMMAND [ARG…]"),
    "run": ("there is no -- before the command", FORM),
    "run /bin/true": ("there is no -- before the command", FORM),
    "--deadline 3 /bin/true": ("there is no -- before the command", FORM),
    "--debug /bin/true": ("there is no -- before the command", FORM),
    "--deadline 3 check": (
        "there is no -- before the command",
        f"{FORM}, or `vexec check` with its options after it",
    ),
    "--deadlin 3 -- x": ("there is no option --deadlin", "hint: did you mean --deadline?"),
    "--xyzzy=3 -- x": ("there is no option --xyzzy", SETTINGS),
    "-x -- x": ("there is no option -x", SETTINGS),
    "--deadline": ("argument --deadline: expected one argument", "hint: see `vexec help`"),
    "check file:/x": ("`vexec check` takes no more arguments", "hint: see `vexec help`"),
    "version 3": ("`vexec version` takes no more arguments", "hint: see `vexec help`"),
    "env -- x": ("vexec env starts no command", "hint: vexec -- COMMAND starts one"),
    "help nothing": ("no help on 'nothing'", "hint: topics are env, references, exit-codes"),
}


@pytest.mark.parametrize(("words", "lines"), MISTAKES.items(), ids=MISTAKES)
def test_mistakes_exit_64(vexec: Vexec, words: str, lines: tuple[str, ...]) -> None:
    """What cannot be understood exits 64, with a hint at what was probably meant."""
    done = vexec(*words.split())

    assert (done.stdout, done.told) == ("", told(64, *lines))


@pytest.mark.parametrize("spelling", ["--token {}", "--token={}", "--secret-id={}", "--jwt {}"])
def test_a_secret_is_no_argument(vexec: Vexec, spelling: str) -> None:
    """T38: an option that would take a secret does not exist; the value is not echoed."""
    secret = secrets.token_hex(12)

    done = vexec(*spelling.format(secret).split(), "--", "/bin/true")
    option = spelling.replace("=", " ").split()[0]
    assert done.told == told(
        64,
        f"there is no option {option}",
        f"hint: others could see a secret that is an argument: use {option}-file, or the variable",
    )


@pytest.mark.parametrize("own", [["--"], ["run", "--"]], ids=" ".join)
def test_the_bare_form_and_run_are_the_same(vexec: Vexec, own: list[str]) -> None:
    """`vexec -- COMMAND` and `vexec run -- COMMAND` start the command."""
    assert vexec(*own, "/bin/echo", "word").stdout == "word\n"


@pytest.mark.parametrize("word", ["--help", "env", "--debug", "version"])
def test_a_command_after_the_dashes_is_the_targets(vexec: Vexec, word: str) -> None:
    """T9: a word of vexec's after the -- is a program's name."""
    program = vexec.directory / word
    program.write_text("#!/bin/sh\necho mine $0\n")
    program.chmod(0o755)

    env = {"PATH": str(vexec.directory)}
    assert vexec("--", word, env=env).stdout == f"mine {vexec.directory}/{word}\n"


def test_each_variable_is_an_option(vexec: Vexec, store: Store, tmp_path: Path) -> None:
    """Settings come from options as well, before the --, and an option wins over the variable."""
    (tmp_path / "token").write_text(store.server.root_token)
    path = store.put({"KEY": "value", "OTHER": "2"})
    options = ["--addr", store.server.address, f"--token-file={tmp_path}/token", "--deadline=20s"]
    options += ["--from", f"vault:{path}?only=KEY", "--from", f"vault:{path}?only=OTHER", "--inherit", "none"]
    wrong = {"VAULT_ADDR": "http://127.0.0.1:1", "VAULT_TOKEN_FILE": "/nowhere", "VEXEC_INHERIT": "all"}

    for command in ([], ["run"]):
        done = vexec(*command, *options, "--", "/usr/bin/env", env=wrong)
        assert done.told == (0, "")
        assert sorted(done.stdout.split()) == ["KEY=value", "OTHER=2"]


def test_a_flag_takes_a_value_after_an_equals_sign(vexec: Vexec) -> None:
    """A boolean option stands alone, or says =true or =false, and takes no word that follows it."""
    env = {"A": "vexec:file:/nowhere"}

    assert vexec("--disable", "--", "/bin/true", env=env).status == 0
    assert vexec("--disable=false", "--", "/bin/true", env=env).status == 66
    assert vexec("env", "--debug", "file:/etc/hostname?names=any", env=env).status == 0
    assert vexec("--disable=perhaps", "--", "/bin/true").told == told(
        78, "--disable is not a boolean (true, false, 1, 0, t, f)"
    )


def test_every_bad_value_is_told_in_one_go(vexec: Vexec) -> None:
    """Bad settings are listed by name, all of them, and their values are not shown."""
    env = {"VAULT_ADDR": "ftp://vault", "VEXEC_DEADLINE": "soon", "VEXEC_CONCURRENCY": "many"}
    env |= {
        "VEXEC_DISABLE": "perhaps",
        "VEXEC_LOG_LEVEL": "loud",
        "VAULT_MAX_RETRIES": "-1",
        "VEXEC_DUPLICATES": "x",
    }

    assert vexec("--", "/bin/true", env=env).told == told(
        78,
        "VAULT_ADDR has an unknown scheme: use http, https or unix",
        "VAULT_MAX_RETRIES is not a whole number",
        "VEXEC_DUPLICATES is none of error, keep, overwrite",
        "VEXEC_DEADLINE is not a duration (60, 60s, 1m30s, 500ms)",
        "VEXEC_CONCURRENCY is not a whole number",
        "VEXEC_DISABLE is not a boolean (true, false, 1, 0, t, f)",
        "VEXEC_LOG_LEVEL is none of error, warn, info, debug",
    )


def test_errors_are_json_where_the_log_is(vexec: Vexec) -> None:
    """VEXEC_LOG_FORMAT=json holds for errors before the settings are read, too."""
    for words, env in ((["chek"], {}), (["--", "/bin/true"], {"VEXEC_DEADLINE": "soon"})):
        done = vexec(*words, env={**env, "VEXEC_LOG_FORMAT": "json"})
        (line,) = done.stderr.splitlines()
        assert (json.loads(line)["level"], bool(json.loads(line)["message"])) == ("error", True)


def test_log_lines_are_json_objects(vexec: Vexec, store: Store) -> None:
    """VEXEC_LOG_FORMAT=json writes one object a line, with time, level and message, whatever the level."""
    env = {**store.env, "A": f"vault:{store.put({'KEY': 'value'})}#KEY", "BAO_TOKEN": store.server.root_token}
    env |= {"VAULT_TOKEN": "other-token", "VEXEC_LOG_LEVEL": "debug", "VEXEC_LOG_FORMAT": "json"}

    done = vexec("--", "/bin/true", env=env)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert done.status == 0
    assert {line["level"] for line in lines} == {"warn", "debug"}
    assert all(line["message"] and line["time"].endswith("Z") for line in lines)
    assert lines[0]["message"] == "BAO_TOKEN is used, VAULT_TOKEN ignored"


# help and version


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--help"],
        ["-h"],
        ["help"],
        ["run", "--help"],
        ["check", "-h"],
        ["env", "--help"],
        ["install", "-h"],
    ],
    ids=str,
)
def test_help_fits_a_screen(vexec: Vexec, words: list[str]) -> None:
    """`--help` is one page of 24 lines and 80 columns, on stdout, and exits 0."""
    done = vexec(*words)

    lines = done.stdout.splitlines()
    assert done.told == (0, "")
    assert "vexec [OPTIONS] -- COMMAND" in done.stdout
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize("topic", ["env", "references", "exit-codes"])
def test_topics(vexec: Vexec, topic: str) -> None:
    """Each topic that the main page names is there."""
    assert f"{topic}" in vexec("--help").stdout
    done = vexec("help", topic)
    assert done.told == (0, "")
    assert done.stdout != vexec("help").stdout


def test_help_env_is_the_table(vexec: Vexec) -> None:
    """`help env` names every variable that a start may need."""
    text = vexec("help", "env").stdout

    for name in ("BAO_ADDR", "VAULT_ADDR", "VAULT_TOKEN_FILE", "VEXEC_FROM", "VEXEC_PASS", "VEXEC_DEADLINE"):
        assert name in text


@pytest.mark.parametrize("words", [["version"], ["--version"]], ids=str)
def test_version(vexec: Vexec, words: list[str]) -> None:
    """The version is one line on stdout."""
    done = vexec(*words)

    assert done.told == (0, "")
    assert done.stdout.startswith("vexec ")
    assert done.stdout.count("\n") == 1


def test_a_full_stdout_is_an_error(vexec: Vexec) -> None:
    """What cannot be written is told, not lost."""
    with open("/dev/full", "wb") as full:
        assert vexec("help", stdout=full).told == told(
            73, "stdout cannot be written: no space left on device"
        )
