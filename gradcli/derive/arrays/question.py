"""Questions about programs with vectors and matrices: one closed form, and numbers by the engine that the sizes allow.

The closed form comes from the array graph. Numbers come from the scalar engine, one variable an entry (certified, with
every method and every diagnosis), or, where that would take too long, from float64 arrays, which is said.
"""

from __future__ import annotations

from gradcli.derive.layouts import axis_of, not_finite, shown, tie_problem
from gradcli.derive.reading import conventions
from gradcli.derive.results import Reading
from gradcli.problems import GradcliError, Problem
from gradcli.program.building.array_program import build_array_program
from gradcli.program.building.program import build_program
from gradcli.program.graph import Variable, order
from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.text.tree import Data, typed_shape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from gradcli.derive.layouts import Entries, EntryAxis, Shape
    from gradcli.derive.request import Request
    from gradcli.derive.results import Value
    from gradcli.evaluate.float64.agenda import Agenda
    from gradcli.evaluate.float64.ties import Ties
    from gradcli.problems import Source
    from gradcli.program.graph import Node, Program
    from gradcli.program.options import BuildOptions
    from gradcli.text.points import PointText
    from gradcli.text.tree import Script, Tree
    from gradcli.vocabulary import Accuracy


class FloatPoint(NamedTuple):
    """A point for the float64 engine: arrays by name, constants included, and what was typed for the variables.

    `doubtful`: the data that may hold numbers that are not finite, which the first evaluation finds out.
    """

    values: Mapping[str, Any]
    trees: Mapping[str, Tree]
    doubtful: Mapping[str, Data] = {}


class ArrayQuestion:
    """One program; what does not depend on the point is done once."""

    def __init__(self, script: Script, options: BuildOptions, request: Request) -> None:
        self.script, self.options = script, options
        self.arrays: Program = build_array_program(script, options)
        self.request = request
        self.graph = self.arrays.graph
        self.names = [variable.name for variable in self.arrays.variables]
        self.scalar_program: Program | None = None
        self.tied = True
        """Whether a switch was at its tie in the last evaluation; True where nobody looked."""
        self.agendas: dict[tuple[Node, ...], Agenda] = {}
        if request.points and not self.has_sizes():
            self.take_sizes()

    @property
    def outputs(self) -> list[Node]:
        """The functions."""
        return [output.node for output in self.arrays.outputs]

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
        shapes += [typed_shape(tree) for tree in self.arrays.settings.values()]
        return certifiable(shapes, nodes, self.sizes())

    def numeric(self, shape: Shape) -> tuple[int, ...]:
        """A shape with its letters replaced by their values."""
        from gradcli.evaluate.budget import count

        return tuple(count(size, self.sizes()) for size in shape)

    def in_numbers(self, shape: Shape) -> Any:
        """The same as far as they are known."""
        sizes = self.sizes()
        return tuple(sizes.get(str(size), size) for size in shape)

    def sized(self) -> tuple[Variable, ...]:
        """The variables with their sizes as numbers, as far as they are known."""
        return tuple(Variable(v.name, self.in_numbers(v.shape)) for v in self.arrays.variables)

    def axis(self) -> EntryAxis:
        """The entries of the functions."""
        return axis_of([Variable(o.label, self.in_numbers(o.node.shape)) for o in self.arrays.outputs])

    def has_sizes(self) -> bool:
        """Are all sizes known as numbers?"""
        sizes = self.sizes()
        variables = (*self.arrays.variables, *self.arrays.parameters)
        return all(type(s) is int or s in sizes for v in variables for s in v.shape)

    def scalars(self) -> Program:
        """The same program with one scalar variable an entry."""
        if self.scalar_program is None:
            types = self.arrays.types
            self.scalar_program = build_program(*types.entrywise(self.script, self.options, self.sizes()))
        return self.scalar_program

    def take_sizes(self) -> None:
        """Read the program anew with the sizes of a point without names, which belong to the variables in order.

        Raises GradcliError: `point` for values that are not those of the variables.
        """
        from gradcli.program.point import shapes_at

        bound = shapes_at(self.arrays, *self.request.points[0])
        self.options = self.options._replace(bound=bound)
        self.arrays = build_array_program(self.script, self.options)
        self.graph = self.arrays.graph

    def values_by_name(self, text: PointText, source: Source) -> dict[str, Tree]:
        """What was typed for each variable and parameter."""
        from gradcli.program.point import name_values

        wanted = [*self.arrays.variables, *self.arrays.parameters]
        return name_values(wanted, text, source, set(self.arrays.settings))

    def float_point(self, text: PointText, source: Source, unseen: bool = False) -> FloatPoint:
        """A point for the float64 engine; `unseen`: `evaluate` finds out whether data are finite, and widens them."""
        from gradcli.evaluate.float64.data import float_values

        trees = self.values_by_name(text, source)
        values = {**self.arrays.settings, **trees}
        data = {name: tree for name, tree in values.items() if type(tree) is Data} if unseen else {}
        doubtful = {name: tree for name, tree in data.items() if tree.doubt is not None}
        return FloatPoint(float_values(values, data), trees, doubtful)

    def evaluate(self, nodes: Sequence[Node], point: FloatPoint) -> list[Any]:
        """The nodes in float64."""
        from gradcli.derive.methods.choose import METHODS
        from gradcli.evaluate.float64.agenda import Agenda
        from gradcli.evaluate.float64.arrays import evaluate_arrays
        from gradcli.evaluate.float64.ties import TieWatch

        method = self.request.method
        if METHODS[method].is_measured:
            from gradcli.evaluate.budget import without_entries

            doubles = "--precision double, or " if method == "fd" else ""
            name = without_entries([output.node for output in self.arrays.outputs])
            reason = f"{name} has no closed form for one" if name else "these arrays are too large for it"
            raise GradcliError(
                "too-large",
                f"--method {method} takes one evaluation an entry, and {reason}",
                hint=f"use {doubles}--method symbolic or autodiff",
            )
        agenda = self.agendas.get(tuple(nodes))
        if agenda is None:
            agenda = self.agendas[tuple(nodes)] = Agenda(nodes, self.graph)
        watch = TieWatch()
        found = evaluate_arrays(nodes, point.values, self.sizes(), agenda, point.doubtful, watch.look)
        self.tied = watch.tied
        return found

    def evaluated(self, nodes: Sequence[Node], point: FloatPoint) -> tuple[list[Any], Accuracy]:
        """The nodes at a point: certified where functions of small whole matrices can be enclosed, else in float64."""
        from gradcli.evaluate.budget import has_entries, has_singular_values

        functions = [output.node for output in self.arrays.outputs]
        if self.request.method == "symbolic" and (not has_entries(functions) or has_singular_values(functions)):
            found = self.enclosed(nodes, point)
            if found is not None:
                self.tied = True
                return found, "certified"
        return self.evaluate(nodes, point), "float64"

    def enclosed(self, nodes: Sequence[Node], point: FloatPoint) -> list[Any] | None:
        """The nodes by balls of matrices, None where the matrices are large, or not everything is enclosed."""
        from gradcli.evaluate.budget import ENCLOSED, count
        from gradcli.evaluate.certified.matrices import certified_arrays
        from gradcli.evaluate.float64.data import as_value
        from gradcli.program.building.constants import build_constant
        from gradcli.program.scalarize.entries import Cells

        trees = {**self.arrays.settings, **point.trees}
        if any(type(tree) is Data for tree in trees.values()):
            return None
        if any(count(s, self.sizes()) > ENCLOSED for node in order(nodes) for s in node.shape):
            return None
        given = {name: build_constant(self.graph, tree, name) for name, tree in trees.items()}
        values = {name: value.rows if isinstance(value, Cells) else value for name, value in given.items()}
        found = certified_arrays(nodes, values, self.sizes())
        return None if found is None else [as_value(rows, node) for rows, node in zip(found, nodes, strict=True)]

    def ties(self, nodes: Sequence[Node], found: Sequence[Any], point: FloatPoint) -> Ties | None:
        """Which entries have no value at the point because of a kink or a jump: NumPy says nothing there."""
        from gradcli.evaluate.float64.ties import ties_at

        if not self.tied:
            return None
        return ties_at(nodes, found, point.values, self.sizes())

    def behind_jump(self, ties: Ties, point: FloatPoint) -> list[Any] | None:
        """Which entries of each variable move a switch of the function that jumps; None where that is not known.

        An entry moves a switch if the derivative of its argument by the entry is not zero beside the point.
        """
        from gradcli.derive.ad.gradients import array_gradient
        from gradcli.derive.ad.pullbacks import inner_product
        from gradcli.evaluate.float64.ties import beside, weights
        from gradcli.program import make
        from gradcli.program.forms import parts

        inside = set(order([output.node for output in self.arrays.outputs]))
        places = [(argument, mask) for argument, mask in ties.places if argument in inside]
        marks = [parts.variable(self.graph, f"mark {i}", node.shape) for i, (node, _) in enumerate(places)]
        products = [
            inner_product(self.graph, mark, node) if node.shape else make.multiply(self.graph, [(mark, 1), (node, 1)])
            for mark, (node, _) in zip(marks, places, strict=True)
        ]
        try:
            nodes = array_gradient(
                self.arrays, make.add(self.graph, [(product, 1) for product in products]), self.names
            )
        except GradcliError as error:
            if error.code != "no-closed-form":
                raise
            return None
        values = {mark.data: weights(mask) for mark, (_, mask) in zip(marks, places, strict=True)}
        found = self.evaluate(nodes, point._replace(values={**beside(point.values), **values}))
        return [abs(array) > 0 for array in found]

    def degenerate(self, nodes: Sequence[Node], point: FloatPoint) -> str | None:
        """What is said of a matrix whose spectrum has equal values where a derivative of the spectrum stands."""
        from gradcli.evaluate.float64.matrices.functions import SPECTRAL, spectrum_problem

        parts = [node for node in order(nodes) if node.op in SPECTRAL]
        arrays = self.evaluate([node.args[0] for node in parts], point) if parts else []
        found = (spectrum_problem(node.op, array) for node, array in zip(parts, arrays, strict=True))
        return next((reason for reason in found if reason is not None), None)

    def gaps(self, entries: Entries, ties: Ties | None, nodes: Sequence[Node], point: FloatPoint) -> list[Problem]:
        """The problem of the first entry of these nodes that has no number; at a kink it says so."""
        if None not in entries:
            return []
        if ties is not None and any(mask.any() for mask in ties.loose):
            return [tie_problem(self.names[0], ties)]
        return not_finite(self.names[0], entries, None, self.degenerate(nodes, point))

    def reading(self, trees: Mapping[str, Tree] | None = None, values: Mapping[str, Value] | None = None) -> Reading:
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
        from gradcli.derive.arrays.promises import require_symmetric
        from gradcli.program.point import bind_point

        point = bind_point(self.scalars(), text, source)
        require_symmetric(self.arrays.symmetric, point.values)
        return point
