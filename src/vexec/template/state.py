"""What one evaluation knows at a moment: where it is, its dot, its variables."""

from __future__ import annotations

from vexec.errors import TemplateError
from vexec.template.values import MISSING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vexec.template.nodes import Node, Template
    from vexec.template.scope import Scope


class Variable:
    """A variable; `is_interface` if it is an interface that holds the value, which only messages tell."""

    __slots__ = ("is_interface", "name", "value")

    def __init__(self, name: str, value: Any, *, is_interface: bool = False) -> None:
        self.name = name
        self.value = value
        self.is_interface = is_interface


class Variables:
    """The variables of one template, in the order of their declaration; the last of a name counts."""

    __slots__ = ("declared", "named")

    def __init__(self) -> None:
        self.declared: list[Variable] = []
        self.named: dict[str, list[Variable]] = {}

    def declare(self, name: str, value: Any, *, is_interface: bool = False) -> None:
        """Add a variable."""
        variable = Variable(name, value, is_interface=is_interface)
        self.declared.append(variable)
        self.named.setdefault(name, []).append(variable)

    def find(self, name: str) -> Variable | None:
        """Return the variable that a name means."""
        found = self.named.get(name)
        return found[-1] if found else None

    def forget(self, count: int) -> None:
        """Remove all but the first ones."""
        while len(self.declared) > count:
            self.named[self.declared.pop().name].pop()


class State:
    """Where the evaluation of a template is: `node` is what messages name.

    `name` is the template that is executed, of those that the text defines.
    """

    def __init__(self, template: Template, scope: Scope, name: str) -> None:
        self.template = template
        self.scope = scope
        self.name = name
        self.node: Node = template.root
        self.dot: Any = MISSING
        self.is_interface = False  # dot is an element of a list or map of interfaces
        self.variables = Variables()

    def error(self, message: str) -> TemplateError:
        """Return an error that names the node."""
        from vexec.template.strconv import quote

        place = self.template.place(self.node)
        return TemplateError(f"template: {place}: executing {quote(self.name)} at <{self.node}>: {message}")

    def variable(self, name: str) -> Variable:
        """Return a variable; a declaration may stand in a branch that was not taken."""
        variable = self.variables.find(name)
        if variable is None:
            raise self.error(f"undefined variable: {name}")
        return variable

    def assign(self, name: str, value: Any, *, is_interface: bool = False) -> None:
        """Give a variable another value."""
        variable = self.variable(name)
        variable.value = value
        variable.is_interface = is_interface
