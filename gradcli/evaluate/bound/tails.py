"""Ends of improper integrals: what is left out beyond a large s, bounded by the form of the integrand.

Near an end the letter is ±s (to infinity) or a ± 1/s (where the integrand has no bound), with s >= S. Every part f of
the integrand gets bounds Σ c·s**p·exp(Σ k·s**m) of |f| from above and c·s**p from below, that hold for all s >= S and
for all parameters of a ball around the given ones: then the derivatives by parameters are dominated there too, as
Leibniz' rule needs. What is not known to converge absolutely has no bound.
"""

from __future__ import annotations

from fractions import Fraction

from gradcli.flints import acb, arb, fmpq
from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.rules.bound import LETTER

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, Final

    from gradcli.program.graph import Node

MOST_TERMS: Final = 64
"""Terms of a bound beyond which it is given up."""


class NoBoundError(Exception):
    """A part of the integrand has no bound that is known."""


class GrowthTerm(NamedTuple):
    """c·s**p·exp(Σ k·s**m), `exponents` being pairs (m, k) with m > 0."""

    c: arb
    p: arb
    exponents: tuple[tuple[arb, arb], ...] = ()


class Growth(NamedTuple):
    """|f| <= Σ high and |f| >= low (None: no bound but 0); sign 1 or -1 where it is certain, else 0."""

    high: tuple[GrowthTerm, ...]
    low: GrowthTerm | None
    sign: int


class End(NamedTuple):
    """Where the letter is sign·s (centre None) or centre + sign/s, for s >= start."""

    centre: arb | None
    sign: int
    start: arb


def rest(nodes: Sequence[Node], root: Node, known: Mapping[Node, Any], end: End) -> arb:
    """A bound of the integral beyond s = start. Raises `NoBoundError`.

    known   values (acb) of the nodes without the letter, for a ball of parameters
    """
    sizes: dict[Node, Growth] = {}
    for node in nodes:
        value = known.get(node)
        if node.op == "variable" and node.data == LETTER:
            sizes[node] = letter(end)
        elif value is not None and type(value) is acb:
            sizes[node] = constant(value.real)
        elif node.op in RULES:
            sizes[node] = RULES[node.op](node, sizes, known, end)
    if root not in sizes:
        raise NoBoundError
    weight = arb(0) if end.centre is None else arb(-2)
    return sum((tail(term._replace(p=term.p + weight), end.start) for term in sizes[root].high), arb(0))


def tail(term: GrowthTerm, start: arb) -> arb:
    """∫ term ds from start to infinity."""
    c, p, exponents = term
    if c.is_zero():
        return arb(0)
    falling = max((pair for pair in exponents if pair[1] < 0), key=lambda pair: float(pair[0].mid()), default=None)
    if falling is None:
        if any(not k <= 0 for _, k in exponents) or not p < -1:
            raise NoBoundError
        return c * start ** (p + 1) / (-p - 1)
    m, k = falling
    rising = [(power, factor) for power, factor in exponents if not factor <= 0]
    if any(not power < m for power, _ in rising):
        raise NoBoundError
    half = -k / 2
    if not sum((factor * start ** (power - m) for power, factor in rising), arb(0)) <= half:
        raise NoBoundError
    if not half * m * start**m >= p + 2:
        raise NoBoundError
    return c * start ** (p + 1) * (-half * start**m).exp()


def letter(end: End) -> Growth:
    """The bound letter itself."""
    if end.centre is None:
        one = GrowthTerm(arb(1), arb(1))
        return Growth((one,), one, end.sign)
    if end.centre.is_zero():
        one = GrowthTerm(arb(1), arb(-1))
        return Growth((one,), one, end.sign)
    return constant(end.centre + arb(0, 1) / end.start)


def constant(value: arb) -> Growth:
    """A number."""
    if not value.is_finite():
        raise NoBoundError
    low = value.abs_lower()
    sign = 1 if value > 0 else -1 if value < 0 else 0
    return Growth((GrowthTerm(value.abs_upper(), arb(0)),), GrowthTerm(low, arb(0)) if low > 0 else None, sign)


def exact(value: int | Fraction) -> arb:
    return arb(fmpq(value.numerator, value.denominator))


def total(node: Node, sizes: Mapping[Node, Growth], known: Mapping[Node, Any], end: End) -> Growth:
    """A sum: its greatest term decides, where the others are certainly smaller."""
    coefficients, start = node.data
    if (near := shifted(node, known, end)) is not None:
        return near
    parts = [scaled(sizes[arg], exact(c)) for arg, c in zip(node.args, coefficients, strict=True)]
    if start:
        parts.append(constant(exact(start)))
    high = tuple(term for part in parts for term in part.high)
    if len(high) > MOST_TERMS:
        raise NoBoundError
    signs = {part.sign for part in parts}
    lows = [(part.low, i) for i, part in enumerate(parts) if part.low is not None]
    if not lows:
        return Growth(high, None, 0)
    low, place = max(lows, key=lambda pair: float(pair[0].p.mid()))
    if len(signs) == 1 and 0 not in signs:
        return Growth(high, low, parts[place].sign)
    share = arb(0)
    for i, part in enumerate(parts):
        for term in part.high if i != place else ():
            if not term.p <= low.p or any(not k <= 0 for _, k in term.exponents):
                return Growth(high, None, 0)
            share += term.c / low.c * end.start ** (term.p - low.p)
    return (
        Growth(high, GrowthTerm(low.c * (1 - share), low.p), parts[place].sign) if share < 1 else Growth(high, None, 0)
    )


def shifted(node: Node, known: Mapping[Node, Any], end: End) -> Growth | None:
    """k·t + rest that is exactly 0 at the centre: k·(±1/s)."""
    if end.centre is None:
        return None
    coefficients, start = node.data
    at, slope = exact(start), None
    for arg, c in zip(node.args, coefficients, strict=True):
        if arg.op == "variable" and arg.data == LETTER:
            at, slope = at + exact(c) * end.centre, exact(c)
        elif type(known.get(arg)) is acb:
            at += exact(c) * known[arg].real
        else:
            return None
    if slope is None or not at.is_zero():
        return None
    one = GrowthTerm(abs(slope), arb(-1))
    return Growth((one,), one, end.sign if slope > 0 else -end.sign)


def scaled(size: Growth, factor: arb) -> Growth:
    high = tuple(term._replace(c=term.c * abs(factor)) for term in size.high)
    low = None if size.low is None else size.low._replace(c=size.low.c * abs(factor))
    return Growth(high, low, size.sign if factor > 0 else -size.sign)


def product(node: Node, sizes: Mapping[Node, Growth], known: Mapping[Node, Any], end: End) -> Growth:
    """Π base**exponent."""
    result = constant(arb(1))
    for arg, exponent in node.factors():
        whole = exponent == int(exponent)
        result = times(result, raised(sizes[arg], exact(exponent), end, int(exponent) if whole else None))
    return result


def times(one: Growth, other: Growth) -> Growth:
    if len(one.high) * len(other.high) > MOST_TERMS:
        raise NoBoundError
    high = tuple(
        GrowthTerm(a.c * b.c, a.p + b.p, merged(a.exponents, b.exponents)) for a in one.high for b in other.high
    )
    low = GrowthTerm(one.low.c * other.low.c, one.low.p + other.low.p) if one.low and other.low else None
    return Growth(high, low, one.sign * other.sign)


def merged(one: tuple[tuple[arb, arb], ...], other: tuple[tuple[arb, arb], ...]) -> tuple[tuple[arb, arb], ...]:
    """The sum of two exponents; equal powers are put together where they are certainly equal."""
    found = list(one)
    for m, k in other:
        place = next((i for i, (power, _) in enumerate(found) if (power - m).is_zero()), None)
        if place is None:
            found.append((m, k))
        else:
            found[place] = (m, found[place][1] + k)
    return tuple(found)


def raised(size: Growth, exponent: arb, end: End, whole: int | None) -> Growth:
    """A power; one that is no integer needs a positive base."""
    if whole == 1:
        return size
    if whole is None and size.sign != 1:
        raise NoBoundError
    sign = 1 if whole is None or whole % 2 == 0 else size.sign
    above = single(size.high, end)
    if exponent > 0:
        low = None if size.low is None else GrowthTerm(size.low.c**exponent, size.low.p * exponent)
        return Growth((power_of(above, exponent),), low, sign)
    if size.low is None or not exponent < 0:
        raise NoBoundError
    free = not above.exponents
    return Growth((power_of(size.low, exponent),), power_of(above, exponent) if free else None, sign)


def single(terms: Sequence[GrowthTerm], end: End) -> GrowthTerm:
    """One term that bounds a sum of them."""
    if len(terms) == 1:
        return terms[0]
    if any(not k <= 0 for term in terms for _, k in term.exponents):
        raise NoBoundError
    most = max(terms, key=lambda term: float(term.p.mid())).p
    most = most.upper()
    if any(not term.p <= most for term in terms):
        raise NoBoundError
    return GrowthTerm(sum((term.c * end.start ** (term.p - most) for term in terms), arb(0)), most)


def power_of(term: GrowthTerm, exponent: arb) -> GrowthTerm:
    return GrowthTerm(term.c**exponent, term.p * exponent, tuple((m, k * exponent) for m, k in term.exponents))


def power(node: Node, sizes: Mapping[Node, Growth], known: Mapping[Node, Any], end: End) -> Growth:
    """base**exponent where one of the two hangs on the letter."""
    base, exponent = node.args
    if type(known.get(exponent)) is acb:
        return raised(sizes[base], known[exponent].real, end, None)
    if type(known.get(base)) is acb and known[base].real > 0:
        return exponential(scaled(sizes[exponent], known[base].real.log()), end)
    raise NoBoundError


def exponential(size: Growth, end: End) -> Growth:
    """exp(u): by the sign of u where that is certain."""
    if size.sign == -1:
        falls = size.low is not None and size.low.p > 0
        down = ((size.low.p, -size.low.c),) if falls and size.low is not None else ()
        return Growth((GrowthTerm(arb(1), arb(0), down),), None, 1)
    if any(term.exponents for term in size.high):
        raise NoBoundError
    factor = sum((term.c * end.start**term.p for term in size.high if not term.p > 0), arb(0)).exp()
    exponents = tuple((term.p, term.c) for term in size.high if term.p > 0)
    return Growth((GrowthTerm(factor, arb(0), exponents),), None if size.sign == 0 else GrowthTerm(arb(1), arb(0)), 1)


def logarithm(size: Growth, end: End) -> Growth:
    """|log u| from both bounds of u > 0, with log s <= 1.5·s**(1/4)."""
    above = single(size.high, end)
    if size.sign != 1 or size.low is None or above.exponents or not above.c > 0:
        raise NoBoundError
    fixed = abs(above.c.log()).max(abs(size.low.c.log()))
    slope = abs(above.p).max(abs(size.low.p))
    return Growth((GrowthTerm(fixed, arb(0)), GrowthTerm(slope * 3 / 2, arb(1) / 4)), None, 0)


def call(node: Node, sizes: Mapping[Node, Growth], known: Mapping[Node, Any], end: End) -> Growth:
    name, first = node.data.name, sizes[node.args[0]]
    if name == "exp":
        return exponential(first, end)
    if name == "log":
        return logarithm(first, end)
    if name == "abs":
        return first._replace(sign=1 if first.low is not None else 0)
    if name in SMALL and all(term.p < 0 and not term.exponents for term in first.high):
        return Growth(first.high, None, 0)  # |f(u)| <= |u|
    if name in BOUNDED:
        return Growth((GrowthTerm(arb(BOUNDED[name]), arb(0)),), None, 0)
    if name == "erfc" and first.sign == 1 and first.low is not None and first.low.p > 0:
        return Growth((GrowthTerm(arb(1), arb(0), ((2 * first.low.p, -(first.low.c**2)),)),), None, 1)
    if name in ("max", "min"):
        return Growth(tuple(term for arg in node.args for term in sizes[arg].high), None, 0)
    raise NoBoundError


BOUNDED: Final = {"sin": "1", "cos": "1", "tanh": "1", "erf": "1", "sign": "1", "sigmoid": "1", "atan": "1.6"}
"""Functions that are bounded on the real axis."""


SMALL: Final = ("sin", "tanh", "atan")
"""Functions that are not larger than their argument."""


def where(node: Node, sizes: Mapping[Node, Growth], known: Mapping[Node, Any], end: End) -> Growth:
    """Either branch."""
    return Growth(tuple(term for arg in node.args[1:] for term in sizes[arg].high), None, 0)


RULES: Final[dict[str, Callable[[Any, Mapping[Any, Growth], Mapping[Any, Any], End], Growth]]] = {
    "sum": total,
    "product": product,
    "power": power,
    "call": call,
    "where": where,
}
