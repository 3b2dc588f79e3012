"""The real Kubernetes API: Debian's etcd and a kube-apiserver, with RBAC and no controllers.

Without the controller manager nothing makes the ServiceAccount `default`, nor tokens: `service_account` makes
what a test asks for, and `token` asks for a bound token as the kubelet does.
"""

from __future__ import annotations

import base64
import json
import secrets
from typing import TYPE_CHECKING, Any, Self

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tests.servers.client import Answer, Client, expect
from tests.servers.inventory import locate
from tests.servers.pki import Pki
from tests.servers.process import NotReadyError, Process, environment, free_port, on_free_ports

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.servers.vault import VaultServer

ISSUER = "https://kubernetes.default.svc"
RBAC = "rbac.authorization.k8s.io"


class KubernetesServer:
    """One etcd and one kube-apiserver; use it as a context manager."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.directory = directory
        self.admin_token = secrets.token_hex(16)
        self.address = ""
        pki = Pki(directory / "pki", "kubernetes test CA")
        self.ca_cert = pki.ca
        self._certificate = pki.server("kubernetes.default.svc")
        self._processes: list[Process] = []
        write_keys(directory)
        (directory / "tokens.csv").write_text(f'{self.admin_token},admin,admin,"system:masters"\n')

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start both processes on free ports and wait until the API is ready."""
        on_free_ports(self._start)

    def stop(self) -> None:
        """End both processes, the API server first."""
        while self._processes:
            self._processes.pop().stop()

    def request(self, method: str, path: str, body: object = None) -> Answer:
        """Send a request as the administrator."""
        return self._client().request(
            method, path, body, headers={"Authorization": f"Bearer {self.admin_token}"}
        )

    def service_account(self, namespace: str, name: str) -> None:
        """Make a ServiceAccount, and its namespace, unless they are there."""
        self._create("/api/v1/namespaces", {"metadata": {"name": namespace}})
        self._create(f"/api/v1/namespaces/{namespace}/serviceaccounts", {"metadata": {"name": name}})

    def token(self, namespace: str, name: str, audiences: Sequence[str] = (), seconds: int = 600) -> str:
        """Ask for a token of a ServiceAccount (TokenRequest); no audience means the API server itself."""
        path = f"/api/v1/namespaces/{namespace}/serviceaccounts/{name}/token"
        spec: dict[str, Any] = {"expirationSeconds": seconds, "audiences": list(audiences)}
        return str(expect(self.request("POST", path, {"spec": spec}), path)["status"]["token"])

    def reviewer_token(self) -> str:
        """Return a token that may review others': of a ServiceAccount bound to system:auth-delegator."""
        namespace, name = "kube-system", "vault-reviewer"
        self.service_account(namespace, name)
        binding = {
            "metadata": {"name": name},
            "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": "system:auth-delegator"},
            "subjects": [{"kind": "ServiceAccount", "name": name, "namespace": namespace}],
        }
        self._create(f"/apis/{RBAC}/v1/clusterrolebindings", binding)
        return self.token(namespace, name, seconds=24 * 3600)

    def _create(self, path: str, body: object) -> None:
        answer = self.request("POST", path, body)
        if answer.status != 409:
            expect(answer, path)

    def _client(self) -> Client:
        return Client(self.address, self.ca_cert)

    def _start(self) -> None:
        try:
            etcd = f"http://127.0.0.1:{free_port()}"
            self._run("etcd", self._etcd(etcd)).wait_until(lambda: Client(etcd).is_ready("/health"))
            port = free_port()
            self.address = f"https://127.0.0.1:{port}"
            apiserver = self._run("kube-apiserver", self._apiserver(etcd, port))
            apiserver.wait_until(lambda: self._client().is_ready("/readyz"))
        except NotReadyError:
            self.stop()
            raise

    def _run(self, name: str, options: dict[str, object]) -> Process:
        binary = locate(name)
        assert binary is not None, "the fixtures ask need() first"
        command = [str(binary), *(f"--{option}={value}" for option, value in options.items())]
        process = Process(command, self.directory / f"{name}.log", environment(self.directory))
        self._processes.append(process)
        return process

    def _etcd(self, client: str) -> dict[str, object]:
        peer = f"http://127.0.0.1:{free_port()}"
        return {
            "data-dir": self.directory / f"etcd-{secrets.token_hex(4)}",
            "listen-client-urls": client,
            "advertise-client-urls": client,
            "listen-peer-urls": peer,
            "initial-advertise-peer-urls": peer,
            "initial-cluster": f"default={peer}",
            "unsafe-no-fsync": "true",
        }

    def _apiserver(self, etcd: str, port: int) -> dict[str, object]:
        return {
            "etcd-servers": etcd,
            "bind-address": "127.0.0.1",
            "advertise-address": "127.0.0.1",
            "secure-port": port,
            "cert-dir": self.directory / "certs",
            "tls-cert-file": self._certificate.cert,
            "tls-private-key-file": self._certificate.key,
            "service-account-issuer": ISSUER,
            "service-account-signing-key-file": self.directory / "sa.key",
            "service-account-key-file": self.directory / "sa.pub",
            "token-auth-file": self.directory / "tokens.csv",
            "authorization-mode": "RBAC",
            "service-cluster-ip-range": "10.0.0.0/24",
            "feature-gates": "ImageVolume=true",
        }


def write_keys(directory: Path) -> None:
    """Make the key pair that signs ServiceAccount tokens: sa.key and sa.pub."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (directory / "sa.key").write_bytes(private)
    (directory / "sa.pub").write_bytes(public)


def claims(token: str) -> dict[str, Any]:
    """Return the claims of a JWT, unverified."""
    payload = token.split(".")[1]
    return dict(json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))))


def enable_kubernetes_auth(
    vault: VaultServer, kubernetes: KubernetesServer, mount: str = "kubernetes"
) -> None:
    """Enable Vault's kubernetes method against this cluster, unless it is."""
    answer = vault.request("POST", f"sys/auth/{mount}", {"type": "kubernetes"})
    if answer.status != 400:  # 400: the path is already in use
        expect(answer, mount)
    config = {
        "kubernetes_host": kubernetes.address,
        "kubernetes_ca_cert": kubernetes.ca_cert.read_text(),
        "token_reviewer_jwt": kubernetes.reviewer_token(),
    }
    vault.write(f"auth/{mount}/config", config)


def write_kubernetes_role(
    vault: VaultServer,
    role: str,
    *,
    service_account: str,
    namespace: str = "default",
    policies: Sequence[str] = ("default",),
    audience: str = "vault",
    mount: str = "kubernetes",
    **options: object,
) -> None:
    """Make a role of the kubernetes method for one ServiceAccount; the options are Vault's own."""
    body = {
        "bound_service_account_names": [service_account],
        "bound_service_account_namespaces": [namespace],
        "token_policies": list(policies),
        "audience": audience,
        **options,
    }
    vault.write(f"auth/{mount}/role/{role}", body)
