"""Engine kv, version 1 and 2.

Version 1 answers GET MOUNT/NAME with {"data": {…}}; version 2 answers GET MOUNT/data/NAME with
{"data": {"data": {…}, "metadata": {"version": 3, "deletion_time": "", "destroyed": false, …}}}, and for a
deleted or destroyed version with status 404 and the same body, its inner data null (T23).
Which one a mount is comes from its options, never from the shape of an answer (T21).
"""

from __future__ import annotations

from vexec.errors import ConfigError, Issue, ProtocolError, SecretNotFound
from vexec.fetch.interface import Read, Secret
from vexec.fetch.ref import RefError
from vexec.vault.client import whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vexec.fetch.ref import Ref
    from vexec.vault.client import Mount, VaultClient

MAY_BE_MISSING = "is the path right? ?optional or ?default=TEXT is for what may be missing"
OTHER_VERSION = "?version=N reads another version, without it the latest"


class KvEngine:
    """See `Engine`."""

    def plan(self, ref: Ref, mount: Mount) -> Read:
        """See `Engine.plan`: with version 2 the first `data/` after the mount is the API's (T21)."""
        name = ref.path[len(mount.path) :]
        if mount.version != 2:
            if ref.version:
                raise RefError(f"{mount.path} is kv version 1, which keeps no versions")
            return Read("kv", mount.path + name, "", ref.namespace)
        path = f"{mount.path}data/{name.removeprefix('data/')}"
        return Read("kv2", path, f"version={ref.version}" if ref.version else "", ref.namespace)

    def fetch(self, vault: VaultClient, read: Read) -> Secret:
        """See `Engine.fetch`."""
        answer = vault.read(read.path, query=read.query, namespace=read.namespace)
        data = answer.document.get("data")
        if read.engine == "kv":
            if answer.status == 404:
                raise wrong_version(read, answer.document) or SecretNotFound(
                    f"no secret at {read.path} (kv version 1)", hint=MAY_BE_MISSING
                )
            return Secret(checked(data, read), read.path, "kv version 1")
        if answer.status == 404:
            raise absent(read, data)
        body = checked(data, read)
        metadata = body.get("metadata")
        version = whole(metadata.get("version")) if isinstance(metadata, dict) else 0
        if body.get("data") is None and version:
            raise absent(read, body)
        return Secret(checked(body.get("data"), read), read.path, "kv version 2", version)


def wrong_version(read: Read, document: dict[str, Any]) -> ConfigError | None:
    """Return the error for version 1 that was stated of a mount of version 2; the server warns of that."""
    warnings = document.get("warnings")
    if not isinstance(warnings, list) or not any("versioned K/V" in str(words) for words in warnings):
        return None
    return ConfigError([Issue(f"{read.path} is on a mount of kv version 2", "?kv=2, or leave kv= out")])


def checked(data: object, read: Read) -> dict[str, Any]:
    """Return the data if it is an object, as a secret always is."""
    if not isinstance(data, dict):
        raise ProtocolError(f"the answer for {read.path} is no secret of kv", hint="is ?kv= right?")
    return data


def absent(read: Read, data: object) -> SecretNotFound:
    """Say whether a version was deleted, was destroyed, or never was."""
    metadata = data.get("metadata") if isinstance(data, dict) else None
    if isinstance(metadata, dict):
        version = metadata.get("version", "?")
        if metadata.get("destroyed") is True:
            return SecretNotFound(f"version {version} of {read.path} is destroyed", hint=OTHER_VERSION)
        if metadata.get("deletion_time"):
            when = metadata["deletion_time"]
            hint = f"an undelete brings it back; {OTHER_VERSION}"
            return SecretNotFound(f"version {version} of {read.path} was deleted at {when}", hint=hint)
    if read.query:
        return SecretNotFound(f"no {read.query.replace('=', ' ')} of {read.path}", hint=OTHER_VERSION)
    return SecretNotFound(f"no secret at {read.path} (kv version 2)", hint=MAY_BE_MISSING)
