r"""Functions that a text in LaTeX defines itself, `a(x, y) = ...`: a bracket behind their names is that of a call."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING
from gradcli.text.tokens import CLOSE, COMMA, EQUALS, JUXTAPOSE, NAME

if TYPE_CHECKING:
    from collections.abc import Sequence


def headed(kinds: Sequence[int], texts: Sequence[str]) -> frozenset[str]:
    """The names before a bracket of names and an equals sign."""
    beside = (here for here, what in enumerate(kinds) if what == JUXTAPOSE and kinds[here - 1] == NAME)
    return frozenset(texts[here - 1] for here in beside if is_header(kinds, here + 1))


def is_header(kinds: Sequence[int], here: int) -> bool:
    """Whether the bracket here holds names alone, and an equals sign follows it."""
    while kinds[here + 1] == NAME and kinds[here + 2] == COMMA:
        here += 2
    return list(kinds[here + 1 : here + 4]) == [NAME, CLOSE, EQUALS]
