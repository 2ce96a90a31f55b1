"""The constructors of the graph. Each keeps the canonical form by local rules; nothing is expanded, nothing searched.

Domain: a rule that forgets where a part was defined (`x/x` is 1, `sqrt(x)**2` is x) leaves that part in
`graph.guards` while the program is built. In derivatives the shorter form is the right one: where f is continuous and
its derivative has a limit, that limit is the derivative (mean value theorem), so `x/sqrt(x)` may become `sqrt(x)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradcli import limits
from gradcli.problems import GradcliError
from gradcli.program.graph import Graph, Node

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from fractions import Fraction

    from gradcli.rules.rule import Rule

    Rational = int | Fraction
    Factors = list[tuple[Node, Rational]]

FLATTEN = 16
"""Products of more factors are not merged into larger ones: adjoints of long chains stay linear in size."""


def ratio(numerator: int, denominator: int) -> Rational:
    """The exact quotient, an int where it is one."""
    if numerator % denominator == 0:
        return numerator // denominator
    from fractions import Fraction

    return Fraction(numerator, denominator)


def lower(value: Rational) -> Rational:
    """The same number, as an int where it is one, so that equal numbers are equal keys of one type."""
    if type(value) is not int and value.denominator == 1:
        return value.numerator
    return value


def rational_power(base: Rational, exponent: int) -> Rational:
    """base**exponent for a nonzero base or a positive exponent, refused before it is computed where it is too long."""
    bits = max(abs(base.numerator).bit_length(), base.denominator.bit_length())
    if bits > 1 and bits * abs(exponent) > limits.NUMBER_DIGITS * 4:
        raise GradcliError(
            "limit",
            f"a number of more than {limits.NUMBER_DIGITS} digits",
            hint="powers of numbers are exact here; write the exponent as a variable and give it a value",
        )
    if exponent >= 0:
        return base**exponent
    return (
        ratio(base.denominator**-exponent, base.numerator**-exponent)
        if base > 0
        else lower(ratio(base.denominator**-exponent * (-1) ** -exponent, abs(base.numerator) ** -exponent))
    )


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


def is_total(node: Node) -> bool:
    """True where the node certainly has a value for all values of its variables."""
    from gradcli.program.graph import order

    for part in order([node]):
        if part.op == "product" and any(type(e) is not int or e < 0 for e in part.data):
            return False
        if part.op == "call" and (part.data.domain or part.data.domain_text):
            return False
        if part.op in ("power", "abstract") or (part.op == "constant" and part.data == "inf"):
            return False
    return True


def guard(graph: Graph, node: Node) -> None:
    """Remember that the function has a value only where this dropped node has one."""
    if graph.guards is not None and node not in graph.guards and not is_total(node):
        graph.guards[node] = None


def add(graph: Graph, items: Iterable[tuple[Node, Rational]], start: Rational = 0) -> Node:
    """start + Σ coefficient·node, like terms collected, nested sums with coefficient ±1 merged."""
    terms: dict[Node, Rational] = {}
    total = start
    branches = False
    for node, factor in items:
        op = node.op
        if op == "number":
            total += factor * node.data
        elif op == "sum" and (factor == 1 or factor == -1 or (len(node.args) == 1 and not node.data[1])):
            coefficients, offset = node.data
            total += factor * offset
            for term, coefficient in zip(node.args, coefficients, strict=True):
                terms[term] = terms.get(term, 0) + factor * coefficient
        else:
            terms[node] = terms.get(node, 0) + factor
            branches = branches or op == "where"
    if branches and graph.guards is None and len(terms) > 1:
        terms = merge_branches(graph, terms)
    return sum_node(graph, terms, total)


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


def merge_branches(graph: Graph, terms: dict[Node, Rational]) -> dict[Node, Rational]:
    """where(c, p, 0) + where(c, 0, q) is where(c, p, q): derivatives of both branches meet again."""
    merged: dict[Node, Rational] = {}
    by_condition: dict[Node, Factors] = {}
    for node, coefficient in terms.items():
        if node.op == "where":
            by_condition.setdefault(node.args[0], []).append((node, coefficient))
        else:
            merged[node] = coefficient
    for condition, group in by_condition.items():
        if len(group) == 1:
            node, coefficient = group[0]
        else:
            yes = add(graph, [(node.args[1], factor) for node, factor in group])
            no = add(graph, [(node.args[2], factor) for node, factor in group])
            node, coefficient = where(graph, condition, yes, no), 1
        merged[node] = merged.get(node, 0) + coefficient
    return merged


def multiply(graph: Graph, items: Iterable[tuple[Node, Rational]], factor: Rational = 1) -> Node:
    """factor · Π node**exponent (exact rational exponents), equal bases collected, numbers folded."""
    powers: dict[Node, Rational] = {}
    dropped: Factors = []
    special = False
    work = list(items)
    while work:
        node, exponent = work.pop()
        op = node.op
        if op == "number":
            if type(exponent) is int and (node.data or exponent > 0):
                factor *= node.data if exponent == 1 else rational_power(node.data, exponent)
                continue
        elif op == "product":
            if merges(node, exponent):
                work.extend([(base, lower(e * exponent)) for base, e in zip(node.args, node.data, strict=True)])
                if graph.guards is not None and any(type(e) is not int or e < 0 for e in node.data):
                    dropped.append((node, exponent))
                continue
        elif op == "sum":
            coefficients, offset = node.data
            if not offset and len(coefficients) == 1 and type(exponent) is int:
                factor *= coefficients[0] if exponent == 1 else rational_power(coefficients[0], exponent)
                work.append((node.args[0], exponent))
                continue
        elif op == "where" or (op == "call" and node.data.name in ("abs", "sign")):
            special = True
        known = powers.get(node)
        powers[node] = exponent if known is None else known + exponent
        if known is not None and graph.guards is not None:
            dropped.extend([(node, e) for e in (known, exponent) if type(e) is not int or e < 0])
    if special:
        rewritten = rewrite_special(graph, powers, factor)
        if rewritten is not None:
            return rewritten
    return product_node(graph, powers, factor, dropped)


def merges(node: Node, exponent: Rational) -> bool:
    """May (Π bᵉ)**exponent become Π b**(e·exponent)? For whole exponents, and for a single root (it needs b >= 0)."""
    if type(exponent) is int:
        return exponent != 1 or len(node.args) <= FLATTEN
    return len(node.args) == 1 and type(node.data[0]) is not int


def product_node(graph: Graph, powers: dict[Node, Rational], factor: Rational, dropped: Factors) -> Node:
    """The canonical node of collected powers; what lost a restriction of its domain is guarded."""
    for node, exponent in dropped:
        keep_domain(graph, powers, node, exponent)
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


def keep_domain(graph: Graph, powers: dict[Node, Rational], node: Node, exponent: Rational) -> None:
    """Guard a power that was merged away: sqrt(x)**2 needs x >= 0, x/x needs x != 0."""
    # of a product taken to a power, the factors lost their own exponents
    pairs = zip(node.args, node.data, strict=True) if node.op == "product" else [(node, exponent)]
    for base, was in pairs:
        now = powers.get(base, 0)
        lost_root = type(was) is not int and type(lower(now)) is int
        lost_pole = was < 0 and now >= 0
        if lost_root or lost_pole:
            guard(graph, graph.intern("product", (base,), (was,)))


def exact_power(base: Rational, exponent: Rational) -> Rational | None:
    """base**exponent where it is rational (4**(1/2), 8**(-2/3)), else None (0**-1 and (-8)**(1/3) are not real)."""
    exponent = lower(exponent)
    if type(exponent) is int:
        return rational_power(base, exponent) if base or exponent > 0 else None
    if base <= 0:
        return 0 if base == 0 and exponent > 0 else None
    if exponent.denominator > 64:
        return None
    top, bottom = (
        integer_root(base.numerator, exponent.denominator),
        integer_root(base.denominator, exponent.denominator),
    )
    return None if top is None or bottom is None else rational_power(ratio(top, bottom), exponent.numerator)


def integer_root(value: int, degree: int) -> int | None:
    """The exact degree-th root of a positive integer, or None (Newton's method from above)."""
    if value.bit_length() > limits.NUMBER_DIGITS * 4:
        return None
    root = 1 << -(-value.bit_length() // degree)
    while True:
        following = ((degree - 1) * root + value // root ** (degree - 1)) // degree
        if following >= root:
            return root if root**degree == value else None
        root = following


def rewrite_special(graph: Graph, powers: dict[Node, Rational], factor: Rational) -> Node | None:
    """x*sign(x) is abs(x), abs(x)**2 is x**2; a factor where(c, p, 0) takes the whole product inside."""
    for node, exponent in powers.items():
        if node.op == "where":
            zero = is_zero(node.args[1]) or is_zero(node.args[2])
            if graph.guards is None and zero and type(exponent) is int and exponent > 0:
                rest = [(base, e) for base, e in powers.items() if base is not node]
                yes, no = (multiply(graph, [(branch, exponent), *rest], factor) for branch in node.args[1:])
                return where(graph, node.args[0], yes, no)
        elif node.op == "call" and type(exponent) is int and exponent > 0:
            name, argument = node.data.name, node.args[0]
            if name == "abs" and exponent % 2 == 0:
                rest = [(base, e) for base, e in powers.items() if base is not node]
                return multiply(graph, [*rest, (argument, exponent)], factor)
            if name == "sign" and exponent == 1:
                paired = pair_sign(graph, powers, node, argument, factor)
                if paired is not None:
                    return paired
    return None


def pair_sign(graph: Graph, powers: dict[Node, Rational], sign: Node, argument: Node, factor: Rational) -> Node | None:
    """u*sign(u) is abs(u), and abs(u)*sign(u) is u."""
    from gradcli.rules import RULES

    absolute = graph.intern("call", (argument,), RULES["abs"])
    rest = {base: e for base, e in powers.items() if base is not sign}
    for partner, result in ((argument, absolute), (absolute, argument)):
        exponent = rest.get(partner, 0)
        if exponent > 0 and type(exponent) is int:
            rest[partner] = exponent - 1
            return multiply(graph, [*[(b, e) for b, e in rest.items() if e], (result, 1)], factor)
    return None


def is_zero(node: Node) -> bool:
    return node.op == "number" and not node.data


def power(graph: Graph, base: Node, exponent: Node) -> Node:
    """base**exponent."""
    if exponent.op == "number":
        value = exponent.data
        if base.op == "variable" and value and value != 1:
            return graph.intern("product", (base,), (value,))
        return multiply(graph, [(base, value)])
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


EXACT_CALLS: dict[str, Callable[..., Rational]] = {
    "abs": abs,
    "sign": lambda x: (x > 0) - (x < 0),
    "floor": fold_floor,
    "ceil": lambda x: -fold_floor(-x),
    "max": max,
    "min": min,
}
"""Rows whose value at exact rationals is an exact rational."""


def call(graph: Graph, rule: Rule, args: Sequence[Node]) -> Node:
    """A row's function of its arguments, folded where the row says how."""
    name, args = rule.name, tuple(args)
    if name == "sqrt":
        from fractions import Fraction

        return multiply(graph, [(args[0], Fraction(1, 2))])
    if name in EXACT_CALLS and all(arg.op == "number" for arg in args):
        return number(graph, lower(EXACT_CALLS[name](*[arg.data for arg in args])))
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
    if name == "abs" and ((argument.op == "call" and argument.data.name == "abs") or is_square(argument)):
        return argument
    return graph.intern("call", args, rule)


def reflected(graph: Graph, rule: Rule, args: tuple[Node, ...]) -> Node | None:
    """The value by a positive order where the row says how and the order is a negative whole number, else None."""
    order = args[0]
    if rule.reflected is None or order.op != "number" or type(order.data) is not int or order.data >= 0:
        return None
    from gradcli.program.build import argument_names, build_text

    return build_text(graph, rule.reflected, argument_names(rule, args))


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
    from gradcli.program.build import build_text

    return {build_text(graph, at, {}): build_text(graph, value, {}) for at, value in rule.exact}


def truth(graph: Graph, value: bool) -> Node:
    """True or False."""
    return graph.intern("truth", (), value)


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


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
    from gradcli.program.graph import order

    for part in order([condition]):
        if part.op == "compare":
            for side in part.args:
                guard(graph, side)


def abstract(graph: Graph, name: str, args: Sequence[Node], orders: tuple[int, ...] | None = None) -> Node:
    """An unknown function of its arguments, differentiated `orders[i]` times by argument i."""
    return graph.intern("abstract", tuple(args), (name, orders or (0,) * len(args)))
