"""Gradients of scalar functions of vectors and matrices: one reverse sweep whose adjoints are array nodes.

The adjoint of an array has its shape (denominator layout): df = Σ adjoint_ij · dA_ij. Each pullback is one row of the
table in Giles, "Collected matrix derivative results for forward and reverse mode AD" (2008), or follows from the
product rule. Powers are lowered by one, never divided by, so that norm(x)**2 has the gradient 0 at 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradcli.derive.ad.ties import chosen
from gradcli.problems import GradcliError
from gradcli.program import make, rationals
from gradcli.program.build_arrays import ArrayBuilder
from gradcli.program.forms import parts as parts_forms
from gradcli.program.forms import scalars as scalar_forms
from gradcli.program.forms.parts import number
from gradcli.program.graph import order
from gradcli.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gradcli.program.graph import Factors, Graph, Node, Program, Rational
    from gradcli.rules.rule import Rule


def array_gradient(program: Program, output: Node, names: Sequence[str]) -> list[Node]:
    """∂output/∂name for each name, each shaped like its variable (denominator layout).

    Symmetric variables: (G + G.T)/2 of the free gradient G.
    Errors: `no-closed-form` where no matrix expression exists.
    """
    shapes = {v.name: v.shape for v in (*program.variables, *program.parameters)}
    wrt = [parts_forms.variable(program.graph, name, shapes.get(name, ())) for name in names]
    found = ArrayReverse(program.graph, wrt).gradient(output)
    return [symmetrised(program.graph, g) if n in program.symmetric else g for n, g in zip(names, found, strict=True)]


def symmetrised(graph: Graph, gradient: Node) -> Node:
    """(G + G.T)/2, and G itself where it is symmetric."""
    other = make.transpose(graph, gradient)
    if other is gradient or expanded(graph, gradient) == expanded(graph, other):
        return gradient
    half = rationals.ratio(1, 2)
    return make.add(graph, [(gradient, half), (other, half)])


MOST_TERMS = 64
"""Expanding stops at so many terms."""


def expanded(graph: Graph, node: Node) -> dict[Node, Rational]:
    """The terms of a matrix with its products multiplied out, for comparing: core -> coefficient."""
    terms: dict[Node, Rational] = {}
    work: list[tuple[Node, Rational]] = [(node, 1)]
    while work:
        here, factor = work.pop()
        if here.op == "sum":
            work += [(term, factor * c) for term, c in zip(here.args, here.data[0], strict=True)]
            continue
        number_part, scalar, core = parts_forms.signed_part(graph, here)
        place = next((i for i, f in enumerate(core.args) if f.op == "sum"), None) if core.op == "matmul" else None
        if core.op == "sum" or (place is not None and len(terms) + len(work) < MOST_TERMS):
            middle = core if place is None else core.args[place]
            for term, c in zip(middle.args, middle.data[0], strict=True):
                part = (
                    term if place is None else make.matmul(graph, [*core.args[:place], term, *core.args[place + 1 :]])
                )
                part = part if scalar is None else make.scale(graph, scalar, part)
                work.append((part, factor * number_part * c))
            continue
        core = core if scalar is None else graph.intern("scale", (scalar, core), None, core.shape)
        terms[core] = terms.get(core, 0) + factor * number_part
    return {core: factor for core, factor in terms.items() if factor}


def no_closed_form(what: str) -> GradcliError:
    """The error for a derivative that no matrix expression writes."""
    return GradcliError(
        "no-closed-form",
        f"{what} has no closed form in matrix operations",
        hint="give sizes in numbers (--shape x=3) for the answer entry by entry, or a point",
    )


class ArrayReverse:
    """Symbolic differentiation by variables (their nodes), one sweep for each output."""

    def __init__(self, graph: Graph, wrt: Sequence[Node]) -> None:
        self.graph = graph
        self.wrt = list(wrt)
        self.active: set[Node] = set(wrt)
        self.adjoints: dict[Node, Factors] = {}

    def gradient(self, output: Node, adjoint: Node | None = None) -> list[Node]:
        """∂output/∂w for each w; with the adjoint of an output of any shape, what it passes back to each w."""
        nodes = order([output])
        mark_active(self.active, nodes)
        self.adjoints = {output: [(number(self.graph, 1) if adjoint is None else adjoint, 1)]}
        found: dict[Node, Node] = {}
        for node in reversed(nodes):
            if node not in self.active or node not in self.adjoints:
                continue
            adjoint = self.collected(node)
            if parts_forms.is_nought(adjoint):
                continue
            if node.op == "variable":
                found[node] = adjoint
            else:
                PULLBACKS[node.op](self, node, adjoint)
        return [found.get(w) or self.nothing(w) for w in self.wrt]

    def nothing(self, variable: Node) -> Node:
        return parts_forms.zeros(self.graph, variable.shape) if variable.shape else number(self.graph, 0)

    def collected(self, node: Node) -> Node:
        """The sum of what was passed on to a node."""
        parts = self.adjoints.pop(node)
        if not node.shape:
            return make.add(self.graph, parts)
        return make.add(self.graph, parts)

    def pass_on(self, node: Node, adjoint: Node, factor: Rational = 1) -> None:
        """Add factor·adjoint to the adjoint of an active node."""
        if node in self.active:
            if node.shape and not adjoint.shape:
                adjoint = make.fill(self.graph, adjoint, node.shape)
            self.adjoints.setdefault(node, []).append((adjoint, factor))

    # ------------------------------------------------------------------------ scalars and entry by entry

    def sum(self, node: Node, adjoint: Node) -> None:
        for term, coefficient in zip(node.args, node.data[0], strict=True):
            self.pass_on(term, adjoint, coefficient)

    def scale(self, node: Node, adjoint: Node) -> None:
        scalar, array = node.args
        if scalar in self.active:
            self.pass_on(scalar, inner_product(self.graph, adjoint, array))
        if array in self.active:
            self.pass_on(array, make.scale(self.graph, scalar, adjoint))

    def product(self, node: Node, adjoint: Node) -> None:
        """∂/∂bᵢ Π b^e = eᵢ·bᵢ^(eᵢ-1)·Π of the others."""
        factors: Factors = list(zip(node.args, node.data, strict=True))
        for i, (base, exponent) in enumerate(factors):
            if base not in self.active:
                continue
            items = [(adjoint, 1), *factors[:i], *factors[i + 1 :], (base, rationals.lower(exponent - 1))]
            self.pass_on(base, self.times(items, node.shape, exponent))

    def times(self, items: Any, shape: Any, factor: Rational = 1) -> Node:
        """A product of scalars, or entry by entry."""
        if shape:
            return make.hadamard(self.graph, items, shape, factor)
        return make.multiply(self.graph, [(n, e) for n, e in items if e], factor)

    def power(self, node: Node, adjoint: Node) -> None:
        """d u**v = v·u**(v-1) du + u**v·log(u) dv."""
        base, exponent = node.args
        if base in self.active:
            one = parts_forms.ones(self.graph, node.shape) if node.shape else number(self.graph, 1)
            less = make.add(self.graph, [(exponent, 1), (one, -1)])
            lowered = make.power(self.graph, base, less)
            self.pass_on(base, self.times([(adjoint, 1), (exponent, 1), (lowered, 1)], node.shape))
        if exponent in self.active:
            log = make.call(self.graph, RULES["log"], (base,))
            self.pass_on(exponent, self.times([(adjoint, 1), (node, 1), (log, 1)], node.shape))

    def call(self, node: Node, adjoint: Node) -> None:
        for i, argument in enumerate(node.args):
            if argument in self.active:
                self.pass_on(argument, chain_rule(self.graph, node, i, adjoint))

    def where(self, node: Node, adjoint: Node) -> None:
        condition, yes, no = node.args
        zero = parts_forms.zeros(self.graph, node.shape) if node.shape else number(self.graph, 0)
        self.pass_on(yes, make.where(self.graph, condition, adjoint, zero))
        self.pass_on(no, make.where(self.graph, condition, zero, adjoint))

    def abstract(self, node: Node, adjoint: Node) -> None:
        name, orders = node.data
        for i, argument in enumerate(node.args):
            if argument in self.active:
                raised = tuple(n + (j == i) for j, n in enumerate(orders))
                partial = scalar_forms.abstract(self.graph, name, node.args, raised)
                self.pass_on(argument, make.multiply(self.graph, [(adjoint, 1), (partial, 1)]))

    # ------------------------------------------------------------------------ matrices

    def matmul(self, node: Node, adjoint: Node) -> None:
        """Āᵢ = (A₁…Aᵢ₋₁)' G (Aᵢ₊₁…Aₖ)'."""
        factors = node.args
        for i, factor in enumerate(factors):
            if factor not in self.active:
                continue
            left = [make.transpose(self.graph, f) for f in reversed(factors[:i])]
            right = [make.transpose(self.graph, f) for f in reversed(factors[i + 1 :])]
            if node.shape:
                self.pass_on(factor, make.matmul(self.graph, [*left, adjoint, *right]))
            else:
                outer = make.matmul(self.graph, [*left, *right])
                shaped = outer if outer.shape else make.fill(self.graph, outer, factor.shape)
                self.pass_on(factor, make.scale(self.graph, adjoint, shaped))

    def transpose(self, node: Node, adjoint: Node) -> None:
        self.pass_on(node.args[0], make.transpose(self.graph, adjoint))

    def inv(self, node: Node, adjoint: Node) -> None:
        """Ā = -C' G C' for C = inv(A)."""
        turned = make.transpose(self.graph, node)
        self.pass_on(node.args[0], make.matmul(self.graph, [turned, adjoint, turned]), -1)

    def det(self, node: Node, adjoint: Node) -> None:
        """g·det(A)·inv(A)'; a chain of square factors factor by factor."""
        front = make.multiply(self.graph, [(adjoint, 1), (node, 1)])
        self.inverse_transposed(node.args[0], front)

    def logdet(self, node: Node, adjoint: Node) -> None:
        """g·inv(A)'."""
        self.inverse_transposed(node.args[0], adjoint)

    def inverse_transposed(self, matrix: Node, front: Node) -> None:
        """Pass on front·inv(A)'. det(AXB) = det(A)·det(X)·det(B), so X alone appears in its own adjoint."""
        parts = matrix.args if matrix.op == "matmul" and all_square(matrix.args) else (matrix,)
        for part in parts:
            inverse = make.inv(self.graph, make.transpose(self.graph, part))
            self.pass_on(part, make.scale(self.graph, front, inverse))

    def trace(self, node: Node, adjoint: Node) -> None:
        """g·I; of a chain g·(the rest)'."""
        (matrix,) = node.args
        if matrix.op != "matmul" or matrix not in self.active:
            self.pass_on(matrix, make.scale(self.graph, adjoint, parts_forms.eye(self.graph, matrix.shape[0])))  # type: ignore[misc]
            return
        factors = matrix.args
        for i, factor in enumerate(factors):
            if factor in self.active:
                rest = [make.transpose(self.graph, f) for f in reversed([*factors[i + 1 :], *factors[:i]])]
                self.pass_on(factor, make.scale(self.graph, adjoint, make.matmul(self.graph, rest)))

    def total(self, node: Node, adjoint: Node) -> None:
        self.pass_on(node.args[0], make.fill(self.graph, adjoint, node.args[0].shape))

    def diag(self, node: Node, adjoint: Node) -> None:
        self.pass_on(node.args[0], make.diagonal(self.graph, adjoint))

    def diagonal(self, node: Node, adjoint: Node) -> None:
        self.pass_on(node.args[0], make.diag(self.graph, adjoint))

    def kron(self, node: Node, adjoint: Node) -> None:
        """⟨kron(P, Q), kron(A, B)⟩ = ⟨P, A⟩⟨Q, B⟩ for an adjoint of that form."""
        _, front, core = parts_forms.array_part(adjoint)
        factor = parts_forms.array_part(adjoint)[0]
        left, right = node.args
        if core.op == "kron" and core.args[0].shape == left.shape:
            p, q = core.args
        elif parts_forms.is_ones(core):
            p, q = parts_forms.ones(self.graph, left.shape), parts_forms.ones(self.graph, right.shape)
        elif core.op == "eye" and all_square(node.args):
            p, q = (parts_forms.eye(self.graph, side.shape[0]) for side in node.args)  # type: ignore[misc]
        else:
            raise no_closed_form("the gradient through kron")
        scalars: Factors = [] if front is None else [(front, 1)]
        for here, there, own, other in ((left, right, p, q), (right, left, q, p)):
            weight = make.multiply(self.graph, [*scalars, (inner_product(self.graph, other, there), 1)], factor)
            self.pass_on(here, make.scale(self.graph, weight, own))

    # ------------------------------------------------------------------------ reductions

    def norm(self, node: Node, adjoint: Node) -> None:
        """g·A/norm(A); of the nuclear norm g·U@V.T for A = U@diag(s)@V.T, which has no formula in matrix operations."""
        (array,) = node.args
        if node.data == "nuc":
            self.pass_on(
                array, make.scale(self.graph, adjoint, self.graph.intern("polar", (array,), None, array.shape))
            )
            return
        self.pass_on(array, make.scale(self.graph, make.multiply(self.graph, [(adjoint, 1), (node, -1)]), array))

    def polar(self, node: Node, adjoint: Node) -> None:
        raise no_closed_form("the second derivative of the nuclear norm")

    def lse(self, node: Node, adjoint: Node) -> None:
        """g·softmax(A)."""
        (array,) = node.args
        weights = make.softmax(self.graph, array, node.data)
        self.pass_on(array, self.weighted(adjoint, weights))

    def weighted(self, adjoint: Node, array: Node) -> Node:
        """A scalar, a row or a column of adjoints, times the array."""
        if not adjoint.shape:
            return make.scale(self.graph, adjoint, array)
        spread = make.repeated(self.graph, adjoint, array.shape)
        return make.hadamard(self.graph, [(spread, 1), (array, 1)], array.shape)

    def softmax(self, node: Node, adjoint: Node) -> None:
        """s∘(G - Σ s∘G along the axis)."""
        self.pass_on(node.args[0], softmax_product(self.graph, node, adjoint))

    def prod(self, node: Node, adjoint: Node) -> None:
        """g·prod(a)/a."""
        (array,) = node.args
        inverse = make.hadamard(self.graph, [(array, -1)], array.shape)
        if not node.shape:
            front = make.multiply(self.graph, [(adjoint, 1), (node, 1)])
            self.pass_on(array, make.scale(self.graph, front, inverse))
            return
        both = make.hadamard(self.graph, [(adjoint, 1), (node, 1)], node.shape)
        self.pass_on(array, self.weighted(both, inverse))

    def extreme(self, node: Node, adjoint: Node) -> None:
        """g where the entry is the greatest; where several are so everywhere, each has its share."""
        (array,) = node.args
        zero = parts_forms.zeros(self.graph, array.shape)
        condition, share = chosen(self.graph, node, self.active)
        if node.shape:
            adjoint = make.hadamard(self.graph, [(adjoint, 1), (share, 1)], node.shape) if share.shape else adjoint
        else:
            adjoint = make.multiply(self.graph, [(adjoint, 1), (share, 1)])
        value = make.repeated(self.graph, adjoint, array.shape)
        self.pass_on(array, make.where(self.graph, condition, value, zero))

    def cumsum(self, node: Node, adjoint: Node) -> None:
        """Running sums from the end: Σ G - cumsum(G) + G."""
        axis = node.data
        whole = make.total_along(self.graph, adjoint, axis)
        spread = make.repeated(self.graph, whole, node.shape)
        self.pass_on(
            node.args[0],
            make.add(self.graph, [(spread, 1), (make.cumsum(self.graph, adjoint, axis), -1), (adjoint, 1)]),
        )

    def pick(self, node: Node, adjoint: Node) -> None:
        """The adjoint among zeros, by columns of the identity: x[0] has the gradient eye(n)[:,0]."""
        (array,) = node.args
        rows, columns = array.shape  # type: ignore[misc]
        down, across = node.data
        left = selection(self.graph, rows, down)
        right = selection(self.graph, columns, across)
        middle = adjoint if adjoint.shape else parts_forms.ones(self.graph, (1, 1))
        placed = make.matmul(
            self.graph,
            [
                *([] if left is None else [left]),
                middle,
                *([] if right is None else [make.transpose(self.graph, right)]),
            ],
        )
        if not placed.shape:
            placed = make.fill(self.graph, placed, array.shape)
        self.pass_on(array, placed if adjoint.shape else make.scale(self.graph, adjoint, placed))

    def concat(self, node: Node, adjoint: Node) -> None:
        """Each array gets its part."""
        from gradcli.program.dimensions import plus

        start: Any = 0
        for array in node.args:
            rows, columns = array.shape  # type: ignore[misc]
            stop = plus(start, rows if node.data == 0 else columns)
            own = (start, stop)
            down, across = (own, (0, columns)) if node.data == 0 else ((0, rows), own)
            if array in self.active:
                self.pass_on(array, make.pick(self.graph, adjoint, down, across))
            start = stop


def vec_pullback(sweep: ArrayReverse, node: Node, adjoint: Node) -> None:
    """The adjoint with its columns side by side again, term by term."""
    (array,) = node.args
    sweep.pass_on(array, unvec(sweep.graph, adjoint, array.shape))


def unvec(graph: Graph, node: Node, shape: Any) -> Node:
    """The matrix whose vec is this node.

    Errors: `no-closed-form` where that is no matrix expression.
    """
    factor, scalar, core = parts_forms.array_part(node)
    if core.op == "vec":
        found = core.args[0]
    elif core.op == "fill":
        found = graph.intern("fill", core.args, shape, shape)
    elif core.op == "sum":
        found = make.add(graph, [(unvec(graph, t, shape), c) for t, c in zip(core.args, core.data[0], strict=True)])
    elif core.op == "matmul" and core.args[0].op == "kron" and (inner := make.matmul(graph, core.args[1:])).shape:
        found = unvec_kron(graph, core.args[0], inner, shape)
    elif core.op == "product":
        parts = [(unvec(graph, base, shape), e) for base, e in zip(core.args, core.data, strict=True)]
        found = make.hadamard(graph, parts, shape)
    elif core.op == "call":
        found = make.call(graph, core.data, [unvec(graph, arg, shape) for arg in core.args])
    else:
        raise no_closed_form("the gradient through vec")
    found = found if factor == 1 else make.add(graph, [(found, factor)])
    return found if scalar is None else make.scale(graph, scalar, found)


def unvec_kron(graph: Graph, kron: Node, inner: Node, shape: Any) -> Node:
    """kron(B', A)@vec(X) = vec(A@X@B)."""
    right, left = kron.args
    if (left.shape[0], right.shape[0]) != shape:  # type: ignore[misc]
        raise no_closed_form("the gradient through vec")
    middle = unvec(graph, inner, (left.shape[1], right.shape[1]))  # type: ignore[misc]
    return make.matmul(graph, [left, middle, make.transpose(graph, right)])


def mark_active(active: set[Node], nodes: Sequence[Node]) -> None:
    """The nodes that depend on an active one (a condition passes no derivative on)."""
    for node in nodes:
        args = node.args[1:] if node.op == "where" else node.args
        if node.op not in ("compare", "and", "or", "not") and any(arg in active for arg in args):
            active.add(node)


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
    from gradcli.program.rows import argument_names, parsed_text

    text = rule.partials[position]
    if text is None:
        raise GradcliError(
            "no-derivative",
            f"{rule.name} cannot be differentiated by its argument {rule.args[position]!r}",
            hint="use --wrt to differentiate by the other variables only, or --method fd",
        )
    names: dict[str, Node] = argument_names(rule, node.args)
    names["out"] = node

    def lookup(name: str) -> Node | None:
        return names.get(name) or (scalar_forms.constant(graph, name) if name in CONSTANTS else None)

    found = ArrayBuilder(graph, Source("rule", text), lookup).build(parsed_text(text))
    return make.filled(graph, found, node.shape) if node.shape else found


PULLBACKS: Mapping[str, Callable[[ArrayReverse, Node, Node], None]] = {
    "sum": ArrayReverse.sum,
    "scale": ArrayReverse.scale,
    "product": ArrayReverse.product,
    "power": ArrayReverse.power,
    "call": ArrayReverse.call,
    "where": ArrayReverse.where,
    "abstract": ArrayReverse.abstract,
    "matmul": ArrayReverse.matmul,
    "transpose": ArrayReverse.transpose,
    "inv": ArrayReverse.inv,
    "det": ArrayReverse.det,
    "logdet": ArrayReverse.logdet,
    "trace": ArrayReverse.trace,
    "total": ArrayReverse.total,
    "diag": ArrayReverse.diag,
    "diagonal": ArrayReverse.diagonal,
    "vec": vec_pullback,
    "kron": ArrayReverse.kron,
    "norm": ArrayReverse.norm,
    "polar": ArrayReverse.polar,
    "lse": ArrayReverse.lse,
    "softmax": ArrayReverse.softmax,
    "prod": ArrayReverse.prod,
    "extreme": ArrayReverse.extreme,
    "cumsum": ArrayReverse.cumsum,
    "pick": ArrayReverse.pick,
    "concat": ArrayReverse.concat,
}
