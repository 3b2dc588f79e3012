"""Parses a template's text: text, actions and blocks; every message is Go's.

Grammar:
    text     = {TEXT | "{{" action "}}"}
    action   = pipeline | ("if" | "range" | "with") pipeline | "else" [("if" | "with") pipeline] | "end"
             | "break" | "continue" | "define" NAME | "block" NAME pipeline | "template" NAME [pipeline]
Open blocks are kept in a list, not on Python's stack, so they may nest as deep as the text is long.
"""

from __future__ import annotations

from vexec.template import lex
from vexec.template.nodes import (
    ActionNode,
    BreakNode,
    ContinueNode,
    IfNode,
    ListNode,
    RangeNode,
    Template,
    TemplateNode,
    TextNode,
    WithNode,
)
from vexec.template.pipeline import Pipelines, Tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container

    from vexec.template.lex import Item
    from vexec.template.nodes import BranchNode

BRANCHES: dict[str, type[BranchNode]] = {"if": IfNode, "range": RangeNode, "with": WithNode}
WHITE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))


def parse(
    text: str,
    name: str = "",
    *,
    left: str = "{{",
    right: str = "}}",
    functions: Container[str] | None = None,
    denied: tuple[str, ...] = (),
) -> Template:
    """Parse a text; raises TemplateError.

    `functions` are the names that may be called, those of `vexec.template.functions` by default; `denied` are
    patterns of names, with `*`, whose call fails.
    """
    if functions is None:
        from vexec.template.functions import GROUP_OF

        functions = GROUP_OF
    if not text.isascii():
        from vexec.template.strconv import canonical

        text = canonical(text)
    template = Template(name, text, denied=denied)
    keywords = {word for word in lex.KEYWORDS if word not in ("break", "continue") or word not in functions}
    Parser(template, lex.lex(text, left or "{{", right or "}}", keywords), functions).parse()
    return template


class Block:
    """What waits for its `end`: a branch, or a tree within another one.

    `body`, `variables` and `outer` say what is around it: the list of nodes, how many variables, the tree.
    One that `else if` began `is_chained`: it ends with the one around it.
    """

    def __init__(self, keyword: str, parser: Parser) -> None:
        self.keyword = keyword
        self.body = parser.body
        self.outer = parser.tree
        self.variables = len(parser.tree.variables)
        self.branch: BranchNode | None = None
        self.call: TemplateNode | None = None
        self.is_chained = False


class Parser(Pipelines):
    """Adds nodes to `body`, the list that is open, and keeps in `blocks` what waits for its end."""

    def __init__(self, template: Template, items: list[Item], functions: Container[str]) -> None:
        super().__init__(template, items, functions)
        self.body = self.tree.body
        self.blocks: list[Block] = []

    def parse(self) -> None:
        """Parse the whole text into the template."""
        while self.skip_space().kind != lex.EOF:
            self.take_action()
        if self.blocks:
            raise self.error("unexpected EOF")
        self.add_tree()

    def add_tree(self) -> None:
        """Add a finished tree to the template; of two with the same name one has to be empty."""
        tree, trees = self.tree, self.template.trees
        if tree.name not in trees or is_empty(trees[tree.name]):
            trees[tree.name] = tree.body
        elif not is_empty(tree.body):
            from vexec.template.strconv import quote

            raise self.error(f"template: multiple definition of template {quote(tree.name)}")

    def take_action(self) -> None:
        """Parse text or an action and add it to what is open."""
        item = self.next_word()
        if item.kind == lex.TEXT:
            self.body.nodes.append(TextNode(item.pos, item.text))
            return
        if item.kind != lex.LEFT:
            raise self.unexpected(item, "input")
        word = self.skip_space()
        if word.kind == "define" and not self.blocks:
            self.next()
            self.begin_define()
            return
        self.tree.action_line = item.line
        tree = self.tree
        if word.kind in ACTIONS:
            self.next()
            ACTIONS[word.kind](self, word)
        else:
            self.body.nodes.append(ActionNode(word.pos, self.pipeline("command", lex.RIGHT)))
        if word.kind not in BRANCHES and word.kind != "block":
            tree.action_line = self.tree.action_line = 0

    def begin_define(self) -> None:
        """Parse `define "name"` and begin a tree."""
        self.open_tree("define", "definition")
        name = self.expect("define clause", lex.STRING, lex.RAW_STRING)
        self.tree.name = self.unquoted(name)
        self.expect("define clause", lex.RIGHT)

    def begin_block(self, _: Item) -> None:
        """Parse `block "name" pipeline`, a tree that is used where it is defined, and begin it."""
        item = self.next_word()
        name = self.template_name(item, "block clause")
        pipe = self.pipeline("block clause", lex.RIGHT)
        self.open_tree("block", name)
        self.blocks[-1].call = TemplateNode(item.pos, name, pipe)

    def open_tree(self, keyword: str, name: str) -> None:
        """Begin a tree, to which everything is added until its `end`."""
        self.blocks.append(Block(keyword, self))
        self.tree = Tree(name)
        self.body = self.tree.body

    def begin_branch(self, word: Item, *, is_chained: bool = False) -> None:
        """Parse the pipeline of `if`, `range` or `with`, and add what follows to its body."""
        block = Block(word.kind, self)
        block.is_chained = is_chained
        pipe = self.pipeline(word.kind, lex.RIGHT)
        block.branch = BRANCHES[word.kind](pipe.pos, pipe)
        self.body.nodes.append(block.branch)
        self.blocks.append(block)
        self.body = block.branch.body
        self.tree.ranges += word.kind == "range"

    def begin_else(self, _: Item) -> None:
        """Parse `else`, `else if` or `else with`, and add what follows to the branch's other list."""
        following = self.skip_space()
        if following.kind not in ("if", "with"):
            self.expect("else", lex.RIGHT)
        self.tree.action_line = 0
        block = self.blocks[-1] if self.blocks else None
        if block is None:
            raise self.error("unexpected {{else}}")
        if block.branch is None:
            if block.keyword == "block":  # the error is one of the tree around it
                self.tree = block.outer
            raise self.error(f"unexpected {{{{else}}}} in {block.keyword} clause")
        if block.branch.otherwise is not None:
            raise self.error("expected end; found {{else}}")
        self.body = block.branch.otherwise = ListNode(following.pos)
        self.tree.ranges -= block.keyword == "range"
        if following.kind == block.keyword:
            self.next()
            self.begin_branch(following, is_chained=True)

    def take_end(self, _: Item) -> None:
        """Parse `end` and close what is open."""
        self.expect("end", lex.RIGHT)
        if not self.blocks:
            raise self.error("unexpected {{end}}")
        block = self.blocks.pop()
        while block.is_chained:
            block = self.blocks.pop()
        if block.branch is None:
            self.add_tree()
            self.tree = block.outer
            self.body = block.body
            if block.call:
                self.body.nodes.append(block.call)
            return
        if block.branch.otherwise is None:
            self.tree.ranges -= block.keyword == "range"
        del self.tree.variables[block.variables :]
        self.body = block.body

    def take_break(self, word: Item) -> None:
        """Parse `break` or `continue`."""
        shown = f"{{{{{word.kind}}}}}"
        self.expect(shown, lex.RIGHT)
        if not self.tree.ranges:
            raise self.error(f"{shown} outside {{{{range}}}}")
        self.body.nodes.append(BreakNode(word.pos) if word.kind == "break" else ContinueNode(word.pos))

    def take_template(self, _: Item) -> None:
        """Parse `template "name"` and the pipeline of its dot."""
        item = self.next_word()
        name = self.template_name(item, "template clause")
        pipe = None
        if self.skip_space().kind == lex.RIGHT:
            self.next()
        else:
            pipe = self.pipeline("template clause", lex.RIGHT)
        self.body.nodes.append(TemplateNode(item.pos, name, pipe))

    def template_name(self, item: Item, context: str) -> str:
        """Return the name of a template, which is a string."""
        if item.kind not in (lex.STRING, lex.RAW_STRING):
            raise self.unexpected(item, context)
        return self.unquoted(item)


def is_empty(body: ListNode) -> bool:
    """Tell whether a tree holds nothing but white space."""
    return all(isinstance(node, TextNode) and not node.text.strip(WHITE) for node in body.nodes)


ACTIONS = {
    "block": Parser.begin_block,
    "break": Parser.take_break,
    "continue": Parser.take_break,
    "else": Parser.begin_else,
    "end": Parser.take_end,
    "if": Parser.begin_branch,
    "range": Parser.begin_branch,
    "template": Parser.take_template,
    "with": Parser.begin_branch,
}
