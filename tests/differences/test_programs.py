"""A small sample of functions as programs make them; `python -m tests.differences.programs` takes thousands."""

from __future__ import annotations

from .programs import FAMILIES, drawn, measure, report


def test_the_stated_error_covers_and_nothing_is_silently_wrong() -> None:
    """Of ten functions of each family at most one error is too small, and none by a factor of ten."""
    tally = measure(drawn(10 * len(FAMILIES), 7))
    assert not sum(tally.silent.values()), report(tally) + "\n".join(tally.lines)
    assert sum(tally.missed.values()) <= 1, report(tally) + "\n".join(tally.lines)


def test_exact_slopes_of_the_solvers_are_those_of_their_steps() -> None:
    """The slopes that are called right are: the solved families agree with central differences of the exact root."""
    for case in drawn(20 * len(FAMILIES), 3):
        if case.family in ("Newton", "fixed point") and case.x > 0.3:
            h = 1e-4 * case.x
            quotient = (case.f(case.x + h) - case.f(case.x - h)) / (2 * h)
            assert min(abs(quotient - slope) for slope in case.slopes) < 1e-3 * (1 + abs(quotient)) + 2e-4 / h * 1e-3
