"""The picture of a function: a curve with its tangent, or contours with gradients."""

from __future__ import annotations

from fractions import Fraction

from gradcli.explain.pictures.contours import contour_plot
from gradcli.explain.pictures.curve import CurveTracer
from gradcli.explain.pictures.painter import Painter
from gradcli.explain.pictures.results import Curve, Plot, ShownAxis, Side, Tangent
from gradcli.explain.pictures.section import program_of
from gradcli.points.sampling import Sampler
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from gradcli.explain.pictures.request import PlotRequest

UNSEARCHED = "gaps narrower than the samples may be missing: there was no time to look everywhere"

ROOM = 0.03
"""Empty space above and below a curve, as a part of its height."""


def plots(request: PlotRequest) -> list[Plot]:
    """The picture at each point (once without one).

    Problems: those of the gradient at the point, and a range without values.
    Errors:   more than two variables, sizes that are not known, abstract functions.
    """
    program = program_of(request)
    sampler = Sampler(program)
    points = request.points or (None,)
    return [picture(Painter(program, sampler, request._replace(points=(point,) if point else ()))) for point in points]


def picture(painter: Painter) -> Plot:
    """What is shown, by the number of its axes."""
    return curve_plot(painter) if len(painter.section.axes) == 1 else contour_plot(painter)


def curve_plot(painter: Painter) -> Plot:
    """A function of one variable, or along a line."""
    (low, high), section = painter.ranges[0], painter.section
    tracer = CurveTracer(painter.sampler, section, low, high)
    tracer.trace(section.place or ())
    curve = tracer.finished()
    bottom, top = with_room(*tracer.shown(), None if painter.answer is None else painter.answer.value)
    axes = (ShownAxis(section.axes[0], low, high), ShownAxis(painter.output, bottom, top))
    notes = () if tracer.complete else (UNSEARCHED,)
    plot = painter.record(axes, all(y is None for y in curve.y), notes)
    return plot._replace(curve=curve, tangents=tangents(plot, curve), late=painter.sampler.late)


def with_room(bottom: float, top: float, value: float | None) -> tuple[float, float]:
    """The view with the point in it, and some room."""
    if value is not None and abs(value) < 1e150:
        bottom, top = min(bottom, value), max(top, value)
    room = ROOM * (top - bottom)
    return bottom - room, top + room


def tangents(plot: Plot, curve: Curve) -> tuple[Tangent, ...]:
    """The tangent at the point; at a kink a half on each side."""
    if plot.at is None or plot.value is None:
        return ()
    (a,) = plot.at
    slope = next(iter((plot.gradient or {}).values()), None)
    if slope is not None:
        return (tangent_at(a, plot.value, slope, side_of(a, curve)),)
    found = []
    for problem in plot.numbers.problems:
        if problem.left is not None:
            found.append(tangent_at(a, plot.value, problem.left, "left"))
        if problem.right is not None:
            found.append(tangent_at(a, plot.value, problem.right, "right"))
    return tuple(found[:2])


def side_of(a: float, curve: Curve) -> Side:
    """On which side of a place there are values."""
    for gap in curve.gaps:
        if gap.kind == "undefined" and abs(gap.high - a) <= 1e-12 * max(1.0, abs(a)):
            return "right"
        if gap.kind == "undefined" and abs(gap.low - a) <= 1e-12 * max(1.0, abs(a)):
            return "left"
    return "both"


def tangent_at(a: float, value: float, slope: float, side: Side) -> Tangent:
    """The line through (a, value): its intercept is rounded from the exact numbers."""
    exact = Fraction(value) - Fraction(slope) * Fraction(a)
    try:
        intercept = float(exact)
    except OverflowError:
        intercept = float("inf")
    return Tangent(slope, intercept, side)
