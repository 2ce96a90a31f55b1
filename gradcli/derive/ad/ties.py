"""Entries that are equal wherever the function is: the greatest of them counts once, however often it stands there.

`max(D@D.T)` has its greatest entry beside the diagonal twice, `max(concat(x, x))` everywhere: a gradient that adds the
gradients of all entries that are equal to the greatest would double. Where entries may be tied on an open set, each
of the tied ones gets its share. (Where the maximum is differentiable all tied entries have one gradient, so that their
mean is it.)
"""

from __future__ import annotations

from gradcli.program import make
from gradcli.program.forms import parts as parts_forms
from gradcli.program.graph import order
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from gradcli.program.graph import Graph, Node

ENTRYWISE = frozenset({"sum", "scale", "hadamard", "product", "power", "call"})
"""Operations that act entry by entry."""


class Own(NamedTuple):
    """Variables parts of which belong to one entry alone: of each entry another part.

    manner   `entry`: the entry at the same place; `turned`: at the transposed place; `row`, `column`: a row or column
             of one variable; `both`: a row of the first variable and a column of the second
    """

    manner: str
    variables: tuple[Node, ...]

    def turned(self) -> Own:
        """The same of the transposed array."""
        return self._replace(manner={"entry": "turned", "turned": "entry"}.get(self.manner, self.manner))


def chosen(graph: Graph, node: Node, active: Collection[Node]) -> tuple[Node, Node]:
    """The condition "this entry is the greatest (least)" of a reduction, and the share that each such entry has."""
    (array,) = node.args
    condition = make.compare(graph, "==", array, make.repeated(graph, node, array.shape))
    one = parts_forms.number(graph, 1)
    if are_apart(array, active, graph.symmetric):
        return condition, one
    ones, zeros = parts_forms.ones(graph, array.shape), parts_forms.zeros(graph, array.shape)
    count = make.total_along(graph, make.where(graph, condition, ones, zeros), node.data[1])
    if not count.shape:
        return condition, make.power(graph, count, parts_forms.number(graph, -1))
    return condition, make.hadamard(graph, [(count, -1)], count.shape)


def are_apart(array: Node, active: Collection[Node], symmetric: Collection[str]) -> bool:
    """Are no two entries equal on an open set of the active variables, unless nothing of them changes there?

    Shown for arrays each entry of which has a part of a variable for itself; False where that is not shown.
    """
    owned: dict[Node, frozenset[Own]] = {}
    used: dict[Node, frozenset[Node]] = {}
    for node in order([array]):
        below = [used[arg] for arg in node.args]
        if node.op == "variable" and node in active:
            used[node] = frozenset({node})
            alone = node.shape and node.data not in symmetric
            owned[node] = frozenset({Own("entry", (node,))}) if alone else frozenset()
        else:
            used[node] = frozenset().union(*below)
            owned[node] = owned_by(node, owned, used)
    return bool(owned[array])


def owned_by(node: Node, owned: dict[Node, frozenset[Own]], used: dict[Node, frozenset[Node]]) -> frozenset[Own]:
    """What belongs to each entry of the node alone."""
    if node.op in ENTRYWISE and not (node.op == "call" and len(node.args) > 1 and node.data.kinks):
        parts = [arg for arg in node.args if arg.shape]
        found = frozenset().union(*(owned[part] for part in parts))
        return frozenset(one for one in found if all(keeps(one, arg, owned, used) for arg in node.args))
    if node.op == "transpose":
        return frozenset(one.turned() for one in owned[node.args[0]])
    if node.op == "matmul" and node.shape:
        return frozenset(products(node, owned, used))
    return frozenset()


def keeps(one: Own, arg: Node, owned: dict[Node, frozenset[Own]], used: dict[Node, frozenset[Node]]) -> bool:
    """Does this argument leave to each entry what is its own?"""
    return one in owned[arg] or not used[arg] & frozenset(one.variables)


def products(node: Node, owned: dict[Node, frozenset[Own]], used: dict[Node, frozenset[Node]]) -> Sequence[Own]:
    """A column of a product owns rows of its first factor, a row columns of the last, a matrix both."""
    first, *middle, last = node.args
    rows, columns = node.rows, node.columns

    def alone(factor: Node, rest: Sequence[Node]) -> list[Node]:
        elsewhere = frozenset().union(*(used[other] for other in rest))
        entries = [one.variables[0] for one in owned[factor] if one.manner in ("entry", "turned")]
        return [variable for variable in entries if variable not in elsewhere]

    left, right = alone(first, [*middle, last]), alone(last, [first, *middle])
    if columns == 1:
        return [Own("row", (variable,)) for variable in left]
    if rows == 1:
        return [Own("column", (variable,)) for variable in right]
    return [Own("both", (one, other)) for one in left for other in right]
