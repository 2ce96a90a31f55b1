"""The constructors of array nodes. Each keeps the canonical form by local rules; nothing is expanded.

Array nodes have a shape (rows, columns), scalar nodes have (). One form for one thing:

| op | args | data | value |
| --- | --- | --- | --- |
| variable | | name | its value |
| dimension | | letter | the size with this letter, as a number (a scalar) |
| fill | (1 or 0,) | (rows, columns) | ones or zeros; other numbers are multiples of ones |
| eye | | size | the identity |
| sum | terms | (coefficients, 0) | Σ coefficientᵢ·termᵢ |
| scale | (s, A) | | s·A, s a scalar without a number in front, A no sum of one term |
| product | bases | exponents | Π baseᵢ**exponentᵢ, entry by entry |
| power, call, where, compare, and, or, not | | | entry by entry; a condition may be a scalar |
| transpose | (A,) | | of a variable, of vec and of abstract arrays only: else transposes are pushed inwards |
| matmul | factors | | the chain of products; shape () where it is 1x1 by its sizes |
| inv, det, logdet, trace, total, diag, diagonal, vec, kron, norm, lse, softmax, prod, extreme, cumsum, pick, concat |

A column that is repeated is matmul(u, ones'), a row that is repeated matmul(ones, v').
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.program.dimensions import polynomial
from gradcli.program.forms import scalars
from gradcli.program.forms.scalars import lower
from gradcli.program.graph import Graph, Node

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from gradcli.program.dimensions import Size
    from gradcli.program.forms.scalars import Factors, Rational


class ArrayGraph(Graph):
    """A graph of arrays: `symmetric` names the symmetric variables, `decimal` says how numbers are printed.

    `pieces` keeps what the writer has written: how long a text becomes decides between equal forms.
    """

    __slots__ = ("decimal", "partials", "pieces", "symmetric")

    def __init__(self, symmetric: Iterable[str] = (), decimal: bool = False) -> None:
        super().__init__()
        self.symmetric = frozenset(symmetric)
        self.decimal = decimal
        self.pieces: dict[Any, Any] = {}
        self.partials: dict[Any, Node] = {}
        self.guards = None


def number(graph: Graph, value: Rational) -> Node:
    """An exact number."""
    return scalars.number(graph, value)


def variable(graph: Graph, name: str, shape: Any = ()) -> Node:
    """The node of a variable."""
    return graph.intern("variable", (), name, shape)


def dimension(graph: Graph, size: Size) -> Node:
    """A size as a number."""
    terms: Factors = []
    for monomial, factor in polynomial(size).items():
        letters: Factors = [(graph.intern("dimension", (), letter), 1) for letter in monomial]
        terms.append((scalars.multiply(graph, letters), factor))
    return scalars.add(graph, terms)


def entries(graph: Graph, shape: Any) -> Node:
    """How many entries an array has."""
    return scalars.multiply(graph, [(dimension(graph, shape[0]), 1), (dimension(graph, shape[1]), 1)])


def ones(graph: Graph, shape: Any) -> Node:
    """An array of ones."""
    return graph.intern("fill", (number(graph, 1),), shape, shape)


def zeros(graph: Graph, shape: Any) -> Node:
    """An array of zeros."""
    return graph.intern("fill", (number(graph, 0),), shape, shape)


def eye(graph: Graph, size: Size) -> Node:
    """The identity matrix."""
    return graph.intern("eye", (), size, (size, size))


def fill(graph: Graph, value: Node, shape: Any) -> Node:
    """A scalar in every entry."""
    return scale(graph, value, ones(graph, shape))


def filled(graph: Graph, node: Node, shape: Any) -> Node:
    """The node itself if it is an array, else the scalar in every entry."""
    return node if node.shape else fill(graph, node, shape)


def is_ones(node: Node) -> bool:
    return node.op == "fill" and node.args[0].data == 1


def is_zeros(node: Node) -> bool:
    return node.op == "fill" and node.args[0].data == 0


def is_column(node: Node) -> bool:
    return node.shape != () and node.shape[1] == 1  # type: ignore[misc]


def quotient(a: Rational, b: Rational) -> Rational:
    """a/b exactly."""
    top, bottom = a.numerator * b.denominator, a.denominator * b.numerator
    return scalars.ratio(top, bottom) if bottom > 0 else scalars.ratio(-top, -bottom)


def magnitude(value: Rational) -> Rational:
    """|value|."""
    return -value if value < 0 else value


def scalar_part(graph: Graph, node: Node) -> tuple[Rational, Node | None]:
    """A scalar as number · rest (rest None for a number)."""
    if node.op == "number":
        return node.data, None
    if node.op == "sum" and len(node.args) == 1 and not node.data[1]:
        return node.data[0][0], node.args[0]
    if is_turned_scalar(node):
        return -1, negative_scalar(graph, node)
    if node.op == "product" and any(is_turned_scalar(b) for b in node.args):
        return turned_product(graph, node)
    return 1, node


def is_turned_scalar(node: Node) -> bool:
    """A scalar sum whose number, or else whose first term, is negative."""
    return node.op == "sum" and (len(node.args) > 1 or node.data[1]) and (node.data[1] or node.data[0][0]) < 0


def turned_product(graph: Graph, node: Node) -> tuple[int, Node]:
    """A product of scalars with the signs of its sums in front."""
    sign = 1
    factors: Factors = []
    for base, exponent in zip(node.args, node.data, strict=True):
        turn = is_turned_scalar(base) and type(exponent) is int
        if turn and exponent % 2:
            sign = -sign
        factors.append((negative_scalar(graph, base) if turn else base, exponent))
    return sign, scalars.multiply(graph, factors)


def negative_scalar(graph: Graph, node: Node) -> Node:
    """-node for a scalar sum, term by term."""
    coefficients, constant = node.data
    return graph.intern("sum", node.args, (tuple([-c for c in coefficients]), -constant))


def array_part(node: Node) -> tuple[Rational, Node | None, Node]:
    """An array as number · scalar · core."""
    factor: Rational = 1
    if node.op == "sum" and len(node.args) == 1:
        factor, node = node.data[0][0], node.args[0]
    scalar: Node | None = None
    if node.op == "scale":
        scalar, node = node.args
    return factor, scalar, node


def signed_part(graph: Graph, node: Node) -> tuple[Rational, Node | None, Node]:
    """The same with every sum inside the core turned so that its first term is positive."""
    factor, scalar, core = array_part(node)
    sign, core = normal(graph, core)
    return factor * sign, scalar, core


def normal(graph: Graph, node: Node) -> tuple[int, Node]:
    """A core as sign · core in which the first term of every sum is positive: what like terms are collected by."""
    from gradcli.program.forms.hadamard import entrywise

    if is_turned(node):
        return -1, negative_sum(graph, node)
    if node.op == "scale":
        sign, core = normal(graph, node.args[1])
        front, scalar = scalar_part(graph, node.args[0])
        if front == -1 and scalar is not None:
            return -sign, graph.intern("scale", (scalar, core), None, node.shape)
        return sign, node if sign == 1 else graph.intern("scale", (node.args[0], core), None, node.shape)
    if node.op not in ("matmul", "product") or not any(is_turned(arg) for arg in node.args):
        return 1, node
    exponents = node.data if node.op == "product" else (1,) * len(node.args)
    turn = [is_turned(arg) and type(e) is int for arg, e in zip(node.args, exponents, strict=True)]
    args = [negative_sum(graph, arg) if t else arg for arg, t in zip(node.args, turn, strict=True)]
    sign = -1 if sum(e % 2 for e, t in zip(exponents, turn, strict=True) if t) % 2 else 1
    if node.op == "matmul":
        return sign, graph.intern("matmul", tuple(args), None, node.shape)
    return sign, entrywise(graph, dict(zip(args, exponents, strict=True)), node.shape)


def is_turned(node: Node) -> bool:
    """A sum of several terms with a minus: of its ones or identity, else of its first term."""
    if node.op != "sum" or len(node.args) == 1:
        return False
    return sum_sign(node) < 0


def sum_sign(node: Node) -> int:
    """The sign of a sum: that of its ones or identity, else that of its first term."""
    coefficients = node.data[0]
    places = [i for i, term in enumerate(node.args) if term.op in ("eye", "fill")]
    return -1 if coefficients[places[0] if places else 0] < 0 else 1


def scale(graph: Graph, scalar: Node, array: Node, factor: Rational = 1) -> Node:
    """factor · scalar · array, for an array (or a scalar) `array`."""
    if not array.shape:
        return scalars.multiply(graph, [(scalar, 1), (array, 1)], factor)
    number_part, rest = scalar_part(graph, scalar)
    other, inner, core = signed_part(graph, array)
    factor = lower(factor * number_part * other)
    if inner is not None:
        number_part, rest = scalar_part(
            graph, inner if rest is None else scalars.multiply(graph, [(rest, 1), (inner, 1)])
        )
        factor = lower(factor * number_part)
    if not factor or is_zeros(core):
        return zeros(graph, array.shape)
    if rest is not None:
        softened = as_softmax(graph, rest, core)
        if softened is not None:
            return scale(graph, softened[0], softened[1], factor)
        core = graph.intern("scale", (rest, core), None, array.shape)
    return core if factor == 1 else add(graph, [(core, factor)])


def as_softmax(graph: Graph, scalar: Node, core: Node) -> tuple[Node, Node] | None:
    """exp(u)/sum(exp(u)) is softmax(u), also inside a product."""
    from gradcli.program.forms.hadamard import hadamard

    bases = scalar_powers(scalar)
    parts = dict(zip(core.args, core.data, strict=True)) if core.op == "product" else {core: 1}
    for base, exponent in bases.items():
        if base.op == "total" and type(exponent) is int and exponent < 0:
            (whole,) = base.args
            if whole.op == "call" and whole.data.name == "exp" and parts.get(whole, 0) > 0:
                from gradcli.program.forms.reductions import softmax

                parts[whole] -= 1
                soft = softmax(graph, whole.args[0], None)
                rest = scalars.multiply(graph, [(b, e + (b is base)) for b, e in bases.items()])
                return rest, hadamard(graph, [*[(b, e) for b, e in parts.items() if e], (soft, 1)], core.shape)
    return None


def scalar_powers(node: Node) -> dict[Node, Rational]:
    """A scalar without a number in front as base -> exponent."""
    return dict(zip(node.args, node.data, strict=True)) if node.op == "product" else {node: 1}


def add(graph: Graph, items: Iterable[tuple[Node, Rational]]) -> Node:
    """Σ coefficient·array, like terms collected, nested sums with coefficient ±1 merged.

    Terms with a common factor join where that is shorter.
    """
    terms: dict[Node, Rational] = {}
    shape: Any = ()
    for node, factor in items:
        shape = node.shape
        if node.op == "sum" and (factor in (1, -1) or len(node.args) == 1):
            for term, coefficient in zip(node.args, node.data[0], strict=True):
                sign, core = normal(graph, term)
                terms[core] = terms.get(core, 0) + factor * coefficient * sign
        elif not is_zeros(node):
            sign, node = normal(graph, node)
            terms[node] = terms.get(node, 0) + factor * sign
    terms = {node: lower(factor) for node, factor in terms.items() if factor}
    if len(terms) > 1:
        from gradcli.program.forms.collect import merge_terms

        terms = merge_terms(graph, terms)
        if len(terms) > 1:
            from gradcli.program.forms.joins import join

            terms = join(graph, terms)
    return sum_node(graph, terms, shape)


def sum_node(graph: Graph, terms: dict[Node, Rational], shape: Any) -> Node:
    """The node of collected terms."""
    if not terms:
        return zeros(graph, shape)
    if len(terms) == 1:
        ((node, factor),) = terms.items()
        if factor == 1:
            return node
        if factor < 0:
            turned = flipped(graph, node, factor == -1)
            if turned is not None:
                node, factor = turned, -factor
                if factor == 1:
                    return node
        if node.op == "sum" and (factor == -1 or len(node.args) == 1):
            return add(graph, [(node, factor)])
        return graph.intern("sum", (node,), ((factor,), 0), shape)
    nodes = in_order(graph, terms)
    return graph.intern("sum", tuple(nodes), (tuple([terms[node] for node in nodes]), 0), shape)


def in_order(graph: Graph, nodes: Iterable[Node]) -> list[Node]:
    """Nodes in the order of the source. A node and its transpose have one place, so that transposes keep signs."""
    from gradcli.program.forms.transpose import transpose

    nodes = list(nodes)
    if len(nodes) == 1:
        return nodes
    return sorted(nodes, key=lambda node: min(node.serial, transpose(graph, node).serial))


def flipped(graph: Graph, node: Node, inside: bool) -> Node | None:
    """-node by turning A - b into b - A; with `inside` also where the sum is one factor of several."""
    if can_flip(node):
        return negative_sum(graph, node)
    if node.op == "scale":
        scalar, array = node.args
        turned = flipped(graph, array, inside)
        if turned is not None:
            return graph.intern("scale", (scalar, turned), None, node.shape)
        if scalar.op == "sum" and min(*scalar.data[0], scalar.data[1]) < 0:
            return graph.intern("scale", (negative_scalar(graph, scalar), array), None, node.shape)
        return None
    if node.op != "product" and not (inside and node.op == "matmul"):
        return None
    for i, factor in enumerate(node.args):
        if can_flip(factor) and (node.op == "matmul" or (type(node.data[i]) is int and node.data[i] % 2)):
            args = [*node.args[:i], negative_sum(graph, factor), *node.args[i + 1 :]]
            if node.op == "matmul":
                return graph.intern("matmul", tuple(args), None, node.shape)
            powers = dict(zip(args, node.data, strict=True))
            bases = in_order(graph, powers)
            return graph.intern("product", tuple(bases), tuple([powers[base] for base in bases]), node.shape)
    return None


def can_flip(node: Node) -> bool:
    """A sum whose negative reads no longer."""
    return node.op == "sum" and len(node.args) > 1 and min(node.data[0]) < 0


def negative_sum(graph: Graph, node: Node) -> Node:
    """-(A - b) as b - A."""
    return graph.intern("sum", node.args, (tuple([-c for c in node.data[0]]), 0), node.shape)


def is_negative(node: Node) -> bool:
    """One term with a negative number in front."""
    return node.op == "sum" and len(node.args) == 1 and node.data[0][0] < 0
