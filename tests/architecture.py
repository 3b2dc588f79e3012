"""Reads the imports of a source tree with `ast` and says what breaks the house's rules.

An import counts wherever it stands: at the top, within a function, under `if TYPE_CHECKING:`, or as a call
of `__import__` with a text or an f-string. Types, too, may only be known downwards; for cycles alone an
import for types does not count, since nothing is executed.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

ROOT = "vexec"
# low → high; what stands in one row are siblings
LAYERS: tuple[tuple[str, ...], ...] = (
    ("value",),
    ("codec", "errors", "log"),
    ("config", "template", "system"),
    ("vault",),
    ("auth", "fetch", "lease"),
    ("session",),
    ("render",),
    ("pipeline",),
    ("injector", "operator"),
    ("commands",),
    ("cli",),
    ("__main__",),
)
RANKS = {name: rank for rank, row in enumerate(LAYERS) for name in row}
# module, or module.attribute → where alone it may be used
FENCES: Mapping[str, tuple[str, ...]] = {
    "hvac": ("vexec.vault.api",),
    "tenacity": ("vexec.vault.retry",),
    "pydantic": ("vexec.config.document", "vexec.injector.models"),
    "jsonpatch": ("vexec.injector.sidecar",),
    "jsonpointer": ("vexec.injector.sidecar",),
    "bcrypt": ("vexec.template.sprig.crypto",),
    "cryptography": ("vexec.template.sprig.crypto", "vexec.injector.certificates"),
    "kubernetes": ("vexec.injector.cluster",),
    "prometheus_client": ("vexec.injector.metrics",),
    "starlette": ("vexec.injector.webhook", "vexec.injector.server"),
    "uvicorn": ("vexec.injector.server",),
    "re2": ("vexec.template.regex",),
    "yaml": ("vexec.template.yamlscanner",),
    "ssl": ("vexec.commands.version", "vexec.injector.tls", "vexec.injector.server"),
    "_ssl": ("vexec.vault.tls",),
    "signal": ("vexec.system.process", "vexec.injector.server"),
    "_signal": ("vexec.system.process",),
    "socket": (),
    "_socket": ("vexec.vault.transport",),
    "os.environ": ("vexec.__main__", "vexec.cli"),
    "os.environb": ("vexec.__main__", "vexec.cli"),
    "os.getenv": ("vexec.__main__", "vexec.cli"),
    "os.getenvb": ("vexec.__main__", "vexec.cli"),
    "os.fork": (),
    "os.system": (),
    "subprocess": (),
    **{
        f"os.{name}": ("vexec.system.process",)
        for name in ("execl", "execle", "execlp", "execlpe", "execv", "execve", "execvp", "execvpe")
    },
}
VAGUE = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}
FILE_LIMIT = 400
FUNCTION_LIMIT = 60


@dataclass(frozen=True)
class Use:
    """One name that a module imports, or an attribute of an imported module that it uses."""

    name: str
    line: int
    is_typing: bool = False


@dataclass
class Module:
    """A parsed module."""

    name: str
    tree: ast.Module
    lines: int
    is_package: bool = False
    uses: list[Use] = field(default_factory=list)

    @property
    def layer(self) -> str:
        """The first part of the name below the root; "" for the root itself."""
        return part(self.name)


def part(name: str) -> str:
    """Return which package or module below the root a name belongs to."""
    return name.removeprefix(ROOT).lstrip(".").partition(".")[0]


def read_tree(directory: Path) -> dict[str, Module]:
    """Parse every module below src/vexec."""
    sources = {}
    for path in sorted(directory.rglob("*.py")):
        names = [ROOT, *path.relative_to(directory).with_suffix("").parts]
        is_package = names[-1] == "__init__"
        sources[".".join(names[:-1] if is_package else names)] = (path.read_text(), is_package)
    return {name: parse(name, text, is_package=is_package) for name, (text, is_package) in sources.items()}


def parse(name: str, text: str, *, is_package: bool = False) -> Module:
    """Parse one module's text and collect what it uses."""
    module = Module(name, ast.parse(text), text.count("\n"), is_package)
    package = name if is_package else name.rpartition(".")[0]
    typing_only = {id(node) for block in type_blocks(module.tree) for node in ast.walk(block)}
    bound: dict[str, str] = {}
    for node in ast.walk(module.tree):
        for found, alias in imported(node, package):
            if alias:
                bound[alias] = found
            module.uses.append(Use(found, node.lineno, id(node) in typing_only))  # type: ignore[attr-defined]
    module.uses += [use for node in ast.walk(module.tree) for use in attribute_uses(node, bound)]
    return module


def type_blocks(tree: ast.Module) -> Iterator[ast.stmt]:
    """Yield the statements under `if TYPE_CHECKING:`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            yield from node.body


def imported(node: ast.AST, package: str) -> Iterator[tuple[str, str]]:
    """Yield each name that a node imports, fully spelt, and what it is called there ("" for nothing)."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield alias.name, alias.asname or alias.name.partition(".")[0]
    elif isinstance(node, ast.ImportFrom):
        parents = package.split(".")
        base = parents[: len(parents) - node.level + 1] if node.level else []
        origin = ".".join([*base, *([node.module] if node.module else [])])
        for alias in node.names:
            yield f"{origin}.{alias.name}", alias.asname or alias.name
    elif isinstance(node, ast.Call) and called(node.func) in ("__import__", "import_module"):
        yield table_prefix(node.args[0]), ""


def called(function: ast.expr) -> str:
    """Return the last part of the name of what is called."""
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def table_prefix(argument: ast.expr) -> str:
    """Return the text of an `__import__`; of an f-string what is fixed at its beginning, else `?`."""
    if isinstance(argument, ast.Constant):
        return str(argument.value)
    if isinstance(argument, ast.JoinedStr) and isinstance(argument.values[0], ast.Constant):
        return str(argument.values[0].value).rstrip(".")
    return "?"


def attribute_uses(node: ast.AST, bound: Mapping[str, str]) -> Iterator[Use]:
    """Yield `module.attribute` where a module that was imported is used by its name."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in bound:
        yield Use(f"{bound[node.value.id]}.{node.attr}", node.lineno)


def broken_layers(module: Module) -> Iterator[str]:
    """Say which imports go upwards, to a sibling, to no layer, or are not known."""
    for use in module.uses:
        if use.name == "?":
            yield f"{module.name}:{use.line} imports what cannot be known"
        if use.name != ROOT and not use.name.startswith(ROOT + "."):
            continue
        mine, other = module.layer, part(use.name)
        if other == "__version__" or mine == other:
            continue
        if mine not in RANKS or other not in RANKS:
            yield f"{module.name}:{use.line} uses {use.name}: {mine or ROOT!r} or {other!r} is in no layer"
        elif RANKS[other] >= RANKS[mine]:
            yield f"{module.name}:{use.line} ({mine}) may not use {use.name} ({other})"


def broken_fences(module: Module) -> Iterator[str]:
    """Say which imports and attributes are used outside of the only place that may."""
    for use in module.uses:
        for fenced, allowed in FENCES.items():
            if (use.name == fenced or use.name.startswith(fenced + ".")) and module.name not in allowed:
                yield f"{module.name}:{use.line} uses {use.name}, which only {allowed or 'nobody'} may"


def broken_form(module: Module) -> Iterator[str]:
    """Say what is wrong with a module's size, name and docstring."""
    if not ast.get_docstring(module.tree):
        yield f"{module.name} has no docstring"
    if module.name.rpartition(".")[2] in VAGUE:
        yield f"{module.name} has a name that says nothing"
    if module.lines > FILE_LIMIT:
        yield f"{module.name} has {module.lines} lines"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            size = (node.end_lineno or node.lineno) - node.lineno + 1
            if size > FUNCTION_LIMIT:
                yield f"{module.name}:{node.lineno} {node.name} has {size} lines"


def cycles(modules: Mapping[str, Module]) -> list[list[str]]:
    """Return each way from a module through its imports, those in functions included, back to itself."""
    edges = {name: sorted(targets(module, modules)) for name, module in modules.items()}
    found: dict[frozenset[str], list[str]] = {}

    def visit(path: list[str]) -> None:
        for after in edges[path[-1]]:
            if after in path:
                way = path[path.index(after) :]
                found.setdefault(frozenset(way), [*way, after])
            elif after not in done:
                visit([*path, after])
        done.add(path[-1])

    done: set[str] = set()
    for name in edges:
        visit([name])
    return list(found.values())


def targets(module: Module, modules: Iterable[str]) -> set[str]:
    """Return the modules that a module imports when it runs."""
    known = set(modules)
    names = [use.name for use in module.uses if not use.is_typing]
    found = {name if name in known else name.rpartition(".")[0] for name in names}
    return {name for name in found if name in known and name != module.name}
