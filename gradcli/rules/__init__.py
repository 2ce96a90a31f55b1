"""What each function means, as rows of data: values, partials, domains, kinks and words for people."""

from __future__ import annotations

from gradcli.rules import activations, elementary, special, trigonometry
from gradcli.rules.arrays import ARRAY_NAMES
from gradcli.rules.rule import Interval, Kink, Rule, index

__all__ = ["ARRAY_NAMES", "NAMES", "RULES", "Interval", "Kink", "Rule", "nearest"]

RULES, NAMES = index((*elementary.ROWS, *trigonometry.ROWS, *activations.ROWS, *special.ROWS))
"""Rows by name, and row names by name or alias."""


def nearest(name: str) -> list[str]:
    """At most three function names that `name` may have been meant for, the likeliest first; [] if none is like it.

    A name that differs only by upper and lower case is the only one: `SQRT` -> sqrt. Among names equally alike those
    with the same first and last letter win, then rows before aliases: `sen` -> sin, not sec and not sgn.
    """
    lower = name.lower()
    known = [*NAMES, *(array for array in ARRAY_NAMES if array not in NAMES), "where"]
    same = [candidate for candidate in known if candidate.lower() == lower]
    if same:
        return same[:1]
    scores = {candidate: _likeness(lower, candidate.lower()) for candidate in known}
    alike = [candidate for candidate in known if scores[candidate] > 0.6]
    alike.sort(key=lambda candidate: (-scores[candidate], NAMES.get(candidate, candidate) != candidate))
    return alike[:3]


def _likeness(name: str, candidate: str) -> float:
    """From 0 (nothing in common) to 1.3 (equal); letters in another order count as nearly right."""
    from difflib import SequenceMatcher

    ratio = SequenceMatcher(None, name, candidate, autojunk=False).ratio()
    if len(candidate) > 2 and name.startswith(candidate):  # the short form of a word: determinant, variance
        ratio = max(ratio, 0.75)
    anagram = 0.2 * (sorted(name) == sorted(candidate))
    return ratio + anagram + 0.05 * (name[:1] == candidate[:1]) + 0.05 * (name[-1:] == candidate[-1:])
