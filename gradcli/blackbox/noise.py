"""What is known of a black box's noise before its differences are taken, and what tells that it is random.

Printed digits give the rounding, repeated runs the randomness; the differences measure what nothing tells.
"""

from __future__ import annotations

import math

from gradcli.differences.noise import floor_of
from gradcli.differences.replicates import deviation
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.blackbox.batch import Outside
    from gradcli.blackbox.replies import Reply
    from gradcli.blackbox.targets import DifferenceRequest, Point
    from gradcli.differences.plan import Plan, Slope

PROBE = 1.2345678901e-3
"""Relative displacement of the points at which digits are counted: no short number in any base."""
LEAST = 1e-2
"""What a variable at 0 is displaced by a part of."""
SCARCE = 8
"""Evaluations for each variable from which on some are spent on measuring noise."""
DOUBTFUL = 1e-9
"""Relative error of a slope from which on noise may be behind it."""


class Known(NamedTuple):
    """What is known before any difference is taken: the plan with its noise, exact scales, remarks."""

    plan: Plan
    scales: tuple[float, ...]
    notes: tuple[str, ...]


def what_is_known(box: Outside, asked: DifferenceRequest, centre: Sequence[Reply]) -> Known:
    """The plan for this function: its width, its noise as printed digits or repeated runs show it.

    Several outputs are scaled by powers of two, exactly, to one common spread.
    """
    repeat = box.care.repeat
    limit = asked.plan.max_evaluations
    plan = asked.plan._replace(
        cautious=True,
        width=max(1, box.crew.width // repeat),
        max_evaluations=None if limit is None else max(1, limit // repeat),
        noisy=False if limit is not None and limit < SCARCE * repeat * (len(asked.names) + 1) else asked.plan.noisy,
    )
    count = len(centre[0].values) * (repeat if box.care.seeded else 1)
    spreads, notes = spreads_of(box, asked, centre)
    if spreads is None:
        return Known(plan, (1.0,) * count, notes)
    if len(spreads) == 1 and count == 1:
        return Known(plan._replace(noisy=True, spread=spreads[0]), (1.0,), notes)
    scales = tuple(2.0 ** math.ceil(math.log2(max(spread, 1e-290))) for spread in spreads)
    scales = scales * (count // len(scales))
    return Known(plan._replace(noisy=True, spread=1.0), scales, notes)


def spreads_of(
    box: Outside, asked: DifferenceRequest, centre: Sequence[Reply]
) -> tuple[tuple[float, ...] | None, tuple[str, ...]]:
    """The standard deviation of each output's noise, where runs or digits tell it, with words for it."""
    if len(centre) > 1 and not box.care.seeded:
        random = random_spread(centre)
        count = len(centre)
        if any(random):
            note = f"{count} runs at the point differ: the function is random, and every point is the mean of {count}"
            return tuple(floor_of(s, v) for s, v in zip(random, centre[0].values, strict=True)), (note,)
        note = f"{count} runs at the point gave the same answer: it is not random, and --repeat only costs"
        notes: tuple[str, ...] = (note,)
    else:
        notes = ()
    rounding = rounding_of(box, asked, centre)
    if rounding is None:
        return None, notes
    notes = (*notes, "the answers are printed with few digits: slopes below their rounding are not seen")
    return tuple(floor_of(s, v) for s, v in zip(rounding, centre[0].values, strict=True)), notes


def random_spread(centre: Sequence[Reply]) -> list[float]:
    """The standard deviation of the mean of several runs, for each output."""
    count = len(centre)
    return [deviation(values) / math.sqrt(count) for values in zip(*(reply.values for reply in centre), strict=True)]


def rounding_of(box: Outside, asked: DifferenceRequest, centre: Sequence[Reply]) -> tuple[float, ...] | None:
    """The rounding of the printed answers, counted at the point and, where that is short, beside it."""
    points = [asked.point]
    if box.rounded_to(points) is None:
        return None
    points += probes(asked)
    box.fetch(points, box.runs())
    return box.rounded_to(points)


def probes(asked: DifferenceRequest) -> list[Point]:
    """Two points beside the point, on which printed numbers are not short by chance; within the bounds."""
    return [
        tuple(
            displaced(x, factor * (1 + i % 7 / 8), asked.plan.bounds[i] if asked.plan.bounds else None)
            for i, x in enumerate(asked.point)
        )
        for factor in (PROBE, -PROBE / math.e)
    ]


def displaced(x: float, part: float, bounds: tuple[float, float] | None) -> float:
    """x moved by a part of itself, to the side where there is room."""
    step = part * (abs(x) or LEAST)
    low, high = bounds or (-math.inf, math.inf)
    return next((moved for moved in (x + step, x - step) if low <= moved <= high), x)


def scaled(values: tuple[float, ...] | None, scales: Sequence[float]) -> tuple[float, ...] | None:
    """Outputs in units of their spread."""
    return None if values is None else tuple(value / scale for value, scale in zip(values, scales, strict=True))


def rescaled(slope: Slope, scale: float) -> Slope:
    """A slope in the function's own unit again."""
    if scale == 1.0:
        return slope
    value, error, left, right = (None if x is None else x * scale for x in slope[:4])
    study = tuple((h, g * scale, e * scale) for h, g, e in slope.study)
    return slope._replace(value=value, error=error, left=left, right=right, study=study)


def randomness(box: Outside, point: Point, rows: Sequence[Sequence[Slope]], size: float) -> tuple[str, ...]:
    """Where slopes are doubtful: whether two evaluations of the same point differ, in words. () where they do not.

    `size` is that of the function's values. A slope of many digits needs no second look.
    """
    several = box.care.repeat > 1 and not box.care.seeded
    if several or not any(is_doubtful(slope, size) for row in rows for slope in row):
        return ()
    if not box.differs_when_repeated(point):
        return ()
    if box.care.seeded:
        return ("two runs with the same seed differ: the seed does not decide all that is random",)
    hint = "--repeat N takes means, a slot {seed} the same random numbers at every point"
    return (f"two runs at the same point differ: the function is random ({hint})",)


def is_doubtful(slope: Slope, size: float) -> bool:
    """Whether noise may be behind a slope: it has a problem, or fewer digits than a smooth function gives."""
    if slope.kind is not None or slope.value is None or slope.error is None:
        return True
    return slope.error > DOUBTFUL * max(abs(slope.value), size)
