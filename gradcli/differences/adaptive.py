"""The derivative of one output by one variable in doubles: the whole search, from the first steps to the verdict."""

from __future__ import annotations

from collections.abc import Generator
from itertools import takewhile
from math import inf, isfinite

from gradcli.differences import one_sided
from gradcli.differences.evidence import other_scales
from gradcli.differences.evidence.plateaus import STRETCH, find_edge, grain, is_alone, is_flat, spaced, stuck
from gradcli.differences.evidence.resolution import kept
from gradcli.differences.evidence.worth import is_lost
from gradcli.differences.extrapolation import EPSILON, Windows
from gradcli.differences.noise import spread_of
from gradcli.differences.plan import Slope
from gradcli.differences.step_search import Choice, Climb, OneSided, Quotients
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from gradcli.differences.evidence.plateaus import PlateauEdge
    from gradcli.differences.extrapolation import Estimate
    from gradcli.differences.steps import Ask, Axis, Search


ALIKE = 0.05
"""Slopes that differ by less, relatively, are of one scale."""

QUIET = 1e-12
"""Noise below this part of the value is rounding."""

GRAINS = 64.0
"""Values that are multiples of so many units in their last place are rounded."""

BEYOND_ALL = 1e3
"""Of the way to an edge: steps larger than this have left the stretch."""

RELATIVE = 1e-6
"""Noise of less than this part of the value is taken to grow with the values, as that of shorter floats does."""


class Adaptive:
    """The search along one axis; `result` is there when `run` has ended."""

    def __init__(self, axis: Axis, name: str) -> None:
        self.axis, self.name = axis, name
        self.climb = Climb(Quotients(axis))
        self.result = Slope(None)
        self.is_noise = False
        self.doubt = 0.0

    def run(self) -> Search:
        """Start, climb, look deeper where rounding does not explain what is left, then ask both sides."""
        yield from self.climb.start()
        if not self.axis.pairs:
            yield from self.one_side()
            return
        choice = (yield from self.climb.climb()) if self.climb.settled else self.climb.choice()
        if choice is None or not self.is_good(choice):
            choice = yield from self.climb.deepen(choice)
        choice = yield from self.rounded(choice)
        self.result = yield from self.verdict(choice)
        self.result = self.result._replace(study=self.study())

    def rounded(self, choice: Choice | None) -> Generator[Ask, None, Choice | None]:
        """The choice where all values are rounded to some digits, or to multiples of a unit."""
        axis = self.axis
        values = {y: value for y in axis.values if (value := axis.value(y)) is not None}
        axis.kept = kept({**values, axis.x: axis.f0})
        unit = max(grain(axis, axis.ascending()), 2 * stuck(axis, axis.ascending()))
        noise = max(unit / 2, 0.0 if axis.kept is None else axis.kept.noise(abs(axis.f0)))
        if noise <= GRAINS / 2 * EPSILON * abs(axis.f0):
            return choice
        return (yield from self.climb_again(noise))

    def is_good(self, choice: Choice) -> bool:
        """Is there nothing to look for below?"""
        best = choice.best
        return best.is_certified or best.error <= self.climb.goal(best)

    def is_odd(self, best: Estimate) -> bool:
        """Is there more left than smooth functions leave?"""
        return best.error > self.climb.goal(best) and not other_scales.is_smooth(best)

    def one_side(self) -> Search:
        """No pair anywhere: a border."""
        axis = self.axis
        right = [y for y in axis.values if y > axis.x and axis.value(y) is not None]
        left = [y for y in axis.values if y < axis.x and axis.value(y) is not None]
        if not right and not left:
            yield from axis.ask([axis.x + side * h for h in self.climb.first_steps() for side in (1, -1)])
            left = [y for y in axis.values if y < axis.x and axis.value(y) is not None]
        border = one_sided.Border(axis, self.name, -1 if left and not right else 1)
        yield from border.run()
        self.result = border.result

    # ---------------------------------------------------------------------------------------- the verdict

    def verdict(self, choice: Choice | None) -> Generator[Ask, None, Slope]:
        """A number with its error, or why there is none."""
        found = yield from self.from_both_sides(choice)
        if isinstance(found, Slope):
            return found
        if found.manner == "decays":
            choice = self.climb.choice() or choice
        if choice is None or not choice.best.convinces:
            edge = yield from find_edge(self.axis)
            if edge is not None and edge.jump is None and edge.is_clear:
                return self.from_within(Slope(0.0), edge)
            choice = yield from self.as_noise(choice)
            if choice is not None and self.is_noise:
                found = yield from self.bend_in_noise(choice, found)
        if choice is None:
            return self.undecided()
        choice, found = yield from self.above_hidden_noise(choice, found)
        slope = self.number(choice, found)
        return slope if slope.value is None else (yield from self.compared(slope, choice, found))

    def from_both_sides(self, choice: Choice | None) -> Generator[Ask, None, Slope | one_sided.Bend]:
        """How the sides meet; the answer itself where they do not."""
        best = None if choice is None else choice.best
        odd = self.odd_manner() if best is None or not best.convinces else ""
        if odd in one_sided.BROKEN:
            return one_sided.BROKEN[odd](self.axis, self.name)
        found = yield from one_sided.bend(self.axis, best)
        if found.manner in one_sided.BROKEN:
            return one_sided.BROKEN[found.manner](self.axis, self.name)
        if found.manner == "kink":
            return one_sided.kink(self.axis, self.name, found, best)
        return self.undecided() if found.manner == "unsettled" else found

    def above_hidden_noise(
        self, choice: Choice, found: one_sided.Bend
    ) -> Generator[Ask, None, tuple[Choice, one_sided.Bend]]:
        """The choice by steps above the noise that hides between the values, if some does."""
        if self.is_noise or choice.rival is not None:
            return choice, found
        doubt = yield from other_scales.fill(self.climb.quotients, choice.best)
        if doubt is not None:
            choice, self.doubt = self.climb.choice() or choice, doubt
        if not self.is_good(choice) or self.is_odd(choice.best):
            yield from other_scales.probe(self.axis, choice.best)
        noise = other_scales.hidden_noise(self.axis, choice.best)
        if noise > 0:
            choice = (yield from self.climb_again(noise)) or choice
            found = yield from self.bend_in_noise(choice, found)
        return choice, found

    def compared(self, slope: Slope, choice: Choice, found: one_sided.Bend) -> Generator[Ask, None, Slope]:
        """The slope beside what other steps say, unless it is known as well as was asked."""
        asked = self.axis.plan.tolerance
        if asked > 0 and (slope.error or 0.0) <= asked * abs(slope.value or 0.0):
            return self.weighed(slope, choice.best)
        yield from other_scales.between(self.axis, choice.best)
        edge = yield from find_edge(self.axis)
        if edge is not None:
            slope, choice = yield from self.beside(slope, choice, found, edge)
        elif not self.is_noise and slope.kind is None:
            coarse = other_scales.elsewhere(self.axis, self.windows(), choice.best)
            slope = slope if coarse is None else self.two_scales(slope, coarse.value, coarse.error)
            off = other_scales.outlier(self.axis, choice.best)
            slope = slope if off is None or slope.kind else self.two_scales(slope, off.slope, off.slope_noise)
        return self.weighed(slope, choice.best)

    def beside(
        self, slope: Slope, choice: Choice, found: one_sided.Bend, edge: PlateauEdge
    ) -> Generator[Ask, None, tuple[Slope, Choice]]:
        """The slope where the values are smooth up to an edge: the smallest steps are right if there is no gap.

        Where there is one, and others beyond, the function is rounded inside: what larger steps say, with values that
        are known no better than to the gap, and what the stretch says must both be right.
        """
        inside, jump = edge.inside, edge.jump
        value = slope.value
        assert value is not None
        if jump is None:
            if not edge.is_clear:
                slope = slope._replace(error=(slope.error or 0.0) + 2 * edge.off / edge.h)
            if choice.best.high <= inside.h * 1.01:
                return slope, choice
            doubt = (slope.error or 0.0) + inside.slope_noise + abs(inside.even / inside.h)
            same = abs(value - inside.slope) <= doubt
            within = self.from_within(slope, edge)
            if found.manner == "none" and self.known_better(choice.best, within, edge):
                return slope, choice  # no kink, but a stretch of rounded values
            return (slope if same and not (within.error or inf) < (slope.error or 0.0) else within), choice
        flat = is_flat(self.axis, inside)
        if (yield from is_alone(self.axis, edge)) and (not flat or self.is_one_step()):
            within = self.from_within(slope, edge)
            if (
                within.kind is None
                and not self.denied(within, edge)
                and not self.known_better(choice.best, within, edge)
            ):
                return within, choice
        again = yield from self.climb_again(jump)
        if flat and again is not None and again.best.value:
            self.axis.blur = jump / abs(again.best.value)
            again = yield from self.climb_again(jump)
        if again is not None:
            found = yield from self.bend_in_noise(again, found)
        coarse = None if again is None else self.number(again, found)
        if again is None or coarse is None or coarse.value is None or coarse.error is None:
            return self.two_scales(slope, inside.slope, 2 * jump / inside.h), choice
        if flat:
            return coarse, again
        apart = abs(coarse.value - inside.slope)
        if coarse.kind is None and apart <= ALIKE * max(abs(coarse.value), abs(inside.slope)):
            return coarse._replace(error=max(coarse.error, apart)), again
        return self.two_scales(coarse, inside.slope, 0.0), again

    def is_one_step(self) -> bool:
        """Have all values seen so far been one of two? A function that is rounded has more of them farther out."""
        return len({self.axis.value(y) for y in self.axis.values}) == 2

    def denied(self, within: Slope, edge: PlateauEdge) -> bool:
        """Does the side without the gap say at larger steps that the slope of the stretch is not the function's?"""
        side = OneSided(self.axis, -edge.side)
        far = [sample for h in self.axis.pairs if h > BEYOND_ALL * edge.h and (sample := side.enter(h)) is not None]
        found = Windows((1,)).of(sorted(far, key=lambda sample: sample.h))
        best = min(found, key=lambda one: one.error, default=None)
        if best is None or within.value is None:
            return False
        return abs(best.value - within.value) > other_scales.APART * (best.error + (within.error or 0.0))

    def known_better(self, best: Estimate, within: Slope, edge: PlateauEdge) -> bool:
        """Is the slope of steps beyond the edge known, and another one? With one gap alone it would not settle."""
        if within.value is None or best.low < edge.h:
            return False
        return abs(best.value - within.value) > other_scales.APART * (best.error + (within.error or 0.0))

    def from_within(self, slope: Slope, edge: PlateauEdge) -> Slope:
        """The slope of the stretch around the point, where that of larger steps was taken for the function's."""
        inside = edge.inside
        pairs = [pair for pair in self.axis.ascending() if pair.h <= inside.h * 1.01]
        if not edge.is_clear:
            return self.two_scales(slope, inside.slope, abs(inside.even / inside.h))
        found = min(Windows().of([pair.central() for pair in pairs]), key=lambda one: one.error, default=None)
        before, _ = spaced(pairs)
        odd = 0.0 if before is None else 2 * abs(inside.slope - before.slope)
        bend = inside.slope_noise + abs(inside.even / inside.h) + odd
        if found is None or bend < found.error:
            return slope._replace(value=inside.slope, error=bend, step=inside.h, kind=None, message="")
        return slope._replace(value=found.value, error=found.error, step=found.low, kind=None, message="")

    def two_scales(self, slope: Slope, other: float, doubt: float) -> Slope:
        """Two stretches with a slope of their own each: rounding inside of the function makes such stretches, too."""
        assert slope.value is not None
        place = f"{self.name} = {one_sided.said(self.axis.x)}"
        error = (slope.error or 0.0) + abs(other - slope.value) + doubt + 0.1 * abs(other)
        message = (
            f"two scales at {place}: {slope.value:.6g} and {other:.6g}, as where a function rounds inside, or changes"
            f" suddenly beside the point"
        )
        return slope._replace(error=error, kind="two-scales", message=message)

    def weighed(self, slope: Slope, best: Estimate) -> Slope:
        """An error nearly as large as the value is a problem, unless the slope is next to nothing around the point."""
        value, error = slope.value, slope.error
        if slope.kind is not None or value is None or error is None:
            return slope
        if not is_lost(value, error, best.noise, self.steepness(best), self.is_noise):
            return slope
        place = f"{self.name} = {one_sided.said(self.axis.x)}"
        message = f"the difference quotients at {place} differ by as much as the slope that they give"
        return slope._replace(kind="noise" if self.is_noise else "two-scales", message=message)

    def steepness(self, best: Estimate) -> float:
        """What is a large slope around the point: of the function at larger steps, and of its value over |x|."""
        slopes = [abs(p.slope) + abs(p.even / p.h) for p in self.axis.pairs.values() if p.h >= best.low]
        return max([*slopes, self.climb.per_size(abs(self.axis.f0))])

    def odd_manner(self) -> str:
        """What f(x+h) - f(x-h) does at the smallest steps: `jump` if it stays, `steep` if it falls slower than h."""
        seen = one_sided.clear_and_spaced(self.climb.quotients.samples())
        powers = one_sided.exponents([(sample.h, sample.value * sample.h) for sample in seen])
        same = all(sample.value * seen[0].value > 0 for sample in seen)
        if len(powers) < 2 or not same:
            return ""
        if max(map(abs, powers)) < 0.05:
            return "jump"
        return "steep" if max(powers) < one_sided.STEEP and max(powers) - min(powers) < 0.08 and min(powers) > 0 else ""

    def as_noise(self, choice: Choice | None) -> Generator[Ask, None, Choice | None]:
        """The function is noise at the small steps: measure it, and climb again with it."""
        axis = self.axis
        spread = spread_of(axis.ascending())
        if spread <= EPSILON * abs(axis.f0) or not isfinite(spread):
            return choice
        return (yield from self.climb_again(spread))

    def climb_again(self, spread: float) -> Generator[Ask, None, Choice | None]:
        """The windows anew, with values that are known no better than this."""
        axis = self.axis
        self.is_noise = True
        axis.spread = max(axis.spread, spread)
        axis.relative = part if (part := axis.spread / (abs(axis.f0) or inf)) < RELATIVE else axis.relative
        axis.refresh()
        again = Climb(self.climb.quotients)
        again.low, again.high = min(axis.pairs), max(axis.pairs)
        self.climb = again
        return (yield from again.climb())

    def bend_in_noise(self, choice: Choice, found: one_sided.Bend) -> Generator[Ask, None, one_sided.Bend]:
        """What both sides say once the noise is known: what was noise before is no doubt any more."""
        again = yield from one_sided.bend(self.axis, choice.best)
        return again if again.manner in ("none", "unknown", "decays", "kink") else found

    def number(self, choice: Choice, found: one_sided.Bend) -> Slope:
        """The number and what is to be said beside it."""
        best = choice.best
        value, error = self.climb.blended(best), best.error
        place = f"{self.name} = {one_sided.said(self.axis.x)}"
        if found.manner in ("unknown", "decays", "kink"):
            error = max(error, abs(found.size) / 2)
        if best.power == 1 and found.manner == "none":
            error = max(error, self.half_bend(best))
        if choice.rival is not None and choice.faint:
            error += abs(best.value - choice.rival.value) + choice.rival.error
        if choice.rival is None:
            axis = self.axis
            doubt = (
                other_scales.below_wall(axis, self.windows(), best)
                if self.is_noise
                else other_scales.gap_below(axis, best)
            )
            error = max(error, doubt)
        error = max(error, self.doubt)
        if not isfinite(best.value) or not isfinite(error):
            return self.undecided()
        loud = self.is_noise and self.axis.spread > QUIET * abs(self.axis.f0)
        note = f"noise of about {self.axis.spread:.2g} in the values" if loud else ""
        slope = Slope(value, error, step=best.low, note=note)
        if self.is_noise and error > 0.02 * abs(best.value):
            message = self.steps_said(place, best.value)
            if not message:
                message = f"the function is noise near {place} (its values by about {self.axis.spread:.2g})"
            largest = max(max(abs(pair.left), abs(pair.right)) for pair in self.axis.pairs.values())
            lost = self.axis.spread > 0.1 * largest
            return (
                slope._replace(value=None, kind="undecided", message=message)
                if lost
                else slope._replace(kind="noise", message=message)
            )
        if choice.rival is not None:
            return slope._replace(kind="two-scales", message=self.scales(choice, place))
        faint = other_scales.faint(self.axis, best)
        if faint is not None:
            message = (
                f"two scales at {place}: {best.value:.6g} at steps near {best.low:.1g}, but the values change by no"
                f" more than {abs(faint.odd):.1g} at steps of {faint.h:.1g}: this may be the slope of rounding errors"
            )
            return slope._replace(error=error + abs(best.value) + abs(faint.slope), kind="two-scales", message=message)
        return slope

    def steps_said(self, place: str, trend: float) -> str:
        """What values that stay the very same around the point and jump beyond are: steps, no noise."""
        pairs = self.axis.ascending()
        flat = list(takewhile(lambda pair: is_flat(self.axis, pair), pairs))
        if len(flat) <= STRETCH or len(flat) == len(pairs):
            return ""
        jump = max(abs(value - self.axis.f0) for value in (pairs[len(flat)].left, pairs[len(flat)].right))
        return (
            f"the function changes in steps near {place}: not at all within {flat[-1].h:.2g} of it, then by {jump:.2g}"
            f" (slope 0 on the step, about {trend:.2g} over many)"
        )

    def windows(self) -> list[Estimate]:
        """The estimates of all windows."""
        return self.climb.windows.of(self.climb.quotients.samples())

    def half_bend(self, best: Estimate) -> float:
        """What a kink too small to be told from rounding does to a slope of two sides that are smooth on their own."""
        limit = one_sided.bend_limit(self.axis, best)
        return 0.0 if limit is None else (abs(limit.value) + limit.error) / 2

    def scales(self, choice: Choice, place: str) -> str:
        """Two scales that say different things."""
        best, rival = choice.best, choice.rival
        assert rival is not None
        small, large = (rival, best) if choice.trend else (best, rival)
        which = "larger" if choice.trend else "smaller"
        return (
            f"two scales at {place}: {small.value:.6g} at steps near {small.low:.1g}, {large.value:.6g} near"
            f" {large.high:.1g}; this is the slope of the {which} one"
        )

    def undecided(self) -> Slope:
        """Quotients without a pattern, or too few of them."""
        place = f"{self.name} = {one_sided.said(self.axis.x)}"
        text = f"difference quotients at {place} do not settle as the step shrinks"
        if self.axis.exhausted:
            text = f"the evaluations allowed are too few to find the slope at {place}"
        return Slope(None, None, None, None, "undecided", text)

    def study(self) -> tuple[tuple[float, float, float], ...]:
        """Step, quotient and its error, by what was found in the end."""
        value = self.result.value
        rows = []
        for pair in self.axis.ascending():
            error = pair.slope_noise + (0.0 if value is None else abs(pair.slope - value))
            rows.append((pair.h, pair.slope, min(error, inf)))
        return tuple(rows)
