"""Evaluates a template: goes through its nodes and prints.

Theory of operation: what is open, the bodies of if, with and range and of the templates that are called, is a
list of frames and not Python's stack, so that templates may nest and call each other as deep as in Go. A
frame goes through its nodes; at their end a range's begins again and the others are left: the variables that
were declared since are forgotten, and dot is what it was before.

Where an iteration of a range cannot go on without an answer, what it asks for is noted, it is given up, and
the next one is begun, if iterations can do without each other: so one pass finds what all of them ask for.
Its output is not used, and nothing stands in for an answer.
"""

from __future__ import annotations

from vexec.errors import TemplateError, VexecError
from vexec.template.collect import READS
from vexec.template.expression import PIECE, Expression
from vexec.template.independent import is_independent
from vexec.template.nodes import (
    ActionNode,
    BreakNode,
    ContinueNode,
    IfNode,
    RangeNode,
    TemplateNode,
    TextNode,
    WithNode,
)
from vexec.template.reflect import ANY, element_type, is_true, key_type
from vexec.template.state import Variables
from vexec.template.values import (
    MISSING,
    Channel,
    Function,
    FunctionError,
    Int,
    Missing,
    type_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from vexec.template.nodes import BranchNode, ListNode, Node, Template
    from vexec.template.scope import Scope
    from vexec.template.values import Ask

DEPTH = 100_000  # templates within templates, as in Go
EXECUTIONS = 30  # calls of executeTemplate within each other, which Go does not bound; each is on the stack
NO_VALUE = "<no value>"


def evaluate(
    template: Template, scope: Scope, data: object = None, *, more: Mapping[str, Function] | None = None
) -> str | Missing:
    """Return the text that a template gives, or what it cannot go on without; raises TemplateError.

    What was asked for and could not be fetched raises its own error when the template comes to it, and no
    iteration before is waiting for an answer. `more` are functions besides those of
    `vexec.template.functions`; the parser has been told their names.
    """
    functions = {name: (function, False) for name, function in (more or {}).items()}
    evaluation = Evaluation(template, scope, template.name, functions)
    scope.execute = evaluation.execute
    scope.template, scope.texts = template, None
    scope.memory = {}
    try:
        text = evaluation.run(MISSING if data is None else data)
        return Missing(*evaluation.noted) if evaluation.noted else text
    except Missing as missing:
        return missing
    except VexecError:
        if evaluation.noted:  # it may stand behind what the template ends at; if not, it comes up again
            return Missing(*evaluation.noted)
        raise
    except (RecursionError, MemoryError):
        pass
    raise TemplateError(f"template: {template.name}: the template is too deep or its values are too large")


class Frame:
    """A list of nodes that is gone through, and what is restored at its end."""

    __slots__ = ("count", "dot", "index", "is_interface", "nodes")

    def __init__(self, run: Evaluation, nodes: list[Node], count: int) -> None:
        self.nodes = nodes
        self.index = 0
        self.count = count  # of variables
        self.dot = run.dot
        self.is_interface = run.is_interface

    def is_repeated(self, run: Evaluation) -> bool:
        """Prepare to go through the nodes again, or restore what was before."""
        run.variables.forget(self.count)
        run.dot = self.dot
        run.is_interface = self.is_interface
        return False


class Loop(Frame):
    """A range: `items` are what is left of its pairs of index and element.

    `are_interfaces` tells of the indexes and of the elements whether they are in interfaces.
    """

    __slots__ = ("are_interfaces", "declared", "items", "pipe")

    def __init__(
        self, run: Evaluation, node: RangeNode, count: int, *, items: Iterator[tuple[Any, Any]], name: str
    ) -> None:
        super().__init__(run, node.body.nodes, count)
        self.items = items
        self.pipe = node.pipe
        self.declared = len(run.variables.declared)
        self.are_interfaces = key_type(name) == ANY, element_type(name) == ANY

    def is_repeated(self, run: Evaluation) -> bool:
        """See `Frame.is_repeated`."""
        run.variables.forget(self.declared)
        for index, element in self.items:
            self.begin(run, index, element)
            return True
        return super().is_repeated(run)

    def begin(self, run: Evaluation, index: Any, element: Any) -> None:
        """Give the next element to dot, and to the range's variables with its index."""
        self.index = 0
        run.dot = element
        run.is_interface = self.are_interfaces[1]
        variables = self.pipe.declared
        for number, node in enumerate(reversed(variables), 1):
            if self.pipe.is_assign:
                variable = run.variable(node.name)
            else:
                variable = run.variables.declared[self.declared - number]
            variable.value = element if number == 1 else index
            variable.is_interface = self.are_interfaces[number == 1]


class Otherwise(Frame):
    """What stands behind the `else` of a range: `break` leaves it, too, though no parser's rule says so."""

    __slots__ = ()


class Call(Frame):
    """A template that another one has called: it has variables of its own."""

    __slots__ = ("name", "variables")

    def __init__(self, run: Evaluation, body: ListNode) -> None:
        super().__init__(run, body.nodes, 0)
        self.name = run.name
        self.variables = run.variables

    def is_repeated(self, run: Evaluation) -> bool:
        """See `Frame.is_repeated`."""
        run.depth -= 1
        run.name = self.name
        run.variables = self.variables
        run.dot = self.dot
        run.is_interface = self.is_interface
        return False


class Evaluation(Expression):
    """Goes through the nodes of a template; `parts` is what it has printed."""

    def __init__(
        self, template: Template, scope: Scope, name: str, functions: dict[str, tuple[Function, bool]]
    ) -> None:
        super().__init__(template, scope, name)
        self.functions = functions
        self.parts: list[str] = []
        self.size = 0
        self.frames: list[Frame] = []
        self.depth = 0  # of templates
        self.executions = 0
        self.noted: dict[Ask, None] = {}  # what iterations ask for that were given up

    def run(self, data: object) -> str:
        """Return what the template prints with data as its dot; of no use if anything was noted."""
        self.dot = data
        self.variables.declare("$", data)
        self.frames.append(Frame(self, self.template.trees[self.name].nodes, 0))
        while self.frames:
            try:
                self.proceed()
            except Missing as missing:
                self.give_up(missing)
        return "".join(self.parts)

    def proceed(self) -> None:
        """Go through all frames to their ends."""
        frames, scope = self.frames, self.scope
        while frames:
            frame = frames[-1]
            scope.steps -= 1
            if scope.steps < 0:
                raise self.error("the template takes too many steps")
            if frame.index < len(frame.nodes):
                node = frame.nodes[frame.index]
                frame.index += 1
                self.node = node
                STATEMENTS[type(node)](self, node)
            elif not frame.is_repeated(self):
                frames.pop()

    def give_up(self, missing: Missing) -> None:
        """Note a read and leave its iteration for the next one; raises Missing where that cannot be."""
        ask = missing.ask
        is_read = len(ask.args) == READS.get(ask.function)
        if is_read and is_independent(self.template):
            self.noted[ask] = None
        elif not self.noted:
            raise missing
        else:
            self.frames.clear()  # a write waits until nothing before it does
        while self.frames and not isinstance(self.frames[-1], Loop):
            self.frames.pop().is_repeated(self)
        if not self.frames:
            raise Missing(*self.noted) from None
        self.frames[-1].index = len(self.frames[-1].nodes)
        self.is_held = False

    def execute(self, name: str, data: object) -> str:
        """See `Scope.execute`."""
        if name not in self.template.trees:
            from vexec.template.strconv import quote

            own = quote(self.template.name)
            raise FunctionError(f'template: no template "…" associated with template {own}')
        if self.executions >= EXECUTIONS:
            raise FunctionError(f"exceeded maximum depth of executeTemplate ({EXECUTIONS})")
        self.executions += 1
        inner = Evaluation(self.template, self.scope, name, self.functions)
        try:
            return inner.run(MISSING if data is None else data)
        except TemplateError as error:
            raise FunctionError(str(error)) from None
        finally:
            self.executions -= 1

    def write(self, text: str) -> None:
        """Add to the output."""
        self.parts.append(text)
        self.size += len(text)
        if self.size > self.scope.output:
            raise self.error("the template prints too much")

    def print_text(self, node: TextNode) -> None:
        """Print text as it stands."""
        self.write(node.text)

    def print_action(self, node: ActionNode) -> None:
        """Print the value of a pipeline, unless a variable gets it."""
        value = self.pipeline(node.pipe)
        if node.pipe.declared:
            return
        self.node = node
        scope = self.scope
        if value is MISSING:
            if scope.novalue is not None:
                scope.novalue(self.template.place(node), str(node))
            text = NO_VALUE
        else:
            text = value if type(value) is str else self.printed(value)
        if scope.newline is not None and "\n" in text:
            scope.newline(self.template.place(node), str(node))
        scope.steps -= len(text) // PIECE
        self.write(text)

    def printed(self, value: Any) -> str:
        """Return the text of a value as fmt.Fprint prints it."""
        from vexec.template.printf import format_value

        if isinstance(value, (Channel, Function)):
            raise self.error(f"can't print {self.node} of type {type_of(value)}")
        try:
            return format_value(value, self.scope)
        except FunctionError as error:
            raise self.error(str(error)) from None

    def choose(self, node: BranchNode) -> None:
        """Go into the body of `if` or `with` if the pipeline's value is true, else into the other list."""
        count = len(self.variables.declared)
        value = self.pipeline(node.pipe)
        if is_true(value):
            self.frames.append(Frame(self, node.body.nodes, count))
            if isinstance(node, WithNode):
                self.dot = value
                self.is_interface = False
        else:
            self.frames.append(Frame(self, otherwise(node), count))

    def repeat(self, node: RangeNode) -> None:
        """Go into the body of `range` for each element, or into the other list where there is none."""
        count = len(self.variables.declared)
        value = self.pipeline(node.pipe)
        items = self.pairs(value, len(node.pipe.declared))
        loop = Loop(self, node, count, items=items, name=type_of(value))
        for index, element in items:
            loop.begin(self, index, element)
            self.frames.append(loop)
            return
        self.frames.append(Otherwise(self, otherwise(node), count))

    def pairs(self, value: Any, variables: int) -> Iterator[tuple[Any, Any]]:
        """Return what `range` gives of a value, with the index or key of each."""
        if isinstance(value, list):
            return enumerate(value)
        if isinstance(value, dict):
            from vexec.template.fmtsort import sorted_keys

            self.scope.steps -= len(value)
            return iter([(key, value[key]) for key in sorted_keys(value)])
        if isinstance(value, bytes):
            return ((index, Int(byte, "uint8")) for index, byte in enumerate(value))
        if isinstance(value, Channel):
            value.items = iter(value.items)
            return enumerate(value.items)
        if isinstance(value, int) and type(value) is not bool:
            if variables > 1:
                raise self.error('can\'t use "…" to iterate over more than one variable')
            if type(value) is int:
                return ((MISSING, number) for number in range(value))
            name = type_of(value)
            return ((MISSING, Int(number, name)) for number in range(value))
        if value is not MISSING:
            raise self.error('range can\'t iterate over "…"')
        return iter(())

    def leave_loop(self, _: Node) -> None:
        """Leave the innermost range."""
        frame = self.frames.pop()
        while not isinstance(frame, (Loop, Otherwise)):
            frame = self.frames.pop()
        Frame.is_repeated(frame, self)

    def continue_loop(self, _: Node) -> None:
        """Go on with the next element of the innermost range."""
        while not isinstance(self.frames[-1], Loop):
            self.frames.pop()
        self.frames[-1].index = len(self.frames[-1].nodes)

    def call_template(self, node: TemplateNode) -> None:
        """Go into another template, with the pipeline's value as its dot."""
        body = self.template.trees.get(node.name)
        if body is None:
            from vexec.template.strconv import quote

            raise self.error(f"template {quote(node.name)} not defined")
        if self.depth == DEPTH:
            raise self.error(f"exceeded maximum template depth ({DEPTH})")
        value = MISSING if node.pipe is None else self.pipeline(node.pipe)
        self.frames.append(Call(self, body))
        self.depth += 1
        self.name = node.name
        self.dot = value
        self.is_interface = False
        self.variables = Variables()
        self.variables.declare("$", value)


def otherwise(node: BranchNode) -> list[Node]:
    """Return what stands behind `else`."""
    return node.otherwise.nodes if node.otherwise else []


STATEMENTS: Mapping[type[Node], Callable[[Evaluation, Any], None]] = {
    ActionNode: Evaluation.print_action,
    BreakNode: Evaluation.leave_loop,
    ContinueNode: Evaluation.continue_loop,
    IfNode: Evaluation.choose,
    RangeNode: Evaluation.repeat,
    TemplateNode: Evaluation.call_template,
    TextNode: Evaluation.print_text,
    WithNode: Evaluation.choose,
}
