"""Products entry by entry: powers collected, scalars in front, repeated columns and rows as diagonal factors."""

from __future__ import annotations

from gradcli.program import make, rationals
from gradcli.program.forms import scalars
from gradcli.program.forms.parts import (
    in_order,
    is_nought,
    is_ones,
    is_zeros,
    normal,
    one_plus_exp,
    ones,
    repeated_ends,
    zeros,
)
from gradcli.program.graph import guard
from gradcli.program.rationals import lower
from gradcli.records import TYPE_CHECKING
from gradcli.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from gradcli.program.graph import Factors, Graph, Node, Rational


class Hadamard:
    """An elementwise product while it is collected.

    number · scalars · Π bases ∘ diagonals ∘ repeated columns and rows
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.factor: Rational = 1
        self.scalars: Factors = []
        self.powers: dict[Node, Rational] = {}
        self.diagonals: list[Node] = []
        self.columns: Factors = []
        self.rows: Factors = []
        self.zero = False

    def take(self, node: Node, exponent: Rational) -> None:
        """Another factor; what is inside products, multiples and sums of one term is taken apart."""
        work = [(node, exponent)]
        while work:
            node, exponent = work.pop()
            op, whole = node.op, type(exponent) is int
            if op == "sum" and len(node.args) == 1 and (power := self.number_power(node.data[0][0], exponent)):
                self.factor *= power
                work.append((node.args[0], exponent))
            elif op == "scale" and whole:
                self.scalars.append((node.args[0], exponent))
                work.append((node.args[1], exponent))
            elif op == "product" and may_flatten(node, exponent):
                work += [(base, lower(e * exponent)) for base, e in node.factors()]
            elif whole and (turned := normal(self.graph, node))[0] < 0:
                self.factor *= -1 if exponent % 2 else 1
                work.append((turned[1], exponent))
            elif not self.special(node, exponent):
                self.powers[node] = lower(self.powers.get(node, 0) + exponent)

    def number_power(self, base: Rational, exponent: Rational) -> Rational | None:
        """base**exponent where it may leave the root: whole exponents, or positive numbers with exact roots."""
        if type(exponent) is int:
            return rationals.rational_power(base, exponent)
        return rationals.exact_power(base, exponent) if base > 0 else None

    def special(self, node: Node, exponent: Rational) -> bool:
        """Ones, zeros, identities, diagonals, and columns or rows that are repeated."""
        if node.op == "fill":
            if is_ones(node):
                return True
            self.zero = self.zero or exponent > 0
            return exponent > 0
        if node.op in ("eye", "diag") and exponent == 1:
            self.diagonals.append(node)
            return True
        ends = repeated_ends(node)
        if ends:
            kept = node.args[:-1] if ends > 0 else node.args[1:]
            (self.columns if ends > 0 else self.rows).append((make.matmul(self.graph, kept), exponent))
        return bool(ends)


def may_flatten(node: Node, exponent: Rational) -> bool:
    """May (Π bᵉ)**exponent become Π b**(e·exponent)? For whole exponents, and for a single root (it needs b >= 0).

    Long products stay as they are, so that the adjoints of deep functions are linear in size.
    """
    if type(exponent) is int:
        return len(node.args) <= (scalars.FLATTEN if exponent == 1 else scalars.LONGEST_POWER)
    return len(node.args) == 1 and type(node.data[0]) is not int


def hadamard(graph: Graph, items: Iterable[tuple[Node, Rational]], shape: Any, factor: Rational = 1) -> Node:
    """factor · Π arrayᵢ**exponentᵢ entry by entry; scalars among the items are scalars in front."""
    collected = Hadamard(graph)
    collected.factor = factor
    arrays = []
    for node, exponent in items:
        if node.shape:
            collected.take(node, exponent)
            arrays.append((node, exponent))
        else:
            collected.scalars.append((node, exponent))
    if graph.guards is not None:
        for node, exponent in arrays:
            keep_domain(graph, collected, node, exponent)
    if collected.zero:
        return zeros(graph, shape)
    core = entrywise(graph, collected.powers, shape)
    if collected.diagonals:
        core = on_diagonal(graph, collected.diagonals, core)
    if collected.columns or collected.rows:
        core = spread_over(graph, collected, core, shape)
    return make.scale(graph, make.multiply(graph, collected.scalars), core, collected.factor)


def keep_domain(graph: Graph, collected: Hadamard, node: Node, exponent: Rational) -> None:
    """Guard what was merged away: entries of x/x need x != 0, those of sqrt(x)**2 need x >= 0, of 0*log(x) x > 0."""
    factors = node.factors() if node.op == "product" else [(node, exponent)]
    for base, was in factors:
        if collected.zero:
            guard(graph, graph.intern("product", (base,), (was,), base.shape) if was < 0 else base)
        elif base in collected.powers:
            now = collected.powers[base]
            if (was < 0 <= now) or (type(was) is not int and type(now) is int):
                guard(graph, graph.intern("product", (base,), (was,), base.shape))
            elif not now:
                guard(graph, base)


def entrywise(graph: Graph, powers: dict[Node, Rational], shape: Any) -> Node:
    """The node of collected powers."""
    powers = simplify_powers(graph, {node: e for node, e in powers.items() if e})
    bases = in_order(graph, [node for node, e in powers.items() if e])
    if not bases:
        return ones(graph, shape)
    if len(bases) == 1 and powers[bases[0]] == 1:
        return bases[0]
    return graph.intern("product", tuple(bases), tuple([powers[base] for base in bases]), shape)


def simplify_powers(graph: Graph, powers: dict[Node, Rational]) -> dict[Node, Rational]:
    """abs(u)**2 is u**2, u*sign(u) is abs(u), sign(u)/abs(u) is 1/u, u*u**(v - 1) is u**v,
    1/(1 + exp(-u)) is sigmoid(u), relu(u)*where(u > 0, 1, 0) is relu(u)."""
    for node in list(powers):
        exponent = powers.get(node, 0)
        if not exponent:
            continue
        if node.op == "call":
            simplify_call(graph, powers, node, exponent)
        elif node.op == "power" and type(exponent) is int:
            join_powers(graph, powers, node)
        elif node.op == "where" and type(exponent) is int and exponent > 0:
            if covered(powers, node):
                powers[node] = 0
        elif node.op == "sum" and exponent < 0 and type(exponent) is int:
            inner = one_plus_exp(node)
            if inner is not None:
                powers[node] = 0
                negative = make.add(graph, [(inner, -1)])
                soft = make.call(graph, RULES["sigmoid"], (negative,))
                powers[soft] = powers.get(soft, 0) - exponent
                exponential = make.call(graph, RULES["exp"], (inner,))
                if powers.get(exponential, 0) > 0:
                    merge_exp_sigmoid(graph, powers, exponential, soft)
    return powers


SHORT = 16
"""Terms of an exponent up to which powers of one base are joined."""


def join_powers(graph: Graph, powers: dict[Node, Rational], node: Node) -> None:
    """x·x**(v - 1) is x**v, and x**(v - 1)/x**v is 1/x: powers of one base are one."""
    base = node.args[0]
    same = {
        other: e
        for other, e in powers.items()
        if other.op == "power" and other.args[0] is base and type(e) is int and e
    }
    count = powers.get(base, 0)
    if (len(same) == 1 and not (count and same[node] == 1)) or any(len(p.args[1].args) > SHORT for p in same):
        return
    powers.update(dict.fromkeys([*same, base], 0))
    exponents = [(other.args[1], e) for other, e in same.items()]
    joined = make.power(graph, base, make.add(graph, [*exponents, (ones(graph, node.shape), count)]))
    for factor, e in joined.factors() if joined.op == "product" else [(joined, 1)]:
        powers[factor] = powers.get(factor, 0) + e


RATIOS = {"sinh": ("cosh", "tanh"), "sin": ("cos", "tan")}
"""sinh(u)/cosh(u) is tanh(u)."""


def simplify_call(graph: Graph, powers: dict[Node, Rational], node: Node, exponent: Rational) -> None:
    """Rules of one function in a product."""
    name, argument = node.data.name, node.args[0]
    if name == "abs" and type(exponent) is int and exponent % 2 == 0:
        powers[node] = 0
        powers[argument] = powers.get(argument, 0) + exponent
    elif name == "sign" and exponent == 1 and powers.get(argument, 0) == 1:
        powers[node] = powers[argument] = 0
        absolute = make.call(graph, RULES["abs"], (argument,))
        powers[absolute] = powers.get(absolute, 0) + 1
    elif name == "sign" and exponent == 1:
        absolute = make.call(graph, RULES["abs"], (argument,))
        inverse = powers.get(absolute, 0)
        if inverse < 0 and type(inverse) is int and inverse % 2:
            powers[node] = powers[absolute] = 0
            powers[argument] = powers.get(argument, 0) + inverse
    elif name in RATIOS and type(exponent) is int and exponent > 0:
        below, result = RATIOS[name]
        other = make.call(graph, RULES[below], (argument,))
        count = min(exponent, -powers.get(other, 0))
        if count > 0:
            powers[node] -= count
            powers[other] += count
            merged = make.call(graph, RULES[result], (argument,))
            powers[merged] = powers.get(merged, 0) + count
    elif name == "sigmoid" and exponent > 0:
        exponential = make.call(graph, RULES["exp"], (make.add(graph, [(argument, -1)]),))
        if exponential.op == "call" and powers.get(exponential, 0) > 0:
            merge_exp_sigmoid(graph, powers, exponential, node)


def merge_exp_sigmoid(graph: Graph, powers: dict[Node, Rational], exponential: Node, soft: Node) -> None:
    """exp(u)*sigmoid(-u) is sigmoid(u)."""
    count = min(powers[exponential], powers[soft])
    powers[exponential] -= count
    powers[soft] -= count
    other = make.call(graph, RULES["sigmoid"], (exponential.args[0],))
    powers[other] = powers.get(other, 0) + count


def covered(powers: dict[Node, Rational], node: Node) -> bool:
    """Is where(c, 1, 0) a factor that changes nothing, because relu(u) or max(u, 0) is 0 wherever c is false?"""
    condition, yes, no = node.args
    if condition.op != "compare":
        return False
    left, right = condition.args
    if is_zeros(no) and is_ones(yes) and condition.data in (">", ">=") and is_nought(right):
        inner = left
    elif is_zeros(yes) and is_ones(no) and condition.data in (">", ">=") and is_nought(left):
        inner = right
    else:
        return False
    for base, exponent in powers.items():
        if base.op == "call" and exponent > 0 and base is not node and type(exponent) is int:
            name = base.data.name
            if name == "relu" and base.args[0] is inner:
                return True
            if name == "max" and inner in base.args and any(is_nought(arg) for arg in base.args):
                return True
    return False


def on_diagonal(graph: Graph, diagonals: Sequence[Node], core: Node) -> Node:
    """diag(u)∘A is diag(u∘diagonal(A)), eye∘A is diag(diagonal(A))."""
    vectors: Factors = [(node.args[0], 1) for node in diagonals if node.op == "diag"]
    inner = make.diagonal(graph, core)
    return make.diag(graph, hadamard(graph, [*vectors, (inner, 1)], inner.shape))


def spread_over(graph: Graph, collected: Hadamard, core: Node, shape: Any) -> Node:
    """Repeated columns and rows: diag(u)@A@diag(v), and u@v' where nothing else is left."""
    column = hadamard(graph, collected.columns, (shape[0], 1))
    row = hadamard(graph, [(make.transpose(graph, node), e) for node, e in collected.rows], (shape[1], 1))
    if is_ones(core):
        return make.matmul(graph, [column, make.transpose(graph, row)])
    return make.matmul(graph, [make.diag(graph, column), core, make.diag(graph, row)])


MAKES = {"hadamard": hadamard, "entrywise": entrywise}
