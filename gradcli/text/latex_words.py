"""What gradcli knows of LaTeX: its commands as rows, and the patterns of what may follow them."""

from __future__ import annotations

import re
from typing import Final

from gradcli.text import tokens as kind

PIECE: Final = re.compile(
    r"\\[A-Za-z]+|\\.|[0-9]+(?:\.[0-9]+)?|\.[0-9]+|[\s~]+|%[^\n]*|[₀-₉]+|[⁺⁻]?[⁰¹²³⁴-⁹]+|.", re.DOTALL
)
WORD: Final = r"(?:\\(?:text|mathrm|textrm|textit|mathit|mathsf|rm|operatorname)\s*)"
INDEX: Final = re.compile(
    rf"\s*_\s*(?:([A-Za-z0-9])|(\\[A-Za-z]+)|\{{\s*(?:{WORD}\{{\s*([A-Za-z0-9]+)\s*\}}|([A-Za-z0-9]+)|(\\[A-Za-z]+))\s*\}})"
)
NORM: Final = re.compile(
    r"\s*_\s*(?:([12F*])|(\\infty)(?![A-Za-z])|\{\s*(?:([12F*])|(\\infty)|\\[a-z]+\s*\{(F)\})\s*\})"
)
CONTENT: Final = re.compile(r"\s*(?:\{\s*(\\?[A-Za-z]+[0-9]*)\s*(_[^{}]*|_\{[^{}]*\})?\s*\}|([A-Za-z])|(\\[A-Za-z]+))")
TRANSPOSED: Final = re.compile(
    r"\s*(?:\\(?:top|intercal)(?![A-Za-z])|T(?![A-Za-z])"
    r"|\{\s*(-?)\s*(?:\\top|\\intercal|T|\\(?:mathsf|mathrm|mathtt|text|rm|sf)\s*(?:\{\s*T\s*\}|T))\s*\})"
)
DERIVATIVE: Final = re.compile(
    r"\s*\{\s*(?:d|\\mathrm\s*\{\s*d\s*\})\s*[A-Za-z]?\s*\}\s*\{\s*(?:d|\\mathrm\s*\{\s*d\s*\})\s*[A-Za-z]"
)
ROOT_INDEX: Final = re.compile(r"\s*\[\s*([0-9]{1,9}|[A-Za-z])\s*\]")
FUNCTION_POWER: Final = re.compile(r"\s*\^\s*(?:([0-9])|\{\s*([0-9]{1,9})\s*\})")
LOG_BASE: Final = re.compile(r"\s*_\s*(?:(2)|\{\s*(2|10)\s*\})")
BRACKET: Final = re.compile(r"\s*(?:\\(?:left|big|Big|bigg|Bigg)l?\s*)?\(")
ENVIRONMENT: Final = re.compile(r"\s*\{([A-Za-z]+)\}")

FUNCTIONS: Final = {
    **{name: name for name in (
        "sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth", "exp", "log", "ln", "max", "min",
        "det", "arcsin", "arccos", "arctan", "sum", "prod", "tr",
    )},
    "Tr": "tr",
}  # fmt: skip
GREEK: Final = frozenset(kind.GREEK.values())
VARIANTS: Final = {"varepsilon": "epsilon", "vartheta": "theta", "varphi": "phi", "varrho": "rho", "varsigma": "sigma",
                   "varkappa": "kappa", "ell": "ell", "infty": "inf"}  # fmt: skip
FONTS: Final = frozenset(
    ("mathbf", "boldsymbol", "bm", "mathbb", "mathcal", "mathsf", "mathit", "vec", "mathfrak", "bf")
)
WORDS: Final = frozenset(("text", "mathrm", "textrm", "textit", "operatorname", "rm"))
ACCENTS: Final = frozenset(("hat", "bar", "tilde", "dot", "ddot", "widehat", "overline", "widetilde"))
SIGNS: Final = {
    r"\cdot": "*", r"\times": "*", r"\odot": "*", r"\circ": "*", r"\ast": "*", r"\div": "/", r"\le": "<=",
    r"\leq": "<=",
    r"\leqslant": "<=", r"\ge": ">=", r"\geq": ">=", r"\geqslant": ">=", r"\ne": "!=", r"\neq": "!=", r"\lt": "<",
    r"\gt": ">", r"\land": "and", r"\lor": "or", r"\neg": "not", r"\colon": ":", r"\|": "‖", r"\Vert": "‖",
    r"\vert": "|", r"\lbrace": "(", r"\rbrace": ")", r"\{": "(", r"\}": ")", r"\lbrack": "[", r"\rbrack": "]",
}  # fmt: skip
BARS: Final = {r"\lvert": (kind.OPEN_BAR, "|"), r"\rvert": (kind.CLOSE_BAR, "|"),
               r"\lVert": (kind.OPEN_BAR, "‖"), r"\rVert": (kind.CLOSE_BAR, "‖")}  # fmt: skip
ROUNDINGS: Final = {r"\lfloor": "floor", r"\lceil": "ceil", r"\rfloor": "", r"\rceil": ""}
IGNORED: Final = frozenset(
    (r"\,", r"\;", r"\:", r"\!", "\\ ", r"\quad", r"\qquad", r"\displaystyle", r"\textstyle", r"\limits", r"\nolimits",
     r"\nonumber", r"\>", r"\hspace", r"\thinspace", r"\enspace", "\\\n")
)  # fmt: skip
SIZES: Final = frozenset(rf"\{size}{side}" for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r", "m"))
MATRICES: Final = frozenset(("matrix", "pmatrix", "bmatrix", "Bmatrix", "smallmatrix"))
SCRIPT_HINTS: Final = dict.fromkeys(
    ("sum", "prod", "max", "min"), "an array is reduced over all its entries: write \\sum x, \\max(x)"
) | dict.fromkeys(("log", "ln"), "write \\log_2, \\log_{10}, or \\frac{\\log x}{\\log b} for another base")
CALLED: Final = frozenset(("f", "g", "h", "phi", "psi"))
"""Letters with a bracket behind them that are functions; other letters before a bracket are factors: x(1 - x)."""
