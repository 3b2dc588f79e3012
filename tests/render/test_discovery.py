"""What templates discover is fetched pass by pass, and no message shows what they make of values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.render.test_templates import Source, render
from vexec import log
from vexec.config.model import Templates
from vexec.errors import FileError, SecretNotFound, TemplateError
from vexec.render.asked import conceal
from vexec.render.templates import prepare, to_files, to_variables
from vexec.template.parse import parse
from vexec.template.scope import Scope
from vexec.template.values import Ask

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from vexec.errors import VexecError
    from vexec.fetch.interface import Secret
    from vexec.fetch.ref import Ref


@pytest.fixture(autouse=True)
def own_log() -> Iterator[None]:
    """Leave the log's memory as it was."""
    before = set(log.State.secrets)
    log.State.secrets.clear()
    yield
    log.State.secrets = before


class Batches(Source):
    """Keeps how many references were asked for at once as well."""

    sizes: tuple[int, ...] = ()

    def __call__(self, refs: Sequence[Ref]) -> Mapping[Ref, Secret | VexecError]:
        """See `Source`."""
        self.sizes += (len(refs),)
        return super().__call__(refs)


LOOP = '{{ range secrets "x/all" }}{{ with secret (printf "x/%s" .) }}{{ .Data.a }}\n{{ end }}{{ end }}'


def test_a_loop_is_fetched_at_once() -> None:
    """Three hundred discovered secrets are one batch, not three hundred passes."""
    names = [f"n{number}" for number in range(300)]
    source = Batches(all={"keys": names}, **{name: {"a": f"{name}=1"} for name in names})
    texts = render(prepare(Templates(text=LOOP), {}), source)

    assert source.sizes == (1, 300)
    assert len(to_variables(texts)) == 300


def test_a_path_that_is_none_is_told_in_its_turn() -> None:
    """The error of one ask is raised where evaluation reaches it: after what stands before it."""
    source = Batches(all={"keys": ["one", "sub/../two", "three"]}, one={"a": "1=1"})
    with pytest.raises(TemplateError, match="empty or dotted part"):
        render(prepare(Templates(text=LOOP), {}), source)
    assert source.asked == ["x/all", "x/one", "x/three"]

    with pytest.raises(SecretNotFound):
        render(prepare(Templates(text=LOOP), {}), Batches(all={"keys": ["none", "sub/../two"]}))


def test_only_what_is_public_is_shown_of_a_file(tmp_path: Path) -> None:
    """T38: a file's name that comes from data is in no message; a literal is."""
    text = '{{ file "%s/none" }}'
    with pytest.raises(FileError) as caught:
        render(prepare(Templates(text=text % tmp_path), {}), Source())
    assert caught.value.message == f"template VEXEC_TEMPLATE: file {tmp_path}/none does not exist"
    assert caught.value.is_missing

    for call in ('file (env "PW")', 'file (env "PW" | toUpper)', 'file (printf "/run/%s" (env "PW"))'):
        with pytest.raises(FileError) as caught:
            render(prepare(Templates(text="{{ %s }}" % call), {"PW": "e"}), Source())
        assert caught.value.message == 'template VEXEC_TEMPLATE: file "…" does not exist'


def test_what_a_path_is_made_of_is_kept_out_of_the_log() -> None:
    """T38: the segments that data gives, as they are written and decoded, and the values of pairs."""
    scope = Scope(known={Ask("secrets", ("x",)): ["listed"]})
    scope.template = parse('{{ secret (print "secret/data/" .A) }}{{ secret "w" "word=literal" .B }}', "x")
    conceal(Ask("secret", ("secret/data/listed/can%61ry-1?version=9",)), scope)
    conceal(Ask("secret", ("secret/data", "k=canary-2", "named-3=x", "word=literal")), scope)

    said = "secret/data/listed/canary-1 can%61ry-1 canary-2 named-3 word=literal"
    marks = f"secret/data/listed/{log.MARK} {log.MARK} {log.MARK} {log.MARK} word=literal"
    assert log.redact(said) == marks


def test_names_that_are_listed_may_be_in_messages() -> None:
    """They are no values: a message about one of them has to name it."""
    source = Source(all={"keys": ["first-name", "second-name"]}, **{"first-name": {"a": "1=canary-4"}})
    with pytest.raises(SecretNotFound):
        render(prepare(Templates(text=LOOP), {}), source)

    assert log.redact("x/first-name x/second-name 1=canary-4") == f"x/first-name x/second-name {log.MARK}"


def test_the_path_and_the_owner_of_a_written_file() -> None:
    """T38: they are kept out of the log unless they are public."""
    text = '{{ "x" | writeToFile (printf "/out/%s" (env "PW")) (env "USER") "literal" "0600" }}'
    texts = render(prepare(Templates(text=text), {"PW": "canary-5", "USER": "canary-6"}), Source())

    assert to_files(texts)[0].path == "/out/canary-5"
    assert log.redact("/out/canary-5 canary-6 literal") == f"/out/{log.MARK} {log.MARK} literal"
