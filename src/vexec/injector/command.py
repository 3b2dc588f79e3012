"""What a container that starts through vexec runs: argv, from annotations or from the container (S1.3, S1.4).

Grammar of `agent-exec-command`:
    command = JSON array of texts, where it begins with "[" | words, split by a shell's rules of quoting
No shell is asked, and neither `$` nor a glob is replaced by anything.
"""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vexec.injector.annotations import PREFIX
from vexec.injector.models import Denial
from vexec.injector.parse import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vexec.injector.agent import Agent
    from vexec.injector.models import Container

LONGEST = 131072  # bytes of one argument with its NUL, which the kernel sets (T14)
LARGEST = 262144  # bytes of all annotations, which the API server sets; it looks after us
COMMAND = PREFIX + "agent-exec-command"
LIST = PREFIX + "agent-inject-containers"


@dataclass(frozen=True, slots=True)
class Start:
    """A container that starts through vexec: its place in the pod, and what it runs then.

    `is_done` tells that it does so already.
    """

    index: int
    container: Container
    argv: tuple[str, ...]
    is_done: bool


def starts(agent: Agent, containers: Sequence[Container], wrapper: Sequence[str]) -> list[Start]:
    """Return the containers that start through `wrapper`, vexec and its `--`; raises Denial."""
    names = [container.name for container in containers]
    absent = [name for name in agent.containers if name not in names]
    if absent and LIST in agent.given:
        raise Denial(f"{LIST} names {quoted(absent[0])}, and the pod has no such container")
    wrapped = [(i, c) for i, c in enumerate(containers) if c.name in agent.containers]
    stray = sorted(agent.exec.commands.keys() - {container.name for _, container in wrapped})
    if stray:
        raise Denial(f"{COMMAND}-{stray[0]} is for a container that is not injected into")
    sharing = [c.name for _, c in wrapped if agent.exec.command and c.name not in agent.exec.commands]
    if len(sharing) > 1 and LIST not in agent.given:
        raise Denial(
            f"{COMMAND} is one command for {len(sharing)} containers: name those that run it in {LIST}, "
            f"or give each its own as {COMMAND}-<container>"
        )
    return [start(agent, index, container, wrapper) for index, container in wrapped]


def start(agent: Agent, index: int, container: Container, wrapper: Sequence[str]) -> Start:
    """Return what one container runs: what its own annotation says, else the pod's, else itself."""
    if container.command == [*wrapper]:
        return Start(index, container, tuple(container.args), is_done=True)
    own = agent.exec.commands.get(container.name)
    name = f"{COMMAND}-{container.name}" if own else COMMAND
    text = own or agent.exec.command
    if text:
        argv = read(name, text)
        return Start(index, container, tuple(argv if len(argv) > 1 else argv + container.args), is_done=False)
    if not container.command:
        raise Denial(
            f"container {quoted(container.name)} has no command, and the injector does not see its image's: "
            f"set {COMMAND}, or command in the pod"
        )
    return Start(index, container, (*container.command, *container.args), is_done=False)


def read(name: str, text: str) -> list[str]:
    """Read an annotation that holds a command, with `$(` escaped for Kubernetes; raises Denial."""
    if len(text) > LARGEST:
        raise Denial(f"{name} is longer than all annotations together may be")
    try:
        argv = from_json(text) if text.lstrip().startswith("[") else shlex.split(text)
    except RecursionError:
        raise Denial(f"{name} is nested too deeply") from None
    except ValueError as error:
        reason = "it is not JSON" if isinstance(error, json.JSONDecodeError) else str(error).lower()
        raise Denial(f"{name} cannot be read: {reason}") from None
    if not argv or not argv[0]:
        raise Denial(f"{name} names no program")
    if any("\0" in word or not is_text(word) for word in argv):
        raise Denial(f"{name} holds a NUL character, or what is no character at all")
    if any(len(word.encode()) >= LONGEST for word in argv):
        raise Denial(f"{name} holds an argument of more than 128 KiB")
    return list(map(escaped, argv))


def from_json(text: str) -> list[str]:
    """Read a JSON array of texts; raises ValueError."""
    words = json.loads(text)
    if not all(isinstance(word, str) for word in words):
        raise ValueError("it is not an array of texts alone")
    return list(words)


def is_text(word: str) -> bool:
    """Tell whether a text has a form in UTF-8."""
    try:
        word.encode()
    except UnicodeEncodeError:
        return False
    return True


def escaped(text: str) -> str:
    """Keep Kubernetes from replacing `$(NAME)`, and `$$` by `$`, in a text that is meant as it stands.

    https://github.com/kubernetes/kubernetes/blob/master/third_party/forked/golang/expansion/expand.go
    """
    result = []
    for index, character in enumerate(text):
        is_read = character == "$" and text[index + 1 : index + 2] in ("$", "(")
        result.append("$$" if is_read else character)
    return "".join(result)
