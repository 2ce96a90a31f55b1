r"""Sums and products with an index in LaTeX: `\sum_{i=1}^n`, `\prod_{ij}`, `\max_i`; what stands below and above."""

from __future__ import annotations

import re

from gradcli.records import TYPE_CHECKING
from gradcli.text import tokens as kind
from gradcli.text.latex import words
from gradcli.text.tokens import Bounds, canonical_name, quoted

if TYPE_CHECKING:
    from typing import Final

    from gradcli.text.latex.pieces import Pieces


def reduction_command(at: Pieces, piece: str) -> None:
    r"""`\sum`, `\prod`; `\max` and `\min` with an index."""
    function = piece[1:]
    if function in ("max", "min") and not at.ahead(words.SUBSCRIPT, at.here + 1):
        at.here += 1
        at.function(function, at.starts[at.here - 1])
        return
    reduction(at, function)


def reduction(at: Pieces, function: str) -> None:
    r"""`\sum_{i=1}^n`, `\sum^n_{i=1}`, `\sum_i`, `\sum`: one token, whose meaning is put aside."""
    owner = at.here
    at.here += 1
    lower = at.take(words.SUBSCRIPT) or at.take(words.ROUND_BOUND) or small(at, words.LOWERED_BOUND, "_")
    upper = at.take(words.SUPERSCRIPT) or (
        (at.take(words.ROUND_UPPER) or small(at, words.RAISED_BOUND, "^")) if lower else None
    )
    if lower is None and upper is not None:
        lower = at.take(words.SUBSCRIPT)
    lower, upper = (None if bound is None or is_empty(bound) else bound for bound in (lower, upper))
    start, end = at.starts[owner], at.ends[at.here - 1]
    if at.here < len(at.pieces) and owner + 1 < at.here and at.starts[at.here] < end:
        end = at.starts[at.here]
    following = at.pieces[at.here] if at.here < len(at.pieces) else ""
    if following[:1].isdigit() and at.text[at.starts[at.here] - 1].isdigit():
        digits = f"{at.text[at.starts[at.here] - 1]}{following}"
        raise at.error(at.here, "a bound of several digits needs braces", f"write {{{digits}}}")
    if function in ("max", "min"):
        if upper is not None:
            message = f"what stands above \\{function} cannot be read: {quoted(upper[0])}"
            raise at.error(owner, message, f"write \\{function}_i x_i for the entries of x, braces around a power")
        if lower is not None:
            _refuse_variable(at, owner, function, lower)
    text = at.text[start:end]
    at.spelled.bounds[text] = _bounds(at, owner, function, lower, upper)
    at.put_at(kind.APPLY, text, start, end)


def _refuse_variable(at: Pieces, owner: int, function: str, lower: re.Match[str]) -> None:
    r"""Raise for `\min_w \|Xw - y\|^2`: what stands below is no index, but a variable of what follows."""
    below = (lower[1] if lower[1] is not None else lower[2]).strip()
    rest = _SCRIPTS.sub(" ", at.text[at.ends[at.here - 1] : at.end])
    names = [name for name in _LETTERS.findall(below) if "=" not in below]
    commands = set(_LETTERS.findall(rest))
    if names and any(name in commands for name in names):
        hint = "write the function alone: a gradient needs no minimum"
        raise at.error(owner, f"\\{function} over variables is no function of them", hint)


_SCRIPTS: Final = re.compile(r"\\(?:begin|end|text[a-z]*)\s*\{[^{}]*\}|_\s*(?:\{[^{}]*\}|\\[A-Za-z]+|\S)")
_LETTERS: Final = re.compile(r"\\[A-Za-z]+|[A-Za-z]")


def small(at: Pieces, pattern: re.Pattern[str], sign: str) -> re.Match[str] | None:
    """A bound in letters at the foot of the line or above it, `∑ᵢ₌₁ⁿ`, as one in braces: `∑_{i=1}^{n}`."""
    match = at.take(pattern)
    script = words.SUBSCRIPT if sign == "_" else words.SUPERSCRIPT
    return match and script.match(f"{sign}{{{words.lowered(match[0])}}}")


def is_empty(bound: re.Match[str]) -> bool:
    """Whether nothing stands in the braces of a bound."""
    return not (bound[0].strip("_^{}() \t\r\n"))


def _bounds(at: Pieces, owner: int, function: str, lower: re.Match[str] | None, upper: re.Match[str] | None) -> Bounds:
    """What stands below and above a sign. Raises `latex` for conditions and for bounds that are no names or numbers."""
    if lower is None:
        return Bounds(function, (), None, None)
    below = lower[1] if lower[1] is not None else lower[2]
    if upper is None and (both := _BETWEEN.fullmatch(below)):
        index, first = both[2] or both["index"], int(both[1] or both["first"])
        return Bounds(function, (index,), first, _upper(at, owner, function, both))
    match = words.BOUND.fullmatch(below)
    if match is None or (match[1] and any(match[1].count(letter) > 1 for letter in match[1] if letter.isalpha())):
        hint = f"write \\{function}_{{i=1}}^n x_i with a letter below, and take off what is left out"
        if function == "sum" and (pair := _PAIRS.fullmatch(below)):
            hint = "write \\sum_{i=1}^n \\sum_{j=1}^n t_{ij} - \\sum_{i=1}^n t_{ii}"
            hint += "" if pair["unequal"] else ", and half of it where t_{ij} = t_{ji}"
        elif function == "sum" and _MEMBERS.fullmatch(below):
            hint = "write \\sum_{i=1}^n r_i x_i, with r_i = 1 for what counts and 0 for the rest"
        raise at.error(owner, f"what stands below \\{function} cannot be read: {quoted(below)}", hint)
    if match[1] is None:
        return Bounds(function, (match[3], match[5]), int(match[4]), _upper(at, owner, function, upper))
    indices = tuple(letter for letter in match[1] if letter.isalpha())
    low = None if match[2] is None else int(match[2])
    return Bounds(function, indices, low, _upper(at, owner, function, upper))


_LEAST: Final = r"\s*(?:\\leq?(?:slant)?(?![A-Za-z])|≤)\s*"
_BETWEEN: Final = re.compile(
    rf"\s*([0-9]{{1,9}}){_LEAST}([A-Za-z]){_LEAST}(?P<above>.+)"
    r"|\s*(?P<index>[A-Za-z])\s*=\s*(?P<first>[0-9]{1,9})\s*,\s*\\[lc]?dots[a-z]?\s*,\s*(?P<last>.+)"
)
r"""`1 \le i \le n` and `i = 1, \dots, n` below a sign."""


_PAIRS: Final = re.compile(
    r"(?:\s*[0-9]\s*(?:\\leq?|≤))?\s*[A-Za-z]\s*(?:(?P<unequal>\\neq?(?![A-Za-z])|≠|!=)|<|>|\\[lg]t(?![A-Za-z]))"
    r"\s*[A-Za-z]\s*(?:(?:\\leq?|≤)\s*\w+\s*)?"
)
_MEMBERS: Final = re.compile(r"\s*[A-Za-z]\s*(?:\\in(?![A-Za-z])|∈|:).+")
"""`i < j`, `1 \\le i < j \\le n` and `i \\ne j` below a sign; `i \\in C_k`."""


def _upper(at: Pieces, owner: int, function: str, upper: re.Match[str] | None) -> tuple[str | None, int] | None:
    """The upper bound as a name and a number to add."""
    if upper is None:
        return None
    if "above" in upper.groupdict():
        above = upper["above"] or upper["last"]
    else:
        above = upper[2] if upper[1] is None else upper[1]
    if above.strip() == "\\infty":
        raise at.error(owner, "a series has no closed form here", "write a number in place of \\infty")
    match = words.UPPER.fullmatch(above)
    if match is None:
        hint = f"write \\{function}_{{i=1}}^n x_i with a letter or a number above"
        raise at.error(owner, f"what stands above \\{function} cannot be read: {quoted(above)}", hint)
    if match[1]:
        return None, int(match[1])
    name = canonical_name(words.SPELLING.sub("", match[2]))
    return name, int(f"{match[3]}{match[4]}") if match[4] else 0
