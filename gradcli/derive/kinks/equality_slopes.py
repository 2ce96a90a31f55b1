"""Slopes of generated code where a choice asks two variables for equality: tested there, and nan where they are wrong.

where(x != y, (sin(x) - sin(y))/(x - y), cos(x)) is smooth, yet the slopes of its branches at x = y are not its own. The
engine for single points finds them as limits; code of branches has them where a quotient, a series of theirs or a limit
is known, and what is not right at points of the equality is no number there.
"""

from __future__ import annotations

from gradcli.derive.kinks.equality_limits import slopes_at_equality
from gradcli.derive.kinks.shared_ties import on_one_side, shared_ties
from gradcli.program.forms import scalars
from gradcli.program.graph import is_equality, order
from gradcli.program.point import Point
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from gradcli.program.graph import Graph, Node, Program

SAMPLES = 2
"""Points of an equality at which slopes are compared."""
STARTS = 6
"""Points that are tried for these: the function may have no value at some."""
MEETING = (0, 1)
"""Coordinates at which an equality often meets other switches: derivatives may exist there alone."""
SMALL = 200
"""Nodes of a function up to which it is looked at there: much may be at a switch at once."""
TIES = 8
"""Ties of several switches that are tested."""
CLOSE = 1e-9


def with_slopes_tested(
    program: Program, values: Sequence[Node], rows: Sequence[Sequence[Node]], names: Sequence[str], second: bool
) -> list[list[Node]]:
    """The rows of derivatives by `names`, nan at equalities where they are not those of the function.

    rows     one row a value; `second`: the gradient of the one value, then its Hessian
    """
    graph = program.graph
    found = [list(row) for row in rows]
    for condition in equalities(values):
        if len(variables_of([condition])) < 2:
            continue  # code is tried at the numbers of a text in any case
        wrong = wrong_places(program, condition, values, rows, names, second, is_no_slope)
        apart = scalars.compare(graph, "!=", *condition.args)
        limits = slopes_at_equality(graph, condition, values, names) if wrong and not second else None
        still = wrong_places(program, condition, values, limits, names, second, is_no_slope) if limits else wrong
        for i, j in wrong:
            there = limits[i][j] if limits and (i, j) not in still else no_number(program, condition)
            found[i][j] = scalars.where(graph, apart, found[i][j], there)
    for tie in shared_ties(graph, order(values))[:TIES]:
        wrong = wrong_places(program, tie, values, found, names, second, is_another)
        beside = on_one_side(graph, found, tie) if wrong else found
        for i, j in wrong - wrong_places(program, tie, values, beside, names, second, is_another) if wrong else ():
            found[i][j] = beside[i][j]
    return found


def equalities(values: Sequence[Node]) -> list[Node]:
    """The comparisons of variables for equality on which choices depend."""
    found: dict[Node, None] = {}
    for node in order(values):
        waiting = [node.args[0]] if node.op == "where" else []
        while waiting:
            part = waiting.pop()
            if part.op in ("and", "or", "not"):
                waiting += part.args
            elif is_equality(part):
                found[part] = None
    return list(found)


def variables_of(nodes: Sequence[Node]) -> list[str]:
    """The names of the variables below the nodes."""
    return [node.data for node in order(nodes) if node.op == "variable"]


def is_no_slope(right: float | None, ours: float | None) -> bool:
    """Is a number that code has none of the function's slopes?"""
    return ours is not None and (right is None or is_off(right, ours))


def is_another(right: float | None, ours: float | None) -> bool:
    """Is there a derivative, which the formula is not?"""
    return right is not None and (ours is None or is_off(right, ours))


def is_off(right: float, ours: float) -> bool:
    """Do two numbers differ by more than rounding?"""
    return abs(ours - right) > CLOSE * (1 + abs(right))


def no_number(program: Program, condition: Node) -> Node:
    """The logarithm of a number that is always negative: nan in every language."""
    from gradcli.rules import RULES

    graph = program.graph
    below = scalars.add(graph, [(scalars.multiply(graph, [(scalars.difference(graph, *condition.args), 2)]), -1)], -1)
    return scalars.call(graph, RULES["log"], [below])


def wrong_places(
    program: Program,
    condition: Node,
    values: Sequence[Node],
    rows: Sequence[Sequence[Node]],
    names: Sequence[str],
    second: bool,
    is_wrong: Callable[[float | None, float | None], bool],
) -> set[tuple[int, int]]:
    """Which entries are not the derivative at points of the equality; all that may be where no point can be found.

    is_wrong    of what is right there, and of what the entry has; None is no number
    """
    every = [(i, j) for i, row in enumerate(rows) for j in range(len(row))]
    wrong: set[tuple[int, int]] = set()
    compared = 0
    rest = {name: scalars.number(program.graph, 1) for name in names}  # x + 0*y has no y left
    for found in points_of(program, condition, values):
        if compared >= SAMPLES and not found.is_special:
            continue
        point = Point({**rest, **found.point.values}, {})
        truth = certified_rows(program, values, names, point, second)
        if truth is None:
            continue
        compared += 1
        numbers = certified_numbers([node for row in rows for node in row], point)
        for (i, j), number in zip(every, numbers, strict=True):
            is_kink = found.is_special and truth[i][j] is None  # there alone, where another switch is at its tie
            if not is_kink and is_wrong(truth[i][j], number):
                wrong.add((i, j))
    return wrong if compared else {*every}


class EqualityPoint(NamedTuple):
    """A point of an equality; `is_special`: its coordinates are those at which switches meet."""

    point: Point
    is_special: bool


def points_of(program: Program, condition: Node, values: Sequence[Node]) -> Iterator[EqualityPoint]:
    """Points at which both sides are equal: all variables but one are chosen, and this one is solved for.

    Sides as of x == max(x, y), of which none is a variable alone, may be equal at chosen points.
    """
    from fractions import Fraction

    from gradcli.program.substitute import replace

    graph = program.graph
    apart = scalars.difference(graph, *condition.args)
    found = linear_term(apart)
    free = dict.fromkeys(variables_of([*values, condition, *program.guards]))
    generic = [
        [Fraction(7 + 3 * start + 5 * k, 11) for k in range(len(free))][:: -1 if start % 2 and not found else 1]
        for start in range(STARTS)
    ]
    special = [[Fraction(number)] * len(free) for number in MEETING] if len(order(values)) <= SMALL else []
    for start, chosen in enumerate([*generic, *special]):
        point: dict[str, Node] = {n: scalars.number(graph, value) for n, value in zip(free, chosen, strict=True)}
        point |= program.constants
        if found is None:
            if certified_numbers([apart], Point(point, {})) == [0.0]:
                yield EqualityPoint(Point(point, {}), start >= STARTS)
            continue
        name, solved = solution(graph, apart, found)
        forth = {graph.intern("variable", (), name): node for name, node in point.items()}
        (point[name],) = replace(graph, [solved], forth)
        yield EqualityPoint(Point(point, {}), start >= STARTS)


def solution(graph: Graph, apart: Node, found: tuple[Any, str]) -> tuple[str, Node]:
    """The variable of a linear term, and what it is where the sum is 0."""
    from fractions import Fraction

    from gradcli.program.substitute import replace

    coefficient, name = found
    (rest,) = replace(graph, [apart], {graph.intern("variable", (), name): scalars.number(graph, 0)})
    return name, scalars.multiply(graph, [(rest, 1)], Fraction(-1) / Fraction(coefficient))


def linear_term(whole: Node) -> tuple[Any, str] | None:
    """A variable that stands in a sum as a term alone, and its coefficient; None where none does."""
    if whole.op == "variable":
        return 1, whole.data
    if whole.op == "sum":
        for coefficient, term in zip(whole.data[0], whole.args, strict=True):
            others = [arg for arg in whole.args if arg is not term]
            if term.op == "variable" and term.data not in variables_of(others):
                return coefficient, term.data
    return None


def certified_rows(
    program: Program, values: Sequence[Node], names: Sequence[str], point: Point, second: bool
) -> list[Sequence[float | None]] | None:
    """The derivatives that the engine for single points has, arranged as the rows; None where a value is missing."""
    from gradcli.derive.methods.choose import jet_at
    from gradcli.derive.methods.jet import JetRequest

    asked = JetRequest(program.graph, values[0], names, point, program.guards)
    rows: list[Sequence[float | None]] = []
    for value in values:
        found = jet_at("symbolic", asked._replace(f=value))
        if found.value[0] is None:
            return None
        rows.append(found.first[0])
    if second:
        from gradcli.derive.ad.reverse import Reverse
        from gradcli.derive.methods.second import second_jet

        sweep = Reverse(program.graph, names)
        first = sweep.gradient(values[0])
        both = [sweep.gradient(entry) for entry in first]
        rows += second_jet("symbolic", asked, first, both).second
    return rows


def certified_numbers(nodes: Sequence[Node], point: Point) -> list[float | None]:
    """What the code has at the point."""
    from gradcli.evaluate.certified.certify import certify

    return [certify([node], point.values)[0].value for node in nodes]
