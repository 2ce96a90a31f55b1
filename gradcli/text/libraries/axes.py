"""Axes, orders of norms and divisors of variances as each library has them, behind its name or as a method.

NumPy's and PyTorch's reductions lose their axis, ours keep it: a call that loses it says so by its keyword, so that
what is left is one-dimensional wherever shapes are inferred. Codes of errors: `ambiguous`, `syntax`.
"""

from __future__ import annotations

from gradcli.problems import GradcliError, Span
from gradcli.records import TYPE_CHECKING
from gradcli.text.foreign.spellings import filled, template
from gradcli.text.libraries.marks import LOST_AXIS, AxisWord
from gradcli.text.tree import Call, Name, Number, Text, Tree, Unary, Vector

if TYPE_CHECKING:
    from typing import Final

    from gradcli.text.stack import Stack


LIKE_NUMPY: Final = frozenset(("np", "numpy", "jnp", "jax", "tf", "cp", "cupy", "onp", "anp", "K"))
"""Modules whose reductions are NumPy's."""
TORCH: Final = "torch"
REDUCTIONS: Final = frozenset(("sum", "mean", "prod", "max", "min", "norm", "logsumexp", "var", "std"))
FLATTENING: Final = frozenset(("method", TORCH, "tf"))
"""Where the norm of a matrix with an order is that of all its entries."""


def whole(tree: Tree) -> int | None:
    """The whole number that this is as a literal, perhaps negative; None for anything else."""
    inner = tree.operand if isinstance(tree, Unary) and tree.op == "-" else tree
    if not isinstance(inner, Number) or type(inner.value) is not int or inner.decimal:
        return None
    return inner.value if inner is tree else -inner.value


def without_all_axes(call: Call) -> Call:
    """`axis=(0, 1)` is what no axis is."""
    keywords = tuple(pair for pair in call.keywords if pair[0] not in ("axis", "dim") or not _are_both(pair[1]))
    arguments = call.arguments
    if call.function in REDUCTIONS and len(arguments) == 2 and _are_both(arguments[1]):
        arguments = arguments[:1]
    return Call(call.function, arguments, keywords, call.name_end, call.start, call.end)


def _are_both(tree: Tree) -> bool:
    """Whether this lists both axes of a matrix."""
    return isinstance(tree, Vector) and {whole(item) for item in tree.items} in ({0, 1}, {-1, -2})


def without_axis(tree: Tree, call: Call) -> Tree:
    """A reduction along an axis as the library has it: of one dimension, unless `call` keeps all."""
    if type(tree) is not Call or tree.function not in REDUCTIONS or not tree.keywords:
        return tree
    kept = [value for word, value in call.keywords if word in ("keepdims", "keepdim", "keep_dims")]
    if any(not (type(value) is Name and value.name == "False") for value in kept):
        return tree
    keywords = tuple(
        (LOST_AXIS if word == "axis" and type(word) is not AxisWord else word, value) for word, value in tree.keywords
    )
    return Call(tree.function, tree.arguments, keywords, tree.name_end, tree.start, tree.end)


def extreme(stack: Stack, call: Call, origin: str, here: int) -> Tree | None:
    """`np.max(X, 1)` goes along an axis; PyTorch's has the places too, as in `torch.max(X, 1)[0]`."""
    words = dict(call.keywords)
    axis = words.get("axis", words.get("dim"))
    if axis is None and len(call.arguments) == 2 and (origin in LIKE_NUMPY or origin in FLATTENING):
        axis = call.arguments[1] if whole(call.arguments[1]) is not None else None
    if axis is None or len(call.arguments) > 1 + (axis is call.arguments[-1]):
        return None
    tree = Call(call.function, call.arguments[:1], (("axis", axis),), call.name_end, call.start, call.end)
    pair = origin == TORCH or "dim" in words or "keepdim" in words
    behind = stack.texts[here + 1 : here + 4]
    if (pair or origin == "method") and behind[:2] == [".", "values"]:
        take(stack, here, 2)
    elif (pair or (origin == "method" and not words)) and behind[::2] == ["[", "]"] and behind[1] in ("0", "1"):
        if not pair or behind[1] == "1":
            x, name, number = stack.typed(call.arguments[0]), call.function, stack.typed(axis)
            message = f"{name}(...)[{behind[1]}] reads in two ways: PyTorch's pair, or an entry, as in NumPy"
            hint = f"write {name}({x}, axis={number}) for the values, {name}({x}, axis={number})[0] for an entry"
            raise GradcliError("ambiguous", message, Span(stack.source, call.start, call.end), hint)
        take(stack, here, 3)
    return tree


def take(stack: Stack, here: int, count: int) -> None:
    """Take as many tokens behind this one as read."""
    for column in (stack.kinds, stack.texts, stack.starts, stack.ends):
        del column[here + 1 : here + 1 + count]


def norm(stack: Stack, call: Call, origin: str, here: int) -> Tree | None:
    """`np.linalg.norm(X, 2, 1)`, and orders for which PyTorch and TensorFlow take all entries of a matrix."""
    words, arguments = dict(call.keywords), call.arguments
    order = arguments[1] if len(arguments) > 1 else words.get("p", words.get("ord"))
    if len(arguments) == 3 and whole(arguments[2]) is not None:
        keywords = (("axis", arguments[2]),)
        return Call("norm", arguments[:2], keywords, call.name_end, call.start, call.end)
    along = "axis" in words or "dim" in words
    if order is None or along or len(arguments) > 2 or not (origin in FLATTENING or call.function == "vector_norm"):
        return None
    if isinstance(order, Text):
        return Call("norm", arguments[:1], (), call.name_end, call.start, call.end) if order.value == "fro" else None
    known = order.value if isinstance(order, Number) else getattr(order, "name", None)
    reading = ENTRIES.get(known, "sum(abs(x)**p)**(1/p)")
    return filled(template(reading), {"x": arguments[0], "p": order}, call)


ENTRIES: Final[dict[object, str]] = {
    None: "norm(x)",
    "None": "norm(x)",
    1: "sum(abs(x))",
    2: "norm(x)",
    "inf": "max(abs(x))",
}
"""The norm of all entries by its order."""


def variance(stack: Stack, call: Call, origin: str, here: int) -> Tree | None:
    """Variances and deviations whose divisor the library or an argument says; None where nothing does."""
    words = dict(call.keywords)
    less = words.get("ddof", words.get("correction", words.get("unbiased")))
    if less is not None:
        name = getattr(less, "name", None)
        fewer = {"True": 1, "False": 0}.get(name or "", getattr(less, "value", None))
    elif origin in LIKE_NUMPY:
        fewer = 0
    else:
        fewer = 1 if origin == TORCH or "dim" in words or "keepdim" in words else None
    axis = words.get("axis", words.get("dim"))
    if len(call.arguments) == 2 and whole(call.arguments[1]) is not None:
        axis = call.arguments[1]
    elif len(call.arguments) != 1:
        return None
    if fewer == 0:
        keywords = () if axis is None else (("axis", axis),)
        return Call(call.function, call.arguments[:1], keywords, call.name_end, call.start, call.end)
    if fewer != 1:
        return None
    reading = VARIANCE if axis is None else VARIANCE_ALONG
    values = {"x": call.arguments[0]} if axis is None else {"x": call.arguments[0], "a": axis}
    if less is None:
        stack.note(f"{call.function} divides by n - 1, as PyTorch's does")
    return filled(template(reading if call.function == "var" else f"sqrt({reading})"), values, call)


VARIANCE: Final = "sum((x-mean(x))**2)/(sum(0*x+1)-1)"
VARIANCE_ALONG: Final = "sum((x-mean(x, axis=a))**2, axis=a)/(mean(sum(0*x+1, axis=a))-1)"
"""Divided by n - 1."""


def clipped(stack: Stack, call: Call, origin: str, here: int) -> Tree | None:
    """`np.clip(x, None, 1)` and `x.clamp(0)`: one bound only."""
    if call.keywords or not 2 <= len(call.arguments) <= 3:
        return None
    x, low, *rest = call.arguments
    bounds = [("max", low), *(("min", high) for high in rest)]
    given = [pair for pair in bounds if not (type(pair[1]) is Name and pair[1].name == "None")]
    if len(given) != 1:
        return None
    return Call(given[0][0], (x, given[0][1]), (), call.name_end, call.start, call.end)
