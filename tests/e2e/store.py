"""A place of a test's own in a real server: secrets, mounts, tokens and the requests that came."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.servers.vault import VaultServer


@dataclass
class Store:
    """Names in the server, all made from one random word."""

    server: VaultServer
    word: str
    mounts: dict[str, str] = field(default_factory=dict)

    @property
    def env(self) -> dict[str, str]:
        """The variables that lead to the server, with the root token."""
        return self.as_token(self.server.root_token)

    def as_token(self, token: str) -> dict[str, str]:
        """Return the variables that lead to the server, with that token."""
        return {"VAULT_ADDR": self.server.address, "VAULT_TOKEN": token}

    @property
    def path(self) -> str:
        """The secret that `put` writes, as references spell it."""
        return f"secret/{self.word}"

    def put(self, data: Mapping[str, Any], name: str = "") -> str:
        """Write a version of a secret below secret/ (KV v2) and return its path in references."""
        name = name or self.word
        self.server.write(f"secret/data/{name}", {"data": data})
        return f"secret/{name}"

    def mount(self, kind: str, **body: Any) -> str:
        """Mount an engine at a path of its own, kv1 and kv2 by those names; return it without a slash."""
        if kind not in self.mounts:
            path = self.mounts[kind] = f"{kind}-{self.word}"
            options = {"options": {"version": kind[2:]}} if kind in ("kv1", "kv2") else {}
            self.server.write(f"sys/mounts/{path}", {"type": kind.rstrip("12"), **options, **body})
        return self.mounts[kind]

    def put1(self, data: Mapping[str, Any], name: str = "app") -> str:
        """Write a secret of a KV v1 mount and return its path."""
        path = f"{self.mount('kv1')}/{name}"
        self.server.write(path, data)
        return path

    def token(self, hcl: str, **options: object) -> str:
        """Make a token that has one policy and nothing else."""
        self.server.policy(self.word, hcl)
        return self.server.token(self.word, no_default_policy=True, **options)

    def reader(self, *paths: str) -> str:
        """Make a token that may read these API paths and nothing else."""
        return self.token("\n".join(f'path "{path}" {{ capabilities = ["read"] }}' for path in paths))


def asked(entries: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Return operation and path of audit entries, in order."""
    return [(entry["request"]["operation"], entry["request"]["path"]) for entry in entries]
