"""A body with a bound letter over complex balls, as rigorous integration needs it.

Integration asks for the body on a ball of the letter in two ways. Plainly: any enclosure will do. As an analytic
function: then the body must be analytic on the whole ball, or the answer is not finite (Johansson, Numerical
integration in arbitrary-precision ball arithmetic, ICMS 2018, section 2). What real numbers decide (abs, max, `where`)
continues by real parts, each piece as far as its decision holds.
"""

from __future__ import annotations

from fractions import Fraction

from gradcli.evaluate.certified.enclosures import enclosure
from gradcli.evaluate.certified.templates import template
from gradcli.evaluate.certified.values import INFINITE, Undefined, is_bad, of_unknown, rational, three_valued
from gradcli.evaluate.domains import domain_problem
from gradcli.flints import acb, arb, fmpq, fmpz
from gradcli.program.forms.scalars import COMPARISONS
from gradcli.program.graph import reachable
from gradcli.records import TYPE_CHECKING
from gradcli.rules.bound import BoundRule

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, Final

    from gradcli.program.graph import Node
    from gradcli.rules.rule import Rule

    Value = Any  # acb, Undefined, or for conditions bool or None
    Bound = Callable[[BoundRule, Sequence[acb], bool], Any]
    Function = Callable[[Sequence[acb], bool], acb]

NOWHERE: Final = acb(arb("nan"), arb("nan"))


class BoundBody:
    """A body, ready to be evaluated many times. `bound` evaluates the functions in it that bind a letter themselves."""

    def __init__(self, roots: Sequence[Node], bound: Bound | None = None) -> None:
        self.roots, self.bound = roots, bound
        self.nodes = reachable(roots)

    def __call__(self, names: Mapping[str, acb], analytic: bool) -> list[Value]:
        """The roots where the variables have these values; each an acb, or `Undefined` with the reason."""
        values: dict[Node, Value] = {}
        for node in self.nodes:
            if node.op == "variable":
                values[node] = names[node.data]
            elif isinstance(node.data, BoundRule):
                args = [values[arg] for arg in node.args]
                assert self.bound is not None
                values[node] = is_bad(args) or self.bound(node.data, args, analytic)
            else:
                values[node] = OPERATIONS[node.op](values, node, analytic)
        return [values[root] for root in self.roots]

    def without_letter(self, names: Mapping[str, acb]) -> dict[Node, Value]:
        """The values of the nodes in which the bound letter does not stand."""
        values: dict[Node, Value] = {}
        for node in self.nodes:
            if node.op == "variable":
                if node.data in names:
                    values[node] = names[node.data]
            elif all(arg in values for arg in node.args) and not isinstance(node.data, BoundRule):
                values[node] = OPERATIONS[node.op](values, node, False)
        return values


def is_real(value: acb) -> bool:
    """Whether the ball lies on the real axis."""
    return bool(value.imag.is_zero())


def number(values: Mapping[Node, Value], node: Node, analytic: bool) -> Value:
    return acb(arb(rational(node.data)))


def constant(values: Mapping[Node, Value], node: Node, analytic: bool) -> Value:
    if node.data == "inf":
        return INFINITE
    return acb(arb.pi() if node.data == "pi" else arb.const_e())


def total(values: Mapping[Node, Value], node: Node, analytic: bool) -> Value:
    """constant + Σ coefficient·term."""
    coefficients, start = node.data
    result = acb(arb(rational(start)))
    for arg, coefficient in zip(node.args, coefficients, strict=True):
        value = values[arg]
        if type(value) is Undefined:
            return value
        result += value if coefficient == 1 else value * arb(rational(coefficient))
    return result


def product(values: Mapping[Node, Value], node: Node, analytic: bool) -> Value:
    """Π base**exponent."""
    result = acb(1)
    for arg, exponent in node.factors():
        value = values[arg]
        if exponent != 1 and type(value) is not Undefined:
            value = raised(value, exponent, analytic)
        if type(value) is Undefined:
            return value
        result *= value
    return result


def raised(base: acb, exponent: int | Fraction, analytic: bool) -> Value:
    """base**exponent for a rational exponent."""
    if exponent == int(exponent):
        return base ** fmpz(int(exponent))
    if exponent == Fraction(1, 2) and (analytic or base.real > 0 or not is_real(base)):
        return base.sqrt(analytic=analytic)
    return general(base, acb(arb(rational(exponent))), analytic)


def general(base: acb, exponent: acb, analytic: bool) -> Value:
    """base**exponent, real for bases >= 0 only; a real ball over 0 has all powers up to its end's."""
    if base.real > 0 or not is_real(base):
        return base.pow(exponent, analytic=True)
    if base.real < 0:
        return Undefined("a power with an exponent that is not an integer has a negative base in the integrand")
    if analytic or not exponent.real > 0 or not is_real(exponent):
        return NOWHERE
    return acb(arb(0).union(base.real.abs_upper() ** exponent.real))


def power(values: Mapping[Node, Value], node: Node, analytic: bool) -> Value:
    base, exponent = (values[arg] for arg in node.args)
    if (bad := is_bad((base, exponent))) is not None:
        return bad
    if is_real(exponent) and exponent.real.is_exact() and exponent.real.is_integer():
        return base ** exponent.real.unique_fmpz()
    return general(base, exponent, analytic)


def where(values: Mapping[Node, Value], node: Node, analytic: bool) -> Value:
    """The branch that the condition takes; undecided, what both have in common."""
    condition, yes, no = (values[arg] for arg in node.args)
    if condition is not None:
        return condition if type(condition) is Undefined else yes if condition else no
    if analytic or type(yes) is Undefined or type(no) is Undefined:
        return NOWHERE
    return acb(yes.real.union(no.real), yes.imag.union(no.imag))


def compare(values: Mapping[Node, Value], node: Node, analytic: bool) -> Value:
    """By real parts; None where they may be equal."""
    left, right = (values[arg] for arg in node.args)
    if (bad := is_bad((left, right))) is not None:
        return bad
    gap = (left - right).real
    return COMPARISONS[node.data](-1 if gap < 0 else 1, 0) if gap < 0 or gap > 0 else None


def logic(values: Mapping[Node, Value], node: Node, analytic: bool) -> Value:
    return three_valued(node.op, [values[arg] for arg in node.args])


def abstract(values: Mapping[Node, Value], node: Node, analytic: bool) -> Value:
    return of_unknown(node.data[0])


def call(values: Mapping[Node, Value], node: Node, analytic: bool) -> Value:
    """A row's function: by its table here, by its definition, or on the real axis by its enclosure."""
    args = [values[arg] for arg in node.args]
    if (bad := is_bad(args)) is not None:
        return bad
    rule: Rule = node.data
    reals = [value.real for value in args] if all(map(is_real, args)) else None
    reason = domain_problem(rule, reals) if reals is not None and all(r.is_finite() for r in reals) else None
    if reason is not None:
        return Undefined(reason.replace("; here", " in the integrand; here"))
    own = FUNCTIONS.get(rule.name)
    if own is not None:
        return own(args, analytic)
    if rule.name in MEROMORPHIC:
        return getattr(acb, rule.ball or "")(*args)
    if rule.means is not None:
        return defined(rule, args, analytic)
    known = rule.ball is not None and rule.ball != "fallback" and reals is not None and not analytic
    return acb(enclosure(str(rule.ball))(*reals)) if known and reals else NOWHERE


BODIES: dict[tuple[str, int], tuple[tuple[str, ...], BoundBody]] = {}


def defined(rule: Rule, args: Sequence[acb], analytic: bool) -> Value:
    """By the row's definition. Definitions nest as deep as rows do."""
    key = (rule.name, len(args))
    if key not in BODIES:
        names, definition, _ = template(rule, len(args))
        BODIES[key] = names, BoundBody([definition])
    names, body = BODIES[key]
    return body(dict(zip(names, args, strict=True)), analytic)[0]


# ------------------------------------------------------------------------- functions with cuts, and in pieces


def touches(part: arb, low: str, high: str) -> bool:
    """Whether a ball may reach into a closed interval; infinite ends are "-inf" and "inf"."""
    return not ((low != "-inf" and part < arb(low)) or (high != "inf" and part > arb(high)))


def cut(name: str, *rays: tuple[str, str], imaginary: bool = False) -> Function:
    """A principal branch of flint's that is analytic but for these intervals of the real (imaginary) axis."""
    method: Callable[[acb], acb] = getattr(acb, name)

    def function(args: Sequence[acb], analytic: bool) -> acb:
        (z,) = args
        along, across = (z.imag, z.real) if imaginary else (z.real, z.imag)
        if analytic and across.contains(0) and any(touches(along, *ray) for ray in rays):
            return NOWHERE
        return method(z)

    return function


LOG1P: Final = cut("log1p", ("-inf", "-1"))


def logarithm(z: acb, analytic: bool) -> acb:
    """The principal logarithm; on the real axis a ball over 0 has none."""
    return z.log(analytic=analytic)


def cube_root(args: Sequence[acb], analytic: bool) -> acb:
    """The real cube root, analytic on either side of the imaginary axis."""
    (z,) = args
    third = acb(arb(fmpq(1, 3)))
    if z.real > 0:
        return z.pow(third)
    if z.real < 0:
        return -((-z).pow(third))
    if analytic or not is_real(z):
        return NOWHERE
    return acb(arb(0, 1) * z.real.abs_upper().root(3))


def extreme(name: str) -> Function:
    """max or min by real parts."""

    def function(args: Sequence[acb], analytic: bool) -> acb:
        found = args[0]
        for other in args[1:]:
            found = getattr(found, name)(other, analytic=analytic)
        return found

    return function


def softplus(z: acb, analytic: bool) -> acb:
    """log(1 + exp(z)) without overflow."""
    if z.real > 0:
        return z + LOG1P([(-z).exp()], analytic)
    return LOG1P([z.exp()], analytic)


def sigmoid(z: acb) -> acb:
    """1/(1 + exp(-z))."""
    return 1 / (1 + (-z).exp()) if not z.real < 0 else z.exp() / (1 + z.exp())


def ordered(name: str) -> Function:
    """A Bessel function of the first kind: entire in the argument where the order is an integer."""

    def function(args: Sequence[acb], analytic: bool) -> acb:
        order, z = args
        whole = is_real(order) and order.real.is_exact() and order.real.is_integer()
        if not whole and not z.real > 0:
            return NOWHERE
        return getattr(z, name)(order)

    return function


def on_the_right(method: Callable[..., acb]) -> Function:
    """A function that is taken only where the last argument has a positive real part: there it is analytic."""

    def function(args: Sequence[acb], analytic: bool) -> acb:
        return method(*args) if args[-1].real > 0 else NOWHERE

    return function


FUNCTIONS: Final[dict[str, Function]] = {
    "log": lambda args, analytic: logarithm(args[0], analytic),
    "log2": lambda args, analytic: logarithm(args[0], analytic) / arb(2).log(),
    "log10": lambda args, analytic: logarithm(args[0], analytic) / arb(10).log(),
    "log1p": LOG1P,
    "exp2": lambda args, analytic: (args[0] * arb(2).log()).exp(),
    "cbrt": cube_root,
    "abs": lambda args, analytic: args[0].real_abs(analytic=analytic),
    "sign": lambda args, analytic: args[0].real_sgn(analytic=analytic),
    "floor": lambda args, analytic: args[0].real_floor(analytic=analytic),
    "ceil": lambda args, analytic: args[0].real_ceil(analytic=analytic),
    "max": extreme("real_max"),
    "min": extreme("real_min"),
    "hypot": lambda args, analytic: (args[0] ** 2 + args[1] ** 2).sqrt(analytic=analytic),
    "asin": cut("asin", ("-inf", "-1"), ("1", "inf")),
    "acos": cut("acos", ("-inf", "-1"), ("1", "inf")),
    "atan": cut("atan", ("-inf", "-1"), ("1", "inf"), imaginary=True),
    "asinh": cut("asinh", ("-inf", "-1"), ("1", "inf"), imaginary=True),
    "acosh": cut("acosh", ("-inf", "1")),
    "atanh": cut("atanh", ("-inf", "-1"), ("1", "inf")),
    "sigmoid": lambda args, analytic: sigmoid(args[0]),
    "softplus": lambda args, analytic: softplus(args[0], analytic),
    "gelu": lambda args, analytic: args[0] * (-args[0] / arb(2).sqrt()).erfc() / 2,
    "digamma": lambda args, analytic: args[0].digamma(),
    "polygamma": lambda args, analytic: args[1].polygamma(args[0]),
    "zeta": lambda args, analytic: args[0].zeta(),
    "gamma": lambda args, analytic: args[0].gamma(),
    "beta": lambda args, analytic: args[0].gamma() * args[1].gamma() * (args[0] + args[1]).rgamma(),
    "besselj": ordered("bessel_j"),
    "besseli": ordered("bessel_i"),
    "bessely": on_the_right(lambda n, z: z.bessel_y(n)),
    "besselk": on_the_right(lambda n, z: z.bessel_k(n)),
    "Ei": on_the_right(lambda z: z.ei()),
    "Ci": on_the_right(lambda z: z.ci()),
    "Chi": on_the_right(lambda z: z.chi()),
    "lgamma": on_the_right(lambda z: z.lgamma()),
    "lambertw": on_the_right(lambda z: z.lambertw()),
    "uppergamma": on_the_right(lambda s, z: z.gamma_upper(s)),
    "airyaiprime": lambda args, analytic: args[0].airy_ai(derivative=1),
    "airybiprime": lambda args, analytic: args[0].airy_bi(derivative=1),
    "elliptick": cut("elliptic_k", ("1", "inf")),
    "elliptice": cut("elliptic_e", ("1", "inf")),
}
"""Functions that flint's methods alone do not continue as the integration asks."""

MEROMORPHIC: Final = frozenset((
    "exp", "expm1", "sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth", "sech", "csch", "erf",
    "erfc", "erfi", "fresnels", "fresnelc", "Si", "Shi", "airyai", "airybi",
))  # fmt: skip
"""Functions that are analytic but for poles, at which balls are not finite by themselves."""

OPERATIONS: Final[dict[str, Callable[[Mapping[Node, Value], Node, bool], Value]]] = {
    "number": number,
    "constant": constant,
    "sum": total,
    "product": product,
    "power": power,
    "call": call,
    "where": where,
    "compare": compare,
    "truth": lambda values, node, analytic: node.data,
    "and": logic,
    "or": logic,
    "not": logic,
    "abstract": abstract,
}
