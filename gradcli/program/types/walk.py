"""What type inference sees of a syntax tree: the parts that are values, chains of products, names behind signs."""

from __future__ import annotations

from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING
from gradcli.rules import ARRAY_NAMES
from gradcli.text.tree import (
    LATEX_POWER,
    LATEX_PRODUCT,
    Binary,
    Call,
    Index,
    Name,
    Number,
    Transpose,
    Unary,
    children,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.text.tree import Tree

FILLED = frozenset(row.name for row in ARRAY_NAMES.values() if row.kind == "sizes")
"""Functions whose arguments are sizes."""

GREEK = frozenset(
    (
        *("alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "eps", "zeta", "eta", "theta", "iota", "kappa"),
        *("lambda", "lam", "mu", "nu", "xi", "pi", "rho", "sigma", "tau", "upsilon", "phi", "varphi", "chi", "psi"),
        "omega",
    )
)
"""Small Greek letters: what is called so beside an array is its coefficient, where nothing says otherwise."""


def parts(tree: Tree) -> Sequence[Tree]:
    """The subtrees that are values; sizes, subscripts and keywords are none."""
    if isinstance(tree, Call):
        return () if tree.function in FILLED else tree.arguments
    if isinstance(tree, Index):
        return (tree.base,)
    return children(tree)


def bare_name(tree: Tree) -> Name | None:
    """The name behind signs, transposes, numbers in front and LaTeX's inverse; None for anything else."""
    while not isinstance(tree, Name):
        if isinstance(tree, Unary | Transpose):
            tree = tree.operand
        elif isinstance(tree, Binary) and is_power(tree):
            tree = tree.left
        else:
            return None
    return tree


def plain_name(tree: Tree) -> Name | None:
    """The name behind a sign or a number as its coefficient: what is added to an array is one."""
    while isinstance(tree, Unary) or (isinstance(tree, Binary) and tree.op in "*/"):
        if isinstance(tree, Unary):
            tree = tree.operand
        elif isinstance(tree.left, Number) and tree.op == "*":
            tree = tree.right
        elif isinstance(tree.right, Number):
            tree = tree.left
        else:
            return None
    return tree if isinstance(tree, Name) else None


def whole_exponent(tree: Binary) -> int | None:
    """The exponent of a power in LaTeX, if it is a whole number."""
    exponent, sign = tree.right, 1
    if isinstance(exponent, Unary) and exponent.op == "-":
        exponent, sign = exponent.operand, -1
    if isinstance(exponent, Number) and type(exponent.value) is int:
        return sign * exponent.value
    return None


def half_exponent(tree: Binary) -> int | None:
    """The sign of the exponent of a square root, `A^{1/2}` or `A^{-1/2}`."""
    exponent, sign = tree.right, 1
    if isinstance(exponent, Unary) and exponent.op == "-":
        exponent, sign = exponent.operand, -1
    if not isinstance(exponent, Binary) or exponent.op != "/":
        return None
    above, below = exponent.left, exponent.right
    if isinstance(above, Unary) and above.op == "-":
        above, sign = above.operand, -sign
    both = isinstance(above, Number) and isinstance(below, Number) and above.value == 1 and below.value == 2
    return sign if both else None


def is_power(tree: Tree) -> bool:
    """X^2 or X^{-1} of LaTeX."""
    return isinstance(tree, Binary) and tree.op is LATEX_POWER and whole_exponent(tree) is not None


def factors_of(tree: Tree) -> list[Tree]:
    """The factors of juxtaposed symbols in LaTeX, from left to right."""
    found: list[Tree] = []
    while isinstance(tree, Binary) and tree.op is LATEX_PRODUCT:
        found.append(tree.right)
        tree = tree.left
    found.append(tree)
    return found[::-1]


def keyword(tree: Call, name: str) -> int | None:
    """The value of axis=0|1, -1 for the last axis, None where it is not given."""
    for word, value in tree.keywords:
        if word == name and isinstance(value, Number) and value.value in (0, 1):
            return int(value.value)
        if word == name and isinstance(value, Unary) and isinstance(value.operand, Number) and value.operand.value == 1:
            return -1
        raise GradcliError(
            "arity",
            f"{tree.function}: {word} is 0 or 1" + (f", not {value.value}" if isinstance(value, Number) else "")
            if word == name
            else f"{tree.function} takes no argument called {word!r}",
            hint=f"{tree.function}(X, axis=0)",
        )
    return None
