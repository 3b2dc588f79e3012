"""The agent's configuration as the original writes it: JSON, which travels as base64 in VAULT_CONFIG."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vexec.injector.account import join

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vexec.injector.agent import Agent
    from vexec.injector.secret import Secret

PID_FILE = "/home/vault/.pid"
TOKEN_FILE = "/home/vault/.vault-token"  # noqa: S105 - a path
CACHE_PATH = "/vault/agent-cache"
TEMPLATES = {
    "map": '{{ with secret "%s" }}{{ range $k, $v := .Data }}{{ $k }}: {{ $v }}\n{{ end }}{{ end }}',
    "json": '{{ with secret "%s" }}{{ .Data | toJSON }}\n{{ end }}',
}
TEXT = ""
LIST: list[str] = []
# parameter → an example of its type; Go drops what it does not know, and all when one has another type
TELEMETRY: Mapping[str, Any] = {
    "usage_gauge_period": TEXT,
    "maximum_gauge_cardinality": 0,
    "disable_hostname": False,
    "enable_hostname_label": False,
    "lease_metrics_epsilon": TEXT,
    "num_lease_metrics_buckets": 0,
    "add_lease_metrics_namespace_labels": False,
    "filter_default": False,
    "prefix_filter": LIST,
    "statsite_address": TEXT,
    "statsd_address": TEXT,
    "circonus_api_token": TEXT,
    "circonus_api_app": TEXT,
    "circonus_api_url": TEXT,
    "circonus_submission_interval": TEXT,
    "circonus_submission_url": TEXT,
    "circonus_check_id": TEXT,
    "circonus_check_force_metric_activation": False,
    "circonus_check_instance_id": TEXT,
    "circonus_check_search_tag": TEXT,
    "circonus_check_display_name": TEXT,
    "circonus_check_tags": TEXT,
    "circonus_broker_id": TEXT,
    "circonus_broker_select_tag": TEXT,
    "dogstatsd_addr": TEXT,
    "dogstatsd_tags": LIST,
    "prometheus_retention_time": TEXT,
    "stackdriver_project_id": TEXT,
    "stackdriver_location": TEXT,
    "stackdriver_namespace": TEXT,
    "stackdriver_debug_logs": False,
}


def document(agent: Agent, *, is_init: bool) -> dict[str, Any]:
    """Return the configuration of the init container or of the sidecar."""
    sinks = [TOKEN_FILE, *([join(agent.shape.volume_path, "token")] if agent.inject_token else [])]
    listener, cache = cached(agent, is_init=is_init)
    made = {
        "auto_auth": {
            "method": method(agent),
            "sink": [{"type": "file", "config": {"path": path}} for path in sinks],
        },
        "exit_after_auth": is_init,
        "pid_file": PID_FILE,
        "vault": server(agent),
    }
    optional = {
        "template": [template(secret, agent.templates.default) for secret in agent.secrets],
        "listener": listener,
        "template_config": template_config(agent),
        "disable_idle_connections": list(agent.disable_idle_connections),
        "disable_keep_alives": list(agent.disable_keep_alives),
    }
    made.update(filled(optional))
    made.update({} if cache is None else {"cache": cache})
    telemetry = telemetry_of(agent.telemetry)
    return made if telemetry is None else {**made, "telemetry": telemetry}


def filled(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that are not empty."""
    return {name: value for name, value in fields.items() if value}


def method(agent: Agent) -> dict[str, Any]:
    """Return how to log in."""
    server = agent.server
    optional = {
        "mount_path": server.auth_path,
        "min_backoff": server.min_backoff,
        "max_backoff": server.max_backoff,
        "namespace": server.namespace,
        "config": dict(server.auth_config),
        "exit_on_err": server.exit_on_err,
    }
    return {"type": server.auth_type, **filled(optional)}


def server(agent: Agent) -> dict[str, Any]:
    """Return how to reach the server."""
    server = agent.server
    optional = {
        "ca_cert": server.ca_cert,
        "ca_path": server.ca_path,
        "tls_skip_verify": server.skip_verify,
        "client_cert": server.client_cert,
        "client_key": server.client_key,
        "tls_server_name": server.tls_server_name,
    }
    return {"address": server.address, **filled(optional)}


def template(secret: Secret, default: str) -> dict[str, Any]:
    """Return one file to write."""
    contents = secret.template
    if not contents and not secret.template_file:
        contents = TEMPLATES[default].replace("%s", secret.path, 1)
    optional = {
        "contents": contents,
        "source": secret.template_file,
        "left_delimiter": secret.left,
        "right_delimiter": secret.right,
        "command": secret.command,
        "perms": secret.perms,
        "error_on_missing_key": secret.error_on_missing,
    }
    return {"destination": secret.destination, **filled(optional)}


def template_config(agent: Agent) -> dict[str, Any]:
    """Return how templates are rendered."""
    templates = agent.templates
    optional = {
        "static_secret_render_interval": templates.render_interval,
        "max_connections_per_host": templates.max_connections,
        "lease_renewal_threshold": templates.renewal_threshold,
    }
    return {"exit_on_retry_failure": templates.exit_on_retry_failure, **filled(optional)}


def cached(agent: Agent, *, is_init: bool) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    """Return the listener and the cache; a request that ends the agent needs both."""
    cache: dict[str, Any] | None = None
    if agent.cache.is_persistent:
        persist = {
            "type": "kubernetes",
            "path": CACHE_PATH,
            **filled({"exit_on_err": agent.cache.exit_on_err}),
        }
        cache = {**filled({"use_auto_auth_token": agent.cache.use_auto_auth_token}), "persist": persist}
    elif agent.cache.is_enabled and not agent.shape.pre_populate_only and not is_init:
        cache = filled({"use_auto_auth_token": agent.cache.use_auto_auth_token})
    elif agent.enable_quit:
        cache = {}
    if cache is None:
        return [], None
    listener: dict[str, Any] = {
        "type": "tcp",
        "address": f"127.0.0.1:{agent.cache.port}",
        "tls_disable": True,
    }
    if agent.enable_quit:
        listener["agent_api"] = {"enable_quit": True}
    return [listener], cache


def telemetry_of(parameters: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the telemetry as Go's type would hold it, None for none."""
    if not parameters:
        return None
    known = {
        name: whole(value) for name, value in parameters.items() if name in TELEMETRY and value is not None
    }
    if not all(fits(value, TELEMETRY[name]) for name, value in known.items()):
        return None
    return filled(known)


def whole(value: Any) -> Any:
    """Return a number without a fraction as an integer, as Go writes it."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def fits(value: Any, example: Any) -> bool:
    """Tell whether Go would read a value as the type of the example."""
    if isinstance(example, list):
        return isinstance(value, list) and all(entry is None or isinstance(entry, str) for entry in value)
    if type(example) is int:
        return type(value) is int and -(2**63) <= value < 2**63
    return type(value) is type(example)
