"""Derivatives of the Bessel functions by their order, enclosed by Cauchy's integral over a small circle.

For x > 0 each function F(ν) = J_ν(x), Y_ν(x), I_ν(x), K_ν(x) is entire and real for real ν (DLMF 10.2(ii), 10.25(ii)).
With F = Σ aⱼ(ν - n)**j round the order n and N points ω on the unit circle with ω**N = -1, the mean of
F(n + Rω)/(Rω)**k is a[k] - a[k + N]*R**N + a[k + 2N]*R**(2N) - ... (Trefethen and Weideman, SIAM Review 56 (2014),
section 2). If |F| <= M on the disc of radius 1 round n, then |aⱼ| <= M by Cauchy's integral formula (DLMF 1.9(iii)),
and what follows a[k] is at most M*R**N/(1 - R**N). The bounds M come from integral representations, so they hold
where balls of orders are too wide.
"""

from __future__ import annotations

from collections.abc import Callable
from math import factorial

from gradcli.evaluate.certified.values import UNKNOWN
from gradcli.flints import acb, arb, ctx
from gradcli.records import NamedTuple

LARGEST_ORDER = 10_000
"""Derivatives by larger orders are not computed, and"""

MOST_WORK = 4_000_000
"""by large orders only as long as the order times the bits of the precision is below this: they can take minutes."""

LAST_DERIVATIVE = 6
"""Derivatives by the order beyond it are not computed: each costs digits of the one before."""

LEAST_SHRINK = 16
"""The circle's radius is at most 2**-16: its N points then give 16*N bits."""

MOST_SAMPLES = 24
"""Points on the circle; for more bits it shrinks instead."""

MOST_BITS = 200_000
"""Bits by which a bound may exceed a value before the enclosure is given up."""


class Family(NamedTuple):
    """One of the four functions.

    value   F of an order and x > 0
    bound   M for the disc of radius 1 round every order of an interval: (lowest and highest real part of the disc,
            lowest and highest x) -> arb
    slopes  coefficients of F_{ν-1} and F_{ν+1} in 2*dF/dx (DLMF 10.6.1, 10.29.1)
    at_zero True if F_ν(0) = 0 for ν > 0
    even    True if F_{-ν} = F_ν (DLMF 10.27.3)
    """

    value: Callable[[acb, acb], acb]
    bound: Callable[[arb, arb, arb, arb], arb]
    slopes: tuple[int, int]
    at_zero: bool
    even: bool = False


class Circle(NamedTuple):
    """`samples` (even) points n + Rω with ω**samples = -1 and R = 2**-shrink; M is `limit`, 2**excess times a value."""

    n: arb
    shrink: int
    samples: int
    limit: arb
    excess: int


def smaller(first: arb, second: arb) -> arb:
    """The smaller of two bounds, or the one that is known."""
    return second if second < first or not first.is_finite() else first


def tail(a: arb, x: arb) -> arb:
    """A bound of the integral of exp(a*t - x*sinh(t)) from 0 to infinity, for x > 0.

    sinh(t) >= t gives 1/(x - a) for a < x; sinh(t) >= (exp(t) - 1)/2 gives exp(x/2)*(2/x)**a*gamma(a) for a > 0, and
    the integral grows with a.
    """
    if a <= 0:
        return 1 / (x - a)
    least = a if a > 1 else arb(1)
    far = (x / 2).exp() * (2 / x) ** least * least.gamma()
    return smaller(1 / (x - a), far) if x > a else far


def disc_factor() -> arb:
    """cosh(pi), which bounds |cos(νθ)| and |sin(νθ)| for |Im ν| <= 1 and 0 <= θ <= pi."""
    return arb.pi().cosh()


def poisson(low: arb, high: arb, x: arb) -> arb:
    """A bound of |(x/2)**ν/Γ(ν + 1/2)|*Γ(Re ν + 1/2)/Γ(Re ν + 1) for 0 <= low <= Re ν <= high and |Im ν| <= 1.

    As |Γ(s + it)| >= Γ(s)/sqrt(cosh(pi*t)) for s >= 1/2 (DLMF 5.6.7), and Γ(s) > 0.885 grows from s = 2 on.
    """
    half = x / 2
    power = half**high if half > 1 else half**low
    return disc_factor().sqrt() * power / ((low + 1).gamma() if low > 1 else arb(0.885))


def bound_j(low: arb, high: arb, least: arb, most: arb) -> arb:
    """Schläfli's integral, and Poisson's for Re ν >= 0 (DLMF 10.9.6, 10.9.4)."""
    wide = disc_factor() * (1 + tail(-low, least) / arb.pi())
    return smaller(wide, poisson(low, high, most)) if low >= 0 else wide


def bound_y(low: arb, high: arb, least: arb, most: arb) -> arb:
    """Schläfli's integral (DLMF 10.9.7)."""
    return disc_factor() * (1 + (tail(high, least) + tail(-low, least)) / arb.pi())


def bound_i(low: arb, high: arb, least: arb, most: arb) -> arb:
    """Schläfli's integral, and Poisson's for Re ν >= 0 (DLMF 10.32.4, 10.32.2)."""
    wide = disc_factor() * (most.exp() + tail(-low, least) / arb.pi())
    return smaller(wide, poisson(low, high, most) * most.exp()) if low >= 0 else wide


def bound_k(low: arb, high: arb, least: arb, most: arb) -> arb:
    """|K_ν(x)| <= K_a(x) for a >= |Re ν|, the integral of exp(-x*cosh(t))*cosh(a*t) (DLMF 10.32.9).

    cosh(t) >= exp(t)/2 gives (2/x)**a*gamma(a), cosh(t) >= 1 + t**2/2 gives exp(a**2/(2*x) - x)*sqrt(2*pi/x).
    """
    size = high if high > -low else -low
    a = size if size > 1 else arb(1)
    near = (a * a / (2 * least) - least).exp() * (2 * arb.pi() / least).sqrt()
    return smaller((2 / least) ** a * a.gamma(), near)


FAMILIES: dict[str, Family] = {
    "j": Family(lambda n, x: x.bessel_j(n), bound_j, (1, -1), True),
    "y": Family(lambda n, x: x.bessel_y(n), bound_y, (1, -1), False),
    "i": Family(lambda n, x: x.bessel_i(n), bound_i, (1, 1), True),
    "k": Family(lambda n, x: x.bessel_k(n), bound_k, (-1, -1), False, even=True),
}


def derivative(family: Family, n: arb, x: arb, times: int) -> arb:
    """The derivative of F by its order, `times` times, for every order and x of the balls; x > 0, or 0 for J and I."""
    size = n.abs_upper()
    if times > LAST_DERIVATIVE or size > LARGEST_ORDER or size * ctx.prec > MOST_WORK:
        return UNKNOWN
    if x.is_zero():
        return arb(0) if family.at_zero and n > 0 else UNKNOWN
    if family.even and times % 2 and n.is_zero():
        return arb(0)
    if not x > 0:
        return UNKNOWN
    limit = family.bound(n.lower() - 1, n.upper() + 1, x.lower(), x.upper()).upper()
    if not limit.is_finite():
        return UNKNOWN
    return factorial(times) * coefficient(family, n, x, times, limit)


def coefficient(family: Family, n: arb, x: arb, times: int, limit: arb) -> arb:
    """The coefficient of the power series, `limit` being M; all that M tells where the order is not known well."""
    first = family.value(acb(n, arb(2) ** -LEAST_SHRINK), acb(x))
    if not first.is_finite() or first.rel_accuracy_bits() < 1:
        return arb(0, 1) * limit
    excess = binary_excess(limit, first.abs_upper())
    bits = ctx.prec + LEAST_SHRINK + excess
    shrink = max(LEAST_SHRINK, -(-bits // MOST_SAMPLES))
    if bits > MOST_BITS or n.rad() > arb(2) ** (-shrink - 8):
        return arb(0, 1) * limit
    count = 2 * (times // 2 + 1) + 2 * (-(-bits // (2 * shrink)))
    with ctx.extraprec(times * shrink + 2 * LEAST_SHRINK):
        circle = Circle(n, shrink, count, limit, excess)
        rest = arb(2) ** (-shrink * count)
        return circle_mean(family, circle, x, times) + arb(0, 1) * (limit * rest / (1 - rest))


def binary_excess(limit: arb, value: arb) -> int:
    """The bits by which a bound exceeds a value, at least 0."""
    if not value > 0:
        return MOST_BITS
    ratio = (limit / value).log() / arb(2).log()
    return max(0, int(ratio.upper().ceil().unique_fmpz() or 0))


def circle_mean(family: Family, circle: Circle, x: arb, times: int) -> arb:
    """The mean of F(n + Rω)/(Rω)**times over the points.

    They come in conjugate pairs, none of them real: at real integers Y and K would need limits.
    """
    total = arb(0)
    for place in range(circle.samples // 2):
        turn = acb(arb(-times * (2 * place + 1)) / circle.samples).exp_pi_i()
        total += (sample(family, circle, x, place) * turn).real
    return total * 2 / circle.samples * arb(2) ** (circle.shrink * times)


def sample(family: Family, circle: Circle, x: arb, place: int) -> acb:
    """F at one of the points, n + R*exp(pi*i*(2*place + 1)/samples).

    Where n is exact, F is taken at an exact point beside it, for balls of orders cost Bessel functions many digits;
    there |F'| <= 2M, by Cauchy's estimate for the radius 1/2.
    """
    with ctx.extraprec(circle.excess):
        root = acb(arb(2 * place + 1) / circle.samples).exp_pi_i()
        order = acb(circle.n) + root * arb(2) ** -circle.shrink
    if not circle.n.is_exact():
        return family.value(order, acb(x))
    gap = arb(0, 1) * (2 * circle.limit * (order.real.rad() + order.imag.rad()))
    return family.value(acb(order.real.mid(), order.imag.mid()), acb(x)) + acb(gap, gap)


def slope(family: Family, n: arb, x: arb, times: int) -> arb:
    """The derivative by x of the derivative by the order: the recurrence, differentiated by the order."""
    below, above = family.slopes
    return (below * derivative(family, n - 1, x, times) + above * derivative(family, n + 1, x, times)) / 2


def tangent(family: Family, n: acb, z: acb, times: int) -> acb:
    """The continuation to first order, exact for a complex step: the value, and each slope times its step."""
    order, x = n.real, z.real
    change = arb(0)
    if not n.imag.is_zero():
        change += n.imag * derivative(family, order, x, times + 1)
    if not z.imag.is_zero():
        change += z.imag * slope(family, order, x, times)
    return acb(derivative(family, order, x, times), change)
