"""Expressions become values: names, operators, conditions, subscripts and their messages, for every kind of values."""

from __future__ import annotations

from gradcli.problems import GradcliError, Source, Span
from gradcli.program.forms import scalars as scalar_forms
from gradcli.program.types.walk import FILLED, parts
from gradcli.records import TYPE_CHECKING, Generic, TypeVar, cast
from gradcli.rules import NAMES, RULES
from gradcli.text.tree import (
    LATEX_PRODUCT,
    Binary,
    Call,
    Data,
    Index,
    Name,
    Number,
    Text,
    Transpose,
    Tree,
    Unary,
    Vector,
    postorder,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from typing import Any

    from gradcli.program.building.values import Shaped, Values
    from gradcli.program.graph import Node

V = TypeVar("V", bound="Shaped")

COMPARISONS = frozenset(scalar_forms.COMPARISONS)


class OpenSum(list["tuple[Any, int]"]):
    """A sum that is still being read: value and sign, and the shape so far. Long sums are built in one step."""

    shape: Any = ()


class OpenProduct(list["tuple[Any, int]"]):
    """A product that is still being read: value and exponent (1, or -1 after a slash), and the shape so far."""

    shape: Any = ()


class BranchStart(Tree):
    """Stands before each branch of a choice, in the order of building."""

    __slots__ = ()


class Builder(Generic[V]):
    """Builds the value of one tree. `names` says what a name stands for; `functions` are the abstract ones."""

    def __init__(
        self,
        values: Values[V],
        source: Source,
        names: Callable[[str], V | None],
        functions: Collection[str] = (),
    ) -> None:
        self.values, self.graph = values, values.graph
        self.source, self.names, self.functions = source, names, functions
        self.stack: list[Any] = []
        self.around: list[dict[Node, None] | None] = []  # the guards around each branch that is being built

    def build(self, root: Tree) -> V:
        """The value of a tree. Postorder on an explicit stack: texts nest ten thousand deep."""
        order: list[Tree] = []
        stack = [root]
        while stack:
            tree = stack.pop()
            order.append(tree)
            kind = type(tree)
            if kind is Binary:
                stack.append(tree.left)  # type: ignore[attr-defined]
                stack.append(tree.right)  # type: ignore[attr-defined]
            elif kind is Call and is_choice(tree):
                condition, yes, no = tree.arguments  # type: ignore[attr-defined]
                stack += (condition, BranchStart(), yes, BranchStart(), no)
            elif kind is not Name and kind is not Number:
                stack.extend(parts(tree))
        steps = STEPS
        tree = root
        try:
            for tree in reversed(order):
                steps[type(tree)](self, tree)
            result = self.pop()
        except GradcliError as error:
            if error.span is None and tree.end > tree.start:
                error.span = place_of(self.source, tree)
            raise
        if isinstance(result, str):
            raise GradcliError("syntax", "a quoted word is no expression", place_of(self.source, root))
        if self.values.is_condition(result):
            raise condition_error(self.source, root)
        return result

    def pop(self) -> V | str:
        """The last value, its sum or product built."""
        value = self.stack.pop()
        if type(value) is OpenSum:
            return self.values.add(value, value.shape)
        if type(value) is OpenProduct:
            return self.values.multiply(value, value.shape)
        return cast("V | str", value)

    def pop_number(self, tree: Tree) -> V:
        """The last value, which must be a number or an array."""
        value = self.pop()
        if isinstance(value, str):
            raise GradcliError("syntax", "a quoted word stands where a number belongs", place_of(self.source, tree))
        if self.values.is_condition(value):
            raise condition_error(self.source, tree)
        return value

    def pop_condition(self, tree: Tree) -> V:
        """The last value, which must be a condition, or an array of them."""
        value = self.pop()
        if not isinstance(value, str) and self.values.is_condition(value):
            return value
        raise GradcliError(
            "condition",
            "a condition is needed here, such as x > 0",
            place_of(self.source, tree),
            "compare with < <= > >= == !=",
        )

    # ------------------------------------------------------------------------------- leaves

    def number(self, tree: Number) -> None:
        self.stack.append(self.graph.intern("number", (), tree.value))

    def text(self, tree: Text) -> None:
        self.stack.append(tree.value)

    def name(self, tree: Name) -> None:
        value = self.names(tree.name)
        if value is None:
            raise GradcliError("unknown-name", f"unknown name {tree.name!r}", place_of(self.source, tree))
        self.stack.append(value)

    def data(self, tree: Data) -> None:
        """Numbers from a file, each exactly as it prints: 0.1 is one tenth."""
        from fractions import Fraction

        from gradcli.program.scalarize.entries import check_cells

        rows = tree.array if tree.array.ndim == 2 else tree.array.reshape(-1, 1)
        check_cells(*rows.shape)
        place, stack = place_of(self.source, tree), self.values.stack
        number: Any = lambda x: scalar_forms.number(self.graph, Fraction(repr(x)))  # noqa: E731
        self.stack.append(stack([stack([*map(number, row)], place) for row in rows.tolist()], place))

    # ------------------------------------------------------------------------------- operators

    def unary(self, tree: Unary) -> None:
        if tree.op == "not":
            self.stack.append(self.values.logic("not", [self.pop_condition(tree)]))
            return
        operand = self.pop_number(tree.operand)
        self.stack.append(self.values.add([(operand, -1)], operand.shape))

    def binary(self, tree: Binary) -> None:
        op = tree.op
        if op == "and" or op == "or":
            right = self.pop_condition(tree.right)
            left = self.pop_condition(tree.left)
            self.spread(tree, left.shape, right.shape)
            self.stack.append(self.values.logic(op, [left, right]))
            return
        second = self.pop_number(tree.right)
        pending = self.stack[-1]
        if op == "+" or op == "-":
            if type(pending) is OpenSum:
                if pending.shape or second.shape:
                    pending.shape = self.spread(tree, pending.shape, second.shape)
                pending.append((second, 1 if op == "+" else -1))
                return
        elif (op == "*" or op == "/") and type(pending) is OpenProduct:
            if not (pending.shape or second.shape):
                pending.append((second, 1 if op == "*" else -1))
                return
            if op is not LATEX_PRODUCT or not (pending.shape and second.shape):
                pending.shape = self.spread(tree, pending.shape, second.shape)
                pending.append((second, 1 if op == "*" else -1))
                return
        first = self.pop_number(tree.left)
        if first.shape or second.shape:
            self.of_arrays(tree, op, first, second)
        else:
            self.of_scalars(tree, op, cast("Node", first), cast("Node", second))

    def of_scalars(self, tree: Binary, op: str, first: Node, second: Node) -> None:
        """An operation on two scalars; sums and products stay open for more."""
        if op == "+" or op == "-":
            self.stack.append(OpenSum([(first, 1), (second, 1 if op == "+" else -1)]))
        elif op == "*" or op == "/":
            self.stack.append(OpenProduct([(first, 1), (second, 1 if op == "*" else -1)]))
        elif op == "**":
            self.stack.append(scalar_forms.power(self.graph, first, second))
        elif op in COMPARISONS:
            self.stack.append(scalar_forms.compare(self.graph, op, first, second))
        else:
            self.of_arrays(tree, op, cast("V", first), cast("V", second))

    def of_arrays(self, tree: Binary, op: str, first: V, second: V) -> None:
        """An operation with an array in it; sums and products stay open. Errors stand under the operator."""
        values = self.values
        try:
            if op == "@" or (op is LATEX_PRODUCT and first.shape and second.shape):
                self.stack.append(values.matmul(tree, first, second))
                return
            shape = self.spread(tree, first.shape, second.shape)
            if op == "+" or op == "-" or op == "*" or op == "/":
                kind = OpenSum if op in "+-" else OpenProduct
                pending = kind([(first, 1), (second, 1 if op in "+*" else -1)])
                pending.shape = shape
                self.stack.append(pending)
            elif op == "**":
                self.stack.append(values.power(tree, first, second, shape))
            else:
                self.stack.append(values.compare(op, first, second, shape))
        except GradcliError as error:
            error.span = error.span or self.operator(tree)
            raise

    def operator(self, tree: Binary) -> Span | None:
        """Where the operator stands."""
        return Span(self.source, tree.at, tree.at + max(1, len(tree.op))) if tree.at else None

    def spread(self, tree: Binary, left: Any, right: Any) -> Any:
        """The shape of an operation entry by entry."""
        if not left or not right or left == right:
            return left or right
        from gradcli.program.dimensions import spread_shape

        try:
            return spread_shape(left, right)
        except GradcliError as error:
            error.span = self.operator(tree)
            raise

    def transpose(self, tree: Transpose) -> None:
        self.stack.append(self.values.transpose(self.pop_number(tree.operand)))

    # ------------------------------------------------------------------------------- the rest

    def vector(self, tree: Vector) -> None:
        items = [self.pop_number(item) for item in reversed(tree.items)][::-1]
        self.stack.append(self.values.stack(items, place_of(self.source, tree)))

    def index(self, tree: Index) -> None:
        from gradcli.program.types.subscripts import subscripts_of

        base, sizes = self.pop_number(tree.base), self.values.sizes
        sizes.source = self.source
        if not base.shape:
            base = self.values.indexed(base, place_of(self.source, tree))
        down, across = subscripts_of(sizes, tree, base.shape)
        self.stack.append(self.values.pick(base, down, across))

    def call(self, tree: Call) -> None:
        if tree.function == "where":
            self.where(tree)
            return
        if tree.function in FILLED:
            from gradcli.program.types.subscripts import sizes_of_call

            self.values.sizes.source = self.source
            dims = self.values.sizes.dims
            found = [dims.number(dims.find(size)) for size in sizes_of_call(self.values.sizes, tree)]
            self.stack.append(self.values.filled(tree.function, found))
            return
        values = [self.pop() for _ in tree.arguments][::-1]
        for value, argument in zip(values, tree.arguments, strict=True):
            if not isinstance(value, str) and self.values.is_condition(value):
                raise condition_error(self.source, argument)
        self.stack.append(self.applied(tree, values))

    def applied(self, tree: Call, values: list[V | str]) -> V:
        """A function of values: a row, an array function, an abstract one, or one that SymPy knows."""
        if tree.function in self.functions:
            return self.abstract(tree, values)
        if len(values) == 1 and not tree.keywords and not isinstance(values[0], str) and not values[0].shape:
            rule = RULES.get(NAMES.get(tree.function, ""))
            if rule is not None and not rule.variadic and len(rule.args) == 1:
                return cast("V", scalar_forms.call(self.graph, rule, cast("list[Node]", values)))
        from gradcli.program.building.functions import apply

        return apply(self.values, tree, values, self.called(tree))

    def called(self, tree: Call) -> Span:
        """Where the name of a function stands."""
        return Span(self.source, tree.start, tree.name_end or tree.end)

    def abstract(self, tree: Call, values: list[V | str]) -> V:
        """An unknown function of scalars, or of one array entry by entry."""
        found = [value for value in values if not isinstance(value, str) and (not value.shape or len(values) == 1)]
        if not values or len(found) != len(values):
            message = f"the abstract function {tree.function!r} takes one or more scalars, or one array"
            raise GradcliError("arity", message, self.called(tree))
        return self.values.abstract(tree.function, found)

    def where(self, tree: Call) -> None:
        if len(tree.arguments) != 3 or tree.keywords:
            raise GradcliError(
                "arity",
                f"where takes 3 arguments, not {len(tree.arguments) + len(tree.keywords)}",
                self.called(tree),
                "where(condition, value if true, value if false)",
            )
        own_no = self.graph.guards
        no = self.pop_number(tree.arguments[2])
        own_yes = self.graph.guards = self.around.pop()
        yes = self.pop_number(tree.arguments[1])
        guards = self.graph.guards = self.around.pop()
        condition = self.pop_condition(tree.arguments[0])
        if not (condition.shape or yes.shape or no.shape):
            nodes = cast("tuple[Node, Node, Node]", (condition, yes, no))
            if own_yes or own_no:
                scalar_forms.guard_branches(self.graph, nodes[0], list(own_yes or ()), list(own_no or ()))
            self.stack.append(scalar_forms.where(self.graph, *nodes))
            return
        from gradcli.program.dimensions import spread_shape

        shape = spread_shape(spread_shape(yes.shape, no.shape), condition.shape)
        for own, tree_of, taken in ((own_yes, tree.arguments[1], True), (own_no, tree.arguments[2], False)):
            if own and guards is not None:
                chosen = condition if condition.shape == shape and is_entrywise(tree_of) else None
                guards.update(self.values.guards_in_branch(list(own), chosen, taken))
        self.stack.append(self.values.where(condition, yes, no, shape))

    def branch_start(self, tree: Tree) -> None:
        """From here on guards are those of a branch, which are asked for where it is taken."""
        self.around.append(self.graph.guards)
        if self.graph.guards is not None:
            self.graph.guards = {}


def is_entrywise(tree: Tree) -> bool:
    """Is each entry made of one entry of each array in it?"""

    def fits(part: Tree) -> bool:
        if type(part) is Call:
            return part.function in RULES or is_choice(part)
        return part.op != "@" if type(part) is Binary else type(part) in (Name, Number, Unary)

    return all(map(fits, postorder(tree)))


def is_choice(tree: Tree) -> bool:
    """Is it where(condition, yes, no)?"""
    return type(tree) is Call and tree.function == "where" and len(tree.arguments) == 3 and not tree.keywords


STEPS: dict[type[Tree], Callable[..., None]] = {
    Number: Builder.number,
    Text: Builder.text,
    Data: Builder.data,
    Name: Builder.name,
    Unary: Builder.unary,
    Binary: Builder.binary,
    Call: Builder.call,
    Vector: Builder.vector,
    Index: Builder.index,
    Transpose: Builder.transpose,
    BranchStart: Builder.branch_start,
}


def place_of(source: Source, tree: Tree) -> Span:
    """Where a tree stands."""
    return Span(source, tree.start, tree.end)


def condition_error(source: Source, tree: Tree) -> GradcliError:
    """The error for a comparison outside where(...)."""
    return GradcliError(
        "condition",
        "a condition stands where a number belongs",
        place_of(source, tree),
        "conditions are used inside where(condition, a, b)",
    )
