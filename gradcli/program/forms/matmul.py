"""Constructors of matrix products and of what belongs to square matrices: inverses, determinants, traces, diagonals."""

from __future__ import annotations

from gradcli.program import make, rationals
from gradcli.program.dimensions import inner_mismatch, not_square
from gradcli.program.forms import parts as parts_forms
from gradcli.program.forms.parts import (
    dimension,
    eye,
    is_column,
    is_ones,
    is_zeros,
    ones,
    orientation,
    signed_part,
    zeros,
)
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from gradcli.program.graph import Factors, Graph, Node, Rational

MOST_ROTATIONS = 12
"""Chains of more factors inside a trace keep the rotation in which they were typed."""


class FactorChain:
    """A matrix product while it is collected: number · scalars · factors.

    Each new factor is joined to those on its left.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.factor: Rational = 1
        self.scalars: Factors = []
        self.factors: list[Node] = []
        self.longest = 0
        """How many factors the longest inv(A@B@C) among these has: what can cancel is not longer."""
        self.zero = False

    def extend(self, items: Sequence[Node]) -> None:
        """More factors on the right."""
        work = list(items)[::-1]
        while work:
            node = work.pop()
            if not node.shape:
                self.scalars.append((node, 1))
                continue
            factor, scalar, core = signed_part(self.graph, node)
            if scalar is not None:
                self.scalars.append((scalar, 1))
            self.factor *= factor
            common = common_number(core)
            if common != 1:
                self.factor *= common
                core = divided(self.graph, core, common)
            if core.op == "matmul" and core not in self.graph.whole:
                work.extend(core.args[::-1])
            elif is_zeros(core):
                self.zero = True
            elif core.op == "fill" and core.rows != 1 and core.columns != 1:
                work += [ones(self.graph, (1, core.columns)), ones(self.graph, (core.rows, 1))]
            else:
                self.push(core, work)

    def push(self, node: Node, work: list[Node]) -> None:
        """One factor: joined with its left neighbour if they are simpler together."""
        if node.op == "eye":
            return
        if self.factors:
            joined = neighbours(self.graph, self.factors[-1], node)
            if joined is not None:
                self.factors.pop()
                work.append(joined)
                return
            if self.cancels(node, work):
                return
            if self.factors[-1].op == "diag" and len(self.factors) > 1:
                whole = make.form("recomposed")(self.graph, *self.factors[-2:], node)
                if whole is not None:
                    del self.factors[-2:]
                    work.append(whole)
                    return
        self.factors.append(node)
        if node.op == "inv" and node.args[0].op == "matmul":
            self.longest = max(self.longest, len(node.args[0].args))
        self.pull_scalar()

    def cancels(self, node: Node, work: list[Node]) -> bool:
        """inv(AB)@A@B and A@B@inv(AB) are identities."""
        if node.op == "inv" and node.args[0].op == "matmul":
            inner = list(node.args[0].args)
            if self.factors[-len(inner) :] == inner:
                del self.factors[-len(inner) :]
                return True
        last = len(self.factors) - 1
        for i in range(last, max(last - self.longest, -1), -1):
            left = self.factors[i]
            if left.op == "inv" and left.args[0].op == "matmul":
                inner = list(left.args[0].args)
                if [*self.factors[i + 1 :], node] == inner:
                    del self.factors[i:]
                    return True
                return False
        return False

    def pull_scalar(self) -> None:
        """A 1x1 stretch that ends with the last factor becomes a scalar in front."""
        if self.factors[-1].columns != 1:
            return
        for i in range(len(self.factors) - 1, -1, -1):
            if self.factors[i].rows == 1:
                stretch = self.factors[i:]
                del self.factors[i:]
                self.scalars.append((one_by_one(self.graph, stretch), 1))
                return


def common_number(node: Node) -> Rational:
    """The number in front of a sum: what all coefficients share up to their signs, with the sign of the first."""
    if node.op != "sum" or len(node.args) == 1:
        return 1
    coefficients = node.data[0]
    sizes = {abs(c) for c in coefficients}
    sign = parts_forms.sum_sign(node)
    return sign * (sizes.pop() if len(sizes) == 1 else 1)


def divided(graph: Graph, node: Node, common: Rational) -> Node:
    """A sum with every coefficient divided by a number."""
    coefficients = [parts_forms.quotient(c, common) for c in node.data[0]]
    return graph.intern("sum", node.args, (tuple(coefficients), 0), node.shape)


def neighbours(graph: Graph, left: Node, right: Node) -> Node | None:
    """What two factors are together where that is simpler: diag(u)@v is u*v, inv(A)@A the identity."""
    if (right.op == "inv" and right.args[0] is left) or (left.op == "inv" and left.args[0] is right):
        return eye(graph, left.rows)
    if right.op == "transpose" and right.args[0] is left and left.op == "eigvecsh":
        return eye(graph, left.rows)
    if left.op == "transpose" and left.args[0] is right and right.op in ("eigvecsh", "svdu", "svdv"):
        return eye(graph, right.columns)
    if left.op == "diag" and right.op == "diag":
        return diag(graph, make.hadamard(graph, [(left.args[0], 1), (right.args[0], 1)], left.args[0].shape))
    if left.op == "diag" and is_column(right):
        return make.hadamard(graph, [(left.args[0], 1), (right, 1)], right.shape)
    if right.op == "diag" and left.rows == 1:
        return make.hadamard(graph, [(left, 1), (make.transpose(graph, right.args[0]), 1)], left.shape)
    if left.op == "kron" and right.op == "kron" and left.args[0].columns == right.args[0].rows:
        pairs = zip(left.args, right.args, strict=True)
        if left.args[1].columns == right.args[1].rows:
            products = [matmul(graph, pair) for pair in pairs]
            return make.kron(graph, *[p if p.shape else make.filled(graph, p, (1, 1)) for p in products])
    return commuted(graph, left, right)


def commuted(graph: Graph, left: Node, right: Node) -> Node | None:
    """kron(a', B)@K is kron(B, a') for a row a', and K@kron(a, B) is kron(B, a) for a column a.

    K commutes these sizes: K(n, q) behind a of n and B of q columns, K(p, m) before a of m and B of p rows.
    """
    products, other = (left, right) if left.op == "kron" else (right, left)
    if products.op != "kron" or other.op != "commutation" or len(products.args) != 2:
        return None
    first, second = products.args
    if products is left:
        fits = (first.columns, second.columns) == other.data and 1 in (first.rows, second.rows)
    else:
        fits = (second.rows, first.rows) == other.data and 1 in (first.columns, second.columns)
    return make.kron(graph, second, first) if fits else None


def matmul(graph: Graph, factors: Sequence[Node]) -> Node:
    """The product of a chain; a scalar where it is 1x1 by its sizes. Scalars among the factors stand in front.

    Errors: `shape`, where inner sizes differ.
    """
    check_inner(factors)
    arrays = [node for node in factors if node.shape]
    rows, columns = arrays[0].rows, arrays[-1].columns
    shape: Any = () if rows == 1 and columns == 1 else (rows, columns)
    chain = FactorChain(graph)
    chain.extend(factors)
    if chain.zero:
        return zeros(graph, shape) if shape else parts_forms.number(graph, 0)
    front = make.multiply(graph, chain.scalars, chain.factor)
    if not chain.factors:
        return make.scale(graph, front, eye(graph, rows)) if shape else front
    core = chain.factors[0]
    if len(chain.factors) > 1:
        core = graph.intern("matmul", tuple(chain.factors), None, shape)
        core = rank_one_ones(graph, core)
    return make.scale(graph, front, core)


def rank_one_ones(graph: Graph, node: Node) -> Node:
    """ones(m)@ones(n)' is ones(m, n)."""
    if len(node.args) == 2 and is_ones(node.args[0]) and is_ones(node.args[1]) and is_column(node.args[0]):
        return ones(graph, node.shape)
    return node


def check_inner(factors: Sequence[Node]) -> None:
    """Inner sizes must be equal."""
    left: Node | None = None
    for node in factors:
        if node.shape:
            if left is not None and left.shape and left.shape[1] != node.shape[0]:
                raise inner_mismatch(left.shape, node.shape)
            left = node


def one_by_one(graph: Graph, factors: list[Node]) -> Node:
    """A 1x1 chain as a scalar: x'x is norm(x)**2, ones'u is sum(u); else the smaller of the chain and its transpose."""

    if len(factors) == 1:
        return make.total(graph, factors[0])
    other = [make.transpose(graph, factor) for factor in reversed(factors)]
    if other == factors and len(factors) % 2 == 0:
        half = matmul(graph, factors[len(factors) // 2 :])
        return make.multiply(graph, [(make.norm(graph, half), 2)])
    for first, rest in ((factors[0], factors[1:]), (other[0], other[1:])):
        if is_ones(first):
            return make.total(graph, matmul(graph, rest))
    if len(factors) == 2 and len({id(f) for f in (factors[1], other[1])}) == 2:
        together = dot_of_products(graph, other[1], factors[1])
        if together is not None:
            return together
    key, turned = (tuple(f.serial for f in each) for each in (factors, other))
    count, turned_count = (sum(f.op == "transpose" for f in each) for each in (factors, other))
    chosen = factors if (count, key) <= (turned_count, turned) else other
    return graph.intern("matmul", tuple(chosen))


def dot_of_products(graph: Graph, left: Node, right: Node) -> Node | None:
    """u'(u*v) and the like: entry by entry products that meet are collected, as in sum(u**2*v)."""
    parts = [set(node.args) if node.op == "product" else {node} for node in (left, right)]
    if not parts[0] & parts[1]:
        return None
    return make.total(graph, make.hadamard(graph, [(left, 1), (right, 1)], left.shape))


def square(function: str, node: Node) -> None:
    """Refuse a matrix that is not square."""
    if node.rows != node.columns:
        raise not_square(function, node.shape)  # type: ignore[arg-type]


def inv(graph: Graph, node: Node) -> Node:
    """The inverse of a square matrix."""
    square("inv", node)
    factor, scalar, core = signed_part(graph, node)
    if scalar is not None or factor != 1:
        front = make.multiply(graph, [(scalar, -1)] if scalar is not None else [], 1)
        inverse = inv(graph, core)
        return make.add(
            graph, [(make.scale(graph, front, inverse), rationals.ratio(factor.denominator, factor.numerator))]
        )
    if core.op == "inv":
        return core.args[0]
    if core.op == "eye":
        return core
    if core.op == "diag":
        return diag(graph, make.hadamard(graph, [(core.args[0], -1)], core.args[0].shape))
    if core.op == "matmul" and all(f.rows == f.columns for f in core.args):
        return matmul(graph, [inv(graph, f) for f in core.args[::-1]])
    if core.op == "kron" and all(f.rows == f.columns for f in core.args):
        return make.kron(graph, inv(graph, core.args[0]), inv(graph, core.args[1]))
    return graph.intern("inv", (core,), None, core.shape)


def det(graph: Graph, node: Node) -> Node:
    """The determinant of a square matrix."""
    square("det", node)
    factor, scalar, core = signed_part(graph, node)
    if scalar is not None or factor != 1:
        size = dimension(graph, core.rows)
        base = make.multiply(graph, [(scalar, 1)] if scalar is not None else [], factor)
        return make.multiply(graph, [(make.power(graph, base, size), 1), (det(graph, core), 1)])
    if core.op == "eye":
        return parts_forms.number(graph, 1)
    if core.op == "diag":
        return make.prod(graph, core.args[0], None)
    if core.op == "inv":
        return make.multiply(graph, [(det(graph, core.args[0]), -1)])
    update = rank_one_update(graph, core)
    if update is not None:
        return update
    other = make.transpose(graph, core)
    return graph.intern("det", (min(core, other, key=orientation),))


def rank_one_update(graph: Graph, node: Node) -> Node | None:
    """det(I + c·u@v') is 1 + c·v'@u."""
    if node.op != "sum" or len(node.args) != 2:
        return None
    for (one, c), (other, d) in (pairs := list(node.terms())), pairs[::-1]:
        if one.op == "eye" and c == 1 and parts_forms.array_part(other)[2].op == "matmul":
            _, scalar, core = parts_forms.array_part(other)
            place = parts_forms.column_place(core)
            if place is not None:
                inner = matmul(graph, [*core.args[place + 1 :], *core.args[: place + 1]])
                return make.add(graph, [(make.scale(graph, scalar, inner) if scalar else inner, d)], 1)
    return None


def logdet(graph: Graph, node: Node) -> Node:
    """log(det(A)) of a square matrix."""
    square("logdet", node)
    if node.op == "eye":
        return parts_forms.number(graph, 0)
    if node.op == "inv":
        return make.add(graph, [(logdet(graph, node.args[0]), -1)])
    if node.op == "diag" or rank_one_update(graph, node) is not None:
        from gradcli.rules import RULES

        return make.call(graph, RULES["log"], (det(graph, node),))
    other = make.transpose(graph, node)
    return graph.intern("logdet", (min(node, other, key=orientation),))


def trace(graph: Graph, node: Node) -> Node:
    """The sum of the diagonal of a square matrix; a product of size 1 is a scalar."""
    if not node.shape:
        return node
    square("tr", node)

    factor, scalar, core = signed_part(graph, node)
    if scalar is not None or factor != 1:
        front: Factors = [(scalar, 1)] if scalar is not None else []
        return make.multiply(graph, [*front, (trace(graph, core), 1)], factor)
    if core.op == "eye":
        return dimension(graph, core.data)
    if core.op == "diag":
        return make.total(graph, core.args[0])
    if core.op == "kron" and all(f.rows == f.columns for f in core.args):
        return make.multiply(graph, [(trace(graph, f), 1) for f in core.args])
    if core.op == "matmul":
        return trace_chain(graph, list(core.args))
    if is_zeros(core):
        return parts_forms.number(graph, 0)
    other = make.transpose(graph, core)
    return graph.intern("trace", (min(core, other, key=orientation),))


def trace_chain(graph: Graph, factors: list[Node]) -> Node:
    """tr of a product: 1x1 where a column meets a row, norm(A)**2 for A'A, else one of its rotations."""
    for i, factor in enumerate(factors):
        if factor.rows == 1:
            return matmul(graph, [*factors[i:], *factors[:i]])
    if len(factors) > 2:
        joined = neighbours(graph, factors[-1], factors[0])
        if joined is not None:
            return trace(graph, matmul(graph, [joined, *factors[1:-1]]))
    if len(factors) > MOST_ROTATIONS:
        return graph.intern("trace", (graph.intern("matmul", tuple(factors), None, square_of(factors)),))
    other = [make.transpose(graph, factor) for factor in reversed(factors)]
    rotations = [[*each[i:], *each[:i]] for each in (factors, other) for i in range(len(factors))]
    half = len(factors) // 2
    for each in rotations:
        if len(each) % 2 == 0 and [make.transpose(graph, f) for f in reversed(each[half:])] == each[:half]:
            return make.multiply(graph, [(make.norm(graph, matmul(graph, each[half:])), 2)])
    chosen = min(rotations, key=lambda each: (sum(f.op == "transpose" for f in each), [f.serial for f in each]))
    return graph.intern("trace", (graph.intern("matmul", tuple(chosen), None, square_of(chosen)),))


def square_of(factors: Sequence[Node]) -> Any:
    """The shape of a chain."""
    return (factors[0].rows, factors[-1].columns)


def diag(graph: Graph, node: Node) -> Node:
    """The diagonal matrix of a column."""
    size = node.rows
    factor, scalar, core = signed_part(graph, node)
    if is_ones(core):
        result = eye(graph, size)
    elif is_zeros(core):
        return zeros(graph, (size, size))
    else:
        result = graph.intern("diag", (core,), None, (size, size))
    result = result if factor == 1 else make.add(graph, [(result, factor)])
    return result if scalar is None else make.scale(graph, scalar, result)


def diagonal(graph: Graph, node: Node) -> Node:
    """The diagonal of a square matrix, as a column."""
    square("diag", node)
    shape = (node.rows, 1)
    factor, scalar, core = signed_part(graph, node)
    if scalar is not None or factor != 1:
        inner = diagonal(graph, core)
        result = inner if scalar is None else make.scale(graph, scalar, inner)
        return make.add(graph, [(result, factor)])
    if core.op == "diag":
        return core.args[0]
    if core.op == "eye" or is_ones(core):
        return ones(graph, shape)
    if is_zeros(core):
        return zeros(graph, shape)
    if core.op == "sum" and any(term.op in ("diag", "eye", "fill", "scale") for term in core.args):
        return make.add(graph, [(diagonal(graph, t), c) for t, c in core.terms()])
    if core.op == "matmul":
        found = diagonal_of_chain(graph, list(core.args))
        if found is not None:
            return found
    other = make.transpose(graph, core)
    return graph.intern("diagonal", (min(core, other, key=orientation),), None, shape)


def diagonal_of_chain(graph: Graph, factors: list[Node]) -> Node | None:
    """The diagonal of u@v' is u*v, of diag(u)@A it is u*diag(A)."""
    for i, factor in enumerate(factors):
        if factor.columns == 1:
            left, right = matmul(graph, factors[: i + 1]), matmul(graph, factors[i + 1 :])
            return make.hadamard(graph, [(left, 1), (make.transpose(graph, right), 1)], left.shape)
    for end, rest in ((factors[0], factors[1:]), (factors[-1], factors[:-1])):
        if end.op == "diag":
            inner = diagonal(graph, matmul(graph, rest))
            return make.hadamard(graph, [(end.args[0], 1), (inner, 1)], inner.shape)
    return None


MAKES = {"matmul": matmul, "inv": inv, "det": det, "logdet": logdet, "trace": trace, "diag": diag, "diagonal": diagonal}
