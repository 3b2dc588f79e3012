"""What went into the file: a CycloneDX bill of materials, and the licence texts for users to read."""

from __future__ import annotations

import hashlib
import json
import re
from importlib import metadata
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from . import debian
from .machine import Machine
from .toolchain import BuildError

SPEC_VERSION = "1.6"
COMMON = Path("/usr/share/common-licenses")
SHARED = re.compile(rf"{COMMON}/([\w.+-]*\w)")
LICENCE_NAMES = ("licen", "copying", "notice")


class Component(NamedTuple):
    """Something that is packed in; `purl` is a package URL (https://github.com/package-url/purl-spec)."""

    name: str
    version: str
    purl: str
    licence: str


def components(machine: Machine, own: Component, modules: list[str], files: list[Path]) -> list[Component]:
    """Return `own`, Python, the distributions of modules, and the packages of files."""
    found = {own, python(machine)}
    found |= {distribution(name) for name in distributions(modules) if name != own.name}
    found |= {component for file in files if (component := owner(machine, file)) is not None}
    for item in found:
        if not item.licence.strip():
            raise BuildError(f"no licence text of {item.name} is installed")
    return sorted(found)


def vexec(root: Path, version: str) -> Component:
    """Return the program itself, of the checkout at `root`."""
    return Component("vexec", version, f"pkg:pypi/vexec@{version}", (root / "LICENSE").read_text())


def python(machine: Machine) -> Component:
    """Return the interpreter; Debian keeps its licence with the package, others beside the library."""
    version = machine.python.version
    short = f"python{version.rpartition('.')[0]}"
    candidates = [
        machine.python.stdlib / "LICENSE.txt",
        copyright_of(machine, short),
        copyright_of(machine, f"lib{short}-minimal"),
    ]
    text = next((path.read_text() for path in candidates if path.exists()), "")
    return Component("python", version, f"pkg:generic/python@{version}", text)


def distributions(modules: list[str]) -> set[str]:
    """Return the names of the installed distributions that top-level modules belong to."""
    owners = metadata.packages_distributions()
    return {owner for module in modules for owner in owners.get(module.partition(".")[0], ())}


def distribution(name: str) -> Component:
    """Return a distribution from PyPI with the licence files that it carries."""
    found = metadata.distribution(name)
    texts = [
        Path(str(file.locate())).read_text()
        for file in found.files or ()
        if file.name.lower().startswith(LICENCE_NAMES) and ".dist-info" in str(file)
    ]
    return Component(name, found.version, f"pkg:pypi/{name}@{found.version}", "\n".join(texts))


def owner(machine: Machine, file: Path) -> Component | None:
    """Return the Debian package of a file; None for a part of Python or of a distribution.

    A file of another origin stands for itself.
    """
    name = debian.package(machine.root, file)
    if name is not None:
        return package(machine, name)
    if any(file.is_relative_to(place) for place in machine.unpackaged):
        return None
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return Component(
        file.name, "", f"pkg:generic/{file.name}?checksum=sha256:{digest}", "Of unknown origin and licence."
    )


def package(machine: Machine, name: str) -> Component:
    """Return a Debian package with its copyright file."""
    version = debian.version(machine.root, name)
    file = copyright_of(machine, name)
    text = file.read_text(errors="replace") if file.exists() else ""
    return Component(name, version, f"pkg:deb/debian/{name}@{quote(version, safe=':~')}", text)


def copyright_of(machine: Machine, name: str) -> Path:
    """Return where a Debian package has its licence."""
    return machine.root / "usr" / "share" / "doc" / name / "copyright"


def write(found: list[Component], out: Path) -> None:
    """Write the bill of materials, the same bytes for the same components."""
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": SPEC_VERSION,
        "version": 1,
        "components": [
            {"type": "library", "name": item.name, "version": item.version, "purl": item.purl}
            for item in found
        ],
    }
    out.write_text(json.dumps(document, indent=2) + "\n")


def licences(found: list[Component]) -> str:
    """Return all licence texts, each below its component's name, then those that Debian's refer to."""
    texts = [(f"{item.name} {item.version}", item.licence) for item in found]
    shared = {name for _, text in texts for name in SHARED.findall(text)}
    texts += [(name, path.read_text()) for name in sorted(shared) if (path := COMMON / name).is_file()]
    return "\n".join(f"{'=' * 78}\n{title}\n{'=' * 78}\n\n{text}" for title, text in texts)
