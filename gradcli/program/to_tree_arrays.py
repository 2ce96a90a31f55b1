"""Array nodes become syntax again, as short as a textbook writes it: transposes where they cost least, signs first.

Every node is written once, bottom up, with its length in tokens and how tightly its outermost operator binds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from gradcli.program.bound.integrals import bound_tree
from gradcli.program.dimensions import polynomial
from gradcli.program.forms.kronecker import as_products
from gradcli.program.forms.parts import array_part, is_ones, is_zeros, magnitude, repeated_ends
from gradcli.program.forms.statistics import take_statistics
from gradcli.program.forms.transpose import transpose
from gradcli.program.to_tree import WRITERS as TREES
from gradcli.program.to_tree import (
    TreeWriter,
    Written,
    factor_order,
    is_link,
    is_polynomial,
    leibniz_name,
    places_of,
    terminates,
)
from gradcli.rules.bound import BoundRule
from gradcli.text.tree import (
    ENTRYWISE_ABS,
    ENTRYWISE_POWER,
    ENTRYWISE_PRODUCT,
    Binary,
    Call,
    Index,
    Name,
    Number,
    Slice,
    Text,
    Transpose,
    Tree,
    Unary,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from gradcli.program.dimensions import Size
    from gradcli.program.graph import Graph, Node, Rational

COMPARE, SUM, PRODUCT, MINUS, POWER, POSTFIX, ATOM = 4, 10, 20, 30, 40, 50, 100
LEVELS: Mapping[str, tuple[int, int, int]] = {
    "or": (1, 1, 2),
    "and": (2, 2, 3),
    **dict.fromkeys(("<", "<=", ">", ">=", "==", "!="), (COMPARE, SUM, SUM)),
    "+": (SUM, SUM, PRODUCT),
    "-": (SUM, SUM, PRODUCT),
    "*": (PRODUCT, PRODUCT, MINUS),
    "/": (PRODUCT, PRODUCT, MINUS),
    "@": (PRODUCT, PRODUCT, MINUS),
    "**": (POWER, POWER + 1, POWER),
}
"""How tightly each operator binds, and how tightly its operands must bind to need no brackets."""

LIFTED = ("inv", "softmax", "call", "cumsum", "expm", "sqrtm", "pinv", "polar", "expm_frechet")
"""Functions of a transpose that are written as the transpose of the function, where that is no longer."""


class Piece(NamedTuple):
    """A written part: tree, tokens, how tightly it binds, whether a minus stands in front, whether it is an array."""

    tree: Tree
    size: int
    level: int
    minus: bool = False
    array: bool = False


def atom(tree: Tree, size: int = 1) -> Piece:
    return Piece(tree, size, ATOM)


def bracketed(piece: Piece, minimum: int, guarded: bool = False) -> int:
    """The tokens of an operand, with the brackets that it needs."""
    return piece.size + 2 * (piece.level < minimum or (guarded and piece.minus))


def binary(op: str, left: Piece, right: Piece) -> Piece:
    """left op right."""
    level, before, after = LEVELS[op]
    size = bracketed(left, before) + 1 + bracketed(right, after, level > COMPARE)
    if left.array and (op == "**" or (op == "*" and right.array)):
        op = ENTRYWISE_POWER if op == "**" else ENTRYWISE_PRODUCT
    minus = left.minus and left.level >= before
    return Piece(Binary(op, left.tree, right.tree), size, level, minus, left.array or right.array)


def called(name: str, args: Sequence[Piece], keywords: Sequence[tuple[str, Piece]] = ()) -> Piece:
    """name(args)."""
    count = len(args) + len(keywords)
    size = 3 + sum(a.size for a in args) + sum(k.size + 2 for _, k in keywords) + max(count - 1, 0)
    words = tuple((word, k.tree) for word, k in keywords)
    return Piece(Call(name, tuple(a.tree for a in args), words), size, ATOM)


def raised(base: Piece, exponent: Piece) -> Piece:
    return binary("**", base, exponent)


def transposed(piece: Piece) -> Piece:
    """piece.T, or without the .T that is there."""
    if type(piece.tree) is Transpose:
        return Piece(piece.tree.operand, piece.size - 1, ATOM)
    return Piece(Transpose(piece.tree), bracketed(piece, POSTFIX) + 1, POSTFIX)


def negative(piece: Piece) -> Piece:
    """The minus sign goes to the first factor: `-2*x` reads as (-2)*x."""
    spine: list[Binary] = []
    tree = piece.tree
    while type(tree) is Binary and tree.op in "*/@":
        spine.append(tree)
        tree = tree.left
    needs = (type(tree) is Binary and LEVELS[tree.op][0] < MINUS) or type(tree) is Unary
    found: Tree = Unary("-", tree)
    for link in reversed(spine):
        found = Binary(link.op, found, link.right)
    size = piece.size + 1 + 2 * (needs and not spine)
    return Piece(found, size, PRODUCT if spine else MINUS, True, piece.array)


def chained(op: str, pieces: Sequence[Piece]) -> Piece:
    """pieces joined from left to right."""
    result = pieces[0]
    for piece in pieces[1:]:
        result = binary(op, result, piece)
    return result


def tokens(graph: Graph, node: Node) -> int:
    """How long the text of a node is."""
    return ArrayTreeWriter(graph).write(node).size


def write_array_trees(
    nodes: Sequence[Node], decimal: bool = False, taken: Collection[str] = (), graph: Graph | None = None
) -> Written:
    """The syntax of each node. `decimal`: 1/2 is written 0.5 where it terminates; `taken`: names not to be given."""
    from gradcli.program.graph import Graph

    writer = ArrayTreeWriter(graph if graph is not None else Graph(decimal=decimal))
    return Written([writer.whole(node).tree for node in nodes], ())


class ArrayTreeWriter:
    """Writes nodes bottom up. What is written is kept with the graph, since lengths are asked for again and again."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.decimal = graph.decimal
        self.best: dict[Any, Piece] = graph.pieces

    def write(self, node: Node) -> Piece:
        """The shortest piece of a node. Explicit stack."""
        stack = [node]
        while stack:
            here = stack[-1]
            if here in self.best:
                stack.pop()
                continue
            forms = self.forms(here)
            waiting = [arg for form in forms for arg in form.args if arg not in self.best]
            if waiting:
                stack.extend(waiting)
                continue
            stack.pop()
            self.best[here] = self.shortest(here, forms)._replace(array=bool(here.shape))
        return self.best[node]

    def whole(self, node: Node) -> Piece:
        """The piece of a whole answer, which stands in no brackets."""
        best = self.write(node)
        direct = self.direct(node)
        return direct if direct.size < best.size else best

    def forms(self, node: Node) -> list[Node]:
        """The node and its transpose: either may be the shorter one to write. Blocks are written as products."""
        if node.op in ("kron_left", "kron_right"):
            return [as_products(self.graph, node)]
        if node.op == "matmul" and not node.shape:
            other = [transpose(self.graph, factor) for factor in reversed(node.args)]
            return [node, self.graph.intern("matmul", tuple(other))]
        if not node.shape or node.op in ("variable", "transpose"):
            return [node]
        other_node = transpose(self.graph, node)
        return [node] if other_node is node or other_node.op == "transpose" else [node, other_node]

    def shortest(self, node: Node, forms: list[Node]) -> Piece:
        """The shorter of the node as it is and the transpose of its transpose."""
        direct = self.direct(forms[0])
        if len(forms) == 1:
            return direct
        other = self.direct(forms[1])
        if node.shape:
            other = transposed(other)
        if node.op in LIFTED and other.size <= direct.size:
            return other if counts_transposes(node) > counts_transposes(forms[1]) else direct
        inside = 2 * (node.op == "sum" and len(node.args) > 1)  # a sum mostly stands in brackets
        return other if other.size < direct.size + inside else direct

    def direct(self, node: Node) -> Piece:
        return WRITERS.get(node.op, ArrayTreeWriter.function)(self, node)

    # ------------------------------------------------------------------------------ numbers, names

    def number(self, node: Node) -> Piece:
        value = node.data
        return negative(self.positive(-value)) if value < 0 else self.positive(value)

    def positive(self, value: Rational) -> Piece:
        """A number that is not negative: 3, 0.5 or 1/3."""
        if type(value) is int:
            return atom(Number(value))
        if self.decimal and terminates(value.denominator):
            return atom(Number(value, True))
        return binary("/", atom(Number(value.numerator)), atom(Number(value.denominator)))

    def named(self, node: Node) -> Piece:
        return atom(Name(str(node.data)))

    def size(self, size: Size) -> Piece:
        """A size: a number, a letter, or m*p."""
        if isinstance(size, int):
            return atom(Number(size))
        parts: list[tuple[bool, Piece]] = []
        for monomial, factor in sorted(polynomial(size).items(), key=lambda item: (-len(item[0]), item[0])):
            numbers = [atom(Number(abs(factor)))] if abs(factor) != 1 or not monomial else []
            parts.append((factor < 0, chained("*", [*numbers, *[atom(Name(letter)) for letter in monomial]])))
        return self.signed(parts)

    def signed(self, parts: list[tuple[bool, Piece]]) -> Piece:
        """Terms with their signs, a positive one first where there is one."""
        first = next((i for i, (minus, _) in enumerate(parts) if not minus), None)
        if first:
            parts.insert(0, parts.pop(first))
        minus, result = parts[0]
        if minus:
            result = negative(result)
        for minus, piece in parts[1:]:
            result = binary("-" if minus else "+", result, piece)
        return result

    # ------------------------------------------------------------------------------ sums, products

    def sum(self, node: Node) -> Piece:
        """Terms in the order of the source; ones and repeated columns spread by themselves beside a whole array."""
        coefficients, constant = node.data
        terms = list(zip(node.args, coefficients, strict=True))
        if any(is_link(term) for term in node.args):
            terms.sort(key=lambda pair: min(factor.serial for factor in pair[0].args or (pair[0],)))
        whole = [term for term, _ in terms if not spreads(term)] if node.shape else []
        diagonal = any(array_part(term)[2].op in ("eye", "diag") for term in whole)
        parts: list[tuple[bool, Piece]] = []
        for term, c in terms:
            if whole and term.op == "scale" and is_ones(term.args[1]) and term.args[0].op == "sum":
                parts += self.spread_sum(term.args[0], c)
            else:
                parts.append((c < 0, self.term(abs(c), term, bool(whole) and not (diagonal and repeats(term)))))
        if constant:
            place = len(parts) if any(is_polynomial(term) for term in node.args) else 0
            parts.insert(place, (constant < 0, self.positive(abs(constant))))
        return self.signed(parts)

    def spread_sum(self, node: Node, factor: Rational) -> list[tuple[bool, Piece]]:
        """The terms of a scalar sum that is spread beside an array: no brackets are needed if it stands alone."""
        coefficients, constant = node.data
        if factor not in (1, -1):
            piece = self.fraction(magnitude(factor), [self.best[node]], [])
            return [(factor < 0, piece)]
        parts = [(c * factor < 0, self.term(abs(c), t)) for t, c in zip(node.args, coefficients, strict=True)]
        if constant:
            parts.append((constant * factor < 0, self.positive(abs(constant))))
        return parts

    def term(self, coefficient: Rational, node: Node, spread: bool = False) -> Piece:
        """coefficient·node for a positive coefficient."""
        _, scalar, core = array_part(node) if node.shape else (1, None, node)
        above: list[Piece] = []
        below: list[Piece] = []
        if scalar is not None:
            self.split(scalar, above, below)
        inner: list[Piece] = []
        if core.op == "product":
            self.split(core, inner, below)
        elif not (spread and spreads(core)):
            inner = [self.best[core]]
        elif core.op == "matmul":
            inner = (
                [chained("@", [self.best[f] for f in core.args[:-1]])]
                if is_ones(core.args[-1])
                else [self.row(core.args[1:])]
            )
        if core.op == "matmul" and len(inner) == 1 and core.shape and not (spread and spreads(core)):
            return self.chain_term(coefficient, above, core, below)
        return self.fraction(coefficient, [*above, *inner], below)

    def chain_term(self, coefficient: Rational, above: list[Piece], core: Node, below: list[Piece]) -> Piece:
        """2*s*A@B@C / below: the scalar stands before the first factor, which needs no brackets then."""
        whole = self.best[core]
        if type(whole.tree) is Transpose:
            return self.fraction(coefficient, [*above, whole], below)
        front, bottom = self.numbers(coefficient, bool(above))
        head = [*front, *above, self.best[core.args[0]]]
        piece = chained("@", [chained("*", head), *[self.best[f] for f in core.args[1:]]])
        below = [*bottom, *below]
        return binary("/", piece, chained("*", below)) if below else piece

    def row(self, factors: Sequence[Node]) -> Piece:
        """A product that is a row."""
        return chained("@", [self.best[f] for f in factors])

    def numbers(self, coefficient: Rational, more: bool) -> tuple[list[Piece], list[Piece]]:
        """A coefficient as what stands above and below the line."""
        top, bottom = coefficient.numerator, coefficient.denominator
        if bottom != 1 and self.decimal and terminates(bottom):
            return [atom(Number(coefficient, True))], []
        return ([atom(Number(top))] if top != 1 else []), ([atom(Number(bottom))] if bottom != 1 else [])

    def fraction(self, coefficient: Rational, above: list[Piece], below: list[Piece]) -> Piece:
        """coefficient · Π above / Π below, for a positive coefficient."""
        front, bottom = self.numbers(coefficient, bool(above))
        above = [*front, *above] or [atom(Number(1))]
        below = [*bottom, *below]
        piece = chained("*", above)
        return binary("/", piece, chained("*", below)) if below else piece

    def split(self, node: Node, above: list[Piece], below: list[Piece]) -> None:
        """The factors above and below the line, variables first."""
        if node.op != "product":
            above.append(self.best[node])
            return
        powers = dict(zip(node.args, node.data, strict=True))
        statistics = [] if node.shape else take_statistics(self.graph, powers)
        pairs = sorted(powers.items(), key=lambda pair: factor_order(pair[0]))
        for base, exponent in pairs:
            if not exponent:
                continue
            (above if exponent > 0 else below).append(self.raised(self.best[base], magnitude(exponent)))
        for name, array, exponent in statistics:
            piece = called(name, [self.write(array)])
            (above if exponent > 0 else below).append(self.raised(piece, magnitude(exponent)))

    def raised(self, base: Piece, exponent: Rational) -> Piece:
        """base**exponent for a positive exponent; square roots by name."""
        if exponent == 1:
            return base
        if type(exponent) is not int and exponent.denominator == 2 and exponent.numerator == 1:
            return called("sqrt", [base])._replace(array=base.array)
        return raised(base, self.positive(exponent))

    def product(self, node: Node) -> Piece:
        return self.term(1, node)

    def scale(self, node: Node) -> Piece:
        return self.term(1, node)

    def power(self, node: Node) -> Piece:
        base, exponent = self.plain_args(node, node.args)
        return raised(base, exponent)

    def plain_args(self, node: Node, args: Sequence[Node]) -> list[Piece]:
        """Arguments of an elementwise operation: what is the same everywhere is written as a scalar beside an array."""
        whole = node.shape and any(arg.shape and not is_constant(arg) for arg in args)
        return [self.entry(arg) if whole and arg.shape and is_constant(arg) else self.best[arg] for arg in args]

    def entry(self, node: Node) -> Piece:
        """The scalar that stands in every entry."""
        if is_zeros(node):
            return atom(Number(0))
        factor, scalar, _ = array_part(node)
        above: list[Piece] = []
        below: list[Piece] = []
        if scalar is not None:
            self.split(scalar, above, below)
        piece = self.fraction(magnitude(factor), above, below)
        return negative(piece) if factor < 0 else piece

    # ------------------------------------------------------------------------------ functions

    def call(self, node: Node) -> Piece:
        """A function by its row's name; nested pairs of max and min are one call."""
        rule = node.data
        args = self.plain_args(node, node.args)
        if isinstance(rule, BoundRule):
            return Piece(bound_tree(TreeWriter(self.decimal), TREES, rule, [arg.tree for arg in args]), 9, ATOM)
        first = args[0].tree
        if rule.variadic and type(first) is Call and first.function == rule.name:
            size = args[0].size + sum(arg.size + 1 for arg in args[1:])
            return Piece(Call(rule.name, (*first.arguments, *[arg.tree for arg in args[1:]])), size, ATOM)
        return called(ENTRYWISE_ABS if rule.name == "abs" and node.shape else rule.name, args)

    def where(self, node: Node) -> Piece:
        whole = node.args[0].shape or not all(is_constant(arg) for arg in node.args[1:])
        parts = [self.entry(arg) if whole and arg.shape and is_constant(arg) else self.best[arg] for arg in node.args]
        return called("where", parts)

    def compare(self, node: Node) -> Piece:
        left, right = self.plain_args(node, node.args)
        return binary(node.data, left, right)

    def logic(self, node: Node) -> Piece:
        if node.op == "not":
            inner = self.best[node.args[0]]
            return Piece(Unary("not", inner.tree), bracketed(inner, 3) + 1, 3)
        return binary(node.op, self.best[node.args[0]], self.best[node.args[1]])

    def truth(self, node: Node) -> Piece:
        return binary("==" if node.data else "!=", atom(Number(0)), atom(Number(0)))

    def abstract(self, node: Node) -> Piece:
        """f(x, y), f'(x), ∂f/∂x."""
        name, orders = node.data
        args = [self.best[arg] for arg in node.args]
        if not any(orders):
            return called(name, args)
        if len(args) == 1:
            return called(name + "'" * orders[0], args)
        return called(leibniz_name(node) or f"{name}_{places_of(orders)}", args)

    # ------------------------------------------------------------------------------ arrays

    def transpose(self, node: Node) -> Piece:
        return transposed(self.best[node.args[0]])

    def matmul(self, node: Node) -> Piece:
        return chained("@", [self.best[factor] for factor in node.args])

    def fill(self, node: Node) -> Piece:
        """ones(n), ones(m, n), zeros(n); a row of them is the transpose of a column."""
        name = "ones" if is_ones(node) else "zeros"
        rows, columns = node.data
        if columns == 1:
            return called(name, [self.size(rows)])
        return called(name, [self.size(rows), self.size(columns)])

    def eye(self, node: Node) -> Piece:
        return called("eye", [self.size(node.data)])

    def function(self, node: Node) -> Piece:
        """Arrays in, by name: mostly that of the operation."""
        return called(FUNCTION_NAMES.get(node.op, node.op), [self.best[arg] for arg in node.args])

    def along(self, node: Node) -> Piece:
        """A function along an axis."""
        name, axis = node.data if type(node.data) is tuple else (FUNCTION_NAMES.get(node.op, node.op), node.data)
        if node.op == "cumsum" and node.args[0].shape[1 - axis] == 1:
            axis = None
        if node.op == "softmax" and axis is None and 1 not in node.shape:
            inner = self.best[node.args[0]]  # over all entries of a matrix, which softmax(B) does not say
            return called("exp", [binary("-", inner, called("logsumexp", [inner]))])
        words = [] if axis is None else [("axis", atom(Number(axis)))]
        return called(name, [self.best[node.args[0]]], words)

    def norm(self, node: Node) -> Piece:
        """norm(A), norm(A, 2), norm(A, "nuc")."""
        return called("norm", [self.best[node.args[0]], *NORM_ORDERS[node.op]])

    def total(self, node: Node) -> Piece:
        return called("sum", [self.best[node.args[0]]])

    def trace(self, node: Node) -> Piece:
        return called("tr", [self.best[node.args[0]]])

    def pick(self, node: Node) -> Piece:
        """x[0], x[1:], X[0,1], X[:,0]."""
        (base,) = node.args
        down, across = node.data
        rows, columns = base.shape  # type: ignore[misc]
        parts = [self.subscript(down, rows)]
        if not (columns == 1 and across in (0, (0, 1))):
            parts.append(self.subscript(across, columns))
        if len(parts) == 2 and across == (0, columns) and isinstance(down, int):
            parts.pop()
        inner = self.best[base]
        size = bracketed(inner, POSTFIX) + 2 + sum(p.size for p in parts) + len(parts) - 1
        return Piece(Index(inner.tree, tuple(p.tree for p in parts)), size, POSTFIX)

    def subscript(self, part: Any, count: Size) -> Piece:
        """An index or a slice."""
        if isinstance(part, int):
            return negative(atom(Number(-part))) if part < 0 else atom(Number(part))
        lower, upper = part
        low = None if lower == 0 else self.bound(lower, count)
        high = None if upper == count else self.bound(upper, count)
        size = 1 + sum(p.size for p in (low, high) if p is not None)
        return Piece(Slice(low and low.tree, high and high.tree), size, ATOM)

    def bound(self, place: Size, count: Size) -> Piece:
        """A bound of a slice: from the end where that is a number."""
        from gradcli.program.dimensions import plus

        back = plus(count, place, -1)
        if isinstance(place, int):
            return atom(Number(place))
        return negative(atom(Number(back))) if isinstance(back, int) else self.size(place)

    def commutation(self, node: Node) -> Piece:
        return called("commutation", [self.size(size) for size in node.data])

    def concat(self, node: Node) -> Piece:
        words = [] if node.data == 0 else [("axis", atom(Number(node.data)))]
        return called("concat", [self.best[arg] for arg in node.args], words)


def counts_transposes(node: Node) -> int:
    """How many variables are transposed in a node."""
    from gradcli.program.graph import order

    return sum(part.op == "transpose" for part in order([node]))


def spreads(node: Node) -> bool:
    """Multiples of ones, and repeated columns or rows: as terms they need not be written whole."""
    return is_ones(array_part(node)[2]) or repeats(node)


def repeats(node: Node) -> bool:
    """A column that is repeated, u@ones', or a row, ones@v'."""
    core = array_part(node)[2]
    return core.op == "matmul" and core.shape != () and repeated_ends(core) != 0


def is_constant(node: Node) -> bool:
    """The same in every entry."""
    _, _, core = array_part(node)
    return core.op == "fill"


FUNCTION_NAMES = {"diagonal": "diag", "lse": "logsumexp"}
"""Operations whose functions have other names."""

NORM_ORDERS: Mapping[str, Sequence[Piece]] = {
    "norm": (),
    "spectral": (atom(Number(2)),),
    "nuclear": (atom(Text("nuc")),),
}

WRITERS: Mapping[str, Callable[[ArrayTreeWriter, Node], Piece]] = {
    "number": ArrayTreeWriter.number,
    **dict.fromkeys(("constant", "variable", "dimension"), ArrayTreeWriter.named),
    "sum": ArrayTreeWriter.sum,
    "product": ArrayTreeWriter.product,
    "scale": ArrayTreeWriter.scale,
    "power": ArrayTreeWriter.power,
    "call": ArrayTreeWriter.call,
    "where": ArrayTreeWriter.where,
    "compare": ArrayTreeWriter.compare,
    **dict.fromkeys(("and", "or", "not"), ArrayTreeWriter.logic),
    "truth": ArrayTreeWriter.truth,
    "abstract": ArrayTreeWriter.abstract,
    "transpose": ArrayTreeWriter.transpose,
    "matmul": ArrayTreeWriter.matmul,
    "fill": ArrayTreeWriter.fill,
    "eye": ArrayTreeWriter.eye,
    **dict.fromkeys(("lse", "softmax", "prod", "extreme", "cumsum"), ArrayTreeWriter.along),
    **dict.fromkeys(NORM_ORDERS, ArrayTreeWriter.norm),
    "total": ArrayTreeWriter.total,
    "trace": ArrayTreeWriter.trace,
    "pick": ArrayTreeWriter.pick,
    "concat": ArrayTreeWriter.concat,
    "commutation": ArrayTreeWriter.commutation,
}
