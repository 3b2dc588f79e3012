"""What text/template, consul-template and sprig make of thousands of templates, vexec makes of them, too."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.template import corpus
from tests.template.compare import difference
from tests.template.known import KNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.template.cases import Case

GOLDEN = Path(__file__).parent / "golden"
ORACLES = Path(__file__).parent.parent / "oracles"
GROUP = 50  # cases in one test


@cache
def read(name: str) -> tuple[dict[str, Any], list[Case]]:
    """Return the first line of a golden file, and its cases with their results."""
    head, *lines = (GOLDEN / f"{name}.jsonl").read_text().rstrip("\n").split("\n")
    return json.loads(head), [json.loads(line) for line in lines]


def groups() -> Iterator[Any]:
    """Return the cases of all golden files in groups, by file and number."""
    for name, kind in corpus.CORPORA.items():
        cases = read(name)[1]
        for start in range(0, len(cases), GROUP):
            yield pytest.param(kind, cases[start : start + GROUP], id=f"{name}-{start // GROUP}")


@pytest.mark.parametrize(("kind", "cases"), list(groups()))
def test_the_result_is_gos(kind: str, cases: list[Case]) -> None:
    """A template gives the text, or the error at the place, that it gives in Go."""
    found = [difference(case, case, kind) for case in cases if case["id"] not in KNOWN]

    assert not any(found), "\n".join(filter(None, found))


@pytest.mark.parametrize("name", list(corpus.CORPORA))
def test_a_known_difference_is_one(name: str) -> None:
    """The list of known differences holds no case that is the same."""
    cases = [case for case in read(name)[1] if case["id"] in KNOWN]

    assert [case["id"] for case in cases if not difference(case, case, corpus.CORPORA[name])] == []


def test_known_differences_are_of_cases() -> None:
    """The list of known differences holds no case that is gone."""
    ids = {case["id"] for name in corpus.CORPORA for case in read(name)[1]}

    assert set(KNOWN) <= ids


@pytest.mark.parametrize("name", list(corpus.CORPORA))
def test_goldens_are_made_from_the_corpora(name: str) -> None:
    """After a change of the corpora, `make goldens` has been run."""
    assert [case["id"] for case in read(name)[1]] == [case["id"] for case in corpus.load(name)]


@pytest.mark.parametrize("name", list(corpus.CORPORA))
def test_goldens_are_of_the_versions_that_we_follow(name: str) -> None:
    """The oracles' go.mod files name the versions that the goldens were made with."""
    head = read(name)[0]
    module = (ORACLES / corpus.CORPORA[name] / "go.mod").read_text()
    versions = dict(head["versions"])

    assert f"\ngo {'.'.join(versions.pop('go').removeprefix('go').split('.')[:2])}" in module
    for path, version in versions.items():
        assert f"{path} {version}" in module


def test_there_are_enough_goldens() -> None:
    """Thousands of cases are compared."""
    assert sum(len(read(name)[1]) for name in corpus.CORPORA) > 4000
