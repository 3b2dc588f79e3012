"""S1.3, S1.4: what a container runs, by annotation or by itself, and what no annotation can break out of."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.injector.pods import admitted, container, first, pod, refused
from vexec.injector.command import escaped, read
from vexec.injector.models import Denial

WRAPPER = ["/vexec-bin/vexec", "--"]
COMMAND = "vault.hashicorp.com/agent-exec-command"


@pytest.mark.parametrize(
    ("text", "argv"),
    [
        ("/server", ["/server"]),
        ("/server --port 80", ["/server", "--port", "80"]),
        ("  /server\n\t--port\n", ["/server", "--port"]),
        ("/a 'b c' \"d \\\" e\" f\\ g ''", ["/a", "b c", 'd " e', "f g", ""]),
        ("/a $HOME `id` ; b|c > d && *", ["/a", "$HOME", "`id`", ";", "b|c", ">", "d", "&&", "*"]),
        ("/a # b", ["/a", "#", "b"]),
        ('["/a", "b c", "", "\\"\\n{}"]', ["/a", "b c", "", '"\n{}']),
        (' ["/a"]', ["/a"]),
        ("/a $(HOME)", ["/a", "$$(HOME)"]),
        ('["/a", "$$(HOME) $"]', ["/a", "$$$$(HOME) $"]),
    ],
)
def test_commands(text: str, argv: list[str]) -> None:
    """A JSON array, else words by a shell's quoting without a shell; nothing in it is replaced."""
    assert read("name", text) == argv


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("/a 'b", "name cannot be read: no closing quotation"),
        ("/a \\", "name cannot be read: no escaped character"),
        ('["/a"', "name cannot be read: it is not JSON"),
        ('["/a"] x', "name cannot be read: it is not JSON"),
        ('["/a", 1]', "name cannot be read: it is not an array of texts alone"),
        ('["/a", ["b"]]', "name cannot be read: it is not an array of texts alone"),
        ("[" * 100000, "name is nested too deeply"),
        ("[]", "name names no program"),
        ('["", "a"]', "name names no program"),
        (" ", "name names no program"),
        ("''", "name names no program"),
        ("/a b\0c", "name holds a NUL character, or what is no character at all"),
        ('["/a\\u0000"]', "name holds a NUL character, or what is no character at all"),
        ('["/a", "\\ud800"]', "name holds a NUL character, or what is no character at all"),
        ("/a " + "b" * 131072, "name holds an argument of more than 128 KiB"),
        ("/a " * 1000000, "name is longer than all annotations together may be"),
    ],
)
def test_no_commands(text: str, reason: str) -> None:
    """What cannot be read, or run, is refused and never repeated."""
    with pytest.raises(Denial) as caught:
        read("name", text)

    assert caught.value.message == reason


def expand(text: str, variables: dict[str, str]) -> str:
    """Replace `$(NAME)` as Kubernetes does (third_party/forked/golang/expansion)."""
    result, at = "", 0
    while at < len(text):
        if text[at] != "$" or at + 1 == len(text):
            result, at = result + text[at], at + 1
            continue
        after = text[at + 1]
        if after == "(" and ")" in text[at + 2 :]:
            end = text.index(")", at + 2)
            name = text[at + 2 : end]
            result, at = result + variables.get(name, f"$({name})"), end + 1
        else:
            result, at = result + ("$" if after == "$" else "$" + after), at + 2
    return result


@given(st.text(alphabet="$()AB \n"))
def test_kubernetes_gives_back_what_is_escaped(text: str) -> None:
    """Whatever a text holds, the container gets it as it is."""
    assert expand(escaped(text), {"A": "x", "B": "y", "AB": "z", "": "w"}) == text


def test_arguments_of_the_container() -> None:
    """S1.3: args are appended where the command names only the program."""
    document = container(args=["--port", "$(PORT)"])

    assert first(pod({}, document))["args"] == ["/server", "--port", "$(PORT)"]
    assert first(pod({"agent-exec-command": "/server -x"}, document))["args"] == ["/server", "-x"]
    assert first(pod({}, document))["command"] == WRAPPER


def test_the_containers_own_command() -> None:
    """S1.3: without the annotation, or with an empty one, the container's command and args stay."""
    document = container(command=["/a", "b"], args=["c"])

    for text in (None, ""):
        made = first(pod({"agent-exec-command": text}, document))
        assert (made["command"], made["args"]) == (WRAPPER, ["/a", "b", "c"])


def test_no_command_at_all() -> None:
    """S1.3: with neither, the refusal says what to set; the image's own is not seen."""
    for document in (container(), container(args=["x"])):
        reason = refused(pod({"agent-exec-command": None}, document))
        assert 'container "api" has no command' in reason
        assert f"set {COMMAND}, or command in the pod" in reason


def test_a_command_for_each_container() -> None:
    """S1.4: an annotation with the container's name wins; one for all serves the one that is left."""
    annotations = {"agent-exec-command-web": '["/web"]'}
    made, _ = admitted(pod(annotations, container(), container("web", args=["-x"])))

    assert [c["args"] for c in made["spec"]["containers"]] == [["/server"], ["/web", "-x"]]


def test_one_command_for_several_containers() -> None:
    """S1.4: without a list that is refused; with one it is meant so."""
    containers = (container(), container("web"))
    reason = refused(pod({}, *containers))
    assert f"{COMMAND} is one command for 2 containers" in reason
    assert "vault.hashicorp.com/agent-inject-containers" in reason

    made, _ = admitted(pod({"agent-inject-containers": "api,web"}, *containers))
    assert [c["args"] for c in made["spec"]["containers"]] == [["/server"], ["/server"]]


def test_containers_that_are_not_listed() -> None:
    """S1.4: they stay byte for byte as they are."""
    other = container("web", command=["/web"], env=[{"name": "A", "value": "1"}])
    made, _ = admitted(pod({"agent-inject-containers": "api"}, container(), other))

    assert made["spec"]["containers"][1] == other
    assert made["spec"]["containers"][0]["command"] == WRAPPER


@pytest.mark.parametrize(
    ("annotations", "reason"),
    [
        (
            {"agent-inject-containers": "aip"},
            'agent-inject-containers names "aip", and the pod has no such container',
        ),
        (
            {"agent-exec-command-aip": "/x"},
            "agent-exec-command-aip is for a container that is not injected into",
        ),
        ({"agent-exec-command": "'"}, "agent-exec-command cannot be read: no closing quotation"),
        ({"agent-exec-command-api": "'"}, "agent-exec-command-api cannot be read: no closing quotation"),
    ],
)
def test_mistakes(annotations: dict[str, str], reason: str) -> None:
    """A name that is misspelt is told, since the container would start without its secrets."""
    assert refused(pod(annotations)).endswith(f"vault.hashicorp.com/{reason}")


@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), min_size=1))
def test_an_array_is_the_argv(words: list[str]) -> None:
    """Quotes, newlines, backslashes: no text of an array becomes two arguments, or a part of the patch."""
    if not words[0]:
        words[0] = "/x"
    made = first(pod({"agent-exec-command": json.dumps(words)}))

    assert [expand(word, {"A": "x"}) for word in made["args"]] == words
    assert made["command"] == WRAPPER
