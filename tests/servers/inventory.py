"""The one table of the programs that the tests need, and where to find them; nothing here installs anything.

A program is looked for, in this order: the path in its variable (`VEXEC_TEST_VAULT`, …), a program on PATH,
a binary that an earlier `python -m tests.servers.install` built into the cache outside the checkout.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ENVIRON: Mapping[str, str] = dict(os.environ)  # as the run began: each test scrubs the real one
MODULES = Path(__file__).parent / "build"


@dataclass(frozen=True)
class Build:
    """How a program is built through Go modules."""

    module: str  # a directory of tests/servers/build
    package: str
    ldflags: str
    minutes: int

    @property
    def directory(self) -> Path:
        """The Go module that pins the program's version."""
        return MODULES / self.module

    def digest(self) -> str:
        """Name this recipe: another go.mod, go.sum or flag gives another binary."""
        parts = [(self.directory / name).read_bytes() for name in ("go.mod", "go.sum")]
        recipe = b"\0".join([*parts, self.package.encode(), self.ldflags.encode()])
        return hashlib.sha256(recipe).hexdigest()[:12]


@dataclass(frozen=True)
class Need:
    """A program that some test starts, and where it comes from: a Debian package or a build."""

    name: str
    source: str | Build
    programs: tuple[str, ...] = ()  # other spellings on PATH, preferred ones first

    @property
    def variable(self) -> str:
        """The variable that may hold the program's path."""
        return "VEXEC_TEST_" + self.name.upper().replace("-", "_")


K8S = "k8s.io/component-base/version.gitVersion"
NEEDS = {
    need.name: need
    for need in (
        Need("podman", "podman"),
        Need("buildah", "buildah"),
        Need("runc", "runc"),
        Need("etcd", "etcd-server"),
        Need("strace", "strace"),
        Need("qemu-aarch64", "qemu-user-static", ("qemu-aarch64-static", "qemu-aarch64")),
        Need("dash", "dash"),
        Need("zsh", "zsh"),
        Need("unshare", "util-linux"),
        Need("vault", Build("vault", "github.com/hashicorp/vault", "-s -w", 15), ("bao", "vault")),
        Need(
            "kube-apiserver",
            Build("kubernetes", "k8s.io/kubernetes/cmd/kube-apiserver", f"-s -w -X {K8S}=v1.34.2", 6),
        ),
    )
}


def locate(name: str, environ: Mapping[str, str] = ENVIRON) -> Path | None:
    """Find a program of the table by its name, or return None; see the module for the order."""
    need = NEEDS[name]
    if given := environ.get(need.variable):
        return Path(given) if os.access(given, os.X_OK) else None
    for program in need.programs or (name,):
        if found := shutil.which(program, path=search_path(environ)):
            return Path(found)
    built = cached(need, environ)
    return built if built is not None and built.is_file() else None


def search_path(environ: Mapping[str, str] = ENVIRON) -> str:
    """Return PATH with the administrator's directories, where Debian keeps runc."""
    return os.pathsep.join([environ.get("PATH", os.defpath), "/usr/local/sbin", "/usr/sbin", "/sbin"])


def cached(need: Need, environ: Mapping[str, str] = ENVIRON) -> Path | None:
    """Return where a built program lives in the cache, there or not; None for a Debian package."""
    if isinstance(need.source, str):
        return None
    return cache(environ) / need.source.digest() / need.name


def cache(environ: Mapping[str, str] = ENVIRON) -> Path:
    """Return the directory, outside the checkout, that keeps what was built."""
    base = environ.get("XDG_CACHE_HOME") or Path(environ.get("HOME") or Path.home()) / ".cache"
    return Path(base) / "vexec" / "servers"


def is_installable(need: Need) -> bool:
    """Tell whether the installer could have had it on this machine: builds always, packages as root."""
    return isinstance(need.source, Build) or (os.geteuid() == 0 and shutil.which("apt-get") is not None)


def is_ci(environ: Mapping[str, str] = ENVIRON) -> bool:
    """Tell whether this run is an automatic one, where nothing installable may be left out."""
    return environ.get("CI", "").lower() in {"1", "true", "yes"}


def reason(name: str, environ: Mapping[str, str] = ENVIRON) -> str:
    """Say why a program is not there: what the last installation recorded, or how to begin one."""
    need = NEEDS[name]
    if given := environ.get(need.variable):
        return f"{need.variable} is {given}, which is not a program"
    return load_reasons(environ).get(name, "not found; run: make servers")


def load_reasons(environ: Mapping[str, str] = ENVIRON) -> dict[str, str]:
    """Read what the last installation could not have: name → reason."""
    path = cache(environ) / "missing.json"
    return dict(json.loads(path.read_text())) if path.exists() else {}


def save_reasons(reasons: Mapping[str, str], environ: Mapping[str, str] = ENVIRON) -> None:
    """Record what an installation could not have: name → reason."""
    path = cache(environ) / "missing.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(dict(sorted(reasons.items())), indent=1) + "\n")
