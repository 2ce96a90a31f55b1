"""Derivatives of incomplete gamma and hypergeometric functions by their parameters, enclosed by Cauchy's integral.

With F = Σ aⱼ(s - c)**j analytic on the disc of radius R round c and |F| <= M there, |aⱼ| <= M/R**j (DLMF 1.9(iii)).
For N points ω with ω**N = -1 on the unit circle and r = qR, the mean of F(c + rω)/(rω)**k is a[k] - a[k + N]*r**N + …;
what follows a[k] is at most M/R**k * q**N/(1 - q**N) (Trefethen and Weideman, SIAM Review 56 (2014), section 2).
"""

from __future__ import annotations

from collections.abc import Callable
from math import factorial

from gradcli.evaluate.certified.gauss import gauss
from gradcli.evaluate.certified.values import UNKNOWN
from gradcli.flints import acb, arb, ctx

SHRINK = 8
"""q = 2**-8: each point on the circle gives eight bits."""
LARGEST_ORDER = 12
"""Derivatives by a parameter beyond it are not computed: each costs digits of the one before."""
LARGEST = 10_000
"""Parameters and arguments beyond it are not taken: they can take minutes."""
WIDEST = 1e-3
"""Balls of a parameter that are wider are not taken."""


def parameter_derivative(
    value: Callable[[acb], acb], bound: Callable[[arb], arb], centre: arb, radius: arb, times: int
) -> arb:
    """dᵏF/dsᵏ at a real s, for F real on the real axis; bound(R) is M. NaN where the enclosure would be useless."""
    if times > LARGEST_ORDER or not centre.is_finite() or not centre.rad() < WIDEST or not radius > 0:
        return UNKNOWN
    wanted = ctx.prec
    with ctx.workprec(wanted + times * (SHRINK + 4) + 30):
        samples = 2 * (-(-(wanted + 20) // (2 * SHRINK)) + times + 1)
        r = radius / 2**SHRINK
        total = arb(0)
        for j in range(samples // 2):  # the other half are the conjugates
            angle = acb(0, arb.pi() * (2 * j + 1) / samples).exp()
            total += (value(acb(centre) + r * angle) * angle ** (-times)).real
        mean = 2 * total / samples / r**times
        q = arb(2) ** (-SHRINK * samples)
        rest = bound(radius) / radius**times * q / (1 - q)
        if not rest.is_finite():
            return UNKNOWN
        found = (mean + arb(0, 1) * rest) * factorial(times)
    return +found


def upper_bound(s: arb, x: arb) -> Callable[[arb], arb]:
    """|Γ(s + w, x)| for |w| <= R: t**(Re - 1) is at most the sum of both extremes (DLMF 8.2.2)."""
    return lambda radius: x.gamma_upper(s + radius) + x.gamma_upper(s - radius)


def upper_gamma_by_order(s: arb, x: arb, times: int) -> arb:
    """dᵏΓ(s, x)/dsᵏ for x > 0, where Γ(s, x) is entire in s (DLMF 8.2(ii))."""
    if not x > 0 or not (s.abs_upper() < LARGEST and x < LARGEST):
        return UNKNOWN
    if times == 0:
        return x.gamma_upper(s)
    z = acb(x)
    return parameter_derivative(lambda w: z.gamma_upper(w), upper_bound(s, x), s, arb(1), times)


def lower_gamma_by_order(s: arb, x: arb, times: int) -> arb:
    """dᵏγ(s, x)/dsᵏ for s > 0 and x > 0."""
    if not (s > 0 and x > 0 and s < LARGEST and x < LARGEST):
        return UNKNOWN
    if times == 0:
        return x.gamma_lower(s)
    z = acb(x)

    def bound(radius: arb) -> arb:
        return x.gamma_lower(s + radius) + x.gamma_lower(s - radius)

    half = s.lower() / 2
    return parameter_derivative(lambda w: z.gamma_lower(w), bound, s, half if half < 1 else arb(1), times)


def hyp2f1_by_parameter(parameters: tuple[arb, arb, arb], x: arb, place: int) -> arb:
    """∂F(a, b; c; x)/∂a, ∂b or ∂c (place 0, 1, 2) for x < 1; F is entire in a and b, its poles in c are 0, -1, ..."""
    if not x < 1 or not all(p.abs_upper() < LARGEST for p in (*parameters, x)):
        return UNKNOWN
    z = acb(x)

    def value(w: acb) -> acb:
        moved: list[arb | acb] = list(parameters)
        moved[place] = w
        return gauss(moved[0], moved[1], moved[2], z)

    def bound(radius: arb) -> arb:
        moves = [radius if i == place else arb(0) for i in range(3)]
        sizes = [abs(p) + move for p, move in zip(parameters, moves, strict=True)]
        return majorant(sizes, parameters[2] - moves[2], to_pole(parameters[2]) - moves[2], x)

    centre = parameters[place]
    return parameter_derivative(value, bound, centre, to_pole(centre) / 2 if place == 2 else arb(1), 1)


def to_pole(c: arb) -> arb:
    """At most 1, and at most the distance of c from 0, -1, -2, ..."""
    if c > 1:
        return arb(1)
    below = c.floor() if c < 0 else arb(0)
    return min((c - below).lower(), (below + 1 - c).lower() if c < 0 else arb(1))


def majorant(sizes: list[arb], least: arb, gap: arb, x: arb) -> arb:
    """A bound of |F(a, b; c; x)| for parameters of at most these sizes, Re c >= least, c at least `gap` from its poles.

    Term by term: |(a)ₙ| <= (|a|)ₙ, and |(c)ₙ| >= (least)ₙ where least > 0. Else m factors of (c)ₙ are at least
    min(1, gap), the rest at least those of (1/2)ₙ₋ₘ, and (1/2)ₙ <= (n + 1/2)**m (1/2)ₙ₋ₘ with (n + 1/2)**m <= K ρ**n.
    For x < 0 Pfaff's transformation comes first (DLMF 15.8.1).
    """
    a, b, c = sizes
    if x < 0:
        return (1 - x) ** a * majorant([a, b + c, c], least, gap, x / (x - 1))
    if least > 0:
        return growing(a, b, least, x)
    if not gap > 0:
        return UNKNOWN
    factors = int((arb(1) / 2 - least).ceil().upper().ceil().unique_fmpz() or 0) + 1
    ratio = min((1 / x).sqrt().lower(), arb(2)) if x > 0 else arb(2)
    spread = (arb(factors) / (arb(1).exp() * ratio.log())) ** factors * ratio.sqrt()
    smallest = gap if gap < 1 else arb(1)
    return spread / smallest**factors * growing(a, b, arb(1) / 2, ratio * x)


def growing(a: arb, b: arb, c: arb, x: arb) -> arb:
    """At least F(a, b; c; x) for a, b, c > 0 and 0 <= x < 1: it grows with a, so balls at which Arb fails are avoided.

    Those are the ones whose c - a - b may be an integer.
    """
    return next((found for k in range(4) if (found := x.hypgeom_2f1(a + arb(k) / 7, b, c)).is_finite()), UNKNOWN)
