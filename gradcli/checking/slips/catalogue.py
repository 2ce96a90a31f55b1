"""The slips that people make, each as what it changes in a derivative at one point.

Collections of such slips: E. Clark, "Common errors in calculus"; the "Diff" answer test of STACK (Sangwin, Computer
Aided Assessment of Mathematics, 2013, chapter 6); questions on hand derivations at Mathematics Stack Exchange.
"""

from __future__ import annotations

from gradcli.checking.slips.adjoints import NotHereError, exact
from gradcli.derive.ad.reverse import Reverse
from gradcli.program.forms import scalars
from gradcli.program.rows import rule_text
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from gradcli.checking.slips.adjoints import AdjointSweep
    from gradcli.program.graph import Graph, Node

    Ball = Any


class Mark(NamedTuple):
    """A slip at a place. `code` as in the JSON of `check`; `form` tells the slips of one code apart.

    node, part    the operation and its argument: their signatures, so that the entries of arrays slip together
    is_typed      the slip is one in the function as it was typed, not in its canonical form
    """

    code: str
    form: str
    node: Any
    part: Any
    is_typed: bool = False


class Location(NamedTuple):
    """Where a mark was first met."""

    node: Node
    argument: Node | None
    text: str = ""


WRONG: Mapping[str, tuple[str, ...]] = {
    "sin": ("tan(x)", "sec(x)**2"),
    "cos": ("sin(x)", "cos(x)", "-cos(x)", "-tan(x)"),
    "tan": ("sec(x)", "1/cos(x)", "sec(x)*tan(x)", "-csc(x)**2", "1/sin(x)**2", "1 - tan(x)**2", "cot(x)"),
    "cot": ("csc(x)**2", "-sec(x)**2", "-csc(x)", "-csc(x)*cot(x)", "sec(x)**2", "tan(x)"),
    "sec": ("sec(x)**2", "tan(x)**2", "-csc(x)*cot(x)", "tan(x)", "csc(x)*cot(x)", "-sec(x)*tan(x)"),
    "csc": ("csc(x)*cot(x)", "sec(x)*tan(x)", "-csc(x)**2", "-cot(x)**2", "-cot(x)"),
    "asin": ("1/(1 + x**2)", "-1/sqrt(1 - x**2)", "1/(1 - x**2)", "1/sqrt(1 + x**2)", "1/sqrt(x**2 - 1)", "acos(x)"),
    "acos": ("1/sqrt(1 - x**2)", "-1/(1 + x**2)", "-1/sqrt(1 + x**2)", "1/(1 + x**2)", "-1/(1 - x**2)", "-asin(x)"),
    "atan": ("1/sqrt(1 - x**2)", "1/(1 - x**2)", "1/sqrt(1 + x**2)", "-1/(1 + x**2)", "sec(x)**2", "1/tan(x)"),
    "acot": ("1/(1 + x**2)", "-1/sqrt(1 + x**2)", "-1/(1 - x**2)"),
    "sinh": ("-cosh(x)", "cos(x)"),
    "cosh": ("-sinh(x)", "-sin(x)", "sin(x)"),
    "tanh": ("1 + tanh(x)**2", "1/cosh(x)", "1 - tanh(x)", "sec(x)**2", "-1/cosh(x)**2", "sigmoid(x)*(1 - sigmoid(x))"),
    "asinh": ("1/sqrt(1 - x**2)", "1/sqrt(x**2 - 1)", "1/(1 + x**2)", "1/(1 - x**2)"),
    "acosh": ("1/sqrt(1 - x**2)", "1/sqrt(x**2 + 1)", "-1/sqrt(x**2 - 1)"),
    "atanh": ("1/(1 + x**2)", "1/sqrt(1 - x**2)", "1/(x**2 - 1)"),
    "exp": ("log(x)", "1/x"),
    "log": ("exp(x)", "1/x**2", "-1/x**2", "1/sqrt(x)", "1/(2*x)"),
    "log10": ("1/x", "log(10)/x"),
    "log2": ("1/x", "log(2)/x"),
    "sqrt": ("1/sqrt(x)", "2/sqrt(x)", "1/(2*x)"),
    "sigmoid": ("x*(1 - x)", "out*(1 + out)", "out**2", "1 - out", "out - 1", "1 - out**2", "exp(-x)/(1 + exp(-x))",
                "-out*(1 - out)", "1 - tanh(x)**2"),
    "softplus": ("1 - sigmoid(x)", "sigmoid(x)*(1 - sigmoid(x))", "1/(1 + exp(x))", "exp(x)", "1/(1 + x)"),
    "relu": ("sign(x)", "out"),
    "abs": ("where(x >= 0, 1, 0)", "1", "x"),
    "erf": ("2/sqrt(pi)*exp(x**2)", "exp(-x**2)", "exp(-x**2/2)", "exp(-x**2/2)/sqrt(2*pi)", "1/sqrt(pi)*exp(-x**2)"),
}  # fmt: skip
"""What is taken for the derivative of a function, in gradcli's language (x: its argument, out: its value)."""

HALF = 0.5

FAMILIES = (
    ("sin", "cos", "tan", "cot", "sec", "csc"),
    ("sinh", "cosh", "tanh"),
)
"""Functions whose values are taken for each other's derivatives."""


MOST_INSIDE = 8
"""Functions, and variables, up to which f'(g'(x)) is tried for f(g(x))."""


class Alternatives:
    """Wrong derivatives of the functions in a program, as nodes, made once.

    inside   f'(g'(x)) and f'(x) of a call f(g(x)), by call and variable
    """

    def __init__(self, graph: Graph, calls: Sequence[Node], names: Sequence[str] = ()) -> None:
        self.texts: dict[Node, list[tuple[str, Node]]] = {}
        self.inside: dict[tuple[Node, str], dict[str, Node]] = {}
        if max(len(calls), len(names)) <= MOST_INSIDE:
            for node in calls:
                self.take_inside(graph, node, names)
        for node in calls:
            if len(node.args) == 1 and node not in self.texts:
                bound = {"x": node.args[0], "out": node}
                self.texts[node] = [(text, rule_text(graph, text, bound)) for text in wrong_texts(node.data.name)]

    def take_inside(self, graph: Graph, node: Node, names: Sequence[str]) -> None:
        """The outer derivative at the inner one, by each variable."""
        partials = node.data.partials
        if len(node.args) != 1 or len(partials) != 1 or partials[0] is None:
            return
        for name, slope in zip(names, Reverse(graph, names).gradient(node.args[0]), strict=True):
            here = graph.intern("variable", (), name)
            if node.args[0] is here or (slope.op == "number" and not slope.data):
                continue  # nothing inside, or nothing that moves
            wrong = {"inside": slope, "bare": here} if slope.op != "number" else {"bare": here}
            for form, argument in wrong.items():
                bound = {node.data.args[0]: argument, "out": scalars.call(graph, node.data, (argument,))}
                self.inside.setdefault((node, name), {})[form] = rule_text(graph, partials[0], bound)

    def nodes(self) -> list[Node]:
        """All of them."""
        inside = [node for forms in self.inside.values() for node in forms.values()]
        return [*(node for pairs in self.texts.values() for _, node in pairs), *inside]


def wrong_texts(name: str) -> list[str]:
    """What people write for the derivative of this function."""
    family = next((names for names in FAMILIES if name in names), ())
    values = [f"{sign}{other}(x)" for other in family if other != name for sign in ("", "-")]
    return list(dict.fromkeys([*WRONG.get(name, ()), *values]))


class Slips:
    """The slips at one point, for one output and one variable: `found` has what each adds to the derivative."""

    def __init__(
        self,
        sweep: AdjointSweep,
        output: int,
        name: str,
        signature: Callable[[Node], Any],
        alternatives: Alternatives,
        is_typed: bool = False,
    ) -> None:
        self.sweep = sweep
        self.is_typed = is_typed
        self.output = output
        self.adjoint = sweep.adjoint(output)
        self.tangent = sweep.tangent(name)
        self.signature = signature
        self.alternatives = alternatives
        self.name = name
        self.variable = next((node for node in self.tangent if node.op == "variable"), sweep.local.outputs[output])
        self.others = [other for other in sweep.local.names if other != name]
        self.found: dict[Mark, Ball] = {}
        self.passed: dict[Mark, Ball] = {}
        self.places: dict[Mark, Location] = {}
        for node in self.tangent:
            if node in self.adjoint and node.op in RULES_OF_SLIPS:
                RULES_OF_SLIPS[node.op](self, node)
                self.node_slips(node)

    def note(self, code: str, form: str, node: Node, part: Node | None, change: Ball, text: str = "") -> None:
        """Add a change to a mark."""
        mark = Mark(code, form, self.signature(node), None if part is None else self.signature(part), self.is_typed)
        self.found[mark] = self.found[mark] + change if mark in self.found else change
        self.places.setdefault(mark, Location(node, part, text))

    def edge(self, node: Node, place: int) -> Ball:
        """What passes the edge, noted as something of which a multiple may be taken."""
        argument = node.args[place]
        contribution = self.adjoint[node] * self.sweep.local_derivative(node, place) * self.tangent[argument]
        part = (place_key(node, place), self.signature(argument))
        mark = Mark("factor", "edge", self.signature(node), part, self.is_typed)
        self.passed[mark] = self.passed[mark] + contribution if mark in self.passed else contribution
        self.places.setdefault(mark, Location(node, argument))
        return contribution

    def moving(self, node: Node) -> list[int]:
        """The places of the arguments that depend on the variable."""
        return [i for i, arg in enumerate(node.args) if arg in self.tangent and self.sweep.passes(node, i)]

    # ------------------------------------------------------------------------ one operation each

    def sum(self, node: Node) -> None:
        """Terms that are forgotten, have the wrong sign, or are left as they are; constants that are kept."""
        coefficients, start = node.data
        own = self.adjoint[node]
        for i in self.moving(node):
            term, passed = node.args[i], self.edge(node, i)
            which = occurrence(node, i)
            if len(node.args) > 1 or start:
                self.note("missing-term", f"term{which}", node, term, -passed)
                self.note("sign", f"term{which}", node, term, -2 * passed)
            left = own * exact(coefficients[i]) * self.sweep.of(term)
            self.note("not-differentiated", f"term{which}", node, term, left - passed)
            self.note("extra-term", f"left{which}", node, term, left)
        if start:
            self.note("extra-term", "constant", node, None, own * exact(start))
            self.note("extra-term", "minus constant", node, None, -own * exact(start))

    def product(self, node: Node) -> None:
        """Products, quotients and powers."""
        moving = self.moving(node)
        passed = {i: self.edge(node, i) for i in moving}
        for i in moving:
            self.power_slips(node, i, passed[i])
            if len(node.args) == 1:
                self.skipped_link(node, node.args[i], self.adjoint[node] * self.tangent[node.args[i]], passed[i])
            if node.data[i] == 1:
                rest = self.adjoint[node] * self.sweep.of(node)
                self.note("not-differentiated", f"factor{occurrence(node, i)}", node, node.args[i], rest - passed[i])
        if len(moving) > 1:
            self.product_slips(node, moving, passed)
        for i in set(range(len(node.args))).difference(moving):
            form = {1: "factor forgotten", -1: "divisor forgotten"}.get(node.data[i])
            if form is not None:
                total = sum(passed.values())
                change = total / self.sweep.raised(node.args[i], node.data[i]) - total
                self.note("factor", form, node, node.args[i], change)

    def product_slips(self, node: Node, moving: list[int], passed: Mapping[int, Ball]) -> None:
        """Several factors that depend on the variable: forgotten terms, wrong signs, f'·g' and the quotient rule."""
        quotient = any(node.data[i] < 0 for i in moving)
        code = "quotient-rule" if quotient else "product-rule"
        for i in moving:
            which = occurrence(node, i)
            self.note(code, f"forgotten{which}", node, node.args[i], -passed[i])
            self.note(code, f"sign{which}", node, node.args[i], -2 * passed[i])
        own, total = self.adjoint[node], sum(passed.values())
        derivatives = exact(1)
        rest = exact(1)
        for i, (base, exponent) in enumerate(node.factors()):
            if i in passed:
                step = exact(exponent) * self.sweep.raised(base, exponent - 1) * self.tangent[base]
                derivatives = derivatives * step
            else:
                rest = rest * self.sweep.raised(base, exponent)
        for i in moving:
            others = exact(1)
            for j in moving:
                others = others * (self.sweep.raised(node.args[j], node.data[j]) if j != i else 1)
            lacking = passed[i] / others - passed[i]
            self.note(code, f"other factor forgotten{occurrence(node, i)}", node, node.args[i], lacking)
        self.note(code, "product of derivatives", node, None, own * rest * derivatives - total)
        if not quotient:
            alone = sum(passed[i] * self.sweep.of(node.args[i]) / self.sweep.of(node) for i in moving)
            self.note(code, "sum of derivatives", node, None, alone * rest - total)
        if quotient:
            self.quotient_slips(node, moving, passed, rest)

    def quotient_slips(self, node: Node, moving: list[int], passed: Mapping[int, Ball], rest: Ball) -> None:
        """N/D: N'/D', the square of the denominator forgotten, no denominator at all."""
        own, total = self.adjoint[node], sum(passed.values())
        top, bottom, top_slope, bottom_slope = exact(1), exact(1), exact(0), exact(0)
        for i in moving:
            base, exponent = node.args[i], node.data[i]
            factor = self.sweep.raised(base, abs(exponent))
            slope = exact(abs(exponent)) * self.tangent[base] / self.sweep.of(base)
            if exponent > 0:
                top, top_slope = top * factor, top_slope + slope
            else:
                bottom, bottom_slope = bottom * factor, bottom_slope + slope
        self.note("quotient-rule", "denominator not squared", node, None, total * bottom - total)
        self.note("quotient-rule", "no denominator", node, None, total * bottom**2 - total)
        wrong = own * rest * top * top_slope / (bottom * bottom_slope)
        self.note("quotient-rule", "quotient of derivatives", node, None, wrong - total)

    def power_slips(self, node: Node, place: int, passed: Ball) -> None:
        """b**e in a product: the exponent kept, the factor e forgotten, the inner derivative forgotten."""
        base, exponent = node.args[place], node.data[place]
        if exponent == 1:
            return
        value = self.sweep.of(base)
        inner = self.tangent[base]
        for form, change in (
            ("exponent kept", passed * value),
            ("exponent raised", passed * value**2),
            ("exponent lowered twice", passed / value),
            *((("factor forgotten", passed / exact(exponent)),) if exponent != -1 else ()),  # that is a wrong sign
            ("factor lowered", passed * exact(exponent - 1) / exact(exponent)),
            ("factor raised", passed * exact(exponent + 1) / exact(exponent)),
            ("factor and exponent kept", passed * value / exact(exponent)),
            *((("norm", passed * value**HALF),) if is_norm(base) else ()),
        ):
            self.note("power-rule", form, node, base, change - passed)
        outer = self.adjoint[node] * self.sweep.local_derivative(node, place)
        self.inner_slips(node, base, outer, inner)
        rest = self.adjoint[node] * self.sweep.others(node, place)
        if base.op != "variable":
            powered = inner ** abs(exponent - 1) if exponent > 1 else 1 / inner ** abs(exponent - 1)
            self.note("missing-inner-derivative", "inside", node, base, rest * exact(exponent) * powered - passed)
            self.note("missing-inner-derivative", "inside and behind", node, base, rest * powered * inner - passed)
            bare = rest * exact(exponent) * self.sweep.raised(self.variable, exponent - 1)
            self.misplaced("bare", node, base, bare, passed)
        if exponent < 0:
            slope = exact(-exponent) * self.sweep.raised(base, -exponent - 1) * inner
            self.note("quotient-rule", "reciprocal of the derivative", node, base, rest / slope - passed)
        if exponent == -1:
            self.note("integrated", "term", node, base, rest * value.log() - passed)
        else:
            whole = rest * self.sweep.raised(base, exponent + 1) / exact(exponent + 1)
            self.note("integrated", "term", node, base, whole - passed)
        self.note("not-differentiated", "factor", node, base, rest * self.sweep.raised(base, exponent) - passed)

    def inner_slips(self, node: Node, argument: Node, outer: Ball, inner: Ball) -> None:
        """The inner derivative forgotten, taken twice, or taken by another variable."""
        passed = outer * inner
        if argument.op != "variable":
            self.note("missing-inner-derivative", "", node, argument, outer - passed)
            if not bool(inner == 1):
                self.note("missing-inner-derivative", "but for its sign", node, argument, -outer - passed)
            self.note("extra-inner-derivative", "", node, argument, passed * inner - passed)
        for other in self.others[:6]:
            slope = self.sweep.tangent(other).get(argument)
            if slope is not None:
                self.note("wrong-variable", f"inner {other}", node, argument, outer * slope - passed, other)
                self.note("extra-inner-derivative", f"by {other}", node, argument, passed * slope - passed, other)

    def misplaced(self, form: str, node: Node, argument: Node, outer: Ball, passed: Ball) -> None:
        """An outer derivative at another place than the inner function, alone and with the inner derivative."""
        self.note("missing-inner-derivative", form, node, argument, outer - passed)
        behind = outer * self.tangent[argument]
        self.note("missing-inner-derivative", f"{form} and behind", node, argument, behind - passed)

    def skipped_link(self, node: Node, argument: Node, passed_by: Ball, passed: Ball) -> None:
        """A link in the middle of a chain is left out: cos(u)**2 gives 2*cos(u)*u', without the derivative of cos."""
        if self.sweep.local.outputs[self.output] is not node or not self.is_shifted(argument):
            self.note("missing-inner-derivative", "link", node, argument, passed_by - passed)
            self.note("missing-inner-derivative", "link but for its sign", node, argument, -passed_by - passed)

    def is_shifted(self, argument: Node) -> bool:
        """Is it the variable, or that and what does not depend on it: is its derivative 1?"""
        if argument.op == "variable":
            return True
        moving = self.moving(argument) if argument.op == "sum" else []
        only = moving[0] if len(moving) == 1 else None
        return only is not None and argument.args[only].op == "variable" and argument.data[0][only] == 1

    def call(self, node: Node) -> None:
        """A function: its inner derivative, its own derivative, its value left as it is."""
        moving = self.moving(node)
        own, value = self.adjoint[node], self.sweep.of(node)
        for i in moving:
            argument, passed = node.args[i], self.edge(node, i)
            inner = self.tangent[argument]
            self.inner_slips(node, argument, own * self.sweep.local_derivative(node, i), inner)
            self.skipped_link(node, argument, own * inner, passed)
            self.note("sign", "function", node, argument, -2 * passed)
            self.note("not-differentiated", "function", node, argument, own * value * inner - passed)
            self.note("not-differentiated", "whole", node, argument, own * value - passed)
            if len(moving) > 1:
                self.note("missing-term", f"argument #{i}", node, argument, -passed)
            for form, other in self.alternatives.inside.get((node, self.name), {}).items():
                if other in self.sweep.value:
                    self.misplaced(form, node, argument, own * self.sweep.of(other), passed)
            if node.data.name == "exp":
                wrong = own * self.sweep.of(argument) * value * (exact(-1)).exp()
                self.note("power-rule", "of an exponential", node, argument, wrong * inner - passed)
                self.note(
                    "power-rule", "of an exponential, without the inner derivative", node, argument, wrong - passed
                )
        for text, wrong_node in self.alternatives.texts.get(node, ()):
            wrong_value = self.sweep.value.get(wrong_node)
            if wrong_value is not None and moving:
                (inner,) = (self.tangent[node.args[i]] for i in moving)
                change = own * (wrong_value - self.sweep.local_derivative(node, 0)) * inner
                self.note("swapped-function", text, node, node.args[0], change, text)

    def power(self, node: Node) -> None:
        """u**v with v no number: each part forgotten, the rule for powers taken for exponentials, and so on."""
        moving = self.moving(node)
        base, exponent = node.args
        own, value = self.adjoint[node], self.sweep.of(node)
        for i in moving:
            argument, passed = node.args[i], self.edge(node, i)
            inner = self.tangent[argument]
            self.inner_slips(node, argument, own * self.sweep.local_derivative(node, i), inner)
            if len(moving) > 1:
                self.note("missing-term", f"of a power #{i}", node, argument, -passed)
            self.note("not-differentiated", "function", node, argument, own * value * inner - passed)
        lowered = own * self.sweep.of(exponent) * value / self.sweep.of(base)
        if 1 in moving:
            passed = own * self.sweep.local_derivative(node, 1) * self.tangent[exponent]
            self.note("power-rule", "of an exponential", node, exponent, lowered * self.tangent[exponent] - passed)
            self.note(
                "power-rule", "logarithm forgotten", node, exponent, own * value * self.tangent[exponent] - passed
            )
        if 0 in moving:
            passed = lowered * self.tangent[base]
            self.note("power-rule", "exponent kept", node, base, passed * self.sweep.of(base) - passed)
            self.note("power-rule", "factor forgotten", node, base, passed / self.sweep.of(exponent) - passed)

    def where(self, node: Node) -> None:
        """Branches are taken as they are."""
        for i in self.moving(node):
            self.edge(node, i)

    def node_slips(self, node: Node) -> None:
        """The same slip wherever a part is used."""
        if self.sweep.local.uses.get(node, 0) > 1 and node.op != "variable":
            own, inner = self.adjoint[node], self.tangent[node]
            self.note("missing-inner-derivative", "everywhere", node, node, own * (1 - inner))
            self.note("sign", "everywhere", node, node, -2 * own * inner)
            self.note("missing-term", "everywhere", node, node, -own * inner)
            mark = Mark("factor", "everywhere", self.signature(node), None, self.is_typed)
            self.passed[mark] = own * inner
            self.places[mark] = Location(node, node)


def occurrence(node: Node, place: int) -> str:
    """What tells the terms of x + x apart, as people type them; nothing where each is there once."""
    return f" #{place}" if len(set(node.args)) < len(node.args) else ""


def is_norm(base: Node) -> bool:
    """Is it a sum of squares: the norm of a vector, squared?"""
    return base.op == "sum" and len(base.args) > 1 and all(a.op == "product" and set(a.data) == {2} for a in base.args)


def place_key(node: Node, place: int) -> Any:
    """Arguments of a function are told apart by their places, terms and factors are not."""
    return place if node.op in ("call", "power", "where") else -1


RULES_OF_SLIPS: Mapping[str, Callable[[Slips, Node], None]] = {
    "sum": Slips.sum,
    "product": Slips.product,
    "call": Slips.call,
    "power": Slips.power,
    "where": Slips.where,
}


def slips_at(
    sweep: AdjointSweep,
    output: int,
    name: str,
    signature: Callable[[Node], Any],
    alternatives: Alternatives,
    is_typed: bool = False,
) -> Slips | None:
    """The slips at a point, None where a part has no value there."""
    try:
        return Slips(sweep, output, name, signature, alternatives, is_typed)
    except NotHereError:
        return None
