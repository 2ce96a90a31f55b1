"""The function as it was typed: slips are made in x*x and (x + 1)/2, not in the x**2 and x/2 + 1/2 of the graph."""

from __future__ import annotations

from fractions import Fraction

from gradcli.problems import GradcliError
from gradcli.program.graph import Node
from gradcli.program.rationals import lower, ratio
from gradcli.records import TYPE_CHECKING
from gradcli.rules import NAMES, RULES
from gradcli.text.tree import Binary, Call, Name, Unary, children

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from gradcli.checking.comparison import Comparison
    from gradcli.problems import Source
    from gradcli.text.tree import Script, Statement, Tree


class CannotBeWrittenError(Exception):
    """The text holds something that is no scalar operation."""


def written_outputs(script: Script, comparison: Comparison) -> dict[int, Node]:
    """The scalar functions of a script in the operations of their text, by number; none where one has no such form.

    The nodes stand in no graph: they have values, adjoints and tangents, and are for nothing else.
    """
    named = {statement.name: statement for statement in script.statements if statement.name}
    reading = AsWritten(comparison, named)
    source = script.statements[-1].source
    try:
        return {i: reading.node(output.tree, source) for i, output in enumerate(comparison.case.program.outputs)}
    except (CannotBeWrittenError, GradcliError):
        return {}


def spine_of(tree: Binary) -> list[Binary]:
    """a + b, then (a + b) - c, … up to the whole sum; of a product with its signs of multiplication alone."""
    kinds = "+-" if tree.op in "+-" else "*"
    spine = [tree]
    while type(left := spine[-1].left) is Binary and left.op in kinds:
        spine.append(left)
    return spine[::-1]


def parts_of(tree: Tree) -> Sequence[Tree]:
    """The terms of a whole sum, the factors of a whole product, the parts of anything else."""
    if type(tree) is not Binary or tree.op not in ("+", "-", "*"):
        return list(children(tree))
    spine = spine_of(tree)
    return [spine[0].left, *(one.right for one in spine)]


def has_row(tree: Call) -> bool:
    """Is it a function of our rows with as many arguments? Of others the whole is read, and not its parts."""
    rule = RULES.get(NAMES.get(tree.function, ""))
    return not (rule is None or tree.keywords or rule.variadic or len(rule.args) != len(tree.arguments))


class AsWritten:
    """Nodes for trees, one operation each; sums and products of several parts stay together."""

    def __init__(self, comparison: Comparison, named: Mapping[str, Statement]) -> None:
        self.case, self.named = comparison.case, named
        self.inputs = self.case.reader.builder.inputs
        self.made: dict[int, Node] = {}
        self.count = 0

    def node(self, root: Tree, source: Source) -> Node:
        """The node of a tree. No recursion: texts nest ten thousand deep."""
        stack = [(root, source, False)]
        while stack:
            tree, place, is_ready = stack.pop()
            if id(tree) in self.made:
                continue
            statement = self.statement(tree)
            if is_ready:
                self.made[id(tree)] = self.made[id(statement.tree)] if statement else self.operation(tree, place)
                continue
            stack.append((tree, place, True))
            if statement is not None:
                stack.append((statement.tree, statement.source, False))
            elif type(tree) in (Binary, Unary) or (type(tree) is Call and has_row(tree)):
                stack += [(part, place, False) for part in parts_of(tree)]
        return self.made[id(root)]

    def statement(self, tree: Tree) -> Statement | None:
        """The statement that a name stands for."""
        return self.named.get(tree.name) if type(tree) is Name and tree.name not in self.inputs else None

    def of(self, tree: Tree) -> Node:
        """The node of a part, which was made before."""
        return self.made[id(tree)]

    def operation(self, tree: Tree, source: Source) -> Node:
        """One operation on parts that are made."""
        if type(tree) is Binary and tree.op in "+-":
            return self.sum(tree)
        if type(tree) is Binary and tree.op in ("*", "/"):
            return self.product(tree)
        if type(tree) is Binary and tree.op == "**":
            return self.power(self.of(tree.left), self.of(tree.right))
        if type(tree) is Unary and tree.op == "-":
            return self.total([self.of(tree.operand)], [-1])
        if type(tree) is Call and has_row(tree):
            return self.call(tree)
        return self.plain(tree, source)

    def plain(self, tree: Tree, source: Source) -> Node:
        """A part in canonical form."""
        if type(tree) is Call and tree.function in self.case.reader.functions:
            raise CannotBeWrittenError
        value = self.case.reader.read(tree, source)
        if not isinstance(value, Node):
            raise CannotBeWrittenError
        return self.case.program.constants.get(value.data, value) if value.op == "variable" else value

    def fresh(self, op: str, args: tuple[Node, ...], data: Any) -> Node:
        """A node of its own: what is typed twice is two places, and people slip at one of them."""
        node = Node()
        self.count += 1
        node.op, node.args, node.data, node.shape, node.serial = op, args, data, (), -self.count
        return node

    def sum(self, tree: Binary) -> Node:
        """a + b, a - b, with the terms of a."""
        spine = spine_of(tree)
        signs = [1, *(1 if one.op == "+" else -1 for one in spine)]
        return self.total([self.of(part) for part in parts_of(tree)], signs)

    def total(self, nodes: Sequence[Node], signs: Sequence[int]) -> Node:
        """A sum with its numbers put together."""
        start: Any = sum(s * n.data for n, s in zip(nodes, signs, strict=True) if n.op == "number")
        rest = [(n, s) for n, s in zip(nodes, signs, strict=True) if n.op != "number"]
        if not rest:
            return self.fresh("number", (), start)
        return self.fresh("sum", tuple(n for n, _ in rest), (tuple(s for _, s in rest), start))

    def product(self, tree: Binary) -> Node:
        """a*b with the factors of a; a/b of two parts."""
        if tree.op == "/":
            top, bottom = self.of(tree.left), self.of(tree.right)
            if top.op == bottom.op == "number" and bottom.data:
                return self.fresh("number", (), lower(Fraction(top.data) / bottom.data))
            if top.op == "number" and top.data == 1:
                return self.fresh("product", (bottom,), (-1,))
            return self.fresh("product", (top, bottom), (1, -1))
        nodes: list[Node] = []
        number: Any = 1
        for node in (self.of(part) for part in parts_of(tree)):
            if node.op == "number":
                number = lower(number * node.data)
            else:
                nodes.append(self.multiple(node, number))
                number = 1
        if not nodes:
            return self.fresh("number", (), number)
        nodes[-1] = self.multiple(nodes[-1], number)
        return nodes[0] if len(nodes) == 1 else self.fresh("product", tuple(nodes), (1,) * len(nodes))

    def multiple(self, node: Node, number: Any) -> Node:
        """A number belongs to the factor after it: 6*y*(x + y) is (6*y)*(x + y)."""
        return node if number == 1 else self.fresh("sum", (node,), ((number,), 0))

    def power(self, base: Node, exponent: Node) -> Node:
        """base**exponent."""
        if exponent.op == "number":
            return self.fresh("product", (base,), (exponent.data,)) if exponent.data != 1 else base
        if base.op == "constant" and base.data == "e":
            return self.fresh("call", (exponent,), RULES["exp"])
        return self.fresh("power", (base, exponent), None)

    def call(self, tree: Call) -> Node:
        """A function of our rows."""
        if tree.function in self.case.reader.functions:
            raise CannotBeWrittenError
        name = NAMES[tree.function]
        arguments = tuple(self.of(argument) for argument in tree.arguments)
        if name == "sqrt":
            return self.fresh("product", arguments, (ratio(1, 2),))
        return self.fresh("call", arguments, RULES[name])
