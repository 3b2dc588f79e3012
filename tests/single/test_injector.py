"""The injector is no part of the single file: neither its command nor what it needs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.single.program import Single

NEEDED = {"starlette", "uvicorn", "kubernetes", "prometheus_client", "cryptography", "jsonpatch", "aiohttp"}


@pytest.mark.parametrize("arguments", [(), ("--listen", ":1"), ("--help",)])
def test_inject_says_where_it_is(single: Single, arguments: tuple[str, ...]) -> None:
    """`vexec inject` of the single file is a mistake of usage that names the injector's image."""
    lines = (
        "vexec: `vexec inject` is not in here: no module vexec.commands.inject\n"
        "vexec: hint: it is in the injector's own image, or `pip install vexec[injector]`\n"
    )

    assert single("inject", *arguments).told == (64, lines)


def test_nothing_of_it_is_packed_in(built: Path) -> None:
    """The bill of materials has none of the packages that only the injector needs."""
    path = built.with_name("vexec.cdx.json")
    if not path.exists():
        pytest.skip(f"{path.name} — not beside the file under test")

    names = {component["name"].replace("-", "_") for component in json.loads(path.read_text())["components"]}
    assert names & NEEDED == set()
