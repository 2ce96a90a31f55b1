"""Formulas where a choice asks for equality: of where(x != 0, sin(x)/x, 1) the slope of the branches is 0 at x = 0.

So it is where kinks cancel: max(x, y) + min(x, y) has slopes at x = y, which are not those of two choices. Whether the
formula is the derivative is tested at points of the equality. Where it is not, the derivative of the branch beside it
or the limit by de l'Hôpital's rule stands there if it is right, else a note says so.
"""

from __future__ import annotations

from gradcli.derive.ad.reverse import Reverse
from gradcli.derive.kinks.equality_limits import slopes_at_equality
from gradcli.derive.kinks.equality_slopes import (
    SAMPLES,
    equalities,
    is_another,
    linear_term,
    points_of,
    solution,
    variables_of,
    wrong_places,
)
from gradcli.derive.kinks.shared_ties import filled, on_one_side, shared_ties
from gradcli.program.forms import scalars
from gradcli.program.graph import is_switch, order
from gradcli.program.substitute import replace
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcli.program.graph import Node, Program

EQUALITIES, LARGE = 8, 2_000
"""So many are tested, in functions of so many operations; for others a note says that they are not."""
DOUBTFUL = "where {} the formula may not be the derivative: --at decides"
MOST_SAID = 3
ANY = "both sides of a choice are equal,"


def right_at_equalities(
    program: Program, values: Sequence[Node], rows: Sequence[Sequence[Node]], names: Sequence[str], second: bool = False
) -> tuple[list[list[Node]], tuple[str, ...]]:
    """The rows of derivatives by `names`, right at equalities too, and notes on those where they may not be.

    rows     one row a value; `second`: the Hessian of the one value
    """
    found = [list(row) for row in rows]
    doubtful: list[Node] = []
    nodes = order(values)
    conditions = equalities(values)
    if len(nodes) > LARGE:
        return found, (DOUBTFUL.format(ANY),) if conditions else ()
    conditions += shared_ties(program.graph, nodes)
    if len(conditions) > EQUALITIES:
        return found, (DOUBTFUL.format(ANY),)
    formulas = TestedFormulas(program, values, names, second)
    for condition in conditions:
        wrong = formulas.wrong(condition, found)
        for candidate in formulas.candidates(condition, found) if wrong else ():
            still = formulas.wrong(condition, candidate)
            for i, j in wrong - still:
                found[i][j] = candidate[i][j]
            wrong &= still
        if wrong:
            doubtful.append(condition)
    return found, tuple(doubts(doubtful))


def doubts(conditions: Sequence[Node]) -> list[str]:
    """What is said of formulas whose branches may not have the derivative at these equalities."""
    places = dict.fromkeys(said(condition) for condition in conditions if not may_hold_around(condition))
    return [DOUBTFUL.format(" or ".join(places) if len(places) <= MOST_SAID else ANY)] if places else []


def may_hold_around(condition: Node) -> bool:
    """Can both sides be equal on an open set, as of floor(x) == 2? There the slope of the branch is the derivative."""
    sides = order(condition.args)
    return not variables_of(sides) or any(node.op == "where" or is_switch(node) for node in sides)


def said(condition: Node) -> str:
    """`x = 0`, `x = y`; in words where a side is longer."""
    from gradcli.derive.kinks.reasons import point_text

    sides = list(map(filled, condition.args))
    if any(side.op not in ("variable", "number") for side in sides):
        return ANY
    left, right = (side.data if side.op == "variable" else point_text(side) for side in sides)
    return f"{left} = {right}"


class TestedFormulas(NamedTuple):
    """Whose derivatives are looked at: functions of a program by `names`; `second`: the Hessian of the one function."""

    program: Program
    values: Sequence[Node]
    names: Sequence[str]
    second: bool

    def wrong(self, condition: Node, rows: Sequence[Sequence[Node]]) -> set[tuple[int, int]]:
        """Which entries of the rows are not the derivative at points of the equality where there is one."""
        program, values, names, _ = self
        if not self.second:
            return wrong_places(program, condition, values, rows, names, False, is_another)
        gradient = Reverse(program.graph, names).gradient(values[0])
        wrong = wrong_places(program, condition, values, [gradient, *rows], names, True, is_another)
        return {(i - 1, j) for i, j in wrong if i}

    def candidates(self, condition: Node, rows: Sequence[Sequence[Node]]) -> list[list[list[Node]]]:
        """Rows that may be right where those of the branches are not: of the branch beside, of one side, of limits."""
        graph = self.program.graph
        sweep = Reverse(graph, self.names)
        beside = {condition: scalars.truth(graph, condition.data == "!=")}
        found = [sweep.gradient(value) for value in replace(graph, self.values, beside)]
        first = [sweep.gradient(entry) for entry in found[0]] if self.second else found
        rates = [first, on_one_side(graph, rows, condition)]
        limits = None if self.second else slopes_at_equality(graph, condition, self.values, self.names)
        gap = scalars.difference(graph, *condition.args)
        if limits is not None and (term := linear_term(gap)) is not None:
            name, solved = solution(graph, gap, term)
            unequal = scalars.compare(graph, "!=", *condition.args)
            there = [replace(graph, row, {scalars.variable(graph, name): solved}) for row in limits]
            apart = [replace(graph, row, beside) for row in rows]
            rates.append(
                [
                    [scalars.where(graph, unequal, node, limit) for node, limit in zip(row, rest, strict=True)]
                    for row, rest in zip(apart, there, strict=True)
                ]
            )
        return rates


def smooth_equalities(
    program: Program, rows: Sequence[tuple[Node, Node, str]], others: Sequence[Node]
) -> dict[Node, list[Mapping[str, Node]]]:
    """The comparisons for equality at which formulas are the derivatives, with points of them.

    rows      functions, each with a formula of its derivative by a variable
    others    nodes whose comparisons count too
    """
    from itertools import islice

    functions = [function for function, _, _ in rows]
    parts = [*functions, *others]
    if len(order(parts)) > LARGE:
        return {}
    return {
        condition: [place.point.values for place in islice(points_of(program, condition, functions), SAMPLES)]
        for condition in equalities(parts)[:EQUALITIES]
        if not any(
            wrong_places(program, condition, [function], [[formula]], [name], False, lacks_slope)
            for function, formula, name in rows
        )
    }


def lacks_slope(right: float | None, ours: float | None) -> bool:
    """Is there no derivative, or is the formula another one?"""
    return right is None or is_another(right, ours)
