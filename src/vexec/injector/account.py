"""Where the agent finds the token to log in with: the pod's service account, or what EKS mounts.

A volume that an annotation names, else the first mount with `serviceaccount` in its path.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vexec.injector.models import Denial
from vexec.injector.parse import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vexec.injector.models import Pod, Volume, VolumeMount

MARK = "serviceaccount"
AWS_MARK = "eks.amazonaws.com"
MOUNT = "/var/run/secrets/vault.hashicorp.com/serviceaccount"


@dataclass(frozen=True, slots=True)
class Token:
    """A volume with a token: its name, where it is mounted, and the file within it."""

    volume: str
    mount_path: str
    path: str

    @property
    def file(self) -> str:
        """Return the file's whole path."""
        return join(self.mount_path, self.path)


def join(*parts: str) -> str:
    """Join and clean a path as Go's path.Join does; one part at least is not empty."""
    clean = posixpath.normpath("/".join(part for part in parts if part))
    return clean[1:] if clean.startswith("//") else clean


def mounts(pod: Pod) -> Iterator[VolumeMount]:
    """Yield the volume mounts of all containers but the init containers."""
    for container in pod.spec.containers:
        yield from container.volume_mounts


def find(pod: Pod, name: str) -> Token:
    """Find the service account's token: in the volume of that name if it is not ""; raises Denial."""
    if name:
        return named(pod, name)
    for mount in mounts(pod):
        if MARK in mount.mount_path:
            return Token(mount.name, mount.mount_path, "token")
    raise Denial("failed to find service account volume mount")


def named(pod: Pod, name: str) -> Token:
    """Find the token in a projected volume, mounted where a container has it or else at MOUNT."""
    volume = next((volume for volume in pod.spec.volumes if volume.name == name), None)
    mount = next((mount for mount in mounts(pod) if mount.name == name), None)
    if volume is None and mount is None:
        raise Denial(f"failed to find service account volume {quoted(name)}")
    if volume is None:
        raise Denial(f"failed to find volume {quoted(name)} in Pod {quoted(pod.metadata.name)} volumes")
    return Token(name, mount.mount_path if mount else MOUNT, token_path(volume))


def token_path(volume: Volume) -> str:
    """Return the file of the token within a projected volume."""
    for source in volume.projected.sources if volume.projected else ():
        if source.service_account_token and source.service_account_token.path:
            return source.service_account_token.path
    raise Denial(f"failed to find tokenPath for projected volume {quoted(volume.name)}")


def find_aws(pod: Pod) -> Token | None:
    """Find the volume that EKS mounts for roles of service accounts."""
    mount = next((mount for mount in mounts(pod) if AWS_MARK in mount.mount_path), None)
    return Token(mount.name, mount.mount_path, "") if mount and mount.name and mount.mount_path else None
