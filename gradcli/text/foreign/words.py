"""Words that people write: functions without brackets, words run together, words that are no formula."""

from __future__ import annotations

from gradcli.patterns import pattern
from gradcli.records import TYPE_CHECKING
from gradcli.text.foreign.characters import GREEK, apart, is_prose

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from typing import Final

INVERSES: Final = {
    "sin": "asin", "cos": "acos", "tan": "atan", "cot": "acot", "sec": "asec", "csc": "acsc", "sinh": "asinh",
    "cosh": "acosh", "tanh": "atanh", "coth": "acoth", "exp": "log", "sech": "asech", "csch": "acsch",
}  # fmt: skip
NEVER_VARIABLES: Final = frozenset((
    "sin", "cos", "tan", "cot", "sinh", "cosh", "tanh", "coth", "sech", "csch", "asin", "acos", "atan", "arcsin",
    "arccos", "arctan", "arccot", "asinh", "acosh", "atanh", "arsinh", "arcosh", "artanh", "arcsinh", "arccosh",
    "arctanh", "ln", "log", "exp", "sqrt", "cbrt", "log10", "log2", "log1p", "expm1", "erf", "erfc",
))  # fmt: skip
"""Functions whose names nobody gives to a variable: alone they lack their argument."""
APPLIED_WORDS: Final = NEVER_VARIABLES | {"sec", "csc", "acot", "asec", "acsc", "arcsec", "arccsc", "abs", "det", "tr",
                                          "sigmoid", "relu", "logdet"}  # fmt: skip
"""Functions that are read without brackets: `sin x`, `ln 2x`."""
NAMED: Final = frozenset((
    "acoth", "asech", "acsch", "arccoth", "arcoth", "arcsech", "arsech", "arccsch", "arcsch", "cosec", "hypot",
    "floor", "ceil", "ceiling", "clip", "clamp", "maximum", "minimum", "softplus", "softsign", "gelu", "silu", "elu",
    "selu", "mish", "swish", "leakyrelu", "logit", "logistic", "expit", "logsigmoid", "logaddexp", "logsumexp",
    "erfi", "erfinv", "erfcinv", "fresnels", "fresnelc", "Shi", "Chi", "factorial", "lgamma", "gammaln", "loggamma",
    "digamma", "trigamma", "polygamma", "lbeta", "logbeta", "betaln", "uppergamma", "lowergamma", "lambertw",
    "LambertW", "besselj", "bessely", "besseli", "besselk", "airyai", "airybi", "airyaiprime", "airybiprime",
    "elliptick", "elliptice", "inv", "pinv", "std", "var", "cumsum", "kron", "outer", "cross", "expm", "sqrtm",
    "besseliorder", "besseljorder", "besselkorder", "besselyorder", "gaussparameter", "lowergammaorder",
    "uppergammaorder", "zetaderivative", "chebyshevt", "chebyshevu", "gegenbauer", "hermite", "jacobi", "laguerre",
    "legendre", "polylog",
))  # fmt: skip
"""Functions of this language with longer names, whose letters nobody multiplies."""
CAPITALS: Final = APPLIED_WORDS | NAMED | {
    "pow", "power", "square", "max", "min", "atan2", "sign", "gamma", "beta", "norm", "dot", "mean", "softmax", "exp2",
    "zeta", "trace", "transpose", "sum", "prod",
}  # fmt: skip
"""Functions that are read in capitals too: `SIN(x)`, `Sqrt[x]`."""

_VARIABLES: Final = frozenset("xyztθ") | {"theta"}
_WORDS: Final = frozenset(("cost", "sinc", "logs", "expt", "tant", "abst", "sect"))
_SHORT: Final = pattern(r"[^\W\d_][0-9]*'*(?:_\w{1,3})?")
_OF_NUMBER: Final = pattern(r"(ln|sqrt)([0-9]+)")
_GLUED: Final = pattern(
    rf"(?P<before>[^\W\d_][0-9]*)?(?P<function>{'|'.join(sorted(APPLIED_WORDS, key=len, reverse=True))})"
    rf"(?P<factor>[0-9]*)(?P<variable>[^\W\d_][0-9]*|{'|'.join(GREEK.values())})"
)


_ONE_OF_SEVERAL: Final = pattern(r"(sin|cos|tan|cot|ln|log|exp|sqrt)([0-9]*)([xyzt])")
_SEVERAL: Final = pattern(rf"(?:{_ONE_OF_SEVERAL.pattern}){{2,3}}")
"""`sinxcosx`."""


def is_short(name: str) -> bool:
    """Whether a name is a letter, with an index or without: with a blank between them two such names are a product."""
    return bool(_SHORT.fullmatch(name)) or name in ("pi", "tau") or name.rstrip("0123456789") in _GREEK_NAMES


_GREEK_NAMES: Final = frozenset(GREEK.values())


def unglued(name: str, known: Collection[str] = ()) -> list[str]:
    """What was meant by `sinx`, `sin2x`, `xlnx`: readings that can be pasted; [] for a name of its own.

    `known`: other names of the program.
    """
    if number := _OF_NUMBER.fullmatch(name):
        return [f"{number[1]}({number[2]})"]
    match = _GLUED.fullmatch(name)
    if match is None and _SEVERAL.fullmatch(name):
        parts = [f"{function}({factor + '*' if factor else ''}{variable})" for function, factor, variable in
                 _ONE_OF_SEVERAL.findall(name)]  # fmt: skip
        return ["*".join(parts)]
    if match is None or (name in _WORDS and match["variable"] not in known):
        return []
    before, function, factor, variable = match["before"], match["function"], match["factor"], match["variable"]
    if variable not in {*_VARIABLES, *known} or not (
        before is None or before in {*_VARIABLES, *known} or is_short(before)
    ):
        return []
    front = f"{before}*" if before else ""
    if before and f"{before}{function}" in INVERSES.values():  # asinx
        return [f"{before}{function}({factor + '*' if factor else ''}{variable})",
                f"{front}{function}({factor + '*' if factor else ''}{variable})"]  # fmt: skip
    readings = [f"{front}{function}({factor + '*' if factor else ''}{variable})"]
    if function.rstrip("0123456789") != function:  # log2x
        whole = function.rstrip("0123456789")
        readings.append(f"{front}{whole}({function[len(whole) :]}*{variable})")
    return readings


def separated(pieces: list[str], canonical: Callable[[str], str]) -> tuple[list[str], tuple[str, ...]]:
    """The pieces of a text with the words cut that are several names, and how these were read.

    `canonical` gives a name its one form.
    """
    several = {}
    if _OF_PROGRAMS.intersection(pieces):
        return pieces, ()
    for piece in set(pieces):
        if len(piece) > 1 and not piece.isascii() and piece[0].isalpha() and not is_prose(piece):
            parts = apart(piece)
            if len(parts) > 1:
                several[piece] = [name for part in parts for name in _before_function(part, part is parts[-1])]
    if not several:
        return pieces, ()
    seen = [piece for piece in dict.fromkeys(pieces) if piece in several]
    notes = tuple(_note(piece, list(map(canonical, several[piece]))) for piece in seen)
    return [part for piece in pieces for part in several.get(piece, (piece,))], notes


_OF_PROGRAMS: Final = frozenset(("np", "jnp", "numpy", "torch", "tf", "jax", "scipy", "linalg", "def", "math"))
"""Words of programs, in which `σu` is one name."""
FUNCTION_AND_NUMBER: Final = pattern(r"(sin|cos|tan|cot|ln|exp)([0-9]+)")
"""The `cos2` of `cos2πx`."""


def of_raised_number(name: str, argument: str) -> str:
    """The hint at `sin2 x`, whose 2 may have stood high before it was copied; "" for other names."""
    match = FUNCTION_AND_NUMBER.fullmatch(name)
    return f"write {match[1]}({argument})^{match[2]} or {match[1]}({match[2]}*{argument})" if match else ""


_LETTER_AND_FUNCTION: Final = pattern(r"([A-Za-z])(sin|cos|tan|cot|ln|log|exp|sqrt)")


def _before_function(part: str, last: bool) -> tuple[str, ...]:
    """`rcos`, which a Greek letter follows, as r and cos; other names as they are."""
    match = None if last else _LETTER_AND_FUNCTION.fullmatch(part)
    return (part,) if match is None else (match[1], match[2])


_TRANSPOSED: Final = pattern(r"T[A-Z]{0,2}[a-z]?")


def transposed(pieces: list[str]) -> list[str]:
    """The pieces of a text with `Tx` behind `^` cut into T and the letters that follow: `x^TAx` is x^T A x.

    `^⊤` is one sign, and `x^⊤Ax` the same.
    """
    found: list[str] = []
    base = sign = ""  # the last two pieces that are no blanks
    for piece in pieces:
        if piece == "⊤" and found and found[-1] == "^":
            found[-1] += piece
            base, sign = sign, piece
            continue
        if found and found[-1] == "^⊤" and _TRANSPOSED.fullmatch(f"T{piece}") and len(piece) > 1:
            found.extend(piece)
            base, sign = sign, piece
            continue
        letters = len(piece) > 1 and sign == "^" and (base[-1:].isalpha() or base == ")") and base != "e"
        found.extend(piece if letters and _TRANSPOSED.fullmatch(piece) else (piece,))
        if not piece.isspace():
            base, sign = sign, piece
    return found


def _note(typed: str, names: Sequence[str]) -> str:
    """How a word that is several names was read."""
    if names[0] in APPLIED_WORDS and len(names) == 2:
        return f"{typed} is read as {names[0]}({names[1]})"
    return f"{typed} is read as {(' ' if APPLIED_WORDS.intersection(names) else '*').join(names)}"


BESSEL_LETTERS: Final = {"J": "besselj", "Y": "bessely", "I": "besseli", "K": "besselk"}
"""What people mean by a letter with an order as its index."""
