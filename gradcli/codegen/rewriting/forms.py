"""Values and derivatives in forms that keep their digits where float64 cancels or overflows what is typed.

Each rule turns one operation into an equal one: a sum of two that nearly cancel into a product, the logarithm of what
may be beyond the largest float64 into a sum, several quotients into one. None makes code longer than what it replaces
by more than a choice.

Source: W. Kahan, Branch Cuts for Complex Elementary Functions (1987), for the forms beside branch points; N. J. Higham,
Accuracy and Stability of Numerical Algorithms (2002), chapter 1, for differences of squares, cosines and roots.
"""

from __future__ import annotations

from gradcli.codegen import stable_forms
from gradcli.codegen.emitter import MULTIPLIED_POWER
from gradcli.codegen.rewriting import exponentials, fractions, logarithms, powers, sums
from gradcli.problems import GradcliError
from gradcli.program.forms import scalars
from gradcli.program.graph import order
from gradcli.program.rationals import ratio
from gradcli.program.substitute import rewritten
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from typing import Any

    from gradcli.program.graph import Graph, Node

    Rational = Any
    Factors = Sequence[tuple[Node, Rational]]
    Rule = Callable[[Graph, Node], Node | None]


def with_stable_forms(graph: Graph, nodes: Sequence[Node], derivatives: bool) -> list[Node]:
    """The nodes with every rule applied, arguments first.

    derivatives   they are those of a function: where it has a value, a hole of theirs may be filled by its limit
    """
    if derivatives:
        nodes = powers.with_limits_at_zero(graph, nodes)
    parts = order(nodes)
    below = {base for node in parts for base in divisors(node)} if not derivatives else set()
    far = {b for node in parts if node.op == "product" for b, e in scalars.pairs(node) if is_high(e)}

    def stable_form(graph: Graph, node: Node) -> Node | None:
        rules = (*OF_VALUES.get(node.op, ()), *(OF_DERIVATIVES.get(node.op, ()) if derivatives else ()))
        found = (made for rule in rules if (made := rule(graph, node)) is not None and made is not node)
        made = next(found, None)
        if made is None and node.op == "sum" and not below and node not in far:
            return polynomial(graph, node)  # a factor to a high power may overflow where the whole does not
        if made is not None and node.op == "sum" and made.op == "product":
            return None if fills_hole(made, below) else made
        return made

    try:
        return rewritten(graph, nodes, stable_form)
    except GradcliError:  # a number of too many digits: (1 - cos(x))**100000000 has 2**100000000 in front
        return list(nodes)


def constant_exponentials(graph: Graph, node: Node) -> Node | None:
    """exp(x) + e**2 with exp(2) for e**2: a sum of exponentials, which are scaled by the greatest."""
    if not any(stable_forms.is_call(term, "exp") for term in node.args):
        return None
    terms = []
    for term, c in zip(node.args, node.data[0], strict=True):
        base, e = (term, 1) if term.op != "product" or len(term.args) > 1 else (term.args[0], term.data[0])
        is_constant = base.op == "constant" and base.data == "e"
        terms.append((graph.intern("call", (scalars.number(graph, e),), sums.row("exp")) if is_constant else term, c))
    return scalars.add(graph, terms, node.data[1])


def is_high(exponent: Any, most: int = MULTIPLIED_POWER) -> bool:
    """Is it an exponent to which nothing is multiplied out?"""
    return not -most <= exponent <= most


def divisors(node: Node) -> list[Node]:
    """What a product divides by, but for variables: as a factor above the line it would fill a hole."""
    return [base for base, e in scalars.pairs(node) if e < 0 and base.op != "variable"] if node.op == "product" else []


def fills_hole(node: Node, below: Collection[Node]) -> bool:
    """Is it a product with something above the line that stands below one elsewhere?"""
    product = node.args[0] if scalars.is_multiple(node) else node
    return product.op == "product" and any(e > 0 and base in below for base, e in scalars.pairs(product))


def difference(graph: Graph, node: Node) -> Node | None:
    """Sums with functions and roots as `differences` has them; it is loaded for no others."""
    if all(term.op in ("variable", "sum") or is_polynomial(term) for term in node.args):
        return None
    from gradcli.codegen.rewriting import differences

    return differences.of_sum(graph, node)


def polynomial(graph: Graph, node: Node) -> Node | None:
    """Polynomials as products; what does that is loaded for no others."""
    if all(term.op == "variable" for term in node.args) or not all(map(is_monomial, node.args)):
        return None
    from gradcli.codegen.rewriting import polynomials

    return polynomials.factored(graph, node)


def is_monomial(term: Node) -> bool:
    """Is it a variable, or a product of whole powers of variables and functions?"""
    return term.op in ("variable", "call") or (
        term.op == "product" and all(type(e) is int and e > 0 and b.op != "sum" for b, e in scalars.pairs(term))
    )


def is_polynomial(term: Node) -> bool:
    """Is it a product of whole powers of variables?"""
    return term.op == "product" and all(
        type(e) is int and base.op in ("variable", "sum") for base, e in scalars.pairs(term)
    )


def near_one(graph: Graph, node: Node) -> Node | None:
    """(1 + u)**v as exp(v·log(1 + u)) where u is small: (1 + 1/x)**x is e for large x."""
    base, exponent = node.args
    return beside_one(graph, node, base, [(exponent, 1)], 1, [])


def raised_near_one(graph: Graph, node: Node) -> Node | None:
    """The same of a number's power that is so high that the rounding of 1 + u is seen: (1 + x/10**9)**(10**9)."""
    for base, e in scalars.pairs(node):
        if is_high(e, VERY_HIGH):
            others = [factor for factor in scalars.pairs(node) if factor[0] is not base]
            return beside_one(graph, node, base, [], e, others)
    return None


def beside_one(
    graph: Graph, node: Node, base: Node, exponent: Factors, factor: Rational, others: Factors
) -> Node | None:
    """The node as a choice: where its base is 1 + u, u small, with exp(exponent·log(1 + u)) for that power."""
    if base.op != "sum" or base.data[1] != 1:
        return None
    less = scalars.add(graph, list(zip(base.args, base.data[0], strict=True)))
    close = scalars.compare(graph, "<", sums.called(graph, "abs", less), scalars.number(graph, ratio(1, NEAR_ONE)))
    power = scalars.multiply(graph, [*exponent, (sums.called(graph, "log1p", less), 1)], factor)
    near = scalars.multiply(graph, [*others, (sums.called(graph, "exp", power), 1)])
    return scalars.where(graph, close, near, node)


def even_base(graph: Graph, node: Node) -> Node | None:
    """(u**2)**v as abs(u)**(2*v): the square would overflow, or vanish, earlier."""
    base, exponent = node.args
    if base.op != "product" or len(base.args) != 1 or type(base.data[0]) is not int or base.data[0] % 2:
        return None
    raised = scalars.add(graph, [(exponent, base.data[0])])
    return scalars.power(graph, sums.called(graph, "abs", base.args[0]), raised)


INVERSES = (
    *(("asinh", "sinh"), ("sinh", "asinh"), ("atanh", "tanh"), ("tan", "atan"), ("log1p", "expm1")),
    *(("logit", "sigmoid"), ("erfinv", "erf"), ("acosh", "cosh")),
)
"""Functions with inner ones that they undo for every real number; acosh(cosh(u)) is abs(u)."""


def undone(graph: Graph, node: Node) -> Node | None:
    """atanh(tanh(u)) as u: tanh(u) is 1 in float64 from 20 on, and cosh(u) below 1e-8; the tangent of an arcsine."""
    inner = node.args[0] if node.op == "call" else node
    if inner.op != "call" or node is inner:
        return None
    if (node.data.name, inner.data.name) == ("tan", "asin"):
        u, one, half = inner.args[0], scalars.number(graph, 1), ratio(-1, 2)
        sides = [(scalars.add(graph, [(one, 1), (u, sign)]), half) for sign in (1, -1)]
        return scalars.multiply(graph, [(u, 1), *sides])
    if (node.data.name, inner.data.name) not in INVERSES:
        return None
    return sums.called(graph, "abs", inner.args[0]) if node.data.name == "acosh" else inner.args[0]


def with_inverses_undone(graph: Graph, nodes: Sequence[Node]) -> list[Node]:
    """The nodes without functions that undo others, before they are differentiated."""
    return rewritten(graph, nodes, undone)


def with_differences_apart(graph: Graph, nodes: Sequence[Node]) -> list[Node]:
    """The nodes with differences of roots as quotients, before they are differentiated: the slopes cancel, too."""

    below = {base for node in order(nodes) for base in divisors(node)}

    def apart(graph: Graph, node: Node) -> Node | None:
        if node.op != "sum" or not any(term.op in ("call", "product") for term in node.args):
            return None
        from gradcli.codegen.rewriting import differences

        made = sums.difference_of_roots(graph, node) or differences.before_slopes(graph, node)
        return None if made is None or fills_hole(made, below) else made

    return rewritten(graph, nodes, apart)


def hyperbolic_tangent(graph: Graph, node: Node) -> Node | None:
    """sinh(u)**k·cosh(u)**-k as tanh(u)**k, cosh(u)**k·sech(u)**j as cosh(u)**(k - j)."""
    powers = dict(scalars.pairs(node))
    for base, e in powers.items():
        cosh = scalars.call(graph, sums.row("cosh"), base.args) if stable_forms.is_call(base, "sech") else base
        if cosh is not base and cosh in powers:
            rest = [factor for factor in powers.items() if factor[0] not in (base, cosh)]
            return scalars.multiply(graph, [*rest, (cosh, powers[cosh] - e)])
        if stable_forms.is_call(base, "sinh") and e:
            cosh = scalars.call(graph, sums.row("cosh"), base.args)
            if powers.get(cosh) == -e:
                rest = [factor for factor in powers.items() if factor[0] not in (base, cosh)]
                return scalars.multiply(graph, [*rest, (scalars.call(graph, sums.row("tanh"), base.args), e)])
    return None


def saturated(graph: Graph, node: Node) -> Node | None:
    """Slopes of what is flat far out; what makes the choice is loaded for those that may need it."""
    names = ("cosh", "sech", "sigmoid", "hypot")
    if not any(base.op == "sum" or (base.op == "call" and base.data.name in names) for base in node.args):
        return None
    from gradcli.codegen.rewriting import saturation

    return saturation.slope_far_out(graph, node)


def cube_root_of_power(graph: Graph, node: Node) -> Node | None:
    """cbrt(c*u**k) as cbrt(c)*cbrt(u)**k."""
    inside = node.args[0]
    factor, power = (inside.data[0][0], inside.args[0]) if scalars.is_multiple(inside) else (1, inside)
    if node.data.name != "cbrt" or power.op != "product" or len(power.args) != 1:
        return None
    ((base, e),) = scalars.pairs(power)
    if type(e) is not int:
        return None
    roots = [(sums.called(graph, "cbrt", scalars.number(graph, factor)), 1), (sums.called(graph, "cbrt", base), e)]
    return scalars.multiply(graph, roots)


def whole_apart(graph: Graph, node: Node) -> Node | None:
    """floor(u + 2) as floor(u) + 2: u + 2 - floor(u + 2) is u - floor(u), and a small u is not lost beside the 2."""
    argument = node.args[0]
    if node.data.name not in ("floor", "ceil") or argument.op != "sum" or type(argument.data[1]) is not int:
        return None
    if not argument.data[1]:
        return None
    rest = scalars.add(graph, list(zip(argument.args, argument.data[0], strict=True)))
    return scalars.add(graph, [(scalars.call(graph, node.data, [rest]), 1)], argument.data[1])


def root_of_power(graph: Graph, node: Node) -> Node | None:
    """(u**3)**(1/2) as u**(3/2), exp(u)**(1/2) as exp(u/2)."""
    return roots_of_powers(graph, node) if len(node.args) == 1 else None


def roots_of_powers(graph: Graph, node: Node) -> Node | None:
    """The same among other factors, which may fill a hole: u**2/(u**3)**(1/2) is u**(1/2)."""
    factors: list[tuple[Node, Rational]] = []
    for base, e in scalars.pairs(node):
        single = base.op == "product" and len(base.args) == 1 and type(base.data[0]) is int and base.data[0] % 2 == 1
        if type(e) is int or not (single or stable_forms.is_call(base, "exp")):
            factors.append((base, e))
        elif single:
            factors.append((base.args[0], base.data[0] * e))
        else:
            factors.append((sums.called(graph, "exp", base.args[0], e), 1))
    return scalars.multiply(graph, factors) if factors != scalars.pairs(node) else None


def joined_cube_roots(graph: Graph, node: Node) -> Node | None:
    """u/cbrt(u)**4 as 1/cbrt(u)."""
    powers = dict(scalars.pairs(node))
    for root, e in powers.items():
        if stable_forms.is_call(root, "cbrt") and type(e) is int and e < 0:
            whole = powers.get(root.args[0], 0)
            if type(whole) is int and whole > 0:
                left = 3 * whole + e
                rest = [factor for factor in powers.items() if factor[0] not in (root, root.args[0])]
                both = [(root.args[0], left // 3), (root, left % 3)] if left > 0 else [(root, left)]
                return scalars.multiply(graph, [*rest, *both])
    return None


VERY_HIGH = 2**16
"""From this exponent on the rounding of what is near 1 is seen in its power."""

NEAR_ONE = 1024
"""Beyond its reciprocal 1 + u has nearly all digits of u."""

OF_VALUES: dict[str, Sequence[Rule]] = {
    "sum": (
        constant_exponentials,
        difference,
        fractions.collapsed,
        sums.by_identity,
        sums.difference_of_squares,
        sums.difference_of_roots,
    ),
    "power": (near_one, even_base),
    "product": (hyperbolic_tangent, exponentials.less_one_below, root_of_power, raised_near_one),
    "call": (undone, exponentials.logarithm_of_tail, logarithms.split, cube_root_of_power, whole_apart),
}
OF_DERIVATIVES: dict[str, Sequence[Rule]] = {
    "product": (
        *(powers.joined, powers.with_signs, roots_of_powers, joined_cube_roots, fractions.cleared),
        *(exponentials.spread, exponentials.divided_tail, saturated),
    ),
}
