"""Evaluation of the graph in float64, and each node's partial derivatives by its arguments there.

What has no float64 value (out of the domain, too large, or 0 only because it is too small) is nan, which spreads to
whatever uses it; nothing is raised. The branch of `where` that is not taken does no harm.
"""

from __future__ import annotations

import math

from gradcli.evaluate.kernels import float_kernel
from gradcli.program.forms.scalars import COMPARISONS
from gradcli.program.graph import Graph, reachable
from gradcli.records import TYPE_CHECKING
from gradcli.rules.bound import BoundRule

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from gradcli.evaluate.certified.balls import Balls
    from gradcli.program.graph import Node
    from gradcli.rules.rule import Rule

NAN = math.nan

FAILURES = (ValueError, OverflowError, ZeroDivisionError)

NORMAL = 2.0**-1022
"""What is larger has lost no digit to underflow."""

FAR = 25.0
"""No row is exactly 0 at arguments beyond this, except where its value is too small for a float64."""


class Floats:
    """The values of nodes at a point.

    certain    an evaluation in balls, which decides comparisons that rounding could turn; None where there are none
    preset     values that are known already
    order      the nodes to evaluate, arguments before users; None for all that the roots need
    """

    def __init__(
        self,
        roots: Sequence[Node],
        point: Mapping[str, Node | float],
        certain: Balls | None = None,
        preset: Mapping[Node, float] | None = None,
        order: Sequence[Node] | None = None,
    ) -> None:
        self.point = point
        self.certain = certain
        self.values: dict[Node, Any] = dict(preset or {})
        self.order = reachable(roots) if order is None else order
        for node in self.order:
            if node not in self.values:
                self.values[node] = self.value(node)

    def moved(self, point: Mapping[str, Node | float], nodes: Sequence[Node]) -> Floats:
        """The values at another point, where only these nodes have others."""
        run = Floats((), point, self.certain, self.values, ())
        for node in nodes:
            run.values[node] = run.value(node)
        return run

    def value(self, node: Node) -> Any:
        """One node's value, nan where it has none."""
        try:
            return VALUES[node.op](self, node)
        except FAILURES:
            return NAN

    def args(self, node: Node) -> list[Any]:
        """The values of a node's arguments."""
        return [self.values[arg] for arg in node.args]

    def decided(self, node: Node) -> Any:
        """What the balls know of a node, None where they were not asked."""
        return None if self.certain is None else self.certain.values.get(node)


def nearest(value: Any) -> float:
    """An exact number in float64."""
    return float(value) if isinstance(value, (int, float)) else float(value.numerator / value.denominator)


def number_value(run: Floats, node: Node) -> float:
    """An exact number in float64."""
    return nearest(node.data)


def constant_value(run: Floats, node: Node) -> float:
    """pi or e."""
    return {"pi": math.pi, "e": math.e}.get(node.data, NAN)


def variable_value(run: Floats, node: Node) -> float:
    """What the point says."""
    bound = run.point[node.data]
    return bound if isinstance(bound, float) else coordinate(bound)


def coordinate(node: Node) -> float:
    """A coordinate of the point in float64, correctly rounded."""
    if node.op == "number":
        return nearest(node.data)
    from gradcli.evaluate.certified.certify import certify

    value = certify([node], {})[0].value
    return NAN if value is None else value


def sum_value(run: Floats, node: Node) -> float:
    """constant + Σ coefficient·term, rounded once."""
    coefficients, start = node.data
    terms = [nearest(c) * run.values[arg] for arg, c in zip(node.args, coefficients, strict=True)]
    return math.fsum([*terms, nearest(start)])


def product_value(run: Floats, node: Node) -> float:
    """Π base**exponent; long products keep their exponents apart, so that nothing overflows on the way."""
    factors = [power(run.values[arg], e) for arg, e in node.factors()]
    if len(factors) == 1:
        return factors[0]
    if len(factors) == 2 and NORMAL < abs(plain := factors[0] * factors[1]) < math.inf:
        return plain
    return Scaled.product(factors).as_float()


def power(base: float, exponent: Any) -> float:
    """base**exponent; an underflow to 0 and a fractional power of a negative number have no value."""
    if exponent == 1:
        return base
    if base < 0 and exponent != int(exponent):
        return NAN
    result = math.sqrt(base) if exponent == 0.5 else base ** (exponent if type(exponent) is int else nearest(exponent))
    return NAN if base != 0 and result == 0 else float(result)


def power_value(run: Floats, node: Node) -> float:
    """base**exponent where both are numbers at the point."""
    base, exponent = run.args(node)
    if math.isnan(exponent) or math.isinf(exponent):
        return NAN
    return power(base, int(exponent) if exponent == int(exponent) else exponent)


def call_value(run: Floats, node: Node) -> float:
    """The row's function."""
    args = run.args(node)
    if any(map(math.isnan, args)):
        return NAN
    result = float_kernel(node.data)(*args)
    return NAN if result == 0 and abs(args[-1]) > FAR and node.data.name not in STEPS else float(result)


STEPS = frozenset({"abs", "max", "min", "clip", "floor", "ceil", "sign", "relu"})
"""Functions that are exactly 0 far from 0 too."""


def where_value(run: Floats, node: Node) -> Any:
    """The branch that holds."""
    return run.values[branch(run, node)]


def branch(run: Floats, node: Node) -> Node:
    """The branch that a `where` takes."""
    condition, yes, no = node.args
    return yes if run.values[condition] is True else no


def compare_value(run: Floats, node: Node) -> bool:
    """The truth of a comparison, by balls where they were asked."""
    known = run.decided(node)
    if isinstance(known, bool):
        return known
    left, right = run.args(node)
    return bool(COMPARISONS[node.data](left, right))


def logic_value(run: Floats, node: Node) -> bool:
    """and, or, not."""
    args = run.args(node)
    if node.op == "not":
        return args[0] is not True
    return all(arg is True for arg in args) if node.op == "and" else any(arg is True for arg in args)


def truth_value(run: Floats, node: Node) -> bool:
    """True or False."""
    return bool(node.data)


def no_value(run: Floats, node: Node) -> float:
    """Unknown functions have no numbers."""
    return NAN


VALUES: dict[str, Callable[[Floats, Node], Any]] = {
    "number": number_value,
    "constant": constant_value,
    "variable": variable_value,
    "sum": sum_value,
    "product": product_value,
    "power": power_value,
    "call": call_value,
    "where": where_value,
    "compare": compare_value,
    "truth": truth_value,
    "and": logic_value,
    "or": logic_value,
    "not": logic_value,
    "abstract": no_value,
}


class Scaled:
    """mantissa·2**exponent, with an exponent of any size."""

    __slots__ = ("exponent", "mantissa")

    def __init__(self, mantissa: float, exponent: int = 0) -> None:
        if math.isfinite(mantissa):
            mantissa, more = math.frexp(mantissa)
            exponent += more
        self.mantissa, self.exponent = mantissa, exponent

    def __mul__(self, other: Scaled) -> Scaled:
        return Scaled(self.mantissa * other.mantissa, self.exponent + other.exponent)

    def as_float(self) -> float:
        """In float64; nan where it is too large or too small."""
        if self.mantissa == 0 or not math.isfinite(self.mantissa):
            return self.mantissa
        try:
            result = math.ldexp(self.mantissa, self.exponent)
        except OverflowError:
            return NAN
        return result if result else NAN

    @staticmethod
    def product(factors: Sequence[float]) -> Scaled:
        """The product of all."""
        total = Scaled(1.0)
        for factor in factors:
            total = total * Scaled(factor)
        return total


def local_partials(run: Floats, node: Node, active: set[Node]) -> list[tuple[Node, float]]:
    """∂node/∂argument for each argument that is active, nan where there is none."""
    if node.op == "sum":
        pairs = node.terms()
        return [(arg, nearest(coefficient)) for arg, coefficient in pairs if arg in active]
    if node.op == "product":
        return product_partials(run, node, active)
    if node.op == "where":
        taken = branch(run, node)
        return [(taken, 1.0)] if taken in active else []
    if node.op == "power":
        return [(arg, power_partial(run, node, i)) for i, arg in enumerate(node.args) if arg in active]
    if node.op == "call":
        return [(arg, call_partial(run, node, i)) for i, arg in enumerate(node.args) if arg in active]
    return [(arg, NAN) for arg in node.args if arg in active]


def product_partials(run: Floats, node: Node, active: set[Node]) -> list[tuple[Node, float]]:
    """eᵢ·bᵢ^(eᵢ-1)·Π of the others, from running products on both sides: never a division by bᵢ, which may be 0."""
    bases = run.args(node)
    factors = [Scaled(attempt(power, base, e)) for base, e in zip(bases, node.data, strict=True)]
    after = [Scaled(1.0)]
    for factor in reversed(factors[1:]):
        after.append(after[-1] * factor)
    before, found = Scaled(1.0), []
    for i, arg in enumerate(node.args):
        if arg in active:
            exponent = node.data[i]
            own = 1.0 if exponent == 1 else nearest(exponent) * attempt(power, bases[i], exponent - 1)
            found.append((arg, (before * after[-1 - i] * Scaled(own)).as_float()))
        before = before * factors[i]
    return found


def attempt(function: Callable[..., float], *args: Any) -> float:
    """The function's value, nan where it has none."""
    try:
        return function(*args)
    except FAILURES:
        return NAN


def power_partial(run: Floats, node: Node, position: int) -> float:
    """∂(u**v)/∂u = v·u**(v-1), ∂/∂v = u**v·log(u)."""
    base, exponent = run.args(node)
    if position == 1:
        return run.values[node] * math.log(base) if base > 0 else NAN
    if exponent == 0:
        return 0.0 if base != 0 else NAN
    less = exponent - 1
    return nearest(exponent) * attempt(power, base, int(less) if less % 1 == 0 else less)


def call_partial(run: Floats, node: Node, position: int) -> float:
    """The row's partial, in its stable form; of functions with a switch the piece that the balls know."""
    name = node.data.name
    if name in PIECEWISE:
        return PIECEWISE[name](run, node, position)
    if isinstance(node.data, BoundRule):
        from gradcli.evaluate.bound.values import bound_float_partial

        return bound_float_partial(node.data, run.args(node), position)
    names, partial, out = partial_template(node.data, position, len(node.args))
    values = run.args(node)
    inner = Floats([partial], dict(zip(names, values, strict=True)), preset={out: run.values[node]})
    return float(inner.values[partial])


def is_no_number(known: Any) -> bool:
    """True for what the balls do not know, or know to have no value."""
    return known is None or hasattr(known, "reason")


def sign_of(run: Floats, node: Node) -> float:
    """The sign of a value, by balls where they were asked; nan at 0."""
    known = run.decided(node)
    value: Any = run.values[node] if is_no_number(known) else known
    return 1.0 if value > 0 else -1.0 if value < 0 else NAN


def abs_partial(run: Floats, node: Node, position: int) -> float:
    """sign(x)."""
    return sign_of(run, node.args[0])


def step_partial(run: Floats, node: Node, position: int) -> float:
    """Functions that are constant between their jumps."""
    return 0.0


def extreme_partial(run: Floats, node: Node, position: int) -> float:
    """1 for the argument that is the largest (smallest), 0 for the others; nan at a tie."""
    known = [run.decided(arg) for arg in node.args]
    values: list[Any] = run.args(node) if any(map(is_no_number, known)) else known
    sign = 1 if node.data.name == "max" else -1
    own = node.args[position]
    gaps = [(values[position] - v) * sign for arg, v in zip(node.args, values, strict=True) if arg is not own]
    if all(gap > 0 for gap in gaps):
        return 1.0 / node.args.count(own)
    return 0.0 if any(gap < 0 for gap in gaps) else NAN


PIECEWISE: dict[str, Callable[[Floats, Node, int], float]] = {
    "abs": abs_partial,
    "sign": step_partial,
    "floor": step_partial,
    "ceil": step_partial,
    "max": extreme_partial,
    "min": extreme_partial,
}

Template = tuple[tuple[str, ...], "Node", "Node"]
PARTIALS: dict[tuple[str, int, int], Template] = {}


def partial_template(rule: Rule, position: int, count: int) -> Template:
    """A row's partial over variables of its own: their names, the partial, and the node of the function's value."""
    key = (rule.name, position, count)
    if key not in PARTIALS:
        from gradcli.program.forms import scalars
        from gradcli.program.rows import partial_node

        graph = Graph()
        names = tuple(f"argument{index}" for index in range(count))
        args = tuple(graph.intern("variable", (), name) for name in names)
        text = rule.stable[position] if position < len(rule.stable) else None
        PARTIALS[key] = (names, partial_node(graph, rule, position, args, text), scalars.call(graph, rule, args))
    return PARTIALS[key]
