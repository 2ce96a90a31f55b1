"""Signs that the strict language does not have, with one reading for everyone: `n!`, `max{0, x}`, `⟨x, y⟩`, `%*%`.

They are asked for where the strict language has only an error. Codes of errors: `syntax`, with what to write instead.
"""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING
from gradcli.text import tokens as kind
from gradcli.text.foreign.words import NEVER_VARIABLES
from gradcli.text.stack import BINARY
from gradcli.text.tokens import quoted, shortened
from gradcli.text.tree import Call, Transpose

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

    from gradcli.problems import GradcliError
    from gradcli.text.stack import Handler, Stack, Step

EXAMPLES: Final = {
    "n!": "factorial(n)", "max{x, y}": "max(x, y)", "⟨x, y⟩": "dot(x, y)", "A %*% B": "A@B", "t(x) %*% y": "x.T@y",
    "{x > 0: x^2, 0}": "where(x > 0, x^2, 0)", "{x<0: -x, x<1: x, 2} + 1": "where(x<0, -x, where(x<1, x, 2)) + 1",
    "⌊x⌋": "floor(x)", "⌈x⌉": "ceil(x)",
    "{x^2, x >= 0; -x, x < 0}": "where(x >= 0, x^2, -x)", "{x^2 if x > 0; -x otherwise}": "where(x > 0, x^2, -x)",
    "{x, y^2}": "[x, y^2]", "[x; y^2]": "[x, y^2]", "(x > 0)*y": "where(x > 0, 1, 0)*y", "X[0][1]": "X[0,1]",
    "Sum[x^k, {k, 1, 3}]": "sum(x^k, k, 1, 3)", "Piecewise[{{x, x > 0}}, -x]": "where(x > 0, x, -x)",
    "%pi*x": "pi*x", "x.^2": "x^2", "x.*y": "x*y", "x./y": "x/y", "exp.(x)": "exp(x)", "Sin[x]": "sin(x)",
}  # fmt: skip
"""Signs of other languages and what they are here; a test reads each."""

HINTS: Final = {
    "°": "write 30*pi/180 for 30 degrees",
    "º": "write 30*pi/180 for 30 degrees",
    "?": "write where(condition, value, value otherwise)",
    "~": "write the function alone: what stands behind ~",
    "∂": "write the function alone: its derivative is what gradcli gives",
    "∇": "write the function alone: 'gradcli grad' gives its gradient",
    "∈": "write the function alone; a declaration is a statement of its own, as in x: n",
    "→": "write x=1 for a value, and the function alone",
    "⊗": "write kron(A, B), outer(x, y), or A*B entry by entry",
    **dict.fromkeys("±∓", "write one of the two signs"),
    **dict.fromkeys("≈≅≡∝", "write the function alone"),
    "∘": "write f(g(x)) for a composition, A*B entry by entry",
    "…": "write all terms, or sum(x) over a vector",
    "&": "write and",
    "`": "leave it out: a formula needs no quotes",
    "$": "write LaTeX between two dollar signs: '$x^2$'",
}  # fmt: skip


SECOND_ORDER: Final = (
    "second derivatives are another command",
    "gradcli hessian FUNCTION gives the second derivatives: write the function alone",
)
FIELDS: Final = (
    "divergence and curl are made of a Jacobian",
    "write the components alone, the divergence is the trace: gradcli jacobian '[x*y, y^2]'",
)
BEHIND_NABLA: Final = {
    **dict.fromkeys(("^", "**", "²"), SECOND_ORDER),
    **dict.fromkeys(("*", "·", "⋅", "×", "\\cdot", "\\times"), FIELDS),
}
"""Signs after which a nabla asks for something else: what the error says, and its hint."""


def after_operand(stack: Stack, here: int) -> Step:
    """A character that the strict language does not have, where an operator may come."""
    return handled(stack, here, AFTER)


def before_operand(stack: Stack, here: int) -> Step:
    """The same where an operand must come."""
    return handled(stack, here, BEFORE)


def handled(stack: Stack, here: int, handlers: Mapping[str, Handler]) -> Step:
    """What the character's row says."""
    text = stack.texts[here]
    handler = None if stack.latex or text in stack.wrong else handlers.get(text)
    if handler is None:
        raise bad(stack, here)
    return handler(stack, here)


def bad(stack: Stack, here: int) -> GradcliError:
    """The error of a character that the language does not have."""
    text = stack.texts[here]
    if text == "." and stack.texts[here + 1] == ".":
        return stack.error(here, "dots stand for nothing here", HINTS["…"])
    if stack.latex or text in stack.wrong or text not in HINTS:
        from gradcli.text.prose import unreadable

        return unreadable.bad(stack, here)
    return stack.error(here, f"{quoted(text)} is not part of the language", HINTS[text])


def factorial(stack: Stack, here: int) -> Step:
    """`n!`; in LaTeX `(x)_+`, the positive part. Raises `ambiguous` for `n!!` and for a comment of Fortran's kind."""
    tree, end = stack.operands[-1], stack.ends[here]
    if stack.texts[here] == "_+":
        stack.operands[-1] = Call("relu", (tree,), (), end, tree.start, end)
        return False, here + 1
    if stack.kinds[here - 1] == kind.FACTORIAL and stack.starts[here] == stack.ends[here - 1] and type(tree) is Call:
        x = stack.typed(tree.arguments[0])
        hint = f"write ({x}!)! for the factorial twice, 2^({x}/2)*gamma({x}/2 + 1) for the double one of an even {x}"
        raise stack.error(here, "!! can be read in two ways: the double factorial, or twice", hint, "ambiguous")
    after = stack.kinds[here + 1] in (kind.NAME, kind.NUMBER) and stack.starts[here + 1] > end
    if after and stack.starts[here] > stack.ends[here - 1]:
        before, behind = stack.typed(tree), stack.argument_text(here + 1)
        hint = f"write # before a comment, factorial({before})*{behind} for the product"
        raise stack.error(here, "! reads in two ways: a comment of Fortran, or a factorial", hint, "ambiguous")
    stack.operands[-1] = Call("factorial", (tree,), (), end, tree.start, end)
    return False, here + 1


def _point(stack: Stack, here: int) -> Step:
    from gradcli.text.foreign.calls import after_point

    return after_point(stack, here)


def round_braces(stack: Stack) -> None:
    """Take all braces of the text for round brackets, once."""
    for place, text in enumerate(stack.texts):
        if stack.kinds[place] == kind.BAD and text in "{}" and text:
            stack.kinds[place] = kind.OPEN if text == "{" else kind.CLOSE


def _brace(stack: Stack, here: int) -> Step:
    """`max{x, y}`, `exp{-x^2}`; a power behind the braces reads in two ways, `sin{x}^2`."""
    from gradcli.text.brackets import call

    word = stack.texts[here - 1] if stack.kinds[here - 1] == kind.NAME else ""
    if word in ("frac", "dfrac", "tfrac"):
        raise stack.error(here - 1, "a command of LaTeX lacks its backslash", f"write \\{word}{{x}}{{y}}, or (x)/(y)")
    if word not in ("max", "min") and (word not in NEVER_VARIABLES or _is_raised(stack, here)):
        raise bad(stack, here)
    round_braces(stack)
    stack.operands.pop()
    return call(stack, here - 1)


def _is_raised(stack: Stack, here: int) -> bool:
    """Whether a power stands behind the brace that closes the one here, and the root sign is none of both."""
    depth = 0
    for place in range(here, len(stack.texts)):
        depth += (stack.texts[place] == "{") - (stack.texts[place] == "}")
        if not depth:
            return stack.texts[place + 1] in ("^", "**") and stack.texts[here - 1] != "sqrt"
    return False


def _percent(stack: Stack, here: int) -> Step:
    """R's `%*%`, `%o%`, `%%` and `%/%`."""
    inside = stack.texts[here + 1] if stack.texts[here + 2 : here + 3] == ["%"] else ""
    if inside == "*":
        _transposes_of_r(stack, here)
        stack.infix(BINARY["@"], here + 1)
        return True, here + 3
    left, right = stack.typed(stack.operands[-1]), stack.argument_text(here + (3 if inside else 1))
    if inside:
        hints = {"/": f"write floor({left}/{right})", "o": f"write outer({left}, {right})"}
        hint = hints.get(inside, "write a formula of numbers, vectors and matrices")
        raise stack.error(here, f"'%{inside}%' is not part of the language", hint)
    if stack.texts[here + 1] == "%":
        here, right = here + 1, stack.argument_text(here + 2)
    if stack.kinds[here + 1] not in (kind.NAME, kind.NUMBER, kind.OPEN):
        raise stack.error(here, "a percentage is not read", f"write {left}/100")
    hint = f"write {left} - {right}*floor({left}/{right}) for the remainder"
    raise stack.error(here, "'%' is not part of the language", hint)


def _transposes_of_r(stack: Stack, here: int) -> None:
    """Take R's `t(x)` beside `%*%` for the transpose: the one just read, and those that follow."""
    before = stack.operands[-1]
    if type(before) is Call and before.function == "t" and len(before.arguments) == 1:
        stack.operands[-1] = Transpose(before.arguments[0], before.start, before.end)
    stack.names["transpose"] = "transpose"
    for place in range(here, len(stack.kinds) - 1):
        if stack.texts[place] == "t" and stack.kinds[place + 1] == kind.OPEN and "t" not in stack.own_functions():
            stack.texts[place] = "transpose"


def _percent_constant(stack: Stack, here: int) -> Step:
    """Maxima's `%e` and `%pi`."""
    if stack.texts[here + 1] in ("e", "pi") and stack.starts[here + 1] == stack.ends[here]:
        return True, here + 1
    from gradcli.text.prose import unreadable

    raise unreadable.bad(stack, here)


def _left_division(stack: Stack, here: int) -> Step:
    """MATLAB's `A\\b`."""
    left, right = shortened(stack.texts[here - 1]), shortened(stack.texts[here + 1])
    if stack.kinds[here + 1] not in (kind.NAME, kind.NUMBER, kind.OPEN):
        raise stack.error(here, "'\\' is not part of the language", "leave it out, or write LaTeX between dollar signs")
    raise stack.error(here, "'\\' is not part of the language", f"write solve({left}, {right}) for the solution")


def _both(stack: Stack, here: int) -> Step:
    """NumPy's `(x > 0) & (x < 1)` is `and`, between conditions in brackets."""
    if not stack.frames[-1].conditions or stack.kinds[here - 1] != kind.CLOSE:
        raise bad(stack, here)
    stack.infix(BINARY["and"], here)
    return True, here + 1


AFTER: Final[Mapping[str, Handler]] = {
    ".": _point, "{": _brace, "%": _percent, "&": _both,
    "\\": _left_division,
}  # fmt: skip


def _choice(stack: Stack, here: int) -> Step:
    """Desmos' `{x > 0: x^2, 0}`."""
    from gradcli.text.foreign.braces import choice

    step = choice(stack, here)
    if step is None:
        from gradcli.text.systems.lists import listed

        step = listed(stack, here)
    if step is None:
        raise bad(stack, here)
    return step


BEFORE: Final[Mapping[str, Handler]] = {
    "%": _percent_constant, "{": _choice,
}  # fmt: skip
