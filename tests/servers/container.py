"""Real containers: images FROM scratch by buildah, run by podman with runc as a strict platform would."""

from __future__ import annotations

import json
import secrets
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.servers.inventory import locate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LIMITS = ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1000:1000"]
STRICT = [
    *("--read-only", "--read-only-tmpfs=false", "--user", "65532"),
    *("--cap-drop=all", "--security-opt", "no-new-privileges"),
]


@dataclass
class Containers:
    """Builds images and runs them; `close` removes the images again."""

    prefix: str = field(default_factory=lambda: f"vexec-test-{secrets.token_hex(4)}")
    images: dict[str, str] = field(default_factory=dict)  # id → name

    def image(
        self,
        name: str,
        files: Mapping[str, Path],
        entrypoint: Sequence[str],
        env: Mapping[str, str] | None = None,
        base: str = "scratch",
    ) -> str:
        """Make an image of these files (path in the image → local path) and return its name.

        Without an entry point it has that of the image which it is made from.
        """
        tag = self.tag(name)
        work = buildah("from", base)
        try:
            for target, source in files.items():
                buildah("copy", "-q", work, str(source), target)
            for key, value in (env or {}).items():
                buildah("config", "--env", f"{key}={value}", work)
            if entrypoint:
                buildah("config", "--entrypoint", json.dumps(list(entrypoint)), work)
            self.images[buildah("commit", "-q", work, tag)] = tag
        finally:
            buildah("rm", work)
        return tag

    def build(self, name: str, dockerfile: Path, target: str, context: Path) -> str:
        """Build a stage of a Dockerfile that needs no registry, and return the image's name."""
        command = ["build", "-q", "--isolation", "chroot", "-f", str(dockerfile), "--target", target]
        self.images[buildah(*command, "-t", self.tag(name), str(context))] = self.tag(name)
        return self.tag(name)

    def tag(self, name: str) -> str:
        """Return an image's whole name."""
        return f"localhost/{self.prefix}-{name}"

    def run(
        self,
        image: str,
        *arguments: str,
        env: Mapping[str, str] | None = None,
        options: Sequence[str] = (),
        network: str = "none",
        timeout: float = 60,
    ) -> subprocess.CompletedProcess[str]:
        """Run an image, read-only, as user 65532, without capabilities; network `host` reaches loopback."""
        given = [part for key, value in (env or {}).items() for part in ("--env", f"{key}={value}")]
        command = [
            *podman(),
            "run",
            "--rm",
            f"--network={network}",
            *LIMITS,
            *STRICT,
            *given,
            *options,
            image,
        ]
        return subprocess.run([*command, *arguments], capture_output=True, text=True, timeout=timeout)

    def close(self) -> None:
        """Remove the images that this session made."""
        if self.images:
            subprocess.run([*podman(), "rmi", "-f", *self.images], capture_output=True, check=True)


def podman() -> list[str]:
    """Return the beginning of a podman command; crun refuses hybrid cgroups, runc does not."""
    return [str(locate("podman")), "--runtime", str(locate("runc"))]


def buildah(*arguments: str) -> str:
    """Run buildah and return what it prints."""
    command = [str(locate("buildah")), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def probe() -> str | None:
    """Try to run a container of this machine's own /usr; return None, or why this machine cannot."""
    usr = ["-v", "/usr:/usr:ro", "-v", "/usr/lib:/lib:ro"]
    usr += ["-v", "/usr/lib64:/lib64:ro"] if Path("/usr/lib64").is_dir() else []
    made = Containers()
    try:
        image = made.image("empty", {}, ["/usr/bin/true"])
        done = made.run(image, options=usr)
    except subprocess.CalledProcessError as error:
        return last_line(error.stderr)
    except subprocess.TimeoutExpired:
        return "podman did not end"
    finally:
        made.close()
    return None if done.returncode == 0 else last_line(done.stderr)


def last_line(text: str) -> str:
    """Return the last line of a complaint."""
    return (text.strip().splitlines() or ["no message"])[-1]
