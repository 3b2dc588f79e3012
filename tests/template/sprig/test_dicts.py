"""Sprig's functions on maps, against what sprig gives."""

from __future__ import annotations

import pytest

from tests.template.sprig.world import result

# expression → what Go prints, or after "! " its error; run with sprig 3.3.0 in Go 1.26
CASES = {
    'sprig_dict "a" 1 "b"': 'map[a:1 b:]',
    'sprig_dict 1 2 .n1 3 nil 4': 'map[1:2 12:3 <nil>:4]',
    'sprig_dict': 'map[]',
    'sprig_get .m "a"': '1',
    'sprig_get .m "x" | printf "%q"': '""',
    'sprig_get .nilmap "a"': '',
    'sprig_set .m "z" 1': 'map[a:1 b:map[c:x l:[p q] n:5] z:1]',
    'sprig_set .nilmap "a" 1': '! error calling sprig_set: assignment to entry in nil map',
    'sprig_set nil "a" 1': '! error calling sprig_set: assignment to entry in nil map',
    'sprig_unset .m "a"': 'map[b:map[c:x l:[p q] n:5]]',
    'sprig_unset .nilmap "a"': 'map[]',
    'sprig_hasKey .m "a"': 'true',
    'sprig_hasKey .nilmap "a"': 'false',
    'sprig_hasKey .ms "k"': '! wrong type for value; expected map[string]interface {}; got map[string]string',
    'sprig_pick .m "a" "x"': 'map[a:1]',
    'sprig_pick .nilmap "a" | sprig_toJson': '{}',
    'sprig_omit .m "a" "x"': 'map[b:map[c:x l:[p q] n:5]]',
    'sprig_omit .nilmap | sprig_toJson': '{}',
    'sprig_pluck "a" .m .nilmap .emptym .m': '[1 1]',
    'sprig_keys .m .nilmap | sprig_sortAlpha': '[a b]',
    'sprig_keys | sprig_toJson': '[]',
    'sprig_values (sprig_dict "a" 1)': '[1]',
    'sprig_values .nilmap | sprig_toJson': '[]',
    'sprig_dig "b" "c" "d" .m': 'x',
    'sprig_dig "b" "x" "d" .m': 'd',
    'sprig_dig "x" "c" "d" .m': 'd',
    'sprig_dig "a" "c" "d" .m': '! error calling sprig_dig: interface conversion: interface {} is string, not map[string]interface {}',
    'sprig_dig "b" "l" "d" "e" .m': '! error calling sprig_dig: interface conversion: interface {} is []interface {}, not map[string]interface {}',
    'sprig_dig "a" 1': '! error calling sprig_dig: dig needs at least three arguments',
    'sprig_dig 1 "d" .m': '! error calling sprig_dig: interface conversion: interface {} is int, not string',
    'sprig_dig "a" "d" .ms': '! error calling sprig_dig: interface conversion: interface {} is map[string]string, not map[string]interface {}',
    'sprig_dig "a" "d" nil': '! error calling sprig_dig: interface conversion: interface {} is nil, not map[string]interface {}',
    'sprig_dig "b" .n1 "d" .m': '! error calling sprig_dig: interface conversion: interface {} is json.Number, not string',
    'sprig_merge (sprig_dict "a" 1 "e" "") (sprig_dict "a" 2 "b" 3 "e" "x") (sprig_dict "c" 4)': 'map[a:1 b:3 c:4 e:x]',
    'sprig_merge (sprig_dict "a" (sprig_dict "x" 1)) (sprig_dict "a" (sprig_dict "x" 2 "y" 3))': 'map[a:map[x:1 y:3]]',
    'sprig_merge (sprig_dict "a" (sprig_list 1) "e" (sprig_list)) (sprig_dict "a" (sprig_list 2) "e" (sprig_list 3) "n" nil)': 'map[a:[1] e:[3]]',
    'sprig_merge .nilmap .m': 'map[a:1 b:map[c:x l:[p q] n:5]]',
    'sprig_merge .nilmap .nilmap | sprig_toJson': 'null',
    'sprig_merge (sprig_dict "a" 0) (sprig_dict "a" (sprig_dict "z" 1))': 'map[a:map[z:1]]',
    'sprig_merge (sprig_dict "a" .ms) (sprig_dict "a" (sprig_dict "z" 1))': '! error calling sprig_merge: reflect.Value.SetMapIndex: value of type interface {} is not assignable to type string',
    'sprig_merge (sprig_dict "a" (sprig_dict "z" 1)) (sprig_dict "a" .ms)': 'map[a:map[k:v z:1]]',
    'sprig_merge (sprig_dict "a" (sprig_dict "z" 1)) (sprig_dict "a" .mi)': '! error calling sprig_merge: reflect.Value.MapIndex: value of type interface {} is not assignable to type string',
    'sprig_merge (sprig_dict "a" (sprig_semver "1")) (sprig_dict "a" (sprig_dict "z" 1))': '',
    'sprig_mustMerge (sprig_dict "a" (sprig_semver "1")) (sprig_dict "a" (sprig_dict "z" 1))': '! error calling sprig_mustMerge: src and dst must be of same type',
    'sprig_mergeOverwrite (sprig_dict "a" 1 "l" (sprig_list 1)) (sprig_dict "a" 2 "l" (sprig_list)) (sprig_dict "n" nil)': 'map[a:2 l:[] n:<nil>]',
    'sprig_mergeOverwrite (sprig_dict "a" (sprig_dict "x" 1)) (sprig_dict "a" (sprig_dict "x" 2 "y" 3))': 'map[a:map[x:2 y:3]]',
    'sprig_mergeOverwrite (sprig_dict "a" (sprig_dict "x" 1)) (sprig_dict "a" 0)': 'map[a:0]',
    'sprig_mustMergeOverwrite (sprig_dict "a" 1) (sprig_dict "a" nil)': 'map[a:<nil>]',
    'sprig_mustMerge .m .nilmap': 'map[a:1 b:map[c:x l:[p q] n:5]]',
    'sprig_deepCopy .m': 'map[a:1 b:map[c:x l:[p q] n:5]]',
    'sprig_deepCopy .nil': '! error calling sprig_deepCopy: reflect: call of reflect.Value.Type on zero Value',
    'sprig_mustDeepCopy .nil': '! error calling sprig_mustDeepCopy: reflect: call of reflect.Value.Type on zero Value',
    'sprig_deepCopy .nilslice | sprig_toJson': 'null',
    'sprig_deepCopy (sprig_list .nilmap .strs .ms) | sprig_toJson': '[null,["c","a","b"],{"k":"v"}]',
    'sprig_deepCopy (sprig_semver "1.2.3")': '0.0.0',
    'sprig_deepCopy 5': '5',
}  # fmt: skip


@pytest.mark.parametrize("expression", CASES)
def test_the_result_is_sprigs(expression: str) -> None:
    """An expression gives what it gives in Go."""
    assert result(expression) == CASES[expression]
