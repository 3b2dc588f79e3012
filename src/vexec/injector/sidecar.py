"""Sidecar mode: an agent → the operations of a JSON patch, in the order and with the paths of the original.

Volumes, then their mounts in the containers, the init container, the sidecar, and the annotation that says
that it was done. An "add" to a list that is not there makes the list.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonpatch
from jsonpointer import JsonPointerException, resolve_pointer

from vexec.injector.annotations import PREFIX, STATUS
from vexec.injector.document import CACHE_PATH, TOKEN_FILE
from vexec.injector.handover import handover
from vexec.injector.models import Denial
from vexec.injector.quantity import canonical

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vexec.injector.agent import Agent
    from vexec.injector.models import Pod

INIT = "vault-agent-init"
SIDECAR = "vault-agent"
HOME = "/home/vault"
CONFIGS = "/vault/configs"
CONFIG = "/home/vault/config.json"
RUN = f"echo ${{VAULT_CONFIG?}} | base64 -d > {CONFIG} && vault agent -config={CONFIG}"
COPIED = 256 * 1024
SHOWN = 200  # characters of the package's own refusal
FAILURES = (
    jsonpatch.JsonPatchException,
    JsonPointerException,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


def plan(agent: Agent, pod: Pod) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the operations and the warnings, of which this mode has none; raises Denial."""
    operations = add("/spec/volumes", volumes(agent), is_there=bool(pod.spec.volumes))
    for index, container in enumerate(pod.spec.containers):
        if container.name in agent.containers:
            path = f"/spec/containers/{index}/volumeMounts"
            operations += add(path, secret_mounts(agent), is_there=bool(container.volume_mounts))
    if agent.shape.pre_populate:
        operations += init(agent, pod)
    if not agent.shape.pre_populate_only:
        sidecar = patched(container_of(agent, pod, is_init=False), agent.shape.json_patch)
        operations += add("/spec/containers", [sidecar], is_there=bool(pod.spec.containers))
    return [*operations, injected()], []


def add(path: str, values: Sequence[Any], *, is_there: bool) -> list[dict[str, Any]]:
    """Append values to a list of the pod's."""
    operations = []
    for value in values:
        place, what = (path + "/-", value) if is_there else (path, [value])
        operations.append({"op": "add", "path": place, "value": what})
        is_there = True
    return operations


def injected() -> dict[str, Any]:
    """Say in the pod that it was done."""
    name = (PREFIX + STATUS).replace("~", "~0").replace("/", "~1")
    return {"op": "add", "path": f"/metadata/annotations/{name}", "value": "injected"}


def init(agent: Agent, pod: Pod) -> list[dict[str, Any]]:
    """Add the init container, last or first, and the mounts of the others."""
    made = patched(container_of(agent, pod, is_init=True), agent.shape.init_json_patch)
    others = pod.spec.init_containers
    path = "/spec/initContainers"
    if agent.shape.init_first:
        documents = pod.document["spec"]["initContainers"] if others else []
        kept = [{"resources": {}, **filled(document)} for document in documents]
        operations: list[dict[str, Any]] = [{"op": "remove", "path": path}] if others else []
        operations += add(path, [made, *kept], is_there=False)
    else:
        operations = add(path, [made], is_there=bool(others))
    for index, container in enumerate(others, start=int(agent.shape.init_first)):
        if container.name != INIT:
            place = f"{path}/{index}/volumeMounts"
            operations += add(place, secret_mounts(agent), is_there=bool(container.volume_mounts))
    share = agent.shape.share_process_namespace
    if share is not None:
        operations.append({"op": "add", "path": "/spec/shareProcessNamespace", "value": share})
    return operations


def filled(document: dict[str, Any]) -> dict[str, Any]:
    """Return a container without what is null."""
    return {name: value for name, value in document.items() if value is not None}


def volumes(agent: Agent) -> list[dict[str, Any]]:
    """Return the volumes in the original's order."""
    shape = agent.shape
    names = ["home-init"] if shape.pre_populate else []
    names += [] if shape.pre_populate_only else ["home-sidecar"]
    names += ["vault-secrets", *(f"vault-secrets-custom-{index}" for index, _ in enumerate(custom(agent)))]
    found: list[dict[str, Any]] = [memory(name) for name in names]
    if shape.configmap:
        found.append({"name": "vault-config", "configMap": {"name": shape.configmap}})
    if shape.extra_secret:
        found.append({"name": "extra-secrets", "secret": {"secretName": shape.extra_secret}})
    if agent.server.tls_secret:
        found.append({"name": "vault-tls-secrets", "secret": {"secretName": agent.server.tls_secret}})
    return [*found, memory("vault-agent-cache")] if agent.cache.is_persistent else found


def memory(name: str) -> dict[str, Any]:
    """Return a volume in memory."""
    return {"name": name, "emptyDir": {"medium": "Memory"}}


def custom(agent: Agent) -> list[str]:
    """Return the directories of secrets that are not where the others are."""
    paths = dict.fromkeys(secret.mount_path for secret in agent.secrets)
    return [path for path in paths if path != agent.shape.volume_path]


def mount(name: str, path: str, *, is_read_only: bool = False) -> dict[str, Any]:
    """Return a volume mount."""
    return {"name": name, "mountPath": path, **({"readOnly": True} if is_read_only else {})}


def secret_mounts(agent: Agent) -> list[dict[str, Any]]:
    """Return the mounts that every container gets."""
    others = enumerate(custom(agent))
    return [
        mount("vault-secrets", agent.shape.volume_path),
        *(mount(f"vault-secrets-custom-{index}", path) for index, path in others),
    ]


def agent_mounts(agent: Agent, pod: Pod, *, is_init: bool) -> list[dict[str, Any]]:
    """Return the mounts of the agent's container in the original's order."""
    shape = agent.shape
    home = mount("home-init" if is_init else "home-sidecar", HOME)
    token = mount(agent.token.volume, agent.token.mount_path, is_read_only=True)
    found = [home, token] if is_init else [token, home]
    if agent.aws:
        found.append(mount(agent.aws.volume, agent.aws.mount_path, is_read_only=True))
    found += secret_mounts(agent)
    if shape.extra_secret:
        found.append(mount("extra-secrets", "/vault/custom", is_read_only=True))
    if shape.copy_volume_mounts:
        found += copied(pod, shape.copy_volume_mounts)
    if shape.configmap:
        found.append(mount("vault-config", CONFIGS, is_read_only=True))
    if agent.server.tls_secret:
        found.append(mount("vault-tls-secrets", "/vault/tls", is_read_only=True))
    return [*found, mount("vault-agent-cache", CACHE_PATH)] if agent.cache.is_persistent else found


def copied(pod: Pod, name: str) -> list[dict[str, Any]]:
    """Return another container's mounts but for the service account's."""
    return [
        found.model_dump(by_alias=True, exclude_unset=True)
        for container in (*pod.spec.containers, *pod.spec.init_containers)
        if container.name == name
        for found in container.volume_mounts
        if "serviceaccount" not in found.mount_path.lower()
    ]


def container_of(agent: Agent, pod: Pod, *, is_init: bool) -> dict[str, Any]:
    """Return the agent's init container or sidecar."""
    run = RUN
    if agent.shape.configmap:
        file = "config-init.hcl" if is_init else "config.hcl"
        run = f"touch {TOKEN_FILE} && vault agent -config={CONFIGS}/{file}"
    made: dict[str, Any] = {
        "name": INIT if is_init else SIDECAR,
        "image": agent.shape.image,
        "command": ["/bin/sh", "-ec"],
        "args": [run],
        "env": handover(agent, pod, is_init=is_init),
        "resources": resources(agent),
        "volumeMounts": agent_mounts(agent, pod, is_init=is_init),
    }
    if not is_init:
        made["lifecycle"] = lifecycle(agent)
    if agent.identity.is_set:
        made["securityContext"] = security_context(agent)
    return made


def resources(agent: Agent) -> dict[str, Any]:
    """Return limits and requests in canonical form."""
    found = {
        "limits": {name: canonical(text) for name, text in agent.shape.limits.items()},
        "requests": {name: canonical(text) for name, text in agent.shape.requests.items()},
    }
    return {name: values for name, values in found.items() if values}


def lifecycle(agent: Agent) -> dict[str, Any]:
    """Return what revokes the token when the sidecar is stopped."""
    if not agent.shape.revoke_on_shutdown:
        return {}
    server = agent.server
    paths = {"ca-cert": server.ca_cert, "client-cert": server.client_cert, "client-key": server.client_key}
    flags = [f"-address={server.address}", *(f"-{name}={path}" for name, path in paths.items() if path)]
    run = f"/bin/sleep {agent.shape.revoke_grace} && /bin/vault token revoke {' '.join(flags)} -self"
    return {"preStop": {"exec": {"command": ["/bin/sh", "-c", run]}}}


def security_context(agent: Agent) -> dict[str, Any]:
    """Return the agent's security context."""
    return {
        "runAsUser": agent.identity.user,
        "runAsGroup": agent.identity.group,
        "runAsNonRoot": bool(agent.identity.user and agent.identity.group),
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
        "allowPrivilegeEscalation": False,
    }


def patched(container: dict[str, Any], operations: list[dict[str, Any]]) -> dict[str, Any]:
    """Apply what an annotation changes of the container; raises Denial.

    What is copied may only add up to COPIED, since copies of copies double without an end.
    """
    result: Any = container
    size = 0
    try:
        for operation in operations:
            if operation.get("op") == "copy":
                size += len(json.dumps(resolve_pointer(result, operation["from"])))
            if size > COPIED:
                raise Denial("failed to apply JSON patch: it copies too much")
            change: Any = [operation]
            result = jsonpatch.JsonPatch(change).apply(result)
    except FAILURES as error:
        raise Denial(f"failed to apply JSON patch: {str(error)[:SHOWN]}") from None
    if not isinstance(result, dict):
        raise Denial("failed to apply JSON patch: the result is no container")
    return result
