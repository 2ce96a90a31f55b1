"""Round brackets with commas in them: `(x*y, x/y)` as a whole is a vector, `(x**2, x > 0)` a pair of `Piecewise`.

Anywhere else a comma in round brackets is an error, above all the decimal comma. Also lists that are repeated.
Codes of errors: `syntax`, `number`, `ambiguous`.
"""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING
from gradcli.text import tokens as kind
from gradcli.text.stack import Frame

if TYPE_CHECKING:
    from gradcli.problems import GradcliError
    from gradcli.text.stack import Stack
    from gradcli.text.tree import Tree


def open_tuple(stack: Stack, here: int) -> Frame:
    """The frame of a round bracket in which the first comma stands, as that of a tuple. Raises where none may stand."""
    outer = stack.frames[-2] if len(stack.frames) > 1 else None
    in_call = (
        outer is not None
        and outer.form == "call"
        and (
            outer.name in ("Piecewise", "array", "stack", "Integral", "integrate", "Sum", "Product", "summation")
            or (outer.origin and _begins(stack))
        )
    )
    alone = outer is not None and outer.form in ("text", "[", "tuple") and _begins(stack)
    if stack.frames[-1].form != "(" or not (in_call or alone):
        if (error := decimal_comma(stack, here)) is not None:
            if stack.frames[-1].form == "(":
                error.hint = f"{error.hint}, or [{stack.texts[here - 1]}, {stack.texts[here + 1]}] for a vector"
            raise error
        raise _of_a_call(stack, here)
    frame = Frame("tuple", conditions=True)
    stack.frames[-1] = frame
    return frame


def _of_a_call(stack: Stack, here: int) -> GradcliError:
    r"""The error of a comma of no known function: `\mathcal{N}(x|\mu, \sigma)` is a call to everyone."""
    opened, depth = here, 0
    while opened and depth >= 0:
        opened -= 1
        depth += (stack.kinds[opened] == kind.CLOSE) - (stack.kinds[opened] == kind.OPEN)
    if stack.latex and depth < 0 and stack.kinds[opened - 1] == kind.JUXTAPOSE and stack.kinds[opened - 2] == kind.NAME:
        name = stack.names[stack.texts[opened - 2]]
        hint = "write \\operatorname{f}(x, y) for a function that is not said, or its formula in its place"
        return stack.error(opened - 2, f"{name} has arguments here, and it is not said which function it is", hint)
    return stack.error(here, "a comma stands only between arguments or entries", "write [a, b] for a vector")


def _begins(stack: Stack) -> bool:
    """Whether nothing stands before the bracket, up to the bracket around it."""
    bracket = len(stack.powers) - 1
    while stack.powers[bracket]:
        bracket -= 1
    return bracket > 0 and not stack.powers[bracket - 1]


def check_tuple_end(stack: Stack, here: int) -> None:
    """Raise unless the expression or the entry ends where a tuple ends."""
    if stack.kinds[here + 1] not in (*ENDS, kind.TRANSPOSE) and stack.texts[here + 1] not in ("^", ".T", "ᵀ", "'"):
        raise stack.error(here + 1, "a tuple stands alone", "write [a, b] for a vector")


def decimal_comma(stack: Stack, here: int) -> GradcliError | None:
    """The error of `0,5`: digits, a comma and digits without a blank; None elsewhere."""
    sides = stack.kinds[here - 1] == kind.NUMBER == stack.kinds[here + 1]
    if not sides or stack.starts[here] != stack.ends[here - 1] or stack.starts[here + 1] != stack.ends[here]:
        return None
    whole, places = stack.texts[here - 1], stack.texts[here + 1]
    if not (whole.isdigit() and places.isdigit()):
        return None
    hint = f"write {whole}.{places}"
    if len(places) == 3 and 0 < len(whole) < 4 and whole[0] != "0":
        hint = f"write {whole}{places} for thousands, {hint[6:]} for a decimal"
    return stack.error(here, "a comma is no decimal point", hint, "number")


def semicolon(stack: Stack, here: int) -> GradcliError:
    """The error of a semicolon in a bracket, which some write where a comma parts the places of a decimal."""
    if kind.CLOSE not in stack.kinds[here:] and kind.CLOSE_SQUARE not in stack.kinds[here:]:
        return stack.unclosed()
    for place in range(here - 1, stack.opening(), -1):
        if stack.kinds[place] == kind.COMMA and (error := decimal_comma(stack, place)) is not None:
            return error
    return stack.error(here, "';' cannot stand in a bracket", "write commas between arguments and entries")


ENDS = frozenset((kind.END, kind.COMMA, kind.CLOSE, kind.CLOSE_SQUARE, kind.SEMICOLON, kind.NEWLINE, kind.EQUALS))


def refuse_repeated(stack: Stack, item: Tree, here: int) -> None:
    """Raise for `[0.1]*n`, where the bracket closes: a list that Python repeats, or a vector of one entry."""
    entry, times = stack.typed(item), stack.argument_text(here + 2)
    message = f"[{entry}]*{times} reads in two ways: a list that is repeated, as in Python, or a vector of one entry"
    hint = f"write {entry}*ones({times}) for {times} equal entries, [{entry}*{times}] for one entry"
    raise stack.error(here + 1, message, hint, "ambiguous")
