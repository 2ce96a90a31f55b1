"""Arrays as nodes with shapes, sizes that may be letters: closed forms come from these."""

from __future__ import annotations

from gradcli.cas.rows import FALLBACK_GROUP
from gradcli.problems import GradcliError
from gradcli.program import make, rationals
from gradcli.program.building.builder import Builder
from gradcli.program.building.texts import TextSizes, parsed_text
from gradcli.program.dimensions import mismatch, two_scalars
from gradcli.program.forms import parts, reductions, scalars
from gradcli.program.graph import CONDITIONS
from gradcli.program.types.subscripts import Picked
from gradcli.records import TYPE_CHECKING
from gradcli.text.tree import LATEX_POWER, Binary

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from gradcli.problems import Span
    from gradcli.program.graph import Graph, Node
    from gradcli.program.types.subscripts import Sizes
    from gradcli.rules.array_rule import ArrayRule
    from gradcli.rules.rule import Rule


class NodeValues:
    """Scalars and arrays as nodes, by the constructors of `make`. `entrywise` names what acts so on a square matrix."""

    inferred = True

    def __init__(self, graph: Graph, sizes: Sizes | None = None) -> None:
        self.graph = graph
        self.sizes: Sizes = TextSizes() if sizes is None else sizes
        self.entrywise: set[str] = set()

    def is_condition(self, value: Node) -> bool:
        return value.op in CONDITIONS

    def fitted(self, node: Node, shape: Any) -> Node:
        """An array repeated over a shape; scalars spread by themselves."""
        return make.repeated(self.graph, node, shape) if node.shape else node

    def add(self, terms: Sequence[tuple[Node, int]], shape: Any) -> Node:
        if shape:
            terms = [(make.repeated(self.graph, node, shape), sign) for node, sign in terms]
        return make.add(self.graph, terms)

    def multiply(self, factors: Sequence[tuple[Node, int]], shape: Any) -> Node:
        if not shape:
            return make.multiply(self.graph, factors)
        return make.hadamard(self.graph, [(self.fitted(n, shape), sign) for n, sign in factors], shape)

    def power(self, tree: Binary, base: Node, exponent: Node, shape: Any) -> Node:
        """In LaTeX of a square matrix the product with itself, or the inverse."""
        square = base.shape and base.shape[0] == base.shape[1] and base.shape != (1, 1)
        if tree.op is LATEX_POWER and square and exponent.op == "number":
            if exponent.data == -1:
                return make.inv(self.graph, base)
            if type(exponent.data) is int and 1 <= exponent.data <= scalars.LONGEST_POWER:
                return make.matmul(self.graph, [base] * exponent.data)
        self.note("**", (base, exponent))
        return make.power(self.graph, self.fitted(base, shape), self.fitted(exponent, shape))

    def matmul(self, tree: Binary, left: Node, right: Node) -> Node:
        if not left.shape and not right.shape:
            raise two_scalars()
        return make.matmul(self.graph, [left, right])

    def compare(self, op: str, left: Node, right: Node, shape: Any) -> Node:
        repeated = (make.repeated(self.graph, side, shape) for side in (left, right))
        return make.compare(self.graph, op, *repeated)

    def logic(self, op: str, conditions: Sequence[Node]) -> Node:
        return make.logic(self.graph, op, conditions)

    def where(self, condition: Node, yes: Node, no: Node, shape: Any) -> Node:
        if condition.shape and condition.shape != shape:
            raise mismatch(condition.shape, shape)
        both = (make.repeated(self.graph, branch, shape) for branch in (yes, no))
        return make.where(self.graph, condition, *both)

    def guards_in_branch(self, guards: list[Node], condition: Node | None, taken: bool) -> dict[Node, None]:
        """Those that are arrays of the condition's shape count where it holds; of the others nothing is asked."""
        if condition is None:
            return {}
        kept, self.graph.guards = self.graph.guards, None  # these choices are no part of the function
        one = parts.ones(self.graph, condition.shape)
        sides = [(node, one) if taken else (one, node) for node in guards if node.shape == condition.shape]
        found = dict.fromkeys(make.where(self.graph, condition, *both) for both in sides)
        self.graph.guards = kept
        return found

    def transpose(self, value: Node) -> Node:
        return make.transpose(self.graph, value)

    def stack(self, items: Sequence[Node], place: Span) -> Node:
        if not any(item.shape for item in items):
            return make.concat(self.graph, [self.one_entry(item) for item in items], 0)
        rows = [item if item.rows == 1 else make.transpose(self.graph, item) for item in items]
        return make.concat(self.graph, rows, 0)

    def indexed(self, value: Node, place: Span) -> Node:
        """A product of one entry is an array of it: inference let nothing else pass."""
        return self.one_entry(value)

    def pick(self, base: Node, down: int | Picked, across: int | Picked) -> Node:
        return pick_ranges(self.graph, base, down, across)

    def one_entry(self, value: Node) -> Node:
        return make.filled(self.graph, value, (1, 1))

    def only(self, array: Node) -> Node:
        return make.total(self.graph, array)

    def filled(self, name: str, sizes: Sequence[Any]) -> Node:
        if name == "eye":
            return parts.eye(self.graph, sizes[0])
        if name == "commutation":
            return reductions.commutation(self.graph, *sizes)
        shape = (sizes[0], sizes[1] if len(sizes) == 2 else 1)
        return parts.ones(self.graph, shape) if name == "ones" else parts.zeros(self.graph, shape)

    def call(self, rule: Rule, args: Sequence[Node], shape: Any) -> Node:
        if shape and rule.group == FALLBACK_GROUP:
            raise GradcliError("unknown-function", f"{rule.name} does not take arrays")
        args = [self.fitted(arg, shape) for arg in args]
        return args[0] if rule.variadic and args[0] is args[1] else make.call(self.graph, rule, args)

    def bind(self, name: str, args: Sequence[Node]) -> Node:
        return make.form(name)(self.graph, *args)

    def abstract(self, name: str, args: Sequence[Node]) -> Node:
        return scalars.abstract(self.graph, name, args)

    def note(self, name: str, args: Sequence[Node]) -> None:
        for node in args:
            if node.shape and node.shape[0] == node.shape[1] and node.shape != (1, 1):
                self.entrywise.add(name)

    def along(self, row: ArrayRule, array: Node, axis: int | None, place: Span) -> Node:
        return make.form(row.form)(self.graph, array, axis)

    def norm(self, array: Node, order: str, axis: int | None, place: Span) -> Node:
        if axis is not None:
            return norm_along(self.graph, array, order, axis, place)
        shape: Any = array.shape
        if order in ("", "fro") or (order in ("2", "nuc") and 1 in shape):
            return make.norm(self.graph, array)
        if order in ("2", "nuc"):
            return make.form("nuclear" if order == "nuc" else "spectral")(self.graph, array)
        absolute = reductions.absolute(self.graph, array)
        if shape[1] == 1:  # one row is a matrix
            return make.total(self.graph, absolute) if order == "1" else self.greatest(absolute)
        return self.greatest(make.total_along(self.graph, absolute, 0 if order == "1" else 1))

    def greatest(self, node: Node) -> Node:
        """The greatest entry."""
        return make.extreme(self.graph, "max", node, None) if node.shape else node

    def concat(self, arrays: Sequence[Node], axis: int) -> Node:
        return make.concat(self.graph, arrays, axis)

    def operation(self, row: ArrayRule, arrays: Sequence[Node], place: Span) -> Node:
        if row.means is None:
            return make.form(row.form)(self.graph, *arrays)
        names = dict(zip(row.args, arrays, strict=True))
        own = NodeValues(self.graph, TextSizes(arrays[0].shape))
        return Builder(own, place.source, names.get).build(parsed_text(row.means))


def norm_along(graph: Graph, node: Node, order: str, axis: int, place: Span) -> Node:
    """The norm of every column (axis 0) or row (axis 1)."""
    if order in ("", "2"):
        squares = make.total_along(graph, make.hadamard(graph, [(node, 2)], node.shape), axis)
        return make.hadamard(graph, [(squares, rationals.ratio(1, 2))], squares.shape)
    absolute = reductions.absolute(graph, node)
    if order == "1":
        return make.total_along(graph, absolute, axis)
    if order == "inf":
        return make.extreme(graph, "max", absolute, axis)
    raise GradcliError("arity", f'norm of order "{order}" takes no axis', place)


def pick_ranges(graph: Graph, node: Node, down: int | Picked, across: int | Picked) -> Node:
    """Entries, slices, and slices with a step: those are picked one by one, and stacked."""
    for axis, part in enumerate((down, across)):
        if isinstance(part, int) or part.step == 1:
            continue
        whole = Picked(0, node.shape[1 - axis], node.shape[1 - axis])
        lines = [Picked(i, i + 1, 1) for i in part.positions]
        picked = [pick_ranges(graph, node, *((line, whole) if axis == 0 else (whole, line))) for line in lines]
        node = make.concat(graph, picked, axis)
        down, across = (whole_range(node, 0), across) if axis == 0 else (down, whole_range(node, 1))
    bounds = [part if isinstance(part, int) else (part.low, part.high) for part in (down, across)]
    return make.pick(graph, node, *bounds)


def whole_range(node: Node, axis: int) -> Picked:
    """All rows or columns."""
    return Picked(0, node.shape[axis], node.shape[axis])
