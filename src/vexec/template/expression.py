"""Evaluates pipelines: commands, fields, variables, calls.

Go looks at the type of the place that a value stands in as well: an element of a list of interfaces is an
interface that holds a value. Here a value is bare, and `is_held` and `is_interface` say for messages
where it stands. None is an interface that holds nothing; a pipeline turns it into MISSING, as in Go.
"""

from __future__ import annotations

from vexec.template.literals import LITERALS, ideal, literal
from vexec.template.nodes import (
    ChainNode,
    DotNode,
    FieldNode,
    IdentifierNode,
    NilNode,
    PipeNode,
    VariableNode,
)
from vexec.template.reflect import (
    ANY,
    PLACE,
    VALUE,
    Held,
    can_be_nil,
    element_type,
    fit,
    is_true,
    key_type,
    static_type,
    zero,
)
from vexec.template.state import State
from vexec.template.values import MISSING, Function, FunctionError, Struct, type_of
from vexec.value import Number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from vexec.template.nodes import Node

ABSENT: Any = object()  # no value comes from a command before
BUILTIN = "functions.builtin"
METHOD = 8  # steps that a call of a method counts for
FEW = 4  # arguments that count as one step
PIECE = 32  # characters or items of an argument or a result that count as one step


class Expression(State):
    """Evaluates what stands between delimiters; see `State`.

    `is_held` tells whether the value of an operand that was evaluated last is in an interface.
    """

    functions: dict[str, tuple[Function, bool]]
    is_held = False

    def pipeline(self, pipe: PipeNode) -> Any:
        """Return the value of a pipeline, and give it to the pipeline's variables."""
        self.node = pipe
        value: Any = ABSENT
        self.scope.steps -= len(pipe.commands)
        for command in pipe.commands:
            first = command.args[0]
            value = OPERANDS[type(first)](self, first, command.args, value, command)
            if value is None:
                value = MISSING
        for variable in pipe.declared:
            if pipe.is_assign:
                self.assign(variable.name, value)
            else:
                self.variables.declare(variable.name, value)
        self.is_held = False
        return value

    # What evaluates an operand gets as well: `args`, a command's, with the operand itself in front; `final`,
    # the value of the command before in the pipeline; the command, which an error of a function names.

    def constant(self, node: Node, args: Sequence[Node], final: Any, _: Node) -> Any:
        """Return a constant."""
        self.node = node
        self.refuse_arguments(args, final)
        try:
            return ideal(node)
        except FunctionError as error:
            raise self.error(str(error)) from None

    def cursor(self, node: DotNode, args: Sequence[Node], final: Any, _: Node) -> Any:
        """Return dot."""
        self.node = node
        self.refuse_arguments(args, final)
        self.is_held = self.is_interface
        return self.dot

    def nothing(self, node: NilNode, args: Sequence[Node], final: Any, _: Node) -> Any:
        """Refuse nil, which has no type."""
        self.node = node
        self.refuse_arguments(args, final)
        raise self.error("nil is not a command")

    def parenthesis(self, node: PipeNode, args: Sequence[Node], final: Any, _: Node) -> Any:
        """Return the value of a pipeline in parentheses."""
        self.refuse_arguments(args, final)
        return self.pipeline(node)

    def refuse_arguments(self, args: Sequence[Node], final: Any) -> None:
        """Refuse arguments of what is no function."""
        if len(args) > 1 or final is not ABSENT:
            raise self.error(f"can't give argument to non-function {args[0]}")

    def variable_of(self, node: VariableNode, args: Sequence[Node], final: Any, _: Node) -> Any:
        """Return a variable or a field of it."""
        self.node = node
        variable = self.variable(node.name)
        if not node.names:
            self.refuse_arguments(args, final)
            self.is_held = variable.is_interface
            return variable.value
        self.is_held = variable.is_interface
        return self.chain(node, variable.value, args, final)

    def field_of(self, node: FieldNode, args: Sequence[Node], final: Any, _: Node) -> Any:
        """Return a field of dot."""
        self.node = node
        self.is_held = self.is_interface
        return self.chain(node, self.dot, args, final)

    def chain_of(self, node: ChainNode, args: Sequence[Node], final: Any, _: Node) -> Any:
        """Return a field of what a pipeline or a function gives."""
        self.node = node
        head = node.node
        self.node = head
        return self.chain(node, OPERANDS[type(head)](self, head, (), ABSENT, head), args, final)

    def function_of(self, node: IdentifierNode, args: Sequence[Node], final: Any, place: Node) -> Any:
        """Return the result of a function of the language."""
        self.node = node
        function, is_builtin = self.find(node.name)
        if is_builtin and node.name in ("and", "or"):
            self.check_count(function, node.name, len(args[1:]), has_final=final is not ABSENT)
            return self.short_circuit(node.name, args, final)
        values = self.arguments(function, node.name, args, final)
        if is_builtin and node.name == "call":
            values.insert(0, str(args[1]) if len(args) > 1 else told(final))
        value = self.invoke(function, place, node.name, values)
        self.is_held = function.result == ANY
        return value

    def short_circuit(self, name: str, args: Sequence[Node], final: Any) -> Any:
        """Return the first argument of and that is false, of or that is true, or the last."""
        value = MISSING
        self.scope.steps -= len(args) // FEW
        for arg in args[1:]:
            value = self.argument(VALUE, arg)
            if is_true(value) == (name == "or"):
                return value
        return value if final is ABSENT else final

    def chain(
        self, node: FieldNode | VariableNode | ChainNode, receiver: Any, args: Sequence[Node], final: Any
    ) -> Any:
        """Return a field of a field of a value; the last one may be a method and gets the arguments."""
        last = len(node.names) - 1
        for index, name in enumerate(node.names):
            if index == last:
                given, value = args, final
            else:
                given, value = (), ABSENT
            method = None if type(receiver) is dict else find_method(receiver, name)
            if method is None:
                has_arguments = len(given) > 1 or value is not ABSENT
                receiver = self.field(receiver, name, has_arguments=has_arguments)
            else:
                self.scope.steps -= METHOD
                receiver = self.invoke(method, node, name, self.arguments(method, name, given, value))
                self.is_held = method.result == ANY
        return receiver

    def field(self, receiver: Any, name: str, *, has_arguments: bool) -> Any:
        """Return a field or a map's element."""
        if receiver is MISSING:
            if self.scope.missing == "error":
                raise self.error(f'nil data; no entry for key "{name}"')
            self.is_held = False
            return MISSING
        place = ANY if self.is_held else static_type(receiver)
        if receiver is None:
            raise self.error(f"nil pointer evaluating {place}.{name}")
        if isinstance(receiver, dict):
            return self.entry(receiver, name, place, has_arguments=has_arguments)
        if isinstance(receiver, Struct) and name in receiver.fields:
            if receiver.is_nil:
                raise self.error(f"nil pointer evaluating {place}.{name}")
            if has_arguments:
                raise self.error(f"{name} has arguments but cannot be invoked as function")
            self.is_held = False
            return receiver.fields[name]
        raise self.error(f"can't evaluate field {name} in type {place}")

    def entry(self, receiver: dict[Any, Any], name: str, place: str, *, has_arguments: bool) -> Any:
        """Return an element of a map."""
        element = ANY
        if type(receiver) is not dict:
            kind = type_of(receiver)
            if key_type(kind) not in ("string", ANY):
                raise self.error(f"can't evaluate field {name} in type {place}")
            element = element_type(kind)
        if has_arguments:
            raise self.error(f"{name} is not a method but has arguments")
        value = receiver.get(name, MISSING)
        if value is MISSING:
            if self.scope.missing == "error":
                raise self.error(f'map has no entry for key "{name}"')
            if self.scope.missing == "zero":
                value = zero(element)
        self.is_held = element == ANY and value is not MISSING
        return value

    def find(self, name: str) -> tuple[Function, bool]:
        """Return a function and whether it is text/template's own; one that is denied fails."""
        found = self.functions.get(name)
        if found is None:
            from vexec.template import functions

            if name not in functions.GROUP_OF:
                raise self.error(f'"{name}" is not a defined function')
            found = functions.find(name), functions.GROUP_OF[name] == BUILTIN
            self.functions[name] = found
        if not found[1] and self.template.is_denied(name):
            from vexec.template.functions.refused import deny

            return deny(name), False
        return found

    def arguments(self, function: Function, name: str, args: Sequence[Node], final: Any) -> list[Any]:
        """Return the arguments of a function or method, each as its parameter's type."""
        self.check_count(function, name, len(args[1:]), has_final=final is not ABSENT)
        values: list[Any] = []
        params = function.params
        last = len(params) - 1
        self.scope.steps -= len(args) // FEW
        for arg in args[1:]:
            values.append(self.argument(params[min(len(values), last)], arg))
        if final is not ABSENT:
            values.append(self.fitted(final, params[min(len(values), last)]))
        return values

    def check_count(self, function: Function, name: str, given: int, *, has_final: bool) -> None:
        """Refuse another number of arguments than there are parameters."""
        wanted = len(function.params)
        if function.is_variadic:
            if given + has_final < wanted - 1:
                message = f"wrong number of args for {name}: want at least {wanted - 1} got {given}"
                raise self.error(message)
        elif given + has_final != wanted:
            raise self.error(f"wrong number of args for {name}: want {wanted} got {given + has_final}")

    def invoke(self, function: Function, place: Node, name: str, values: list[Any]) -> Any:
        """Call a function; what it says is wrong becomes an error at `place`."""
        scope = self.scope
        try:
            scope.count(sum(map(size, values)) // PIECE)
            result = function.call(scope, *values) if function.is_scoped else function.call(*values)
            length = size(result)
            scope.count(length // PIECE)
            if length > scope.output:
                raise FunctionError("the result is too long")
        except FunctionError as error:
            self.node = place
            raise self.error(f"error calling {name}: {error}") from None
        return result

    def argument(self, name: str, node: Node) -> Any:
        """Return an argument as a parameter's type."""
        self.node = node
        if isinstance(node, LITERALS):
            try:
                return literal(node, name)
            except FunctionError as error:
                raise self.error(str(error)) from None
        if isinstance(node, NilNode):
            if can_be_nil(name):
                return zero(name)
            raise self.error(f"cannot assign nil to {name}")
        if isinstance(node, PipeNode):
            value = self.pipeline(node)
        else:
            value = OPERANDS[type(node)](self, node, (), ABSENT, node)
        value = self.fitted(value, name)
        return Held(value) if name == PLACE and self.is_held else value

    def fitted(self, value: Any, name: str) -> Any:
        """Return a value as a parameter's type."""
        try:
            return fit(value, name)
        except FunctionError as error:
            raise self.error(str(error)) from None


def size(value: Any) -> int:
    """Return how long a value is: of a text, a list or a map how many characters or items."""
    return len(value) if hasattr(value, "__len__") else 0


def told(value: Any) -> str:
    """Return how a message names a value that is called."""
    if isinstance(value, str):
        return '"…"'
    return f"<{'invalid' if value is MISSING else static_type(value)} Value>"


def find_method(receiver: Any, name: str) -> Function | None:
    """Return a method of a value."""
    if isinstance(receiver, Struct):
        return receiver.methods.get(name)
    if isinstance(receiver, Number):
        from vexec.template.methods import number_method

        return number_method(receiver, name)
    return None


OPERANDS: Mapping[type[Node], Callable[[Expression, Any, Sequence[Node], Any, Node], Any]] = {
    **dict.fromkeys(LITERALS, Expression.constant),
    ChainNode: Expression.chain_of,
    DotNode: Expression.cursor,
    FieldNode: Expression.field_of,
    IdentifierNode: Expression.function_of,
    NilNode: Expression.nothing,
    PipeNode: Expression.parenthesis,
    VariableNode: Expression.variable_of,
}
