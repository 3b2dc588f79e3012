"""The review itself: an AdmissionReview → the answer's AdmissionReview, without any input or output.

An annotation says whether to inject; system namespaces never; annotations become an Agent, and the mode that
it asks for makes the patch. Whatever is wrong with the pod is an answer that says so.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any, TypeVar

from vexec.injector import agent as agents
from vexec.injector import sidecar
from vexec.injector.annotations import PREFIX, STATUS
from vexec.injector.completion import complete
from vexec.injector.models import Denial, Pod, Review
from vexec.injector.parse import boolean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from vexec.injector.agent import Agent
    from vexec.injector.models import Request
    from vexec.injector.settings import Defaults

    Plan = tuple[list[dict[str, Any]], list[str]]

T = TypeVar("T")
SYSTEM = ("kube-system", "kube-public")
PENDING = ("", "Pending")


def review(document: Mapping[str, Any], defaults: Defaults) -> dict[str, Any]:
    """Answer a review in its own version; raises Malformed where there is nothing to answer."""
    asked = Review.read(document)
    response: dict[str, Any] = {"uid": asked.request.uid, "allowed": True}
    try:
        operations, warnings = decide(asked.request, defaults)
        encoded = encode(operations)
    except Denial as error:
        response |= {"allowed": False, "status": {"message": error.message}}
    else:
        if operations:
            response |= {"patch": encoded, "patchType": "JSONPatch"}
        if warnings:
            response["warnings"] = warnings
    return {"apiVersion": asked.api_version, "kind": asked.kind, "response": response}


def encode(operations: list[dict[str, Any]]) -> str:
    """Return a patch as base64 of its JSON; raises Denial where a field that is kept has no JSON."""
    try:
        text = json.dumps(operations, separators=(",", ":"), allow_nan=False)
    except (RecursionError, ValueError):
        raise Denial("error creating patch for agent: the pod is nested too deeply, or is no JSON") from None
    return base64.b64encode(text.encode()).decode()


def decide(request: Request, defaults: Defaults) -> Plan:
    """Return the operations and the warnings, none of either for a pod that is left alone; raises Denial."""
    pod = Pod.read(request.object)
    if not step("error checking if should inject agent", lambda: wants_injection(pod)):
        return [], []
    if request.namespace in SYSTEM:
        reason = f"cannot inject into system namespaces: {request.namespace}"
        raise Denial(f"error with request namespace: {reason}")
    annotations = step("error adding default annotations", lambda: complete(pod, request.namespace, defaults))
    agent = step("error creating new agent sidecar", lambda: agents.read(pod, annotations, defaults))
    step("error validating agent configuration", lambda: agents.validate(agent))
    return step("error creating patch for agent", lambda: plan(agent, pod))


def step(prefix: str, work: Callable[[], T]) -> T:
    """Do one step; its refusal gets the original's prefix."""
    try:
        return work()
    except Denial as error:
        raise Denial(f"{prefix}: {error.message}") from None


def wants_injection(pod: Pod) -> bool:
    """Tell whether the pod asks for it, and it was not done before, and the pod has not begun."""
    text = pod.metadata.annotations.get(PREFIX + "agent-inject")
    if text is None or not boolean(text):
        return False
    is_done = pod.metadata.annotations.get(PREFIX + STATUS) == "injected"
    return not is_done and pod.status.phase in PENDING


def plan(agent: Agent, pod: Pod) -> Plan:
    """Make the patch of the mode that the pod asks for."""
    if agent.mode == "sidecar":
        return sidecar.plan(agent, pod)
    from vexec.injector import launch

    return launch.plan(agent, pod)
