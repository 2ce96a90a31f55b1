"""Functions and operators on arrays of known size, and functions of several arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.problems import GradcliError, Source, Span
from gradcli.program import algebra, cells
from gradcli.program.cells import Cells, column, elementwise, matmul, mismatch
from gradcli.program.graph import Node
from gradcli.rules import NAMES, RULES
from gradcli.text.tree import Index, Number, Slice, Tree, Vector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from gradcli.program.graph import Graph
    from gradcli.rules.rule import Rule
    from gradcli.text.tree import Binary

    Value = Node | Cells | str


def variable_cells(graph: Graph, name: str, shape: tuple[int, int]) -> Cells:
    """An array variable: one scalar variable an entry, called x[0] or X[0,1]."""
    rows, columns = shape
    if columns == 1:
        return column(algebra.variable(graph, f"{name}[{i}]") for i in range(rows))
    return Cells(tuple(tuple(algebra.variable(graph, f"{name}[{i},{j}]") for j in range(columns)) for i in range(rows)))


def binary_arrays(
    graph: Graph, source: Source, tree: Binary, first: Node | Cells, second: Node | Cells
) -> Node | Cells:
    """+ - * / ** entry by entry, @ as the matrix product; errors stand under the operator."""
    op = tree.op
    try:
        if op == "@":
            if not (isinstance(first, Cells) and isinstance(second, Cells)):
                raise GradcliError(
                    "shape", "@ multiplies two arrays, and one side is a scalar", hint="write * for a multiple"
                )
            return matmul(graph, first, second)
        return elementwise(scalar_operation(graph, op), [first, second])
    except GradcliError as error:
        error.span = error.span or Span(source, tree.at, tree.at + len(op))
        raise


def scalar_operation(graph: Graph, op: str) -> Callable[[Node, Node], Node]:
    """An operator on two scalars."""
    if op == "+" or op == "-":
        sign = 1 if op == "+" else -1
        return lambda a, b: algebra.add(graph, [(a, 1), (b, sign)])
    if op == "*" or op == "/":
        exponent = 1 if op == "*" else -1
        return lambda a, b: algebra.multiply(graph, [(a, 1), (b, exponent)])
    if op == "**":
        return lambda a, b: algebra.power(graph, a, b)
    raise GradcliError("shape", f"arrays cannot be compared with {op}", hint="compare single entries, such as x[0]")


def stack_items(items: Sequence[Node | Cells], place: Span) -> Cells:
    """A vector literal: numbers make a column, vectors of one length make the rows of a matrix."""
    if all(isinstance(item, Node) for item in items):
        return column(item for item in items if isinstance(item, Node))
    rows = [tuple(item.flat()) for item in items if isinstance(item, Cells) and 1 in item.shape]
    if len(rows) != len(items):
        raise GradcliError("shape", "the entries of a vector are numbers, the rows of a matrix are vectors", place)
    if len({len(row) for row in rows}) != 1:
        sizes = ", ".join(str(len(row)) for row in rows[:6])
        raise GradcliError("shape", f"the rows of this matrix have different lengths: {sizes}", place)
    cells.check_cells(len(rows), len(rows[0]))
    return Cells(tuple(rows))


def entry_trees(tree: Tree, value: Cells) -> list[Tree]:
    """The syntax of each entry of a vector-valued expression, for saying what the components are."""
    if type(tree) is Vector and len(tree.items) == value.shape[0] and value.shape[1] == 1:
        return list(tree.items)
    rows, columns = value.shape
    places = [(i,) if columns == 1 else (i, j) for i in range(rows) for j in range(columns)]
    return [Index(tree, tuple(Number(k) for k in place)) for place in places]


def pick(
    base: Node | Cells, subscripts: Sequence[tuple[Tree, list[Value]]], source: Source, tree: Index
) -> Node | Cells:
    """Python's indices: x[0], x[-1], x[1:], X[0,1], X[:,0]; X[0] is a row."""
    if isinstance(base, Node):
        raise GradcliError(
            "shape",
            "only vectors and matrices have entries, and this is a scalar",
            Span(source, tree.start, tree.end),
            "give it a size: --shape x=3, or a value: --at x=[1,2,3]",
        )
    rows, columns = base.shape
    is_vector = columns == 1
    if len(subscripts) > 2:
        raise GradcliError("index", "one or two indices", Span(source, tree.start, tree.end))
    down = positions(subscripts[0], rows, source)
    if len(subscripts) == 1:
        across: int | range = 0 if is_vector else range(columns)
    else:
        across = positions(subscripts[1], columns, source)
    if isinstance(down, int) and isinstance(across, int):
        return base.rows[down][across]
    picked_rows = [down] if isinstance(down, int) else list(down)
    picked_columns = [across] if isinstance(across, int) else list(across)
    return Cells(tuple(tuple(base.rows[i][j] for j in picked_columns) for i in picked_rows))


def positions(subscript: tuple[Tree, list[Value]], size: int, source: Source) -> int | range:
    """One subscript as a position, or as a range for a slice."""
    tree, values = subscript
    place = Span(source, tree.start, max(tree.end, tree.start + 1))
    numbers = [whole_number(value, place) for value in values]
    if type(tree) is Slice:
        lower = numbers.pop(0) if tree.lower is not None else None
        upper = numbers.pop(0) if tree.upper is not None else None
        found = range(size)[slice(lower, upper)]
        if not found:
            raise GradcliError("index", f"this slice of {size} entries is empty", place)
        return found
    (position,) = numbers
    if not -size <= position < size:
        raise GradcliError("index", f"index {position} is outside 0 to {size - 1}", place, "indices count from 0")
    return position % size


def whole_number(value: Value, place: Span) -> int:
    """An index or a dimension: an exact integer."""
    if isinstance(value, Node) and value.op == "number" and type(value.data) is int:
        return value.data
    raise GradcliError("index", "an index is a whole number", place, "indices count from 0: x[0], x[1:], X[0,1]")


def apply_function(
    graph: Graph, name: str, values: Sequence[Value], keywords: dict[str, Value], place: Span
) -> Node | Cells:
    """A function by name: a row entry by entry, an array function, or one that SymPy knows."""
    rule = RULES.get(NAMES.get(name, ""))
    if rule is not None and not (rule.variadic and (len(values) == 1 or keywords)):
        refuse_keywords(name, keywords, place)
        return apply_rule(graph, rule, numbers(name, values, place), place)
    if name in ARRAY_FUNCTIONS:
        return ARRAY_FUNCTIONS[name](graph, values, keywords, place)
    if rule is not None or name in cells.REDUCTIONS or name in cells.MAPS:
        return reduction(graph, rule.name if rule else name, values, keywords, place)
    refuse_keywords(name, keywords, place)
    return apply_fallback(graph, name, numbers(name, values, place), place)


def refuse_keywords(name: str, keywords: Iterable[str], place: Span) -> None:
    for keyword in keywords:
        raise GradcliError("arity", f"{name} takes no argument called {keyword!r}", place)


def numbers(name: str, values: Sequence[Value], place: Span) -> list[Node | Cells]:
    """The arguments, none of them a quoted word."""
    found = [value for value in values if not isinstance(value, str)]
    if len(found) != len(values):
        raise GradcliError("arity", f"{name} takes numbers, not quoted words", place)
    return found


def apply_rule(graph: Graph, rule: Rule, values: list[Node | Cells], place: Span) -> Node | Cells:
    """A row's function; variadic ones are folded into nested pairs, trailing defaults are filled in."""
    least, most = len(rule.args) - len(rule.optional), len(rule.args)
    if rule.variadic and len(values) >= 2:
        result = values[0]
        for value in values[1:]:
            result = elementwise(lambda a, b: cells.pair(graph, rule.name, a, b), [result, value])
        return result
    if not least <= len(values) <= most:
        raise arity_error(rule.name, least, most, len(values), place, rule.args)
    from gradcli.program.build import build_text

    for text in rule.optional[len(values) - least :]:
        values.append(build_text(graph, text, {}))
    return elementwise(lambda *args: algebra.call(graph, rule, args), values)


def arity_error(name: str, least: int, most: int, found: int, place: Span, args: Sequence[str]) -> GradcliError:
    """The error for a wrong number of arguments: the function and the number are named."""
    wanted = str(least) if least == most else f"{least} to {most}"
    noun = "argument" if most == 1 else "arguments"
    return GradcliError("arity", f"{name} takes {wanted} {noun}, not {found}", place, f"{name}({', '.join(args)})")


def apply_fallback(graph: Graph, name: str, values: list[Node | Cells], place: Span) -> Node | Cells:
    """A function that only SymPy knows, through a rule made from its answers."""
    from gradcli.program.names import unknown_function
    from gradcli.program.sympy_door import FALLBACK, fallback_rule

    if name not in FALLBACK:
        raise unknown_function(name, place)
    rule = fallback_rule(name, len(values))
    if rule is None:
        raise GradcliError("arity", f"{name} does not take {len(values)} arguments", place, FALLBACK[name])
    graph.estimated = True
    return apply_rule(graph, rule, values, place)


def array(name: str, value: Value, place: Span) -> Cells:
    """The argument as an array; a scalar is an array of one entry."""
    if isinstance(value, Cells):
        return value
    if isinstance(value, Node):
        if value.op == "variable":
            raise GradcliError(
                "shape",
                f"{name} needs a vector or matrix, and {value.data} has no size here",
                place,
                f"give it one: --shape {value.data}=3, or a value: --at {value.data}=[1,2,3]",
            )
        return column([value])
    raise GradcliError("arity", f"{name} takes an array, not a quoted word", place)


def axis_of(name: str, keywords: dict[str, Value], place: Span) -> int | None:
    """The keyword axis: 0 or 1, or None."""
    refuse_keywords(name, [key for key in keywords if key != "axis"], place)
    if "axis" not in keywords:
        return None
    axis = whole_number(keywords["axis"], place)
    if axis not in (0, 1):
        raise GradcliError("arity", f"axis is 0 or 1, not {axis}", place)
    return axis


def reduction(
    graph: Graph, name: str, values: Sequence[Value], keywords: dict[str, Value], place: Span
) -> Node | Cells:
    """sum, mean, max, softmax, … of one array, or of several numbers given one by one."""
    axis = axis_of(name, keywords, place)
    if not values:
        raise GradcliError("arity", f"{name} takes an array as its argument", place, f"{name}(x) or {name}([a, b])")
    if len(values) > 1:
        raise arity_error(name, 1, 1, len(values), place, ("x",))
    if name in cells.MAPS:
        return cells.map_along(name, graph, array(name, values[0], place), axis)
    return cells.reduce_along(name, graph, array(name, values[0], place), axis)


def norm_function(graph: Graph, values: Sequence[Value], keywords: dict[str, Value], place: Span) -> Node | Cells:
    """norm(x), norm(x, 1), norm(x, inf), norm(X, "fro")."""
    if not 1 <= len(values) <= 2:
        raise arity_error("norm", 1, 2, len(values), place, ("x", "order"))
    operand = array("norm", values[0], place)
    kind = norm_kind(values[1], place) if len(values) == 2 else "2"
    axis = axis_of("norm", keywords, place)
    is_matrix = 1 not in operand.shape
    if kind == "nuc" or (
        (is_matrix and axis is None and kind in ("1", "inf")) or (is_matrix and kind == "2" and len(values) == 2)
    ):
        raise GradcliError("shape", f"norm of order {kind} of a matrix is not available here", place, 'norm(X, "fro")')
    name = {"1": cells.norm_one, "inf": cells.norm_inf}.get(kind, cells.norm)
    if axis is None:
        return name(graph, operand.flat())
    turned = operand if axis == 1 else operand.transposed()
    found = column(name(graph, row) for row in turned.rows)
    return found if axis == 1 else found.transposed()


def norm_kind(value: Value, place: Span) -> str:
    """The order of a norm."""
    if isinstance(value, str) and value in ("fro", "nuc"):
        return value
    if isinstance(value, Node):
        if value.op == "constant" and value.data == "inf":
            return "inf"
        if value.op == "number" and value.data in (1, 2):
            return str(value.data)
    raise GradcliError(
        "arity", 'the order of a norm is 1, 2, inf, "fro" or "nuc"', place, 'norm(x, 1) or norm(X, "fro")'
    )


def two_arrays(name: str, values: Sequence[Value], place: Span) -> tuple[Cells, Cells]:
    """Exactly two arrays."""
    if len(values) != 2:
        raise arity_error(name, 2, 2, len(values), place, ("x", "y"))
    return array(name, values[0], place), array(name, values[1], place)


def dot(graph: Graph, values: Sequence[Value], keywords: dict[str, Value], place: Span) -> Node:
    """Σ xᵢ·yᵢ of two vectors of one size."""
    refuse_keywords("dot", keywords, place)
    left, right = (x.flat() for x in two_arrays("dot", values, place))
    if len(left) != len(right):
        raise mismatch("dot", (len(left), 1), (len(right), 1))
    return cells.inner(graph, left, right)


def outer(graph: Graph, values: Sequence[Value], keywords: dict[str, Value], place: Span) -> Node | Cells:
    """x @ y.T."""
    refuse_keywords("outer", keywords, place)
    left, right = two_arrays("outer", values, place)
    return matmul(graph, column(left.flat()), column(right.flat()).transposed())


def cross(graph: Graph, values: Sequence[Value], keywords: dict[str, Value], place: Span) -> Cells:
    """The cross product of two vectors of three entries."""
    refuse_keywords("cross", keywords, place)
    return cells.cross(graph, *two_arrays("cross", values, place))


def trace(graph: Graph, values: Sequence[Value], keywords: dict[str, Value], place: Span) -> Node:
    """The sum of the diagonal."""
    refuse_keywords("tr", keywords, place)
    if len(values) != 1:
        raise arity_error("tr", 1, 1, len(values), place, ("A",))
    return cells.trace(graph, array("tr", values[0], place))


def transpose(graph: Graph, values: Sequence[Value], keywords: dict[str, Value], place: Span) -> Cells:
    """Rows become columns."""
    refuse_keywords("transpose", keywords, place)
    if len(values) != 1:
        raise arity_error("transpose", 1, 1, len(values), place, ("A",))
    return array("transpose", values[0], place).transposed()


ARRAY_FUNCTIONS: dict[str, Callable[..., Node | Cells]] = {
    "norm": norm_function,
    "dot": dot,
    "outer": outer,
    "cross": cross,
    "tr": trace,
    "trace": trace,
    "transpose": transpose,
}
