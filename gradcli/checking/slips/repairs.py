"""Slips in an answer whose function is known by numbers alone: yours is changed as the slip would be undone.

A slip is named where undoing it gives the function's derivative at every point, to more digits than chance would.
"""

from __future__ import annotations

from gradcli.derive.ad.reverse import Reverse
from gradcli.program import rationals
from gradcli.program.forms import scalars
from gradcli.program.graph import order
from gradcli.program.substitute import replace
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gradcli.program.graph import Graph, Node, Rational

MOST_REPAIRS = 400
"""Changed answers that are tried for one component."""

MOST_NODES = 300
"""Operations of an answer up to which its slips are looked for."""

SHARP = 1e-6
"""Relative error of the function's derivative above which a match may be chance."""

WRONG_FACTORS = (2, 3, 4)

PARTNERS = (("sin", "cos"), ("sinh", "cosh"), ("tan", "cot"), ("sec", "csc"))
"""Functions that are taken for each other; more of a family would make other slips look like these."""


class Repair(NamedTuple):
    """A slip with the answer in which it is undone. `{0}` in the message stands for the first of `parts`."""

    code: str
    message: str
    parts: tuple[Node, ...]
    node: Node


class Sight(NamedTuple):
    """One entry of the answer at one point: the function's derivative there with its error."""

    graph: Graph
    yours: Node
    wrt: str
    values: Mapping[str, Node]
    ours: float
    error: float


def fitting(sights: Sequence[Sight]) -> Repair | None:
    """The slip that alone explains an entry at every point; None where none does, or several kinds do."""
    left: dict[int, Repair] | None = None
    for sight in sights:
        if not 0 <= sight.error <= SHARP * abs(sight.ours):
            return None
        found = fitting_here(sight, None if left is None else set(left))
        left = found if left is None else {i: repair for i, repair in left.items() if i in found}
    fits = list((left or {}).values())
    causes = [repair for repair in fits if repair.code != "factor"]
    if not causes and len(sights) == 1 and may_be_chance(sights[0]):
        return None
    best = causes or fits
    return best[0] if len({repair.code for repair in best}) == 1 else None


def may_be_chance(sight: Sight) -> bool:
    """Is a wrong factor one that a coordinate has at this one point, as 3 where x is 3?"""
    from gradcli.evaluate.certified.certify import certify

    sizes = [abs(number.value or 0.0) for number in certify(list(sight.values.values()), sight.values)]
    products = [1.0, *sizes, *(a * b for a in sizes for b in sizes)]
    return any(x == number * y for number in WRONG_FACTORS for x in products for y in products)


def fitting_here(sight: Sight, places: set[int] | None) -> dict[int, Repair]:
    """The repairs, by their place among all, that give the function's derivative at one point."""
    from gradcli.evaluate.certified.certify import certify

    every = dict(enumerate(repairs(sight.graph, sight.yours, sight.wrt)))
    tried = {i: repair for i, repair in every.items() if places is None or i in places}
    numbers = certify([repair.node for repair in tried.values()], sight.values)
    allowed = sight.error + 2.0**-50 * abs(sight.ours)
    return {
        i: repair
        for (i, repair), number in zip(tried.items(), numbers, strict=True)
        if number.value is not None and abs(number.value - sight.ours) <= allowed
    }


def repairs(graph: Graph, yours: Node, wrt: str) -> list[Repair]:
    """Every repair of an answer, in an order that depends on the answer alone."""
    if len(order([yours])) > MOST_NODES:
        return []
    found: list[Repair] = []
    for one in (inner_repairs(graph, yours, wrt), sum_repairs(graph, yours), factor_repairs(graph, yours, wrt)):
        found += one
    return found[:MOST_REPAIRS]


def terms_of(graph: Graph, node: Node) -> list[Node]:
    """The terms of a sum with their coefficients, or the one term."""
    if node.op != "sum":
        return [node]
    coefficients, start = node.data
    found = [scalars.add(graph, [(arg, c)]) for arg, c in zip(node.args, coefficients, strict=True)]
    return found + ([scalars.number(graph, start)] if start else [])


def outer_nodes(yours: Node) -> list[Node]:
    """The sums and products outside of all functions and powers, with their parts."""
    found: dict[Node, None] = {}
    stack = [yours]
    while stack:
        node = stack.pop()
        if node in found:
            continue
        found[node] = None
        if node.op == "sum":
            stack += node.args
        elif node.op == "product":
            stack += [base for base, exponent in node.factors() if exponent == 1]
    return sorted(found, key=lambda node: node.serial)


def sum_repairs(graph: Graph, yours: Node) -> Iterator[Repair]:
    """A term with the wrong sign or a wrong factor."""
    for node in outer_nodes(yours):
        terms = terms_of(graph, node)
        for term in terms if len(terms) > 1 else []:
            for number, repair in ((-1, rationals.ratio(-2, 1)), *wrong_factors()):
                changed = scalars.add(graph, [(node, 1), (term, repair)])
                (whole,) = replace(graph, [yours], {node: changed})
                if number == -1:
                    yield Repair("sign", "has the wrong sign at the term {0}", (term,), whole)
                else:
                    yield Repair("factor", f"has a wrong factor: the term {{0}} counts {number} times", (term,), whole)


def wrong_factors() -> list[tuple[str, Rational]]:
    """How often a term counts that should count once, and what is to be added of it."""
    many = [(str(k), rationals.ratio(1 - k, k)) for k in WRONG_FACTORS]
    return [*many, *[(f"1/{k}", rationals.ratio(k - 1, 1)) for k in WRONG_FACTORS]]


def inner_repairs(graph: Graph, yours: Node, wrt: str) -> Iterator[Repair]:
    """An inner derivative that is missing, or one too many, in the whole answer or in one of its terms."""
    inner = dict.fromkeys(argument for node in order([yours]) for argument in arguments_of(node))
    slopes = [(part, *Reverse(graph, [wrt]).gradient(part)) for part in inner]
    for term in terms_of(graph, yours):
        for argument, slope in slopes:
            if slope.op == "number" and slope.data in (0, 1, -1):
                continue
            message = "lacks the inner derivative {0}, that of {1}"
            yield Repair("missing-inner-derivative", message, (slope, argument), scaled(graph, yours, term, slope, 1))
            message = "has an inner derivative too many, that of {0}"
            yield Repair("extra-inner-derivative", message, (argument,), scaled(graph, yours, term, slope, -1))
    if yours.op == "sum":
        for argument, slope in slopes:
            whole = scalars.multiply(graph, [(yours, 1), (slope, 1)])
            if slope.op != "number":
                message = "lacks the inner derivative {0}, that of {1}"
                yield Repair("missing-inner-derivative", message, (slope, argument), whole)


def arguments_of(node: Node) -> list[Node]:
    """What a function or a power is taken of, variables apart."""
    if node.op in ("call", "power"):
        found = list(node.args)
    elif node.op == "product":
        found = [base for base, exponent in node.factors() if exponent != 1]
    else:
        return []
    return [argument for argument in found if argument.op not in ("variable", "number", "constant")]


def scaled(graph: Graph, yours: Node, term: Node, slope: Node, exponent: int) -> Node:
    """The answer with one term multiplied or divided by a slope."""
    changed = scalars.multiply(graph, [(term, 1), (slope, exponent)])
    return scalars.add(graph, [(yours, 1), (term, -1), (changed, 1)])


def factor_repairs(graph: Graph, yours: Node, wrt: str) -> Iterator[Repair]:
    """An exponent that is one too large or too small, and a function taken for another."""
    name = scalars.variable(graph, wrt)
    for node in outer_nodes(yours):
        if node.op == "product":
            for base, exponent in node.factors():
                if exponent != 1 and name in order([base]):
                    yield from power_repairs(graph, yours, node, base)
                if exponent != 1 and base.op == "call" and len(base.args) == 1:
                    yield from swap_repairs(graph, yours, base, node)
    for node in order([yours]):
        if node.op == "call" and len(node.args) == 1 and name in order([node]):
            yield from swap_repairs(graph, yours, node)


def power_repairs(graph: Graph, yours: Node, node: Node, base: Node) -> Iterator[Repair]:
    """The exponent of one base, lowered or raised by one."""
    for step, what in ((-1, "is not lowered by one"), (1, "is lowered by two")):
        changed = scalars.multiply(graph, [(node, 1), (base, step)])
        (whole,) = replace(graph, [yours], {node: changed})
        yield Repair("power-rule", f"breaks the power rule: the exponent of {{0}} {what}", (base,), whole)


def swap_repairs(graph: Graph, yours: Node, node: Node, power: Node | None = None) -> Iterator[Repair]:
    """A function that another of its family, with either sign, should stand for; in a power, in one of the factors."""
    from gradcli.program.rows import rule_text

    pair = next((names for names in PARTNERS if node.data.name in names), ())
    for text in (f"{sign}{other}(x)" for other in pair if other != node.data.name for sign in ("", "-")):
        right = rule_text(graph, text, {"x": node.args[0]})
        changed = right if power is None else scalars.multiply(graph, [(power, 1), (node, -1), (right, 1)])
        (whole,) = replace(graph, [yours], {power or node: changed})
        yield Repair("swapped-function", "has {0} where {1} is right", (node, right), whole)
