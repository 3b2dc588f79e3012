"""A pod's annotations, without their prefix and with a default for each that it does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vexec.injector.annotations import PREFIX, TABLE
from vexec.injector.models import Denial
from vexec.injector.parse import duration, patch

if TYPE_CHECKING:
    from vexec.injector.models import Pod
    from vexec.injector.settings import Defaults

NEVER_EMPTY = ("agent-image", "auth-type", "agent-run-as-user", "agent-run-as-group")


def complete(pod: Pod, namespace: str, defaults: Defaults) -> dict[str, str]:
    """Return the annotations, without their prefix and with all defaults."""
    if not defaults.address:
        raise Denial("address for Vault required")
    if not defaults.auth_path:
        raise Denial("Vault Auth Path required")
    if not namespace:
        raise Denial("kubernetes namespace required")
    given = {
        name.removeprefix(PREFIX): text
        for name, text in pod.metadata.annotations.items()
        if name.startswith(PREFIX)
    }
    names = ",".join(container.name for container in pod.spec.containers)
    found = {
        **table_defaults(defaults),
        "agent-request-namespace": namespace,
        "agent-inject-containers": names,
    }
    if {"agent-run-as-user", "agent-run-as-same-user", "agent-run-as-group"} & given.keys():
        found["agent-set-security-context"] = "true"  # the original: else they would have no effect
    found.update(given)
    for which in ("min", "max"):
        duration(given.get(f"auth-{which}-backoff", ""), f"{which} backoff")
    for name in ("agent-json-patch", "agent-init-json-patch"):
        patch(found[name], PREFIX + name)
    return found


def table_defaults(defaults: Defaults) -> dict[str, str]:
    """Return the table's defaults, where the injector has a setting for one that."""
    found = {}
    for entry in TABLE:
        if entry.family:
            continue
        setting = getattr(defaults, entry.setting) if entry.setting else entry.default
        if entry.default is None and not setting:  # absence has a meaning of its own
            continue
        text = str(setting).lower() if isinstance(setting, bool) else str(setting)
        found[entry.name] = text or (entry.default or "" if entry.name in NEVER_EMPTY else "")
    return found
