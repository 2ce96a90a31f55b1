"""The trace of a program of vectors and matrices: adjoints in the shape of their steps, formulas as in textbooks.

Numbers are certified entry by entry where the sizes allow it, else they are float64 by the array engine.
Source: Giles, Collected matrix derivative results for forward and reverse mode AD (2008).
"""

from __future__ import annotations

from gradcli.derive.arrays.question import ArrayQuestion
from gradcli.derive.layouts import all_entry_names, listed, numbers_in
from gradcli.derive.request import Request
from gradcli.derive.results import Numbers
from gradcli.explain.arrays.formulas import ArrayFormulas
from gradcli.explain.arrays.tangents import ArrayTangents, columns, unit
from gradcli.explain.operations import Operation, operations, places
from gradcli.explain.request import output_name, refuse_abstract
from gradcli.explain.results import Trace, TraceStep, Use
from gradcli.problems import GradcliError, Problem
from gradcli.program.forms import scalars as algebra
from gradcli.records import TYPE_CHECKING
from gradcli.text.tree import Binary, Call, Name, Transpose, Unary

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from gradcli.explain.locals import Locals
    from gradcli.explain.request import ExplainRequest
    from gradcli.explain.sweeps import Sweeps
    from gradcli.problems import Source
    from gradcli.text.points import PointText

LONG = 10
"""Operations of a program with statements from which on the statements are the steps, unless --inner asks for all."""


def array_traces(request: ExplainRequest) -> list[Trace]:
    """The trace at each point (once, with formulas, without one)."""
    tracer = ArrayTracer(request)
    return [tracer.at(*point) for point in request.points] or [tracer.without_point()]


class ArrayTracer:
    """One program of arrays; its steps and formulas do not depend on the point."""

    def __init__(self, request: ExplainRequest) -> None:
        self.request = request
        asked = Request(request.points, layout="denominator", along=request.along)
        self.question = ArrayQuestion(request.script, request.options, asked)
        self.formulas = ArrayFormulas(self.question)
        self.names = self.formulas.names
        arrays = self.formulas.arrays
        self.output = output_name(self.names)
        self.constants = [name for name in self.names.free if name in arrays.settings]
        self.inputs = [v.name for v in (*arrays.variables, *arrays.parameters)] + self.constants
        self.wrt = [variable.name for variable in arrays.variables]
        inner = operations(self.names.order, self.inputs, self.output)
        named = any(statement.name for statement in self.names.order)
        long = not request.points or len(inner) > LONG
        self.whole = named and (request.named is True or (request.named is None and long))
        self.steps = operations(self.names.order, self.inputs, self.output, True) if self.whole else inner
        self.hidden = len(inner) if len(inner) > len(self.steps) else 0
        self.formulas.build(self.steps, {*self.wrt, *(step.name for step in self.steps)}, self.output)
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

    def in_order(self) -> list[str]:
        """Inputs in the order of the point's names, else matrices before vectors before numbers, as they are used."""
        given = [entry.name for entry in self.request.points[0][0].entries] if self.request.points else []
        used = [t.name for s in self.names.order for t in places(s.tree) if type(t) is Name]
        order = [
            name for name in (*(name for name in given if name), *sorted(used, key=self.rank)) if name in self.inputs
        ]
        return list(dict.fromkeys([*order, *self.inputs]))

    def rank(self, name: str) -> int:
        """Matrices first, then vectors, then numbers."""
        shape = self.formulas.shapes.get(name, ())
        return 2 if not shape else 1 if shape[1] == 1 else 0

    def kind(self, name: str) -> str:
        if name == self.output:
            return "output"
        if name not in self.inputs:
            return "step"
        return "constant" if name in self.constants else "input" if name in self.wrt else "data"

    def row(
        self, name: str, tree: Any, uses: Sequence[Use], value: Any = None, adjoint: Any = None, tangents: Any = None
    ) -> TraceStep:
        formula = None if self.tangents is None or tree is None else self.tangents.trees.get(name)
        return TraceStep(
            name,
            self.kind(name),  # type: ignore[arg-type]
            tree,
            self.shapes[name],
            value,
            tangents,
            adjoint,
            tuple(uses),
            tangent=formula,
        )

    def uses(self, step: Operation) -> list[Use]:
        """The operands of a step with what the step passes back to each."""
        found = self.formulas.contributions.get(step.name, {})
        return [Use(name, None, None, found.get(name)) for name in step.operands]

    def without_point(self) -> Trace:
        """The equations of backpropagation."""
        rows = [self.row(name, None, ()) for name in self.in_order()]
        rows += [self.row(step.name, step.tree, self.uses(step)) for step in self.steps]
        return self.record(None, None, rows, Numbers("symbolic", None, None, ()), None)

    def record(
        self,
        trees: Any,
        values: Any,
        rows: Sequence[TraceStep],
        numbers: Numbers,
        gradient: Any,
        seeds: Sequence[str] = (),
    ) -> Trace:
        """The answer with these rows."""
        value = rows[-1].value
        value = value[0] if isinstance(value, list) and len(value) == 1 else value
        return Trace(
            self.question.reading(trees, values)._replace(output=self.output),
            numbers,
            self.output,
            self.request.mode,
            tuple(rows),
            self.whole,
            value if isinstance(value, float) else None,
            gradient,
            tuple(seeds),
            self.along,
            digits=self.request.digits,
            hidden=self.hidden,
            formulas=self.request.formulas or trees is None,
            arrays=True,
        )

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
        from gradcli.explain.locals import Locals

        sizes = self.question.sizes()
        shapes: dict[str, Any] = {name: self.question.numeric(self.shapes[name]) for name in self.inputs}
        flat = {s.name for s in self.steps if self.shapes[s.name] == (1, 1)}
        return Locals(self.steps, shapes, self.names.functions, self.names.order[0].source, sizes, flat)

    def certified(self, text: PointText, source: Source, seeds: Mapping[str, Any]) -> Trace:
        """Numbers by balls, entry by entry."""
        from gradcli.explain.sweeps import Sweeps

        point = self.question.at_scalars(text, source)
        program = self.question.scalars()
        active = all_entry_names([v for v in program.variables if v.name in self.wrt])
        sweeps = Sweeps(self.locals(), active, self.output, point.values)
        sweeps.forward()
        sweeps.differentiate(bool(seeds))
        sweeps.backward()
        self.push(sweeps, seeds)
        rows = [self.row(name, None, (), *sweeps.numbers(name, seeds)) for name in self.in_order()]
        for step in self.steps:
            row = self.row(step.name, step.tree, self.uses(step), *sweeps.numbers(step.name, seeds))
            problem = sweeps.problems.get(step.name)
            rows.append(row._replace(problem=None if problem is None else problem.message))
        problems, gradient = self.by_grad(sweeps, rows, text, source)
        from gradcli.derive.reading import read_back
        from gradcli.explain.digits import doubtful_texts

        accuracy = "float64" if sweeps.graph.estimated else "certified"
        numbers = Numbers("symbolic", accuracy, None, tuple(problems))  # type: ignore[arg-type]
        trace = self.record(point.trees, read_back(program, point).at_values, rows, numbers, gradient, list(seeds))
        return trace._replace(texts=doubtful_texts(sweeps, trace))

    def push(self, sweeps: Sweeps, seeds: Mapping[str, Any]) -> None:
        """The tangents of every entry, one sweep for each seed."""
        from gradcli.program.point import bind_direction

        if self.request.along is not None and seeds:
            sweeps.tangents("d", bind_direction(self.question.scalars(), *self.request.along).values)
            return
        one = algebra.number(sweeps.graph, 1)
        for column in seeds:
            sweeps.tangents(column, {column: one})

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
        from gradcli.derive.layouts import listed_at

        point, sizes = self.question.float_point(text, source), self.question.sizes()
        values, adjoints = self.formulas.evaluate(self.steps, point.values, sizes, self.output)
        pushed = {}
        if self.tangents is not None:
            pushed = {column: self.tangents.along(values, direction, sizes) for column, direction in seeds.items()}

        def row(name: str, tree: Any, uses: Any) -> TraceStep:
            adjoint = listed(adjoints[name]) if name in adjoints else None
            tangents = {column: listed(found[name]) for column, found in pushed.items() if name in found} or None
            return self.row(name, tree, uses, listed(values[name]), adjoint, tangents)

        rows = [row(name, None, ()) for name in self.in_order()]
        rows += [row(step.name, step.tree, self.uses(step)) for step in self.steps]
        gradient = {name: listed(adjoints[name]) if name in adjoints else None for name in self.wrt}
        problems = [
            Problem(row.name, "undefined", f"{row.name}: no finite number in float64")
            for row in rows
            if has_gap(row.value) or (row.name in adjoints and has_gap(row.adjoint))
        ]
        numbers = Numbers("symbolic", "float64", None, tuple(problems))
        return self.record(point.trees, listed_at(point.trees, point.values), rows, numbers, gradient, list(seeds))


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
