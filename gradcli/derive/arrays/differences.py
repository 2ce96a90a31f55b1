"""Derivatives of large array programs by finite differences: float64 arrays, some evaluations an entry.

The differences are those of `differences.driver`: kinks, borders and noise are found by them alone.
"""

from __future__ import annotations

from math import prod

from gradcli.derive.layouts import averaged, axis_of, indexed
from gradcli.derive.methods.doubles import batch_jets
from gradcli.derive.methods.jet import joined
from gradcli.differences.plan import Plan
from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from gradcli.derive.arrays.question import ArrayQuestion, FloatPoint
    from gradcli.derive.methods.jet import Jet
    from gradcli.evaluate.float64.incremental import ArrayPlaces

MOST_ENTRIES = 5_000
"""Derivatives that differences of arrays are taken for; each variable takes some 20 evaluations."""


def difference_jet(question: ArrayQuestion, point: FloatPoint) -> Jet:
    """Value and derivatives of all functions at a point, each with an error that holds.

    Raises `too-large` above MOST_ENTRIES derivatives.
    """
    from gradcli.evaluate.float64.incremental import ArrayPlaces

    require_few(question)
    names, labels = axis_of(question.sized()).names, question.axis().names
    places = ArrayPlaces(question.outputs, point.values, question.sizes(), question.names)
    plan = question.request.plan or Plan()
    rows = batch_jets(lambda points: [places.outputs(one) for one in points], places.origin, names, plan)
    jet = averaged(joined(rows, labels, shared=True), names, question.arrays.symmetric)
    jet = jet._replace(problems=tuple(map(indexed, jet.problems)), accuracy="estimated")
    if question.request.along is None:
        return jet
    line = joined(lines_along(question, places, plan), labels, shared=True)
    told = [problem._replace(variable="along") for problem in line.problems if problem.variable is not None]
    return jet._replace(
        along=[row[0] for row in line.first],
        problems=(*jet.problems, *told),
        evaluations=(jet.evaluations or 0) + (line.evaluations or 0),
        assumptions=(*jet.assumptions, *line.assumptions),
    )


def require_few(question: ArrayQuestion) -> None:
    """Raise `too-large` for more derivatives than differences of arrays are taken for."""
    shapes = question.axis().shapes
    count = sum(prod(map(int, v.shape)) for v in question.sized()) * sum(prod(map(int, shape)) for shape in shapes)
    if count > MOST_ENTRIES:
        message = f"finite differences of arrays give up to {MOST_ENTRIES:,} derivatives, and these are {count:,}"
        raise GradcliError("too-large", message, hint="use --method symbolic or autodiff")


def lines_along(question: ArrayQuestion, places: ArrayPlaces, plan: Plan) -> list[Jet]:
    """The derivatives of t -> f(p + t·d) at t = 0."""
    from gradcli.derive.arrays.direction import direction_of
    from gradcli.derive.layouts import listed_entries

    symmetric = question.arrays.symmetric  # only symmetric changes count, as in the derivatives
    arrays = direction_of(question).items()
    moved = [(array + array.T) / 2 if name in symmetric else array for name, array in arrays]
    direction = [x or 0.0 for array in moved for x in listed_entries(array)]

    def at(t: float) -> tuple[float, ...]:
        return places.outputs([x + t * d for x, d in zip(places.origin, direction, strict=True)])

    return batch_jets(lambda steps: [at(t) for (t,) in steps], (0.0,), ["t"], plan._replace(bounds=None))
