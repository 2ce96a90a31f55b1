"""Arrays as their entries, one scalar node each: exact and certified numbers come from these."""

from __future__ import annotations

from itertools import count

from gradcli.problems import GradcliError
from gradcli.program import make
from gradcli.program.building.builder import Builder
from gradcli.program.forms import scalars
from gradcli.program.graph import CONDITIONS, Node
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from gradcli.problems import Span
    from gradcli.program.building.texts import TextSizes
    from gradcli.program.graph import Graph
    from gradcli.program.scalarize.entries import Cells
    from gradcli.program.types.subscripts import Picked
    from gradcli.rules.array_rule import ArrayRule
    from gradcli.rules.rule import Rule
    from gradcli.text.tree import Binary

    Value = Node | Cells


class EntryValues:
    """Scalars as nodes, arrays as `Cells`. A program of scalars loads nothing else.

    inferred    the shapes of what is built fit, by inference: a node that stands for an array is one of one entry
    """

    def __init__(self, graph: Graph, sizes: TextSizes | None = None, inferred: bool = False) -> None:
        self.graph, self.inferred = graph, inferred
        self.known_sizes = sizes
        self.places: dict[Node, set[tuple[Any, int]]] = {}

    @property
    def sizes(self) -> TextSizes:
        """All sizes are numbers."""
        if self.known_sizes is None:
            from gradcli.program.building.texts import TextSizes

            self.known_sizes = TextSizes()
        return self.known_sizes

    def is_condition(self, value: Value) -> bool:
        return (value if isinstance(value, Node) else value.rows[0][0]).op in CONDITIONS

    def spread(self, function: Callable[..., Node], values: Sequence[Value], shape: Any) -> Value:
        """A function of scalars, entry by entry; at which of them nodes are dropped is kept."""
        from gradcli.program.scalarize.entries import elementwise

        graph, numbers = self.graph, count()
        if not shape or graph.guards is None:
            return elementwise(function, values, shape)

        def one(*entries: Node) -> Node:
            before: Any = graph.guards
            dropped = graph.guards = {}
            found, number = function(*entries), next(numbers)
            for node in dropped:
                self.places.setdefault(node, set()).add((shape, number))
            before.update(dropped)
            graph.guards = before
            return found

        return elementwise(one, values, shape)

    def add(self, terms: Sequence[tuple[Value, int]], shape: Any) -> Value:
        if not shape:
            return scalars.add(self.graph, terms)  # type: ignore[arg-type]
        signs = [sign for _, sign in terms]
        whole = lambda *entries: scalars.add(self.graph, zip(entries, signs, strict=True))  # noqa: E731
        return self.spread(whole, [value for value, _ in terms], shape)

    def multiply(self, factors: Sequence[tuple[Value, int]], shape: Any) -> Value:
        if not shape:
            return scalars.multiply(self.graph, factors)  # type: ignore[arg-type]
        exponents = [exponent for _, exponent in factors]
        whole = lambda *entries: scalars.multiply(self.graph, zip(entries, exponents, strict=True))  # noqa: E731
        return self.spread(whole, [value for value, _ in factors], shape)

    def power(self, tree: Binary, base: Value, exponent: Value, shape: Any) -> Value:
        from gradcli.program.scalarize.operators import matrix_power

        if not isinstance(base, Node):
            found = matrix_power(self.graph, tree, base, exponent)
            if found is not None:
                return found
        return self.spread(lambda a, b: scalars.power(self.graph, a, b), [base, exponent], shape)

    def matmul(self, tree: Binary, left: Value, right: Value) -> Value:
        from gradcli.program.scalarize.operators import product

        if self.inferred:
            left, right = self.one_entry(left), self.one_entry(right)
        return product(self.graph, tree, left, right)

    def compare(self, op: str, left: Value, right: Value, shape: Any) -> Value:
        return self.spread(lambda a, b: scalars.compare(self.graph, op, a, b), [left, right], shape)

    def logic(self, op: str, conditions: Sequence[Value]) -> Value:
        return self.spread(lambda *parts: scalars.logic(self.graph, op, parts), conditions, ())

    def where(self, condition: Value, yes: Value, no: Value, shape: Any) -> Value:
        return self.spread(lambda c, a, b: scalars.where(self.graph, c, a, b), [condition, yes, no], shape)

    def guards_in_branch(self, guards: list[Node], condition: Value | None, taken: bool) -> dict[Node, None]:
        """Those of one entry count where its own condition holds, the others everywhere."""
        if condition is None or isinstance(condition, Node):
            return dict.fromkeys(guards)
        graph, one = self.graph, scalars.number(self.graph, 1)
        conditions = [entry for row in condition.rows for entry in row]
        found: dict[Node, None] = {}
        kept, graph.guards = graph.guards, None  # these choices are no part of the function
        for node in guards:
            places = self.places.get(node, {(None, 0)})
            if any(shape != condition.shape for shape, _ in places):
                found[node] = None
                continue
            sides = (node, one) if taken else (one, node)
            found.update((scalars.where(graph, conditions[number], *sides), None) for _, number in sorted(places))
        graph.guards = kept
        return found

    def transpose(self, value: Value) -> Value:
        return value if isinstance(value, Node) else value.transposed()

    def stack(self, items: Sequence[Value], place: Span) -> Cells:
        from gradcli.program.scalarize.operators import stack_items

        return stack_items(items, place)

    def indexed(self, value: Value, place: Span) -> Value:
        """A matrix of one entry, where inference let it pass. Raises `shape`: a scalar has no entries."""
        if self.inferred:
            return self.one_entry(value)
        raise GradcliError(
            "shape",
            "only vectors and matrices have entries, and this is a scalar",
            place,
            "give it a size: --shape x=3, or a value: --at x=[1,2,3]",
        )

    def pick(self, base: Value, down: int | Picked, across: int | Picked) -> Value:
        from gradcli.program.scalarize.arrangements import pick

        assert not isinstance(base, Node)
        return pick(base, down, across)

    def one_entry(self, value: Value) -> Value:
        from gradcli.program.scalarize.entries import column

        return column([value]) if isinstance(value, Node) else value

    def only(self, array: Value) -> Value:
        assert not isinstance(array, Node)
        return array.rows[0][0]

    def filled(self, name: str, sizes: Sequence[int]) -> Value:
        from gradcli.program.scalarize.operators import FILLED

        return FILLED[name](self.graph, *sizes)

    def call(self, rule: Rule, args: Sequence[Value], shape: Any) -> Value:
        def one(*entries: Node) -> Node:
            if rule.variadic and entries[0] is entries[1]:
                return entries[0]
            return scalars.call(self.graph, rule, entries)

        return self.spread(one, args, shape) if shape else one(*args)  # type: ignore[arg-type]

    def bind(self, name: str, args: Sequence[Value]) -> Value:
        from gradcli.program.building.functions import shape_of_all

        return self.spread(lambda *parts: make.form(name)(self.graph, *parts), args, shape_of_all(args))

    def abstract(self, name: str, args: Sequence[Value]) -> Value:
        return self.spread(lambda *parts: scalars.abstract(self.graph, name, parts), args, args[0].shape)

    def note(self, name: str, args: Sequence[Value]) -> None:
        if any(value.shape for value in args):
            from gradcli.program.scalarize.operators import ALSO_OF_MATRICES, note_entrywise

            if name in ALSO_OF_MATRICES:
                note_entrywise(self.graph, *args)

    def along(self, row: ArrayRule, array: Value, axis: int | None, place: Span) -> Value:
        from gradcli.program.scalarize.functions import map_along, reduce_along

        assert not isinstance(array, Node)
        if row.kind == "map":
            return map_along(row.name, self.graph, array, axis or 0)
        return reduce_along(row.name, self.graph, array, axis)

    def norm(self, array: Value, order: str, axis: int | None, place: Span) -> Value:
        from gradcli.program.scalarize.norms import norm

        assert not isinstance(array, Node)
        return norm(self.graph, array, order or "fro", axis)

    def concat(self, arrays: Sequence[Value], axis: int) -> Value:
        from gradcli.program.scalarize.arrangements import concat

        return concat([array for array in arrays if not isinstance(array, Node)], axis)

    def operation(self, row: ArrayRule, arrays: Sequence[Value], place: Span) -> Value:
        from gradcli.program.building.texts import TextSizes, parsed_text
        from gradcli.program.scalarize.operators import ENTRIES

        function = ENTRIES.get(row.form or row.name)
        if function is not None:
            return function(self.graph, *arrays)
        if row.means is not None:
            names = dict(zip(row.args, arrays, strict=True))
            own = EntryValues(self.graph, TextSizes(arrays[0].shape), inferred=True)
            return Builder(own, place.source, names.get).build(parsed_text(row.means))
        raise GradcliError(
            "too-large-exact",
            f"{row.name} has no closed form entry by entry",
            place,
            hint="it is computed where all its entries have values",
        )
