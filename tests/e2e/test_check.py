"""`vexec check`: where each variable comes from, every problem, never a value, and nothing is issued."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import pytest

from tests.e2e.program import told
from tests.e2e.store import asked
from tests.servers.process import free_port

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.program import Ended, Vexec
    from tests.e2e.store import Store

LOOK_UP = "sys/internal/ui/mounts"


def rows(done: Ended) -> dict[str, str]:
    """Return the rows of the report by their first column."""
    pairs = [line.split("  ", 1) for line in done.stdout.splitlines() if "  " in line]
    return {name: rest.strip() for name, rest in pairs}


def test_the_report(vexec: Vexec, store: Store, tmp_path: Path) -> None:
    """For each variable where it comes from, with path, key, version, lease; what is dropped, and why."""
    v2, v1 = store.put({"KEY": "value", "OTHER": "o"}), store.put1({"KEY": "one"})
    (tmp_path / "file").write_text("content")
    env = {"A": f"vault:{v2}#KEY", "B": f"vault:{v1}#KEY", "C": f"x ${{vault:{v2}#KEY}} ${{vault:{v1}#KEY}}"}
    env |= {"D": f"vexec:file:{tmp_path}/file", "E": "vexec:literal:text", "F": f"vault:{v2}?optional#NO"}
    env |= {
        "MINE": "inherited",
        "VEXEC_FROM": f"vault:{v2}?only=OTHER&prefix=I_",
        "VEXEC_INHERIT": "PATH MINE",
    }

    done = vexec("check", "--", "env", env={**store.env, **env})
    two = f"kv version 2 at secret/data/{store.word}, version 1, no lease"
    one = f"kv version 1 at {v1}, no lease"
    read = "read by vexec or a Vault client (VEXEC_PASS keeps it)"
    assert done.told == (0, "")
    assert rows(done) == {
        "server": store.server.address,
        "log-in": "token",
        "target": "/usr/bin/env",
        "order": "reference > template > later import > earlier import > inherited (VEXEC_DUPLICATES=error)",
        "A": f"vault:{v2}#KEY  ({two})",
        "B": f"vault:{v1}#KEY  ({one})",
        "C": f"vault:{v2}#KEY and vault:{v1}#KEY  ({two}; {one})",
        "D": f"vexec:file:{tmp_path}/file  (file at {tmp_path}/file)",
        "E": "vexec:literal",
        "F": f"vault:{v2}#NO  ({two})",
        "I_OTHER": f"import of vault:{v2}, key OTHER  ({two})",
        "MINE": "inherited",
        "PATH": "inherited",
        "HOME": "left out by VEXEC_INHERIT",
        "VAULT_ADDR": read,
        "VAULT_TOKEN": read,
        "VEXEC_FROM": read,
        "VEXEC_INHERIT": read,
    }


def test_values_are_never_shown(vexec: Vexec, store: Store) -> None:
    """No value of a secret, of an inherited variable, of a default or of a literal is in the report."""
    values = [f"canary-{secrets.token_hex(8)}" for _ in range(4)]
    path = store.put({"KEY": values[0]})
    env = {"A": f"vault:{path}#KEY", "B": values[1], "C": f"vault:{path}?default={values[2]}#KEY"}
    env |= {"D": f"vexec:literal:{values[3]}", "VEXEC_LOG_LEVEL": "debug"}

    done = vexec("check", env={**store.env, **env})
    assert done.status == 0
    assert not [value for value in values if value in done.stdout + done.stderr]
    assert store.server.root_token not in done.stdout + done.stderr


def test_every_problem_is_told(vexec: Vexec, store: Store, tmp_path: Path) -> None:
    """A missing key and secret, a denied one, a file, a name that comes twice, the target: all in one go."""
    path = store.put({"KEY": "value", "MINE": "x"})
    store.put({"KEY": "value"}, f"{store.word}-denied")
    token = store.reader(f"secret/data/{store.word}", f"secret/data/{store.word}-absent")
    env = {"A": f"vault:{path}#NO", "B": f"vault:{path}-absent#KEY", "C": f"vault:{path}-denied#KEY"}
    env |= {"D": f"vexec:file:{tmp_path}/absent", "E": f"vault:{path}#KEY", "MINE": "inherited"}
    env |= {"VEXEC_FROM": f"vault:{path}?only=MINE"}

    done = vexec("check", "--", "no-such-command", env={**store.as_token(token), **env})
    assert done.told == told(
        66,
        f"variable A: key NO of secret/data/{store.word} does not exist",
        "hint: its keys are: KEY, MINE",
        f"variable B: no secret at secret/data/{store.word}-absent (kv version 2)",
        "hint: is the path right? ?optional or ?default=TEXT is for what may be missing",
        f"variable C: {store.server.address}: permission denied: "
        f"GET /v1/secret/data/{store.word}-denied (403)",
        f'hint: a policy of the token needs: path "secret/data/{store.word}-denied" '
        '{ capabilities = ["read"] }',
        f"variable D: the secret file {tmp_path}/absent does not exist",
        f"variable MINE comes from vault:{path} and is inherited",
        "hint: VEXEC_DUPLICATES=keep or overwrite chooses one, ?except= leaves one out",
        "command not found: no-such-command",
        "hint: PATH of the target is '/usr/bin:/bin'",
    )
    report = rows(done)
    assert report["B"] == f"vault:{path}-absent#KEY  (problem, see below)"
    assert report["E"].startswith(f"vault:{path}#KEY  (kv version 2")
    assert report["target"] == "no-such-command cannot be started"


def test_mistakes_in_references_hide_no_other_problem(vexec: Vexec, store: Store) -> None:
    """A reference that cannot be understood is told beside what the server says of the others."""
    path = store.put({"KEY": "value"})
    env = {**store.env, "A": "vault:secret/app", "B": f"vault:{path}#NOPE", "C": f"vault:{path}#KEY"}

    done = vexec("check", env=env)
    assert done.status == 78
    assert "variable A: a reference to a secret names no key" in done.stderr
    assert "variable B: key NOPE" in done.stderr
    assert rows(done)["A"] == "a reference that cannot be understood"


def test_mistakes_in_settings_hide_no_reference(vexec: Vexec) -> None:
    """A bad setting keeps the network out, and the references are still looked at."""
    done = vexec("check", env={"VEXEC_DEADLINE": "x", "VAULT_TOKEN": "t", "A": "vault:secret/app"})
    assert done.status == 78
    assert "VEXEC_DEADLINE is not a duration" in done.stderr
    assert "variable A: a reference to a secret names no key" in done.stderr


def test_nothing_is_issued(vexec: Vexec, store: Store) -> None:
    """What is not kv is only announced by its mount's type: the audit log shows no request to it."""
    pki, transit = store.mount("pki"), store.mount("transit")
    path = store.put({"KEY": "value"})
    env = {
        "A": f"vault:{pki}/issue/app#certificate",
        "B": f"vault:{transit}/random#KEY",
        "C": f"vault:{path}#KEY",
    }
    mark = store.server.audit_mark()

    done = vexec("check", env={**store.env, **env})
    assert done.told == told(
        78,
        f"variable A: vault:{pki}/issue/app#certificate: {pki}/ is of type pki, which cannot be read",
        f"variable B: vault:{transit}/random#KEY: {transit}/ is of type transit, which cannot be read",
    )
    assert rows(done)["C"].startswith(f"vault:{path}#KEY  (kv version 2")
    assert sorted(asked(store.server.audit_since(mark))) == sorted(
        [
            ("read", f"{LOOK_UP}/{pki}/issue/app"),
            ("read", f"{LOOK_UP}/{transit}/random"),
            ("read", f"{LOOK_UP}/{path}"),
            ("read", f"secret/data/{store.word}"),
        ]
    )


def test_offline_asks_nothing(vexec: Vexec, tmp_path: Path) -> None:
    """`--offline` says what can be said without network: what is asked for, files, the target."""
    (tmp_path / "app.env").write_text("IMPORTED=1\n")
    env = {"VAULT_ADDR": f"http://127.0.0.1:{free_port()}", "VAULT_TOKEN": "t", "A": "vault:secret/app#KEY"}
    env |= {"VEXEC_FROM": f"file:{tmp_path}/app.env vault:secret/all", "B": f"vexec:file:{tmp_path}/absent"}

    done = vexec("check", "--offline", "--", "env", env=env)
    assert done.told == told(66, f"variable B: the secret file {tmp_path}/absent does not exist")
    assert done.seconds < 2
    report = rows(done)
    assert report["A"] == "vault:secret/app#KEY  (not looked up)"
    assert (
        report["IMPORTED"] == f"import of file:{tmp_path}/app.env, key IMPORTED  (file at {tmp_path}/app.env)"
    )
    assert report["(vault:secret/all)"] == "import  (not looked up)"
    assert report["target"] == "/usr/bin/env"


def test_a_server_that_is_away_is_one_problem(vexec: Vexec, tmp_path: Path) -> None:
    """What the server has nothing to do with is still reported."""
    address = f"http://127.0.0.1:{free_port()}"
    env = {"VAULT_ADDR": address, "VAULT_TOKEN": "t", "VEXEC_DEADLINE": "1s", "VEXEC_LOG_LEVEL": "error"}
    env |= {"A": "vault:secret/app#KEY", "B": "vault:other/app#KEY", "C": f"vexec:file:{tmp_path}/absent"}

    done = vexec("check", env=env)
    assert done.status in (66, 75)
    assert done.stderr.count("the connection is refused") == 1
    assert f"variable C: the secret file {tmp_path}/absent does not exist" in done.stderr
    assert done.seconds < 3


def test_no_way_to_log_in(vexec: Vexec) -> None:
    """A missing log-in is a problem like others."""
    done = vexec("check", "--", "env", env={"A": "vault:secret/app#KEY"})

    assert done.told == told(
        78,
        "a secret of the server is asked for, but there is no way to log in",
        "hint: set VAULT_TOKEN, or VEXEC_AUTH and what the method needs (`vexec help env`)",
    )
    assert rows(done)["log-in"] == "not possible"
    assert rows(done)["target"] == "/usr/bin/env"


@pytest.mark.parametrize(
    ("policy", "mine"),
    [
        ("keep", "inherited  (not import of vault:{path}, key MINE)"),
        ("overwrite", "import of vault:{path}, key MINE  ({what}; in place of inherited)"),
    ],
)
def test_precedence_is_shown(vexec: Vexec, store: Store, policy: str, mine: str) -> None:
    """T41: what wins is the row, and what it wins over is told."""
    path = store.put({"MINE": "x", "BOTH": "y"})
    env = {"MINE": "inherited", "BOTH": f"vault:{path}#BOTH", "VEXEC_FROM": f"vault:{path}"}
    what = f"kv version 2 at secret/data/{store.word}, version 1, no lease"

    report = rows(vexec("check", env={**store.env, **env, "VEXEC_DUPLICATES": policy}))
    assert report["MINE"] == mine.format(path=path, what=what)
    assert report["BOTH"] == f"vault:{path}#BOTH  ({what}; in place of import of vault:{path}, key BOTH)"


def test_disabled(vexec: Vexec) -> None:
    """With VEXEC_DISABLE the report says what is dropped for it, and asks nothing."""
    env = {
        "VAULT_ADDR": f"http://127.0.0.1:{free_port()}",
        "A": "vault:secret/app#KEY",
        "B": "vexec:literal:x",
    }

    done = vexec("check", env={**env, "VEXEC_DISABLE": "true"})
    assert done.told == (0, "")
    assert rows(done)["A"] == "holds a reference, and VEXEC_DISABLE is set"
    assert rows(done)["B"] == "vexec:literal"
    assert rows(done)["log-in"] == "none: VEXEC_DISABLE is set"


def test_no_terminal_is_moved(vexec: Vexec) -> None:
    """A variable's name with control characters is shown, not obeyed."""
    done = vexec("check", env={"A\x1b[2J": "1"})

    assert "\x1b" not in done.stdout
    assert "A\\x1b[2J" in done.stdout
