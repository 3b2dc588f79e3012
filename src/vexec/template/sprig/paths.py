"""Sprig's functions on paths with slashes; those of the operating system are the same on Linux."""

from __future__ import annotations

from vexec.template.sprig import table


def clean(path: str) -> str:
    """Return the shortest path that is the same: no `.`, no `..` that can be resolved, no empty part."""
    parts: list[str] = []
    is_rooted = path.startswith("/")
    for part in path.split("/"):
        if part in ("", "."):
            continue
        if part != ".." or (not is_rooted and (not parts or parts[-1] == "..")):
            parts.append(part)
        elif parts:
            parts.pop()
    return ("/" if is_rooted else "") + "/".join(parts) or "."


def base(path: str) -> str:
    """Return the last part of a path."""
    if not path:
        return "."
    return path.rstrip("/").rpartition("/")[2] or "/"


def directory(path: str) -> str:
    """Return all but the last part of a path."""
    return clean("".join(path.rpartition("/")[:2]))


def extension(path: str) -> str:
    """Return what the last part of a path has from its last point on."""
    name = path.rpartition("/")[2]
    point = name.rfind(".")
    return name[point:] if point >= 0 else ""


def is_absolute(path: str) -> bool:
    """Tell whether a path begins at the root."""
    return path.startswith("/")


ONE = "func(string) string"
FUNCTIONS = table(
    {
        "base": (ONE, base),
        "osBase": (ONE, base),
        "clean": (ONE, clean),
        "osClean": (ONE, clean),
        "dir": (ONE, directory),
        "osDir": (ONE, directory),
        "ext": (ONE, extension),
        "osExt": (ONE, extension),
        "isAbs": ("func(string) bool", is_absolute),
        "osIsAbs": ("func(string) bool", is_absolute),
    }
)
