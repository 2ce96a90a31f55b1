"""Exponents that are raised letters: `eˣ`, `xⁿ⁺¹`, `e⁻ˣ`; indices of roots, `³√x`.

Codes of errors: `ambiguous`, and those of expressions.
"""

from __future__ import annotations

from itertools import pairwise

from gradcli.problems import GradcliError, Source, Span
from gradcli.records import TYPE_CHECKING
from gradcli.text import tokens as kind
from gradcli.text.foreign.characters import RAISED
from gradcli.text.stack import NEGATE, Stack
from gradcli.text.tree import Binary

if TYPE_CHECKING:
    import re

    from gradcli.text.stack import Step


def raised(stack: Stack, here: int) -> Step:
    """A power of what stands before, with the raised characters read as an expression at the height of the line."""
    typed, start, end = stack.texts[here], stack.starts[here], stack.ends[here]
    plain = "".join(RAISED.get(character, character) for character in typed)
    base = stack.operands[-1]
    if plain == "t":
        shown = stack.typed(base)
        raise stack.error(here, "a raised t can be read in two ways", f"write {shown}.T or {shown}^t", "ambiguous")
    if plain[:1] == "(" and plain[-1:] == ")" and plain[1:-1].isalnum():
        shown, index = stack.typed(base), plain[1:-1]
        hint = f"write {shown}^{{({index})}} for the upper index, {shown}^{index} for the power"
        raise stack.error(here, f"{typed} can be read in two ways: an index above, or an exponent", hint, "ambiguous")
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


def root_index(stack: Stack, here: int) -> Step:
    """`³√x` is the cube root; other roots are powers. Raises for raised signs that nothing stands before."""
    number = (
        "4" if stack.texts[here] == "∜" else "".join(RAISED.get(c, c) for c in kind.plain_digits(stack.texts[here]))
    )
    root = here if stack.texts[here] == "∜" else here + 1
    if stack.texts[root] not in ("√", "∜"):
        from gradcli.text.prose.unreadable import no_operand

        raise no_operand(stack, here)
    if number in ("2", "3"):
        return stack.prefix("sqrt" if number == "2" else "cbrt", NEGATE, here)[0], root + 1
    hint = f"write {_power(stack.argument_text(root + 1), number)} where what stands below is positive"
    raise stack.error(here, f"the root {stack.source.text[stack.starts[here] : stack.ends[root]]} is not read", hint)


def refuse_root_index(stack: Stack, here: int) -> None:
    """Raise for `2³√x`: the power of what stands before, or the index of the root."""
    number, below = kind.plain_digits(stack.texts[here]), stack.argument_text(here + 2)
    base = stack.typed(stack.operands[-1])
    inner = below[1:-1] if below[:1] == "(" else below
    root = {"2": f"sqrt({inner})", "3": f"cbrt({inner})"}.get(number, _power(below, number))
    message = f"{stack.texts[here]} can be read in two ways: an exponent, or the index of the root"
    hint = f"write {base}^{number}*sqrt({inner}) or {base}*{root}"
    raise stack.error(here, message, hint, "ambiguous")


def _power(below: str, number: str) -> str:
    base = below if below[:1] == "(" else f"({below})"
    return f"{base}^(1/{number})" if number.isalnum() else f"{base}^(1/({number}))"


def root_error(source: Source, match: re.Match[str]) -> GradcliError:
    """The error of an exponent 1 with a slash behind it."""
    base, start = match["base"], match.start()
    if base == ")":
        depth = 0
        for start in range(match.start(), -1, -1):
            depth += {")": 1, "(": -1}.get(source.text[start], 0)
            if not depth:
                break
        base = source.text[start : match.start() + 1]
    sign, power, n = match["sign"], f"{match['minus']}1", match["n"]
    return GradcliError(
        "ambiguous", f"{match[0]} can be read in two ways", Span(source, start, match.end()),
        f"write {base}{sign}({power}/{n}) or ({base}{sign}{power})/{n}",
    )  # fmt: skip
