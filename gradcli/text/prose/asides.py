"""What stands beside a function in LaTeX and is not used: the condition in `y = x^2, x > 0`."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING
from gradcli.text import tokens as kind

if TYPE_CHECKING:
    from typing import Final

    from gradcli.text.stack import Stack

_NEVER: Final = frozenset((kind.EQUALS, kind.OPEN_SQUARE, kind.BAD))


def passed(stack: Stack) -> bool:
    """Pass a condition behind a function, `x > 0`, which is not used; that is said."""
    end, depth = stack.place, 0
    while stack.kinds[end] not in kind.STATEMENT_ENDS and (depth or stack.kinds[end] != kind.COMMA):
        depth += (stack.kinds[end] == kind.OPEN) - (stack.kinds[end] == kind.CLOSE)
        end += 1
    inside = stack.kinds[stack.place : end]
    if kind.COMPARISON not in inside or not _NEVER.isdisjoint(inside):
        return False
    stack.note(f"not used: {stack.source.text[stack.starts[stack.place] : stack.ends[end - 1]]}")
    stack.place = end
    return True
