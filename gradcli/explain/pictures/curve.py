"""The samples of a curve, closer where it bends, and the places where it must not be joined.

Every interval is halved until the curve is as good as straight in it. One that stays apart down to the resolution of
float64 holds a pole, a jump or a border of the domain. Between the samples enclosures tell of gaps (`between`).
"""

from __future__ import annotations

from itertools import pairwise

from gradcli.explain.pictures.between import CLOSE, CurvePoint, Search, is_closed, middle
from gradcli.explain.pictures.results import Curve, Gap, GapKind
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gradcli.explain.pictures.section import Section
    from gradcli.points.sampling import Sampler

LATTICE = 200
"""Intervals of the first round."""
FLAT = 1 / 500
"""How far from a straight line a piece may be, as a part of the height."""
ROUNDS, MOST_SAMPLES, MOST_AT_ONCE = 60, 6_000, 600
TOGETHER = 1e-9
"""Gaps closer than this part of the range are one."""
RANKS: tuple[GapKind, ...] = ("jump", "hole", "pole", "undefined")
POLE = 1e3
"""Values so many heights away from the others are those of a pole."""


class CurveTracer:
    """One curve over one range."""

    def __init__(self, sampler: Sampler, section: Section, low: float, high: float) -> None:
        self.sampler, self.section, self.low, self.high = sampler, section, low, high
        self.reasons: dict[float, str] = {}
        self.samples: dict[float, CurvePoint] = {}
        self.breaks: list[tuple[CurvePoint, CurvePoint]] = []
        self.poles: set[float] = set()
        self.complete = True
        self.wanted: set[float] = set()
        self.gaps: list[Gap] = []
        self.height = 1.0
        self.bottom = self.top = 0.0

    def sample(self, places: Sequence[float]) -> list[CurvePoint]:
        """New samples, all at once; they are kept."""
        made = self.look(places)
        self.keep(made)
        return made

    def keep(self, samples: Iterable[CurvePoint]) -> None:
        self.samples.update((sample.x, sample) for sample in samples)

    def look(self, places: Sequence[float]) -> list[CurvePoint]:
        """Samples that are not kept."""
        if not places:
            return []
        found = self.sampler.at(self.section.columns(places))
        slopes = self.section.slopes(found)
        self.reasons.update((places[row], reason) for row, reason in found.reasons.items())
        return [CurvePoint(x, y, slope[0]) for x, y, slope in zip(places, found.values, slopes, strict=True)]

    def trace(self, also: Iterable[float] = ()) -> None:
        """CurvePoint the range; `also` are places that must be among the samples."""
        places = lattice(self.low, self.high, LATTICE)
        places = sorted({*places, *(x for x in also if self.low <= x <= self.high)})
        first = self.sample(places)
        self.wanted = set(places)
        self.bottom, self.top = view([s.y for s in first if s.y is not None])
        self.height = self.top - self.bottom
        self.refine(list(pairwise(first)))
        self.search()

    def refine(self, waiting: list[tuple[CurvePoint, CurvePoint]]) -> None:
        """Halve these intervals until the curve is as good as straight in each."""
        for _ in range(ROUNDS):
            if not waiting or len(self.samples) > MOST_SAMPLES:
                break
            waiting = self.halved(waiting)

    def search(self) -> None:
        """Find what lies between the samples: places without a value, and poles."""
        size = self.high - self.low
        search = Search(self.is_defined, self.look, size)
        search.run(self.joined())
        self.complete = search.complete
        for left, right in search.narrow:
            (here,) = self.look([self.border(left.x, right.x)])
            is_pole = search.is_pole(left, right, FLAT**2 * self.height)
            if is_pole:
                self.poles |= {left.x, here.x}
            if here.y is None and left.x <= here.x <= right.x:
                self.keep((left, here, right))
                self.breaks += [(left, here), (here, right)]
            elif is_pole:
                self.keep((left, right))
                self.breaks.append((left, right))
        for void in search.voids:
            self.keep(void)
        self.refine([pair for void in search.voids for pair in pairwise(void)])

    def joined(self) -> list[list[CurvePoint]]:
        """The runs of samples that are joined by the curve."""
        broken = {left.x for left, _ in self.breaks}
        runs: list[list[CurvePoint]] = [[]]
        for sample in sorted(self.samples.values()):
            if sample.y is not None:
                runs[-1].append(sample)
            if sample.y is None or sample.x in broken:
                runs.append([])
        return [run for run in runs if len(run) > 1]

    def is_defined(self, low: float, high: float) -> bool:
        """Has the function certainly a value everywhere between two places?"""
        return self.sampler.is_defined(self.section.boxes(low, high))

    def halved(self, pairs: list[tuple[CurvePoint, CurvePoint]]) -> list[tuple[CurvePoint, CurvePoint]]:
        """The halves that have to be halved again."""
        open_pairs = []
        for left, right in pairs:
            if is_closed(left, right, self.high - self.low):
                if self.apart(left, right) > FLAT or self.is_far(left, right) or self.turns(left, right):
                    self.breaks.append((left, right))
            else:
                open_pairs.append((left, right))
        if len(open_pairs) > MOST_AT_ONCE:
            open_pairs.sort(key=lambda pair: -self.apart(*pair))
            open_pairs = sorted(open_pairs[:MOST_AT_ONCE])
        middles = self.sample([middle(left.x, right.x) for left, right in open_pairs])
        again = []
        for (left, right), here in zip(open_pairs, middles, strict=True):
            if not self.is_settled(left, here, right):
                again += [(a, b) for a, b in ((left, here), (here, right)) if a.y is not None or b.y is not None]
        return again

    def apart(self, left: CurvePoint, right: CurvePoint) -> float:
        """The part of the height that lies between two samples."""
        if left.y is None or right.y is None:
            return float("inf")
        return abs(self.clipped(left.y) - self.clipped(right.y)) / self.height

    def is_far(self, *samples: CurvePoint) -> bool:
        """Is there a value that only poles have?"""
        known = (abs(sample.y) for sample in samples if sample.y is not None)
        return max(known, default=0.0) > POLE * self.height + max(abs(self.bottom), abs(self.top))

    def turns(self, left: CurvePoint, right: CurvePoint) -> bool:
        """Does the curve fall on one side and rise on the other, steeply for so narrow a piece? log|x| at 0 does."""
        if left.slope is None or right.slope is None or left.slope * right.slope >= 0:
            return False
        return min(abs(left.slope), abs(right.slope)) * (right.x - left.x) > FLAT * self.height

    def clipped(self, y: float) -> float:
        """A value, those far outside of the picture at its edge."""
        return min(max(y, self.bottom - self.height), self.top + self.height)

    def is_settled(self, left: CurvePoint, here: CurvePoint, right: CurvePoint) -> bool:
        """Is the curve as good as straight from left over here to right, or outside of the picture and smooth?"""
        if left.y is None or here.y is None or right.y is None:
            return left.y is here.y is right.y
        ys = (left.y, here.y, right.y)
        low, high = min(ys), max(ys)
        if high - low <= FLAT * self.height:
            return True
        expected = smooth_middle(left, right)
        if low > self.top or high < self.bottom:
            return abs(here.y - expected) <= 0.01 * max(map(abs, ys)) and not self.turns(left, right)
        straight = abs(here.y - (left.y + right.y) / 2) <= 4 * FLAT * self.height
        return straight and abs(here.y - expected) <= FLAT * self.height + 0.05 * (high - low)

    def finished(self) -> Curve:
        """The curve with its gaps."""
        samples = sorted(self.samples.values())
        gaps = self.gaps = self.gaps_between(samples)
        samples = self.thinned(samples)
        x, y = [sample.x for sample in samples], [sample.y for sample in samples]
        for left, right in self.breaks:
            if left.y is not None and right.y is not None:
                spot = x.index(right.x)  # an empty sample keeps both sides apart
                x.insert(spot, middle(left.x, right.x))
                y.insert(spot, None)
        return Curve(tuple(x), tuple(y), tuple(gaps))

    def thinned(self, samples: Sequence[CurvePoint]) -> list[CurvePoint]:
        """Without the crowd of samples at a gap that no picture tells apart."""
        kept = list(samples[:1])
        near = (self.high - self.low) / 4000
        for place in range(1, len(samples)):
            here, last = samples[place], kept[-1]
            after = samples[place + 1] if place + 1 < len(samples) else None
            ends = after is None or after.y is None or here.y is None or last.y is None
            ends = ends or any(here.x in (left.x, right.x) for left, right in self.breaks)
            if ends or here.x in self.wanted or here.x - last.x > near or self.apart(last, here) > FLAT:
                kept.append(here)
        return kept

    def gaps_between(self, samples: Sequence[CurvePoint]) -> list[Gap]:
        """Undefined stretches, holes, poles and jumps, in order."""
        gaps: list[Gap] = []
        start: int | None = None
        for place, sample in enumerate(samples):
            if sample.y is None and start is None:
                start = place
            if sample.y is not None and start is not None:
                gaps.append(self.void(samples, start, place))
                start = None
        if start is not None:
            gaps.append(self.void(samples, start, len(samples)))
        for left, right in self.breaks:
            if left.y is not None and right.y is not None:
                gaps.append(self.rift(left, right))
        return merged(sorted(gaps), TOGETHER * (self.high - self.low))

    def void(self, samples: Sequence[CurvePoint], start: int, stop: int) -> Gap:
        """A stretch of samples without values."""
        low, high = self.low, self.high
        if start:
            low = self.border(samples[start].x, samples[start - 1].x)
        if stop < len(samples):
            high = self.border(samples[stop - 1].x, samples[stop].x)
        reason = self.reasons.get(samples[(start + stop) // 2].x, "")
        is_wide = high - low > 2 * CLOSE * max(abs(low), abs(high), 2.0**-20 * (self.high - self.low))
        if is_wide and stop - start > 1:
            return Gap(low, high, "undefined", reason)
        beside = [samples[place] for place in (start - 1, stop) if 0 <= place < len(samples)]
        is_pole = samples[start].x in self.poles or self.is_far(*beside)
        is_pole = is_pole or (len(beside) == 2 and self.turns(*beside))
        return Gap(samples[start].x, samples[start].x, "pole" if is_pole else "hole", reason)

    def border(self, outside: float, inside: float) -> float:
        """The border of the domain between two neighbours: a short number, if there is one."""
        x = (outside + inside) / 2
        if abs(x) <= CLOSE * (self.high - self.low):
            return 0.0
        short = float(f"{x:.12g}")
        return short if abs(short - x) <= 4 * CLOSE * abs(x) else x

    def rift(self, left: CurvePoint, right: CurvePoint) -> Gap:
        """A pole or a jump between two samples that are next to one another."""
        x = self.border(left.x, right.x)
        is_pole = left.x in self.poles or self.is_far(left, right) or self.turns(left, right)
        return Gap(x, x, "pole" if is_pole else "jump")

    def shown(self) -> tuple[float, float]:
        """Bottom and top of the picture: all values, but for those that only poles reach."""
        has_poles = any(gap.kind == "pole" for gap in self.gaps)
        known = [s.y for s in self.samples.values() if s.y is not None and (s.x in self.wanted or not self.gaps)]
        if has_poles or not known or not 0 < max(known) - min(known) < 1e150:
            return self.bottom, self.top
        low, high = min(known), max(known)
        return (low, high) if is_worth(low, high) else widened(low)


def merged(gaps: Sequence[Gap], near: float) -> list[Gap]:
    """Gaps that no number keeps apart as one: a stretch is more than a pole, a pole more than a jump or a hole."""
    found: list[Gap] = []
    for gap in gaps:
        if not found or gap.low - found[-1].high > near:
            found.append(gap)
            continue
        last = found[-1]
        best = max(last, gap, key=lambda one: RANKS.index(one.kind))
        reason = best.reason or last.reason or gap.reason
        wide = last.high - last.low > near or gap.high - gap.low > near
        low, high = (min(last.low, gap.low), max(last.high, gap.high)) if wide else (best.low, best.high)
        found[-1] = Gap(low, high, best.kind, reason)
    return found


def lattice(low: float, high: float, count: int) -> list[float]:
    """Evenly spaced numbers with both ends, each near to the decimal that it should be."""
    between = [float(f"{low * ((count - i) / count) + high * (i / count):.15g}") for i in range(1, count)]
    return [low, *(x for x in between if low < x < high), high]


def smooth_middle(left: CurvePoint, right: CurvePoint) -> float:
    """The value in the middle of the cubic with the values and slopes of both ends."""
    assert left.y is not None
    assert right.y is not None
    mean = left.y / 2 + right.y / 2
    if left.slope is None or right.slope is None:
        return mean
    return mean + (right.x - left.x) * (left.slope - right.slope) / 8


def view(values: Sequence[float]) -> tuple[float, float]:
    """Bottom and top of what is worth seeing: nine tenths of the values, and as much again where the others reach."""
    if not values:
        return -1.0, 1.0
    ordered = sorted(min(max(y, -1e150), 1e150) for y in values)
    low, high = ordered[len(ordered) // 10], ordered[len(ordered) - 1 - len(ordered) // 10]
    size = (high - low) or (ordered[-1] - ordered[0]) / 10
    bottom, top = max(ordered[0], low - size / 2), min(ordered[-1], high + size / 2)
    return (bottom, top) if is_worth(bottom, top) else widened(bottom)


def is_worth(low: float, high: float) -> bool:
    """Are two values further apart than rounding?"""
    return high - low > 1e-11 * max(abs(low), abs(high))


def widened(y: float) -> tuple[float, float]:
    """The view of a constant."""
    reach = abs(y) / 2 or 1.0
    return y - reach, y + reach
