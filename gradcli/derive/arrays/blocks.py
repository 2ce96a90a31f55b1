"""Jacobians and Hessians by several arrays: one block for each function and variable, and the whole made of them.

In numerator layout a function's blocks stand side by side and functions under one another; arrays count as vec of
themselves, so that every block fits. Denominator layout is the transpose.
Source: Magnus & Neudecker, Matrix Differential Calculus, 3rd ed. (2019), section 5.15.
"""

from __future__ import annotations

from gradcli.derive.ad.cuts import cut_jacobians, is_long
from gradcli.derive.ad.gradients import array_gradient
from gradcli.derive.ad.jacobian import array_jacobian, onto_symmetric, variable_of, vec_jacobian
from gradcli.program import make
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.program.graph import Graph, Node, Program
    from gradcli.vocabulary import Layout


class BlockNode(NamedTuple):
    """One block, in numerator layout: the derivatives of `row` by `column`."""

    row: str
    column: str
    node: Node


Grid = tuple[tuple[BlockNode, ...], ...]


def jacobian_grid(program: Program, names: Sequence[str]) -> Grid:
    """A row of blocks for each function of the program.

    Errors: `no-closed-form` where a block is no matrix expression.
    """
    return tuple(
        tuple(map(BlockNode, [output.label] * len(names), names, vec_blocks(program, output.node, names)))
        for output in program.outputs
    )


def vec_blocks(program: Program, function: Node, names: Sequence[str]) -> list[Node]:
    """The Jacobian of vec(function) by vec of each variable; scalars count as one entry."""
    if not is_long(program, function):
        return [vec_block(program, function, name) for name in names]
    variables = [variable_of(program, name) for name in names]
    found = cut_jacobians(program, function, variables)
    return [onto_symmetric(program, node, variable) for node, variable in zip(found, variables, strict=True)]


def hessian_grid(program: Program, output: Node, names: Sequence[str]) -> Grid:
    """The blocks of a scalar's Hessian: the Jacobian by each variable of the gradient by each.

    Errors: `no-closed-form` where a block is no matrix expression.
    """
    gradients = array_gradient(program, output, names)
    return tuple(
        tuple(BlockNode(above, name, vec_block(program, gradient, name)) for name in names)
        for above, gradient in zip(names, gradients, strict=True)
    )


def vec_block(program: Program, function: Node, name: str) -> Node:
    """The Jacobian of vec(function) by vec(variable); scalars count as one entry.

    Shapes: (entries of the function) x (entries of the variable), () for a scalar by a scalar.
    """
    graph, variable = program.graph, variable_of(program, name)
    if not function.shape:
        (gradient,) = array_gradient(program, function, [name])
        return make.transpose(graph, as_column(graph, gradient))
    if not variable.shape:
        return as_column(graph, array_jacobian(program, function, name))
    return onto_symmetric(program, vec_jacobian(graph, function, variable), variable)


def as_column(graph: Graph, node: Node) -> Node:
    """vec of an array; a scalar as it is."""
    return make.vec(graph, node) if node.shape else node


def joined(graph: Graph, grid: Grid, layout: Layout) -> Node:
    """All blocks as one matrix."""
    turned = layout == "denominator"
    lines = [side_by_side(graph, [laid_out(graph, block, layout) for block in row], 0 if turned else 1) for row in grid]
    return side_by_side(graph, lines, 1 if turned else 0)


def laid_out(graph: Graph, block: BlockNode, layout: Layout) -> Node:
    """A block in its layout."""
    return make.transpose(graph, block.node) if layout == "denominator" else block.node


def side_by_side(graph: Graph, nodes: Sequence[Node], axis: int) -> Node:
    """Arrays joined along an axis; one alone stays as it is."""
    if len(nodes) == 1:
        return nodes[0]
    return make.concat(graph, [node if node.shape else make.fill(graph, node, (1, 1)) for node in nodes], axis)


# ------------------------------------------------------------------------ products of Jacobians


def times(graph: Graph, left: Node, right: Node) -> Node:
    """The product of two factors; a scalar is (1, 1)."""
    if not left.shape and not right.shape:
        return make.multiply(graph, [(left, 1), (right, 1)])
    if not left.shape or not right.shape:
        scalar, array = (left, right) if not left.shape else (right, left)
        return make.add(graph, [(array, scalar.data)]) if scalar.op == "number" else make.scale(graph, scalar, array)
    return make.matmul(graph, [left, right])


def is_zero(node: Node) -> bool:
    """Is the Jacobian certainly zero?"""
    value = node.args[0] if node.op == "fill" else node
    return value.op == "number" and value.data == 0


def shape_of(node: Node) -> tuple[int | str, ...]:
    """The shape of a factor; a scalar is (1, 1)."""
    return node.shape or (1, 1)
