"""Second derivatives at a point, entry by entry: ∂/∂y of ∂f/∂x, where ∂f/∂x is what `certified` answers around it.

Where nothing is at a switch or at an end of a domain the formulas hold around the point, all is smooth, and the matrix
is symmetric. Elsewhere no entry is mirrored and no formula is believed that is not the derivative around the point.
"""

from __future__ import annotations

from gradcli import limits
from gradcli.derive.methods.certified import (
    DIAGNOSIS_SECONDS,
    Function,
    Sweep,
    first_of,
    jet_of,
    known_function,
    overflow_problem,
    value_problems,
    variables_of,
)
from gradcli.evaluate.certified.certify import Certified, certify_by_balls, certify_exactly
from gradcli.program.graph import reachable
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from gradcli.derive.kinks.reasons import Finding
    from gradcli.derive.methods.jet import Jet
    from gradcli.evaluate.certified.balls import Balls
    from gradcli.problems import Problem
    from gradcli.program.graph import Node

    Matrix = list[list["SecondEntry"]]


class SecondEntry(NamedTuple):
    """One second derivative.

    number, error    None where it does not exist
    node, value      where its enclosures are from: a formula that holds, or slopes
    """

    number: float | None
    node: Node | None = None
    value: object = None
    error: float | None = None


class SecondSweep:
    """The second derivatives of one function at one point, with what is to be said of them."""

    def __init__(
        self, f: Node, names: Sequence[str], first: Sequence[Node], point: Mapping[str, Node], guards: Sequence[Node]
    ) -> None:
        self.f, self.names, self.first, self.point, self.guards = f, list(names), list(first), point, list(guards)
        self.problems: list[Problem] = []
        self.assumptions: list[str] = []
        self.entries: Matrix = []
        self.run: Balls | None = None
        self.deadline = limits.clock() + 2 * DIAGNOSIS_SECONDS
        self.value: float | None = None

    def smooth(self, second: Sequence[Sequence[Node]]) -> bool:
        """Fill the matrix by its formulas; False where something is at a switch, at an end, or not known."""
        n = len(self.names)
        upper = [second[i][j] for i in range(n) for j in range(i, n)]
        from gradcli.evaluate.certified.balls import Balls

        self.run = Balls(self.point)
        found = certified_together([self.f, *self.guards, *self.first, *upper], self.point, self.run)
        if found is None:
            return False
        self.value = found[0].value
        if self.value is None:
            self.problems += value_problems(Function(found[0]))
        numbers = iter(found[1 + len(self.guards) + n :])
        self.entries = [[SecondEntry(None)] * n for _ in range(n)]
        for i in range(n):
            for j in range(i, n):
                result = next(numbers)
                self.entries[i][j] = SecondEntry(result.value, second[i][j])
                self.entries[j][i] = self.entries[i][j]
                if result.value is None:
                    self.problems.append(self.named(i, overflow_problem(self.names[j], result)))
        return True

    def by_entry(self, second: Sequence[Sequence[Node]]) -> None:
        """Fill the matrix, every entry decided for itself."""
        from gradcli.evaluate.certified.balls import Balls

        run = Balls(self.point)
        function = known_function(run, self.f, self.guards)
        self.value = function.value.value
        self.problems += value_problems(function)
        formulas = certify_by_balls(run, self.first) if function.has_value else [function.value] * len(self.first)
        sweep = Sweep(self.f, self.point, self.guards, function)
        slopes = jet_of(sweep, dict(zip(self.names, formulas, strict=True)))
        for i, name in enumerate(self.names):
            if not function.has_value or (slopes.first[0][i] is None and formulas[i].status != "overflow"):
                self.entries.append(self.without_first(i, slopes))
                continue
            own = own_function(run, self.first[i], formulas[i])
            trusted = function.is_plain(name) and own.has_value
            certified = certify_by_balls(run, second[i]) if trusted else [formulas[i]] * len(self.names)
            row = zip(self.names, second[i], certified, strict=True)
            self.entries.append(
                [self.entry(i, other, node, result, own if trusted else None) for other, node, result in row]
            )
        if switches_are_alone(run, self.f):
            self.mirror()
        self.assumptions += order_matters(self.names, [[entry.number for entry in row] for row in self.entries])

    def mirror(self) -> None:
        """Mixed entries that could not be decided in one order, as in the other one: here the order does not matter.

        With f = F(x, y, g(x)), F smooth and g differentiable at the point, both orders give F_xy + F_gy·g'(x).
        """
        for i in range(len(self.names)):
            for j, other in enumerate(self.names):
                here, there = self.entries[i][j], self.entries[j][i]
                found = [
                    p for p in self.problems if p.kind == "undecided" and p.message.startswith(self.label(i, other))
                ]
                if i != j and here.number is None and there.number is not None and found:
                    self.entries[i][j] = there
                    self.problems = [problem for problem in self.problems if problem not in found]

    def entry(self, i: int, other: str, node: Node, result: Certified, own: Function | None) -> SecondEntry:
        """∂/∂other of the i-th partial: by its formula where that holds, else from the slopes of the partial.

        `own`: what is known of the partial's formula as a function; None where it is not the partial around the point.
        """
        if own is not None and own.is_plain(other) and result.status in ("ok", "overflow"):
            if result.value is None:
                self.problems.append(self.named(i, overflow_problem(other, result)))
            return SecondEntry(result.value, node)
        return self.from_slopes(i, other)

    def from_slopes(self, i: int, other: str, *, formula: bool = True) -> SecondEntry:
        """The entry from both sides of the partial; `formula` False: without any rule of differentiation."""
        from gradcli.derive.kinks.partials import PartialLine
        from gradcli.derive.kinks.reasons import diagnose, place_of

        first = self.first[i] if formula else None
        line = PartialLine(self.f, self.names[i], first, self.point, {other: 1}, self.deadline, self.guards)
        place = place_of(other, self.point[other])._replace(culprit="the first derivative")
        return self.said(i, diagnose(line, 0, place, None))

    def said(self, i: int, finding: Finding) -> SecondEntry:
        """An entry from a finding, whose words are kept."""
        if finding.problem is not None:
            self.problems.append(self.named(i, finding.problem))
        if finding.assumption:
            self.assumptions.append(f"∂f/∂{self.names[i]}: {finding.assumption}")
        return SecondEntry(finding.number, None, finding.value, finding.error)

    def without_first(self, i: int, slopes: Jet) -> list[SecondEntry]:
        """A row whose first derivative does not exist."""
        name = self.names[i]
        why = next((one for one in slopes.problems if one.variable == name), None)
        if why is not None:
            self.problems.append(why._replace(message=f"∂f/∂{name}: {why.message}"))
            gap = why._replace(message=f"∂f/∂{name} does not exist here", left=None, right=None)
            if gap.kind == "infinite":
                gap = gap._replace(kind="not-differentiable")
            self.problems += [self.named(i, gap._replace(variable=other)) for other in self.names]
        return [SecondEntry(None)] * len(self.names)

    def named(self, i: int, problem: Problem) -> Problem:
        """A problem of the i-th partial, as one of the Hessian."""
        return problem._replace(message=self.label(i, problem.variable) + problem.message)

    def label(self, i: int, variable: str | None) -> str:
        """What stands before a problem of an entry."""
        return f"∂²f/∂{self.names[i]}∂{variable}: "

    def is_symmetric(self) -> bool:
        """Do all mixed derivatives exist and agree?"""
        places = [(i, j) for i in range(len(self.names)) for j in range(i)]
        pairs = [(self.entries[i][j].number, self.entries[j][i].number) for i, j in places]
        return all(a is not None and b is not None and not differ(a, b) for a, b in pairs)


def switches_are_alone(run: Balls, f: Node) -> bool:
    """Does everything that is at a switch or at an end depend on one variable, and so what it chooses from?"""
    touched = {*run.ties, *run.ends}
    above: set[Node] = set()
    for node in reachable([f]):
        if node in touched or (node.op == "where" and node.args[0] in above):
            above.add(node)
            if len(variables_of([node])) > 1:
                return False
        elif node.op in ("compare", "and", "or", "not") and any(arg in above for arg in node.args):
            above.add(node)
    return bool(above)


def order_matters(names: Sequence[str], numbers: Sequence[Sequence[float | None]]) -> Iterable[str]:
    """Which mixed derivatives depend on their order, in words."""
    for i, one in enumerate(names):
        for j in range(i):
            first, then = numbers[j][i], numbers[i][j]
            if first is not None and then is not None and differ(first, then):
                other = names[j]
                yield (
                    f"mixed derivatives depend on their order: ∂²f/∂{other}∂{one} (∂f/∂{other}, then by {one}) is"
                    f" {first:.17g}, ∂²f/∂{one}∂{other} is {then:.17g}; the matrix has no eigenvalues here"
                )


def differ(one: float, other: float) -> bool:
    """Are these two numbers, each rounded from 60 bits and more?"""
    return abs(one - other) > 2e-16 * max(abs(one), abs(other))


def certified_together(
    nodes: Sequence[Node], point: Mapping[str, Node], run: Balls | None = None
) -> list[Certified] | None:
    """All nodes in one evaluation (`run`, if any); None where one is at a switch, at an end, or has no number."""
    exact = certify_exactly(nodes, point)
    if None not in exact:
        return [one for one in exact if one is not None]
    from gradcli.evaluate.certified.balls import Balls

    run = Balls(point) if run is None else run
    left = [node for node, one in zip(nodes, exact, strict=True) if one is None]
    found: dict[Node, Certified] = {}
    for group in (left[:1], left[1:]):  # the first, the function, needs the least digits, and tells how many those are
        found.update(zip(group, certify_by_balls(run, group), strict=True))
        if run.ties or run.ends or any(found[node].status not in ("ok", "overflow") for node in group):
            return None
    return [found[node] if one is None else one for node, one in zip(nodes, exact, strict=True)]


def own_function(run: Balls, formula: Node, result: Certified) -> Function:
    """A partial's formula as a function of its own: its switches and ends."""
    nodes = reachable([formula]) if run.ties or run.ends else []
    culprits = first_of(part for part in nodes if part in run.ties)
    edges = [part for part in nodes if part in run.ends]
    known = result.status in ("ok", "overflow")
    return Function(result, known, culprits, variables_of(edges))


def enclosures(sweep: SecondSweep) -> Callable[[int], list[list[object]]]:
    """The matrix as a function of the precision: rows of enclosures, of at least this precision."""
    from gradcli import limits
    from gradcli.evaluate.certified.balls import FIRST_BITS, Balls

    rows = [list(row) for row in sweep.entries]
    run = Balls(sweep.point) if sweep.run is None else sweep.run
    run.deadline = limits.clock() + limits.EVALUATION_SECONDS

    def rows_at(bits: int) -> list[list[object]]:
        nodes = [entry.node for row in rows for entry in row if entry.node is not None]
        run.evaluate(nodes, max(bits, run.bits, FIRST_BITS))  # what certified the entries has them in more digits
        return [[entry.value if entry.node is None else run.values[entry.node] for entry in row] for row in rows]

    return rows_at
