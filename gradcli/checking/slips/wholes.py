"""Answers that are another array than the gradient: the summand itself, another gradient, a norm too many."""

from __future__ import annotations

from gradcli import limits
from gradcli.checking.slips.conditions import makes_equal, sum_conditions
from gradcli.checking.slips.grids import in_time, places_of
from gradcli.derive.ad.reverse import Reverse
from gradcli.derive.results import Slip
from gradcli.problems import GradcliError, Source
from gradcli.program.scalarize.entries import Cells
from gradcli.records import TYPE_CHECKING
from gradcli.text.tree import Binary, Call, postorder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gradcli.checking.comparison import Comparison
    from gradcli.checking.records import Claim, Part
    from gradcli.checking.slips.grids import ArrangedNumbers, Grid
    from gradcli.program.graph import Node
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
    # the gradient by c of a function of x - c is the opposite one: a wrong sign is what happens
    others = [] if ours.opposite().is_like(yours) else same_shaped(comparison, part)
    for other in in_time(others):
        if gradient_by(comparison, part, other, numbers).is_like(yours):
            return Slip(part.label, "wrong-variable", f"{name} is the gradient by {other}, not by {part.label}")
    for tree in in_time(norms(claim)):
        size = read(comparison, tree, numbers)
        if size is not None and len(size.rows) == len(size.rows[0]) == 1 and ours.times(size.rows[0][0]).is_like(yours):
            inner = tree.arguments[0]
            message = f"{name} has {{0}} for the derivative of {{1}}, which is {{2}}"
            return Slip(part.label, "swapped-function", message, (inner, tree, Binary("/", inner, tree)))
    deadline = limits.clock() + limits.CHECK_SECONDS / 2
    for condition in sum_conditions(comparison):
        if makes_equal(comparison, condition, deadline, places_of(comparison, part.label)):
            message = f"{name} is right if {condition.text}, as for a probability vector; without that it is not"
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


def same_shaped(comparison: Comparison, part: Part) -> list[str]:
    """Other arrays with as many entries as a part."""
    counts: dict[str, int] = {}
    for name in comparison.case.variables:
        base, bracket, _ = name.partition("[")
        if bracket and base != part.label:
            counts[base] = counts.get(base, 0) + 1
    return [name for name, count in counts.items() if count == len(part.entries)]


def by_another_array(
    claim: Claim, comparison: Comparison, part: Part, yours: Grid, numbers: ArrangedNumbers
) -> Slip | None:
    """The slip of a gradient whose shape is that of another array, by which it is."""
    if claim.kind != "gradient":
        return None
    arrays: dict[str, list[str]] = {}
    for name in comparison.case.variables:
        arrays.setdefault(name.partition("[")[0], []).append(name)
    columns = len(yours.rows[0])
    for other, names in in_time(arrays.items()):
        if other == part.label or len(names) != len(yours.rows) * columns:
            continue
        nodes = Reverse(comparison.graph, names).gradient(comparison.case.outputs[0])
        grid = numbers.grid(Cells(tuple(tuple(nodes[i : i + columns]) for i in range(0, len(nodes), columns))))
        if grid.is_like(yours):
            message = f"your gradient by {part.label} is the gradient by {other}, not by {part.label}"
            return Slip(part.label, "wrong-variable", message)
    return None


def gradient_by(comparison: Comparison, part: Part, other: str, numbers: ArrangedNumbers) -> Grid:
    """The gradient by another array, entry by entry in the place of ours."""
    names = [other + entry.wrt.removeprefix(part.label) for entry in part.entries]
    function = comparison.pairs[0].function
    nodes: list[Node] = Reverse(comparison.graph, names).gradient(function)
    columns = part.shape[1]
    return numbers.grid(Cells(tuple(tuple(nodes[i : i + columns]) for i in range(0, len(nodes), columns))))
