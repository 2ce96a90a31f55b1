"""How names are spelt for people and in LaTeX: Greek letters, indices, raised digits, the forms of functions."""

from __future__ import annotations

from gradcli.patterns import pattern
from gradcli.records import TYPE_CHECKING, lru_cache

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

    from gradcli.rules.rule import Rule

_NAMES: Final = (
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu",
    "nu", "xi", "omicron", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
)  # fmt: skip
_LOWER: Final = dict(zip(_NAMES, "αβγδεζηθικλμνξοπρστυφχψω", strict=True))
GREEK: Final[Mapping[str, str]] = _LOWER | {name.capitalize(): letter.upper() for name, letter in _LOWER.items()}
_LIKE_LATIN: Final = frozenset(
    ("omicron", "Alpha", "Beta", "Epsilon", "Zeta", "Eta", "Iota", "Kappa", "Mu", "Nu", "Omicron", "Rho", "Tau", "Chi")
)
"""Letters for which LaTeX has no command."""

_RAISED: Final = str.maketrans("0123456789-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻ⁿ")
_LOWERED: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻ⁿ", "0123456789-n")

PRETTY_FUNCTIONS: Final[Mapping[str, str]] = {"gamma": "Γ", "beta": "B", "zeta": "ζ"}

FORMS: Final[Mapping[str, tuple[tuple[str, ...], str]]] = {
    "where": (("c", "a", "b"), r"\begin{cases} {a} & \text{if } {c} \\ {b} & \text{otherwise} \end{cases}"),
    "norm": (("x",), r"\left\lVert {x} \right\rVert"),
    "det": (("A",), r"\det\left({A}\right)"),
}
"""LaTeX of functions that are no scalar rows: names of the arguments, and the template."""


def superscript(text: str) -> str:
    """A whole number (or the letter n) raised; empty for all else."""
    plain = text.removeprefix("-")
    return text.translate(_RAISED) if plain == "n" or (plain.isdecimal() and plain.isascii()) else ""


@lru_cache(maxsize=4096)
def pretty_name(name: str) -> str:
    """`theta1` as `θ1`, `alpha_max` as `α_max`, `inf` as `∞`; other names as they are."""
    if name == "inf":
        return "∞"
    word, rest = _split(name)
    return GREEK.get(word, word) + rest


def _split(name: str) -> tuple[str, str]:
    """A name's leading letters, and the digits, primes and parts behind underscores that follow."""
    word = name.partition("_")[0].rstrip("0123456789'")
    return word, name[len(word) :]


@lru_cache(maxsize=4096)
def latex_name(name: str) -> str:
    r"""`x1` as `x_{1}`, `theta` as `\theta`, `alpha_max` as `\alpha_{\mathrm{max}}`, `rate` as `\mathrm{rate}`.

    `W__1`, a name with an upper index, is `W^{(1)}`, and `v_tm1`, one with another step as its index, `v_{t-1}`.
    """
    if name == "inf":
        return r"\infty"
    name, _, upper = name.partition("__")
    if upper:
        return f"{latex_name(name)}^{{{''.join(map(_upper, upper.split('_')))}}}"
    word, rest = _split(name)
    stem = rest.rstrip("'")
    primes = rest[len(stem) :]
    indices = [part for part in stem.split("_") if part]
    accent = ACCENT.fullmatch(indices[0]) if indices and word else None
    if accent is not None:
        rest = "_".join(part for part in (accent[2], *indices[1:]) if part)
        return rf"\{accent[1]}{{{_letters(word)}}}" + (latex_name(f"x_{rest}")[1:] if rest else "") + primes
    below = f"_{{{','.join(map(_index, indices))}}}" if indices else ""
    return f"{_letters(word)}{below}{primes}" if word else rf"\mathrm{{{escape(name)}}}"


ACCENT: Final = pattern(r"(hat|bar|tilde|dot|ddot)([0-9]*)")
"""A mark above a letter, which is the first part behind it in a name, and digits that stand at its foot."""
_STEP: Final = pattern(r"([A-Za-z])([mp])([0-9]{1,4})")


def _step(part: str) -> str:
    """`tm1` as `t-1`; other parts as they are."""
    match = _STEP.fullmatch(part)
    return part if match is None else f"{match[1]}{'-' if match[2] == 'm' else '+'}{match[3]}"


def _upper(part: str) -> str:
    step = _step(part)
    if step != part:
        return f"[{step}]"
    return rf"\text{{{part}}}" if len(part) > 2 and part.isalpha() else f"({part})"


def _index(part: str) -> str:
    step = _step(part)
    return step if step != part else _letters(part)


def _letters(word: str) -> str:
    if word in GREEK:
        return rf"\mathrm{{{GREEK[word]}}}" if word in _LIKE_LATIN else f"\\{word}"
    return word if len(word) == 1 or word.isdecimal() else rf"\mathrm{{{escape(word)}}}"


def escape(text: str) -> str:
    """A word for LaTeX: its special characters are quoted."""
    return "".join(f"\\{char}" if char in "_#$%&{}" else char for char in text)


def latex_partial(function: str) -> str:
    r"""`∂²f/∂x∂y` as `\frac{\partial^{2} f}{\partial x \partial y}`."""
    above, _, below = function.partition("/")
    return rf"\frac{{{_differential(above)}}}{{{_differential(below)}}}" if below else _differential(above)


def _differential(text: str) -> str:
    parts = text.split("∂")
    return " ".join(_one_differential(part) for part in parts[1:])


def _one_differential(part: str) -> str:
    raised = part[: len(part) - len(part.lstrip("⁰¹²³⁴⁵⁶⁷⁸⁹"))]
    name = part[len(raised) :]
    stem = name.rstrip("⁰¹²³⁴⁵⁶⁷⁸⁹")
    power = f"^{{{raised.translate(_LOWERED)}}}" if raised else ""
    order = f"^{{{name[len(stem) :].translate(_LOWERED)}}}" if stem != name else ""
    return rf"\partial{power} {latex_name(stem)}{order}"


def function_latex(name: str) -> str:
    r"""A function's name: `\sin`, `\operatorname{erf}`, `f` for an abstract one."""
    rule = _rule(name)
    if rule is not None and rule.latex and not _is_template(rule):
        return rule.latex
    word, rest = _split(name)
    if rule is None and (len(word) == 1 or word in GREEK):
        return latex_name(name)
    return rf"\operatorname{{{escape(word + rest)}}}"


@lru_cache(maxsize=1024)
def call_template(name: str, count: int) -> tuple[str | int, ...] | None:
    """The pieces of a form such as `|x|`: texts, and for each argument its place. None for `name(arguments)`."""
    rule = _rule(name)
    if rule is not None and _is_template(rule) and len(rule.args) == count:
        return _pieces(rule.latex, rule.args)
    if name in FORMS and len(FORMS[name][0]) == count:
        return _pieces(FORMS[name][1], FORMS[name][0])
    return None


def _pieces(template: str, names: tuple[str, ...]) -> tuple[str | int, ...]:
    """The template cut at each `{x}`, which the argument replaces (`{{x}}` leaves it in braces)."""
    pieces: list[str | int] = []
    rest = template
    while found := [(place, number) for number, name in enumerate(names) if (place := rest.find(f"{{{name}}}")) >= 0]:
        place, number = min(found)
        pieces += [rest[:place], number]
        rest = rest[place + len(names[number]) + 2 :]
    return tuple(piece for piece in (*pieces, rest) if piece != "")


def loosest_sign(template: tuple[str | int, ...]) -> str:
    r"""The loosest operator of a form that stands outside all brackets: `+`, `^` or nothing."""
    text = "".join(piece if isinstance(piece, str) else "x" for piece in template)
    for opening, closing in ((r"\left", r"\right"), (r"\begin", r"\end")):
        text = text.replace(opening, "{").replace(closing, "}")
    depth, loosest = 0, ""
    for place, char in enumerate(text):
        depth += (char == "{") - (char == "}")
        if depth == 0 and text[place : place + 3] in (" + ", " - "):
            return "+"
        if depth == 0 and (char == "^" or text.startswith(r"\frac", place)):
            loosest = "^"
    return loosest


def _is_template(rule: Rule) -> bool:
    return any(f"{{{name}}}" in rule.latex for name in rule.args)


def _rule(name: str) -> Rule | None:
    """The row of a function, None for one that the language does not know."""
    from gradcli.rules import RULES

    row: Rule | None = RULES.get(name)
    return row
