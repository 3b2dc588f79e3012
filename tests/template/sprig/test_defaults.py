"""Sprig's choices and names of types, against what sprig gives."""

from __future__ import annotations

import pytest

from tests.template.sprig.world import result

# expression → what Go prints, or after "! " its error; run with sprig 3.3.0 in Go 1.26
CASES = {
    'sprig_default "d" ""': 'd',
    'sprig_default "d" "x"': 'x',
    'sprig_default "d"': 'd',
    'sprig_default "d" 0': 'd',
    'sprig_default "d" .nil': 'd',
    'sprig_default "d" .n1': '12',
    'sprig_default 1 false': '1',
    'sprig_default "d" .c': '(1+2i)',
    'sprig_default "d" (sprig_semver "1")': '1.0.0',
    'sprig_empty ""': 'true',
    'sprig_empty .nilmap': 'true',
    'sprig_empty .u8': 'false',
    'sprig_empty .inf': 'false',
    'sprig_empty 0.0': 'true',
    'sprig_empty (sprig_toDate "" "")': 'false',
    'sprig_coalesce 0 "" .empty "x" "y"': 'x',
    'sprig_coalesce': '<no value>',
    'sprig_coalesce nil 0': '<no value>',
    'sprig_all 1 "a"': 'true',
    'sprig_all 1 ""': 'false',
    'sprig_all': 'true',
    'sprig_any 0 ""': 'false',
    'sprig_any 0 "a"': 'true',
    'sprig_any': 'false',
    'sprig_ternary "a" "b" true': 'a',
    'sprig_ternary "a" "b" false': 'b',
    'sprig_ternary "a" "b" 1': '! expected bool; found 1',
    'sprig_typeOf .n1': 'json.Number',
    'sprig_typeOf nil': '<nil>',
    'sprig_typeOf .i8': 'int8',
    'sprig_typeOf .mi': 'map[interface {}]interface {}',
    'sprig_typeOf (sprig_toDate "" "")': 'time.Time',
    'sprig_typeOf (sprig_semver "1")': '*semver.Version',
    'sprig_typeOf (sprig_chunk 1 .l)': '[][]interface {}',
    'sprig_typeOf 1.5': 'float64',
    'sprig_typeOf .bytes': '[]uint8',
    'sprig_typeIs "string" "a"': 'true',
    'sprig_typeIs "string" .n1': 'false',
    'sprig_typeIsLike "semver.Version" (sprig_semver "1")': 'true',
    'sprig_typeIsLike "int" 1': 'true',
    'sprig_kindOf .n1': 'string',
    'sprig_kindOf nil': 'invalid',
    'sprig_kindOf .l': 'slice',
    'sprig_kindOf .m': 'map',
    'sprig_kindOf (sprig_semver "1")': 'ptr',
    'sprig_kindOf (sprig_toDate "" "")': 'struct',
    'sprig_kindOf true': 'bool',
    'sprig_kindOf .u8': 'uint8',
    'sprig_kindIs "map" .m': 'true',
    'sprig_kindIs "invalid" nil': 'true',
    'sprig_deepEqual .l .l': 'true',
    'sprig_deepEqual .m (sprig_dict "a" "1")': 'false',
    'sprig_deepEqual 1 1.0': 'false',
    'sprig_deepEqual nil nil': 'true',
    'sprig_deepEqual .nilslice .empty': 'false',
    'sprig_deepEqual .n1 "12"': 'false',
    'sprig_deepEqual .nan .nan': 'false',
    'sprig_deepEqual (sprig_list .nan) (sprig_list .nan)': 'false',
    'sprig_deepEqual (sprig_list 1 (sprig_dict "a" nil)) (sprig_list 1 (sprig_dict "a" nil))': 'true',
    'sprig_deepEqual (sprig_semver "1.0.0") (sprig_semver "1")': 'false',
    'sprig_deepEqual (sprig_semver "1") (sprig_semver "1")': 'true',
    'sprig_deepEqual (sprig_toDate "2006" "2020") (sprig_toDate "2006" "2020")': 'true',
    'sprig_hello': 'Hello!',
    'sprig_deepEqual (sprig_list 1) (sprig_list 1 2)': 'false',
    'sprig_deepEqual .m .m': 'true',
    'sprig_deepEqual (sprig_dict "a" 1) (sprig_dict "a" 2)': 'false',
    'sprig_deepEqual (sprig_dict "a" 1) (sprig_dict "b" 1)': 'false',
    'sprig_deepEqual .nilmap .emptym': 'false',
    'sprig_deepEqual .ms .m': 'false',
    'sprig_deepEqual .ints (sprig_list 3 1 2)': 'false',
    'sprig_deepEqual .bytes .bytes': 'true',
}  # fmt: skip


@pytest.mark.parametrize("expression", CASES)
def test_the_result_is_sprigs(expression: str) -> None:
    """An expression gives what it gives in Go."""
    assert result(expression) == CASES[expression]
