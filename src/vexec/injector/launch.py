"""Exec mode: an agent → the operations of a JSON patch after which the containers start through vexec.

In order: volumes; for each container its mounts, its variables, its command and, if asked for, its probes;
the init container that brings vexec; the annotation that says that it was done. What the pod's owner wrote
stays: a variable that is there already is left alone and told. Done twice, it changes nothing more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vexec.config.settings import TABLE, names
from vexec.injector.annotations import without_meaning
from vexec.injector.command import escaped, starts
from vexec.injector.configuration import idle, variables
from vexec.injector.models import Denial
from vexec.injector.parse import quoted
from vexec.injector.sidecar import CONFIGS, add, injected, mount, patched, resources, security_context

if TYPE_CHECKING:
    from vexec.injector.agent import Agent
    from vexec.injector.command import Start
    from vexec.injector.models import Container, Pod

    Operations = list[dict[str, Any]]

NAME = "vexec-install"  # of the volume and of the init container
DIRECTORY = "/vexec-bin"  # where a container finds vexec; not /vexec, which the file itself is in its image
SIZE = "64Mi"  # of the volume; vexec has less than half of it
PROBES = {
    "liveness_probe": "livenessProbe",
    "readiness_probe": "readinessProbe",
    "startup_probe": "startupProbe",
}
SAME_SETTING = {name: names(setting) for setting in TABLE for name in names(setting)}


def plan(agent: Agent, pod: Pod) -> tuple[Operations, list[str]]:
    """Return the operations and the warnings; raises Denial."""
    wrapper = (program(agent), "--")
    found = variables(agent)
    warnings = [f"{name} has no meaning in exec mode" for name in without_meaning(agent.given)]
    warnings += [f"{name} has no meaning with this auth-type, or without a template" for name in idle(agent)]
    operations = add("/spec/volumes", missing(agent, pod), is_there=bool(pod.spec.volumes))
    for start in starts(agent, pod.spec.containers, wrapper):
        operations += mounts(agent, start, found)
        operations += environment(start, found, warnings)
        operations += command(agent, start, wrapper)
    if agent.exec.delivery == "init" and NAME not in [c.name for c in pod.spec.init_containers]:
        operations += init(agent, pod)
    return [*operations, injected()], warnings


def program(agent: Agent) -> str:
    """Return where a container finds vexec."""
    path = agent.exec.path
    if not path.startswith("/") or not path.isprintable() or "$" in path or ".." in path.split("/"):
        raise Denial(f"agent-exec-path {quoted(path)} is not the path of a file")
    return {"init": f"{DIRECTORY}/vexec", "image-volume": DIRECTORY + path, "image": path}[
        agent.exec.delivery
    ]


def volumes(agent: Agent) -> Operations:
    """Return the volumes that exec mode needs."""
    found: list[dict[str, Any]] = []
    if agent.exec.delivery == "init":
        found.append({"name": NAME, "emptyDir": {"medium": "Memory", "sizeLimit": SIZE}})
    if agent.exec.delivery == "image-volume":
        found.append({"name": NAME, "image": {"reference": agent.exec.image}})
    if agent.shape.configmap:
        found.append({"name": "vault-config", "configMap": {"name": agent.shape.configmap}})
    if agent.shape.extra_secret:
        found.append({"name": "extra-secrets", "secret": {"secretName": agent.shape.extra_secret}})
    if agent.server.tls_secret:
        found.append({"name": "vault-tls-secrets", "secret": {"secretName": agent.server.tls_secret}})
    return found


def missing(agent: Agent, pod: Pod) -> Operations:
    """Return the volumes that the pod lacks; raises Denial where it has another by the same name."""
    there = {volume["name"]: volume for volume in pod.document["spec"].get("volumes") or ()}
    wanted = volumes(agent)
    foreign = [
        volume["name"] for volume in wanted if not is_within(volume, there.get(volume["name"], volume))
    ]
    if foreign:
        raise Denial(f"the pod has a volume {quoted(foreign[0])} of its own, a name that exec mode needs")
    return [volume for volume in wanted if volume["name"] not in there]


def is_within(part: Any, whole: Any) -> bool:
    """Tell whether a document holds all of another; the API server may have added defaults to it."""
    if not isinstance(part, dict) or not isinstance(whole, dict):
        return bool(part == whole)
    return all(name in whole and is_within(value, whole[name]) for name, value in part.items())


def mounts(agent: Agent, start: Start, found: dict[str, str]) -> Operations:
    """Add the mounts that a container lacks, all of them read-only; raises Denial where one is in the way."""
    wanted = {"vault-config": CONFIGS, "extra-secrets": "/vault/custom", "vault-tls-secrets": "/vault/tls"}
    places = {wanted.get(volume["name"], DIRECTORY): volume["name"] for volume in volumes(agent)}
    if found.get("VEXEC_JWT_FILE") == agent.token.file:
        places[agent.token.mount_path.rstrip("/")] = agent.token.volume
    there = {mount.mount_path.rstrip("/"): mount.name for mount in start.container.volume_mounts}
    taken = [path for path, name in places.items() if there.get(path, name) != name]
    if taken:
        who = quoted(start.container.name)
        raise Denial(f"container {who} mounts another volume at {taken[0]}, which exec mode needs")
    added = [mount(name, path, is_read_only=True) for path, name in places.items() if path not in there]
    return add(f"/spec/containers/{start.index}/volumeMounts", added, is_there=bool(there))


def environment(start: Start, found: dict[str, str], warnings: list[str]) -> Operations:
    """Add variables, but none that the owner set by that name or by another of the same setting."""
    own = {variable.name: variable for variable in start.container.env}
    added = []
    for name, value in found.items():
        present = [other for other in SAME_SETTING[name] if other in own]
        if not present:
            added.append({"name": name, "value": escaped(value)})
        elif present != [name] or own[name].value != escaped(value):
            who = f"container {quoted(start.container.name)}"
            warnings.append(f"{who} sets {present[0]} itself, which stays in place of the injector's {name}")
    return add(f"/spec/containers/{start.index}/env", added, is_there=bool(own))


def command(agent: Agent, start: Start, wrapper: tuple[str, ...]) -> Operations:
    """Let a container and, where that is asked for, the commands of its probes start through vexec."""
    path = f"/spec/containers/{start.index}"
    operations: Operations = []
    if not start.is_done:
        operations.append({"op": "add", "path": f"{path}/command", "value": list(wrapper)})
        operations.append({"op": "add", "path": f"{path}/args", "value": list(start.argv)})
    for name, argv in probes(start.container).items() if agent.exec.wraps_probes else ():
        if tuple(argv[: len(wrapper)]) != wrapper:
            place = f"{path}/{name}/exec/command"
            operations.append({"op": "add", "path": place, "value": [*wrapper, *argv]})
    return operations


def probes(container: Container) -> dict[str, list[str]]:
    """Return the commands of a container's probes."""
    found = {name: getattr(container, field) for field, name in PROBES.items()}
    return {name: probe.exec.command for name, probe in found.items() if probe and probe.exec}


def init(agent: Agent, pod: Pod) -> Operations:
    """Add the init container that puts vexec into the volume; a "restricted" namespace admits it, too."""
    made = {
        "name": NAME,
        "image": agent.exec.image,
        "command": [agent.exec.path, "install", DIRECTORY],
        "resources": resources(agent),
        "volumeMounts": [mount(NAME, DIRECTORY)],
    }
    if agent.identity.is_set:
        made["securityContext"] = security_context(agent) | {"seccompProfile": {"type": "RuntimeDefault"}}
    made = patched(made, agent.shape.init_json_patch)
    path = "/spec/initContainers"
    if agent.shape.init_first and pod.spec.init_containers:
        return [{"op": "add", "path": path + "/0", "value": made}]
    return add(path, [made], is_there=bool(pod.spec.init_containers))
