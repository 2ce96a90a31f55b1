r"""What stands before a formula and only names it: `P(X = k) = ...`, `L^{CLIP}(\theta) = ...`; signs of whole texts.

Codes of errors: `latex`, `ambiguous`.
"""

from __future__ import annotations

from gradcli.patterns import pattern
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Final

    from gradcli.text.latex.pieces import Pieces

_SIDES: Final = r"(?:\\(?:left|right|[bB]igg?[lr]?)\s*)?"
PROBABILITY: Final = pattern(
    r"\s*(?:P|\\?Pr|\\(?:mathbb|mathrm|operatorname|text)\s*\{\s*Pr?\s*\})\s*(?:_\s*(?:\{[^{}]*\}|\w|\\[a-z]+)\s*)?"
    rf"{_SIDES}[(\[][^()\[\]]*(?:[=<>≤≥]|\\(?:leq?|geq?|lt|gt)(?![A-Za-z]))[^()\[\]]*{_SIDES}[)\]]\s*&?\s*=(?!=)"
)
"""`P(X = k) =`, `\\Pr(X \\le x) =`: of which event it is the probability."""
RAISED: Final = pattern(
    r"\s*(?:\\(?:mathcal|mathrm|mathbf|text|mathscr)\s*\{\s*[A-Za-z]+\s*\}|\\?[A-Za-z]+)"
    r"(?P<raised>\s*\^\s*\{\s*(?:-\s*1|[A-Z]{2,})\s*\})"
    rf"\s*{_SIDES}\([^()=]*{_SIDES}\)\s*&?\s*:?=(?!=)"
)
"""`f^{-1}(y) =`, `L^{CLIP}(\\theta) =`: of a header what is raised is part of the name."""
_UNIT_FONT: Final = r"\\(?P<font>mathbf|boldsymbol|bm|pmb|vec|hat|widehat|overrightarrow)\s*\{?\s*"
_INNER_FONT: Final = r"(?:\\(?:mathbf|boldsymbol|bm|mathrm|rm)\s*\{?\s*)?"
UNITS: Final = pattern(
    rf"(?s){_UNIT_FONT}{_INNER_FONT}(?:i|\\imath)(?![A-Za-z])\s*\}}*(?!\s*[_}}A-Za-z]*_)(?:.(?!\\end))*?"
    rf"\\(?P=font)\s*\{{?\s*{_INNER_FONT}(?:j|\\jmath)(?![A-Za-z])\s*\}}*(?!\s*_)",
)
r"""`x\mathbf{i} + y\mathbf{j}`: the unit vectors along the axes."""
COMBINATIONS: Final = pattern(
    r"(?<![A-Za-z\\])C_(?:[a-z0-9]|\{[a-z0-9]+\})\^(?:[a-z0-9](?![A-Za-z0-9_])|\{[a-z0-9]+\})(?!\s*_)"
)
"""`C_n^k`, in many countries a binomial coefficient."""
BEFORE: Final = pattern(r"\{\s*\}\s*\^\s*(?:\{\s*t\s*\}|t)")
r"""`{}^tA`: a transposition that stands before."""


def begin(at: Pieces) -> None:
    """What holds for a whole text, at its beginning. Raises for unit vectors and for `{}^tA`."""
    begin, text = at.starts[0] if at.starts else at.end, at.text
    pass_header(at)
    for chosen in COMBINATIONS.finditer(text, begin, at.end) if "C_" in text else ():
        at.note(f"{chosen[0].strip()} is a power; \\binom{{n}}{{k}} is a number of combinations")
    if "j" in text and "i" in text and (match := UNITS.search(text, begin, at.end)):
        message = "i and j read in two ways: the unit vectors along the axes, or vectors of any kind"
        hint = "write the components as a vector for unit vectors, (x, y, z), and other letters for other vectors"
        error = at.error(_piece_at(at, match.start()), message, hint)
        error.code = "ambiguous"
        raise error
    if "}^" in text and (match := BEFORE.search(text, begin, at.end)):
        raise at.error(_piece_at(at, match.start()), "a transposition stands behind its matrix here", "write A^\\top")


def pass_header(at: Pieces) -> None:
    """Pass what only names the formula that begins at the next piece."""
    begin, text = at.starts[at.here] if at.here < len(at.pieces) else at.end, at.text
    if "=" in text and "P" in text and (match := PROBABILITY.match(text, begin, at.end)):
        at.skip_to(match.end())
        at.note(f"{text[begin : match.end()].rstrip(' =&').strip()} only names what follows it")
    elif "=" in text and "^" in text and (match := RAISED.match(text, begin, at.end)):
        at.raised = match.span("raised")
        name = text[begin : match.start("raised")].strip()
        at.note(f"{text[begin : match.end('raised')].strip()} is called {name} here")


def _piece_at(at: Pieces, place: int) -> int:
    """The piece that stands at a place of the text."""
    return next(here for here, end in enumerate(at.ends) if end > place)
