"""The layers and fences of the house style hold, and the checker that says so sees what it should."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import architecture
from tests.architecture import FILE_LIMIT, FUNCTION_LIMIT, RANKS, parse

SOURCE = Path(__file__).parent.parent / "src" / "vexec"
MODULES = architecture.read_tree(SOURCE)


def test_the_tree_was_read() -> None:
    """The checks below look at real modules and at their imports."""
    assert {"vexec", "vexec.cli", "vexec.vault.transport", "vexec.commands"} <= set(MODULES)
    assert sum(len(module.uses) for module in MODULES.values()) > 200


@pytest.mark.parametrize("name", MODULES)
def test_layers(name: str) -> None:
    """A module imports from lower layers and its own package only; siblings never meet."""
    assert list(architecture.broken_layers(MODULES[name])) == []


@pytest.mark.parametrize("name", MODULES)
def test_fences(name: str) -> None:
    """A fenced module or function is used in its one place only."""
    assert list(architecture.broken_fences(MODULES[name])) == []


@pytest.mark.parametrize("name", MODULES)
def test_form(name: str) -> None:
    """Every module has a docstring, a name that says something, and a size that can be read."""
    assert list(architecture.broken_form(MODULES[name])) == []


def test_no_cycles() -> None:
    """No module imports itself by way of others, function-level imports included."""
    assert architecture.cycles(MODULES) == []


def test_every_package_has_a_layer() -> None:
    """What stands below src/vexec belongs to a layer."""
    assert {module.layer for module in MODULES.values() if module.layer} <= set(RANKS)


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("vexec.config.parse", "from vexec.vault.client import VaultClient"),
        ("vexec.config.parse", "import vexec.vault.client"),
        ("vexec.config.parse", "def f():\n    from vexec.vault import client"),
        ("vexec.config.parse", "if TYPE_CHECKING:\n    from vexec.vault.client import VaultClient"),
        ("vexec.config.parse", "from ..vault import client"),
        ("vexec.config.parse", "from vexec.system import files"),
        ("vexec.config.parse", "__import__('vexec.vault.client')"),
        ("vexec.config.parse", "__import__(f'vexec.auth.{name}')"),
        ("vexec.config.parse", "import importlib\nimportlib.import_module('vexec.cli')"),
        ("vexec.config.parse", "__import__(name)"),
        ("vexec.errors", "from vexec import log"),
        ("vexec.log", "from vexec.errors import VexecError"),
        ("vexec.auth.jwt", "from vexec.fetch.ref import Ref"),
        ("vexec.auth", "from .. import cli"),
        ("vexec.value", "import vexec.log"),
        ("vexec.pipeline", "from vexec.commands import run"),
        ("vexec.cli", "from vexec.__main__ import run"),
        ("vexec.value", "from vexec.unheard import of"),
        ("vexec.unheard", "from vexec.value import Value"),
    ],
)
def test_a_wrong_import_is_seen(name: str, source: str) -> None:
    """The checker reports each way to import upwards, sideways, or what it cannot know."""
    module = parse(name, source, is_package=name == "vexec.auth")

    assert len(list(architecture.broken_layers(module))) == 1


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("vexec.config.parse", "from vexec.config.model import Address\nfrom vexec import log"),
        ("vexec.config.parse", "from . import model\nfrom ..errors import VexecError"),
        ("vexec.auth", "from . import jwt\n__import__(f'vexec.auth.{name}')"),
        ("vexec.cli", "from vexec.commands.run import run\nimport vexec.value"),
        ("vexec.commands.version", "from vexec import __version__"),
        ("vexec.value", "import os\nfrom os import path\nimport vexecutable"),
    ],
)
def test_a_right_import_passes(name: str, source: str) -> None:
    """The checker leaves alone what goes downwards, stays in its package, or is not vexec's."""
    module = parse(name, source, is_package=name == "vexec.auth")

    assert list(architecture.broken_layers(module)) == []


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("vexec.vault.client", "import hvac"),
        ("vexec.vault.client", "from hvac import Client"),
        ("vexec.vault.client", "def f():\n    from tenacity.wait import wait_fixed"),
        ("vexec.config.model", "from pydantic import BaseModel"),
        ("vexec.vault.transport", "import ssl"),
        ("vexec.vault.http", "import _socket"),
        ("vexec.vault.transport", "import socket"),
        ("vexec.cli", "import signal"),
        ("vexec.cli", "import _signal as signal"),
        ("vexec.cli", "import os\nos.execve(a, b, c)"),
        ("vexec.cli", "import os as system\nsystem.execvp(a, b)"),
        ("vexec.cli", "from os import execv as become\nbecome(a, b)"),
        ("vexec.pipeline", "import os\nos.environ['A']"),
        ("vexec.pipeline", "from os import environb"),
        ("vexec.pipeline", "def f():\n    import os\n    return os.getenv('A')"),
        ("vexec.pipeline", "import subprocess"),
    ],
)
def test_a_broken_fence_is_seen(name: str, source: str) -> None:
    """The checker reports each way to reach what is fenced off."""
    assert len(list(architecture.broken_fences(parse(name, source)))) == 1


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("vexec.vault.api", "import hvac"),
        ("vexec.vault.retry", "from tenacity import Retrying"),
        ("vexec.commands.version", "import ssl"),
        ("vexec.system.process", "import os, _signal\nos.execve(a, b, c)"),
        ("vexec.__main__", "import os\nos.environb"),
        ("vexec.pipeline", "import os\nos.read(0, 1)\nenviron = {}\nenviron['A']"),
        ("vexec.vault.tls", "from _ssl import _SSLContext"),
    ],
)
def test_an_open_gate_passes(name: str, source: str) -> None:
    """The checker allows each fenced thing in its one place, and what only looks alike anywhere."""
    assert list(architecture.broken_fences(parse(name, source))) == []


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("vexec.config.parse", "import os\n"),
        ("vexec.config.utils", '"""Doc."""\n'),
        ("vexec.auth.base", '"""Doc."""\n'),
        ("vexec.config.parse", '"""Doc."""\n' + "x = 1\n" * FILE_LIMIT),
        ("vexec.config.parse", '"""Doc."""\ndef f():\n' + "    x = 1\n" * FUNCTION_LIMIT),
    ],
)
def test_a_wrong_form_is_seen(name: str, source: str) -> None:
    """The checker reports a missing docstring, a vague name, a file and a function that are too long."""
    assert len(list(architecture.broken_form(parse(name, source)))) == 1


def test_the_largest_form_passes() -> None:
    """A file and a function of just the allowed size pass."""
    body = "def f():\n" + "    x = 1\n" * (FUNCTION_LIMIT - 1)
    text = '"""Doc."""\n' + body + "x = 1\n" * (FILE_LIMIT - 1 - FUNCTION_LIMIT)

    assert list(architecture.broken_form(parse("vexec.config.parse", text))) == []


@pytest.mark.parametrize(
    ("sources", "found"),
    [
        ({"a": "from vexec import b", "b": "from vexec import a"}, [["vexec.a", "vexec.b", "vexec.a"]]),
        (
            {"a": "import vexec.b", "b": "def f():\n    from vexec.a import x"},
            [["vexec.a", "vexec.b", "vexec.a"]],
        ),
        ({"a": "import vexec.b", "b": "if TYPE_CHECKING:\n    from vexec.a import x"}, []),
        ({"a": "import vexec.b, vexec.c", "b": "import vexec.c", "c": ""}, []),
        (
            {"a": "import vexec.b", "b": "import vexec.c", "c": "import vexec.b"},
            [["vexec.b", "vexec.c", "vexec.b"]],
        ),
    ],
)
def test_a_cycle_is_seen(sources: dict[str, str], found: list[list[str]]) -> None:
    """The checker finds the way back, also through a function; an import for types is none."""
    modules = {f"vexec.{name}": parse(f"vexec.{name}", text) for name, text in sources.items()}

    assert architecture.cycles(modules) == found
