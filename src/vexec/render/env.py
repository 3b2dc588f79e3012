"""The target's environment: import names, precedence, what may be in it (S1.10, S1.12, T13-T16, T41).

Precedence is total: explicit reference > later import > earlier import > inherited. The policy says what
happens where an import meets a name that is there already: `error`, `keep` the one that is there, or
`overwrite` it. An explicit reference wins over an import of its name without an error.
"""

from __future__ import annotations

from vexec.config.names import is_any_match, is_dangerous, is_identifier
from vexec.errors import Issue, RenderError, SecretNotFound
from vexec.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vexec.fetch.ref import Source

INHERITED = "inherited"  # the origin of what the target has anyway
STRING_LIMIT = 131072  # bytes of NAME=VALUE and its final NUL: MAX_ARG_STRLEN, 32 pages of 4 KiB (T14)


class Item(Value, secret=("value",)):
    """One variable and where its value comes from, in words."""

    name: str
    value: str
    origin: str


def merge(
    inherited: Mapping[str, str], imports: Sequence[Item], explicit: Sequence[Item], policy: str
) -> list[Item]:
    """Return the target's variables, each once, in order; raises RenderError with every issue."""
    result = {name: Item(name, value, INHERITED) for name, value in inherited.items()}
    own = {item.name for item in explicit}
    issues = []
    for item in imports:
        if item.name in own:
            continue
        there = result.get(item.name)
        if there is None or policy == "overwrite":
            result[item.name] = item
        elif policy == "error":
            hint = "VEXEC_DUPLICATES=keep or overwrite chooses one, ?except= leaves one out"
            issues.append(Issue(f"variable {item.name} comes from {item.origin} and is {told(there)}", hint))
    if issues:
        raise RenderError(issues)
    result.update((item.name, item) for item in explicit)
    return list(result.values())


def told(item: Item) -> str:
    """Say where a variable already comes from."""
    return item.origin if item.origin == INHERITED else f"imported from {item.origin}"


def import_names(source: Source, keys: Iterable[str]) -> dict[str, str]:
    """Return the variable for each key that the source takes.

    `only` and `except` speak of keys; then come `upper`, `prefix` and the rule for names. A dangerous name
    is refused unless `only` names its key (T16).
    Raises SecretNotFound for a key that `only` names and that is not there, unless the source is optional,
    and RenderError with every issue.
    """
    keys = list(keys)
    taken = [key for key in keys if is_taken(source, key)]
    absent = [key for key in source.only or () if key not in keys and not set("*?") & set(key)]
    if absent and not source.ref.is_optional:
        what = f"key {absent[0]} does" if len(absent) == 1 else f"keys {', '.join(absent)} do"
        hint = f"its keys are: {', '.join(sorted(keys)) or 'none'}"
        raise SecretNotFound(f"{what} not exist", hint=hint)
    issues = []
    names: dict[str, str] = {}
    for key in taken:
        name = source.prefix + (key.upper() if source.is_upper else key)
        if source.names == "sanitize":
            name = sanitized(name)
        problem = refused(source, key, name)
        if name in names.values():
            problem = Issue(f"two keys become the variable {name}", "?except= leaves one out")
        if problem:
            issues.append(problem)
        names[key] = name
    if issues:
        raise RenderError(issues)
    return names


def is_taken(source: Source, key: str) -> bool:
    """Tell whether a key passes the source's `only` and `except`."""
    return (source.only is None or is_any_match(source.only, key)) and not is_any_match(source.excluded, key)


def refused(source: Source, key: str, name: str) -> Issue | None:
    """Say why a key cannot become a variable of that name, or return None."""
    if not is_possible(name):
        return Issue(f"key {key!r} cannot be a variable's name")
    if source.names != "any" and not is_identifier(name):
        hint = "?names=sanitize replaces what does not fit by _, ?names=any takes it as it is"
        return Issue(f"key {key!r} is no variable's name for shells", hint)
    if is_dangerous(name) and key not in (source.only or ()):
        hint = f"programs act on it: ?only={key} asks for it by name, ?except={key} leaves it out"
        return Issue(f"key {key!r} would set {name}", hint)
    return None


def is_possible(name: str) -> bool:
    """Tell whether there can be a variable of that name: not empty, no `=`, no NUL, and made of bytes."""
    try:
        return bool(size(name)) and not {"=", "\0"} & set(name)
    except UnicodeEncodeError:  # half a surrogate pair, which JSON can write
        return False


def sanitized(name: str) -> str:
    """Replace every character that a name may not have by `_`, and put one before a leading digit."""
    text = "".join(char if char.isascii() and (char.isalnum() or char == "_") else "_" for char in name)
    return "_" + text if text[:1].isdigit() else text


def check(items: Sequence[Item], argv: Sequence[str], space: int) -> None:
    """Raise RenderError where the kernel would refuse the environment: NUL, names, sizes (T14, T15).

    `space` is what argv and environ may take together, in bytes: each string with its NUL, and 8 for its
    pointer. Names are told, values never.
    """
    sizes = {item.name: size(item.name) + 1 + size(item.value) + 1 for item in items}
    issues = []
    for item in items:
        if not is_possible(item.name):
            issues.append(Issue(f"{item.name!r} from {item.origin} cannot be a variable's name"))
        elif "\0" in item.value:
            issues.append(Issue(f"variable {item.name} from {item.origin} holds a NUL byte"))
        elif sizes[item.name] > STRING_LIMIT:
            limit = f"{STRING_LIMIT} bytes for NAME=VALUE"
            issues.append(
                Issue(f"variable {item.name} from {item.origin} is too large: {sizes[item.name]} of {limit}")
            )
    total = sum(sizes.values()) + sum(size(argument) + 1 for argument in argv) + 8 * (len(argv) + len(items))
    if not issues and total > space:
        largest = ", ".join(sorted(sizes, key=sizes.__getitem__, reverse=True)[:3])
        hint = f"the largest variables are {largest}"
        issues.append(Issue(f"arguments and environment are too large: {total} of {space} bytes", hint))
    if issues:
        raise RenderError(issues)


def size(text: str) -> int:
    """Return the bytes that a text takes."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogateescape"))
