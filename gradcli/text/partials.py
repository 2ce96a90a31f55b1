r"""Derivatives that stand in an answer as one sign, `∂f/∂x`, `∂²f/∂x∂y`, `\frac{\partial f}{\partial x}`, and what
stands before its sign of equality: `\nabla_{\mathbf{x}} \mathbf{x}^\top A \mathbf{x} =`.

Each is read in the place of a letter of its own, padded to the same length, so that all places in the text stay true.
"""

from __future__ import annotations

from gradcli.patterns import pattern, re
from gradcli.records import TYPE_CHECKING
from gradcli.text.rewrite import replaced
from gradcli.text.tree import Call, Name

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from typing import Final

    from gradcli.problems import Source
    from gradcli.text.tree import Tree

LETTERS: Final = "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ"
"""Letters of an alphabet that no answer uses; as many derivatives are read."""
_RAISED: Final = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_ORDER: Final = rf"(?:\^\{{?\d\}}?|[{_RAISED}]+)?"
_LETTER: Final = rf"[^\W\d_{_RAISED}]"
_FONT: Final = r"\\(?:mathbf|mathrm|mathit|boldsymbol|bm|vec|bf)(?![A-Za-z])"
_PLAIN: Final = rf"(?:(?!{_FONT})\\[A-Za-z]+|{_LETTER})(?:{_LETTER}*[0-9]*)(?:_\{{?[A-Za-z0-9]+\}}?)?"
_NAME: Final = rf"(?:{_FONT}\s*(?:\{{\s*{_PLAIN}\s*\}}|{_PLAIN})|{_PLAIN})"
_BELOW: Final = rf"(?:(?:∂|\\partial)\s*{_NAME}\s*{_ORDER}\s*)+"
_PARTIAL: Final = pattern(
    rf"(?:∂|\\partial)\s*{_ORDER}\s*{_NAME}\s*/\s*{_BELOW}"
    rf"|\\[dt]?frac\s*\{{\s*\\partial\s*{_ORDER}\s*{_NAME}\s*\}}\s*\{{\s*{_BELOW}\}}"
)
_ORDINARY: Final = pattern(
    rf"(?:\bd\s*({_NAME})\s*/\s*d\s*({_NAME})|\\[dt]?frac\s*\{{\s*d\s*({_NAME})\s*\}}\s*\{{\s*d\s*({_NAME})\s*\}})(?=\s*=)"
)
"""df/dx before a sign of equality, where it says what an answer belongs to; elsewhere d may be a letter."""
_LINK: Final = pattern(
    rf"\bd({_PLAIN})\s*/\s*d({_PLAIN})|\\[dt]?frac\s*\{{\s*d\s*({_PLAIN})\s*\}}\s*\{{\s*d\s*({_PLAIN})\s*\}}"
)
"""du/dx as a link of a chain, where u and x are names of the function and d, du and dx are none."""
_INSIDE: Final = r"(?:[^{}=;\n]|\{(?:[^{}]|\{[^{}]*\})*\})*"
_D: Final = r"(?:d|∂|\\partial)"
_HEAD: Final = pattern(
    rf"(?:\A|(?<=[$;,\n]))\s*(?:(?:∇|\\nabla|∂|\\partial)\s*_\s*(?:\{{\s*({_NAME})\s*\}}|({_NAME}))"
    rf"|{_D}\s*/\s*{_D}\s*({_NAME})|\\[dt]?frac\s*\{{\s*{_D}{_INSIDE}\}}\s*\{{\s*{_D}\s*({_NAME})\s*\}})"
    rf"{_INSIDE}(?==(?!=))"
)
r"""`\nabla_x f(x) =`, `\partial_x f =`, `d/dx sin(x) =`, `\frac{\partial x^\top A x}{\partial x} =`: it is for x."""
_GRADIENT: Final = pattern(
    rf"(?:∇|\\nabla\b|\bgrad\b)\s*(?:\^\{{?2\}}?|²)?\s*(?:{_NAME}\s*)?(?:\([^=;\n]*\)\s*)?=(?!=)"
    rf"|(?:\A|(?<=\$))\s*(?:(?:{_NAME}|\([^=;\n]*\))\s*(?:'|′|\^\{{?\\prime\}}?)\s*(?:\({_NAME}\)\s*)?)?=(?!=)"
)
"""`∇f(x, y) =`, `f'(x) =`, `(x^2)' =` or a sign of equality alone before the whole answer."""
_BRACED: Final = pattern(rf"(?s)\s*\{{(?=\s*{_NAME}\s*:)(.*)\}}\s*")
"""`{x: 2*x, y: 1}`, a dictionary; in `{x > 0: x, 1}` no name stands before the colon."""
_PIECE: Final = pattern(rf"(?:∂|\\partial)\s*{_ORDER}\s*({_NAME})\s*({_ORDER})")


def masked(source: Source, known: Collection[str] = ()) -> tuple[Source, Mapping[str, str]]:
    """The text with a letter for each derivative, and what each letter stands for: `∂f/∂x`.

    known   the names of the function, where they are known
    """
    text, letters = source.text, dict[str, str]()
    if "=" in text:
        text = _GRADIENT.sub(lambda match: " " * len(match[0]), text, count=1)
    if ":" in text and (braced := _BRACED.fullmatch(text)):
        text = text[: braced.start(1) - 1] + f" {braced[1]} " + text[braced.end(1) + 1 :]
    free = iter([letter for letter in LETTERS if letter not in text])

    def mask(match: re.Match[str]) -> str:
        letter = next(free, None)
        if letter is None:
            return match[0]
        names = [canonical(name) for name in match.groups() if name]
        letters[letter] = (
            partial_name(names[0] if names[1:] else "f", {names[-1]: 1}) if names else plain_name(match[0])
        )
        return letter + " " * (len(match[0].rstrip()) - 1) + match[0][len(match[0].rstrip()) :]

    def link(match: re.Match[str]) -> str:
        above, below = (name for name in match.groups() if name)
        if not {canonical(above), canonical(below)} <= set(known) or {"d", f"d{above}", f"d{below}"} & set(known):
            return match[0]
        masking = mask(match)
        if masking != match[0]:
            letters[masking[0]] = f"d{canonical(above)}/d{canonical(below)}"
        return masking

    if "∂" in text or "\\partial" in text:
        text = _PARTIAL.sub(mask, text)
    if "=" in text and "d" in text:
        text = _ORDINARY.sub(mask, text)
    if "=" in text:
        text = _HEAD.sub(mask, text)
    if known and "d" in text:
        text = _LINK.sub(link, text)
    return (source, {}) if text == source.text else (source._replace(text=text), letters)


def plain_name(text: str) -> str:
    r"""`\frac{\partial^2 f}{\partial x \partial y}` as `∂²f/∂x∂y`: the name by which it is printed."""
    above, *below = _PIECE.findall(text)
    counts: dict[str, int] = {}
    for name, power in below:
        label = canonical(name)
        counts[label] = counts.get(label, 0) + order_of(power)
    return partial_name(canonical(above[0]), counts)


def canonical(name: str) -> str:
    r"""`x_{1}` and `x_1` are x1, `\theta` is theta."""
    from gradcli.text.tokens import canonical_name

    return canonical_name(re.sub(rf"{_FONT}|[\s\\{{}}]", "", name))


def order_of(power: str) -> int:
    """How often is differentiated by the name before it."""
    return int("".join(str(_RAISED.index(c)) if c in _RAISED else c for c in power if c not in "^{}") or "1")


def partial_name(function: str, counts: Mapping[str, int]) -> str:
    """∂f/∂x, ∂²f/∂x∂y."""

    def raised(n: int) -> str:
        return "" if n == 1 else "".join(_RAISED[int(digit)] for digit in str(n))

    below = "".join(f"∂{name}{raised(n)}" for name, n in counts.items() if n)
    return f"∂{raised(sum(counts.values()))}{function}/{below}"


def partial_parts(name: str) -> tuple[str, Mapping[str, int]]:
    """The function and how often it is differentiated by each name: the inverse of `partial_name`; also of `du/dx`."""
    if name[0] == "d":
        function, _, label = name[1:].partition("/d")
        return function, {label: 1}
    above, *below = _PIECE.findall(name)
    return above[0], {label: order_of(power) for label, power in below}


def unmasked(tree: Tree, letters: Mapping[str, str]) -> Tree:
    """The tree with the derivatives in the places of their letters."""
    if not letters:
        return tree
    return replaced(tree, lambda part: Call(letters[part.name], ()) if is_letter(part, letters) else None)  # type: ignore[attr-defined]


def is_letter(part: Tree, letters: Mapping[str, str]) -> bool:
    """Does the letter of a derivative stand here?"""
    return type(part) is Name and part.name in letters
