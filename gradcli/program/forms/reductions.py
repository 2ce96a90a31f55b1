"""Constructors of reductions and rearrangements: sums, norms, softmax, picks, stacks, Kronecker products."""

from __future__ import annotations

from gradcli.program import make, rationals
from gradcli.program.dimensions import plus, times
from gradcli.program.forms import parts as parts_forms
from gradcli.program.forms.parts import (
    array_part,
    column_place,
    dimension,
    entries,
    eye,
    is_ones,
    is_zeros,
    magnitude,
    number,
    ones,
    signed_part,
    zeros,
)
from gradcli.records import TYPE_CHECKING
from gradcli.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from gradcli.program.dimensions import Size
    from gradcli.program.graph import Factors, Graph, Node

    Part = int | tuple[Size, Size]


SPECTRA = ("eigvalsh", "svdvals")
"""Vectors in order, whose sum, greatest and least entry have names of their own."""


def total(graph: Graph, node: Node) -> Node:
    """The sum of all entries."""
    factor, scalar, core = signed_part(graph, node)
    if scalar is not None or factor != 1:
        front: Factors = [(scalar, 1)] if scalar is not None else []
        return make.multiply(graph, [*front, (total(graph, core), 1)], factor)
    if core.op in SPECTRA:
        return make.form("of_spectrum")(graph, core, "sum")
    made = TOTALS.get(core.op)
    found = None if made is None else made(graph, core)
    return plain_total(graph, core) if found is None else found


def plain_total(graph: Graph, node: Node) -> Node:
    """The sum of an array as it stands, or of its transpose."""
    return graph.intern("total", (min(node, make.transpose(graph, node), key=parts_forms.orientation),))


def total_of_one(graph: Graph, node: Node) -> Node | None:
    """What a 1x1 array made of others holds."""
    return total(graph, node.args[0]) if node.shape == (1, 1) else None


def total_of_part(graph: Graph, node: Node) -> Node | None:
    """1 for a whole row or column of the unit matrix; the only entry of a 1x1 part."""
    if node.args[0].op == "eye" and (0, node.args[0].data) in node.data:
        return number(graph, 1)
    if node.shape != (1, 1):
        return None
    down, across = (part[0] if isinstance(part, tuple) else part for part in node.data)
    if isinstance(down, int) and isinstance(across, int):
        return pick(graph, node.args[0], down, across)
    return graph.intern("total", (node,))


def total_of_sum(graph: Graph, node: Node) -> Node | None:
    """Sums of what is known are split off: sum(x - mean(x)) is 0."""
    parts = list(node.terms())
    known = [(term, c) for term, c in parts if is_ones(array_part(term)[2])]
    if not known:
        return None
    rest = [(term, c) for term, c in parts if not is_ones(array_part(term)[2])]
    items = [(total(graph, term), c) for term, c in known]
    return make.add(graph, [*items, (total(graph, make.add(graph, rest)), 1)])


def total_of_chain(graph: Graph, node: Node) -> Node | None:
    """sum(u@v') is sum(u)*sum(v), sum(A@ones(n)) and sum(ones(m)'@A) are sum(A)."""
    first, last = node.args[0], node.args[-1]
    if is_ones(last) and last.columns == 1:
        return total(graph, make.matmul(graph, node.args[:-1]))
    if is_ones(first) and first.rows == 1:
        return total(graph, make.matmul(graph, node.args[1:]))
    return of_outer_product(graph, node, total)


def of_outer_product(graph: Graph, node: Node, reduced: Callable[[Graph, Node], Node]) -> Node | None:
    """The product of what both parts of u@v' are reduced to; None where the product is no outer one."""
    for i, factor in enumerate(node.args[:-1], 1):
        if factor.columns == 1:
            sides = make.matmul(graph, node.args[:i]), make.matmul(graph, node.args[i:])
            return make.multiply(graph, [(reduced(graph, side), 1) for side in sides])
    return None


def total_of_product(graph: Graph, node: Node) -> Node | None:
    """sum(A*B) is tr(A'B), for vectors u'v; sum(A**2) is norm(A)**2."""
    if node.data == (2,):
        return make.multiply(graph, [(norm(graph, node.args[0]), 2)])
    if all(type(e) is int and e > 0 and e % 2 == 0 for e in node.data):
        half = make.hadamard(graph, [(b, e // 2) for b, e in node.factors()], node.shape)
        return make.multiply(graph, [(norm(graph, half), 2)])
    if len(node.args) == 2 and 1 in node.data:
        first, second = [make.hadamard(graph, [(base, e)], node.shape) for base, e in node.factors()]
        if node.columns == 1:
            return make.matmul(graph, [make.transpose(graph, first), second])
        if node.rows == 1:
            return make.matmul(graph, [first, make.transpose(graph, second)])
        if node.data == (1, 1):
            return make.trace(graph, make.matmul(graph, [make.transpose(graph, first), second]))
    return None


TOTALS: Mapping[str, Callable[[Graph, Node], Node | None]] = {
    "fill": lambda graph, node: entries(graph, node.shape) if is_ones(node) else number(graph, 0),
    "eye": lambda graph, node: dimension(graph, node.data),
    "diag": lambda graph, node: total(graph, node.args[0]),
    "vec": lambda graph, node: total(graph, node.args[0]),
    "diagonal": lambda graph, node: make.trace(graph, node.args[0]),
    "sum": total_of_sum,
    "product": total_of_product,
    "matmul": total_of_chain,
    "kron": lambda graph, node: make.multiply(graph, [(total(graph, factor), 1) for factor in node.args]),
    "softmax": lambda graph, node: number(graph, 1) if node.data is None else None,
    "pick": total_of_part,
    "concat": total_of_one,
    "transpose": total_of_one,
}
"""Operation -> the sum of its entries in another form; None where that is as it stands."""


def total_along(graph: Graph, node: Node, axis: int | None) -> Node:
    """The sum, or a row (axis 0) or a column (axis 1) of sums."""
    if axis is None:
        return total(graph, node)
    if axis == 0:
        return make.matmul(graph, [ones(graph, (1, node.rows)), node])
    return make.matmul(graph, [node, ones(graph, (node.columns, 1))])


def norm(graph: Graph, node: Node) -> Node:
    """The Euclidean norm of a vector, the Frobenius norm of a matrix."""
    factor, scalar, core = signed_part(graph, node)
    if scalar is not None or factor != 1:
        parts: Factors = [] if scalar is None else [(make.call(graph, RULES["abs"], (scalar,)), 1)]
        return make.multiply(graph, [*parts, (norm(graph, core), 1)], magnitude(factor))
    if is_zeros(core):
        return number(graph, 0)
    if is_ones(core):
        return make.power(graph, entries(graph, core.shape), number(graph, rationals.ratio(1, 2)))
    if core.op == "eye":
        return make.power(graph, dimension(graph, core.data), number(graph, rationals.ratio(1, 2)))
    if core.op in ("diag", "vec"):
        return norm(graph, core.args[0])
    if core.op == "matmul" and (found := of_outer_product(graph, core, norm)) is not None:
        return found
    if parts_forms.can_flip(core):
        core = min(core, parts_forms.negative_sum(graph, core), key=lambda n: n.data[0][0] < 0)
    other = make.transpose(graph, core)
    return graph.intern("norm", (min(core, other, key=parts_forms.orientation),), "2")


def logsumexp(graph: Graph, node: Node, axis: int | None) -> Node:
    """log(sum(exp(A))), of all entries or along an axis."""
    if axis is None or axis == vector_axis(node.shape):
        return graph.intern("lse", (node,))
    return graph.intern("lse", (node,), axis, reduced(node.shape, axis))


def reduced(shape: Any, axis: int) -> Any:
    """The shape after a reduction along an axis: a row or a column."""
    return (1, shape[1]) if axis == 0 else (shape[0], 1)


def vector_axis(shape: Any) -> int | None:
    """The axis along which a vector lies, None for a matrix."""
    if shape[1] == 1:
        return 0
    return 1 if shape[0] == 1 else None


def softmax(graph: Graph, node: Node, axis: int | None) -> Node:
    """exp(u)/sum(exp(u)) of a vector; of a matrix along an axis."""
    if axis is not None and axis == vector_axis(node.shape):
        axis = None
    return graph.intern("softmax", (node,), axis, node.shape)


def log_softmax(graph: Graph, node: Node, axis: int | None) -> Node:
    """u - logsumexp(u)."""
    whole = logsumexp(graph, node, axis)
    return make.add(graph, [(node, 1), (repeated(graph, whole, node.shape), -1)])


def softmax_logarithm(graph: Graph, argument: Node) -> Node | None:
    """log(softmax(u)), or of a part of it, by u - logsumexp(u); None for other arguments."""
    if argument.op == "pick" and argument.args[0].op == "softmax":
        (soft,) = argument.args
        return pick(graph, log_softmax(graph, soft.args[0], soft.data), *argument.data)
    return log_softmax(graph, argument.args[0], argument.data) if argument.op == "softmax" else None


def repeated(graph: Graph, node: Node, shape: Any) -> Node:
    """A scalar, a column or a row repeated over a whole array."""
    if not node.shape:
        return make.fill(graph, node, shape)
    if node.shape == shape:
        return node
    if node.shape[1] == 1 and shape[1] != 1:
        return make.matmul(graph, [node, ones(graph, (1, shape[1]))])
    return make.matmul(graph, [ones(graph, (shape[0], 1)), node])


def prod(graph: Graph, node: Node, axis: int | None) -> Node:
    """The product of all entries, or along an axis."""
    if node.op == "eigvalsh":
        return make.form("of_spectrum")(graph, node, "prod")
    value = parts_forms.fill_value(graph, node)
    if axis is None and value is not None:
        return make.power(graph, value, entries(graph, node.shape))
    axis = None if axis == vector_axis(node.shape) else axis
    return graph.intern("prod", (node,), axis, () if axis is None else reduced(node.shape, axis))


def extreme(graph: Graph, name: str, node: Node, axis: int | None) -> Node:
    """The greatest or least entry, of all or along an axis."""
    if node.op in SPECTRA:
        return make.form("of_spectrum")(graph, node, name)
    value = parts_forms.fill_value(graph, node)
    if axis is None and value is not None:
        return value
    axis = None if axis == vector_axis(node.shape) else axis
    return graph.intern("extreme", (node,), (name, axis), () if axis is None else reduced(node.shape, axis))


def cumsum(graph: Graph, node: Node, axis: int) -> Node:
    """Running sums along an axis; of single entries they are these."""
    if node.shape[axis] == 1:
        return node
    return graph.intern("cumsum", (node,), axis, node.shape)


def vec(graph: Graph, node: Node) -> Node:
    """The columns of a matrix under one another."""
    rows, columns = node.rows, node.columns
    shape = (times(rows, columns), 1)
    if columns == 1:
        return node
    if rows == 1:
        return make.transpose(graph, node)
    factor, scalar, core = signed_part(graph, node)
    if is_ones(core) or is_zeros(core):
        result = graph.intern("fill", core.args, shape, shape)
    elif core.op == "matmul" and (i := column_place(core)) is not None:
        left, right = make.matmul(graph, core.args[: i + 1]), make.matmul(graph, core.args[i + 1 :])
        result = kron(graph, make.transpose(graph, right), left)
    elif core.op == "sum":
        pieces = [(vec(graph, t), c) for t, c in core.terms()]
        result = make.add(graph, pieces)
    else:
        result = graph.intern("vec", (core,), None, shape)
    result = result if factor == 1 else make.add(graph, [(result, factor)])
    return result if scalar is None else make.scale(graph, scalar, result)


def kron(graph: Graph, left: Node, right: Node) -> Node:
    """The Kronecker product."""
    rows = times(left.rows, right.rows)
    columns = times(left.columns, right.columns)
    factor, scalar, a = signed_part(graph, left)
    other, inner, b = signed_part(graph, right)
    scalars: Factors = [(s, 1) for s in (scalar, inner) if s is not None]
    if is_zeros(a) or is_zeros(b):
        return zeros(graph, (rows, columns))
    core = kron_core(graph, a, b, (rows, columns))
    return make.scale(graph, make.multiply(graph, scalars, factor * other), core)


def kron_core(graph: Graph, a: Node, b: Node, shape: Any) -> Node:
    """kron of arrays without numbers in front: identities and ones join; an outer product of vectors is one."""
    if a.op == "eye" and b.op == "eye":
        return eye(graph, shape[0])
    if is_ones(a) and is_ones(b):
        return ones(graph, shape)
    if a.shape == (1, 1) or b.shape == (1, 1):
        single, array = (a, b) if a.shape == (1, 1) else (b, a)
        return make.scale(graph, total(graph, single), array)
    if a.columns == 1 and b.rows == 1:
        return make.matmul(graph, [a, b])
    if a.rows == 1 and b.columns == 1:
        return make.matmul(graph, [b, a])
    return graph.intern("kron", (a, b), None, shape)


def pick(graph: Graph, node: Node, down: Part, across: Part) -> Node:
    """Entries of an array: a scalar for two indices, else the part between the bounds of each slice."""
    rows, columns = part_size(down), part_size(across)
    if isinstance(down, tuple) and isinstance(across, tuple) and (rows, columns) == node.shape:
        return node
    shape: Any = () if isinstance(down, int) and isinstance(across, int) else (rows, columns)
    if node.op == "transpose":
        found = pick(graph, node.args[0], across, down)
        return make.transpose(graph, found)
    if node.op == "pick":
        parts = [within(inner, outer) for inner, outer in zip(node.data, (down, across), strict=True)]
        if all(isinstance(part, int) for part in parts) == (not shape):
            return pick(graph, node.args[0], *parts)
    inner = part_of_stack(graph, node, (down, across)) if shape else entry_of(graph, node, down, across)
    if inner is not None:
        return inner
    value = parts_forms.fill_value(graph, node)
    if value is not None:
        return make.fill(graph, value, shape) if shape else value
    return graph.intern("pick", (node,), (down, across), shape)


def entry_of(graph: Graph, node: Node, down: Any, across: Any) -> Node | None:
    """An entry of stacked entries is that entry, one of the identity a number; so it is in a sum."""
    factor, scalar, core = signed_part(graph, node)
    if core.op == "svdvals" and (down, across) == (0, 0):
        found = make.form("of_spectrum")(graph, core, "max")
    elif core.op == "sum" and any(signed_part(graph, term)[2].op == "concat" for term in core.args):
        terms = core.terms()
        found = make.add(graph, [(pick(graph, term, down, across), c) for term, c in terms])
    elif core.op == "concat" and all(part.shape == (1, 1) for part in core.args):
        found = total(graph, core.args[down if core.data == 0 else across])
    elif core.op == "eye" and isinstance(core.data, int):
        found = number(graph, int(down == across))
    else:
        return None
    return make.multiply(graph, [(found, 1), *([(scalar, 1)] if scalar is not None else [])], factor)


DEEPEST = 8
"""Operations entry by entry through which a slice looks for the stack that it is part of."""


def part_of_stack(graph: Graph, node: Node, bounds: Sequence[Part], depth: int = 0) -> Node | None:
    """A stacked array in its stack: concat(x, y)[:n] is x, and exp(2*concat(x, y))[:n] is exp(2*x)."""
    if node.op == "concat":
        axis, place = node.data, bounds[node.data]
        start: Size = 0
        for part in node.args:
            end = plus(start, part.shape[axis])
            if place == (start, end):
                whole = (0, part.shape[axis])
                return pick(graph, part, *((whole, bounds[1]) if axis == 0 else (bounds[0], whole)))
            start = end
    if depth == DEEPEST or node.op not in ("scale", "sum", "product", "call"):
        return None
    parts: list[Node] = []
    for arg in node.args:
        found = part_of_stack(graph, arg, bounds, depth + 1) if arg.shape else arg
        if found is None:
            return None
        parts.append(found)
    if node.op == "scale":
        return make.scale(graph, parts[0], parts[1])
    if node.op == "call":
        return make.call(graph, node.data, parts)
    if node.op == "sum":
        return make.add(graph, zip(parts, node.data[0], strict=True))
    return make.hadamard(graph, zip(parts, node.data, strict=True), parts[0].shape)


def within(inner: Part, outer: Part) -> Part:
    """The part of an array that is the outer part of its inner part: of x[2:] the part [1:] is x[3:]."""
    if isinstance(inner, int):  # one row, or one column: there is no other
        return inner
    start: Any = inner[0]
    if isinstance(outer, int):
        return start + outer if isinstance(start, int) else (plus(start, outer), plus(start, outer + 1))
    return plus(start, outer[0]), plus(start, outer[1])


def part_size(part: Part) -> Size:
    """How many rows or columns one subscript picks."""
    return 1 if isinstance(part, int) else plus(part[1], part[0], -1)


def concat(graph: Graph, arrays: Sequence[Node], axis: int) -> Node:
    """Arrays under one another (axis 0) or side by side (axis 1)."""
    if len(arrays) == 1:
        return arrays[0]
    size: Size = 0
    for node in arrays:
        size = plus(size, node.shape[axis])
    first: Any = arrays[0].shape
    shape = (size, first[1]) if axis == 0 else (first[0], size)
    if all(is_zeros(node) for node in arrays):
        return zeros(graph, shape)
    return graph.intern("concat", tuple(arrays), axis, shape)


def commutation(graph: Graph, rows: Size, columns: Size) -> Node:
    """The matrix K with K@vec(X) = vec(X') for X with these rows and columns."""
    if rows == 1 or columns == 1:
        return eye(graph, times(rows, columns))
    size = times(rows, columns)
    return graph.intern("commutation", (), (rows, columns), (size, size))


def absolute(graph: Graph, node: Node) -> Node:
    """Every entry without its sign."""
    return make.call(graph, RULES["abs"], (node,))


MAKES = {
    "total": total,
    "total_along": total_along,
    "norm": norm,
    "logsumexp": logsumexp,
    "softmax": softmax,
    "log_softmax": log_softmax,
    "prod": prod,
    "extreme": extreme,
    "cumsum": cumsum,
    "repeated": repeated,
    "vec": vec,
    "kron": kron,
    "pick": pick,
    "concat": concat,
    "softmax_logarithm": softmax_logarithm,
}
