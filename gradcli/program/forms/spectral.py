"""Constructors of functions of whole matrices: inverses, exponentials, roots, and what the singular values tell.

Source: Higham, Functions of Matrices (2008); Golub & Pereyra, The differentiation of pseudo-inverses, SIAM J. Numer.
Anal. 10 (1973).
"""

from __future__ import annotations

from gradcli.problems import GradcliError
from gradcli.program import make, rationals
from gradcli.program.dimensions import not_square
from gradcli.program.forms import parts as parts_forms
from gradcli.program.forms.parts import column_place, is_zeros, magnitude, signed_part, turned
from gradcli.program.types.row_shapes import concrete_shape
from gradcli.records import TYPE_CHECKING
from gradcli.rules import ARRAY_NAMES, RULES

if TYPE_CHECKING:
    from collections.abc import Callable

    from gradcli.program.graph import Factors, Graph, Node


def primitive(name: str) -> Callable[..., Node]:
    """The constructor of an operation that is called as its function."""

    def made(graph: Graph, *args: Node) -> Node:
        row = ARRAY_NAMES[name]
        return graph.intern(name, args, None, concrete_shape(row, [arg.shape for arg in args]))

    return made


def halves(graph: Graph, chain: Node, place: int) -> tuple[Node, Node]:
    """A column and a row whose product the chain is."""
    return make.matmul(graph, chain.args[: place + 1]), make.matmul(graph, chain.args[place + 1 :])


def norm_by_parts(graph: Graph, node: Node, norm: Callable[[Graph, Node], Node]) -> Node | None:
    """A norm that is a multiple of a simpler one: of s·A, of an outer product, of a Kronecker product, of a vector."""
    factor, scalar, core = signed_part(graph, node)
    if scalar is not None or factor != 1:
        front: Factors = [] if scalar is None else [(make.call(graph, RULES["abs"], (scalar,)), 1)]
        return make.multiply(graph, [*front, (norm(graph, core), 1)], magnitude(factor))
    if is_zeros(core):
        return parts_forms.number(graph, 0)
    if 1 in core.shape:
        return make.norm(graph, core)
    place = column_place(core) if core.op == "matmul" else None
    if place is not None:
        return make.multiply(graph, [(make.norm(graph, half), 1) for half in halves(graph, core, place)])
    if core.op == "kron":
        return make.multiply(graph, [(norm(graph, part), 1) for part in core.args])
    return None


def nuclear(graph: Graph, node: Node) -> Node:
    """The sum of the singular values."""
    found = norm_by_parts(graph, node, nuclear)
    if found is not None:
        return found
    if node.op == "eye":
        return parts_forms.dimension(graph, node.data)
    if node.op == "diag":
        return make.total(graph, make.call(graph, RULES["abs"], node.args))
    other = make.transpose(graph, node)
    return graph.intern("nuclear", (min(node, other, key=parts_forms.orientation),))


def spectral(graph: Graph, node: Node) -> Node:
    """The greatest singular value."""
    found = norm_by_parts(graph, node, spectral)
    if found is not None:
        return found
    if node.op == "eye":
        return parts_forms.number(graph, 1)
    if node.op == "diag":
        return make.extreme(graph, "max", make.call(graph, RULES["abs"], node.args), None)
    other = make.transpose(graph, node)
    return graph.intern("spectral", (min(node, other, key=parts_forms.orientation),))


def pinv(graph: Graph, node: Node) -> Node:
    """The Moore-Penrose inverse; of an outer product u@v' it is v@u'/(u'u·v'v)."""
    factor, scalar, core = signed_part(graph, node)
    if scalar is not None or factor != 1:
        front = make.multiply(graph, [(scalar, -1)] if scalar is not None else [])
        return make.scale(graph, front, pinv(graph, core), rationals.ratio(factor.denominator, factor.numerator))
    if core.op == "eye":
        return core
    if core.op == "kron":
        return make.kron(graph, *[pinv(graph, part) for part in core.args])
    place = column_place(core) if core.op == "matmul" else None
    if place is not None or 1 in core.shape:
        parts = (core,) if place is None else halves(graph, core, place)
        lengths = make.multiply(graph, [(make.norm(graph, part), -2) for part in parts])
        return make.scale(graph, lengths, make.transpose(graph, core))
    return graph.intern("pinv", (core,), None, turned(core.shape))


def polar(graph: Graph, node: Node) -> Node:
    """U@V' of the singular value decomposition UΣV'; a positive factor does not count."""
    factor, scalar, core = signed_part(graph, node)
    if scalar is not None or factor != 1:
        front = [] if scalar is None else [(make.call(graph, RULES["sign"], (scalar,)), 1)]
        return make.scale(graph, make.multiply(graph, front), polar(graph, core), -1 if factor < 0 else 1)
    if core.op == "eye":
        return core
    return graph.intern("polar", (core,), None, core.shape)


def expm_frechet(graph: Graph, node: Node, direction: Node) -> Node:
    """The derivative of expm along a direction; along one that commutes, I or A of t*A, it is that of a number."""
    factor, scalar, core = signed_part(graph, direction)
    if is_zeros(core):
        return core
    if core.op == "eye":
        found = make.form("expm")(graph, node)
    elif signed_part(graph, node)[2] is core:
        found = make.matmul(graph, [core, make.form("expm")(graph, node)])
    else:
        found = graph.intern("expm_frechet", (node, core), None, node.shape)
    found = found if factor == 1 else make.add(graph, [(found, factor)])
    return found if scalar is None else make.scale(graph, scalar, found)


def sylvester(graph: Graph, left: Node, right: Node, whole: Node) -> Node:
    """The X with A@X + X@B = C; linear in C; A@X + X@A = I is solved by inv(A)/2."""
    factor, scalar, core = signed_part(graph, whole)
    if is_zeros(core):
        return core
    if left is right and core.op == "eye":
        half = make.add(graph, [(make.inv(graph, left), rationals.ratio(factor.numerator, 2 * factor.denominator))])
        return half if scalar is None else make.scale(graph, scalar, half)
    found = graph.intern("sylvester", (left, right, core), None, core.shape)
    found = found if factor == 1 else make.add(graph, [(found, factor)])
    return found if scalar is None else make.scale(graph, scalar, found)


def symmetric_part(graph: Graph, node: Node) -> Node:
    """(A + A.T)/2."""
    half = rationals.ratio(1, 2)
    return make.add(graph, [(node, half), (make.transpose(graph, node), half)])


def of_spectrum(graph: Graph, node: Node, what: str) -> Node:
    """The sum, product, greatest or least entry of the eigenvalues, or of the singular values."""
    (array,) = node.args
    if node.op == "eigvalsh" and what in ("sum", "prod"):
        return make.trace(graph, array) if what == "sum" else make.det(graph, symmetric_part(graph, array))
    if node.op == "svdvals" and what in ("sum", "max"):
        return (nuclear if what == "sum" else spectral)(graph, array)
    least, greatest = 0, node.rows - 1 if isinstance(node.rows, int) else -1
    if node.op == "svdvals":
        least, greatest = greatest, least
    return make.pick(graph, node, least if what == "min" else greatest, 0)


def recomposed(graph: Graph, left: Node, middle: Node, right: Node) -> Node | None:
    """V@diag(f(λ))@V' is f(A) for the eigenvalues λ of A, U@diag(σ)@V' is A; A@diag(e)@B is column@row for a unit e."""
    (core,) = middle.args
    if core.op == "pick" and core.args[0].op == "eye":
        place = next(part for part in core.data if part != (0, core.rows))
        column = make.pick(graph, left, (0, left.rows), place)
        return make.matmul(graph, [column, make.pick(graph, right, place, (0, right.columns))])
    if left.op == "svdu" and core.op == "svdvals" and core.args == left.args:
        return left.args[0] if other_vectors(graph, right, "svdv") is left.args[0] else None
    if left.op != "eigvecsh" or right is not make.transpose(graph, left):
        return None
    array = symmetric_part(graph, left.args[0])
    values = make.form("eigvalsh")(graph, left.args[0])
    if core is values:
        return array
    if core.op == "product" and core.args == (values,) and core.data in ((-1,), (2,)):
        return make.inv(graph, array) if core.data == (-1,) else make.matmul(graph, [array, array])
    if core.op == "call" and core.data.name == "exp" and core.args == (values,):
        return make.form("expm")(graph, array)
    return None


def other_vectors(graph: Graph, row: Node, op: str) -> Node | None:
    """The matrix whose singular vectors these are, transposed."""
    vectors = make.transpose(graph, row)
    return vectors.args[0] if vectors.op == op else None


def adjugate(graph: Graph, node: Node) -> Node:
    """det(A)·inv(A).

    Errors: `no-closed-form` where A is singular whatever its entries are: then there is no inverse.
    """
    if node.rows != node.columns:
        raise not_square("adj", node.shape)  # type: ignore[arg-type]
    if node.op == "matmul" and column_place(node) is not None:
        message = "the adjugate of a matrix of rank 1 has no formula in det and inv: it has no inverse"
        raise GradcliError("no-closed-form", message, hint="with a point it is found entry by entry")
    return make.scale(graph, make.det(graph, node), make.inv(graph, node))


MAKES = {
    **{name: primitive(name) for name, row in ARRAY_NAMES.items() if row.primitive},
    "nuclear": nuclear,
    "spectral": spectral,
    "pinv": pinv,
    "polar": polar,
    "expm_frechet": expm_frechet,
    "sylvester": sylvester,
    "adjugate": adjugate,
    "of_spectrum": of_spectrum,
    "recomposed": recomposed,
}
