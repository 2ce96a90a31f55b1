"""How operations of arrays pass adjoints back, where no text says it.

The adjoint of an array has its shape: df = Σ adjoint_ij · dA_ij. Each pullback is one row of the table in Giles,
"Collected matrix derivative results for forward and reverse mode AD" (2008), or follows from the product rule. Powers
are lowered by one, never divided by, so that norm(x)**2 has the gradient 0 at 0.
"""

from __future__ import annotations

from gradcli.derive.ad.derivative import read_text
from gradcli.derive.ad.ties import chosen
from gradcli.program import make
from gradcli.program.bound.partials import bound_partial
from gradcli.program.building.builder import Builder
from gradcli.program.building.node_values import NodeValues
from gradcli.program.building.texts import parsed_text
from gradcli.program.forms import parts as parts_forms
from gradcli.program.forms import scalars as scalar_forms
from gradcli.records import TYPE_CHECKING, Protocol
from gradcli.rules.bound import BoundRule

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from gradcli.program.graph import Graph, Node, Rational
    from gradcli.rules.rule import Rule


class Adjoints(Protocol):
    """What a pullback needs of the sweep that runs it."""

    graph: Graph
    active: set[Node]

    def pass_on(self, node: Node, adjoint: Node, factor: Rational = 1) -> None:
        """Add factor·adjoint to the adjoint of an active node."""


def scale(sweep: Adjoints, node: Node, adjoint: Node) -> None:
    scalar, array = node.args
    if scalar in sweep.active:
        sweep.pass_on(scalar, inner_product(sweep.graph, adjoint, array))
    if array in sweep.active:
        sweep.pass_on(array, make.scale(sweep.graph, scalar, adjoint))


def matmul(sweep: Adjoints, node: Node, adjoint: Node) -> None:
    """Āᵢ = (A₁…Aᵢ₋₁)' G (Aᵢ₊₁…Aₖ)'."""
    factors = node.args
    for i, factor in enumerate(factors):
        if factor not in sweep.active:
            continue
        left = [make.transpose(sweep.graph, f) for f in reversed(factors[:i])]
        right = [make.transpose(sweep.graph, f) for f in reversed(factors[i + 1 :])]
        if node.shape:
            sweep.pass_on(factor, make.matmul(sweep.graph, [*left, adjoint, *right]))
        else:
            outer = make.matmul(sweep.graph, [*left, *right])
            shaped = outer if outer.shape else make.fill(sweep.graph, outer, factor.shape)
            sweep.pass_on(factor, make.scale(sweep.graph, adjoint, shaped))


def det(sweep: Adjoints, node: Node, adjoint: Node) -> None:
    """g·det(A)·inv(A)'; a chain of square factors factor by factor."""
    front = make.multiply(sweep.graph, [(adjoint, 1), (node, 1)])
    inverse_transposed(sweep, node.args[0], front)


def logdet(sweep: Adjoints, node: Node, adjoint: Node) -> None:
    """g·inv(A)'."""
    inverse_transposed(sweep, node.args[0], adjoint)


def inverse_transposed(sweep: Adjoints, matrix: Node, front: Node) -> None:
    """Pass on front·inv(A)'. det(AXB) = det(A)·det(X)·det(B), so X alone appears in its own adjoint."""
    parts = matrix.args if matrix.op == "matmul" and all_square(matrix.args) else (matrix,)
    for part in parts:
        inverse = make.inv(sweep.graph, make.transpose(sweep.graph, part))
        sweep.pass_on(part, make.scale(sweep.graph, front, inverse))


def trace(sweep: Adjoints, node: Node, adjoint: Node) -> None:
    """g·I; of a chain g·(the rest)'."""
    (matrix,) = node.args
    if matrix.op != "matmul" or matrix not in sweep.active:
        sweep.pass_on(matrix, make.scale(sweep.graph, adjoint, parts_forms.eye(sweep.graph, matrix.rows)))
        return
    factors = matrix.args
    for i, factor in enumerate(factors):
        if factor in sweep.active:
            rest = [make.transpose(sweep.graph, f) for f in reversed([*factors[i + 1 :], *factors[:i]])]
            sweep.pass_on(factor, make.scale(sweep.graph, adjoint, make.matmul(sweep.graph, rest)))


def total(sweep: Adjoints, node: Node, adjoint: Node) -> None:
    sweep.pass_on(node.args[0], make.fill(sweep.graph, adjoint, node.args[0].shape))


def diag(sweep: Adjoints, node: Node, adjoint: Node) -> None:
    sweep.pass_on(node.args[0], make.diagonal(sweep.graph, adjoint))


def diagonal(sweep: Adjoints, node: Node, adjoint: Node) -> None:
    sweep.pass_on(node.args[0], make.diag(sweep.graph, adjoint))


def kron(sweep: Adjoints, node: Node, adjoint: Node) -> None:
    """⟨kron(P, Q), kron(A, B)⟩ = ⟨P, A⟩⟨Q, B⟩ for an adjoint of that form, and for a sum of such; else block by block:
    Āᵢⱼ = ⟨Gᵢⱼ, B⟩, B̄ = Σ Aᵢⱼ Gᵢⱼ."""
    graph = sweep.graph
    left, right = node.args
    terms = zip(adjoint.args, adjoint.data[0], strict=True) if adjoint.op == "sum" else [(adjoint, 1)]
    for term, coefficient in terms:
        factor, front, core = parts_forms.array_part(term)
        pair = kron_factors(graph, node, core)
        for here, there, place in ((left, right, 0), (right, left, 1)):
            if here not in sweep.active:
                continue
            if pair is None:
                found = make.form("kron_left" if place == 0 else "kron_right")(graph, core, there, here.shape)
            else:
                found = make.scale(graph, inner_product(graph, pair[1 - place], there), pair[place])
            found = found if front is None else make.scale(graph, front, found)
            sweep.pass_on(here, found, factor * coefficient)


def kron_left(sweep: Adjoints, node: Node, adjoint: Node) -> None:
    """⟨H, left(G, B)⟩ = ⟨kron(H, B), G⟩ = ⟨right(G, H), B⟩."""
    blocks, right = node.args
    if blocks in sweep.active:
        sweep.pass_on(blocks, make.kron(sweep.graph, adjoint, right))
    if right in sweep.active:
        sweep.pass_on(right, make.form("kron_right")(sweep.graph, blocks, adjoint, right.shape))


def kron_right(sweep: Adjoints, node: Node, adjoint: Node) -> None:
    """⟨H, right(G, A)⟩ = ⟨kron(A, H), G⟩ = ⟨left(G, H), A⟩."""
    blocks, left = node.args
    if blocks in sweep.active:
        sweep.pass_on(blocks, make.kron(sweep.graph, left, adjoint))
    if left in sweep.active:
        sweep.pass_on(left, make.form("kron_left")(sweep.graph, blocks, adjoint, left.shape))


def polar(sweep: Adjoints, node: Node, adjoint: Node) -> None:
    """The derivative of the orthogonal factor is its own adjoint: it is a Hessian, that of the nuclear norm."""
    sweep.pass_on(node.args[0], polar_change(sweep.graph, node, adjoint))


def polar_change(graph: Graph, node: Node, change: Node) -> Node:
    """How P = U@V.T changes: P@W with H@W + W@H = P'dX - dX'P for the square P'X = H, and what leaves its range.

    Source: Kenney & Laub, Polar decomposition and matrix sign function condition estimates, SIAM J. Sci. Stat. Comput.
    12 (1991); for a rank that does not change.
    """
    return read_text(graph, SQUARE if all_square([node]) else OBLONG, node, {"d": change})


SQUARE = "h = out.T@x; out@sylvester(h, h, out.T@d - d.T@out)"
OBLONG = (
    "r = out.T@out; q = out.T@x + eye(n) - r; out@sylvester(q, q, out.T@d@r - r@d.T@out)"
    " + (eye(m) - out@out.T)@d@inv(q)@r + out@inv(q)@out.T@d@(eye(n) - r)"
)


def kron_factors(graph: Graph, node: Node, core: Node) -> Sequence[Node] | None:
    """The P and Q, shaped like the factors of the node, with core = kron(P, Q); None where there are none."""
    if core.op == "kron" and core.args[0].shape == node.args[0].shape:
        return core.args
    if parts_forms.is_ones(core):
        return [parts_forms.ones(graph, side.shape) for side in node.args]
    if core.op == "eye" and all_square(node.args):
        return [parts_forms.eye(graph, side.rows) for side in node.args]
    return None


def norm(sweep: Adjoints, node: Node, adjoint: Node) -> None:
    """g·A/norm(A)."""
    (array,) = node.args
    sweep.pass_on(array, make.scale(sweep.graph, make.multiply(sweep.graph, [(adjoint, 1), (node, -1)]), array))


def lse(sweep: Adjoints, node: Node, adjoint: Node) -> None:
    """g·softmax(A)."""
    (array,) = node.args
    weights = make.softmax(sweep.graph, array, node.data)
    sweep.pass_on(array, weighted(sweep, adjoint, weights))


def weighted(sweep: Adjoints, adjoint: Node, array: Node) -> Node:
    """A scalar, a row or a column of adjoints, times the array."""
    if not adjoint.shape:
        return make.scale(sweep.graph, adjoint, array)
    spread = make.repeated(sweep.graph, adjoint, array.shape)
    return make.hadamard(sweep.graph, [(spread, 1), (array, 1)], array.shape)


def softmax(sweep: Adjoints, node: Node, adjoint: Node) -> None:
    """s∘(G - Σ s∘G along the axis)."""
    sweep.pass_on(node.args[0], softmax_product(sweep.graph, node, adjoint))


def prod(sweep: Adjoints, node: Node, adjoint: Node) -> None:
    """g·prod(a)/a."""
    (array,) = node.args
    inverse = make.hadamard(sweep.graph, [(array, -1)], array.shape)
    if not node.shape:
        front = make.multiply(sweep.graph, [(adjoint, 1), (node, 1)])
        sweep.pass_on(array, make.scale(sweep.graph, front, inverse))
        return
    both = make.hadamard(sweep.graph, [(adjoint, 1), (node, 1)], node.shape)
    sweep.pass_on(array, weighted(sweep, both, inverse))


def extreme(sweep: Adjoints, node: Node, adjoint: Node) -> None:
    """g where the entry is the greatest; where several are so everywhere, each has its share."""
    (array,) = node.args
    zero = parts_forms.zeros(sweep.graph, array.shape)
    condition, share = chosen(sweep.graph, node, sweep.active)
    if node.shape:
        adjoint = make.hadamard(sweep.graph, [(adjoint, 1), (share, 1)], node.shape) if share.shape else adjoint
    else:
        adjoint = make.multiply(sweep.graph, [(adjoint, 1), (share, 1)])
    value = make.repeated(sweep.graph, adjoint, array.shape)
    sweep.pass_on(array, make.where(sweep.graph, condition, value, zero))


def cumsum(sweep: Adjoints, node: Node, adjoint: Node) -> None:
    """Running sums from the end: Σ G - cumsum(G) + G."""
    axis = node.data
    whole = make.total_along(sweep.graph, adjoint, axis)
    spread = make.repeated(sweep.graph, whole, node.shape)
    sweep.pass_on(
        node.args[0],
        make.add(sweep.graph, [(spread, 1), (make.cumsum(sweep.graph, adjoint, axis), -1), (adjoint, 1)]),
    )


def pick(sweep: Adjoints, node: Node, adjoint: Node) -> None:
    """The adjoint among zeros, by columns of the identity: x[0] has the gradient eye(n)[:,0]."""
    (array,) = node.args
    rows, columns = array.rows, array.columns
    down, across = node.data
    left = selection(sweep.graph, rows, down)
    right = selection(sweep.graph, columns, across)
    middle = adjoint if adjoint.shape else parts_forms.ones(sweep.graph, (1, 1))
    placed = make.matmul(
        sweep.graph,
        [
            *([] if left is None else [left]),
            middle,
            *([] if right is None else [make.transpose(sweep.graph, right)]),
        ],
    )
    if not placed.shape:
        placed = make.fill(sweep.graph, placed, array.shape)
    sweep.pass_on(array, placed if adjoint.shape else make.scale(sweep.graph, adjoint, placed))


def concat(sweep: Adjoints, node: Node, adjoint: Node) -> None:
    """Each array gets its part."""
    from gradcli.program.dimensions import plus

    start: Any = 0
    for array in node.args:
        rows, columns = array.rows, array.columns
        stop = plus(start, rows if node.data == 0 else columns)
        own = (start, stop)
        down, across = (own, (0, columns)) if node.data == 0 else ((0, rows), own)
        if array in sweep.active:
            sweep.pass_on(array, make.pick(sweep.graph, adjoint, down, across))
        start = stop


def vec(sweep: Adjoints, node: Node, adjoint: Node) -> None:
    """The adjoint with its columns side by side again, term by term."""
    (array,) = node.args
    sweep.pass_on(array, unvec(sweep.graph, adjoint, array.shape))


def unvec(graph: Graph, node: Node, shape: Any) -> Node:
    """The matrix whose vec is this node."""
    factor, scalar, core = parts_forms.array_part(node)
    if core.op == "vec":
        found = core.args[0]
    elif core.op == "fill":
        found = graph.intern("fill", core.args, shape, shape)
    elif core.op == "sum":
        found = make.add(graph, [(unvec(graph, t, shape), c) for t, c in zip(core.args, core.data[0], strict=True)])
    elif core.op == "matmul" and (inner := kron_image(graph, core, shape)) is not None:
        found = inner
    elif core.op == "product":
        parts = [(unvec(graph, base, shape), e) for base, e in zip(core.args, core.data, strict=True)]
        found = make.hadamard(graph, parts, shape)
    elif core.op == "call":
        found = make.call(graph, core.data, [unvec(graph, arg, shape) for arg in core.args])
    elif core.op in ("where", "compare", "and", "or", "not"):
        args = tuple(unvec(graph, arg, shape) if arg.shape else arg for arg in core.args)
        found = graph.intern(core.op, args, core.data, shape)
    else:
        found = columns_beside(graph, core, shape)
    found = found if factor == 1 else make.add(graph, [(found, factor)])
    return found if scalar is None else make.scale(graph, scalar, found)


def columns_beside(graph: Graph, node: Node, shape: Any) -> Node:
    """The matrix whose columns a vector has under one another: kron(vec(I)', I)@kron(I, v)."""
    rows, columns = shape
    identity = parts_forms.eye(graph, columns)
    row = make.transpose(graph, make.vec(graph, identity))
    left = make.kron(graph, row, parts_forms.eye(graph, rows))
    return make.matmul(graph, [left, make.kron(graph, identity, node)])


def kron_image(graph: Graph, chain: Node, shape: Any) -> Node | None:
    """kron(B', A)@vec(X) = vec(A@X@B); None for other chains."""
    if chain.args[0].op != "kron":
        return None
    right, left = chain.args[0].args
    inner = make.matmul(graph, chain.args[1:])
    if not inner.shape or (left.rows, right.rows) != shape:
        return None
    middle = unvec(graph, inner, (left.columns, right.columns))
    return make.matmul(graph, [left, middle, make.transpose(graph, right)])


def all_square(nodes: Sequence[Node]) -> bool:
    return all(node.shape and node.shape[0] == node.shape[1] for node in nodes)


def selection(graph: Graph, size: Any, part: Any) -> Node | None:
    """The columns of the identity that a subscript picks; None for all of them."""
    if part == (0, size) or size == 1:
        return None
    return make.pick(graph, parts_forms.eye(graph, size), (0, size), part)


def inner_product(graph: Graph, left: Node, right: Node) -> Node:
    """Σ left∘right."""
    return make.total(graph, make.hadamard(graph, [(left, 1), (right, 1)], right.shape))


def softmax_product(graph: Graph, node: Node, other: Node) -> Node:
    """s∘(G - Σ s∘G), which is both the pullback and the pushforward of softmax."""
    product = make.hadamard(graph, [(node, 1), (other, 1)], node.shape)
    summed = make.total_along(graph, product, node.data)
    spread = make.repeated(graph, summed, node.shape)
    centred = make.add(graph, [(other, 1), (spread, -1)])
    return make.hadamard(graph, [(node, 1), (centred, 1)], node.shape)


def chain_rule(graph: Graph, node: Node, position: int, other: Node) -> Node:
    """other∘f'(A) for a function f entry by entry (or of scalars)."""
    partial = partial_array(graph, node, position)
    if node.shape:
        return make.hadamard(graph, [(other, 1), (partial, 1)], node.shape)
    return make.multiply(graph, [(other, 1), (partial, 1)])


def partial_array(graph: Graph, node: Node, position: int) -> Node:
    """The partial of a function entry by entry, by one of its arguments: the row's own text, read with arrays."""
    known: dict[Any, Node] = graph.partials
    found = known.get((node, position))
    if found is None:
        found = known[node, position] = read_partial(graph, node.data, position, node)
    return found


def read_partial(graph: Graph, rule: Rule, position: int, node: Node) -> Node:
    """The text of a partial as a node, its names bound to the arguments."""
    from gradcli.problems import Source
    from gradcli.program.names import CONSTANTS
    from gradcli.program.rows import argument_names, no_partial

    if isinstance(rule, BoundRule):
        return bound_partial(graph, rule, position, node.args)
    text = rule.partials[position]
    if text is None:
        raise no_partial(rule, position)
    names: dict[str, Node] = argument_names(rule, node.args)
    names["out"] = node

    def lookup(name: str) -> Node | None:
        return names.get(name) or (scalar_forms.constant(graph, name) if name in CONSTANTS else None)

    found = Builder(NodeValues(graph), Source("rule", text), lookup).build(parsed_text(text))
    return make.filled(graph, found, node.shape) if node.shape else found
