"""What the file says of itself: versions, licences, and a bill of materials that lists what is in it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from build.single.layout import Kind, read

from vexec import __version__

if TYPE_CHECKING:
    from tests.single.program import Single

RULE = "=" * 78


@pytest.fixture
def licences(single: Single) -> dict[str, str]:
    """Give the licence texts by their titles."""
    done = single("version", "--licenses")
    assert done.told == (0, "")
    pieces = re.split(rf"^{RULE}\n(.*)\n{RULE}\n", done.stdout, flags=re.MULTILINE)
    assert pieces[0] == ""
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


@pytest.fixture
def materials(built: Path) -> list[dict[str, str]]:
    """Give the components of the bill of materials, which the build writes beside the file."""
    path = built.with_name("vexec.cdx.json")
    if not path.exists():
        pytest.skip(f"{path.name} — not beside the file under test")
    document = json.loads(path.read_text())
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")
    components: list[dict[str, str]] = document["components"]
    return components


def test_version_names_what_it_runs_on(single: Single) -> None:
    """One line has the version, the commit, Python's version and OpenSSL's."""
    done = single("version")

    pattern = rf"vexec {re.escape(__version__)} \(commit (\w+), Python 3\.\d+\.\d+, OpenSSL 3[\w. ]+\)\n"
    assert done.told == (0, "")
    match = re.fullmatch(pattern, done.stdout)
    assert match is not None, done.stdout
    assert re.fullmatch("[0-9a-f]{12}|unknown", match[1])


def test_every_component_has_its_licence(licences: dict[str, str], materials: list[dict[str, str]]) -> None:
    """The texts are those of the bill of materials, none is empty, and what they refer to is there, too."""
    titles = {f"{part['name']} {part['version']}" for part in materials}

    assert titles <= set(licences)
    assert all(len(text.split()) > 50 for text in licences.values())
    shared = {
        name
        for text in licences.values()
        for name in re.findall(r"/usr/share/common-licenses/([\w.-]*\w)", text)
    }
    assert set(licences) - titles == {
        name for name in shared if Path("/usr/share/common-licenses", name).is_file()
    }


@pytest.mark.parametrize(
    "words",
    [
        "PYTHON SOFTWARE FOUNDATION LICENSE",
        "GNU LESSER GENERAL PUBLIC LICENSE",
        "Apache License",
        "The OpenSSL Project",
        "Seward",
    ],
    ids=["Python", "libc", "vexec, OpenSSL", "OpenSSL's authors", "bzip2"],
)
def test_licences_are_whole_texts(licences: dict[str, str], words: str) -> None:
    """The texts themselves are there, not only their names."""
    assert any(words in text for text in licences.values())


def test_the_bill_lists_the_packages_of_all_parts(built: Path, materials: list[dict[str, str]]) -> None:
    """Each library belongs to a listed package, and each listed package has a part in the file."""
    if shutil.which("dpkg") is None:
        pytest.skip("dpkg — tells which package a file belongs to")
    sonames = [name for name, (kind, _, _) in read(built).items() if kind in (Kind.NEEDED, Kind.LIBRARY)]
    owners = {owner(f"*/{name}") for name in sonames}
    names = {part["name"] for part in materials}

    assert {"libc.so.6", "libssl.so.3", "libcrypto.so.3"} <= set(sonames)
    assert owners <= names
    # linked into the program, or frozen into it, or an extension module
    inside = {"vexec", "python", "tenacity", "typing_extensions", "hvac", "pydantic", "google-re2", "PyYAML"}
    linked = {name for name in names if name.startswith(("libpython", "libexpat", "zlib"))}
    assert names - inside - linked == owners - linked


def test_each_component_is_named_for_scanners(materials: list[dict[str, str]]) -> None:
    """Every component has a package URL with its name and version, and comes once."""
    urls = [part["purl"] for part in materials]

    assert len(set(urls)) == len(urls)
    for part in materials:
        kind = r"pkg:(deb/debian|pypi|generic)"
        version = part["version"].replace("+", "%2B")
        assert re.fullmatch(rf"{kind}/{re.escape(part['name'])}@{re.escape(version)}", part["purl"])


def owner(pattern: str) -> str:
    """Return the Debian package that has a file."""
    done = subprocess.run(["dpkg", "-S", pattern], capture_output=True, text=True, check=True)
    packages = {
        line.split(":", 1)[0] for line in done.stdout.splitlines() if not line.startswith("diversion")
    }
    found = [name for name in packages if not name.endswith(("-cross", "-i386", "-x32", "-dev"))]
    assert len(found) == 1, found
    return found[0]
