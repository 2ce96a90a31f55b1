"""Second derivatives by second differences in extended precision: every quadrant is looked at, so kinks are seen.

D(s, r) = (f(s·h, r·k) - f(s·h, 0) - f(0, r·k) + f(0, 0))/(s·h·r·k) is taken for the four pairs of signs s, r around p;
for one variable (f(2s·h) - 2f(s·h) + f(0))/h² on each side, and the central (f(h) - 2f(0) + f(-h))/h².
Where f has the second derivative, all of them have it as their limit.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import ceil, inf

from gradcli import limits
from gradcli.derive.kinks.reasons import finite, place_of, point_text
from gradcli.derive.kinks.slopes import (
    LEVELS,
    MANTISSAS,
    TIGHT_BITS,
    WORK_BITS,
    Line,
    Side,
    agree,
    as_float,
    is_tight,
    judge,
    power_of_two,
)
from gradcli.derive.methods.certified import known_function, value_problems
from gradcli.derive.methods.jet import SECONDS, Jet, rounded_up
from gradcli.derive.methods.second_certified import SecondSweep, order_matters
from gradcli.evaluate.certified.balls import Balls
from gradcli.evaluate.certified.certify import OVERFLOW
from gradcli.evaluate.certified.values import OutOfTimeError, Undefined, rational
from gradcli.flints import arb, ctx
from gradcli.problems import Problem
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gradcli.derive.kinks.reasons import Place
    from gradcli.derive.methods.certified import Function
    from gradcli.evaluate.certified.values import Value
    from gradcli.program.graph import Node
    from gradcli.vocabulary import ProblemKind

    Term = tuple[int, Line, Fraction]
    Numbers = list[list[float | None]]

SLANT = Fraction(5, 8)
"""Two quadrants use cells of another form: where the derivative depends on the order of x and y, they disagree."""

STEPS = [Fraction(m, 1 << 30) * power_of_two(-level) for m, level in zip(MANTISSAS[:3], LEVELS[:3], strict=True)]


def second_difference_jet(f: Node, names: Sequence[str], point: Mapping[str, Node], guards: Sequence[Node] = ()) -> Jet:
    """The Hessian of f by `names`, with errors and the number of evaluations; eigenvalues are left to the caller."""
    n = len(names)
    surface = Surface(f, names, point, guards)
    numbers: list[list[float | None]] = [[None] * n for _ in names]
    errors: list[list[float | None]] = [[None] * n for _ in names]
    problems = value_problems(surface.function)
    for i in range(n):
        for j in range(i, n):
            number, error, problem = surface.entry(i, j)
            if problem is not None and problem.kind == "not-differentiable":
                surface.one_by_one(i, j, numbers, errors)
                continue
            numbers[i][j] = numbers[j][i] = number
            errors[i][j] = errors[j][i] = error
            problems += [problem] if problem is not None else []
    value = surface.function.value.value
    problems += surface.slopes.problems
    assumptions = (*surface.slopes.assumptions, *order_matters(names, numbers))
    return Jet((value,), (), numbers, tuple(problems), errors, surface.evaluations, assumptions=assumptions)


Entry = tuple[float | None, float | None, Problem | None]


class Surface:
    """A function around a point, and the lines through the point on which it was evaluated."""

    def __init__(self, f: Node, names: Sequence[str], point: Mapping[str, Node], guards: Sequence[Node]) -> None:
        self.f = f
        self.names = names
        self.point = point
        self.guards = guards
        self.deadline = limits.clock() + SECONDS
        self.origin: dict[int, dict[Node, Value]] = {}
        self.function: Function = known_function(Balls(point), f, guards)
        self.lines: dict[tuple[tuple[str, Fraction], ...], Line] = {}
        self.slopes = SecondSweep(f, names, [f] * len(names), point, guards)
        self.lengths = [Line([f], point, {name: 1}, self.deadline, guards, self.origin).length for name in names]

    @property
    def evaluations(self) -> int:
        """How many points were evaluated, p among them."""
        return 1 + sum(line.evaluations for line in self.lines.values())

    def line(self, **direction: Fraction) -> Line:
        """The line in this direction, made once; its parameter has no unit."""
        key = tuple(sorted(direction.items()))
        if key not in self.lines:
            whole = Fraction(1)
            self.lines[key] = Line([self.f], self.point, direction, self.deadline, self.guards, self.origin, whole)
        return self.lines[key]

    def entry(self, i: int, j: int) -> Entry:
        """∂²f/∂xᵢ∂xⱼ: its number and error, or its problem."""
        place = place_of(self.names[j], self.point[self.names[j]], self.function.culprits.get(self.names[j]))
        if not self.function.has_value:
            kind: ProblemKind = "undefined" if self.function.value.status == "undefined" else "undecided"
            return self.problem(i, place, kind, f"no value at {place.text}: {self.function.value.reason}")
        try:
            sides = self.sides_of_one(i) if i == j else self.quadrants(i, j)
        except OutOfTimeError:
            return self.problem(i, place, "undecided", f"not decided within {SECONDS:g} s")
        return self.conclude(i, place, sides)

    def one_by_one(self, i: int, j: int, numbers: Numbers, errors: Numbers) -> None:
        """The entry and its mirror image, each as the slope of slopes: at a border, and where their order matters."""
        for one, other in dict.fromkeys([(i, j), (j, i)]):
            found = self.slopes.from_slopes(one, self.names[other], formula=False)
            numbers[one][other] = found.number
            error = None if found.number is None else rounded_up(arb(0), found.number)
            errors[one][other] = error

    def sides_of_one(self, i: int) -> list[Side]:
        """The second differences of one variable: on the left, on the right, and over both."""
        line = self.line(**{self.names[i]: self.lengths[i]})
        area = self.lengths[i] ** 2

        def one_sided(sign: int) -> Callable[[Fraction], list[Term]]:
            return lambda t: [(1, line, 2 * sign * t), (-2, line, sign * t), (1, line, Fraction(0))]

        def central(t: Fraction) -> list[Term]:
            return [(1, line, t), (-2, line, Fraction(0)), (1, line, -t)]

        return [behaviour(terms, area) for terms in (one_sided(-1), one_sided(1), central)]

    def quadrants(self, i: int, j: int) -> list[Side]:
        """The mixed differences in the four quadrants."""
        (first, second), (a, b) = (self.names[i], self.names[j]), (self.lengths[i], self.lengths[j])
        along_first, along_second = self.line(**{first: a}), self.line(**{second: b})
        ratios = {1: Fraction(1), -1: SLANT}

        def corner(s: int, r: int) -> Callable[[Fraction], list[Term]]:
            height = r * ratios[s * r]
            diagonal = self.line(**{first: a, second: b * s * height})
            return lambda t: [
                (1, diagonal, s * t),
                (-1, along_first, s * t),
                (-1, along_second, height * t),
                (1, along_first, Fraction(0)),
            ]

        signs = ((-1, -1), (1, 1), (1, -1), (-1, 1))
        return [behaviour(corner(s, r), s * r * a * b * ratios[s * r]) for s, r in signs]

    def conclude(self, i: int, place: Place, sides: list[Side]) -> Entry:
        """One number where all sides have the same, else what they say."""
        manners = {side.manner for side in sides}
        if manners == {"finite"}:
            return self.finite(i, place, sides)
        if "infinite" in manners or "jump" in manners:
            return self.problem(i, place, "not-differentiable", "the first derivative has no slope here", sides)
        if "undefined" in manners:
            reason = next(side.reason for side in sides if side.manner == "undefined")
            return self.problem(i, place, "not-differentiable", f"the domain ends here ({reason})", sides)
        return self.problem(i, place, "undecided", "second differences do not settle as the step shrinks", sides)

    def finite(self, i: int, place: Place, sides: list[Side]) -> Entry:
        """Limits on all sides: one number, or a kink of the first derivative."""
        number = as_float(sides[1].slope)
        if number is None:
            return self.problem(i, place, "overflow", f"it is {OVERFLOW}")
        if not all(agree(one, other) for one, other in pairwise(sides)):
            left, right = (as_float(side.slope) for side in sides[:2])
            return self.problem(i, place, "not-differentiable", f"{left} on one side, {right} on the other", sides)
        error = max((side.error for side in sides if side.error is not None), key=float)
        bound = rounded_up(error, number)
        if bound == inf:
            return self.problem(i, place, "undecided", "the values are so large that their rounding hides it")
        return number, bound, None

    def problem(self, i: int, place: Place, kind: ProblemKind, text: str, sides: Sequence[Side] = ()) -> Entry:
        """No number, and why."""
        left, right = (finite(sides[0]), finite(sides[1])) if sides else (None, None)
        name = self.names[i]
        where = place.text if name == place.name else f"{name} = {point_text(self.point[name])}, {place.text}"
        message = f"∂²f/∂{name}∂{place.name} at {where}: {text}"
        return None, None, Problem(place.name, kind, message, left, right)


def behaviour(terms: Callable[[Fraction], list[Term]], area: Fraction) -> Side:
    """What a second difference does as the step shrinks."""
    return judge([second_quotient(terms(t), area * t * t) for t in STEPS], STEPS)


def second_quotient(terms: list[Term], area: Fraction) -> Value:
    """Σ factor·f(place) over an area, with bits enough."""
    smallest = min(abs(t) for _, _, t in terms if t)
    bits = 64 * ceil((TIGHT_BITS + 64 + 4 * smallest.denominator.bit_length()) / 64)
    most = max(2 * bits, limits.BALL_BITS)
    while True:
        values = [(factor, line.at(t, bits)[0]) for factor, line, t in terms]
        for _, value in values:
            if type(value) is Undefined:
                return value
        with ctx.workprec(max(bits, WORK_BITS)):
            total = sum((value * factor for factor, value in values), start=rational(0)) * rational(1 / area)
        if is_tight(total, TIGHT_BITS) or 2 * bits > most:
            return total
        bits *= 2
