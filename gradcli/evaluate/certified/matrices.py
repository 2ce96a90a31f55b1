"""Graphs of arrays in ball arithmetic: functions of whole matrices, which have no closed form entry by entry.

Every entry is enclosed, at a precision that rises until it rounds to one float64. A graph with a switch or a kink in
it is not taken: what is at a tie there is another engine's business.
"""

from __future__ import annotations

from gradcli import limits
from gradcli.evaluate.certified import matrix_functions as of_matrices
from gradcli.evaluate.certified.balls import OPERATIONS, Balls, enclosed_call
from gradcli.evaluate.certified.matrix_functions import (
    NotEnclosedError,
    added,
    column,
    diagonal_matrix,
    flat,
    gram,
    identity,
    kron,
    length,
    matrix,
    singular,
    small,
    spectrum,
    sqrtm,
    symmetric,
)
from gradcli.evaluate.certified.powers import integer_power
from gradcli.evaluate.certified.values import Undefined, as_ball, is_known, nearest
from gradcli.flints import arb, arb_mat, ctx, fmpq
from gradcli.program.dimensions import size_value
from gradcli.program.graph import order
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from gradcli.program.graph import Node

PRECISIONS = (128, 320, 1280, 2560)
"""Bits that are tried. An entry that is exactly zero rounds to zero when its ball is below the least float64."""

SECONDS = 2.0
"""Time after which the numbers are left to float64."""


def certified_arrays(
    nodes: Sequence[Node], point: Mapping[str, Any], sizes: Mapping[str, int]
) -> list[list[list[float]]] | None:
    """The rows of each node (a scalar is one entry), every number correctly rounded; None where that is not reached.

    point: name of a scalar -> a node without variables; of an array -> rows of such nodes.
    """
    if not all(is_taken(node) for node in order(nodes)):
        return None
    end = limits.clock() + SECONDS
    for bits in PRECISIONS:
        before, ctx.prec = ctx.prec, bits
        try:
            run = ArrayBalls(point, sizes, end)
            found = [run.rounded(node) for node in nodes]
        except (NotEnclosedError, ZeroDivisionError, ValueError):
            continue
        finally:
            ctx.prec = before
        if all(entry is not None for rows in found for row in rows for entry in row):
            return found
        if limits.clock() > end:
            return None
    return None


def is_taken(node: Node) -> bool:
    """Is the operation smooth, and known here?"""
    if node.op == "call":
        return not (node.data.kinks or node.data.jumps or node.data.integer)
    return node.op in ARRAYS or (not node.shape and node.op in ("number", "constant", "power"))


class ArrayBalls:
    """Values of nodes at one precision: a ball, or a matrix of balls."""

    def __init__(self, point: Mapping[str, Any], sizes: Mapping[str, int], end: float) -> None:
        self.point, self.sizes, self.end = point, sizes, end
        self.scalars = Balls({})
        self.values: dict[Node, Any] = {}

    def rounded(self, root: Node) -> Any:
        """The float64 of each entry, None where a ball holds several."""
        for node in order([root]):
            if node not in self.values:
                if limits.clock() > self.end:
                    raise NotEnclosedError
                self.values[node] = ARRAYS.get(node.op, scalar)(self, node)
        value = self.values[root]
        return [[nearest(entry) for entry in row] for row in (value.tolist() if root.shape else [[value]])]

    def args(self, node: Node) -> list[Any]:
        return [self.values[arg] for arg in node.args]

    def size(self, size: Any) -> int:
        """A size as a number."""
        return size_value(size, self.sizes.__getitem__)

    def shape(self, node: Node) -> tuple[int, int]:
        rows, columns = (self.size(size) for size in node.shape)
        return rows, columns

    def constant(self, node: Node) -> arb:
        """A node without variables."""
        (value,) = self.scalars.evaluate([node], ctx.prec)
        return ball(value)


def ball(value: Any) -> arb:
    """A value that is known, as a ball."""
    if type(value) is Undefined or not is_known(value):
        raise NotEnclosedError
    found = as_ball(value)
    if not found.is_finite():
        raise NotEnclosedError
    return found


def rational(value: Any) -> arb:
    """An exact number."""
    return as_ball(fmpq(value.numerator, value.denominator))


def scalar(run: ArrayBalls, node: Node) -> Any:
    """An operation of scalars, by the engine of scalars."""
    run.scalars.values.update({arg: run.values[arg] for arg in node.args})
    run.scalars.bits = ctx.prec
    return ball(OPERATIONS[node.op](run.scalars, node))


def by_entries(run: ArrayBalls, node: Node, function: Callable[..., Any]) -> Any:
    """A function of the entries at one place; scalars stand at every place."""
    rows, columns = run.shape(node)
    tables = [value.tolist() if arg.shape else value for arg, value in zip(node.args, run.args(node), strict=True)]
    return matrix(
        [[function(*[t[i][j] if type(t) is list else t for t in tables]) for j in range(columns)] for i in range(rows)]
    )


def variable(run: ArrayBalls, node: Node) -> Any:
    given = run.point[node.data]
    if not node.shape:
        return run.constant(given)
    return matrix([[run.constant(entry) for entry in row] for row in given])


def sum_value(run: ArrayBalls, node: Node) -> Any:
    coefficients, start = node.data
    terms = [value * rational(c) for value, c in zip(run.args(node), coefficients, strict=True)]
    whole = terms[0]
    for term in terms[1:]:
        whole = whole + term
    return whole + rational(start) if start and not node.shape else whole


def product_value(run: ArrayBalls, node: Node) -> Any:
    def product(*bases: arb) -> arb:
        whole = arb(1)
        for base, exponent in zip(bases, node.data, strict=True):
            if type(exponent) is int:
                whole = whole * (integer_power(base, exponent) if exponent > 0 else 1 / integer_power(base, -exponent))
            elif base > 0:
                whole = whole * base ** rational(exponent)
            else:
                raise NotEnclosedError
        return ball(whole)

    return by_entries(run, node, product) if node.shape else product(*run.args(node))


def call_value(run: ArrayBalls, node: Node) -> Any:
    def called(*args: arb) -> arb:
        return ball(enclosed_call(run.scalars, node, list(args)))

    return by_entries(run, node, called) if node.shape else called(*run.args(node))


def chain(run: ArrayBalls, node: Node) -> Any:
    whole, *rest = run.args(node)
    for factor in rest:
        whole = whole * factor
    return whole if node.shape else whole[0, 0]


def part(run: ArrayBalls, node: Node) -> Any:
    """An entry, or a stretch of rows and columns."""
    (array,) = run.args(node)
    rows = array.tolist()
    if not node.shape:
        down, across = (run.size(place) for place in node.data)
        return rows[down][across]
    ranges = []
    for place, count in zip(node.data, (len(rows), len(rows[0])), strict=True):
        low, high = place if type(place) is tuple else (place, place + 1)
        ranges.append(range(count)[run.size(low) : run.size(high) or count])
    return matrix([[rows[i][j] for j in ranges[1]] for i in ranges[0]])


def joined(run: ArrayBalls, node: Node) -> arb_mat:
    tables = [value.tolist() for value in run.args(node)]
    if node.data == 0:
        return matrix([row for table in tables for row in table])
    return matrix([[entry for row in rows for entry in row] for rows in zip(*tables, strict=True)])


def running(run: ArrayBalls, node: Node) -> arb_mat:
    (array,) = run.args(node)
    lines = array.tolist() if node.data == 1 else array.transpose().tolist()
    found = matrix([[added(line[: i + 1]) for i in range(len(line))] for line in lines])
    return found if node.data == 1 else found.transpose()


def commutation(run: ArrayBalls, node: Node) -> arb_mat:
    rows, columns = (run.size(size) for size in node.data)
    count = rows * columns
    return matrix([[int(k == (p % columns) * rows + p // columns) for k in range(count)] for p in range(count)])


def of_args(function: Callable[..., Any]) -> Callable[[ArrayBalls, Node], Any]:
    """A function of the values of the arguments."""
    return lambda run, node: function(*run.args(node))


ARRAYS: dict[str, Callable[[ArrayBalls, Node], Any]] = {
    "variable": variable,
    "dimension": lambda run, node: arb(run.size(node.data)),
    "sum": sum_value,
    "product": product_value,
    "call": call_value,
    "fill": lambda run, node: matrix([[run.values[node.args[0]]] * run.shape(node)[1]] * run.shape(node)[0]),
    "eye": lambda run, node: identity(run.shape(node)[0]),
    "scale": of_args(lambda number, array: array * number),
    "matmul": chain,
    "transpose": of_args(lambda array: array.transpose()),
    "inv": of_args(lambda array: array.inv()),
    "det": of_args(lambda array: array.det()),
    "trace": of_args(lambda array: array.trace()),
    "total": of_args(lambda array: added(flat(array))),
    "diag": of_args(lambda array: diagonal_matrix(flat(array))),
    "diagonal": of_args(lambda array: column([array[i, i] for i in range(array.nrows())])),
    "vec": of_args(lambda array: column(flat(array))),
    "kron": of_args(kron),
    "kron_left": of_args(of_matrices.kron_left),
    "kron_right": of_args(of_matrices.kron_right),
    "norm": of_args(length),
    "pick": part,
    "concat": joined,
    "cumsum": running,
    "commutation": commutation,
    "cross": of_args(of_matrices.cross),
    "nuclear": of_args(lambda array: sqrtm(gram(array)).trace()),
    "spectral": of_args(lambda array: singular(array)[1][0]),
    "polar": of_args(of_matrices.polar),
    "leftsv": of_args(lambda array: column([row[0] for row in singular(array)[0].tolist()])),
    "rightsv": of_args(lambda array: column([row[0] for row in singular(array)[2].tolist()])),
    "svdvals": of_args(lambda array: column(singular(array)[1])),
    "svdu": of_args(lambda array: singular(array)[0]),
    "svdv": of_args(lambda array: singular(array)[2]),
    "eigvalsh": of_args(lambda array: column(spectrum(symmetric(array))[0])),
    "eigvecsh": of_args(lambda array: matrix(spectrum(symmetric(array))[1].tolist())),
    "pinv": of_args(of_matrices.pinv),
    "expm": of_args(lambda array: small(array).exp()),
    "expm_frechet": of_args(of_matrices.expm_frechet),
    "sqrtm": of_args(sqrtm),
    "cholesky": of_args(of_matrices.cholesky),
    "sylvester": of_args(of_matrices.sylvester),
}  # fmt: skip
"""Operation -> its enclosure."""
