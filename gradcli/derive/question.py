"""Questions about programs with vectors and matrices: one closed form, and numbers by the engine that the sizes allow.

The closed form comes from the array graph. Numbers come from the scalar engine, one variable an entry (certified, with
every method and every diagnosis), or, where that would take too long, from float64 arrays, which is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

from gradcli.derive.layouts import data_shape, first_gap, not_finite, shown, tie_problem
from gradcli.derive.reading import conventions
from gradcli.derive.results import Reading
from gradcli.problems import GradcliError, Problem
from gradcli.program.build import build_program
from gradcli.program.script_arrays import build_array_program
from gradcli.text.tree import Data

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gradcli.derive.layouts import Shape
    from gradcli.derive.results import Layout, Method, Value
    from gradcli.differences.plan import Plan
    from gradcli.evaluate.float64.ties import Ties
    from gradcli.problems import Source
    from gradcli.program.graph import Node, Program
    from gradcli.program.options import BuildOptions
    from gradcli.text.points import PointText
    from gradcli.text.tree import Script, Tree

Answer = TypeVar("Answer")


class Asked(NamedTuple):
    """What is asked of an array program; the texts of points are bound when the shapes are known."""

    script: Script
    options: BuildOptions
    points: tuple[tuple[PointText, Source], ...]
    along: tuple[PointText, Source] | None
    method: Method
    layout: Layout | None
    precision: str | None = None
    plan: Plan | None = None
    study: bool = False


class FloatPoint(NamedTuple):
    """A point for the float64 engine: arrays by name, constants included, and what was typed for the variables."""

    values: Mapping[str, Any]
    trees: Mapping[str, Tree]


class ArrayQuestion:
    """One program; what does not depend on the point is done once."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.arrays: Program = build_array_program(asked.script, asked.options)
        self.graph = self.arrays.graph
        self.names = [variable.name for variable in self.arrays.variables]
        self.notes: tuple[str, ...] = ()
        self.scalar_program: Program | None = None
        self.line: tuple[Any, tuple[Tree, ...] | None] | None = None

    @property
    def taken(self) -> set[str]:
        """Names that no part of an answer may be given."""
        names = {v.name for v in (*self.arrays.variables, *self.arrays.parameters)}
        return {*names, *self.arrays.settings, *self.arrays.dims}

    def sizes(self) -> dict[str, int]:
        """The letters of sizes whose values are known."""
        return {name: value for name, value in self.arrays.dims.items() if value is not None}

    def is_small(self, nodes: Sequence[Node]) -> bool:
        """Can every number be certified, entry by entry?"""
        from gradcli.evaluate.budget import certifiable, has_entries

        if not has_entries([output.node for output in self.arrays.outputs]):
            return False
        variables = (*self.arrays.variables, *self.arrays.parameters)
        shapes = [self.numeric(v.shape) for v in variables]
        shapes += [data_shape(tree) for tree in self.arrays.settings.values()]
        return certifiable(shapes, nodes, self.sizes())

    def numeric(self, shape: Shape) -> tuple[int, ...]:
        """A shape with its letters replaced by their values."""
        from gradcli.evaluate.budget import count

        return tuple(count(size, self.sizes()) for size in shape)

    def has_sizes(self) -> bool:
        """Are all sizes known as numbers?"""
        sizes = self.sizes()
        variables = (*self.arrays.variables, *self.arrays.parameters)
        return all(type(s) is int or s in sizes for v in variables for s in v.shape)

    def scalars(self) -> Program:
        """The same program with one scalar variable an entry."""
        if self.scalar_program is None:
            types = self.arrays.types
            self.scalar_program = build_program(*types.entrywise(self.asked.script, self.asked.options, self.sizes()))
        return self.scalar_program

    def float_point(self, text: PointText, source: Source) -> FloatPoint:
        """A point for the float64 engine."""
        from gradcli.evaluate.float64.data import float_values
        from gradcli.program.point import name_values

        wanted = [*self.arrays.variables, *self.arrays.parameters]
        trees = name_values(wanted, text, source, set(self.arrays.settings))
        return FloatPoint(float_values({**self.arrays.settings, **trees}), trees)

    def evaluate(self, nodes: Sequence[Node], point: FloatPoint) -> list[Any]:
        """The nodes in float64."""
        from gradcli.evaluate.float64.arrays import evaluate_arrays

        if self.asked.method not in ("symbolic", "autodiff"):
            doubles = "--precision double, or " if self.asked.method == "fd" else ""
            raise GradcliError(
                "too-large",
                f"--method {self.asked.method} takes one evaluation an entry, and these arrays are too large for it",
                hint=f"use {doubles}--method symbolic or autodiff",
            )
        return evaluate_arrays(nodes, point.values, self.sizes())

    def ties(self, nodes: Sequence[Node], found: Sequence[Any], point: FloatPoint) -> Ties | None:
        """Which entries have no value at the point because of a kink or a jump: NumPy says nothing there."""
        from gradcli.evaluate.float64.ties import ties_at

        return ties_at(nodes, found, point.values, self.sizes())

    def gaps(self, rows: Value, ties: Ties | None) -> list[Problem]:
        """The problem of the first entry that has no number; at a kink it says so."""
        if first_gap(rows) is None:
            return []
        if ties is not None and any(mask.any() for mask in ties.loose):
            return [tie_problem(self.names[0], ties, None)]
        return not_finite(self.names[0], None)

    def by_engine(
        self,
        nodes: Sequence[Node] | None,
        certified: Callable[[PointText, Source], Answer],
        in_float64: Callable[[PointText, Source], Answer],
        text: PointText,
        source: Source,
    ) -> Answer:
        """Numbers entry by entry where that is not too much or there is no closed form (nodes None), else float64."""
        if nodes is None or self.is_small([self.arrays.outputs[0].node, *nodes]):
            try:
                return certified(text, source)
            except GradcliError as error:
                if error.code not in ("too-large-exact", "limit") or nodes is None:
                    raise
        if self.asked.method == "fd" and self.asked.precision == "double":
            return cast("Answer", self.by_differences(text, source))
        return in_float64(text, source)

    def by_differences(self, text: PointText, source: Source) -> Any:
        """The answer by finite differences of float64 arrays, where the question has such."""
        message = "finite differences of second derivatives are taken entry by entry, and these arrays are too large"
        raise GradcliError("too-large", message, hint="use --method symbolic or autodiff")

    def reading(self, trees: Mapping[str, Tree] | None, values: Mapping[str, Value] | None) -> Reading:
        """How the input was read."""
        arrays = self.arrays
        shapes = {v.name: shown(v.shape) for v in (*arrays.variables, *arrays.parameters)}
        label = arrays.outputs[0].label if len(arrays.outputs) == 1 else "f"
        small = {name: tree for name, tree in arrays.settings.items() if type(tree) is not Data}
        return Reading(
            arrays.statements,
            label,
            tuple(self.names),
            shapes,
            small,
            trees,
            values,
            arrays.decimal,
            (*arrays.assumptions, *self.conventions()),
        )

    def conventions(self) -> list[str]:
        """What is said of gradients by symmetric matrices."""
        return conventions(self.names, self.arrays.symmetric)

    def at_scalars(self, text: PointText, source: Source) -> Any:
        """The point for the scalar engine."""
        from gradcli.program.point import bind_point

        point = bind_point(self.scalars(), text, source)
        for name in sorted(self.arrays.symmetric):
            require_symmetric(name, point.values)
        return point


def require_symmetric(name: str, values: Mapping[str, Node]) -> None:
    """A value of a symmetric matrix must be symmetric."""
    for entry, node in values.items():
        if entry.startswith(f"{name}["):
            row, _, column = entry[len(name) + 1 : -1].partition(",")
            if values.get(f"{name}[{column},{row}]", node) is not node:
                message = (
                    f"{name} is declared symmetric, and entries {row},{column} and {column},{row} of its value differ"
                )
                raise GradcliError("point", message, hint="give a symmetric value, or leave --symmetric away")
