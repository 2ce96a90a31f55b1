"""Array nodes become syntax again, as short as a textbook writes it: transposes where they cost least, signs first.

Every node is written once, bottom up, with its length in tokens and how tightly its outermost operator binds.
"""

from __future__ import annotations

from itertools import islice

from gradcli.program.bound.integrals import bound_tree
from gradcli.program.dimensions import plus, polynomial
from gradcli.program.forms.kronecker import as_products
from gradcli.program.forms.parts import array_part, is_ones, is_zeros, magnitude
from gradcli.program.forms.statistics import take_statistics
from gradcli.program.forms.transpose import transpose
from gradcli.program.graph import Graph, order
from gradcli.program.writing.pieces import (
    ATOM,
    POSTFIX,
    Piece,
    Transposes,
    atom,
    binary,
    bracketed,
    called,
    negative,
    transposed,
)
from gradcli.program.writing.spread import is_constant, is_picked_row, repeats, spread_apart, spreads
from gradcli.program.writing.trees import WRITERS as TREES
from gradcli.program.writing.trees import TreeWriter, Written, choose_named, free_prefix
from gradcli.program.writing.writer import Writer, terms_of, writers
from gradcli.records import TYPE_CHECKING
from gradcli.text.tree import ENTRYWISE_ABS, Call, Index, Name, Number, Slice, Text, Transpose, Tree, Unary, Vector

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from typing import Any

    from gradcli.program.dimensions import Size
    from gradcli.program.graph import Node, Rational
    from gradcli.rules.bound import BoundRule

LIFTED = ("inv", "softmax", "call", "cumsum", "expm", "sqrtm", "pinv", "polar", "expm_frechet")
"""Functions of a transpose that are written as the transpose of the function, where that is no longer."""


def is_unit_matrix(node: Node) -> bool:
    """Has it a single 1, as the product of a column and a row of the identity?"""
    are_picked = len(node.args) == 2 and all(arg.op == "pick" and arg.args[0].op == "eye" for arg in node.args)
    return are_picked and node.args[0].columns == 1


def tokens(graph: Graph, node: Node) -> int:
    """How long the text of a node is."""
    return PieceWriter(graph).write(node).size


def write_array_trees(nodes: Sequence[Node], graph: Graph) -> list[Tree]:
    """The syntax of each node; 1/2 is written 0.5 where the graph has decimals."""
    writer = PieceWriter(graph)
    return [writer.whole(node).tree for node in nodes]


def write_named_groups(groups: Sequence[Sequence[Node]], taken: Collection[str], graph: Graph) -> list[Written]:
    """The syntax of each node of answers that stand together, as one in two layouts: a name means the same in all."""
    written = write_named_trees([node for nodes in groups for node in nodes], taken, graph)
    trees = iter(written.trees)
    return [Written(list(islice(trees, len(nodes))), written.definitions) for nodes in groups]


def write_named_trees(nodes: Sequence[Node], taken: Collection[str], graph: Graph) -> Written:
    """The syntax of each node; what long texts share much gets a name, of which transposes are written as its own."""
    needed = order(nodes)
    named = choose_named(needed, nodes)
    if not named:
        return Written(write_array_trees(nodes, graph), ())
    writer = PieceWriter(graph, {})
    prefix = free_prefix(taken)
    definitions: list[tuple[str, Tree]] = []
    for node in needed:
        if node not in named or node in writer.written:
            continue
        other = transpose(graph, node) if node.shape else node
        definitions.append((f"{prefix}{len(definitions) + 1}", writer.whole(node).tree))
        name = Piece(Name(definitions[-1][0]), 1, ATOM, array=bool(node.shape))
        writer.written[other] = transposed(name)._replace(array=True)
        writer.written[node] = name
        writer.given |= {node, other}
    trees = [writer.written[node] if node in writer.given else writer.whole(node) for node in nodes]
    return Written([piece.tree for piece in trees], tuple(definitions))


class PieceWriter(Writer[Piece]):
    """Writes nodes bottom up. What is written is kept with the graph, since lengths are asked for again and again."""

    atom = staticmethod(atom)
    binary = staticmethod(binary)
    called = staticmethod(called)
    negative = staticmethod(negative)

    def __init__(self, graph: Graph, written: dict[Node, Piece] | None = None) -> None:
        super().__init__(graph.decimal, (), graph.pieces if written is None else written)
        self.graph = graph
        self.transposes = Transposes()
        self.given: set[Node] = set()
        """Nodes that have names, and their transposes: these are written as they stand in every sum and product."""

    def denied(self, part: Piece) -> Piece:
        return Piece(Unary("not", part.tree), bracketed(part, 3) + 1, 3)

    def bound_call(self, rule: BoundRule, args: Sequence[Piece]) -> Piece:
        inner = TreeWriter(self.decimal, (), {})
        return Piece(bound_tree(inner, TREES, rule, [arg.tree for arg in args]), 9, ATOM)

    def tree_of(self, part: Piece) -> Tree:
        return part.tree

    def extended(self, call: Piece, args: Sequence[Piece]) -> Piece:
        assert isinstance(call.tree, Call)
        size = call.size + sum(arg.size + 1 for arg in args)
        return Piece(Call(call.tree.function, (*call.tree.arguments, *[arg.tree for arg in args])), size, ATOM)

    def write(self, node: Node) -> Piece:
        """The shortest piece of a node. Explicit stack."""
        stack = [node]
        while stack:
            here = stack[-1]
            if here in self.written:
                stack.pop()
                continue
            forms = self.forms(here)
            waiting = [arg for form in forms for arg in form.args if arg not in self.written]
            if waiting:
                stack.extend(waiting)
                continue
            stack.pop()
            self.written[here] = self.shortest(here, forms)._replace(array=bool(here.shape))
        return self.written[node]

    def whole(self, node: Node) -> Piece:
        """The piece of a whole answer, which stands in no brackets."""
        best = self.write(node)
        direct = self.direct(self.forms(node)[0])
        return direct if direct.size < best.size and type(best.tree) is not Vector else best

    def forms(self, node: Node) -> list[Node]:
        """The node and its transpose: either may be the shorter one to write. Blocks are written as products."""
        if node.op in ("kron_left", "kron_right"):
            return [as_products(self.graph, node)]
        if node.op == "matmul" and not node.shape:
            other = [transpose(self.graph, factor) for factor in reversed(node.args)]
            return [node, self.graph.intern("matmul", tuple(other))]
        if not node.shape or node.op in ("variable", "transpose"):
            return [node]
        other_node = transpose(self.graph, node)
        return [node] if other_node is node or other_node.op == "transpose" else [node, other_node]

    def shortest(self, node: Node, forms: list[Node]) -> Piece:
        """The shorter of the node as it is and the transpose of its transpose."""
        direct = self.direct(forms[0])
        if node.shape and type(node.rows) is type(node.columns) is int:
            from gradcli.program.writing.lists import LEEWAY, as_list

            entries = as_list(self.graph, node, self.write)
            if entries is not None and entries.size <= direct.size + LEEWAY:
                return entries
        if len(forms) == 1:
            return direct
        other = self.direct(forms[1])
        if node.shape:
            other = transposed(other)
        if node.op in LIFTED and other.size <= direct.size:
            return other if self.transposes.within(node) > self.transposes.within(forms[1]) else direct
        inside = 2 * (node.op == "sum" and len(node.args) > 1)  # a sum mostly stands in brackets
        return other if other.size < direct.size + inside else direct

    def direct(self, node: Node) -> Piece:
        return WRITERS.get(node.op, PieceWriter.function)(self, node)

    def size(self, size: Size) -> Piece:
        """A size: a number, a letter, or m*p."""
        if isinstance(size, int):
            return atom(Number(size))
        parts: list[tuple[bool, Piece]] = []
        for monomial, factor in sorted(polynomial(size).items(), key=lambda item: (-len(item[0]), item[0])):
            numbers = [atom(Number(magnitude(factor)))] if magnitude(factor) != 1 or not monomial else []
            parts.append((factor < 0, self.chained("*", [*numbers, *[atom(Name(letter)) for letter in monomial]])))
        return self.signed(parts)

    # ------------------------------------------------------------------------------ sums, products

    def sum(self, node: Node) -> Piece:
        """Ones and repeated columns spread by themselves beside a whole array."""
        terms: list[tuple[Node, Any]] = [self.turned(term, c) for term, c in terms_of(node)]
        whole = [term for term, _ in terms if term in self.given or not spreads(term)] if node.shape else []
        diagonal = any(array_part(term)[2].op in ("eye", "diag") for term in whole)
        parts: list[tuple[bool, Piece]] = []
        for term, c in terms:
            if term in self.given:
                parts.append((c < 0, self.term(abs(c), term)))
            elif whole and term.op == "scale" and is_ones(term.args[1]) and term.args[0].op == "sum":
                parts += self.spread_sum(term.args[0], c)
            else:
                beside = bool(whole) and not (diagonal and repeats(term))
                parts.append((c < 0, self.spread_term(abs(c), term) if beside else self.term(abs(c), term)))
        if whole and len(terms) > 2:
            spread_apart(terms, parts, whole)
        return self.signed(self.with_constant(node, parts))

    def turned(self, term: Node, coefficient: Rational) -> tuple[Node, Rational]:
        """-cross(a, b) is cross(b, a)."""
        if coefficient > 0 or term.op != "cross" or term in self.given:
            return term, coefficient
        other = self.graph.intern("cross", term.args[::-1], None, term.shape)
        self.write(other)
        return other, -coefficient

    def spread_sum(self, node: Node, factor: Rational) -> list[tuple[bool, Piece]]:
        """The terms of a scalar sum that is spread beside an array: no brackets are needed if it stands alone."""
        coefficients, constant = node.data
        if factor not in (1, -1):
            piece = self.fraction(magnitude(factor), [self.written[node]], [])
            return [(factor < 0, piece)]
        parts = [(c * factor < 0, self.term(abs(c), t)) for t, c in zip(node.args, coefficients, strict=True)]
        if constant:
            parts.append((constant * factor < 0, self.positive(abs(constant))))
        return parts

    def term(self, coefficient: Rational, node: Node) -> Piece:
        """coefficient·node; the scalar of a matrix product stands before its first factor."""
        above, core, below = self.around(node)
        if core.op == "product" and core not in self.given:
            inner: list[Piece] = []
            self.split(core, inner, below)
            return self.fraction(coefficient, [*above, *inner], below)
        if core.op == "matmul" and core.shape and core not in self.given:
            return self.chain_term(coefficient, above, core, below)
        return self.fraction(coefficient, [*above, self.written[core]], below)

    def spread_term(self, coefficient: Rational, node: Node) -> Piece:
        """coefficient·node beside a whole array, over which ones and repeated columns spread."""
        above, core, below = self.around(node)
        if not spreads(core):
            return self.term(coefficient, node)
        if core.op == "matmul":
            ones_last = is_ones(core.args[-1])
            above.append(self.row(core.args[:-1] if ones_last else core.args[1:]))
        return self.fraction(coefficient, above, below)

    def around(self, node: Node) -> tuple[list[Piece], Node, list[Piece]]:
        """What stands before an array, the array, and what stands below the line."""
        _, scalar, core = array_part(node) if node.shape and node not in self.given else (1, None, node)
        above: list[Piece] = []
        below: list[Piece] = []
        if scalar is not None:
            self.split(scalar, above, below)
        return above, core, below

    def chain_term(self, coefficient: Rational, above: list[Piece], core: Node, below: list[Piece]) -> Piece:
        """2*s*A@B@C / below: the scalar stands before the first factor, which needs no brackets then."""
        whole = self.written[core]
        if type(whole.tree) is Transpose or is_unit_matrix(core):
            return self.fraction(coefficient, [*above, whole], below)
        front, bottom = self.numbers(coefficient)
        first, *others = self.factors(core.args)
        piece = self.chained("@", [self.chained("*", [*front, *above, first]), *others])
        below = [*bottom, *below]
        return binary("/", piece, self.chained("*", below)) if below else piece

    def row(self, factors: Sequence[Node]) -> Piece:
        """A product that is a row."""
        return self.chained("@", self.factors(factors))

    def factors(self, factors: Sequence[Node]) -> list[Piece]:
        """The factors of a chain; ones(m)@ones(n).T inside of it is ones(m, n), y@X[0] is outer(y, X[0])."""
        parts: list[Piece] = []
        for before, factor in zip((None, *factors), factors, strict=False):
            if before is not None and is_ones(before) and is_ones(factor) and before.columns == 1:
                sizes = [self.size(before.rows), self.size(factor.columns)]
                parts[-1] = called("ones", sizes)
            elif before is not None and factors[0].rows != 1 and is_picked_row(factor):
                parts = [called("outer", [self.chained("@", parts), self.written[factor]])]
            else:
                parts.append(self.written[factor])
        return parts

    def split(self, node: Node, above: list[Piece], below: list[Piece]) -> None:
        """The factors above and below the line; means of squares and the like by name."""
        if node.op != "product" or node in self.given:
            above.append(self.written[node])
            return
        powers = dict(node.factors())
        statistics = [] if node.shape else take_statistics(self.graph, powers)
        self.place(powers.items(), above, below)
        for name, array, exponent in statistics:
            piece = called(name, [self.write(array)])
            (above if exponent > 0 else below).append(self.raised(piece, magnitude(exponent)))

    def raised(self, base: Piece, exponent: Rational) -> Piece:
        return super().raised(base, exponent)._replace(array=base.array)

    scale = Writer.product

    def arguments(self, node: Node) -> list[Piece]:
        """Of an operation entry by entry: what is the same everywhere is written as a scalar beside an array."""
        args = node.args
        whole = node.shape and any(arg.shape and not is_constant(arg) for arg in args)
        return [self.entry(arg) if whole and arg.shape and is_constant(arg) else self.written[arg] for arg in args]

    def entry(self, node: Node) -> Piece:
        """The scalar that stands in every entry."""
        if is_zeros(node):
            return atom(Number(0))
        factor, scalar, _ = array_part(node)
        above: list[Piece] = []
        below: list[Piece] = []
        if scalar is not None:
            self.split(scalar, above, below)
        piece = self.fraction(magnitude(factor), above, below)
        return negative(piece) if factor < 0 else piece

    # ------------------------------------------------------------------------------ functions

    def call(self, node: Node) -> Piece:
        if node.data.name == "abs" and node.shape:
            return called(ENTRYWISE_ABS, self.arguments(node))
        return super().call(node)

    def where(self, node: Node) -> Piece:
        whole = node.args[0].shape or not all(is_constant(arg) for arg in node.args[1:])
        parts = [
            self.entry(arg) if whole and arg.shape and is_constant(arg) else self.written[arg] for arg in node.args
        ]
        return called("where", parts)

    # ------------------------------------------------------------------------------ arrays

    def transpose(self, node: Node) -> Piece:
        return transposed(self.written[node.args[0]])

    def matmul(self, node: Node) -> Piece:
        if is_unit_matrix(node):  # what NumPy, whose rows are not turned, takes for the same
            return called("outer", [transposed(self.written[node.args[0]]), self.written[node.args[1]]])
        return self.row(node.args)

    def fill(self, node: Node) -> Piece:
        """ones(n), ones(m, n), zeros(n); a row of them is the transpose of a column."""
        name = "ones" if is_ones(node) else "zeros"
        rows, columns = node.data
        if columns == 1:
            return called(name, [self.size(rows)])
        return called(name, [self.size(rows), self.size(columns)])

    def eye(self, node: Node) -> Piece:
        return called("eye", [self.size(node.data)])

    def function(self, node: Node) -> Piece:
        """Arrays in, by name: mostly that of the operation."""
        return called(FUNCTION_NAMES.get(node.op, node.op), [self.written[arg] for arg in node.args])

    def along(self, node: Node) -> Piece:
        """A function along an axis."""
        name, axis = node.data if type(node.data) is tuple else (FUNCTION_NAMES.get(node.op, node.op), node.data)
        if node.op == "cumsum" and node.args[0].shape[1 - axis] == 1:
            axis = None
        if node.op == "softmax" and axis is None and 1 not in node.shape:
            inner = self.written[node.args[0]]  # over all entries of a matrix, which softmax(B) does not say
            return called("exp", [binary("-", inner, called("logsumexp", [inner]))])
        words = [] if axis is None else [("axis", atom(Number(axis)))]
        return called(name, [self.written[node.args[0]]], words)

    def norm(self, node: Node) -> Piece:
        """norm(A), norm(A, 2), norm(A, "nuc")."""
        return called("norm", [self.written[node.args[0]], *NORM_ORDERS[node.op]])

    def total(self, node: Node) -> Piece:
        return called("sum", [self.written[node.args[0]]])

    def trace(self, node: Node) -> Piece:
        return called("tr", [self.written[node.args[0]]])

    def pick(self, node: Node) -> Piece:
        """x[0], x[1:], X[0,1], X[:,0]."""
        (base,) = node.args
        down, across = node.data
        rows, columns = base.rows, base.columns
        parts = [self.subscript(down, rows)]
        if not (columns == 1 and across in (0, (0, 1))):
            parts.append(self.subscript(across, columns))
        if len(parts) == 2 and across == (0, columns) and isinstance(down, int):
            parts.pop()
        inner = self.written[base]
        size = bracketed(inner, POSTFIX) + 2 + sum(p.size for p in parts) + len(parts) - 1
        return Piece(Index(inner.tree, tuple(p.tree for p in parts)), size, POSTFIX)

    def subscript(self, part: Any, count: Size) -> Piece:
        """An index or a slice."""
        if isinstance(part, int):
            return negative(atom(Number(-part))) if part < 0 else atom(Number(part))
        lower, upper = part
        low = None if lower == 0 else self.bound(lower, count)
        high = None if upper == count else self.bound(upper, count)
        size = 1 + sum(p.size for p in (low, high) if p is not None)
        return Piece(Slice(low and low.tree, high and high.tree), size, ATOM)

    def bound(self, place: Size, count: Size) -> Piece:
        """A bound of a slice: from the end where that is a number."""
        back = plus(count, place, -1)
        if isinstance(place, int):
            return atom(Number(place))
        return negative(atom(Number(back))) if isinstance(back, int) else self.size(place)

    def commutation(self, node: Node) -> Piece:
        return called("commutation", [self.size(size) for size in node.data])

    def concat(self, node: Node) -> Piece:
        words = [] if node.data == 0 else [("axis", atom(Number(node.data)))]
        return called("concat", [self.written[arg] for arg in node.args], words)


FUNCTION_NAMES = {"diagonal": "diag", "lse": "logsumexp"}
"""Operations whose functions have other names."""

NORM_ORDERS: Mapping[str, Sequence[Piece]] = {
    "norm": (),
    "spectral": (atom(Number(2)),),
    "nuclear": (atom(Text("nuc")),),
}

WRITERS: Mapping[str, Callable[[PieceWriter, Node], Piece]] = {
    **writers(PieceWriter),
    "dimension": PieceWriter.named,
    "scale": PieceWriter.scale,
    "transpose": PieceWriter.transpose,
    "matmul": PieceWriter.matmul,
    "fill": PieceWriter.fill,
    "eye": PieceWriter.eye,
    **dict.fromkeys(("lse", "softmax", "prod", "extreme", "cumsum"), PieceWriter.along),
    **dict.fromkeys(NORM_ORDERS, PieceWriter.norm),
    "total": PieceWriter.total,
    "trace": PieceWriter.trace,
    "pick": PieceWriter.pick,
    "concat": PieceWriter.concat,
    "commutation": PieceWriter.commutation,
}
