"""The derivative of one output by one variable in doubles: the whole search, from the first steps to the verdict."""

from __future__ import annotations

from collections.abc import Generator
from itertools import pairwise
from math import inf, isfinite, log

from gradcli.differences import one_sided
from gradcli.differences.extrapolation import EPSILON, Windows
from gradcli.differences.noise import spread_of
from gradcli.differences.plan import Slope
from gradcli.differences.plateaus import find_edge, grain, is_alone, is_flat, stuck
from gradcli.differences.resolution import kept
from gradcli.differences.step_search import COARSE, FAINT, Choice, Climb, Quotients
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from gradcli.differences.extrapolation import Estimate
    from gradcli.differences.plateaus import PlateauEdge
    from gradcli.differences.steps import Ask, Axis, Pair, Search


ALIKE = 0.05
"""Slopes that differ by less, relatively, are of one scale."""

LARGE = 0.5
"""An error of this size, of the value, is a problem."""

EXPLAINED = 100.0
"""An error of no more than so many times the rounding is as good as these values can tell, and no problem."""

GRAINS = 64.0
"""Values that are multiples of so many units in their last place are rounded."""

FAR = 10.0
"""Between the smallest steps of two scales."""

WALL = 10.0
"""Truncation of so many times the noise is the function's own: it has features at these steps."""

NOISY_STEPS, SPAN = 4, 1e3
"""So many steps below a window, over such a range, must be off by noise."""

CLEARLY = 8.0
"""Values are off where they are so many times farther from the line than rounding and the slope's error explain."""

EVEN = 20.0
"""Noise at the smaller half of the steps is no smaller than this part of that at the larger ones."""

LOUDER = 2.0
"""Noise is taken for so many times what a few values show."""

BEYOND_ALL = 1e3
"""Of the way to an edge: steps larger than this have left the stretch."""

WIDE, MOST_BETWEEN = 1e3, 8
"""A gap between steps that is wider has so many steps put in at most."""

MOVES = 0.02
"""Of the value: what rounding errors inside of a function may move it by."""

NEAR = 4.0
"""Larger steps, of |x| or of 1, are far from the point."""

ROUGHLY = 0.25
"""A slope known to this part tells whether it is another one."""

APART = 2.0
"""Slopes of two scales differ by so many times their errors."""

RELATIVE = 1e-6
"""Noise of less than this part of the value is taken to grow with the values, as that of shorter floats does."""

SMALL = 1e-6
"""A slope of this size, of the steepest around the point, is as good as 0."""


class Adaptive:
    """The search along one axis; `result` is there when `run` has ended."""

    def __init__(self, axis: Axis, name: str) -> None:
        self.axis, self.name = axis, name
        self.climb = Climb(Quotients(axis))
        self.result = Slope(None)
        self.is_noise = False

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
        axis.kept = kept(axis)
        unit = max(grain(axis, axis.ascending()), 2 * stuck(axis, axis.ascending()))
        noise = max(unit / 2, 0.0 if axis.kept is None else axis.kept.noise(abs(axis.f0)))
        if noise <= GRAINS / 2 * EPSILON * abs(axis.f0):
            return choice
        return (yield from self.climb_again(noise))

    def is_good(self, choice: Choice) -> bool:
        """Is there nothing to look for below?"""
        best = choice.best
        return best.is_certified or best.error <= self.climb.goal(best)

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
        odd = self.odd_manner()
        if choice is None or not choice.best.convinces:
            if odd == "jump":
                return one_sided.jump(self.axis, self.name)
            if odd == "steep":
                return one_sided.steep(self.axis, self.name)
        found = yield from one_sided.bend(self.axis, None if choice is None else choice.best)
        if found.manner == "kink":
            return one_sided.kink(self.axis, self.name, found, None if choice is None else choice.best)
        if found.manner in ("jump", "steep"):
            return (one_sided.jump if found.manner == "jump" else one_sided.steep)(self.axis, self.name)
        if found.manner == "unsettled":
            return self.undecided()
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
        noise = 0.0 if self.is_noise or choice.rival is not None else self.hidden_noise(choice.best)
        if noise > 0:
            choice = (yield from self.climb_again(noise)) or choice
            found = yield from self.bend_in_noise(choice, found)
        yield from self.between(choice.best)
        slope = self.number(choice, found)
        if slope.value is None:
            return slope
        asked = self.axis.plan.tolerance
        loose = asked > 0 and (slope.error or 0.0) <= asked * abs(slope.value)
        edge = None if loose else (yield from find_edge(self.axis))
        if edge is not None:
            slope, choice = yield from self.beside(slope, choice, found, edge)
        elif not loose and not self.is_noise and slope.kind is None:
            coarse = self.elsewhere(choice.best)
            slope = slope if coarse is None else self.two_scales(slope, coarse.value, coarse.error)
        return self.weighed(slope, choice.best)

    def beside(
        self, slope: Slope, choice: Choice, found: one_sided.Bend, edge: PlateauEdge
    ) -> Generator[Ask, None, tuple[Slope, Choice]]:
        """The slope where the values are smooth up to an edge: the smallest steps are right if there is no gap.

        Where there is one, and others beyond, the function is rounded inside: what larger steps say, with values that
        are known no better than to the gap, and what the stretch says must both be right.
        """
        inside, jump = edge.inside, edge.jump
        assert slope.value is not None
        if jump is None:
            if not edge.is_clear:
                slope = slope._replace(error=(slope.error or 0.0) + 2 * edge.off / edge.h)
            if choice.best.high <= inside.h * 1.01:
                return slope, choice
            doubt = (slope.error or 0.0) + inside.slope_noise + abs(inside.even / inside.h)
            same = abs(slope.value - inside.slope) <= doubt
            within = self.from_within(slope, edge)
            return (slope if same and not (within.error or inf) < (slope.error or 0.0) else within), choice
        flat = is_flat(self.axis, inside)
        if not flat and (yield from is_alone(self.axis, edge)):
            within = self.from_within(slope, edge)
            if within.kind is None and not self.denied(within, edge):
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

    def denied(self, within: Slope, edge: PlateauEdge) -> bool:
        """Does the side without the gap say at larger steps that the slope of the stretch is not the function's?"""
        side = one_sided.OneSided(self.axis, -edge.side)
        far = [sample for h in self.axis.pairs if h > BEYOND_ALL * edge.h and (sample := side.enter(h)) is not None]
        found = Windows((1,)).of(sorted(far, key=lambda sample: sample.h))
        best = min(found, key=lambda one: one.error, default=None)
        if best is None or within.value is None:
            return False
        return abs(best.value - within.value) > APART * (best.error + (within.error or 0.0))

    def from_within(self, slope: Slope, edge: PlateauEdge) -> Slope:
        """The slope of the stretch around the point, where that of larger steps was taken for the function's."""
        inside = edge.inside
        pairs = [pair for pair in self.axis.ascending() if pair.h <= inside.h * 1.01]
        if not edge.is_clear:
            return self.two_scales(slope, inside.slope, abs(inside.even / inside.h))
        found = min(Windows().of([pair.central() for pair in pairs]), key=lambda one: one.error, default=None)
        bend = inside.slope_noise + abs(inside.even / inside.h)
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
        if slope.kind is not None or value is None or error is None or error < LARGE * abs(value):
            return slope
        if error <= SMALL * self.steepness(best) or (error < EXPLAINED * best.noise and not self.is_noise):
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
        return again if again.manner in ("none", "unknown", "decays") else found

    def number(self, choice: Choice, found: one_sided.Bend) -> Slope:
        """The number and what is to be said beside it."""
        best = choice.best
        value, error = self.climb.blended(best), best.error
        place = f"{self.name} = {one_sided.said(self.axis.x)}"
        if found.manner in ("unknown", "decays"):
            error = max(error, abs(found.size) / 2)
        if best.power == 1 and found.manner == "none":
            error = max(error, self.half_bend(best))
        if choice.rival is not None and choice.faint:
            error += abs(best.value - choice.rival.value) + choice.rival.error
        if choice.rival is None:
            error = max(error, self.below_wall(best) if self.is_noise else self.gap_below(best, value))
        if not isfinite(best.value) or not isfinite(error):
            return self.undecided()
        slope = Slope(value, error, step=best.low)
        if self.is_noise and error > 0.02 * abs(best.value):
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
        faint = self.faint(choice)
        if faint is not None:
            message = (
                f"two scales at {place}: {best.value:.6g} at steps near {best.low:.1g}, but the values change by no"
                f" more than {abs(faint.odd):.1g} at steps of {faint.h:.1g}: this may be the slope of rounding errors"
            )
            return slope._replace(error=error + abs(best.value) + abs(faint.slope), kind="two-scales", message=message)
        return slope

    def half_bend(self, best: Estimate) -> float:
        """What a kink too small to be told from rounding does to a slope of two sides that are smooth on their own."""
        limit = one_sided.bend_limit(self.axis, best)
        return 0.0 if limit is None else (abs(limit.value) + limit.error) / 2

    def elsewhere(self, best: Estimate) -> Estimate | None:
        """What larger steps say, where they say clearly something else, and the difference moves the values by little.

        A large difference is the function's own, with a smaller scale; a small one may be what is rounded inside.
        """
        found = self.climb.windows.of(self.climb.quotients.samples())
        larger = [one for one in found if one.low > best.high / FAR and one.low > FAR * best.low]
        known = [one for one in larger if one.error < ROUGHLY * abs(one.value)]
        apart = [one for one in known if abs(one.value - best.value) > APART * (one.error + best.error)]
        clear = min(apart, key=lambda one: one.error / abs(one.value), default=None)
        for coarse, part in ((clear, FAINT), (self.level(best), MOVES)):
            if coarse is None:
                continue
            gap = abs(coarse.value - best.value)
            same = (p.h for p in self.axis.ascending() if p.h < coarse.low and abs(p.slope - best.value) < gap / 2)
            if gap * max(same, default=0.0) < part * abs(self.axis.f0):
                return coarse
        return None

    def level(self, best: Estimate) -> Estimate | None:
        """Another slope that three steps far from each other show; of a smooth function slopes move on like h²."""
        kept: list[Pair] = []
        for pair in self.axis.ascending():
            gap = abs(pair.slope - best.value)
            if gap > max(abs(pair.slope), abs(best.value)) / 3 and CLEARLY * (pair.slope_noise + best.error) < gap:
                if not kept or pair.h > CLEARLY * kept[-1].h:
                    kept.append(pair)
        for three in zip(kept, kept[1:], kept[2:], strict=False):
            slopes = [pair.slope for pair in three]
            apart = max(slopes) - min(slopes)
            if apart < min(abs(slope - best.value) for slope in slopes) / 3:
                return best._replace(value=sorted(slopes)[1], noise=0.0, truncation=apart, low=three[0].h, high=three[2].h)
        return None

    def between(self, best: Estimate) -> Search:
        """Steps between those of the slope and far larger ones that say something else."""
        for near, far in pairwise(self.axis.ascending()):
            size = max(abs(far.slope), abs(best.value))
            if near.h >= best.low and far.h > WIDE * near.h and abs(far.slope - best.value) > size / 3:
                count = min(int(log(far.h / near.h, COARSE)), MOST_BETWEEN)
                factor = (far.h / near.h) ** (1 / (count + 1))
                yield from self.axis.fetch(*(near.h * factor**k for k in range(1, count + 1)))
                return

    def hidden_noise(self, best: Estimate) -> float:
        """Noise that the values at steps below the window show, 0 where they show none.

        A smaller scale moves the values by less and less as the step shrinks; noise is the same at every step.
        """
        off = [
            (pair, (pair.slope - best.value) * pair.h, pair.noise + best.error * pair.h)
            for pair in self.axis.ascending()
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

    def below_wall(self, best: Estimate) -> float:
        """How far the slope may be from that of noisy smaller steps, where scales between have features of their own.

        Noise drives a search to larger steps; beyond the function's own bends and turns, and far from the point, these
        tell its trend only.
        """
        found = [one for one in self.climb.windows.of(self.climb.quotients.samples()) if one.power == best.power]
        bends = (w.high for w in found if w.truncation > WALL * w.noise and w.truncation > ALIKE * abs(w.value))
        wall = min([*bends, NEAR * max(abs(self.axis.x), 1.0)])
        below = [one for one in found if one.high <= wall and one.low < best.low]
        if best.low < wall or not below:
            return 0.0
        return min(abs(one.value - best.value) + one.error for one in below)

    def gap_below(self, best: Estimate, value: float) -> float:
        """How far a quotient at a smaller step is from the value beyond its noise, if farther than at the window's own.

        Quotients of one scale come nearer to its limit as steps shrink; those that do not belong to another scale.
        """
        pairs = self.axis.ascending()
        nearest = next((abs(pair.slope - value) for pair in pairs if pair.h >= best.low), 0.0)
        gaps = (abs(pair.slope - value) - 4 * pair.slope_noise for pair in pairs if pair.h < best.low)
        return 2 * max((gap for gap in gaps if gap > nearest), default=0.0)

    def faint(self, choice: Choice) -> Pair | None:
        """The next larger step, where the values hardly change though the slope found would move them much."""
        size, slope = abs(self.axis.f0), abs(choice.best.value)
        above = [pair for pair in self.axis.ascending() if pair.h > 3 * choice.best.high][:3]
        bounded = [abs(p.odd) + abs(p.even) < min(0.3 * slope * p.h, MOVES * size) for p in above]
        return above[0] if len(above) == 3 and all(bounded) else None

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
