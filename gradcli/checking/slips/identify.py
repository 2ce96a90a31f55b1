"""Numbers at a few random points, by which formulas are recognised: equal, a multiple of, the sum of two others.

All numbers are balls of some 300 bits at points with long binary expansions: what agrees at all of them is the same.
"""

from __future__ import annotations

from fractions import Fraction

from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence
    from typing import Any

    Ball = Any
    Vector = list[Any]

TIGHT = -90
"""Two numbers are the same where they differ by less than 2**TIGHT of their size."""

SIMPLE_PARTS = 100
"""Greatest numerator and denominator of a simple factor."""


def is_same(a: Ball, b: Ball, size: Ball | None = None) -> bool:
    """Are two balls the same number, as far as they are known (beside numbers of this size)?"""
    from gradcli.flints import arb

    gap = a - b
    if not gap.is_finite() or not gap.contains(0):
        return False
    scale = max(a.abs_upper(), b.abs_upper())
    if size is not None:
        scale = max(scale, size.abs_upper())
    return bool(gap.abs_upper() <= scale * arb(2) ** TIGHT) or bool(scale < arb(2) ** -250)


def same_vectors(a: Sequence[Ball], b: Sequence[Ball], sizes: Sequence[Ball] | None = None) -> bool:
    """Are they the same at every point?"""
    scales = sizes or [None] * len(a)
    return len(a) == len(b) and all(is_same(x, y, s) for x, y, s in zip(a, b, scales, strict=True))


def is_nothing(vector: Sequence[Ball], sizes: Sequence[Ball] | None = None) -> bool:
    """Is it 0 at every point?"""
    from gradcli.flints import arb

    return same_vectors(vector, [arb(0)] * len(vector), sizes)


def constant_ratio(a: Sequence[Ball], b: Sequence[Ball]) -> Ball | None:
    """k with a = k·b at every point, None where there is none. Needs a point where b is not 0."""
    ratio = None
    for x, y in zip(a, b, strict=True):
        if y.contains(0):
            if not is_same(x, y):
                return None
            continue
        here = x / y
        if ratio is None:
            ratio = here
        elif not is_same(ratio, here):
            return None
    return ratio


class CandidateFactor(NamedTuple):
    """A factor with a short name. `size` is the greatest number in it: small factors are likely slips."""

    numerator: int
    denominator: int
    constant: str = ""

    @property
    def size(self) -> int:
        """The greatest number in it."""
        return max(abs(self.numerator), self.denominator)

    def text(self) -> str:
        """As people write it."""
        number = str(self.numerator) if self.denominator == 1 else f"{self.numerator}/{self.denominator}"
        if not self.constant:
            return number
        return self.constant if number == "1" else f"{number}·{self.constant}"


def name_factor(ratio: Ball) -> CandidateFactor | None:
    """The factor with small numbers, perhaps beside a well-known constant; None for other numbers."""
    from gradcli.flints import arb

    plain = rational_factor(ratio)
    if plain is not None:
        return CandidateFactor(*plain)
    pi, two = arb.pi(), arb(2)
    known = {
        "π": pi, "√π": pi.sqrt(), "√(2π)": (2 * pi).sqrt(), "√2": two.sqrt(), "√3": arb(3).sqrt(), "log(2)": two.log(),
        "log(10)": arb(10).log(), "e": arb(1).exp(),
    }  # fmt: skip
    for name, value in known.items():
        for text, constant in ((name, value), (f"1/{name}", 1 / value)):
            found = rational_factor(ratio / constant)
            if found is not None:
                return CandidateFactor(*found, text)
    return None


def rational_factor(ratio: Ball) -> tuple[int, int] | None:
    """A rational number with small parts, or a power of ten."""
    middle = float(ratio.mid())
    if not 1e-15 < abs(middle) < 1e15:
        return None
    guess = Fraction(middle).limit_denominator(SIMPLE_PARTS)
    candidates = [guess, Fraction(round(middle)) if abs(middle) >= 1 else 1 / Fraction(round(1 / middle))]
    for candidate in candidates:
        parts = max(abs(candidate.numerator), candidate.denominator)
        small = parts <= SIMPLE_PARTS or (
            str(parts).strip("0") == "1" and 1 in (abs(candidate.numerator), candidate.denominator)
        )
        if candidate and small and is_same(ratio, as_ball(candidate)):
            return candidate.numerator, candidate.denominator
    return None


def as_ball(value: Fraction) -> Ball:
    """An exact number as a ball."""
    from gradcli.flints import arb, fmpq

    return arb(fmpq(value.numerator, value.denominator))


MOST_PAIRS = 40
"""Pairs of slips among which the likeliest is chosen."""


class Finder:
    """Which of many vectors, or which two of them, make up a target."""

    def __init__(self, target: Vector, candidates: Mapping[Any, Vector], sizes: Vector) -> None:
        self.target, self.candidates, self.sizes = target, candidates, sizes
        self.place = next((i for i, value in enumerate(target) if not value.contains(0)), None)

    def share(self, vector: Vector) -> float:
        """What part of the target the vector is, at one point."""
        assert self.place is not None
        return float((vector[self.place] / self.target[self.place]).mid())

    def one(self) -> list[Any]:
        """The candidates that are the target."""
        if self.place is None:
            return []
        return [
            key
            for key, vector in self.candidates.items()
            if abs(self.share(vector) - 1) < 1e-9 and same_vectors(vector, self.target, self.sizes)
        ]

    def two(self, most: int = 1500) -> list[tuple[Any, Any]]:
        """Pairs of candidates whose sum is the target, up to MOST_PAIRS of them."""
        if self.place is None:
            return []
        shares = [(key, self.share(vector)) for key, vector in list(self.candidates.items())[:most]]
        near: dict[Hashable, list[int]] = {}
        for i, (_, share) in enumerate(shares):
            near.setdefault(round(share, 7), []).append(i)
        found: list[tuple[Any, Any]] = []
        for i, (key, share) in enumerate(shares):
            wanted = 1 - share
            for bucket in {round(wanted, 7), round(wanted + 5e-8, 7), round(wanted - 5e-8, 7)}:
                found += [(key, shares[j][0]) for j in near.get(bucket, ()) if i < j and self.is_sum(key, shares[j][0])]
            if len(found) >= MOST_PAIRS:
                break
        return found

    def is_sum(self, first: Any, second: Any) -> bool:
        """Is the target the sum of these two?"""
        pairs = zip(self.candidates[first], self.candidates[second], strict=True)
        return same_vectors([a + b for a, b in pairs], self.target, self.sizes)
