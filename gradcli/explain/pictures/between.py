"""Gaps between the samples of a curve: pieces on which an enclosure proves a value are let go, the others are halved.

A ball that holds a piece of the range gives a ball that holds all values on it; where that is finite, the piece has
neither a pole nor a hole.
Source: Moore, Interval Analysis (1966), chapter 4.
"""

from __future__ import annotations

from collections import deque
from time import process_time

from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Final

    Pair = tuple["CurvePoint", "CurvePoint"]

MOST_ENCLOSURES: Final = 4_000
SECONDS: Final = 0.4
"""What a search may cost, of processor time: answers do not depend on what else the machine does."""
MOST_AT_ONCE: Final = 128
"""Pieces that are halved together."""
CLOSE: Final = 2.0**-44
"""A width, relative to the range and its ends, at which a piece is not halved again."""
AWAY: Final = 1_000
"""How many widths lie between the places at which the growth towards a pole is seen."""


class CurvePoint(NamedTuple):
    """A place of a curve, with value and slope as far as there are any."""

    x: float
    y: float | None
    slope: float | None


class Search:
    """What the samples of one curve do not show.

    is_defined   has the function certainly a value everywhere between two places?
    sample       values at places
    voids        neighbours with a place without value between them: left, here, right
    narrow       pieces too narrow to be halved on which nothing is proved
    complete     False where time was over before all pieces were looked at
    """

    def __init__(
        self,
        is_defined: Callable[[float, float], bool],
        sample: Callable[[Sequence[float]], list[CurvePoint]],
        size: float,
    ) -> None:
        self.is_defined, self.sample, self.size = is_defined, sample, size
        self.voids: list[tuple[CurvePoint, CurvePoint, CurvePoint]] = []
        self.narrow: list[Pair] = []
        self.complete = True
        self.count, self.stop = MOST_ENCLOSURES, process_time() + SECONDS

    def run(self, runs: Sequence[list[CurvePoint]]) -> None:
        """Look at these runs of joined samples."""
        pieces = self.unproved(runs)
        while pieces:
            pieces = self.halved(pieces)

    def is_proved(self, left: CurvePoint, right: CurvePoint) -> bool:
        """Is there a value everywhere between two samples? True too where there is no time to ask."""
        self.count -= 1
        if self.count < 0 or process_time() > self.stop:
            self.complete = False
            return True
        return self.is_defined(left.x, right.x)

    def unproved(self, runs: Sequence[list[CurvePoint]]) -> list[Pair]:
        """The neighbours between which there may be something, the widest pieces first."""
        waiting, found = deque(runs), []
        while waiting:
            run = waiting.popleft()
            if self.is_proved(run[0], run[-1]):
                continue
            if len(run) == 2:
                found.append((run[0], run[1]))
                continue
            half = len(run) // 2
            waiting.extend((run[: half + 1], run[half:]))
        return found

    def halved(self, pieces: list[Pair]) -> list[Pair]:
        """The halves on which nothing is proved; what is found or too narrow is put away."""
        if len(pieces) > MOST_AT_ONCE:
            self.complete = False
            pieces = pieces[:MOST_AT_ONCE]
        again = []
        middles = self.sample([middle(left.x, right.x) for left, right in pieces])
        for (left, right), here in zip(pieces, middles, strict=True):
            if here.y is None:
                self.voids.append((left, here, right))
            elif is_closed(left, right, self.size):
                self.narrow.append((left, right))
            else:
                again += [pair for pair in ((left, here), (here, right)) if not self.is_proved(*pair)]
        return again

    def is_pole(self, left: CurvePoint, right: CurvePoint, visible: float) -> bool:
        """Do the values grow towards a narrow piece, on one side at least? Those of a logarithm grow evenly."""
        width = right.x - left.x
        return any(
            self.grows(side, [side.x + way * width * AWAY, side.x + way * width * AWAY**2], visible)
            for side, way in ((left, -1), (right, 1))
        )

    def grows(self, near: CurvePoint, further: Sequence[float], visible: float) -> bool:
        """Is the last part of the way to a place as steep a rise as the one before it?"""
        values = [near.y, *(sample.y for sample in self.sample(further))]
        a, b, c = values
        if a is None or b is None or c is None:
            return False
        return abs(a - b) > visible and abs(a - b) > abs(b - c) / 2


def is_closed(left: CurvePoint, right: CurvePoint, size: float) -> bool:
    """Is there no room between two samples in a range of this size?"""
    scale = max(abs(left.x), abs(right.x), 2.0**-20 * size)
    return right.x - left.x <= CLOSE * scale or middle(left.x, right.x) in (left.x, right.x)


def middle(left: float, right: float) -> float:
    """The number in the middle."""
    return left + (right - left) / 2
