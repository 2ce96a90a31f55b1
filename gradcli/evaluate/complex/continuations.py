"""The rows' functions beside the real axis, for the complex step: f(x + ih) with Re f = f(x) and Im f = h*f'(x).

Each is the analytic continuation of the real function from the real point next to the argument; the caller has made
sure that f is real and finite there. abs continues as z*sgn(Re z), floor as a constant, max by the real parts,
log|gamma| without the multiples of pi*i, atan2 on every quadrant (Martins, Sturdza and Alonso 2003).
"""

from __future__ import annotations

from collections.abc import Callable

from gradcli.evaluate.certified import enclosures
from gradcli.evaluate.polynomials import POLYNOMIALS, are_moderate
from gradcli.flints import acb, acb_series, arb, ctx

UNKNOWN = acb(arb("nan"), arb("nan"))


def side(z: acb) -> int | None:
    """1 or -1 by the sign of the real part, or None."""
    return 1 if z.real > 0 else -1 if z.real < 0 else None


def absolute(z: acb) -> acb:
    """z*sgn(Re z)."""
    here = side(z)
    return UNKNOWN if here is None else here * z


def constant(step: Callable[[arb], arb]) -> Callable[[acb], acb]:
    """A function that is constant between its jumps."""
    return lambda z: acb(step(z.real))


def greatest(first: acb, *rest: acb) -> acb:
    """max by the real parts; at a tie the earlier one."""
    for z in rest:
        first = z if z.real > first.real else first if z.real <= first.real else UNKNOWN
    return first


def least(first: acb, *rest: acb) -> acb:
    """min by the real parts; at a tie the earlier one."""
    for z in rest:
        first = z if z.real < first.real else first if z.real >= first.real else UNKNOWN
    return first


def cube_root(z: acb) -> acb:
    """The cube root that is real on the real axis."""
    here = side(z)
    return UNKNOWN if here is None else here * (here * z).root(3)


def hypotenuse(z: acb, w: acb) -> acb:
    """sqrt(z**2 + w**2)."""
    return (z * z + w * w).sqrt()


def atan2(w: acb, z: acb) -> acb:
    """The angle of the real point, and the turn from there: atan((w*x - z*y)/(z*x + w*y)) at the real point (x, y)."""
    x, y = z.real, w.real
    turn = acb(0, w.imag * x - z.imag * y) / acb(x * x + y * y, z.imag * x + w.imag * y)
    return acb(enclosures.atan2(y, x)) + turn.atan()


def asec(z: acb) -> acb:
    """acos(1/z)."""
    here = side(z)
    if here is None:
        return UNKNOWN
    root = ((here * z - 1) * (here * z + 1)).sqrt().atan()
    return root if here > 0 else acb.pi() - root


def acsc(z: acb) -> acb:
    """asin(1/z)."""
    return acb.pi() / 2 - asec(z)


def acosh(z: acb) -> acb:
    """log(z + sqrt(z**2 - 1)) for Re z > 1."""
    return (z - 1 + ((z - 1) * (z + 1)).sqrt()).log1p()


def acoth(z: acb) -> acb:
    """atanh(1/z)."""
    return ((z + 1) / (z - 1)).log() / 2


def asech(z: acb) -> acb:
    """acosh(1/z) for 0 < Re z < 1."""
    return ((1 + ((1 - z) * (1 + z)).sqrt()) / z).log()


def sigmoid(z: acb) -> acb:
    """1/(1 + exp(-z))."""
    if z.real < 0:
        power = z.exp()
        return power / (1 + power)
    return 1 / (1 + (-z).exp())


def softplus(z: acb) -> acb:
    """log(1 + exp(z))."""
    return z + (-z).exp().log1p() if z.real > 0 else z.exp().log1p()


def logaddexp(z: acb, w: acb) -> acb:
    """log(exp(z) + exp(w))."""
    return w + softplus(z - w) if w.real > z.real else z + softplus(w - z)


def gelu(z: acb) -> acb:
    """z*erfc(-z/sqrt(2))/2."""
    return z * (-z / acb(2).sqrt()).erfc() / 2


def lgamma(z: acb) -> acb:
    """log|gamma| continued; left of 0 by reflection (DLMF 5.5.3)."""
    if z.real > 0:
        return z.lgamma()
    sine = z.sin_pi()
    here = side(sine)
    return UNKNOWN if here is None else acb.pi().log() - (here * sine).log() - (1 - z).lgamma()


def polygamma(n: acb, z: acb) -> acb:
    """The n-th derivative of digamma: by Hurwitz's zeta function, or by reflection (DLMF 25.11, 5.15)."""
    times = enclosures.order(n.real)
    if times is None or times > enclosures.LAST_ORDER:
        return UNKNOWN
    if z.real < 0:
        slopes = acb_series([z, 1], prec=times + 1).cot_pi()[times] * (n + 1).gamma() * acb.pi()
        return (-1) ** times * polygamma(n, 1 - z) - slopes
    return z.digamma() if times == 0 else (1 if times % 2 else -1) * (n + 1).gamma() * (n + 1).zeta(z)


def zeta(z: acb) -> acb:
    """The Riemann zeta function."""
    return z.zeta() if abs(z.real) < enclosures.ZETA_RANGE else zeta_derivative(acb(0), z)


def zeta_derivative(n: acb, z: acb) -> acb:
    """The n-th derivative of zeta, from its power series; far to the right from its first terms."""
    times = enclosures.order(n.real)
    if times is None or times > enclosures.LAST_ORDER or z.real < -enclosures.ZETA_RANGE:
        return UNKNOWN
    if z.real > enclosures.ZETA_RANGE:
        return sum(((-acb(k).log()) ** times * acb(k) ** -z for k in (2, 3)), acb(1 if times == 0 else 0))
    return acb_series([z, 1], prec=times + 1).zeta()[times] * (n + 1).gamma()


def exponential_integral(z: acb) -> acb:
    """Ei; left of 0 it is -E1(-z), without the jump of pi*i (DLMF 6.2.6)."""
    return z.ei() if z.real > 0 else -((-z).expint(1))


def hyp2f1(a: acb, b: acb, c: acb, z: acb) -> acb:
    """Gauss's function; where a parameter is complex to first order, for a - b beside an integer loses all digits."""
    parameters = (a, b, c)
    if not are_moderate(*(p.real for p in parameters)):
        return UNKNOWN
    moving = [place for place, p in enumerate(parameters) if not p.imag.is_zero()]
    if not moving:
        return z.hypgeom_2f1(a, b, c)
    x, first, second, third = z.real, a.real, b.real, c.real
    imaginary = arb(0)
    for place in moving:
        slope = enclosures.hyp2f1_by_parameter(first, second, third, x, arb(place + 1))
        imaginary += parameters[place].imag * slope
    if not z.imag.is_zero():
        above = enclosures.hyp2f1(first + 1, second + 1, third + 1, x)
        imaginary += z.imag * first * second / third * above
    return acb(enclosures.hyp2f1(first, second, third, x), imaginary)


def tangent(value: Callable[[arb], arb], slope: Callable[[arb], arb]) -> Callable[[acb], acb]:
    """The continuation to first order, exact for a complex step, where only a real function is at hand."""

    def continued(z: acb) -> acb:
        here = value(z.real)
        return acb(here, z.imag * slope(here))

    return continued


def gamma_by_order(side: str) -> Callable[..., acb]:
    """An incomplete gamma function and its derivatives by the order, to first order."""
    real = enclosures.gamma_by_order(side)
    sign = -1 if side == "upper" else 1

    def continued(s: acb, z: acb, k: acb | int = 0) -> acb:
        x, times = z.real, acb(k).real
        slope = sign * x ** (s.real - 1) * x.log() ** times * (-x).exp()
        imaginary = z.imag * slope
        if not s.imag.is_zero():
            imaginary += s.imag * real(s.real, x, times + 1)
        return acb(real(s.real, x, times), imaginary)

    return continued


def hyp2f1_by_parameter(a: acb, b: acb, c: acb, z: acb, p: acb) -> acb:
    """The derivative of Gauss's function by a parameter, for real arguments alone."""
    if not all(argument.imag.is_zero() for argument in (a, b, c, z)):
        return UNKNOWN
    return acb(enclosures.hyp2f1_by_parameter(a.real, b.real, c.real, z.real, p.real))


def bessel_by_order(letter: str) -> Callable[[acb, acb, acb], acb]:
    """The derivatives of a Bessel function by its order, to first order; the function itself for k = 0."""
    from gradcli.evaluate.certified.bessel_orders import FAMILIES, tangent

    def continued(n: acb, z: acb, k: acb) -> acb:
        times = enclosures.order(k.real)
        if times == 0:
            return CONTINUATIONS[f"bessel{letter}"](n, z)
        return UNKNOWN if times is None else tangent(FAMILIES[letter], n, z, times)

    return continued


def bessel(function: Callable[[acb, acb], acb]) -> Callable[[acb, acb], acb]:
    """A Bessel function of a moderate order."""
    return lambda n, z: function(n, z) if n.real.abs_upper() <= enclosures.LARGEST_BESSEL_ORDER else UNKNOWN


CONTINUATIONS: dict[str, Callable[..., acb]] = {
    "abs": absolute,
    "sign": constant(enclosures.sign),
    "floor": constant(enclosures.floor),
    "ceil": constant(enclosures.ceil),
    "max": greatest,
    "min": least,
    "cbrt": cube_root,
    "hypot": hypotenuse,
    "exp2": lambda z: (z * acb(2).log()).exp(),
    "log2": lambda z: z.log() / acb(2).log(),
    "log10": lambda z: z.log() / acb(10).log(),
    "logaddexp": logaddexp,
    "acot": lambda z: (1 / z).atan(),
    "asec": asec,
    "acsc": acsc,
    "atan2": atan2,
    "acosh": acosh,
    "acoth": acoth,
    "asech": asech,
    "acsch": lambda z: (1 / z).asinh(),
    "sigmoid": sigmoid,
    "logit": lambda z: z.log() - (-z).log1p(),
    "softplus": softplus,
    "gelu": gelu,
    "erfinv": tangent(lambda x: x.erfinv(), lambda y: arb.pi().sqrt() / 2 * (y * y).exp()),
    "erfcinv": tangent(lambda x: x.erfcinv(), lambda y: -arb.pi().sqrt() / 2 * (y * y).exp()),
    "lgamma": lgamma,
    "polygamma": polygamma,
    "beta": lambda z, w: z.gamma() * w.gamma() * (z + w).rgamma(),
    "lbeta": lambda z, w: lgamma(z) + lgamma(w) - lgamma(z + w),
    **POLYNOMIALS,
    "polylog": lambda s, z: z.polylog(s),
    "zeta": zeta,
    "zetaderivative": zeta_derivative,
    "ei": exponential_integral,
    "li": lambda z: exponential_integral(z.log()),
    "besselj": bessel(lambda n, z: z.bessel_j(n)),
    "bessely": bessel(lambda n, z: z.bessel_y(n)),
    "besseli": bessel(lambda n, z: z.bessel_i(n)),
    "besselk": bessel(lambda n, z: z.bessel_k(n)),
    "besseljorder": bessel_by_order("j"),
    "besselyorder": bessel_by_order("y"),
    "besseliorder": bessel_by_order("i"),
    "besselkorder": bessel_by_order("k"),
    "airy_ai_prime": lambda z: z.airy_ai(derivative=1),
    "airy_bi_prime": lambda z: z.airy_bi(derivative=1),
    "hyp0f1": lambda a, z: z.hypgeom_0f1(a) if are_moderate(a.real) else UNKNOWN,
    "hyp1f1": lambda a, b, z: z.hypgeom_1f1(a, b) if are_moderate(a.real, b.real) else UNKNOWN,
    "hyp2f1": hyp2f1,
    "gaussparameter": hyp2f1_by_parameter,
    "uppergamma": gamma_by_order("upper"),
    "lowergamma": gamma_by_order("lower"),
    "uppergammaorder": gamma_by_order("upper"),
    "lowergammaorder": gamma_by_order("lower"),
}
"""By the name in a row's `ball`; other names are methods of `flint.acb`."""


EXTRA_BITS = (0, 600, 2400)
"""Guard bits that are tried in turn until the imaginary part, the derivative, is narrow."""


def continuation(name: str) -> Callable[..., acb]:
    """The continuation that a row's `ball` names."""
    direct: Callable[..., acb] = CONTINUATIONS.get(name) or getattr(acb, name)

    def patient(*arguments: acb) -> acb:
        for extra in EXTRA_BITS:
            with ctx.extraprec(extra):
                result = direct(*arguments)
            if result.imag.is_exact() or result.imag.rel_accuracy_bits() >= 60:
                break
        return result

    return patient
