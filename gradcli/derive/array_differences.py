"""Gradients and Jacobians of large array programs by finite differences: float64 arrays, some evaluations an entry.

The differences are those of `derive.rounds`: kinks, borders and noise are found by them alone.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

from gradcli.derive.direction_arrays import direction_of, sized_variables, written
from gradcli.derive.layouts import all_entry_names, averaged, by_variable, index_of, listed_at
from gradcli.derive.methods.doubles import batch_entries
from gradcli.derive.results import Gradient, Jacobian, Numbers
from gradcli.differences.plan import Plan
from gradcli.problems import GradcliError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.derive.methods.entries import Entries
    from gradcli.derive.question import ArrayQuestion
    from gradcli.derive.results import Hessian, Layout, Value
    from gradcli.evaluate.float64.incremental import ArrayPlaces
    from gradcli.problems import Problem, Source
    from gradcli.program.graph import Variable
    from gradcli.text.points import PointText

    Record = Gradient | Jacobian | Hessian

MOST_ENTRIES = 5_000
"""Derivatives that differences of arrays are taken for; each variable takes some 20 evaluations."""

STEP = "t"
"""The variable of f(p + t·d)."""


class Differences(NamedTuple):
    """What was found at a point: a row of derivatives an output, and those along the direction, if there is one."""

    variables: tuple[Variable, ...]
    rows: Sequence[Entries]
    along: dict[str, Value] | None = None
    lines: Sequence[Entries] = ()

    def problems(self) -> tuple[Problem, ...]:
        """The problems of all entries, each with its index in its variable, and those of the direction."""
        found = []
        for problem in (problem for row in self.rows for problem in row.problems):
            variable, index = index_of(problem.variable) if problem.variable else (None, None)
            found.append(problem._replace(variable=variable, index=index))
        lines = [problem for line in self.lines for problem in line.problems if problem.variable is not None]
        return tuple(dict.fromkeys([*found, *(problem._replace(variable="along") for problem in lines)]))

    def numbers(self, question: ArrayQuestion) -> Numbers:
        """How they were made."""
        count = sum(found[0].evaluations or 0 for found in (self.rows, self.lines) if found)
        label = question.arrays.outputs[0].label
        studies = tuple(study._replace(function=label) for row in self.rows for study in row.studies)
        shown = studies if question.asked.study else ()
        return Numbers("fd", "estimated", count, self.problems(), question.notes, studies=shown)


def by_array_differences(question: ArrayQuestion, text: PointText, source: Source, record: Record) -> Record:
    """The record of a gradient or a Jacobian with its numbers at a point, each with an error that holds.

    Raises `too-large` above MOST_ENTRIES derivatives, and for Hessians.
    """
    from gradcli.evaluate.float64.incremental import ArrayPlaces

    variables = sized_variables(question)
    require_few(question, record, sum(prod(map(int, variable.shape)) for variable in variables))
    point = question.float_point(text, source)
    places = ArrayPlaces([question.arrays.outputs[0].node], point.values, question.sizes(), question.names)
    plan = question.asked.plan or Plan()
    rows = batch_entries(
        lambda points: [places.outputs(one) for one in points], places.origin, all_entry_names(variables), plan
    )
    found = Differences(variables, [averaged(row, question.arrays.symmetric) for row in rows])
    if question.asked.along is not None:
        found = along_direction(question, found, places, plan)
    reading = question.reading(point.trees, listed_at(point.trees, point.values))
    record = record._replace(reading=reading, numbers=found.numbers(question))
    return with_gradient(record, found) if isinstance(record, Gradient) else with_jacobian(record, found, question)


def require_few(question: ArrayQuestion, record: Record, entries: int) -> None:
    """Raise `too-large` for more derivatives than differences of arrays are taken for."""
    count = entries * prod(question.numeric(question.arrays.outputs[0].node.shape))
    if isinstance(record, Gradient | Jacobian):
        if count <= MOST_ENTRIES:
            return
        message = f"finite differences of arrays give up to {MOST_ENTRIES:,} derivatives, and these are {count:,}"
    else:
        message = "finite differences of second derivatives are taken entry by entry, and these arrays are too large"
    raise GradcliError("too-large", message, hint="use --method symbolic or autodiff")


def with_gradient(record: Gradient, found: Differences) -> Gradient:
    """The gradient with its numbers."""
    (row,) = found.rows
    layout: Layout = "numerator" if record.layout == "numerator" else "denominator"
    return record._replace(
        value=row.value,
        gradient=by_variable(found.variables, row.numbers, layout),
        error=by_variable(found.variables, row.errors or {}, layout),
        along=found.along,
        directional=found.lines[0].numbers[STEP] if found.lines else None,
    )


def with_jacobian(record: Any, found: Differences, question: ArrayQuestion) -> Jacobian:
    """The Jacobian with its numbers, arranged as its layout has them."""
    from gradcli.derive.layouts import arranged

    (variable,) = found.variables
    names = all_entry_names([variable])
    layout: Layout = "denominator" if record.layout == "denominator" else "numerator"
    shapes = (question.numeric(question.arrays.outputs[0].node.shape), tuple(map(int, variable.shape)))
    rows = arranged([[row.numbers[name] for name in names] for row in found.rows], *shapes, layout)
    errors = arranged([[(row.errors or {})[name] for name in names] for row in found.rows], *shapes, layout)
    return record._replace(  # type: ignore[no-any-return]
        shape=(len(rows), len(rows[0])),
        value=value_of([row.value for row in found.rows], shapes[0]),
        jacobian=rows,
        error=errors,
        along=found.along,
        directional=tuple(line.numbers[STEP] for line in found.lines) if found.lines else None,
    )


def value_of(entries: Sequence[float | None], shape: Sequence[int | str]) -> Any:
    """The function's value: entries of a vector, rows of a matrix."""
    if len(shape) == 2 and 1 not in shape:
        width = int(shape[1])
        return tuple(tuple(entries[i : i + width]) for i in range(0, len(entries), width))
    return tuple(entries)


# ------------------------------------------------------------------------ the direction


def along_direction(question: ArrayQuestion, found: Differences, places: ArrayPlaces, plan: Plan) -> Differences:
    """The derivatives of t -> f(p + t·d) at t = 0 beside the others."""
    arrays = direction_of(question, found.variables)
    direction = [x for array in arrays.values() for x in flat(array)]

    def at(t: float) -> tuple[float, ...]:
        return places.outputs([x + t * d for x, d in zip(places.origin, direction, strict=True)])

    lines = batch_entries(lambda steps: [at(t) for (t,) in steps], (0.0,), [STEP], plan._replace(bounds=None))
    return found._replace(along=written(arrays), lines=lines)


def flat(array: Any) -> list[float]:
    """The entries of an array, row by row."""
    return [float(array)] if isinstance(array, float) else [float(x) for x in array.ravel()]
