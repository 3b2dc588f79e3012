"""Templates whose lines become variables, against the real server: VEXEC_TEMPLATE and VEXEC_TEMPLATE_FILE."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from tests.e2e.program import told
from tests.e2e.store import asked

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.program import Vexec
    from tests.e2e.store import Store

# the annotation of requirement S1.1, but for its path
ANNOTATION = """\
{{- with secret "%s" -}}
{{- range $key, $value := .Data.data }}
{{ $key }}={{ $value }}
{{- end }}
{{- end }}
"""
LOOK_UP = "sys/internal/ui/mounts/"
KEYS = {"DB_USER": "u", "DB_PASSWORD": "p=1 '$x'", "NUMBER": 5}


def api(path: str) -> str:
    """Return a secret's path of the API."""
    return path.replace("/", "/data/", 1)


def names(variables: dict[str, str]) -> dict[str, str]:
    """Return the variables beside those that every start here has."""
    return {name: value for name, value in variables.items() if name not in ("PATH", "HOME")}


def reads(store: Store, mark: int) -> list[tuple[str, str]]:
    """Return what the server was asked, but for look-ups of mounts."""
    entries = asked(store.server.audit_since(mark))
    return [(operation, path) for operation, path in entries if not path.startswith(LOOK_UP)]


def test_the_annotation_as_it_is(vexec: Vexec, store: Store) -> None:
    """S1.1: every key of the secret becomes a variable, by the template that people have in annotations."""
    env = {**store.env, "VEXEC_TEMPLATE": ANNOTATION % api(store.put(KEYS))}

    assert names(vexec.probe(env=env).variables) == {
        "DB_USER": "u",
        "DB_PASSWORD": "p=1 '$x'",
        "NUMBER": "5",
    }


def test_a_path_without_data(vexec: Vexec, store: Store) -> None:
    """On kv version 2 a path may leave `data/` out, as upstream has it; on version 1 there is none."""
    path, one = store.put({"A": "2"}), store.put1({"B": "1"})
    text = f'A={{{{ with secret "{path}" }}}}{{{{ .Data.data.A }}}}{{{{ end }}}}\n'
    text += f'B={{{{ with secret "/{one}" }}}}{{{{ .Data.B }}}}{{{{ end }}}}'

    assert names(vexec.probe(env={**store.env, "VEXEC_TEMPLATE": text}).variables) == {"A": "2", "B": "1"}


def test_a_version(vexec: Vexec, store: Store) -> None:
    """`?version=N` reads that version."""
    store.put({"A": "1"})
    path = api(store.put({"A": "2"}))
    text = f'A={{{{ with secret "{path}?version=1" }}}}{{{{ .Data.data.A }}}}{{{{ end }}}}'

    assert names(vexec.probe(env={**store.env, "VEXEC_TEMPLATE": text}).variables) == {"A": "1"}


def test_files_in_the_order_of_their_names(vexec: Vexec, store: Store, tmp_path: Path) -> None:
    """S1.10: several files are merged in sorted order, so that with `overwrite` the last name wins."""
    for name in ("c", "a", "b"):
        (tmp_path / name).write_text(f"WHO={name}\nONLY_{name}={name}\n")
    files = " ".join(str(tmp_path / name) for name in ("c", "a", "b"))
    env = {"VEXEC_TEMPLATE_FILE": files, "VEXEC_DUPLICATES": "overwrite"}

    assert names(vexec.probe(env=env).variables) == {"WHO": "c", "ONLY_a": "a", "ONLY_b": "b", "ONLY_c": "c"}


@pytest.mark.parametrize(("policy", "expected"), [("keep", "import"), ("overwrite", "template")])
def test_a_template_and_an_import_of_one_name(vexec: Vexec, store: Store, policy: str, expected: str) -> None:
    """S1.10: reference > template > import > inherited; the policy is the same for all."""
    path = store.put({"A": "import", "B": "import"})
    env = {**store.env, "VEXEC_FROM": f"vault:{path}", "VEXEC_TEMPLATE": "A=template\nB=template"}
    env |= {"B": f"vault:{path}?default=reference#NONE", "VEXEC_DUPLICATES": policy}

    assert names(vexec.probe(env=env).variables) == {"A": expected, "B": "reference"}


def test_a_name_that_comes_twice_is_an_error(vexec: Vexec) -> None:
    """S1.10: by default a name that is there already, inherited or from a template, is told."""
    done = vexec("--", "true", env={"A": "1", "VEXEC_TEMPLATE": "A=2\nB=1\nB=2"})

    hint = "hint: VEXEC_DUPLICATES=keep or overwrite chooses one, ?except= leaves one out"
    twice = "variable B comes from VEXEC_TEMPLATE and is imported from VEXEC_TEMPLATE"
    assert done.told == told(73, "variable A comes from VEXEC_TEMPLATE and is inherited", hint, twice, hint)


def test_a_missing_key_is_an_error(vexec: Vexec, store: Store) -> None:
    """S1.11: what would print `<no value>` ends the start, and the line names place and key."""
    path = api(store.put({"A": "1"}))
    text = f'A=1\nB={{{{ with secret "{path}" }}}}{{{{ .Data.data.MISSING }}}}{{{{ end }}}}'
    done = vexec("--", "true", env={**store.env, "VEXEC_TEMPLATE": text})

    assert done.status == 65
    line, hint = done.stderr.splitlines()
    assert line.startswith("vexec: template: VEXEC_TEMPLATE:2:")
    assert line.endswith("{{.Data.data.MISSING}} has no value")
    assert hint.startswith("vexec: hint: VEXEC_MISSING=novalue")


def test_a_missing_key_may_be_tested_for(vexec: Vexec, store: Store) -> None:
    """S1.11: `if`, `with` and `or` see that a key is not there."""
    path = api(store.put({"A": "1"}))
    text = (
        f'{{{{ with secret "{path}" }}}}A={{{{ if .Data.data.MISSING }}}}yes{{{{ else }}}}no{{{{ end }}}}\n'
    )
    text += 'B={{ or .Data.data.MISSING "other" }}\nC={{ with .Data.data.MISSING }}{{ . }}{{ end }}{{ end }}'

    variables = names(vexec.probe(env={**store.env, "VEXEC_TEMPLATE": text}).variables)
    assert variables == {"A": "no", "B": "other", "C": ""}


def test_upstreams_no_value_when_asked_for(vexec: Vexec, store: Store) -> None:
    """VEXEC_MISSING=novalue prints what upstream prints, and a warning names the key."""
    path = api(store.put({"A": "1"}))
    text = f'B={{{{ with secret "{path}" }}}}{{{{ .Data.data.MISSING }}}}{{{{ end }}}}'
    env = {**store.env, "VEXEC_TEMPLATE": text, "VEXEC_MISSING": "novalue"}
    done = vexec("--", "/bin/sh", "-c", 'printf "%s" "$B"', env=env)

    assert (done.stdout, done.status) == ("<no value>", 0)
    assert "{{.Data.data.MISSING}} has no value" in done.stderr


def test_a_newline_in_a_value_is_an_error(vexec: Vexec, store: Store) -> None:
    """S1.9: a value with a newline could add a variable of its own; the action and its place are told."""
    path = api(store.put({"A": "x\nEVIL=canary"}))
    text = f'A={{{{ with secret "{path}" }}}}{{{{ .Data.data.A }}}}{{{{ end }}}}'
    env = {**store.env, "VEXEC_TEMPLATE": text}
    done = vexec("--", "true", env=env)

    assert done.status == 65
    assert "{{.Data.data.A}} prints a newline in a line KEY=VALUE" in done.stderr
    assert "canary" not in done.stderr
    allowed = names(vexec.probe(env={**env, "VEXEC_TEMPLATE_NEWLINES": "true"}).variables)
    assert allowed == {"A": "x", "EVIL": "canary"}


def test_a_dangerous_name_is_refused(vexec: Vexec, store: Store) -> None:
    """T16: `range` makes names that nobody wrote, so those that programs act on are refused."""
    path = api(store.put({"LD_PRELOAD": "canary"}))
    done = vexec("--", "true", env={**store.env, "VEXEC_TEMPLATE": ANNOTATION % path})

    assert done.status == 73
    assert done.stderr.startswith("vexec: line 2 of VEXEC_TEMPLATE would set LD_PRELOAD\n")
    assert "canary" not in done.stderr


def test_a_branch_that_is_not_taken_asks_nothing(vexec: Vexec, store: Store) -> None:
    """Templates ask, they do not fetch: only the branch that is taken causes a request."""
    yes, no = api(store.put({"A": "1"})), api(store.put({"A": "2"}, f"{store.word}-no"))
    text = '{{ if eq (env "WHICH") "yes" }}A={{ with secret "%s" }}{{ .Data.data.A }}{{ end }}' % yes
    text += '{{ else }}A={{ with secret "%s" }}{{ .Data.data.A }}{{ end }}{{ end }}' % no
    mark = store.server.audit_mark()
    seen = vexec.probe(env={**store.env, "VEXEC_TEMPLATE": text, "WHICH": "yes"})

    assert seen.variables["A"] == "1"
    assert reads(store, mark) == [("read", yes)]


def test_an_error_of_a_branch_that_is_not_taken_does_not_count(vexec: Vexec, store: Store) -> None:
    """What is fetched first only fails the start when evaluation reaches it."""
    absent = f"secret/data/{store.word}-absent"
    text = 'A={{ "x" }}{{ parseInt "no" }}{{ with secret "%s" }}{{ end }}' % absent
    mark = store.server.audit_mark()
    done = vexec("--", "true", env={**store.env, "VEXEC_TEMPLATE": text})

    assert done.status == 65
    assert "parseInt" in done.stderr
    assert reads(store, mark) == [("read", absent)]


def test_a_missing_secret_never_starts_the_target(vexec: Vexec, store: Store) -> None:
    """S1.11: the template and the path are told, with the code of a missing secret."""
    absent = f"secret/data/{store.word}-absent"
    done = vexec("--", "true", env={**store.env, "VEXEC_TEMPLATE": ANNOTATION % absent})

    assert done.status == 66
    assert done.stderr.startswith(f"vexec: template VEXEC_TEMPLATE: no secret exists at {absent}\n")


def test_what_evaluation_discovers_is_fetched(vexec: Vexec, store: Store) -> None:
    """A path that another secret gives is asked for once it is known, each once."""
    inner = api(store.put({"A": "deep"}, f"{store.word}-inner"))
    outer = api(store.put({"WHERE": inner}))
    text = '{{ with secret "%s" }}{{ with secret .Data.data.WHERE }}A={{ .Data.data.A }}\n' % outer
    text += '{{ end }}{{ end }}{{ with secret "%s" }}B={{ .Data.data.A }}{{ end }}' % inner
    mark = store.server.audit_mark()
    variables = names(vexec.probe(env={**store.env, "VEXEC_TEMPLATE": text}).variables)

    assert variables == {"A": "deep", "B": "deep"}
    assert sorted(reads(store, mark)) == sorted([("read", outer), ("read", inner)])


def test_a_list_of_secrets(vexec: Vexec, store: Store) -> None:
    """`secrets` lists names in order, and each can be read."""
    for name in ("two", "one"):
        store.put({"A": name}, f"{store.word}/{name}")
    text = '{{ range secrets "secret/%s" }}{{ with secret (printf "secret/data/%s/%%s" .) }}' % (
        store.word,
        store.word,
    )
    text += "{{ .Data.data.A }}={{ .Data.metadata.version }}\n{{ end }}{{ end }}"

    variables = names(vexec.probe(env={**store.env, "VEXEC_TEMPLATE": text}).variables)
    assert variables == {"one": "1", "two": "1"}


def test_a_write_happens_once(vexec: Vexec, store: Store) -> None:
    """`secret` with arguments writes, once for each distinct call, however often it is evaluated."""
    target, other = f"secret/data/{store.word}-w", api(store.put({"A": "1"}))
    text = '{{ with secret "%s" "x=1" "y=a=b" }}V={{ .Data.version }}{{ end }}\n' % target
    text += 'W={{ with secret "%s" "x=1" "y=a=b" }}{{ .Data.version }}{{ end }}\n' % target
    text += 'A={{ with secret (printf "%%s" "%s") }}{{ .Data.data.A }}{{ end }}' % other
    mark = store.server.audit_mark()
    variables = names(vexec.probe(env={**store.env, "VEXEC_TEMPLATE": text}).variables)

    assert variables == {"V": "1", "W": "1", "A": "1"}
    assert [path for operation, path in reads(store, mark) if operation != "read"] == [target]
    assert store.server.read(target)["data"]["data"] == {"x": "1", "y": "a=b"}


def test_one_log_in_for_references_and_templates(vexec: Vexec, store: Store) -> None:
    """References, imports and templates share one look-up of the mount and one connection's log-in."""
    path, other = store.put({"A": "1"}), store.put({"B": "2"}, f"{store.word}-b")
    env = {**store.env, "X": f"vault:{path}#A", "VEXEC_FROM": f"vault:{path}?prefix=I_"}
    env |= {"VEXEC_TEMPLATE": ANNOTATION % api(other)}
    mark = store.server.audit_mark()
    variables = names(vexec.probe(env=env).variables)

    assert variables == {"X": "1", "I_A": "1", "B": "2"}
    paths = [path for _, path in asked(store.server.audit_since(mark))]
    assert len(paths) == len(set(paths)) == 3


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("{{ nosuch }}", 'template: VEXEC_TEMPLATE:1: function "nosuch" not defined'),
        ("A=1\n{{ if }}", "template: VEXEC_TEMPLATE:2: missing value for if"),
        ("{{ range }", 'template: VEXEC_TEMPLATE:1: unexpected "}" in range'),
    ],
)
def test_a_wrong_template_costs_no_log_in(vexec: Vexec, store: Store, text: str, line: str) -> None:
    """A template that cannot be parsed is told in Go's words, with its place, before anything is asked."""
    mark = store.server.audit_mark()
    done = vexec("--", "true", env={**store.env, "VEXEC_TEMPLATE": text})

    assert done.told == told(65, line)
    assert asked(store.server.audit_since(mark)) == []


def test_no_server_for_a_template_that_asks_for_none(vexec: Vexec) -> None:
    """Without a secret no log-in is made, although there is nothing to log in with."""
    seen = vexec.probe(env={"VEXEC_TEMPLATE": 'A={{ env "HOME" | len }}\nB={{ "x" | toUpper }}'})

    assert names(seen.variables) == {"A": str(len(seen.variables["HOME"])), "B": "X"}


def test_other_delimiters(vexec: Vexec) -> None:
    """VEXEC_TEMPLATE_DELIMITERS names both."""
    env = {"VEXEC_TEMPLATE": 'A=[[ "x" ]]{{ y }}', "VEXEC_TEMPLATE_DELIMITERS": "[[ ]]"}

    assert names(vexec.probe(env=env).variables) == {"A": "x{{ y }}"}
    done = vexec("--", "true", env={**env, "VEXEC_TEMPLATE_DELIMITERS": "[["})
    assert done.told == told(78, "VEXEC_TEMPLATE_DELIMITERS takes two words, such as {{ }}")


def test_a_denied_function(vexec: Vexec) -> None:
    """VEXEC_TEMPLATE_DENY disables functions by name or glob: a call fails."""
    env = {"VEXEC_TEMPLATE": 'A={{ env "HOME" }}', "VEXEC_TEMPLATE_DENY": "sprig_* env"}
    done = vexec("--", "true", env=env)

    assert done.status == 65
    assert "function is disabled" in done.stderr


def test_the_sandbox_of_file(vexec: Vexec, tmp_path: Path) -> None:
    """VEXEC_TEMPLATE_SANDBOX keeps the function `file` below a directory."""
    (tmp_path / "box").mkdir()
    (tmp_path / "box" / "in").write_text("inside")
    (tmp_path / "out").write_text("canary")
    env = {"VEXEC_TEMPLATE_SANDBOX": str(tmp_path / "box")}
    text = 'A={{ file "%s" }}'
    inside = vexec.probe(env={**env, "VEXEC_TEMPLATE": text % (tmp_path / "box" / "in")})
    assert names(inside.variables) == {"A": "inside"}

    done = vexec("--", "true", env={**env, "VEXEC_TEMPLATE": text % (tmp_path / "box" / ".." / "out")})
    assert done.status == 65
    assert "canary" not in done.stderr
    assert vexec.probe(env={"VEXEC_TEMPLATE": text % (tmp_path / "out")}).variables["A"] == "canary"


def test_env_prints_what_templates_give(vexec: Vexec, store: Store) -> None:
    """`vexec env` and exec mode agree; SOURCE arguments alone are SOURCES alone."""
    path = api(store.put({"A": "1"}))
    env = {**store.env, "VEXEC_TEMPLATE": ANNOTATION % path, "B": "inherited"}

    assert vexec("env", "--format", "dotenv", env=env).stdout == "A='1'\n"
    assert vexec("env", "--format", "dotenv", f"vault:{path}?prefix=X_", env=env).stdout == "X_A='1'\n"


def test_check_explains_templates(vexec: Vexec, store: Store, tmp_path: Path) -> None:
    """`vexec check` names the variables of templates and the files, and writes neither files nor secrets."""
    path, target = api(store.put({"A": "canary"})), f"secret/data/{store.word}-w"
    (tmp_path / "w.tpl").write_text('{{ with secret "%s" "x=1" }}{{ end }}' % target)
    (tmp_path / "f.tpl").write_text("text")
    env = {**store.env, "VEXEC_TEMPLATE": ANNOTATION % path, "VEXEC_TEMPLATE_FILE": f"{tmp_path}/w.tpl"}
    env |= {"VEXEC_RENDER": f"{tmp_path}/f.tpl:{tmp_path}/f"}
    mark = store.server.audit_mark()
    done = vexec("check", env=env)

    assert done.told == (0, "")
    assert "A " in done.stdout
    assert f"template {tmp_path}/w.tpl)" in done.stdout
    assert f"not rendered, since it writes to {target}" in done.stdout
    assert f"{tmp_path}/f  template {tmp_path}/f.tpl" in done.stdout
    assert "canary" not in done.stdout
    assert reads(store, mark) == [("read", path)]
    assert not (tmp_path / "f").exists()


def test_a_disabled_start_renders_nothing(vexec: Vexec) -> None:
    """VEXEC_DISABLE starts without templates and says so."""
    done = vexec("--", "true", env={"VEXEC_DISABLE": "1", "VEXEC_TEMPLATE": "A=1"})

    assert done.told == told(0, "VEXEC_DISABLE is set: no template is rendered")


@pytest.mark.parametrize(
    "text",
    [
        '{{ with secret "%s" }}{{ .Data.data.A.B.C }}{{ end }}',
        '{{ with secret "%s" }}{{ index .Data.data.A "x" }}{{ end }}',
        '{{ with secret "%s" }}{{ parseInt .Data.data.A }}{{ end }}',
        '{{ with secret "%s" }}{{ base64Decode .Data.data.A }}{{ end }}',
        '{{ with secret "%s" }}{{ parseJSON .Data.data.A }}{{ end }}',
        '{{ with secret "%s" }}{{ regexMatch .Data.data.A "x" }}{{ end }}',
        '{{ with secret "%s" }}{{ template "x" .Data.data.A }}{{ end }}{{ define "x" }}{{ .y }}{{ end }}',
        '{{ with secret "%s" }}{{ secret .Data.data.A }}{{ end }}',
        '{{ with secret "%s" }}{{ .Data.data.A }}{{ end }}',
    ],
)
def test_no_error_shows_a_value(vexec: Vexec, store: Store, text: str) -> None:
    """T38: whichever way a template fails, the value that it fails at is in no line, in no spelling."""
    value = "can(ary/7f3a\nsecond"
    env = {**store.env, "VEXEC_TEMPLATE": text % api(store.put({"A": value})), "VEXEC_LOG_LEVEL": "debug"}
    done = vexec("--", "true", env=env)

    assert done.status in {65, 66, 73}
    spellings = [value, "can(ary", "7f3a", "second", quote(value), base64.b64encode(value.encode()).decode()]
    assert not [form for form in spellings if form in done.stderr]


def entries(*items: dict[str, str]) -> dict[str, str]:
    """Return the variable that says what to render."""
    return {"VEXEC_TEMPLATES": json.dumps(items)}


def test_named_templates(vexec: Vexec, store: Store, tmp_path: Path) -> None:
    """S1.10: entries merge in the order of their names; each has delimiters of its own, or a file."""
    path = api(store.put({"A": "1"}))
    (tmp_path / "t").write_text("WHO=file\nF=[[ 1 ]]{{ 2 }}")
    env = entries(
        {"name": "c", "file": str(tmp_path / "t"), "left": "[[", "right": "]]"},
        {"name": "a", "text": ANNOTATION % path},
        {"name": "b", "text": "WHO=b\nB={{ 3 }}"},
    )
    variables = names(vexec.probe(env={**store.env, **env, "VEXEC_DUPLICATES": "overwrite"}).variables)

    assert variables == {"A": "1", "B": "3", "F": "1{{ 2 }}", "WHO": "file"}


def test_a_named_template_with_a_destination(vexec: Vexec, tmp_path: Path) -> None:
    """An entry with a destination is a file, with its mode, written by a start and by `vexec render`."""
    path = tmp_path / "out"
    env = entries({"name": "f", "text": "{{ 1 }}\n", "destination": str(path), "mode": "0600"})
    assert names(vexec.probe(env=env).variables) == {}

    assert (path.read_text(), path.stat().st_mode & 0o777) == ("1\n", 0o600)
    path.unlink()
    assert vexec("render", env=env).told == (0, "")
    assert path.read_text() == "1\n"
    assert vexec("env", env=env).told == (0, "")


def test_missing_keys_by_entry(vexec: Vexec, store: Store) -> None:
    """Each entry says what a key that is not there gives; without a word VEXEC_MISSING counts."""
    text = 'A={{ with secret "%s" }}{{ if .Data.data.NONE }}y{{ end }}' % api(store.put({"A": "1"}))
    tested, printed = text + "{{ end }}", text + "{{ .Data.data.NONE }}{{ end }}"

    def start(text: str, missing: str, **more: str) -> tuple[int, str]:
        env = {**store.env, **more, **entries({"name": "n", "text": text, "missing": missing})}
        done = vexec("--", "/bin/sh", "-c", 'printf "%s" "$A"', env=env)
        return done.status, (done.stdout or done.stderr).partition("\n")[0]

    assert start(tested, "error") == start(tested, "") == start(tested, "novalue") == (0, "")
    assert start(printed, "novalue") == start(printed, "", VEXEC_MISSING="novalue") == (0, "<no value>")
    assert start(printed, "error", VEXEC_MISSING="novalue")[0] == 65
    for status, line in (start(tested, "strict"), start(tested, "", VEXEC_MISSING="strict")):
        assert status == 65
        assert line.startswith("vexec: template: n:1:")
        assert line.endswith('map has no entry for key "NONE"')


def test_an_entry_that_is_wrong_costs_no_log_in(vexec: Vexec, store: Store) -> None:
    """A mistake is told by entry and field, or by the entry's name and its line, before anything is asked."""
    mark = store.server.audit_mark()
    done = vexec("--", "true", env={**store.env, "VEXEC_TEMPLATES": '[{"name": "a", "text": ["canary"]}]'})
    assert done.told == told(78, "VEXEC_TEMPLATES entry 1, text: is not a text")

    done = vexec("--", "true", env={**store.env, **entries({"name": "config.env", "text": "\n{{ if }}"})})
    assert done.told == told(65, "template: config.env:2: missing value for if")
    assert asked(store.server.audit_since(mark)) == []


def test_check_explains_entries(vexec: Vexec, store: Store, tmp_path: Path) -> None:
    """`vexec check` names entries as it names templates, and writes nothing."""
    env = entries(
        {"name": "config.env", "text": ANNOTATION % api(store.put({"A": "canary"}))},
        {"name": "file", "text": "x", "destination": f"{tmp_path}/out"},
    )
    done = vexec("check", env={**store.env, **env})

    assert done.told == (0, "")
    assert "A     template config.env" in done.stdout
    assert f"{tmp_path}/out  template file" in done.stdout
    assert "canary" not in done.stdout
    assert not (tmp_path / "out").exists()


def names_below(store: Store, *names: str) -> str:
    """Write a secret for each name below the word, and return the loop over them, but for its body."""
    for name in names:
        store.put({"A": name}, f"{store.word}/{name}")
    return '{{ range secrets "secret/%s" }}' % store.word


def inner(store: Store) -> str:
    """Return what a loop does with each secret."""
    path = f"secret/data/{store.word}/%s"
    return f'{{{{ with secret (printf "{path}" .) }}}}{{{{ .Data.data.A }}}}=x\n{{{{ end }}}}'.replace(
        "\\n", "\n"
    )


def test_a_loop_reads_what_it_needs_each_once(vexec: Vexec, store: Store) -> None:
    """What all iterations ask for is fetched together, and nothing else: the list, then each secret once."""
    text = names_below(store, "one", "two", "three") + inner(store) + "{{ end }}"
    mark = store.server.audit_mark()
    variables = names(vexec.probe(env={**store.env, "VEXEC_TEMPLATE": text}).variables)

    assert variables == {"one": "x", "two": "x", "three": "x"}
    below = f"secret/data/{store.word}"
    assert reads(store, mark)[0] == ("list", f"secret/metadata/{store.word}/")
    assert sorted(reads(store, mark)[1:]) == [("read", f"{below}/{name}") for name in ("one", "three", "two")]


def test_a_loop_whose_branch_is_not_taken_asks_nothing(vexec: Vexec, store: Store) -> None:
    """An iteration makes the requests of the branch that it takes, and only these."""
    text = names_below(store, "one", "two", "three") + '{{ if eq . "two" }}' + inner(store)
    text += '{{ else if false }}{{ secret "secret/data/never" }}{{ else }}{{ end }}{{ end }}'
    mark = store.server.audit_mark()
    variables = names(vexec.probe(env={**store.env, "VEXEC_TEMPLATE": text}).variables)

    assert variables == {"two": "x"}
    assert reads(store, mark)[1:] == [("read", f"secret/data/{store.word}/two")]


def test_an_iteration_that_depends_on_the_one_before(vexec: Vexec, store: Store) -> None:
    """It waits for it: a variable that a loop assigns to leads to no wrong read."""
    text = '{{ $last := "" }}' + names_below(store, "one", "three", "two") + '{{ if ne $last "three" }}'
    text += inner(store).replace("{{ .Data.data.A }}", "{{ $last = .Data.data.A }}{{ .Data.data.A }}")
    text += "{{ end }}{{ end }}"
    mark = store.server.audit_mark()
    variables = names(vexec.probe(env={**store.env, "VEXEC_TEMPLATE": text}).variables)

    assert variables == {"one": "x", "three": "x"}
    below = f"secret/data/{store.word}"
    assert reads(store, mark)[1:] == [("read", f"{below}/one"), ("read", f"{below}/three")]


DERIVED = [
    '{{ mustEnv (file "FILE") }}',
    '{{ mustEnv (env "PW" | toUpper) }}',
    '{{ file (env "PW" | toUpper) }}',
    '{{ file (printf "/none/%s" (file "FILE")) }}',
    '{{ secret (printf "secret/data/%s" (env "PW")) }}',
    '{{ secret (printf "secret/data/a/%s/%s" (env "PW") (env "PW" | toUpper)) }}',
    '{{ secret (printf "none/%s" (env "PW")) }}',
    '{{ secret (printf "none/%s" (env "PW" | base64Encode)) "a=b" }}',
    '{{ secrets (printf "none/%s" (env "PW")) }}',
    '{{ secret "none/x" (printf "a=%s" (env "PW")) }}',
    '{{ secret "PKI/roles/web" (printf "ttl=%s" (env "PW")) }}',
    '{{ pkiCert "PKI/issue/web" (printf "common_name=%s" (env "PW")) }}',
    '{{ "x" | writeToFile (printf "/proc/%s/x" (env "PW")) "" "" "0600" }}',
    '{{ "x" | writeToFile "/proc/x" (env "PW") "" "0600" }}',
]


@pytest.mark.parametrize("text", DERIVED)
def test_no_message_shows_what_is_made_of_a_value(
    vexec: Vexec, store: Store, tmp_path: Path, text: str
) -> None:
    """T38: a name or a path is shown where the template spells it out, not where data gives it."""
    word = "canary7f3a"
    (tmp_path / "pw").write_text(word)
    if "PKI" in text:
        pki = store.mount("pki")
        store.server.write(f"{pki}/root/generate/internal", {"common_name": "x"})
        store.server.write(f"{pki}/roles/web", {"allowed_domains": "example.com"})
        text = text.replace("PKI", pki)
    env = {**store.env, "PW": word, "VEXEC_LOG_LEVEL": "debug"}
    done = vexec("--", "true", env={**env, "VEXEC_TEMPLATE": text.replace("FILE", f"{tmp_path}/pw")})

    assert done.status not in {0, 70}
    spellings = [word, word.upper(), base64.b64encode(word.encode()).decode().rstrip("=")]
    assert not [form for form in spellings if form in done.stderr], done.stderr


def test_messages_show_what_a_template_spells_out(vexec: Vexec, store: Store) -> None:
    """Literal names and paths, and names that were listed, are what helps to find a mistake."""
    done = vexec("--", "true", env={"VEXEC_TEMPLATE": '{{ mustEnv "NO_SUCH" }}'})
    assert "required environment variable NO_SUCH is empty" in done.stderr
    done = vexec("--", "true", env={"VEXEC_TEMPLATE": '{{ file "/no/such" }}'})
    assert done.told == told(66, "template VEXEC_TEMPLATE: file /no/such does not exist")

    text = names_below(store, "first-name") + '{{ secret (printf "secret/data/none/%s" .) }}{{ end }}'
    done = vexec("--", "true", env={**store.env, "VEXEC_TEMPLATE": text})
    assert done.told == told(66, "template VEXEC_TEMPLATE: no secret exists at secret/data/none/first-name")


def test_check_issues_nothing(vexec: Vexec, store: Store, tmp_path: Path) -> None:
    """Templates read only what was written: a path of another engine, where reading may issue, is told."""
    store.server.write(f"identity/oidc/role/{store.word}", {"key": "default"})
    issuing, pki = f"identity/oidc/token/{store.word}", store.mount("pki")
    one = store.put1({"B": "1"})
    texts = {
        "certain": '{{ with secret "%s" }}{{ .Data.token }}{{ end }}' % issuing,
        "found": '{{ with secret (print "%s" "") }}{{ .Data.token }}{{ end }}' % issuing,
        "pki": '{{ range secrets "%s/certs" }}{{ . }}{{ end }}' % pki,
        "kv": '{{ with secret "%s" }}V={{ .Data.data.A }}{{ end }}\n' % api(store.put({"A": "1"}))
        + '{{ with secret "%s" }}W={{ .Data.B }}{{ end }}' % one,
    }
    env = entries(*({"name": name, "text": text} for name, text in texts.items()))
    mark = store.server.audit_mark()
    done = vexec("check", env={**store.env, **env})

    assert done.told == (0, "")
    lines = {line.split("  ")[0].strip(): line for line in done.stdout.splitlines()}
    for name, path in (("certain", issuing), ("found", issuing), ("pki", f"{pki}/certs")):
        assert (
            f"not rendered, since it reads {path}, which may issue something" in lines[f"(template {name})"]
        )
    assert {"V", "W"} <= {*lines}
    assert sorted(path for _, path in reads(store, mark)) == sorted([api(store.path), one])


def test_check_reads_nothing_where_a_look_up_is_denied(vexec: Vexec, store: Store) -> None:
    """What a mount is has to be known before anything is read of it."""
    env = {**store.as_token(store.reader("secret/data/x")), "VEXEC_TEMPLATE": '{{ secret "pki/x/y" }}'}
    mark = store.server.audit_mark()
    done = vexec("check", env=env)

    assert "not rendered, since it reads pki/x/y, whose mount may not be looked up" in done.stdout
    assert reads(store, mark) == []


def test_check_shows_no_value_in_a_path(vexec: Vexec, store: Store) -> None:
    """T38: also of paths that it does not read, and of files that a template would write."""
    text = '{{ "x" | writeToFile (printf "/out/%s" (env "PW")) "" "" "0600" }}'
    write = '{{ with secret (printf "secret/data/%s" (env "PW")) "a=b" }}{{ end }}'
    env = {**store.env, **entries({"name": "a", "text": text}, {"name": "b", "text": write})}
    done = vexec("check", env={**env, "PW": "canary7f3a"})

    assert "/out/[redacted]" in done.stdout
    assert "since it writes to secret/data/[redacted]" in done.stdout
    assert "canary" not in done.stdout + done.stderr
