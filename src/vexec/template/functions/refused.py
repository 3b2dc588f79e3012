"""consul-template's functions that are parsed, but fail when they are called; and the denylist."""

from __future__ import annotations

from vexec.template.values import Function, FunctionError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

CONSUL = (
    "byKey", "byMeta", "byPort", "byTag", "caLeaf", "caRoots", "connect", "datacenters", "explode",
    "exportedServices", "importedServices", "key", "keyExists", "keyOrDefault", "ls", "node", "nodes",
    "partitions", "peerings", "safeLs", "safeTree", "service", "services", "tree",
)  # fmt: skip
NOMAD = (
    "nomadService", "nomadServices", "nomadVar", "nomadVarExists", "nomadVarList", "nomadVarListSafe",
)  # fmt: skip
# name → what its message says beside "not supported"
REASONS: Mapping[str, str] = {
    **dict.fromkeys(CONSUL, "it asks Consul"),
    **dict.fromkeys(NOMAD, "it asks Nomad"),
    "plugin": "it would start a program",
    "sockaddr": "it asks the machine's network interfaces",
    "spew_dump": "it would print to the standard output",
    "spew_printf": "it would print to the standard output",
    "spew_sdump": "it is for debugging",
    "spew_sprintf": "it is for debugging",
}


def failing(message: str) -> Callable[..., Any]:
    """Return a call that fails with a message."""

    def fail(*_: object) -> Any:
        raise FunctionError(message)

    return fail


def deny(name: str) -> Function:
    """Return what stands in place of a function that the denylist names."""
    return Function(name, failing("function is disabled"), ("string",), "string", is_variadic=True)


def is_denied(name: str, patterns: Iterable[str]) -> bool:
    """Tell whether a pattern of the denylist, in which * stands for any text, matches a function's name."""
    return any(is_match(pattern, name) for pattern in patterns)


def is_match(pattern: str, name: str) -> bool:
    """Match a name against a pattern."""
    first, *rest = pattern.split("*")
    if not rest:
        return first == name
    last = rest.pop()
    if not name.startswith(first):
        return False
    name = name[len(first) :]
    for part in rest:
        _, found, name = name.partition(part) if part else ("", "*", name)
        if not found:
            return False
    return name.endswith(last)


FUNCTIONS: Mapping[str, Function] = {
    name: Function(
        name,
        failing(f"{name} is not supported: {reason}"),
        ("interface {}",),
        "interface {}",
        is_variadic=True,
    )
    for name, reason in REASONS.items()
}
