r"""Letters in fonts, words and accents in LaTeX: `\mathbf{x}`, `\text{loss}`, `\operatorname{tr}`, `\hat{x}`."""

from __future__ import annotations

from gradcli.patterns import pattern
from gradcli.records import TYPE_CHECKING
from gradcli.text import tokens as kind
from gradcli.text.latex import calls, reductions, rows, words
from gradcli.text.latex.words import FUNCTIONS, GREEK

if TYPE_CHECKING:
    import re
    from typing import Final

    from gradcli.text.latex.pieces import Pieces


def font(at: Pieces, word: str, start: int) -> None:
    r"""A letter in another font, a word or an accent: `\mathbf{x}`, `\text{loss}`, `\hat{x}`."""
    here = at.here
    at.here += 1
    bold = at.bold or word in words.BOLD
    if word in words.SWITCHES and at.skip_blanks() != "{":
        at.bold = bold  # {\bf x}: to the end of the group
        return
    if word in words.WORDS and rows.text_words(at, word, here):
        return
    if word in words.WORDS and at.take(words.ARGUMENT_OF_EXTREMUM):
        raise at.error(here, "where a function is least or greatest is no function", "write the function alone")
    match = at.take(words.CONTENT)
    if match and word in words.BOLD and (match[1] or "").lower() in FUNCTIONS and at.ahead(calls.BEFORE_BRACKET):
        named(at, match[1].lower(), start)  # \mathbf{tr}(X), as some books have it
        return
    name = None if match is None else _one_name(at, word, match)
    if match is None or name is None:
        at.here = here + 1
        _font_group(at, word, here, bold)
    elif refusal := _refused_name(at, word, name, match[2]):
        at.here = here
        at.put_bad(*refusal)
    else:
        before, at.bold, at.arrow = at.bold, bold, word in words.ARROWS
        if word in words.ACCENTS:
            name += "_" + word.removeprefix("wide").replace("overline", "bar")
        if match[2]:
            name += "_" + match[2][1:].strip("{} ")
        if word == "operatorname" or (word in words.WORDS and FUNCTIONS.get(name, name) in FUNCTION_WORDS):
            named(at, name, start)
        else:
            at.letter(name, start, done=True)
        at.bold, at.arrow = before, False


_CHANGED: Final = pattern(
    rf"\s*(?:\\(?P<font>{'|'.join(sorted(words.BOLD))})\s*)?"
    r"(?:([A-Za-z])(?![A-Za-z])|(\\[A-Za-z]+)|\{\s*(?:([A-Za-z])|(\\[A-Za-z]+))\s*\})"
)


def changed(at: Pieces) -> str:
    r"""What `\Delta` is the change of, now done: `\Delta x`, `\Delta\mathbf{x}`, `\Delta\theta` are one quantity."""
    match = at.ahead(_CHANGED)
    letter = match and (match[2] or match[4] or at.symbol(match[3] or match[5] or ""))
    if match is None or not letter or letter in ("pi", "inf"):
        return ""
    at.skip_to(match.end())
    if match["font"]:
        at.bold, at.arrow = True, match["font"] in words.ARROWS
    return letter


def _one_name(at: Pieces, word: str, match: re.Match[str]) -> str | None:
    r"""What stands in a font as one name: a letter, a command of one, a word in \text; None for several letters."""
    name: str | None = match[1] or match[3] or match[4]
    if name and "\\_" in name:  # \operatorname{leaky\_relu}
        name = name.replace("\\_", "_")
    elif name and name[0] == "\\":
        name = at.symbol(name)
    several = name is not None and len(name) > 1 and word not in words.WORDS and name not in GREEK and name.isalpha()
    return None if several else name


def _refused_name(at: Pieces, word: str, name: str, index: str | None) -> tuple[str, str] | None:
    """Message and hint for a name in a font that is something else: an expectation, a function of other countries."""
    called = at.ahead(words.EXPECTED) is not None
    refused = "mathbb{E}" if name in "EPV" and called else f"{word}{{{name}}}"
    if refused in words.REFUSED and (called or word == "mathbb"):
        return words.REFUSED[refused]
    behind = at.ahead(calls.ARGUMENT_FOLLOWS)
    if (
        word in words.WORDS
        and name in calls.OTHER_FUNCTIONS
        and not index
        and behind
        and behind[1] not in ("cdot", "times")
    ):
        return f"{name} is called otherwise here", f"write {calls.OTHER_FUNCTIONS[name]} x"
    if name == "d" and word in words.WORDS and at.ahead(words.BESIDE_D):
        return "this is a differential, not d times a variable", "leave it out: write the function alone"
    return None


FUNCTION_WORDS: Final = frozenset(FUNCTIONS.values())
"""Functions that are read without brackets where they stand in \\mathrm or \\text."""


def named(at: Pieces, name: str, start: int) -> None:
    r"""`\operatorname{name}`: a function, or one over an index, `\mathrm{max}_i`."""
    if calls.special_operator(at, name, start):
        return
    function = FUNCTIONS.get(name) or FUNCTIONS.get(name.lower(), name)
    if function in ("sum", "prod", "max", "min") and at.ahead(words.SUBSCRIPT):
        at.here -= 1
        reductions.reduction(at, function)
        return
    at.function(function, start)


def _font_group(at: Pieces, word: str, here: int, bold: bool) -> None:
    r"""A font around more than a letter: `\mathbf{AXB}`, `\mathbf{1}`, `\hat{\mathbf y}`."""
    start = at.starts[here]
    following = at.skip_blanks()
    digit = _bold_digit(at) if word in words.BOLD or word == "mathbb" else None
    if digit is not None:
        indicator_or_ones(at, digit, start)
        return
    if word in words.ACCENTS:
        _accent_group(at, word, here)
        return
    points = word in words.ARROWS and at.ahead(words.SEVERAL)
    if following != "{" or word in words.WORDS or points:
        what = "one plain word" if word in words.WORDS else "one letter"
        at.here = here
        at.put_bad(f"\\{word} holds {what} here", f"write \\{word}{{x}}")
        return
    at.open_group("font", at.here, "{")  # it brackets nothing: \mathbf{AB}^\top is AB^\top in bold
    at.here += 1
    at.bold = bold


def _accent_group(at: Pieces, word: str, here: int) -> None:
    r"""`\hat{\mathbf y}`, `\bar{\boldsymbol\theta}`: an accent over a letter in a font."""
    match = at.take(words.ACCENTED)
    name = match and (match[2] or at.symbol(match[3] or "") or match[4] or at.symbol(match[5] or ""))
    if match is None or not name:
        at.here = here
        at.put_bad(f"\\{word} stands over one letter here", f"write \\{word}{{x}}")
        return
    before, at.bold = at.bold, at.bold or match[1] in words.BOLD
    at.letter(f"{name}_{word.removeprefix('wide').replace('overline', 'bar')}", at.starts[here], done=True)
    at.bold = before


def _bold_digit(at: Pieces) -> str | None:
    r"""The digit of `\mathbf{1}` and `\mathbf 0`; it is then done."""
    match = at.take(words.DIGIT)
    return match and (match[1] or match[2])


def indicator_or_ones(at: Pieces, digit: str, start: int) -> None:
    r"""`\mathbf{1}`: a vector of ones; before a bracket or with a condition below it, an indicator."""
    after = at.text[at.ends[at.here - 1] : at.end].lstrip()
    if digit == "1" and after.startswith(("(", "\\{", "[", "\\left", "_")):
        raise at.error(at.here - 1, "an indicator is written with where", "write where(x > 0, 1, 0)")
    name = "𝟏" if digit == "1" else "𝟎"
    at.meanings.names[name] = name
    at.put_at(kind.NAME, name, start, at.ends[at.here - 1])
