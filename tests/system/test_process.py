"""Finding the target as execvp would, and how much it may be given."""

from __future__ import annotations

import os
import resource
import subprocess
from itertools import product
from typing import TYPE_CHECKING

import pytest

from tests.other import open_directory, run_as_other
from vexec.errors import LaunchError
from vexec.system.process import argument_space, encoded, find

if TYPE_CHECKING:
    from pathlib import Path

    Kind = str

EXECUTABLE = "is it executable for this user?"
KINDS = (
    "absent",
    "no-directory",
    "script",
    "program",
    "link",
    "plain",
    "directory",
    "dangling",
    "no-name",
)


def put(directory: Path, kind: Kind, name: str = "tool") -> None:
    """Make a directory with something of that kind under the name, or no directory."""
    if kind == "no-directory":
        return
    directory.mkdir()
    path = directory / name
    if kind in ("script", "link", "plain"):
        real = directory / "real" if kind == "link" else path
        real.write_bytes(b"#!/bin/sh\necho " + os.fsencode(directory.name) + b"\n")
        real.chmod(0o644 if kind == "plain" else 0o755)
    if kind == "link":
        path.symlink_to("real")
    elif kind == "program":
        path.symlink_to("/bin/true")
    elif kind == "directory":
        path.mkdir()
    elif kind == "dangling":
        path.symlink_to("nowhere")


def found(command: str, path: str | None) -> str | int:
    """Return the file that vexec would execute, or the exit code of its error."""
    try:
        return find(command, path)
    except LaunchError as error:
        return error.exit_code


def run_by_env(path: str, cwd: Path) -> tuple[int, str]:
    """Let `env`, which is execvp and nothing else, look for the tool; return code and output."""
    command = ["/usr/bin/env", "-i", f"PATH={path}", "tool"]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    return done.returncode, done.stdout.strip()


@pytest.mark.parametrize(("first", "second"), list(product(KINDS, KINDS)))
def test_find_is_execvp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: Kind, second: Kind) -> None:
    """T10: whatever two directories of PATH hold, vexec takes the file, or gives the code, that env does."""
    paths = []
    for name, kind in (("a", first), ("b", second)):
        put(tmp_path / name, "absent" if kind == "no-name" else kind)
        paths.append("" if kind == "no-name" else str(tmp_path / name))
    path = ":".join(paths)
    monkeypatch.chdir(tmp_path)
    code, output = run_by_env(path, tmp_path)
    result = found("tool", path)

    if code:
        assert result == code
    else:
        assert isinstance(result, str)
        assert subprocess.run([result], capture_output=True, text=True).stdout.strip() == output


def test_an_empty_entry_is_the_current_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """T10: at the beginning, at the end, in the middle, and an empty PATH as a whole."""
    put(tmp_path / "here", "script")
    monkeypatch.chdir(tmp_path / "here")

    for path in (":/x", "/x:", "/x::/y", "", ":", "."):
        assert found("tool", path) == "./tool"
        assert run_by_env(path, tmp_path / "here") == (0, "here")
    assert found("tool", "../here") == "../here/tool"


def test_without_a_path_the_systems_is_searched() -> None:
    """T10: PATH unset is what execvp takes for it."""
    expected = os.confstr("CS_PATH")

    assert expected == "/bin:/usr/bin"
    assert found("sh", None) == "/bin/sh"
    assert found("no-such-tool", None) == 127
    with pytest.raises(LaunchError) as caught:
        find("no-such-tool", None)
    assert caught.value.hint == "the target has no PATH"


def test_a_name_with_a_slash_is_no_matter_of_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """T10: relative to the current directory, and as it was written."""
    put(tmp_path / "bin", "script")
    monkeypatch.chdir(tmp_path)

    for command in ("bin/tool", "./bin/tool", "bin//tool", f"{tmp_path}/bin/tool"):
        assert found(command, "/nowhere") == command
    assert found("./tool", str(tmp_path / "bin")) == 127
    assert found("tool", str(tmp_path / "bin")) == f"{tmp_path}/bin/tool"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("#!/no/such/shell -x\n", "its interpreter /no/such/shell does not exist"),
        ("#!/bin/sh\r\n", "its interpreter /bin/sh\r does not exist"),
        (
            "#!" + " " * 300 + "/bin/sh\n",
            "it is neither a program nor a script with a first line such as #!/bin/sh",
        ),
        ("#!\n", "it is neither a program nor a script with a first line such as #!/bin/sh"),
        ("", "it is neither a program nor a script with a first line such as #!/bin/sh"),
        ("echo\n", "it is neither a program nor a script with a first line such as #!/bin/sh"),
    ],
)
def test_what_the_kernel_would_refuse(tmp_path: Path, content: str, told: str) -> None:
    """T10: an existing executable file that execve would answer with ENOENT or ENOEXEC is 126."""
    path = tmp_path / "tool"
    path.write_text(content)
    path.chmod(0o755)
    with pytest.raises(OSError, match=r"Exec format|No such file"):
        subprocess.run([path])

    for command, directories in ((str(path), None), ("tool", str(tmp_path))):
        with pytest.raises(LaunchError) as caught:
            find(command, directories)
        assert (caught.value.exit_code, str(caught.value)) == (126, f"cannot execute {path}: {told}")


def test_a_bad_interpreter_is_passed_over_in_path(tmp_path: Path) -> None:
    """T10: execvp gets ENOENT for it and looks further; alone it is 126, with the reason."""
    put(tmp_path / "a", "script")
    put(tmp_path / "b", "script")
    (tmp_path / "a" / "tool").write_text("#!/no/such/shell\n")
    path = f"{tmp_path}/a:{tmp_path}/b"

    assert run_by_env(path, tmp_path) == (0, "b")
    assert found("tool", path) == f"{tmp_path}/b/tool"
    with pytest.raises(LaunchError, match="its interpreter /no/such/shell does not exist"):
        find("tool", f"{tmp_path}/a:{tmp_path}")


def test_a_text_ends_the_search(tmp_path: Path) -> None:
    """T10: execvp does not look beyond a file that is no program; vexec starts no shell for it either."""
    put(tmp_path / "a", "script")
    put(tmp_path / "b", "script")
    (tmp_path / "a" / "tool").write_text("echo text\n")
    path = f"{tmp_path}/a:{tmp_path}/b"

    assert run_by_env(path, tmp_path) == (0, "text")  # glibc asks /bin/sh
    assert found("tool", path) == 126


def test_the_first_refusal_is_told(tmp_path: Path) -> None:
    """T10: of several files that may not be executed the first one is named."""
    for name in ("a", "b"):
        put(tmp_path / name, "plain")

    with pytest.raises(LaunchError) as caught:
        find("tool", f"{tmp_path}/x:{tmp_path}/a:{tmp_path}/b")
    assert str(caught.value) == f"cannot execute {tmp_path}/a/tool: permission denied"
    assert caught.value.hint == EXECUTABLE


@pytest.mark.parametrize(
    ("command", "path", "code", "told", "hint"),
    [
        ("", "/bin", 127, "the command is empty", ""),
        ("tool", "/no/where", 127, "command not found: tool", "PATH of the target is '/no/where'"),
        ("/no/where/tool", "/bin", 127, "command not found: /no/where/tool", ""),
        ("/etc/passwd/tool", "/bin", 127, "command not found: /etc/passwd/tool", ""),
        ("/" + "x" * 300, "/bin", 127, "command not found: /" + "x" * 300, ""),
        ("/bin/", "/bin", 126, "cannot execute /bin/: it is a directory", ""),
        ("/", "/bin", 126, "cannot execute /: it is a directory", ""),
        (".", "/bin", 126, "cannot execute /bin/.: it is a directory", ""),
        ("/dev/null", "/bin", 126, "cannot execute /dev/null: permission denied", EXECUTABLE),
        ("/etc/passwd", "", 126, "cannot execute /etc/passwd: permission denied", EXECUTABLE),
    ],
)
def test_words(command: str, path: str, code: int, told: str, hint: str) -> None:
    """T10: each way not to be found or executed has its words and its code."""
    with pytest.raises(LaunchError) as caught:
        find(command, path)

    assert (caught.value.exit_code, str(caught.value), caught.value.hint) == (code, told, hint)


def test_bytes_of_a_path_are_kept(tmp_path: Path) -> None:
    """T11: directories and commands may be any bytes."""
    put(tmp_path / "d\udcff", "script", "t\udce9")
    path = str(tmp_path / "d\udcff")

    assert found("t\udce9", path) == f"{path}/t\udce9"
    assert encoded("ü\udcff") == b"\xc3\xbc\xff"


SEARCH = """
for path in sys.argv[1].split(","):
    try:
        print(find("tool", path).rpartition("/d")[2])
    except LaunchError as error:
        print(error.exit_code, str(error).replace(sys.argv[2], "T"), error.hint)
"""


def test_permissions_while_searching() -> None:
    """T10: EACCES on the way does not end the search, and is what is told where nothing else was found."""
    with open_directory() as top:
        for number in range(3):
            put(top / f"d{number}", "script")
        (top / "d0").chmod(0o700)  # may not be searched
        (top / "d1" / "tool").chmod(0o744)  # may not be executed
        orders = ("012", "01", "10", "02", "1")
        paths = [":".join(f"{top}/d{number}" for number in order) for order in orders]
        imports = "from vexec.system.process import find\nfrom vexec.errors import LaunchError"
        said = run_as_other(imports, SEARCH, ",".join(paths), str(top)).splitlines()

    assert said == [
        "2/tool",
        "126 cannot reach T/d0/tool: permission denied ",
        "126 cannot execute T/d1/tool: permission denied is it executable for this user?",
        "2/tool",
        "126 cannot execute T/d1/tool: permission denied is it executable for this user?",
    ]


@pytest.mark.parametrize(
    ("stack", "space"),
    [(8 << 20, 2 << 20), (1 << 20, 256 << 10), (256 << 10, 128 << 10), (64 << 20, 6 << 20)],
)
def test_the_space_is_a_quarter_of_the_stack(stack: int, space: int) -> None:
    """T14: within 128 KiB and 6 MiB, less the file's name and a little for what cannot be known."""
    soft, hard = resource.getrlimit(resource.RLIMIT_STACK)
    resource.setrlimit(resource.RLIMIT_STACK, (stack, hard))
    try:
        assert argument_space("/x") == space - 2 - 64
        assert argument_space("/ü") == space - 3 - 64
    finally:
        resource.setrlimit(resource.RLIMIT_STACK, (soft, hard))
