"""How nodes are written, whatever the parts are that a text is put together from: order of terms, signs, fractions."""

from __future__ import annotations

from abc import ABC, abstractmethod

from gradcli.records import TYPE_CHECKING, Generic, TypeVar
from gradcli.rules.bound import BoundRule
from gradcli.text.tree import Call, Name, Number, Tree

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from typing import Any

    from gradcli.program.graph import Node, Rational

P = TypeVar("P")

RANK = {"number": 0, "constant": 1, "variable": 2, "sum": 3, "power": 4, "abstract": 6, "call": 5, "where": 7}


class Writer(ABC, Generic[P]):
    """Writes one node after another; `written` has the parts of arguments. `decimal`: 1/2 is 0.5 where it terminates.

    `repeated` are the abstract functions that ∂f/∂x would not tell apart.
    """

    def __init__(self, decimal: bool, repeated: Collection[str], written: dict[Node, P]) -> None:
        self.decimal, self.repeated, self.written = decimal, repeated, written

    # ------------------------------------------------------------------------------ what a text is made of

    @abstractmethod
    def atom(self, tree: Tree) -> P:
        """A name or a number."""

    @abstractmethod
    def binary(self, op: str, left: P, right: P) -> P:
        """left op right."""

    @abstractmethod
    def called(self, name: str, args: Sequence[P]) -> P:
        """name(args)."""

    @abstractmethod
    def bound_call(self, rule: BoundRule, args: Sequence[P]) -> P:
        """A function that binds a letter: its body, the letter, and what it is given."""

    @abstractmethod
    def negative(self, part: P) -> P:
        """-part; the minus sign goes to the first factor."""

    @abstractmethod
    def denied(self, part: P) -> P:
        """not part."""

    @abstractmethod
    def tree_of(self, part: P) -> Tree:
        """The syntax of a part."""

    @abstractmethod
    def extended(self, call: P, args: Sequence[P]) -> P:
        """A call with more arguments."""

    @abstractmethod
    def term(self, coefficient: Rational, node: Node) -> P:
        """coefficient·node, for a positive coefficient."""

    def arguments(self, node: Node) -> list[P]:
        """The parts of a node's arguments."""
        return [self.written[arg] for arg in node.args]

    def chained(self, op: str, parts: Sequence[P]) -> P:
        """Parts joined from left to right."""
        result = parts[0]
        for part in parts[1:]:
            result = self.binary(op, result, part)
        return result

    # ------------------------------------------------------------------------------ numbers

    def number(self, node: Node) -> P:
        value = node.data
        return self.negative(self.positive(-value)) if value < 0 else self.positive(value)

    def positive(self, value: Rational) -> P:
        """A number that is not negative: 3, 0.5 or 1/3."""
        if type(value) is int:
            return self.atom(Number(value))
        if self.decimal and terminates(value.denominator):
            return self.atom(Number(value, True))
        return self.binary("/", self.atom(Number(value.numerator)), self.atom(Number(value.denominator)))

    def named(self, node: Node) -> P:
        return self.atom(Name(str(node.data)))

    # ------------------------------------------------------------------------------ sums, products

    def sum(self, node: Node) -> P:
        """Terms in the order of the source, a positive one first where there is one."""
        parts = [(c < 0, self.term(abs(c), term)) for term, c in terms_of(node)]
        return self.signed(self.with_constant(node, parts))

    def with_constant(self, node: Node, parts: list[tuple[bool, P]]) -> list[tuple[bool, P]]:
        """The terms and the constant: last beside a polynomial, else first."""
        constant = node.data[1]
        if constant:
            place = len(parts) if any(is_polynomial(term) for term in node.args) else 0
            parts.insert(place, (constant < 0, self.positive(abs(constant))))
        return parts

    def signed(self, parts: list[tuple[bool, P]]) -> P:
        """Terms with their signs, a positive one first where there is one."""
        first = next((i for i, (minus, _) in enumerate(parts) if not minus), None)
        if first:
            parts.insert(0, parts.pop(first))
        minus, result = parts[0]
        if minus:
            result = self.negative(result)
        for minus, part in parts[1:]:
            result = self.binary("-" if minus else "+", result, part)
        return result

    def product(self, node: Node) -> P:
        return self.term(1, node)

    def split(self, node: Node, above: list[P], below: list[P]) -> None:
        """The factors of a product above and below the line, variables first."""
        self.place(node.factors(), above, below)

    def place(self, powers: Iterable[tuple[Node, Any]], above: list[P], below: list[P]) -> None:
        """Powers above and below the line."""
        for base, exponent in sorted(powers, key=lambda pair: factor_order(pair[0])):
            if exponent:
                (above if exponent > 0 else below).append(self.raised(self.written[base], abs(exponent)))

    def raised(self, base: P, exponent: Rational) -> P:
        """base**exponent for a positive exponent; square roots by name."""
        if exponent == 1:
            return base
        if type(exponent) is not int and exponent.denominator == 2 and exponent.numerator == 1:
            return self.called("sqrt", (base,))
        return self.binary("**", base, self.positive(exponent))

    def numbers(self, coefficient: Rational) -> tuple[list[P], list[P]]:
        """A coefficient as what stands above and below the line."""
        top, bottom = coefficient.numerator, coefficient.denominator
        if bottom != 1 and self.decimal and terminates(bottom):
            return [self.atom(Number(coefficient, True))], []
        front = [] if top == 1 else [self.atom(Number(top))]
        return front, [] if bottom == 1 else [self.atom(Number(bottom))]

    def fraction(self, coefficient: Rational, above: list[P], below: list[P]) -> P:
        """coefficient · Π above / Π below, for a positive coefficient."""
        if coefficient != 1:
            front, bottom = self.numbers(coefficient)
            above, below = [*front, *above], [*bottom, *below]
        part = self.chained("*", above or [self.atom(Number(1))])
        return self.binary("/", part, self.chained("*", below)) if below else part

    def power(self, node: Node) -> P:
        base, exponent = self.arguments(node)
        return self.binary("**", base, exponent)

    # ------------------------------------------------------------------------------ functions, conditions

    def call(self, node: Node) -> P:
        """A function by its row's name; nested pairs of max and min are one call."""
        rule, args = node.data, self.arguments(node)
        if isinstance(rule, BoundRule):
            return self.bound_call(rule, args)
        if rule.variadic:
            first = self.tree_of(args[0])
            if type(first) is Call and first.function == rule.name and len(first.arguments) > 1:  # not max of an array
                return self.extended(args[0], args[1:])
        return self.called(rule.name, args)

    def where(self, node: Node) -> P:
        return self.called("where", self.arguments(node))

    def compare(self, node: Node) -> P:
        left, right = self.arguments(node)
        return self.binary(node.data, left, right)

    def logic(self, node: Node) -> P:
        parts = [self.written[arg] for arg in node.args]
        return self.denied(parts[0]) if node.op == "not" else self.binary(node.op, parts[0], parts[1])

    def truth(self, node: Node) -> P:
        return self.binary("==" if node.data else "!=", self.atom(Number(0)), self.atom(Number(0)))

    def abstract(self, node: Node) -> P:
        """f(x, y), f'(x), ∂f/∂x, ∂²f/∂x∂y; by position where an argument is no name."""
        name, orders = node.data
        args = [self.written[arg] for arg in node.args]
        if not any(orders):
            return self.called(name, args)
        if len(args) == 1:
            return self.called(name + "'" * orders[0], args)
        leibniz = None if name in self.repeated else leibniz_name(node)
        return self.called(leibniz or f"{name}_{places_of(orders)}", args)


METHODS: Mapping[str, str] = {
    "number": "number",
    "constant": "named",
    "variable": "named",
    "sum": "sum",
    "product": "product",
    "power": "power",
    "call": "call",
    "where": "where",
    "compare": "compare",
    **dict.fromkeys(("and", "or", "not"), "logic"),
    "truth": "truth",
    "abstract": "abstract",
}
"""What writes an operation of scalars."""


def writers(kind: type[Any]) -> dict[str, Callable[[Any, Node], Any]]:
    """The methods of a kind of writer, by operation."""
    return {op: getattr(kind, name) for op, name in METHODS.items()}


def terms_of(node: Node) -> list[tuple[Node, Any]]:
    """The terms of a sum with their coefficients as the source has them; of a chain rule in the order of factors."""
    terms = list(node.terms())
    if any(is_link(term) for term in node.args):
        terms.sort(key=lambda pair: min(factor.serial for factor in pair[0].args or (pair[0],)))
    return terms


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


def terminates(denominator: int) -> bool:
    """Has 1/denominator a decimal expansion of at most some 17 digits?"""
    for prime in (2, 5):
        count = 0
        while denominator % prime == 0 and count < 60:
            denominator //= prime
            count += 1
    return denominator == 1
