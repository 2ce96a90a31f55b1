"""What a spreadsheet's formula, `=A1^2`, says otherwise than everybody else: errors that show both readings."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING
from gradcli.text import tokens as kind

if TYPE_CHECKING:
    from gradcli.text.stack import Stack


def refuse_other_meanings(stack: Stack) -> None:
    """Raise for `=-A1^2`, which is (-A1)^2 there, for `=LOG(A1)`, which is log10, and for ranges of cells."""
    for here in range(stack.place + 1, len(stack.kinds) - 1):
        text = stack.texts[here]
        if text == "-" and stack.kinds[here - 1] in _BEFORE_SIGN and stack.texts[here + 2] == "^":
            base, power = stack.texts[here + 1], stack.argument_text(here + 3)
            inner, outer = f"(-{base})^{power}", f"-({base}^{power})"
            message = f"-{base}^{power} is {inner} in a spreadsheet, and {outer} elsewhere"
            raise stack.error(here, message, f"write {inner} or {outer}", "ambiguous")
        if stack.kinds[here] == kind.FACTORIAL and stack.kinds[here + 1] == kind.NAME:
            hint = f"write {stack.texts[here + 1]} alone"
            raise stack.error(here, "a cell of another sheet is not read", hint)
        if text == "LOG" and stack.kinds[here + 1] == kind.OPEN and _has_one_argument(stack.kinds, here + 1):
            inside = stack.argument_text(here + 1)
            message = "LOG is the logarithm to the base 10 in a spreadsheet, and the natural one elsewhere"
            raise stack.error(here, message, f"write log10{inside} or ln{inside}", "ambiguous")
        if text == ":" and stack.kinds[here - 1] == kind.NAME == stack.kinds[here + 1]:
            cells = f"{stack.texts[here - 1]} + {stack.texts[here + 1]}"
            hint = f"write the cells one by one, {cells}, or sum(x) over a vector x"
            raise stack.error(here, "a range of cells is not read", hint)


_BEFORE_SIGN = (kind.EQUALS, kind.OPEN, kind.COMMA, kind.OPERATOR)


def _has_one_argument(kinds: list[int], here: int) -> bool:
    """Whether no comma stands in the bracket that opens at a token."""
    depth = 0
    for what in kinds[here:]:
        depth += (what == kind.OPEN) - (what == kind.CLOSE)
        if not depth or (what == kind.COMMA and depth == 1):
            return what != kind.COMMA
    return True
