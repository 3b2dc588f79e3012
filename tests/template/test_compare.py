"""The comparison with Go sees what it has to see."""

from __future__ import annotations

from typing import Any

import pytest

from tests.template import corpus
from tests.template.cases import decode, encode
from tests.template.compare import difference, is_same, leak, ours
from tests.template.corpus.worlds import KINDS, WORLDS
from tests.template.known import EXPECTED, KNOWN, is_expected


def error(text: str, stage: str = "exec") -> dict[str, str]:
    """Return the result of an error."""
    return {"err": text, "stage": stage}


@pytest.mark.parametrize(
    ("mine", "theirs", "same"),
    [
        ({"out": "a"}, {"out": "a"}, True),
        ({"out": ""}, {}, True),
        ({"out": "a\udcff"}, {"raw": "Yf8="}, True),
        ({"out": "a"}, {"out": "b"}, False),
        ({"out": "a"}, error("a"), False),
        (error("a"), error("a"), True),
        (error("a"), error("a", "parse"), False),
        (error("a:1:2"), error("a:1:3"), False),
        (error('bad "…" here'), error('bad "x\\"y" here'), True),
        (error('bad "…" here'), error("bad x here"), True),
        (error('bad "…" here'), error('bad "x" there'), False),
        (error('bad "x"'), error('bad "y"'), False),
        (error('bad "…"', "parse"), error('bad "y"', "parse"), False),
        (error("a\udcff"), error("a\ufffd"), True),
        (error("(a.b)"), error("(axb)"), False),
    ],
)
def test_results_are_the_same(mine: dict[str, str], theirs: dict[str, str], same: bool) -> None:
    """Text and errors are compared exactly but for hidden values."""
    assert is_same(mine, theirs) is same


def test_a_difference_is_shown_with_both_sides() -> None:
    """A report names the case, what Go makes of it, and what vexec does."""
    text = difference({"id": "x-1", "template": "{{1}}"}, {"out": "2"}, "text")

    assert text == "x-1: '{{1}}'\n    Go  : '2'\n    ours: '1'"
    assert difference({"id": "x-1", "template": "{{1}}"}, {"out": "1"}, "text") == ""


def test_the_text_oracle_knows_no_other_functions() -> None:
    """What only consul-template has is not defined where text/template alone is compared."""
    assert ours({"template": "{{env `A`}}"}, "text")["stage"] == "parse"
    assert ours({"template": "{{env `A`}}"}, "consul") == {"out": ""}


def test_an_unknown_secret_is_missing() -> None:
    """A case has to hold what its template asks for."""
    assert ours({"template": "{{secret `a/b`}}"}, "consul")["stage"] == "missing"


def test_a_message_that_tells_a_secret_is_found() -> None:
    """What stands in a secret and not in the template must not stand in a message."""
    case = {
        "id": "x-1",
        "template": "{{.a}} s3cret",
        "secrets": {"p": {"data": {"a": ["hunter2!"], "b": "s3cret"}}},
    }

    assert "hunter2!" in leak(case, "bad hunter2!")
    assert leak(case, "bad s3cret or hunter2") == ""


def test_values_survive_json() -> None:
    """Every kind of value is what it was after it has been written and read."""
    for name, value in KINDS.items():
        again = decode(encode(value))

        assert type(again) is type(value), name
        assert getattr(again, "type", "") == getattr(value, "type", "")
        assert again == value or name == "nan"


def test_a_map_that_looks_like_a_tag_survives_json() -> None:
    """A map whose only key is a tag's name stays a map."""
    values: list[Any] = [{"int": "5"}, {"list": [1]}, {"typed": "a", "list": []}, {"map": {"map": {}}}]
    for value in values:
        assert decode(encode(value)) == value


def test_ids_are_unique() -> None:
    """No two cases have the same id."""
    ids = [case["id"] for name in corpus.CORPORA for case in corpus.load(name)]

    assert len(ids) == len(set(ids))


def test_cases_name_worlds_that_there_are() -> None:
    """The world of a case exists, and each is used."""
    used = {case["use"] for name in corpus.CORPORA for case in corpus.load(name) if "use" in case}

    assert used == set(WORLDS)


def test_known_differences_have_reasons() -> None:
    """A difference that is accepted is explained."""
    assert all(len(reason) > 10 for reason in (*KNOWN.values(), *EXPECTED.values()))
    assert is_expected({"template": ""}, error("x is not supported: y"), error("z"))
    assert not is_expected({"template": ""}, {"out": "1"}, {"out": "2"})
