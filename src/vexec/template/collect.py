"""Finds what a template is certain to ask for, without evaluating it."""

from __future__ import annotations

from vexec.template.nodes import (
    ActionNode,
    BranchNode,
    ChainNode,
    IdentifierNode,
    PipeNode,
    StringNode,
    TemplateNode,
)
from vexec.template.values import Ask

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from vexec.template.nodes import CommandNode, ListNode, Node, Template

# function → how many literal arguments a call has at most that reads and changes nothing
READS: Mapping[str, int] = {"secret": 1, "secrets": 1}
CHOICES = ("and", "or")  # only their first argument is certain to be evaluated


def asks(template: Template, reads: Mapping[str, int] = READS) -> list[Ask]:
    """Return the calls with literal arguments that every evaluation makes, each once, in order."""
    found: dict[Ask, None] = {}
    for pipe in certain_pipes(template, template.root, set()):
        for command, given in commands(pipe):
            ask = ask_of(command, given, reads)
            if ask and not template.is_denied(ask.function):
                found[ask] = None
    return list(found)


def certain_pipes(template: Template, body: ListNode, seen: set[str]) -> Iterator[PipeNode]:
    """Go through the pipelines outside of what is evaluated on a condition only."""
    rest = list(reversed(body.nodes))
    while rest:
        node = rest.pop()
        if isinstance(node, (ActionNode, BranchNode)):
            yield node.pipe
        elif isinstance(node, TemplateNode):
            if node.pipe:
                yield node.pipe
            if node.name in template.trees and node.name not in seen:
                seen.add(node.name)
                rest.extend(reversed(template.trees[node.name].nodes))


def commands(pipe: PipeNode) -> Iterator[tuple[CommandNode, CommandNode | None]]:
    """Go through the commands of a pipeline and of those in parentheses, each with the one before it."""
    before = None
    for command in pipe.commands:
        for arg in certain_args(command):
            inner = arg.node if isinstance(arg, ChainNode) else arg
            if isinstance(inner, PipeNode):
                yield from commands(inner)
        yield command, before
        before = command


def certain_args(command: CommandNode) -> Sequence[Node]:
    """Return the arguments that are evaluated whatever the values are."""
    first = command.args[0]
    is_choice = isinstance(first, IdentifierNode) and first.name in CHOICES
    return command.args[:2] if is_choice else command.args


def ask_of(command: CommandNode, before: CommandNode | None, reads: Mapping[str, int]) -> Ask | None:
    """Return what a command asks for, if it is a read whose arguments are all literal."""
    function, *args = command.args
    if before:
        args += before.args
        if len(before.args) > 1:
            return None
    if not isinstance(function, IdentifierNode) or not 0 < len(args) <= reads.get(function.name, 0):
        return None
    texts = [arg.text for arg in args if isinstance(arg, StringNode)]
    return Ask(function.name, tuple(texts)) if len(texts) == len(args) else None
