"""Secrets in files: directories, dotenv and JSON files, single files, and what is wrong with them."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.other import GID, UID, open_directory, run_as_other
from vexec.errors import FileError, RenderError, SecretNotFound, VexecError
from vexec.fetch.file import fetch
from vexec.fetch.ref import Ref, parse_reference, parse_source
from vexec.fetch.select import select
from vexec.system import files

if TYPE_CHECKING:
    from pathlib import Path


def value(text: str) -> str:
    """Return the value that a reference gives."""
    ref = parse_reference(text)
    assert ref is not None
    return select(ref, fetch(ref))


def data(text: str) -> dict[str, object]:
    """Return what a source gives."""
    return fetch(parse_source(text).ref).data


@pytest.fixture
def mounted(tmp_path: Path) -> Path:
    """Make a directory as the kubelet mounts a Secret: KEY -> ..data/KEY, ..data -> ..TIMESTAMP."""
    real = tmp_path / "..2026_11_23_10_00_00.123456789"
    real.mkdir()
    (real / "DB_PASSWORD").write_text("hunter2\n")
    (real / "tls.crt").write_text("-----BEGIN\n-----END\n")
    (tmp_path / "..data").symlink_to(real.name)
    for name in ("DB_PASSWORD", "tls.crt"):
        (tmp_path / name).symlink_to(f"..data/{name}")
    (tmp_path / ".hidden").write_text("x")
    (tmp_path / "directory").mkdir()
    (tmp_path / "directory" / "inner").write_text("x")
    return tmp_path


def test_a_directory_has_one_file_per_variable(mounted: Path) -> None:
    """Links are followed; dot entries such as ..data and sub-directories are skipped."""
    assert data(f"file:{mounted}") == {"DB_PASSWORD": "hunter2", "tls.crt": "-----BEGIN\n-----END"}


def test_a_new_version_of_a_mount_is_seen(mounted: Path) -> None:
    """T32: when the kubelet swaps ..data the next read gives the new content."""
    assert value(f"vexec:file:{mounted}#DB_PASSWORD") == "hunter2"
    new = mounted / "..2026_11_23_11_00_00.987654321"
    new.mkdir()
    (new / "DB_PASSWORD").write_text("new")
    (mounted / "..tmp").symlink_to(new.name)
    (mounted / "..tmp").rename(mounted / "..data")

    assert value(f"vexec:file:{mounted}#DB_PASSWORD") == "new"
    assert value(f"vexec:file:{mounted}/DB_PASSWORD") == "new"


def test_one_file_of_a_directory(mounted: Path) -> None:
    """A key of a directory reads that file and no other: one that may not be read does no harm."""
    (mounted / "broken").symlink_to("nowhere")

    assert value(f"vexec:file:{mounted}#tls.crt") == "-----BEGIN\n-----END"
    assert fetch(Ref("file", str(mounted), "tls.crt")).data == {"tls.crt": "-----BEGIN\n-----END"}


def test_a_dangling_link_is_an_error(mounted: Path) -> None:
    """T20: a directory with a file that is not there is not fewer variables in silence, optional or not."""
    (mounted / "broken").symlink_to("nowhere")

    for options in ("", "?optional"):
        with pytest.raises(FileError, match=r"the secret file .*/broken does not exist"):
            data(f"file:{mounted}{options}")


@pytest.mark.parametrize("key", ["../x", "a/b", ".", "..", "/etc/passwd", "a%00b"])
def test_a_key_leads_nowhere_else(mounted: Path, key: str) -> None:
    """A key of a directory is the name of a file in it."""
    with pytest.raises(SecretNotFound, match="a key of a directory is a file's name"):
        value(f"vexec:file:{mounted}#{key}")


def test_a_directory_is_no_value(mounted: Path) -> None:
    """A reference to a directory without a key takes none of its files by chance."""
    with pytest.raises(FileError, match="is a directory") as caught:
        value(f"vexec:file:{mounted}")

    assert caught.value.hint == "vexec:file:PATH#NAME is a file of it"
    assert value(f"vexec:file:{mounted}?as=json") == (
        '{"DB_PASSWORD":"hunter2","tls.crt":"-----BEGIN\\n-----END"}'
    )


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"", ""),
        (b"x", "x"),
        (b"x\n", "x"),
        (b"x\r\n", "x"),
        (b"x\n\n", "x\n"),
        (b"\n", ""),
        (b"\n\n", "\n"),
        (b" x \t\n", " x \t"),
        (b"a\nb\n", "a\nb"),
        (b"x\r", "x\r"),
        (b"a\r\nb\r\n", "a\r\nb"),
        (b"\xff\xfe\n", "\udcff\udcfe"),
        ("grüß 'dich' \"$x\"\n".encode(), "grüß 'dich' \"$x\""),
        (b"vault:secret/app#KEY", "vault:secret/app#KEY"),
    ],
)
def test_a_files_content(tmp_path: Path, raw: bytes, text: str) -> None:
    """T18, T19: byte for byte but for one final newline, which newline=keep keeps; not resolved again."""
    (tmp_path / "x").write_bytes(raw)
    kept = raw.decode("utf-8", "surrogateescape")

    assert value(f"vexec:file:{tmp_path}/x") == text
    assert value(f"vexec:file:{tmp_path}#x") == text
    assert value(f"vexec:file:{tmp_path}/x?newline=keep") == kept
    assert data(f"file:{tmp_path}?newline=keep") == {"x": kept}
    assert data(f"file:{tmp_path}/x") == {"x": text}


@pytest.mark.parametrize("name", ["a b", "ü", "a?b", "a%b", "\udcff"])
def test_any_name_can_be_read(tmp_path: Path, name: str) -> None:
    """T11: a file's name may be any bytes; a directory gives it back as it is."""
    (tmp_path / name).write_text("v")
    escaped = "".join(f"%{byte:02X}" for byte in os.fsencode(name))

    assert value(f"vexec:file:{tmp_path}/{escaped}") == "v"
    assert value(f"vexec:file:{tmp_path}#{escaped}") == "v"
    assert data(f"file:{tmp_path}") == {name: "v"}


def test_names_do_not_depend_on_the_locale(tmp_path: Path) -> None:
    """T11: under a locale that knows only ASCII, names and content are the same bytes."""
    (tmp_path / "ü").mkdir()
    (tmp_path / "ü" / "ß").write_text("ö")
    code = (
        "import sys\nfrom vexec.fetch.file import fetch\nfrom vexec.fetch.ref import parse_source\n"
        "path = sys.argv[1].encode('utf-8', 'surrogateescape').decode()\n"
        "print(ascii(fetch(parse_source('file:' + path).ref).data), sys.getfilesystemencoding())"
    )
    environ = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0", "PATH": os.defpath}
    command = [sys.executable, "-X", "utf8=0", "-c", code, str(tmp_path / "ü")]
    done = subprocess.run(command, env=environ, capture_output=True, text=True)

    assert (done.stdout, done.stderr) == ("{'\\xdf': '\\xf6'} ascii\n", "")


def test_a_json_file(tmp_path: Path) -> None:
    """T17: strings are taken as they are, anything else keeps its JSON spelling; null is missing."""
    path = tmp_path / "app.json"
    numbers = '"i": 10000000000, "f": 1.0, "e": 1e3'
    path.write_text(f'{{"s": "é\\u00e9\\n", {numbers}, "t": true, "n": null, "l": [1, {{"a": 0.10}}]}}')
    values = {key: value(f"vexec:file:{path}#{key}") for key in "sifetl"}

    assert values == {
        "s": "éé\n",
        "i": "10000000000",
        "f": "1.0",
        "e": "1e3",
        "t": "true",
        "l": '[1,{"a":0.10}]',
    }
    with pytest.raises(SecretNotFound, match=r"key n of .* is null"):
        value(f"vexec:file:{path}#n")
    with pytest.raises(SecretNotFound, match=r"key x of .* does not exist") as caught:
        value(f"vexec:file:{path}#x")
    assert caught.value.hint == "its keys are: e, f, i, l, n, s, t"


def test_formats_go_by_name_or_option(tmp_path: Path) -> None:
    """*.json and *.env are what they are called, ?format= says otherwise, and alone a file is its content."""
    for name, text in {"a.json": '{"K": "v"}', ".env": "K='v'\n", "b.env": "K=v", "c": "K=v"}.items():
        (tmp_path / name).write_text(text)

    assert [value(f"vexec:file:{tmp_path}/{name}#K") for name in ("a.json", ".env", "b.env")] == ["v"] * 3
    assert [data(f"file:{tmp_path}/{name}") for name in ("a.json", ".env", "b.env")] == [{"K": "v"}] * 3
    assert data(f"file:{tmp_path}/c?format=dotenv") == {"K": "v"}
    assert value(f"vexec:file:{tmp_path}/c?format=dotenv#K") == "v"
    assert data(f"file:{tmp_path}/a.json?format=raw") == {"a.json": '{"K": "v"}'}
    assert value(f"vexec:file:{tmp_path}/a.json") == '{"K": "v"}'
    assert value(f"vexec:file:{tmp_path}/b.env?as=json") == '{"K":"v"}'


def test_a_key_of_a_file_without_keys(tmp_path: Path) -> None:
    """A key makes no sense for a file that is only text; the hint says how to read it otherwise."""
    (tmp_path / "x").write_text("hunter2")

    with pytest.raises(RenderError, match=r"/x holds no keys by its name") as caught:
        value(f"vexec:file:{tmp_path}/x#K")
    assert caught.value.hint == "?format=json or ?format=dotenv reads them"


@pytest.mark.parametrize(
    ("name", "raw", "told"),
    [
        ("a.json", b"", "is no json file: not JSON"),
        ("a.json", b"{'hunter2': 1}", "is no json file: not JSON"),
        ("a.json", b'{"a": 1} hunter2', "is no json file: not JSON: text follows the value"),
        ("a.json", b'{"a": NaN}', "is no json file: not JSON"),
        ("a.json", b'{"a": "\xff"}', "is no json file: not JSON"),
        ("a.json", b'{"a": "hunter2 \\ud800"}', "is no json file: it holds half a surrogate pair"),
        ("a.json", b'{"\\udcff": "hunter2"}', "is no json file: it holds half a surrogate pair"),
        ("a.json", b'["hunter2"]', "is no json file with an object of keys"),
        ("a.json", b'"hunter2"', "is no json file with an object of keys"),
        ("a.json", b"[" * 100_000, "is no json file: "),
        ("a.env", b"A=1\nhunter2\n", "is no dotenv file: line 2: it is not NAME=value"),
    ],
)
def test_a_file_that_is_not_what_it_is_called(tmp_path: Path, name: str, raw: bytes, told: str) -> None:
    """T38: the error names the file, a line where there is one, and nothing of the content."""
    (tmp_path / name).write_bytes(raw)

    with pytest.raises(RenderError) as caught:
        data(f"file:{tmp_path}/{name}")
    assert str(caught.value).startswith(f"{tmp_path}/{name} {told}")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "form", ["vexec:file:{}", "vexec:file:{}#K", "vexec:file:{}.json#K", "vexec:file:{}/x"]
)
def test_a_file_that_is_not_there(tmp_path: Path, form: str) -> None:
    """A missing file is a missing secret, so that ?optional and ?default cover it."""
    with pytest.raises(SecretNotFound, match="does not exist"):
        value(form.format(tmp_path / "absent"))


def test_a_file_in_place_of_a_directory(tmp_path: Path) -> None:
    """A path that goes through a file does not exist either."""
    (tmp_path / "x").write_text("")

    with pytest.raises(SecretNotFound, match=r"the secret file .*/x/y does not exist"):
        value(f"vexec:file:{tmp_path}/x/y")


def test_what_is_no_file_does_not_hang(tmp_path: Path) -> None:
    """A FIFO without a writer is refused at once, alone and in a directory; so is a device."""
    os.mkfifo(tmp_path / "fifo")

    for text in (f"vexec:file:{tmp_path}/fifo", f"vexec:file:{tmp_path}#fifo", "vexec:file:/dev/zero"):
        with pytest.raises(FileError, match="is not a regular file"):
            value(text)
    with pytest.raises(FileError, match=r"/fifo is not a regular file"):
        data(f"file:{tmp_path}")


def test_a_file_has_a_largest_size(tmp_path: Path) -> None:
    """A file that is no secret by its size is refused before it fills the memory."""
    with (tmp_path / "x").open("wb") as stream:
        stream.truncate(files.LIMIT + 1)

    with pytest.raises(FileError, match="is larger than 16 MiB"):
        value(f"vexec:file:{tmp_path}/x")
    os.truncate(tmp_path / "x", files.LIMIT)
    assert len(value(f"vexec:file:{tmp_path}/x")) == files.LIMIT


ATTEMPT = """
try:
    fetch(parse_reference("vexec:file:" + sys.argv[1]))
except FileError as error:
    print(error.exit_code, error, error.hint, sep="|")
"""


def test_an_unreadable_file_says_who_may_not_read_it() -> None:
    """T32: without permission the message has uid and gid, the hint the owner and the mode."""
    imports = "from vexec.fetch.file import fetch, FileError\nfrom vexec.fetch.ref import parse_reference"
    with open_directory() as directory:
        (directory / "x").write_text("hunter2")
        (directory / "x").chmod(0o640)
        file = f"{directory}/x"
        seen = [run_as_other(imports, ATTEMPT, text) for text in (file, f"{directory}#x")]
        directory.chmod(0o700)
        seen.append(run_as_other(imports, ATTEMPT, file))

    who = f"66|the secret file {file} may not be read by uid {UID}, gid {GID}"
    mode, hidden = "it belongs to 0:0 with mode -rw-r-----", "a directory above it may not be searched"
    assert seen == [f"{who}|{mode}", f"{who}|{mode}", f"{who}|{hidden}"]


def test_the_origin_is_the_path(tmp_path: Path) -> None:
    """T38: what is told of a file's secret is where it is, not what it holds."""
    (tmp_path / "x").write_text("hunter2")
    secret = fetch(Ref("file", str(tmp_path), "x"))

    assert (secret.origin, secret.kind, secret.version) == (str(tmp_path), "file", 0)
    assert "hunter2" not in repr(secret)


def test_every_error_is_vexecs_own(tmp_path: Path) -> None:
    """Whatever the file system says, it is an error with an exit code."""
    (tmp_path / "loop").symlink_to("loop")

    for path in (f"{tmp_path}/loop", f"{tmp_path}/{'x' * 300}", f"{tmp_path}/loop/x"):
        with pytest.raises(VexecError) as caught:
            value(f"vexec:file:{path}")
        assert caught.value.exit_code == 66
