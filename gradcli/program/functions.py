"""Functions of arrays by name. Most are sugar: written in fewer operations before anything is differentiated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from gradcli.problems import GradcliError
from gradcli.program import make, rationals
from gradcli.program.dimensions import show
from gradcli.program.forms import reductions
from gradcli.program.forms import scalars as scalar_forms
from gradcli.program.scalarize.operators import arity_error
from gradcli.program.types.equations import keyword
from gradcli.rules import NAMES, RULES
from gradcli.text.tree import Name, Number

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from gradcli.problems import Span
    from gradcli.program.graph import Graph, Node
    from gradcli.rules.rule import Rule
    from gradcli.text.tree import Call, Tree

    Value = Node | str


class Applying(Protocol):
    """What a function asks of the builder that applies it."""

    graph: Graph
    functions: Collection[str]

    def note(self, what: str, shape: Any) -> None:
        """Remember that a function acts entry by entry."""


def apply(builder: Applying, tree: Call, values: Sequence[Value], place: Span) -> Node:
    """A function by name: abstract, of arrays, or a row entry by entry."""
    name, graph = tree.function, builder.graph
    if name in builder.functions:
        return abstract(graph, tree, values, place)
    rule = RULES.get(NAMES.get(name, ""))
    reduces = rule is not None and rule.variadic and len(values) == 1
    if rule is not None and not reduces:
        if tree.keywords:
            raise GradcliError("arity", f"{name} takes no argument called {tree.keywords[0][0]!r}", place)
        return apply_rule(builder, rule, arrays(name, values, place), place)
    values = [one_entry(graph, v, part) for v, part in zip(values, tree.arguments, strict=True)]
    canonical = rule.name if rule is not None else name
    function = AXIS_FUNCTIONS.get(canonical)
    if function is not None:
        return along(graph, canonical, function, tree, values, place)
    if tree.keywords and name not in ("norm", "concat"):
        raise GradcliError("arity", f"{name} takes no argument called {tree.keywords[0][0]!r}", place)
    if name == "norm":
        return norm_function(graph, tree, values, place)
    if name == "concat":
        nodes = [make.filled(graph, value, (1, 1)) for value in arrays(name, values, place)]
        return make.concat(graph, nodes, keyword(tree, "axis") or 0)
    return plain_function(graph, name, arrays(name, values, place), place)


def one_entry(graph: Graph, value: Value, tree: Tree) -> Value:
    """A product of one entry where an array is wanted: the array of that entry. Inference let nothing else pass."""
    if isinstance(value, str) or value.shape or isinstance(tree, Name | Number):
        return value
    return make.filled(graph, value, (1, 1))


def plain_function(graph: Graph, name: str, values: list[Node], place: Span) -> Node:
    """Functions with a fixed number of arrays."""
    found = FUNCTIONS.get(name)
    if name == "pinv":
        hint = "inv(A.T@A)@A.T for full column rank"
        raise GradcliError("no-closed-form", "pinv has no derivative in closed form here", place, hint)
    if found is None:
        if not any(value.shape for value in values):
            from gradcli.program.scalarize.operators import apply_function

            result = apply_function(graph, name, values, {}, place)
            assert not isinstance(result, tuple)
            return result
        raise GradcliError("unknown-function", f"{name} does not take arrays", place)
    count, function = found
    if len(values) != count:
        raise arity_error(name, count, count, len(values), place, ("A", "B")[:count])
    if any(not value.shape for value in values):
        raise GradcliError("shape", f"{name} takes arrays, not scalars", place)
    if name in OF_ONE_ENTRY and values[0].shape == (1, 1):
        return OF_ONE_ENTRY[name](graph, make.total(graph, values[0]))
    return function(graph, *values)


def arrays(name: str, values: Sequence[Value], place: Span) -> list[Node]:
    """The arguments, none of them a quoted word."""
    found = [value for value in values if not isinstance(value, str)]
    if len(found) != len(values):
        raise GradcliError("arity", f"{name} takes numbers, not quoted words", place)
    return found


def abstract(graph: Graph, tree: Call, values: Sequence[Value], place: Span) -> Node:
    """An unknown function of scalars."""
    scalars = [value for value in values if not isinstance(value, str) and not value.shape]
    if not values or len(scalars) != len(values):
        raise GradcliError("arity", f"the abstract function {tree.function!r} takes one or more scalars", place)
    return scalar_forms.abstract(graph, tree.function, scalars)


def apply_rule(builder: Applying, rule: Rule, values: list[Node], place: Span) -> Node:
    """A row's function; variadic ones are folded into nested pairs, trailing defaults are filled in."""
    graph = builder.graph
    least, most = len(rule.args) - len(rule.optional), len(rule.args)
    if rule.variadic and len(values) >= 2:
        result = values[0]
        for value in values[1:]:
            result = call_spread(graph, rule, [result, value])
        return result
    if not least <= len(values) <= most:
        raise arity_error(rule.name, least, most, len(values), place, rule.args)
    from gradcli.program.rows import rule_text

    for text in rule.optional[len(values) - least :]:
        values.append(rule_text(graph, text, {}))
    for value in values:
        builder.note(rule.name, value.shape)
    return call_spread(graph, rule, values)


def call_spread(graph: Graph, rule: Rule, values: Sequence[Node]) -> Node:
    """A row's function with its arguments in one shape."""
    from gradcli.program.dimensions import spread_shape

    shape: Any = ()
    for value in values:
        shape = spread_shape(shape, value.shape)
    if shape:
        values = [make.repeated(graph, value, shape) if value.shape else value for value in values]
    if rule.name in ("max", "min") and values[0] is values[1]:
        return values[0]
    return make.call(graph, rule, values)


def along(
    graph: Graph, name: str, function: Callable[..., Node], tree: Call, values: Sequence[Value], place: Span
) -> Node:
    """A reduction or a map of one array, of all entries or along an axis."""
    axis = keyword(tree, "axis")
    if len(values) != 1 or isinstance(values[0], str):
        raise arity_error(name, 1, 1, len(values), place, ("x",))
    node = values[0]
    if not node.shape:
        raise GradcliError("shape", f"{name} takes an array, and this is a scalar", place)
    if axis is None and name in ("softmax", "log_softmax", "cumsum"):
        axis = reductions.vector_axis(node.shape)
        if axis is None:
            raise GradcliError(
                "arity", f"{name} of a matrix needs an axis", place, f"{name}(X, axis=0) goes down columns"
            )
    if axis is not None and node.shape[1 - axis] == 1 and name not in ("softmax", "log_softmax", "cumsum"):
        axis = None
    return function(graph, node, axis)


def norm_function(graph: Graph, tree: Call, values: Sequence[Value], place: Span) -> Node:
    """norm(x), norm(x, 1), norm(x, inf), norm(X, "fro"), norm(X, "nuc"), norm(X, axis=0)."""
    if not 1 <= len(values) <= 2 or isinstance(values[0], str) or not values[0].shape:
        raise arity_error("norm", 1, 2, len(values), place, ("x", "order"))
    node = values[0]
    kind = norm_kind(values[1], place) if len(values) == 2 else ""
    axis = keyword(tree, "axis")
    if axis is not None and node.shape[1 - axis] == 1:
        axis = None
    if axis is not None:
        return norm_along(graph, node, kind, axis, place)
    if kind in ("", "fro") or (kind in ("2", "nuc") and 1 in node.shape):
        return make.norm(graph, node)
    if kind in ("1", "inf"):
        absolute = reductions.absolute(graph, node)
        if node.shape[1] == 1:  # type: ignore[misc]  # one row is a matrix
            return make.total(graph, absolute) if kind == "1" else make.extreme(graph, "max", absolute, None)
        sums = make.total_along(graph, absolute, 0 if kind == "1" else 1)
        return make.extreme(graph, "max", sums, None) if sums.shape else sums
    if kind == "nuc":
        return reductions.nuclear_norm(graph, node)
    raise GradcliError(
        "shape",
        "norm(X, 2) of a matrix is its largest singular value, which is not available",
        place,
        'norm(X) and norm(X, "fro") are the root of the sum of squares',
    )


def norm_kind(value: Value, place: Span) -> str:
    """The order of a norm: 1, 2, inf, fro or nuc."""
    if isinstance(value, str) and value in ("fro", "nuc"):
        return value
    if not isinstance(value, str):
        if value.op == "constant" and value.data == "inf":
            return "inf"
        if value.op == "number" and value.data in (1, 2):
            return str(value.data)
    raise GradcliError(
        "arity", 'the order of a norm is 1, 2, inf, "fro" or "nuc"', place, 'norm(x, 1) or norm(X, "fro")'
    )


def norm_along(graph: Graph, node: Node, kind: str, axis: int, place: Span) -> Node:
    """The norm of every column (axis 0) or row (axis 1)."""
    if kind in ("", "2"):
        squares = make.total_along(graph, make.hadamard(graph, [(node, 2)], node.shape), axis)
        return make.hadamard(graph, [(squares, rationals.ratio(1, 2))], squares.shape)
    absolute = reductions.absolute(graph, node)
    if kind == "1":
        return make.total_along(graph, absolute, axis)
    if kind == "inf":
        return make.extreme(graph, "max", absolute, axis)
    raise GradcliError("arity", f'norm of order "{kind}" takes no axis', place)


def variance(graph: Graph, node: Node, axis: int | None) -> Node:
    return reductions.variance(graph, node, axis)


def deviation(graph: Graph, node: Node, axis: int | None) -> Node:
    """The standard deviation (divided by n)."""
    half = scalar_forms.number(graph, rationals.ratio(1, 2))
    return make.power(graph, reductions.variance(graph, node, axis), half)


def logsumexp(graph: Graph, node: Node, axis: int | None) -> Node:
    return make.logsumexp(graph, node, axis)


AXIS_FUNCTIONS: dict[str, Callable[..., Node]] = {
    "sum": make.total_along,
    "mean": reductions.mean_along,
    "var": variance,
    "std": deviation,
    "prod": make.prod,
    "max": lambda graph, node, axis: make.extreme(graph, "max", node, axis),
    "min": lambda graph, node, axis: make.extreme(graph, "min", node, axis),
    "logsumexp": logsumexp,
    "softmax": make.softmax,
    "log_softmax": make.log_softmax,
    "cumsum": make.cumsum,
}


def diag(graph: Graph, node: Node) -> Node:
    """The diagonal matrix of a vector, or the diagonal of a matrix as a column."""
    if node.shape[1] == 1:  # type: ignore[misc]
        return make.diag(graph, node)
    return make.diag(graph, make.transpose(graph, node)) if node.shape[0] == 1 else make.diagonal(graph, node)  # type: ignore[misc]


def dot(graph: Graph, left: Node, right: Node) -> Node:
    """The inner product of two vectors, or the sum of A*B."""
    left, right = flat(graph, left), flat(graph, right)
    return make.matmul(graph, [make.transpose(graph, left), right])


def flat(graph: Graph, node: Node) -> Node:
    """A vector as a column."""
    return make.vec(graph, node) if 1 in node.shape else make.vec(graph, make.transpose(graph, node))


def outer(graph: Graph, left: Node, right: Node) -> Node:
    """x @ y.T."""
    return make.matmul(graph, [flat(graph, left), make.transpose(graph, flat(graph, right))])


def solve(graph: Graph, matrix: Node, right: Node) -> Node:
    """inv(A) @ B."""
    return make.matmul(graph, [make.inv(graph, matrix), right])


def adjugate(graph: Graph, node: Node) -> Node:
    """det(A) * inv(A), for an invertible A."""
    return make.scale(graph, make.det(graph, node), make.inv(graph, node))


def cross(graph: Graph, left: Node, right: Node) -> Node:
    """The cross product of two vectors of three entries."""
    if left.shape != (3, 1) or right.shape != (3, 1):
        message = f"cross needs two vectors of 3 entries, not {show(left.shape)} and {show(right.shape)}"
        raise GradcliError("shape", message)
    a, b = ([make.pick(graph, node, i, 0) for i in range(3)] for node in (left, right))
    rows = []
    for i in range(3):
        j, k = (i + 1) % 3, (i + 2) % 3
        plus, minus = (
            make.multiply(graph, [(a[j], 1), (b[k], 1)]),
            make.multiply(graph, [(a[k], 1), (b[j], 1)]),
        )
        rows.append(make.filled(graph, make.add(graph, [(plus, 1), (minus, -1)]), (1, 1)))
    return make.concat(graph, rows, 0)


def inverse_entry(graph: Graph, entry: Node) -> Node:
    """The inverse of a matrix of one entry."""
    return make.filled(graph, make.multiply(graph, [(entry, -1)]), (1, 1))


OF_ONE_ENTRY: dict[str, Callable[..., Node]] = {
    "tr": lambda graph, entry: entry,
    "trace": lambda graph, entry: entry,
    "det": lambda graph, entry: entry,
    "logdet": lambda graph, entry: make.call(graph, RULES["log"], (entry,)),
    "inv": inverse_entry,
    "adj": lambda graph, entry: make.filled(graph, scalar_forms.number(graph, 1), (1, 1)),
}
"""Functions of square matrices, of one entry."""

FUNCTIONS: dict[str, tuple[int, Callable[..., Node]]] = {
    "tr": (1, make.trace),
    "trace": (1, make.trace),
    "det": (1, make.det),
    "logdet": (1, make.logdet),
    "inv": (1, make.inv),
    "adj": (1, adjugate),
    "transpose": (1, make.transpose),
    "diag": (1, diag),
    "vec": (1, make.vec),
    "kron": (2, make.kron),
    "outer": (2, outer),
    "dot": (2, dot),
    "cross": (2, cross),
    "solve": (2, solve),
}
