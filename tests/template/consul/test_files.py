"""Files are read in the sandbox and written by no function."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.template.consul.calls import call, failure
from vexec.errors import FileError
from vexec.template.scope import Scope
from vexec.template.values import Write


def read(path: str) -> bytes:
    """Return a file's bytes."""
    return Path(path).read_bytes()


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """Return a sandbox with a file in it, one beside it, and links to both."""
    box = tmp_path / "box"
    box.mkdir()
    (box / "file").write_bytes(b"in\xff")
    (tmp_path / "beside").write_text("out")
    (tmp_path / "box2").mkdir()
    (tmp_path / "box2" / "file").write_text("out")
    (box / "link").symlink_to("file")
    (box / "out").symlink_to("../beside")
    return box


def test_a_file_is_read(box: Path) -> None:
    """Any bytes, through links, with space around the path."""
    scope = Scope(read=read, sandbox=str(box))

    assert call("file", f" {box}/file\n", scope=scope) == "in\udcff"
    assert call("file", f"{box}/../box/link", scope=scope) == "in\udcff"
    assert call("file", "", scope=scope) == ""
    assert call("file", f"{box}/../beside", scope=Scope(read=read)) == "out"


@pytest.mark.parametrize("path", ["../beside", "out", "../box2/file", ".."])
def test_no_path_leads_out_of_the_sandbox(box: Path, path: str) -> None:
    """Neither dots, nor links, nor a directory whose name only begins the same."""
    scope = Scope(read=read, sandbox=str(box))

    assert failure("file", f"{box}/{path}", scope=scope) == '"…" is outside of sandbox'


def test_what_is_not_there(box: Path) -> None:
    """The words are the system's, without the path."""
    missing = 'lstat "…": no such file or directory'

    assert failure("file", "/none", scope=Scope(read=read)) == 'file: open "…": no such file or directory'
    assert failure("file", f"{box}/none", scope=Scope(read=read, sandbox=str(box))) == (
        f"failed to resolve target path: {missing}"
    )
    assert failure("file", f"{box}/file", scope=Scope(read=read, sandbox="/none")) == (
        f"failed to resolve sandbox path: {missing}"
    )
    assert failure("file", "a\0b", scope=Scope(read=read, sandbox=str(box))) == (
        'failed to resolve target path: lstat "…": invalid argument'
    )
    assert failure("file", "/x") == "file is not supported here"


def test_an_error_of_the_reader_stays_one() -> None:
    """It keeps its exit code."""

    def refuse(_: str) -> bytes:
        raise FileError("too large")

    with pytest.raises(FileError, match=r"^too large$"):
        call("file", "/x", scope=Scope(read=refuse))


@pytest.mark.parametrize(
    ("args", "write"),
    [
        (("/x", "", "", "0644", "text"), Write("/x", "text", "", "", 0o644)),
        (
            ("/x", "u", "1", "600", "append,newline", "text"),
            Write("/x", "text\n", "u", "1", 0o600, is_append=True),
        ),
        (("/x", "", "", "0644", "a", "b", "text"), Write("/x", "text", "", "", 0o644)),
    ],
)
def test_writing_is_asked_for(args: tuple[str, ...], write: Write) -> None:
    """The scope is told; flags count only right before the content, and the content is no part of a repr."""
    told: list[Write] = []

    assert call("writeToFile", *args, scope=Scope(write=told.append)) == ""
    assert told == [write]
    assert "text" not in repr(told)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("0644",), "runtime error: index out of range [-1]"),
        (("9", "x"), 'strconv.ParseUint: parsing "…": invalid syntax'),
        (("", "x"), 'strconv.ParseUint: parsing "…": invalid syntax'),
        (("40000000000", "x"), 'strconv.ParseUint: parsing "…": value out of range'),
    ],
)
def test_wrong_writes(args: tuple[str, ...], message: str) -> None:
    """Upstream's words."""
    assert failure("writeToFile", "/x", "", "", *args, scope=Scope(write=print)) == message


def test_writing_needs_somebody_who_writes() -> None:
    """Without it the function fails."""
    assert failure("writeToFile", "/x", "", "", "0644", "text") == "writeToFile is not supported here"
