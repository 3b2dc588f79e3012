"""Sprig's JSON, against what sprig gives."""

from __future__ import annotations

import pytest

from tests.template.sprig.world import result

# expression → what Go prints, or after "! " its error; run with sprig 3.3.0 in Go 1.26
CASES = {
    'sprig_fromJson "{\\"a\\":[1,2.5,null,true,\\"x\\"]}"': 'map[a:[1 2.5 <nil> true x]]',
    'sprig_fromJson ""': '<no value>',
    'sprig_fromJson "{"': '<no value>',
    'sprig_fromJson "1e2" | sprig_typeOf': 'float64',
    'sprig_mustFromJson ""': '! error calling sprig_mustFromJson: unexpected end of JSON input',
    'sprig_mustFromJson "[1,2"': '! error calling sprig_mustFromJson: unexpected end of JSON input',
    'sprig_mustFromJson "{\\"a\\":1}"': 'map[a:1]',
    'sprig_toJson (sprig_dict "b" "<&>\\u2028" "a" (sprig_list 1 nil true 1.5 .n1))': '{"a":[1,null,true,1.5,12],"b":"\\u003c\\u0026\\u003e\\u2028"}',
    'sprig_toJson .mi': '',
    'sprig_toJson .nan': '',
    'sprig_toJson .bytes': '"aGk="',
    'sprig_toJson .nil': 'null',
    'sprig_mustToJson (sprig_dict "b" "<&>\\u2028" "a" (sprig_list 1 nil true 1.5 .n1))': '{"a":[1,null,true,1.5,12],"b":"\\u003c\\u0026\\u003e\\u2028"}',
    'sprig_mustToJson .mi': '! error calling sprig_mustToJson: json: unsupported type: map[interface {}]interface {}',
    'sprig_mustToJson .nan': '! error calling sprig_mustToJson: json: unsupported value: NaN',
    'sprig_mustToJson .bytes': '"aGk="',
    'sprig_mustToJson .nil': 'null',
    'sprig_toPrettyJson (sprig_dict "b" "<&>\\u2028" "a" (sprig_list 1 nil true 1.5 .n1))': '{\n  "a": [\n    1,\n    null,\n    true,\n    1.5,\n    12\n  ],\n  "b": "\\u003c\\u0026\\u003e\\u2028"\n}',
    'sprig_toPrettyJson .mi': '',
    'sprig_toPrettyJson .nan': '',
    'sprig_toPrettyJson .bytes': '"aGk="',
    'sprig_toPrettyJson .nil': 'null',
    'sprig_mustToPrettyJson (sprig_dict "b" "<&>\\u2028" "a" (sprig_list 1 nil true 1.5 .n1))': '{\n  "a": [\n    1,\n    null,\n    true,\n    1.5,\n    12\n  ],\n  "b": "\\u003c\\u0026\\u003e\\u2028"\n}',
    'sprig_mustToPrettyJson .mi': '! error calling sprig_mustToPrettyJson: json: unsupported type: map[interface {}]interface {}',
    'sprig_mustToPrettyJson .nan': '! error calling sprig_mustToPrettyJson: json: unsupported value: NaN',
    'sprig_mustToPrettyJson .bytes': '"aGk="',
    'sprig_mustToPrettyJson .nil': 'null',
    'sprig_toRawJson (sprig_dict "b" "<&>\\u2028" "a" (sprig_list 1 nil true 1.5 .n1))': '{"a":[1,null,true,1.5,12],"b":"<&>\\u2028"}',
    'sprig_toRawJson .mi': '! error calling sprig_toRawJson: json: unsupported type: map[interface {}]interface {}',
    'sprig_toRawJson .nan': '! error calling sprig_toRawJson: json: unsupported value: NaN',
    'sprig_toRawJson .bytes': '"aGk="',
    'sprig_toRawJson .nil': 'null',
    'sprig_mustToRawJson (sprig_dict "b" "<&>\\u2028" "a" (sprig_list 1 nil true 1.5 .n1))': '{"a":[1,null,true,1.5,12],"b":"<&>\\u2028"}',
    'sprig_mustToRawJson .mi': '! error calling sprig_mustToRawJson: json: unsupported type: map[interface {}]interface {}',
    'sprig_mustToRawJson .nan': '! error calling sprig_mustToRawJson: json: unsupported value: NaN',
    'sprig_mustToRawJson .bytes': '"aGk="',
    'sprig_mustToRawJson .nil': 'null',
    'sprig_toJson (sprig_semver "v1.2")': '"1.2.0"',
    'sprig_toJson (sprig_list (sprig_toDate "2006-01-02" "2020-02-03"))': '["2020-02-03T00:00:00Z"]',
    'sprig_toJson .nilslice': 'null',
    'sprig_toJson .i8': '-5',
    'sprig_toJson .bad': '"\\ufffd\\ufffda"',
    'sprig_toPrettyJson (sprig_list)': '[]',
    'sprig_toPrettyJson .emptym': '{}',
}  # fmt: skip


@pytest.mark.parametrize("expression", CASES)
def test_the_result_is_sprigs(expression: str) -> None:
    """An expression gives what it gives in Go."""
    assert result(expression) == CASES[expression]
