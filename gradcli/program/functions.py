"""Functions of arrays by name. Most are sugar: written in fewer operations before anything is differentiated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from gradcli.problems import GradcliError
from gradcli.program import make, rationals
from gradcli.program.forms import reductions
from gradcli.program.forms import scalars as scalar_forms
from gradcli.program.scalarize.operators import arity_error
from gradcli.program.types.equations import keyword
from gradcli.rules import ARRAY_NAMES, NAMES, RULES
from gradcli.text.binders import BINDERS
from gradcli.text.tree import Name, Number

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from gradcli.problems import Span
    from gradcli.program.graph import Graph, Node
    from gradcli.rules.array_rule import ArrayRule
    from gradcli.rules.rule import Rule
    from gradcli.text.tree import Call, Tree

    Value = Node | str


class Applying(Protocol):
    """What a function asks of the builder that applies it."""

    graph: Graph
    functions: Collection[str]

    def note(self, what: str, shape: Any) -> None:
        """Remember that a function acts entry by entry."""

    def defined(self, text: str, names: Mapping[str, Node], shape: Any) -> Node:
        """The node of a row's text; it may name the sizes of this shape `m` and `n`."""


def apply(builder: Applying, tree: Call, values: Sequence[Value], place: Span) -> Node:
    """A function by name: abstract, of arrays, or a row entry by entry."""
    name, graph = tree.function, builder.graph
    if name in builder.functions:
        return abstract(graph, tree, values, place)
    if name in BINDERS:
        return make.form(name)(graph, *arrays(name, values, place))
    rule = RULES.get(NAMES.get(name, ""))
    reduces = rule is not None and rule.variadic and len(values) == 1
    if rule is not None and not reduces:
        if tree.keywords:
            raise GradcliError("arity", f"{name} takes no argument called {tree.keywords[0][0]!r}", place)
        return apply_rule(builder, rule, arrays(name, values, place), place)
    row = ARRAY_NAMES.get(rule.name if rule is not None else name)
    values = [one_entry(graph, v, part) for v, part in zip(values, tree.arguments, strict=True)]
    if row is None:
        return of_scalars(graph, tree, arrays(name, values, place), place)
    if tree.keywords and "axis" not in row.options:
        raise GradcliError("arity", f"{name} takes no argument called {tree.keywords[0][0]!r}", place)
    if "order" in row.options:
        return norm_function(graph, tree, values, place)
    if row.kind in ("reduce", "map"):
        return along(graph, row, tree, values, place)
    if row.kind == "stack":
        nodes = [make.filled(graph, value, (1, 1)) for value in arrays(name, values, place)]
        return make.concat(graph, nodes, keyword(tree, "axis") or 0)
    return plain_function(builder, row, arrays(name, values, place), place)


def of_scalars(graph: Graph, tree: Call, values: list[Node], place: Span) -> Node:
    """A function that is no row, of scalars: one that SymPy knows."""
    if any(value.shape for value in values):
        raise GradcliError("unknown-function", f"{tree.function} does not take arrays", place)
    if tree.keywords:
        raise GradcliError("arity", f"{tree.function} takes no argument called {tree.keywords[0][0]!r}", place)
    from gradcli.program.scalarize.operators import apply_function

    result = apply_function(graph, tree.function, values, {}, place)
    assert not isinstance(result, tuple)
    return result


def one_entry(graph: Graph, value: Value, tree: Tree) -> Value:
    """A product of one entry where an array is wanted: the array of that entry. Inference let nothing else pass."""
    if isinstance(value, str) or value.shape or isinstance(tree, Name | Number):
        return value
    return make.filled(graph, value, (1, 1))


def plain_function(builder: Applying, row: ArrayRule, values: list[Node], place: Span) -> Node:
    """A row with a fixed number of arrays: by its constructor, or by its definition."""
    graph = builder.graph
    count = len(row.args)
    if len(values) != count:
        raise arity_error(row.name, count, count, len(values), place, row.args)
    if any(not value.shape for value in values):
        raise GradcliError("shape", f"{row.name} takes arrays, not scalars", place)
    if row.entry and values[0].shape == (1, 1):
        return one_entry_value(graph, row, make.total(graph, values[0]))
    if row.means is not None:
        return builder.defined(row.means, dict(zip(row.args, values, strict=True)), values[0].shape)
    return make.form(row.form)(graph, *values)


def one_entry_value(graph: Graph, row: ArrayRule, entry: Node) -> Node:
    """The value for a matrix of one entry, a matrix again where the function gives one."""
    from gradcli.program.rows import rule_text

    found = rule_text(graph, row.entry, {row.args[0]: entry})
    return make.filled(graph, found, (1, 1)) if row.shape.partition("->")[2].strip() else found


def arrays(name: str, values: Sequence[Value], place: Span) -> list[Node]:
    """The arguments, none of them a quoted word."""
    found = [value for value in values if not isinstance(value, str)]
    if len(found) != len(values):
        raise GradcliError("arity", f"{name} takes numbers, not quoted words", place)
    return found


def abstract(graph: Graph, tree: Call, values: Sequence[Value], place: Span) -> Node:
    """An unknown function of scalars, or of one array entry by entry."""
    scalars = [value for value in values if not isinstance(value, str) and (not value.shape or len(values) == 1)]
    if not values or len(scalars) != len(values):
        raise GradcliError("arity", f"the abstract function {tree.function!r} takes scalars, or one array", place)
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


def along(graph: Graph, row: ArrayRule, tree: Call, values: Sequence[Value], place: Span) -> Node:
    """A reduction or a map of one array, of all entries or along an axis."""
    name = row.name
    axis = keyword(tree, "axis")
    if len(values) != 1 or isinstance(values[0], str):
        raise arity_error(name, 1, 1, len(values), place, ("x",))
    node = values[0]
    if not node.shape:
        raise GradcliError("shape", f"{name} takes an array, and this is a scalar", place)
    if axis is None and row.kind == "map":
        axis = reductions.vector_axis(node.shape)
        if axis is None:
            raise GradcliError(
                "arity", f"{name} of a matrix needs an axis", place, f"{name}(X, axis=0) goes down columns"
            )
    if axis is not None and node.shape[1 - axis] == 1 and row.kind == "reduce":
        axis = None
    return make.form(row.form)(graph, node, axis)


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
    return make.form("nuclear" if kind == "nuc" else "spectral")(graph, node)


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
