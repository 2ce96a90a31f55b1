r"""Desmos' choices, `{x > 0: x^2, 0}` and `\left\{x>0:x^{2},0\right\}`: conditions with values, and what is left over.

Codes of errors: `syntax`.
"""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING
from gradcli.text import tokens as kind
from gradcli.text.stack import Frame
from gradcli.text.tree import Binary, Call, Number, are_opposite

if TYPE_CHECKING:
    from gradcli.text.stack import Stack, Step
    from gradcli.text.tree import Tree


def choice(stack: Stack, here: int) -> Step | None:
    """Open the brace at a token; None where no condition with a colon stands in it."""
    compared, depth, place = False, 0, here
    while stack.kinds[place] != kind.END:
        text, what = stack.texts[place], stack.kinds[place]
        depth += (what == kind.OPEN or text == "{") - (what == kind.CLOSE or text == "}")
        compared = compared or what == kind.COMPARISON
        if not depth or (what == kind.COLON and depth == 1):
            break
        place += 1
    if stack.kinds[place] != kind.COLON or not compared:
        return None
    _as_brackets(stack, here)
    return stack.open(Frame("braces", conditions=True), here)


def _as_brackets(stack: Stack, here: int) -> None:
    """Take the brace at a token, and the one that closes it, for brackets."""
    depth = 0
    for place in range(here, len(stack.kinds)):
        text = stack.texts[place]
        if text in ("{", "}"):
            depth += 1 if text == "{" else -1
            if place == here or not depth:
                stack.kinds[place] = kind.OPEN if text == "{" else kind.CLOSE
            if not depth:
                return


def condition_ends(stack: Stack, here: int) -> Step:
    """The colon behind a condition."""
    stack.reduce()
    frame = stack.frames[-1]
    frame.items.append(stack.operands.pop())
    frame.name += "c"
    return True, here + 1


def closed(stack: Stack, here: int) -> Step:
    """The brace that closes: where(condition, value, what is left over)."""
    stack.reduce()
    frame = stack.frames[-1]
    frame.items.append(stack.operands.pop())
    kinds = frame.name + "v"
    _, opened = stack.leave()
    items, start, end = frame.items, stack.starts[opened], stack.ends[here]
    alone = len(kinds) % 2
    if kinds != "cv" * (len(kinds) // 2) + "v" * alone:
        raise stack.error(opened, "each part of the brace is a condition with its value", "write {x > 0: x^2, 0}")
    if alone or (len(items) == 4 and are_opposite(items[0], items[2])):
        tree = items.pop()
        if not alone:
            items.pop()
    else:  # where none of the conditions holds there is no value
        zero: Tree = Number(0, False, start, end)
        tree = Binary("/", zero, zero, start, start, end)
    for condition, value in zip(reversed(items[::2]), reversed(items[1::2]), strict=True):
        tree = Call("where", (condition, value, tree), (), stack.ends[opened], start, end)
    stack.operands.append(tree)
    return False, here + 1
