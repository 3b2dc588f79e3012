"""The few requests that the injector itself makes of the Kubernetes API; the only user of `kubernetes`.

None is made for a review: they serve certificates and the choice of a leader.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import urllib3.exceptions
from kubernetes.client import ApiClient, Configuration
from kubernetes.client.exceptions import ApiException
from kubernetes.config import ConfigException, incluster_config, kube_config

from vexec.errors import ConfigError, Issue

if TYPE_CHECKING:
    from collections.abc import Mapping

TIMEOUT = (5.0, 10.0)  # seconds to connect, and to wait for an answer
MOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
JSON, JSON_PATCH, MERGE_PATCH = (
    f"application/{kind}" for kind in ("json", "json-patch+json", "merge-patch+json")
)


class ClusterError(Exception):
    """The API server refused, or cannot be reached; `status` is 0 then."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class Cluster:
    """Speaks JSON with the API server."""

    def __init__(self, configuration: Configuration) -> None:
        configuration.retries = False  # whoever asks does so again at the next turn
        self._client = ApiClient(configuration)

    def get(self, path: str) -> dict[str, Any] | None:
        """Return an object, or None where there is none."""
        try:
            return self.send("GET", path)
        except ClusterError as error:
            if error.status == 404:
                return None
            raise

    def send(self, method: str, path: str, body: object = None, kind: str = JSON) -> dict[str, Any]:
        """Return the answer; raises ClusterError for any status but 2xx."""
        headers = {"Accept": JSON, "Content-Type": kind}
        try:
            request = self._client.param_serialize(
                method, path, header_params=headers, body=body, auth_settings=["BearerToken"]
            )
            answer: Any = self._client.call_api(*request, _request_timeout=TIMEOUT)
            text = answer.read()
        except (ApiException, ConfigException, urllib3.exceptions.HTTPError, OSError) as error:
            raise ClusterError(f"{method} {path}: {type(error).__name__}") from error
        if not 200 <= answer.status < 300:
            raise ClusterError(f"{method} {path}: {answer.status} {reason(text)}", answer.status)
        found: dict[str, Any] = json.loads(text)
        return found


def reason(text: bytes) -> str:
    """Return the message of a Status object."""
    try:
        return str(json.loads(text)["message"])
    except (ValueError, KeyError, TypeError):
        return "without a message"


def connect(environ: Mapping[str, str], mount: str = MOUNT) -> Cluster:
    """Return the cluster of this pod, or that of KUBECONFIG; raises ConfigError where there is neither."""
    configuration = Configuration()
    outside: Any = kube_config  # neither has types
    inside: Any = incluster_config
    try:
        if environ.get("KUBECONFIG"):
            outside.load_kube_config(environ["KUBECONFIG"], client_configuration=configuration)
        else:
            token, authority = f"{mount}/token", f"{mount}/ca.crt"
            inside.InClusterConfigLoader(token, authority, environ=environ).load_and_set(configuration)
    except (ConfigException, OSError) as error:
        raise ConfigError([Issue(f"there is no cluster to ask: {error}", OUTSIDE)]) from None
    return Cluster(configuration)


OUTSIDE = "--tls-auto needs a pod with a service account's token, or KUBECONFIG; else give --tls-cert-file"


def namespace(environ: Mapping[str, str], mount: str = MOUNT) -> str:
    """Return the namespace of this pod: of the variable NAMESPACE, else of the service account."""
    if environ.get("NAMESPACE"):
        return environ["NAMESPACE"]
    try:
        with open(f"{mount}/namespace", encoding="utf-8") as file:
            return file.read().strip()
    except OSError:
        return "default"
