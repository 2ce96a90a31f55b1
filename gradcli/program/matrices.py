"""The constructors of array nodes. Each keeps the canonical form by local rules; nothing is expanded.

Array nodes have a shape (rows, columns), scalar nodes have (). One form for one thing:

| op | args | data | value |
| --- | --- | --- | --- |
| variable | | name | its value |
| dimension | | letter | the size with this letter, as a number (a scalar) |
| fill | (1 or 0,) | (rows, columns) | ones or zeros; other numbers are multiples of ones |
| eye | | size | the identity |
| sum | terms | (coefficients, 0) | Σ coefficientᵢ·termᵢ |
| scale | (s, A) | | s·A, s a scalar without a number in front, A no sum of one term |
| product | bases | exponents | Π baseᵢ**exponentᵢ, entry by entry |
| power, call, where, compare, and, or, not | | | entry by entry; a condition may be a scalar |
| transpose | (A,) | | of a variable, of vec and of abstract arrays only: else transposes are pushed inwards |
| matmul | factors | | the chain of products; shape () where it is 1x1 by its sizes |
| inv, det, logdet, trace, total, diag, diagonal, vec, kron, norm, lse, softmax, prod, extreme, cumsum, pick, concat |

A column that is repeated is matmul(u, ones'), a row that is repeated matmul(ones, v').
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.program import algebra
from gradcli.program.algebra import lower
from gradcli.program.dimensions import polynomial
from gradcli.program.graph import Graph, Node
from gradcli.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from gradcli.program.algebra import Factors, Rational
    from gradcli.program.dimensions import Dims, Size
    from gradcli.rules.rule import Rule


class ArrayGraph(Graph):
    """A graph of arrays: `symmetric` names the symmetric variables, `decimal` says how numbers are printed.

    `pieces` keeps what the writer has written: how long a text becomes decides between equal forms.
    """

    __slots__ = ("decimal", "partials", "pieces", "symmetric")

    def __init__(self, symmetric: Iterable[str] = (), decimal: bool = False) -> None:
        super().__init__()
        self.symmetric = frozenset(symmetric)
        self.decimal = decimal
        self.pieces: dict[Any, Any] = {}
        self.partials: dict[Any, Node] = {}
        self.guards = None


def number(graph: Graph, value: Rational) -> Node:
    """An exact number."""
    return algebra.number(graph, value)


def variable(graph: Graph, name: str, shape: Any = ()) -> Node:
    """The node of a variable."""
    return graph.intern("variable", (), name, shape)


def dimension(graph: Graph, size: Size) -> Node:
    """A size as a number."""
    terms: Factors = []
    for monomial, factor in polynomial(size).items():
        letters: Factors = [(graph.intern("dimension", (), letter), 1) for letter in monomial]
        terms.append((algebra.multiply(graph, letters), factor))
    return algebra.add(graph, terms)


def entries(graph: Graph, shape: Any) -> Node:
    """How many entries an array has."""
    return algebra.multiply(graph, [(dimension(graph, shape[0]), 1), (dimension(graph, shape[1]), 1)])


def ones(graph: Graph, shape: Any) -> Node:
    """An array of ones."""
    return graph.intern("fill", (number(graph, 1),), shape, shape)


def zeros(graph: Graph, shape: Any) -> Node:
    """An array of zeros."""
    return graph.intern("fill", (number(graph, 0),), shape, shape)


def eye(graph: Graph, size: Size) -> Node:
    """The identity matrix."""
    return graph.intern("eye", (), size, (size, size))


def fill(graph: Graph, value: Node, shape: Any) -> Node:
    """A scalar in every entry."""
    return scale(graph, value, ones(graph, shape))


def filled(graph: Graph, node: Node, shape: Any) -> Node:
    """The node itself if it is an array, else the scalar in every entry."""
    return node if node.shape else fill(graph, node, shape)


def is_ones(node: Node) -> bool:
    return node.op == "fill" and node.args[0].data == 1


def is_zeros(node: Node) -> bool:
    return node.op == "fill" and node.args[0].data == 0


def is_column(node: Node) -> bool:
    return node.shape != () and node.shape[1] == 1


def quotient(a: Rational, b: Rational) -> Rational:
    """a/b exactly."""
    if type(a) is int and type(b) is int:
        return algebra.ratio(a, b) if b > 0 else algebra.ratio(-a, -b)
    return lower(a / b)


def scalar_part(graph: Graph, node: Node) -> tuple[Rational, Node | None]:
    """A scalar as number · rest (rest None for a number)."""
    if node.op == "number":
        return node.data, None
    if node.op == "sum" and len(node.args) == 1 and not node.data[1]:
        return node.data[0][0], node.args[0]
    if node.op == "sum" and (node.data[1] or node.data[0][0]) < 0:
        return -1, negative_scalar(graph, node)
    return 1, node


def negative_scalar(graph: Graph, node: Node) -> Node:
    """-node for a scalar sum, term by term."""
    coefficients, constant = node.data
    return graph.intern("sum", node.args, (tuple([-c for c in coefficients]), -constant))


def array_part(node: Node) -> tuple[Rational, Node | None, Node]:
    """An array as number · scalar · core."""
    factor: Rational = 1
    if node.op == "sum" and len(node.args) == 1:
        factor, node = node.data[0][0], node.args[0]
    scalar: Node | None = None
    if node.op == "scale":
        scalar, node = node.args
    return factor, scalar, node


def signed_part(graph: Graph, node: Node) -> tuple[Rational, Node | None, Node]:
    """The same with every sum inside the core turned so that its first term is positive."""
    factor, scalar, core = array_part(node)
    sign, core = normal(graph, core)
    return factor * sign, scalar, core


def normal(graph: Graph, node: Node) -> tuple[int, Node]:
    """A core as sign · core in which the first term of every sum is positive: what like terms are collected by."""
    if is_turned(node):
        return -1, negative_sum(graph, node)
    if node.op == "scale":
        sign, core = normal(graph, node.args[1])
        front, scalar = scalar_part(graph, node.args[0])
        if front == -1 and scalar is not None:
            return -sign, graph.intern("scale", (scalar, core), None, node.shape)
        return sign, node if sign == 1 else graph.intern("scale", (node.args[0], core), None, node.shape)
    if node.op not in ("matmul", "product") or not any(is_turned(arg) for arg in node.args):
        return 1, node
    exponents = node.data if node.op == "product" else (1,) * len(node.args)
    turn = [is_turned(arg) and type(e) is int for arg, e in zip(node.args, exponents, strict=True)]
    args = [negative_sum(graph, arg) if t else arg for arg, t in zip(node.args, turn, strict=True)]
    sign = -1 if sum(e % 2 for e, t in zip(exponents, turn, strict=True) if t) % 2 else 1
    if node.op == "matmul":
        return sign, graph.intern("matmul", tuple(args), None, node.shape)
    return sign, entrywise(graph, dict(zip(args, exponents, strict=True)), node.shape)


def is_turned(node: Node) -> bool:
    """A sum of several terms with a minus: of its ones or identity, else of its first term."""
    if node.op != "sum" or len(node.args) == 1:
        return False
    return sum_sign(node) < 0


def sum_sign(node: Node) -> int:
    """The sign of a sum: that of its ones or identity, else that of its first term."""
    coefficients = node.data[0]
    places = [i for i, term in enumerate(node.args) if term.op in ("eye", "fill")]
    return -1 if coefficients[places[0] if places else 0] < 0 else 1


def scale(graph: Graph, scalar: Node, array: Node, factor: Rational = 1) -> Node:
    """factor · scalar · array, for an array (or a scalar) `array`."""
    if not array.shape:
        return algebra.multiply(graph, [(scalar, 1), (array, 1)], factor)
    number_part, rest = scalar_part(graph, scalar)
    other, inner, core = signed_part(graph, array)
    factor = lower(factor * number_part * other)
    if inner is not None:
        number_part, rest = scalar_part(graph, 
            inner if rest is None else algebra.multiply(graph, [(rest, 1), (inner, 1)])
        )
        factor = lower(factor * number_part)
    if not factor or is_zeros(core):
        return zeros(graph, array.shape)
    if rest is not None:
        softened = as_softmax(graph, rest, core)
        if softened is not None:
            return scale(graph, softened[0], softened[1], factor)
        core = graph.intern("scale", (rest, core), None, array.shape)
    return core if factor == 1 else add(graph, [(core, factor)])


def as_softmax(graph: Graph, scalar: Node, core: Node) -> tuple[Node, Node] | None:
    """exp(u)/sum(exp(u)) is softmax(u), also inside a product."""
    bases = scalar_powers(scalar)
    parts = dict(zip(core.args, core.data, strict=True)) if core.op == "product" else {core: 1}
    for base, exponent in bases.items():
        if base.op == "total" and type(exponent) is int and exponent < 0:
            (whole,) = base.args
            if whole.op == "call" and whole.data.name == "exp" and parts.get(whole, 0) > 0:
                from gradcli.program.reductions import softmax

                parts[whole] -= 1
                soft = softmax(graph, whole.args[0], None)
                rest = algebra.multiply(graph, [(b, e + (b is base)) for b, e in bases.items()])
                return rest, hadamard(graph, [*[(b, e) for b, e in parts.items() if e], (soft, 1)], core.shape)
    return None


def scalar_powers(node: Node) -> dict[Node, Rational]:
    """A scalar without a number in front as base -> exponent."""
    return dict(zip(node.args, node.data, strict=True)) if node.op == "product" else {node: 1}


# ------------------------------------------------------------------------------------------------ sums


def add(graph: Graph, items: Iterable[tuple[Node, Rational]]) -> Node:
    """Σ coefficient·array, like terms collected, nested sums with coefficient ±1 merged; terms join where that is shorter."""
    terms: dict[Node, Rational] = {}
    shape: Any = ()
    for node, factor in items:
        shape = node.shape
        if node.op == "sum" and (factor in (1, -1) or len(node.args) == 1):
            for term, coefficient in zip(node.args, node.data[0], strict=True):
                sign, core = normal(graph, term)
                terms[core] = terms.get(core, 0) + factor * coefficient * sign
        elif not is_zeros(node):
            sign, node = normal(graph, node)
            terms[node] = terms.get(node, 0) + factor * sign
    terms = {node: lower(factor) for node, factor in terms.items() if factor}
    if len(terms) > 1:
        terms = merge_terms(graph, terms)
        if len(terms) > 1:
            from gradcli.program.joins import join

            terms = join(graph, terms)
    return sum_node(graph, terms, shape)


def sum_node(graph: Graph, terms: dict[Node, Rational], shape: Any) -> Node:
    """The node of collected terms."""
    if not terms:
        return zeros(graph, shape)
    if len(terms) == 1:
        ((node, factor),) = terms.items()
        if factor == 1:
            return node
        if factor < 0:
            turned = flipped(graph, node, factor == -1)
            if turned is not None:
                node, factor = turned, -factor
                if factor == 1:
                    return node
        if node.op == "sum" and (factor == -1 or len(node.args) == 1):
            return add(graph, [(node, factor)])
        return graph.intern("sum", (node,), ((factor,), 0), shape)
    nodes = in_order(graph, terms)
    return graph.intern("sum", tuple(nodes), (tuple([terms[node] for node in nodes]), 0), shape)


def in_order(graph: Graph, nodes: Iterable[Node]) -> list[Node]:
    """Nodes in the order of the source. A node and its transpose have one place, so that transposes keep signs."""
    nodes = list(nodes)
    if len(nodes) == 1:
        return nodes
    return sorted(nodes, key=lambda node: min(node.serial, transpose(graph, node).serial))


def flipped(graph: Graph, node: Node, inside: bool) -> Node | None:
    """-node by turning A - b into b - A; with `inside` also where the sum is one factor of several."""
    if can_flip(node):
        return negative_sum(graph, node)
    if node.op == "scale":
        scalar, array = node.args
        turned = flipped(graph, array, inside)
        if turned is not None:
            return graph.intern("scale", (scalar, turned), None, node.shape)
        if scalar.op == "sum" and min(*scalar.data[0], scalar.data[1]) < 0:
            return graph.intern("scale", (negative_scalar(graph, scalar), array), None, node.shape)
        return None
    if node.op != "product" and not (inside and node.op == "matmul"):
        return None
    for i, factor in enumerate(node.args):
        if can_flip(factor) and (node.op == "matmul" or (type(node.data[i]) is int and node.data[i] % 2)):
            args = [*node.args[:i], negative_sum(graph, factor), *node.args[i + 1 :]]
            if node.op == "matmul":
                return graph.intern("matmul", tuple(args), None, node.shape)
            powers = dict(zip(args, node.data, strict=True))
            bases = in_order(graph, powers)
            return graph.intern("product", tuple(bases), tuple([powers[base] for base in bases]), node.shape)
    return None


def can_flip(node: Node) -> bool:
    """A sum whose negative reads no longer."""
    return node.op == "sum" and len(node.args) > 1 and min(node.data[0]) < 0


def negative_sum(graph: Graph, node: Node) -> Node:
    """-(A - b) as b - A."""
    return graph.intern("sum", node.args, (tuple([-c for c in node.data[0]]), 0), node.shape)


def merge_terms(graph: Graph, terms: dict[Node, Rational]) -> dict[Node, Rational]:
    """Terms that are always shorter together: branches of one condition, diagonals, 1 - sigmoid(-u)."""
    kinds = {node.op for node in terms}
    if "where" in kinds:
        terms = merge_branches(graph, terms)
    if "diag" in kinds:
        terms = merge_diagonals(graph, terms)
    if "fill" in kinds and "call" in kinds:
        terms = merge_sigmoid(graph, terms)
    if "scale" in kinds:
        terms = merge_ones(graph, terms)
    return terms


def merge_ones(graph: Graph, terms: dict[Node, Rational]) -> dict[Node, Rational]:
    """s·ones + t·ones is (s + t)·ones: scalars that are spread are added as scalars."""
    parts = [(node, factor) for node, factor in terms.items() if is_ones(array_part(node)[2])]
    if len(parts) > 1:
        scalars: Factors = []
        for node, factor in parts:
            del terms[node]
            scalars.append((number(graph, 1) if node.op == "fill" else node.args[0], factor))
        add_term(graph, terms, fill(graph, algebra.add(graph, scalars), parts[0][0].shape))
    return terms


def merge_branches(graph: Graph, terms: dict[Node, Rational]) -> dict[Node, Rational]:
    """where(c, p, 0) + where(c, 0, q) is where(c, p, q)."""
    groups: dict[Node, list[tuple[Node, Rational]]] = {}
    for node, factor in terms.items():
        if node.op == "where":
            groups.setdefault(node.args[0], []).append((node, factor))
    for condition, group in groups.items():
        if len(group) > 1:
            for node, _ in group:
                del terms[node]
            yes, no = (add(graph, [(node.args[i], factor) for node, factor in group]) for i in (1, 2))
            add_term(graph, terms, where(graph, condition, yes, no))
    return terms


def add_term(graph: Graph, terms: dict[Node, Rational], node: Node, factor: Rational = 1) -> None:
    """Put another term into collected terms."""
    if is_zeros(node):
        return
    parts = zip(node.args, node.data[0], strict=True) if node.op == "sum" else [(node, 1)]
    for part, coefficient in parts:
        value = terms.pop(part, 0) + factor * coefficient
        if value:
            terms[part] = lower(value)


def merge_diagonals(graph: Graph, terms: dict[Node, Rational]) -> dict[Node, Rational]:
    """diag(u) + diag(v) is diag(u + v)."""
    parts = [(node, factor) for node, factor in terms.items() if node.op == "diag"]
    if len(parts) > 1:
        from gradcli.program.chains import diag

        for node, _ in parts:
            del terms[node]
        add_term(graph, terms, diag(graph, add(graph, [(node.args[0], factor) for node, factor in parts])))
    return terms


def merge_sigmoid(graph: Graph, terms: dict[Node, Rational]) -> dict[Node, Rational]:
    """1 - sigmoid(-u) is sigmoid(u)."""
    for node, factor in list(terms.items()):
        if node.op == "call" and node.data.name == "sigmoid" and is_negative(node.args[0]):
            one = ones(graph, node.shape)
            if terms.get(one) == -factor:
                del terms[one], terms[node]
                add_term(graph, terms, call(graph, node.data, (add(graph, [(node.args[0], -1)]),)), -factor)
    return terms


def is_negative(node: Node) -> bool:
    """One term with a negative number in front."""
    return node.op == "sum" and len(node.args) == 1 and node.data[0][0] < 0


# ------------------------------------------------------------------------------- products entry by entry


class Hadamard:
    """An elementwise product while it is collected: number · scalars · Π bases ∘ diagonals ∘ repeated columns and rows."""

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
            elif op == "product" and (whole or can_root(node, exponent)):
                work += [(base, lower(e * exponent)) for base, e in zip(node.args, node.data, strict=True)]
            elif whole and (turned := normal(self.graph, node))[0] < 0:
                self.factor *= -1 if exponent % 2 else 1
                work.append((turned[1], exponent))
            elif not self.special(node, exponent):
                self.powers[node] = lower(self.powers.get(node, 0) + exponent)

    def number_power(self, base: Rational, exponent: Rational) -> Rational | None:
        """base**exponent where it may leave the root: whole exponents, or positive numbers with exact roots."""
        if type(exponent) is int:
            return algebra.rational_power(base, exponent)
        return algebra.exact_power(base, exponent) if base > 0 else None

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
            from gradcli.program.chains import matmul

            kept = node.args[:-1] if ends > 0 else node.args[1:]
            (self.columns if ends > 0 else self.rows).append((matmul(self.graph, kept), exponent))
        return bool(ends)


def repeated_ends(node: Node) -> int:
    """1 for a repeated column (a chain that ends with a row of ones), -1 for a repeated row, else 0."""
    if node.op == "matmul" and node.shape:
        if is_ones(node.args[-1]) and node.args[-1].shape[0] == 1:
            return 1
        if is_ones(node.args[0]) and is_column(node.args[0]):
            return -1
    return 0


def can_root(node: Node, exponent: Rational) -> bool:
    """May (b**e)**exponent become b**(e·exponent)? For a single root (it needs b >= 0)."""
    return len(node.args) == 1 and type(node.data[0]) is not int


def hadamard(graph: Graph, items: Iterable[tuple[Node, Rational]], shape: Any, factor: Rational = 1) -> Node:
    """factor · Π arrayᵢ**exponentᵢ entry by entry; scalars among the items are scalars in front."""
    collected = Hadamard(graph)
    collected.factor = factor
    for node, exponent in items:
        if node.shape:
            collected.take(node, exponent)
        else:
            collected.scalars.append((node, exponent))
    if collected.zero:
        return zeros(graph, shape)
    core = entrywise(graph, collected.powers, shape)
    if collected.diagonals:
        core = on_diagonal(graph, collected.diagonals, core)
    if collected.columns or collected.rows:
        core = spread_over(graph, collected, core, shape)
    return scale(graph, algebra.multiply(graph, collected.scalars), core, collected.factor)


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
    """abs(u)**2 is u**2, u*sign(u) is abs(u), 1/(1 + exp(-u)) is sigmoid(u), relu(u)*where(u > 0, 1, 0) is relu(u)."""
    for node in list(powers):
        exponent = powers.get(node, 0)
        if not exponent:
            continue
        if node.op == "call":
            simplify_call(graph, powers, node, exponent)
        elif node.op == "where" and type(exponent) is int and exponent > 0:
            if covered(powers, node):
                powers[node] = 0
        elif node.op == "sum" and exponent < 0 and type(exponent) is int:
            inner = one_plus_exp(node)
            if inner is not None:
                powers[node] = 0
                negative = add(graph, [(inner, -1)])
                soft = call(graph, RULES["sigmoid"], (negative,))
                powers[soft] = powers.get(soft, 0) - exponent
                exponential = call(graph, RULES["exp"], (inner,))
                if powers.get(exponential, 0) > 0:
                    merge_exp_sigmoid(graph, powers, exponential, soft)
    return powers


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
        absolute = call(graph, RULES["abs"], (argument,))
        powers[absolute] = powers.get(absolute, 0) + 1
    elif name in RATIOS and type(exponent) is int and exponent > 0:
        below, result = RATIOS[name]
        other = call(graph, RULES[below], (argument,))
        count = min(exponent, -powers.get(other, 0))
        if count > 0:
            powers[node] -= count
            powers[other] += count
            merged = call(graph, RULES[result], (argument,))
            powers[merged] = powers.get(merged, 0) + count
    elif name == "sigmoid" and exponent > 0:
        exponential = call(graph, RULES["exp"], (add(graph, [(argument, -1)]),))
        if exponential.op == "call" and powers.get(exponential, 0) > 0:
            merge_exp_sigmoid(graph, powers, exponential, node)


def merge_exp_sigmoid(graph: Graph, powers: dict[Node, Rational], exponential: Node, soft: Node) -> None:
    """exp(u)*sigmoid(-u) is sigmoid(u)."""
    count = min(powers[exponential], powers[soft])
    powers[exponential] -= count
    powers[soft] -= count
    other = call(graph, RULES["sigmoid"], (exponential.args[0],))
    powers[other] = powers.get(other, 0) + count


def one_plus_exp(node: Node) -> Node | None:
    """u of 1 + exp(u), else None."""
    if node.op == "sum" and len(node.args) == 2 and node.data[0] == (1, 1):
        for one, other in (node.args, node.args[::-1]):
            if is_ones(one) and other.op == "call" and other.data.name == "exp":
                return other.args[0]
    return None


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


def is_nought(node: Node) -> bool:
    return is_zeros(node) or (node.op == "number" and not node.data)


def on_diagonal(graph: Graph, diagonals: Sequence[Node], core: Node) -> Node:
    """diag(u)∘A is diag(u∘diagonal(A)), eye∘A is diag(diagonal(A))."""
    from gradcli.program.chains import diag, diagonal

    vectors: Factors = [(node.args[0], 1) for node in diagonals if node.op == "diag"]
    inner = diagonal(graph, core)
    return diag(graph, hadamard(graph, [*vectors, (inner, 1)], inner.shape))


def spread_over(graph: Graph, collected: Hadamard, core: Node, shape: Any) -> Node:
    """Repeated columns and rows: diag(u)@A@diag(v), and u@v' where nothing else is left."""
    from gradcli.program.chains import diag, matmul

    column = hadamard(graph, collected.columns, (shape[0], 1))
    row = hadamard(graph, [(transpose(graph, node), e) for node, e in collected.rows], (shape[1], 1))
    if is_ones(core):
        return matmul(graph, [column, transpose(graph, row)])
    return matmul(graph, [diag(graph, column), core, diag(graph, row)])


def power(graph: Graph, base: Node, exponent: Node) -> Node:
    """base**exponent entry by entry; both of one shape, or scalars."""
    if not base.shape and not exponent.shape:
        return scalar_power(graph, base, exponent)
    shape = base.shape or exponent.shape
    value = constant_entry(exponent)
    if value is not None:
        return hadamard(graph, [(filled(graph, base, shape), value)], shape)
    if not base.shape and base.op == "constant" and base.data == "e":
        return call(graph, RULES["exp"], (exponent,))
    return graph.intern("power", (filled(graph, base, shape), filled(graph, exponent, shape)), None, shape)


def constant_entry(node: Node) -> Rational | None:
    """The number in every entry, or None."""
    if node.op == "number":
        return node.data  # type: ignore[no-any-return]
    if node.op == "fill":
        return node.args[0].data  # type: ignore[no-any-return]
    if node.op == "sum" and len(node.args) == 1 and is_ones(node.args[0]):
        return node.data[0][0]  # type: ignore[no-any-return]
    return None


def fill_value(graph: Graph, node: Node) -> Node | None:
    """The scalar that stands in every entry, or None where the entries differ."""
    value = constant_entry(node)
    if value is not None:
        return number(graph, value)
    factor, scalar, core = array_part(node)
    if scalar is not None and is_ones(core):
        return algebra.add(graph, [(scalar, factor)])
    return None


def scalar_power(graph: Graph, base: Node, exponent: Node) -> Node:
    """base**exponent of scalars; roots of what cannot be negative are taken factor by factor."""
    if exponent.op == "number":
        return raise_scalar(graph, base, exponent.data)
    return algebra.power(graph, base, exponent)


def raise_scalar(graph: Graph, base: Node, exponent: Rational) -> Node:
    """base**exponent: sqrt(norm(x)**2) is norm(x)."""
    if type(exponent) is not int:
        factor, rest = scalar_part(graph, base)
        root = algebra.exact_power(factor, exponent) if factor > 0 else None
        if rest is not None and root is not None and rest.op == "product":
            known = [(b, e) for b, e in zip(rest.args, rest.data, strict=True) if is_nonnegative(b)]
            others = [(b, e) for b, e in zip(rest.args, rest.data, strict=True) if not is_nonnegative(b)]
            if known:
                outside: Factors = [(b, lower(e * exponent)) for b, e in known]
                if others:
                    outside.append((algebra.multiply(graph, others), exponent))
                return algebra.multiply(graph, outside, root)
    return algebra.multiply(graph, [(base, exponent)])


def is_nonnegative(node: Node) -> bool:
    """A scalar that is never negative, whatever its variables are."""
    return node.op in ("norm", "dimension") or (node.op == "call" and node.data.name in ("exp", "sigmoid", "softplus"))


# --------------------------------------------------------------------------------------- functions, branches


def call(graph: Graph, rule: Rule, args: Sequence[Node]) -> Node:
    """A row's function entry by entry; all arrays have one shape, scalars go into every entry."""
    shape: Any = next((arg.shape for arg in args if arg.shape), ())
    if not shape:
        return scalar_call(graph, rule, args)
    name = rule.name
    values = [fill_value(graph, arg) if arg.shape else arg for arg in args]
    inner = [value for value in values if value is not None]
    if len(inner) == len(args):
        return fill(graph, scalar_call(graph, rule, inner), shape)
    args = tuple([filled(graph, arg, shape) for arg in args])
    if len(args) > 1:
        return graph.intern("call", args, rule, shape)
    (argument,) = args
    if name == "sqrt":
        return hadamard(graph, [(argument, algebra.ratio(1, 2))], shape)
    if (rule.odd or rule.even) and is_negative(argument):
        positive = call(graph, rule, (add(graph, [(argument, -1)]),))
        return add(graph, [(positive, -1)]) if rule.odd else positive
    if argument.op == "call" and argument.data.inverse == name:
        return argument.args[0]
    if name == "abs" and ((argument.op == "call" and argument.data.name == "abs") or algebra.is_square(argument)):
        return argument
    return repeated_call(graph, rule, argument) or spelled_call(graph, name, argument) or graph.intern(
        "call", args, rule, shape
    )


def repeated_call(graph: Graph, rule: Rule, argument: Node) -> Node | None:
    """A function of a repeated column or row is the repeated function."""
    factor, scalar, core = array_part(argument)
    ends = repeated_ends(core)
    if not ends:
        return None
    from gradcli.program.chains import matmul

    front = number(graph, factor) if scalar is None else algebra.add(graph, [(scalar, factor)])
    if ends > 0:
        return matmul(graph, [call(graph, rule, (scale(graph, front, matmul(graph, core.args[:-1])),)), core.args[-1]])
    return matmul(graph, [core.args[0], call(graph, rule, (scale(graph, front, matmul(graph, core.args[1:])),))])


def spelled_call(graph: Graph, name: str, argument: Node) -> Node | None:
    """log(1 + exp(u)) is softplus(u), log(sigmoid(u)) is -softplus(-u), log(softmax(u)) is u - logsumexp(u)."""
    if name == "log1p" and argument.op == "call" and argument.data.name == "exp":
        return call(graph, RULES["softplus"], argument.args)
    if name == "logsigmoid":
        return add(graph, [(call(graph, RULES["softplus"], (add(graph, [(argument, -1)]),)), -1)])
    if name != "log":
        return None
    inner = one_plus_exp(argument)
    if inner is not None:
        return call(graph, RULES["softplus"], (inner,))
    if argument.op == "call" and argument.data.name == "sigmoid":
        return add(graph, [(call(graph, RULES["softplus"], (add(graph, [(argument.args[0], -1)]),)), -1)])
    inner = one_minus_sigmoid(argument)
    if inner is not None:
        return add(graph, [(call(graph, RULES["softplus"], (inner,)), -1)])
    if argument.op == "softmax":
        from gradcli.program.reductions import log_softmax

        return log_softmax(graph, argument.args[0], argument.data)
    return None


def one_minus_sigmoid(node: Node) -> Node | None:
    """u of 1 - sigmoid(u), else None."""
    if node.op == "sum" and len(node.args) == 2:
        for (one, c), (other, d) in (pairs := list(zip(node.args, node.data[0], strict=True))), pairs[::-1]:
            if is_ones(one) and (c, d) == (1, -1) and other.op == "call" and other.data.name == "sigmoid":
                return other.args[0]
    return None


def scalar_call(graph: Graph, rule: Rule, args: Sequence[Node]) -> Node:
    """A row's function of scalars: log(det(A)) is logdet(A), log(sum(exp(u))) is logsumexp(u)."""
    name = rule.name
    if name == "sqrt":
        return raise_scalar(graph, args[0], algebra.ratio(1, 2))
    if name == "log":
        (argument,) = args
        if argument.op == "det":
            return graph.intern("logdet", argument.args)
        if argument.op == "total" and argument.args[0].op == "call" and argument.args[0].data.name == "exp":
            from gradcli.program.reductions import logsumexp

            return logsumexp(graph, argument.args[0].args[0], None)
        found = scalar_softplus(graph, argument)
        if found is not None:
            return found
    return algebra.call(graph, rule, args)


def scalar_softplus(graph: Graph, argument: Node) -> Node | None:
    """log(1 + exp(u)) is softplus(u), log(sigmoid(u)) is -softplus(-u)."""
    if argument.op == "call" and argument.data.name == "sigmoid":
        negative = algebra.add(graph, [(argument.args[0], -1)])
        return algebra.add(graph, [(algebra.call(graph, RULES["softplus"], (negative,)), -1)])
    if argument.op == "sum" and len(argument.args) == 1 and argument.data[1] == 1:
        (inner,) = argument.args
        if inner.op == "call" and inner.data.name == "exp" and argument.data[0] == (1,):
            return algebra.call(graph, RULES["softplus"], inner.args)
        if inner.op == "call" and inner.data.name == "sigmoid" and argument.data[0] == (-1,):
            return algebra.add(graph, [(algebra.call(graph, RULES["softplus"], inner.args), -1)])
    return None


def where(graph: Graph, condition: Node, yes: Node, no: Node) -> Node:
    """`yes` where the condition holds, else `no`, entry by entry."""
    shape: Any = condition.shape or yes.shape or no.shape
    if not shape:
        return algebra.where(graph, condition, yes, no)
    yes, no = filled(graph, yes, shape), filled(graph, no, shape)
    if condition.op == "truth":
        return yes if condition.data else no
    return yes if yes is no else graph.intern("where", (condition, yes, no), None, shape)


def compare(graph: Graph, op: str, left: Node, right: Node) -> Node:
    """A truth value in every entry."""
    shape: Any = left.shape or right.shape
    if not shape:
        return algebra.compare(graph, op, left, right)
    return graph.intern("compare", (filled(graph, left, shape), filled(graph, right, shape)), op, shape)


def logic(graph: Graph, op: str, args: Sequence[Node]) -> Node:
    """`and`, `or`, `not` of conditions; of a scalar and an array one the scalar stays a scalar."""
    shape: Any = next((arg.shape for arg in args if arg.shape), ())
    if not shape:
        return algebra.logic(graph, op, args)
    return graph.intern(op, tuple(args), None, shape)


# ------------------------------------------------------------------------------------------- transposes


def turned(shape: Any) -> Dims:
    """The shape of the transpose."""
    return (shape[1], shape[0])


def transpose(graph: Graph, node: Node) -> Node:
    """The transpose, pushed inwards to the variables. Explicit stack: sums nest deep."""
    if not node.shape:
        return node
    memo = graph.pieces  # type: ignore[attr-defined]
    found = memo.get(("T", node))
    if found is not None:
        return found  # type: ignore[no-any-return]
    stack = [node]
    while stack:
        here = stack[-1]
        waiting = [arg for arg in inner_arrays(here) if ("T", arg) not in memo]
        if waiting and ("T", here) not in memo:
            stack.extend(waiting)
            continue
        stack.pop()
        if ("T", here) not in memo:
            other = TRANSPOSES.get(here.op, transpose_leaf)(graph, here, [memo["T", arg] for arg in inner_arrays(here)])
            memo["T", here] = other
            memo.setdefault(("T", other), here)
    return memo["T", node]  # type: ignore[no-any-return]


def inner_arrays(node: Node) -> Sequence[Node]:
    """The arguments that are transposed when the node is."""
    if node.op in ("transpose", "variable", "diag", "vec", "diagonal"):
        return ()
    return [arg for arg in node.args if arg.shape]


def transpose_leaf(graph: Graph, node: Node, inner: Sequence[Node]) -> Node:
    """A variable, or what has no other form."""
    return graph.intern("transpose", (node,), None, turned(node.shape))


def transpose_same(graph: Graph, node: Node, inner: Sequence[Node]) -> Node:
    return node


def transpose_map(graph: Graph, node: Node, inner: Sequence[Node]) -> Node:
    """Entry by entry: the same operation on the transposes."""
    values = iter(inner)
    args = tuple([next(values) if arg.shape else arg for arg in node.args])
    if node.op == "product":
        return hadamard(graph, zip(args, node.data, strict=True), turned(node.shape))
    if node.op == "call":
        return call(graph, node.data, args)
    return graph.intern(node.op, args, node.data, turned(node.shape))


def transpose_sum(graph: Graph, node: Node, inner: Sequence[Node]) -> Node:
    terms = dict(zip(inner, node.data[0], strict=True))
    if len(terms) < len(inner):
        return add(graph, zip(inner, node.data[0], strict=True))
    return sum_node(graph, terms, turned(node.shape))


def transpose_scale(graph: Graph, node: Node, inner: Sequence[Node]) -> Node:
    return scale(graph, node.args[0], inner[0])


def transpose_chain(graph: Graph, node: Node, inner: Sequence[Node]) -> Node:
    from gradcli.program.chains import matmul

    return matmul(graph, inner[::-1])


def transpose_inverse(graph: Graph, node: Node, inner: Sequence[Node]) -> Node:
    return graph.intern("inv", (inner[0],), None, node.shape)


def transpose_kron(graph: Graph, node: Node, inner: Sequence[Node]) -> Node:
    return graph.intern("kron", tuple(inner), None, turned(node.shape))


def transpose_axis(graph: Graph, node: Node, inner: Sequence[Node]) -> Node:
    """Functions along an axis: along the other one."""
    data = node.data
    if type(data) is tuple:
        data = (data[0], other_axis(data[1]))
    else:
        data = other_axis(data)
    return graph.intern(node.op, tuple(inner), data, turned(node.shape))


def other_axis(axis: int | None) -> int | None:
    return None if axis is None else 1 - axis


TRANSPOSES: dict[str, Any] = {
    "variable": lambda graph, node, inner: (
        node if node.data in graph.symmetric else transpose_leaf(graph, node, inner)
    ),
    "transpose": lambda graph, node, inner: node.args[0],
    "fill": lambda graph, node, inner: graph.intern("fill", node.args, turned(node.data), turned(node.shape)),
    "eye": transpose_same,
    "diag": transpose_same,
    "sum": transpose_sum,
    "scale": transpose_scale,
    "product": transpose_map,
    "power": transpose_map,
    "call": transpose_map,
    "where": transpose_map,
    "compare": transpose_map,
    "and": transpose_map,
    "or": transpose_map,
    "not": transpose_map,
    "matmul": transpose_chain,
    "inv": transpose_inverse,
    "kron": transpose_kron,
    "softmax": transpose_axis,
    "cumsum": transpose_axis,
    "lse": transpose_axis,
    "prod": transpose_axis,
    "extreme": transpose_axis,
    "concat": transpose_axis,
    "pick": lambda graph, node, inner: graph.intern("pick", tuple(inner), node.data[::-1], turned(node.shape)),
    "commutation": lambda graph, node, inner: graph.intern("commutation", (), node.data[::-1], node.shape),
}
