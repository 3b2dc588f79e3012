"""Finding the target before any log-in, and what keeps it from being started: 126, 127 and 73."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e.program import told
from tests.e2e.store import asked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.e2e.program import Vexec
    from tests.e2e.store import Store

DASH = "/usr/bin/dash"
ORDINARY = {"is_ordinary": True}
TRUE = Path("/bin/true")


def script(path: Path, text: str = "#!/bin/sh\necho $A\n", mode: int = 0o755) -> Path:
    """Write a program."""
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_text(text)
    path.chmod(mode)
    return path


def elf_without_loader(home: Path) -> None:
    """Write a copy of a program whose loader does not exist, as on a machine with another libc."""
    path = home / "musl"
    raw = TRUE.read_bytes()
    loader = b"/lib64/ld-linux-x86-64.so.2"
    if loader not in raw:
        pytest.skip("loader — /bin/true has another one than x86-64's glibc")
    path.write_bytes(raw.replace(loader, b"/lib64/ld-nothing-there.so.", 1))
    path.chmod(0o755)


def make_nothing(_home: Path) -> None:
    """Leave the directory empty."""


def make_directory(home: Path) -> None:
    """Make a directory of that name."""
    (home / "dir").mkdir()


def make_plain(home: Path) -> None:
    """Write a file that is not executable."""
    script(home / "plain", mode=0o644)


def make_bad(home: Path) -> None:
    """Write a script whose interpreter does not exist."""
    script(home / "bad", "#!/no/such/shell -x\n")


CASES: dict[str, tuple[Callable[[Path], None], str, tuple[int, str]]] = {
    "no such command": (
        make_nothing,
        "no-such-command",
        told(127, "command not found: no-such-command", "hint: PATH of the target is '/usr/bin:/bin'"),
    ),
    "no such file": (make_nothing, "./absent", told(127, "command not found: ./absent")),
    "empty": (make_nothing, "", told(127, "the command is empty")),
    "below a file": (make_nothing, "/etc/passwd/x", told(127, "command not found: /etc/passwd/x")),
    "directory": (make_directory, "./dir", told(126, "cannot execute ./dir: it is a directory")),
    "not executable": (
        make_plain,
        "./plain",
        told(126, "cannot execute ./plain: permission denied", "hint: is it executable for this user?"),
    ),
    "no interpreter": (
        make_bad,
        "./bad",
        told(126, "cannot execute ./bad: its interpreter /no/such/shell does not exist"),
    ),
    "no loader": (
        elf_without_loader,
        "./musl",
        told(126, "cannot execute ./musl: its loader /lib64/ld-nothing-there.so. does not exist"),
    ),
}


@pytest.mark.parametrize(("make", "command", "words"), CASES.values(), ids=CASES)
def test_what_cannot_be_started_costs_no_log_in(
    vexec: Vexec, store: Store, make: Callable[[Path], None], command: str, words: tuple[int, str]
) -> None:
    """T10: 127 for what is not found, 126 for what cannot be executed, and nothing is asked of the server."""
    make(vexec.directory)
    mark = store.server.audit_mark()

    env = {**store.env, "A": f"vault:{store.put({'KEY': 'value'})}#KEY"}
    written = len(store.server.audit_since(mark))
    assert vexec("--", command, "argument", env=env).told == words
    assert len(store.server.audit_since(mark)) == written


def test_no_log_in_for_a_typo(vexec: Vexec, store: Store) -> None:
    """T10: with approle the audit log shows no log-in for a typo, and one for a command that exists."""
    server = store.server
    mount = f"approle-{store.word}"
    server.write(f"sys/auth/{mount}", {"type": "approle"})
    server.write(
        f"auth/{mount}/role/app",
        {"token_policies": ["root"], "bind_secret_id": False, "token_bound_cidrs": ["127.0.0.1/32"]},
    )
    role_id = server.read(f"auth/{mount}/role/app/role-id")["data"]["role_id"]
    env = {"VAULT_ADDR": server.address, "VEXEC_AUTH": "approle", "VEXEC_AUTH_MOUNT": mount}
    env |= {"VEXEC_ROLE_ID": role_id, "A": "vault:secret/app#KEY"}
    log_in = ("update", f"auth/{mount}/login")

    mark = server.audit_mark()
    assert vexec("--", "envv", env=env).status == 127
    assert asked(server.audit_since(mark)) == []
    vexec("--", "env", env=env)
    assert asked(server.audit_since(mark))[0] == log_in


def test_a_text_file_without_a_first_line_is_no_program(vexec: Vexec) -> None:
    """T10: what execve answers with ENOEXEC is told with what a script needs."""
    script(vexec.directory / "text", "echo no first line\n")

    code, words = vexec("--", "./text").told
    assert code == 126
    assert words.startswith("vexec: cannot execute ./text: ")
    assert "#!/bin/sh" in words


def test_a_program_that_may_not_be_read_is_started(vexec: Vexec) -> None:
    """T10: execute permission is enough."""
    program = vexec.directory / "closed"
    program.write_bytes(TRUE.read_bytes())
    program.chmod(0o111)

    assert vexec("--", "./closed", launch=ORDINARY).told == (0, "")


def test_a_directory_that_may_not_be_searched(vexec: Vexec) -> None:
    """T10: a command behind a closed directory is 126, with the reason."""
    script(vexec.directory / "closed" / "tool")
    (vexec.directory / "closed").chmod(0)

    assert vexec("--", "./closed/tool", launch=ORDINARY).told == told(
        126, "cannot reach ./closed/tool: permission denied"
    )


def test_the_first_executable_in_path_is_taken(vexec: Vexec) -> None:
    """T10: directories, absent entries and what is not executable are passed over, as execvp does."""
    home = vexec.directory
    script(home / "a" / "tool", mode=0o644)
    (home / "b" / "tool").mkdir(parents=True)
    script(home / "c" / "tool", "#!/bin/sh\necho c\n")
    script(home / "d" / "tool", "#!/bin/sh\necho d\n")
    path = ":".join(f"{home}/{name}" for name in ("absent", "a", "b", "c", "d"))

    assert vexec("--", "tool", env={"PATH": path}).stdout == "c\n"


def test_a_refusal_in_path_is_told(vexec: Vexec) -> None:
    """T10: found but not executable in all of PATH is 126, not 127."""
    home = vexec.directory
    script(home / "a" / "tool", mode=0o644)

    assert vexec("--", "tool", env={"PATH": f"{home}/a:{home}/b"}).told == told(
        126, f"cannot execute {home}/a/tool: permission denied", "hint: is it executable for this user?"
    )


def test_relative_paths_are_relative_to_the_directory(vexec: Vexec) -> None:
    """T10: `./tool`, `dir/tool` and an empty entry of PATH mean the directory where vexec was started."""
    script(vexec.directory / "bin" / "tool", "#!/bin/sh\necho here\n")
    script(vexec.directory / "tool", "#!/bin/sh\necho here\n")

    assert vexec("--", "./tool").stdout == "here\n"
    assert vexec("--", "bin/tool").stdout == "here\n"
    assert vexec("--", "tool", env={"PATH": "/absent:"}).stdout == "here\n"


def test_the_path_is_the_targets(vexec: Vexec) -> None:
    """T10: the command is looked for in the PATH that the target gets, here none, and that is said."""
    script(vexec.directory / "bin" / "tool")
    env = {"PATH": f"{vexec.directory}/bin", "VEXEC_INHERIT": "HOME"}

    assert vexec("--", "tool", env=env).told == told(
        127, "command not found: tool", "hint: the target has no PATH"
    )


@pytest.mark.parametrize("spelling", ["reference", "import", "renamed import"])
def test_a_path_that_is_a_secret_counts(vexec: Vexec, spelling: str) -> None:
    """T10: where a secret sets PATH the command is looked for once it is known."""
    script(vexec.directory / "bin" / "tool", "#!/bin/sh\necho $PATH\n")
    secrets = vexec.directory / "secrets"
    secrets.mkdir()
    for name in ("PATH", "path"):
        (secrets / name).write_text(f"{vexec.directory}/bin\n")
    spellings: Mapping[str, Mapping[str, str | None]] = {
        "reference": {"PATH": f"vexec:file:{secrets}/PATH"},
        "import": {"PATH": None, "VEXEC_FROM": f"file:{secrets}?only=PATH"},
        "renamed import": {"PATH": None, "VEXEC_FROM": f"file:{secrets}?only=path&upper"},
    }

    assert vexec("--", "tool", env=spellings[spelling]).stdout == f"{vexec.directory}/bin\n"


def test_a_script_runs(vexec: Vexec, store: Store) -> None:
    """A target may be a script with a first line."""
    script(vexec.directory / "start.sh", f"#!{DASH} -e\necho $A $1\n")
    env = {**store.env, "A": f"vault:{store.put({'KEY': 'value'})}#KEY"}

    assert vexec("--", "./start.sh", "word", env=env).stdout == "value word\n"
