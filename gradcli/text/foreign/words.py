"""Words that people write: functions without brackets, words run together, words that are no formula."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from gradcli.text.tokens import GREEK

if TYPE_CHECKING:
    from collections.abc import Collection

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
CAPITALS: Final = APPLIED_WORDS | {
    "pow", "power", "square", "max", "min", "atan2", "sign", "floor", "ceil", "ceiling", "gamma", "beta", "hypot",
    "norm", "dot", "inv", "mean", "softmax", "exp2", "factorial", "lgamma", "digamma", "zeta", "trace", "transpose",
    "cross", "sum", "prod", "var", "std", "asech", "acsch", "acoth",
}  # fmt: skip
"""Functions that are read in capitals too: `SIN(x)`, `Sqrt[x]`."""

_VARIABLES: Final = frozenset("xyztθ") | {"theta"}
_WORDS: Final = frozenset(("cost", "sinc", "logs", "expt", "tant", "abst", "sect"))
_SHORT: Final = re.compile(r"[^\W\d_][0-9]*'*(?:_\w{1,3})?")
_GLUED: Final = re.compile(
    rf"(?P<before>[^\W\d_][0-9]*)?(?P<function>{'|'.join(sorted(APPLIED_WORDS, key=len, reverse=True))})"
    rf"(?P<factor>[0-9]*)(?P<variable>[^\W\d_][0-9]*|{'|'.join(GREEK.values())})"
)
_SPOKEN: Final = {
    "加上": "+", "减去": "-", "乘以": "*", "除以": "/", "等于": "=", "的平方": "^2", "的立方": "^3",
    "根号": "sqrt(...)", "次方": "^n", "加": "+", "减": "-", "乘": "*", "除": "/", "平方": "^2", "立方": "^3",
}  # fmt: skip


def is_short(name: str) -> bool:
    """Whether a name is a letter, with an index or without: with a blank between them two such names are a product."""
    return bool(_SHORT.fullmatch(name)) or name in ("pi", "tau") or name.rstrip("0123456789") in _GREEK_NAMES


_GREEK_NAMES: Final = frozenset(GREEK.values())


def unglued(name: str, known: Collection[str] = ()) -> list[str]:
    """What was meant by `sinx`, `sin2x`, `xlnx`: readings that can be pasted; [] for a name of its own.

    `known`: other names of the program.
    """
    match = _GLUED.fullmatch(name)
    if match is None or (name in _WORDS and match["variable"] not in known):
        return []
    before, function, factor, variable = match["before"], match["function"], match["factor"], match["variable"]
    if not {before, variable} - {None} <= {*_VARIABLES, *known}:
        return []
    front = f"{before}*" if before else ""
    readings = [f"{front}{function}({factor + '*' if factor else ''}{variable})"]
    if function.rstrip("0123456789") != function:  # log2x
        whole = function.rstrip("0123456789")
        readings.append(f"{front}{whole}({function[len(whole) :]}*{variable})")
    return readings


def spoken(text: str) -> str | None:
    """What to write for a text in words between letters and digits, such as `x的平方加y`; None if it has none."""
    found = {}
    rest = text
    for word, sign in _SPOKEN.items():
        if word in rest:
            found[word] = sign
            rest = rest.replace(word, " ")
    if found:
        shown = ", ".join(f"{sign} for {word}" for word, sign in found.items())
        return f"write the formula alone, with operators: {shown}"
    return "write the formula alone, with operators, as in x**2 + y**2"


def is_prose(text: str) -> bool:
    """Whether letters of a script without blanks (Chinese, Japanese) stand among Latin letters or digits."""
    wide = sum("\u3040" <= character <= "\u9fff" for character in text)
    return bool(wide) and (wide < len(text) or any(word in text for word in ("平方", "加上", "除以", "导数")))
