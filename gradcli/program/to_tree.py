"""Graph nodes become syntax again, as a textbook would write it; what is shared much gets a name (`t1 = ...`)."""

from __future__ import annotations

from gradcli.program.graph import Node, order
from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.rules.bound import BoundRule
from gradcli.text.tree import Binary, Call, Index, Name, Number, Tree, Unary

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from gradcli.program.graph import Rational

LONG = 4000
"""Tokens of the plain text above which names for shared parts are thought of."""

GAIN = 3
"""How many times longer the plain text must be than the graph for names to be given."""

NAMED_SIZE = 8
"""The smallest size of a part, in tokens, that gets a name."""

RANK = {"number": 0, "constant": 1, "variable": 2, "sum": 3, "power": 4, "abstract": 6, "call": 5, "where": 7}


class Written(NamedTuple):
    """Trees of nodes, and the names given to what they share, in order."""

    trees: list[Tree]
    definitions: tuple[tuple[str, Tree], ...]


def write_trees(nodes: Sequence[Node], decimal: bool = False, taken: Collection[str] = ()) -> Written:
    """The syntax of each node. `decimal`: 1/2 is written 0.5 where it terminates; `taken`: names not to be given."""
    needed = order(nodes)
    named = choose_named(needed, nodes)
    roots = root_names(needed)
    writer = TreeWriter(decimal, applied_differently(needed))
    prefix = free_prefix(taken)
    definitions: list[tuple[str, Tree]] = []
    for node in needed:
        tree = WRITERS[node.op](writer, node)
        if node in named or node in roots:
            name = roots.get(node) or f"{prefix}{len(definitions) + 1}"
            definitions.append((name, tree))
            tree = Name(name)
        writer.trees[node] = tree
    return Written([writer.trees[node] for node in nodes], tuple(definitions))


def root_names(needed: Sequence[Node]) -> dict[Node, str]:
    """Roots of equations with the names of their letters, where nothing else is called so: dy/dx is -x/y."""
    rules = {node: node.data for node in needed if isinstance(node.data, BoundRule) and node.data.name == "root"}
    used = [node.data for node in needed if node.op == "variable"] + [rule.letter for rule in rules.values()]
    return {node: rule.letter for node, rule in rules.items() if used.count(rule.letter) == 1}


def choose_named(needed: Sequence[Node], outputs: Sequence[Node]) -> set[Node]:
    """Nodes used more than once whose naming makes a long text much shorter."""
    size: dict[Node, int] = {}
    for node in needed:
        size[node] = min(10**12, 1 + sum([size[arg] for arg in node.args]))
    plain = sum(size[node] for node in outputs)
    if plain <= LONG or plain <= GAIN * len(needed):
        return set()
    uses: dict[Node, int] = dict.fromkeys(outputs, 1)
    for node in needed:
        for arg in node.args:
            uses[arg] = uses.get(arg, 0) + 1
    own: dict[Node, int] = {}
    named: set[Node] = set()
    for node in needed:
        own[node] = 1 + sum(1 if arg in named else own[arg] for arg in node.args)
        if uses[node] > 1 and own[node] >= NAMED_SIZE and node.op not in ("compare", "and", "or", "not"):
            named.add(node)
    return named


def free_prefix(taken: Collection[str]) -> str:
    """A letter for given names that no name of the program begins with (followed by digits)."""
    used = {name[0] for name in taken if name[1:].isdigit()}
    return next((letter for letter in "tsrqhgkvwpbcd" if letter not in used), "t_part")


class TreeWriter:
    """Writes one node after another; the trees of arguments are there already."""

    def __init__(self, decimal: bool, repeated: Collection[str] = ()) -> None:
        self.decimal = decimal
        self.repeated = repeated
        self.trees: dict[Node, Tree] = {}

    def number(self, node: Node) -> Tree:
        value = node.data
        return Unary("-", self.positive(-value)) if value < 0 else self.positive(value)

    def positive(self, value: Rational) -> Tree:
        """A number that is not negative: 3, 0.5 or 1/3."""
        if type(value) is int:
            return Number(value)
        if self.decimal and terminates(value.denominator):
            return Number(value, True)
        return Binary("/", Number(value.numerator), Number(value.denominator))

    def constant(self, node: Node) -> Tree:
        return Name(node.data)

    def variable(self, node: Node) -> Tree:
        name: str = node.data
        if name[-1] != "]":
            return Name(name)
        base, _, inside = name[:-1].partition("[")
        return Index(Name(base), tuple(Number(int(part)) for part in inside.split(",")))

    def sum(self, node: Node) -> Tree:
        """Terms in the order of the source, a positive one first where there is one."""
        coefficients, constant = node.data
        terms = list(zip(node.args, coefficients, strict=True))
        if any(is_link(term) for term in node.args):
            terms.sort(key=lambda pair: min(factor.serial for factor in pair[0].args or (pair[0],)))
        parts = [(c < 0, self.scaled(abs(c), term)) for term, c in terms]
        if constant:
            place = len(parts) if any(is_polynomial(term) for term in node.args) else 0
            parts.insert(place, (constant < 0, self.positive(abs(constant))))
        first = next((i for i, (negative, _) in enumerate(parts) if not negative), None)
        if first:
            parts.insert(0, parts.pop(first))
        negative, tree = parts[0]
        if negative:
            tree = negate(tree)
        for negative, term in parts[1:]:
            tree = Binary("-" if negative else "+", tree, term)
        return tree

    def scaled(self, coefficient: Rational, node: Node) -> Tree:
        """coefficient·node, for a positive coefficient."""
        if node.op == "product" and not isinstance(self.trees.get(node), Name):
            return self.fraction(coefficient, *self.split(node))
        return self.trees[node] if coefficient == 1 else self.fraction(coefficient, [self.trees[node]], [])

    def product(self, node: Node) -> Tree:
        return self.fraction(1, *self.split(node))

    def split(self, node: Node) -> tuple[list[Tree], list[Tree]]:
        """The factors above and below the line, variables first."""
        above: list[Tree] = []
        below: list[Tree] = []
        pairs = sorted(zip(node.args, node.data, strict=True), key=lambda pair: factor_order(pair[0]))
        for base, exponent in pairs:
            (above if exponent > 0 else below).append(self.raised(self.trees[base], abs(exponent)))
        return above, below

    def raised(self, base: Tree, exponent: Rational) -> Tree:
        """base**exponent for a positive exponent; square roots by name."""
        if exponent == 1:
            return base
        if type(exponent) is not int and exponent.denominator == 2 and exponent.numerator == 1:
            return Call("sqrt", (base,))
        return Binary("**", base, self.positive(exponent))

    def fraction(self, coefficient: Rational, above: list[Tree], below: list[Tree]) -> Tree:
        """coefficient · Π above / Π below, for a positive coefficient."""
        top, bottom = coefficient.numerator, coefficient.denominator
        if bottom != 1 and self.decimal and terminates(bottom):
            above, bottom = [Number(coefficient, True), *above], 1
        elif top != 1 or not above:
            above = [Number(top), *above]
        if bottom != 1:
            below = [Number(bottom), *below]
        tree = chained(above)
        return Binary("/", tree, chained(below)) if below else tree

    def power(self, node: Node) -> Tree:
        return Binary("**", self.trees[node.args[0]], self.trees[node.args[1]])

    def call(self, node: Node) -> Tree:
        """A function by its row's name; nested pairs of max and min are one call."""
        rule = node.data
        if isinstance(rule, BoundRule):
            from gradcli.program.bound.integrals import bound_tree

            inner = TreeWriter(self.decimal, self.repeated)
            return bound_tree(inner, WRITERS, rule, [self.trees[arg] for arg in node.args])
        first = self.trees[node.args[0]]
        if rule.variadic and type(first) is Call and first.function == rule.name:
            return Call(rule.name, (*first.arguments, *[self.trees[arg] for arg in node.args[1:]]))
        return Call(rule.name, tuple([self.trees[arg] for arg in node.args]))

    def where(self, node: Node) -> Tree:
        return Call("where", tuple([self.trees[arg] for arg in node.args]))

    def compare(self, node: Node) -> Tree:
        return Binary(node.data, self.trees[node.args[0]], self.trees[node.args[1]])

    def logic(self, node: Node) -> Tree:
        if node.op == "not":
            return Unary("not", self.trees[node.args[0]])
        return Binary(node.op, self.trees[node.args[0]], self.trees[node.args[1]])

    def truth(self, node: Node) -> Tree:
        return Binary("==" if node.data else "!=", Number(0), Number(0))

    def abstract(self, node: Node) -> Tree:
        """f(x, y), f'(x), ∂f/∂x, ∂²f/∂x∂y; by position where an argument is no name."""
        name, orders = node.data
        args = tuple([self.trees[arg] for arg in node.args])
        if not any(orders):
            return Call(name, args)
        if len(args) == 1:
            return Call(name + "'" * orders[0], args)
        leibniz = None if name in self.repeated else leibniz_name(node)
        return Call(leibniz or f"{name}_{places_of(orders)}", args)


def factor_order(node: Node) -> tuple[int, int, int]:
    """Numbers, variables, sums, functions; of abstract functions the outer one before the inner one."""
    inner = node.op == "abstract" and all(arg.op != "abstract" for arg in node.args)
    return RANK.get(node.op, 4), inner, node.serial


def is_link(node: Node) -> bool:
    """∂f/∂x · ∂x/∂a: a term of the chain rule with abstract functions."""
    return node.op == "product" and any(factor.op == "abstract" and any(factor.data[1]) for factor in node.args)


def is_polynomial(node: Node) -> bool:
    """A variable or a power of one: such terms come before the constant (`x + 1`), others after it (`1 + exp(x)`)."""
    return node.op == "variable" or (node.op == "product" and node.args[0].op == "variable")


def leibniz_name(node: Node) -> str | None:
    """∂f/∂x, ∂²f/∂x∂y; None where the arguments have no names of their own."""
    from gradcli.text.partials import partial_name

    name, orders = node.data
    labels = [label for label in map(argument_label, node.args) if label is not None]
    if len(set(labels)) < len(node.args):
        return None
    return partial_name(name, dict(zip(labels, orders, strict=True)))


def places_of(orders: Sequence[int]) -> str:
    """The places that are differentiated by, as in f_12."""
    return "".join(str(i + 1) * n for i, n in enumerate(orders))


def applied_differently(nodes: Sequence[Node]) -> frozenset[str]:
    """Abstract functions of several arguments in f(x, y) + f(y, x): ∂f/∂x would not say which is meant.

    f(x, y) and f(x(a), y(a)) are the same to it: as in the chain rule, ∂f/∂x is by what is called x.
    """
    found: dict[str, set[tuple[Node | str, ...]]] = {}
    for node in nodes:
        if node.op == "abstract":
            found.setdefault(node.data[0], set()).add(tuple(argument_label(arg) or arg for arg in node.args))
    return frozenset(name for name, applied in found.items() if len(applied) > 1)


def argument_label(node: Node) -> str | None:
    """What to call an argument in ∂f/∂x: a variable, or an abstract function that stands for one (`x = x(a, b)`)."""
    if node.op == "variable":
        return str(node.data)
    return str(node.data[0]) if node.op == "abstract" and not any(node.data[1]) else None


def chained(factors: Sequence[Tree]) -> Tree:
    """The product of factors, left to right."""
    tree = factors[0]
    for factor in factors[1:]:
        tree = Binary("*", tree, factor)
    return tree


def negate(tree: Tree) -> Tree:
    """The minus sign goes to the first factor: `-2*x` reads as (-2)*x."""
    spine: list[Binary] = []
    while type(tree) is Binary and tree.op in "*/":
        spine.append(tree)
        tree = tree.left
    negative: Tree = Unary("-", tree)
    for binary in reversed(spine):
        negative = Binary(binary.op, negative, binary.right)
    return negative


def terminates(denominator: int) -> bool:
    """Has 1/denominator a decimal expansion of at most some 17 digits?"""
    for prime in (2, 5):
        count = 0
        while denominator % prime == 0 and count < 60:
            denominator //= prime
            count += 1
    return denominator == 1


WRITERS: Mapping[str, Callable[[TreeWriter, Node], Tree]] = {
    "number": TreeWriter.number,
    "constant": TreeWriter.constant,
    "variable": TreeWriter.variable,
    "sum": TreeWriter.sum,
    "product": TreeWriter.product,
    "power": TreeWriter.power,
    "call": TreeWriter.call,
    "where": TreeWriter.where,
    "compare": TreeWriter.compare,
    "and": TreeWriter.logic,
    "or": TreeWriter.logic,
    "not": TreeWriter.logic,
    "truth": TreeWriter.truth,
    "abstract": TreeWriter.abstract,
}
