"""Finding out which mount serves each reference, with as few look-ups as can be (S4.7).

Mounts cannot lie within one another, so one look-up serves every path below the mount that it finds, also of
what a template asks for later.
References are grouped by namespace and first path segment; the groups are looked up side by side.
"""

from __future__ import annotations

from vexec.errors import ConfigError, PermissionDenied, VexecError
from vexec.fetch.ref import API
from vexec.system.threads import run_all
from vexec.vault.client import Mount

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from vexec.fetch.ref import Ref
    from vexec.vault.client import VaultClient


# a template says the API's own path, which needs no look-up that the token may not make
UNKNOWN = Mount("", "", 0)


def locate(
    refs: Sequence[Ref], vault: VaultClient, limit: int, *, is_patient: bool = False
) -> dict[Ref, Mount | VexecError]:
    """Return each reference's mount, or the error of its look-up.

    Unless `is_patient`, the first error ends the work, and references that it kept waiting are absent.
    """
    found: dict[Ref, Mount | VexecError] = {ref: stated(ref) for ref in refs if ref.kv}
    groups: dict[tuple[str, str], list[Ref]] = {}
    for ref in refs:
        if not ref.kv:
            groups.setdefault((ref.namespace, first_part(ref)), []).append(ref)
    jobs = [lambda group=group: look_up(group, vault, is_patient=is_patient) for group in groups.values()]
    for outcome in run_all(jobs, limit, vault.deadline, is_patient=is_patient).values():
        if isinstance(outcome, VexecError):
            raise outcome
        found.update(outcome)
    return found


def first_part(ref: Ref) -> str:
    """Return the first segment of a path."""
    return ref.path.partition("/")[0]


def stated(ref: Ref) -> Mount:
    """Return the mount that `?kv=` states: up to `data/` in the path for version 2, else one segment."""
    head, marker, _ = ref.path.partition("/data/")
    path = head if marker and ref.kv == 2 else ref.path.partition("/")[0]
    return Mount(path + "/", "kv", ref.kv)


def look_up(group: Sequence[Ref], vault: VaultClient, *, is_patient: bool) -> dict[Ref, Mount | VexecError]:
    """Look up the references of one group, one after the other, until each has its mount."""
    found: dict[Ref, Mount | VexecError] = {}
    mounts = vault.mounts.setdefault(group[0].namespace, [])
    for ref in group:
        mount = next((m for m in mounts if (ref.path + "/").startswith(m.path)), None)
        if mount is None and ref.form in API and (ref.namespace, first_part(ref)) in vault.denied:
            mount = UNKNOWN
        if mount is None:
            try:
                mount = vault.mount(ref.path, namespace=ref.namespace)
                mounts.append(mount)
            except ConfigError:  # about the way to the server, such as a CA file that cannot be read
                raise
            except VexecError as error:
                if isinstance(error, PermissionDenied) and ref.form in API:
                    vault.denied.add((ref.namespace, first_part(ref)))
                    found[ref] = UNKNOWN
                    continue
                found[ref] = denied(ref, error) if isinstance(error, PermissionDenied) else error
                if not is_patient:
                    break
                continue
        found[ref] = mount
    return found


def denied(ref: Ref, error: PermissionDenied) -> PermissionDenied:
    """Say what a refused look-up means; it never stands for version 1 (T22)."""
    mount, _, name = ref.path.partition("/")
    name = name.removeprefix("data/")
    hint = (
        "no such mount, or no policy of the token names a path below it: for kv version 2 "
        f'path "{mount}/data/{name}" {{ capabilities = ["read"] }}, for version 1 path "{ref.path}"; '
        "?kv=1 or ?kv=2 skips the look-up"
    )
    return PermissionDenied(error.message, hint=hint)
