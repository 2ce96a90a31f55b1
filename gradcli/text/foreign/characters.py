"""What keyboards make: full-width forms, other dashes and signs, letters of other styles, as the characters meant.

Each character stands for exactly one other, so that the places of what was typed stay what they are. Fractions such as
`½` and raised letters such as `eˣ` are signs of their own (`FRACTIONS`, `RAISED`).
"""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction
from functools import cache

from gradcli.patterns import pattern
from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Final

GREEK: Final[dict[str, str]] = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "ο": "omicron", "π": "pi", "ρ": "rho",
    "σ": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega",
    "Α": "Alpha", "Β": "Beta", "Γ": "Gamma", "Δ": "Delta", "Ε": "Epsilon", "Ζ": "Zeta", "Η": "Eta", "Θ": "Theta",
    "Ι": "Iota", "Κ": "Kappa", "Λ": "Lambda", "Μ": "Mu", "Ν": "Nu", "Ξ": "Xi", "Ο": "Omicron", "Π": "Pi", "Ρ": "Rho",
    "Σ": "Sigma", "Τ": "Tau", "Υ": "Upsilon", "Φ": "Phi", "Χ": "Chi", "Ψ": "Psi", "Ω": "Omega",
    # other shapes of the same letters, as keyboards and LaTeX make them
    "ϵ": "epsilon", "ϑ": "theta", "ϕ": "phi", "ϱ": "rho", "ς": "sigma", "ϰ": "kappa", "ϖ": "varpi", "µ": "mu",
}  # fmt: skip
GREEK_LETTERS: Final = str.maketrans(GREEK)

SIGNS: Final[tuple[tuple[str, str, str], ...]] = (
    ("–—‒―‐‑﹣⁃", "-", "dashes for a minus"),
    ("∙•⋆✕✖⨯·⋅・", "*", "dots, bullets and crosses for a product"),
    ("\u2062", "*", "the invisible times of formula editors"),
    ("\u2064", "+", "the invisible plus of formula editors"),
    ("\u2063", ",", "the invisible comma of formula editors"),
    ("⁄", "/", "the slash of fractions"),
    ("【〔〖", "[", "Chinese square brackets"),
    ("】〕〗", "]", "Chinese square brackets"),
    ("〈", "⟨", "Chinese angle brackets"),
    ("〉", "⟩", "Chinese angle brackets"),
    ("｟", "(", "white full-width brackets"),
    ("｠", ")", "white full-width brackets"),
    ("、，﹐", ",", "Chinese commas"),
    ("；﹔", ";", "a full-width semicolon"),
    ("：﹕∶", ":", "a full-width colon"),
    ("‘’‛ʹʼ＇′", "'", "curly quotes and primes"),
    ("“”„‟″＂", '"', "curly quotes"),
    ("ˆ", "^", "a raised circumflex"),
    ("˜∼", "~", "other tildes"),
    ("∣❘￨", "|", "other strokes"),
    ("∥", "‖", "the sign of parallels"),
    ("≝←", "=", "signs of a definition"),
    ("⟼", "↦", "a long arrow of a mapping"),
    ("\u200b\u200c\u200d\u2060\u2061\ufeff\u00ad\u200e\u200f", "\u00a0", "characters without width"),
)
"""Characters as typed, the one that each of them means, and what they are."""

FRACTIONS: Final[dict[str, Fraction]] = {
    "½": Fraction(1, 2), "⅓": Fraction(1, 3), "⅔": Fraction(2, 3), "¼": Fraction(1, 4), "¾": Fraction(3, 4),
    "⅕": Fraction(1, 5), "⅖": Fraction(2, 5), "⅗": Fraction(3, 5), "⅘": Fraction(4, 5), "⅙": Fraction(1, 6),
    "⅚": Fraction(5, 6), "⅐": Fraction(1, 7), "⅛": Fraction(1, 8), "⅜": Fraction(3, 8), "⅝": Fraction(5, 8),
    "⅞": Fraction(7, 8), "⅑": Fraction(1, 9), "⅒": Fraction(1, 10),
}  # fmt: skip

RAISED: Final = dict(zip(
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵅᵝᵞᵟᵋᶿᵠᵡ",
    "0123456789+-()abcdefghijklmnoprstuvwxyzαβγδεθφχ",
    strict=True,
))  # fmt: skip
"""Raised characters, each with what it says at the height of the line."""

LOWERED: Final = dict(zip("ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", "aehijklmnoprstuvxβγρφχ", strict=True))
"""Letters at the foot of the line: an index."""

_STYLED: Final = ((0x1D400, 0x1D7FF), (0xFF21, 0xFF3A), (0xFF41, 0xFF5A), (0xFF10, 0xFF19))
_LETTERS: Final = {
    **dict(zip("ℒℋℛℬℰℱℐℳℂℙℚℍℝℕℤℎℯⅇⅆⅈℊℴ", "LHRBEFIMCPQHRNZheedigo", strict=True)),
}  # fmt: skip


BOLD: Final = pattern("[\U0001d400-\U0001d433\U0001d468-\U0001d49b\U0001d6a8-\U0001d6e1\U0001d71c-\U0001d78f]")
"""Bold letters of other styles, as papers copied from PDF have them: `𝐱`, `𝒙`, `𝜽`."""
_COMMENT: Final = pattern(
    r"(?P<before>(?<=[\s;])|(?<!.))(?P<sign>//|%(?!\w+%))"
    r"(?P<words>[ \t]*[^\W\d_][^\W\d_ \t]+[^\n\r+*/^=]*)(?=[\n\r]|\Z)"
)
"""A comment of C or MATLAB behind a blank: words without operators up to the end of the line."""


_DOCSTRING: Final = pattern(r"""(?s)(?<![\w)\]'])(\"{3}|'{3}).*?\1""")
"""What a function says of itself, which is not read."""


@cache
def translation() -> dict[int, str]:
    """For `str.translate`: what each character of SIGNS, of the full-width forms and of other styles stands for."""
    table = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    for typed, meant, _ in SIGNS:
        table.update(dict.fromkeys(map(ord, typed), meant))
    for first, last in _STYLED:
        for code in range(first, last + 1):
            plain = unicodedata.normalize("NFKC", chr(code))
            table[code] = plain if len(plain) == 1 else chr(code)
    table.update((ord(typed), meant) for typed, meant in _LETTERS.items())
    return table


@cache
def latex_translation() -> dict[int, str]:
    """The same for LaTeX, which has signs of its own for products and definitions: letters of other styles (`𝑥` is x),
    the minus, brackets and digits of Chinese texts, characters without width."""
    styled = {code: plain for code, plain in translation().items() if code >= 0x1D400 or chr(code) in _LETTERS}
    wide = {ord(sign) + 0xFEE0: sign for sign in "()[]{}=+-*/<>|^_!0123456789"}
    return styled | wide | dict.fromkeys((0x200B, 0x2060, 0x2061, 0xFEFF), " ") | {ord(dash): "-" for dash in "−–—"}


def meant(text: str) -> str:
    """The text in the characters that were meant, of the same length; comments of other languages are blanks."""
    if not text.isascii():
        text = _POWER_OF_NORM.sub(r"\2\1", text.translate(translation()))
    if "def " in text and ('"""' in text or "'''" in text):
        text = _DOCSTRING.sub(lambda match: "".join(c if c in "\n\r" else " " for c in match[0]), text)
    if "%" in text or "//" in text:
        text = _COMMENT.sub(_blank, text)
        text = _COMMENT_LINE.sub(_spaces, text)
    if "/*" in text or "::" in text or "@." in text:
        text = _PASSED.sub(_spaces, text)
    if "\n" in text and ("\\" in text or "..." in text or "&" in text):
        text = _GOES_ON.sub(lambda match: match[0] if match[0][0] == "#" else " " * len(match[0]), text)
    return text


_POWER_OF_NORM: Final = pattern("(?<=[‖|])([⁰¹²³⁴-⁹]+)([₀-₉]+)")
"""The power of a norm before its order, `‖x‖²₂`."""
_GOES_ON: Final = pattern(r"#[^\n]*|(?<!\\)\\[ \t]*\r?\n|\.{3}[ \t]*\r?\n|&[ \t]*\r?\n(?:[ \t]*&)?")
"""The end of a line that goes on in the next one, in Python, MATLAB and Fortran; a comment stays."""


_COMMENT_LINE: Final = pattern(r"(?<![^\n\r;}])[ \t]*(?://|%(?=[ \t]))[^\n\r]*")
"""A comment of C or MATLAB where a statement would begin."""
_PASSED: Final = pattern(
    r"(?s)/\*.*?\*/|(?<=[\w)])::[A-Z]\w*(?:\{[^{}]*\})?|(?<![\w.])(?:std|Math|math)::(?=[a-z])|@\.(?=\s)"
)
"""Comments of C, types of Julia, `std::`, Julia's `@.`: what says nothing of a formula."""


def _spaces(match: re.Match[str]) -> str:
    return "".join(character if character in "\n\r" else " " for character in match[0])


def _blank(match: re.Match[str]) -> str:
    """Blanks for a comment that is prose; after a lone `%` also one word, if the text is MATLAB's."""
    words = match["words"].split()
    matlab = match["sign"] == "%" and re.search(r"\.[*/^']", match.string) and words
    return " " * len(match[0]) if matlab or len(words) > 1 else match[0]


def apart(name: str) -> list[str]:
    """The names that stand side by side in a word: `πr` is π and r, `x₁x₂` is x₁ and x₂; most words are one name.

    A Greek letter is a name of its own beside other letters, an index at the foot of the line ends a name. What
    stands behind a low line belongs to it (`θ_hat`), and `Δx`, `dθ` are one name each.
    """
    parts, start, greek, indexed = [], 0, name[0] in GREEK, False
    if len(name) > 1 and (name[0] in "Δ∆" or (name[0] == "d" and name[1] in GREEK) or _SUMMED.match(name)):
        return [name]
    for place, character in enumerate(name):
        if character == "_":
            break
        if not character.isalpha() or character in LOWERED:
            indexed = indexed or greek or not (character.isascii() or unicodedata.combining(character))
        elif place > start and (greek or indexed or character in GREEK):
            parts.append(name[start:place])
            start, greek, indexed = place, character in GREEK, False
    return [*parts, name[start:]]


_SIGN_NAMES: Final = {"sum": "sum", "prod": "product"}
_SUMMED: Final = re.compile(f"[ΣΠ][^\\W\\d_{''.join(LOWERED)}]")
"""A letter that most take for the sign of a sum or a product: `Σx²`, `Πxᵢ`."""


def in_words(text: str) -> str:
    """A name with its letters at the foot of the line as an index (`xᵢ` is x_i), and `ℓ` and `ℏ` by their names.

    Raises `name` for words that are no formula, and for `Σx`.
    """
    if _SUMMED.match(text):
        raise sum_sign(text[0], in_words(text[1:]))
    if is_prose(text):
        raise GradcliError("name", f"'{text[:30]}' is text, not a formula", hint=spoken(text))
    lowered = "".join(map(re.escape, LOWERED))
    text = re.sub(f"[{lowered}]+", lambda match: "_" + "".join(LOWERED[character] for character in match[0]), text)
    return text.replace("ℓ", "ell").replace("ℏ", "hbar")


def sum_sign(sign: str, rest: str) -> GradcliError:
    """The error of `Σx` and `Σ x_i`: a sum, or the letter."""
    function, letter = ("sum", "Sigma") if sign == "Σ" else ("prod", "Pi")
    index = match[1] if (match := _LAST_INDEX.search(in_words(rest))) else ""
    call = f"{function}({rest}, {index}, 1, n)" if index else f"{function}({rest})"
    hint = f"write {call} around the whole term for a {_SIGN_NAMES[function]} over a vector"
    hint += f", {letter}*{rest} for the letter" if letter == "Sigma" else ""
    what = f"a {_SIGN_NAMES[function]}, or the letter {letter}"
    return GradcliError("ambiguous", f"'{(sign + rest)[:30]}' can be read in two ways: {what}", hint=hint)


_LAST_INDEX: Final = pattern(r"_([a-z])(?![A-Za-z0-9_])")


_SPOKEN: Final = {
    "加上": "+", "减去": "-", "乘以": "*", "除以": "/", "等于": "=", "的平方": "^2", "的立方": "^3",
    "的二次方": "^2", "的三次方": "^3", "的四次方": "^4", "分之": "a/b, b first,",
    "根号": "sqrt(...)", "次方": "^n", "加": "+", "减": "-", "乘": "*", "除": "/", "平方": "^2", "立方": "^3",
}  # fmt: skip


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
    return bool(wide) and (wide < len(text) or text in _FUNCTION_SIGNS or any(word in text for word in _VERBS))


_FUNCTION_SIGNS: Final = frozenset("在处点的求当时且和与或即为则设令对用把从到中其是有若")
_VERBS: Final = ("平方", "加上", "除以", "导数", "梯度", "求导", "计算", "其中", "关于", "偏导", "函数", "等于",
                           "微分", "积分", "積分", "勾配", "求解", "最小值", "最大值", "极值")  # fmt: skip
"""Chinese words, of one sign and of several, that name no quantity."""
