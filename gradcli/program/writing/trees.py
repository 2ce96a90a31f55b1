"""Scalar nodes become syntax again; what is shared much gets a name (`t1 = ...`)."""

from __future__ import annotations

from gradcli.program.graph import Node, order
from gradcli.program.writing.writer import Writer, applied_differently, writers
from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.rules.bound import BoundRule
from gradcli.text.tree import Binary, Call, Index, Name, Number, Tree, Unary

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from gradcli.program.graph import Rational

LONG = 4000
"""Tokens of the plain text above which names for shared parts are thought of."""

GAIN = 3
"""How many times longer the plain text must be than the graph for names to be given."""

NAMED_SIZE = 8
"""The smallest size of a part, in tokens, that gets a name."""

SHARED = 5
"""The least number of factors of a product whose tree may have parts in common with another's."""


class Written(NamedTuple):
    """Trees of nodes, and the names given to what they share, in order."""

    trees: list[Tree]
    definitions: tuple[tuple[str, Tree], ...]


def write_trees(
    nodes: Sequence[Node],
    decimal: bool = False,
    taken: Collection[str] = (),
    apart: Sequence[Sequence[Node]] | None = None,
) -> Written:
    """The syntax of each node. `decimal`: 1/2 is written 0.5 where it terminates; `taken`: names not to be given.

    `apart`: nodes in groups that have names of their own, so that ∂f/∂x is only to be clear in each.
    """
    needed = order(nodes)
    named = choose_named(needed, nodes)
    roots = root_names(needed)
    repeated = frozenset[str]().union(*(applied_differently(order(group)) for group in apart or (nodes,)))
    writer = TreeWriter(decimal, repeated, {})
    prefix = free_prefix(taken)
    definitions: list[tuple[str, Tree]] = []
    for node in needed:
        tree = WRITERS[node.op](writer, node)
        if node in named or node in roots:
            name = roots.get(node) or f"{prefix}{len(definitions) + 1}"
            definitions.append((name, tree))
            tree = Name(name)
        writer.written[node] = tree
    return Written([writer.written[node] for node in nodes], tuple(definitions))


def root_names(needed: Sequence[Node]) -> dict[Node, str]:
    """Roots of equations with the names of their letters, where nothing else is called so: dy/dx is -x/y."""
    rules = {node: node.data for node in needed if isinstance(node.data, BoundRule) and node.data.name == "root"}
    used = [node.data for node in needed if node.op == "variable"] + [rule.letter for rule in rules.values()]
    return {node: rule.letter for node, rule in rules.items() if used.count(rule.letter) == 1}


def choose_named(needed: Sequence[Node], outputs: Sequence[Node]) -> set[Node]:
    """Nodes used more than once whose naming makes a long text much shorter."""
    size: dict[Node, int] = {}
    for node in needed:
        size[node] = min(10**12, 1 + sum([size[arg] for arg in node.args]))
    plain = sum(size[node] for node in outputs)
    if plain <= LONG or plain <= GAIN * len(needed):
        return set()
    uses: dict[Node, int] = dict.fromkeys(outputs, 1)
    for node in needed:
        for arg in node.args:
            uses[arg] = uses.get(arg, 0) + 1
    own: dict[Node, int] = {}
    named: set[Node] = set()
    for node in needed:
        own[node] = 1 + sum(1 if arg in named else own[arg] for arg in node.args)
        if uses[node] > 1 and own[node] >= NAMED_SIZE and node.op not in ("compare", "and", "or", "not"):
            named.add(node)
    return named


def free_prefix(taken: Collection[str]) -> str:
    """A letter for given names that no name of the program begins with (followed by digits)."""
    used = {name[0] for name in taken if name[1:].isdigit()}
    return next((letter for letter in "tsrqhgkvwpbcd" if letter not in used), "t_part")


class TreeWriter(Writer[Tree]):
    """Texts as their trees alone."""

    binary = staticmethod(Binary)

    def __init__(self, decimal: bool, repeated: Collection[str], written: dict[Node, Tree]) -> None:
        super().__init__(decimal, repeated, written)
        self.begun: dict[tuple[int, int], Binary] = {}
        self.coefficients: dict[Rational, Tree] = {}

    def chained(self, op: str, parts: Sequence[Tree]) -> Tree:
        """Parts joined from left to right; long products that begin alike share that part of their trees."""
        if len(parts) < SHARED:
            return super().chained(op, parts)
        result = parts[0]
        if type(result) is Number:
            result = self.coefficients.setdefault(result.value, result)
        for part in parts[1:]:
            begun = self.begun.get((id(result), id(part)))
            if begun is None:  # which keeps both alive, and so their ids
                begun = self.begun[id(result), id(part)] = Binary(op, result, part)
            result = begun
        return result

    def atom(self, tree: Tree) -> Tree:
        return tree

    def called(self, name: str, args: Sequence[Tree]) -> Tree:
        return Call(name, tuple(args))

    def bound_call(self, rule: BoundRule, args: Sequence[Tree]) -> Tree:
        from gradcli.program.bound.integrals import bound_tree

        return bound_tree(TreeWriter(self.decimal, self.repeated, {}), WRITERS, rule, args)

    def negative(self, part: Tree) -> Tree:
        """`-2*x` reads as (-2)*x."""
        spine: list[Binary] = []
        while type(part) is Binary and part.op in "*/":
            spine.append(part)
            part = part.left
        result: Tree = Unary("-", part)
        for link in reversed(spine):
            result = Binary(link.op, result, link.right)
        return result

    def denied(self, part: Tree) -> Tree:
        return Unary("not", part)

    def tree_of(self, part: Tree) -> Tree:
        return part

    def extended(self, call: Tree, args: Sequence[Tree]) -> Tree:
        assert type(call) is Call
        return Call(call.function, (*call.arguments, *args))

    def named(self, node: Node) -> Tree:
        """A name; an entry of an array by its place."""
        name: str = node.data
        if name[-1] != "]":
            return Name(name)
        base, _, inside = name[:-1].partition("[")
        return Index(Name(base), tuple(Number(int(part)) for part in inside.split(",")))

    def term(self, coefficient: Rational, node: Node) -> Tree:
        if node.op != "product" or type(self.written.get(node)) is Name:
            part = self.written[node]
            return part if coefficient == 1 else self.fraction(coefficient, [part], [])
        above: list[Tree] = []
        below: list[Tree] = []
        self.split(node, above, below)
        return self.fraction(coefficient, above, below)


WRITERS = writers(TreeWriter)
