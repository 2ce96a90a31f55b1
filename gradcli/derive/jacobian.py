"""The Jacobian of a vector function, in either layout or in both.

Shapes: m components by n variables are (m, n) in numerator layout, where row i belongs to component i, and (n, m) in
denominator layout; see `derive.layouts`.
"""

from __future__ import annotations

from math import prod

from gradcli.derive.entrywise import FirstDerivative
from gradcli.derive.layouts import axis_of, count_limit, frame_of
from gradcli.derive.results import Jacobian
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from gradcli.derive.derivative import DerivativeQuestion
    from gradcli.derive.layouts import LayoutFrame, Shape
    from gradcli.derive.methods.jet import Jet, Row
    from gradcli.derive.request import Request
    from gradcli.derive.results import Reading
    from gradcli.program.graph import Program
    from gradcli.text.tree import Tree
    from gradcli.vocabulary import Layout


def jacobian_record(
    about: DerivativeQuestion[Jacobian, Any], reading: Reading, jet: Jet | None, layout: Layout
) -> Jacobian:
    """The Jacobian in one layout.

    Problems: an entry that does not exist is None; its problem names the component as well as the variable.
    """
    formula, frame = about.formula(layout), frame_for(about, layout)
    errors = None if jet is None else jet.errors
    shapes = about.axis().shapes
    return Jacobian(
        reading,
        about.numbers(jet),
        layout,
        frame.shape if jet is not None or formula.shape is None else formula.shape,
        tuple(label for label, _ in about.functions),
        tuple(tree for _, tree in about.functions),
        frame.rows,
        frame.columns,
        formula.symbolic,
        formula.definitions,
        None if jet is None else shaped_value(shapes if len(about.functions) == 1 else (), jet.value),
        None if jet is None else frame.fill(jet.first),
        None if errors is None else frame.fill(errors),
        about.direction,
        None if formula.along is None else tuple(formula.along),
        None if jet is None or jet.along is None else by_function(shapes, jet.along),
        frame.single,
        formula.blocks,
    )


def frame_for(about: DerivativeQuestion[Jacobian, Any], layout: Layout) -> LayoutFrame:
    """Rows and columns of all functions by all variables."""
    return frame_of(about.axis(), axis_of(about.variables), layout)


def shaped_value(shapes: Sequence[Shape], entries: Row) -> Any:
    """The value of the functions: entries row by row; the rows of a matrix that is one function."""
    if len(shapes) == 1 and len(shapes[0]) == 2 and 1 not in shapes[0]:
        width = int(shapes[0][1])
        return tuple(tuple(entries[i : i + width]) for i in range(0, len(entries), width))
    return tuple(entries)


def by_function(shapes: Sequence[Shape], entries: Row) -> Any:
    """Derivatives along a direction, entry by entry; of several functions a list of those of each."""
    if len(shapes) == 1:
        return tuple(entries)
    found, first = [], 0
    for shape in shapes:
        own = list(entries[first : first + prod(map(int, shape))])
        found.append(own if shape else own[0])
        first += len(own)
    return tuple(found)


class EntryJacobian(FirstDerivative[Jacobian]):
    """The Jacobian entry by entry."""

    record = jacobian_record

    def __init__(self, program: Program, request: Request) -> None:
        count_limit(len(program.outputs) * len(axis_of(program.variables).names), "a Jacobian")
        super().__init__(program, request)

    def laid_out(self, rows: Sequence[Sequence[Tree]], layout: Layout) -> Any:
        """Formulas in rows and columns."""
        return frame_for(self, layout).fill(rows)
