"""Signs of Mathematica and Maple as tokens of this language: `\\[Alpha]`, `1.2*^-3`, `(* comment *)`, `A.x`, `k=1..n`.

They are put in before anything is read, so that no other part knows of them. Codes of errors: `syntax`.
"""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING
from gradcli.text import tokens as kind
from gradcli.text.foreign.characters import GREEK
from gradcli.text.foreign.words import CAPITALS
from gradcli.text.tokens import canonical_name, exact_number

if TYPE_CHECKING:
    from typing import Final

    from gradcli.text.stack import Stack

CONSTANTS: Final = {"E": "e", "Pi": "pi"}
_CALLED: Final = frozenset(("Transpose", "Inverse", "Piecewise", "Sum", "Product", "Integrate", "Total", "Norm", "Tr"))
_OPERANDS: Final = (kind.NAME, kind.NUMBER, kind.OPEN, kind.OPEN_SQUARE)
_ENDS: Final = (kind.NAME, kind.NUMBER, kind.CLOSE, kind.CLOSE_SQUARE)


def put_plainly(stack: Stack) -> None:
    """Change the tokens of a text."""
    _without_comments(stack)
    calls = any(_is_call(stack, here) for here in range(len(stack.kinds)))
    if calls:
        _constants(stack)
    here = 0
    while here < len(stack.kinds):
        text = stack.texts[here]
        if text == "\\" and stack.kinds[here + 1] == kind.OPEN_SQUARE and stack.kinds[here + 3] == kind.CLOSE_SQUARE:
            _letter(stack, here)
        elif text == "*" and stack.texts[here + 1] == "^" and stack.starts[here + 1] == stack.ends[here]:
            stack.numbers["10"] = exact_number("10")
            _put(stack, here + 1, 0, (kind.NUMBER, "10"))
        elif text == "." and calls and stack.kinds[here - 1] in _ENDS and stack.kinds[here + 1] in _OPERANDS:
            stack.kinds[here], stack.texts[here] = kind.OPERATOR, "@"
        elif (
            text == "log"
            and stack.texts[here + 1 : here + 4 : 2] == ["[", "]"]
            and stack.texts[here + 2] in ("2", "10")
        ):
            _put(stack, here, 4, (kind.NAME, f"log{stack.texts[here + 2]}"))
        elif text == "/" and stack.texts[here + 1] == "." and stack.starts[here + 1] == stack.ends[here]:
            hint = "give numbers with --set, and write y = x + 1 as a statement of its own before the function"
            raise stack.error(here, "'/.' puts something in the place of a name", hint)
        elif text == "=" and (found := _range(stack, here)) is not None:
            _interval(stack, here, *found)
        here += 1


def _put(stack: Stack, here: int, count: int, token: tuple[int, str]) -> None:
    """A token in the place of `count` others."""
    what, text = token
    start = stack.starts[here]
    end = stack.ends[here + count - 1] if count else start
    if what == kind.NAME:
        stack.names[text] = canonical_name(text)
    stack.kinds[here : here + count] = [what]
    stack.texts[here : here + count] = [text]
    stack.starts[here : here + count] = [start]
    stack.ends[here : here + count] = [end]


def _is_call(stack: Stack, here: int) -> bool:
    """Whether a function of Wolfram's language stands here with its bracket."""
    text = stack.texts[here]
    if stack.kinds[here] != kind.NAME or not text[:1].isupper() or stack.kinds[here + 1] != kind.OPEN_SQUARE:
        return False
    return len(text) > 1 and (text in _CALLED or (text.lower() in CAPITALS and not text.isupper()))


def _constants(stack: Stack) -> None:
    """Pi and E, where the text defines neither."""
    for text, meant in CONSTANTS.items():
        if text in stack.texts and text not in stack.own_functions():
            stack.names[text] = meant
            stack.note(f"{text} is the number {meant}, as in Wolfram's language")


def _without_comments(stack: Stack) -> None:
    """`(* ... *)`."""
    here = 0
    while here < len(stack.kinds) - 1:
        if stack.texts[here] == "(" and stack.texts[here + 1] == "*":
            end = here + 2
            while stack.kinds[end] != kind.END and stack.texts[end : end + 2] != ["*", ")"]:
                end += 1
            if stack.kinds[end] != kind.END:
                for column in (stack.kinds, stack.texts, stack.starts, stack.ends):
                    del column[here : end + 2]
                continue
        here += 1


def _letter(stack: Stack, here: int) -> None:
    """`\\[Alpha]`, `\\[CapitalDelta]`, `\\[Pi]`."""
    word = stack.texts[here + 2]
    name = word.removeprefix("Capital") if word.startswith("Capital") else word[:1].lower() + word[1:]
    if name.lower() in GREEK.values():
        _put(stack, here, 4, (kind.NAME, name))


def _range(stack: Stack, here: int) -> tuple[str, int] | None:
    """The first bound of `= 1..n` as a text, and how many tokens it takes."""
    first, second = stack.texts[here + 1], stack.texts[here + 2]
    if ".." in first:  # 1..3 is one token
        return first.partition("..")[0], 1
    if first.endswith(".") and second == ".":  # 1. .
        return first[:-1], 2
    if stack.kinds[here + 1] in (kind.NAME, kind.NUMBER) and second == stack.texts[here + 3] == ".":
        return first, 3
    return None


def _interval(stack: Stack, here: int, low: str, count: int) -> None:
    """`k = 1..n` as the three arguments `k, 1, n`."""
    one_token = ".." in stack.texts[here + 1]
    high = stack.texts[here + 1].partition("..")[2]
    kinds = {True: kind.NUMBER, False: kind.NAME}
    for text in (low, high) if one_token else (low,):
        if text.isdigit():
            stack.numbers[text] = exact_number(text)
    place = here + 1
    _put(stack, place, count, (kinds[low.isdigit()], low))
    _put(stack, place + 1, 0, (kind.COMMA, ","))
    if one_token:
        _put(stack, place + 2, 0, (kinds[high.isdigit()], high))
    _put(stack, here, 1, (kind.COMMA, ","))
    opened = here
    while opened and stack.kinds[opened] != kind.OPEN:
        opened -= 1
    while opened > 0 and not (stack.kinds[opened] == kind.OPEN and stack.texts[opened - 1] in _REDUCTIONS):
        opened -= 1
    if opened:
        name = _REDUCTIONS[stack.texts[opened - 1]]
        stack.texts[opened - 1] = stack.names[name] = name


_REDUCTIONS: Final = {"add": "sum", "mul": "prod", "sum": "sum", "product": "prod", "int": "int", "Sum": "sum"}
"""Maple's functions over a range."""
