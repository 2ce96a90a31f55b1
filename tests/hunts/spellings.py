"""The formulas of `tests/text/typed` in other spellings, which must be read as they are, or be an error that says why.

The seed is the number of the row.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import gradcli
from gradcli.problems import GradcliError

Spelling = Callable[[str], str]


def rows() -> list[str]:
    """The formulas of the tables that have a reading."""
    tables = sorted((Path(__file__).parents[1] / "text" / "typed").glob("*.txt"))
    lines = [line.partition(" ⇒ ") for table in tables for line in table.read_text(encoding="utf-8").splitlines()]
    return [typed.replace("⏎", "\n") for typed, _, found in lines if found[:1] not in ("", "!") and ";;" not in typed]


def is_latex(text: str) -> bool:
    """Whether a row is LaTeX."""
    return "\\" in text or "$" in text


def _replaced(pattern: str, by: str) -> Spelling:
    return lambda text: re.sub(pattern, by, text)


def _inside(spelt: Spelling) -> Spelling:
    """A spelling of what stands between two dollar signs around a whole text."""

    def changed(text: str) -> str:
        match = re.fullmatch(r"\$([^$]+)\$", text)
        return spelt(match[1]) if match else text

    return changed


LATEX: dict[str, Spelling] = {
    "round": _inside(lambda inner: f"\\({inner}\\)"),
    "display": _inside(lambda inner: f"$$\\displaystyle {inner}.$$"),
    "equation": _inside(lambda inner: f"\\begin{{equation}}\\label{{eq:1}}\n{inner}\n\\end{{equation}}"),
    "spaces around": _inside(lambda inner: f"$ \\, {inner} \\;$"),
    "comment": lambda text: f"{text} % the loss",
    "fractions": _replaced(r"\\frac(?![a-z])", r"\\dfrac"),
    "near brackets": _replaced(r"\\(exp|log|sin|tanh)(\\left)?\(", r"\\\1\\!\2("),
    "braced powers": _replaced(r"\^([0-9A-Za-z])(?![0-9])", r"^{\1}"),
    "braced indices": _replaced(r"(?<!\\)_([0-9A-Za-z])(?![0-9])", r"_{\1}"),
    "high digits": _replaced(r"(?<=[A-Za-z0-9)])\^(?:2|\{2\})(?!\d)", "²"),
    "minus": lambda text: text.replace("-", "−"),
    "bounds beside": _replaced(r"\\(sum|prod)(?![a-z])", r"\\\1\\limits"),
    "empty braces": _replaced(r"\+", "{}+{}"),
    "colour": _replaced(r"(?<![A-Za-z\\{_^(,])([xyz])(?![A-Za-z'])", r"{\\color{red}\1}"),
    "upright functions": _replaced(r"\\(sin|cos|tan|log|ln|exp)(?![a-z])", r"\\operatorname{\1}"),
    "starred": _replaced(r"\\operatorname\{", r"\\operatorname*{"),
}
"""What changes how LaTeX looks, or the sign for a thing, and not what it is."""
PLAIN: dict[str, Spelling] = {
    "lines": lambda text: f"{text}\r\n",
    "semicolon": lambda text: f"{text};",
    "mark of the encoding": lambda text: f"\ufeff{text}",
    "comment": lambda text: f"{text}  # said" if text[:1].isalnum() else text,
    "minus": lambda text: text if any(sign in text for sign in ("->", "<-", "one-hot")) else text.replace("-", "−"),
    "wide": lambda text: (
        text
        if re.search("(?:sum|max|min|prod|int)_|symbols", text)
        else text.translate({ord(c): chr(ord(c) + 0xFEE0) for c in "()+=,"})
    ),
    "hard blanks": lambda text: text if "//" in text or "%" in text or "sum" in text else text.replace(" ", "\u00a0"),
    "high digits": _replaced(r"(?<=[A-Za-z0-9)])(?:\^|\*\*)2(?![\d.])", "²"),
}
"""The same of plain texts."""


def reading(text: str) -> str:
    """The function that a text is read as, without blanks, or what its error says."""
    try:
        try:
            answer = gradcli.grad(text).to_dict()
        except GradcliError as error:
            if error.code != "vector":
                raise
            answer = gradcli.jacobian(text).to_dict()
    except GradcliError as error:
        return f"! {error.message}"
    return "".join(str(answer["function"]).split())


def run(first: int, count: int, say: Callable[[str], None]) -> Counter[str]:
    """Read each row in each spelling: `same`, `refused`, or `wrong` where it is read as something else."""
    found: Counter[str] = Counter()
    for text in rows()[first : first + count]:
        meant = reading(text)
        for name, spelt in (LATEX if is_latex(text) else PLAIN).items():
            typed = spelt(text)
            if typed == text:
                continue
            read = reading(typed)
            verdict = "same" if read == meant else "refused" if read.startswith("!") else "wrong"
            found[verdict] += 1
            if verdict != "same":
                say(f"{verdict} ({name}): {typed!r} is read as {read}, and {text!r} as {meant}")
    return found
