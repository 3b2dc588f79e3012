"""Debian packages: which one a file is from; those of another architecture, unpacked into a folder.

apt-get works on a state of its own, with the machine's list of sources: the machine stays as it is, and one
need not be root. Beside the unpacked files stands a database of dpkg's, as if the packages were installed.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from .toolchain import BuildError

DATABASE = "var/lib/dpkg"
KEPT = 2  # unpacked states of the archive that stay in the cache; one takes 120 MB


class NotInArchive(BuildError):
    """The machine's sources do not have a package for an architecture, or cannot be reached."""


def cache() -> Path:
    """Return the folder, outside the checkout, that keeps what was fetched."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "vexec" / "build"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other builds out of a folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def unpacked(architecture: str, packages: list[str]) -> Path:
    """Return a folder with the newest of these packages and all that they depend on.

    Raises a `BuildError` where they cannot be had.
    """
    for program in ("apt-get", "dpkg-deb", "dpkg-query"):
        if shutil.which(program) is None:
            raise BuildError(f"no {program} here: parts for another machine are packages of Debian's")
    folder = cache() / architecture
    with locked(folder):
        apt = Apt(folder, architecture)
        wanted = apt.plan(packages)
        root = folder / hashlib.sha256("\n".join(wanted).encode()).hexdigest()[:12]
        if not root.exists():
            with TemporaryDirectory(dir=folder) as temporary:
                archives = apt.download(packages, Path(temporary))
                unpack(archives, Path(temporary) / "root")
                (Path(temporary) / "root").rename(root)
        root.touch()
        states = [path.parents[2] for path in folder.glob(f"*/{DATABASE}")]
        for old in sorted(states, key=lambda path: path.stat().st_mtime)[:-KEPT]:
            shutil.rmtree(old)
    return root


class Apt:
    """apt-get with a state of its own, for an architecture."""

    def __init__(self, folder: Path, architecture: str) -> None:
        self.folder = folder
        self.architecture = architecture

    def run(self, *arguments: str, archives: Path) -> subprocess.CompletedProcess[str]:
        """Run apt-get; what it downloads goes to `archives`."""
        state = self.folder / "state"
        for needed in (state / "lists" / "partial", archives / "partial"):
            needed.mkdir(parents=True, exist_ok=True)
        (state / "status").touch()
        options = {
            "APT::Architecture": self.architecture,
            "APT::Architectures::": self.architecture,
            "APT::Install-Recommends": "false",
            "APT::Sandbox::User": "root",  # another user could not write into the cache
            "Acquire::Languages": "none",
            "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled": "false",  # for graphical shops
            "Dir::State": str(state),
            "Dir::State::status": str(state / "status"),
            "Dir::Cache": str(state),
            "Dir::Cache::archives": str(archives),
        }
        command = ["apt-get", "-q", "-y", *(f"-o{name}={value}" for name, value in options.items())]
        environ = {**os.environ, "LC_ALL": "C.UTF-8"}
        return subprocess.run(
            [*command, *arguments], env=environ, capture_output=True, text=True, check=False
        )

    def plan(self, packages: list[str]) -> list[str]:
        """Update the lists and return all that installing these packages takes, as "NAME (VERSION"."""
        nowhere = self.folder / "state"
        update = self.run("update", archives=nowhere)  # where there is no network, older lists will do
        done = self.run("--simulate", "install", *packages, archives=nowhere)
        if done.returncode:
            raise NotInArchive(
                f"apt-get has no {' '.join(packages)} for {self.architecture}: {complaint(done, update)}"
            )
        lines = [line.split() for line in done.stdout.splitlines() if line.startswith("Inst ")]
        return sorted(" ".join(words[1:3]) for words in lines)

    def download(self, packages: list[str], archives: Path) -> list[Path]:
        """Download the packages of the plan."""
        done = self.run("--download-only", "install", *packages, archives=archives)
        if done.returncode:
            raise BuildError(
                f"apt-get could not download packages for {self.architecture}: {complaint(done)}"
            )
        return sorted(archives.glob("*.deb"))


def complaint(*runs: subprocess.CompletedProcess[str]) -> str:
    """Return the first line of what each run of apt-get gave as the reason."""
    found = [[line for line in run.stderr.splitlines() if line.startswith(("E:", "W:"))] for run in runs]
    return "; ".join(lines[0] for lines in found if lines) or "no reason given"


def unpack(archives: list[Path], root: Path) -> None:
    """Unpack packages, without running any of their scripts, and enter them into a database of dpkg's."""
    info = root / DATABASE / "info"
    info.mkdir(parents=True)
    (info / "format").write_text("1\n")  # a list's name may have an architecture
    status, architectures = [], set()
    for archive in archives:
        subprocess.run(["dpkg-deb", "-x", str(archive), str(root)], check=True)
        control = output("dpkg-deb", "-f", str(archive))
        fields = dict(line.split(": ", 1) for line in control.splitlines() if ": " in line[1:])
        architectures.add(fields["Architecture"])
        status.append(f"{control.rstrip()}\nStatus: install ok installed\n")
        same = f":{fields['Architecture']}" if fields.get("Multi-Arch") == "same" else ""
        (info / f"{fields['Package']}{same}.list").write_text(contents(archive))
    (root / DATABASE / "status").write_text("\n".join(status))
    native = output("dpkg", "--print-architecture").strip()
    (root / DATABASE / "arch").write_text("\n".join(sorted({*architectures, native} - {"all"})) + "\n")


def contents(archive: Path) -> str:
    """Return the paths in a package in the form of dpkg's lists: "/.", "/usr", …."""
    command = ["dpkg-deb", "--fsys-tarfile", str(archive)]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE) as process,
        tarfile.open(fileobj=process.stdout, mode="r|") as stream,
    ):
        names = [name.removeprefix(".").strip("/") for name in stream.getnames()]
    return "".join(f"/{name or '.'}\n" for name in names)


def package(root: Path, file: Path) -> str | None:
    """Return the name of the package, installed or unpacked below a root, that a file below it is from."""
    if shutil.which("dpkg-query") is None or not file.is_relative_to(root):
        return None
    path = f"/{file.relative_to(root)}"
    for candidate in (path, path.removeprefix("/usr")):  # packages older than the merge of /lib into /usr/lib
        command = ["dpkg-query", f"--admindir={root / DATABASE}", "-S", candidate]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        if result.returncode == 0:
            return result.stdout.split(":", 1)[0]
    return None


def version(root: Path, name: str) -> str:
    """Return the version of a package."""
    return output("dpkg-query", f"--admindir={root / DATABASE}", "-W", "-f", "${Version}", name)


def output(*command: str) -> str:
    """Run a command and return what it says."""
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
