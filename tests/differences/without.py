"""No derivative here: corners, jumps, poles, infinite slopes, overflow, no value; and ends of domains."""

from __future__ import annotations

from typing import Any

from .functions import border, none, row

CORNER = "not-differentiable"
JUMP = "not-differentiable infinite undecided"
POLE = "infinite undefined not-differentiable overflow"
STEEP = "infinite not-differentiable undecided"
BOOK = "Stewart, Calculus, section 2.8: where a function has no derivative"
LEARN = "Zhang et al., Dive into Deep Learning: activations"
OWN = "written against symmetric differences"
END = "Dakota and OpenMDAO, users at a bound"


def step(_m: Any, x: Any) -> Any:
    """Heaviside's function, 1 at 0."""
    return 1.0 if x >= 0 else 0.0


def floored(m: Any, x: Any) -> Any:
    """x and its floor."""
    return m.floor(x) + x / 4


def jump_at_one_point(m: Any, x: Any) -> Any:
    """A square, but for one point."""
    return 5.0 if x == 1 else x**2


def bent_root(m: Any, x: Any) -> Any:
    """The real cube root."""
    if x == 0:
        return x
    root = m.exp(m.log(abs(x)) / 3)
    return root if x > 0 else -root


def within(low: float, high: float, f: Any) -> Any:
    """f on an interval; outside it fails."""

    def limited(m: Any, x: Any) -> Any:
        if x < low or x > high:
            raise ValueError("outside the domain")
        return f(m, x)

    return limited


ROWS = (
    row("|x|", BOOK, lambda m, x: abs(x), none(0.0, problems=CORNER)),
    row("|x-1|", BOOK, lambda m, x: abs(x - 1) + x, none(1.0, problems=CORNER)),
    row("|x|+x^2", OWN, lambda m, x: abs(x) + x**2 + m.sin(x), none(0.0, problems=CORNER)),
    row("relu", LEARN, lambda m, x: x if x > 0 else 0.0, none(0.0, problems=CORNER)),
    row("leaky relu", LEARN, lambda m, x: x if x > 0 else 0.01 * x, none(0.0, problems=CORNER)),
    row("selu", LEARN, lambda m, x: x if x > 0 else 1.67 * (m.exp(x) - 1), none(0.0, problems=CORNER)),
    row("hard tanh", LEARN, lambda m, x: max(-1.0, min(1.0, x)), none(1.0, problems=CORNER)),
    row("min(x,y)", OWN, lambda m, x, y: x if x < y else y, none(1.0, 1.0, problems=CORNER)),
    row("max(x^2,1)", OWN, lambda m, x: x**2 if x**2 > 1 else 1.0, none(1.0, problems=CORNER)),
    row("|x|+|y|", BOOK, lambda m, x, y: abs(x) + abs(y), none(0.0, 1.0, problems=CORNER, kinds="none easy")),
    row("norm at 0", BOOK, lambda m, x, y: m.sqrt(x**2 + y**2), none(0.0, 0.0, problems=CORNER)),
    row("|sin(1000x)|", OWN, lambda m, x: abs(m.sin(1000 * x)), none(0.0, problems=CORNER)),
    row("faint corner", OWN, lambda m, x: 1e-10 * abs(x - 1) + m.exp(x), none(1.0, problems=CORNER)),
    row("corner of huge size", OWN, lambda m, x: 1e60 * abs(x - 3) + 1e60, none(3.0, problems=CORNER)),
    row("corner of tiny scale", OWN, lambda m, x: abs(x - 1e-50), none(1e-50, problems=CORNER)),
    row("corner on a slope", OWN, lambda m, x: 1e4 * x + abs(x - 2), none(2.0, problems=CORNER)),
    row("sqrt|x|", BOOK, lambda m, x: m.sqrt(abs(x)), none(0.0, problems=STEEP)),
    row("cube root", BOOK, bent_root, none(0.0, problems=STEEP)),
    row("|x|^0.9", OWN, lambda m, x: m.exp(0.9 * m.log(abs(x))) if x != 0 else 0.0, none(0.0, problems=STEEP)),
    row("sqrt at 0", BOOK, lambda m, x: m.sqrt(x), none(0.0, problems=STEEP)),
    row("acos at 1", BOOK, lambda m, x: m.acos(x), none(1.0, problems=STEEP)),
    row("step", BOOK, step, none(0.0, problems=JUMP)),
    row("floor", BOOK, floored, none(2.0, problems=JUMP)),
    row("sign", BOOK, lambda m, x: (x > 0) - (x < 0) + 0.0, none(0.0, problems=JUMP)),
    row("one point off", BOOK, jump_at_one_point, none(1.0, problems=JUMP)),
    row(
        "x sin(1/x)",
        BOOK,
        lambda m, x: x * m.sin(1 / x) if x != 0 else 0.0,
        none(0.0, problems=JUMP + " noise two-scales"),
    ),
    row("1/x", BOOK, lambda m, x: 1 / x, none(0.0, problems=POLE)),
    row("1/x^2, mended", BOOK, lambda m, x: 1 / x**2 if x != 0 else 0.0, none(0.0, problems=POLE + " undecided")),
    row("log at 0", BOOK, lambda m, x: m.log(x), none(0.0, problems=POLE)),
    row("log at -2", BOOK, lambda m, x: m.log(x), none(-2.0, problems="undefined")),
    row("asin at 2", BOOK, lambda m, x: m.asin(x), none(2.0, problems="undefined")),
    row("exp at 710", OWN, lambda m, x: m.exp(x), none(710.0, problems="overflow undefined infinite")),
    row("square at 1e200", OWN, lambda m, x: x**2, none(1e200, problems="overflow undefined infinite")),
    row("steep line", OWN, lambda m, x: 1e10 * m.sin(1e300 * x), none(0.0, problems="overflow infinite undecided")),
    row("x^1.5", END, lambda m, x: x * m.sqrt(x), border(0.0)),
    row("exp on [0, 1]", END, within(0.0, 1.0, lambda m, x: m.exp(x)), border(1.0)),
    row("sin on [0, 1]", END, within(0.0, 1.0, lambda m, x: m.sin(x)), border(0.0)),
    row("(1-x^2)^1.5", END, lambda m, x: m.sqrt(1 - x**2) ** 3, border(1.0)),
    row("square on [2, 3]", END, within(2.0, 3.0, lambda m, x: x**2 + x), border(2.0)),
)
