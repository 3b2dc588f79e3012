"""Templates that are written to files: `vexec render`, and exec mode before its start."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.e2e.program import told
from tests.e2e.store import asked

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.program import Vexec
    from tests.e2e.store import Store

USAGE = "hint: vexec render TEMPLATE:DESTINATION[:MODE]…"


@pytest.fixture
def template(store: Store, tmp_path: Path) -> Path:
    """Write a template of a secret."""
    path = store.put({"KEY": "line one\nline two"}).replace("/", "/data/", 1)
    file = tmp_path / "a.ctmpl"
    file.write_text('{{ with secret "%s" }}{{ .Data.data.KEY }}{{ end }}\n' % path)
    return file


def test_files_are_written(vexec: Vexec, store: Store, template: Path, tmp_path: Path) -> None:
    """`vexec render` writes each file, with the mode that it is given, and prints nothing."""
    words = [f"{template}:{tmp_path}/out/one", f"{template}:{tmp_path}/out/two:0600"]
    done = vexec("render", *words, env=store.env)

    assert (done.stdout, *done.told) == ("", 0, "")
    assert (tmp_path / "out" / "one").read_text() == "line one\nline two\n"
    modes = [(tmp_path / "out" / name).stat().st_mode & 0o7777 for name in ("one", "two")]
    assert modes == [0o644, 0o600]


def test_the_same_text_is_not_written_again(
    vexec: Vexec, store: Store, template: Path, tmp_path: Path
) -> None:
    """S0.5: a second run with the same secrets leaves the file alone."""
    words = ("render", f"{template}:{tmp_path}/one")
    assert vexec(*words, env=store.env).told == (0, "")
    before = (tmp_path / "one").stat()
    assert vexec(*words, env=store.env).told == (0, "")

    assert (tmp_path / "one").stat().st_ino == before.st_ino


def test_none_is_written_unless_all_are_rendered(
    vexec: Vexec, store: Store, template: Path, tmp_path: Path
) -> None:
    """A template that fails leaves all files as they were, also those of the others."""
    (tmp_path / "bad").write_text("{{ .x.y }}")
    (tmp_path / "one").write_text("old")
    done = vexec("render", f"{template}:{tmp_path}/one", f"{tmp_path}/bad:{tmp_path}/two", env=store.env)

    assert done.status == 65
    assert (tmp_path / "one").read_text() == "old"
    assert not (tmp_path / "two").exists()


def test_exec_mode_writes_before_the_start(
    vexec: Vexec, store: Store, template: Path, tmp_path: Path
) -> None:
    """`--render` and VEXEC_RENDER write files that the target finds; variables come beside them."""
    word = f"{template}:{tmp_path}/one:0400"
    show = ("--", "cat", str(tmp_path / "one"))
    assert vexec("--render", word, *show, env=store.env).stdout == "line one\nline two\n"
    (tmp_path / "one").unlink()
    assert vexec(*show, env={**store.env, "VEXEC_RENDER": word}).stdout == "line one\nline two\n"


def test_without_arguments_the_variable_counts(
    vexec: Vexec, store: Store, template: Path, tmp_path: Path
) -> None:
    """`vexec render` alone writes what VEXEC_RENDER names."""
    env = {**store.env, "VEXEC_RENDER": f"{template}:{tmp_path}/one"}
    assert vexec("render", env=env).told == (0, "")

    assert (tmp_path / "one").exists()


def test_write_to_file(vexec: Vexec, store: Store, tmp_path: Path) -> None:
    """S3.8: `writeToFile` writes once, after the template has come to its end."""
    path = store.put({"KEY": "k"}).replace("/", "/data/", 1)
    text = '{{ with secret "%s" }}{{ .Data.data.KEY | writeToFile "%s" "" "" "0640" }}' % (
        path,
        tmp_path / "key",
    )
    text += '{{ .Data.data.KEY | writeToFile "%s" "" "" "0644" "append,newline" }}{{ end }}done' % (
        tmp_path / "log"
    )
    (tmp_path / "log").write_text("before\n")
    (tmp_path / "t").write_text(text)
    assert vexec("render", f"{tmp_path}/t:{tmp_path}/out", env=store.env).told == (0, "")

    assert (tmp_path / "out").read_text() == "done"
    assert (tmp_path / "key").read_text() == "k"
    assert (tmp_path / "key").stat().st_mode & 0o7777 == 0o640
    assert (tmp_path / "log").read_text() == "before\nk\n"


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        ((), ("there is nothing to render", USAGE)),
        (("a",), ("an argument holds a word that is not TEMPLATE:DESTINATION[:MODE]", USAGE)),
        (("a:",), ("an argument holds a word that is not TEMPLATE:DESTINATION[:MODE]", USAGE)),
        ((":b",), ("an argument holds a word that is not TEMPLATE:DESTINATION[:MODE]", USAGE)),
        (("a:b:999",), ("an argument holds a mode that is not octal (0600, 0644)", USAGE)),
        (("a:b:",), ("an argument holds a word that is not TEMPLATE:DESTINATION[:MODE]", USAGE)),
        (
            ("a:b", "--", "true"),
            (
                "vexec render starts no command",
                "hint: vexec --render TEMPLATE:DESTINATION -- COMMAND renders and starts one",
            ),
        ),
    ],
)
def test_wrong_arguments(vexec: Vexec, arguments: tuple[str, ...], lines: tuple[str, ...]) -> None:
    """What cannot be understood is told, with how it is written."""
    assert vexec("render", *arguments).told == told(64, *lines)


def test_a_wrong_variable(vexec: Vexec) -> None:
    """VEXEC_RENDER is checked as all settings are."""
    done = vexec("--", "true", env={"VEXEC_RENDER": "a:b:9"})

    assert done.told == told(78, "VEXEC_RENDER holds a mode that is not octal (0600, 0644)")


def test_a_missing_template(vexec: Vexec, tmp_path: Path) -> None:
    """A template's file that is not there is told before anything is asked."""
    done = vexec("render", f"/no/such:{tmp_path}/x")

    assert done.told == told(66, "template /no/such does not exist")


def test_a_place_that_cannot_be_written(vexec: Vexec, tmp_path: Path) -> None:
    """The destination and the system's reason."""
    (tmp_path / "t").write_text("x")
    (tmp_path / "file").write_text("")
    done = vexec("render", f"{tmp_path}/t:{tmp_path}/file/x")

    assert done.told == told(73, f"{tmp_path}/file/x cannot be written: not a directory")


def test_a_newline_is_fine_in_a_file(vexec: Vexec, tmp_path: Path) -> None:
    """S1.9's rule is for lines that become variables only; a missing value still is an error."""
    (tmp_path / "t").write_text('{{ "a\\nb" }}')
    assert vexec("render", f"{tmp_path}/t:{tmp_path}/x").told == (0, "")
    assert (tmp_path / "x").read_text() == "a\nb"

    (tmp_path / "t").write_text("{{ .missing }}")
    assert vexec("render", f"{tmp_path}/t:{tmp_path}/x").status == 65
    assert sorted(os.listdir(tmp_path)) == ["home", "t", "x"]


def test_a_certificate_is_kept_while_it_is_good(vexec: Vexec, store: Store, tmp_path: Path) -> None:
    """S3.8: `pkiCert` issues once; the next run finds the certificate in its destination."""
    mount = store.mount("pki")
    store.server.write(f"{mount}/root/generate/internal", {"common_name": "ca of the test", "ttl": "2h"})
    role = {"allow_any_name": True, "ttl": "1h", "key_type": "ec", "key_bits": 256}
    store.server.write(f"{mount}/roles/web", role)
    (tmp_path / "t").write_text(
        '{{ with pkiCert "%s/issue/web" "common_name=web.example" }}{{ .Cert }}{{ .CA }}{{ .Key }}{{ end }}'
        % mount
    )
    words = ("render", f"{tmp_path}/t:{tmp_path}/web.pem:0600")
    mark = store.server.audit_mark()
    assert vexec(*words, env=store.env).told == (0, "")
    first = (tmp_path / "web.pem").read_text()
    assert vexec(*words, env=store.env).told == (0, "")

    assert first.count("-----BEGIN CERTIFICATE-----") == 2
    assert first.count("PRIVATE KEY-----") == 2
    assert (tmp_path / "web.pem").read_text() == first
    issued = [path for _, path in asked(store.server.audit_since(mark)) if path.startswith(mount)]
    assert issued == [f"{mount}/issue/web"]
    (tmp_path / "web.pem").unlink()
    assert vexec(*words, env=store.env).told == (0, "")
    assert (tmp_path / "web.pem").read_text() != first
