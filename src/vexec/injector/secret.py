"""The secrets that a pod's annotations name: agent-inject-secret-<name> and what goes with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vexec.injector.account import join
from vexec.injector.models import Denial
from vexec.injector.parse import boolean

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMED_BY = ("agent-inject-secret", "agent-inject-template-file", "agent-inject-template")


@dataclass(frozen=True, slots=True)
class Secret:
    """One secret; `raw_name` is its name as the annotations spell it.

    `error_on_missing` is None where no annotation says so.
    """

    name: str
    raw_name: str
    path: str
    template: str
    template_file: str
    left: str
    right: str
    mount_path: str
    command: str
    file: str
    perms: str
    error_on_missing: bool | None

    @property
    def destination(self) -> str:
        """Return the file that the agent writes."""
        return join(self.mount_path, self.file) if self.file else f"{self.mount_path}/{self.name}"


def read(annotations: Mapping[str, str]) -> tuple[Secret, ...]:
    """Read all secrets, sorted by name; raises Denial."""
    names: dict[str, str] = {}
    for annotation, text in annotations.items():
        raw = raw_name(annotation) if text.strip() else ""
        if raw:
            names[raw] = raw if keeps_case(annotations, raw) else raw.lower()
    return tuple(
        one(annotations, raw, name) for raw, name in sorted(names.items(), key=lambda pair: pair[::-1])
    )


def raw_name(annotation: str) -> str:
    """Return which secret an annotation is about, "" for none."""
    for prefix in NAMED_BY:
        name = annotation.removeprefix(prefix + "-") if annotation.startswith(prefix + "-") else ""
        if name:
            return name
    return ""


def keeps_case(annotations: Mapping[str, str], raw: str) -> bool:
    """Tell whether upper case stays; what is no boolean says no, as in the original."""
    text = annotations.get(f"preserve-secret-case-{raw}", annotations.get("preserve-secret-case", ""))
    try:
        return boolean(text)
    except Denial:
        return False


def one(annotations: Mapping[str, str], raw: str, name: str) -> Secret:
    """Gather what the annotations say of one secret."""

    def get(prefix: str, default: str = "") -> str:
        return annotations.get(f"{prefix}-{raw}", default)

    template = get("agent-inject-template")
    missing = annotations.get(f"error-on-missing-key-{raw}")
    return Secret(
        name=name,
        raw_name=raw,
        path=get("agent-inject-secret"),
        template=template,
        template_file="" if template else get("agent-inject-template-file"),
        left=get("agent-template-left-delim") or "{{",
        right=get("agent-template-right-delim") or "}}",
        mount_path=get("secret-volume-path", annotations["secret-volume-path"]),
        command=get("agent-inject-command"),
        file=get("agent-inject-file"),
        perms=get("agent-inject-perms"),
        error_on_missing=None if missing is None else boolean(missing),
    )
