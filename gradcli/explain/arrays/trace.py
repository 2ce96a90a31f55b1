"""The trace of a program of vectors and matrices: adjoints in the shape of their steps, formulas as in textbooks.

Numbers are certified entry by entry where the sizes allow it, else they are float64 by the array engine.
Source: Giles, Collected matrix derivative results for forward and reverse mode AD (2008).
"""

from __future__ import annotations

from gradcli.derive.arrays.question import ArrayQuestion
from gradcli.derive.layouts import listed, listed_at, numbers_in
from gradcli.derive.request import Request
from gradcli.derive.results import Numbers
from gradcli.explain.arrays.formulas import ArrayFormulas
from gradcli.explain.arrays.tangents import ArrayTangents, columns, unit
from gradcli.explain.operations import Operation, operations, places
from gradcli.explain.request import refuse_abstract
from gradcli.explain.results import Trace, TraceStep, Use
from gradcli.explain.trace import Tracer, doubtful_texts
from gradcli.problems import GradcliError, Problem
from gradcli.records import TYPE_CHECKING
from gradcli.text.tree import Binary, Call, Name, Transpose, Unary

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from gradcli.explain.request import ExplainRequest
    from gradcli.explain.sweeping.locals import Locals
    from gradcli.explain.sweeping.sweeps import Sweeps
    from gradcli.problems import Source
    from gradcli.text.points import PointText
    from gradcli.vocabulary import Accuracy

LONG = 10
"""Operations of a program with statements from which on the statements are the steps, unless --inner asks for all."""


class ArrayTracer(Tracer):
    """One program of arrays; its steps and formulas do not depend on the point."""

    def __init__(self, request: ExplainRequest) -> None:
        super().__init__(request)
        asked = Request(request.points, layout="denominator", along=request.along)
        self.question = ArrayQuestion(request.script, request.options, asked)
        self.formulas = ArrayFormulas(self.question)
        self.names = self.formulas.names
        arrays = self.formulas.arrays
        self.output = self.names.output
        self.constants = [name for name in self.names.free if name in arrays.settings]
        known = [v.name for v in (*arrays.variables, *arrays.parameters)] + self.constants
        self.wrt = [variable.name for variable in arrays.variables]
        inner = operations(self.names.order, known, self.output)
        named = any(statement.name for statement in self.names.order)
        long = not request.points or len(inner) > LONG
        self.whole = named and (request.named is True or (request.named is None and long))
        self.steps = operations(self.names.order, known, self.output, True) if self.whole else inner
        self.hidden = len(inner) if len(inner) > len(self.steps) else 0
        self.formulas.build(self.steps, {*self.wrt, *(step.name for step in self.steps)}, self.output)
        self.inputs = self.in_order(known)
        self.shapes = self.shown_shapes()
        self.tangents = None if request.mode == "reverse" else ArrayTangents(self.formulas, self.steps, self.wrt)
        self.along: dict[str, Any] | None = None

    def shown_shapes(self) -> dict[str, Any]:
        """The shape of every name as matrix calculus has it: a 1x1 product is (1, 1), a reduction is ()."""
        shapes = {name: self.formulas.shapes[name] for name in self.inputs}
        for step in self.steps:
            shape = self.formulas.shapes[step.name]
            shapes[step.name] = (1, 1) if not shape and stays_matrix(step.tree, shapes) else shape
        return shapes

    def in_order(self, known: Sequence[str]) -> list[str]:
        """Inputs in the order of the point's names, else matrices before vectors before numbers, as they are used."""
        given = [entry.name for entry in self.request.points[0][0].entries] if self.request.points else []
        used = [t.name for s in self.names.order for t in places(s.tree) if type(t) is Name]
        order = [name for name in (*filter(None, given), *sorted(used, key=self.rank)) if name in known]
        return list(dict.fromkeys([*order, *known]))

    def rank(self, name: str) -> int:
        """Matrices first, then vectors, then numbers."""
        shape = self.formulas.shapes.get(name, ())
        return 2 if not shape else 1 if shape[1] == 1 else 0

    def shape(self, name: str) -> Any:
        return self.shapes[name]

    def row(self, step: Operation, uses: Sequence[Use]) -> TraceStep:
        formula = None if self.tangents is None else self.tangents.trees.get(step.name)
        return super().row(step, uses)._replace(tangent=formula)

    def uses(self, step: Operation, sweeps: Sweeps | None) -> Sequence[Use]:
        """The operands of a step with what the step passes back to each."""
        found = self.formulas.contributions.get(step.name, {})
        return [Use(name, None, None, found.get(name)) for name in step.operands]

    def without_point(self) -> Trace:
        """The equations of backpropagation."""
        return self.traced(self.question.reading(None, None), Numbers("symbolic", None, None, ()), self.rows())

    def traced(self, *parts: Any) -> Trace:
        """The answer with these parts."""
        return self.record(*parts)._replace(hidden=self.hidden, arrays=True)

    def at(self, text: PointText, source: Source) -> Trace:
        """The trace at a point, by the engine that the sizes allow."""
        refuse_abstract(self.names)
        seeds = self.seeds()
        if self.question.is_small([self.question.arrays.outputs[0].node]):
            try:
                return self.certified(text, source, seeds)
            except GradcliError as error:
                if error.code not in ("too-large-exact", "limit"):
                    raise
        return self.in_float64(text, source, seeds)

    def seeds(self) -> dict[str, Any]:
        """The columns of forward mode, each with its direction as arrays."""
        if self.tangents is None:
            return {}
        from gradcli.derive.arrays.direction import direction_of, written

        variables = self.question.sized()
        if self.request.along is not None:
            direction = direction_of(self.question)
            self.along = written(direction)
            return {"d": direction}
        return {name: unit(variables, name) for name in columns(variables)}

    def locals(self) -> Locals:
        """The steps entry by entry."""
        from gradcli.explain.sweeping.locals import Locals

        sizes = self.question.sizes()
        shapes: dict[str, Any] = {name: self.question.numeric(self.shapes[name]) for name in self.inputs}
        flat = {s.name for s in self.steps if self.shapes[s.name] == (1, 1)}
        return Locals(self.steps, shapes, self.names.functions, self.names.order[0].source, sizes, flat)

    def certified(self, text: PointText, source: Source, seeds: Mapping[str, Any]) -> Trace:
        """Numbers by balls, entry by entry."""
        from gradcli.derive.reading import read_back

        point, program = self.question.at_scalars(text, source), self.question.scalars()
        sweeps = self.swept(self.locals(), program, point, seeds)
        rows = self.rows(sweeps, seeds)
        problems, gradient = self.by_grad(sweeps, rows, text, source)
        accuracy: Accuracy = "float64" if sweeps.graph.estimated else "certified"
        numbers = Numbers("symbolic", accuracy, None, tuple(problems))
        reading = self.question.reading(point.trees, read_back(program, point).at_values)
        trace = self.traced(reading, numbers, rows, gradient, seeds, self.along)
        return trace._replace(texts=doubtful_texts(sweeps, trace))

    def by_grad(
        self, sweeps: Sweeps, rows: list[TraceStep], text: PointText, source: Source
    ) -> tuple[list[Problem], dict[str, Any]]:
        """The gradient from the adjoints; where one is missing or symmetric matrices are met, `grad` decides."""
        adjoints = {row.name: row.adjoint for row in rows}
        gradient = {name: adjoints[name] for name in self.wrt}
        sure = not sweeps.problems and not sweeps.at_switch
        if sure and not has_gap(list(gradient.values())) and not self.question.arrays.symmetric:
            return [], gradient
        from gradcli.derive.arrays.gradient import ArrayGradient

        question, point = self.question, (text, source)
        asked = question.request._replace(points=(point,), along=None)
        found = ArrayGradient(question.script, question.options, asked).answer(point)
        for place, row in enumerate(rows):
            if row.kind == "input" and found.gradient is not None:
                rows[place] = row._replace(adjoint=found.gradient[row.name])
        return list(found.numbers.problems), dict(found.gradient or gradient)

    def in_float64(self, text: PointText, source: Source, seeds: Mapping[str, Any]) -> Trace:
        """Numbers by the array engine, one step after another."""
        point, sizes = self.question.float_point(text, source), self.question.sizes()
        values, adjoints = self.formulas.evaluate(self.steps, point.values, sizes, self.output)
        pushed = {}
        if self.tangents is not None:
            pushed = {column: self.tangents.along(values, direction, sizes) for column, direction in seeds.items()}

        def number(found: Mapping[str, Any], name: str) -> Any:
            return listed(found[name]) if name in found else None

        def with_numbers(row: TraceStep) -> TraceStep:
            name = row.name
            tangents = {column: listed(found[name]) for column, found in pushed.items() if name in found}
            return row._replace(value=listed(values[name]), adjoint=number(adjoints, name), tangents=tangents or None)

        rows = list(map(with_numbers, self.rows()))
        gradient = {name: number(adjoints, name) for name in self.wrt}
        problems = [
            Problem(row.name, "undefined", f"{row.name}: no finite number in float64")
            for row in rows
            if has_gap(row.value) or (row.name in adjoints and has_gap(row.adjoint))
        ]
        numbers = Numbers("symbolic", "float64", None, tuple(problems))
        reading = self.question.reading(point.trees, listed_at(point.trees, point.values))
        return self.traced(reading, numbers, rows, gradient, seeds, self.along)


def stays_matrix(tree: Any, shapes: Mapping[str, Any]) -> bool:
    """Is a value of one entry a 1x1 matrix: a product of matrices, or an operation entry by entry on one?"""
    if type(tree) is Name:
        return shapes.get(tree.name) == (1, 1)
    if type(tree) is Binary:
        if tree.op == "@":
            return True
        return tree.op != "**" and (stays_matrix(tree.left, shapes) or stays_matrix(tree.right, shapes))
    if type(tree) is Unary or type(tree) is Transpose:
        return stays_matrix(tree.operand, shapes)
    if type(tree) is Call:
        from gradcli.rules import NAMES, RULES

        rule = RULES.get(NAMES.get(tree.function, ""))
        return rule is not None and len(rule.args) == 1 and stays_matrix(tree.arguments[0], shapes)
    return False


def has_gap(value: Any) -> bool:
    """Is a number missing?"""
    return None in numbers_in(value)
