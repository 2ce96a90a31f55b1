r"""Choices of other languages: `{x > 0: x^2, 0}` in Desmos, Python's `a if c else b`, `c ? a : b` in C and Julia.

Codes of errors: `syntax`.
"""

from __future__ import annotations

from itertools import pairwise

from gradcli.records import TYPE_CHECKING
from gradcli.text import tokens as kind
from gradcli.text.stack import Frame
from gradcli.text.tree import Binary, Call, Number, are_opposite

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

    from gradcli.text.stack import Stack, Step
    from gradcli.text.tree import Tree


def choice(stack: Stack, here: int) -> Step | None:
    """Open the brace at a token; None where no condition with a colon stands in it."""
    compared, depth, place = False, 0, here
    while stack.kinds[place] != kind.END:
        text, what = stack.texts[place], stack.kinds[place]
        depth += (what in (kind.OPEN, kind.ANGLE) or text == "{") - (what == kind.CLOSE or text == "}")
        compared = compared or what == kind.COMPARISON
        if not depth or (what == kind.COLON and depth == 1):
            break
        place += 1
    if stack.kinds[place] != kind.COLON or not compared:
        return None
    as_brackets(stack, here)
    return stack.open(Frame("braces", conditions=True), here)


def as_brackets(stack: Stack, here: int) -> None:
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


# -------------------------------------------------------------------- a if c else b, c ? a : b

Row = tuple[int, str, int, int]
_OPENING: Final = (kind.OPEN, kind.OPEN_SQUARE, kind.ANGLE)
_PARTING: Final = (kind.COMMA, kind.SEMICOLON, kind.NEWLINE, kind.EQUALS, kind.COLON, kind.END)
_PARTING_WORDS: Final = frozenset(("return", "for", "↦", "→", "{", "}"))


def choose(stack: Stack) -> None:
    """Take `a if c else b` and `c ? a : b` for where(c, a, b), wherever both words or both signs stand."""
    out: list[Row] = []
    begins, marks = [0], [list[int]()]  # for each open bracket, where its part begins, and its words
    for row in zip(stack.kinds, stack.texts, stack.starts, stack.ends, strict=True):
        what, text, start, _ = row
        arrow = text == ">" and bool(out) and out[-1][1] in ("-", "=") and out[-1][3] == start
        if what in kind.CLOSING and len(begins) > 1:
            _finish(out, begins.pop(), marks.pop())
        elif text in ("?", "if", "else") or (what == kind.COLON and _asked(out, marks[-1])):
            marks[-1].append(len(out))
        elif what in _PARTING or text in _PARTING_WORDS or arrow:
            _finish(out, begins[-1], marks[-1])
            begins[-1], marks[-1] = len(out) + 1, []
        out.append(row)
        if what in _OPENING:
            begins.append(len(out))
            marks.append([])
    stack.names["where"] = "where"
    for column, values in zip(
        (stack.kinds, stack.texts, stack.starts, stack.ends), zip(*out, strict=True), strict=True
    ):
        column[:] = values  # type: ignore[index]


def _asked(out: list[Row], marks: Sequence[int]) -> bool:
    """Whether a question mark waits for its colon."""
    return bool(marks) and out[marks[-1]][1] == "?"


def _finish(out: list[Row], begin: int, marks: Sequence[int]) -> None:
    """The part from `begin` on with its choices as calls; as it is where the words do not fit."""
    words = "".join(out[mark][1] for mark in marks)
    if not marks or words not in ("ifelse" * (len(marks) // 2), "?:" * (len(marks) // 2)):
        return
    edges = [begin - 1, *marks, len(out)]
    parts = [out[first + 1 : last] for first, last in pairwise(edges)]
    if not all(parts):
        return
    made: list[Row] = []
    for first, second in zip(parts[:-1:2], parts[1::2], strict=True):
        value, condition = (first, second) if words[0] == "i" else (second, first)
        start = first[0][2]
        made.extend(((kind.NAME, "where", start, start), (kind.OPEN, "(", start, start)))
        made.extend((*condition, (kind.COMMA, ",", start, start), *value, (kind.COMMA, ",", start, start)))
    end = parts[-1][-1][3]
    out[begin:] = [*made, *parts[-1], *[(kind.CLOSE, ")", end, end)] * (len(parts) // 2)]
