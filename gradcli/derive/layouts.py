"""Where derivatives stand: entries of arrays, and how they are put into rows and columns in each layout.

Layouts, for y with m entries by x with n entries (denominator is the transpose of numerator):

| y by x | numerator |
| --- | --- |
| scalar by (p, q) matrix | (q, p) |
| (p, q) matrix by scalar | (p, q) |
| everything else | (m, n), entries of arrays in the order of vec, which stacks columns |

Several functions stand under one another, several variables side by side: one block each.
"""

from __future__ import annotations

from math import prod

from gradcli import limits
from gradcli.problems import Problem, WholeMatrixError
from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.text.tree import LARGE, Vector

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from typing import Any

    from gradcli.derive.methods.jet import Jet
    from gradcli.derive.results import Value
    from gradcli.evaluate.float64.ties import Ties
    from gradcli.program.graph import Graph, Node, Variable
    from gradcli.text.tree import Tree
    from gradcli.vocabulary import Layout, ProblemKind

    Single = tuple[str, str]
    """`function` or `variable`, and its label: what is the same in every entry of a matrix by a scalar, say."""

    Shape = tuple[int | str, ...]
    Rows = tuple[tuple[Any, ...], ...]
    Entries = Sequence[float | None]


def entry_names(variable: Variable) -> list[str]:
    """The scalar variables that a variable is made of: itself, or x[0], x[1], … or X[0,0], X[0,1], …"""
    if not variable.shape:
        return [variable.name]
    rows, columns = (int(size) for size in variable.shape)
    if columns == 1:
        return [f"{variable.name}[{i}]" for i in range(rows)]
    return [f"{variable.name}[{i},{j}]" for i in range(rows) for j in range(columns)]


def all_entry_names(variables: Sequence[Variable]) -> list[str]:
    """Every scalar variable, in order."""
    return [name for variable in variables for name in entry_names(variable)]


def count_limit(count: int, what: str) -> None:
    """Refuse arrays of answers beyond the limit."""
    if count > limits.CELLS:
        raise WholeMatrixError(
            "limit",
            f"{what} of {count} entries; the limit is {limits.CELLS}",
            hint="--sparse (sparse=True in Python) lists what is not 0; or use --wrt for fewer variables",
        )


def index_of(name: str) -> tuple[str, tuple[int, ...] | None]:
    """`X[0,1]` as ("X", (0, 1)); a scalar's name with None."""
    if name[-1:] != "]":
        return name, None
    base, _, inside = name[:-1].partition("[")
    return base, tuple(int(part) for part in inside.split(","))


def indexed(problem: Problem) -> Problem:
    """A problem of an entry by the name of its array, and its index."""
    variable, index = index_of(problem.variable) if problem.variable else (None, None)
    return problem._replace(variable=variable, index=index)


# ------------------------------------------------------------------------ gradients


def arrange(variable: Variable, entries: Mapping[str, Any], transposed: bool) -> Any:
    """The entries of one variable: a number, a flat list (vectors) or rows (matrices, `transposed` on request)."""
    return shaped(variable, [entries[name] for name in entry_names(variable)], transposed)


def shaped(variable: Variable, entries: Sequence[Any], transposed: bool) -> Any:
    """The same, of entries row by row."""
    found = list(entries)
    if not variable.shape:
        return found[0]
    columns = int(variable.shape[1])
    if columns == 1:
        return found
    lines = in_lines(found, columns)
    return turned_rows(lines) if transposed else lines


def in_lines(entries: Sequence[Any], width: int) -> list[Any]:
    """Entries as the rows of a matrix."""
    return [entries[i : i + width] for i in range(0, len(entries), width)]


def arrange_tree(variable: Variable, entries: Mapping[str, Tree], transposed: bool) -> Tree:
    """The same with trees: a literal that has the shape of the layout, so that of a vector a row when transposed."""
    return literal(arrange(variable, entries, transposed), transposed)


def literal(found: Any, transposed: bool) -> Tree:
    """Nested lists of trees as a tree; a flat one is a row when transposed."""
    if not isinstance(found, list):
        return found  # type: ignore[no-any-return]
    if transposed and not isinstance(found[0], list):
        found = [found]
    return Vector(tuple(Vector(tuple(line)) if isinstance(line, list) else line for line in found))


def by_variable(variables: Sequence[Variable], row: Sequence[Any], layout: Layout) -> dict[str, Any]:
    """What stands in the order of all entries, by variable, each in its own form."""
    found, first = {}, 0
    for variable in variables:
        count = prod(map(int, variable.shape))
        found[variable.name] = shaped(variable, row[first : first + count], layout == "numerator")
        first += count
    return found


def gradient_shape(variables: Sequence[Variable], layout: Layout) -> Shape | dict[str, Shape]:
    """The shape of a gradient: one for scalars and for a single array, one by variable for several arrays."""
    flip = layout == "numerator"
    if all(not variable.shape for variable in variables):
        return (1, len(variables)) if flip else (len(variables), 1)
    shapes = {v.name: turned(v.shape or (1, 1), flip) for v in variables}
    return shapes if len(shapes) > 1 else next(iter(shapes.values()))


def turned(shape: Shape, flip: bool) -> Shape:
    """The shape, or the transposed one."""
    return tuple(reversed(shape)) if flip else tuple(shape)


# ------------------------------------------------------------------------ symmetric matrices


def mirrored(name: str, symmetric: Collection[str]) -> str | None:
    """`S[1,0]` for `S[0,1]` of a symmetric S; None for entries that have no twin."""
    base, index = index_of(name)
    if base not in symmetric or index is None or len(index) != 2 or index[0] == index[1]:
        return None
    return f"{base}[{index[1]},{index[0]}]"


def symmetrised(graph: Graph, names: Sequence[str], row: Sequence[Node], symmetric: Collection[str]) -> list[Node]:
    """Derivatives by `names`, (G + G.T)/2 by each symmetric matrix: only symmetric changes count.

    Source: Srinivasan & Panda, arXiv 1911.06491.
    """
    if not symmetric:
        return list(row)
    from gradcli.program.make import add
    from gradcli.program.rationals import ratio

    half, free = ratio(1, 2), dict(zip(names, row, strict=True))
    twins = [mirrored(name, symmetric) for name in names]
    return [
        node if twin is None else add(graph, [(node, half), (free[twin], half)])
        for node, twin in zip(row, twins, strict=True)
    ]


def symmetric_parts(graph: Graph, names: Sequence[str], symmetric: Collection[str]) -> dict[Node, Node]:
    """For each entry of a symmetric matrix S among `names` that of (S + S.T)/2.

    A function of these has at symmetric points the same values, and by each entry its slopes, also on one side, its
    kinks and the ends of its domain are those of symmetric changes: abs(S[0,1] - S[1,0]) has no kink.
    """
    if not symmetric:
        return {}
    from gradcli.program.forms.scalars import variable

    entries = [variable(graph, name) for name in names]
    return dict(zip(entries, symmetrised(graph, names, entries, symmetric), strict=True))


def antisymmetric(variables: Sequence[Variable], symmetric: Collection[str]) -> int:
    """How many independent changes of the variables symmetric matrices cannot make: n(n - 1)/2 each."""
    sizes = [int(variable.shape[0]) for variable in variables if variable.name in symmetric and variable.shape]
    return sum(n * (n - 1) // 2 for n in sizes)


def averaged(found: Jet, names: Sequence[str], symmetric: Collection[str]) -> Jet:
    """The same with numbers, and with their errors."""
    if not symmetric:
        return found
    place = {name: i for i, name in enumerate(names)}
    twins = [place[mirrored(name, symmetric) or name] for name in names]

    def both(rows: Sequence[Sequence[float | None]]) -> list[list[float | None]]:
        pairs = [[(value, row[twin]) for value, twin in zip(row, twins, strict=True)] for row in rows]
        return [[None if a is None or b is None else (a + b) / 2 for a, b in row] for row in pairs]

    return found._replace(first=both(found.first), errors=None if found.errors is None else both(found.errors))


# ------------------------------------------------------------------------ Jacobians and Hessians


class EntryAxis(NamedTuple):
    """The functions of a Jacobian, or its variables: the shape of each, and the names of all entries, row by row."""

    shapes: tuple[Shape, ...]
    names: tuple[str, ...]

    def stacked(self) -> list[int]:
        """The places of the entries in the order of vec, array after array."""
        places, first = [], 0
        for shape in self.shapes:
            own = stacked(shape)
            places += [first + place for place in own]
            first += len(own)
        return places

    @property
    def is_matrix(self) -> bool:
        """Is it one matrix? A column is none."""
        return len(self.shapes) == 1 and len(self.shapes[0]) == 2 and self.shapes[0][1] != 1

    @property
    def is_scalar(self) -> bool:
        """Is it one scalar?"""
        return self.shapes == ((),)


def axis_of(variables: Sequence[Variable]) -> EntryAxis:
    """The variables of a Jacobian; where sizes are letters its entries have no names."""
    shapes = tuple(variable.shape for variable in variables)
    is_sized = not any(type(size) is str for shape in shapes for size in shape)
    return EntryAxis(shapes, tuple(all_entry_names(variables)) if is_sized else ())


def list_axis(labels: Sequence[str]) -> EntryAxis:
    """Functions that were given one by one, or as a list."""
    return EntryAxis(((len(labels), 1),) if len(labels) > 1 else ((),), tuple(labels))


def stacked(shape: Shape) -> list[int]:
    """The order of vec: entries column by column, as places in an array that is stored row by row."""
    if len(shape) != 2:
        return [0]
    rows, columns = int(shape[0]), int(shape[1])
    return [i * columns + j for j in range(columns) for i in range(rows)]


class LayoutFrame(NamedTuple):
    """The rows and columns of a Jacobian in one layout.

    rows, columns    labels; of a scalar by a matrix (or the other way round) those of the matrix, `X[0,:]`, `X[:,0]`
    single           what is the same in every cell then
    down, across     the entries of the functions and of the variables in the order of vec
    turned           whether rows belong to entries of the variables
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    single: Single | None
    down: Sequence[int]
    across: Sequence[int]
    turned: bool

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns)."""
        return len(self.rows), len(self.columns)

    def fill(self, entries: Sequence[Sequence[Any]]) -> Rows:
        """The entries, a row a component and a column a variable, in their cells."""
        if self.single is None:
            rows = rearranged(entries, self.down, self.across)
            return columns_of(rows) if self.turned else tuple(map(tuple, rows))
        row = entries[0] if self.single[0] == "function" else [line[0] for line in entries]
        lines = in_lines(row, self.matrix_columns())
        return columns_of(lines) if self.is_transposed() else tuple(map(tuple, lines))

    def entries(self, cells: Sequence[Sequence[Any]]) -> list[Sequence[Any]]:
        """The entries that stand in these cells, a row a component and a column a variable: `fill` undone."""
        if self.single is not None:
            lines = columns_of(cells) if self.is_transposed() else cells
            row = [cell for line in lines for cell in line]
            return [row] if self.single[0] == "function" else [[cell] for cell in row]
        rows = columns_of(cells) if self.turned else cells
        return rearranged(rows, places_in(self.down), places_in(self.across))

    def is_transposed(self) -> bool:
        """Does one matrix stand in these rows and columns as its transpose?"""
        assert self.single is not None
        return self.turned != (self.single[0] == "function")

    def matrix_columns(self) -> int:
        """The columns of that matrix."""
        return len(self.rows if self.is_transposed() else self.columns)


def rearranged(rows: Sequence[Sequence[Any]], down: Sequence[int], across: Sequence[int]) -> list[Sequence[Any]]:
    """Rows and columns in another order."""
    if all(i == place for i, place in enumerate(across)):
        return [rows[i] for i in down]
    from operator import itemgetter

    pick = itemgetter(*across)  # several: one alone is in order
    return [pick(rows[i]) for i in down]


def places_in(order: Sequence[int]) -> list[int]:
    """Where each entry stands in an order."""
    return sorted(range(len(order)), key=order.__getitem__)


def columns_of(rows: Sequence[Sequence[Any]]) -> Rows:
    """The columns as rows."""
    return tuple(zip(*rows, strict=True))


def frame_of(functions: EntryAxis, variables: EntryAxis, layout: Layout) -> LayoutFrame:
    """Rows and columns of the derivatives of these functions by these variables."""
    single: Single | None = None
    if functions.is_scalar and variables.is_matrix:
        single = ("function", functions.names[0])
    elif variables.is_scalar and functions.is_matrix:
        single = ("variable", variables.names[0])
    if not functions.names or not variables.names:
        return LayoutFrame((), (), single, (), (), False)
    down, across = functions.stacked(), variables.stacked()
    if single is not None and single[0] == "function":
        columns, rows = line_labels(variables)
    elif single is not None:
        rows, columns = line_labels(functions)
    else:
        rows, columns = tuple(functions.names[i] for i in down), tuple(variables.names[j] for j in across)
    if layout == "denominator":
        return LayoutFrame(columns, rows, single, down, across, True)
    return LayoutFrame(rows, columns, single, down, across, False)


def vec_frame(variables: EntryAxis) -> LayoutFrame:
    """vec of the variables by itself, for Hessians."""
    order = variables.stacked() if variables.names else []
    labels = tuple(variables.names[i] for i in order)
    return LayoutFrame(labels, labels, None, order, order, False)


def line_labels(matrix: EntryAxis) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """`X[0,:]`, … for the rows of one matrix, `X[:,0]`, … for its columns."""
    base = matrix.names[0].partition("[")[0]
    rows, columns = (int(size) for size in matrix.shapes[0])
    return tuple(f"{base}[{i},:]" for i in range(rows)), tuple(f"{base}[:,{j}]" for j in range(columns))


# ------------------------------------------------------------------------ float64 arrays as lists


def shown(shape: Shape) -> Shape:
    """(n,) for a vector."""
    return shape[:1] if len(shape) == 2 and shape[1] == 1 else shape


def listed(array: Any, transposed: bool = False) -> Value:
    """A float64 result as a number, a flat list (a column) or rows; what is not finite is None."""
    if isinstance(array, float):
        return array if abs(array) < float("inf") else None
    is_column = array.shape[1] == 1
    rows = (array.T if transposed else array).tolist()
    from gradcli.evaluate.float64.data import is_finite

    if not is_finite(array):
        rows = [[x if abs(x) < float("inf") else None for x in row] for row in rows]
    return [x for row in rows for x in row] if is_column else rows


def turned_rows(value: Any) -> Any:
    """A matrix transposed; numbers and flat lists as they are."""
    if isinstance(value, list) and value and isinstance(value[0], list):
        return [list(column) for column in zip(*value, strict=True)]
    return value


def numbers_in(value: Any) -> list[Any]:
    """All numbers of nested lists, row by row."""
    if not isinstance(value, list | tuple):
        return [value]
    return [number for part in value for number in numbers_in(part)]


def listed_at(trees: Mapping[str, Tree], values: Mapping[str, Any]) -> Mapping[str, Value]:
    """The coordinates of a point."""
    if any(getattr(values[name], "size", 1) > LARGE for name in trees):
        from gradcli.derive.listed_point import ListedPoint

        return ListedPoint(trees, values, listed)
    return {name: listed(values[name]) for name in trees}


def listed_entries(array: Any) -> Entries:
    """The entries of a float64 result row by row; what is not finite is None."""
    if isinstance(array, float):
        return [array if abs(array) < float("inf") else None]
    from gradcli.evaluate.float64.data import is_finite

    found: Entries = array.ravel().tolist()
    return found if is_finite(array) else [x if x is not None and abs(x) < float("inf") else None for x in found]


def not_finite(
    variable: str | None, entries: Entries, shape: Shape | None = None, why: str | None = None
) -> list[Problem]:
    """A problem for the first entry that has no finite number; `why` says what is not differentiable there.

    shape    of the array that the entries make, None where it is none
    """
    if None not in entries:
        return []
    message = "no finite number in float64: a singular matrix, a value outside the domain, or an overflow"
    kind: ProblemKind = "undefined" if why is None else "not-differentiable"
    return [Problem(variable, kind, why or message, index=first_gap(entries, shape))]


def tie_problem(variable: str | None, ties: Ties, entries: Entries = (), shape: Shape | None = None) -> Problem:
    """The problem of entries that have no value at a kink or a jump."""
    message = f"{ties.function} is at its switch here, and its two sides do not give the same derivative"
    return Problem(variable, "not-differentiable", message, index=first_gap(entries, shape))


def first_gap(entries: Entries, shape: Shape | None) -> tuple[int, ...] | None:
    """The index of the first entry that is None in an array of this shape."""
    if not shape:
        return None
    place, columns = list(entries).index(None), int(shape[1])
    return (place,) if columns == 1 else divmod(place, columns)
