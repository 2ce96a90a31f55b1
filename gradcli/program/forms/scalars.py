"""The constructors of the graph. Each keeps the canonical form by local rules; nothing is expanded, nothing searched.

Domain: a rule that forgets where a part was defined (`x/x` is 1, `sqrt(x)**2` is x) leaves that part in
`graph.guards` while the program is built. In derivatives the shorter form is the right one: where f is continuous and
its derivative has a limit, that limit is the derivative (mean value theorem), so `x/sqrt(x)` may become `sqrt(x)`.
"""

from __future__ import annotations

import operator

from gradcli.program import make
from gradcli.program.graph import Graph, Node, guard, order
from gradcli.program.names import CONSTANTS
from gradcli.program.rationals import PERFECT, exact_power, lower, ratio, rational_power
from gradcli.records import TYPE_CHECKING
from gradcli.rules import RULES
from gradcli.text.tree import is_bound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from gradcli.program.graph import Factors, Rational
    from gradcli.rules.rule import Rule

FLATTEN = 16
"""Products of more factors are not merged into larger ones: adjoints of long chains stay linear in size."""
LONGEST_POWER, MERGED = 64, 64
"""Longer products stay whole in powers (a/(b/(c/…))), and more are not merged into one (u_k = u_(k-1)*u_(k-2))."""


def number(graph: Graph, value: Rational) -> Node:
    """The node of an exact number."""
    return graph.intern("number", (), lower(value))


def constant(graph: Graph, name: str) -> Node:
    """pi, e or inf; tau is 2*pi."""
    if name == "tau":
        return add(graph, [(graph.intern("constant", (), "pi"), 2)])
    return graph.intern("constant", (), name)


def variable(graph: Graph, name: str) -> Node:
    """The node of a scalar variable."""
    return graph.intern("variable", (), name)


def meaning(graph: Graph, name: str) -> Node | None:
    """What a name stands for that nothing in the program defines: a constant, or a letter that is bound here."""
    if name in CONSTANTS:
        return constant(graph, name)
    return variable(graph, name) if is_bound(name) else None


def add(graph: Graph, items: Iterable[tuple[Node, Rational]], start: Rational = 0) -> Node:
    """start + Σ coefficient·node, like terms collected, nested sums with coefficient ±1 merged."""
    terms: dict[Node, Rational] = {}
    total = start
    special = False
    for node, factor in items:
        op = node.op
        if op == "number":
            total += factor * node.data
        elif op == "sum" and is_merged(graph, node, factor):
            coefficients, offset = node.data
            total += factor * offset
            for term, coefficient in zip(node.args, coefficients, strict=True):
                part = coefficient if factor == 1 else factor * coefficient
                terms[term] = terms[term] + part if term in terms else part
        else:
            terms[node] = terms.get(node, 0) + factor
            special = special or op == "where" or op == "power"
    if special and graph.guards is None and len(terms) > 1:
        terms = make.scalar_terms(graph, terms)
        for node in [node for node in terms if node.op == "number"]:  # choices of one condition may join to one
            total += terms.pop(node) * node.data
    return sum_node(graph, terms, total)


def difference(graph: Graph, left: Node, right: Node) -> Node:
    """left - right."""
    return add(graph, [(left, 1), (right, -1)])


def is_merged(graph: Graph, node: Node, factor: Rational) -> bool:
    """Do the terms of this sum become terms of the sum that it stands in?"""
    if factor == 1 or factor == -1:
        return node not in graph.whole
    return len(node.args) == 1 and not node.data[1]


def sum_node(graph: Graph, terms: dict[Node, Rational], total: Rational) -> Node:
    """The canonical node of collected terms: zero terms dropped, the rest in order of creation."""
    if not all(terms.values()):
        for node in [node for node, coefficient in terms.items() if not coefficient]:
            del terms[node]
            guard(graph, node)
    if not terms:
        return number(graph, total)
    total = lower(total)
    if len(terms) == 1:
        ((node, coefficient),) = terms.items()
        coefficient = lower(coefficient)
        if not total and coefficient == 1:
            return node
        return graph.intern("sum", (node,), ((coefficient,), total))
    nodes = sorted(terms, key=SERIAL)
    return graph.intern("sum", tuple(nodes), (tuple([lower(terms[node]) for node in nodes]), total))


def SERIAL(node: Node) -> int:  # noqa: N802 - a sort key, kept as a plain function for speed
    """Order of creation: that of the source for what was typed, and the same for equal sets of terms."""
    return node.serial


def pairs(node: Node) -> Factors:
    """A product as its bases with their exponents."""
    return list(node.factors())


def multiply(graph: Graph, items: Iterable[tuple[Node, Rational]], factor: Rational = 1) -> Node:
    """factor · Π node**exponent (exact rational exponents), equal bases collected, numbers folded."""
    powers: dict[Node, Rational] = {}
    dropped: Factors = []
    special, merged = False, 0
    work = list(items)
    while work:
        node, exponent = work.pop()
        op = node.op
        if op == "number":
            if type(exponent) is int and (node.data or exponent > 0):
                factor *= node.data if exponent == 1 else rational_power(node.data, exponent)
                continue
        elif op == "product":
            if merged < MERGED and node not in graph.whole and merges(node, exponent):
                merged += 1
                work.extend([(base, lower(e * exponent)) for base, e in node.factors()])
                if graph.guards is not None and any(type(e) is not int or e < 0 for e in node.data):
                    dropped.append((node, exponent))
                continue
        elif op == "sum":
            coefficients, offset = node.data
            if not offset and len(coefficients) == 1 and type(exponent) is int:
                factor *= coefficients[0] if exponent == 1 else rational_power(coefficients[0], exponent)
                work.append((node.args[0], exponent))
                continue
        elif op == "where" or op == "power" or (op == "call" and node.data.name in ("abs", "sign")):
            special = True
        known = powers.get(node)
        powers[node] = exponent if known is None else known + exponent
        if known is not None and graph.guards is not None:
            dropped.extend([(node, e) for e in (known, exponent) if type(e) is not int or e < 0])
    whole = make.scalar_factors(graph, dict(powers), factor) if special else None
    if whole is None:
        return product_node(graph, powers, factor, dropped)
    keep_domains(graph, powers, dropped)
    return whole


def merges(node: Node, exponent: Rational) -> bool:
    """May (Π bᵉ)**exponent become Π b**(e·exponent)? For whole exponents, and for a single root (it needs b >= 0)."""
    if type(exponent) is int:
        return len(node.args) <= (FLATTEN if exponent == 1 else LONGEST_POWER)
    return len(node.args) == 1 and type(node.data[0]) is not int


def product_node(graph: Graph, powers: dict[Node, Rational], factor: Rational, dropped: Factors) -> Node:
    """The canonical node of collected powers; what lost a restriction of its domain is guarded."""
    if dropped:
        keep_domains(graph, powers, dropped)
    if not factor:
        for node, exponent in powers.items():
            guard(graph, multiply(graph, [(node, exponent)]) if exponent else node)
        return number(graph, 0)
    bases: list[Node] = []
    for node, exponent in powers.items():
        if not exponent:
            guard(graph, node)
        elif node.op == "number" and (exact := exact_power(node.data, exponent)) is not None:
            factor *= exact
        else:
            bases.append(node)
    factor = lower(factor)
    if not bases:
        return number(graph, factor)
    if len(bases) == 1 and powers[bases[0]] == 1:
        return bases[0] if factor == 1 else add(graph, [(bases[0], factor)])
    bases.sort(key=SERIAL)
    node = graph.intern("product", tuple(bases), tuple([lower(powers[base]) for base in bases]))
    return node if factor == 1 else graph.intern("sum", (node,), ((factor,), 0))


def keep_domains(graph: Graph, powers: dict[Node, Rational], dropped: Factors) -> None:
    """Guard powers that were merged away: sqrt(x)**2 needs x >= 0, x/x needs x != 0."""
    for node, exponent in dropped:
        # of a product taken to a power, the factors lost their own exponents
        for base, was in pairs(node) if node.op == "product" else [(node, exponent)]:
            now = powers.get(base, 0)
            lost_root = type(was) is not int and type(lower(now)) is int
            lost_pole = was < 0 and now >= 0
            if lost_root or lost_pole:
                guard(graph, graph.intern("product", (base,), (was,)))


def is_zero(node: Node) -> bool:
    return node.op == "number" and not node.data


def power(graph: Graph, base: Node, exponent: Node) -> Node:
    """base**exponent."""
    if exponent.op == "number":
        value = exponent.data
        if base.op == "variable" and value and value != 1:
            return graph.intern("product", (base,), (value,))
        return raised(graph, base, value)
    if base.op == "number" and base.data == 1:
        guard(graph, exponent)
        return base
    if base.op == "constant" and base.data == "e":
        from gradcli.rules import RULES

        return call(graph, RULES["exp"], (exponent,))
    return graph.intern("power", (base, exponent))


def divide(graph: Graph, numerator: Node, denominator: Node) -> Node:
    """numerator / denominator."""
    return multiply(graph, [(numerator, 1), (denominator, -1)])


def fold_floor(value: Rational) -> int:
    return value.numerator // value.denominator


EXACT_CALLS: dict[str, Callable[..., Rational | None]] = {
    "abs": abs,
    "sign": lambda x: (x > 0) - (x < 0),
    "floor": fold_floor,
    "ceil": lambda x: -fold_floor(-x),
    "max": max,
    "min": min,
    **PERFECT,
}
"""Rows whose value at exact rationals is an exact rational, or None where it is not."""


def call(graph: Graph, rule: Rule, args: Sequence[Node]) -> Node:
    """A row's function of its arguments, folded where the row says how."""
    name, args = rule.name, tuple(args)
    if name == "sqrt":
        return raised(graph, args[0], ratio(1, 2))
    if name in EXACT_CALLS and all(arg.op == "number" for arg in args):
        value = EXACT_CALLS[name](*[arg.data for arg in args])
        if value is not None:
            return number(graph, lower(value))
    if len(args) != 1:
        return reflected(graph, rule, args) or graph.intern("call", args, rule)
    (argument,) = args
    if rule.odd or rule.even:
        positive = opposite(graph, argument)
        if positive is not None:
            return add(graph, [(call(graph, rule, (positive,)), -1)]) if rule.odd else call(graph, rule, (positive,))
    if argument.op == "call" and argument.data.inverse == name:
        guard(graph, argument)
        return argument.args[0]
    if rule.exact and is_constant(argument):
        known = exact_values(graph, rule).get(argument)
        if known is not None:
            return known
    if name == "abs" and (is_nonnegative(argument) or is_absolute(argument)):
        return argument
    found = logarithm(graph, argument) if name == "log" and not graph.literal else None
    return found or graph.intern("call", args, rule)


def is_absolute(node: Node) -> bool:
    """abs(u), or a product of even powers: it is its own absolute value."""
    return (node.op == "call" and node.data.name == "abs") or is_square(node)


def reflected(graph: Graph, rule: Rule, args: tuple[Node, ...]) -> Node | None:
    """The value by a positive order where the row says how and the order is a negative whole number, else None."""
    if rule.reflected is None:
        return None
    order = args[0]
    if order.op != "number" or type(order.data) is not int or order.data >= 0:
        return None
    return make.rule_text(graph, rule.reflected, dict(zip(rule.args, args, strict=True)))


def is_square(node: Node) -> bool:
    """A product of even powers: it is its own absolute value."""
    return node.op == "product" and all(type(e) is int and e > 0 and e % 2 == 0 for e in node.data)


def opposite(graph: Graph, node: Node) -> Node | None:
    """-node where that is the simpler of the two (a negative number, or one term with a negative factor), else None."""
    if node.op == "number" and node.data < 0:
        return number(graph, -node.data)
    if node.op == "sum" and node.data[0][0] < 0 and not node.data[1] and len(node.args) == 1:
        return add(graph, [(node, -1)])
    return None


def is_constant(node: Node) -> bool:
    """A number or constant, or a sum or product of these: what the exact values of a row can be looked up for."""
    if node.op in ("number", "constant"):
        return True
    return node.op in ("sum", "product") and all(arg.op in ("number", "constant") for arg in node.args)


def exact_values(graph: Graph, rule: Rule) -> dict[Node, Node]:
    """The row's exact values as nodes of this graph: {0: 1} for exp."""
    return {make.rule_text(graph, at, {}): make.rule_text(graph, value, {}) for at, value in rule.exact}


def truth(graph: Graph, value: bool) -> Node:
    """True or False."""
    return graph.intern("truth", (), value)


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
"""By their signs, of two numbers, or of the sign of their difference and 0."""


def compare(graph: Graph, op: str, left: Node, right: Node) -> Node:
    """A truth value; numbers are compared at once."""
    if left.op == "number" and right.op == "number":
        return truth(graph, COMPARISONS[op](left.data, right.data))
    return graph.intern("compare", (left, right), op)


def logic(graph: Graph, op: str, args: Sequence[Node]) -> Node:
    """`and`, `or` (two conditions) or `not` (one)."""
    if op == "not":
        (arg,) = args
        if arg.op == "not":
            return arg.args[0]
        return truth(graph, not arg.data) if arg.op == "truth" else graph.intern("not", (arg,))
    for arg, other in ((args[0], args[1]), (args[1], args[0])):
        if arg.op == "truth":
            return other if arg.data == (op == "and") else arg
    return graph.intern(op, tuple(args))


def where(graph: Graph, condition: Node, yes: Node, no: Node) -> Node:
    """`yes` where the condition holds, else `no`."""
    if condition.op == "truth":
        return yes if condition.data else no
    if yes is no:
        guard_condition(graph, condition)
        return yes
    return graph.intern("where", (condition, yes, no))


def guard_condition(graph: Graph, condition: Node) -> None:
    """The sides of a dropped condition must still have values."""
    if graph.guards is None:
        return
    for part in order([condition]):
        if part.op == "compare":
            for side in part.args:
                guard(graph, side)


def guard_branches(graph: Graph, condition: Node, yes: Sequence[Node], no: Sequence[Node]) -> None:
    """What the branches of a choice have dropped must have a value only where its branch is taken."""
    guards, one = graph.guards, number(graph, 1)
    assert guards is not None
    graph.guards = None  # these choices are no part of the function: nothing of them is dropped
    made = [*(where(graph, condition, node, one) for node in yes), *(where(graph, condition, one, node) for node in no)]
    graph.guards = guards
    guards.update(dict.fromkeys(made))


def abstract(graph: Graph, name: str, args: Sequence[Node], orders: tuple[int, ...] | None = None) -> Node:
    """An unknown function of its arguments, differentiated `orders[i]` times by argument i."""
    shape = args[0].shape if len(args) == 1 else ()  # of one array it acts entry by entry
    return graph.intern("abstract", tuple(args), (name, orders or (0,) * len(args)), shape)


def raised(graph: Graph, base: Node, exponent: Rational) -> Node:
    """base**exponent; roots of what cannot be negative are taken factor by factor: sqrt(norm(x)**2) is norm(x)."""
    if type(exponent) is not int:
        factor, rest = (base.data[0][0], base.args[0]) if is_multiple(base) else (1, base)
        root = exact_power(factor, exponent) if factor > 0 else None
        if rest.op == "product" and root is not None:
            known = [(b, lower(e * exponent)) for b, e in pairs(rest) if is_nonnegative(b)]
            others = [(b, e) for b, e in pairs(rest) if not is_nonnegative(b)]
            if known:
                inner: Factors = [(multiply(graph, others), exponent)] if others else []
                return multiply(graph, [*known, *inner], root)
    return multiply(graph, [(base, exponent)])


def is_multiple(node: Node) -> bool:
    """A sum of one term and no number: c·u."""
    return node.op == "sum" and len(node.args) == 1 and not node.data[1]


def is_nonnegative(node: Node) -> bool:
    """A scalar that is never negative, whatever its variables are."""
    if node.op == "product":
        return all(is_nonnegative(base) or (type(e) is int and e % 2 == 0) for base, e in node.factors())
    return node.op in ("norm", "dimension") or (node.op == "call" and node.data.name in ("exp", "sigmoid", "softplus"))


def logarithm(graph: Graph, argument: Node) -> Node | None:
    """log(det(A)) is logdet(A), log(sum(exp(u))) logsumexp(u), log(1 + exp(u)) softplus(u).

    log(softmax(u)[i]) is an entry of u - logsumexp(u), as log(softmax(u)) is.
    """
    if argument.op == "det":
        return graph.intern("logdet", argument.args)
    if argument.op == "pick":
        return make.softmax_logarithm(graph, argument)
    if argument.op == "total" and argument.args[0].op == "call" and argument.args[0].data.name == "exp":
        return make.logsumexp(graph, argument.args[0].args[0], None)
    if argument.op == "call" and argument.data.name == "sigmoid":
        return add(graph, [(call(graph, RULES["softplus"], (add(graph, [(argument.args[0], -1)]),)), -1)])
    if argument.op == "sum" and len(argument.args) == 1 and argument.data[1] == 1:
        (inner,), ((factor,), _) = argument.args, argument.data
        if inner.op == "call" and (inner.data.name, factor) == ("exp", 1):
            return call(graph, RULES["softplus"], inner.args)
        if inner.op == "call" and (inner.data.name, factor) == ("sigmoid", -1):
            return add(graph, [(call(graph, RULES["softplus"], inner.args), -1)])
    return None


MAKES = {
    "scalar_sum": add,
    "scalar_product": multiply,
    "scalar_power": power,
    "scalar_call": call,
    "scalar_where": where,
    "scalar_compare": compare,
    "scalar_logic": logic,
}
