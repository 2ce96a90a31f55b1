"""Derivatives of black boxes: gradient, Jacobian and Hessian of a function that can only be evaluated.

The differences are those of `differences.driver`. Here the function's noise is told to them as far as it is known
(printed digits, repeated runs), runs with seeds are put together, and the answers become the same records as elsewhere.
"""

from __future__ import annotations

import math

from gradcli.blackbox.noise import randomness, rescaled, scaled, what_is_known
from gradcli.blackbox.targets import DifferenceRequest, ExecTarget
from gradcli.derive.derivative import Answer, DerivativeQuestion
from gradcli.derive.gradient import gradient_record
from gradcli.derive.hessian import hessian_record
from gradcli.derive.jacobian import jacobian_record
from gradcli.derive.layouts import EntryAxis, index_of, list_axis, places_in, stacked
from gradcli.derive.methods.jet import Jet
from gradcli.derive.request import Request
from gradcli.derive.results import Gradient, Hessian, Jacobian, Numbers, Reading
from gradcli.differences.plan import Study
from gradcli.differences.replicates import mean_slope, mean_value, over_seeds
from gradcli.problems import Problem
from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.text.tree import Name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gradcli.blackbox.batch import Outside
    from gradcli.differences.driver import Told
    from gradcli.differences.plan import Slope
    from gradcli.evaluate.certified.spectrum import Spectrum
    from gradcli.vocabulary import Layout

    Point = tuple[float, ...]

EACH, EACH_PAIR = 14, 12
"""Evaluations for each variable, and for each pair of a Hessian, that a smooth function usually takes."""


class Found(NamedTuple):
    """Values of m outputs, and their slopes: rows of m or, for a Hessian, of n variables."""

    values: tuple[float | None, ...]
    rows: tuple[tuple[Slope, ...], ...]
    notes: tuple[str, ...]


def black_box_gradient(box: Outside, asked: DifferenceRequest) -> Gradient:
    """The gradient of a black box with one number as its answer, each entry with an error.

    Raises `program` or `target` (exit 4) where the function has no answer at the point, or several numbers.
    """
    found = one_row(box, asked, "grad")
    return measured_gradient(asked, found, numbers_of(box, asked, found, ("f",)))


def black_box_jacobian(box: Outside, asked: DifferenceRequest) -> Jacobian:
    """The Jacobian of a black box, in either layout."""
    found = differences(box, asked)
    shape = box.shape if box.shape is not None and len(box.shape) == 2 else ()
    if shape:  # boxes answer matrices column by column
        place = places_in(stacked(shape))
        found = found._replace(values=tuple(found.values[k] for k in place), rows=tuple(found.rows[k] for k in place))
    labels = labels_of(shape, len(found.rows))
    return measured_jacobian(asked, found, labels, numbers_of(box, asked, found, labels), shape)


def black_box_hessian(box: Outside, asked: DifferenceRequest) -> Hessian:
    """The Hessian of a black box with one number as its answer; eigenvalues where every entry exists."""
    found = second_differences(box, asked)
    return measured_hessian(asked, found, lambda whole: numbers_of(box, asked, whole, asked.names, second=True))


# -------------------------------------------------------------------- the answers


class BoxDerivative(DerivativeQuestion[Answer, Jet]):
    """What was found of a black box at a point, as answers are made of it."""

    def __init__(self, asked: DifferenceRequest, down: EntryAxis, labels: Sequence[str], numbers: Numbers) -> None:
        super().__init__(Request(method="fd", layout=asked.layout))
        self.asked, self.down, self.told = asked, down, numbers
        self.functions = [(label, Name(label)) for label in labels]
        self.variables = asked.variables
        self.direction = asked.along_values

    def answers(self) -> list[Answer]:
        """None without a point."""
        return []

    def reading(self) -> Reading:
        """How the question was read."""
        return reading_of(self.asked)

    def at(self, point: Jet) -> tuple[Reading, Jet]:
        """The numbers that were found."""
        return self.reading(), point

    def axis(self) -> EntryAxis:
        """The outputs, row by row."""
        return self.down

    def numbers(self, jet: Jet | None) -> Numbers:
        """How they were found."""
        return self.told


class BoxGradient(BoxDerivative[Gradient]):
    """The gradient of one output."""

    usual: Layout = "denominator"
    record = gradient_record


class BoxJacobian(BoxDerivative[Jacobian]):
    """The Jacobian of all outputs."""

    record = jacobian_record


class BoxHessian(BoxDerivative[Hessian]):
    """The Hessian of one output."""

    record = hessian_record

    def layouts(self) -> tuple[Layout, ...]:
        """One: it is its own transpose."""
        return (self.usual,)


def measured_gradient(asked: DifferenceRequest, found: Found, numbers: Numbers) -> Gradient:
    """The gradient of one output."""
    return BoxGradient(asked, list_axis(["f"]), ["f"], numbers).answer(jet_of(asked, found))


def measured_jacobian(
    asked: DifferenceRequest, found: Found, labels: Sequence[str], numbers: Numbers, shape: tuple[int, ...] = ()
) -> Jacobian:
    """The Jacobian of outputs with these labels; `shape`: that of a matrix, whose entries they are row by row."""
    down = EntryAxis((shape,), tuple(labels)) if shape else list_axis(labels)
    return BoxJacobian(asked, down, labels, numbers).answer(jet_of(asked, found))


def measured_hessian(asked: DifferenceRequest, found: Found, numbers: Callable[[Found], Numbers]) -> Hessian:
    """The Hessian of one output, its eigenvalues where every entry exists; `numbers` of what was found and said."""
    jet = jet_of(asked, found)
    rows, errors = jet.first, jet.errors or ()
    found_spectrum, notes = spectrum(rows, errors)
    told = numbers(found._replace(notes=(*found.notes, *notes)))
    along = None if asked.along is None else (curvature_along(rows, asked.along),)
    jet = jet._replace(first=(), second=rows, along=along, spectrum=found_spectrum)
    return BoxHessian(asked, list_axis(["f"]), ["f"], told).answer(jet)


def jet_of(asked: DifferenceRequest, found: Found) -> Jet:
    """Numbers and errors, a row an output."""
    along = None if asked.along is None else tuple(along_direction(row, asked.along) for row in found.rows)
    rows = tuple(tuple(slope.value for slope in row) for row in found.rows)
    return Jet(found.values, rows, errors=tuple(tuple(map(error_of, row)) for row in found.rows), along=along)


# -------------------------------------------------------------------- the differences


def one_row(box: Outside, asked: DifferenceRequest, command: str) -> Found:
    """The slopes of a function that must answer one number."""
    box.centre(asked.point)
    require_number(box, command)
    return differences(box, asked)


def require_number(box: Outside, command: str) -> None:
    """Raise for several numbers where one is needed."""
    from gradcli.blackbox.batch import failed, shape_words
    from gradcli.blackbox.targets import Failure

    if box.shape is not None and math.prod(box.shape) != 1:
        hint = "gradcli jacobian differentiates all of them; --answer picks a part of JSON" if command == "grad" else ""
        message = f"the answer is {shape_words(box.shape)}, and {command} needs one number"
        raise failed(box.target, Failure("output", message, hint))


def differences(box: Outside, asked: DifferenceRequest) -> Found:
    """First derivatives of every output by every entry that moves."""
    from gradcli.differences.driver import slopes

    centre = box.centre(asked.point)
    tell_forecast(box, asked, EACH * len(asked.names))
    known = what_is_known(box, asked, centre)

    def batch(points: Sequence[Point]) -> list[tuple[float, ...] | None]:
        return [scaled(values, known.scales) for values in box.batch(points)]

    found = slopes(batch, asked.point, asked.names, known.plan, told_by(box, asked))
    random = randomness(box, asked.point, found.rows, max(map(abs, centre[0].values)))
    if random and known.plan.spread is None:
        found = slopes(batch, asked.point, asked.names, known.plan._replace(noisy=True), told_by(box, asked))
    rows = tuple(
        tuple(rescaled(slope, scale) for slope in row) for row, scale in zip(found.rows, known.scales, strict=True)
    )
    values = tuple(
        None if value is None else value * scale for value, scale in zip(found.values, known.scales, strict=True)
    )
    if box.is_exhausted:
        rows = without_borders(rows)
    if box.care.seeded and box.care.repeat > 1:
        values, rows = over_seeds(values, rows, box.care.repeat)
    return Found(values, rows, (*known.notes, *random, *found.notes))


def told_by(box: Outside, asked: DifferenceRequest) -> Told | None:
    """Who is told how well the derivatives are known, if somebody wants that."""
    from gradcli.differences.progress import errors_so_far

    watch = box.watch
    return (lambda rows: watch.better(errors_so_far(asked.names, rows))) if watch.wants_errors else None


def second_differences(box: Outside, asked: DifferenceRequest) -> Found:
    """Second derivatives of the one output; with seeds those of each seed, put together."""
    from gradcli.differences.second import curvatures

    centre = box.centre(asked.point)
    require_number(box, "hessian")
    n = len(asked.names)
    tell_forecast(box, asked, EACH * n + EACH_PAIR * n * (n - 1) // 2)
    known = what_is_known(box, asked, centre)
    parts = []
    for place in range(len(known.scales)):

        def batch(points: Sequence[Point], place: int = place) -> list[tuple[float, ...] | None]:
            return [None if values is None else (values[place],) for values in box.batch(points)]

        told = box.watch.better if box.watch.wants_errors else None
        parts.append(curvatures(batch, asked.point, asked.names, known.plan, told=told))
    size = max(map(abs, centre[0].values))
    random = randomness(box, asked.point, [row for part in parts for row in part.rows], size)
    notes = (*known.notes, *random, *dict.fromkeys(note for part in parts for note in part.notes))
    if len(parts) == 1:
        return Found((parts[0].value,), parts[0].rows, notes)
    rows = tuple(
        tuple(mean_slope([part.rows[i][j] for part in parts]) for j in range(len(asked.names)))
        for i in range(len(asked.names))
    )
    return Found((mean_value([part.value for part in parts]),), rows, notes)


def tell_forecast(box: Outside, asked: DifferenceRequest, points: int) -> None:
    """Say how much work is to come, from the evaluations that were made up to now."""
    limit = asked.plan.max_evaluations
    count = points * box.care.repeat
    box.watch.forecast(count if limit is None else min(count, limit), box.crew.width, box.seconds)


# -------------------------------------------------------------------- the records


def reading_of(asked: DifferenceRequest) -> Reading:
    """How the question was read."""
    return Reading(
        (),
        "f",
        tuple(variable.name for variable in asked.variables),
        asked.shapes,
        asked.constants,
        asked.trees,
        asked.values,
        True,
        (),
        asked.text,
    )


def numbers_of(
    box: Outside, asked: DifferenceRequest, found: Found, labels: Sequence[str], second: bool = False
) -> Numbers:
    """Evaluations, problems and notes of an answer."""
    notes = [*asked.remarks, *found.notes, *box.store.remarks, *failure_notes(box)]
    notes += [*slope_notes(asked, found), *unread_notes(box, found)]
    return Numbers(
        "fd",
        "estimated",
        box.made,
        tuple(dict.fromkeys(problems_of(box, asked, found, labels, second))),
        tuple(dict.fromkeys(notes)),
        box.cached,
        box.failed,
        studies_of(asked, found, labels) if asked.study else (),
        one_sided(found, labels),
    )


def one_sided(found: Found, labels: Sequence[str]) -> tuple[str, ...]:
    """Which entries are slopes of one side alone."""
    several = len(labels) == len(found.rows) > 1
    return tuple(
        f"{labels[i]}: {slope.note}" if several else slope.note
        for i, row in enumerate(found.rows)
        for slope in row
        if slope.border
    )


def without_borders(rows: Sequence[Sequence[Slope]]) -> tuple[tuple[Slope, ...], ...]:
    """The slopes where evaluations were refused: what was missing must not pass for the function's own border."""
    return tuple(tuple(unanswered(one) if one.border else one for one in row) for row in rows)


def unanswered(slope: Slope) -> Slope:
    """The same without its value."""
    return slope._replace(value=None, kind="undecided", left=None, right=None, note="", border=False)


def slope_notes(asked: DifferenceRequest, found: Found) -> list[str]:
    """What is worth saying of single entries; noise that was told for the whole function is not told again."""
    return [
        f"{name}: {slope.note}"
        for row in found.rows
        for name, slope in zip(asked.names, row, strict=True)
        if slope.note and not slope.border and not (found.notes and slope.note.startswith("noise of"))
    ]


def unread_notes(box: Outside, found: Found) -> list[str]:
    """That a command without slots answers the same everywhere: it may not read its standard input."""
    if not isinstance(box.target, ExecTarget) or box.target.has_slots:
        return []
    if any(slope.value != 0 for row in found.rows for slope in row):
        return []
    return [
        "the answer is the same everywhere: a command without slots such as {x} is given the values as JSON on its "
        "standard input, and may not read them"
    ]


def error_of(slope: Slope) -> float | None:
    """The error of a number that exists."""
    return None if slope.value is None else slope.error


def failure_notes(box: Outside) -> list[str]:
    """What failed beside the point, in one line."""
    if box.first_failure is None:
        return []
    failure, point = box.first_failure
    details = f": {failure.details.splitlines()[-1]}" if failure.details else ""
    count = "1 evaluation" if box.failed == 1 else f"{box.failed} evaluations"
    return [f"{count} beside the point failed, the first at {box.place.text(point)}: {failure.message}{details}"]


def exhausted(box: Outside, name: str) -> Problem:
    """A slope that more evaluations might have found: what was missing must not pass for the function's own border."""
    variable, index = index_of(name)
    message = f"the evaluations allowed (--max-evals {box.care.most}) did not suffice for the slope by {name}"
    return Problem(variable, "undecided", message, index=index)


def problems_of(
    box: Outside, asked: DifferenceRequest, found: Found, labels: Sequence[str], second: bool
) -> list[Problem]:
    """The problem of each entry that has one."""
    problems = []
    for i, row in enumerate(found.rows):
        for j, slope in enumerate(row):
            if slope.kind is None or (second and j < i):
                continue
            if slope.value is None and box.is_exhausted:
                problems.append(exhausted(box, asked.names[j]))
                continue
            variable, index = index_of(asked.names[j])
            label = f"{labels[i]}: " if len(labels) > 1 and not second else ""
            label = f"∂²f/∂{labels[i]}∂{asked.names[j]}: " if second else label
            problems.append(Problem(variable, slope.kind, label + slope.message, slope.left, slope.right, index))
    return problems


def studies_of(asked: DifferenceRequest, found: Found, labels: Sequence[str]) -> tuple[Study, ...]:
    """Step against quotient and error, for every entry."""
    return tuple(
        Study(label, name, slope.step, slope.study)
        for label, row in zip(labels, found.rows, strict=True)
        for name, slope in zip(asked.names, row, strict=True)
    )


def labels_of(shape: tuple[int, ...], count: int) -> tuple[str, ...]:
    """`f1`, `f2`, or of a matrix `f[0,0]`, `f[0,1]`, row by row."""
    if shape:
        rows, columns = shape
        return tuple(f"f[{i},{j}]" for i in range(rows) for j in range(columns))
    return tuple(f"f{i + 1}" for i in range(count)) if count > 1 else ("f",)


def along_direction(row: Sequence[Slope], along: Sequence[float] | None) -> float | None:
    """∇f·d, None where a slope that counts is missing."""
    if along is None:
        return None
    terms = [(slope.value, d) for slope, d in zip(row, along, strict=True) if d]
    return None if any(g is None for g, _ in terms) else math.fsum(g * d for g, d in terms if g is not None)


def curvature_along(rows: Sequence[Sequence[float | None]], along: Sequence[float]) -> float | None:
    """d' H d."""
    places = [i for i, d in enumerate(along) if d]
    terms = [(rows[i][j], along[i] * along[j]) for i in places for j in places]
    return None if any(h is None for h, _ in terms) else math.fsum(h * d for h, d in terms if h is not None)


def spectrum(
    rows: Sequence[Sequence[float | None]], errors: Sequence[Sequence[float | None]]
) -> tuple[Spectrum | None, tuple[str, ...]]:
    """Eigenvalues, with their signs where the errors leave no doubt of what these say, and a note where they do.

    Source: Weyl's inequality: no eigenvalue is off by more than the norm of the matrix of errors.
    """
    from gradcli.evaluate.certified.spectrum import spectrum_of_floats

    entries = [[entry for entry in row if entry is not None] for row in rows]
    if any(len(row) != len(rows) for row in entries):
        return None, ()
    found = spectrum_of_floats(entries)
    values = found.eigenvalues
    radius = math.hypot(*(error or 0.0 for row in errors for error in row))
    if all(abs(value) > radius for value in values) or (min(values) < -radius and max(values) > radius):
        return found, ()
    return found._replace(signs=()), ("an eigenvalue is no larger than the errors: the definiteness is not decided",)
