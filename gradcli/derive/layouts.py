"""Entries of array variables, and how entries are put back into arrays, in the layout that was asked for.

Layouts: a scalar by n scalars is (1, n) in numerator and (n, 1) in denominator layout; by a (p, q) matrix it is (q, p)
and (p, q).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradcli.text.tree import Vector

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcli.derive.results import Layout, Value
    from gradcli.program.graph import Variable
    from gradcli.text.tree import Tree

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
