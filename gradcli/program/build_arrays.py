"""Syntax becomes array nodes: operators here, functions by their names in `functions`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradcli.problems import GradcliError, Source, Span
from gradcli.program import make
from gradcli.program.build import COMPARISONS, CONDITIONS, condition_error, place_of
from gradcli.program.dimensions import mismatch, show, spread_shape
from gradcli.program.forms import parts as parts_forms
from gradcli.program.forms import reductions
from gradcli.program.types.subscripts import Picked
from gradcli.program.types.walk import FILLED
from gradcli.text.tree import (
    LATEX_POWER,
    LATEX_PRODUCT,
    Binary,
    Call,
    Index,
    Name,
    Number,
    Slice,
    Text,
    Transpose,
    Unary,
    Vector,
    children,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from gradcli.program.graph import Graph, Node
    from gradcli.program.types.solver import Solver
    from gradcli.text.tree import Tree

    Value = Node | str


class ShapedTerms(list["tuple[Node, int]"]):
    """A sum that is still being read, with the shape that it has so far."""

    shape: Any = ()


class ShapedFactors(list["tuple[Node, int]"]):
    """An elementwise product that is still being read, with the shape that it has so far."""

    shape: Any = ()


class ArrayBuilder:
    """Builds the nodes of one tree. `names` says what a name stands for; `types` knows the sizes."""

    def __init__(
        self,
        graph: Graph,
        source: Source,
        names: Callable[[str], Node | None],
        functions: Collection[str] = (),
        types: Solver | None = None,
    ) -> None:
        self.graph = graph
        self.source = source
        self.names = names
        self.functions = functions
        self.types = types
        self.values: list[Value | ShapedTerms | ShapedFactors] = []
        self.skipped: set[int] = set()
        self.entrywise: set[str] = set()

    def build(self, root: Tree) -> Node:
        """The node of a tree, in postorder on an explicit stack."""
        order: list[Tree] = []
        stack = [root]
        while stack:
            tree = stack.pop()
            order.append(tree)
            stack.extend(self.parts(tree))
        tree = root
        try:
            for tree in reversed(order):
                STEPS[type(tree)](self, tree)
            result = self.pop()
        except GradcliError as error:
            if error.span is None and tree.end > tree.start:
                error.span = place_of(self.source, tree)
            raise
        if isinstance(result, str):
            raise GradcliError("syntax", "a quoted word is no expression", place_of(self.source, root))
        if result.op in CONDITIONS:
            raise condition_error(self.source, root)
        return result

    def defined(self, text: str, names: Mapping[str, Node], shape: Any) -> Node:
        """The node of a row's text; it may name the sizes of this shape `m` and `n`."""
        from gradcli.program.rows import TextSizes, parsed_text

        types: Any = TextSizes(shape)
        return ArrayBuilder(self.graph, Source("rule", text), names.get, types=types).build(parsed_text(text))

    def parts(self, tree: Tree) -> Sequence[Tree]:
        """The subtrees that are built; sizes and subscripts are read, not built."""
        if isinstance(tree, Call) and tree.function in FILLED:
            return ()
        if isinstance(tree, Index):
            return (tree.base,)
        if isinstance(tree, Call) and tree.keywords:
            return tree.arguments
        return children(tree)

    def pop(self) -> Value:
        """The last value, its sum or product built."""
        value = self.values.pop()
        if type(value) is ShapedTerms:
            return self.summed(value)
        if type(value) is ShapedFactors:
            return self.multiplied(value)
        return value  # type: ignore[return-value]

    def summed(self, terms: ShapedTerms) -> Node:
        if not terms.shape:
            return make.add(self.graph, terms)
        return make.add(self.graph, [(make.repeated(self.graph, node, terms.shape), sign) for node, sign in terms])

    def multiplied(self, factors: ShapedFactors) -> Node:
        if not factors.shape:
            return make.multiply(self.graph, factors)
        items = [(make.repeated(self.graph, n, factors.shape) if n.shape else n, sign) for n, sign in factors]
        return make.hadamard(self.graph, items, factors.shape)

    def pop_number(self, tree: Tree) -> Node:
        """The last value, which must be a number or an array."""
        value = self.pop()
        if isinstance(value, str):
            raise GradcliError("syntax", "a quoted word stands where a number belongs", place_of(self.source, tree))
        if value.op in CONDITIONS:
            raise condition_error(self.source, tree)
        return value

    def pop_condition(self, tree: Tree) -> Node:
        """The last value, which must be a condition."""
        value = self.pop()
        if not isinstance(value, str) and value.op in CONDITIONS:
            return value
        place = place_of(self.source, tree)
        raise GradcliError(
            "condition", "a condition is needed here, such as x > 0", place, "compare with < <= > >= == !="
        )

    # ------------------------------------------------------------------------------- leaves

    def number(self, tree: Number) -> None:
        self.values.append(self.graph.intern("number", (), tree.value))

    def text(self, tree: Text) -> None:
        self.values.append(tree.value)

    def name(self, tree: Name) -> None:
        value = self.names(tree.name)
        if value is None:
            raise GradcliError("unknown-name", f"unknown name {tree.name!r}", place_of(self.source, tree))
        self.values.append(value)

    # ------------------------------------------------------------------------------- operators

    def unary(self, tree: Unary) -> None:
        if tree.op == "not":
            self.values.append(make.logic(self.graph, "not", (self.pop_condition(tree),)))
            return
        operand = self.pop_number(tree.operand)
        self.values.append(self.times(operand, -1))

    def times(self, node: Node, factor: int) -> Node:
        return make.add(self.graph, [(node, factor)])

    def binary(self, tree: Binary) -> None:
        op = tree.op
        if op == "and" or op == "or":
            right = self.pop_condition(tree.right)
            left = self.pop_condition(tree.left)
            self.values.append(make.logic(self.graph, op, self.alike(tree, left, right)))
            return
        second = self.pop_number(tree.right)
        pending = self.values[-1]
        product = (op == "*" and op is not LATEX_PRODUCT) or op == "/"
        if (op in "+-" and type(pending) is ShapedTerms) or (product and type(pending) is ShapedFactors):
            pending.shape = self.shape(tree, pending.shape, second.shape)
            pending.append((second, 1 if op in "+*" else -1))
            return
        first = self.pop_number(tree.left)
        self.operation(tree, op, first, second)

    def operation(self, tree: Binary, op: str, first: Node, second: Node) -> None:
        """One operation; sums and products stay open for more."""
        graph = self.graph
        if op == "@" or (op is LATEX_PRODUCT and first.shape and second.shape):
            self.values.append(self.product(tree, first, second))
        elif op == "+" or op == "-":
            terms = ShapedTerms([(first, 1), (second, 1 if op == "+" else -1)])
            terms.shape = self.shape(tree, first.shape, second.shape)
            self.values.append(terms)
        elif op == "*" or op == "/":
            factors = ShapedFactors([(first, 1), (second, 1 if op == "*" else -1)])
            factors.shape = self.shape(tree, first.shape, second.shape)
            self.values.append(factors)
        elif op == "**":
            self.values.append(self.power(tree, first, second))
        elif op in COMPARISONS:
            self.values.append(make.compare(graph, op, *self.alike(tree, first, second)))

    def alike(self, tree: Binary, first: Node, second: Node) -> tuple[Node, Node]:
        """Both operands in one shape."""
        shape = self.shape(tree, first.shape, second.shape)
        if not shape:
            return first, second
        if first.op in CONDITIONS:
            return first, second
        return make.repeated(self.graph, first, shape), make.repeated(self.graph, second, shape)

    def shape(self, tree: Binary, left: Any, right: Any) -> Any:
        """The shape of an operation entry by entry."""
        try:
            return spread_shape(left, right)
        except GradcliError as error:
            error.span = Span(self.source, tree.at, tree.at + max(1, len(tree.op))) if tree.at else None
            raise

    def product(self, tree: Binary, first: Node, second: Node) -> Node:
        """The matrix product."""
        if not first.shape and not second.shape and not isinstance(tree.left, Name | Number):
            return make.multiply(self.graph, [(first, 1), (second, 1)])  # products of one entry each
        if not first.shape and not second.shape:
            place = Span(self.source, tree.at, tree.at + 1)
            raise GradcliError(
                "shape", "@ multiplies matrices and vectors; here both sides are scalars", place, "write * for numbers"
            )
        try:
            return make.matmul(self.graph, [first, second])
        except GradcliError as error:
            error.span = Span(self.source, tree.at, tree.at + 1)
            raise

    def power(self, tree: Binary, base: Node, exponent: Node) -> Node:
        """base**exponent entry by entry; of a square matrix in LaTeX the product with itself, or the inverse."""
        if tree.op is LATEX_POWER and base.shape and base.shape[0] == base.shape[1] and base.shape != (1, 1):
            if exponent.op == "number" and exponent.data == -1:
                return make.inv(self.graph, base)
            if exponent.op == "number" and type(exponent.data) is int and 1 <= exponent.data <= 64:
                return make.matmul(self.graph, [base] * exponent.data)
        shape = self.shape(tree, base.shape, exponent.shape)
        if not shape:
            return make.power(self.graph, base, exponent)
        self.note("**", base.shape)
        self.note("**", exponent.shape)
        base = make.repeated(self.graph, base, shape) if base.shape else base
        exponent = make.repeated(self.graph, exponent, shape) if exponent.shape else exponent
        return make.power(self.graph, base, exponent)

    def note(self, what: str, shape: Any) -> None:
        """Remember that a function of a square matrix acts entry by entry."""
        if shape and shape[0] == shape[1] and shape != (1, 1):
            self.entrywise.add(what)

    def transpose(self, tree: Transpose) -> None:
        self.values.append(make.transpose(self.graph, self.pop_number(tree.operand)))

    # ------------------------------------------------------------------------------- the rest

    def vector(self, tree: Vector) -> None:
        """Scalars make a column, vectors the rows of a matrix."""
        items = [self.pop_number(item) for item in reversed(tree.items)][::-1]
        graph = self.graph
        if not any(item.shape for item in items):
            self.values.append(make.concat(graph, [make.filled(graph, item, (1, 1)) for item in items], 0))
            return
        rows = [item if item.shape[0] == 1 else make.transpose(graph, item) for item in items]  # type: ignore[misc]
        self.values.append(make.concat(graph, rows, 0))

    def slice(self, tree: Slice) -> None:
        """Read with its index."""

    def index(self, tree: Index) -> None:
        from gradcli.program.types.subscripts import subscripts_of

        base = self.pop_number(tree.base)
        assert self.types is not None
        self.types.source = self.source
        base = base if base.shape else make.filled(self.graph, base, (1, 1))
        down, across = subscripts_of(self.types, tree, base.shape)  # type: ignore[arg-type]
        self.values.append(pick_ranges(self.graph, base, down, across))

    def call(self, tree: Call) -> None:
        if tree.function == "where":
            self.where(tree)
            return
        if tree.function in FILLED:
            self.values.append(self.sized(tree))
            return
        values = [self.pop() for _ in tree.arguments][::-1]
        for value, argument in zip(values, tree.arguments, strict=True):
            if not isinstance(value, str) and value.op in CONDITIONS:
                raise condition_error(self.source, argument)
        from gradcli.program.functions import apply

        place = Span(self.source, tree.start, tree.name_end or tree.end)
        self.values.append(apply(self, tree, values, place))

    def sized(self, tree: Call) -> Node:
        """eye(n), ones(m, n), zeros(n), commutation(m, n)."""
        from gradcli.program.types.subscripts import size_of_tree

        assert self.types is not None
        self.types.source, dims = self.source, self.types.dims
        sizes = [dims.number(dims.find(size_of_tree(self.types, arg))) for arg in tree.arguments]
        if tree.function == "eye":
            return parts_forms.eye(self.graph, sizes[0])
        if tree.function == "commutation":
            return reductions.commutation(self.graph, sizes[0], sizes[1])
        shape = (sizes[0], sizes[1] if len(sizes) == 2 else 1)
        return parts_forms.ones(self.graph, shape) if tree.function == "ones" else parts_forms.zeros(self.graph, shape)

    def where(self, tree: Call) -> None:
        if len(tree.arguments) != 3 or tree.keywords:
            place = Span(self.source, tree.start, tree.name_end or tree.end)
            count = len(tree.arguments) + len(tree.keywords)
            raise GradcliError(
                "arity",
                f"where takes 3 arguments, not {count}",
                place,
                "where(condition, value if true, value if false)",
            )
        no, yes = self.pop_number(tree.arguments[2]), self.pop_number(tree.arguments[1])
        condition = self.pop_condition(tree.arguments[0])
        shape = spread_shape(spread_shape(yes.shape, no.shape), condition.shape)
        if shape:
            yes, no = make.repeated(self.graph, yes, shape), make.repeated(self.graph, no, shape)
            if condition.shape and condition.shape != shape:
                raise mismatch(condition.shape, shape)
        self.values.append(make.where(self.graph, condition, yes, no))


def pick_ranges(graph: Graph, node: Node, down: int | Picked, across: int | Picked) -> Node:
    """Entries, slices, and slices with a step: those are picked one by one, and stacked."""
    for axis, part in enumerate((down, across)):
        if isinstance(part, int) or part.step == 1:
            continue
        whole = Picked(0, node.shape[1 - axis], node.shape[1 - axis])
        lines = [Picked(i, i + 1, 1) for i in stepped(part)]
        picked = [pick_ranges(graph, node, *((line, whole) if axis == 0 else (whole, line))) for line in lines]
        node = make.concat(graph, picked, axis)
        down, across = (whole_range(node, 0), across) if axis == 0 else (down, whole_range(node, 1))
    bounds = [part if isinstance(part, int) else (part.low, part.high) for part in (down, across)]
    return make.pick(graph, node, *bounds)


def whole_range(node: Node, axis: int) -> Picked:
    """All rows or columns."""
    return Picked(0, node.shape[axis], node.shape[axis])


def stepped(part: Picked) -> range:
    """The positions of a slice with a step: its sizes are numbers."""
    assert isinstance(part.low, int)
    assert isinstance(part.high, int)
    return range(part.low, part.high, part.step)


STEPS: dict[type[Tree], Callable[..., None]] = {
    Number: ArrayBuilder.number,
    Text: ArrayBuilder.text,
    Name: ArrayBuilder.name,
    Unary: ArrayBuilder.unary,
    Binary: ArrayBuilder.binary,
    Call: ArrayBuilder.call,
    Vector: ArrayBuilder.vector,
    Slice: ArrayBuilder.slice,
    Index: ArrayBuilder.index,
    Transpose: ArrayBuilder.transpose,
}

__all__ = ["ArrayBuilder", "show"]
