"""The typed graph: interned immutable nodes. The same subexpression is the same node, so compare nodes with `is`.

What a node means (`op`, `args`, `data`):

| op | args | data | value |
| --- | --- | --- | --- |
| number | | int or Fraction | the exact number |
| constant | | `pi`, `e`, `inf` | (`tau` is 2*pi) |
| variable | | name | its value at the point |
| sum | terms | (coefficients, constant) | constant + Σ coefficientᵢ·termᵢ; exact rationals; at least one term |
| product | bases | exponents | Π baseᵢ**exponentᵢ; exact; numbers only for irrational powers (2**(1/2), 0**-1) |
| power | (base, exponent) | | base**exponent where the exponent is not a rational number |
| call | arguments | Rule | the rule's function |
| where | (condition, a, b) | | a where the condition holds, else b; the other branch is not evaluated |
| truth | | True or False | |
| compare | (a, b) | one of `< <= > >= == !=` | a truth value |
| and, or, not | conditions | | a truth value |
| abstract | arguments | (name, orders) | an unknown function f(a, b), differentiated orders[i] times by argument i |

Arrays are nodes with a shape: the same operations entry by entry, and those of `program.forms.arrays`.

`c*x` is a sum of one term. `sqrt(u)` is a product with exponent 1/2, `1/u` one with exponent -1, `exp(u)` a call.
Nodes are made by the constructors of `program.make` alone, which keep this form canonical.
"""

from __future__ import annotations

from gradcli import limits
from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from fractions import Fraction
    from typing import Any

    from gradcli.text.tree import Statement, Tree

    Rational = int | Fraction
    Factors = list[tuple["Node", Rational]]

CONDITIONS = frozenset(("compare", "and", "or", "not", "truth"))
"""Operations whose value is true or false."""

Dim = int | str
Shape = tuple[()] | tuple[Dim, Dim]


class Node:
    """One operation. `shape` is () for a scalar, else (rows, columns); `serial` counts nodes in order of creation."""

    __slots__ = ("args", "data", "op", "serial", "shape")
    op: str
    args: tuple[Node, ...]
    data: Any
    shape: Shape
    serial: int

    @property
    def rows(self) -> Dim:
        """The number of rows of an array: a number, or a letter's text."""
        return self.shape[0]  # type: ignore[misc]  # a scalar has none

    @property
    def columns(self) -> Dim:
        """The number of columns of an array."""
        return self.shape[1]  # type: ignore[misc]

    def factors(self) -> Iterator[tuple[Node, Rational]]:
        """The bases of a product with their exponents."""
        return zip(self.args, self.data, strict=True)

    def terms(self) -> Iterator[tuple[Node, Rational]]:
        """The nodes of a sum with their coefficients; its number, `data[1]`, is none of them."""
        return zip(self.args, self.data[0], strict=True)

    def __repr__(self) -> str:
        return f"<{self.op} {self.data!r} #{self.serial}>"


class Graph:
    """An arena of interned nodes, and what was assumed while it was filled.

    `guards` collects nodes that a simplification has dropped although they are not defined everywhere (`x/x`):
    the function has a value only where each of them has one. It is None once the program is built: derivatives
    need no guards, since they are asked for only where the function has a value.

    `estimated`: a function is in it whose numbers SymPy makes, without a proof of their error.
    `notes`: how the text was read, in sentences for people.
    `whole`: long sums and products that stay one part of others: named ones, and adjoints that are used often.
    `literal`: a definition is being written out, and log(1 + exp(x)) is not to become softplus(x) again.
    `singles`: names that stand for values, not for inputs: where they have one entry, functions of arrays take them.

    Of arrays: `symmetric` names the symmetric variables; `decimal` says how numbers are printed; `measure` tells how
    long a node's text is, which decides between equal forms (without it nothing is joined); `pieces` keeps what was
    written for that and what else was found of nodes, `partials` the partials of rows that were read, `total` what has
    a value everywhere.
    """

    __slots__ = (
        *("nodes", "spare", "guards", "estimated", "notes", "literal", "whole", "singles"),
        *("symmetric", "decimal", "measure", "pieces", "partials", "total"),
    )

    def __init__(
        self,
        symmetric: Iterable[str] = (),
        decimal: bool = False,
        measure: Callable[[Graph, Node], int] | None = None,
    ) -> None:
        self.nodes: dict[tuple[Any, ...], Node] = {}
        self.spare = Node()
        self.guards: dict[Node, None] | None = {}
        self.estimated = False
        self.literal = False
        self.singles: set[str] = set()
        self.whole: set[Node] = set()
        self.notes: list[str] = []
        self.symmetric = frozenset(symmetric)
        self.decimal = decimal
        self.measure = measure or unmeasured
        self.pieces: dict[Any, Any] = {}
        self.total: dict[Node, bool] = {}
        self.partials: dict[tuple[Node, int], Node] = {}

    def intern(self, op: str, args: tuple[Node, ...] = (), data: Any = None, shape: Shape = ()) -> Node:
        """The one node with this operation, these arguments and this data."""
        node = self.nodes.setdefault((op, data, args), self.spare)  # hashed once: fractions take long
        if node is self.spare:
            self.spare = Node()
            node.op, node.args, node.data, node.shape = op, args, data, shape
            node.serial = len(self.nodes) - 1
            if node.serial >= limits.NODES:
                raise GradcliError(
                    "limit", f"this takes more than {limits.NODES} operations", hint="differentiate a smaller part"
                )
        return node


def reachable(roots: Iterable[Node], needs: Callable[[Node], Iterable[Node]] | None = None) -> list[Node]:
    """All nodes that the roots need, arguments before users: nodes are numbered in order of creation."""
    seen = set(roots)
    stack = list(seen)
    while stack:
        node = stack.pop()
        for part in node.args if needs is None else needs(node):
            if part not in seen:
                seen.add(part)
                stack.append(part)
    return sorted(seen, key=lambda node: node.serial)


WHOLE = {"sum": 12, "product": 17}
"""Terms and factors of what has a name from which on it stays one part: else every statement of a long program has all
before it."""


def keep_whole(graph: Graph, node: Node, least: int | None = None) -> None:
    """A long sum or product that is used as a whole stays one term, and one factor."""
    if len(node.args) >= (least or WHOLE.get(node.op, len(node.args) + 1)):
        graph.whole.add(node)


def unmeasured(graph: Graph, node: Node) -> int:
    """The length of every text where none is to be joined."""
    return 0


class Variable(NamedTuple):
    """A name to differentiate by, with its shape."""

    name: str
    shape: Shape = ()


class Output(NamedTuple):
    """One component of the function: its label (`y`, `f1`), its node in the variables alone, and its syntax.

    guards    nodes that must have a value for this component to have one
    """

    label: str
    node: Node
    tree: Tree
    guards: tuple[Node, ...] = ()


class Step(NamedTuple):
    """A statement as the chain rule sees it: `local` is in the program's own names, intermediates included.

    guards    nodes that must have a value for the statement to have one
    """

    name: str
    local: Node
    tree: Tree
    guards: tuple[Node, ...] = ()


class Program(NamedTuple):
    """A function, typed and in canonical form.

    variables    to differentiate by, in the order of tables and of JSON
    parameters   the other variables (when --wrt names only some): they need a value at the point
    constants    names given by --set, entry by entry, with their values (nodes without variables)
    outputs      its components; `vector` says that it was written as a vector or as several expressions
    shapes       of each function, as the components follow one another, row by row: () for one, (n, 1) for a vector
    steps        the named intermediates and the outputs, in order of evaluation (for `chain`)
    statements   as they were typed, for saying how the input was read
    guards       nodes that must have a value for the function to have one: those of all components
    decimal      numbers were typed with a decimal point: print decimals
    assumptions  what was assumed about shapes and names, in words
    symmetric    names of symmetric matrices: a derivative by one is (G + G.T)/2 of the free derivative G

    Of arrays that are nodes as a whole:

    settings     names given by --set, with their values as syntax
    dims         letters of sizes in use, each with its value where values tell it
    types        how the program was read (`program.types.infer.Types`); None for a program of scalars
    """

    graph: Graph
    variables: tuple[Variable, ...]
    parameters: tuple[Variable, ...]
    constants: Mapping[str, Node]
    outputs: tuple[Output, ...]
    vector: bool
    steps: tuple[Step, ...]
    statements: tuple[Statement, ...]
    guards: tuple[Node, ...]
    decimal: bool
    assumptions: tuple[str, ...]
    settings: Mapping[str, Tree] = {}
    dims: Mapping[str, int | None] = {}
    symmetric: frozenset[str] = frozenset()
    shapes: tuple[Shape, ...] = ()
    types: Any = None


def order(roots: Iterable[Node], needs: Callable[[Node], Iterable[Node]] | None = None) -> list[Node]:
    """All nodes that the roots need, each once, what is needed before users (a topological order). No recursion."""
    done: set[Node] = set()
    result: list[Node] = []
    stack: list[Node] = list(roots)
    stack.reverse()
    while stack:
        node = stack[-1]
        if node in done:
            stack.pop()
            continue
        waiting = [arg for arg in (node.args if needs is None else needs(node)) if arg not in done]
        if waiting:
            waiting.reverse()
            stack.extend(waiting)
        else:
            stack.pop()
            done.add(node)
            result.append(node)
    return result


def powers_of(node: Node) -> dict[Node, Rational]:
    """A node as a product: base -> exponent."""
    return dict(node.factors()) if node.op == "product" else {node: 1}


def is_equality(node: Node) -> bool:
    """Is it a comparison for equality?"""
    return node.op == "compare" and node.data in ("==", "!=")


def is_switch(node: Node) -> bool:
    """Can the slope jump here: at a comparison, an extreme, a function with a kink or a jump?"""
    return node.op in ("extreme", "compare") or (node.op == "call" and bool(node.data.kinks or node.data.jumps))


def may_cancel(nodes: Iterable[Node]) -> bool:
    """Are there kinks that may cancel one another, or a choice that asks for equality?"""
    switches = list(filter(is_switch, nodes))
    return len(switches) > 1 or any(map(is_equality, switches))


def holds_within(graph: Graph, root: Node, test: Callable[[Node], bool]) -> bool:
    """Does a part of the node pass the test? Each node is asked once in the life of the graph."""
    known = graph.pieces.setdefault(test, {})
    for node in order([root], lambda here: () if here in known else here.args):
        if node not in known:
            known[node] = test(node) or any(map(known.__getitem__, node.args))
    return bool(known[root])


POSITIVE = frozenset(("exp", "exp2", "cosh", "sech", "sigmoid", "softplus"))
"""Rows that are above 0 wherever they have a value."""


def is_total(graph: Graph, root: Node) -> bool:
    """True where the node certainly has a value for all values of its variables."""
    known = graph.total
    for node in order([root], lambda here: () if here in known else here.args):
        if node not in known:
            known[node] = all(map(known.__getitem__, node.args)) and is_total_alone(node)
    return known[root]


def is_total_alone(node: Node) -> bool:
    """True where the operation certainly has a value for all values of its arguments."""
    if node.op == "product":
        return not any(
            (type(e) is not int or e < 0) and not (base.op == "call" and base.data.name in POSITIVE)
            for base, e in node.factors()
        )
    if node.op == "call" and (node.data.domain or node.data.domain_text):
        return False
    return node.op not in ("power", "abstract", "inv", "logdet") and not (node.op == "constant" and node.data == "inf")


def guard(graph: Graph, node: Node) -> None:
    """Remember that the function has a value only where this dropped node has one."""
    if graph.guards is not None and node not in graph.guards and not is_total(graph, node):
        graph.guards[node] = None
