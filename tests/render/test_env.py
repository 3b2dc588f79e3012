"""The target's environment: precedence, names, and what may be in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vexec.errors import RenderError, VexecError
from vexec.render.env import Item, check, merge

SPACE = 1 << 20
NAMES = st.sampled_from("ABCDE")


def told(error: VexecError) -> list[str]:
    """Return each issue, with its hint where it has one."""
    return [f"{issue} | {issue.hint}" if issue.hint else str(issue) for issue in error.issues]


def one_each(policy: str, *parts: str) -> Item:
    """Let several parts of the environment give the variable A, and return what the target gets."""
    inherited = {"A": "inherited"} if "inherited" in parts else {}
    imports = [Item("A", part, part) for part in ("first", "second") if part in parts]
    explicit = [Item("A", "explicit", "reference")] if "explicit" in parts else []
    (item,) = merge(inherited, imports, explicit, policy)
    return item


@pytest.mark.parametrize(
    ("policy", "parts", "winner"),
    [
        ("overwrite", ("inherited", "first", "second", "explicit"), "explicit"),
        ("overwrite", ("inherited", "first", "second"), "second"),
        ("overwrite", ("inherited", "first"), "first"),
        ("overwrite", ("first", "second"), "second"),
        ("keep", ("inherited", "first", "second", "explicit"), "explicit"),
        ("keep", ("inherited", "first", "second"), "inherited"),
        ("keep", ("first", "second"), "first"),
        ("error", ("inherited", "first", "second", "explicit"), "explicit"),
        ("error", ("inherited",), "inherited"),
        ("error", ("first",), "first"),
    ],
)
def test_precedence(policy: str, parts: tuple[str, ...], winner: str) -> None:
    """T41: explicit reference > later import > earlier import > inherited; keep takes what is there."""
    assert one_each(policy, *parts).value == winner


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (("inherited", "first"), "variable A comes from first and is inherited"),
        (("first", "second"), "variable A comes from second and is imported from first"),
    ],
)
def test_a_name_that_comes_twice_is_an_error(parts: tuple[str, ...], message: str) -> None:
    """S1.10: by default a name that is there already is an error that names both places, and no value."""
    with pytest.raises(RenderError) as caught:
        one_each("error", *parts)

    hint = "VEXEC_DUPLICATES=keep or overwrite chooses one, ?except= leaves one out"
    assert told(caught.value) == [f"{message} | {hint}"]


@given(
    st.dictionaries(NAMES, st.just("inherited")),
    st.lists(st.tuples(NAMES, st.sampled_from(["1", "2", "3"]))),
    st.lists(NAMES, unique=True),
    st.sampled_from(["error", "keep", "overwrite"]),
)
def test_precedence_is_total(
    inherited: dict[str, str], imports: list[tuple[str, str]], explicit: list[str], policy: str
) -> None:
    """T13, T41: each name comes once, from where the policy says, or it is an error."""
    order = [
        *((name, "inherited") for name in inherited),
        *((name, value) for name, value in imports if name not in explicit),
    ]
    twice = {name for name, _ in order if [n for n, _ in order].count(name) > 1}
    items = [Item(name, value, value) for name, value in imports]
    own = [Item(name, "explicit", "explicit") for name in explicit]
    if policy == "error" and twice:
        with pytest.raises(RenderError) as caught:
            merge(inherited, items, own, policy)
        assert {str(issue).split()[1] for issue in caught.value.issues} == twice
        return
    expected = dict(order if policy == "overwrite" else reversed(order)) | dict.fromkeys(explicit, "explicit")

    result = merge(inherited, items, own, policy)
    assert {item.name: item.value for item in result} == expected
    assert len(result) == len(expected)


@pytest.mark.parametrize("name", ["", "=", "A=B", "A\0"])
def test_an_impossible_variable_is_told(name: str) -> None:
    """T15: a variable that cannot be is an error before exec, with where it comes from."""
    with pytest.raises(RenderError) as caught:
        check([Item(name, "hunter2", "here")], ["x"], SPACE)

    assert told(caught.value) == [f"{name!r} from here cannot be a variable's name"]


def test_nul_is_told() -> None:
    """T15: a value with a NUL byte would end there; the error names the variable and where it comes from."""
    with pytest.raises(RenderError) as caught:
        check([Item("A", "a\0hunter2", "vault:a/b#K"), Item("B", "\0", "inherited")], ["x"], SPACE)

    assert told(caught.value) == [
        "variable A from vault:a/b#K holds a NUL byte",
        "variable B from inherited holds a NUL byte",
    ]


@pytest.mark.parametrize(
    ("name", "value", "size"),
    [
        ("A", "x" * 131070, 131073),
        ("ABC", "x" * 131068, 131073),
        ("A", "ü" * 65535, 131073),
        ("ü", "x" * 131069, 131073),
        ("A", "\udcff" * 131070, 131073),
    ],
)
def test_a_value_that_is_too_large_is_told(name: str, value: str, size: int) -> None:
    """T14: NAME=VALUE and its NUL take 131072 bytes at the most, counted in UTF-8."""
    with pytest.raises(RenderError) as caught:
        check([Item(name, value, "here")], ["x"], SPACE)

    assert told(caught.value) == [
        f"variable {name} from here is too large: {size} of 131072 bytes for NAME=VALUE"
    ]
    check([Item(name, value[:-1], "here")], ["x"], SPACE)


def test_a_total_that_is_too_large_is_told() -> None:
    """T14: every string with its NUL and 8 bytes for its pointer count; the largest variables are named."""
    items = [Item(name, "x" * size, "here") for name, size in {"A": 10, "B": 40, "C": 30, "D": 20}.items()]
    argv = ["ü", ""]
    total = (10 + 40 + 30 + 20) + 4 * len("A=\0") + len("ü\0\0".encode()) + 8 * 6
    check(items, argv, total)

    with pytest.raises(RenderError) as caught:
        check(items, argv, total - 1)
    message = f"arguments and environment are too large: {total} of {total - 1} bytes"
    assert told(caught.value) == [f"{message} | the largest variables are B, C, D"]


def test_values_are_not_in_a_repr() -> None:
    """T38: an item shows its name and origin only."""
    assert "hunter2" not in repr(Item("A", "hunter2", "here"))
