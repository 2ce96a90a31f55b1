"""Finds the row that a sentence was made from, and says it in Chinese; what stands in its places is looked up again."""

from __future__ import annotations

import re
from functools import cache

from gradcli.records import TYPE_CHECKING
from gradcli.render.chinese.errors import ERRORS
from gradcli.render.chinese.explaining import EXPLAINING
from gradcli.render.chinese.functions import FUNCTIONS
from gradcli.render.chinese.help import HELP
from gradcli.render.chinese.hints import HINTS
from gradcli.render.chinese.problems import PROBLEMS
from gradcli.render.chinese.screens import SCREENS
from gradcli.render.chinese.slips import SLIPS
from gradcli.render.chinese.texts import TEXTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    Row = tuple[re.Pattern[str], str]

PLACE = re.compile(r"\{(\w+)\}")
DEEPEST = 6
"""Sentences within sentences."""


@cache
def rows() -> tuple[Mapping[str, str], tuple[Row, ...]]:
    """Sentences without places, and patterns of those with places: what begins with words first, then the longest."""
    whole: dict[str, str] = {}
    found: list[tuple[tuple[int, int], Row]] = []
    for english, chinese in (*SCREENS, *PROBLEMS, *SLIPS, *ERRORS, *TEXTS, *EXPLAINING, *HINTS, *HELP, *FUNCTIONS):
        parts = PLACE.split(english)
        if len(parts) == 1:
            whole[english] = chinese.format() if "{{" in chinese else chinese
            continue
        fixed, hint = sum(map(len, parts[::2])), english.startswith("write ")
        pattern = "".join(spaced(p) if i % 2 == 0 else f"(?P<{p}>{kind(p, hint)})" for i, p in enumerate(parts))
        first = 0 if parts[0] else 1 if parts[1].startswith("name") else 2
        found.append(((first, -fixed), (re.compile(pattern, re.DOTALL), chinese)))
    return whole, tuple(row for _, row in sorted(found, key=lambda item: item[0]))


def spaced(text: str) -> str:
    """These words; formulas among them may be held together by spaces that do not break."""
    return re.escape(text).replace("\\ ", "[ \u00a0]")


def kind(place: str, hint: bool) -> str:
    """What may stand in a place: `name…` has no spaces, `number…` digits, `code…` no two words; else any text.

    In a `hint`, which says what to write for what, `a` and `formula` are one thing to write.
    """
    if place.startswith("name"):
        return r"[^\s:]+"
    if hint and place in ("a", "formula"):
        return "(?:(?! for ).)+?"
    if place.startswith("code"):
        return r"(?:(?!\b[A-Za-z]{2,} [A-Za-z]{2,}\b).)+?"
    return r"-?[\d.,e+-]+" if place.startswith("number") else ".+?"


def in_chinese(text: str, depth: int = 0) -> str:
    """The sentence in Chinese; unchanged where no row has it."""
    if depth > DEEPEST or not any("a" <= c <= "z" or "A" <= c <= "Z" for c in text):
        return text
    whole, patterns = rows()
    plain = text.replace("\u00a0", " ")
    if plain in whole:
        return whole[plain]
    for pattern, chinese in patterns:
        match = pattern.fullmatch(text)
        if match is not None:
            return chinese.format(**{k: in_chinese(part, depth + 1) for k, part in match.groupdict().items()})
    return text
