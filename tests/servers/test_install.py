"""The installer builds once, records what it could not have, and is strict on CI only."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.servers import inventory
from tests.servers.inventory import NEEDS, Build, cached, locate

ROOT = Path(__file__).parents[2]
GO = """#!/bin/sh
case "$1" in
version) echo "go version go1.26.0 linux/amd64"; exit ;;
build) echo "$@" >>"$LOG" ;;
esac
{build}
while [ "$1" != -o ]; do shift; done
echo "#!/bin/sh" >"$2"
"""


@dataclass
class Machine:
    """A made-up machine: a cache and a PATH of its own, with a `go` that only pretends."""

    directory: Path
    ci: str = ""

    def go(self, build: str = "") -> None:
        """Put a `go` on PATH; its build step may be told to fail or to take a while."""
        program = self.directory / "bin" / "go"
        program.parent.mkdir(exist_ok=True)
        program.write_text(GO.replace("{build}", build))
        program.chmod(0o755)

    @property
    def environ(self) -> dict[str, str]:
        """The environment of this machine."""
        paths = {"PATH": str(self.directory / "bin"), "XDG_CACHE_HOME": str(self.directory)}
        return {**paths, "CI": self.ci, "LOG": str(self.directory / "log")}

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start the installer."""
        command = [sys.executable, "-m", "tests.servers.install", *arguments]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, cwd=ROOT, env=self.environ, stdout=pipe, stderr=pipe, text=True)

    def install(self, *arguments: str) -> tuple[int, str]:
        """Run the installer; return its exit code and output."""
        with self.start(*arguments) as running:
            output, messages = running.communicate(timeout=60)
        return running.returncode, output + messages

    def builds(self) -> int:
        """Count the builds."""
        log = self.directory / "log"
        return len(log.read_text().splitlines()) if log.exists() else 0


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Give a machine with nothing on it."""
    return Machine(tmp_path)


def test_a_build_is_cached(machine: Machine) -> None:
    """A program is built with its recipe's flags, and only once."""
    machine.go()
    code, told = machine.install("vault")
    assert code == 0, told
    assert "building vault through Go modules (about" in told
    assert machine.install("vault") == (0, "servers: 1 programs are there\n")

    assert machine.builds() == 1
    assert "build -trimpath -ldflags -s -w -o" in (machine.directory / "log").read_text()
    assert locate("vault", machine.environ) == cached(NEEDS["vault"], machine.environ)


def test_two_runs_build_once(machine: Machine) -> None:
    """A second run waits for the first one's build and uses it."""
    machine.go("/bin/sleep 1")
    with machine.start("vault") as one, machine.start("vault") as two:
        assert "waiting for another run" in one.communicate()[1] + two.communicate()[1]

    assert (one.returncode, two.returncode) == (0, 0)
    assert machine.builds() == 1


@pytest.mark.parametrize(("ci", "expected"), [("", 0), ("true", 1)])
def test_a_failed_build_is_recorded(machine: Machine, ci: str, expected: int) -> None:
    """A failed build is an error on CI only; its reason is kept for the tests, and nothing half-built is."""
    machine.go("echo 'go: no network' >&2; exit 1")
    machine.ci = ci
    code, told = machine.install("vault")

    assert code == expected
    assert "servers: vault: go build: go: no network (see " in told
    assert locate("vault", machine.environ) is None
    assert "no network" in inventory.reason("vault", machine.environ)
    machine.go()
    assert machine.install("vault")[0] == 0
    assert json.loads((machine.directory / "vexec/servers/missing.json").read_text()) == {}


def test_list_says_what_is_missing(machine: Machine) -> None:
    """The list has a line for each program of the table and installs nothing."""
    code, told = machine.install("--list")

    assert code == 0
    assert [line.split()[0] for line in told.splitlines()] == list(NEEDS)
    assert f"{'vault':15} missing: not found; run: make servers" in told


def test_an_unknown_name_is_refused(machine: Machine) -> None:
    """A name that is not in the table is an error that says so."""
    code, told = machine.install("vault", "nothing")

    assert code == 2
    assert "unknown: nothing" in told


def test_the_variable_comes_first_then_path(tmp_path: Path) -> None:
    """The variable wins over PATH, also when it leads nowhere; on PATH bao wins over vault."""
    for name in ("mine", "bao", "vault"):
        (tmp_path / name).touch(0o755)
    environ = {"PATH": str(tmp_path), "HOME": str(tmp_path)}

    assert locate("vault", environ) == tmp_path / "bao"
    assert locate("vault", {**environ, "VEXEC_TEST_VAULT": str(tmp_path / "mine")}) == tmp_path / "mine"
    assert locate("vault", {**environ, "VEXEC_TEST_VAULT": str(tmp_path / "gone")}) is None
    gone = inventory.reason("vault", {**environ, "VEXEC_TEST_VAULT": "/gone"})
    assert gone == "VEXEC_TEST_VAULT is /gone, which is not a program"


@pytest.mark.parametrize("need", [need for need in NEEDS.values() if isinstance(need.source, Build)])
def test_another_recipe_is_another_binary(need: inventory.Need) -> None:
    """The cache's directory depends on the flags and the module's files, which are there."""
    assert isinstance(need.source, Build)
    other = Build(need.source.module, need.source.package, "-w", need.source.minutes)

    assert other.digest() != need.source.digest()
    assert len(need.source.digest()) == 12
