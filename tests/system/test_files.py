"""Files are read whole, bounded and without hanging; errors say what a user needs; stdout gets everything."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from tests.other import GID, UID, open_directory, run_as_other
from vexec.errors import FileError, RenderError
from vexec.system import files

if TYPE_CHECKING:
    from pathlib import Path

MIB = 1 << 20


def refusal(path: object, read: object = files.read) -> str:
    """Return why a file cannot be read."""
    assert callable(read)
    with pytest.raises(FileError) as caught:
        read(str(path), "the token file")
    assert not caught.value.is_missing or "does not exist" in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("size", [0, 1, 65535, 65536, 65537, MIB])
def test_a_file_is_read_whole(tmp_path: Path, size: int) -> None:
    """A file of any size up to the limit comes back byte for byte."""
    raw = os.urandom(size)
    (tmp_path / "x").write_bytes(raw)

    assert files.read(str(tmp_path / "x"), "x") == raw


def test_a_link_is_followed(tmp_path: Path) -> None:
    """T32: projected volumes are links to links."""
    (tmp_path / "real").write_text("x")
    (tmp_path / "..data").symlink_to("real")
    (tmp_path / "token").symlink_to("..data")

    assert files.read(str(tmp_path / "token"), "x") == b"x"


def test_what_is_not_there(tmp_path: Path) -> None:
    """A missing file, a dangling link and a path through a file are missing, and said to be."""
    (tmp_path / "file").write_text("")
    (tmp_path / "dangling").symlink_to("nowhere")

    for path in ("absent", "file/x", "dangling"):
        with pytest.raises(FileError) as caught:
            files.read(str(tmp_path / path), "the token file")
        assert (str(caught.value), caught.value.is_missing) == (
            f"the token file {tmp_path}/{path} does not exist",
            True,
        )


def test_what_is_no_regular_file(tmp_path: Path) -> None:
    """T32: a directory, a FIFO without a writer, a socket and a device are refused at once."""
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "loop").symlink_to("loop")

    assert refusal(tmp_path) == f"the token file {tmp_path} is a directory"
    assert refusal(tmp_path / "fifo") == f"the token file {tmp_path}/fifo is not a regular file"
    assert refusal("/dev/null") == "the token file /dev/null is not a regular file"
    assert refusal(tmp_path / "loop").endswith("cannot be read: too many levels of symbolic links")


def test_a_file_has_a_largest_size(tmp_path: Path) -> None:
    """Reading stops soon after the limit."""
    with (tmp_path / "x").open("wb") as stream:
        stream.truncate(files.LIMIT)
        assert len(files.read(str(tmp_path / "x"), "x")) == files.LIMIT
        stream.truncate(1 << 40)

    assert refusal(tmp_path / "x") == f"the token file {tmp_path}/x is larger than 16 MiB"


def test_no_descriptor_is_left(tmp_path: Path) -> None:
    """T8: whether a file is read or refused, it is closed again."""
    (tmp_path / "x").write_text("x")
    before = sorted(os.listdir("/proc/self/fd"))
    files.read(str(tmp_path / "x"), "x")
    refusal(tmp_path)
    refusal("/dev/null")
    files.read_directory(str(tmp_path), "x")

    assert sorted(os.listdir("/proc/self/fd")) == before


@pytest.mark.parametrize("raw", [b"t.o-k_e=n", b"t.o-k_e=n\n", b" \r\n\tt.o-k_e=n\r\n \n"])
def test_a_token_is_trimmed(tmp_path: Path, raw: bytes) -> None:
    """T32: white space around a token is not part of it."""
    (tmp_path / "t").write_bytes(raw)

    assert files.read_token(str(tmp_path / "t"), "VAULT_TOKEN_FILE:") == "t.o-k_e=n"


def test_what_is_no_token(tmp_path: Path) -> None:
    """T32: an empty file and one that is not text each have their words, without the content."""
    for raw in (b"", b" \n"):
        (tmp_path / "t").write_bytes(raw)
        assert refusal(tmp_path / "t", files.read_token) == f"the token file {tmp_path}/t is empty"
    (tmp_path / "t").write_bytes(b"hunter2\xff")
    assert refusal(tmp_path / "t", files.read_token) == f"the token file {tmp_path}/t is not text"
    assert refusal(tmp_path, files.read_token) == f"the token file {tmp_path} is a directory"


def test_a_directory_is_listed_in_order(tmp_path: Path) -> None:
    """Dot entries and directories, also by a link, are skipped; everything else is listed, sorted."""
    for name in ("b", "a", "ü", "\udcff", ".hidden", "Z"):
        (tmp_path / name).write_text("")
    (tmp_path / "dir").mkdir()
    (tmp_path / "dirlink").symlink_to("dir")
    (tmp_path / "dangling").symlink_to("nowhere")

    assert files.read_directory(str(tmp_path), "x") == ["Z", "a", "b", "dangling", "ü", "\udcff"]
    assert files.is_directory(str(tmp_path / "dirlink"))
    assert not files.is_directory(str(tmp_path / "a"))
    assert not files.is_directory(str(tmp_path / "absent"))


def test_a_directory_that_cannot_be_listed(tmp_path: Path) -> None:
    """What is absent or no directory is an error with its path."""
    (tmp_path / "x").write_text("")

    for name in ("absent", "x"):
        said = refusal(tmp_path / name, files.read_directory)
        assert said == f"the token file {tmp_path}/{name} does not exist"


def test_whether_something_is_readable(tmp_path: Path) -> None:
    """A look ahead tells whether there is anything to read."""
    (tmp_path / "x").write_text("")

    assert files.is_readable(str(tmp_path / "x"))
    assert not files.is_readable(str(tmp_path / "absent"))


TRY = """
from vexec.errors import FileError
for read, path in ((files.read, "closed"), (files.read, "dir/x"), (files.read_directory, "dir")):
    try:
        read(sys.argv[1] + "/" + path, "the token file")
    except FileError as error:
        print(str(error).replace(sys.argv[1] + "/", ""), error.hint, error.is_missing, sep="|")
print(files.is_readable(sys.argv[1] + "/closed"), files.is_readable(sys.argv[1] + "/open"))
"""


def test_permissions_are_told() -> None:
    """T32: who may not read what, whose it is and with which mode, for a user who is not root."""
    with open_directory() as directory:
        (directory / "dir").mkdir(mode=0o700)
        (directory / "dir" / "x").write_text("")
        for name, mode in (("open", 0o644), ("closed", 0o600)):
            (directory / name).write_text("")
            (directory / name).chmod(mode)
        imports = "import vexec.errors\nfrom vexec.system import files"
        seen = run_as_other(imports, TRY, str(directory)).splitlines()

    who = f"may not be read by uid {UID}, gid {GID}"
    assert seen == [
        f"the token file closed {who}|it belongs to 0:0 with mode -rw-------|False",
        f"the token file dir/x {who}|a directory above it may not be searched|False",
        f"the token file dir {who}|it belongs to 0:0 with mode drwx------|False",
        "False True",
    ]


def write(text: str, stdout: int) -> subprocess.CompletedProcess[str]:
    """Let another process write to a descriptor as its stdout."""
    code = (
        "import sys\nfrom vexec.system.files import write_out\nfrom vexec.errors import RenderError\n"
        "try:\n    write_out(sys.argv[1] * 100000)\n"
        "except RenderError as error:\n    sys.stderr.write(str(error))"
    )
    return subprocess.run(
        [sys.executable, "-c", code, text], stdout=stdout, stderr=subprocess.PIPE, text=True
    )


def test_stdout_gets_everything() -> None:
    """A pipe that takes a part at a time gets all of it, other bytes than UTF-8 as they were."""
    reader, writer = os.pipe()
    parts: list[bytes] = []

    def drain() -> None:
        while part := os.read(reader, 1000):
            parts.append(part)

    thread = threading.Thread(target=drain)
    thread.start()
    done = write("ü\udcff", writer)
    os.close(writer)
    thread.join()
    os.close(reader)

    assert (b"".join(parts), done.stderr) == (b"\xc3\xbc\xff" * 100_000, "")


def test_a_stdout_that_is_full_or_gone_is_an_error() -> None:
    """What cannot be written is not lost in silence."""
    with open("/dev/full", "w") as full:
        assert write("x", full.fileno()).stderr == "stdout cannot be written: no space left on device"
    reader, writer = os.pipe()
    os.close(reader)
    assert write("x", writer).stderr == "stdout cannot be written: broken pipe"
    os.close(writer)


def test_an_error_of_stdout_has_its_exit_code() -> None:
    """T40: an output that cannot be written exits 73."""
    saved = os.dup(1)
    try:
        with open("/dev/full", "w") as full:
            os.dup2(full.fileno(), 1)
        with pytest.raises(RenderError) as caught:
            files.write_out("x")
    finally:
        os.dup2(saved, 1)
        os.close(saved)
    assert caught.value.exit_code == 73
