"""What operations are when their argument is linear in dX: M with vec(node) = M vec(dX), from the M of the argument.

vec(L dX R) = kron(R', L) vec(dX), vec(dX') = K vec(dX), vec(H∘dX) = diag(vec(H)) vec(dX).
Source: Magnus & Neudecker, Matrix Differential Calculus, 3rd ed. (2019), chapters 2 and 3.
"""

from __future__ import annotations

from gradcli.derive.ad.derivative import no_closed_form
from gradcli.derive.ad.pullbacks import selection
from gradcli.program import make
from gradcli.program.dimensions import plus, times
from gradcli.program.forms import parts as parts_forms
from gradcli.program.forms import reductions
from gradcli.program.forms.kronecker import as_products
from gradcli.program.forms.parts import eye, ones, zeros
from gradcli.records import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from gradcli.program.graph import Graph, Node


class LinearMaps(Protocol):
    """What a rule needs of the walk that takes dX out."""

    graph: Graph
    count: Any

    def matrix(self, node: Node) -> Node:
        """M with vec(node) = M vec(dX): (entries of the node) x (entries of dX)."""

    def moves(self, node: Node) -> bool:
        """Does the node depend on dX?"""


def variable(sweep: LinearMaps, node: Node) -> Node:
    return eye(sweep.graph, sweep.count)


def chained(sweep: LinearMaps, factors: Sequence[Node]) -> Node:
    """A product; one row times one column stays a 1x1 matrix."""
    product = make.matmul(sweep.graph, factors)
    return product if product.shape else make.fill(sweep.graph, product, (1, 1))


def terms(sweep: LinearMaps, node: Node) -> Node:
    return make.add(sweep.graph, [(sweep.matrix(t), c) for t, c in zip(node.args, node.data[0], strict=True)])


def scale(sweep: LinearMaps, node: Node) -> Node:
    scalar, array = node.args
    parts = []
    if sweep.moves(scalar):
        parts.append((chained(sweep, [make.vec(sweep.graph, array), sweep.matrix(scalar)]), 1))
    if sweep.moves(array):
        parts.append((make.scale(sweep.graph, scalar, sweep.matrix(array)), 1))
    return make.add(sweep.graph, parts)


def product(sweep: LinearMaps, node: Node) -> Node:
    """H∘F: diag(vec(H)) M(F), a sum F term by term."""
    parts: list[tuple[Node, Node]] = []
    for base, exponent in zip(node.args, node.data, strict=True):
        if sweep.moves(base):
            if exponent != 1 or parts:
                raise no_closed_form("this Jacobian")
            rest = [(b, e) for b, e in zip(node.args, node.data, strict=True) if b is not base]
            parts = [(base, make.hadamard(sweep.graph, rest, node.shape))]
    ((inner, weight),) = parts
    if inner.op == "sum":
        terms = zip(inner.args, inner.data[0], strict=True)
        pieces = [(make.hadamard(sweep.graph, [(weight, 1), (t, 1)], node.shape), c) for t, c in terms]
        return make.add(sweep.graph, [(sweep.matrix(piece), c) for piece, c in pieces])
    return weighted(sweep, weight, sweep.matrix(inner))


def weighted(sweep: LinearMaps, weight: Node, jacobian: Node) -> Node:
    """diag(vec(H)) M."""
    return chained(sweep, [make.diag(sweep.graph, make.vec(sweep.graph, weight)), jacobian])


def where(sweep: LinearMaps, node: Node) -> Node:
    """Branch by branch, as weights of 1 and 0."""
    condition, yes, no = node.args
    if sweep.moves(condition):
        raise no_closed_form("this Jacobian")
    one, zero = ones(sweep.graph, node.shape), zeros(sweep.graph, node.shape)
    parts = []
    for branch, weight in ((yes, (one, zero)), (no, (zero, one))):
        if sweep.moves(branch):
            mask = make.where(sweep.graph, condition, *weight)
            parts.append(
                (
                    sweep.matrix(make.hadamard(sweep.graph, [(mask, 1), (branch, 1)], node.shape))
                    if branch.op == "product"
                    else weighted(sweep, mask, sweep.matrix(branch)),
                    1,
                )
            )
    return make.add(sweep.graph, parts)


def matmul(sweep: LinearMaps, node: Node) -> Node:
    """L F R with F linear in dX."""
    places = [i for i, factor in enumerate(node.args) if sweep.moves(factor)]
    if len(places) != 1:
        raise no_closed_form("this Jacobian")
    (place,) = places
    inner = node.args[place]
    left, right = list(node.args[:place]), list(node.args[place + 1 :])
    if inner.op == "sum":
        terms = zip(inner.args, inner.data[0], strict=True)
        pieces = [(joined(sweep, [*left, term, *right], node), c) for term, c in terms]
        return make.add(sweep.graph, [(sweep.matrix(piece), c) for piece, c in pieces])
    if right and inner.op in ("diag", "product", "scale"):
        moved = moved_last(sweep, inner, make.matmul(sweep.graph, right))
        if moved is not None:
            return sweep.matrix(joined(sweep, [*left, moved], node))
    if left and inner.op in ("diag", "product"):
        turned = moved_last(
            sweep, make.transpose(sweep.graph, inner), make.transpose(sweep.graph, make.matmul(sweep.graph, left))
        )
        if turned is not None:
            return sweep.matrix(joined(sweep, [make.transpose(sweep.graph, turned), *right], node))
    return sandwich(sweep, left, inner, right)


def joined(sweep: LinearMaps, factors: Sequence[Node], node: Node) -> Node:
    """A product in the shape of the node."""
    product = make.matmul(sweep.graph, factors)
    return product if product.shape else make.fill(sweep.graph, product, node.shape)


def sandwich(sweep: LinearMaps, left: list[Node], inner: Node, right: list[Node]) -> Node:
    """vec(L F R) = kron(R', L) vec(F)."""
    rows, columns = inner.rows, inner.columns
    a = make.matmul(sweep.graph, left) if left else eye(sweep.graph, rows)
    b = make.transpose(sweep.graph, make.matmul(sweep.graph, right)) if right else eye(sweep.graph, columns)
    jacobian = sweep.matrix(inner)
    if columns == 1 and not right:
        return chained(sweep, [*left, jacobian])
    if rows == 1 and not left:
        return chained(sweep, [b, jacobian])
    return chained(sweep, [make.kron(sweep.graph, b, a), jacobian])


def moved_last(sweep: LinearMaps, inner: Node, column: Node) -> Node | None:
    """F@w with dX at the end: diag(g)@w = diag(w)@g, (H∘(a@g'))@w = a∘(H@(w∘g)).

    None where it has no such form.
    """
    if not parts_forms.is_column(column):
        return None
    graph = sweep.graph
    if inner.op == "diag":
        return make.hadamard(graph, [(column, 1), (inner.args[0], 1)], column.shape)
    if inner.op != "product":
        return None
    moving = [base for base in inner.args if sweep.moves(base)]
    if len(moving) != 1 or moving[0].op not in ("matmul", "sum"):
        return None
    rest = [(b, e) for b, e in zip(inner.args, inner.data, strict=True) if b is not moving[0]]
    weight = make.hadamard(graph, rest, inner.shape)
    (rank_one,) = moving
    terms = zip(rank_one.args, rank_one.data[0], strict=True) if rank_one.op == "sum" else [(rank_one, 1)]
    parts = []
    for term, factor in terms:
        moved = moved_outer(sweep, weight, term, column)
        if moved is None:
            return None
        parts.append((moved, factor))
    return make.add(graph, parts)


def moved_outer(sweep: LinearMaps, weight: Node, term: Node, column: Node) -> Node | None:
    """(H∘(a@b'))@w = a∘(H@(b∘w))."""
    graph = sweep.graph
    factor, scalar, core = parts_forms.array_part(term)
    if core.op != "matmul":
        return None
    place = next((i for i, f in enumerate(core.args[:-1]) if f.columns == 1), None)
    if place is None:
        return None
    a = make.matmul(graph, core.args[: place + 1])
    b = make.transpose(graph, make.matmul(graph, core.args[place + 1 :]))
    inner = make.matmul(graph, [weight, make.hadamard(graph, [(b, 1), (column, 1)], column.shape)])
    if not inner.shape:
        inner = make.fill(graph, inner, a.shape)
    found = make.hadamard(graph, [(a, 1), (inner, 1)], a.shape, factor)
    return found if scalar is None else make.scale(graph, scalar, found)


def diagonal(sweep: LinearMaps, node: Node) -> Node:
    """diag(A diag(g) B) = (A∘B')g, diag(A B) by columns of the identity where nothing else helps."""
    (array,) = node.args
    if array.op == "matmul":
        for i, factor in enumerate(array.args):
            if factor.op == "diag" and sweep.moves(factor) and 0 < i < len(array.args) - 1:
                left, right = (make.matmul(sweep.graph, f) for f in (array.args[:i], array.args[i + 1 :]))
                both = make.hadamard(sweep.graph, [(left, 1), (make.transpose(sweep.graph, right), 1)], left.shape)
                return sweep.matrix(make.matmul(sweep.graph, [both, factor.args[0]]))
    if array.op == "sum":
        parts = zip(array.args, array.data[0], strict=True)
        return make.add(sweep.graph, [(sweep.matrix(make.diagonal(sweep.graph, t)), c) for t, c in parts])
    size, other = array.rows, array.columns
    if size != other:
        raise no_closed_form("this Jacobian")
    return chained(sweep, [make.transpose(sweep.graph, spread_diagonal(sweep.graph, size)), sweep.matrix(array)])


def diag(sweep: LinearMaps, node: Node) -> Node:
    """vec(diag(g)) = diag(vec(I)) kron(1, I) g."""
    return chained(sweep, [spread_diagonal(sweep.graph, node.rows), sweep.matrix(node.args[0])])


def pick(sweep: LinearMaps, node: Node) -> Node:
    """Rows of the inner Jacobian, for columns; else S'F R with columns of the identity."""
    (array,) = node.args
    down, across = node.data
    rows, columns = array.rows, array.columns
    if columns == 1:
        return make.pick(sweep.graph, sweep.matrix(array), down, (0, sweep.count))
    left, right = selection(sweep.graph, rows, down), selection(sweep.graph, columns, across)
    above = [] if left is None else [make.transpose(sweep.graph, left)]
    return sandwich(sweep, above, array, [] if right is None else [right])


def concat(sweep: LinearMaps, node: Node) -> Node:
    """The Jacobians of columns under one another; of matrices under one another E F with parts of the identity."""
    graph = sweep.graph
    rows, columns = node.rows, node.columns
    if node.data == 1 or columns == 1:
        return make.concat(graph, [sweep.matrix(arg) for arg in node.args], 0)
    parts, first = [], 0
    for arg in node.args:
        after: Any = plus(first, arg.rows)
        if sweep.moves(arg):
            parts.append((sandwich(sweep, [make.pick(graph, eye(graph, rows), (0, rows), (first, after))], arg, []), 1))
        first = after
    return make.add(graph, parts)


def cumsum(sweep: LinearMaps, node: Node) -> Node:
    """Running sums are L F or F L' for the lower triangle L of ones; of a column those of the Jacobian's rows."""
    (array,) = node.args
    if node.columns == 1 and node.data == 0:
        return make.cumsum(sweep.graph, sweep.matrix(array), 0)
    lower = make.cumsum(sweep.graph, eye(sweep.graph, node.shape[node.data]), 0)
    if node.data == 0:
        return sandwich(sweep, [lower], array, [])
    return sandwich(sweep, [], array, [make.transpose(sweep.graph, lower)])


def kron(sweep: LinearMaps, node: Node) -> Node:
    """vec(kron(A, B)) = kron(I, K, I) kron(vec(A), vec(B)), K the commutation matrix."""
    graph, parts = sweep.graph, []
    left, right = node.args
    m, n = left.rows, left.columns
    p, q = right.rows, right.columns
    shuffle = make.kron(graph, make.kron(graph, eye(graph, n), reductions.commutation(graph, q, m)), eye(graph, p))
    if sweep.moves(left):
        column = make.vec(graph, right)
        parts.append(chained(sweep, [shuffle, make.kron(graph, eye(graph, times(m, n)), column), sweep.matrix(left)]))
    if sweep.moves(right):
        column = make.vec(graph, left)
        parts.append(chained(sweep, [shuffle, make.kron(graph, column, eye(graph, times(p, q))), sweep.matrix(right)]))
    return make.add(graph, [(part, 1) for part in parts])


def kron_block(sweep: LinearMaps, node: Node) -> Node:
    """What a Kronecker product's adjoint passes back is a product of matrices."""
    return sweep.matrix(as_products(sweep.graph, node))


def spread_diagonal(graph: Graph, size: Any) -> Node:
    """The matrix that makes vec(diag(g)) of g; its transpose takes the diagonal out of vec(A)."""
    ones_and_zeros = make.diag(graph, make.vec(graph, eye(graph, size)))
    return make.matmul(graph, [ones_and_zeros, make.kron(graph, ones(graph, (size, 1)), eye(graph, size))])
