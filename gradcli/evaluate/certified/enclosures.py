"""Enclosures of the rows' functions over real balls: f(x) lies in F(X) for every x in X, at the current precision.

A ball on which a function is not real, or has no value somewhere, gives a ball that is not finite. For a ball that is
nearly a point the enclosure is nearly as narrow, at every scale and next to the ends of the domain.
"""

from __future__ import annotations

from collections.abc import Callable

from gradcli import flints
from gradcli.evaluate.certified.values import UNKNOWN
from gradcli.evaluate.polynomials import POLYNOMIALS, are_moderate
from gradcli.flints import arb, ctx
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from gradcli.flints import fmpz


LAST_ORDER = 400
"""Derivatives of zeta and digamma beyond this order are not computed: their cost grows with the order."""

ZETA_RANGE = 1_000_000
"""Beyond it, derivatives of zeta come from the first terms; on the left, where they are huge, there are none."""

LARGEST_BESSEL_ORDER = 10_000
"""Bessel functions of larger orders are not computed: they can take minutes."""


def increasing(function: Callable[[arb], arb], x: arb) -> arb:
    """The enclosure of an increasing function, from the ends of a ball on which the direct one is poor."""
    direct = function(x)
    if x.is_exact() or (direct.is_finite() and direct.rel_accuracy_bits() > 8):
        return direct
    return function(x.lower()).union(function(x.upper()))


def absolute(x: arb) -> arb:
    """|x|, never below 0."""
    return x if x >= 0 else -x if x <= 0 else arb(0).union(x.abs_upper())


def sign(x: arb) -> arb:
    """-1, 0, 1, or the ball of all three."""
    return arb(1) if x > 0 else arb(-1) if x < 0 else arb(0) if x.is_zero() else arb(0, 1)


def floor(x: arb) -> arb:
    """The hull of the integers that floor takes on the ball."""
    return x.floor() if x.is_exact() else x.lower().floor().union(x.upper().floor())


def ceil(x: arb) -> arb:
    """The hull of the integers that ceil takes on the ball."""
    return -floor(-x)


def greatest(first: arb, *rest: arb) -> arb:
    """max of any number of balls."""
    for ball in rest:
        first = first.max(ball)
    return first


def least(first: arb, *rest: arb) -> arb:
    """min of any number of balls."""
    for ball in rest:
        first = first.min(ball)
    return first


def cube_root(x: arb) -> arb:
    """The real cube root."""
    if x.is_exact():
        return arb(0) if x.is_zero() else x.root(3) if x > 0 else -((-x).root(3))
    if x > 0:
        return x.root(3)
    return -((-x).root(3)) if x < 0 else cube_root(x.lower()).union(cube_root(x.upper()))


def hypotenuse(x: arb, y: arb) -> arb:
    """sqrt(x**2 + y**2); a ball's exponent has no bounds, so nothing overflows."""
    square = x * x + y * y
    if square > 0 or square.is_zero():
        return square.sqrt()
    return arb(0).union(absolute(x).upper() + absolute(y).upper())


def exp2(x: arb) -> arb:
    """2**x."""
    return arb(2) ** x


def log2(x: arb) -> arb:
    """The logarithm to base 2, exact for powers of 2."""
    return x.log_base(2)


def log10(x: arb) -> arb:
    """The logarithm to base 10."""
    return x.log_base(10)


def logaddexp(x: arb, y: arb) -> arb:
    """log(exp(x) + exp(y)) = x + softplus(y - x), from the greater of the two."""
    return y + softplus(x - y) if y > x else x + softplus(y - x)


def cosecant_like(x: arb) -> arb:
    """sqrt(x**2 - 1) without cancellation at 1, for x >= 1."""
    return ((x - 1) * (x + 1)).sqrt()


def acos(x: arb) -> arb:
    """The arc cosine; acos(x) = 2*atan(sqrt((1 - x)/(1 + x))) keeps its digits near 1."""
    return 2 * ((1 - x) / (1 + x)).sqrt().atan() if x > 0.5 else x.acos()


def acot(x: arb) -> arb:
    """atan(1/x)."""
    return (1 / x).atan()


def asec(x: arb) -> arb:
    """acos(1/x), without cancellation near 1 and -1."""
    if x > 0:
        return cosecant_like(x).atan()
    return arb.pi() - cosecant_like(-x).atan() if x < 0 else UNKNOWN


def acsc(x: arb) -> arb:
    """asin(1/x)."""
    if x > 2:
        return (1 / cosecant_like(x)).atan()
    if x > 0:
        return arb.pi() / 2 - cosecant_like(x).atan()
    return -acsc(-x) if x < 0 else UNKNOWN


def atan2(y: arb, x: arb) -> arb:
    """The angle of (x, y); nothing is known where both may be 0."""
    return UNKNOWN if x.contains(0) and y.contains(0) else arb.atan2(y, x)


def acosh(x: arb) -> arb:
    """log(x + sqrt(x**2 - 1)), without cancellation near 1."""
    return (x - 1 + cosecant_like(x)).log1p()


def atanh(x: arb) -> arb:
    """log((1 + x)/(1 - x))/2, without cancellation near 0, 1 and -1."""
    if x > 0:
        return (2 * x / (1 - x)).log1p() / 2
    return -((-2 * x / (1 + x)).log1p()) / 2 if x < 0 else x.atanh()


def acoth(x: arb) -> arb:
    """atanh(1/x)."""
    if x > 0:
        return (2 / (x - 1)).log1p() / 2 if x > 1 else UNKNOWN
    return -acoth(-x) if x < 0 else UNKNOWN


def asech(x: arb) -> arb:
    """acosh(1/x), without cancellation near 1."""
    if not x > 0:
        return UNKNOWN
    root = ((1 - x) * (1 + x)).sqrt()
    return atanh(root) if x > 0.5 else ((1 + root) / x).log()


def acsch(x: arb) -> arb:
    """asinh(1/x)."""
    return (1 / x).asinh()


def sigmoid(x: arb) -> arb:
    """1/(1 + exp(-x))."""
    if x < 0:
        power = x.exp()
        return power / (1 + power)
    return increasing(lambda ball: 1 / (1 + (-ball).exp()), x)


def logit(x: arb) -> arb:
    """log(x/(1 - x)), without cancellation near 1/2."""
    if x > 0.25 and x < 0.75:
        return ((2 * x - 1) / (1 - x)).log1p()
    return x.log() - (-x).log1p()


def softplus(x: arb) -> arb:
    """log(1 + exp(x))."""
    if x > 0:
        return x + (-x).exp().log1p()
    return increasing(lambda ball: ball.exp().log1p(), x)


def gelu(x: arb) -> arb:
    """x*erfc(-x/sqrt(2))/2, which does not cancel for negative x; erfc makes much of the rounding of x/sqrt(2)."""
    with ctx.extraprec(40):
        half = (-x / arb(2).sqrt()).erfc() / 2
    return x * half


def lgamma(x: arb) -> arb:
    """log|gamma(x)|: the real part of the analytic log-gamma function, on both sides of 0."""
    return x.lgamma() if x > 0 else flints.acb(x).lgamma().real


def order(n: arb) -> int | None:
    """The nonnegative integer that the ball is, or None."""
    whole: fmpz | None = n.unique_fmpz() if n.is_exact() else None
    return int(whole) if whole is not None and whole >= 0 and n.is_integer() else None


def polygamma(n: arb, x: arb) -> arb:
    """The n-th derivative of digamma: (-1)**(n+1)*n!*zeta(n + 1, x) for x > 0, else by reflection.

    Source: DLMF 25.11 and 5.15.
    """
    times = order(n)
    if times is None or times > LAST_ORDER:
        return UNKNOWN
    if x < 0:
        slopes = flints.arb_series([x, 1], prec=times + 1).cot_pi()[times] * (n + 1).gamma() * arb.pi()
        return (-1) ** times * polygamma(n, 1 - x) - slopes
    if not x > 0:
        return UNKNOWN
    if times == 0:
        return x.digamma()
    return (1 if times % 2 else -1) * (n + 1).gamma() * (n + 1).zeta(x)


def beta(x: arb, y: arb) -> arb:
    """gamma(x)*gamma(y)/gamma(x + y)."""
    return x.gamma() * y.gamma() * (x + y).rgamma()


def lbeta(x: arb, y: arb) -> arb:
    """log|beta(x, y)|."""
    return lgamma(x) + lgamma(y) - lgamma(x + y)


def zeta_derivative(n: arb, x: arb) -> arb:
    """The n-th derivative of zeta, n! times a coefficient of its power series at x."""
    times = order(n)
    if times is None or times > LAST_ORDER or x < -ZETA_RANGE:
        return UNKNOWN
    if x > ZETA_RANGE:
        return far_zeta(times, x)
    series = flints.arb_series([x, 1], prec=times + 1).zeta()
    return series[times] * (n + 1).gamma()


def far_zeta(times: int, x: arb) -> arb:
    """A derivative of zeta far to the right: the terms of 2 and 3, and a bound of the rest.

    As log(k) < k, the terms from 4 on sum to less than 2*4**(times - x).
    """
    first = sum(((-arb(k).log()) ** times * arb(k) ** -x for k in (2, 3)), arb(1 if times == 0 else 0))
    return first + arb(0, 1) * (2 * arb(4) ** (times - x))


def elliptic_k(x: arb) -> arb:
    """K for the parameter x < 1."""
    return flints.acb(x).elliptic_k().real if x < 1 else UNKNOWN


def elliptic_e(x: arb) -> arb:
    """E for the parameter x <= 1."""
    return flints.acb(x).elliptic_e().real if x <= 1 else UNKNOWN


def hyp2f1(a: arb, b: arb, c: arb, x: arb) -> arb:
    """Gauss's function for x < 1."""
    if not (x < 1 and are_moderate(a, b, c)):
        return UNKNOWN
    found = x.hypgeom_2f1(a, b, c)
    if found.is_finite():
        return found
    from gradcli.evaluate.certified.gauss import gauss

    return gauss(a, b, c, flints.acb(x)).real


ZERO = arb(0)


def gamma_by_order(side: str) -> Callable[..., arb]:
    """The derivatives of an incomplete gamma function by its order; the function itself for k = 0."""

    def enclose(s: arb, x: arb, k: arb = ZERO) -> arb:
        from gradcli.evaluate.certified import parameters

        functions = {"upper": parameters.upper_gamma_by_order, "lower": parameters.lower_gamma_by_order}
        times = order(k)
        return UNKNOWN if times is None else functions[side](s, x, times)

    return enclose


def hyp2f1_by_parameter(a: arb, b: arb, c: arb, x: arb, p: arb) -> arb:
    """The derivative of Gauss's function by its parameter number p, 1 to 3."""
    from gradcli.evaluate.certified import parameters

    place = order(p)
    return parameters.hyp2f1_by_parameter((a, b, c), x, place - 1) if place in (1, 2, 3) else UNKNOWN


def bessel_by_order(letter: str) -> Callable[[arb, arb, arb], arb]:
    """The derivatives of a Bessel function by its order; the function itself for k = 0."""

    def enclose(n: arb, x: arb, k: arb) -> arb:
        times = order(k)
        if times == 0:
            return ENCLOSURES[f"bessel{letter}"](n, x) if x >= 0 else UNKNOWN
        from gradcli.evaluate.certified.bessel_orders import FAMILIES, derivative

        return UNKNOWN if times is None else derivative(FAMILIES[letter], n, x, times)

    return enclose


def bessel(function: Callable[[arb, arb], arb]) -> Callable[[arb, arb], arb]:
    """A Bessel function of a moderate order."""
    return lambda n, x: function(n, x) if n.abs_upper() <= LARGEST_BESSEL_ORDER else UNKNOWN


def polylog(s: arb, x: arb) -> arb:
    """The polylogarithm up to 1."""
    if x < 1:
        return x.polylog(s)
    return s.zeta() if x == 1 and s > 1 else UNKNOWN


ENCLOSURES: dict[str, Callable[..., arb]] = {
    **POLYNOMIALS,
    "polylog": polylog,
    "abs": absolute,
    "sign": sign,
    "floor": floor,
    "ceil": ceil,
    "max": greatest,
    "min": least,
    "cbrt": cube_root,
    "hypot": hypotenuse,
    "exp2": exp2,
    "log2": log2,
    "log10": log10,
    "logaddexp": logaddexp,
    "acos": acos,
    "acot": acot,
    "asec": asec,
    "acsc": acsc,
    "atan2": atan2,
    "acosh": acosh,
    "atanh": atanh,
    "acoth": acoth,
    "asech": asech,
    "acsch": acsch,
    "sigmoid": sigmoid,
    "logit": logit,
    "softplus": softplus,
    "gelu": gelu,
    "lgamma": lgamma,
    "polygamma": polygamma,
    "beta": beta,
    "lbeta": lbeta,
    "zetaderivative": zeta_derivative,
    "besselj": bessel(lambda n, x: x.bessel_j(n)),
    "bessely": bessel(lambda n, x: x.bessel_y(n) if x > 0 else UNKNOWN),
    "besseli": bessel(lambda n, x: x.bessel_i(n)),
    "besselk": bessel(lambda n, x: x.bessel_k(n) if x > 0 else UNKNOWN),
    "besseljorder": bessel_by_order("j"),
    "besselyorder": bessel_by_order("y"),
    "besseliorder": bessel_by_order("i"),
    "besselkorder": bessel_by_order("k"),
    "airy_ai_prime": lambda x: x.airy_ai(derivative=1),
    "airy_bi_prime": lambda x: x.airy_bi(derivative=1),
    "elliptic_k": elliptic_k,
    "elliptic_e": elliptic_e,
    "hyp0f1": lambda a, x: x.hypgeom_0f1(a) if are_moderate(a) else UNKNOWN,
    "hyp1f1": lambda a, b, x: x.hypgeom_1f1(a, b) if are_moderate(a, b) else UNKNOWN,
    "hyp2f1": hyp2f1,
    "gaussparameter": hyp2f1_by_parameter,
    "uppergamma": gamma_by_order("upper"),
    "lowergamma": gamma_by_order("lower"),
    "uppergammaorder": gamma_by_order("upper"),
    "lowergammaorder": gamma_by_order("lower"),
}
"""By the name in a row's `ball`; other names are methods of `flint.arb`."""


def enclosure(name: str) -> Callable[..., arb]:
    """The enclosure that a row's `ball` names. Arguments that are not finite give a ball that is not finite."""
    direct: Callable[..., arb] = ENCLOSURES.get(name) or getattr(arb, name)

    def enclose(*balls: arb) -> arb:
        return direct(*balls) if all(ball.is_finite() for ball in balls) else UNKNOWN

    return enclose
