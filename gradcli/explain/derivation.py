"""A derivation of scalars: which law differentiates each part of the text, in the order of the text.

Laws in this order: no x in it: constant; x: identity; u ± v: sum (a part without x drops out in this row); c·u, u/c,
-u: constant multiple; u·v: product; u/v: quotient; c/v: reciprocal; uⁿ: power; aᵘ: exponential; uᵛ: general power;
f(u): the function's row, with its inner derivative; where: branch by branch.
An expression that comes again is one row that repeats the first; so the rows are as many as the graph has operations.
"""

from __future__ import annotations

from gradcli.explain.operations import own_key
from gradcli.explain.trees import is_value
from gradcli.program.building.texts import parsed_text
from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.rules import NAMES, RULES
from gradcli.text.binders import BINDERS
from gradcli.text.rewrite import replaced
from gradcli.text.tree import Binary, Call, Name, Number, Tree, Unary, children

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from gradcli.program.graph import Rational
    from gradcli.rules.rule import Rule

ZERO, ONE = Number(0), Number(1)


class RulePlan(NamedTuple):
    """What a law does with an expression: the parts to differentiate, and the form that takes their derivatives."""

    rule: str
    parts: tuple[Tree, ...]
    form: Callable[[Sequence[Tree]], Tree]
    function: str | None = None
    chained: bool = False
    also: tuple[str, ...] = ()


class Row(NamedTuple):
    """A row before its results: `targets` are the rows of its parts."""

    parent: int | None
    plan: RulePlan
    before: Tree
    targets: list[int]
    repeats: int | None = None


class Deriver:
    """The derivation by one variable. `statements`: the trees of named steps; `fallback`: a part without a law."""

    seed: Tree = ONE
    """The variable's own derivative."""

    def __init__(
        self,
        variable: str,
        statements: Mapping[str, Tree],
        functions: Collection[str],
        fallback: Callable[[Tree], tuple[str, Tree]],
        partials: Callable[[Call], Sequence[Tree]],
        inline: Collection[str] = (),
    ) -> None:
        """`inline`: steps whose names stand for their operations, without a row that says so."""
        self.inline = inline
        self.variable = variable
        self.statements = statements
        self.functions = functions
        self.fallback = fallback
        self.partials = partials
        self.keys: dict[tuple[object, ...], int] = {}
        self.known: dict[int, tuple[int, bool]] = {}
        self.kept: list[Tree] = []
        self.rows: list[Row] = []
        self.first: dict[int, int] = {}
        self.moving = {variable}
        for name, tree in statements.items():
            if self.depends(tree):
                self.moving.add(name)

    def read(self, root: Tree) -> tuple[int, bool]:
        """A number for what a tree means, and whether the variable is in it."""
        order: list[Tree] = []
        stack = [root]
        while stack:
            tree = stack.pop()
            if id(tree) not in self.known:
                order.append(tree)
                stack.extend(children(tree))
        for tree in reversed(order):
            parts = [self.known[id(part)] for part in children(tree)]
            key = self.keys.setdefault((*own_key_of(tree), *(key for key, _ in parts)), len(self.keys))
            moves = any(moves for _, moves in parts) or (type(tree) is Name and tree.name in self.moving)
            self.known[id(tree)] = (key, moves)
            self.kept.append(tree)
        return self.known[id(root)]

    def depends(self, tree: Tree) -> bool:
        """Is the variable in it?"""
        return self.read(tree)[1]

    def derive(self, root: Tree) -> list[Row]:
        """The rows in the order of an outline: each before the rows of its parts."""
        stack: list[tuple[Tree, int | None, int]] = [(root, None, 0)]
        while stack:
            tree, parent, place = stack.pop()
            here = len(self.rows)
            if parent is not None:
                self.rows[parent].targets[place] = here
            key, _ = self.read(tree)
            plan = self.plan(tree)
            again = self.first.get(key)
            if again is not None and plan.rule not in ("identity", "constant"):
                self.rows.append(Row(parent, plan, tree, [], again))
                continue
            self.first.setdefault(key, here)
            self.rows.append(Row(parent, plan, tree, [-1] * len(plan.parts)))
            stack.extend((part, here, i) for i, part in reversed(list(enumerate(plan.parts))))
        return self.rows

    # ------------------------------------------------------------------------------------------- the laws

    def plan(self, tree: Tree) -> RulePlan:
        """The first law that fits."""
        if not self.depends(tree):
            return RulePlan("constant", (), lambda d: ZERO)
        if type(tree) is Name:
            if tree.name == self.variable:
                return RulePlan("identity", (), lambda d: self.seed)
            if tree.name in self.inline:
                return self.plan(self.statements[tree.name])
            return RulePlan("named-step", (self.statements[tree.name],), lambda d: d[0])
        if type(tree) is Unary and tree.op == "-":
            return RulePlan("constant-multiple", (tree.operand,), lambda d: Unary("-", d[0]))
        if type(tree) is Binary:
            return self.binary(tree)
        if type(tree) is Call:
            return self.call(tree)
        return self.other(tree)

    def binary(self, tree: Binary) -> RulePlan:
        """u ± v, u·v, u/v, uᵛ."""
        if tree.op in ("+", "-"):
            return self.sum(tree)
        if tree.op == "*":
            return self.product(tree)
        if tree.op == "/":
            return self.quotient(tree)
        return self.power(tree) if tree.op == "**" else self.other(tree)

    def other(self, tree: Tree) -> RulePlan:
        """What scalars have no law for."""
        return self.without_law(tree)

    def without_law(self, tree: Tree) -> RulePlan:
        """A part that is differentiated as a whole."""
        rule, result = self.fallback(tree)
        function = tree.function if type(tree) is Call else None
        return RulePlan(BINDERS[function].law if function in BINDERS else rule, (), lambda d: result, function)

    def sum(self, tree: Binary) -> RulePlan:
        """(u ± v)' = u' ± v'; a part without the variable drops out here."""
        left, right, op = tree.left, tree.right, tree.op
        if not self.depends(right):
            return RulePlan("sum", (left,), lambda d: d[0], also=("constant",))
        if not self.depends(left):
            form = (lambda d: Unary("-", d[0])) if op == "-" else (lambda d: d[0])
            return RulePlan("sum", (right,), form, also=("constant",))
        return RulePlan("sum", (left, right), lambda d: Binary(op, d[0], d[1]))

    def product(self, tree: Binary) -> RulePlan:
        """(c·u)' = c·u', (u·v)' = u'·v + u·v'."""
        left, right = tree.left, tree.right
        if not self.depends(left):
            return RulePlan("constant-multiple", (right,), lambda d: Binary("*", left, d[0]))
        if not self.depends(right):
            return RulePlan("constant-multiple", (left,), lambda d: Binary("*", d[0], right))
        return RulePlan(
            "product", (left, right), lambda d: Binary("+", Binary("*", d[0], right), Binary("*", left, d[1]))
        )

    def quotient(self, tree: Binary) -> RulePlan:
        """(u/c)' = u'/c, (c/v)' = -c·v'/v², (u/v)' = (u'·v - u·v')/v²."""
        left, right = tree.left, tree.right
        if not self.depends(right):
            return RulePlan("constant-multiple", (left,), lambda d: Binary("/", d[0], right))
        square = Binary("**", right, Number(2))
        if not self.depends(left):
            chained = not self.is_variable(right)

            def form(d: Sequence[Tree]) -> Tree:
                above = Unary("-", d[0]) if is_value(left, 1) else times(Unary("-", left), d[0])
                return Binary("/", above, square)

            return RulePlan("reciprocal", self.inner(right), self.with_inner(form, right), chained=chained)
        return RulePlan(
            "quotient",
            (left, right),
            lambda d: Binary("/", Binary("-", Binary("*", d[0], right), Binary("*", left, d[1])), square),
        )

    def power(self, tree: Binary) -> RulePlan:
        """(uⁿ)' = n·uⁿ⁻¹·u', (aᵘ)' = aᵘ·log(a)·u', (uᵛ)' = uᵛ·(v'·log(u) + v·u'/u)."""
        base, exponent = tree.left, tree.right
        if not self.depends(exponent):
            outer = lowered(base, exponent)
            form = with_factor(outer)
            return RulePlan("power", self.inner(base), self.with_inner(form, base), chained=not self.is_variable(base))
        if not self.depends(base):
            outer = tree if base == Name("e") else Binary("*", tree, Call("log", (base,)))
            return RulePlan(
                "exponential",
                self.inner(exponent),
                self.with_inner(with_factor(outer), exponent),
                chained=not self.is_variable(exponent),
            )

        def general(d: Sequence[Tree]) -> Tree:
            first = Binary("*", d[0], Call("log", (base,)))
            second = Binary("*", exponent, Binary("/", d[1], base))
            return Binary("*", tree, Binary("+", first, second))

        return RulePlan("general-power", (exponent, base), general)

    def is_variable(self, tree: Tree) -> bool:
        return type(tree) is Name and tree.name == self.variable

    def inner(self, part: Tree) -> tuple[Tree, ...]:
        """The inner expression, where it is more than the variable."""
        return () if self.is_variable(part) else (part,)

    def with_inner(self, form: Callable[[Sequence[Tree]], Tree], *parts: Tree) -> Callable[[Sequence[Tree]], Tree]:
        """The form of all parts from the derivatives of those that have a row; the variable's is 1."""

        def fill(d: Sequence[Tree]) -> Tree:
            given = iter(d)
            return form([next(given) if self.inner(part) else ONE for part in parts])

        return fill

    def call(self, tree: Call) -> RulePlan:
        """The row of the function's table, `where`, an abstract function, or what has no law."""
        if tree.function == "where" and len(tree.arguments) == 3:
            return self.piecewise(tree)
        if tree.function in self.functions:
            return self.by_partials(tree, self.partials(tree), "chain", tree.function)
        rule = RULES.get(NAMES.get(tree.function, ""))
        if rule is None or tree.keywords or any(type(arg) not in SCALARS for arg in tree.arguments):
            return self.without_law(tree)
        if rule.variadic and len(tree.arguments) > 2:
            folded: Tree = Call(rule.name, tree.arguments[:2])
            for argument in tree.arguments[2:-1]:
                folded = Call(rule.name, (folded, argument))
            tree = Call(rule.name, (folded, tree.arguments[-1]))
        if len(tree.arguments) < 2 and rule.variadic:
            return self.without_law(tree)
        return self.by_table(tree, rule, "function")

    def by_table(self, tree: Call, rule: Rule, law: str) -> RulePlan:
        """The partials of a function's row, its arguments put in."""
        texts = rule.partials[: len(tree.arguments)]
        if any(text is None and self.depends(arg) for text, arg in zip(texts, tree.arguments, strict=True)):
            return self.without_law(tree)
        partials = [ZERO if text is None else in_arguments(rule, text, tree) for text in texts]
        return self.by_partials(tree, partials, law, rule.name)

    def by_partials(self, tree: Call, partials: Sequence[Tree], rule: str, name: str) -> RulePlan:
        """Σ ∂f/∂uᵢ·uᵢ' over the arguments that the variable is in."""
        moving = [i for i, argument in enumerate(tree.arguments) if self.depends(argument)]
        parts = [tree.arguments[i] for i in moving]
        kept = [part for argument in parts for part in self.inner(argument)]

        def form(d: Sequence[Tree]) -> Tree:
            terms = [times(partials[i], inner) for i, inner in zip(moving, d, strict=True)]
            total = terms[0]
            for term in terms[1:]:
                total = Binary("+", total, term)
            return total

        chained = not all(self.is_variable(part) for part in parts)
        return RulePlan(rule, tuple(kept), self.with_inner(form, *parts), name, chained)

    def piecewise(self, tree: Call) -> RulePlan:
        """Each branch by itself."""
        condition, yes, no = tree.arguments
        parts = [part for part in (yes, no) if self.depends(part)]
        if not parts:
            return RulePlan("constant", (), lambda d: ZERO)

        def form(d: Sequence[Tree]) -> Tree:
            given = iter(d)
            branches = [next(given) if self.depends(part) else ZERO for part in (yes, no)]
            return Call("where", (condition, *branches))

        return RulePlan("piecewise", tuple(parts), form)


SCALARS = (Name, Number, Unary, Binary, Call)


def own_key_of(tree: Tree) -> tuple[object, ...]:
    """What a node says besides its parts, nothing being seen through."""
    if type(tree) is Binary:
        return (Binary, type(tree.op), tree.op)
    if type(tree) is Call:
        return (Call, tree.function, tuple(word for word, _ in tree.keywords))
    return own_key(tree)


def lowered(base: Tree, exponent: Tree) -> Tree:
    """n·uⁿ⁻¹, the exponent made smaller where it is a number."""
    value = constant_of(exponent)
    if value is None:
        return Binary("*", exponent, Binary("**", base, Binary("-", exponent, ONE)))
    less = value - 1
    if less == 0:
        return ONE
    power = base if less == 1 else Binary("**", base, number_tree(less))
    return Binary("*", exponent, power)


def constant_of(tree: Tree) -> Rational | None:
    """The rational number that an exponent is."""
    if type(tree) is Number:
        return tree.value
    if type(tree) is Unary and tree.op == "-":
        inner = constant_of(tree.operand)
        return None if inner is None else -inner
    if type(tree) is Binary and tree.op == "/":
        top, bottom = constant_of(tree.left), constant_of(tree.right)
        if top is not None and bottom:
            from fractions import Fraction

            return Fraction(top, bottom)
    return None


def number_tree(value: Rational) -> Tree:
    """A rational number as syntax."""
    if value < 0:
        return Unary("-", number_tree(-value))
    if value.denominator == 1:
        return Number(value.numerator)
    return Binary("/", Number(value.numerator), Number(value.denominator))


def with_factor(outer: Tree) -> Callable[[Sequence[Tree]], Tree]:
    """outer·u', outer alone where u' is 1."""
    return lambda d: times(outer, d[0])


def times(outer: Tree, inner: Tree) -> Tree:
    """outer·inner, without factors 1."""
    if is_value(inner, 1):
        return outer
    return inner if is_value(outer, 1) else Binary("*", outer, inner)


def in_arguments(rule: Rule, text: str, tree: Call) -> Tree:
    """A partial of a rule's table, its arguments put in; `out` is the call itself."""
    given = list(tree.arguments)
    defaults = [parsed_text(default) for default in rule.optional]
    missing = len(rule.args) - len(given)
    bound: dict[str, Tree] = dict(zip(rule.args, [*given, *(defaults[-missing:] if missing else ())], strict=True))
    bound["out"] = tree
    return replaced(parsed_text(text), lambda part: bound.get(part.name) if type(part) is Name else None)
