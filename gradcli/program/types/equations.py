"""What each operator and each function says about shapes, once those of its parts are known.

A shape is () for a scalar, else (rows, columns); sizes are unified as they meet. An equation returns the shape of the
whole, or raises the error that names both shapes.
"""

from __future__ import annotations

from gradcli.problems import GradcliError
from gradcli.program.dimensions import inner_mismatch, mismatch, not_square, plus, times
from gradcli.program.types import conventions
from gradcli.program.types.row_shapes import first, shaped
from gradcli.program.types.sentences import enclosed, note_columns, two_vectors
from gradcli.program.types.subscripts import is_made_of_rows, is_picked_row, sizes_of_call, subscripts_of
from gradcli.program.types.walk import half_exponent, keyword, whole_exponent
from gradcli.program.written.show import shown
from gradcli.records import TYPE_CHECKING
from gradcli.rules import ARRAY_NAMES, NAMES, RULES
from gradcli.text.libraries.marks import COUNTED_AXIS, LOST_AXIS, ROWS_AXIS
from gradcli.text.rewrite import cut_out
from gradcli.text.tree import (
    ENTRYWISE_POWER,
    LATEX_POWER,
    LATEX_PRODUCT,
    Binary,
    Call,
    Data,
    Index,
    Name,
    Number,
    Slice,
    Text,
    Transpose,
    Tree,
    Unary,
    Vector,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from gradcli.program.dimensions import Dims, Size
    from gradcli.program.types.inference import Inference

    Shape = tuple[Size, ...]


def nothing(solver: Inference, tree: Tree) -> Any:
    return ()


def data(solver: Inference, tree: Data) -> Any:
    shape = tree.numbers.shape
    return (shape[0], shape[1] if len(shape) > 1 else 1)


def unary(solver: Inference, tree: Unary) -> Any:
    return solver.passed(tree, solver.like(tree, tree.operand), tree.operand)


def transposed(solver: Inference, tree: Transpose) -> Any:
    shape = solver.of(tree.operand)
    return (shape[1], shape[0]) if shape else solver.passed(tree, (), tree.operand)


# ------------------------------------------------------------------------------- operators


def binary(solver: Inference, tree: Binary) -> Any:
    op, left, right = tree.op, solver.of(tree.left), solver.of(tree.right)
    if op == "@":
        return product(solver, tree)
    if op is LATEX_PRODUCT and left and right:
        solver.products.add(id(tree))
        if solver.dims.shape(left) == solver.dims.shape(right) and is_plain(solver.homes[id(tree)].text):
            solver.readings.setdefault("arrays side by side are a matrix product; * is entry by entry")
        return product(solver, tree)
    if op == "**":
        power = matrix_power(solver, tree, left)
        if power is not None:
            return power
        refuse_power(solver, tree, left)
    note_operands(solver, tree, left, right)
    left, right = aligned(solver, tree, (tree.left, tree.right))
    try:
        shape = spread(solver, left, right)
    except GradcliError as error:
        if {id(tree.left), id(tree.right)} & solver.whole and 1 in left and 1 in right:  # x[:, None] - y[None, :]
            solver.crossed.add(id(tree))
            return tuple(b if a == 1 else a for a, b in zip(left, right, strict=True))
        error.hint = conventions.as_matrix_product(solver, tree, solver.homes[id(tree)].text) or error.hint
        raise
    if solver.homes[id(tree)].text[tree.at : tree.at + 1] == op[0]:  # as it was typed
        note_columns(solver, (tree.left, left), (tree.right, right))
    return solver.passed(tree, shape, tree.left, tree.right)


def note_operands(solver: Inference, tree: Binary, left: Any, right: Any) -> None:
    """Keep what is decided or said later: products of arrays entry by entry, and what has one entry in sums."""
    if tree.op == "*":
        if not right and id(tree.left) in solver.chains:
            solver.chains.add(id(tree))
        if left and right:
            solver.entrywise.append(tree)
    elif tree.op in ("+", "-"):
        for side, other in ((tree.left, right), (tree.right, left)):
            if other and is_of_one_entry(solver, side):
                solver.added.append((side, other))


def is_of_one_entry(solver: Inference, tree: Tree) -> bool:
    """Is this a product of one entry, or a matrix of one?"""
    shape = solver.of(tree)
    return solver.numbered(shape) == (1, 1) if shape else id(tree) in solver.ones


def aligned(solver: Inference, tree: Tree, sides: Sequence[Tree]) -> list[Any]:
    """The shapes of operands entry by entry. A row that NumPy has as a vector (x@A, X[0]) is turned beside a column."""
    shapes = [solver.of(side) for side in sides]
    flat = [not shape or id(side) in solver.flat for side, shape in zip(sides, shapes, strict=True)]
    if any(shapes) and all(flat):
        solver.flat.add(id(tree))
    if any(shape and shape[1] == 1 != shape[0] for shape in shapes):
        for i, shape in enumerate(shapes):
            if shape and shape[1] != 1 and (flat[i] or is_picked_row(sides[i])):
                solver.turned.add(id(sides[i]))
                shapes[i] = shape[::-1]
    return shapes


def spread(solver: Inference, left: Any, right: Any) -> Any:
    """The shape of an operation entry by entry: a scalar spreads, a column or a row over a matrix."""
    if not left or not right:
        return left or right
    result: list[Size] = []
    from_left = from_right = True
    for a, b in zip(solver.dims.shape(left), solver.dims.shape(right), strict=True):
        if a == 1 or b == 1:
            result.append(b if a == 1 else a)
            from_left, from_right = from_left and a == result[-1], from_right and b == result[-1]
        elif solver.dims.equal(a, b):
            result.append(a)
        else:
            raise mismatch(solver.dims.shape(left), solver.dims.shape(right))
    if not (from_left or from_right):
        raise mismatch(solver.dims.shape(left), solver.dims.shape(right))
    return tuple(result)


def product(solver: Inference, tree: Binary) -> Any:
    """The matrix product. A 1x1 product is a scalar, and stays a 1x1 matrix inside a longer chain.

    What is made of such a scalar, or of a sum along an axis of one entry, multiplies where its one entry fits.
    Vectors multiply as NumPy's: x@A is x.T@A, w@x is w.T@x, and what x@A gave is a vector again.
    """
    left, right, dims = factor(solver, tree.left), factor(solver, tree.right), solver.dims
    typed = left
    flat = id(tree.left) in solver.flat, id(tree.right) in solver.flat
    turn_right = right[1] != 1 and (flat[1] or (is_picked_row(tree.right) and right[0] == 1 != left[1]))
    right = right[::-1] if turn_right else right
    turn_left = left[1] == 1 and 1 not in (left[0], right[0])
    left = left[::-1] if turn_left else left
    inner = [dims.number(dims.find(size)) for size in (left[1], right[0])]
    forced = 1 in inner and not dims.named.intersection(inner)  # an open letter is not made 1
    if (forced and inner[0] != inner[1]) or not dims.equal(left[1], right[0]):
        raise inner_mismatch(dims.shape(typed), dims.shape(right))
    if turn_left and right[1] == 1 and tree.op is LATEX_PRODUCT:
        raise two_vectors(solver, tree)
    if flat[0] and left[1] == 1 != left[0] and tree.op is not LATEX_PRODUCT:
        refuse_row(solver, tree, left[0], right)
    conventions.turn(solver, tree, turn_left, turn_right)
    if are_multiplied(solver, tree.left, tree.right):
        solver.multiples.add(id(tree))
        solver.readings.setdefault("what has one entry is a number: @ beside it is a multiple")
    shape = dims.shape((left[0], right[1]))
    outer = flat[0] and (left[1] == 1 != left[0] or is_turned_vector(solver, tree.right))
    if flat[0] != flat[1] and not outer:
        solver.flat.add(id(tree))
    if shape == (1, 1):
        solver.chains.add(id(tree))
        solver.ones.add(id(tree))
        return ()
    return shape


def refuse_row(solver: Inference, tree: Binary, size: Size, row: Dims) -> None:
    """Raise for w@X[0] where both have as many entries: a number to NumPy, and here a column times a row."""
    base = tree.right.base if isinstance(tree.right, Index) and is_picked_row(tree.right) else None
    if base is None or row[0] != 1 or row[1] == 1 or (isinstance(base, Call) and base.function == "eye"):
        return
    sizes = [solver.dims.number(solver.dims.find(each)) for each in (size, row[1])]
    if sizes[0] == sizes[1] or any(str(each) in solver.dims.open_letters for each in sizes):
        text = solver.homes[id(tree)].text
        left, right = (text[side.start : side.end] for side in (tree.left, tree.right))
        message = f"{enclosed(left)}@{right} reads in two ways: a number, as NumPy has it, or a column times a row"
        hint = f"write dot({left}, {right}) for the number, outer({left}, {right}) for the matrix"
        raise GradcliError("ambiguous", message, solver.place(tree), hint)


def is_plain(text: str) -> bool:
    """Is this no LaTeX, where a product has no sign?"""
    return "\\" not in text and "$" not in text


def is_turned_vector(solver: Inference, tree: Tree) -> bool:
    """Is this x.T?"""
    return isinstance(tree, Transpose) and id(tree.operand) in solver.flat


def factor(solver: Inference, tree: Tree) -> Dims:
    """The shape of a factor: a 1x1 product counts as a matrix of one entry."""
    return solver.array(tree, "@ multiplies two arrays")


def are_multiplied(solver: Inference, left: Tree, right: Tree) -> bool:
    """Is one side a number of one entry, and no product with an array on its other side?"""
    numbers = [side for side in (left, right) if not solver.of(side)]
    return len(numbers) == 2 or any(id(side) not in solver.chains for side in numbers)


def matrix_power(solver: Inference, tree: Binary, base: Any) -> Any:
    """The shape of X^2 or X^{-1} in LaTeX, where X is a matrix; None for powers of entries."""
    if tree.op is not LATEX_POWER or not base or 1 in solver.dims.shape(base):
        return None
    exponent = whole_exponent(tree)
    if exponent in (0, 1):
        return None
    if exponent is None and half_exponent(tree) is None:
        refuse_power_of_matrix(solver, tree)
    if not solver.dims.equal(*base):
        raise not_square("a power or an inverse", solver.dims.shape(base))
    solver.powers.add(id(tree))
    return solver.dims.shape(base)


def refuse_power_of_matrix(solver: Inference, tree: Binary) -> None:
    """Raise for X^k and X^{1/3} in LaTeX, which no function gives, unless T is the k: X^T has an error of its own."""
    if solver.of(tree.right) or (isinstance(tree.right, Name) and tree.right.name == "T"):
        return
    whole = solver.place(tree)
    base = cut_out(whole.source.text, tree.left.start, tree.left.end)
    exponent = whole.source.text[tree.right.start : tree.right.end].strip("{}")
    raise GradcliError(
        "ambiguous", f"{base}^{{{exponent}}} of a matrix reads in two ways: a power of the matrix, or entry by entry",
        whole, f"write a number for the power of the matrix, {base}^{{\\odot {exponent}}} entry by entry",
    )  # fmt: skip


def refuse_power(solver: Inference, tree: Binary, base: Any) -> None:
    """X**-1 and X^T are not what they look like: errors with a hint."""
    if not base or tree.op is LATEX_POWER or tree.op is ENTRYWISE_POWER:
        return
    exponent = tree.right
    if isinstance(exponent, Name) and exponent.name == "T" and "T" not in solver.fixed:
        name = shown(tree.left)
        name = name if isinstance(tree.left, Name) else f"({name})"
        raise GradcliError("shape", "X^T is a power here, not a transpose", solver.place(tree), f"write {name}.T")
    minus_one = isinstance(exponent, Unary) and isinstance(exponent.operand, Number) and exponent.operand.value == 1
    if minus_one and 1 not in base:
        name = shown(tree.left)
        below = name if isinstance(tree.left, Name) else f"({name})"
        message = f"{below}**-1 is elementwise here, not the inverse"
        raise GradcliError("shape", message, solver.place(tree), f"write inv({name}), or 1/{below} entry by entry")


def vector(solver: Inference, tree: Vector) -> Any:
    """Numbers make a column, vectors the rows of a matrix."""
    shapes = [solver.of(item) for item in tree.items]
    if not any(shapes):
        solver.flat.add(id(tree))
        return (len(shapes), 1)
    if not all(shape and 1 in shape for shape in shapes):
        raise GradcliError("shape", "the entries of a vector are numbers, the rows of a matrix are vectors")
    lengths = [times(*shape) for shape in shapes]
    if any(not solver.dims.equal(lengths[0], length) for length in lengths[1:]):
        sizes = ", ".join(str(length) for length in lengths[:6])
        raise GradcliError("shape", f"the rows of this matrix have different lengths: {sizes}")
    return (len(shapes), lengths[0])


def index(solver: Inference, tree: Index) -> Any:
    shape, flat = solver.array(tree.base, "only vectors and matrices have entries"), id(tree.base) in solver.flat
    if any(isinstance(part, Text) for part in tree.subscripts):
        return new_axis(solver, tree, shape)
    if flat and shape[1] != 1 and len(tree.subscripts) == 1:  # x@A is a vector to NumPy
        solver.turned.add(id(tree.base))
        shape = shape[::-1]
    down, across = subscripts_of(solver, tree, solver.numbered(shape), shape[1] == 1)
    if isinstance(down, int) and isinstance(across, int):
        if len(tree.subscripts) == 1 and not flat:
            solver.ones.add(id(tree))  # a row of one entry to NumPy
        return ()
    found = tuple(1 if isinstance(part, int) else part.size for part in (down, across))
    if isinstance(across, int) or flat:
        solver.flat.add(id(tree))
    return found


def new_axis(solver: Inference, tree: Index, shape: Dims) -> Any:
    """NumPy's x[:, None] and x[None, :]: a vector as a column or a row."""
    is_row = isinstance(tree.subscripts[0], Text)
    if (
        1 not in shape
        or (id(tree.base) not in solver.flat and shape != (1, 1))
        or len(set(tree.subscripts)) != len(tree.subscripts)
    ):
        message = "a new axis makes a column or a row of a vector, and this has two axes already"
        raise GradcliError(
            "shape", message, solver.place(tree), "write sum(X, axis=1) or norm(X, axis=1) for one number of each row"
        )
    solver.whole.add(id(tree))
    if (shape[1] == 1) is is_row:
        solver.turned.add(id(tree))
    return (1, times(*shape)) if is_row else (times(*shape), 1)


# ------------------------------------------------------------------------------- functions


def call(solver: Inference, tree: Call) -> Any:
    name, args = tree.function, tree.arguments
    rule, row = RULES.get(NAMES.get(name, "")), ARRAY_NAMES.get(name)
    if rule is not None:
        row = ARRAY_NAMES.get(rule.name) if len(args) == 1 else None
    if row is not None:
        kind = KINDS.get(row.kind)
        return kind(solver, tree) if kind is not None else shaped(solver, tree, row)
    if name == "abs" and len(args) == 1 and conventions.is_determinant(solver, tree):
        solver.determinants.add(id(tree))
        return shaped(solver, tree, ARRAY_NAMES["det"])
    shape: Any = ()
    for other in aligned(solver, tree, args):
        shape = spread(solver, shape, other)
    return solver.passed(tree, shape, *args)


def mapped(solver: Inference, tree: Call) -> Any:
    """The shape of the argument."""
    axis_of(solver, tree, solver.array(first(tree), f"{tree.function} takes an array"))
    return solver.like(tree, first(tree)) or (1, 1)


def axis_of(solver: Inference, tree: Call, shape: Dims) -> int | None:
    """The axis, or the last one for -1: of a vector its only one."""
    axis = keyword(tree, "axis")
    if axis == -1:
        axis = solver.axes[id(tree)] = 0 if shape[1] == 1 else 1
    return axis


def reduction(solver: Inference, tree: Call) -> Any:
    shape = reduced(solver, tree)
    axis = axis_of(solver, tree, shape)
    if axis is None:
        row = len(tree.arguments) > 1 and shape[0] == 1 and is_made_of_rows(solver, first(tree))  # norm(X[0], 1)
        if tree.function == "norm" and shape[1] != 1 and (row or id(first(tree)) in solver.flat):
            solver.turned.add(id(first(tree)))  # x@A is a vector to NumPy, and so is its norm
        return ()
    word = tree.keywords[0][0]
    if word is COUNTED_AXIS:
        is_vector = shape[1] == 1 or (id(first(tree)) in solver.flat and 1 in shape)
        solver.counted[id(tree)] = None if is_vector and axis == 0 else axis
        return ()
    result = solver.dims.shape((1, shape[1]) if axis == 0 else (shape[0], 1))
    if word is LOST_AXIS:
        solver.flat.add(id(tree))
    if result != (1, 1):
        return result
    solver.ones.add(id(tree))
    return ()


def reduced(solver: Inference, tree: Call) -> Dims:
    """The shape of what is reduced."""
    try:
        return solver.array(first(tree), f"{tree.function} takes an array")
    except GradcliError as error:
        if tree.function in ("max", "min") and tree.keywords and tree.keywords[0][0] is LOST_AXIS:
            error.hint = (
                f"np.{tree.function} goes along an axis: write np.{tree.function}imum for the one of two numbers"
            )
        raise


def filled(solver: Inference, tree: Call) -> Any:
    """eye(n), ones(m, n), zeros(n), commutation(m, n)."""
    sizes = sizes_of_call(solver, tree)
    if tree.function == "eye":
        return (sizes[0], sizes[0])
    if tree.function == "commutation":
        return (times(*sizes), times(*sizes))
    if len(sizes) == 1:
        solver.flat.add(id(tree))
    return (sizes[0], sizes[1] if len(sizes) == 2 else 1)


def diag(solver: Inference, tree: Call) -> Any:
    shape = solver.dims.shape(solver.array(first(tree), "diag takes an array"))
    if 1 in shape:
        size = times(*shape)
        return (size, size)
    if not solver.dims.equal(*shape):
        raise not_square("diag", shape)
    solver.flat.add(id(tree))
    return (shape[0], 1)


def concat(solver: Inference, tree: Call) -> Any:
    shapes = [solver.of(arg) or (1, 1) for arg in tree.arguments]
    if not shapes:
        raise GradcliError("arity", "concat takes one or more arrays", hint="concat(x, y)")
    rows = bool(tree.keywords) and tree.keywords[0][0] is ROWS_AXIS
    for i, arg in enumerate(tree.arguments):  # vectors are rows in vstack, columns beside others
        if id(arg) in solver.flat and 1 in shapes[i] and shapes[i][0] != shapes[i][1] and (shapes[i][1] == 1) is rows:
            solver.turned.add(id(arg))
            shapes[i] = shapes[i][::-1]
    axis = axis_of(solver, tree, shapes[0]) or 0
    size = shapes[0][axis]
    for shape in shapes[1:]:
        if not solver.dims.equal(shapes[0][1 - axis], shape[1 - axis]):
            raise mismatch(solver.dims.shape(shapes[0]), solver.dims.shape(shape))
        size = plus(size, shape[axis])
    if axis == 0 and not rows and all(id(arg) in solver.flat or not solver.of(arg) for arg in tree.arguments):
        solver.flat.add(id(tree))
    return (size, shapes[0][1]) if axis == 0 else (shapes[0][0], size)


KINDS: dict[str, Callable[[Inference, Call], Any]] = {
    "reduce": reduction,
    "map": mapped,
    "diagonal": diag,
    "stack": concat,
    "sizes": filled,
}
"""Shapes that depend on options, or on whether the argument is a vector, by the word of the row."""

EQUATIONS: dict[type[Tree], Callable[..., Any]] = {
    Number: nothing,
    Text: nothing,
    Slice: nothing,
    Data: data,
    Unary: unary,
    Binary: binary,
    Call: call,
    Vector: vector,
    Index: index,
    Transpose: transposed,
}
