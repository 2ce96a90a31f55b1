"""Generated code where a choice asks variables for equality: right there, or no number, so that others decide."""

from __future__ import annotations

import math

import pytest

import gradcli

LINE = "where(x != y, (sin(x) - sin(y))/(x - y), cos(x))"


@pytest.mark.parametrize(
    ("text", "point", "slopes"),
    [
        ("where(x != y, (x**2 - y**2)/(x - y), 2*x)", (1, 1), (1, 1)),
        ("where(x != y, (x**3 - y**3)/(x - y), 3*y**2)", (2, 2), (6, 6)),
        ("where(x == y, x, y)", (1, 1), (0, 1)),
        ("where(x != 1, (x**2 - y)/(x - 1), x + 1) + 0*y", (1, 2), (None, 0)),
        ("where(x != y, exp(z)*(x - y)*x/(x - y), exp(z)*x)", (1, 1, 0), (1, 0, 1)),
        (LINE, (1, 1), (-math.sin(1) / 2, -math.sin(1) / 2)),
        (LINE, (2, 1), None),
        ("where(x*y != z, 1, 2)*x", (1, 2, 2), (None, None, None)),
        ("where(x*y != z, 1, 2)*x", (1, 2, 3), (1, 0, 0)),
    ],
)
def test_slopes_at_equalities_are_right_or_none(
    text: str, point: tuple[float, ...], slopes: tuple[float | None, ...] | None
) -> None:
    """By hand at the equality; beside it by the engine for single points."""
    found = gradcli.function(text).grad(list(map(float, point)))
    if slopes is None:
        slopes = tuple(gradcli.grad(text, at=list(point)).gradient.values())
    for ours, right in zip(found, slopes, strict=True):
        assert math.isnan(ours) if right is None else ours == pytest.approx(right, rel=1e-12), (found, slopes)


def test_holes_are_filled_only_where_both_branches_are_one_function() -> None:
    """Another value in the hole, a pole elsewhere and roots stay choices."""
    for text in ("where(x != y, (x**2 - y**2)/(x - y), 3*x)", "where(x != y, (x - y)/sqrt(x - y), 0)"):
        assert "where" in gradcli.export(text, to="sql").source or "CASE" in gradcli.export(text, to="sql").source
    assert "CASE" not in gradcli.export("where(x != y, (x**2 - y**2)/(x - y), 2*x)", to="sql").source


def test_exported_code_has_the_limit_of_simple_quotients() -> None:
    """The slopes of the branches at x = y would be -sin(x) and 0."""
    assert exported_slopes(LINE, 1, 1) == pytest.approx([-math.sin(1) / 2] * 2, rel=1e-14)
    assert exported_slopes(LINE, 2, 1) == pytest.approx(gradcli.grad(LINE, at=[2, 1]).array.ravel())


def test_exported_code_has_no_number_where_it_would_be_wrong() -> None:
    """A quotient by a square, whose limit is not looked for."""
    text = "where(x != y, (cos(x) - cos(y) + (x - y)*sin(y))/(x - y)**2, -cos(x)/2)"
    assert all(map(math.isnan, exported_slopes(text, 1, 1)))
    assert exported_slopes(text, 2, 1) == pytest.approx(gradcli.grad(text, at=[2, 1]).array.ravel())


def exported_slopes(text: str, *point: float) -> list[float]:
    """By the Python file."""
    names: dict[str, object] = {}
    exec(gradcli.export(text, to="python").source, names)
    return names["f_grad"](*map(float, point))  # type: ignore[no-any-return, operator]
