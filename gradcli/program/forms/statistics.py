"""Means, variances and standard deviations found again in sums and norms, for shorter texts.

sum(x)/n is written mean(x), norm(x - mean(x))**2/n is var(x), norm(x - mean(x))/sqrt(n) is std(x).
"""

from __future__ import annotations

from gradcli.program import make, rationals
from gradcli.program.forms.parts import array_part, dimension, is_ones, magnitude
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from gradcli.program.graph import Graph, Node, Rational


class Statistic(NamedTuple):
    """mean, var or std of an array, to a power."""

    name: str
    array: Node
    exponent: Rational


def take_statistics(graph: Graph, powers: dict[Node, Rational]) -> list[Statistic]:
    """The statistics in a scalar product; what they are made of is taken out of `powers`."""
    if not any(base.op == "dimension" for base in powers):
        return []
    found: list[Statistic] = []
    for base in list(powers):
        if base.op == "total":
            found += take_mean(graph, powers, base)
        elif base.op == "norm" and base.data == "2":
            found += take_deviation(graph, powers, base)
    return found


def sizes(graph: Graph, node: Node) -> list[Node] | None:
    """The sizes of an array as nodes; None where one of them is a number above 1 or no single letter."""
    nodes = [dimension(graph, size) for size in node.shape if size != 1]
    return nodes if all(size.op == "dimension" for size in nodes) else None


def take_mean(graph: Graph, powers: dict[Node, Rational], base: Node) -> list[Statistic]:
    """sum(x)**e/n**e as mean(x)**e."""
    exponent, counts = powers[base], sizes(graph, base.args[0])
    if counts is None or exponent <= 0 or any(powers.get(count, 0) > -exponent for count in counts):
        return []
    for count in counts:
        powers[count] = rationals.lower(powers[count] + exponent)
    del powers[base]
    return [Statistic("mean", base.args[0], exponent)]


def take_deviation(graph: Graph, powers: dict[Node, Rational], base: Node) -> list[Statistic]:
    """norm(x - mean(x)) with the right powers of n as std(x) or var(x)."""
    counts, array = sizes(graph, base.args[0]), uncentred(graph, base.args[0])
    if counts is None or array is None or len(counts) != 1:
        return []
    (count,) = counts
    exponent = powers[base]
    before = powers.get(count, 0)
    after = rationals.lower(before + exponent * rationals.ratio(1, 2))
    if type(after) is not int or magnitude(after) > magnitude(before) + 1 or (type(before) is int and after):
        return []
    del powers[base]
    powers[count] = after
    if type(exponent) is int and exponent % 2 == 0:
        return [Statistic("var", array, exponent // 2)]
    return [Statistic("std", array, exponent)]


def uncentred(graph: Graph, node: Node) -> Node | None:
    """x of x - mean(x), else None."""
    if node.op != "sum" or len(node.args) < 2:
        return None
    total = make.total(graph, node)
    if not (total.op == "number" and total.data == 0):
        return None
    terms = node.terms()
    return make.add(graph, [(term, factor) for term, factor in terms if not is_ones(array_part(term)[2])])
