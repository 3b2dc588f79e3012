"""What the agent's containers are told in sidecar mode: their variables, in the original's order."""

from __future__ import annotations

import base64
import binascii
import json
from typing import TYPE_CHECKING, Any

from vexec.injector.document import document
from vexec.injector.models import Denial

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vexec.injector.agent import Agent
    from vexec.injector.models import Pod

FIELDS = {"NAMESPACE": "metadata.namespace", "HOST_IP": "status.hostIP", "POD_IP": "status.podIP"}
AWS = ("AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_DEFAULT_REGION", "AWS_REGION")


def handover(agent: Agent, pod: Pod, *, is_init: bool) -> list[dict[str, Any]]:
    """Return the variables of the init container or of the sidecar."""
    fields = [{"name": name, "valueFrom": {"fieldRef": {"fieldPath": path}}} for name, path in FIELDS.items()]
    pairs = [*general(agent), *configuration(agent, is_init=is_init), *aws(agent, pod)]
    return [*fields, *({"name": name, "value": value} for name, value in pairs)]


def general(agent: Agent) -> Iterator[tuple[str, str]]:
    """Yield what the agent reads whatever its configuration is."""
    server = agent.server
    names = {
        "GOMAXPROCS": server.go_max_procs,
        "VAULT_CLIENT_TIMEOUT": server.client_timeout,
        "VAULT_MAX_RETRIES": server.client_max_retries,
        "VAULT_LOG_LEVEL": server.log_level,
        "VAULT_LOG_FORMAT": server.log_format,
        "HTTPS_PROXY": server.proxy,
    }
    yield from ((name, value) for name, value in names.items() if value)


def configuration(agent: Agent, *, is_init: bool) -> Iterator[tuple[str, str]]:
    """Yield the configuration, or where a ConfigMap holds it how the server is reached."""
    server = agent.server
    names = {
        "VAULT_ADDR": server.address,
        "VAULT_CACERT": server.ca_cert,
        "VAULT_CAPATH": server.ca_path,
        "VAULT_CLIENT_CERT": server.client_cert,
        "VAULT_CLIENT_KEY": server.client_key,
        "VAULT_SKIP_VERIFY": str(server.skip_verify).lower(),
        "VAULT_TLS_SERVER_NAME": server.tls_server_name,
    }
    if not agent.shape.configmap:
        names = {"VAULT_CONFIG": encoded(document(agent, is_init=is_init))}
    names["VAULT_CACERT_BYTES"] = decoded(server.cacert_bytes)
    yield from ((name, value) for name, value in names.items() if value)


def encoded(document: dict[str, Any]) -> str:
    """Return a configuration as base64 of its JSON; raises Denial."""
    try:
        text = json.dumps(document, separators=(",", ":"), allow_nan=False)
    except ValueError:
        raise Denial("json: unsupported value: a number that JSON does not have") from None
    return base64.b64encode(text.encode()).decode()


def decoded(text: str) -> str:
    """Return what a text stands for if it is base64, else the text."""
    try:
        return base64.b64decode("".join(text.splitlines()), validate=True).decode()
    except (binascii.Error, ValueError):
        return text


def aws(agent: Agent, pod: Pod) -> Iterator[tuple[str, str]]:
    """Yield what EKS gave the containers to log in with, and the region that the annotations name."""
    if agent.server.auth_type != "aws":
        return
    found: dict[str, str] = {}
    for container in pod.spec.containers:
        for variable in container.env:
            if variable.name in AWS:
                found.setdefault(variable.name, variable.value)
    yield from found.items()
    if "region" in agent.server.auth_config:
        yield "AWS_REGION", agent.server.auth_config["region"]
