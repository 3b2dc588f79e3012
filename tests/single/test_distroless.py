"""In an image as distroless ones are: a libc, CA certificates, a user, and nothing else."""

from __future__ import annotations

import secrets
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e.store import Store
from tests.single.hold import VALUE, fetching, secret
from tests.single.images import Image

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.servers.container import Containers
    from tests.servers.fault import FaultServer
    from tests.servers.pki import Pki
    from tests.servers.vault import VaultServer

PASSWD = "root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n"
BUNDLE = "/etc/ssl/certs/ca-certificates.crt"


@pytest.fixture(scope="session")
def distroless(
    containers: Containers,
    built: Path,
    compile_probe: Callable[[str], Path],
    memory: tuple[str, ...],
    pki: Pki,
    tmp_path_factory: pytest.TempPathFactory,
) -> Image:
    """Give an image with this machine's libc, its CA bundle with the tests' CA in it, and a user."""
    probe = compile_probe("-pie")
    made = tmp_path_factory.mktemp("distroless")
    (made / "passwd").write_text(PASSWD)
    system = Path(BUNDLE).read_text() if Path(BUNDLE).exists() else ""
    (made / "bundle").write_text(system + pki.ca.read_text())
    listed = subprocess.run(["ldd", str(probe)], capture_output=True, text=True, check=True).stdout
    libraries = {word: Path(word).resolve() for word in listed.split() if word.startswith("/")}
    files = {"/vexec": built, "/probe": probe, "/etc/passwd": made / "passwd", BUNDLE: made / "bundle"}
    options = ("--user", "nonroot", *memory)
    return Image(containers.image("distroless", {**files, **libraries}, ["/vexec", "--"]), options)


def test_the_target_uses_the_images_libc(distroless: Image, fault_server: Callable[..., FaultServer]) -> None:
    """T1: the target is process 1 with the image's libraries in memory, and nothing of vexec's."""
    env = fetching(fault_server(secret()))
    seen = distroless.report("/probe", "all", env=env, network="host")
    bare = distroless.report("all", options=("--entrypoint", "/probe"), network="host")

    assert seen.processes == [1]
    assert f"SECRET={VALUE}".encode() in seen.environ
    assert b"HOME=/home/nonroot" in seen.environ
    assert seen.mapped == bare.mapped
    assert any(name.endswith("/libc.so.6") for name in seen.mapped)
    assert not any("vexec" in name or "memfd" in name for name in seen.mapped)
    assert sorted(seen.descriptors) == [0, 1, 2]
    assert seen.signals == bare.signals
    assert seen.files == bare.files


def test_the_images_ca_certificates_are_trusted(distroless: Image, tls_vault: VaultServer) -> None:
    """T36: without a setting the system's CA bundle counts, at its usual place in the image."""
    store, value = Store(tls_vault, secrets.token_hex(4)), secrets.token_hex(16)
    env = {**store.env, "SECRET": f"vault:{store.put({'KEY': value})}#KEY"}

    assert f"SECRET={value}".encode() in distroless.report("/probe", env=env, network="host").environ


@pytest.mark.parametrize("code", [0, 37])
def test_exit_code_is_the_targets(distroless: Image, code: int) -> None:
    """T40: the container's exit code is the target's."""
    assert distroless.run("/probe", "exit", str(code)) == (code, b"", "")


@pytest.mark.parametrize(("signal", "code"), [("KILL", 137), ("TERM", 143)])
def test_death_by_a_signal_is_seen(distroless: Image, signal: str, code: int) -> None:
    """T1: the exit code of a target that is killed, or told to stop, is 128 and the signal."""
    with distroless.start("/probe", "trap") as container:
        container.becomes("/probe")
        container.send(signal)
        assert container.wait()[0] == code
