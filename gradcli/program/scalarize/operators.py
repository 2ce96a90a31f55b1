"""Functions and operators on arrays of known size, and functions of several arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.problems import GradcliError, Source, Span
from gradcli.program import make
from gradcli.program.forms import scalars
from gradcli.program.graph import Node
from gradcli.program.scalarize import entries as entry_arrays
from gradcli.program.scalarize import functions
from gradcli.program.scalarize.arrangements import commutation, concat, cross, diag, eye, fill, kron, vec
from gradcli.program.scalarize.determinants import adj, det, inv, logdet, pinv, solve
from gradcli.program.scalarize.entries import Cells, column, elementwise, matmul, matmul_cells
from gradcli.program.scalarize.norms import matrix_norm, vector_norm
from gradcli.program.scalarize.picks import whole_number
from gradcli.rules import ARRAY_NAMES, NAMES, RULES
from gradcli.text.binders import BINDERS
from gradcli.text.tree import LATEX_POWER, LATEX_PRODUCT, Binary, Index, Name, Number, Tree, Vector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy import float64
    from numpy.typing import NDArray

    from gradcli.program.graph import Graph
    from gradcli.rules.array_rule import ArrayRule
    from gradcli.rules.rule import Rule

    Value = Node | Cells | str

MATRIX_POWERS = 64
"""Greatest exponent of a matrix in LaTeX."""

ENTRYWISE = "exp(A), A**2 and the like act entry by entry on a square matrix; A@A is the matrix product"

MATRIX_FUNCTIONS = frozenset(("exp", "log", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh"))
"""Functions that matrices have too, which these are not."""

TURNED = "two vectors under @ are read as their inner product, as NumPy multiplies vectors"

HINT_ENTRYWISE = "outside of LaTeX, X**2 is the square of every entry"


def variable_cells(graph: Graph, name: str, shape: tuple[int, int]) -> Cells:
    """An array variable: one scalar variable an entry, called x[0] or X[0,1]."""
    rows, columns = shape
    if columns == 1:
        return column(scalars.variable(graph, f"{name}[{i}]") for i in range(rows))
    return Cells(tuple(tuple(scalars.variable(graph, f"{name}[{i},{j}]") for j in range(columns)) for i in range(rows)))


def data_cells(graph: Graph, array: NDArray[float64]) -> Cells:
    """Numbers from a file as exact nodes, each as it prints: 0.1 is one tenth."""
    from fractions import Fraction

    rows = array if array.ndim == 2 else array.reshape(-1, 1)
    entry_arrays.check_cells(*rows.shape)
    return Cells(tuple(tuple(scalars.number(graph, Fraction(repr(x))) for x in row) for row in rows.tolist()))


def binary_arrays(
    graph: Graph, source: Source, tree: Binary, first: Node | Cells, second: Node | Cells
) -> Node | Cells:
    """+ - * / ** and comparisons entry by entry, @ as the matrix product; errors stand under the operator.

    In LaTeX, arrays side by side are a matrix product, and whole exponents of a square matrix its powers.
    """
    op = tree.op
    both = isinstance(first, Cells) and isinstance(second, Cells)
    try:
        if op == "@" or (op is LATEX_PRODUCT and both):
            return product(graph, one_entry(first, tree.left), one_entry(second, tree.right))
        if op == "**" and isinstance(first, Cells):
            return raised(graph, tree, first, second)
        return elementwise(scalar_operation(graph, op), [first, second])
    except GradcliError as error:
        error.span = error.span or Span(source, tree.at, tree.at + len(op))
        raise


def one_entry(value: Node | Cells, tree: Tree) -> Node | Cells:
    """A product of one entry is a matrix of one entry inside a longer product."""
    if isinstance(value, Node) and isinstance(tree, Binary) and tree.op in ("@", "*"):
        return column([value])
    return value


def product(graph: Graph, first: Node | Cells, second: Node | Cells) -> Node | Cells:
    """first @ second."""
    if not (isinstance(first, Cells) and isinstance(second, Cells)):
        raise GradcliError(
            "shape", "@ multiplies two arrays, and one side is a scalar", hint="write * for a multiple of an array"
        )
    if first.shape[1] == 1 and first.shape[0] == second.shape[0] != 1:
        first = first.transposed()
        if TURNED not in graph.notes:
            graph.notes.append(TURNED)
    return matmul(graph, first, second)


def raised(graph: Graph, tree: Binary, base: Cells, exponent: Node | Cells) -> Node | Cells:
    """base**exponent entry by entry; in LaTeX the power of a square matrix."""
    is_matrix = 1 not in base.shape
    if tree.op is LATEX_POWER and is_matrix:
        return matrix_power(graph, base, exponent)
    if isinstance(exponent, Node):
        if exponent.op == "variable" and exponent.data == "T" and type(tree.right) is Name:
            raise GradcliError("shape", "^T is no transpose here", hint="write X.T or X' for the transpose of X")
        if is_matrix and exponent.op == "number" and exponent.data == -1:
            raise GradcliError(
                "shape",
                "X**-1 of a matrix reads in two ways: its inverse, or the reciprocals of its entries",
                hint="write inv(X) for the inverse, 1/X for the reciprocals",
            )
    note_entrywise(graph, base)
    return elementwise(scalar_operation(graph, "**"), [base, exponent])


def matrix_power(graph: Graph, base: Cells, exponent: Node | Cells) -> Cells:
    """X^k as LaTeX means it: the product of k equal matrices, of inverses for a negative k."""
    rows, columns = base.shape
    if rows != columns:
        raise GradcliError(
            "shape",
            f"only a square matrix has powers, and this one is {entry_arrays.show(base.shape)}",
            hint=HINT_ENTRYWISE,
        )
    power = exponent.data if isinstance(exponent, Node) and exponent.op == "number" else None
    if type(power) is not int or abs(power) > MATRIX_POWERS:
        raise GradcliError(
            "shape", f"the exponent of a matrix is a whole number up to {MATRIX_POWERS} in LaTeX", hint=HINT_ENTRYWISE
        )
    factor = inv(graph, base) if power < 0 else base
    result = factor if power else eye(graph, rows)
    for _ in range(abs(power) - 1):
        result = matmul_cells(graph, result, factor)
    return result


def note_entrywise(graph: Graph, *values: Node | Cells) -> None:
    """Say once that powers and functions of a square matrix are not those of linear algebra."""
    square = any(isinstance(value, Cells) and value.shape[0] == value.shape[1] > 1 for value in values)
    if square and ENTRYWISE not in graph.notes:
        graph.notes.append(ENTRYWISE)


def scalar_operation(graph: Graph, op: str) -> Callable[[Node, Node], Node]:
    """An operator on two scalars."""
    if op == "+" or op == "-":
        sign = 1 if op == "+" else -1
        return lambda a, b: scalars.add(graph, [(a, 1), (b, sign)])
    if op == "*" or op == "/":
        exponent = 1 if op == "*" else -1
        return lambda a, b: scalars.multiply(graph, [(a, 1), (b, exponent)])
    if op == "**":
        return lambda a, b: scalars.power(graph, a, b)
    return lambda a, b: scalars.compare(graph, op, a, b)


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
    entry_arrays.check_cells(len(rows), len(rows[0]))
    return Cells(tuple(rows))


def entry_trees(tree: Tree, value: Cells) -> list[Tree]:
    """The syntax of each entry of a vector-valued expression, for saying what the components are."""
    if type(tree) is Vector and len(tree.items) == value.shape[0] and value.shape[1] == 1:
        return list(tree.items)
    rows, columns = value.shape
    places = [(i,) if columns == 1 else (i, j) for i in range(rows) for j in range(columns)]
    return [Index(tree, tuple(Number(k) for k in place)) for place in places]


def apply_function(
    graph: Graph, name: str, values: Sequence[Value], keywords: dict[str, Value], place: Span
) -> Node | Cells:
    """A function by name: a row entry by entry, an array function, or one that SymPy knows."""
    if name in BINDERS:
        return elementwise(lambda *args: make.form(name)(graph, *args), numbers(name, values, place))
    rule = RULES.get(NAMES.get(name, ""))
    if rule is not None and not (rule.variadic and (len(values) == 1 or keywords)):
        refuse_keywords(name, keywords, place)
        return apply_rule(graph, rule, numbers(name, values, place), place)
    row = ARRAY_NAMES.get(rule.name if rule is not None else name)
    if row is not None:
        return apply_row(graph, row, values, keywords, place)
    refuse_keywords(name, keywords, place)
    return apply_fallback(graph, name, numbers(name, values, place), place)


def apply_abstract(graph: Graph, name: str, values: Sequence[Value], place: Span) -> Node | Cells:
    """An unknown function of scalars, or of an array entry by entry."""
    if not values or any(isinstance(value, str) for value in values):
        raise GradcliError("arity", f"the abstract function {name!r} takes one or more scalars", place)
    return elementwise(lambda *args: scalars.abstract(graph, name, args), numbers(name, values, place))


def apply_row(
    graph: Graph, row: ArrayRule, values: Sequence[Value], keywords: dict[str, Value], place: Span
) -> Node | Cells:
    """A function of arrays: by its options, by its constructor, or by its definition."""
    if row.kind in ("reduce", "map") and "order" not in row.options:
        return reduction(graph, row, values, keywords, place)
    special = WITH_OPTIONS.get(row.form)
    if special is not None:
        return special(graph, values, keywords, place)
    return of_arrays(graph, row, values, keywords, place)


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
            result = elementwise(lambda a, b: functions.pair(graph, rule.name, a, b), [result, value])
        return result
    if not least <= len(values) <= most:
        raise arity_error(rule.name, least, most, len(values), place, rule.args)
    for text in rule.optional[len(values) - least :]:
        values.append(make.rule_text(graph, text, {}))
    if rule.name in MATRIX_FUNCTIONS:
        note_entrywise(graph, *values)
    return elementwise(lambda *args: scalars.call(graph, rule, args), values)


def arity_error(name: str, least: int, most: int, found: int, place: Span, args: Sequence[str]) -> GradcliError:
    """The error for a wrong number of arguments: the function and the number are named."""
    wanted = str(least) if least == most else f"{least} to {most}"
    noun = "argument" if most == 1 else "arguments"
    return GradcliError("arity", f"{name} takes {wanted} {noun}, not {found}", place, f"{name}({', '.join(args)})")


def apply_fallback(graph: Graph, name: str, values: list[Node | Cells], place: Span) -> Node | Cells:
    """A function that only SymPy knows, through a rule made from its answers."""
    from gradcli.cas.rows import FALLBACK, fallback_rule
    from gradcli.program.names import unknown_function

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
    axis = whole_number(keywords["axis"], place, "axis=0 goes down the columns, axis=1 along the rows")
    if axis not in (0, 1):
        raise GradcliError("arity", f"axis is 0 or 1, not {axis}", place)
    return axis


def reduction(
    graph: Graph, row: ArrayRule, values: Sequence[Value], keywords: dict[str, Value], place: Span
) -> Node | Cells:
    """sum, mean, max, softmax, … of one array, or of several numbers given one by one."""
    name = row.name
    axis = axis_of(name, keywords, place)
    if not values:
        raise GradcliError("arity", f"{name} takes an array as its argument", place, f"{name}(x) or {name}([a, b])")
    if len(values) > 1:
        raise arity_error(name, 1, 1, len(values), place, ("x",))
    if row.kind == "map":
        return functions.map_along(name, graph, array(name, values[0], place), axis)
    return functions.reduce_along(name, graph, array(name, values[0], place), axis)


def norm_function(graph: Graph, values: Sequence[Value], keywords: dict[str, Value], place: Span) -> Node | Cells:
    """norm(x), norm(x, 1), norm(x, inf), norm(X, "fro"), norm(X, axis=0)."""
    if not 1 <= len(values) <= 2:
        raise arity_error("norm", 1, 2, len(values), place, ("x", "order"))
    operand = array("norm", values[0], place)
    order = norm_order(values[1], place) if len(values) == 2 else "fro"
    axis = axis_of("norm", keywords, place)
    is_vector = operand.shape[1] == 1 or (operand.shape[0] == 1 and order not in ("1", "inf"))
    if axis is None and not is_vector:
        return matrix_norm(graph, order, operand)
    return vector_norm(graph, order, operand, axis)


def norm_order(value: Value, place: Span) -> str:
    """The order of a norm: 1, 2, inf, fro or nuc."""
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


def concat_function(graph: Graph, values: Sequence[Value], keywords: dict[str, Value], place: Span) -> Cells:
    """concat(x, y, ...): downwards, or side by side with axis=1; a scalar is one entry more."""
    axis = axis_of("concat", keywords, place)
    if not values:
        raise GradcliError("arity", "concat takes at least one array", place, "concat(x, y)")
    found = numbers("concat", values, place)
    alone = all(isinstance(value, Node) for value in found)
    arrays = [column([v]) if isinstance(v, Node) and not alone else array("concat", v, place) for v in found]
    return concat(arrays, axis or 0)


def sizes(
    name: str, values: Sequence[Value], keywords: dict[str, Value], place: Span, counts: Sequence[int]
) -> list[int]:
    """Whole numbers of at least 1, as many as `counts` allows."""
    refuse_keywords(name, keywords, place)
    if len(values) not in counts:
        raise arity_error(name, counts[0], counts[-1], len(values), place, ("m", "n")[: counts[-1]])
    found = [whole_number(value, place, f"{name}(3) or {name}(2, 3): a size is a whole number") for value in values]
    if min(found) < 1:
        raise GradcliError("shape", f"{name} needs sizes of at least 1, not {min(found)}", place)
    return found


def eye_function(graph: Graph, values: Sequence[Value], keywords: dict[str, Value], place: Span) -> Cells:
    """eye(n)."""
    return eye(graph, *sizes("eye", values, keywords, place, (1,)))


def commutation_function(graph: Graph, values: Sequence[Value], keywords: dict[str, Value], place: Span) -> Cells:
    """commutation(m, n)."""
    return commutation(graph, *sizes("commutation", values, keywords, place, (2,)))


def filled_function(name: str, number: int) -> Callable[..., Cells]:
    """zeros(n), zeros(m, n), ones(n), ones(m, n)."""

    def filled(graph: Graph, values: Sequence[Value], keywords: dict[str, Value], place: Span) -> Cells:
        rows, columns = (*sizes(name, values, keywords, place, (1, 2)), 1)[:2]
        return fill(graph, number, rows, columns)

    return filled


def of_arrays(
    graph: Graph, row: ArrayRule, values: Sequence[Value], keywords: dict[str, Value], place: Span
) -> Node | Cells:
    """A function whose arguments are all arrays: their number is checked, errors stand at its name."""
    refuse_keywords(row.name, keywords, place)
    if len(values) != len(row.args):
        raise arity_error(row.name, len(row.args), len(row.args), len(values), place, row.args)
    found = [array(row.name, value, place) for value in values]
    try:
        function = ENTRIES.get(row.form or row.name)
        if function is not None:
            return function(graph, *found)
        if row.entry and all(value.shape == (1, 1) for value in found):
            return of_one_entry(graph, row, found[0].rows[0][0])
    except GradcliError as error:
        error.span = error.span or place
        raise
    raise GradcliError(
        "too-large-exact",
        f"{row.name} has no closed form entry by entry",
        place,
        hint="it is computed where all its entries have values",
    )


def of_one_entry(graph: Graph, row: ArrayRule, entry: Node) -> Node | Cells:
    """The value for a matrix of one entry."""
    found = make.rule_text(graph, row.entry, {row.args[0]: entry})
    return column([found]) if row.shape.partition("->")[2].strip() else found


def dot(graph: Graph, left: Cells, right: Cells) -> Node:
    """Σ xᵢ·yᵢ of two vectors of one size."""
    if 1 not in left.shape or 1 not in right.shape:
        raise GradcliError("shape", "dot multiplies two vectors", hint="write A@B, or sum(A*B) for matrices")
    entries, others = left.flat(), right.flat()
    if len(entries) != len(others):
        raise GradcliError("shape", f"dot needs two vectors of one size, not {len(entries)} and {len(others)} entries")
    return entry_arrays.inner(graph, entries, others)


def outer(graph: Graph, left: Cells, right: Cells) -> Node | Cells:
    """x @ y.T."""
    return kron(graph, column(left.flat()), column(right.flat()).transposed())


def transpose(graph: Graph, matrix: Cells) -> Cells:
    """Rows become columns."""
    return matrix.transposed()


WITH_OPTIONS: dict[str, Callable[..., Node | Cells]] = {
    "norm": norm_function,
    "concat": concat_function,
    "eye": eye_function,
    "commutation": commutation_function,
    "zeros": filled_function("zeros", 0),
    "ones": filled_function("ones", 1),
}
"""Constructors that take more than arrays."""

ENTRIES: dict[str, Callable[..., Node | Cells]] = {
    "dot": dot,
    "outer": outer,
    "cross": cross,
    "kron": kron,
    "trace": functions.trace,
    "det": det,
    "logdet": logdet,
    "inv": inv,
    "pinv": pinv,
    "adjugate": adj,
    "solve": solve,
    "diagonal_of": diag,
    "vec": vec,
    "transpose": transpose,
}
"""What the constructors of rows are entry by entry."""
