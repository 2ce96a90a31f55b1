r"""Letters of LaTeX, what stands behind them (`L(w)`, `a(x) = ...; a(y + 1)`, `x[0]`), and where a sum of them ends.

Each function takes the stack and the token behind the letter.
"""

from __future__ import annotations

from gradcli.patterns import pattern
from gradcli.problems import Span
from gradcli.records import TYPE_CHECKING
from gradcli.text import brackets
from gradcli.text.latex import words
from gradcli.text.stack import REDUCING, Frame
from gradcli.text.tokens import (
    ANGLE,
    APPLY,
    BAR,
    CLOSE,
    CLOSE_SQUARE,
    COLON,
    COMMA,
    EQUALS,
    JUXTAPOSE,
    NAME,
    NUMBER,
    OPEN,
    OPEN_BAR,
    OPEN_SQUARE,
    OPERATOR,
    ROOT,
)
from gradcli.text.tree import LATEX_POWER, Binary, Name, Number, postorder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

    from gradcli.problems import GradcliError
    from gradcli.text.stack import Stack, Step

PRINTED: Final = pattern(r"[SCWKE]\\left\(|[JYIK]_(?:[0-9]|\{[0-9n]\}|n)\s*(?:\\left\s*)?\(")
r"""How papers and computer algebra write functions by a letter: `W\left(x\right)`, `J_0(x)`; products have a blank."""
NEVER_FACTORS: Final = ("O", "o", "E", "lambda_max", "lambda_min", "sigma_max", "sigma_min")
"""Letters whose bracket nobody reads as a factor's: orders of growth, an expectation, eigenvalues of a matrix."""


# -------------------------------------------------------------------- calls


def is_called(stack: Stack, here: int) -> bool:
    r"""Whether a call stands here: of a letter with a header, or with names alone, `L(w, b)`, a product as well."""
    kinds, texts = stack.kinds, stack.texts
    if kinds[here - 1] != NAME or texts[here + 1] != "(":
        return False
    if not stack.source.text.startswith("(", stack.starts[here + 1]):
        return False
    name = texts[here - 1]
    if PRINTED.match(stack.source.text, stack.starts[here - 1]) and not stack.stands_alone(name):
        return True
    if "\\!" in stack.source.text[stack.ends[here - 1] : stack.starts[here + 1]]:  # a function's bracket is drawn near
        return True
    tight = stack.source.text[stack.ends[here - 1] : stack.starts[here + 1]] in ("", "\\left", "\\big", "\\bigl")
    if (tight and name in NEVER_FACTORS) or (kinds[here + 2] == NAME and kinds[here + 3] in (CLOSE, COMMA)):
        return True
    if tight and _holds_one_factor(kinds, texts, here + 2):
        return True
    if stack.headed is None:
        stack.headed = headed(kinds, texts)
    return name in stack.headed


def _holds_one_factor(kinds: Sequence[int], texts: Sequence[str], here: int) -> bool:
    """Whether a number stands alone in a bracket, `(0)`, or one power, `(w^t)`, that is not raised again."""
    if kinds[here] == NAME and texts[here + 1] in ("**", "^") and texts[here + 2] == "(":
        close = here + 3
        while kinds[close] in (NAME, NUMBER):
            close += 1
        close += kinds[close] == CLOSE
    else:
        return kinds[here] == NUMBER and kinds[here + 1] in (CLOSE, COMMA)
    return kinds[close] == CLOSE and texts[close + 1] not in ("**", "^")


def call(stack: Stack, here: int) -> Step:
    """Read it as a call, and remember that: who knows all names decides whether it may be one."""
    name = stack.operands.pop()
    assert type(name) is Name
    stack.spelled.called.setdefault(name.name, Span(stack.source, name.start, name.end))
    stack.open(Frame("call", name.name), here)
    return True, here + 2


def headed(kinds: Sequence[int], texts: Sequence[str]) -> frozenset[str]:
    """The names before a bracket of names and an equals sign: the text says what they are as functions."""
    beside = (here for here, what in enumerate(kinds) if what == JUXTAPOSE and kinds[here - 1] == NAME)
    return frozenset(texts[here - 1] for here in beside if is_header(kinds, here + 1))


def is_header(kinds: Sequence[int], here: int) -> bool:
    """Whether the bracket here holds names alone, and an equals sign follows it."""
    while kinds[here + 1] == NAME and kinds[here + 2] == COMMA:
        here += 2
    return list(kinds[here + 1 : here + 4]) == [NAME, CLOSE, EQUALS]


# -------------------------------------------------------------------- entries, digits


def entry(stack: Stack, here: int) -> Step | None:
    """`x[0]` is an entry, `x[1 + y]` a product, for which None stands. Raises `ambiguous` for `x[i]`."""
    kinds, texts = stack.kinds, stack.texts
    if is_entry(kinds, texts, here):
        return brackets.open_index(stack, here)
    letter = texts[here + 1]
    if kinds[here - 1] == NAME and stack.starts[here] == stack.ends[here - 1] and _is_long(texts[here - 1]):
        name = texts[here - 1]
        hint = f"write {name} \\cdot (...) for the product, round brackets behind a function's name"
        raise stack.error(here, f"{name}[...] can be read in two ways: a product, or a function", hint, "ambiguous")
    if kinds[here - 1] == NAME and kinds[here + 1] == NAME and kinds[here + 2] == CLOSE_SQUARE:
        name = stack.source.text[stack.starts[here - 1] : stack.ends[here - 1]]
        hint = f"write {name} \\cdot {letter} for the product; an entry has a number, as in {name}[0]"
        raise stack.error(here, f"{name}[{letter}] can be read in two ways: an entry, or a product", hint, "ambiguous")
    return None


def _is_long(name: str) -> bool:
    """Whether a name is a word, which before a square bracket is a function to most: `\\mathrm{Var}[x]`."""
    letters = name.partition("_")[0].rstrip("0123456789")
    return len(letters) > 1 and letters.isascii() and letters not in words.GREEK


def is_entry(kinds: Sequence[int], texts: Sequence[str], here: int) -> bool:
    """Whether the square bracket here, behind a name or another one, holds whole numbers alone: `A[0, 1:]`."""
    if kinds[here - 1] not in (NAME, CLOSE_SQUARE):
        return False
    first = here = here + 1
    while kinds[here] in (NUMBER, COMMA, COLON) or (kinds[here] == OPERATOR and texts[here] == "-"):
        here += 1
    return here > first and kinds[here] == CLOSE_SQUARE


def take_digits(stack: Stack, here: int) -> bool:
    """Take the digits of `x1`: right behind a letter they are of one name, as everywhere. False where they are not.

    Raises `syntax` for `x_12`.
    """
    name, digits = stack.operands[-1], stack.texts[here]
    beside = stack.kinds[here - 1] == NAME and stack.starts[here] == stack.ends[here - 1]
    indexed = "_" in stack.texts[here - 1] and stack.source.text[stack.starts[here] - 1].isdigit()
    if indexed and type(name) is Name and digits.isdigit():
        index = f"{stack.texts[here - 1].replace('_', '_{')}{digits}}}"
        raise stack.error(here, "an index of several digits needs braces", f"write {index}")
    if not (beside and type(name) is Name and name.name.isalpha() and digits.isdigit()):
        return False
    stack.operands[-1] = Name(name.name + digits, name.start, stack.ends[here])
    return True


# -------------------------------------------------------------------- what a function without brackets takes


_SPACE: Final = pattern(r"\\[,;: ]|~|\\q?quad")
_FACTOR: Final = pattern(r"\\?[^\W_]+(?:[_^]\s*(?:\{[^{}]*\}|\\?[A-Za-z]+|[0-9]))*")
_ANGLES: Final = ("theta", "phi")


def may_end_argument(stack: Stack, here: int) -> bool:
    r"""Whether the argument of a function may end here: `\sin x (y + 1)`, `\sin x e^{-x}`, `\sin t \, y`."""
    if stack.kinds[here] != NAME or stack.kinds[here + 1] == OPEN:
        return stack.kinds[here] not in (NAME, APPLY)
    if stack.texts[here] == "e" or _SPACE.search(stack.source.text, stack.ends[here - 1], stack.starts[here]):
        return True
    argument = stack.operands[-1]
    return type(argument) is Name and argument.name in _ANGLES and stack.texts[here] not in words.GREEK


def argument_ends(stack: Stack, here: int) -> GradcliError:
    """The error of a function without brackets whose argument may end at a token."""
    name, _, power = stack.operators[-1].partition("^")
    function = f"\\{name}^{power}" if power else f"\\{name}"
    text = stack.source.text
    argument = text[stack.operands[-1].start : stack.operands[-1].end]
    hint = f"write {function}({argument}), or put the whole argument in brackets"
    match = _FACTOR.match(text, stack.starts[here])
    if match and stack.kinds[here] == NAME and stack.kinds[here + 1] != OPEN:
        hint = f"write {function}({argument}) {match[0]} or {function}({argument} {match[0]})"
    message = f"where the argument of {name} ends can be read in two ways"
    return stack.error(here, message, hint, "ambiguous")


# -------------------------------------------------------------------- sums


def end_sum(stack: Stack, indices: tuple[str, ...]) -> None:
    r"""`\sum_i a_i \sum_i b_i` is a product of two sums: the first one ends where its index is bound again."""
    for symbol, power in zip(reversed(stack.operators), reversed(stack.powers), strict=True):
        if power == REDUCING:
            if stack.spelled.bounds[symbol].indices == indices:
                stack.reduce(REDUCING)
            return
        if not power:
            return


# -------------------------------------------------------------------- (1 + r)^T

_FACTORS: Final = frozenset((NAME, NUMBER, JUXTAPOSE, OPEN, OPEN_SQUARE, APPLY, BAR, OPEN_BAR, ANGLE, ROOT))


def power_of_number(stack: Stack, here: int) -> bool:
    """Take `2^T` and `(1 + r)^T`, which no factor follows, for a power: nobody transposes a number.

    False where a vector may be meant, as in `(1 - y)^T x`.
    """
    tree = stack.operands[-1]
    parts = (tree.left, tree.right) if isinstance(tree, Binary) and tree.op in ("+", "-") else ()
    followed = stack.kinds[here + 1] in _FACTORS or stack.texts[here + 1] in ("\\cdot", "@")
    bold = any(isinstance(part, Name) and part.name in stack.spelled.bold for part in postorder(tree))
    if isinstance(tree, Number):
        if tree.value == 1:
            return False
    elif followed or bold or not any(isinstance(part, Number) for part in parts):
        return False
    start, end = stack.starts[here], stack.ends[here]
    stack.note(f"{stack.source.text[start:end]} is a power, as a number stands in its base")
    stack.names["T"] = "T"
    stack.operands[-1] = Binary(LATEX_POWER, tree, Name("T", start, end), start, tree.start, end)
    return True
