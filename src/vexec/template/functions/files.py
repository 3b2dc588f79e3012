"""consul-template's functions of files: `file` reads one, `writeToFile` asks for one to be written."""

from __future__ import annotations

import os

from vexec.template.values import Function, FunctionError, Write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from vexec.template.scope import Scope

BITS = 32  # of a file's mode, as upstream reads it


def read_file(scope: Scope, path: str) -> str:
    """Return a file's text, "" for no path; it has to be in the sandbox where there is one."""
    if not path:
        return ""
    if scope.read is None:
        raise FunctionError("file is not supported here")
    from vexec.template.unicode import trim_space

    place = sandboxed(scope.sandbox, trim_space(path))
    try:
        data = scope.read(place)
    except (OSError, ValueError) as error:
        raise FunctionError(f'file: open "…": {reason(error)}') from None
    scope.count(1 + len(data) // 64)
    return data.decode("utf-8", "surrogateescape")


def sandboxed(sandbox: str, path: str) -> str:
    """Return the path to open; in a sandbox links are followed first and must not lead out of it."""
    if not sandbox:
        return os.path.normpath(path) if path else "."
    root = resolved(sandbox, "sandbox")
    target = resolved(path, "target")
    if os.path.commonpath((root, target)) != root:
        raise FunctionError('"…" is outside of sandbox')
    return target


def resolved(path: str, role: str) -> str:
    """Follow the links of a path that has to exist; raises FunctionError."""
    try:
        return os.path.realpath(path, strict=True)
    except (OSError, ValueError) as error:
        raise FunctionError(f'failed to resolve {role} path: lstat "…": {reason(error)}') from None


def reason(error: OSError | ValueError) -> str:
    """Say what the system says, as Go spells it; it holds no path."""
    return (
        os.strerror(error.errno).lower() if isinstance(error, OSError) and error.errno else "invalid argument"
    )


def write_to_file(scope: Scope, path: str, *args: str) -> str:
    """Ask for a file to be written after the pass.

    The arguments are user, group, mode, flags (append, newline) or none, and the content.
    """
    user, group, mode, *rest = args
    if scope.write is None:
        raise FunctionError("writeToFile is not supported here")
    if not rest:
        raise FunctionError("runtime error: index out of range [-1]")
    from vexec.template.strconv import parse_uint

    bits = parse_uint(mode, 8, BITS)
    flags = rest[0] if len(rest) == 2 else ""
    content = rest[-1] + ("\n" if "newline" in flags else "")
    scope.write(Write(path, content, user, group, bits, "append" in flags))
    return ""


FUNCTIONS: Mapping[str, Function] = {
    "file": Function("file", read_file, ("string",), "string", is_scoped=True),
    "writeToFile": Function(
        "writeToFile", write_to_file, ("string",) * 5, "string", is_variadic=True, is_scoped=True
    ),
}
