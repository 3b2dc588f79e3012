"""A program's file is put in its place whole or not at all, with exactly its mode, when it differs."""

from __future__ import annotations

import os
import resource
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.other import open_directory, run_as_other
from vexec.errors import RenderError
from vexec.system.install import install

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTENT = os.urandom((1 << 20) * 2 + 17)


@pytest.fixture
def source(tmp_path: Path) -> str:
    """Give a file to install, longer than two of the pieces that it is copied in."""
    (tmp_path / "source").write_bytes(CONTENT)
    return str(tmp_path / "source")


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """Give the place to install to, in a directory of its own."""
    (tmp_path / "there").mkdir()
    return tmp_path / "there" / "vexec"


@pytest.fixture(params=[0, 0o022, 0o077, 0o777], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    """Set a umask for the test."""
    before = os.umask(request.param)
    yield
    os.umask(before)


def refusal(source: str, destination: str) -> list[str]:
    """Return the issues that an installation ends with."""
    with pytest.raises(RenderError) as caught:
        install(source, destination, 0o555)
    assert caught.value.exit_code == 73
    return [str(issue) for issue in caught.value.issues]


@pytest.mark.parametrize("mode", [0o555, 0o500, 0o755])
def test_bytes_and_mode_whatever_the_umask(umask: None, source: str, there: Path, mode: int) -> None:
    """The file has the source's bytes and exactly the mode asked for; nothing else is in the directory."""
    install(source, str(there), mode)

    assert there.read_bytes() == CONTENT
    assert there.stat().st_mode & 0o7777 == mode
    assert os.listdir(there.parent) == ["vexec"]


def test_the_same_file_is_left_alone(source: str, there: Path) -> None:
    """A second installation changes neither the inode nor a time."""
    install(source, str(there), 0o555)
    before = there.stat()
    install(source, str(there), 0o555)

    assert there.stat() == before or there.stat()[:7] == before[:7]
    assert (there.stat().st_ino, there.stat().st_mtime_ns, there.stat().st_ctime_ns) == (
        before.st_ino,
        before.st_mtime_ns,
        before.st_ctime_ns,
    )


@pytest.mark.parametrize(
    "content",
    [b"", CONTENT[:-1], CONTENT + b"x", CONTENT[:-1] + b"\0", b"\0" + CONTENT[1:]],
    ids=["empty", "shorter", "longer", "another end", "another beginning"],
)
def test_another_file_is_replaced(source: str, there: Path, content: bytes) -> None:
    """Other bytes are replaced by a new file, while whoever has the old one open keeps it."""
    there.write_bytes(content)
    there.chmod(0o555)
    with there.open("rb") as old:
        install(source, str(there), 0o555)
        assert old.read() == content
    assert there.read_bytes() == CONTENT


@pytest.mark.parametrize("mode", [0o444, 0o755, 0o4555])
def test_another_mode_is_put_right(source: str, there: Path, mode: int) -> None:
    """The same bytes with another mode are installed anew."""
    there.write_bytes(CONTENT)
    there.chmod(mode)
    install(source, str(there), 0o555)

    assert there.stat().st_mode & 0o7777 == 0o555


@pytest.mark.parametrize("target", ["source", "nowhere", "."])
def test_a_link_is_replaced_not_followed(source: str, there: Path, target: str) -> None:
    """A link in the place, wherever it leads, becomes a file, and what it led to is untouched."""
    there.symlink_to(there.parent.parent / target)
    install(source, str(there), 0o555)

    assert not there.is_symlink()
    assert there.read_bytes() == Path(source).read_bytes() == CONTENT


def test_a_missing_directory_is_told(source: str, tmp_path: Path) -> None:
    """Where the directory is missing nothing is made."""
    place = f"{tmp_path}/no/such/vexec"

    assert refusal(source, place) == [f"{place} cannot be written: no such file or directory"]
    assert not (tmp_path / "no").exists()


def test_a_directory_in_the_place_is_told(source: str, there: Path) -> None:
    """A directory of that name is an error and stays; no half of a file is left beside it."""
    (there / "x").mkdir(parents=True)

    assert refusal(source, str(there)) == [f"{there} cannot be written: is a directory"]
    assert os.listdir(there.parent) == ["vexec"]


def test_a_file_for_a_directory_is_told(source: str, there: Path) -> None:
    """A file in the way is told."""
    there.write_text("")
    assert refusal(source, f"{there}/vexec") == [f"{there}/vexec cannot be written: not a directory"]


def test_a_directory_of_somebody_elses_is_told() -> None:
    """A user who may not write there is told so."""
    call = "install('/proc/self/exe', sys.argv[1], 0o555)"
    code = f"try:\n    {call}\nexcept RenderError as error:\n    print(error)"
    imports = "from vexec.errors import RenderError\nfrom vexec.system.install import install\n"
    with open_directory() as directory:
        told = run_as_other(imports, code, f"{directory}/vexec")
        assert told == f"{directory}/vexec cannot be written: permission denied"
        assert list(directory.iterdir()) == []


def test_what_does_not_fit_leaves_nothing(source: str, there: Path) -> None:
    """Without room for it the file that was there stays, and no half of the new one."""
    there.write_text("old")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(CONTENT) - 1, limits[1]))
    try:
        assert refusal(source, str(there)) == [f"{there} cannot be written: file too large"]
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (os.listdir(there.parent), there.read_text()) == (["vexec"], "old")


def test_readers_never_see_half_of_it(source: str, there: Path) -> None:
    """While it is replaced over and over the file is always whole."""
    install(source, str(there), 0o555)
    seen, is_over = set(), threading.Event()

    def look() -> None:
        while not is_over.is_set():
            seen.add(there.stat().st_size)

    looking = threading.Thread(target=look)
    looking.start()
    for mode in (0o755, 0o555) * 20:
        install(source, str(there), mode)
    is_over.set()
    looking.join()

    assert seen == {len(CONTENT)}
    assert os.listdir(there.parent) == ["vexec"]
