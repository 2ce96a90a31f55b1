"""What array forms are made of: leaves, signs, numbers and scalars in front, the order of terms."""

from __future__ import annotations

from gradcli.program import make, rationals
from gradcli.program.dimensions import polynomial
from gradcli.program.forms import scalars
from gradcli.program.graph import Graph, Node
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from gradcli.program.dimensions import Dims, Size
    from gradcli.program.graph import Factors, Rational


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
        terms.append((make.multiply(graph, letters), factor))
    return make.add(graph, terms)


def entries(graph: Graph, shape: Any) -> Node:
    """How many entries an array has."""
    return make.multiply(graph, [(dimension(graph, shape[0]), 1), (dimension(graph, shape[1]), 1)])


def ones(graph: Graph, shape: Any) -> Node:
    """An array of ones."""
    if not shape:
        return number(graph, 1)
    return graph.intern("fill", (number(graph, 1),), shape, shape)


def zeros(graph: Graph, shape: Any) -> Node:
    """An array of zeros."""
    if not shape:
        return number(graph, 0)
    return graph.intern("fill", (number(graph, 0),), shape, shape)


def eye(graph: Graph, size: Size) -> Node:
    """The identity matrix."""
    return graph.intern("eye", (), size, (size, size))


def is_ones(node: Node) -> bool:
    return node.op == "fill" and node.args[0].data == 1


def is_zeros(node: Node) -> bool:
    return node.op == "fill" and node.args[0].data == 0


def is_column(node: Node) -> bool:
    return node.shape != () and node.columns == 1


def quotient(a: Rational, b: Rational) -> Rational:
    """a/b exactly."""
    top, bottom = a.numerator * b.denominator, a.denominator * b.numerator
    return rationals.ratio(top, bottom) if bottom > 0 else rationals.ratio(-top, -bottom)


def magnitude(value: Rational) -> Rational:
    """|value|."""
    return -value if value < 0 else value


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
    return sign, make.entrywise(graph, dict(zip(args, exponents, strict=True)), node.shape)


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


def in_order(graph: Graph, nodes: Iterable[Node]) -> list[Node]:
    """Nodes in the order of the source. A node and its transpose have one place, so that transposes keep signs."""

    nodes = list(nodes)
    if len(nodes) == 1:
        return nodes
    return sorted(nodes, key=lambda node: min(node.serial, make.transpose(graph, node).serial))


def can_flip(node: Node) -> bool:
    """A sum whose negative reads no longer."""
    return node.op == "sum" and len(node.args) > 1 and min(node.data[0]) < 0


def negative_sum(graph: Graph, node: Node) -> Node:
    """-(A - b) as b - A."""
    return graph.intern("sum", node.args, (tuple([-c for c in node.data[0]]), 0), node.shape)


def is_negative(node: Node) -> bool:
    """One term with a negative number in front."""
    return node.op == "sum" and len(node.args) == 1 and node.data[0][0] < 0


def constant_entry(node: Node) -> Rational | None:
    """The number in every entry, or None."""
    if node.op == "number":
        return node.data  # type: ignore[no-any-return]
    if node.op == "fill":
        return node.args[0].data  # type: ignore[no-any-return]
    if node.op == "sum" and len(node.args) == 1 and is_ones(node.args[0]):
        return node.data[0][0]  # type: ignore[no-any-return]
    return None


def fill_value(graph: Graph, node: Node) -> Node | None:
    """The scalar that stands in every entry, or None where the entries differ."""
    value = constant_entry(node)
    if value is not None:
        return number(graph, value)
    factor, scalar, core = array_part(node)
    if scalar is not None and is_ones(core):
        return make.add(graph, [(scalar, factor)])
    return None


def repeated_ends(node: Node) -> int:
    """1 for a repeated column (a chain that ends with a row of ones), -1 for a repeated row, else 0."""
    if node.op == "matmul" and node.shape:
        if is_ones(node.args[-1]) and node.args[-1].rows == 1:
            return 1
        if is_ones(node.args[0]) and is_column(node.args[0]):
            return -1
    return 0


def one_plus_exp(node: Node) -> Node | None:
    """u of 1 + exp(u), else None."""
    if node.op == "sum" and len(node.args) == 2 and node.data[0] == (1, 1):
        for one, other in (node.args, node.args[::-1]):
            if is_ones(one) and other.op == "call" and other.data.name == "exp":
                return other.args[0]
    return None


def is_nought(node: Node) -> bool:
    return is_zeros(node) or (node.op == "number" and not node.data)


def orientation(node: Node) -> tuple[int, tuple[int, ...]]:
    """A key that prefers the form with fewer transposes."""
    factors = node.args if node.op == "matmul" else (node,)
    return (sum(f.op == "transpose" for f in factors), tuple(f.serial for f in factors))


def turned(shape: Any) -> Dims:
    """The shape of the transpose."""
    return (shape[1], shape[0])


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
    for base, exponent in node.factors():
        turn = is_turned_scalar(base) and type(exponent) is int
        if turn and exponent % 2:
            sign = -sign
        factors.append((negative_scalar(graph, base) if turn else base, exponent))
    return sign, make.multiply(graph, factors)


def negative_scalar(graph: Graph, node: Node) -> Node:
    """-node for a scalar sum, term by term."""
    coefficients, constant = node.data
    return graph.intern("sum", node.args, (tuple([-c for c in coefficients]), -constant))


def column_place(node: Node) -> int | None:
    """Where a chain has a factor with one column before its end: it is an outer product there."""
    return next((i for i, f in enumerate(node.args[:-1]) if f.columns == 1), None)
