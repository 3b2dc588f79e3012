"""The file for aarch64, built on another machine: its parts, and its starts in an emulator.

qemu runs it as the kernel would: with binfmt_misc, in a user namespace's own, also the target that it execs.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from build.single import elf
from build.single.layout import Kind, read

from tests.servers.behaviour import answer
from tests.servers.need import need
from tests.single.hold import VALUE, fetching, secret
from tests.single.program import Single, reported
from vexec import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.servers.fault import FaultServer
    from tests.servers.pki import Pki

pytestmark = pytest.mark.server  # two seconds for each start

PROBE = Path(__file__).with_name("probe.c")
# an ELF file, 64-bit, little-endian, for aarch64; the kernel's documentation: admin-guide/binfmt-misc
MAGIC = r"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00"
MASK = r"\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff"
REGISTER = 'mount -t binfmt_misc none "$1" && printf %s "$0" >"$1/register" && shift && exec "$@"'


@pytest.fixture(scope="session")
def target(zig: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the target of probe.c, for aarch64."""
    out = tmp_path_factory.mktemp("aarch64") / "probe"
    command = [*zig, "-target", "aarch64-linux-musl", "-static", "-O2", "-Wall", "-Wextra", "-Werror"]
    subprocess.run([*command, str(PROBE), "-o", str(out)], check=True)
    return out


@pytest.fixture
def vexec(built_aarch64: Path, target: Path, tmp_path: Path) -> Iterator[Single]:
    """Give the built file; it has to be started in an emulator."""
    program = Single(built_aarch64, target, tmp_path)
    yield program
    program.close()


@pytest.fixture(scope="session")
def emulator() -> tuple[str, ...]:
    """Give what runs one program; what that execs is run by the kernel."""
    return (str(need("qemu-aarch64")),)


@pytest.fixture(params=["F", "POCF"], ids=["as it is", "as Debian registers it"])
def registered(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, ...]:
    """Give what makes the kernel run programs for aarch64, in a user namespace of its own."""
    qemu = need("qemu-aarch64")
    (tmp_path / "binfmt").mkdir()
    rule = f":vexec:M::{MAGIC}:{MASK}:{qemu}:{request.param}"
    namespace = [str(need("unshare")), "--user", "--map-root-user", "--mount"]
    before = (*namespace, "/bin/sh", "-c", REGISTER, rule, str(tmp_path / "binfmt"))
    done = subprocess.run([*before, "/bin/true"], capture_output=True, text=True)
    if done.returncode:  # before Linux 6.7 binfmt_misc is one for all, and no test changes it
        pytest.skip(f"binfmt_misc — no namespace of one's own: {done.stderr.strip()}")
    return before


@pytest.fixture(params=["http", "TLS"])
def variables(
    request: pytest.FixtureRequest, fault_server: Callable[..., FaultServer], pki: Pki
) -> dict[str, str]:
    """Give the variables of one KV read."""
    if request.param == "http":
        return fetching(fault_server(secret()))
    server = fault_server(secret(), tls=pki.server())
    return {**fetching(server), "VAULT_CACERT_BYTES": pki.ca.read_text()}


def test_every_part_is_for_aarch64(built_aarch64: Path, tmp_path: Path) -> None:
    """The launcher and every part are programs or libraries for aarch64; none is this machine's."""
    blob = built_aarch64.read_bytes()
    parts = read(built_aarch64)
    found = {"launcher": elf.machine(built_aarch64)}
    for name, (_, offset, size) in parts.items():
        (tmp_path / "part").write_bytes(blob[offset : offset + size])
        found[name] = elf.machine(tmp_path / "part")

    assert set(found.values()) == {"aarch64"}, found
    kinds = [kind for kind, _, _ in parts.values()]
    assert {name for name, (kind, _, _) in parts.items() if kind == Kind.NEEDED} == {"libc.so.6", "libm.so.6"}
    assert {"_ssl", "_json", "libssl.so.3", "libcrypto.so.3"} <= set(parts)
    assert (kinds.count(Kind.LOADER), kinds.count(Kind.PROGRAM)) == (1, 1)


def test_what_is_mapped_lies_on_large_pages(built_aarch64: Path) -> None:
    """Loader and program can be mapped where the kernel has pages of 64 KiB."""
    mapped = [row for row in read(built_aarch64).values() if row[0] in (Kind.LOADER, Kind.PROGRAM)]

    assert not [offset for _, offset, _ in mapped if offset % (1 << 16)]


def test_no_path_of_the_machine_that_built_it(built_aarch64: Path) -> None:
    """Neither the checkout nor the cache of packages has left its path in the file."""
    blob = built_aarch64.read_bytes()

    assert str(Path(__file__).parents[2]).encode() not in blob
    assert b"vexec/build" not in blob


def test_version_tells_what_is_inside(vexec: Single, emulator: tuple[str, ...]) -> None:
    """The versions are those of the packages for aarch64, as the bill of materials has them."""
    done = vexec("version", before=emulator)
    document = json.loads(vexec.built.with_name("vexec-aarch64.cdx.json").read_text())
    versions = {part["name"]: part["version"] for part in document["components"]}

    assert done.told == (0, "")
    pattern = r"vexec (\S+) \(commit \w+, Python (\S+), OpenSSL (\S+) .*\)\n"
    match = re.fullmatch(pattern, done.stdout)
    assert match is not None, done.stdout
    assert match[1] == versions["vexec"] == __version__
    assert match[2] == versions["python"]
    openssl = next(version for name, version in versions.items() if name.startswith("libssl3"))
    assert openssl.startswith(f"{match[3]}-")


def test_licences_are_those_of_the_bill(vexec: Single, emulator: tuple[str, ...]) -> None:
    """Each component of the bill of materials has its licence in the file."""
    done = vexec("version", "--licenses", before=emulator)
    document = json.loads(vexec.built.with_name("vexec-aarch64.cdx.json").read_text())
    titles = {f"{part['name']} {part['version']}" for part in document["components"]}

    assert done.told == (0, "")
    assert titles <= set(re.findall(r"^={78}\n(.+)\n={78}$", done.stdout, flags=re.MULTILINE))
    assert {"libc6", "python", "vexec", "tenacity"} <= {title.partition(" ")[0] for title in titles}


def test_fetches_and_execs(vexec: Single, emulator: tuple[str, ...], variables: dict[str, str]) -> None:
    """A secret reaches the target, which the kernel itself runs here, and whose exit code is the start's."""
    script = 'printf %s "$SECRET${VAULT_TOKEN+, token}"; exit 7'
    done = vexec("--", "/bin/sh", "-c", script, env=variables, before=emulator)

    assert done.told == (7, "")
    assert done.stdout == VALUE


def test_becomes_a_target_of_its_machine(
    vexec: Single, registered: tuple[str, ...], variables: dict[str, str]
) -> None:
    """The target, for aarch64 too, has the secret, its arguments and vexec's PID, and nothing of vexec's."""
    env = {**variables, "PATH": os.defpath}
    running = vexec.start("--", vexec.target, "report", "a b", env=env, before=registered)
    report = reported(running)

    assert report.exe == vexec.target
    assert report.arguments == [vexec.target.encode(), b"report", b"a b"]
    assert int(report.status["Pid"]) == running.process.pid
    found = dict(entry.split(b"=", 1) for entry in report.environ)
    assert found[b"SECRET"] == VALUE.encode()
    assert not [name for name in found if name.startswith((b"VAULT_", b"VEXEC_"))]
    assert not [where for where in report.descriptors.values() if "memfd" in where]


def test_exit_code_of_a_target_of_its_machine(vexec: Single, registered: tuple[str, ...]) -> None:
    """The exit code is the target's own."""
    done = vexec("--", vexec.target, "exit", "9", env={"PATH": os.defpath}, before=registered)

    assert done.told == (9, "")


def test_error_of_a_fetch(
    vexec: Single, emulator: tuple[str, ...], fault_server: Callable[..., FaultServer]
) -> None:
    """An error is told as everywhere, with its exit code."""
    server = fault_server(answer({"errors": ["permission denied"]}, 403))
    done = vexec("--", "/bin/true", env=fetching(server), before=emulator)

    assert done.status == 77, done.stderr
    assert done.stderr.startswith("vexec: ")


def test_a_truncated_file_is_told(built_aarch64: Path, emulator: tuple[str, ...], tmp_path: Path) -> None:
    """The launcher itself says that its file was cut off."""
    (tmp_path / "short").write_bytes(built_aarch64.read_bytes()[: 1 << 17])
    (tmp_path / "short").chmod(0o755)
    done = subprocess.run([*emulator, tmp_path / "short", "version"], capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (71, "vexec: cannot run here: its own file is cut off\n")
