"""Einstein's sums as NumPy writes them, `einsum("ij,j->i", A, x)`: the products of this language that say the same."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING
from gradcli.text.tree import Text

if TYPE_CHECKING:
    from typing import Final

    from gradcli.text.tree import Call

SUMS: Final = {
    "a->": "sum(x)", "ab->": "sum(x)", "ab->a": "sum(x, axis=1)", "ab->b": "sum(x, axis=0)", "ab->ba": "x.T",
    "aa->": "tr(x)", "aa->a": "diag(x)", "ab->ab": "x", "a->a": "x",
    "a,a->": "dot(x, y)", "a,a->a": "x*y", "a,b->ab": "outer(x, y)", "a,b->ba": "outer(y, x)",
    "a,b->": "sum(outer(x, y))",
    "ab,b->a": "x@y", "ab,a->b": "x.T@y", "a,ab->b": "y.T@x", "a,ba->b": "y@x", "ab,b->": "sum(x@y)",
    "ab,a->": "sum(x.T@y)", "ab,b->ab": "x*y.T", "ab,a->ab": "diag(y)@x", "a,ab->ab": "diag(x)@y",
    "ab,bc->ac": "x@y", "ab,bc->ca": "(x@y).T", "ab,cb->ac": "x@y.T", "ab,ac->bc": "x.T@y", "ab,ca->bc": "(y@x).T",
    "ab,ca->cb": "y@x", "ab,cb->ca": "y@x.T", "ab,ac->cb": "y.T@x", "ab,bc->": "sum(x@y)",
    "ab,ab->": "tr(x.T@y)", "ab,ab->ab": "x*y", "ab,ab->a": "sum(x*y, axis=1)", "ab,ab->b": "sum(x*y, axis=0)",
    "ab,ba->": "tr(x@y)", "ab,ba->ab": "x*y.T", "ab,ba->a": "diag(x@y)",
    "a,ab,b->": "x.T@y@z", "ab,bc,c->a": "x@y@z", "ab,bc,cd->ad": "x@y@z", "a,a,a->": "sum(x*y*z)",
    "ab,b,c->ac": "outer(x@y, z)", "a,ba,b->": "z.T@y@x", "ab,ab,ab->": "sum(x*y*z)", "ab,cb,c->a": "x@y.T@z",
}  # fmt: skip
"""Sums by their subscripts, with letters in the order of the alphabet; the operands are x, y and z."""


def product_of(call: Call) -> str | None:
    """The product of x, y and z that a sum is; None for a sum that is none."""
    if not call.arguments or not isinstance(call.arguments[0], Text):
        return None
    subscripts = call.arguments[0].value
    return SUMS.get(canonical(subscripts)) if subscripts.count(",") == len(call.arguments) - 2 else None


def canonical(subscripts: str) -> str:
    """`ij, jk` as `ab,bc->ac`: what stands behind the arrow is every letter that stands once, if nothing does."""
    inputs, arrow, output = subscripts.replace(" ", "").partition("->")
    letters = [letter for letter in inputs if letter != ","]
    if not arrow:
        output = "".join(sorted(letter for letter in set(letters) if letters.count(letter) == 1))
    order = {letter: chr(ord("a") + place) for place, letter in enumerate(dict.fromkeys(letters))}
    return "".join(order.get(letter, letter) for letter in f"{inputs}->{output}")
