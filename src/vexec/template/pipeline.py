"""Parses what stands between the delimiters: pipelines, commands, operands; every message is Go's.

Grammar:
    pipeline = [VARIABLE ["," VARIABLE] (":=" | "=")] command {"|" command}
    command  = operand {SPACE operand}
    operand  = term {FIELD}
    term     = literal | FUNCTION | "." | FIELD | VARIABLE | "(" pipeline ")"
Parentheses nest on Python's stack and are bounded.
"""

from __future__ import annotations

from vexec.errors import TemplateError
from vexec.template import lex
from vexec.template.nodes import (
    BoolNode,
    ChainNode,
    CommandNode,
    DotNode,
    FieldNode,
    IdentifierNode,
    ListNode,
    NilNode,
    NumberNode,
    PipeNode,
    StringNode,
    VariableNode,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container

    from vexec.template.lex import Item
    from vexec.template.nodes import Node, Template

PARENTHESES = 100  # Go allows 10000, each some frames on the stack


class Tree:
    """What is known while one template of the text is parsed: a part of the text between define and end."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.body = ListNode(0)
        self.variables = ["$"]
        self.ranges = 0  # around what is parsed
        self.line = 0  # of the last item looked at
        self.action_line = 0  # where the action begins that is parsed, 0 for none
        self.parentheses = 0


class Pipelines:
    """Goes through the items once, with `pos` as the index of the next."""

    def __init__(self, template: Template, items: list[Item], functions: Container[str]) -> None:
        self.template = template
        self.items = items
        self.functions = functions
        self.pos = 0
        self.seen = 0
        self.tree = Tree(template.name)

    def peek(self) -> Item:
        """Return the next item; the last one is never passed."""
        item = self.items[self.pos]
        if self.pos >= self.seen:
            self.seen = self.pos + 1
            self.tree.line = item.line
        return item

    def next(self) -> Item:
        """Return the next item and go behind it."""
        item = self.peek()
        if self.pos + 1 < len(self.items):
            self.pos += 1
        return item

    def skip_space(self) -> Item:
        """Go to the next item that is no space, and return it."""
        while (item := self.peek()).kind == lex.SPACE:
            self.next()
        return item

    def next_word(self) -> Item:
        """Return the next item that is no space and go behind it."""
        self.skip_space()
        return self.next()

    def expect(self, context: str, *kinds: str) -> Item:
        """Return the next item that is no space, if it is of these kinds."""
        item = self.next_word()
        if item.kind not in kinds:
            raise self.unexpected(item, context)
        return item

    def unexpected(self, item: Item, context: str) -> TemplateError:
        """Return the error that an item may not be here."""
        if item.kind != lex.ERROR:
            return self.error(f"unexpected {item} in {context}")
        started = ""
        if self.tree.action_line not in (0, item.line):
            action = "" if item.text.endswith(" action") else " in action"
            started = f"{action} started at {self.template.name}:{self.tree.action_line}"
        return self.error(f"{item}{started}")

    def error(self, message: str) -> TemplateError:
        """Return an error with the line of the last item looked at."""
        return TemplateError(f"template: {self.template.name}:{self.tree.line}: {message}")

    def pipeline(self, context: str, end: str) -> PipeNode:
        """Parse a pipeline and the item that ends it."""
        pipe = PipeNode(self.skip_space().pos)
        self.declarations(pipe, context)
        while (item := self.skip_space()).kind != end:
            if item.kind not in TERMS:
                raise self.unexpected(self.next(), context)
            pipe.commands.append(self.command())
        self.next()
        if not pipe.commands:
            raise self.error(f"missing value for {context}")
        for index, command in enumerate(pipe.commands[1:], 2):
            if isinstance(command.args[0], LITERALS):
                raise self.error(f"non executable command in pipeline stage {index}")
        return pipe

    def declarations(self, pipe: PipeNode, context: str) -> None:
        """Parse the variables that get the pipeline's value, if it begins with any."""
        while (item := self.skip_space()).kind == lex.VARIABLE:
            start = self.pos
            self.next()
            following = self.skip_space()
            is_list = following.kind == lex.PUNCTUATION and following.text == ","
            if not is_list and following.kind not in (lex.ASSIGN, lex.DECLARE):
                self.pos = start
                return
            self.next()
            pipe.is_assign = following.kind == lex.ASSIGN
            pipe.declared.append(VariableNode(item.pos, item.text))
            self.tree.variables.append(item.text)
            if not is_list:
                return
            if context != "range" or len(pipe.declared) > 1:
                raise self.error(f"too many declarations in {context}")
            if self.skip_space().kind not in (lex.VARIABLE, lex.RIGHT, lex.RIGHT_PAREN):
                raise self.error("range can only initialize variables")

    def command(self) -> CommandNode:
        """Parse a command, and the `|` behind it."""
        command = CommandNode(self.skip_space().pos)
        while True:
            self.skip_space()
            operand = self.operand()
            if operand is not None:
                command.args.append(operand)
            item = self.peek()
            if item.kind not in (lex.SPACE, lex.PIPE, lex.RIGHT, lex.RIGHT_PAREN):
                raise self.unexpected(self.next(), "operand")
            if item.kind in (lex.SPACE, lex.PIPE):
                self.next()
            if item.kind != lex.SPACE:
                break
        return command

    def operand(self) -> Node | None:
        """Parse a term and the fields of it; None where there is no term."""
        node = self.term()
        item = self.peek()
        if node is None or item.kind != lex.FIELD:
            return node
        names: tuple[str, ...] = ()
        while self.peek().kind == lex.FIELD:
            names += (self.next().text[1:],)
        if isinstance(node, FieldNode):
            return FieldNode(item.pos, node.names + names)
        if isinstance(node, VariableNode):
            return VariableNode(item.pos, node.name, names)
        if isinstance(node, LITERALS):
            from vexec.template.strconv import quote

            raise self.error(f"unexpected . after term {quote(str(node))}")
        return ChainNode(item.pos, node, names)

    def term(self) -> Node | None:
        """Parse a term; None, and nothing is passed, where there is none."""
        item = self.skip_space()
        if item.kind not in TERMS:
            return None
        self.next()
        return TERMS[item.kind](self, item)

    def take_function(self, item: Item) -> Node:
        """Take the name of a function."""
        if item.text not in self.functions:
            raise self.error(f'function "{item.text}" not defined')
        return IdentifierNode(item.pos, item.text)

    def take_variable(self, item: Item) -> Node:
        """Take a variable, which is declared."""
        if item.text not in self.tree.variables:
            raise self.error(f'undefined variable "{item.text}"')
        return VariableNode(item.pos, item.text)

    def take_number(self, item: Item) -> Node:
        """Take a number of any kind."""
        from vexec.template.numbers import read_number

        try:
            return read_number(item)
        except ValueError as error:
            raise self.error(str(error)) from None

    def take_string(self, item: Item) -> Node:
        """Take a string."""
        return StringNode(item.pos, item.text, self.unquoted(item))

    def unquoted(self, item: Item) -> str:
        """Return what a string means."""
        if item.kind == lex.STRING and item.text.isascii() and "\\" not in item.text:
            return item.text[1:-1]
        from vexec.template.strconv import unquote

        try:
            return unquote(item.text)
        except ValueError as error:
            raise self.error(str(error)) from None

    def take_parenthesis(self, _: Item) -> Node:
        """Take a pipeline in parentheses."""
        if self.tree.parentheses >= PARENTHESES:
            raise self.error("max expression depth exceeded")
        self.tree.parentheses += 1
        pipe = self.pipeline("parenthesized pipeline", lex.RIGHT_PAREN)
        self.tree.parentheses -= 1
        return pipe


LITERALS = (BoolNode, DotNode, NilNode, NumberNode, StringNode)
TERMS = {
    "nil": lambda _, item: NilNode(item.pos),
    lex.BOOL: lambda _, item: BoolNode(item.pos, item.text == "true"),
    lex.CHARACTER: Pipelines.take_number,
    lex.COMPLEX: Pipelines.take_number,
    lex.DOT: lambda _, item: DotNode(item.pos),
    lex.FIELD: lambda _, item: FieldNode(item.pos, (item.text[1:],)),
    lex.IDENTIFIER: Pipelines.take_function,
    lex.LEFT_PAREN: Pipelines.take_parenthesis,
    lex.NUMBER: Pipelines.take_number,
    lex.RAW_STRING: Pipelines.take_string,
    lex.STRING: Pipelines.take_string,
    lex.VARIABLE: Pipelines.take_variable,
}
