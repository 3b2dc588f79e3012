"""The real Kubernetes API gives tokens that the real Vault accepts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.servers.kubernetes import ISSUER, claims, enable_kubernetes_auth, write_kubernetes_role

if TYPE_CHECKING:
    from tests.servers.kubernetes import KubernetesServer
    from tests.servers.vault import VaultServer


def test_a_token_carries_its_audience_and_subject(kubernetes: KubernetesServer) -> None:
    """TokenRequest gives a token of the service account for the audience that was asked for."""
    kubernetes.service_account("team", "api")

    told = claims(kubernetes.token("team", "api", ["vault"]))
    assert (told["iss"], told["aud"], told["sub"]) == (ISSUER, ["vault"], "system:serviceaccount:team:api")


def test_the_administrator_reads_objects(kubernetes: KubernetesServer) -> None:
    """A request of the administrator is answered with the object."""
    answer = kubernetes.request("GET", "/api/v1/namespaces/kube-system")

    assert (answer.status, answer.body["metadata"]["name"]) == (200, "kube-system")


def test_log_in_at_vault(kubernetes: KubernetesServer, vault: VaultServer) -> None:
    """Vault's kubernetes method reviews a token at the API server and gives the role's policies."""
    kubernetes.service_account("default", "api")
    enable_kubernetes_auth(vault, kubernetes)
    write_kubernetes_role(vault, "api", service_account="api", policies=["reader"])
    jwt = kubernetes.token("default", "api", ["vault"])

    body = {"role": "api", "jwt": jwt}
    answer = vault.request("POST", "auth/kubernetes/login", body, token=None)
    assert answer.status == 200
    assert "reader" in answer.body["auth"]["policies"]


def test_a_token_for_another_audience_is_refused(kubernetes: KubernetesServer, vault: VaultServer) -> None:
    """Vault refuses a token whose audience is not the role's."""
    kubernetes.service_account("default", "other")
    enable_kubernetes_auth(vault, kubernetes)
    write_kubernetes_role(vault, "other", service_account="other")
    jwt = kubernetes.token("default", "other", ["elsewhere"])

    body = {"role": "other", "jwt": jwt}
    assert vault.request("POST", "auth/kubernetes/login", body, token=None).status in {400, 403}
