"""Derivatives as calculators type them: `d(x^2)/dx` asks for one; `d^2/dx^2 x^3` is of second order, which is refused.

Codes of errors: `request`, with the whole command that answers it.
"""

from __future__ import annotations

import shlex

from gradcli.problems import GradcliError, Span
from gradcli.records import TYPE_CHECKING
from gradcli.text import tokens as kind
from gradcli.text.tree import AskedDerivative, Call, Name, Number

if TYPE_CHECKING:
    from gradcli.text.stack import Stack
    from gradcli.text.tree import Tree

_ENDS = (kind.NEWLINE, kind.SEMICOLON, kind.END)


def whole_quotient(stack: Stack) -> AskedDerivative | None:
    """The request of `d(x^2)/dx`, whose bracket is then next and whose `/dx` is gone; None where d is a name."""
    here, kinds, texts = stack.place, stack.kinds, stack.texts
    if kinds[here + 1] != kind.OPEN:
        _refuse_second(stack)
        return None
    close, depth = here + 1, 0
    while kinds[close] not in _ENDS:
        depth += (kinds[close] == kind.OPEN) - (kinds[close] == kind.CLOSE)
        if not depth:
            break
        close += 1
    if texts[close + 1 : close + 2] != ["/"]:
        return None
    apart = texts[close + 2] == "∂" and kinds[close + 3] == kind.NAME  # ∂ is a sign of its own
    quotient = apart or (kinds[close + 2] == kind.NAME and texts[close + 2][0] == "d")
    name = texts[close + 3] if apart else texts[close + 2][1:]
    behind = close + 3 + apart
    if not quotient or not name or kinds[behind] not in _ENDS:
        return None
    for column in (kinds, texts, stack.starts, stack.ends):
        del column[close + 1 : behind]
    stack.place = here + 1
    return AskedDerivative((kind.canonical_name(name),), f"{texts[here]}(...)/{texts[here]}{name}")


def _refuse_second(stack: Stack) -> None:
    """Raise for `d^2/dx^2 f` and `d²/dx² f`."""
    here, kinds, texts = stack.place, stack.kinds, stack.texts
    after = here + 2 if texts[here + 1] == "²" else here + 3
    if texts[after] != "/" or kinds[after + 1] != kind.NAME or texts[after + 1][:1] != "d":
        return
    variable = texts[after + 1][1:]
    behind = after + 3 if texts[after + 2] == "²" else after + 4
    if texts[after + 2] not in ("^", "**", "²") or kinds[behind] in _ENDS:
        return
    function = stack.source.text[stack.starts[behind] :].partition(";")[0].strip()
    place = Span(stack.source, stack.starts[here], stack.ends[behind - 1])
    hint = f"gradcli hessian {shlex.quote(function)} --wrt {variable}   gives the second derivatives"
    raise GradcliError("request", "a derivative of second order is asked for", place, hint)


def claim_error(stack: Stack, request: AskedDerivative, sides: list[Tree]) -> GradcliError:
    """The error of a derivative with an equals sign behind it: the command that checks the claim."""
    from gradcli.text.foreign.characters import GREEK
    from gradcli.text.rewrite import cut_out

    stated = [
        side for side in sides[1:] if not (isinstance(side, Number) and side.value == 0)
    ]  # ... = 0 is an equation
    first, last = sides[0], (stated or sides)[-1]
    text = stack.source.text
    dollar = "$" if stack.latex else ""
    name = first.name if isinstance(first, Name) else first.function if isinstance(first, Call) else ""
    if isinstance(first, Name) or name in stack.spelled.called or name in GREEK.values() or len(name) == 1:
        hint = f"write the function in the place of {name}: gradcli check FUNCTION ANSWER, or {name} = ... alone"
        place = Span(stack.source, first.start, last.end)
        return GradcliError("request", "what stands behind '=' is a claim about a derivative", place, hint)
    parts = [f"{dollar}{cut_out(text, side.start, side.end)}{dollar}" for side in (first, last)]
    command = " ".join(["gradcli check", *map(shlex.quote, parts)])
    if request.wrt:
        command += f" --wrt {','.join(request.wrt)}"
    stack.spelled.used = True
    return GradcliError(
        "request",
        "what stands behind '=' is a claim about a derivative",
        Span(stack.source, first.start, last.end),
        f"{command}   asks whether it is right; the part before '=' alone asks for the derivative",
    )
