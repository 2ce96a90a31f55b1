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
    with the same first and last letter win, then rows before aliases: `sen` -> sin, not sec and not sgn. Names that
    are more than a slip of the keyboard away are none.
    """
    lower = name.lower()
    known = [*NAMES, *(array for array in ARRAY_NAMES if array not in NAMES), "where"]
    same = [candidate for candidate in known if candidate.lower() == lower]
    if same:
        return same[:1]
    alike = [candidate for candidate in known if is_slip(lower, candidate.lower())]
    alike.sort(
        key=lambda candidate: (-_likeness(lower, candidate.lower()), NAMES.get(candidate, candidate) != candidate)
    )
    return alike[:3]


def is_slip(name: str, known: str) -> bool:
    """Whether a name is another one but for one letter, or two in the wrong order, or is its longer form."""
    if len(known) > 2 and len(name) > len(known) + 2 and name.startswith(known):  # determinant, variance
        return True
    if min(len(name), len(known)) < 3 or abs(len(name) - len(known)) > 1:
        return False
    place = next((i for i, (a, b) in enumerate(zip(name, known, strict=False)) if a != b), min(len(name), len(known)))
    first, second = name[place:], known[place:]
    swapped = first[:2] == second[:2][::-1] and first[2:] == second[2:]
    return swapped or first[1:] == second[1:] or first == second[1:] or first[1:] == second


def _likeness(name: str, candidate: str) -> float:
    """From 0 (nothing in common) to 1.3 (equal); letters in another order count as nearly right."""
    from difflib import SequenceMatcher

    ratio = SequenceMatcher(None, name, candidate, autojunk=False).ratio()
    if len(candidate) > 2 and name.startswith(candidate):  # the short form of a word: determinant, variance
        ratio = max(ratio, 0.75)
    anagram = 0.2 * (sorted(name) == sorted(candidate))
    return ratio + anagram + 0.05 * (name[:1] == candidate[:1]) + 0.05 * (name[-1:] == candidate[-1:])
