"""What the injector itself is told by flags and AGENT_INJECT_ variables: the defaults of annotations.

Names and values are those of the original, so that its Deployment needs no other arguments;
what only vexec has begins with `exec-`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from vexec.injector.models import Denial
from vexec.injector.parse import boolean, integer

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "AGENT_INJECT_"


def option(flag: str, variable: str, meaning: str, *, default: Any) -> Any:
    """Make a field with the flag and the variable that set it."""
    return field(default=default, metadata={"flag": flag, "variable": PREFIX + variable, "help": meaning})


@dataclass(frozen=True, slots=True)
class Defaults:
    """What an annotation that a pod does not have is taken for."""

    address: str = option("vault-address", "VAULT_ADDR", "address of the server", default="")
    cacert_bytes: str = option(
        "vault-cacert-bytes", "VAULT_CACERT_BYTES", "CA as PEM, or that in base64", default=""
    )
    image: str = option("vault-image", "VAULT_IMAGE", "image of the agent", default="hashicorp/vault:2.0.4")
    auth_type: str = option("vault-auth-type", "VAULT_AUTH_TYPE", "method to log in by", default="kubernetes")
    auth_path: str = option(
        "vault-auth-path", "VAULT_AUTH_PATH", "where it is mounted", default="auth/kubernetes"
    )
    namespace: str = option("vault-namespace", "VAULT_NAMESPACE", "namespace of the server", default="")
    proxy: str = option("proxy-address", "PROXY_ADDR", "HTTP proxy for the server", default="")
    revoke_on_shutdown: bool = option(
        "revoke-on-shutdown", "REVOKE_ON_SHUTDOWN", "revoke the agent's token at the end", default=False
    )
    user: str = option("run-as-user", "RUN_AS_USER", "user of the agent", default="100")
    group: str = option("run-as-group", "RUN_AS_GROUP", "group of the agent", default="1000")
    same_user: bool = option(
        "run-as-same-user", "RUN_AS_SAME_USER", "run the agent as the first container's user", default=False
    )
    set_security_context: bool = option(
        "set-security-context", "SET_SECURITY_CONTEXT", "give the agent a security context", default=True
    )
    share_process_namespace: bool = option(
        "share-process-namespace",
        "SHARE_PROCESS_NAMESPACE",
        "share the pod's process namespace",
        default=False,
    )
    template: str = option(
        "default-template", "DEFAULT_TEMPLATE", "template without one: map or json", default="map"
    )
    requests_cpu: str = option("cpu-request", "CPU_REQUEST", "CPU that the agent requests", default="250m")
    requests_mem: str = option(
        "memory-request", "MEM_REQUEST", "memory that the agent requests", default="64Mi"
    )
    requests_ephemeral: str = option(
        "ephemeral-storage-request", "EPHEMERAL_REQUEST", "storage that the agent requests", default=""
    )
    limits_cpu: str = option("cpu-limit", "CPU_LIMIT", "the agent's limit of CPU", default="500m")
    limits_mem: str = option("memory-limit", "MEM_LIMIT", "the agent's limit of memory", default="128Mi")
    limits_ephemeral: str = option(
        "ephemeral-storage-limit", "EPHEMERAL_LIMIT", "the agent's limit of storage", default=""
    )
    exit_on_retry_failure: bool = option(
        "exit-on-retry-failure",
        "TEMPLATE_CONFIG_EXIT_ON_RETRY_FAILURE",
        "end when a template fails",
        default=True,
    )
    render_interval: str = option(
        "static-secret-render-interval",
        "TEMPLATE_STATIC_SECRET_RENDER_INTERVAL",
        "how often secrets without a lease are rendered",
        default="",
    )
    max_connections: int = option(
        "max-connections-per-host",
        "TEMPLATE_MAX_CONNECTIONS_PER_HOST",
        "connections of the templates",
        default=0,
    )
    min_backoff: str = option(
        "auth-min-backoff", "AUTH_MIN_BACKOFF", "shortest wait between log-ins", default=""
    )
    max_backoff: str = option(
        "auth-max-backoff", "AUTH_MAX_BACKOFF", "longest wait between log-ins", default=""
    )
    disable_idle_connections: str = option(
        "disable-idle-connections",
        "DISABLE_IDLE_CONNECTIONS",
        "features without idle connections",
        default="",
    )
    disable_keep_alives: str = option(
        "disable-keep-alives", "DISABLE_KEEP_ALIVES", "features without keep-alives", default=""
    )
    exec_image: str = option("exec-image", "EXEC_IMAGE", "image that holds vexec", default="vexec:latest")
    exec_delivery: str = option(
        "exec-delivery",
        "EXEC_DELIVERY",
        "how vexec comes into a pod: init, image-volume or image",
        default="init",
    )


def load(environ: Mapping[str, str], options: Mapping[str, str]) -> Defaults:
    """Read the defaults: an option (by its flag's name) wins over the variable; "" counts as unset.

    Raises ValueError, which names the flag or the variable.
    """
    values: dict[str, Any] = {}
    for item in fields(Defaults):
        flag, variable = item.metadata["flag"], item.metadata["variable"]
        name, raw = (
            ("--" + flag, options.get(flag)) if options.get(flag) else (variable, environ.get(variable))
        )
        if not raw:
            continue
        try:
            values[item.name] = convert(raw, type(item.default))
        except Denial as error:
            raise ValueError(f"{name}: {error}") from None
    return Defaults(**values)


def convert(raw: str, kind: type) -> Any:
    """Read a text as the type of a default; raises Denial."""
    if kind is bool:
        return boolean(raw)
    return integer(raw) if kind is int else raw
