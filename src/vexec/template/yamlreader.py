"""YAML as gopkg.in/yaml.v2 2.4 reads it into an interface {}: maps have keys of any type.

A text becomes a tree of nodes first, then values; an alias is decoded where it stands, again each time, and
yaml.v2's own limit ends what would grow too large by it.
"""

from __future__ import annotations

from vexec.template.values import FunctionError, Int, Map, type_of
from vexec.template.yamlresolve import BINARY, MERGE, TIMESTAMP, resolve
from vexec.template.yamlscanner import events_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from vexec.template.scope import Scope

    Members = dict[tuple[str, Any], Any]  # keys with their types → values

DEPTH = 200  # yaml.v2 takes 10000
STEPS_PER_CHARACTER = 2
LONG_TAG = "tag:yaml.org,2002:"
MAP = "map[interface {}]interface {}"
MERGE_WANTS_MAPS = "yaml: map merge requires map or sequence of maps as the value"
# of how many decoded nodes on which share may come from aliases: from, to, share then
FEW, MANY = 400_000, 4_000_000


class Node:
    """A scalar, a map (keys and values in turn), a list, or an alias of the node in `items`."""

    __slots__ = ("is_implicit", "items", "kind", "tag", "text")

    def __init__(self, kind: str, tag: str = "", text: str = "", *, is_implicit: bool = False) -> None:
        self.kind = kind
        self.tag = tag
        self.text = text
        self.is_implicit = is_implicit
        self.items: list[Node] = []


def parse(scope: Scope, text: str) -> Any:
    """Read the first document of a text, nil where there is none; raises FunctionError."""
    scope.count(1 + len(text) * STEPS_PER_CHARACTER)
    root = Composer(text).document()
    return None if root is None else Decoder(scope).decode(root)


class Composer:
    """Makes nodes of events."""

    def __init__(self, text: str) -> None:
        self.events: Iterator[Any] = events_of(text)
        self.anchors: dict[str, Node] = {}

    def document(self) -> Node | None:
        """Return the first document's node; the event after it is read, the rest is not."""
        next(self.events)  # the stream begins
        if type(next(self.events)).__name__ != "DocumentStartEvent":
            return None
        root = self.node(next(self.events), 0)
        next(self.events)
        return root

    def node(self, event: Any, depth: int) -> Node:
        """Return the node that begins with an event."""
        if depth > DEPTH:
            raise FunctionError(f"yaml: exceeded max depth of {DEPTH}")
        name = type(event).__name__
        if name == "AliasEvent":
            if event.anchor not in self.anchors:
                raise FunctionError('yaml: unknown anchor "…" referenced')
            node = Node("alias")
            node.items.append(self.anchors[event.anchor])
            return node
        tag = short_tag(event.tag)
        if name == "ScalarEvent":
            node = Node("scalar", tag, event.value, is_implicit=event.implicit[0])
        else:
            node = Node("map" if name == "MappingStartEvent" else "list", tag)
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        if node.kind != "scalar":
            end = "MappingEndEvent" if node.kind == "map" else "SequenceEndEvent"
            while type(event := next(self.events)).__name__ != end:
                node.items.append(self.node(event, depth + 1))
        return node


def short_tag(tag: str | None) -> str:
    """Return a tag with !! for YAML's own, "" for none."""
    if tag is None:
        return ""
    return "!!" + tag[len(LONG_TAG) :] if tag.startswith(LONG_TAG) else tag


class Decoder:
    """Makes values of nodes."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.open: set[int] = set()  # the aliases that are being decoded
        self.count = 0
        self.alias_count = 0

    def count_node(self) -> None:
        """Count a node; raises FunctionError where too many come from aliases."""
        self.scope.count()
        self.count += 1
        self.alias_count += bool(self.open)
        if (
            self.alias_count > 100
            and self.count > 1000
            and self.alias_count / self.count > allowed(self.count)
        ):
            raise FunctionError("yaml: document contains excessive aliasing")

    def decode(self, node: Node) -> Any:
        """Return a node's value."""
        self.count_node()
        if node.kind == "alias":
            return self.through(node, self.decode)
        if node.kind == "scalar":
            return scalar(node)
        if node.kind == "list":
            return [self.decode(item) for item in node.items]
        members: Members = {}
        self.fill(node, members)
        return map_of(members)

    def through(self, alias: Node, use: Any) -> Any:
        """Use what an alias stands for."""
        if id(alias) in self.open:
            raise FunctionError('yaml: anchor "…" value contains itself')
        self.open.add(id(alias))
        try:
            return use(alias.items[0])
        finally:
            self.open.remove(id(alias))

    def fill(self, node: Node, members: Members) -> None:
        """Put a map's keys and values beside others, the last of a key counts; <<: puts other maps there."""
        for key_node, value_node in zip(node.items[::2], node.items[1::2], strict=True):
            if (
                key_node.kind == "scalar"
                and key_node.text == "<<"
                and (key_node.is_implicit or key_node.tag == MERGE)
            ):
                self.merge(value_node, members)
                continue
            key = self.decode(key_node)
            if isinstance(key, Map | list):
                raise FunctionError('yaml: invalid map key: "…"')
            members[type_of(key), key] = self.decode(value_node)

    def merge(self, node: Node, members: Members) -> None:
        """Put the map that a node is, or the maps that it lists, the last one first, beside others."""
        for item in reversed(node.items) if node.kind == "list" else [node]:
            target = item.items[0] if item.kind == "alias" else item
            if target.kind != "map":
                raise FunctionError(MERGE_WANTS_MAPS)
            self.count_node()
            if item.kind == "alias":
                self.through(item, lambda inner: self.merge(inner, members))
            else:
                self.fill(item, members)


class MixedMap(Map):
    """A map with keys that Python takes for each other (1, 1.0, true): their types are part of them."""

    __slots__ = ()

    def __init__(self, members: Members) -> None:
        super().__init__(members, MAP)

    def __getitem__(self, key: Any) -> Any:
        return super().__getitem__((type_of(key), key))

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__((type_of(key), key), value)

    def __contains__(self, key: Any) -> bool:
        return super().__contains__((type_of(key), key))

    def __iter__(self) -> Iterator[Any]:
        return iter([key for _, key in super().__iter__()])

    def get(self, key: Any, default: Any = None) -> Any:
        """See `dict.get`."""
        return super().get((type_of(key), key), default)

    def keys(self) -> Any:
        """Return the keys, as a list."""
        return list(self)

    def items(self) -> Any:
        """Return keys and values, as a list."""
        return [(key, value) for (_, key), value in super().items()]


def map_of(members: Members) -> Map:
    """Return the map of some keys and values."""
    values = {key: value for (_, key), value in members.items()}
    return Map(values, MAP) if len(values) == len(members) else MixedMap(members)


def allowed(count: int) -> float:
    """Return the share of nodes that may come from aliases."""
    if count <= FEW:
        return 0.99
    if count >= MANY:
        return 0.10
    return 0.99 - 0.89 * ((count - FEW) / (MANY - FEW))


def scalar(node: Node) -> Any:
    """Return a scalar's value; a timestamp stays text."""
    if not node.tag and not node.is_implicit:
        return node.text
    tag, value = resolve(node.text, node.tag)
    if tag == TIMESTAMP:
        return node.text
    if tag == BINARY:
        from vexec.template.functions.text import decode

        try:
            return decode(node.text.encode(), "").decode("utf-8", "surrogateescape")
        except FunctionError:
            raise FunctionError("yaml: !!binary value contains invalid base64 data") from None
    return int(value) if isinstance(value, Int) and value.type == "int64" else value
