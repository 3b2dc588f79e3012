"""The table of annotations: name, default, kind and what it means in sidecar mode and in exec mode.

It is what `agent.py` fills defaults in from, what exec mode's warnings are made of, and the source of
docs/reference/annotations.md, which build/annotations.py writes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PREFIX = "vault.hashicorp.com/"
SAME = "the same"
NONE = "none"
STATUS = "agent-inject-status"


@dataclass(frozen=True, slots=True)
class Annotation:
    """One annotation, or with `family` all whose name goes on with a dash and <…>.

    `default` is what an absent one is taken for, None where absence has a meaning of its own;
    `setting` names the field of Defaults that the default comes from.
    """

    name: str
    kind: str
    sidecar: str
    exec: str
    default: str | None = ""
    setting: str = ""
    family: str = ""


def flag(  # noqa: PLR0917 - one line of the table
    name: str, default: str, sidecar: str, in_exec: str, setting: str = ""
) -> Annotation:
    """Make a boolean annotation."""
    return Annotation(name, "boolean", sidecar, in_exec, default, setting)


def text(  # noqa: PLR0917 - one line of the table
    name: str, sidecar: str, in_exec: str = SAME, default: str | None = "", setting: str = ""
) -> Annotation:
    """Make an annotation of text."""
    return Annotation(name, "text", sidecar, in_exec, default, setting)


def family(  # noqa: PLR0917 - one line of the table
    name: str, of: str, kind: str, sidecar: str, in_exec: str = SAME, default: str = ""
) -> Annotation:
    """Make a family of annotations, one for each secret, container or parameter."""
    return Annotation(name, kind, sidecar, in_exec, default, family=of)


GROUPS: Mapping[str, tuple[Annotation, ...]] = {
    "what is injected": (
        Annotation("agent-inject", "boolean", "inject into this pod", SAME, None),
        Annotation(STATUS, "text", "`injected`: has been done; written by the injector", SAME, None),
        flag(
            "agent-run-as-sidecar",
            "true",
            "an init container and a sidecar write files, as the original does",
            "`false`: the containers start through vexec, with secrets as variables",
        ),
        Annotation(
            "agent-inject-containers",
            "names",
            "containers that see the files",
            "containers that start through vexec",
            None,
        ),
        Annotation(
            "agent-request-namespace", "text", "namespace of the pod, as the request names it", SAME, None
        ),
    ),
    "secrets": (
        family("agent-inject-secret", "name", "path", "path of the secret", SAME),
        family(
            "agent-inject-template",
            "name",
            "template",
            "template of the file",
            "template of `KEY=VALUE` lines, which become variables",
        ),
        family(
            "agent-inject-template-file",
            "name",
            "path",
            "file with the template, in the agent's container",
            "file with the template, in the application's container",
        ),
        family("agent-template-left-delim", "name", "text", "what begins an action", SAME, "{{"),
        family("agent-template-right-delim", "name", "text", "what ends an action", SAME, "}}"),
        family(
            "error-on-missing-key",
            "name",
            "boolean",
            "a key that is not there is an error",
            "the same; without it, to print one is an error; `false` prints `<no value>`",
            "false",
        ),
        family("agent-inject-file", "name", "path", "name of the file", NONE),
        family("agent-inject-perms", "name", "mode", "mode of the file", NONE),
        family("agent-inject-command", "name", "text", "command to run after the file was written", NONE),
        text("secret-volume-path", "directory of the files", NONE, "/vault/secrets"),
        family("secret-volume-path", "name", "path", "directory of this file", NONE),
        flag("preserve-secret-case", "false", "keep upper case in names of secrets", SAME),
        family("preserve-secret-case", "name", "boolean", "the same for one secret", SAME),
        text(
            "agent-inject-default-template",
            "secrets without a template: `map` or `json`",
            NONE,
            "map",
            "template",
        ),
        flag("agent-inject-token", "false", "write the agent's token to the file `token`", NONE),
    ),
    "the server": (
        text("service", "address of the server", SAME, "", "address"),
        text("namespace", "namespace of the server", SAME, "", "namespace"),
        text("proxy-address", "HTTP proxy for the server", SAME, "", "proxy"),
        flag("tls-skip-verify", "false", "do not check the server's certificate", SAME),
        text("tls-secret", "Secret with certificates and keys, mounted at /vault/tls", SAME),
        text("tls-server-name", "name to check in the server's certificate", SAME),
        text("ca-cert", "file with the CA certificate", SAME),
        text("ca-key", "directory with CA certificates", SAME),
        text("client-cert", "file with the client certificate", SAME),
        text("client-key", "file with the client certificate's key", SAME),
        text("client-timeout", "limit of one request", SAME),
        text("client-max-retries", "repeats of one request", SAME),
    ),
    "log-in": (
        text("role", "role to log in with", SAME),
        text("auth-type", "method to log in by", SAME, "kubernetes", "auth_type"),
        text("auth-path", "where the method is mounted", SAME, "auth/kubernetes", "auth_path"),
        family(
            "auth-config", "parameter", "text", "parameter of the method; dashes count as underscores", SAME
        ),
        text("auth-min-backoff", "shortest wait between log-ins", NONE, "", "min_backoff"),
        text("auth-max-backoff", "longest wait between log-ins", NONE, "", "max_backoff"),
        flag("agent-auto-auth-exit-on-err", "false", "end when a log-in fails", NONE),
        text("agent-service-account-token-volume-name", "projected volume with the token", SAME),
    ),
    "exec mode": (
        text(
            "agent-exec-command",
            NONE,
            "the program and its arguments: a JSON list, or words as a shell splits them",
            None,
        ),
        family("agent-exec-command", "container", "text", NONE, "the same for one container"),
        text(
            "agent-exec-delivery",
            NONE,
            "how vexec comes into the container: `init` container, `image-volume`, or `image` (it is there)",
            "init",
            "exec_delivery",
        ),
        text(
            "agent-exec-path",
            NONE,
            "where vexec is in its image; for the delivery `image` in the application's",
            "/vexec",
        ),
        flag("agent-exec-wrap-probes", "false", NONE, "start the commands of probes through vexec, too"),
        text(
            "agent-exec-duplicates", NONE, "a name that comes twice: `error`, `keep` or `overwrite`", "error"
        ),
        flag(
            "agent-exec-template-newlines", "false", NONE, "let a value in a line `KEY=VALUE` hold a newline"
        ),
    ),
    "the pod's shape": (
        text(
            "agent-image",
            "image of the agent",
            "image that holds vexec; its default is the injector's `--exec-image`",
            "hashicorp/vault:2.0.4",
            "image",
        ),
        flag("agent-init-first", "false", "put the init container before the others", SAME),
        flag("agent-pre-populate", "true", "add the init container", NONE),
        flag("agent-pre-populate-only", "false", "add no sidecar", NONE),
        text(
            "agent-configmap",
            "ConfigMap with the agent's configuration, mounted at /vault/configs",
            "ConfigMap with files of templates, mounted at /vault/configs",
        ),
        text("agent-extra-secret", "Secret that is mounted at /vault/custom", SAME),
        text("agent-copy-volume-mounts", "container whose volume mounts the agent gets, too", NONE),
        Annotation(
            "agent-share-process-namespace",
            "boolean",
            "set `shareProcessNamespace` of the pod",
            NONE,
            None,
            "share_process_namespace",
        ),
        text("agent-run-as-user", "user of the agent", "user of the init container", "100", "user"),
        text("agent-run-as-group", "group of the agent", "group of the init container", "1000", "group"),
        flag("agent-run-as-same-user", "false", "run as the first container's user", SAME, "same_user"),
        flag(
            "agent-set-security-context",
            "true",
            "give the agent a security context",
            "give the init container a security context",
            "set_security_context",
        ),
        Annotation("agent-json-patch", "JSON patch", "changes of the sidecar", NONE),
        Annotation("agent-init-json-patch", "JSON patch", "changes of the init container", SAME),
        text("agent-limits-cpu", "limit of CPU", SAME, "500m", "limits_cpu"),
        text("agent-limits-mem", "limit of memory", SAME, "128Mi", "limits_mem"),
        text("agent-limits-ephemeral", "limit of storage", SAME, "", "limits_ephemeral"),
        text("agent-requests-cpu", "requested CPU", SAME, "250m", "requests_cpu"),
        text("agent-requests-mem", "requested memory", SAME, "64Mi", "requests_mem"),
        text("agent-requests-ephemeral", "requested storage", SAME, "", "requests_ephemeral"),
    ),
    "the agent at work": (
        text("log-level", "how much to log", SAME, "info"),
        text("log-format", "how to log: `standard` or `json`", SAME, "standard"),
        text("go-max-procs", "processors that the agent uses", NONE),
        flag("agent-revoke-on-shutdown", "false", "revoke the token at the end", NONE, "revoke_on_shutdown"),
        text("agent-revoke-grace", "seconds to wait before that", NONE, "5"),
        flag("agent-cache-enable", "false", "answer requests of the containers", NONE),
        text(
            "agent-cache-use-auto-auth-token",
            "use the agent's token for them: a boolean or `force`",
            NONE,
            "true",
        ),
        text("agent-cache-listener-port", "port to listen on", NONE, "8200"),
        flag("agent-cache-exit-on-err", "false", "end when the cache cannot be restored", NONE),
        flag("agent-enable-quit", "false", "let a request end the agent", NONE),
        flag(
            "template-config-exit-on-retry-failure",
            "true",
            "end when a template keeps failing",
            NONE,
            "exit_on_retry_failure",
        ),
        text(
            "template-static-secret-render-interval",
            "how often secrets without a lease are rendered",
            NONE,
            "",
            "render_interval",
        ),
        text(
            "template-max-connections-per-host", "connections of the templates", NONE, "0", "max_connections"
        ),
        text("template-lease-renewal-threshold", "part of a lease after which it is renewed", NONE, "0"),
        text(
            "agent-disable-idle-connections",
            "`auto-auth`, `caching`, `templating`, `proxying`",
            NONE,
            "",
            "disable_idle_connections",
        ),
        text(
            "agent-disable-keep-alives",
            "`auto-auth`, `caching`, `templating`, `proxying`",
            NONE,
            "",
            "disable_keep_alives",
        ),
        family("agent-telemetry", "parameter", "JSON or text", "parameter of the agent's telemetry", NONE),
    ),
}
TABLE: tuple[Annotation, ...] = tuple(entry for group in GROUPS.values() for entry in group)
SINGLE: Mapping[str, Annotation] = {entry.name: entry for entry in TABLE if not entry.family}
FAMILIES: tuple[Annotation, ...] = tuple(
    sorted((entry for entry in TABLE if entry.family), key=lambda entry: -len(entry.name))
)


def find(name: str) -> Annotation | None:
    """Return what the table says of an annotation, named without its prefix."""
    if name in SINGLE:
        return SINGLE[name]
    return next((entry for entry in FAMILIES if name.startswith(entry.name + "-")), None)


def without_meaning(names: Iterable[str]) -> list[str]:
    """Return those of a pod's annotations that exec mode does nothing with, by their full names, sorted.

    A name below the prefix that the table does not know is one of them, since it is probably misspelt.
    """
    own = sorted(name for name in names if name.startswith(PREFIX))
    found = ((name, find(name.removeprefix(PREFIX))) for name in own)
    return [name for name, entry in found if entry is None or entry.exec == NONE]
