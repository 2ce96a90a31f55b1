r"""Functions that LaTeX writes with scripts: `\operatorname{J}_{n}(x)`, `\psi^{(n)}(x)`, `{}_2F_1(a, b; c; x)`.

What gradcli prints is read back here; a bare letter such as `W(x)` or `J_0(x)` is not enough to be one of them.
"""

from __future__ import annotations

import re

from gradcli.records import TYPE_CHECKING
from gradcli.text import tokens as kind
from gradcli.text.binders import SPELLED as FOREIGN
from gradcli.text.foreign.words import BESSEL_LETTERS, CAPITALS
from gradcli.text.latex import words

if TYPE_CHECKING:
    from typing import Final

    from gradcli.problems import GradcliError
    from gradcli.text.latex.pieces import Pieces

OPERATORS: Final = {"Ai": "airyai", "Bi": "airybi"}
r"""Names in \operatorname before a bracket."""
DERIVED: Final = {"psi": "polygamma", "zeta": "zetaderivative"}
"""Letters whose n-th derivative has a name."""
PRIMED: Final = {"Ai": "airyaiprime", "Bi": "airybiprime"}

OTHER_FUNCTIONS: Final = {
    "tg": r"\tan", "ctg": r"\cot", "cotg": r"\cot", "cosec": r"\csc", "arctg": r"\arctan", "sen": r"\sin",
    "sh": r"\sinh", "ch": r"\cosh", "th": r"\tanh", "cth": r"\coth",
    "arsh": r"\operatorname{asinh}", "arch": r"\operatorname{acosh}",
    "arth": r"\operatorname{atanh}", "arcctg": r"\operatorname{acot}", "arcsen": r"\arcsin",
}  # fmt: skip
"""Functions by the names of other countries, and their names here."""
ARGUMENT_FOLLOWS: Final = re.compile(
    rf"{words.GAP}(?:\^\s*(?:[0-9]|\{{\s*[0-9]+\s*\}}))?{words.GAP}(?:[A-Za-z0-9({{]|\\([a-z]+))"
)
"""Something that a function before it would take."""
_BRACKET: Final = r"\s*(?:\\left\s*)?\("
BEFORE_BRACKET: Final = re.compile(rf"(?={_BRACKET})")
PRIME: Final = re.compile(rf"\s*'(?={_BRACKET})")
ORDER_BELOW: Final = re.compile(r"\s*_(?=\s*(?:[0-9A-Za-z]|\{|\\[A-Za-z]+))")
ORDER_ABOVE: Final = re.compile(r"\s*\^(?=\s*\{\s*(?:\\left\s*)?\()")
HYPERGEOMETRIC: Final = re.compile(
    rf"(?:\{{\s*\}}\s*)?_\s*(?:\{{\s*([012])\s*\}}|([012]))\s*F\s*_\s*(?:1|\{{\s*1\s*\}})(?={_BRACKET})"
)


_BARE_CALL: Final = re.compile(
    r"(?<![A-Za-z\\])(?:[A-Za-z][a-z]{3,}|[A-Za-z][A-Za-z](?:[fgh]|[A-Za-z](?=\(\s*(?:[A-Za-z]|\\[a-z]+)\s*[,)])))"
    r"(?=(?:\\left\s?)?\()"
)
"""A word right before a bracket; one of three letters may be a product."""


_WORD_ALONE: Final = re.compile(r"(?<![A-Za-z\\])[A-Za-z]{3,}(?![A-Za-z])")


def bare_word(at: Pieces) -> bool:
    r"""`eig(A)`, `score(x)`, `erf`: a function by its name to everyone, known or not, or an error. False for others."""
    match = None if at.plain else at.ahead(_BARE_CALL) or at.ahead(_WORD_ALONE)
    if match is None or not at.are_letters(word := match[0]):
        return False
    called = match.re is _BARE_CALL
    if called and (len(word) > 3 or word in FOREIGN):
        start = at.starts[at.here]
        at.skip_to(match.end())
        at.take(words.BRACKET)
        at.put_call(word, start)
    elif word.lower() in CAPITALS:
        at.run_together(word, rf"\operatorname{{{word}}}(x)", "a function")
    elif called or word == "round":
        at.run_together(word, f"the formula of {word} in its place", "a function")
    else:
        return False
    return True


def special_operator(at: Pieces, name: str, start: int) -> bool:
    r"""`\operatorname{Ai}(x)`, `\operatorname{Ai}'(x)`, `\operatorname{J}_{0}(x)`: put out up to the open bracket."""
    if name in PRIMED and at.take(PRIME):
        return opened(at, PRIMED[name], start)
    if name in BESSEL_LETTERS and at.take(ORDER_BELOW):
        return ordered(at, BESSEL_LETTERS[name], start)
    return name in OPERATORS and _before_bracket(at) and opened(at, OPERATORS[name], start)


def special_letter(at: Pieces, name: str, start: int) -> bool:
    r"""`\psi'(x)`, `\psi^{(2)}(x)`, `\zeta^{(n)}(x)`, the letter done: put out up to the open bracket."""
    function = DERIVED.get(name)
    if name == "D":
        _refuse_operator(at)
    if function is None:
        return False
    if at.take(PRIME):
        at.put_name(function, start)
        at.called = True
        end = at.ends[at.here - 1]
        at.put_at(kind.OPEN, "(", start, end)
        at.put_number("1", start, end)
        return first_argument_ends(at, end)
    closed = at.closing(brace) if (brace := _order_above(at)) is not None else None
    if closed is None or not at.ahead(BEFORE_BRACKET, closed + 1):
        return False
    at.take(ORDER_ABOVE)
    return ordered(at, function, start)


_INDEX_OF_D: Final = re.compile(r"\s*_\s*(?:\{\s*([t-z])\s*\}|([t-z])(?![A-Za-z]))")


def _refuse_operator(at: Pieces) -> None:
    r"""Raise for `D_x (x^2)`, the D done, where x is a letter of what follows: a derivative, or a name."""
    match = at.ahead(_INDEX_OF_D)
    letter = (match[1] or match[2] or "") if match else ""
    if match is None or letter not in at.text[match.end() : at.end]:
        return
    hint = f"write \\frac{{d}}{{d{letter}}} {letter}^2 for the derivative, D_{{0}} for a name"
    error = at.error(at.here - 1, f"D_{letter} can be read in two ways: the derivative by {letter}, or a name", hint)
    error.code = "ambiguous"
    raise error


def _order_above(at: Pieces) -> int | None:
    """The piece that is the brace of an order in round brackets, `^{(n)}`."""
    if not at.ahead(ORDER_ABOVE):
        return None
    return next(place for place in range(at.here, len(at.pieces)) if at.pieces[place] == "{")


def _before_bracket(at: Pieces) -> bool:
    return at.ahead(BEFORE_BRACKET) is not None


def opened(at: Pieces, function: str, start: int) -> bool:
    """A call whose bracket follows."""
    at.take(words.BRACKET)
    at.put_call(function, start)
    return True


def ordered(at: Pieces, function: str, start: int) -> bool:
    """A call whose first argument, the order, is a script; the others follow in brackets."""
    at.put_name(function, start)
    at.called = True
    end = at.ends[at.here - 1]
    at.put_at(kind.OPEN, "(", start, end)
    at.argument("order", at.here - 1)
    return True


def first_argument_ends(at: Pieces, end: int) -> bool:
    """The comma behind an order, in place of the bracket that follows it."""
    if not at.take(words.BRACKET):
        raise at.error(
            at.here - 1, "a function with an order needs its argument in brackets", r"write \operatorname{J}_{0}(x)"
        )
    at.put_at(kind.COMMA, ",", end, end)
    return True


def hypergeometric(at: Pieces) -> bool:
    r"""`{}_0F_1(a, x)`, `{}_2F_1(a, b; c; x)`, `_1F_1(a; b; x)`, which stand at the translator."""
    start = at.starts[at.here]
    match = at.take(HYPERGEOMETRIC)
    if match is None:
        return False
    depth = 0
    for place in range(at.here, len(at.pieces)):
        depth += (at.pieces[place] == "(") - (at.pieces[place] == ")")
        if at.pieces[place] == ";" and depth == 1:
            at.pieces[place] = (
                " " if at.pieces[place - 1] == "(" else ","
            )  # no parameter stands above: `{}_0F_1(; b; x)`
        if at.pieces[place] == ")" and depth == 0:
            break
    return opened(at, f"hyp{match[1] or match[2]}f1", start)


def laplacian(at: Pieces) -> GradcliError:
    r"""The error of `\Delta(x^2 + y^2)`: second derivatives, or a product."""
    message = r"\Delta(...) can be read in two ways: the Laplacian, or a product"
    hint = r"write \Delta \cdot (x + y) for the product; 'gradcli hessian' gives second derivatives"
    error = at.error(at.here - 1, message, hint)
    error.code = "ambiguous"
    return error


def after_comma(at: Pieces) -> None:
    r"""Words behind a comma that are arguments: `axis=0`, `\text{fro}`."""
    start = at.starts[at.here] if at.here < len(at.pieces) else at.end
    if at.take(words.AXIS):
        at.put_name("axis", start)
    elif match := at.take(words.TEXT_ARGUMENT):
        at.put_at(kind.STRING, f'"{match[1]}"', start, at.ends[at.here - 1])


def subscripts(at: Pieces) -> bool:
    """`x_{[0]}`, `A_{[0,1:]}`: the subscripts of an array, whose underscore stands at the translator."""
    owner, start = at.here, at.starts[at.here]
    at.here += 1
    if not at.take(words.SUBSCRIPTS):
        at.here = owner
        return False
    at.open_group("subscripts", owner, "{")
    at.put_at(kind.OPEN_SQUARE, "index", start, at.ends[at.here - 1])
    return True


_HERMITIAN: Final = re.compile(
    r"\s*(?:H|\{\s*(?:H|\\(?:mathsf|mathrm|text)\s*\{\s*H\s*\})\s*\})\s*"
    r"(\\(?:math[a-z]+|boldsymbol|bm|pmb|vec|hat|bar|tilde)\s*(?:\{[^{}]*\}|[A-Za-z])|[A-Za-z]|)(?P<bracket>\(|\\left\s*\()?"
)


def _hermitian(at: Pieces, owner: int, base: str) -> re.Match[str] | None:
    """The H of an adjoint, with what it may be multiplied by: behind a name or a bracket, a factor or bold below it."""
    match = at.ahead(_HERMITIAN, owner + 1)
    if match is None or not at.out.kinds or at.out.kinds[-1] not in (kind.NAME, kind.CLOSE):
        return None
    return match if match[1] or match["bracket"] or base in at.spelled.bold else None


def refuse_adjoint(at: Pieces, owner: int) -> None:
    r"""Raise for `x^*`, `A^\dagger`, and `x^H A`, behind a circumflex: an adjoint, or something else."""
    base = at.out.texts[-1] if at.out.kinds and at.out.kinds[-1] == kind.NAME else ""
    letter = f"\\{base}" if base in words.GREEK else base or "x"
    if at.take(words.STARRED):
        hint = f"write {letter}^\\top for the adjoint of real numbers, or {letter}_{{opt}} for a name of its own"
        if letter[-1:].isupper():
            hint = hint.replace(", or", f", \\operatorname{{pinv}}({letter}) for the pseudoinverse, or")
        error = at.error(owner, "^* can be read in two ways: the adjoint, or a point of its own", hint)
    elif base != "e" and (match := _hermitian(at, owner, base)):
        factor = match[1]
        adjoint = f"{letter}^\\top {factor}".strip()
        power = f"{letter}^{{H}}" + (f" \\cdot {factor}" if factor else " with another letter")
        hint = f"write {adjoint} for the adjoint of real numbers, {power} for the power"
        error = at.error(owner, "^H can be read in two ways: the adjoint, or a power", hint)
    elif match := at.ahead(_SIGN_ABOVE, owner + 1):
        above = match["braced"] or match["bare"]
        hint = f"write {letter}_{{{_SIGNS_ABOVE.get(above, '0')}}} for a name of its own"
        if above == "+" and letter[-1:].isupper():
            hint += f", \\operatorname{{pinv}}({letter}) for the pseudoinverse"
        if at.out.kinds and at.out.kinds[-1] == kind.NUMBER and above[0] == "\\":
            hint = f"write \\frac{{{at.out.texts[-1]}\\pi}}{{180}} for degrees"
        error = at.error(owner, f"^{above} is no power", hint)
    else:
        return
    error.code = "ambiguous"
    raise error


_SIGN_ABOVE: Final = re.compile(
    r"\s*(?:\{\s*(?P<braced>\\circ|\\degree|[+-])\s*\}|(?P<bare>\\circ(?![A-Za-z])|\\degree|\+(?![0-9({])|-(?![\w({\\])))"
)
_SIGNS_ABOVE: Final = {"+": "plus", "-": "minus"}
