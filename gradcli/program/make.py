"""The vocabulary of constructors: a typed door for each, and one table that says which family makes what.

Canonical forms call one another by nature: a sum of matrices collects products, a product of sums transposes, a
transpose makes sums. So a family imports this page, `parts` and the scalars, and never another family; its own file is
loaded when one of its constructors is first asked for. A program of scalars loads `forms/scalars` and nothing else.
"""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING, TypeVar, cast, module_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any

    from gradcli.program.dimensions import Size
    from gradcli.program.graph import Graph, Node, Rational
    from gradcli.rules.rule import Rule

    Items = Iterable[tuple[Node, Rational]]
    Terms = dict[Node, Rational]

V = TypeVar("V")

FAMILIES: dict[str, tuple[str, ...]] = {
    "forms.scalars": (
        *("scalar_sum", "scalar_product", "scalar_power", "scalar_call"),
        *("scalar_where", "scalar_compare", "scalar_logic"),
    ),
    "forms.special": ("scalar_terms", "scalar_factors"),
    "forms.arrays": ("array_sum", "sum_node", "scale"),
    "forms.hadamard": ("hadamard", "entrywise"),
    "forms.elementwise": ("array_power", "array_call", "array_where", "array_compare", "array_logic"),
    "forms.transpose": ("transpose",),
    "forms.matmul": ("matmul", "inv", "det", "logdet", "trace", "diag", "diagonal"),
    "forms.reductions": (
        *("total", "total_along", "norm", "logsumexp", "softmax", "log_softmax", "prod", "extreme", "cumsum"),
        *("repeated", "vec", "kron", "pick", "concat", "softmax_logarithm"),
    ),
    "forms.named": (
        *("mean_along", "variance", "deviation", "greatest", "least", "diagonal_of"),
        *("dot", "outer", "cross"),
    ),
    "forms.kronecker": ("kron_left", "kron_right"),
    "forms.spectral": ("nuclear", "spectral", "adjugate", "of_spectrum", "recomposed"),
    "bound.integrals": ("integral", "integral_of"),
    "bound.roots": ("root",),
    "forms.collect": ("merge_terms",),
    "forms.joins": ("join",),
    "rows": ("rule_text",),
}
"""Which file of this room makes what; functions of whole matrices are made by `forms/spectral`, as their rows say."""

HOMES = {name: family for family, names in FAMILIES.items() for name in names}

FLAT = 32
"""Arguments of max and min up to which pairs are nested from left to right; of more as a tree, which is not deep."""

FORMS: dict[str, Callable[..., Any]] = {}
"""The constructors of the families that are loaded."""


def form(name: str) -> Callable[..., Node]:
    """A constructor by its name; its family is loaded when it is first needed."""
    found = FORMS.get(name)
    if found is None:
        FORMS.update(module_at(f"program.{HOMES.get(name, 'forms.spectral')}").MAKES)
        found = FORMS[name]
    return found


def in_pairs(items: Sequence[V], pair: Callable[[V, V], V]) -> V:
    """max(a, b, c) by a function of two, in the order of the items."""
    while len(items) > FLAT:
        items = [pair(*items[i : i + 2]) if i + 1 < len(items) else items[i] for i in range(0, len(items), 2)]
    result = items[0]
    for item in items[1:]:
        result = pair(result, item)
    return result


# ------------------------------------------------------------------------- of scalars and of arrays, entry by entry


def add(graph: Graph, items: Items, start: Rational = 0) -> Node:
    """start + Σ coefficient·node of nodes of one shape, like terms collected (arrays: start is 0)."""
    items = list(items)
    if items and items[0][0].shape:
        return form("array_sum")(graph, items)
    return form("scalar_sum")(graph, items, start)


def multiply(graph: Graph, items: Items, factor: Rational = 1) -> Node:
    """factor · Π scalar**exponent."""
    return form("scalar_product")(graph, items, factor)


def hadamard(graph: Graph, items: Items, shape: Any, factor: Rational = 1) -> Node:
    """factor · Π node**exponent entry by entry, in this shape (arrays have it, scalars stand in front)."""
    if not shape:
        return form("scalar_product")(graph, [(n, e) for n, e in items if e], factor)
    return form("hadamard")(graph, items, shape, factor)


def power(graph: Graph, base: Node, exponent: Node) -> Node:
    """base**exponent entry by entry; both of one shape, or scalars."""
    return form("array_power" if base.shape or exponent.shape else "scalar_power")(graph, base, exponent)


def call(graph: Graph, rule: Rule, args: Sequence[Node]) -> Node:
    """A row's function entry by entry; all arrays have one shape, scalars go into every entry."""
    return form("array_call" if any(arg.shape for arg in args) else "scalar_call")(graph, rule, args)


def where(graph: Graph, condition: Node, yes: Node, no: Node) -> Node:
    """`yes` where the condition holds, else `no`, entry by entry."""
    shaped = condition.shape or yes.shape or no.shape
    return form("array_where" if shaped else "scalar_where")(graph, condition, yes, no)


def compare(graph: Graph, op: str, left: Node, right: Node) -> Node:
    """A truth value, of arrays in every entry."""
    return form("array_compare" if left.shape or right.shape else "scalar_compare")(graph, op, left, right)


def logic(graph: Graph, op: str, args: Sequence[Node]) -> Node:
    """`and`, `or`, `not` of conditions."""
    return form("array_logic" if any(arg.shape for arg in args) else "scalar_logic")(graph, op, args)


def scalar_terms(graph: Graph, terms: Terms) -> Terms:
    """Terms of a scalar sum that are more together: branches of one condition, powers of one base."""
    return cast("Terms", form("scalar_terms")(graph, terms))


def scalar_factors(graph: Graph, powers: Terms, factor: Rational) -> Node | None:
    """Factors of a scalar product that are more together, as the whole product; None where there are none."""
    return form("scalar_factors")(graph, powers, factor)


def rule_text(graph: Graph, text: str, names: Mapping[str, Node], literal: bool = False) -> Node:
    """The node of a row's text, its names replaced. `literal`: no function is recognised in it."""
    return form("rule_text")(graph, text, names, literal)


# ------------------------------------------------------------------------- of arrays


def scale(graph: Graph, scalar: Node, array: Node, factor: Rational = 1) -> Node:
    """factor · scalar · array."""
    return form("scale")(graph, scalar, array, factor)


def fill(graph: Graph, value: Node, shape: Any) -> Node:
    """A scalar in every entry; of size 1, which is no array, the scalar itself."""
    if not shape:
        return value
    one = graph.intern("fill", (graph.intern("number", (), 1),), shape, shape)
    return form("scale")(graph, value, one)


def filled(graph: Graph, node: Node, shape: Any) -> Node:
    """The node itself if it is an array, else the scalar in every entry."""
    return node if node.shape else fill(graph, node, shape)


def sum_node(graph: Graph, terms: Terms, shape: Any) -> Node:
    """The array sum of terms that are collected and joined."""
    return form("sum_node")(graph, terms, shape)


def entrywise(graph: Graph, powers: Terms, shape: Any) -> Node:
    """The array product of powers that are collected."""
    return form("entrywise")(graph, powers, shape)


def merge_terms(graph: Graph, terms: Terms) -> Terms:
    """Terms of an array sum that are always shorter together."""
    return cast("Terms", form("merge_terms")(graph, terms))


def join(graph: Graph, terms: Terms) -> Terms:
    """Terms of an array sum, joined where that makes the text shorter."""
    return cast("Terms", form("join")(graph, terms))


def transpose(graph: Graph, node: Node) -> Node:
    """The transpose, pushed inwards to the variables."""
    return form("transpose")(graph, node) if node.shape else node


def matmul(graph: Graph, factors: Sequence[Node]) -> Node:
    """The product of a chain; a scalar where it is 1x1 by its sizes."""
    return form("matmul")(graph, factors)


def inv(graph: Graph, node: Node) -> Node:
    """The inverse of a square matrix."""
    return form("inv")(graph, node)


def det(graph: Graph, node: Node) -> Node:
    """The determinant of a square matrix."""
    return form("det")(graph, node)


def logdet(graph: Graph, node: Node) -> Node:
    """log(det(A))."""
    return form("logdet")(graph, node)


def trace(graph: Graph, node: Node) -> Node:
    """The sum of the diagonal of a square matrix."""
    return form("trace")(graph, node)


def diag(graph: Graph, node: Node) -> Node:
    """The diagonal matrix of a column."""
    return form("diag")(graph, node)


def diagonal(graph: Graph, node: Node) -> Node:
    """The diagonal of a square matrix, as a column."""
    return form("diagonal")(graph, node)


def total(graph: Graph, node: Node) -> Node:
    """The sum of all entries."""
    return form("total")(graph, node)


def total_along(graph: Graph, node: Node, axis: int | None) -> Node:
    """The sum, or a row (axis 0) or a column (axis 1) of sums."""
    return form("total_along")(graph, node, axis)


def norm(graph: Graph, node: Node) -> Node:
    """The Euclidean norm of a vector, the Frobenius norm of a matrix."""
    return form("norm")(graph, node)


def logsumexp(graph: Graph, node: Node, axis: int | None) -> Node:
    """log(sum(exp(A))), of all entries or along an axis."""
    return form("logsumexp")(graph, node, axis)


def softmax(graph: Graph, node: Node, axis: int | None) -> Node:
    """exp(u)/sum(exp(u)) of a vector; of a matrix along an axis."""
    return form("softmax")(graph, node, axis)


def log_softmax(graph: Graph, node: Node, axis: int | None) -> Node:
    """u - logsumexp(u)."""
    return form("log_softmax")(graph, node, axis)


def softmax_logarithm(graph: Graph, argument: Node) -> Node | None:
    """log(softmax(u)), or of a part of it, by u - logsumexp(u); None for other arguments."""
    found: Node | None = form("softmax_logarithm")(graph, argument)
    return found


def prod(graph: Graph, node: Node, axis: int | None) -> Node:
    """The product of all entries, or along an axis."""
    return form("prod")(graph, node, axis)


def extreme(graph: Graph, name: str, node: Node, axis: int | None) -> Node:
    """The greatest or least entry, of all or along an axis."""
    return form("extreme")(graph, name, node, axis)


def cumsum(graph: Graph, node: Node, axis: int) -> Node:
    """Running sums along an axis."""
    return form("cumsum")(graph, node, axis)


def repeated(graph: Graph, node: Node, shape: Any) -> Node:
    """A scalar, a column or a row repeated over a whole array."""
    return form("repeated")(graph, node, shape)


def vec(graph: Graph, node: Node) -> Node:
    """The columns of a matrix under one another."""
    return form("vec")(graph, node)


def kron(graph: Graph, left: Node, right: Node) -> Node:
    """The Kronecker product."""
    return form("kron")(graph, left, right)


def pick(graph: Graph, node: Node, down: int | tuple[Size, Size], across: int | tuple[Size, Size]) -> Node:
    """Entries of an array: a scalar for two indices, else the part between the bounds of each slice."""
    return form("pick")(graph, node, down, across)


def concat(graph: Graph, arrays: Sequence[Node], axis: int) -> Node:
    """Arrays under one another (axis 0) or side by side (axis 1)."""
    return form("concat")(graph, arrays, axis)
