"""Templates are evaluated until nothing is missing, and what they come to becomes variables and files."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.render.test_certificate import KEY_PEM, certificate, pem
from vexec import log
from vexec.config.model import Destination, Templates
from vexec.errors import ConfigError, FileError, RenderError, SecretNotFound, TemplateError, VexecError
from vexec.fetch.interface import Secret
from vexec.render.env import Item
from vexec.render.templates import File, Renderer, Text, prepare, to_files, to_variables, write

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from vexec.fetch.ref import Ref


class Source:
    """Answers references from a table of data by path, and keeps what was asked."""

    def __init__(self, **data: Mapping[str, Any]) -> None:
        self.data = data
        self.asked: list[str] = []

    def __call__(self, refs: Sequence[Ref]) -> Mapping[Ref, Secret | VexecError]:
        self.asked += [ref.path for ref in refs]
        return {ref: self.outcome(ref.path) for ref in refs}

    def outcome(self, path: str) -> Secret | VexecError:
        """Return the secret of a path, or that there is none."""
        name = path.rpartition("/")[2]
        return (
            Secret({"data": self.data[name]}, path, "answer") if name in self.data else SecretNotFound("none")
        )


def render(renderer: Renderer, source: Source) -> list[Text]:
    """Render all, as the pipeline does."""
    first = renderer.first_asks()
    renderer.learn(first, source(list(first.values())))
    return [renderer.render(job, source) for job in renderer.jobs]


def test_what_is_certain_is_asked_for_first(tmp_path: Path) -> None:
    """All templates' unconditional reads come first, then each discovery, each once."""
    (tmp_path / "t").write_text('B={{ with secret (printf "x/%s" "two") }}{{ .Data.a }}{{ end }}')
    text = 'A={{ with secret "x/one" }}{{ .Data.a }}{{ end }}{{ if false }}{{ secret "x/no" }}{{ end }}'
    settings = Templates(text=text, files=(str(tmp_path / "t"),))
    source = Source(one={"a": "1"}, two={"a": "2"})
    texts = render(prepare(settings, {}), source)

    assert source.asked == ["x/one", "x/two"]
    assert to_variables(texts) == [
        Item("A", "1", "VEXEC_TEMPLATE"),
        Item("B", "2", f"template {tmp_path}/t"),
    ]


def test_a_path_that_cannot_be_one_is_told_when_it_is_reached() -> None:
    """A wrong literal path is no reason to fail before evaluation comes to it."""
    source = Source()
    renderer = prepare(Templates(text='A=1{{ with secret "x/../y" }}{{ end }}'), {})

    with pytest.raises(TemplateError, match="empty or dotted part"):
        render(renderer, source)
    assert source.asked == []


def test_an_error_names_the_template() -> None:
    """What a fetch ends in is told with the template that waited for it."""
    with pytest.raises(SecretNotFound, match=r"^template VEXEC_TEMPLATE: none$"):
        render(prepare(Templates(text='{{ with secret "x/none" }}{{ end }}'), {}), Source())


def test_files_are_those_of_templates_and_of_writes(tmp_path: Path) -> None:
    """A destination's text, and what `writeToFile` wrote, by the pass that came to its end."""
    (tmp_path / "t").write_text(
        '{{ "x" | writeToFile "/w" "" "7" "0600" }}{{ with secret (print "x/" "one") }}{{ .Data.a }}{{ end }}'
    )
    destinations = (Destination(str(tmp_path / "t"), "/d", 0o640),)
    texts = render(prepare(Templates(destinations=destinations), {}), Source(one={"a": "1\n2"}))

    assert to_files(texts) == [
        File("/d", b"1\n2", 0o640),
        File("/w", b"x", 0o600, ("", "7")),
    ]
    assert to_variables(texts) == []


def test_a_destination_is_one_templates(tmp_path: Path) -> None:
    """Which of two texts a file gets is not left to their order."""
    (tmp_path / "t").write_text("x")
    twice = tuple(Destination(str(tmp_path / "t"), path) for path in ("/b", "/a", "/b"))
    with pytest.raises(ConfigError, match="two templates are to be written to /b"):
        prepare(Templates(destinations=twice), {})


def test_files_are_written(tmp_path: Path) -> None:
    """Each in its place; what is added stands behind what was there."""
    write([File(f"{tmp_path}/a", b"1"), File(f"{tmp_path}/a", b"2", None, is_added=True)])

    assert (tmp_path / "a").read_bytes() == b"12"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({}, "template: VEXEC_TEMPLATE:1:5: {{.a}} has no value"),
        ({"missing": "novalue"}, ""),
    ],
)
def test_missing_values(settings: dict[str, Any], message: str, capfd: pytest.CaptureFixture[str]) -> None:
    """S1.11: an error, or what upstream prints and a warning."""
    renderer = prepare(Templates(text="A={{ .a }}", **settings), {})
    if message:
        with pytest.raises(TemplateError) as caught:
            render(renderer, Source())
        assert str(caught.value) == message
    else:
        assert to_variables(render(renderer, Source())) == [Item("A", "<no value>", "VEXEC_TEMPLATE")]
        assert "{{.a}} has no value" in capfd.readouterr().err


def test_newlines() -> None:
    """S1.9: refused in lines unless they are allowed."""
    text = 'A={{ "x\\nB=y" }}'
    with pytest.raises(TemplateError, match="prints a newline in a line KEY=VALUE"):
        render(prepare(Templates(text=text), {}), Source())

    allowed = render(prepare(Templates(text=text, allows_newlines=True), {}), Source())
    assert [item.name for item in to_variables(allowed)] == ["A", "B"]


def test_what_templates_see(tmp_path: Path) -> None:
    """Variables, files and the clock."""
    (tmp_path / "f").write_text("content")
    text = 'A={{ env "HOME" }}\nB={{ file "%s" }}\nC={{ len (timestamp "2006") }}' % (tmp_path / "f")
    items = to_variables(render(prepare(Templates(text=text), {"HOME": "/h"}), Source()))

    assert [item.value for item in items] == ["/h", "content", "4"]


def test_what_cannot_be_read_or_parsed() -> None:
    """A file that is not there, a template that is none, and a line that is none."""
    with pytest.raises(FileError, match="template /no/such does not exist"):
        prepare(Templates(files=("/no/such",)), {})
    with pytest.raises(TemplateError, match="unclosed action"):
        prepare(Templates(text="{{"), {})
    with pytest.raises(RenderError, match="line 1 of VEXEC_TEMPLATE has no ="):
        to_variables(render(prepare(Templates(text="text"), {}), Source()))


def test_a_certificate_that_is_there_is_not_asked_for_again(tmp_path: Path) -> None:
    """S3.8: a good one in the destination is the answer; without one it is issued."""
    (tmp_path / "t").write_text('{{ with pkiCert "pki/issue/web" "common_name=x" }}{{ .Key }}{{ end }}')
    destinations = (Destination(str(tmp_path / "t"), str(tmp_path / "d")),)
    source = Source(web={"private_key": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"})
    assert "AAAA" in render(prepare(Templates(destinations=destinations), {}), source)[0].text
    assert source.asked == ["pki/issue/web"]

    begin = datetime.now(UTC) - timedelta(days=1)
    (tmp_path / "d").write_text(KEY_PEM + pem(certificate(begin, begin + timedelta(days=10))))
    assert render(prepare(Templates(destinations=destinations), {}), source)[0].text == KEY_PEM
    assert source.asked == ["pki/issue/web"]


def test_a_template_of_lines_may_write_files() -> None:
    """Its text becomes variables, what it writes files."""
    text = 'A=1{{ "x" | writeToFile "/w" "" "" "0600" }}'
    texts = render(prepare(Templates(text=text), {}), Source())

    assert [file.path for file in to_files(texts)] == ["/w"]
    assert [item.name for item in to_variables(texts)] == ["A"]


def test_what_has_no_value_is_told_once(capfd: pytest.CaptureFixture[str]) -> None:
    """A loop, or another pass, says nothing new."""
    settings = Templates(text="{{ range 3 }}A{{ . }}={{ $.a }}\n{{ end }}", missing="novalue")
    render(prepare(settings, {}), Source())

    assert capfd.readouterr().err.count("has no value") == 1


def test_a_pair_is_concealed_but_for_what_the_template_says() -> None:
    """T38: a value in a pair that a template puts together stays out of the log; a literal name does not."""
    text = 'A={{ with secret "x/write" (printf "%s=%s" "common" (env "MADE")) }}{{ end }}'
    render(prepare(Templates(text=text), {"MADE": "canary-of-the-test"}), Source(write={}))

    assert log.redact("common canary-of-the-test") == "common [redacted]"
