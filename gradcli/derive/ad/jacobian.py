"""Jacobians and Hessians as matrix expressions: forward mode gives dY, linear in dX; then dX is taken out on the right.

With vec (columns under one another) every dY that is linear in dX is vec(dY) = M vec(dX), and M follows term by term:
vec(L dX R) = kron(R', L) vec(dX), vec(dX') = K vec(dX), vec(H∘dX) = diag(vec(H)) vec(dX),
vec(S⟨G, dX⟩) = vec(S) vec(G)'.
Source: Magnus & Neudecker, Matrix Differential Calculus, 3rd ed. (2019), chapters 2, 3 and 9.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradcli.derive.ad.forward import tangent
from gradcli.derive.ad.gradients import array_gradient, symmetrised
from gradcli.derive.ad.pullbacks import no_closed_form, selection
from gradcli.derive.ad.reverse import Reverse
from gradcli.program import make, rationals
from gradcli.program.dimensions import plus, times
from gradcli.program.forms import parts as parts_forms
from gradcli.program.forms import reductions
from gradcli.program.forms.parts import eye, number, ones, zeros
from gradcli.program.graph import order

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gradcli.program.graph import Graph, Node, Program

MOVING = "d "
"""What a variable's change is called: no name of a program has a space in it."""


def array_jacobian(program: Program, output: Node, name: str, layout: str = "numerator") -> Node:
    """The Jacobian of the output by a variable.

    Shapes (numerator; denominator is the transpose): m-vector by n-vector (m, n); scalar by n-vector (1, n), by a
    (p, q) matrix (q, p); by a scalar the shape of the output; matrix by vector or matrix that of vec(Y) by vec(X).
    Errors: `no-closed-form` where no matrix expression exists.
    """
    graph, variable = program.graph, variable_of(program, name)
    if not output.shape:
        (gradient,) = array_gradient(program, output, [name])
        return make.transpose(graph, gradient) if layout == "numerator" else gradient
    if not variable.shape:
        found = tangent(graph, output, {variable: number(graph, 1)})
    else:
        found = vec_jacobian(graph, output, variable)
        found = onto_symmetric(program, found, variable)
    return found if layout == "numerator" else make.transpose(graph, found)


def array_hessian(program: Program, output: Node, name: str) -> Node:
    """The Hessian of a scalar function by a variable: (n, n) for a vector, (pq, pq) by vec for a (p, q) matrix.

    Errors: `no-closed-form` where no matrix expression exists.
    """
    graph, variable = program.graph, variable_of(program, name)
    (gradient,) = Reverse(graph, [variable]).gradient(output)
    if not variable.shape:
        return tangent(graph, gradient, {variable: number(graph, 1)})
    if name in program.symmetric:
        gradient = symmetrised(graph, gradient)
    return onto_symmetric(program, vec_jacobian(graph, gradient, variable), variable)


def variable_of(program: Program, name: str) -> Node:
    """The node of a variable."""
    shapes = {v.name: v.shape for v in (*program.variables, *program.parameters)}
    return parts_forms.variable(program.graph, name, shapes.get(name, ()))


def onto_symmetric(program: Program, jacobian: Node, variable: Node) -> Node:
    """By a symmetric matrix only symmetric changes count: J(I + K)/2."""
    if variable.data not in program.symmetric:
        return jacobian
    graph = program.graph
    size: Any = variable.shape[0]  # type: ignore[misc]
    swapped = make.matmul(graph, [jacobian, reductions.commutation(graph, size, size)])
    half = rationals.ratio(1, 2)
    return make.add(graph, [(jacobian, half), (swapped, half)])


def vec_jacobian(graph: Graph, output: Node, variable: Node) -> Node:
    """M with vec(dY) = M vec(dX)."""
    moving = parts_forms.variable(graph, MOVING + variable.data, variable.shape)
    change = tangent(graph, output, {variable: moving})
    return Linear(graph, moving).matrix(change)


class Linear:
    """Takes the change dX out of expressions that are linear in it."""

    def __init__(self, graph: Graph, moving: Node) -> None:
        self.graph = graph
        self.moving = moving
        rows, columns = moving.shape  # type: ignore[misc]
        self.count = times(rows, columns)
        self.known: dict[Node, Node] = {}
        self.depends: dict[Node, bool] = {}

    def matrix(self, node: Node) -> Node:
        """M with vec(node) = M vec(dX): (entries of the node) x (entries of dX)."""
        rows = times(*node.shape) if node.shape else 1
        if not self.moves(node):
            return zeros(self.graph, (rows, self.count))
        found = self.known.get(node)
        if found is None:
            found = self.row(node) if not node.shape else LINEAR.get(node.op, Linear.unknown)(self, node)
            self.known[node] = found
        return found

    def moves(self, node: Node) -> bool:
        """Does the node depend on dX?"""
        if node not in self.depends:
            for part in order([node]):
                if part not in self.depends:
                    self.depends[part] = part is self.moving or any(self.depends[arg] for arg in part.args)
        return self.depends[node]

    def unknown(self, node: Node) -> Node:
        raise no_closed_form("this Jacobian")

    def row(self, node: Node) -> Node:
        """A scalar that is linear in dX, as the row vec(∇)'."""
        (gradient,) = Reverse(self.graph, [self.moving]).gradient(node)
        return make.transpose(self.graph, make.vec(self.graph, gradient))

    def variable(self, node: Node) -> Node:
        return eye(self.graph, self.count)

    def transpose(self, node: Node) -> Node:
        """vec(A') = K vec(A)."""
        (array,) = node.args
        rows, columns = array.shape  # type: ignore[misc]
        return self.times([reductions.commutation(self.graph, rows, columns), self.matrix(array)])

    def times(self, factors: Sequence[Node]) -> Node:
        """A product; one row times one column stays a 1x1 matrix."""
        product = make.matmul(self.graph, factors)
        return product if product.shape else make.fill(self.graph, product, (1, 1))

    def sum(self, node: Node) -> Node:
        return make.add(self.graph, [(self.matrix(t), c) for t, c in zip(node.args, node.data[0], strict=True)])

    def scale(self, node: Node) -> Node:
        scalar, array = node.args
        parts = []
        if self.moves(scalar):
            parts.append((self.times([make.vec(self.graph, array), self.matrix(scalar)]), 1))
        if self.moves(array):
            parts.append((make.scale(self.graph, scalar, self.matrix(array)), 1))
        return make.add(self.graph, parts)

    def product(self, node: Node) -> Node:
        """H∘F: diag(vec(H)) M(F), a sum F term by term."""
        parts: list[tuple[Node, Node]] = []
        for base, exponent in zip(node.args, node.data, strict=True):
            if self.moves(base):
                if exponent != 1 or parts:
                    raise no_closed_form("this Jacobian")
                rest = [(b, e) for b, e in zip(node.args, node.data, strict=True) if b is not base]
                parts = [(base, make.hadamard(self.graph, rest, node.shape))]
        ((inner, weight),) = parts
        if inner.op == "sum":
            terms = zip(inner.args, inner.data[0], strict=True)
            pieces = [(make.hadamard(self.graph, [(weight, 1), (t, 1)], node.shape), c) for t, c in terms]
            return make.add(self.graph, [(self.matrix(piece), c) for piece, c in pieces])
        return self.weighted(weight, self.matrix(inner))

    def weighted(self, weight: Node, jacobian: Node) -> Node:
        """diag(vec(H)) M."""
        return self.times([make.diag(self.graph, make.vec(self.graph, weight)), jacobian])

    def where(self, node: Node) -> Node:
        """Branch by branch, as weights of 1 and 0."""
        condition, yes, no = node.args
        if self.moves(condition):
            raise no_closed_form("this Jacobian")
        one, zero = ones(self.graph, node.shape), zeros(self.graph, node.shape)
        parts = []
        for branch, weight in ((yes, (one, zero)), (no, (zero, one))):
            if self.moves(branch):
                mask = make.where(self.graph, condition, *weight)
                parts.append(
                    (
                        self.matrix(make.hadamard(self.graph, [(mask, 1), (branch, 1)], node.shape))
                        if branch.op == "product"
                        else self.weighted(mask, self.matrix(branch)),
                        1,
                    )
                )
        return make.add(self.graph, parts)

    def matmul(self, node: Node) -> Node:
        """L F R with F linear in dX."""
        places = [i for i, factor in enumerate(node.args) if self.moves(factor)]
        if len(places) != 1:
            raise no_closed_form("this Jacobian")
        (place,) = places
        inner = node.args[place]
        left, right = list(node.args[:place]), list(node.args[place + 1 :])
        if inner.op == "sum":
            terms = zip(inner.args, inner.data[0], strict=True)
            pieces = [(self.joined([*left, term, *right], node), c) for term, c in terms]
            return make.add(self.graph, [(self.matrix(piece), c) for piece, c in pieces])
        if right and inner.op in ("diag", "product", "scale"):
            moved = self.moved(inner, make.matmul(self.graph, right))
            if moved is not None:
                return self.matrix(self.joined([*left, moved], node))
        if left and inner.op in ("diag", "product"):
            turned = self.moved(
                make.transpose(self.graph, inner), make.transpose(self.graph, make.matmul(self.graph, left))
            )
            if turned is not None:
                return self.matrix(self.joined([make.transpose(self.graph, turned), *right], node))
        return self.sandwich(left, inner, right)

    def joined(self, factors: Sequence[Node], node: Node) -> Node:
        """A product in the shape of the node."""
        product = make.matmul(self.graph, factors)
        return product if product.shape else make.fill(self.graph, product, node.shape)

    def sandwich(self, left: list[Node], inner: Node, right: list[Node]) -> Node:
        """vec(L F R) = kron(R', L) vec(F)."""
        rows, columns = inner.shape  # type: ignore[misc]
        a = make.matmul(self.graph, left) if left else eye(self.graph, rows)
        b = make.transpose(self.graph, make.matmul(self.graph, right)) if right else eye(self.graph, columns)
        jacobian = self.matrix(inner)
        if columns == 1 and not right:
            return self.times([*left, jacobian])
        if rows == 1 and not left:
            return self.times([b, jacobian])
        return self.times([make.kron(self.graph, b, a), jacobian])

    def moved(self, inner: Node, column: Node) -> Node | None:
        """F@w with dX at the end: diag(g)@w = diag(w)@g, (H∘(a@g'))@w = a∘(H@(w∘g)).

        None where it has no such form.
        """
        if not parts_forms.is_column(column):
            return None
        graph = self.graph
        if inner.op == "diag":
            return make.hadamard(graph, [(column, 1), (inner.args[0], 1)], column.shape)
        if inner.op != "product":
            return None
        moving = [base for base in inner.args if self.moves(base)]
        if len(moving) != 1 or moving[0].op not in ("matmul", "sum"):
            return None
        rest = [(b, e) for b, e in zip(inner.args, inner.data, strict=True) if b is not moving[0]]
        weight = make.hadamard(graph, rest, inner.shape)
        (rank_one,) = moving
        terms = zip(rank_one.args, rank_one.data[0], strict=True) if rank_one.op == "sum" else [(rank_one, 1)]
        parts = []
        for term, factor in terms:
            moved = self.rank_one(weight, term, column)
            if moved is None:
                return None
            parts.append((moved, factor))
        return make.add(graph, parts)

    def rank_one(self, weight: Node, term: Node, column: Node) -> Node | None:
        """(H∘(a@b'))@w = a∘(H@(b∘w))."""
        graph = self.graph
        factor, scalar, core = parts_forms.array_part(term)
        if core.op != "matmul":
            return None
        place = next((i for i, f in enumerate(core.args[:-1]) if f.shape[1] == 1), None)  # type: ignore[misc]
        if place is None:
            return None
        a = make.matmul(graph, core.args[: place + 1])
        b = make.transpose(graph, make.matmul(graph, core.args[place + 1 :]))
        inner = make.matmul(graph, [weight, make.hadamard(graph, [(b, 1), (column, 1)], column.shape)])
        if not inner.shape:
            inner = make.fill(graph, inner, a.shape)
        found = make.hadamard(graph, [(a, 1), (inner, 1)], a.shape, factor)
        return found if scalar is None else make.scale(graph, scalar, found)

    def vec(self, node: Node) -> Node:
        return self.matrix(node.args[0])

    def diagonal(self, node: Node) -> Node:
        """diag(A diag(g) B) = (A∘B')g, diag(A B) by columns of the identity where nothing else helps."""
        (array,) = node.args
        if array.op == "matmul":
            for i, factor in enumerate(array.args):
                if factor.op == "diag" and self.moves(factor) and 0 < i < len(array.args) - 1:
                    left, right = (make.matmul(self.graph, f) for f in (array.args[:i], array.args[i + 1 :]))
                    both = make.hadamard(self.graph, [(left, 1), (make.transpose(self.graph, right), 1)], left.shape)
                    return self.matrix(make.matmul(self.graph, [both, factor.args[0]]))
        if array.op == "sum":
            parts = zip(array.args, array.data[0], strict=True)
            return make.add(self.graph, [(self.matrix(make.diagonal(self.graph, t)), c) for t, c in parts])
        size, other = array.shape  # type: ignore[misc]
        if size != other:
            raise no_closed_form("this Jacobian")
        return self.times([make.transpose(self.graph, spread_diagonal(self.graph, size)), self.matrix(array)])

    def diag(self, node: Node) -> Node:
        """vec(diag(g)) = diag(vec(I)) kron(1, I) g."""
        return self.times([spread_diagonal(self.graph, node.shape[0]), self.matrix(node.args[0])])  # type: ignore[misc]

    def pick(self, node: Node) -> Node:
        """Rows of the inner Jacobian, for columns; else S'F R with columns of the identity."""
        (array,) = node.args
        down, across = node.data
        rows, columns = array.shape  # type: ignore[misc]
        if columns == 1:
            return make.pick(self.graph, self.matrix(array), down, (0, self.count))
        left, right = selection(self.graph, rows, down), selection(self.graph, columns, across)
        above = [] if left is None else [make.transpose(self.graph, left)]
        return self.sandwich(above, array, [] if right is None else [right])

    def concat(self, node: Node) -> Node:
        """The Jacobians of columns under one another; of matrices under one another E F with parts of the identity."""
        graph = self.graph
        rows, columns = node.shape  # type: ignore[misc]
        if node.data == 1 or columns == 1:
            return make.concat(graph, [self.matrix(arg) for arg in node.args], 0)
        parts, first = [], 0
        for arg in node.args:
            after: Any = plus(first, arg.shape[0])  # type: ignore[misc]
            if self.moves(arg):
                parts.append(
                    (self.sandwich([make.pick(graph, eye(graph, rows), (0, rows), (first, after))], arg, []), 1)
                )
            first = after
        return make.add(graph, parts)

    def cumsum(self, node: Node) -> Node:
        """Running sums are L F or F L' for the lower triangle L of ones; of a column those of the Jacobian's rows."""
        (array,) = node.args
        if node.shape[1] == 1 and node.data == 0:  # type: ignore[misc]
            return make.cumsum(self.graph, self.matrix(array), 0)
        lower = make.cumsum(self.graph, eye(self.graph, node.shape[node.data]), 0)
        if node.data == 0:
            return self.sandwich([lower], array, [])
        return self.sandwich([], array, [make.transpose(self.graph, lower)])

    def kron(self, node: Node) -> Node:
        """vec(kron(A, B)) = kron(I, K, I) kron(vec(A), vec(B)), K the commutation matrix."""
        graph, parts = self.graph, []
        left, right = node.args
        m, n = left.shape  # type: ignore[misc]
        p, q = right.shape  # type: ignore[misc]
        shuffle = make.kron(graph, make.kron(graph, eye(graph, n), reductions.commutation(graph, q, m)), eye(graph, p))
        if self.moves(left):
            column = make.vec(graph, right)
            parts.append(self.times([shuffle, make.kron(graph, eye(graph, times(m, n)), column), self.matrix(left)]))
        if self.moves(right):
            column = make.vec(graph, left)
            parts.append(self.times([shuffle, make.kron(graph, column, eye(graph, times(p, q))), self.matrix(right)]))
        return make.add(graph, [(part, 1) for part in parts])


def spread_diagonal(graph: Graph, size: Any) -> Node:
    """The matrix that makes vec(diag(g)) of g; its transpose takes the diagonal out of vec(A)."""
    ones_and_zeros = make.diag(graph, make.vec(graph, eye(graph, size)))
    return make.matmul(graph, [ones_and_zeros, make.kron(graph, ones(graph, (size, 1)), eye(graph, size))])


LINEAR: Mapping[str, Callable[[Linear, Node], Node]] = {
    "variable": Linear.variable,
    "transpose": Linear.transpose,
    "sum": Linear.sum,
    "scale": Linear.scale,
    "product": Linear.product,
    "where": Linear.where,
    "matmul": Linear.matmul,
    "vec": Linear.vec,
    "diag": Linear.diag,
    "diagonal": Linear.diagonal,
    "kron": Linear.kron,
    "pick": Linear.pick,
    "concat": Linear.concat,
    "cumsum": Linear.cumsum,
}
