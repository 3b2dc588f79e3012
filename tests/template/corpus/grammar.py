"""Templates from a grammar, by chance but always the same: most are well-formed, many fail when evaluated."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, TypeVar

from tests.template.corpus import table, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tests.template.cases import Case

Item = TypeVar("Item")
ROUNDS = 1050

TEXTS = ("", "", "a", " ", "\n", " \n\t", "text ", "é☃", "}", "{ ", "-", "x\r\ny", "%s", "<b>&'\"", "K=")
SPACES = ("", "", "", " ", "  ", "\n", "\t")
# kinds of arguments: a any, i int, s text, l list, m map, n number, x comparable with the one before it
# the kind of what functions return, and each with what it is mostly given, - for nothing
SIGNATURES = """
a: and(a,aa,aaa) or(a,aa,aaa) index(l0,mk,mk,l)
b: not(a) eq(sx,ix,ixx,nx,sxx) ne(sx,ix) lt(sx,ix,nx) le(sx,ix) gt(ix,nx) ge(sx,ix)
i: len(s,l,m)
s: print(-,a,aa,sas) println(-,a,ai) html(s,a) js(s,a) urlquery(s,sa)
l: slice(s,l,s0,l01)
"""
FORMATS = (
    "%v",
    "%s",
    "%d",
    "%q",
    "%T",
    "%x",
    "%5v",
    "%-5v|",
    "%05d",
    "%.2f",
    "%t",
    "%+v",
    "%#v",
    "%v %v",
    "%%",
    "%[2]v %[1]v",
    "%*d",
    "%U",
    "%c",
    "%e",
    "%g",
    "%",
    "%z",
    "x",
)
# kind → operands of it
OPERANDS: dict[str, list[str]] = {}
for line in r"""
i: 0 1 2 3 -1 42 0x10 1_000 'a' $.one $.int $.minus $.i64 $.u8 $.map.b
n: 1.5 2.0 1e3 $.f $.f42 $.million $.inf
s: "a" "" "x\n\"y" `raw` `` "text" "é☃" $.s $.wide $.html $.empty $.lines $.map.a $.bad
l: $.list $.names $.ints $.nested $.elist $.nlist $.maps $.bytes
m: $.map $.labels $.counts $.emap $.map.c $.nmap
k: "a" "b" "c" `d` "none" $.s
b: true false $.true $.false
0: 0 0 1
1: 1 2
a: true false nil $.nil 1i $.n $.n42 $.byint $.byany $.map.none $.labels.none $.complex $.none
""".strip().split("\n"):
    OPERANDS.setdefault(line[0], []).extend(line[3:].split())
WRONG = words("$.s.x $.list.x $.none.x $.nil.x $.map.c.d.e $.n.x .x $.emap.x.y nil . $")
RANGED = words("list names ints map labels byint nested maps elist nlist map.c byany one counts bytes")


def signatures(text: str) -> dict[str, tuple[Sequence[str], str]]:
    """Read a table like SIGNATURES: a function → the alternatives of its arguments, and its result."""
    found: dict[str, tuple[Sequence[str], str]] = {}
    for line in text.split("\n"):
        result, _, calls = line.partition(": ")
        for call in calls.split():
            name, _, kinds = call.rstrip(")").partition("(")
            found[name] = (tuple(given.strip("-") for given in kinds.split(",")), result)
    return found


FUNCTIONS = signatures(SIGNATURES)
CALLABLE: tuple[str, ...] = ("t", "u", "a name")


class Dice:
    """Chance that is the same in every version of Python for the same seed."""

    def __init__(self, seed: str) -> None:
        self.random = random.Random(seed).random

    def below(self, limit: int) -> int:
        """Return a number from 0 to limit - 1."""
        return int(self.random() * limit)

    def one(self, items: Sequence[Item]) -> Item:
        """Return one of the items."""
        return items[self.below(len(items))]

    def often(self, chance: float) -> bool:
        """Return True with this chance."""
        return self.random() < chance


class Grammar:
    """Templates of one seed; `functions` are those that a call may name."""

    def __init__(self, seed: str, functions: Mapping[str, tuple[Sequence[str], str]] = FUNCTIONS) -> None:
        self.dice = Dice(seed)
        self.names = tuple(functions)
        self.by_kind = {
            kind: [name for name in functions if functions[name][1] in (kind, "a")] for kind in "insablmk"
        }
        self.functions = functions
        self.variables: list[str] = []
        self.loops = 0
        self.defined: list[str] = []
        self.callable = CALLABLE
        self.is_within = False  # whether the dot is another than the data

    def template(self) -> str:
        """Return a whole template."""
        self.variables, self.loops, self.defined, self.is_within = [], 0, [], False
        self.callable = CALLABLE
        body = self.body(2)
        self.is_within = True
        for at, name in enumerate(CALLABLE, 1):
            self.callable = CALLABLE[at:]  # calls have an end: only later ones
            if name in self.defined:
                body += self.action(f'define "{name}"') + self.body(1) + self.action("end")
        return body

    def body(self, depth: int) -> str:
        """Return text and actions one after the other; variables declared in it end with it."""
        count = len(self.variables)
        parts = []
        for _ in range(1 + self.dice.below(3)):
            parts += [self.dice.one(TEXTS), self.item(depth)]
        del self.variables[count:]
        return "".join(parts) + self.dice.one(TEXTS)

    def action(self, inside: str) -> str:
        """Put delimiters around an action, sometimes with trim markers and space."""
        left = "{{- " if self.dice.often(0.15) else "{{" + self.dice.one(SPACES)
        right = " -}}" if self.dice.often(0.15) else self.dice.one(SPACES) + "}}"
        return left + inside + right

    def item(self, depth: int) -> str:
        """Return one action with all that belongs to it."""
        if depth == 0 or self.dice.often(0.5):
            return self.simple()
        kinds = (self.condition, self.condition, self.ranged, self.ranged, self.scoped, self.invoked)
        return self.dice.one(kinds)(depth - 1)

    def simple(self) -> str:
        """Return an action without a body."""
        roll = self.dice.below(20)
        if roll < 3:
            text = f"{self.declared()} := {self.pipeline(2)}"
            self.variables.append(text.split(" ", maxsplit=1)[0])
            return self.action(text)
        if roll < 5 and self.variables:
            return self.action(f"{self.dice.one(self.variables)} = {self.pipeline(2)}")
        if roll == 5:
            return "{{/* a comment */}}" if self.dice.often(0.5) else "{{- /* a\ncomment */ -}}"
        if roll == 6 and (self.loops or self.dice.often(0.1)):
            return self.action(self.dice.one(("break", "continue")))
        return self.action(self.pipeline(3))

    def declared(self) -> str:
        """Return a variable to declare."""
        return self.dice.one(("$x", "$y", "$z", "$v_1"))

    def condition(self, depth: int) -> str:
        """Return an if with what may follow it."""
        text = self.action(f"if {self.pipeline(2)}") + self.body(depth)
        while self.dice.often(0.25):
            text += self.action(f"else if {self.pipeline(2)}") + self.body(depth)
        if self.dice.often(0.5):
            text += self.action("else") + self.body(depth)
        return text + self.action("end")

    def ranged(self, depth: int) -> str:
        """Return a range over something that mostly can be ranged over."""
        over = f"$.{self.dice.one(RANGED)}" if self.dice.often(0.8) else self.pipeline(2, "l")
        names = self.dice.one(([], [], ["$x"], ["$i", "$e"], ["$k", "$v"]))
        head = f"range {', '.join(names)} := {over}" if names else f"range {over}"
        count = len(self.variables)
        self.variables += names
        self.loops += 1
        text = self.action(head) + self.body(depth)
        self.loops -= 1
        del self.variables[count:]
        if self.dice.often(0.3):
            text += self.action("else") + self.body(depth)
        return text + self.action("end")

    def scoped(self, depth: int) -> str:
        """Return a with."""
        name = self.declared() if self.dice.often(0.3) else ""
        text = self.action(f"with {name} := {self.pipeline(2)}" if name else f"with {self.pipeline(2)}")
        count = len(self.variables)
        self.variables += [name] if name else []
        was_within, self.is_within = self.is_within, True
        text += self.body(depth)
        if self.dice.often(0.2):
            text += self.action(f"else with {self.pipeline(2)}") + self.body(depth)
        del self.variables[count:]
        self.is_within = was_within
        if self.dice.often(0.4):
            text += self.action("else") + self.body(depth)
        return text + self.action("end")

    def invoked(self, depth: int) -> str:
        """Return a template or a block."""
        name = self.dice.one((*self.callable, ""))
        if self.dice.often(0.3) or not name:
            within, self.is_within = self.is_within, True
            variables, self.variables, loops, self.loops = self.variables, [], self.loops, 0
            head = f'block "b{len(self.defined)}" '
            body = self.body(depth)
            self.variables, self.loops, self.is_within = variables, loops, within
            return self.action(head + self.pipeline(1)) + body + self.action("end")
        if name not in self.defined and self.dice.often(0.97):
            self.defined.append(name)
        return self.action(f'template "{name}" {self.pipeline(1) if self.dice.often(0.8) else "."}')

    def pipeline(self, depth: int, kind: str = "a") -> str:
        """Return commands with | between them, that mostly give this kind."""
        if self.dice.often(0.3) and depth > 0:
            first = self.dice.one("isl")
            last = self.call(depth, kind, piped=first)
            return self.dice.one((" | ", " | ", "|")).join([self.pipeline(depth - 1, first), last])
        return self.call(depth, kind) if self.dice.often(0.5) else self.operand(depth, kind)

    def call(self, depth: int, kind: str = "a", piped: str = "") -> str:
        """Return a call that mostly gives this kind; an argument of the kind `piped` is left to the pipe."""
        if kind in "as" and self.dice.often(0.15):
            args = [
                f'"{self.dice.one(FORMATS)}"',
                *(self.operand(depth - 1) for _ in range(self.dice.below(3))),
            ]
            return " ".join(["printf", *args])
        name = self.dice.one(self.by_kind.get(kind, self.names) if self.dice.often(0.97) else self.names)
        kinds = self.dice.one(self.functions[name][0])
        if piped:
            fitting = [given for given in self.functions[name][0] if given.endswith((piped, "a", "x"))]
            kinds = self.dice.one(fitting)[:-1] if fitting else kinds[:-1]
        if self.dice.often(0.02):
            kinds += "a"
        args = []
        for at, letter in enumerate(kinds):
            args.append(self.operand(depth - 1, kinds[0] if letter == "x" and at else letter))
        return " ".join([name, *args])

    def operand(self, depth: int, kind: str = "a") -> str:
        """Return something that stands for a value, mostly of this kind."""
        if self.dice.often(0.01):
            return self.dice.one(WRONG)
        if kind == "a":
            if self.variables and self.dice.often(0.4):
                return self.dice.one(self.variables)
            if self.dice.often(0.15):
                return "."
            kind = self.dice.one("aainsbslm")
        if depth > 0 and self.dice.often(0.3) and kind in self.by_kind:
            return f"({self.pipeline(depth - 1, kind)})"
        text = self.dice.one(OPERANDS[kind])
        is_near = not self.loops and not self.is_within and self.dice.often(0.5)
        return text[1:] if text[0] == "$" and is_near else text


def cases() -> Iterator[Case]:
    """Return the cases of this corpus."""
    for missing in ("", "zero", "error"):
        grammar = Grammar(f"grammar {missing}")
        rows = [grammar.template() for _ in range(ROUNDS // 3)]
        yield from table(f"grammar{missing and '-'}{missing}", rows, use="kinds", missingkey=missing)
