"""The noise of a function: what its values change by without reason.

Sources: Moré & Wild, Estimating computational noise, SIAM J. Sci. Comput. 33 (2011) 1292 (ECnoise);
Shi, Xie, Xuan & Nocedal, SIAM J. Sci. Comput. 44 (2022) A2302 for the step under known noise.
"""

from __future__ import annotations

from itertools import pairwise
from math import comb, isfinite, sqrt

from gradcli.differences.one_sided import said
from gradcli.differences.plan import Slope
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.differences.plan import Batch
    from gradcli.differences.steps import Axis, Pair, Search

VALUES = 7
"""Equally spaced values for one estimate."""

TRIES = 3
"""Changes of the step before the best so far is taken."""


CORNER = 0.02
"""Bends at the ends of a row of values, beside that in the middle, below which the row has a corner."""


LOWEST = 3
"""Triples at the smallest steps whose residuals are noise alone."""

LOUDEST = 50.0
"""Noise is no more than so many times the largest of these."""


NOISY, SUDDEN = 8.0, 6.0
"""Noise in a quotient is no more than so many times the spread over the step; no change is so many times that of h²."""


APART = sqrt(5.0)
"""From one step to the next: steps h, 2h and 4h would see a straight line in stairs as wide as h."""

ROW = 6.0
"""Three steps, each so many times the one before, reach no farther."""

EVEN, BENT = 5.0, 0.3
"""Noise of f(x + h) - 2f(x) + f(x - h) over the spread; and by what part of it smooth functions are off a parabola."""


def spread_of(pairs: Sequence[Pair]) -> float:
    """Noise of the values, from neighbouring triples of pairs: twice the median of what odd cubics in h leave.

    Noise is the same at every step: where the smallest triples move and leave less, the rest is the function's own.
    """
    residuals = [residual(a, b, c) for a, b, c in zip(pairs, pairs[1:], pairs[2:], strict=False)]
    if not residuals:
        return 0.0
    spread = 2 * sorted(residuals)[len(residuals) // 2]
    smallest = residuals[:LOWEST]
    if len(residuals) > 2 * LOWEST and all(pair.left != pair.right for pair in pairs[: LOWEST + 2]):
        spread = min(spread, LOUDEST * max(smallest))
    return spread


def residual(a: Pair, b: Pair, c: Pair) -> float:
    """The combination of three odd parts that every α·h + β·h³ leaves at 0, scaled to the noise of one value."""
    weights = []
    for two, three in ((b.h, c.h), (c.h, a.h), (a.h, b.h)):
        weights.append(two / c.h * (three / c.h) * ((three / c.h) ** 2 - (two / c.h) ** 2))
    total = sum(w * pair.odd for w, pair in zip(weights, (a, b, c), strict=True))
    spread = sqrt(sum(w * w for w in weights) / 2)
    return abs(total) / spread if spread else 0.0


def even_residual(a: Pair, b: Pair, c: Pair) -> float:
    """The same of three even parts, of which every α·h² + β·h⁴ leaves 0."""
    weights = []
    for two, three in ((b.h, c.h), (c.h, a.h), (a.h, b.h)):
        p, q = (two / c.h) ** 2, (three / c.h) ** 2
        weights.append(p * q * (q - p))
    total = sum(w * pair.even for w, pair in zip(weights, (a, b, c), strict=True))
    spread = sqrt(2 * sum(w * w for w in weights) + 4 * sum(weights) ** 2)
    return abs(total) / spread if spread else 0.0


def noise_of_values(values: Sequence[float]) -> tuple[float, str]:
    """The noise in equally spaced values, and whether it can be believed: `noise`, `flat` or `trend`.

    flat     more than half of the neighbours are equal: the spacing is too small
    trend    the differences do not settle as noise does: the spacing is too large
    Source:  ECnoise, with its constants: differences of order k, scaled by (k!)²/(2k)!; three agree to a factor of 4.
    """
    row = list(values)
    equal = sum(a == b for a, b in pairwise(row))
    levels, changes = [], []
    for order in range(1, len(values)):
        row = [b - a for a, b in pairwise(row)]
        levels.append(sqrt(sum(d * d for d in row) / len(row) / comb(2 * order, order)))
        changes.append(min(row) < 0 < max(row))
    if equal > len(values) // 2:
        return max(levels), "flat"
    if is_corner(values):
        return levels[-1], "trend"
    for k in range(len(levels) - 2):
        window = levels[k : k + 3]
        if changes[k] and max(window) <= 4 * min(window):
            return levels[k], "noise"
    return levels[-1], "trend"


def is_corner(values: Sequence[float]) -> bool:
    """Whether the values bend in their middle only: a kink or a jump at the point, which is no noise."""
    bends = [abs(a - 2 * b + c) for a, b, c in zip(values, values[1:], values[2:], strict=False)]
    return max(bends[0], bends[-1]) <= CORNER * max(bends)


def is_row(pairs: Sequence[Pair]) -> bool:
    """Are they three, each step about APART times the one before?"""
    return len(pairs) == 3 and pairs[2].h < ROW * pairs[0].h


class Noisy:
    """One derivative of a function whose noise is known: a step that balances noise and truncation, and a larger one.

    The value is that of the smaller step; |g(√5h) - g(h)|/4 is its truncation, and the error is twice
    the truncation with 2.5 times the noise.
    """

    def __init__(self, axis: Axis, name: str) -> None:
        self.axis, self.name = axis, name
        self.result = Slope(None)

    def first_step(self) -> float:
        """3 (σ/|f|)^(1/3) of |x|."""
        axis = self.axis
        relative = axis.spread / (abs(axis.f0) or 1.0)
        size = abs(axis.x) if axis.x else 1.0
        return float(3 * min(relative, 1e-3) ** (1 / 3) * size)

    def run(self) -> Search:
        """A larger step while noise rules, a smaller one while truncation does; three moves at most."""
        h = self.first_step()
        found = yield from self.axis.fetch(h, APART * h)
        for _ in range(3):
            near, far = found
            if near is None or far is None:
                h /= 4
                found = yield from self.axis.fetch(h, APART * h)
                continue
            truncation, noise = self.errors(near, far)
            if truncation < noise / 3:
                h *= APART
                found = [far, *(yield from self.axis.fetch(APART * h))]
            elif truncation > 6 * noise:
                h /= APART
                found = [*(yield from self.axis.fetch(h)), near]
            else:
                break
        if sum(step >= h / 3 for step in self.axis.pairs) == 2:  # a third one tells what two leave to chance
            yield from self.axis.fetch(APART * APART * h)
        self.result = self.best()

    def errors(self, near: Pair, far: Pair) -> tuple[float, float]:
        """Truncation and noise of the smaller step."""
        return abs(far.slope - near.slope) / ((far.h / near.h) ** 2 - 1), self.axis.spread / near.h

    def is_borne_out(self) -> bool:
        """Do the other steps agree? Below, quotients differ by noise; above, by no more than h² explains, and noise.

        Values that change by more than the noise did, and suddenly, are those of a function that rounds inside, or has
        edges: what was measured there is no noise.
        """
        value, error, step = self.result.value, self.result.error, self.result.step
        if value is None or error is None or step is None:
            return False
        pairs, spread = self.axis.ascending(), self.axis.spread
        if self.is_kinked(pairs, step):
            return False
        below = (p for p in pairs if p.h < step)
        if any(abs(p.slope - value) > error + NOISY * (spread / p.h + p.slope_noise) for p in below):
            return False
        for a, b, c in zip(pairs, pairs[1:], pairs[2:], strict=False):
            usual = SUDDEN * (c.h / a.h) ** 2 * (abs(b.slope - a.slope) + NOISY * spread / a.h)
            if a.h >= step and abs(c.slope - b.slope) > usual:
                return False
        return True

    def is_kinked(self, pairs: Sequence[Pair], step: float) -> bool:
        """Does f(x + h) - 2f(x) + f(x - h), beyond noise, not grow like h² from the slope's step to the next?"""
        near, far = next((near, far) for near, far in pairwise(pairs) if near.h >= step)
        grown = (far.h / near.h) ** 2
        off = abs(far.even - grown * near.even)
        return off > max(EVEN * self.axis.spread * (1 + grown), BENT * abs(far.even), BENT * grown * abs(near.even))

    def best(self) -> Slope:
        """The pair with the least error, among neighbours."""
        pairs = self.axis.ascending()
        candidates = []
        for k, (near, far) in enumerate(pairwise(pairs)):
            truncation, noise = self.errors(near, far)
            rows = [row for row in (pairs[k : k + 3], pairs[max(k - 1, 0) : k + 2]) if is_row(row)]
            left = max((residual(*row) for row in rows), default=0.0)
            left = max([left, *(even_residual(*row) for row in rows)])
            candidates.append((2 * (truncation + 2.5 * max(noise, left / near.h)), near))
        place = f"{self.name} = {said(self.axis.x)}"
        if not candidates:
            return Slope(None, kind="undecided", message=f"too few values around {place} to see through the noise")
        error, pair = min(candidates, key=lambda entry: entry[0])
        if not isfinite(error) or not isfinite(pair.slope):
            text = f"the function is noise near {place} (its values by about {self.axis.spread:.2g})"
            return Slope(None, kind="undecided", message=text, step=pair.h)
        study = tuple((p.h, p.slope, p.slope_noise + abs(p.slope - pair.slope)) for p in pairs)
        slope = Slope(pair.slope, error, step=pair.h, study=study)
        if all(p.left == self.axis.f0 == p.right for p in pairs):  # what never changes has no noise, only few digits
            return slope._replace(note=f"the values are all the same up to {pairs[-1].h:.2g} from {place}")
        if error > 0.5 * abs(pair.slope):
            text = f"the function is noisy near {place} (its values by about {self.axis.spread:.2g})"
            return slope._replace(kind="noise", message=text)
        return slope._replace(note=f"noise of about {self.axis.spread:.2g} in the values")


def measured_spreads(
    batch: Batch,
    point: tuple[float, ...],
    origin: tuple[float, ...],
    bounds: Sequence[tuple[float, float]] | None = None,
) -> tuple[list[float | None], int]:
    """The noise of each output near the point (None where the values do not tell), and the evaluations it took.

    Seven values along one direction, in which the signs alternate; the spacing grows where they are flat and shrinks
    where they show a trend. The middle value is that of the point itself, `origin`.
    """
    direction = [(1 if i % 2 == 0 else -1) * (abs(x) if x else 1.0) for i, x in enumerate(point)]
    spacing, evaluations = 1e-6, 0
    spreads: list[float | None] = []
    for _ in range(TRIES):
        points = [
            tuple(x + k * spacing * d for x, d in zip(point, direction, strict=True)) for k in (-3, -2, -1, 1, 2, 3)
        ]
        if bounds is not None:
            points = [tuple(min(max(x, low), high) for x, (low, high) in zip(p, bounds, strict=True)) for p in points]
        found = [values for values in batch(points) if values is not None]
        evaluations += len(points)
        if len(found) < VALUES - 1:
            return spreads, evaluations
        found.insert(3, origin)
        seen = [noise_of_values(column) for column in zip(*found, strict=True)]
        spreads = [level if verdict == "noise" and isfinite(level) else None for level, verdict in seen]
        verdicts = [verdict for _, verdict in seen]
        if "noise" in verdicts:
            return spreads, evaluations
        spacing = spacing * 100 if "flat" in verdicts else spacing / 100
        if not 1e-15 < spacing < 1e-1:
            break
    return spreads, evaluations


def floor_of(spread: float, value: float) -> float:
    """A spread, at least the rounding of float64."""
    return max(spread, 2.0**-52 * abs(value)) or 2.0**-52
