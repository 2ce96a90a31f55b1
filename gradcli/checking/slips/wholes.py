"""Answers that are another array than the gradient: the summand itself, another gradient, a norm too many."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from gradcli.derive.ad.reverse import Reverse
from gradcli.derive.results import Slip
from gradcli.problems import GradcliError, Source
from gradcli.program.forms import scalars
from gradcli.program.graph import Node
from gradcli.program.scalarize.entries import Cells
from gradcli.text.tree import Call, postorder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gradcli.checking.comparison import Comparison
    from gradcli.checking.records import Claim, Part
    from gradcli.checking.slips.grids import ArrangedNumbers, Grid
    from gradcli.text.tree import Tree

SUMS = ("sum", "mean")


def other_than_the_gradient(
    claim: Claim, comparison: Comparison, part: Part, ours: Grid, yours: Grid, numbers: ArrangedNumbers
) -> Slip | None:
    """The slip of a gradient by an array whose numbers are those of something else."""
    if claim.kind != "gradient":
        return None
    name = f"your gradient by {part.label}"
    for tree in summands(claim):
        if (grid := read(comparison, tree, numbers)) is not None and grid.is_like(yours):
            return Slip(
                part.label, "not-differentiated", f"{name} is {{0}} itself, which is not differentiated", (tree,)
            )
    for other in same_shaped(comparison, part):
        if gradient_by(comparison, part, other, numbers).is_like(yours):
            return Slip(part.label, "wrong-variable", f"{name} is the gradient by {other}, not by {part.label}")
    for tree in norms(claim):
        size = read(comparison, tree, numbers)
        if size is not None and len(size.rows) == len(size.rows[0]) == 1 and ours.times(size.rows[0][0]).is_like(yours):
            inner = tree.arguments[0]
            message = f"{name} has {{0}} for the derivative of {{1}}, which is {{0}}/{{1}}"
            return Slip(part.label, "swapped-function", message, (inner, tree))
    for other in arrays(comparison, part):
        if right_where_it_sums_to_one(comparison, part, other, numbers):
            message = f"{name} is right if sum({other}) = 1, as for a probability vector; without that it is not"
            return Slip(part.label, "factor", message)
    return None


def output_tree(claim: Claim) -> Tree:
    """The expression of the function."""
    return claim.script.statements[-1].tree


def summands(claim: Claim) -> Iterator[Tree]:
    """What is summed up, where the function is a sum or a mean over entries."""
    tree = output_tree(claim)
    if isinstance(tree, Call) and tree.function in SUMS and len(tree.arguments) == 1:
        yield tree.arguments[0]


def norms(claim: Claim) -> Iterator[Call]:
    """The Euclidean norms in the function."""
    for tree in postorder(output_tree(claim)):
        if isinstance(tree, Call) and tree.function == "norm" and len(tree.arguments) == 1 and not tree.keywords:
            yield tree


def read(comparison: Comparison, tree: Tree, numbers: ArrangedNumbers) -> Grid | None:
    """The numbers of a part of the function; None where it cannot be read by itself."""
    try:
        return numbers.grid(comparison.case.reader.read(tree, Source("answer", "")))
    except GradcliError:
        return None


def arrays(comparison: Comparison, part: Part) -> dict[str, int]:
    """Other arrays, with how many entries they have."""
    counts: dict[str, int] = {}
    for name in comparison.case.variables:
        base, bracket, _ = name.partition("[")
        if bracket and base != part.label:
            counts[base] = counts.get(base, 0) + 1
    return counts


def same_shaped(comparison: Comparison, part: Part) -> list[str]:
    """Other arrays of the shape of a part."""
    return [name for name, count in arrays(comparison, part).items() if count == len(part.entries)]


def right_where_it_sums_to_one(comparison: Comparison, part: Part, other: str, numbers: ArrangedNumbers) -> bool:
    """Is yours right wherever the entries of this array have the sum 1, as labels and probabilities have?"""
    graph, columns = comparison.graph, part.shape[1]
    points = []
    for run in numbers.runs:
        point = dict(run.point)
        places = [name for name in point if name.startswith(f"{other}[")]
        if not all(isinstance(point[name], Node) and point[name].op == "number" for name in places):
            return False
        total = sum(Fraction(point[name].data) for name in places)
        if not total:
            return False
        for name in places:
            point[name] = scalars.number(graph, Fraction(point[name].data) / total)
        points.append(point)
    there = numbers.at(points)
    nodes = [entry.ours for entry in part.entries]
    ours = there.grid(Cells(tuple(tuple(nodes[i : i + columns]) for i in range(0, len(nodes), columns))))
    return part.value is not None and there.grid(part.value).is_like(ours)


def gradient_by(comparison: Comparison, part: Part, other: str, numbers: ArrangedNumbers) -> Grid:
    """The gradient by another array, entry by entry in the place of ours."""
    names = [other + entry.wrt.removeprefix(part.label) for entry in part.entries]
    function = comparison.pairs[0].function
    nodes: list[Node] = Reverse(comparison.graph, names).gradient(function)
    columns = part.shape[1]
    return numbers.grid(Cells(tuple(tuple(nodes[i : i + columns]) for i in range(0, len(nodes), columns))))
