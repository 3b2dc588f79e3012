"""What templates ask for: a path of the API as it is written, read, listed or written to, answered whole.

On a mount of kv version 2 `secret/app` means `secret/data/app`, or `secret/metadata/app` for a list, as
consul-template has it; a path that has that part already stays as it is.
"""

from __future__ import annotations

from vexec.errors import SecretNotFound
from vexec.fetch.interface import Read, Secret
from vexec.fetch.kv import absent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vexec.fetch.ref import Ref
    from vexec.vault.client import Mount, VaultClient

# form → the part that kv version 2 wants, and those that stay as they are (shimKVv2Path of consul-template)
PARTS = {
    "answer": ("data/", "metadata/", "subkeys/"),
    "list": ("metadata/",),
    "write": ("data/", "metadata/", "subkeys/"),
}


class ApiEngine:
    """See `Engine`; a secret's data is the whole document that the server answers with."""

    def plan(self, ref: Ref, mount: Mount) -> Read:
        """See `Engine.plan`; a mount that could not be looked up leaves the path as it is."""
        path = ref.path
        if mount.version == 2:
            name = path[len(mount.path) :]
            if not name.startswith(PARTS[ref.form]):
                path = f"{mount.path}{PARTS[ref.form][0]}{name}".rstrip("/")
        is_wrapped = path.startswith(f"{mount.path}data/") and mount.version == 2 and ref.form == "write"
        engine = f"{ref.form} kv2" if is_wrapped else ref.form
        return Read(engine, path, ref.query, ref.namespace, ref.body)

    def fetch(self, vault: VaultClient, read: Read) -> Secret:
        """See `Engine.fetch`."""
        if read.engine.startswith("write"):
            return self.write(vault, read)
        is_list = read.engine == "list"
        query = "list=true" if is_list else read.query
        answer = vault.read(read.path, query=query, namespace=read.namespace)
        data = answer.document.get("data")
        if answer.status == 404 and not is_list:
            raise absent(read, data) if data else SecretNotFound(f"no secret exists at {read.path}")
        return Secret(answer.document if answer.status == 200 else {}, read.path, read.engine)

    def write(self, vault: VaultClient, read: Read) -> Secret:
        """Write `key=value` pairs, once: what was sent may have been acted on (T28)."""
        values: dict[str, Any] = dict(pair.partition("=")[::2] for pair in read.body if pair)
        body = {"data": values} if read.engine == "write kv2" else values
        answer = vault.call(
            "PUT", read.path, make_body=lambda: body, namespace=read.namespace, is_repeatable=False
        )
        if answer.status == 404:
            raise SecretNotFound(f"no secret exists at {read.path}")
        return Secret(answer.document, read.path, read.engine)


API_ENGINE = ApiEngine()
