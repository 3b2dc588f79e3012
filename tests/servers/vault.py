"""The real Vault (or OpenBao) server, in a temporary directory and on a free loopback port.

`VaultServer.dev` is unsealed and in memory; `VaultServer.stored` keeps files, so that it can be sealed,
stopped and started again. Both have KV v2 at `secret/` and a `file` audit device, whose entries show which
requests really came.
"""

from __future__ import annotations

import json
import secrets
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

from tests.servers.client import Answer, Client, expect
from tests.servers.inventory import locate
from tests.servers.process import NotReadyError, Process, environment, free_port, on_free_ports

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.servers.pki import Certificate

ROOT = object()  # stands for "the root token of this server"

# The last one is OpenBao's, which makes audit devices by request only when told so; Vault ignores it.
COMMON = {"disable_mlock": True, "ui": False, "unsafe_allow_api_audit_creation": True}


@dataclass(frozen=True)
class Tls:
    """What a TLS listener needs; with `client`, clients must show a certificate of the same CA."""

    ca: Path
    certificate: Certificate
    client: Certificate | None = None


@dataclass
class VaultServer:
    """One Vault process. Make it with `dev`, `stored` or `uninitialised`; use it as a context manager."""

    directory: Path
    is_dev: bool
    tls: Tls | None = None
    is_initialising: bool = True
    root_token: str = ""
    unseal_key: str = ""
    address: str = ""
    unix_socket: Path | None = None
    _process: Process | None = field(default=None, repr=False)

    @classmethod
    def dev(cls, directory: Path) -> Self:
        """Describe a dev server: unsealed, in memory, a random root token, plain HTTP."""
        return cls(directory, is_dev=True, root_token=f"root-{secrets.token_hex(8)}")

    @classmethod
    def stored(cls, directory: Path, tls: Tls | None = None) -> Self:
        """Describe a server that keeps files, is initialised with one key share and unsealed."""
        # not in the directory, whose path may be longer than the 107 bytes of a socket's
        socket = Path(tempfile.gettempdir()) / f"vexec-test-{secrets.token_hex(4)}.sock"
        return cls(directory, is_dev=False, tls=tls, unix_socket=socket)

    @classmethod
    def uninitialised(cls, directory: Path, tls: Tls | None = None) -> Self:
        """Describe a server that keeps files and was never initialised."""
        return cls(directory, is_dev=False, tls=tls, is_initialising=False)

    def __enter__(self) -> Self:
        self.directory.mkdir(parents=True, exist_ok=True)
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    # The process

    def start(self) -> None:
        """Start the server, on the same port as before if there was one, and wait until it is ready."""
        on_free_ports(self._start)
        if self.is_dev:
            self._enable_audit()
        elif self.is_initialising and not self.unseal_key:
            self.initialise()
        elif self.unseal_key:
            self.unseal()

    def stop(self) -> None:
        """End the process; what a dev server held is lost."""
        if self._process is not None:
            self._process.stop()
            self._process = None
        if self.unix_socket is not None:
            self.unix_socket.unlink(missing_ok=True)

    @property
    def pid(self) -> int:
        """The server's process id."""
        assert self._process is not None
        return self._process.pid

    @property
    def cacert(self) -> Path | None:
        """The CA that a client checks the server against, None for plain HTTP."""
        return self.tls.ca if self.tls else None

    def initialise(self) -> None:
        """Initialise with one key share, unseal, mount KV v2 at secret/ and enable the audit device."""
        shares = {"secret_shares": 1, "secret_threshold": 1}
        body = expect(self.request("PUT", "sys/init", shares, token=None), "sys/init")
        self.root_token, self.unseal_key = body["root_token"], body["keys_base64"][0]
        self.unseal()
        self.write("sys/mounts/secret", {"type": "kv", "options": {"version": "2"}})
        self._wait_for("secret/config")
        self._enable_audit()

    def seal(self) -> None:
        """Seal the server."""
        self.write("sys/seal", {})

    def unseal(self) -> None:
        """Unseal the server and wait until it serves."""
        expect(self.request("PUT", "sys/unseal", {"key": self.unseal_key}, token=None), "sys/unseal")
        self._wait_for("sys/health")

    # Requests

    def request(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        token: object = ROOT,
        namespace: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request to /v1/PATH, with the root token unless another or None is given."""
        sent = dict(headers or {})
        shown = self.root_token if token is ROOT else token
        if shown:
            sent["X-Vault-Token"] = str(shown)
        if namespace is not None:
            sent["X-Vault-Namespace"] = namespace
        return self._client().request(method, f"/v1/{quote(path, safe='/?=&%')}", body, headers=sent)

    def write(self, path: str, body: object) -> dict[str, Any]:
        """Write as root and return the whole answer; raise RefusedError when it is not 2xx."""
        return expect(self.request("POST", path, body), path)

    def read(self, path: str) -> dict[str, Any]:
        """Read as root and return the whole answer; raise RefusedError when it is not 2xx."""
        return expect(self.request("GET", path), path)

    def policy(self, name: str, hcl: str) -> None:
        """Make or replace a policy."""
        self.write(f"sys/policies/acl/{name}", {"policy": hcl})

    def token(self, *policies: str, **options: object) -> str:
        """Make a token; the options are those of auth/token/create, the policy `default` unless named."""
        body = {"policies": policies or ("default",), **options}
        return str(self.write("auth/token/create", body)["auth"]["client_token"])

    # The audit device

    @property
    def audit_file(self) -> Path:
        """The file that the audit device writes, one JSON object a line."""
        return self.directory / "audit.log"

    def audit(self) -> list[dict[str, Any]]:
        """Return the requests that came since the first start, in order; values are HMACs."""
        return self.audit_since(0)

    def audit_mark(self) -> int:
        """Return a position in the audit file for `audit_since`."""
        return self.audit_file.stat().st_size

    def audit_since(self, mark: int) -> list[dict[str, Any]]:
        """Return the requests that came after a mark, in order."""
        with self.audit_file.open("rb") as lines:
            lines.seek(mark)
            entries = [json.loads(line) for line in lines]
        return [entry for entry in entries if entry["type"] == "request"]

    # How it starts

    def _start(self) -> None:
        port = int(self.address.rpartition(":")[2]) if self.address else free_port()
        is_restart = bool(self.address)
        self.address = f"{'https' if self.tls else 'http'}://127.0.0.1:{port}"
        self._process = Process(
            self._command(port), self.directory / "vault.log", environment(self.directory)
        )
        try:
            self._process.wait_until(self._is_up)
        except NotReadyError:
            self.stop()
            if not is_restart:
                self.address = ""
            raise

    def _command(self, port: int) -> list[str]:
        binary = locate("vault")
        assert binary is not None, "the fixtures ask need() first"
        config = self.directory / "config.json"
        command = [str(binary), "server", f"-config={config}"]
        if self.is_dev:
            config.write_text(json.dumps(COMMON))
            listen = f"-dev-listen-address=127.0.0.1:{port}"
            return [*command, "-dev", "-dev-no-store-token", f"-dev-root-token-id={self.root_token}", listen]
        storage = {"file": {"path": str(self.directory / "data")}}
        config.write_text(json.dumps({**COMMON, "storage": storage, "listener": self._listeners(port)}))
        return command

    def _listeners(self, port: int) -> list[dict[str, object]]:
        tcp: dict[str, object] = {"address": f"127.0.0.1:{port}", "tls_disable": self.tls is None}
        if self.tls is not None:
            tcp |= {
                "tls_cert_file": str(self.tls.certificate.cert),
                "tls_key_file": str(self.tls.certificate.key),
            }
            if self.tls.client is not None:
                tcp |= {"tls_require_and_verify_client_cert": True, "tls_client_ca_file": str(self.tls.ca)}
        listeners: list[dict[str, object]] = [{"tcp": tcp}]
        if self.unix_socket is not None:
            listeners.append({"unix": {"address": str(self.unix_socket)}})
        return listeners

    def _client(self) -> Client:
        return Client(self.address, self.cacert, self.tls.client if self.tls else None)

    def _is_up(self) -> bool:
        if self.is_dev:
            return self._is_served("secret/config")
        return self._client().is_ready("/v1/sys/health?uninitcode=200&sealedcode=200")

    def _is_served(self, path: str) -> bool:
        return self._client().is_ready(f"/v1/{path}", {"X-Vault-Token": self.root_token})

    def _wait_for(self, path: str) -> None:
        assert self._process is not None
        self._process.wait_until(lambda: self._is_served(path))

    def _enable_audit(self) -> None:
        self.write("sys/audit/file", {"type": "file", "options": {"file_path": str(self.audit_file)}})
