"""Polynomials where a formula of one variable cancels: cos(x)/x - sin(x)/x**2 beside 0, and at 0 itself.

About each special point (0, where a denominator is linear, where a condition asks for equality) the Taylor polynomial
of the formula stands in a neighbourhood that is small enough for it to be as exact as float64 is. Far out, where sums
cancel as in 1 - x/(1 + x), it is one in 1/x.

Source: Taylor expansion; coefficients from certified power series, and the polynomial tested against certified values.
"""

from __future__ import annotations

from math import isfinite

from gradcli.codegen.even_roots import without_even_roots
from gradcli.codegen.rewriting.cancelling_sums import cancelling_part, cancelling_points
from gradcli.codegen.rewriting.sums import called
from gradcli.program.forms import scalars
from gradcli.program.graph import holds_within, is_switch, order
from gradcli.program.rationals import ratio
from gradcli.program.substitute import replace
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction
    from typing import Any, Final

    from gradcli.codegen.laurent import Laurent
    from gradcli.codegen.rewriting.cancelling_sums import CancellingPart
    from gradcli.program.graph import Graph, Node

HALVINGS: Final = range(3, 11)
"""Half-widths of a neighbourhood as halvings of 1: the widest that suffices."""
MOST_TERMS: Final = 16
RELATIVE: Final = 2.0**-55
MOST_NODES: Final = 400
"""Larger formulas stay as they are."""


class Spot(NamedTuple):
    """A point of one variable, inf and -inf among them."""

    name: str
    point: Fraction | float

    @property
    def is_far(self) -> bool:
        """Is it infinity?"""
        return isinstance(self.point, float)

    def at(self, h: Fraction) -> Any:
        """The coordinate at h: beside the point, or at 1/h."""
        return self.point + h if not isinstance(self.point, float) else (1 if self.point > 0 else -1) / h


class Places(NamedTuple):
    """What is known of the nodes: the only variable that each depends on ("" for several), and the special points."""

    alone: Mapping[Node, str | None]
    spots: Sequence[Spot]
    asked: frozenset[Spot]


def without_cancellation(
    graph: Graph, values: Sequence[Node], rows: Sequence[Sequence[Node]], names: Sequence[str]
) -> Any:
    """Values and rows of derivatives by `names`, with polynomials where their formulas cancel."""
    values = one_exponential(graph, without_even_roots(graph, values, below=False))
    rows = [one_exponential(graph, without_even_roots(graph, row, below=True)) for row in rows]
    every = [*values, *(node for row in rows for node in row)]
    apart = differences(graph, every)
    if apart:
        values, *rows = ([*replace(graph, row, apart.forth)] for row in (values, *rows))
        every = [*values, *(node for row in rows for node in row)]
    places = found_places(order(every))
    if not places.spots:
        values, *rows = (apart.restored(graph, row) for row in (values, *rows)) if apart else (values, *rows)
        return tuple(values), [list(row) for row in rows]
    rows = [[regrouped(graph, node, places) for node in row] for row in rows]
    places = found_places(order([*values, *(node for row in rows for node in row)]))
    smooth = {spot for spot in places.asked if all(continues(graph, value, spot, places) for value in values)}
    new_values = replaced(graph, values, places, set())
    new_rows = []
    for row in rows:
        new_rows.append(
            [
                replaced(graph, [node], places, {spot for spot in smooth if moves(name, spot, apart)})[0]
                for node, name in zip(row, names, strict=True)
            ]
        )
    if apart:
        new_values, *new_rows = (apart.restored(graph, row) for row in (new_values, *new_rows))
    return tuple(new_values), new_rows


class ComparedDifferences(NamedTuple):
    """ComparedDifferences x - y that a condition compares with 0, each under a name of its own.

    forth   nodes by what stands for them;  back: the names' nodes by the differences;  names: their variables
    """

    forth: Mapping[Node, Node]
    back: Mapping[Node, Node]
    names: Mapping[str, frozenset[str]]

    def restored(self, graph: Graph, nodes: Sequence[Node]) -> list[Node]:
        """The nodes in the program's own names."""
        return list(replace(graph, nodes, self.back))


def differences(graph: Graph, nodes: Sequence[Node]) -> ComparedDifferences | None:
    """The differences of several variables of which a condition asks whether they are 0; None where there are none."""
    forth: dict[Node, Node] = {}
    back: dict[Node, Node] = {}
    names: dict[str, frozenset[str]] = {}
    zero = scalars.number(graph, 0)
    every = order(nodes)
    is_short = len(every) <= MOST_NODES
    for node in every:
        name = f"{len(names)} apart"  # no name of a program has a space
        part = cancelling_part(graph, node, name) if is_short and node.op == "sum" else None
        if part is not None and (made := without_part(graph, part, name, forth)) is not None:
            forth[node] = made
            if part.u.op != "variable":
                back[scalars.variable(graph, name)] = part.u
                names[name] = frozenset(below.data for below in order([part.u]) if below.op == "variable")
            continue
        if node.op != "compare" or node.data not in ("==", "!="):
            continue
        difference = scalars.difference(graph, *node.args)
        used = frozenset(part.data for part in order([difference]) if part.op == "variable")
        if len(used) < 2 or difference.op != "sum" or difference in forth:
            continue
        if holds_within(graph, difference, is_switch):  # min(x, y) == x holds on an open set
            continue
        whole = scalars.variable(graph, name)
        forth[difference] = whole
        forth[scalars.add(graph, [(difference, -1)])] = scalars.add(graph, [(whole, -1)])
        forth[node] = scalars.compare(graph, node.data, whole, zero)
        back[whole], names[name] = difference, used
    return ComparedDifferences(forth, back, names) if forth else None


def without_part(graph: Graph, found: CancellingPart, name: str, forth: Mapping[Node, Node]) -> Node | None:
    """A sum with the polynomial of its cancelling part in place of that; None where there is no polynomial.

    forth   what stands for the nodes below it
    """
    spot = Spot(found.u.data if found.u.op == "variable" else name, 0)
    made = beside(graph, found.part, found.part, spot, at_point=False)
    if made is None:
        return None
    *common, rest = replace(graph, [*(base for base, _ in found.common), found.rest], forth)
    exponents = [e for _, e in found.common]
    whole = scalars.add(graph, [(made, 1), (rest, 1)])
    return scalars.multiply(graph, [*zip(common, exponents, strict=True), (whole, 1)])


def moves(name: str, spot: Spot, apart: ComparedDifferences | None) -> bool:
    """Does a change of this variable change what the spot is about?"""
    return name in apart.names.get(spot.name, (spot.name,)) if apart else spot.name == name


def one_exponential(graph: Graph, nodes: Sequence[Node]) -> list[Node]:
    """The nodes with exp(u)**a*exp(v)**b as exp(a*u + b*v), which does not overflow before its value does."""
    mapping: dict[Node, Node] = {}
    for node in order(nodes):
        if node.op != "product" or any(base.op == "sum" for base in node.args):
            continue
        factors = list(zip(node.args, node.data, strict=True))
        several = [(base.args[0], e) for base, e in factors if base.op == "call" and base.data.name == "exp"]
        if len(several) > 1:
            rest = [(base, e) for base, e in factors if base.op != "call" or base.data.name != "exp"]
            whole = called(graph, "exp", scalars.add(graph, several))
            mapping[node] = scalars.multiply(graph, [*rest, (whole, 1)])
    return replace(graph, nodes, mapping) if mapping else list(nodes)


def found_places(nodes: Sequence[Node]) -> Places:
    """The nodes of one variable, and the points at which their formulas may cancel."""
    alone: dict[Node, str | None] = {}
    spots: dict[Spot, None] = {}
    asked: set[Spot] = set()
    if len(nodes) > MOST_NODES:
        return Places(alone, (), frozenset())
    for node in nodes:
        below = {alone[arg] for arg in node.args} - {None}
        alone[node] = node.data if node.op == "variable" else below.pop() if len(below) == 1 else "" if below else None
        name = alone[node]
        if node.op == "product" and name:
            for base, exponent in zip(node.args, node.data, strict=True):
                if exponent < 0 and alone[base] == name:
                    spots[Spot(name, 0)] = None
                    if (root := root_of(base)) is not None:
                        spots[Spot(name, root)] = None
        elif node.op == "compare" and node.data in ("==", "!=") and name:
            difference = [arg for arg in node.args if arg.op == "number"]
            if len(difference) == 1 and any(arg.op == "variable" for arg in node.args):
                spots[Spot(name, difference[0].data)] = None
                asked.add(Spot(name, difference[0].data))
    spots.update((Spot(name, point), None) for name, point in cancelling_points(nodes, alone))
    return Places(alone, tuple(spots), frozenset(asked))


def regrouped(graph: Graph, root: Node, places: Places) -> Node:
    """The root with y*sin(x)/x**2 - y*cos(x)/x as y times a sum of x alone, wherever x has a special point."""
    names = {spot.name for spot in places.spots}
    mapping: dict[Node, Node] = {}
    for node in order([root]):
        if node.op != "sum" or places.alone.get(node) != "" or len(node.args) > MOST_TERMS:
            continue
        for name in names:
            made = grouped(graph, node, name, places)
            if made is not None:
                mapping[node] = made
                break
    return replace(graph, [root], mapping)[0] if mapping else root


def grouped(graph: Graph, node: Node, name: str, places: Places) -> Node | None:
    """A sum with terms that have the same factors besides those of one variable put together; None where none have."""
    groups: dict[tuple[tuple[Node, Any], ...], list[tuple[Node, Any]]] = {}
    coefficients, start = node.data
    for c, term in zip(coefficients, node.args, strict=True):
        factors = list(zip(term.args, term.data, strict=True)) if term.op == "product" else [(term, 1)]
        own = [factor for factor in factors if places.alone.get(factor[0]) == name]
        rest = tuple(sorted((f for f in factors if f not in own), key=lambda factor: factor[0].serial))
        groups.setdefault(rest, []).append((scalars.multiply(graph, own), c))
    if not any(rest and len(terms) > 1 for rest, terms in groups.items()):
        return None
    parts = [(scalars.multiply(graph, [*rest, (scalars.add(graph, terms), 1)]), 1) for rest, terms in groups.items()]
    return scalars.add(graph, parts, start)


def root_of(node: Node) -> Fraction | int | None:
    """The root of a linear function of a variable."""
    if node.op == "sum" and len(node.args) == 1 and node.args[0].op == "variable":
        from fractions import Fraction

        (slope,), start = node.data
        return Fraction(-start) / Fraction(slope)
    return None


def continues(graph: Graph, value: Node, spot: Spot, places: Places) -> bool:
    """Is each choice by equality at this point, below the value, continuous there?"""
    from gradcli.codegen.laurent import laurent_series
    from gradcli.evaluate.certified.certify import certify

    for node in order([value]):
        if node.op != "where" or places.alone[node] != spot.name:
            continue
        beside = laurent_series(node, spot.point)[node]
        assert not isinstance(spot.point, float)
        there = certify([node], {spot.name: scalars.number(graph, spot.point)})[0].value
        if not isinstance(beside, tuple):
            continue
        limit = float(beside.series[0]) if beside.valuation == 0 else 0.0 if beside.valuation > 0 else None
        if there is None or limit is None or abs(limit - there) > 1e-12 * abs(there):
            return False
    return True


def replaced(graph: Graph, roots: Sequence[Node], places: Places, at_point: set[Spot]) -> list[Node]:
    """The roots with the largest formulas of one variable that cancel at a spot given by polynomials beside it.

    at_point   spots at which the polynomial stands too, as the limit
    """
    mapping: dict[Node, Node] = {}
    waiting = list(roots)
    seen: set[Node] = set()
    while waiting:
        node = waiting.pop()
        if node in seen or node.op in ("number", "constant", "variable", "compare", "and", "or", "not"):
            continue
        seen.add(node)
        name = places.alone.get(node)
        if name:
            made = node
            for spot in places.spots:
                if spot.name == name:
                    made = beside(graph, node, made, spot, spot in at_point) or made
            if made is not node:
                mapping[node] = made
                continue
        elif node.op == "where" and (opened := with_point(graph, node, places, at_point)) is not None:
            mapping[node] = opened
            continue
        waiting.extend(node.args)
    return replace(graph, roots, mapping) if mapping else list(roots)


def with_point(graph: Graph, node: Node, places: Places, at_point: set[Spot]) -> Node | None:
    """where(c, z*a, 0), a of the variable of c alone, with the polynomial of a at the point that c leaves out."""
    condition, yes, no = node.args
    name = places.alone.get(condition)
    if not name or yes.op != "product" or no.op != "number" or no.data:
        return None
    factors = list(zip(yes.args, yes.data, strict=True))
    own = [factor for factor in factors if places.alone.get(factor[0]) == name]
    rest = [factor for factor in factors if factor not in own]
    for spot in at_point:
        if spot.name != name or not own:
            continue
        inside = scalars.multiply(graph, own)
        made = beside(graph, scalars.where(graph, condition, inside, no), inside, spot, at_point=True)
        if made is not None:
            either = scalars.logic(graph, "or", [made.args[0], condition])
            return scalars.where(graph, either, scalars.multiply(graph, [*rest, (made, 1)]), no)
    return None


def beside(graph: Graph, node: Node, now: Node, spot: Spot, at_point: bool) -> Node | None:
    """The node as a choice: its polynomial about the spot, else what it is now. None where it does not cancel."""
    from gradcli.codegen.laurent import TERMS, Laurent, laurent_series

    if not any(may_cancel(part, spot) for part in order([node])):
        return None
    found = laurent_series(node, spot.point)
    own = found[node]
    if not isinstance(own, Laurent) or not (-TERMS if spot.is_far else 0) <= own.valuation <= TERMS:
        return None
    if not any(cancels(part, found, at_point) for part in found):
        return None
    made = polynomial(own)
    if made is None or not is_close(graph, node, spot, made):
        return None
    radius, coefficients = made
    if spot.is_far:
        size = scalars.add(graph, [(scalars.variable(graph, spot.name), 1 if spot.point > 0 else -1)])
        text = horner(graph, scalars.multiply(graph, [(size, -1)]), own.valuation, coefficients)
        far = scalars.compare(graph, ">", size, scalars.number(graph, 1 / radius))
        return scalars.where(graph, far, text, now)
    h = scalars.add(graph, [(scalars.variable(graph, spot.name), 1)], -ratio(*spot.point.as_integer_ratio()))
    text = horner(graph, h, own.valuation, coefficients)
    near = scalars.compare(graph, "<", called(graph, "abs", h), scalars.number(graph, radius))
    if not at_point and not is_regular(found):
        apart = scalars.compare(graph, "!=", h, scalars.number(graph, 0))
        near = scalars.logic(graph, "and", [near, apart])
    return scalars.where(graph, near, text, now)


def is_regular(found: Mapping[Node, Laurent | bool | None]) -> bool:
    """Is the formula as typed a number at the spot: no part has a pole or a choice there, or is 0 below a line?"""
    for node, part in found.items():
        if not isinstance(part, tuple) or part.valuation < 0:
            return False
        if node.op == "product" and any(e < 0 and valuation_of(found[b]) for b, e in scalars.pairs(node)):
            return False
    return True


def valuation_of(part: Laurent | bool | None) -> int:
    """The order of a part that has a series."""
    return part.valuation if isinstance(part, tuple) else 0


def may_cancel(node: Node, spot: Spot) -> bool:
    """A sum with a term that is no multiple of the variable, or a choice by equality."""
    if node.op == "sum":
        return len(node.args) > 1 or (bool(node.data[1]) and node.args[0].op != "variable")
    return node.op == "where"


def cancels(node: Node, found: Mapping[Node, Laurent | bool | None], at_point: bool) -> bool:
    """Is a sum of a higher order than one of its terms, or (`at_point`) does a choice leave out the point?"""
    from gradcli.codegen.laurent import Laurent
    from gradcli.codegen.stable_forms import exponential_less_one

    own = found[node]
    if not isinstance(own, Laurent):
        return False
    if node.op == "where":
        return at_point and node.args[0].op in ("compare", "not") and found[node.args[0]] is not None
    if node.op != "sum" or not may_cancel(node, Spot("", 0)):
        return False
    place = exponential_less_one(node)  # with the constant it is expm1 of its argument
    terms = [arg if k != place else arg.args[0] for k, arg in enumerate(node.args)]
    parts = [part.valuation for arg in terms if isinstance(part := found[arg], Laurent)]
    return own.valuation > min([*parts, *([0] if node.data[1] and place is None else [])])


def polynomial(own: Laurent) -> tuple[Fraction, list[float]] | None:
    """The half-width of a neighbourhood and the coefficients of the series that suffice there."""
    from fractions import Fraction

    numbers = [float(c) if not c.contains(0) else 0.0 for c in own.series.coeffs()]
    numbers += [0.0] * (own.known - len(numbers))  # those of a polynomial end
    if not all(map(isfinite, numbers)):
        return None
    sizes = list(map(abs, numbers))
    for radius in (Fraction(1, 2**k) for k in HALVINGS):
        terms = [size * float(radius) ** k for k, size in enumerate(sizes)]
        if sum(terms[1:]) > terms[0] / 2:
            continue
        for count in range(1, min(MOST_TERMS, len(terms) - 6) + 1):
            if sum(terms[count:]) <= RELATIVE * terms[0]:
                return radius, numbers[:count]
    return None


def is_close(graph: Graph, node: Node, spot: Spot, made: tuple[Fraction, list[float]]) -> bool:
    """Has the polynomial the certified values of the node at four points of the neighbourhood?"""
    from fractions import Fraction

    from gradcli.codegen.laurent import laurent_series
    from gradcli.evaluate.certified.certify import certify

    radius, coefficients = made
    series = laurent_series(node, spot.point)[node]
    assert isinstance(series, tuple)
    for share in (Fraction(-1), Fraction(-1, 3), Fraction(1, 7), Fraction(1)):
        h = radius * (abs(share) if spot.is_far else share)
        value = sum(Fraction(c) * h**k for k, c in enumerate(coefficients)) * h**series.valuation
        wanted = certify([node], {spot.name: scalars.number(graph, spot.at(h))})[0].value
        if wanted is None or abs(float(value) - wanted) > 4e-16 * abs(wanted):
            return False
    return True


def horner(graph: Graph, h: Node, valuation: int, coefficients: Sequence[float]) -> Node:
    """h**valuation·(c0 + h·(c1 + …))."""
    from fractions import Fraction

    result = scalars.number(graph, Fraction(coefficients[-1]))
    for coefficient in reversed(coefficients[:-1]):
        result = scalars.add(graph, [(scalars.multiply(graph, [(h, 1), (result, 1)]), 1)], Fraction(coefficient))
    return scalars.multiply(graph, [(h, valuation), (result, 1)]) if valuation else result
