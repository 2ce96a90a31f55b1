"""`check` on a small sample of random answers; `python -m tests.checking.scores` takes as many as one likes."""

from __future__ import annotations

import pytest

from .array_answers import array_question
from .scalar_answers import question
from .scores import judge, questions, report

SEED = 20


@pytest.mark.parametrize(
    ("draw", "count", "least"), [(question, 60, 0.85), (array_question, 40, 0.75)], ids=["scalars", "arrays"]
)
def test_no_verdict_is_false_and_most_slips_are_named(draw: object, count: int, least: float) -> None:
    """Right answers in another form are never different, spoiled ones never equal; the slip is named."""
    score = judge(questions(SEED, count, draw))  # type: ignore[arg-type]
    assert not score.false
    assert score.share() >= least, report(score)
