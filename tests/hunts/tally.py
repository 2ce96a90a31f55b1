"""The loop of a hunt: a question a seed, its verdicts counted by kind, and those told that are to be looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

Q = TypeVar("Q")


def tallied(
    seeds: Iterable[int],
    draw: Callable[[int], Q],
    verdicts: Callable[[Q], Iterable[str]],
    is_told: Callable[[str], bool],
    words: Callable[[Q], object],
    tell: Callable[[str], Any],
) -> Counter[str]:
    """How often each kind of verdict was found, the part before its colon; what is told has its seed and question."""
    found: Counter[str] = Counter()
    for seed in seeds:
        question = draw(seed)
        for verdict in verdicts(question):
            found[verdict.partition(":")[0]] += 1
            if is_told(verdict):
                tell(f"{seed}: {verdict}: {words(question)}")
    return found
