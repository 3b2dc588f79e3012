"""What a pod asks for: its annotations, completed with defaults → Agent, typed and checked.

The rules and the texts of refusals are those of the original injector (vault-k8s).
`read` types, `validate` says what is missing; both raise Denial. Annotations are named without their prefix.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from vexec.injector import account, secret
from vexec.injector.annotations import PREFIX
from vexec.injector.models import Denial
from vexec.injector.parse import SHOWN, boolean, fraction, integer, patch, quoted, unsigned, value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vexec.injector.account import Token
    from vexec.injector.models import Pod
    from vexec.injector.secret import Secret
    from vexec.injector.settings import Defaults

KUBERNETES = "kubernetes"
DELIVERIES = ("init", "image-volume", "image")
DUPLICATES = ("error", "keep", "overwrite")


@dataclass(frozen=True, slots=True)
class Server:
    """How the server is reached and logged in to."""

    address: str
    namespace: str
    role: str
    auth_type: str
    auth_path: str
    auth_config: Mapping[str, str]
    min_backoff: str
    max_backoff: str
    exit_on_err: bool
    ca_cert: str
    ca_path: str
    client_cert: str
    client_key: str
    tls_server_name: str
    tls_secret: str
    skip_verify: bool
    cacert_bytes: str
    proxy: str
    client_timeout: str
    client_max_retries: str
    log_level: str
    log_format: str
    go_max_procs: str


@dataclass(frozen=True, slots=True)
class Cache:
    """The agent's cache; `is_persistent` hands it from the init container to the sidecar."""

    is_enabled: bool
    port: str
    use_auto_auth_token: str
    exit_on_err: bool
    is_persistent: bool


@dataclass(frozen=True, slots=True)
class Templates:
    """How the agent renders templates."""

    default: str
    exit_on_retry_failure: bool
    render_interval: str
    max_connections: int
    renewal_threshold: float


@dataclass(frozen=True, slots=True)
class Exec:
    """What only exec mode asks for; `commands` are those of single containers, by their names."""

    image: str
    command: str | None
    commands: Mapping[str, str]
    delivery: str
    path: str
    wraps_probes: bool
    duplicates: str
    allows_newlines: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """What is added to the pod; `limits` and `requests` are still texts, by Kubernetes' names."""

    image: str
    init_first: bool
    pre_populate: bool
    pre_populate_only: bool
    revoke_on_shutdown: bool
    revoke_grace: int
    share_process_namespace: bool | None
    volume_path: str
    configmap: str
    extra_secret: str
    copy_volume_mounts: str
    limits: Mapping[str, str]
    requests: Mapping[str, str]
    json_patch: list[dict[str, Any]]
    init_json_patch: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom the agent runs as; `is_set` tells whether its containers get a security context."""

    user: int
    group: int
    is_set: bool


@dataclass(frozen=True, slots=True)
class Agent:
    """Everything that a pod's annotations and the injector's defaults say.

    `given` are the pod's own annotations by their full names.
    """

    given: Mapping[str, str]
    mode: Literal["sidecar", "exec"]
    namespace: str
    containers: tuple[str, ...]
    secrets: tuple[Secret, ...]
    token: Token
    aws: Token | None
    shape: Shape
    server: Server
    identity: Identity
    cache: Cache
    templates: Templates
    telemetry: Mapping[str, Any]
    inject_token: bool
    enable_quit: bool
    disable_idle_connections: tuple[str, ...]
    disable_keep_alives: tuple[str, ...]
    exec: Exec


def read(pod: Pod, annotations: Mapping[str, str], defaults: Defaults) -> Agent:
    """Type the completed annotations; the first that cannot be read is the one that is told."""
    token = account.find(pod, annotations["agent-service-account-token-volume-name"])
    secrets = secret.read(annotations)
    shape = read_shape(pod, annotations)
    server = read_server(annotations, token, defaults.cacert_bytes)
    identity = read_identity(pod, annotations)
    cache = read_cache(annotations, persists=shape.pre_populate and not shape.pre_populate_only)
    return Agent(
        given=pod.metadata.annotations,
        mode="sidecar" if boolean(annotations["agent-run-as-sidecar"]) else "exec",
        namespace=annotations["agent-request-namespace"],
        containers=tuple(annotations["agent-inject-containers"].split(",")),
        secrets=secrets,
        token=token,
        aws=account.find_aws(pod) if annotations["auth-type"] == "aws" else None,
        shape=shape,
        server=server,
        identity=identity,
        cache=cache,
        templates=read_templates(annotations),
        telemetry={name: value(text) for name, text in parameters(annotations, "agent-telemetry").items()},
        inject_token=boolean(annotations["agent-inject-token"]),
        enable_quit=boolean(annotations["agent-enable-quit"]),
        disable_idle_connections=listed(annotations["agent-disable-idle-connections"]),
        disable_keep_alives=listed(annotations["agent-disable-keep-alives"]),
        exec=read_exec(pod, annotations, defaults),
    )


def read_shape(pod: Pod, annotations: Mapping[str, str]) -> Shape:
    """Read what is added to the pod."""
    return Shape(
        image=annotations["agent-image"],
        init_first=boolean(annotations["agent-init-first"]),
        pre_populate=boolean(annotations["agent-pre-populate"]),
        pre_populate_only=boolean(annotations["agent-pre-populate-only"]),
        revoke_on_shutdown=boolean(annotations["agent-revoke-on-shutdown"]),
        revoke_grace=unsigned(annotations["agent-revoke-grace"]),
        share_process_namespace=shares_processes(pod, annotations.get("agent-share-process-namespace")),
        volume_path=annotations["secret-volume-path"],
        configmap=annotations["agent-configmap"],
        extra_secret=annotations["agent-extra-secret"],
        copy_volume_mounts=annotations["agent-copy-volume-mounts"],
        limits=read_resources(annotations, "limits"),
        requests=read_resources(annotations, "requests"),
        json_patch=patch(annotations["agent-json-patch"], PREFIX + "agent-json-patch"),
        init_json_patch=patch(annotations["agent-init-json-patch"], PREFIX + "agent-init-json-patch"),
    )


def read_identity(pod: Pod, annotations: Mapping[str, str]) -> Identity:
    """Read whom the agent runs as."""
    user, group = integer(annotations["agent-run-as-user"]), integer(annotations["agent-run-as-group"])
    if boolean(annotations["agent-run-as-same-user"]):
        user = same_user(pod)
    return Identity(user, group, boolean(annotations["agent-set-security-context"]))


def same_user(pod: Pod) -> int:
    """Return the first container's user, which must be set and not be root."""
    if not pod.spec.containers:
        raise Denial("No containers found in Pod Spec")
    context = pod.spec.containers[0].security_context
    if context is None:
        raise Denial("No SecurityContext found for Container 0")
    if context.run_as_user is None:
        raise Denial("RunAsUser is nil for Container 0's SecurityContext")
    if not context.run_as_user:
        raise Denial("container not allowed to run as root")
    return context.run_as_user


def shares_processes(pod: Pod, text: str | None) -> bool | None:
    """Return what `shareProcessNamespace` is to become, None for what it is."""
    if text is None:
        return None
    name = PREFIX + "agent-share-process-namespace"
    try:
        shares = boolean(text)
    except Denial as error:
        raise Denial(f"invalid value {text[:SHOWN]} for annotation {quoted(name)}, err={error}") from None
    if shares and pod.spec.share_process_namespace is False:
        raise Denial("shareProcessNamespace explicitly disabled on the pod, refusing to enable it")
    return shares


def template_kind(text: str) -> str:
    """Return which template a secret without one gets."""
    if text.lower() not in ("map", "json"):
        raise Denial(f"invalid default template type: {text.lower()[:SHOWN]}")
    return text.lower()


def read_cache(annotations: Mapping[str, str], *, persists: bool) -> Cache:
    """Read what is said of the agent's cache."""
    is_enabled = boolean(annotations["agent-cache-enable"])
    return Cache(
        is_enabled=is_enabled,
        exit_on_err=boolean(annotations["agent-cache-exit-on-err"]),
        port=annotations["agent-cache-listener-port"],
        use_auto_auth_token=annotations["agent-cache-use-auto-auth-token"],
        is_persistent=is_enabled and persists,
    )


def read_templates(annotations: Mapping[str, str]) -> Templates:
    """Read what is said of templates in general."""
    return Templates(
        default=template_kind(annotations["agent-inject-default-template"]),
        exit_on_retry_failure=boolean(annotations["template-config-exit-on-retry-failure"]),
        render_interval=annotations["template-static-secret-render-interval"],
        max_connections=integer(annotations["template-max-connections-per-host"] or "0"),
        renewal_threshold=fraction(annotations["template-lease-renewal-threshold"] or "0"),
    )


def read_server(annotations: Mapping[str, str], token: Token, cacert_bytes: str) -> Server:
    """Read what is said of the server and the log-in."""
    config = {"token_path": token.file, **parameters(annotations, "auth-config")}
    if annotations["role"]:
        config["role"] = annotations["role"]
    return Server(
        address=annotations["service"],
        namespace=annotations["namespace"],
        role=annotations["role"],
        auth_type=annotations["auth-type"],
        auth_path=annotations["auth-path"],
        auth_config=config,
        min_backoff=annotations["auth-min-backoff"],
        max_backoff=annotations["auth-max-backoff"],
        exit_on_err=boolean(annotations["agent-auto-auth-exit-on-err"]),
        ca_cert=annotations["ca-cert"],
        ca_path=annotations["ca-key"],
        client_cert=annotations["client-cert"],
        client_key=annotations["client-key"],
        tls_server_name=annotations["tls-server-name"],
        tls_secret=annotations["tls-secret"],
        skip_verify=boolean(annotations["tls-skip-verify"]),
        cacert_bytes=cacert_bytes,
        proxy=annotations["proxy-address"],
        client_timeout=annotations["client-timeout"],
        client_max_retries=annotations["client-max-retries"],
        log_level=annotations["log-level"],
        log_format=annotations["log-format"],
        go_max_procs=annotations["go-max-procs"],
    )


def read_exec(pod: Pod, annotations: Mapping[str, str], defaults: Defaults) -> Exec:
    """Read what only exec mode asks for."""
    given = PREFIX + "agent-image" in pod.metadata.annotations
    start = "agent-exec-command-"
    return Exec(
        image=annotations["agent-image"] if given else defaults.exec_image,
        command=annotations.get("agent-exec-command"),
        commands={
            name.removeprefix(start): text for name, text in annotations.items() if name.startswith(start)
        },
        delivery=choice(annotations, "agent-exec-delivery", DELIVERIES),
        path=annotations["agent-exec-path"],
        wraps_probes=boolean(annotations["agent-exec-wrap-probes"]),
        duplicates=choice(annotations, "agent-exec-duplicates", DUPLICATES),
        allows_newlines=boolean(annotations["agent-exec-template-newlines"]),
    )


def choice(annotations: Mapping[str, str], name: str, words: tuple[str, ...]) -> str:
    """Read one of a few words."""
    if annotations[name] not in words:
        allowed = ", ".join(words)
        raise Denial(
            f"invalid value {quoted(annotations[name])} for {PREFIX}{name}, it takes one of {allowed}"
        )
    return annotations[name]


def read_resources(annotations: Mapping[str, str], which: str) -> dict[str, str]:
    """Return limits or requests by Kubernetes' names, without those that are empty."""
    names = {"cpu": "cpu", "mem": "memory", "ephemeral": "ephemeral-storage"}
    found = {name: annotations[f"agent-{which}-{short}"] for short, name in names.items()}
    return {name: text for name, text in found.items() if text}


def parameters(annotations: Mapping[str, str], prefix: str) -> dict[str, str]:
    """Return a family of annotations by parameter, in which dashes count as underscores."""
    start = prefix + "-"
    names = sorted(name for name in annotations if name.startswith(start))
    return {name.removeprefix(start).replace("-", "_"): annotations[name] for name in names}


def listed(text: str) -> tuple[str, ...]:
    """Split a list at its commas; "" is none."""
    return tuple(text.split(",")) if text else ()


def validate(agent: Agent) -> None:
    """Say what the agent cannot do without."""
    if not agent.namespace:
        raise Denial("namespace missing from request")
    if not (agent.token.volume and agent.token.mount_path and agent.token.path):
        raise Denial("no service account token volume name, mount path or token path found")
    if not agent.shape.image:
        raise Denial("no Vault image found")
    if agent.shape.configmap:
        return
    server = agent.server
    if not server.auth_type:
        raise Denial("no Vault Auth Type found")
    if server.auth_type == KUBERNETES and not server.auth_config.get("role"):
        raise Denial("no Vault role found")
    if not server.auth_path:
        raise Denial("no Vault Auth Path found")
    if not server.address:
        raise Denial("no Vault address found")
