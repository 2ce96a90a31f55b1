"""What steps below and above a window say of its slope: noise, another scale, rounding inside of the function."""

from __future__ import annotations

from itertools import pairwise
from math import exp, log, sqrt

from gradcli.differences.one_sided import FINEST
from gradcli.differences.step_search import COARSE, FAINT
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from gradcli.differences.extrapolation import Estimate
    from gradcli.differences.step_search import Quotients
    from gradcli.differences.steps import Ask, Axis, Pair, Search

FAR = 10.0
"""Between the smallest steps of two scales."""

NOISY_STEPS, SPAN = 4, 1e3
"""So many steps below a window, over such a range, must be off by noise."""

CLEARLY = 8.0
"""Values are off where they are so many times farther from the line than rounding and the slope's error explain."""

EVEN = 20.0
"""Noise at the smaller half of the steps is no smaller than this part of that at the larger ones."""

LOUDER = 2.0
"""Noise is taken for so many times what a few values show."""

FEATURE, WALL = 0.05, 10.0
"""Truncation of this part of a slope, and of so many times the noise, tells that the function has features there."""

MOVES = 0.02
"""Of the value: what rounding errors inside of a function may move it by."""

WIDE, MOST_BETWEEN = 1e3, 8
"""A gap between steps that is wider has so many steps put in at most."""

OPEN = 40.0
"""A gap between steps that is wider has one put in, where it is not as wide as that to the third power."""

NEAR = 4.0
"""Larger steps, of |x| or of 1, are far from the point."""

ROUGHLY = 0.25
"""A slope known to this part tells whether it is another one."""

LEVEL = 0.02
"""Departures that differ by this part are one."""

UNSEEN = 12.0
"""Truncation of so many times the noise may be more than rounding: small edges among the steps."""

PROBE = 8.0
"""Rounding at the step of a probe is the slope's error over this."""

APART = 2.0
"""Slopes of two scales differ by so many times their errors."""


def between(axis: Axis, best: Estimate) -> Search:
    """Steps between those of the slope and far larger ones: several where these say something else, one anyway."""
    gap = next(
        ((near, far) for near, far in pairwise(axis.ascending()) if near.h >= best.low and far.h > OPEN * near.h), None
    )
    if gap is not None and gap[1].h < OPEN**3 * gap[0].h:
        yield from axis.fetch(sqrt(gap[0].h) * sqrt(gap[1].h))
    for near, far in pairwise(axis.ascending()):
        size = max(abs(far.slope), abs(best.value))
        if near.h >= best.low and far.h > WIDE * near.h and abs(far.slope - best.value) > size / 3:
            apart = log(far.h) - log(near.h)  # of logarithms: the quotient itself may be too large
            count = min(int(apart / log(COARSE)), MOST_BETWEEN)
            factor = exp(apart / (count + 1))
            yield from axis.fetch(*(near.h * factor**k for k in range(1, count + 1)))
            return


def elsewhere(axis: Axis, found: Sequence[Estimate], best: Estimate) -> Estimate | None:
    """What larger steps say, where they say clearly something else, and the difference moves the values by little.

    A large difference is the function's own, with a smaller scale; a small one may be what is rounded inside.
    """
    larger = [one for one in found if one.low > best.high / FAR and one.low > FAR * best.low]
    known = [one for one in larger if one.error < ROUGHLY * abs(one.value)]
    apart = [one for one in known if abs(one.value - best.value) > APART * (one.error + best.error)]
    clear = min(apart, key=lambda one: one.error / abs(one.value), default=None)
    for coarse, part in ((clear, FAINT), (level(axis, best), MOVES)):
        if coarse is None:
            continue
        gap = abs(coarse.value - best.value)
        same = (p.h for p in axis.ascending() if p.h < coarse.low and abs(p.slope - best.value) < gap / 2)
        if gap * max(same, default=0.0) < part * abs(axis.f0):
            return coarse
    return None


def level(axis: Axis, best: Estimate) -> Estimate | None:
    """Another slope that three steps far from each other show, or two exactly; smooth functions move on like h²."""
    kept: list[Pair] = []
    for pair in axis.ascending():
        gap = abs(pair.slope - best.value)
        clear = gap > max(abs(pair.slope), abs(best.value)) / 3 and CLEARLY * (pair.slope_noise + best.error) < gap
        if clear and (not kept or pair.h > CLEARLY * kept[-1].h):
            kept.append(pair)
    for count, part in ((3, 2.0), (2, CLEARLY)):
        for run in zip(*(kept[k:] for k in range(count)), strict=False):
            slopes = [pair.slope for pair in run]
            apart = max(slopes) - min(slopes)
            if apart < min(abs(slope - best.value) for slope in slopes) / part:
                middle = sorted(slopes)[1]
                return best._replace(value=middle, noise=0.0, truncation=apart, low=run[0].h, high=run[-1].h)
    return None


def hidden_noise(axis: Axis, best: Estimate) -> float:
    """Noise that the values at steps below the window show, 0 where they show none.

    A smaller scale moves the values by less and less as the step shrinks; noise is the same at every step.
    """
    off = [
        (pair, (pair.slope - best.value) * pair.h, pair.noise + best.error * pair.h)
        for pair in axis.ascending()
        if pair.h < best.low / FAR
    ]
    clear = [(pair.h, size) for pair, size, noise in off if abs(size) > CLEARLY * noise]
    if any(pair.is_flat for pair, _, _ in off) or len({pair.even > 0 for pair, _, _ in off}) == 1:
        return 0.0  # as on a plateau, or beyond a kink beside the point
    if len(clear) < NOISY_STEPS or len(clear) < len(off) / 2 or clear[-1][0] < SPAN * clear[0][0]:
        return 0.0
    if len({size > 0 for _, size in clear}) == 1:
        return 0.0
    sizes = [abs(size) for _, size in clear]
    half = len(sizes) // 2
    return LOUDER * max(sizes) if max(sizes[:half]) > max(sizes[half:]) / EVEN else 0.0


def below_wall(axis: Axis, found: Sequence[Estimate], best: Estimate) -> float:
    """How far the slope may be from that of noisy smaller steps, where scales between have features of their own.

    Noise drives a search to larger steps; beyond the function's own bends and turns, and far from the point, these
    tell its trend only.
    """
    found = [one for one in found if one.power == best.power]
    bends = (w.high for w in found if w.truncation > WALL * w.noise and w.truncation > FEATURE * abs(w.value))
    wall = min([*bends, NEAR * max(abs(axis.x), 1.0)])
    below = [one for one in found if one.high <= wall and one.low < best.low]
    if best.low < wall or not below:
        return 0.0
    return min(abs(one.value - best.value) + one.error for one in below)


def is_smooth(best: Estimate) -> bool:
    """Is what is left of the order of rounding, as it is where nothing but a smooth function is seen?"""
    return best.truncation <= UNSEEN * best.noise


def probe(axis: Axis, best: Estimate) -> Search:
    """One pair as far below the window as rounding leaves as many digits as the slope is said to have."""
    h = PROBE * axis.noise(axis.f0) / best.error if best.error > 0 else 0.0
    if not FINEST * abs(axis.x) < h < best.low / FAR:
        return
    yield from axis.fetch(h)
    if gap_below(axis, best) > 0:
        yield from axis.fetch(FAR / 2 * h)


def fill(quotients: Quotients, best: Estimate) -> Generator[Ask, None, float | None]:
    """A pair in the widest gap between steps of a window, where anything may happen; None where none is wide.

    How far its quotient is from the derivative, if farther than the quotient beyond the gap leaves to it.
    """
    inside = [sample for sample in quotients.samples() if best.low <= sample.h <= best.high]
    near, far = max(pairwise(inside), key=lambda two: two[1].h / two[0].h)
    if far.h <= WIDE * near.h:
        return None
    (found,) = yield from quotients.fetch(sqrt(near.h) * sqrt(far.h))
    if found is None:
        return 0.0
    left = 2 * abs(far.value - best.value) * (found.h / far.h) ** best.power
    gap = abs(found.value - best.value)
    return 2 * gap if gap > left + best.error + 4 * found.noise else 0.0


def gap_below(axis: Axis, best: Estimate) -> float:
    """How far a quotient at a smaller step is from what the window predicts, beyond its noise.

    Quotients of one scale come nearer to its limit as h or h² does; those that do not belong to another scale.
    """
    pairs = axis.ascending()
    inside = [pair for pair in pairs if best.low <= pair.h <= best.high]
    if len(inside) < 2:
        return 0.0
    first, second = inside[:2]
    nearest = abs(first.slope - best.value)
    bend, doubt = bend_of(first, second, best)
    left: list[tuple[float, float]] = []
    for pair in pairs:
        if pair.h < best.low:
            part = (pair.h / first.h) ** best.power
            gap = abs(pair.slope - best.value - bend * part) - 4 * pair.slope_noise
            if gap > best.error + doubt * part:
                left.append((pair.h, gap))
    largest = max((gap for _, gap in left), default=0.0)
    if largest > nearest or len(left) < 2:
        return 2 * largest
    sizes = [gap * h for h, gap in left]
    half = len(sizes) // 2
    is_noise = max(sizes[:half]) > max(sizes[half:]) / EVEN
    return min(2 * largest, LOUDER * max(sizes) * best.amplification) if is_noise else 2 * largest


def bend_of(first: Pair, second: Pair, best: Estimate) -> tuple[float, float]:
    """By how much the quotient at the first step is off the limit, by the leading power alone; with its error."""
    off, later = first.slope - best.value, (second.slope - best.value) * (first.h / second.h) ** best.power
    grown = (second.h / first.h) ** best.power
    bend = off + (off - later) / (grown - 1)
    return bend, 2 * abs(bend - off) + best.error + 4 * first.slope_noise


def outlier(axis: Axis, best: Estimate) -> Pair | None:
    """A far larger step, where the values on both sides lie off the one at the point by the same, as at all between.

    So the point, with what is next to it, is off the function's trend by less than its value: digits are lost there.
    """
    above = [pair for pair in axis.ascending() if pair.h > FAR * best.high]
    for run in zip(above, above[1:], above[2:], strict=False):
        evens = [pair.even for pair in run]
        level = max(evens, key=abs)
        same = max(evens) - min(evens) < LEVEL * abs(level) and max(abs(p.odd) for p in run) < LEVEL * abs(level)
        if same and run[2].h > WIDE / FAR * run[0].h and CLEARLY * run[0].even_noise < abs(level) < abs(axis.f0):
            return run[2]
    return None


def faint(axis: Axis, best: Estimate) -> Pair | None:
    """The next larger step, where the values hardly change though the slope found would move them much."""
    size, slope = abs(axis.f0), abs(best.value)
    above = [pair for pair in axis.ascending() if pair.h > 3 * best.high][:3]
    bounded = [abs(p.odd) + abs(p.even) < min(0.3 * slope * p.h, MOVES * size) for p in above]
    return above[0] if len(above) == 3 and all(bounded) else None
