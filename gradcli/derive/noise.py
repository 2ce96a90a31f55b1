"""The noise of a function: what its values change by without reason.

Source: Moré & Wild, Estimating computational noise, SIAM J. Sci. Comput. 33 (2011) 1292 (ECnoise).
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.derive.ladder import Pair


def spread_of(pairs: Sequence[Pair]) -> float:
    """Noise of the values, from neighbouring triples of pairs: what an odd cubic in h leaves of each.

    Of the triples at the smaller steps (the larger ones bend), the median counts, twice.
    """
    residuals = []
    for a, b, c in zip(pairs, pairs[1:], pairs[2:], strict=False):
        residuals.append(residual(a, b, c))
    residuals.sort()
    return 2 * residuals[len(residuals) // 2] if residuals else 0.0


def residual(a: Pair, b: Pair, c: Pair) -> float:
    """The combination of three odd parts that every α·h + β·h³ leaves at 0, scaled to the noise of one value."""
    weights = []
    for one, two, three in ((a, b, c), (b, c, a), (c, a, b)):
        weights.append(two.h * three.h * (three.h**2 - two.h**2))
    scale = max(map(abs, weights)) or 1.0
    weights = [w / scale for w in weights]
    total = sum(w * pair.odd for w, pair in zip(weights, (a, b, c), strict=True))
    return abs(total) / sqrt(sum(w * w for w in weights) / 2)
