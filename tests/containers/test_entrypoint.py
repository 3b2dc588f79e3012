"""vexec is PID 1, and then the target is: values, exit codes, refusals, as a strict platform runs it."""

from __future__ import annotations

import secrets
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.containers.image import PROBE, PYTHON
from tests.e2e.program import told
from tests.servers.container import podman

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.containers.runner import Runner
    from tests.e2e.store import Store
    from tests.servers.vault import VaultServer

PODMANS = {"PATH", "HOME", "HOSTNAME", "TERM", "container"}


@pytest.fixture
def mounted(tmp_path: Path) -> Path:
    """Make a directory of secrets that another user may read."""
    directory = tmp_path / "secrets"
    directory.mkdir()
    (directory / "DB_PASSWORD").write_text("s3cret\n")
    (directory / "DB_USER").write_text("app")
    directory.chmod(0o755)
    return directory


def test_files_without_a_network(container: Runner, mounted: Path) -> None:
    """The main job without a server: the target is PID 1, with its secrets and a clean environment."""
    env = {"VEXEC_FROM": "file:/run/secrets", "URL": "db://${vexec:file:/run/secrets/DB_USER}@h"}

    seen = container("--", *PROBE, "word", env=env, options=["-v", f"{mounted}:/run/secrets:ro"]).seen
    assert (seen.pid, seen.ppid, seen.threads, seen.children) == (1, 0, 1, [])
    assert seen.arguments == ["word"]
    own = {name: value for name, value in seen.variables.items() if name not in PODMANS}
    assert own == {"DB_PASSWORD": "s3cret", "DB_USER": "app", "URL": "db://app@h"}
    assert sorted(seen.descriptors) == ["0", "1", "2"]


@pytest.fixture
def podman_secret() -> Iterator[str]:
    """Make a secret of podman's."""
    name = f"vexec-test-{secrets.token_hex(6)}"
    subprocess.run(
        [*podman(), "secret", "create", name, "-"], input=b"from podman\n", check=True, capture_output=True
    )
    yield name
    subprocess.run([*podman(), "secret", "rm", name], check=True, capture_output=True)


def test_a_secret_of_podmans(container: Runner, podman_secret: str) -> None:
    """`podman run --secret` mounts files, which one line imports; podman 4 has to make the directory."""
    options = ["--secret", f"{podman_secret},target=DB_PASSWORD", "--read-only=false"]

    seen = container("--", *PROBE, env={"VEXEC_FROM": "file:/run/secrets"}, options=options).seen
    assert seen.variables["DB_PASSWORD"] == "from podman"


def test_the_real_server(container: Runner, store: Store) -> None:
    """A reference to Vault over the host's network, its address by name: no nsswitch.conf is needed (T37)."""
    path = store.put({"KEY": "value"})
    env = {**store.env, "VAULT_ADDR": store.server.address.replace("127.0.0.1", "localhost")}

    seen = container("--", *PROBE, env={**env, "A": f"vault:{path}#KEY"}, network="host").seen
    assert (seen.pid, seen.variables["A"]) == (1, "value")
    assert not [name for name in seen.variables if name.startswith(("VAULT_", "VEXEC_"))]


def test_tls_without_a_system_store(container: Runner, tls_vault: VaultServer, tmp_path: Path) -> None:
    """T36: an image without certificates says what to set, and VAULT_CACERT_BYTES needs no file."""
    tls_vault.write("secret/data/app", {"data": {"KEY": "value"}})
    env = {"VAULT_ADDR": tls_vault.address, "VAULT_TOKEN": tls_vault.root_token, "A": "vault:secret/app#KEY"}
    assert tls_vault.cacert is not None

    assert container("--", *PROBE, env=env, network="host").told == told(
        78,
        "no CA certificates: the image has no system store",
        "hint: set VAULT_CACERT to the PEM file of the CA that signed the server's certificate",
    )
    pem = tls_vault.cacert.read_text()
    assert container("--", *PROBE, env={**env, "VAULT_CACERT_BYTES": pem}, network="host").seen.pid == 1


def test_the_targets_exit_code(container: Runner, mounted: Path) -> None:
    """T40: podman reports the target's own exit code."""
    options = ["-v", f"{mounted}:/run/secrets:ro"]
    script = (*PYTHON, "-c", "import sys; sys.exit(37)")

    assert container("--", *script, env={"VEXEC_FROM": "file:/run/secrets"}, options=options).told == (37, "")


@pytest.mark.parametrize(
    ("command", "status", "words"),
    [
        (["/bin/sh"], 127, ["command not found: /bin/sh"]),
        (
            ["/probe.py"],
            126,
            ["cannot execute /probe.py: permission denied", "hint: is it executable for this user?"],
        ),
        ([], 64, ["there is no command after --", "hint: vexec -- COMMAND [ARG…]"]),
    ],
    ids=["absent", "not executable", "none"],
)
def test_refusals_reach_podman(container: Runner, command: list[str], status: int, words: list[str]) -> None:
    """Exit code and words of a start that fails are the container's."""
    assert container("--", *command).told == told(status, *words)


def test_a_file_of_root_is_named_with_the_user(container: Runner, mounted: Path) -> None:
    """T32: a file that user 65532 may not read is told with uid, gid, owner and mode."""
    (mounted / "DB_PASSWORD").chmod(0o600)
    options = ["-v", f"{mounted}:/run/secrets:ro"]

    assert container(
        "--", *PROBE, env={"A": "vexec:file:/run/secrets/DB_PASSWORD"}, options=options
    ).told == told(
        66,
        "variable A: the secret file /run/secrets/DB_PASSWORD may not be read by uid 65532, gid 0",
        "hint: it belongs to 0:0 with mode -rw-------",
    )
