"""Shapes of every expression, found before anything is built: declared, from values, or from use.

A name that nobody declared is a scalar until it is used as an array (in @, .T, [...], an array function, or added to
an array); then it is a vector (lower case) or a matrix (upper case) of open sizes. Reading is repeated until nothing
changes; what is found stays found, so it ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradcli.problems import GradcliError, Span
from gradcli.program.dimensions import Dimensions, inner_mismatch, mismatch, not_square, plus, show, square_power, times
from gradcli.rules import NAMES, RULES
from gradcli.text.tree import (
    JUXTAPOSED,
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
    Tree,
    Unary,
    Vector,
    children,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gradcli.problems import Source
    from gradcli.program.dimensions import Dims, Size
    from gradcli.text.tree import Statement

ROUNDS = 60
"""How often the shapes are read at most; each round finds at least one more."""

REDUCTIONS = frozenset(("sum", "prod", "mean", "var", "std", "max", "min", "logsumexp", "norm"))
MAPS = frozenset(("softmax", "log_softmax", "cumsum"))
SQUARE_TO_SCALAR = frozenset(("tr", "trace", "det", "logdet"))
SQUARE_TO_SQUARE = frozenset(("inv", "adj"))
FILLED = frozenset(("eye", "ones", "zeros", "commutation"))


class ShapeReader:
    """The shapes of the statements of one program.

    fixed     names with a known shape (declared, or by value; () for scalars)
    letters   names that are sizes
    found     undeclared names that turned out to be arrays
    """

    def __init__(
        self, dims: Dimensions, fixed: Mapping[str, Any], letters: set[str], numbers: Mapping[str, int]
    ) -> None:
        self.dims = dims
        self.fixed = dict(fixed)
        self.letters = letters
        self.numbers = numbers
        self.found: dict[str, Dims] = {}
        self.statements: dict[str, Statement] = {}
        self.shapes: dict[int, Any] = {}
        self.values: dict[str, Any] = {}
        self.source: Source | None = None
        self.changed = False

    def read(self, order: Sequence[Statement]) -> None:
        """Read all statements until nothing changes."""
        self.statements = {s.name: s for s in order if s.name is not None}
        for _ in range(ROUNDS):
            self.changed, self.demanded = False, set[tuple[int, bool]]()
            before = self.dims.changes
            for statement in order:
                self.statement(statement)
            if not self.changed and self.dims.changes == before:
                break

    def statement(self, statement: Statement) -> None:
        """The shape of one statement, from those of the names in it."""
        self.source = statement.source
        shapes = self.shapes
        stack = [statement.tree]
        order: list[Tree] = []
        while stack:
            tree = stack.pop()
            order.append(tree)
            stack.extend(children(tree))
        for tree in reversed(order):
            try:
                shapes[id(tree)] = READERS[type(tree)](self, tree)
            except GradcliError as error:
                if error.span is None and tree.end > tree.start:
                    error.span = self.place(tree)
                raise
        if statement.name is not None:
            self.values[statement.name] = shapes[id(statement.tree)]

    def place(self, tree: Tree) -> Span:
        """Where the error is: under the operator, or under the function's name."""
        assert self.source is not None
        if isinstance(tree, Binary) and tree.at:
            return Span(self.source, tree.at, tree.at + max(len(tree.op), 1))
        end = (tree.name_end or tree.end) if isinstance(tree, Call) else tree.end
        return Span(self.source, tree.start, end)

    def of(self, tree: Tree) -> Any:
        """The shape of a part that was read."""
        shape = self.shapes[id(tree)]
        return self.dims.shape(shape) if shape else ()

    # --------------------------------------------------------------------------- names

    def name(self, tree: Name) -> Any:
        name = tree.name
        if name in self.values:
            return self.values[name]
        shape = self.fixed.get(name)
        return shape if shape is not None else self.found.get(name, ())

    def demand(self, tree: Tree, matrix: bool = False) -> None:
        """This part must be an array: the undeclared names that it is made of become arrays."""
        stack = [(tree, matrix)]
        while stack:
            here, as_matrix = stack.pop()
            if (id(here), as_matrix) in self.demanded:  # a part of A.T.T.T is asked for once a round, not once a .T
                continue
            self.demanded.add((id(here), as_matrix))
            if isinstance(here, Name):
                self.demand_name(here.name, as_matrix)
            elif isinstance(here, Unary | Transpose):
                stack.append((here.operand, as_matrix))
            elif isinstance(here, Binary):
                sides = [here.left] if here.op in ("**",) else [here.left, here.right]
                stack += [(side, as_matrix) for side in sides if not self.is_array(side)]
            elif isinstance(here, Call) and NAMES.get(here.function) in RULES:
                stack += [(arg, as_matrix) for arg in here.arguments if not self.is_array(arg)]

    def is_array(self, tree: Tree) -> bool:
        return bool(self.shapes.get(id(tree), ()))

    def demand_name(self, name: str, matrix: bool) -> None:
        """An undeclared name becomes a vector or a matrix."""
        if name in self.statements:
            statement = self.statements[name]
            if not self.is_array(statement.tree):
                self.demand(statement.tree, matrix)
            return
        if name in self.fixed or name in self.found or name in self.letters or name in ("pi", "e", "tau", "inf"):
            return
        if name[:1].isupper() or matrix:
            self.found[name] = (self.dims.open(f"m_{name}", "rows"), self.dims.open(f"n_{name}", "columns"))
        else:
            self.found[name] = (self.dims.open(f"n_{name}", "vector"), 1)
        self.changed = True

    def array(self, tree: Tree, what: str, matrix: bool = False) -> Dims:
        """The shape of a part that must be an array."""
        shape = self.of(tree)
        if not shape:
            self.demand(tree, matrix)
            if not self.changed:
                hint = "declare the shapes: --vector x, --matrix A or --shape A=m,n"
                raise GradcliError("shape", f"{what}, and this is a scalar", self.place(tree), hint)
            raise UnreadError
        return shape  # type: ignore[no-any-return]

    # --------------------------------------------------------------------------- operators

    def binary(self, tree: Binary) -> Any:
        try:
            return self.binary_shape(tree)
        except UnreadError:
            return ()

    def binary_shape(self, tree: Binary) -> Any:
        op, left, right = tree.op, self.of(tree.left), self.of(tree.right)
        if op == "@":
            return self.product(tree)
        if op is LATEX_PRODUCT and left and right:
            return self.product(tree)
        if op in "+-" and bool(left) != bool(right):
            other = tree.right if left else tree.left
            if is_plain(other):
                self.demand(other)
        if op == "**":
            (square_power if op is LATEX_POWER else refuse_power)(tree, left, self)
        return self.spread(left, right)

    def spread(self, left: Any, right: Any) -> Any:
        """The shape of an operation entry by entry: a scalar spreads, a column or a row over a matrix."""
        if not left or not right:
            return left or right
        result: list[Size] = []
        from_left = from_right = True
        for a, b in zip(left, right, strict=True):
            a, b = self.dims.find(a), self.dims.find(b)
            if a == 1 or b == 1:
                result.append(b if a == 1 else a)
                from_left, from_right = from_left and a == result[-1], from_right and b == result[-1]
            elif self.dims.equal(a, b):
                result.append(a)
            else:
                raise mismatch(self.dims.shape(left), self.dims.shape(right))
        if not (from_left or from_right):
            raise mismatch(self.dims.shape(left), self.dims.shape(right))
        return tuple(result)

    def product(self, tree: Binary) -> Any:
        """The matrix product. A 1x1 product is a scalar, and stays a 1x1 matrix inside a longer chain."""
        left, right = self.chain_shape(tree.left), self.chain_shape(tree.right)
        if not left and not right:
            left, right = [self.array_or_unread(side) for side in (tree.left, tree.right)]
        left = left or self.array_or_unread(tree.left)
        right = right or self.array_or_unread(tree.right)
        left, right = self.dims.shape(left), self.dims.shape(right)
        # an open size does not become 1 here: x@x is a mistake, not a product of numbers
        if (left[1] == 1) != (right[0] == 1) or not self.dims.equal(left[1], right[0]):
            error = inner_mismatch(self.dims.shape(left), self.dims.shape(right))
            if left[1] == right[1] == 1 and left == right:
                error.hint = "for the inner product write x.T@x or dot(x, y)"
            raise error
        shape = self.dims.shape((left[0], right[1]))
        return () if shape == (1, 1) else shape

    def chain_shape(self, tree: Tree) -> Any:
        """The shape of a factor: a 1x1 product counts as a matrix of one entry."""
        is_product = isinstance(tree, Binary) and tree.op in ("@", "*")
        return self.of(tree) or ((1, 1) if is_product and is_chain(self, tree) else ())

    def array_or_unread(self, tree: Tree) -> Dims:
        return self.array(tree, "@ multiplies two arrays")

    def unary(self, tree: Unary) -> Any:
        return self.of(tree.operand)

    def transpose(self, tree: Transpose) -> Any:
        shape = self.of(tree.operand)
        if not shape:
            self.demand(tree.operand)
            return ()
        return (shape[1], shape[0])

    def vector(self, tree: Vector) -> Any:
        shapes = [self.of(item) for item in tree.items]
        if not any(shapes):
            return (len(shapes), 1)
        if not all(shape and 1 in shape for shape in shapes):
            raise GradcliError("shape", "the entries of a vector are numbers, the rows of a matrix are vectors")
        lengths = [times(*shape) for shape in shapes]
        if any(not self.dims.equal(lengths[0], length) for length in lengths[1:]):
            sizes = ", ".join(str(length) for length in lengths[:6])
            raise GradcliError("shape", f"the rows of this matrix have different lengths: {sizes}")
        return (len(shapes), lengths[0])

    def index(self, tree: Index) -> Any:
        try:
            shape = self.array(tree.base, "only vectors and matrices have entries")
        except UnreadError:
            return ()
        down, across = subscripts_of(self, tree, shape)
        rows = 1 if isinstance(down, int) else plus(down[1], down[0], -1)
        columns = 1 if isinstance(across, int) else plus(across[1], across[0], -1)
        return () if isinstance(down, int) and isinstance(across, int) else (rows, columns)

    # --------------------------------------------------------------------------- functions

    def call(self, tree: Call) -> Any:
        try:
            return self.call_shape(tree)
        except UnreadError:
            return ()

    def call_shape(self, tree: Call) -> Any:
        name, args = tree.function, tree.arguments
        reader = FUNCTIONS.get(name)
        if name in FILLED:
            return self.filled(tree)
        if reader is not None:
            return reader(self, tree)
        rule = RULES.get(NAMES.get(name, ""))
        if (name in REDUCTIONS or (rule is not None and rule.name in REDUCTIONS)) and len(args) == 1:
            return self.reduction(tree)
        if name == "norm":
            return self.reduction(tree)
        if name in MAPS:
            return self.array(first(tree), f"{name} takes an array")
        shape: Any = ()
        for arg in args:
            shape = self.spread(shape, self.of(arg))
        return shape

    def reduction(self, tree: Call) -> Any:
        shape = self.array(first(tree), f"{tree.function} takes an array")
        axis = keyword(tree, "axis")
        if axis is None:
            return ()
        result = (1, shape[1]) if axis == 0 else (shape[0], 1)
        return () if result == (1, 1) else result

    def filled(self, tree: Call) -> Any:
        """eye(n), ones(m, n), zeros(n), commutation(m, n)."""
        sizes = [self.size(arg) for arg in tree.arguments]
        most = 1 if tree.function == "eye" else 2
        if not 1 <= len(sizes) <= most or (tree.function == "commutation" and len(sizes) != 2):
            raise GradcliError("arity", f"{tree.function} takes {most} sizes, not {len(sizes)}", self.place(tree))
        if tree.function == "eye":
            return (sizes[0], sizes[0])
        if tree.function == "commutation":
            return (times(*sizes), times(*sizes))
        return (sizes[0], sizes[1] if len(sizes) == 2 else 1)

    def size(self, tree: Tree) -> Size:
        """A size: a whole number, a letter, or a sum or product of these."""
        if isinstance(tree, Number) and isinstance(tree.value, int) and tree.value > 0:
            return tree.value
        if isinstance(tree, Name):
            if tree.name in self.numbers:
                return self.numbers[tree.name]
            if tree.name not in self.fixed and tree.name not in self.found:
                self.letters.add(tree.name)
                return self.dims.find(tree.name)
        if isinstance(tree, Binary) and tree.op in "*+-":
            left, right = self.size(tree.left), self.size(tree.right)
            return times(left, right) if tree.op == "*" else plus(left, right, 1 if tree.op == "+" else -1)
        raise GradcliError(
            "shape", "a size is a whole number or a letter", self.place(tree), "eye(n), ones(m, n), zeros(3)"
        )

    def square(self, tree: Call) -> Dims:
        """The argument as a square matrix."""
        shape = self.array(first(tree), f"{tree.function} takes a square matrix", True)
        if not self.dims.equal(shape[0], shape[1]):
            raise not_square(tree.function, self.dims.shape(shape))
        return self.dims.shape(shape)

    def nothing(self, tree: Tree) -> Any:
        return ()


class UnreadError(Exception):
    """A part has no shape yet; the next round will know it."""


def is_plain(tree: Tree) -> bool:
    """A name, perhaps with a sign or a number in front: added to an array it is an array."""
    while isinstance(tree, Unary) or (isinstance(tree, Binary) and tree.op in "*/"):
        if isinstance(tree, Unary):
            tree = tree.operand
        elif isinstance(tree.left, Number) and tree.op == "*":
            tree = tree.right
        elif isinstance(tree.right, Number):
            tree = tree.left
        else:
            return False
    return isinstance(tree, Name)


def is_chain(reader: ShapeReader, tree: Tree) -> bool:
    """Is this scalar a 1x1 matrix product (perhaps times scalars)?"""
    while isinstance(tree, Binary) and tree.op == "*" and not reader.of(tree.right) and tree.op is not LATEX_PRODUCT:
        tree = tree.left
    return (
        isinstance(tree, Binary)
        and (tree.op == "@" or tree.op is LATEX_PRODUCT)
        and bool(reader.of(tree.left) or reader.chain_shape(tree.left))
    )


def refuse_power(tree: Binary, base: Any, reader: ShapeReader) -> None:
    """X**-1 and X^T are not what they look like: errors with a hint."""
    if not base:
        return
    exponent = tree.right
    if isinstance(exponent, Name) and exponent.name == "T" and "T" not in reader.fixed:
        raise GradcliError("shape", "X^T is a power here, not a transpose", reader.place(tree), "write X.T or X'")
    minus_one = isinstance(exponent, Unary) and isinstance(exponent.operand, Number) and exponent.operand.value == 1
    if minus_one and 1 not in base:
        raise GradcliError(
            "shape",
            "X**-1 is elementwise here, not the inverse",
            reader.place(tree),
            "write inv(X), or 1/X entry by entry",
        )


def first(tree: Call) -> Tree:
    """The first argument."""
    if not tree.arguments:
        raise GradcliError("arity", f"{tree.function} takes an array as its argument", hint=f"{tree.function}(x)")
    return tree.arguments[0]


def keyword(tree: Call, name: str) -> int | None:
    """The value of axis=0|1, None where it is not given."""
    for word, value in tree.keywords:
        if word == name and isinstance(value, Number) and value.value in (0, 1):
            return int(value.value)
        raise GradcliError(
            "arity",
            f"{tree.function}: {word} is 0 or 1"
            if word == name
            else f"{tree.function} takes no argument called {word!r}",
            hint=f"{tree.function}(X, axis=0)",
        )
    return None


def two(tree: Call) -> tuple[Tree, Tree]:
    """Exactly two arguments."""
    if len(tree.arguments) != 2:
        raise GradcliError("arity", f"{tree.function} takes 2 arguments, not {len(tree.arguments)}")
    return tree.arguments[0], tree.arguments[1]


def both(reader: ShapeReader, tree: Call) -> tuple[Dims, Dims]:
    """The shapes of two array arguments."""
    left, right = two(tree)
    what = f"{tree.function} takes two arrays"
    shapes = []
    missing = False
    for side in (left, right):
        try:
            shapes.append(reader.array(side, what))
        except UnreadError:
            missing = True
    if missing:
        raise UnreadError
    return shapes[0], shapes[1]


def read_diag(reader: ShapeReader, tree: Call) -> Any:
    shape = reader.array(first(tree), "diag takes an array")
    if 1 in shape:
        size = times(*shape)
        return (size, size)
    if not reader.dims.equal(*shape):
        raise not_square("diag", shape)
    return (shape[0], 1)


def read_vec(reader: ShapeReader, tree: Call) -> Any:
    return (times(*reader.array(first(tree), "vec takes an array")), 1)


def read_kron(reader: ShapeReader, tree: Call) -> Any:
    left, right = both(reader, tree)
    return (times(left[0], right[0]), times(left[1], right[1]))


def read_outer(reader: ShapeReader, tree: Call) -> Any:
    left, right = both(reader, tree)
    return (times(*left), times(*right))


def read_dot(reader: ShapeReader, tree: Call) -> Any:
    left, right = both(reader, tree)
    if not reader.dims.equal(times(*left), times(*right)):
        raise mismatch(reader.dims.shape(left), reader.dims.shape(right))
    return ()


def read_cross(reader: ShapeReader, tree: Call) -> Any:
    left, right = both(reader, tree)
    for shape in (left, right):
        if not (reader.dims.equal(shape[0], 3) and shape[1] == 1):
            raise GradcliError("shape", f"cross needs two vectors of 3 entries, not {show(left)} and {show(right)}")
    return (3, 1)


def read_solve(reader: ShapeReader, tree: Call) -> Any:
    left_tree, right_tree = two(tree)
    left, right = (
        reader.array(left_tree, "solve takes a matrix", True),
        reader.array(right_tree, "solve takes an array"),
    )
    if not reader.dims.equal(*left):
        raise not_square("solve", left)
    if not reader.dims.equal(left[1], right[0]):
        raise inner_mismatch(reader.dims.shape(left), reader.dims.shape(right))
    return right


def read_transpose(reader: ShapeReader, tree: Call) -> Any:
    shape = reader.array(first(tree), "transpose takes an array")
    return (shape[1], shape[0])


def read_concat(reader: ShapeReader, tree: Call) -> Any:
    axis = keyword(tree, "axis") or 0
    shapes = [reader.of(arg) or (1, 1) for arg in tree.arguments]
    if not shapes:
        raise GradcliError("arity", "concat takes one or more arrays", hint="concat(x, y)")
    size = shapes[0][axis]
    for shape in shapes[1:]:
        if not reader.dims.equal(shapes[0][1 - axis], shape[1 - axis]):
            raise mismatch(reader.dims.shape(shapes[0]), reader.dims.shape(shape))
        size = plus(size, shape[axis])
    return (size, shapes[0][1]) if axis == 0 else (shapes[0][0], size)


def read_pinv(reader: ShapeReader, tree: Call) -> Any:
    raise GradcliError(
        "no-closed-form", "pinv has no derivative in closed form here", hint="inv(A.T@A)@A.T for full column rank"
    )


def read_square_scalar(reader: ShapeReader, tree: Call) -> Any:
    reader.square(tree)
    return ()


FUNCTIONS: Mapping[str, Callable[[ShapeReader, Call], Any]] = {
    **dict.fromkeys(SQUARE_TO_SCALAR, read_square_scalar),
    **dict.fromkeys(SQUARE_TO_SQUARE, ShapeReader.square),
    "diag": read_diag,
    "vec": read_vec,
    "kron": read_kron,
    "outer": read_outer,
    "dot": read_dot,
    "cross": read_cross,
    "solve": read_solve,
    "transpose": read_transpose,
    "concat": read_concat,
    "pinv": read_pinv,
}


def subscripts_of(reader: ShapeReader, tree: Index, shape: Dims) -> tuple[Any, Any]:
    """Rows and columns that an index picks: a whole number each, or (start, stop)."""
    rows, columns = shape
    parts = tree.subscripts
    if len(parts) > 2:
        raise GradcliError("index", "one or two indices", reader.place(tree))
    down = subscript(reader, parts[0], rows)
    if len(parts) == 2:
        return down, subscript(reader, parts[1], columns)
    if columns == 1:
        return down, 0 if isinstance(down, int) else (0, 1)
    return down, (0, columns)


def subscript(reader: ShapeReader, tree: Tree, size: Size) -> Any:
    """One subscript."""
    if not isinstance(tree, Slice):
        place = whole(reader, tree)
        if isinstance(size, int):
            if not -size <= place < size:
                message = f"index {place} is outside 0 to {size - 1}"
                raise GradcliError("index", message, reader.place(tree), "indices count from 0")
            return place % size
        return place
    low = 0 if tree.lower is None else bound(reader, tree.lower, size)
    high = size if tree.upper is None else bound(reader, tree.upper, size)
    count = plus(high, low, -1)
    if isinstance(count, int) and count <= 0:
        raise GradcliError("index", f"this slice of {size} entries is empty", reader.place(tree))
    return (low, high)


def bound(reader: ShapeReader, tree: Tree, size: Size) -> Size:
    """A bound of a slice; a negative one counts from the end."""
    if isinstance(tree, Number | Unary):
        place = whole(reader, tree)
        found = plus(size, place) if place < 0 else place
        return max(0, min(found, size)) if isinstance(found, int) and isinstance(size, int) else found
    return reader.size(tree)


def whole(reader: ShapeReader, tree: Tree) -> int:
    """A whole number, perhaps negative."""
    sign = 1
    if isinstance(tree, Unary) and tree.op == "-":
        sign, tree = -1, tree.operand
    if isinstance(tree, Name) and tree.name in reader.numbers:
        return sign * reader.numbers[tree.name]
    if isinstance(tree, Number) and isinstance(tree.value, int):
        return sign * tree.value
    raise GradcliError(
        "index", "an index is a whole number", reader.place(tree), "indices count from 0: x[0], x[1:], X[0,1]"
    )


READERS: dict[type[Tree], Callable[..., Any]] = {
    Number: ShapeReader.nothing,
    Text: ShapeReader.nothing,
    Slice: ShapeReader.nothing,
    Name: ShapeReader.name,
    Unary: ShapeReader.unary,
    Binary: ShapeReader.binary,
    Call: ShapeReader.call,
    Vector: ShapeReader.vector,
    Index: ShapeReader.index,
    Transpose: ShapeReader.transpose,
}

__all__ = ["JUXTAPOSED", "ShapeReader", "subscripts_of"]
