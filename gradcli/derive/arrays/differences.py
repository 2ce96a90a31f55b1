"""Derivatives of large array programs by finite differences: float64 arrays, some evaluations an entry.

The differences are those of `derive.rounds`: kinks, borders and noise are found by them alone.
"""

from __future__ import annotations

from math import prod

from gradcli.derive.arrays.direction import direction_of, sized_variables, written
from gradcli.derive.layouts import all_entry_names, averaged, indexed, listed_at
from gradcli.derive.methods.doubles import batch_jets
from gradcli.derive.results import Numbers
from gradcli.differences.plan import Plan
from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from gradcli.derive.arrays.question import ArrayQuestion
    from gradcli.derive.methods.jet import Jet
    from gradcli.derive.results import Reading, Value
    from gradcli.evaluate.float64.incremental import ArrayPlaces
    from gradcli.problems import Problem, Source
    from gradcli.program.graph import Variable
    from gradcli.text.points import PointText

MOST_ENTRIES = 5_000
"""Derivatives that differences of arrays are taken for; each variable takes some 20 evaluations."""

STEP = "t"
"""The variable of f(p + t·d)."""


class Differences(NamedTuple):
    """What was found at a point: a row of derivatives an output, and those along the direction, if there is one."""

    variables: tuple[Variable, ...]
    rows: Sequence[Jet]
    along: dict[str, Value] | None = None
    lines: Sequence[Jet] = ()

    def along_numbers(self) -> tuple[float | None, ...]:
        """The derivative of each entry of the functions along the direction."""
        return tuple(line.first[0][0] for line in self.lines)

    def problems(self) -> tuple[Problem, ...]:
        """The problems of all entries, each with its index in its variable, and those of the direction."""
        found = [indexed(problem) for row in self.rows for problem in row.problems]
        lines = [problem for line in self.lines for problem in line.problems if problem.variable is not None]
        return tuple(dict.fromkeys([*found, *(problem._replace(variable="along") for problem in lines)]))

    def numbers(self, question: ArrayQuestion) -> Numbers:
        """How they were made."""
        count = sum(found[0].evaluations or 0 for found in (self.rows, self.lines) if found)
        label = question.arrays.outputs[0].label
        studies = tuple(study._replace(function=label) for row in self.rows for study in row.studies)
        shown = studies if question.asked.study else ()
        return Numbers("fd", "estimated", count, self.problems(), question.notes, studies=shown)


def differences_of(question: ArrayQuestion, text: PointText, source: Source) -> tuple[Reading, Differences]:
    """The derivatives of all functions at a point, each with an error that holds.

    Raises `too-large` above MOST_ENTRIES derivatives.
    """
    from gradcli.evaluate.float64.incremental import ArrayPlaces

    variables = sized_variables(question)
    require_few(question, sum(prod(map(int, variable.shape)) for variable in variables))
    point = question.float_point(text, source)
    nodes = [output.node for output in question.arrays.outputs]
    places = ArrayPlaces(nodes, point.values, question.sizes(), question.names)
    plan = question.asked.plan or Plan()
    names = all_entry_names(variables)
    rows = batch_jets(lambda points: [places.outputs(one) for one in points], places.origin, names, plan)
    found = Differences(variables, [averaged(row, names, question.arrays.symmetric) for row in rows])
    if question.asked.along is not None:
        found = along_direction(question, found, places, plan)
    return question.reading(point.trees, listed_at(point.trees, point.values)), found


def require_few(question: ArrayQuestion, entries: int) -> None:
    """Raise `too-large` for more derivatives than differences of arrays are taken for."""
    count = entries * sum(prod(question.numeric(output.node.shape)) for output in question.arrays.outputs)
    if count > MOST_ENTRIES:
        message = f"finite differences of arrays give up to {MOST_ENTRIES:,} derivatives, and these are {count:,}"
        raise GradcliError("too-large", message, hint="use --method symbolic or autodiff")


# ------------------------------------------------------------------------ the direction


def along_direction(question: ArrayQuestion, found: Differences, places: ArrayPlaces, plan: Plan) -> Differences:
    """The derivatives of t -> f(p + t·d) at t = 0 beside the others."""
    arrays = direction_of(question, found.variables)
    symmetric = question.arrays.symmetric  # only symmetric changes count, as in the derivatives
    moved = [(array + array.T) / 2 if name in symmetric else array for name, array in arrays.items()]
    direction = [x for array in moved for x in flat(array)]

    def at(t: float) -> tuple[float, ...]:
        return places.outputs([x + t * d for x, d in zip(places.origin, direction, strict=True)])

    lines = batch_jets(lambda steps: [at(t) for (t,) in steps], (0.0,), [STEP], plan._replace(bounds=None))
    return found._replace(along=written(arrays), lines=lines)


def flat(array: Any) -> list[float]:
    """The entries of an array, row by row."""
    return [float(array)] if isinstance(array, float) else [float(x) for x in array.ravel()]
