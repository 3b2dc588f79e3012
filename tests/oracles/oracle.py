"""An oracle at work: built once, fed a case a line, started again when a case has ended it."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.template.cases import Case

HERE = Path(__file__).parent
BUILT = Path("work") / "oracles"
MEMORY = 8 << 30  # bytes of address space; Go reserves much more than it uses
DIED = {"err": "died", "stage": "died"}


def build(name: str) -> Path:
    """Build the program tests/oracles/NAME with the machine's Go; return where it is."""
    BUILT.mkdir(parents=True, exist_ok=True)
    program = (BUILT / name).resolve()
    environ = {**os.environ, "CGO_ENABLED": "0", "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=readonly"}
    command = ["nice", "go", "build", "-trimpath", "-o", str(program), "."]
    subprocess.run(command, cwd=HERE / name, env=environ, check=True)
    return program


class Oracle:
    """One program; `versions` are those of Go and of the libraries in it."""

    def __init__(self, name: str) -> None:
        self.program = build(name)
        self.start()

    def start(self) -> None:
        """Start the program and read the line that tells its versions."""
        self.process = subprocess.Popen(
            [self.program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"GOMEMLIMIT": "1GiB", "GOTRACEBACK": "none"},
            preexec_fn=bound,  # noqa: PLW1509 - there are no threads
        )
        self.versions: dict[str, str] = self.read()["versions"]

    def read(self) -> dict[str, Any]:
        """Read one line; a program that has ended gives DIED."""
        assert self.process.stdout
        line = self.process.stdout.readline()
        answer: dict[str, Any] = json.loads(line) if line.endswith(b"\n") else dict(DIED)
        return answer

    def ask(self, case: Case) -> dict[str, Any]:
        """Return what becomes of a case: `out` or `raw`, or `err` and `stage`."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps(case).encode() + b"\n")
        self.process.stdin.flush()
        answer = self.read()
        answer.pop("id", None)
        if answer.get("stage") in ("timeout", "died"):
            self.stop()
            self.start()
        return answer

    def ask_all(self, cases: Iterable[Case]) -> Iterator[dict[str, Any]]:
        """Return the answers to all the cases, in order."""
        return map(self.ask, cases)

    def stop(self) -> None:
        """End the program."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


def bound() -> None:
    """Bound what a case can use up of the machine."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":  # feed the cases of standard input to an oracle
    oracle = Oracle(sys.argv[1])
    for line in sys.stdin:
        sys.stdout.write(json.dumps(oracle.ask(json.loads(line))) + "\n")
