"""Jacobians and Hessians as matrix expressions: forward mode gives dY, linear in dX; then dX is taken out on the right.

With vec (columns under one another) every dY that is linear in dX is vec(dY) = M vec(dX), and M follows term by term:
vec(L dX R) = kron(R', L) vec(dX), vec(dX') = K vec(dX), vec(H∘dX) = diag(vec(H)) vec(dX),
vec(S⟨G, dX⟩) = vec(S) vec(G)'.
Source: Magnus & Neudecker, Matrix Differential Calculus, 3rd ed. (2019), chapters 2, 3 and 9.
"""

from __future__ import annotations

from gradcli.derive.ad.forward import tangent
from gradcli.derive.ad.gradients import array_gradient, symmetrised
from gradcli.derive.ad.reverse import Reverse
from gradcli.derive.ad.table import linear_map
from gradcli.problems import GradcliError
from gradcli.program import make, rationals
from gradcli.program.dimensions import times
from gradcli.program.forms import parts as parts_forms
from gradcli.program.forms import reductions
from gradcli.program.forms.parts import number, zeros
from gradcli.program.graph import order
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Any

    from gradcli.program.graph import Graph, Node, Program

MOVING = "d "
"""What a change is called, before a number: no name of a program has a space in it."""

TOO_DEEP = "the formula of this Jacobian has numbers made of arrays, layer in layer, too deep to be made"
WITHOUT_FORMULA = "--at with -m autodiff needs no formula"


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
    if variable.data not in program.symmetric or variable.shape == (1, 1):
        return jacobian
    graph = program.graph
    size: Any = variable.rows
    swapped = make.matmul(graph, [jacobian, reductions.commutation(graph, size, size)])
    half = rationals.ratio(1, 2)
    return make.add(graph, [(jacobian, half), (swapped, half)])


def vec_jacobian(graph: Graph, output: Node, variable: Node, still: Collection[Node] = ()) -> Node:
    """M with vec(dY) = M vec(dX), by any node as a variable; what is `still` does not move with it."""
    moving = parts_forms.variable(graph, f"{MOVING}{variable.serial}", variable.shape)
    change = tangent(graph, output, {variable: moving}, still)
    linear = Linear(graph, moving)
    linear.depends.update(dict.fromkeys([variable, *still], False))
    try:
        return linear.matrix(change)
    except RecursionError as error:  # many layers, each inside of the next: from the innermost one on
        parts = [part for part in order([change]) if linear.moves(part)]
        if not all(part.shape for part in parts):
            raise GradcliError("limit", TOO_DEEP, hint=WITHOUT_FORMULA) from error
        for part in parts:
            linear.matrix(part)
        return linear.matrix(change)


class Linear:
    """Takes the change dX out of expressions that are linear in it."""

    def __init__(self, graph: Graph, moving: Node) -> None:
        self.graph = graph
        self.moving = moving
        rows, columns = moving.rows, moving.columns
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
            found = self.row(node) if not node.shape else linear_map(self, node)
            if not found.shape:  # products of 1x1 are numbers
                found = make.fill(self.graph, found, (1, 1))
            self.known[node] = found
        return found

    def moves(self, node: Node) -> bool:
        """Does the node depend on dX?"""
        if node not in self.depends:
            for part in order([node], lambda here: () if here in self.depends else here.args):
                if part not in self.depends:
                    self.depends[part] = part is self.moving or any(self.depends[arg] for arg in part.args)
        return self.depends[node]

    def row(self, node: Node) -> Node:
        """A scalar that is linear in dX, as the row vec(∇)'."""
        (gradient,) = Reverse(self.graph, [self.moving]).gradient(node)
        return make.transpose(self.graph, make.vec(self.graph, gradient))
