"""The table of functions: all that consul-template takes from sprig, with Go's very types."""

from __future__ import annotations

from pathlib import Path

import pytest

from vexec.template.functions import GROUPS, SPRIG, find
from vexec.template.sprig import PREFIX, bare

# as reflect.TypeOf prints the functions of sprig.HermeticTxtFuncMap()
SIGNATURES = dict(
    line.split(" ", 1) for line in Path(__file__).with_name("signatures.txt").read_text().splitlines()
)


def test_the_functions_are_sprigs() -> None:
    """No function is missing and none is too many."""
    names = [name for group in SPRIG for name in GROUPS[group]]

    assert sorted(names) == sorted(SIGNATURES)


@pytest.mark.parametrize("name", SIGNATURES)
def test_a_signature_is_gos(name: str) -> None:
    """Parameters and result are those of Go's function, so that a wrong call fails as it does there."""
    function = find(name)
    dots = "..." if function.is_variadic else ""
    params = ", ".join([*function.params[:-1], *(dots + param for param in function.params[-1:])])

    assert function.name == name
    assert SIGNATURES[name] in (
        f"func({params}) {function.result}",
        f"func({params}) ({function.result}, error)",
    )


@pytest.mark.parametrize("group", SPRIG)
def test_a_module_has_the_functions_that_are_listed(group: str) -> None:
    """The names that the parser knows are those of the module's table."""
    module = __import__(f"vexec.template.{group}", fromlist=["FUNCTIONS"])

    assert sorted(module.FUNCTIONS) == sorted(GROUPS[group])


def test_the_bare_names_are_sprigs_own() -> None:
    """Without the prefix the names are those of sprig."""
    assert bare(PREFIX + "toJson") == "toJson"
    assert {bare(name) for name in SIGNATURES} == {name for names in SPRIG.values() for name in names.split()}
