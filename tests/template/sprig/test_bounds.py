"""No function of sprig's makes more than a template may: every one of these ends at once with an error."""

from __future__ import annotations

import pytest

from tests.template.sprig.world import NOW, render
from vexec.errors import TemplateError
from vexec.template.scope import Scope

GROW = "{{range (sprig_until 60)}}%s{{end}}"
LOOP = '{{$d := sprig_dict}}{{$_ := sprig_set $d "a" $d}}'
LONG = "the result is too long"
MANY = "a list is too long"
STEPS = "the template takes too many steps"
DEEP = "values are nested too deeply"
BOMBS = {
    '{{sprig_repeat 1000000000 "abc"}}': LONG,
    '{{sprig_indent 1000000000 "abc"}}': LONG,
    '{{sprig_nindent 1000000000 "abc"}}': LONG,
    '{{sprig_replace "" (sprig_repeat 100000 "a") (sprig_repeat 100000 "b")}}': LONG,
    '{{sprig_regexReplaceAll "" (sprig_repeat 100000 "a") (sprig_repeat 100000 "b")}}': LONG,
    '{{sprig_wrapWith 1 (sprig_repeat 10000 "x") (sprig_repeat 1000000 "y")}}': LONG,
    '{{sprig_join (sprig_repeat 1000000 "x") (sprig_until 1000)}}': LONG,
    '{{$s := "xx"}}' + GROW % "{{$s = sprig_replace `x` $s $s}}": LONG,
    "{{sprig_until 1000000000000}}": MANY,
    "{{sprig_untilStep 0 -1000000000000 -1}}": MANY,
    "{{sprig_untilStep 0 9223372036854775807 1}}": MANY,
    "{{sprig_seq 0 1000000000000}}": MANY,
    "{{sprig_seq -922337203685477580}}": MANY,
    '{{sprig_splitList "" (sprig_repeat 10000000 "a")}}': MANY,
    '{{sprig_splitList "a" (sprig_repeat 10000000 "a")}}': MANY,
    "{{$l := sprig_until 4000000}}{{$l = sprig_concat $l $l}}{{$l = sprig_concat $l $l}}": MANY,
    "{{range sprig_until 4000000}}{{range sprig_until 4000000}}{{end}}{{end}}": STEPS,
    "{{$l := sprig_list}}{{range sprig_until 4000000}}{{$l = sprig_append $l 1}}{{end}}": STEPS,
    "{{$l := sprig_list 1}}" + GROW % "{{$l = sprig_list $l $l}}" + "{{sprig_deepCopy $l}}": STEPS,
    "{{sprig_uniq (sprig_chunk 1 (sprig_until 5000))}}": STEPS,
    '{{range sprig_until 1000}}{{sprig_derivePassword 1 "x" "a" "b" "c"}}'
    '{{sprig_semverCompare (sprig_repeat 9999 "1 ") "1"}}{{end}}': STEPS,
    '{{range sprig_until 1000}}{{sprig_snakecase (sprig_repeat 10000 "a")}}{{end}}': STEPS,
    '{{range sprig_until 100}}{{sprig_shuffle (sprig_repeat 100000 "a") | len}}{{end}}': STEPS,
    '{{$l := sprig_until 50000}}{{range $l}}{{$x := sprig_toString $l}}{{end}}': STEPS,
    LOOP + "{{sprig_deepCopy $d}}": DEEP,
    LOOP + '{{$e := sprig_dict}}{{$_ := sprig_set $e "a" $e}}{{sprig_merge $d $e}}': DEEP,
    LOOP + '{{$e := sprig_dict}}{{$_ := sprig_set $e "a" $e}}{{sprig_deepEqual $d $e}}': DEEP,
    LOOP + "{{sprig_mustToJson $d}}": "json: unsupported value: encountered a cycle",
    LOOP + "{{sprig_quote $d}}": "a value is nested more than 10000 deep",
    '{{sprig_toDate (sprig_repeat 99999 "2") "x"}}': "the time or its layout is too long",
}  # fmt: skip


@pytest.mark.parametrize("template", BOMBS)
def test_a_template_that_grows_is_stopped(template: str) -> None:
    """What is too long, too deep or too much work is an error."""
    scope = Scope(now=lambda: NOW)
    if BOMBS[template] == STEPS:
        scope.steps //= 5  # where these end only the time shows
    with pytest.raises(TemplateError) as caught:
        render(template, scope)

    assert BOMBS[template] in str(caught.value)


def test_equal_lists_are_told_at_once() -> None:
    """A list of distinct texts or numbers is made unique in linear time."""
    text = "{{sprig_uniq (sprig_concat (sprig_until 50000) (sprig_toStrings (sprig_until 50000))) | len}}"

    assert render(text, Scope(steps=200_000)) == "100000"
