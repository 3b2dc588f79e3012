"""The order of a map's keys, as Go 1.26 prints it."""

from __future__ import annotations

import pytest

from vexec.template.fmtsort import sorted_keys
from vexec.template.values import Int, Map
from vexec.value import Number

NAN = float("nan")


@pytest.mark.parametrize(
    ("items", "keys"),
    [
        ({"b": 1, "a": 2, "": 3, "B": 4}, ["", "B", "a", "b"]),
        (
            dict.fromkeys(["\udcff", "é", "\udc80", "\ue000", "𝄞"], 1),
            ["\udc80", "é", "\ue000", "𝄞", "\udcff"],
        ),
        (Map({10: 1, 9: 2, -1: 3}, "map[int]string"), [-1, 9, 10]),
        (Map({1.5: 1, NAN: 2, -2.0: 3}, "map[float64]int"), [NAN, -2.0, 1.5]),
        (Map({True: 1, False: 2}, "map[bool]int"), [False, True]),
        (Map({2j: 1, 1 + 1j: 2, 1j: 3}, "map[complex128]int"), [1j, 2j, 1 + 1j]),
        (Map({Number("9"): 1, Number("10"): 2}, "map[json.Number]int"), ["10", "9"]),
        (
            Map(
                {Int(5, "time.Duration"): 1, Number("1"): 2, True: 3, False: 4, 1.5: 5, 3: 6, 2: 7}
                | {Int(8, "uint64"): 8, "a": 9, None: 10, Int(7, "uint8"): 11},
                "map[interface {}]interface {}",
            ),
            [None, "a", 7, 8, 2, 3, 1.5, False, True, "1", 5],
        ),
    ],
)
def test_keys_stand_in_gos_order(items: dict[object, int], keys: list[object]) -> None:
    """Text by its bytes, numbers by size, NaN and nil first, and keys of several types by type."""
    assert sorted_keys(items) == keys
