"""Conditions as numbers and as branches: `(x > 0)*x`, `if x > 0: return x`, `if x > 0 then x else 0`.

Codes of errors: none of their own; what is no branch is left to others.
"""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING
from gradcli.text import tokens as kind
from gradcli.text.stack import CONDITION, Frame
from gradcli.text.tokens import quoted
from gradcli.text.tree import Call, Number

if TYPE_CHECKING:
    from typing import Final

    from gradcli.text.stack import Stack, Step

_OPERATORS: Final = ("*", "×", "·", "⋅", "∗", "/", "÷", "+", "-", "−", ".", "@")
_WORDS: Final = ("and", "or", "&")


# -------------------------------------------------------------------- (x > 0)*x


def allow_condition(stack: Stack, here: int) -> None:
    """Raise unless the comparison stands in brackets beside an operator, where it counts as 1 or 0: `(x > 0)*x`."""
    if not stack.latex and stack.frames[-1].form == "(":
        beside = _beside(stack, stack.opening())
        if beside in _OPERATORS:
            stack.frames[-1] = Frame("indicator", conditions=True)
            return
        around = stack.frames[-2] if len(stack.frames) > 1 else stack.frames[-1]
        outer = stack.opening() - 1
        while outer > 0 and stack.kinds[outer] != kind.OPEN:
            outer -= 1
        if beside in _WORDS and around.form == "(" and outer >= 0 and _beside(stack, outer) in _OPERATORS:
            stack.frames[-2] = Frame("indicator", conditions=True)
            stack.frames[-1] = CONDITION
            return
    hint = "write = for a definition, where(x > 0, a, b) for a choice" if stack.texts[here] == "==" else ""
    message = f"{quoted(stack.texts[here])} stands only in the condition of where"
    raise stack.error(here, message, hint or "write where(x > 0, a, b)")


def _beside(stack: Stack, opened: int) -> str:
    """The operator, or the word, before or behind the bracket that opens at a token."""
    closed, depth = opened, 0
    while stack.kinds[closed] != kind.END:
        depth += (stack.kinds[closed] in kind.OPENING) - (stack.kinds[closed] in kind.CLOSING)
        if not depth:
            break
        closed += 1
    before = stack.texts[opened - 1] if opened else ""
    after = stack.texts[closed + 1] if closed + 1 < len(stack.kinds) else ""
    return next((text for text in (after, before) if text in _OPERATORS or text in _WORDS), "")


def close_indicator(stack: Stack, here: int) -> Step:
    """`(x > 0)` as where(x > 0, 1, 0)."""
    stack.reduce()
    _, opened = stack.leave()
    start, end = stack.starts[opened], stack.ends[here]
    one, zero = Number(1, False, start, end), Number(0, False, start, end)
    tree = Call("where", (stack.operands[-1], one, zero), (), start, start, end)
    stack.note(f"{stack.source.text[start:end]} counts as 1 where it holds and as 0 elsewhere")
    stack.operands[-1] = tree
    return False, here + 1


# -------------------------------------------------------------------- if x > 0: return x

Row = tuple[int, str, int, int]
_LINES: Final = (kind.NEWLINE, kind.SEMICOLON)
_ENDINGS: Final = frozenset(("end", "fi", "endif"))


def fold(stack: Stack) -> None:
    """Take branches, which begin with an `if` where a statement may begin, for one where(...) each."""
    for here in reversed([here for here, text in enumerate(stack.texts) if text == "if"]):
        if here == 0 or stack.kinds[here - 1] in _LINES or stack.texts[here - 1] == "{":
            _folded(stack, here)


def _folded(stack: Stack, here: int) -> None:
    """Take the branches that begin at a token for a where(...), if nothing else stands between them."""
    reader = _Branches(stack, here)
    if not reader.read():
        return
    end = reader.here
    for column, values in zip(
        (stack.kinds, stack.texts, stack.starts, stack.ends), zip(*reader.made(), strict=True), strict=True
    ):
        column[here:end] = values  # type: ignore[index]
    stack.names["where"] = "where"


class _Branches:
    """Reads `if condition value [elif condition value] [else] value`, with the signs of any language between them."""

    def __init__(self, stack: Stack, here: int) -> None:
        self.stack, self.here = stack, here
        self.parts: list[tuple[list[Row], list[Row]]] = []
        self.rest: list[Row] = []
        self.returns = False
        self.name: Row | None = None

    def read(self) -> bool:
        """Whether there are branches, of which the last one has no condition."""
        while self.word() in ("if", "elif", "elseif"):
            self.here += 1
            condition = self.condition()
            value = self.value()
            if not condition or not value:
                return False
            self.parts.append((condition, value))
            self.pass_signs()
            if self.word() == "else" and self.word(1) == "if":
                self.here += 1
        otherwise = self.word() == "else"
        if otherwise:
            self.here += 1
        elif not self.returns or self.word() != "return":
            return False
        self.rest = self.value()
        place = self.here
        self.pass_signs()
        if self.word() in _ENDINGS:
            self.here += 1 + (self.word(1) == "if")
        else:
            self.here = place
        return bool(self.parts and self.rest)

    def made(self) -> list[Row]:
        """The tokens of the choice."""
        start = self.parts[0][0][0][2]
        found: list[Row] = []
        if self.name is not None:
            found += [self.name, (kind.EQUALS, "=", start, start)]
        elif self.returns:
            found.append((kind.NAME, "return", start, start))
        for condition, value in self.parts:
            found += [(kind.NAME, "where", start, start), (kind.OPEN, "(", start, start), *condition]
            found += [(kind.COMMA, ",", start, start), *value, (kind.COMMA, ",", start, start)]
        end = self.rest[-1][3]
        return [*found, *self.rest, *[(kind.CLOSE, ")", end, end)] * len(self.parts)]

    def word(self, after: int = 0) -> str:
        place = self.here + after
        return self.stack.texts[place] if place < len(self.stack.texts) else ""

    def row(self) -> Row:
        stack, here = self.stack, self.here
        return stack.kinds[here], stack.texts[here], stack.starts[here], stack.ends[here]

    def pass_signs(self) -> None:
        """Go past ends of lines, braces and `end` before another branch."""
        while self.stack.kinds[self.here] in _LINES or self.word() in ("{", "}"):
            self.here += 1

    def condition(self) -> list[Row]:
        """Up to a colon, `then`, the end of the line, or the bracket that closes it."""
        found: list[Row] = []
        bracketed, depth = self.stack.kinds[self.here] == kind.OPEN, 0
        while self.stack.kinds[self.here] != kind.END:
            what, text = self.stack.kinds[self.here], self.word()
            if not depth and (what in (*_LINES, kind.COLON) or text in ("then", "{")):
                break
            depth += (what in kind.OPENING) - (what in kind.CLOSING)
            found.append(self.row())
            self.here += 1
            follows = self.stack.kinds[self.here]
            if bracketed and not depth and follows not in (kind.COLON, kind.LOGIC, kind.COMPARISON, kind.OPERATOR):
                break
        if self.stack.kinds[self.here] == kind.COLON or self.word() == "then":
            self.here += 1
        return found

    def value(self) -> list[Row]:
        """The one expression of a branch, behind `return` or `name =`."""
        while self.stack.kinds[self.here] in (kind.NEWLINE, kind.COLON) or self.word() == "{":
            self.here += 1
        if self.word() == "return":
            self.returns = True
            self.here += 1
        elif self.stack.kinds[self.here] == kind.NAME and self.stack.kinds[self.here + 1] == kind.EQUALS:
            name = self.row()
            if (self.name is not None and self.name[1] != name[1]) or (self.parts and self.name is None):
                return []
            self.name = name
            self.here += 2
        elif self.name is not None or self.returns:
            return []
        found: list[Row] = []
        depth = 0
        while self.stack.kinds[self.here] != kind.END:
            what, text = self.stack.kinds[self.here], self.word()
            if not depth and (what in _LINES or text in ("}", "else", "elif", "elseif", *_ENDINGS)):
                break
            depth += (what in kind.OPENING) - (what in kind.CLOSING)
            found.append(self.row())
            self.here += 1
        return found
