"""Tells whether the iterations of a template's loops can do without each other.

They can where nothing that one does is seen by another one or by what stands behind the loop: no variable
that is declared outside of a body of `range` is assigned to within it, nothing leaves a loop by `break`, and
no function is called that changes what other calls see.
"""

from __future__ import annotations

from vexec.template.nodes import (
    ActionNode,
    BranchNode,
    BreakNode,
    ChainNode,
    IdentifierNode,
    PipeNode,
    RangeNode,
    TemplateNode,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vexec.template.nodes import ListNode, Node, Template

CHANGING = frozenset(
    (
        "scratch", "executeTemplate", "writeToFile", "mergeMap", "mergeMapWithOverride", "sprig_set",
        "sprig_unset", "sprig_merge", "sprig_mustMerge", "sprig_mergeOverwrite", "sprig_mustMergeOverwrite",
    )
)  # fmt: skip
COUNTER = "loop"  # gives a channel, which is empty once it was ranged over; only a range itself may have it
OUTSIDE = -1  # the depth of a variable that no loop's body declares


def is_independent(template: Template) -> bool:
    """Tell whether an iteration that is given up changes nothing for the others; told once per template."""
    if template.is_independent is None:
        template.is_independent = all(map(is_body_independent, template.trees.values()))
    return template.is_independent


def is_body_independent(body: ListNode) -> bool:
    """Go through a body with the variables that are declared, each with the number of ranges around it."""
    rest: list[tuple[Iterator[Node], dict[str, int], int]] = [(iter(body.nodes), {}, 0)]
    while rest:
        nodes, variables, depth = rest[-1]
        node = next(nodes, None)
        if node is None:
            rest.pop()
        elif isinstance(node, BreakNode):
            return False
        elif isinstance(node, BranchNode):
            inner = dict(variables)
            is_range = isinstance(node, RangeNode)
            if not is_fine(node.pipe, inner, depth, is_range=is_range):
                return False
            lists = [(node.otherwise, depth), (node.body, depth + is_range)]
            rest += [(iter(part.nodes), dict(inner), level) for part, level in lists if part]
        else:
            pipe = node.pipe if isinstance(node, (ActionNode, TemplateNode)) else None
            if pipe and not is_fine(pipe, variables, depth):
                return False
    return True


def is_fine(pipe: PipeNode, variables: dict[str, int], depth: int, *, is_range: bool = False) -> bool:
    """Look at a pipeline within `depth` ranges; what it declares is added to the variables."""
    last = pipe.commands[-1].args[0]
    for command in pipe.commands:
        for arg in command.args:
            inner = arg.node if isinstance(arg, ChainNode) else arg
            if isinstance(inner, PipeNode) and not is_fine(inner, variables, depth):
                return False
            if isinstance(inner, IdentifierNode) and is_changing(
                inner.name, may_count=is_range and arg is last
            ):
                return False
    for variable in pipe.declared:
        if not pipe.is_assign:
            variables[variable.name] = depth
        elif depth and variables.get(variable.name, OUTSIDE) != depth:
            return False
    return True


def is_changing(name: str, *, may_count: bool) -> bool:
    """Tell whether a call may change what other calls see."""
    return name in CHANGING or (name == COUNTER and not may_count)
