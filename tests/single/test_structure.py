"""What makes a start fast, without a clock: few modules, few bytes copied, no fork; and the file's size."""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from build.single.layout import Kind, read

from tests.servers.need import need
from tests.single.hold import fetching, secret
from tests.single.watched import watched

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.servers.fault import FaultServer
    from tests.servers.pki import Pki
    from tests.single.program import Single

MIB = 1 << 20
# what CPython imports itself before it runs anything
INTERPRETER = {
    "sys", "builtins", "_frozen_importlib", "_imp", "_thread", "_warnings", "_weakref", "_io", "marshal",
    "posix", "_frozen_importlib_external", "time", "zipimport", "_codecs", "codecs",
    "encodings", "encodings.aliases", "encodings.utf_8", "_abc", "abc", "io", "__main__",
}  # fmt: skip
# what the file and vexec add to it
ADDED = {
    "_single", "single_entry", "single_libraries", "_stat", "stat", "_collections_abc", "genericpath",
    "posixpath", "os", "os.path", "__future__", "errno", "_signal", "_json", "_socket",
}  # fmt: skip
NEEDED = {"libc.so.6", "libm.so.6"}
# Debian's interpreter has _socket built in, others bring it as a part
HTTP = {*NEEDED, "_json", "_socket"}
TLS = {*HTTP, "libcrypto.so.3", "libssl.so.3", "_ssl"}
NAMED = re.compile(r"(\w+)\((.*)\)\s+= (-?\d+)")


@pytest.fixture
def over_http(fault_server: Callable[..., FaultServer]) -> dict[str, str]:
    """Give the variables of one KV read over http."""
    return fetching(fault_server(secret()))


@pytest.fixture
def over_tls(fault_server: Callable[..., FaultServer], pki: Pki) -> dict[str, str]:
    """Give the variables of one KV read over TLS, with a private CA."""
    server = fault_server(secret(), tls=pki.server())
    return {**fetching(server), "VAULT_CACERT_BYTES": pki.ca.read_text()}


@pytest.fixture(scope="session")
def compiler(request: pytest.FixtureRequest) -> list[str]:
    """Give a compiler for watch.c."""
    command: list[str] = request.getfixturevalue("gcc" if shutil.which("gcc") else "zig")
    return command


def modules(program: Path, env: Mapping[str, str]) -> set[str]:
    """Return what a watched program has imported when it execs."""
    done = subprocess.run([program, "--", "/bin/true"], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return set(done.stderr.split())


def test_modules_of_a_start(
    built: Path, compiler: list[str], tmp_path: Path, over_http: dict[str, str], over_tls: dict[str, str]
) -> None:
    """Exec mode with one KV read imports exactly these modules beside vexec's own; over TLS one more."""
    program = watched(built, compiler, tmp_path)
    found = modules(program, over_http)

    assert {name for name in found if name.partition(".")[0] != "vexec"} == INTERPRETER | ADDED
    assert {name for name in found if name.startswith("vexec.commands.")} == {"vexec.commands.run"}
    assert not found & {"vexec.vault.tls", "vexec.vault.proxy", "vexec.fetch.file", "vexec.auth.kubernetes"}
    assert modules(program, over_tls) - found == {"_ssl", "vexec.vault.tls"}


def traced(single: Single, env: Mapping[str, str], *arguments: str) -> list[tuple[str, str, int]]:
    """Return the system calls of a start: name, arguments, result."""
    log = single.directory / "trace"
    calls = (
        "trace=memfd_create,sendfile,execve,execveat,clone,clone3,fork,vfork,open,openat,read,pread64,mmap"
    )
    before = (str(need("strace")), "-f", "-qq", "-v", "-s", "0", "-e", calls, "-o", str(log))
    done = single("--", single.target, "exit", "7", env=env, before=before)
    assert done.told == (7, "")
    found = (NAMED.search(line) for line in log.read_text().splitlines())
    return [(match[1], match[2], int(match[3])) for match in found if match]


@pytest.mark.parametrize(
    ("which", "unpacked"),
    [("nothing", NEEDED), ("http", HTTP), ("tls", TLS)],
    ids=["nothing to fetch", "http", "TLS"],
)
def test_what_is_copied(request: Any, single: Single, which: str, unpacked: set[str]) -> None:
    """A start copies these parts into a memory file each, and of its own file reads only tables."""
    env = {} if which == "nothing" else request.getfixturevalue(f"over_{which}")
    calls = traced(single, env)
    sizes = {name: size for name, (_, _, size) in read(single.built).items()}

    made = [result for name, _, result in calls if name == "memfd_create" and result >= 0]
    expected = [sizes[name] for name in unpacked if name in sizes or name != "_socket"]
    assert len(made) == len(expected)
    assert sum(result for name, _, result in calls if name == "sendfile") == sum(expected)
    assert sum(result for name, _, result in calls if name in ("read", "pread64")) < 64 << 10


def test_no_fork_and_one_exec(single: Single, over_tls: dict[str, str]) -> None:
    """T1: what starts vexec and vexec itself exec once each; all that is cloned are threads."""
    calls = traced(single, over_tls)

    assert [name for name, _, _ in calls if name.startswith("exec")] == ["execve", "execve"]
    cloned = [words for name, words, _ in calls if name in ("clone", "clone3", "fork", "vfork")]
    assert cloned
    assert all("CLONE_THREAD" in words for words in cloned)


def test_no_file_of_the_image_is_looked_for(single: Single, over_http: dict[str, str]) -> None:
    """A start opens no file of the image: no library, no byte code, no configuration."""
    paths = [
        words.split('"')[1] for name, words, _ in traced(single, over_http) if name in ("open", "openat")
    ]

    # what the target was is looked at, 0 to 2 are kept from being taken, and CPython asks for the time zone
    assert {path for path in paths if not path.startswith("/proc/self/")} == {
        single.target,
        "/",
        "/etc/localtime",
    }


def test_no_memory_is_both_written_and_run(single: Single, over_tls: dict[str, str]) -> None:
    """No page of vexec's is writable and executable at the same time, the stack included."""
    protections = [words.split(", ")[2] for name, words, _ in traced(single, over_tls) if name == "mmap"]

    assert any("PROT_EXEC" in words for words in protections)
    assert not [words for words in protections if "PROT_EXEC" in words and "PROT_WRITE" in words]


def test_size_of_the_file(built: Path) -> None:
    """The file has 30 MB at the most, 13 MB when compressed."""
    blob = built.read_bytes()

    assert len(blob) <= 30_000_000
    assert len(gzip.compress(blob, 6)) <= 13_000_000


def test_what_is_mapped_lies_on_pages(built: Path) -> None:
    """Program and loader can be mapped where a kernel has pages of 64 KiB, as some for aarch64 have."""
    parts = read(built).values()

    assert {kind for kind, offset, _ in parts if offset % (1 << 16) == 0} >= {Kind.PROGRAM, Kind.LOADER}
    assert [kind for kind, _, _ in parts].count(Kind.PROGRAM) == 1
    assert [kind for kind, _, _ in parts].count(Kind.LOADER) == 1


@pytest.mark.parametrize(("which", "limit"), [("http", 30), ("tls", 40)])
def test_peak_of_memory(request: Any, single: Single, which: str, limit: int) -> None:
    """One KV read takes 30 MB of resident memory at the most, as the kernel tells a small parent."""
    env = request.getfixturevalue(f"over_{which}")
    done = single("--", single.target, "exit", "0", env=env, before=(single.target, "peak"))

    assert done.status == 0, done.stderr
    assert 4 * MIB < int(done.stderr) * 1024 <= limit * 1_000_000
