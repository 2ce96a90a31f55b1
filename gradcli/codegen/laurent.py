"""Laurent series of nodes of one variable about a point, in balls: h**valuation times a power series in h.

About infinity (a point that is inf or -inf) h is 1/abs(x): there is one side only.
"""

from __future__ import annotations

import operator

from gradcli.program.graph import order
from gradcli.program.rationals import ratio
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from fractions import Fraction
    from typing import Any, Final

    from gradcli.program.graph import Node

TERMS: Final = 40
"""Coefficients that are kept."""
MOST_POWER: Final = 2**64
PRECISION: Final = 400
NOISE: Final = 300
"""A coefficient below 2**-NOISE whose ball holds zero is taken for zero; who uses a series tests it at points."""


class Laurent(NamedTuple):
    """h**valuation·series, the constant of the series not zero; `known`: how many of its coefficients there are."""

    valuation: int
    series: Any
    known: int


class NoSeriesError(Exception):
    """There is no Laurent series, or none that is known here."""


def laurent_series(root: Node, point: Fraction | float) -> dict[Node, Laurent | bool | None]:
    """The series of every node below the root at `point` + h, or at ±1/h; truth values beside it; None for no series.

    `root` depends on one variable alone.
    """
    from gradcli.flints import arb, arb_series, ctx, fmpq

    found: dict[Node, Laurent | bool | None] = {}
    before = ctx.cap, ctx.prec
    ctx.cap, ctx.prec = TERMS, PRECISION
    try:
        far = isinstance(point, float)
        if isinstance(point, float):
            here = normal(arb_series([1 if point > 0 else -1]), -1)
        else:
            here = normal(arb_series([arb(fmpq(point.numerator, point.denominator)), 1]))
        for node in order([root]):
            try:
                found[node] = expanded(node, found, here, far)
            except (NoSeriesError, ValueError, ZeroDivisionError, NotImplementedError):
                found[node] = None
    finally:
        ctx.cap, ctx.prec = before
    return found


def expanded(node: Node, found: Mapping[Node, Any], here: Laurent, far: bool) -> Laurent | bool:
    """One node from its arguments; `here` is the series of the variable, `far` says that it is one about infinity."""
    if not node.args:
        return leaf(node, here)
    if node.op == "where":
        branch = node.args[1] if found[node.args[0]] else node.args[2]
        chosen = found[branch] if found[node.args[0]] is not None else None
        if not isinstance(chosen, Laurent):
            raise NoSeriesError
        return chosen
    if node.op in ("compare", "and", "or", "not"):
        return truth(node, found, far)
    parts = [found[arg] for arg in node.args]
    if node.op not in EXPANSIONS or None in parts:
        raise NoSeriesError
    if far and node.op == "call" and node.data.name in ("abs", "sign"):
        return signed(parts[0], both=node.data.name == "sign")
    result: Laurent = EXPANSIONS[node.op](node, parts)
    return result


def leaf(node: Node, here: Laurent) -> Laurent:
    """The variable, a number, pi or e."""
    from gradcli.flints import arb, arb_series, fmpq

    if node.op == "variable":
        return here
    if node.op == "number":
        return normal(arb_series([arb(fmpq(node.data.numerator, node.data.denominator))]))
    if node.op == "constant" and node.data in ("pi", "e"):
        return normal(arb_series([arb.pi() if node.data == "pi" else arb.const_e()]))
    raise NoSeriesError


def truth(node: Node, found: Mapping[Node, Any], far: bool) -> bool:
    """A condition beside the point, if it is the same on both sides."""
    parts = [found[arg] for arg in node.args]
    if node.op in ("and", "or") and any(part is (node.op == "or") for part in parts):
        return node.op == "or"  # whatever the others are
    if node.op != "compare":
        if None in parts:
            raise NoSeriesError
        return not parts[0] if node.op == "not" else node.op == "and"
    zeros = [arg.op == "number" and not arg.data for arg in node.args]
    if any(zeros):
        (other,) = [part for part, zero in zip(parts, zeros, strict=True) if not zero] or [None]
        if not isinstance(other, Laurent):
            raise NoSeriesError
        return compared(node, signed(other, both=True) if far else other, -1 if zeros[0] else 1)
    if None in parts:
        return compared_sizes(node, found)
    difference = total(LESS, parts)
    return compared(node, signed(difference, both=True) if far else difference)


def normal(series: Any, valuation: int = 0) -> Laurent:
    """The series with its leading coefficient in front. Raises NoSeriesError where that is unknown, or all is zero."""
    coefficients = series.coeffs()
    for place, coefficient in enumerate(coefficients):
        if coefficient.is_zero() or (coefficient.contains(0) and abs(coefficient).upper() < 2.0**-NOISE):
            continue
        if coefficient.contains(0) or place > TERMS // 2:
            raise NoSeriesError
        known = TERMS - place
        return Laurent(valuation + place, shifted(coefficients[place:], 0, known), known)
    raise NoSeriesError


def shifted(coefficients: list[Any], by: int, known: int = TERMS) -> Any:
    """The power series times h**by; `known`: how many coefficients there are before the shift."""
    from gradcli.flints import arb_series

    return arb_series([0] * min(by, TERMS) + list(coefficients), min(TERMS, known + by))


def whole(part: Laurent) -> Any:
    """The power series of a part without a pole."""
    if part.valuation < 0:
        raise NoSeriesError
    return shifted(part.series.coeffs(), part.valuation, part.known) if part.valuation else part.series


def total(node: Node, parts: list[Laurent]) -> Laurent:
    """A sum; terms that cancel raise the valuation."""
    from gradcli.flints import arb, fmpq

    coefficients, start = node.data
    least = min(0 if start else parts[0].valuation, *(part.valuation for part in parts))
    result = shifted([arb(fmpq(start.numerator, start.denominator))], -least) if start else shifted([], 0)
    for c, part in zip(coefficients, parts, strict=True):
        series = shifted(part.series.coeffs(), part.valuation - least, part.known)
        result = result + series * arb(fmpq(c.numerator, c.denominator))
    return normal(result, least)


def product(node: Node, parts: list[Laurent]) -> Laurent:
    """Π base**exponent."""
    from gradcli.flints import arb_series

    valuation, result = 0, arb_series([1])
    for part, exponent in zip(parts, node.data, strict=True):
        moved = part.valuation * exponent
        if moved.denominator != 1:
            raise NoSeriesError
        valuation += int(moved)
        result = result * raised(part, exponent)
    return normal(result, valuation)


def raised(part: Laurent, exponent: Any) -> Any:
    """A power of the series, which has a constant."""
    from gradcli.flints import arb, arb_series, fmpq

    if exponent.denominator == 1:
        base = part.series if exponent > 0 else part.series.inv()
        left, result = abs(int(exponent)), arb_series([1])
        if left > MOST_POWER:
            raise NoSeriesError
        while left:
            result = result * base if left % 2 else result
            left //= 2
            base = base * base if left else base
        return result
    if part.valuation % 2 or not part.series[0] > 0:
        raise NoSeriesError
    return (part.series.log() * arb(fmpq(exponent.numerator, exponent.denominator))).exp()


def power(node: Node, parts: list[Laurent]) -> Laurent:
    """base**exponent: the logarithm may be 0 where the exponent has a pole, as in (1 + x)**(1/x)."""
    base, exponent = parts
    if base.valuation or not base.series[0] > 0:
        raise NoSeriesError
    return normal(whole(product(PRODUCT, [normal(base.series.log()), exponent])).exp())


def called(node: Node, parts: list[Laurent]) -> Laurent:
    """A row's function."""
    if node.data.name == "hypot":
        squares = total(MORE, [product(SQUARE, [part]) for part in parts])
        return product(ROOT, [squares])
    name = RECIPROCALS.get(node.data.name, node.data.name)
    make = FUNCTIONS.get(name)
    if make is None and name in BY_MEANING:
        return by_meaning(node, parts)
    if make is None or len(parts) != 1:
        raise NoSeriesError
    found = normal(make(whole(parts[0])))
    return found if name == node.data.name else Laurent(-found.valuation, found.series.inv(), found.known)


def by_meaning(node: Node, parts: list[Laurent]) -> Laurent:
    """A row's function by its definition."""
    from gradcli.program.forms.scalars import variable
    from gradcli.program.graph import Graph
    from gradcli.program.rows import expand_means

    graph = Graph()
    names = [variable(graph, name) for name in node.data.args]
    meaning = expand_means(graph, node.data, names)
    found: dict[Node, Any] = dict(zip(names, parts, strict=True))
    for part in order([meaning]):
        found[part] = found[part] if part in found else expanded(part, found, parts[0], False)
    result: Laurent = found[meaning]
    return result


def compared_sizes(node: Node, found: Mapping[Node, Any]) -> bool:
    """abs(u) < c where u is 0 at the point, c is not."""
    parts = [
        found[a.args[0]] if found[a] is None and a.op == "call" and a.data.name == "abs" else found[a]
        for a in node.args
    ]
    difference = None if None in parts else total(LESS, parts)
    if difference is None or difference.valuation:
        raise NoSeriesError
    return compared(node, difference)


def signed(part: Laurent, both: bool = False) -> Laurent:
    """The size of what is on one side only; `both`: its sign instead, as a series."""
    from gradcli.flints import arb_series

    if not part.series[0] > 0 and not part.series[0] < 0:
        raise NoSeriesError
    sign = 1 if part.series[0] > 0 else -1
    return Laurent(0, arb_series([sign]), TERMS) if both else part._replace(series=part.series * sign)


def compared(node: Node, difference: Laurent, sign: int = 1) -> bool:
    """The comparison beside the point, of left - right with 0, if it is the same on both sides."""
    if node.data in ("==", "!="):
        return bool(node.data == "!=")
    if difference.valuation % 2:
        raise NoSeriesError
    positive = bool(sign * difference.series[0] > 0)
    return positive if node.data[0] == ">" else not positive


class OperationData(NamedTuple):
    """The data of a sum or a product."""

    data: tuple[Any, ...]


LESS: Final[Any] = OperationData(((1, -1), 0))
"""left - right."""

MORE: Final[Any] = OperationData(((1, 1), 0))
PRODUCT: Final[Any] = OperationData((1, 1))
SQUARE: Final[Any] = OperationData((2,))
ROOT: Final[Any] = OperationData((ratio(1, 2),))

EXPANSIONS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "sum": total,
    "product": product,
    "power": power,
    "call": called,
}

RECIPROCALS: Final = {"cot": "tan", "csc": "sin", "coth": "tanh", "csch": "sinh"}
"""Rows with a pole, by those that they are 1 over."""

BY_MEANING: Final = ("gelu", "silu", "mish", "logsigmoid", "logit")
"""Rows that are expanded as what they mean."""

FUNCTIONS: Final[Mapping[str, Callable[[Any], Any]]] = {
    **{name: operator.methodcaller(name) for name in ("exp", "log", "sin", "cos", "tan", "asin", "acos", "atan")},
    **{name: operator.methodcaller(name) for name in ("erf", "erfc", "gamma", "lgamma")},
    "sinh": lambda s: ((s + s).exp() - 1) / (2 * s.exp()),
    "cosh": lambda s: (s.exp() + (-s).exp()) / 2,
    "tanh": lambda s: ((s + s).exp() - 1) / ((s + s).exp() + 1),
    "expm1": lambda s: s.exp() - 1,
    "log1p": lambda s: (s + 1).log(),
    "sigmoid": lambda s: ((-s).exp() + 1).inv(),
    "softplus": lambda s: (s.exp() + 1).log(),
    "sech": lambda s: 2 / (s.exp() + (-s).exp()),
    "sec": lambda s: s.cos().inv(),
    "asinh": lambda s: (s + (s * s + 1).sqrt()).log(),
    "atanh": lambda s: ((1 + s).log() - (1 - s).log()) / 2,
    "abs": lambda s: s if s[0] > 0 else -s if s[0] < 0 else s / 0,
}
"""Rows as operations on power series."""
