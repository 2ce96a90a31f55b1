"""Entries of array variables, and how entries are put back into arrays, in the layout that was asked for.

Layouts: a scalar by n scalars is (1, n) in numerator and (n, 1) in denominator layout; by a (p, q) matrix it is (q, p)
and (p, q).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradcli.problems import Problem
from gradcli.program.forms import scalars
from gradcli.program.rationals import ratio
from gradcli.text.tree import Vector

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from gradcli.derive.methods.entries import Entries
    from gradcli.derive.results import Layout, Value
    from gradcli.evaluate.float64.ties import Ties
    from gradcli.program.graph import Graph, Node, Variable
    from gradcli.text.tree import Tree

    Rows = tuple[tuple[Any, ...], ...]


Shape = tuple[int | str, ...]


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


def index_of(name: str) -> tuple[str, tuple[int, ...] | None]:
    """`X[0,1]` as ("X", (0, 1)); a scalar's name with None."""
    if name[-1:] != "]":
        return name, None
    base, _, inside = name[:-1].partition("[")
    return base, tuple(int(part) for part in inside.split(","))


def arrange(variable: Variable, entries: Mapping[str, Any], transposed: bool) -> Any:
    """The entries of one variable: a number, a flat list (vectors) or rows (matrices, `transposed` on request)."""
    found = [entries[name] for name in entry_names(variable)]
    if not variable.shape:
        return found[0]
    rows, columns = (int(size) for size in variable.shape)
    if columns == 1:
        return found
    lines = [found[i * columns : (i + 1) * columns] for i in range(rows)]
    return [list(line) for line in zip(*lines, strict=True)] if transposed else lines


def arrange_tree(variable: Variable, entries: Mapping[str, Tree], transposed: bool) -> Tree:
    """The same with trees: a vector literal for arrays."""
    found = arrange(variable, entries, transposed)
    if not isinstance(found, list):
        return found  # type: ignore[no-any-return]
    return Vector(tuple(Vector(tuple(line)) if isinstance(line, list) else line for line in found))


def by_variable(variables: Sequence[Variable], entries: Mapping[str, float | None], layout: Layout) -> dict[str, Value]:
    """Numbers by variable, each in its own form."""
    return {v.name: arrange(v, entries, layout == "numerator") for v in variables}


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


def listed_rows(array: Any) -> list[list[float | None]]:
    """Rows of a float64 matrix; what is not finite is None."""
    return [[x if abs(x) < float("inf") else None for x in row] for row in array.tolist()]


def label(pairs: Sequence[tuple[str, str]]) -> str:
    """What the entries of a row or column have in common: the function's component, or the variable's entry."""
    functions, variables = {f for f, _ in pairs}, {x for _, x in pairs}
    if len(functions) == 1 and len(variables) > 1:
        return next(iter(functions))
    if len(variables) == 1 and len(functions) > 1:
        return next(iter(variables))
    if len(functions) == len(variables) == 1:
        return next(iter(functions))
    return ""


def arranged(rows: Sequence[Sequence[Any]], below: Shape, above: Shape, layout: Layout) -> Rows:
    """Entries (components of Y down, entries of X across, each row by row) in the order that the layout gives them.

    below, above: the shapes of Y and of X; () for scalars.
    """
    if not below and len(above) == 2 and above[1] != 1:
        found = turned_rows(list(rows[0]), above)
        found = found if layout == "denominator" else list(zip(*found, strict=True))
    elif not above and len(below) == 2 and below[1] != 1 and below[0] != 1:
        found = turned_rows([row[0] for row in rows], below)
        found = found if layout == "numerator" else list(zip(*found, strict=True))
    else:
        down, across = stacked(below), stacked(above)
        found = [[rows[i][j] for j in across] for i in down]
        found = found if layout == "numerator" else list(zip(*found, strict=True))
    return tuple(tuple(row) for row in found)


def turned_rows(entries: Sequence[Any], shape: Shape) -> list[Any]:
    """Entries row by row as rows."""
    width = int(shape[1])
    return [list(entries[i : i + width]) for i in range(0, len(entries), width)]


def stacked(shape: Shape) -> list[int]:
    """The order of vec: entries column by column, as positions row by row."""
    if len(shape) != 2:
        return [0]
    rows, columns = int(shape[0]), int(shape[1])
    return [i * columns + j for j in range(columns) for i in range(rows)]


def shown(shape: Shape) -> Shape:
    """(n,) for a vector."""
    return shape[:1] if len(shape) == 2 and shape[1] == 1 else shape


def data_shape(tree: Tree) -> tuple[int, ...]:
    """The shape of a constant."""
    from gradcli.program.shapes import tree_dims

    return tuple(tree_dims(tree))


def listed(array: Any, transposed: bool = False) -> Value:
    """A float64 result as a number, a flat list (a column) or rows; what is not finite is None."""
    if isinstance(array, float):
        return array if abs(array) < float("inf") else None
    rows = (array.T if transposed else array).tolist()
    clean = [[x if abs(x) < float("inf") else None for x in row] for row in rows]
    if array.shape[1] == 1:
        return [x for row in clean for x in row]
    return clean


def listed_at(trees: Mapping[str, Tree], values: Mapping[str, Any]) -> dict[str, Value]:
    """The coordinates of a point."""
    return {name: listed(values[name]) for name in trees}


def not_finite(variable: str | None, value: Value) -> list[Problem]:
    """A problem for the first entry that has no finite number."""
    place = first_gap(value)
    if place is None:
        return []
    message = "no finite number in float64: a singular matrix, a value outside the domain, or an overflow"
    return [Problem(variable, "undefined", message, index=place or None)]


def tie_problem(variable: str | None, ties: Ties, value: Value) -> Problem:
    """The problem of entries that have no value at a kink or a jump."""
    message = f"{ties.function} is at its switch here, and its two sides do not give the same derivative"
    place = first_gap(value)
    return Problem(variable, "not-differentiable", message, index=place or None)


def first_gap(value: Value) -> tuple[int, ...] | None:
    """Where the first None stands: () for a number, its index in lists; None where there is none."""
    if value is None:
        return ()
    if isinstance(value, list):
        for i, entry in enumerate(value):
            place = first_gap(entry)
            if place is not None:
                return (i, *place)
    return None


def mirrored(name: str, symmetric: Collection[str]) -> str | None:
    """`S[1,0]` for `S[0,1]` of a symmetric S; None for entries that have no twin."""
    base, index = index_of(name)
    if base not in symmetric or index is None or len(index) != 2 or index[0] == index[1]:
        return None
    return f"{base}[{index[1]},{index[0]}]"


def symmetrised(graph: Graph, partials: dict[str, Node], symmetric: Collection[str]) -> dict[str, Node]:
    """(G + G.T)/2 for the gradient by each symmetric matrix (Srinivasan & Panda, arXiv 1911.06491)."""
    if not symmetric:
        return partials
    half = ratio(1, 2)
    result = dict(partials)
    for name in partials:
        twin = mirrored(name, symmetric)
        if twin is not None:
            result[name] = scalars.add(graph, [(partials[name], half), (partials[twin], half)])
    return result


def averaged(found: Entries, symmetric: Collection[str]) -> Entries:
    """The same with numbers, and with their errors."""

    def both(numbers: Mapping[str, float | None]) -> dict[str, float | None]:
        result = dict(numbers)
        for name, value in numbers.items():
            other = numbers.get(mirrored(name, symmetric) or name)
            result[name] = None if value is None or other is None else (value + other) / 2
        return result

    return found._replace(numbers=both(found.numbers), errors=None if found.errors is None else both(found.errors))
