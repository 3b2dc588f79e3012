"""A file is put in its place whole, with its mode and owner, and only where it differs (S0.4, S0.5)."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from vexec.errors import RenderError
from vexec.system.place import DEFAULT_MODE, present, write

if TYPE_CHECKING:
    from pathlib import Path


def mode_of(path: Path) -> int:
    """Return a file's mode."""
    return path.stat().st_mode & 0o7777


@pytest.mark.parametrize("umask", [0, 0o022, 0o077, 0o777], ids=oct)
@pytest.mark.parametrize("mode", [None, 0o600, 0o640, 0o444])
def test_mode_whatever_the_umask(tmp_path: Path, umask: int, mode: int | None) -> None:
    """A new file has exactly the mode asked for, else 0644, and lies there alone."""
    before = os.umask(umask)
    try:
        assert write(str(tmp_path / "f"), b"content", mode)
    finally:
        os.umask(before)

    assert (tmp_path / "f").read_bytes() == b"content"
    assert mode_of(tmp_path / "f") == (DEFAULT_MODE if mode is None else mode)
    assert os.listdir(tmp_path) == ["f"]


def test_the_mode_that_is_there_is_kept(tmp_path: Path) -> None:
    """Without a mode of its own a file keeps the one that it has."""
    file = tmp_path / "f"
    file.write_bytes(b"old")
    file.chmod(0o604)

    assert write(str(file), b"new", None)
    assert (file.read_bytes(), mode_of(file)) == (b"new", 0o604)


@pytest.mark.parametrize("mode", [None, 0o600])
def test_the_same_bytes_are_not_written(tmp_path: Path, mode: int | None) -> None:
    """S0.5: unchanged content is no write: same inode, same times, also of the directory."""
    file = tmp_path / "f"
    write(str(file), b"content", 0o600)
    before, directory = file.stat(), tmp_path.stat()

    assert not write(str(file), b"content", mode)
    after = file.stat()
    assert (after.st_ino, after.st_ctime_ns) == (before.st_ino, before.st_ctime_ns)
    assert tmp_path.stat().st_mtime_ns == directory.st_mtime_ns


@pytest.mark.parametrize("there", [b"", b"conten", b"content!", b"Content"])
def test_other_bytes_are_replaced(tmp_path: Path, there: bytes) -> None:
    """Whoever has the old file open keeps it whole."""
    file = tmp_path / "f"
    file.write_bytes(there)
    with file.open("rb") as old:
        assert write(str(file), b"content", None)
        assert old.read() == there
    assert file.read_bytes() == b"content"


def test_another_mode_is_put_right(tmp_path: Path) -> None:
    """The same bytes with another mode are written anew."""
    file = tmp_path / "f"
    write(str(file), b"content", 0o644)

    assert write(str(file), b"content", 0o600)
    assert mode_of(file) == 0o600


def test_missing_directories_are_made(tmp_path: Path) -> None:
    """The directories above come into being, as upstream's create_dest_dirs has it."""
    assert write(str(tmp_path / "a" / "b" / "f"), b"x", None)
    assert (tmp_path / "a" / "b" / "f").read_bytes() == b"x"


def test_a_relative_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bare name is a file of the working directory."""
    monkeypatch.chdir(tmp_path)

    assert write("f", b"x", None)
    assert (tmp_path / "f").read_bytes() == b"x"


def test_a_link_is_replaced(tmp_path: Path) -> None:
    """A link in the place becomes a file; what it led to stays."""
    (tmp_path / "target").write_bytes(b"other")
    (tmp_path / "f").symlink_to("target")
    write(str(tmp_path / "f"), b"other", None)

    assert not (tmp_path / "f").is_symlink()
    assert (tmp_path / "target").read_bytes() == b"other"


@pytest.mark.parametrize(
    ("place", "reason"),
    [("d", "is a directory"), ("file/f", "not a directory"), ("f" * 300, "file name too long")],
)
def test_what_cannot_be_written_is_told(tmp_path: Path, place: str, reason: str) -> None:
    """The path and the system's reason, and nothing is left."""
    (tmp_path / "d").mkdir()
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(RenderError) as caught:
        write(str(tmp_path / place), b"canary", None)

    assert str(caught.value) == f"{tmp_path / place} cannot be written: {reason}"
    assert sorted(os.listdir(tmp_path)) == ["d", "file"]


@pytest.mark.parametrize("kind", ["fifo", "socket", "link to a fifo", "link to a directory"])
def test_what_is_no_file_is_not_replaced(tmp_path: Path, kind: str) -> None:
    """A FIFO, a socket, a device or a link to one stays what it is, and none is waited for."""
    place = tmp_path / "f"
    if kind == "socket":
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(place))
    elif kind == "link to a directory":
        (tmp_path / "other").mkdir()
    else:
        os.mkfifo(tmp_path / "other" if "link" in kind else place)
    if "link" in kind:
        place.symlink_to("other")
    before = place.lstat()
    for act in (lambda: write(str(place), b"canary", None), lambda: present(str(place))):
        with pytest.raises(RenderError, match=r"it is no regular file$"):
            act()

    assert place.lstat().st_ino == before.st_ino
    assert set(os.listdir(tmp_path)) <= {"f", "other"}


def test_a_link_that_leads_nowhere_is_replaced(tmp_path: Path) -> None:
    """As any other link is."""
    (tmp_path / "f").symlink_to("none")
    write(str(tmp_path / "f"), b"x", None)

    assert [file.name for file in tmp_path.iterdir() if file.is_file() and not file.is_symlink()] == ["f"]


def test_a_name_as_long_as_it_may_be(tmp_path: Path) -> None:
    """The temporary file's name fits wherever the file's own does."""
    assert write(str(tmp_path / ("f" * 255)), b"x", None)
    assert os.listdir(tmp_path) == ["f" * 255]


@pytest.mark.parametrize(
    ("name", "owner", "words"),
    [
        ("a\0b", ("", ""), "holds a NUL byte"),
        ("f", ("a\0b", ""), "holds a NUL byte"),
        ("f", ("9" * 20, ""), "there is no such user or group"),
        ("f", ("", "9" * 20), "there is no such user or group"),
    ],
)
def test_what_cannot_be_meant_is_told(tmp_path: Path, name: str, owner: tuple[str, str], words: str) -> None:
    """A template may make any path and any owner of a secret; none is an unforeseen error."""
    with pytest.raises(RenderError, match=words):
        write(f"{tmp_path}/{name}", b"canary", None, owner)
    assert os.listdir(tmp_path) == []


def test_a_mode_with_more_than_chmod_takes(tmp_path: Path) -> None:
    """The type of a file in its mode, as stat shows it, and bits beyond count for nothing."""
    assert write(str(tmp_path / "f"), b"x", 0o37777100640)
    assert mode_of(tmp_path / "f") == 0o640
    assert not write(str(tmp_path / "f"), b"x", 0o100640)


def test_an_owner_by_number_or_name(tmp_path: Path) -> None:
    """User and group are set where they are asked for, and only then."""
    if os.geteuid() != 0:
        pytest.skip("another owner — only root may give a file away")
    file = tmp_path / "f"
    write(str(file), b"x", None, ("65534", "nogroup"))
    assert (file.stat().st_uid, file.stat().st_gid) == (65534, 65534)

    assert not write(str(file), b"x", None, ("65534", ""))
    assert write(str(file), b"x", None, ("root", ""))
    assert file.stat().st_uid == 0


def test_an_unknown_owner_is_told(tmp_path: Path) -> None:
    """A name that the system does not know is an error, and nothing is written."""
    with pytest.raises(RenderError, match="there is no such user or group"):
        write(str(tmp_path / "f"), b"x", None, ("no such user", ""))
    assert os.listdir(tmp_path) == []


def test_a_reader_never_sees_a_part(tmp_path: Path) -> None:
    """S3.4: a file that is rewritten again and again is always one of its contents, never absent."""
    file = tmp_path / "f"
    contents = [bytes([letter]) * 100_000 for letter in b"ab"]
    write(str(file), contents[0], None)
    is_over = threading.Event()

    def rewrite() -> None:
        for number in range(60):
            write(str(file), contents[number % 2], None)
        is_over.set()

    writer = threading.Thread(target=rewrite)
    writer.start()
    seen = set()
    while not is_over.is_set():
        seen.add(file.read_bytes())
    writer.join()
    assert seen <= set(contents)


def test_present(tmp_path: Path) -> None:
    """What a file holds; nothing where there is none, and an error for a directory."""
    (tmp_path / "f").write_bytes(b"x")

    assert present(str(tmp_path / "f")) == b"x"
    assert present(str(tmp_path / "none")) == b""
    with pytest.raises(RenderError, match="is a directory"):
        present(str(tmp_path))
    with pytest.raises(RenderError, match="holds a NUL byte"):
        present("a\0b")


INTERRUPTED = """
import os, signal, sys
from vexec.system.place import put
from vexec.system.process import guard

def fill(stream):
    stream.write(b"half")
    stream.flush()
    os.kill(os.getpid(), signal.SIGTERM)

guard()
put(os.fsencode(sys.argv[1]), 0o600, fill)
"""


def test_a_signal_leaves_no_half_file(tmp_path: Path) -> None:
    """S0.5: whoever is ended while it writes takes the unfinished file along, which may hold a secret."""
    done = subprocess.run([sys.executable, "-c", INTERRUPTED, str(tmp_path / "f")], capture_output=True)

    assert (done.returncode, done.stderr) == (-15, b"")
    assert os.listdir(tmp_path) == []
