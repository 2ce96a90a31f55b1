"""A worksheet of exercises, as frozen records."""

from __future__ import annotations

from gradcli.notebooks import displayed
from gradcli.records import TYPE_CHECKING, NamedTuple, Readable

if TYPE_CHECKING:
    from typing import Final

    from gradcli.explain.results import Explanation
    from gradcli.text.tree import Tree

TOPICS: Final = ("chain", "product", "quotient", "partial", "matrix")


class Exercise(NamedTuple):
    """One function and what to differentiate it by.

    text          the function in gradcli's language, as `gradcli check` takes it
    variable      by which;  shapes: declarations (`A=m,n`) without which it cannot be read
    explanation   the derivation, which ends on the answer
    """

    number: int
    topic: str
    text: str
    variable: str
    shapes: tuple[str, ...]
    explanation: Explanation

    @property
    def answer(self) -> Tree:
        """The derivative as `grad` writes it."""
        return self.explanation.derivations[0].result


class Quiz(Readable):
    """Exercises; the same for the same seed, topic and count."""

    seed: int
    topic: str | None
    exercises: tuple[Exercise, ...]


displayed(Quiz)
