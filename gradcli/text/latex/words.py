"""What gradcli knows of LaTeX: its commands as rows, and the patterns of what may follow them."""

from __future__ import annotations

import re

from gradcli.records import TYPE_CHECKING
from gradcli.text import tokens as kind
from gradcli.text.foreign.characters import GREEK as LETTERS
from gradcli.text.foreign.characters import LOWERED
from gradcli.text.foreign.words import APPLIED_WORDS, NAMED

if TYPE_CHECKING:
    from typing import Final

PLAIN: Final = (
    "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "coth", "sin", "cos", "tan", "cot", "sec", "csc", "exp",
    "log", "ln", "sqrt",
)  # fmt: skip
"""Function words that are functions too where the backslash is missing: before a bracket, a power or a blank."""
BRACKETED: Final = (
    "sigmoid", "softmax", "relu", "ReLU", "erfc", "erf", "softplus", "abs", "norm", "diag", "trace", "rank", "max",
    "min", "det", "Tr", "tr", "vec", "sum", "prod", "logit", "sgn", "sign", "gamma", "mean", "log2", "log10", "log1p",
    "expm1", "atan2", "arctan2",
)  # fmt: skip
"""Words that are functions only right before a bracket: otherwise they may be letters side by side."""
SPELLED_GREEK: Final = (
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "theta", "kappa", "lambda", "sigma", "omega", "phi", "psi",
    "chi", "rho", "tau", "eta", "pi",
)  # fmt: skip
"""Greek letters without their backslash; `mu`, `nu` and `xi` are left, for they may well be two letters."""
SPELLED: Final = {
    "mod": r"x - y \lfloor x/y \rfloor for the remainder", "times": r"x \times y", "dot": r"x \cdot y",
    "cdot": r"x \cdot y", "div": r"x \div y", "nabla": r"\nabla x^2", "partial": r"\frac{\partial}{\partial x} x^2",
    "integral": r"\int_0^x t \, dt", "infty": r"\infty", "hat": r"\hat{x}", "vec": r"\vec{x}", "tilde": r"\tilde{x}",
    "bold": r"\mathbf{x}", "frac": r"\frac{x}{y}", "top": r"x^\top y", "sum": r"\sum_i x_i", "prod": r"\prod_i x_i",
    "norm": r"\|x\|", "argmin": "the function alone", "argmax": "the function alone", "lim": "the function alone",
    "sup": "the function alone", "inf": r"\infty",
    **{word: rf"\operatorname{{{word}}}(x)" for word in ("softmax", "sign", "sgn", "mean", "Var", "Cov", "max", "min")},
    **{f"a{word}": rf"\arc{word} x, or a \{word} x" for word in ("sin", "cos", "tan")},
    **{word: rf"\text{{ {word} }}" for word in ("and", "or", "for", "where", "with", "otherwise", "else")},
}  # fmt: skip
"""Commands and words without their backslash, which would be letters side by side, and what to write for them."""
ALONE: Final = sorted(
    (APPLIED_WORDS | NAMED | {"Tr", "ReLU"}) - {"asin", "acos", "atan", "log2", "log10", "log1p", "expm1"}
)
"""Words that are functions where they stand apart from other letters, with an argument behind them."""
PIECE: Final = re.compile(
    r"\\[A-Za-z]+|\\.|(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][-+]?[0-9]+(?![A-Za-z0-9]))?|\s+|[₀-₉]+|[⁺⁻]?[⁰¹²³⁴-⁹]+"
    r"|(?<![A-Za-z])int(?=\s*[_^])"
    rf"|(?<![A-Za-z\\_])(?:{'|'.join(ALONE)})(?![A-Za-z])(?=\s*[({{^²³⁻|‖⟨\[∑∏∫√\\]|\s+[^\W_])"
    rf"|(?:{'|'.join(PLAIN)})(?=\s*(?:\(|\\[A-Za-z]|[{{^_²³⁻])|\s+[^\W_]|\s+\\)"
    rf"|(?<![A-Za-z]{{3}})(?:{'|'.join(BRACKETED)})(?=\s*(?:\^\{{?[0-9]\}}?)?(?:\(|\\left\s*\(|\\\{{))|(?:sum|prod|max|min|int|lim)(?=_)"
    rf"|(?:ln|log|exp|sin|cos|tan)(?=[^\W\d_])|(?:{'|'.join(PLAIN)})(?=[0-9])|(?:tr|Tr|det)(?=[A-Z])"
    rf"|(?<![A-Za-z\\_])(?:{'|'.join(PLAIN)})(?![A-Za-z])(?=\s*-)"
    rf"|(?<![A-Za-z\\_])(?:{'|'.join((*SPELLED_GREEK, *SPELLED))})(?![A-Za-z])"
    r"|[^\W\d_][\u0300-\u036f]+|\.\.\.|:=|!=|<=|>=|==|\*\*|.",
    re.DOTALL,
)
SHORT_GREEK: Final = re.compile(r"(?<![A-Za-z\\])(?:mu|nu|xi)(?![A-Za-z])")
WORD_CALLED: Final = re.compile(r"(?<![A-Za-z\\])[A-Za-z][a-z]{2,}[0-9]*(?=\()")
LONG_WORD: Final = re.compile(r"(?<![A-Za-z\\])[A-Za-z][a-z]{3,}(?![A-Za-z])")
"""Small letters side by side, the first one perhaps a capital: a word to most."""
TITLE: Final = re.compile(
    r"(?<![A-Za-z\\])([A-Za-z]{3,}(?=\s*(?:(?:\\left\s*)?\([^()=]*\)\s*)?(?:&\s*)?:?=(?!=))|[A-Z]{2,}(?=\s*(?:\\left\s*)?\([^()=]*\)\s*(?:&\s*)?:?=(?!=)))"
)
"""Letters that a text defines: `MSE = ...`, `loss = ...`, `KL(p, q) = ...`; `PV = nRT` may be an equation."""
GAP: Final = r"(?:\s|\\,)*"
"""A space of any width."""
WORD: Final = r"(?:\\(?:text|mathrm|textrm|textit|mathit|mathsf|rm|operatorname)\s*)"
INDEX: Final = re.compile(
    rf"{GAP}_\s*(?:([A-Za-z0-9α-ωϑϕϵ])|(\\[A-Za-z]+)(?![A-Za-z]|\s*\{{)|{WORD}\{{\s*([A-Za-z0-9]+)\s*\}}"
    rf"|\{{\s*(?:{WORD}\s*\{{\s*([A-Za-z0-9]+)\s*\}}|([A-Za-z0-9α-ωϑϕϵ]+(?:\s*,\s*[A-Za-z0-9]+)*|[A-Za-z](?:\s+[A-Za-z])+)|(\\[A-Za-z]+))\s*\}}|\{{\s*\{{\s*([A-Za-z0-9]+)\s*\}}\s*\}}|\{{\s*\\(?:rm|mathrm|text|mathit|mathsf)\s+([A-Za-z0-9]+)\s*\}})"
)
GLUED_INDEX: Final = re.compile(
    r"(?<=[^\\]_[A-Za-z])(?!d[a-z](?![A-Za-z]))(?:[A-Za-z](?![A-Za-z_^'({])|[A-Za-z]{2,}(?![A-Za-z({']))"
)
"""Letters right behind an index without braces: `A_ij`, `w_old`; not the x of `w_ix_i`, not the dx of an integral."""
STEP_INDEX: Final = re.compile(r"\s*_\s*\{\s*([A-Za-z])\s*([-+])\s*([0-9]{1,4})\s*\}")
"""x_{t-1}, a name of its own where no sum runs over t."""
FRACTION_INDEX: Final = re.compile(r"\s*_\s*\{\s*([0-9]+)\s*([/.])\s*([0-9]+)\s*\}")
"""`t_{1/2}`, `K_{0.5}`: part of the name."""
ARGUMENT_OF_EXTREMUM: Final = re.compile(rf"\s*\{{\s*arg{GAP}~?(?:min|max)\s*\}}")
OPEN_INDEX: Final = re.compile(r"\s*_\s*\{(?=\s*[A-Za-z0-9]\s*[-+,][-+,A-Za-z0-9\s]*\})")
"""An index that is an expression: x_{i+1}."""
_OPENS: Final = r"(?:\\left\s*)?(?:[(\[]|\\lbrack(?![A-Za-z])|\\\{|\\lbrace(?![A-Za-z]))\s*"
_CLOSES: Final = r"\s*(?:\\right\s*)?(?:[)\]]|\\rbrack(?![A-Za-z])|\\\}|\\rbrace(?![A-Za-z]))\s*"
UPPER_INDEX: Final = re.compile(
    rf"{GAP}\^\s*(?:\{{\s*(?:{_OPENS}(?P<one>[A-Za-z0-9]+|\\ell){_CLOSES}|(?!\(|\\left\s*\(){_OPENS}(?P<step>[A-Za-z]\s*[-+]\s*[0-9]){_CLOSES})"
    rf"(?:{_OPENS}(?P<two>[A-Za-z0-9]+|\\ell|[A-Za-z]\s*[-+]\s*[0-9]){_CLOSES})?"
    r"(?P<turned>T|\\top|\\(?:mathrm|text|mathsf)\s*\{\s*T\s*\})?\s*\}"
    r"|\{\s*\\text(?:rm|it)?\s*\{\s*(?P<word>[A-Za-z]{3,})\s*\}\s*\}|\\text(?:rm|it)?\s*\{\s*(?P<bare>[A-Za-z]{3,})\s*\})"
)
r"""`^{(i)}`, `^{[l]}`, `^{[l-1]}`, `^{[1](i)}`, `^{\{t\}}`, `^{\text{new}}`; `^{[l]T}` is transposed.
A power of a name with several letters has \mathrm, as gradcli prints it."""
POSITIVE_PART: Final = re.compile(r"\s*_\s*\{?\s*\+\s*\}?")
FROBENIUS: Final = re.compile(r"\s*_\s*(?:F|\{\s*(?:\\[a-z]+\s*\{?\s*)?F\s*\}{1,2})")
"""What says of an inner product that it is one of matrices."""
NORM: Final = re.compile(
    r"\s*_\s*(?:([1-9pqF*])|(\\infty)(?![A-Za-z])|\\(?:text|mathrm|textrm|rm)\s*\{\s*(F)\s*\}"
    r"|\{\s*(?:([1-9pqF*])|(\\infty)|\\[a-z]+\s*\{?\s*(F)\s*\}?)\s*\})"
)
SEVERAL: Final = re.compile(r"\{\s*[A-Za-z]{2,}\s*\}")
CONTENT: Final = re.compile(
    r"\s*(?:\{\s*(\\?[A-Za-zα-ωΓ-Ωϑϕϵ][A-Za-z0-9]*(?:\\_[A-Za-z0-9]+)*)\s*(_[^{}]*|_\{[^{}]*\})?\s*\}|([A-Za-zα-ωΓ-Ωϑϕϵ])|(\\[A-Za-z]+))"
)
_UPRIGHT: Final = r"\\(?:math(?:sf|rm|tt|bf|it)|boldsymbol|bm|pmb|text(?:rm|sf|it|bf|tt)?|operatorname|rm|sf|bf|it)"
_TURN: Final = rf"\\(?:top|intercal)(?![A-Za-z])|⊤|(T)|{_UPRIGHT}\s*(?:\{{\s*T\s*\}}|T(?![A-Za-z]))"
TRANSPOSED: Final = re.compile(rf"\s*(?:{_TURN}|\{{\s*(-?)\s*(?:\{{\s*(?:{_TURN})\s*\}}|{_TURN})\s*\}})")
r"""`^T`, `^\top`, `^{\mathsf{T}}`, `^{\!\top}`, `^{-T}`."""
_D: Final = r"(?:d|\\partial|\\delta(?=\s*[A-Za-z\\}])|\\(?:mathrm|text|textrm|rm)\s*\{?\s*d\s*\}?)"
BESIDE_D: Final = re.compile(rf"{GAP}(?:[A-Za-z]|\\[a-z]+)(?!\s*\()")
DIFFERENTIAL: Final = re.compile(rf"\s*{_D}\s*(?:\^\s*(?:\{{\s*)?([0-9A-Za-z])(?:\s*\}})?)?\s*(?![A-Za-z]*[a-z]{{3}})")
"""The d or \\partial that begins the upper or the lower part of a derivative, with its order."""
DOUBLY_BRACED: Final = re.compile(
    rf"\s*\{{\s*\{{\s*{_D}\s*[A-Za-z\\][^{{}}]*\}}\s*\}}\s*\{{\s*\{{?\s*{_D}\s*[A-Za-z\\]"
)
r"""`\frac{{dJ}}{{dv}}`, as formula editors write it."""
ROOT_INDEX: Final = re.compile(
    r"\s*\[\s*(?:\{\s*)?([0-9]{1,9}|[0-9]{0,2}\s*[A-Za-z](?:\s*[-+]\s*(?:[0-9]{1,9}|[A-Za-z]))?)\s*(?:\}\s*)?\]"
)
ROOT_INDEX_OTHER: Final = re.compile(r"\s*\[([^]{}$]*)\]")
FUNCTION_POWER: Final = re.compile(
    r"\s*(?:\^\s*(?:([0-9A-SU-Za-z])|\{\s*(?!-\s*1\s*\}|T\s*\})"
    r"(-?\s*(?:[0-9]{1,9}\s*[A-Za-z]?|[A-Za-z])(?:\s*[-+/]\s*(?:[0-9]{1,9}|[A-Za-z]))?"
    r"|-?\s*\\[dt]?frac\s*(?:\{\s*\w\s*\}\s*\{\s*\w\s*\}|[0-9]{2}))\s*\})|([⁰¹²³⁴-⁹]+|ⁿ))"
)
INVERSE: Final = re.compile(r"\s*\^\s*(?:\{\s*-\s*1\s*\}|\(\s*-\s*1\s*\)|-\s*1)")
LOG_BASE: Final = re.compile(r"\s*_\s*(?:([0-9A-Za-z])|\{\s*([0-9]+|[A-Za-z])\s*\})")
BRACKET: Final = re.compile(r"\s*(?:\\(?:left|big|Big|bigg|Bigg)l?\s*)?(?:\(|\\\{|\\lbrace(?![A-Za-z]))")
ENVIRONMENT: Final = re.compile(r"\s*\{([A-Za-z]+\*?)\}")
COLUMNS: Final = re.compile(r"\s*(?:\[[a-z]\])?\s*\{[lcrLCR|\s@{}]*?\}")
TEXT: Final = re.compile(r"\s*\{([^{}$]*)\}")
ROW_GOES_ON: Final = re.compile(
    r"(?:\s|&|\{\s*\}|\\q?quad\b|\\,)*(?:[=+\-*/]|\\(?:cdot|times|approx|leq?|geq?|equiv)\b)"
)
ROW_SPACE: Final = re.compile(r"\s*\[\s*-?[0-9.]+\s*(?:pt|em|ex|mm|cm|in)\s*\]")
SUBSCRIPT: Final = re.compile(r"\s*_\s*(?:\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}|([A-Za-z0-9]|\\[A-Za-z]+))")
SUPERSCRIPT: Final = re.compile(r"\s*\^\s*(?:\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}|([A-Za-z0-9]|\\[A-Za-z]+))")
ROUND_BOUND: Final = re.compile(r"\s*_\s*\(([^()]*)\)")
"""AsciiMath's bounds: sum_(i=1)^n, sum_(i=1)^(n)."""
ROUND_UPPER: Final = re.compile(r"\s*\^\s*\(([^()]*)\)")
ONE_SIGN: Final = re.compile(r"\(\s*([A-Za-z0-9]|\\[a-z]+)\s*\)")
INDEXED: Final = re.compile(rf"\s*(?:_\s*(?:[a-z](?!\w)|[({{]\s*[a-z]\s*[=,)}}∈\\])|[{''.join(LOWERED)}])")
"""What makes a Greek capital the sign of a sum or of a product."""
LOWERED_BOUND: Final = re.compile(rf"\s*[{''.join(LOWERED)}]+(?:₌[₀-₉]+)?")
RAISED_BOUND: Final = re.compile(r"\s*(?:[⁰¹²³⁴-⁹]+|[ᴺᴹᴰᴷᵀⁿᵐᵏᵈᵗ](?:[⁺⁻][⁰¹²³⁴-⁹]+)?)")
r"""The bounds of `∑ᵢ₌₁ⁿ xᵢ`."""
BOUND: Final = re.compile(
    r"\s*([A-Za-z]\s*(?:,\s*[A-Za-z]\s*)*|[A-Za-z]{2,3}\s*)(?:=\s*([0-9]{1,9}))?\s*|\s*([A-Za-z])\s*=\s*([0-9]{1,9})\s*,\s*([A-Za-z])\s*=\s*[0-9]{1,9}\s*"
)
UPPER: Final = re.compile(
    rf"\s*(?:\|\s*)?(?:[A-Za-z]\s*=\s*)?(?:([0-9]{{1,9}})|((?:[A-Za-z]|\\ell|{WORD}\{{[A-Za-z]+\}})(?:_(?:[A-Za-z0-9]|\{{?(?:{WORD}\{{)?[A-Za-z0-9]+\}}{{1,2}}))?)"
    r"\s*(?:([-+])\s*([0-9]{1,9}))?)(?:\s*\|)?\s*"
)
REALS: Final = re.compile(
    r"\s*\\mathbb\s*(?:\{\s*([A-Za-z])\s*\}|([A-Za-z]))(?:\s*_\s*(?:\{[^{}]*\}|\S))?(?:\s*\^\s*(?:\{([^{}]*)\}|([A-Za-z0-9])))?(?:\s*_\s*(?:\{[^{}]*\}|\S))?"
)
STEP: Final = re.compile(r"\s*\^\s*\{\s*\(\s*([A-Za-z]\s*[-+]\s*[0-9A-Za-z])\s*\)\s*\}")
WORD_POWER: Final = re.compile(r"\s*(?:\{\s*)?\\mathrm\s*\{\s*([A-Za-z]{3,})\s*\}")
UPRIGHT_WORD: Final = re.compile(r"\{\s*\\rm(?![A-Za-z])\s*([A-Za-z]{2,})\s*\}")
FUNCTION_ALONE: Final = re.compile(
    r"[{\s]*\\(?:(mathrm|mathop|operatorname|text|mbox)\s*(?:\{\s*)+\\?)?([A-Za-z]+)[}\s]*"
    r"(?:[\^_]\s*(?:\{[^{}]*\}|[0-9A-Za-z]))?[}\s]*$"
)
"""A function's name in braces of its own, perhaps with a base or a power."""
ORDINAL: Final = re.compile(rf"\s*(?:(?:\{{\s*)?{WORD}\{{?|\{{)\s*(?:th|st|nd|rd)\s*\}}")
SPELLING: Final = re.compile(rf"{WORD}|[\\{{}}\s]")
"""What a name in LaTeX has besides its letters."""
ACCENTED: Final = re.compile(
    r"\s*\{\s*(?:\\(mathbf|boldsymbol|bm|pmb|textbf|bf|mathrm|text|mathcal)\s*(?:\{\s*(?:([A-Za-zα-ωΓ-Ωϑϕϵ]+)|(\\[A-Za-z]+))\s*\}"
    r"|([A-Za-zα-ωΓ-Ωϑϕϵ])|(\\[A-Za-z]+)))\s*\}"
)
STARRED: Final = re.compile(
    r"\s*(?:(\*|\\ast(?![A-Za-z])|\\star(?![A-Za-z]))|\{\s*(?:\*|\\ast|\\star)\s*\}|(?:\{\s*)?(?:\\dagger(?![A-Za-z])|†)(?:\s*\})?)"
)
"""What an adjoint or the best point has above it."""
DIGIT: Final = re.compile(r"\s*(?:\{\s*([01])\s*\}|([01])(?![0-9]))")
AT_END: Final = re.compile(r"(?:\s|\\,|\\q?quad)*(?:[=.,;$]|\\\\|\\(?:end|text|tag|label|bigg?|Bigg?|right)|$)")
DIFFERENTIALS: Final = re.compile(
    r"\\(?:partial|delta)(?![A-Za-z])|\\(?:mathrm|text|rm)\s*\{?\s*d\s*\}?|(?<![\\A-Za-z{])d(?=\s*[A-Za-z\\{])"
)
POWER_THEN_NORM: Final = re.compile(r"\s*(\^\s*(?:([0-9])|\{\s*([0-9]{1,9})\s*\})|[²³])(?=\s*_)")
POWER_THEN_INDEX: Final = re.compile(POWER_THEN_NORM.pattern + r"(?=\s*_\s*(?:[A-Za-z0-9]|\{\s*[A-Za-z0-9]+\s*\}))")
CASES_FOLLOW: Final = re.compile(r"\s*\\begin\s*\{(?:array|aligned|matrix|cases|split|gathered|align\*?)\}")
DEFINED: Final = re.compile(
    r"(?:\s|&|\{\s*\})*\\?[A-Za-z]+'*(?:_(?:\w|\{[^{}]*\}|\\[A-Za-z]+))?\s*(?:\([^()=&]*\))?(?:\s|&|\{\s*\})*:?=[^&]*\Z"
)
BRACE_BEFORE: Final = re.compile(r"\\left\s*\\(?:\{|lbrace)\s*\Z")
EQUATION_NUMBER: Final = re.compile(r"\s*\([0-9]+(?:\.[0-9]+)*[a-z]?\)(?=\s*(?:[.,;]|\\\\|\\end\b|$))")
MAPPING: Final = re.compile(r"\s*\\mathbb\b[^;=.]*?\\(?:to|rightarrow|mapsto|longrightarrow)(?![A-Za-z])[^;=.,]*")
DIFFERENTIAL_END: Final = re.compile(r"\s*(?:d|\\mathrm\s*\{?\s*d\s*\}?)\s*[a-z](?![A-Za-z(])")
_PRIMES: Final = r"(?:'+|\^\s*\\prime(?![A-Za-z])|\^\s*\{\s*\\prime\s*\})"
DERIVED: Final = re.compile(
    rf"{GAP}(?:({_PRIMES})(?:\s*\^\s*(?:\{{[^{{}}]*\}}|\w))?|\^\s*(?:\{{\s*(-\s*1|[0-9]|\(\s*[0-9n]\s*\))\s*\}}|([0-9])))"
    r"(?=\s*(?:\\left\s*)?\()"
)
HEADED: Final = re.compile(r"(\\[A-Za-z]+|[A-Za-z])\s*(?:\\left\s*)?\(([^()=;$]*)\)\s*:?=(?!=)")
"""A letter with a header: `\\psi(x) = ...`, `k(x, x') = ...`."""
PRIMES: Final = re.compile(_PRIMES)
PRIMED_LETTER: Final = re.compile(rf"\\?([A-Za-z]+)[\s}}]*{_PRIMES}")
PRIMED_CALL: Final = re.compile(
    rf"{GAP}{_PRIMES}\s*(?:\\left\s*)?\(\s*((?:[A-Za-z]|\\[a-z]+)(?:_\w|_\{{[^{{}}]*\}})?)\s*(?:\\right\s*)?\)"
)
"""`c'(x)`: a derivative at x, or a product with c transposed."""
PRIME: Final = re.compile(r"\s*(?:\\prime(?![A-Za-z])|\{\s*\\prime\s*\})")
UPPER_WORD: Final = re.compile(
    r"\s*\{\s*(old|new|opt|true|pred|obs|prev|next|init|start|end|test|train|max|min|avg|ref|eff|est|cur|tot|out)"
    r"\s*\}"
)
"""Words that say which one of several, and are no product of letters."""
INVERSE_CALL: Final = re.compile(r"\s*\^\s*(?:\{\s*-\s*1\s*\}|-\s*1)\s*(?:\\left\s*)?\(")
TAN_OF_TWO: Final = re.compile(r"2(?=\s*(?:\\left\s*)?\()")
ENTRYWISE: Final = re.compile(r"\s*\{\s*\\(?:odot|circ)(?![A-Za-z])")
"""A power entry by entry: A^{\\odot 2}."""
AXIS: Final = re.compile(r"\s*(?:\\(?:text|mathrm|operatorname)\s*\{\s*axis\s*\}|axis)(?=\s*=)")
TEXT_ARGUMENT: Final = re.compile(r"\s*\\(?:text|mathrm)\s*\{\s*\"?(fro|nuc)\"?\s*\}(?=\s*(?:\\right\s*)?[),])")
SUBSCRIPTS: Final = re.compile(r"\s*\{\s*(?:\\left\s*)?\[")
QUOTIENT: Final = re.compile(
    r"\s*/\s*d\s*(\\[a-z]+|[A-Za-z])(?:_([0-9A-Za-z])|_\{([0-9A-Za-z]+)\})?(?![A-Za-z=])(?!\s*(?:=|$|\)|\+|\*))"
)
GRADIENT_TURNED: Final = re.compile(
    r"(?:\s*(?:_\s*(?:\{[^{}]*\}|\S))?\s*[A-Za-z]\s*(?:\\left)?\s*\([^()]*(?:\([^()]*\)[^()]*)*\)|\s*[fLJ])"
    rf"\s*\^\s*(?:\{{\s*)?(?:T\b|\\top|\\intercal|(?:{_UPRIGHT}|\\prime)\s*\{{?\s*T)"
)
"""A gradient that is transposed, as in the slope along d: ∇f(x)^T d."""
EXPECTED: Final = re.compile(r"\s*(?:\\left\s*)?[\[(]")
EXPECTATION: Final = re.compile(r"\s*(?:_\s*(?:\{[^{}]*\}|\w)\s*)?(?:\\left\s*|\\[bB]igg?l?\s*)?\[")
GLUED: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)([A-Za-z][A-Za-z0-9]*|\(|)")
"""Digits right behind a function word, and what stands right behind them."""
FACTORS: Final = re.compile(r"[^-+=,.;$\n&|()]*")
INTERVAL: Final = re.compile(r"\s*(?:\\left\s*)?([\[(])([^,\[\]()]{1,40}),([^,\[\]()]{1,40}?)(?:\\right\s*)?([\])])")
LAYER: Final = re.compile(
    r"\s*\^\s*\{\s*(?:\\left\s*)?(?:\[|\\lbrack(?![A-Za-z])|\\\{|\\lbrace(?![A-Za-z]))(?:[^{}]|\\[{}])*\}"
)
EQUALS_FOLLOW: Final = re.compile(r"\s*(?:=|:=|\\equiv\b)")
ENDS: Final = re.compile(r"\s*\\end\b")
ENDS_ROW: Final = re.compile(r"(?:\s|[.,;。，]|\\,)*(?:\\\\|\\end\b|\}|&|$)")
STACKED: Final = re.compile(r"\s*\{(?:[^{}]|\{[^{}]*\})*\}\s*\{?\s*(=)\s*\}?")

FUNCTIONS: Final = {
    **{name: name for name in (
        "sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth", "exp", "log", "ln", "max", "min",
        "det", "arcsin", "arccos", "arctan", "sum", "prod", "tr",
    )},
    "Tr": "tr",
    "arsinh": "asinh",
    "arcosh": "acosh",
    "artanh": "atanh",
    "arctanh": "atanh",
    "arcsinh": "asinh",
    "arccosh": "acosh",
    "arccot": "acot",
    "atan2": "atan2",
    "arctan2": "atan2",
    "trace": "tr",
    "sech": "sech",
    "csch": "csch",
    "sgn": "sign",
    "Gamma": "gamma",
    "diag": "diag",
}  # fmt: skip
GREEK: Final = frozenset(LETTERS.values())
VARIANTS: Final = {
    "varepsilon": "epsilon",
    "vartheta": "theta",
    "varphi": "phi",
    "varrho": "rho",
    "varsigma": "sigma",
    "varkappa": "kappa",
    "ell": "ell",
    "hbar": "hbar",
    "imath": "i",
    "jmath": "j",
    "infty": "inf",
}
FONTS: Final = frozenset(("mathbf", "boldsymbol", "bm", "pmb", "textbf", "mathbb", "mathcal", "mathsf", "mathit", "vec",
                          "mathfrak", "bf", "mathscr", "symbf", "bold", "bfseries", "cal", "it", "mathtt",
                          "overrightarrow"))  # fmt: skip
ARROWS: Final = ("vec", "overrightarrow")
BOLD: Final = frozenset(("mathbf", "boldsymbol", "bm", "pmb", "textbf", "bf", "symbf", "bold", "bfseries", *ARROWS))
SWITCHES: Final = frozenset(("bf", "bfseries", "rm", "it", "cal"))
"""Fonts that hold to the end of the group."""
WORDS: Final = frozenset(("text", "mathrm", "textrm", "textit", "operatorname", "rm", "mbox"))
ACCENTS: Final = frozenset(("hat", "bar", "tilde", "dot", "ddot", "widehat", "overline", "widetilde", "check",
                             "breve", "acute", "mathring", "underline"))  # fmt: skip
SIGNS: Final = {
    r"\cdot": "\\cdot",
    "·": "\\cdot",
    "⋅": "\\cdot",
    "∙": "\\cdot",
    r"\bullet": "\\cdot",
    r"\times": "\\times",
    r"\odot": "*",
    r"\circ": "*",
    r"\ast": "*",
    r"\div": "/",
    r"\le": "<=",
    r"\leq": "<=",
    r"\leqslant": "<=",
    r"\ge": ">=",
    r"\geq": ">=",
    r"\geqslant": ">=",
    r"\ne": "!=",
    r"\neq": "!=",
    r"\lt": "<",
    r"\gt": ">",
    r"\land": "and",
    r"\lor": "or",
    r"\neg": "not",
    r"\|": "‖",
    r"\Vert": "‖",
    r"\coloneqq": ":=",
    r"\triangleq": ":=",
    r"\doteq": ":=",
    r"\equiv": ":=",
    r"\eqdef": ":=",
    r"\parallel": "‖",
    r"\vert": "|",
    **dict.fromkeys("（〖", "("),
    **dict.fromkeys("）〗", ")"),
    r"\lbrace": "(",
    r"\rbrace": ")",
    r"\{": "(",
    r"\}": ")",
    r"\lbrack": "[",
    r"\rbrack": "]",
}
BARS: Final = {
    r"\lvert": (kind.OPEN_BAR, "|"),
    r"\rvert": (kind.CLOSE_BAR, "|"),
    r"\lVert": (kind.OPEN_BAR, "‖"),
    r"\rVert": (kind.CLOSE_BAR, "‖"),
}
ROUNDINGS: Final = {r"\lfloor": "floor", r"\lceil": "ceil", r"\rfloor": "", r"\rceil": ""}
IGNORED: Final = frozenset((r"\,", r"\quad", r"\qquad", r"\mathop", r"\left.", r"\right.", "▒"))
DRAWN: Final = (
    "displaystyle", "textstyle", "scriptstyle", "scriptscriptstyle", "limits", "nolimits", "nonumber", "notag",
    "mathbin", "mathrel", "mathord", "boxed", "large", "Large", "small", "thinspace", "medspace", "thickspace",
    "negthinspace", "enspace", "enskip", "mathstrut", "strut", "allowbreak", "nobreak", "relax", "noindent",
    "therefore", "because", "ensuremath",
)  # fmt: skip
"""Commands that say nothing of the formula: spaces, sizes, where a bound stands."""
SIZES: Final = frozenset(rf"\{size}{side}" for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r", "m"))
MATRICES: Final = frozenset(("matrix", "pmatrix", "bmatrix", "Bmatrix", "smallmatrix", "vmatrix"))
TRANSPARENT: Final = frozenset(
    f"{name}{star}"
    for name in ("aligned", "align", "alignat", "split", "gather", "gathered", "equation", "eqnarray", "multline",
                 "array", "math", "displaymath", "flalign")
    for star in ("", "*")
)  # fmt: skip
"""Environments whose rows are statements."""
CASES: Final = frozenset(("cases", "dcases", "rcases", "cases*", "dcases*"))
GREEK_FUNCTIONS: Final = {"Gamma": "gamma", "zeta": "zeta", "psi": "digamma"}
"""Greek letters that are functions of gradcli where a bracket follows, as it prints them itself."""
CALLED: Final = frozenset(("f", "g", "h", "phi", "psi", "sigma", "Phi", "Psi", "Gamma", "zeta", "varphi"))
"""Letters with a bracket behind them that are functions; other letters before a bracket are factors: x(1 - x)."""
SKIPPED: Final = (
    "tag", "label", "hspace", "vspace", "color", "textcolor", "phantom", "hphantom", "vphantom", "eqref", "ref",
)  # fmt: skip
"""Such commands with an argument."""
NO_INDEX: Final = ("an index of this form cannot be read", "write x_1, x_{12}, x_{ij} or x_{\\text{max}}")
REFUSED: Final = {
    "cdots": (
        "an ellipsis cannot be read",
        r"write every term in place of the dots, or \sum_{i=1}^n w_i x_i for a sum",
    ),
    "otimes": (r"\otimes can be read in three ways", "write outer(x, y), kron(A, B), or x * y entry by entry"),
    "mid": (
        "'\\mid' stands only in a header, as in p(y \\mid x) = ...",
        "write |x| for bars, and what is given with --set",
    ),
    "lim": ("a limit is not part of a function", "write the expression that the limit is of"),
    "prime": (
        "a prime is read as a transpose here",
        "write x^\\top for the transpose, and another name for another point",
    ),
    "bmod": ("a remainder has no sign here", r"write x - 2 \lfloor x/2 \rfloor for the remainder by 2"),
    "over": (r"'\over' stands in braces", r"write {x \over y}, or \frac{x}{y}"),
    "to": (r"'\to' is no part of a function", "write the function alone"),
    "underset": (
        "words below a formula are no part of it",
        r"write the function alone; \max_i x_i is the greatest entry",
    ),
    "arg": ("argmax is no function of real numbers", r"write \max_i x_i for the greatest entry"),
    "argmax": ("argmax is no function of real numbers", r"write \max_i x_i for the greatest entry"),
    "approx": ("'\\approx' is no equation", "write the function alone"),
    "propto": ("'\\propto' is no equation", "write an equals sign and the factor"),
    "sim": ("'\\sim' is no equation", "write the density as a function: p(x) = ..."),
    "iint": ("a double integral is written with two signs", r"write \int_0^a \int_0^b x y dx dy"),
    "pm": (r"\pm has two values", "write + or -"),
    "mathbb{E}": ("an expectation is no function here", "write it as a sum: \\sum_i p_i x_i^2"),
    **{
        f"mathbb{{{name}}}": (
            f"\\mathbb{{{name}}} is a set",
            "write x \\in \\mathbb{R}^n behind a comma, or a letter in another font",
        )
        for name in "RNZQC"
    },
    "mathcal{O}": (r"\mathcal{O}(...) is an order of growth, no function", "leave it out, or write another letter"),
    "gets": ("an assignment is no function", "write the function that is minimised alone"),
    "leftarrow": ("an assignment is no function", "write the function that is minimised alone"),
    "lg": (r"\lg can be read in two ways", r"write \log_{10} x or \log_2 x"),
}
"""Commands that cannot be read: why, and what to write."""
REFUSED.update({
    **dict.fromkeys(("sup", "inf"), ("a bound over variables is no function of them", "write the function alone")),
    **dict.fromkeys(("oint", "iiint"), ("this integral is no function of numbers", r"write \int_0^x \sin(t) dt")),
    **dict.fromkeys(("dv", "pdv", "derivative"), ("a derivative of the package physics", r"write \frac{d}{dx} x^2")),
    **dict.fromkeys(("Rightarrow", "implies", "iff", "Leftrightarrow", "ll", "gg", "forall", "exists", "subset", "cup",
                     "cap", "setminus", "notin", "leadsto", "longrightarrow", "hookrightarrow"),
                    ("this sign is no part of a function", "write the function alone")),
    **dict.fromkeys(("mp",), (r"\mp has two values", "write + or -")),
    **dict.fromkeys(("star", "oplus", "wedge", "vee", "ominus", "oslash"),
                    ("this sign has several meanings", r"write x \cdot y or x \odot y for a product")),
    **dict.fromkeys(("Re", "Im", "deg", "dim", "ker", "hom", "gcd", "Pr"),
                    ("this is no function of real numbers here", "write its formula in its place")),
    "%": ("a percentage is not read", "write 5/100"),
    "_": ("this is an underscore to be seen", r"write \text{learning\_rate} for one name, x_1 for an index"),
})  # fmt: skip
REFUSED.update(dict.fromkeys(("mod", "pmod"), REFUSED["bmod"]), argmin=REFUSED["sup"])
REFUSED.update(dict.fromkeys(("dots", "ldots", "dotsb", "dotsm", "vdots", "ddots", "dotsc"), REFUSED["cdots"]))
REFUSED_BARE: Final = {"lim": REFUSED["lim"], "...": REFUSED["cdots"], **dict.fromkeys(LOWERED, NO_INDEX)}
"""Pieces without a backslash that cannot be read where they stand."""
INVERSES: Final = {"log": "exp", "ln": "exp", "exp": "log", "logit": "sigmoid", "sigmoid": "logit", "erf": "erfinv"}
"""Functions whose inverse has a name of its own."""
SCRIPT_HINTS: Final = dict.fromkeys(
    ("log", "ln"), "write \\log_2 x, \\log_{10} x, \\log_b x, or \\frac{\\log x}{\\log b} for another base"
)


def lowered(script: str) -> str:
    """Letters and digits that stand high or low, at the height of the line: `²` is 2."""
    from unicodedata import normalize

    return normalize("NFKC", script).replace("−", "-")


def root_parts(index: str) -> list[str]:
    """The index of a root, `2n+1`, as tokens."""
    return re.findall(r"[0-9]+|\S", re.sub(r"(?<=[0-9])\s*(?=[A-Za-z])", "*", index))


def nearest(word: str, known: list[str]) -> str:
    """A hint with the nearest known command."""
    from difflib import get_close_matches

    near = get_close_matches(word[:40], known, 1, 0.8)
    return f"did you mean '\\{near[0]}'?" if near else "write \\operatorname{name}(x) for a function by its name"
