"""Sprig's regular expressions, against what sprig gives."""

from __future__ import annotations

import pytest

from tests.template.sprig.world import result

# expression → what Go prints, or after "! " its error; run with sprig 3.3.0 in Go 1.26
CASES = {
    'sprig_regexMatch "^[a-z]+$" "abc"': 'true',
    'sprig_mustRegexMatch "^[a-z]+$" "abc"': 'true',
    'sprig_regexMatch "b" "ac"': 'false',
    'sprig_mustRegexMatch "b" "ac"': 'false',
    'sprig_regexMatch "[" "a"': 'false',
    'sprig_mustRegexMatch "[" "a"': '! error calling sprig_mustRegexMatch: error parsing regexp: missing closing ]: "…"',
    'sprig_regexFind "[0-9]+" "ab12c3"': '12',
    'sprig_mustRegexFind "[0-9]+" "ab12c3"': '12',
    'sprig_regexFind "x" "a" | printf "%q"': '""',
    'sprig_mustRegexFind "x" "a" | printf "%q"': '""',
    'sprig_regexFind "(" "a"': '! error calling sprig_regexFind: regexp: Compile("…"): error parsing regexp: missing closing ): "…"',
    'sprig_mustRegexFind "(" "a"': '! error calling sprig_mustRegexFind: error parsing regexp: missing closing ): "…"',
    'sprig_regexFindAll "[0-9]" "1a2b3" -1': '[1 2 3]',
    'sprig_mustRegexFindAll "[0-9]" "1a2b3" -1': '[1 2 3]',
    'sprig_regexFindAll "[0-9]" "1a2b3" 2': '[1 2]',
    'sprig_mustRegexFindAll "[0-9]" "1a2b3" 2': '[1 2]',
    'sprig_regexFindAll "[0-9]" "1a2b3" 0 | sprig_toJson': 'null',
    'sprig_mustRegexFindAll "[0-9]" "1a2b3" 0 | sprig_toJson': 'null',
    'sprig_regexFindAll "x" "a" -1 | sprig_toJson': 'null',
    'sprig_mustRegexFindAll "x" "a" -1 | sprig_toJson': 'null',
    'sprig_regexFindAll "a**" "a" -1': '! error calling sprig_regexFindAll: regexp: Compile("…"): error parsing regexp: invalid nested repetition operator: "…"',
    'sprig_mustRegexFindAll "a**" "a" -1': '! error calling sprig_mustRegexFindAll: error parsing regexp: invalid nested repetition operator: "…"',
    'sprig_regexReplaceAll "a(x*)b" "-ab-axxb-" "${1}W"': '-W-xxW-',
    'sprig_mustRegexReplaceAll "a(x*)b" "-ab-axxb-" "${1}W"': '-W-xxW-',
    'sprig_regexReplaceAll "a(x*)b" "-ab-axxb-" "$1W"': '---',
    'sprig_mustRegexReplaceAll "a(x*)b" "-ab-axxb-" "$1W"': '---',
    'sprig_regexReplaceAll "" "ab" "-"': '-a-b-',
    'sprig_mustRegexReplaceAll "" "ab" "-"': '-a-b-',
    'sprig_regexReplaceAll "[b-a]" "ab" "-"': '! error calling sprig_regexReplaceAll: regexp: Compile("…"): error parsing regexp: invalid character class range: "…"',
    'sprig_mustRegexReplaceAll "[b-a]" "ab" "-"': '! error calling sprig_mustRegexReplaceAll: error parsing regexp: invalid character class range: "…"',
    'sprig_regexReplaceAllLiteral "a(x*)b" "-ab-axxb-" "${1}"': '-${1}-${1}-',
    'sprig_mustRegexReplaceAllLiteral "a(x*)b" "-ab-axxb-" "${1}"': '-${1}-${1}-',
    'sprig_regexReplaceAllLiteral "\\\\pZ" "a" "b"': 'a',
    'sprig_mustRegexReplaceAllLiteral "\\\\pZ" "a" "b"': 'a',
    'sprig_regexReplaceAllLiteral "?" "a" "b"': '! error calling sprig_regexReplaceAllLiteral: regexp: Compile("…"): error parsing regexp: missing argument to repetition operator: "…"',
    'sprig_mustRegexReplaceAllLiteral "?" "a" "b"': '! error calling sprig_mustRegexReplaceAllLiteral: error parsing regexp: missing argument to repetition operator: "…"',
    'sprig_regexSplit "z+" "pizza" -1 | printf "%q"': '["pi" "a"]',
    'sprig_mustRegexSplit "z+" "pizza" -1 | printf "%q"': '["pi" "a"]',
    'sprig_regexSplit "z" "pizza" 2 | printf "%q"': '["pi" "za"]',
    'sprig_mustRegexSplit "z" "pizza" 2 | printf "%q"': '["pi" "za"]',
    'sprig_regexSplit "z" "pizza" 0 | sprig_toJson': 'null',
    'sprig_mustRegexSplit "z" "pizza" 0 | sprig_toJson': 'null',
    'sprig_regexSplit "" "ab" -1 | printf "%q"': '["a" "b"]',
    'sprig_mustRegexSplit "" "ab" -1 | printf "%q"': '["a" "b"]',
    'sprig_regexSplit "a" "" -1 | printf "%q"': '[""]',
    'sprig_mustRegexSplit "a" "" -1 | printf "%q"': '[""]',
    'sprig_regexSplit ")" "a" 1': '! error calling sprig_regexSplit: regexp: Compile("…"): error parsing regexp: unexpected ): "…"',
    'sprig_mustRegexSplit ")" "a" 1': '! error calling sprig_mustRegexSplit: error parsing regexp: unexpected ): "…"',
    'sprig_regexQuoteMeta "a.b*[c]$é"': 'a\\.b\\*\\[c\\]\\$é',
    'sprig_regexMatch "." .bad': 'true',
    'sprig_regexFindAll "." "é.a" -1 | printf "%q"': '["é" "." "a"]',
}  # fmt: skip


@pytest.mark.parametrize("expression", CASES)
def test_the_result_is_sprigs(expression: str) -> None:
    """An expression gives what it gives in Go."""
    assert result(expression) == CASES[expression]
