"""The nodes of a parse tree; `str(node)` is the text that Go's messages show of one."""

from __future__ import annotations


class Node:
    """A part of a template; `pos` is the index into the text that messages name."""

    __slots__ = ("pos",)

    def __init__(self, pos: int) -> None:
        self.pos = pos

    def parts(self) -> list[Node | str]:
        """Return what the node's text is made of, in order."""
        raise NotImplementedError

    def __str__(self) -> str:
        """Return the node's text; a tree may be deeper than Python's stack."""
        texts: list[str] = []
        rest: list[Node | str] = [self]
        while rest:
            part = rest.pop()
            if isinstance(part, str):
                texts.append(part)
            else:
                rest.extend(reversed(part.parts()))
        return "".join(texts)


class ListNode(Node):
    """Nodes one after the other."""

    __slots__ = ("nodes",)

    def __init__(self, pos: int) -> None:
        super().__init__(pos)
        self.nodes: list[Node] = []

    def parts(self) -> list[Node | str]:
        """See `Node.parts`."""
        return list(self.nodes)


class TextNode(Node):
    """Text that is printed as it stands."""

    __slots__ = ("text",)

    def __init__(self, pos: int, text: str) -> None:
        super().__init__(pos)
        self.text = text

    def parts(self) -> list[Node | str]:
        """See `Node.parts`."""
        return [self.text]


class BoolNode(Node):
    """`true` or `false`."""

    __slots__ = ("value",)

    def __init__(self, pos: int, value: bool) -> None:  # noqa: FBT001 - it is what the node holds
        super().__init__(pos)
        self.value = value

    def parts(self) -> list[Node | str]:
        """See `Node.parts`."""
        return ["true" if self.value else "false"]


class NumberNode(Node):
    """A number, as each type that its value fits; None for a type that it does not."""

    __slots__ = ("as_complex", "as_float", "as_int", "as_uint", "text")

    def __init__(self, pos: int, text: str) -> None:
        super().__init__(pos)
        self.text = text
        self.as_int: int | None = None
        self.as_uint: int | None = None
        self.as_float: float | None = None
        self.as_complex: complex | None = None

    def parts(self) -> list[Node | str]:
        """See `Node.parts`."""
        return [self.text]


class StringNode(Node):
    """A string: as it is quoted in the text, and what it means."""

    __slots__ = ("quoted", "text")

    def __init__(self, pos: int, quoted: str, text: str) -> None:
        super().__init__(pos)
        self.quoted = quoted
        self.text = text

    def parts(self) -> list[Node | str]:
        """See `Node.parts`."""
        return [self.quoted]


class NilNode(Node):
    """`nil`."""

    __slots__ = ()

    def parts(self) -> list[Node | str]:
        """See `Node.parts`."""
        return ["nil"]


class DotNode(Node):
    """`.`, the cursor."""

    __slots__ = ()

    def parts(self) -> list[Node | str]:
        """See `Node.parts`."""
        return ["."]


class FieldNode(Node):
    """`.a.b`: fields of the cursor."""

    __slots__ = ("names",)

    def __init__(self, pos: int, names: tuple[str, ...]) -> None:
        super().__init__(pos)
        self.names = names

    def parts(self) -> list[Node | str]:
        """See `Node.parts`."""
        return [f".{name}" for name in self.names]


class VariableNode(Node):
    """`$x.a.b`: a variable, with its `$`, and fields of it."""

    __slots__ = ("name", "names")

    def __init__(self, pos: int, name: str, names: tuple[str, ...] = ()) -> None:
        super().__init__(pos)
        self.name = name
        self.names = names

    def parts(self) -> list[Node | str]:
        """See `Node.parts`."""
        return [".".join((self.name, *self.names))]


class IdentifierNode(Node):
    """The name of a function."""

    __slots__ = ("name",)

    def __init__(self, pos: int, name: str) -> None:
        super().__init__(pos)
        self.name = name

    def parts(self) -> list[Node | str]:
        """See `Node.parts`."""
        return [self.name]


class ChainNode(Node):
    """`(…).a.b`: fields of what a pipeline or a function gives."""

    __slots__ = ("names", "node")

    def __init__(self, pos: int, node: Node, names: tuple[str, ...]) -> None:
        super().__init__(pos)
        self.node = node
        self.names = names

    def parts(self) -> list[Node | str]:
        """See `Node.parts`."""
        return [*in_parentheses(self.node), *(f".{name}" for name in self.names)]


class CommandNode(Node):
    """A function or a value, and the arguments."""

    __slots__ = ("args",)

    def __init__(self, pos: int) -> None:
        super().__init__(pos)
        self.args: list[Node] = []

    def parts(self) -> list[Node | str]:
        """See `Node.parts`."""
        return joined([in_parentheses(arg) for arg in self.args], " ")


class PipeNode(Node):
    """Commands, each given the value of the one before, and the variables that get the last one's."""

    __slots__ = ("commands", "declared", "is_assign")

    def __init__(self, pos: int) -> None:
        super().__init__(pos)
        self.is_assign = False
        self.declared: list[VariableNode] = []
        self.commands: list[CommandNode] = []

    def parts(self) -> list[Node | str]:
        """See `Node.parts`."""
        variables = joined([[node] for node in self.declared], ", ")
        if variables:
            variables.append(" = " if self.is_assign else " := ")
        return variables + joined([[node] for node in self.commands], " | ")


class ActionNode(Node):
    """A pipeline whose value is printed."""

    __slots__ = ("pipe",)

    def __init__(self, pos: int, pipe: PipeNode) -> None:
        super().__init__(pos)
        self.pipe = pipe

    def parts(self) -> list[Node | str]:
        """See `Node.parts`."""
        return ["{{", self.pipe, "}}"]


class BranchNode(Node):
    """What `if`, `range` and `with` have in common."""

    __slots__ = ("body", "otherwise", "pipe")
    keyword = ""

    def __init__(self, pos: int, pipe: PipeNode) -> None:
        super().__init__(pos)
        self.pipe = pipe
        self.body = ListNode(pos)
        self.otherwise: ListNode | None = None

    def parts(self) -> list[Node | str]:
        """See `Node.parts`."""
        otherwise: list[Node | str] = ["{{else}}", self.otherwise] if self.otherwise else []
        return ["{{", self.keyword, " ", self.pipe, "}}", self.body, *otherwise, "{{end}}"]


class IfNode(BranchNode):
    """`if`."""

    __slots__ = ()
    keyword = "if"


class RangeNode(BranchNode):
    """`range`."""

    __slots__ = ()
    keyword = "range"


class WithNode(BranchNode):
    """`with`."""

    __slots__ = ()
    keyword = "with"


class BreakNode(Node):
    """`break`."""

    __slots__ = ()

    def parts(self) -> list[Node | str]:
        """See `Node.parts`."""
        return ["{{break}}"]


class ContinueNode(Node):
    """`continue`."""

    __slots__ = ()

    def parts(self) -> list[Node | str]:
        """See `Node.parts`."""
        return ["{{continue}}"]


class TemplateNode(Node):
    """`template`: another template, and what its dot will be."""

    __slots__ = ("name", "pipe")

    def __init__(self, pos: int, name: str, pipe: PipeNode | None) -> None:
        super().__init__(pos)
        self.name = name
        self.pipe = pipe

    def parts(self) -> list[Node | str]:
        """See `Node.parts`."""
        from vexec.template.strconv import quote

        dot: list[Node | str] = [" ", self.pipe] if self.pipe else []
        return ["{{template ", quote(self.name), *dot, "}}"]


class Template:
    """A parsed text: the templates that it defines by name, its own among them.

    `denied` are patterns of the names of functions that fail when they are called. `is_independent` is what
    `independent.is_independent` found out, None before.
    """

    def __init__(self, name: str, text: str, *, denied: tuple[str, ...] = ()) -> None:
        self.name = name
        self.text = text
        self.denied = denied
        self.trees: dict[str, ListNode] = {}
        self.is_independent: bool | None = None
        self.found: frozenset[str] | None = None

    @property
    def root(self) -> ListNode:
        """Return what is evaluated."""
        return self.trees[self.name]

    def place(self, node: Node) -> str:
        """Return where a node stands, as messages name it: NAME:LINE:COLUMN, in bytes from 0."""
        before = self.text[: node.pos]
        line = before[before.rfind("\n") + 1 :]
        column = len(line.encode("utf-8", "surrogateescape"))
        return f"{self.name}:{before.count(chr(10)) + 1}:{column}"

    def literals(self) -> frozenset[str]:
        """Return the texts of all strings in it, looked for once."""
        if self.found is None:
            texts = []
            rest: list[Node | str] = list(self.trees.values())
            while rest:
                part = rest.pop()
                if isinstance(part, StringNode):
                    texts.append(part.text)
                elif isinstance(part, Node):
                    rest += part.parts()
            self.found = frozenset(texts)
        return self.found

    def is_denied(self, name: str) -> bool:
        """Tell whether a pattern, with `*` for any text, matches a function's name."""
        if not self.denied:
            return False
        from vexec.template.functions.refused import is_denied

        return is_denied(name, self.denied)


def in_parentheses(node: Node) -> list[Node | str]:
    """Return the parts of an operand."""
    return ["(", node, ")"] if isinstance(node, PipeNode) else [node]


def joined(groups: list[list[Node | str]], separator: str) -> list[Node | str]:
    """Return the parts of several nodes with a text between them."""
    parts: list[Node | str] = []
    for group in groups:
        if parts:
            parts.append(separator)
        parts += group
    return parts
