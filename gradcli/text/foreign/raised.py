"""Exponents that are raised letters: `eˣ`, `xⁿ⁺¹`, `e⁻ˣ`. Codes of errors: `ambiguous`, and those of expressions."""

from __future__ import annotations

from itertools import pairwise

from gradcli.problems import Source
from gradcli.records import TYPE_CHECKING
from gradcli.text import tokens as kind
from gradcli.text.foreign.characters import RAISED
from gradcli.text.stack import Stack
from gradcli.text.tree import Binary

if TYPE_CHECKING:
    from gradcli.text.stack import Step


def raised(stack: Stack, here: int) -> Step:
    """A power of what stands before, with the raised characters read as an expression at the height of the line."""
    typed, start, end = stack.texts[here], stack.starts[here], stack.ends[here]
    plain = "".join(RAISED.get(character, character) for character in typed)
    base = stack.operands[-1]
    if plain == "t":
        shown = stack.typed(base)
        raise stack.error(here, "a raised t can be read in two ways", f"write {shown}.T or {shown}^t", "ambiguous")
    if any(first.isalpha() and second.isalnum() for first, second in pairwise(plain)):
        hint = f"write the exponent with ^, as in {stack.typed(base)}^({'*'.join(plain) if plain.isalpha() else '...'})"
        raise stack.error(here, f"the exponent {typed} can be read in two ways", hint, "ambiguous")
    text = " " * start + plain
    inner = Stack(kind.cut(Source(stack.source.name, text), start))
    exponent = Stack.read_inner(inner)
    if inner.kinds[inner.place] != kind.END:
        raise stack.error(here, f"the exponent {typed} cannot be read", "write the exponent with ^ and brackets")
    stack.operands[-1] = Binary("**", base, exponent, start, base.start, end)
    return False, here + 1
