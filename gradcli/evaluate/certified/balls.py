"""Certified evaluation: exact rationals where possible, else balls (an enclosure of the true value) with python-flint.

A value is one of
    fmpq, arb   exactly this rational number; somewhere in this ball (not finite: nothing is known at this precision)
    Undefined   certainly not a real number at this point, with the reason
    bool, None  a condition; None where the ball does not decide it
A decision that falls on a tie, or on a ball that reaches over the switch, is `touched`: there may be a kink or a jump.
"""

from __future__ import annotations

from gradcli import limits
from gradcli.evaluate.certified.decisions import DECISIONS, stands_for
from gradcli.evaluate.certified.exact import integer_of, listed_integers
from gradcli.evaluate.certified.powers import is_root, power_value, rational_power
from gradcli.evaluate.certified.templates import template
from gradcli.evaluate.certified.values import (
    HUGE,
    INFINITE,
    ONE,
    SPECK,
    UNKNOWN,
    ZERO,
    OutOfTimeError,
    Undefined,
    as_ball,
    is_bad,
    is_final,
    is_known,
    is_node,
    of_unknown,
    rational,
    settle,
    three_valued,
)
from gradcli.evaluate.domains import at_closed_end, domain_problem
from gradcli.evaluate.kernels import ball_kernel
from gradcli.flints import arb, ctx, fmpq
from gradcli.program.forms.scalars import COMPARISONS
from gradcli.program.rationals import PERFECT, from_flint
from gradcli.records import TYPE_CHECKING
from gradcli.rules.bound import BoundRule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from gradcli.evaluate.certified.algebraic import AlgebraicForm
    from gradcli.evaluate.certified.values import Value
    from gradcli.program.graph import Node
    from gradcli.rules.rule import Rule


FIRST_BITS = 96
"""Precision of the first attempt: a float64 with some guard digits."""

PATIENCE = 64
"""Nodes between two looks at the clock."""


class Balls:
    """One evaluation at one point, at a precision that can be raised; exact values are kept when it is.

    point      name -> a node without variables, or a value
    touched    nodes whose decision fell on a tie or on a ball that reaches over the switch
    edges      nodes whose argument is, or may be, at an end of the function's domain that belongs to it (sqrt at 0)
    ties, ends the same two of what was certified so far, each at the precision at which it was
    stands     what a decided switch is equal to around the point: for max(x, y) the greater one
    reference  values at another point and the same precision: a node whose arguments are the same there keeps its value
    deadline   `limits.clock()` at which `OutOfTimeError` is raised
    """

    def __init__(self, point: Mapping[str, Node | Value], deadline: float | None = None) -> None:
        self.point = point
        self.deadline = limits.clock() + limits.EVALUATION_SECONDS if deadline is None else deadline
        self.values: dict[Node, Value] = {}
        self.touched: dict[Node, None] = {}
        self.edges: dict[Node, None] = {}
        self.ties: dict[Node, None] = {}
        self.ends: dict[Node, None] = {}
        self.stands: dict[Node, Node] = {}
        self.reference: Mapping[Node, Value] = {}
        self.forms: dict[Node, AlgebraicForm] = {}
        self.bits = 0
        self.waited = 0

    def at_precision(self, bits: int) -> None:
        """Forget what a higher precision would know better."""
        if bits == self.bits:
            return
        self.bits = bits
        self.values = {node: value for node, value in self.values.items() if is_final(value)}
        self.touched = {node: None for node in self.touched if node in self.values}
        self.edges = {node: None for node in self.edges if node in self.values}

    def evaluate(self, roots: Iterable[Node], bits: int) -> list[Value]:
        """The roots' values at this precision in bits."""
        self.at_precision(bits)
        roots = list(roots)
        before, ctx.prec = ctx.prec, bits
        try:
            self.fill(roots)
        finally:
            ctx.prec = before
        return [self.values[root] for root in roots]

    def fill(self, roots: list[Node]) -> None:
        """Evaluate what the roots need, arguments first; of a `where` the condition first, then its branch."""
        values = self.values
        stack = list(reversed(roots))
        while stack:
            node = stack[-1]
            if node in values:
                stack.pop()
                continue
            waiting = [arg for arg in self.needs(node) if arg not in values]
            if waiting:
                stack.extend(waiting)
                continue
            stack.pop()
            self.look_at_clock(1 if node.op != "call" else 16)
            value = self.reference[node] if self.is_unmoved(node) else OPERATIONS[node.op](self, node)
            values[node] = self.by_form(node, value) if self.bits > FIRST_BITS else value

    def by_form(self, node: Node, value: Value) -> Value:
        """The rational number that a ball's value is by the node's form (cos(pi)), else the value as it is."""
        if type(value) is not arb or (node.args and not all(self.has_form(arg) for arg in node.args)):
            return value
        from gradcli.evaluate.certified.algebraic import form_of, settled

        form = form_of(node, value, self)
        if form is None:
            return value
        self.forms[node] = form
        return settled(form, value, self.bits)

    def has_form(self, node: Node) -> bool:
        """Is more known of a node's value than a ball?"""
        return type(self.values.get(node)) is not arb or self.stands.get(node, node) in self.forms

    def form(self, node: Node) -> AlgebraicForm | None:
        """How the value of a node comes about, None where balls are all that is known of it."""
        from gradcli.evaluate.certified.algebraic import of_rational

        if node.op == "variable":
            node = self.point[node.data] if is_node(self.point[node.data]) else node
        value = self.values.get(node)
        return of_rational(value) if type(value) is fmpq else self.forms.get(self.stands.get(node, node))

    def needs(self, node: Node) -> tuple[Node, ...]:
        """The nodes that must have a value before this one can."""
        if node.op == "variable":
            bound = self.point[node.data]
            return (bound,) if is_node(bound) else ()
        if node.op != "where":
            return node.args
        condition, yes, no = node.args
        if condition not in self.values:
            return (condition,)
        holds_here = self.values[condition]
        if type(holds_here) is Undefined:
            return ()
        return (yes, no) if holds_here is None else (yes,) if holds_here else (no,)

    def is_unmoved(self, node: Node) -> bool:
        """True where everything that the node needs has the very value that it has at the reference."""
        reference = self.reference
        if node not in reference or node.op == "variable":
            return False
        used = (node.args[0], *self.needs(node)) if node.op == "where" else node.args
        return all(self.values[arg] is reference.get(arg) for arg in used)

    def look_at_clock(self, weight: int) -> None:
        """Stop when the time is over."""
        self.waited += weight
        if self.waited >= PATIENCE:
            self.waited = 0
            if limits.clock() > self.deadline:
                raise OutOfTimeError

    def touch(self, node: Node) -> None:
        """Note that this node's decision is at a switch."""
        self.touched[node] = None
        self.stands.pop(node, None)

    def border(self, node: Node) -> None:
        """Note that this node is at an end of its domain."""
        self.edges[node] = None


def number_value(run: Balls, node: Node) -> Value:
    """An exact number."""
    return rational(node.data)


def constant_value(run: Balls, node: Node) -> Value:
    """pi or e; `inf` is no number."""
    if node.data == "pi":
        return arb.pi()
    if node.data == "e":
        return arb.const_e()
    return INFINITE


def variable_value(run: Balls, node: Node) -> Value:
    """What the point says."""
    bound = run.point[node.data]
    return run.values[bound] if is_node(bound) else bound


def sum_value(run: Balls, node: Node) -> Value:
    """constant + Σ coefficient·term: rational terms exactly, the others as balls."""
    coefficients, start = node.data
    exact, ball = rational(start), None
    values = run.values
    for index, (arg, coefficient) in enumerate(zip(node.args, coefficients, strict=True)):
        value = values[arg]
        if type(value) is Undefined:
            return is_bad(values[other] for other in node.args[index:])
        term = value if type(coefficient) is int and coefficient == 1 else value * rational(coefficient)
        if type(term) is fmpq:
            exact += term
            if index & 15 == 15 and exact.height_bits() > limits.EXACT_BITS:
                ball, exact = arb(exact) if ball is None else ball + exact, ZERO
        else:
            ball = term if ball is None else ball + term
    if ball is None or exact == 0:
        return exact if ball is None else ball
    whole = ball + exact
    beside = complement(run, node) if 0 in whole and len(coefficients) == 1 else None
    return whole if beside is None else beside


def complement(run: Balls, node: Node) -> Value | None:
    """c - c*erf(u) as c*erfc(u), c - c*tanh(u) as 2*c/(exp(2*u) + 1): the difference takes as many bits as u or u*u."""
    (coefficient,), start = node.data
    (term,) = node.args
    if term.op != "call" or abs(coefficient) != abs(start) or term.data.name not in ("erf", "tanh"):
        return None
    u = as_ball(run.values[term.args[0]]) * (1 if coefficient == -start else -1)
    return rational(start) * (u.erfc() if term.data.name == "erf" else 2 / ((2 * u).exp() + 1))


def product_value(run: Balls, node: Node) -> Value:
    """Π base**exponent, base by base, so that 0 times an undefined factor is undefined and not 0."""
    exact, ball, large = ONE, None, None
    for arg, exponent in node.factors():
        value = run.values[arg]
        if type(value) is Undefined and value.kind == "overflow" and exponent < 0:
            value = SPECK
        elif exponent != 1 and type(value) is not Undefined:
            if is_root(exponent) and not value > 0:
                run.border(node)
            value = rational_power(run, arg, value, exponent)
        if type(value) is Undefined:
            if value.kind != "overflow":
                return value
            large = value
        elif type(value) is not fmpq:
            ball = value if ball is None else ball * value
        else:
            exact *= value
            if exact.height_bits() > limits.EXACT_BITS:
                ball, exact = arb(exact) if ball is None else ball * exact, ONE
    return large if large is not None else exact if ball is None else ball if exact == 1 else times_exact(ball, exact)


def times_exact(ball: arb, exact: fmpq) -> Value:
    """A ball times a rational; exactly 0 where the rational is 0 and the ball is a number."""
    return ZERO if exact == 0 and ball.is_finite() else ball * exact


def where_value(run: Balls, node: Node) -> Value:
    """The branch that the condition takes; where it is not decided, what both branches have in common."""
    condition, yes, no = node.args
    holds_here = run.values[condition]
    if type(holds_here) is Undefined:
        return holds_here
    if holds_here is not None:
        taken = yes if holds_here else no
        run.stands[node] = stands_for(run, taken)
        return run.values[taken]
    first, second = run.values[yes], run.values[no]
    return as_ball(first).union(as_ball(second)) if is_known(first) and is_known(second) else UNKNOWN


def compare_value(run: Balls, node: Node) -> Value:
    """The truth of a comparison; touched at equality."""
    left, right = (run.values[arg] for arg in node.args)
    bad = is_bad((left, right))
    if bad is not None:
        return bad
    if left < right or left > right:
        return COMPARISONS[node.data](-1 if left < right else 1, 0)
    at_equality = COMPARISONS[node.data](0, 0)
    if stands_for(run, node.args[0]) is stands_for(run, node.args[1]):
        return at_equality  # equal around the point too: x == max(x, y) where x is the greater
    run.touch(node)
    if type(left) is fmpq and type(right) is fmpq:
        return at_equality
    return None


def truth_value(run: Balls, node: Node) -> Value:
    """True or False."""
    return node.data


def logic_value(run: Balls, node: Node) -> Value:
    """and, or, not."""
    return three_valued(node.op, [run.values[arg] for arg in node.args])


def abstract_value(run: Balls, node: Node) -> Value:
    """An unknown function has no numbers."""
    return of_unknown(node.data[0])


def call_value(run: Balls, node: Node) -> Value:
    """The row's function of the arguments: decided exactly, listed, by the kernel's enclosure, or by its definition."""
    args = [run.values[arg] for arg in node.args]
    bad = is_bad(args)
    if bad is not None:
        return bad
    rule = node.data
    if isinstance(rule, BoundRule):
        from gradcli.evaluate.bound.values import bound_value

        return bound_value(rule, args, run.deadline)
    decide = DECISIONS.get(rule.name)
    if decide is not None:
        return decide(run, node, args)
    if rule.domain and at_closed_end(rule, args):
        run.border(node)
        if rule.name == "lambertw" and is_branch_point(run, node.args[0]):
            return -ONE
    listed = listed_ball(rule, args[0]) if len(args) == 1 and type(args[0]) is fmpq else None
    return listed if listed is not None else enclosed_call(run, node, args)


def listed_ball(rule: Rule, argument: fmpq) -> fmpq | None:
    """The rational value of a row at a rational argument: listed, or a perfect power's; None where none is known."""
    if rule.name in PERFECT:
        value = PERFECT[rule.name](from_flint(argument))
        return None if value is None else fmpq(value.numerator, value.denominator)
    if argument.q != 1 or not rule.exact:
        return None
    value = listed_integers(rule.name)[0].get(int(argument.p))
    return None if value is None else fmpq(value)


def enclosed_call(run: Balls, node: Node, args: list[Value]) -> Value:
    """The kernel's ball, or the definition's."""
    rule = node.data
    if not all(is_known(arg) for arg in args):
        return UNKNOWN
    balls = [as_ball(arg) for arg in args]
    reason = domain_problem(rule, args)
    if reason is not None:
        return Undefined(reason)
    note_kinks(run, node, args)
    kernel = ball_kernel(rule)
    if kernel is None:
        return defined_call(run, node, args)
    result = settle(kernel(*balls))
    lost = type(result) is arb and not result.is_finite()
    if lost and not result.is_nan() and any(abs(ball) > HUGE for ball in balls):
        return Undefined(f"{rule.name} is too large to calculate with", "overflow")
    return result


def note_kinks(run: Balls, node: Node, args: list[Value]) -> None:
    """Touched where an argument may be at one of the kinks that the row states."""
    if node.data.name == "atan2" and not (args[0] > 0 or args[0] < 0 or args[1] > 0):
        run.touch(node)  # the angle jumps from pi to -pi
    if node.data.name == "hypot" and not any(arg > 0 or arg < 0 for arg in args):
        run.touch(node)  # the tip of the cone
    for kink in node.data.kinks:
        place = integer_of(kink.at)
        if place is not None and not (args[0] < place or args[0] > place):
            run.touch(node)


def defined_call(run: Balls, node: Node, args: list[Value]) -> Value:
    """The value by the row's definition, evaluated as a program of its own. Definitions nest as deep as rows do."""
    names, definition, guards = template(node.data, len(args))
    inner = Balls(dict(zip(names, args, strict=True)), run.deadline)
    inner.at_precision(run.bits)
    inner.fill([definition, *guards])
    if inner.touched:
        run.touch(node)
    if inner.edges:
        run.border(node)
    bad = is_bad(inner.values[guard] for guard in guards)
    return inner.values[definition] if bad is None else bad


def is_branch_point(run: Balls, argument: Node) -> bool:
    """Is the argument -1/e by its form? No ball tells: it reaches over the end of the domain at every precision."""
    while argument.op == "variable" and is_node(run.point[argument.data]):
        argument = run.point[argument.data]
    if argument.op != "sum" or argument.data != ((-1,), 0) or argument.args[0].op != "product":
        return False
    (factor,) = argument.args[0].args[:1]
    return argument.args[0].data == (-1,) and factor.op == "constant" and factor.data == "e"


OPERATIONS: dict[str, Callable[[Balls, Node], Value]] = {
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
    "abstract": abstract_value,
}
