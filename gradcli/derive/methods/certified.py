"""Derivatives at a point: each certified where its formula tells, else decided by the slopes on both sides."""

from __future__ import annotations

from gradcli import limits
from gradcli.derive.methods.jet import Jet
from gradcli.evaluate.certified.certify import OVERFLOW, Certified, certify_by_balls, certify_exactly
from gradcli.program.graph import reachable
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gradcli.derive.kinks.reasons import Finding
    from gradcli.evaluate.certified.balls import Balls
    from gradcli.problems import Problem
    from gradcli.program.graph import Node
    from gradcli.vocabulary import ProblemKind


DIAGNOSIS_SECONDS = limits.EVALUATION_SECONDS / 2
"""Time for the slopes at all troubled entries together."""


def certified_jet(f: Node, partials: Mapping[str, Node], point: Mapping[str, Node], guards: Sequence[Node] = ()) -> Jet:
    """The value of f and its partial derivatives, correctly rounded, with a diagnosis of each that does not exist.

    Where f has a value, no switch that depends on the variable is at its tie and none of its parts at an end of its
    domain, and the derivative's formula has a value, that value is the derivative: both are continuous along the axis,
    and the mean value theorem holds. Everywhere else the one-sided slopes decide.
    """
    names = list(partials)
    exact = certify_exactly([f, *guards, *partials.values()], point)
    count = 1 + len(guards)
    if None not in exact and not guards:  # a guard at an end of its domain has a value, but on one side only
        found = [result for result in exact if result is not None]
        whole = Sweep(f, point, guards, Function(found[0]))
        return jet_of(whole, dict(zip(names, found[count:], strict=True)))
    return jet_by_balls(f, partials, point, guards, dict(zip(names, exact[count:], strict=True)))


class Function(NamedTuple):
    """What is known of the function's value: `has_value` also where it is too large for a float64.

    culprits   of each variable on which a switch at its tie depends the first of these
    bordered   the variables on which parts depend that are at an end of their domain
    """

    value: Certified
    has_value: bool = True
    culprits: Mapping[str, Node] = {}
    bordered: frozenset[str] = frozenset()

    def is_plain(self, name: str) -> bool:
        """Is the function made of differentiable parts alone along this variable, on both sides of the point?"""
        return self.has_value and name not in self.culprits and name not in self.bordered


class Sweep(NamedTuple):
    """One function at one point."""

    f: Node
    point: Mapping[str, Node]
    guards: Sequence[Node]
    function: Function


def jet_by_balls(
    f: Node,
    partials: Mapping[str, Node],
    point: Mapping[str, Node],
    guards: Sequence[Node],
    known: dict[str, Certified | None],
) -> Jet:
    """The entries where rationals do not suffice: one evaluation for the function, one for all partials left."""
    from gradcli.evaluate.certified.balls import Balls

    run = Balls(point)
    function = known_function(run, f, guards)
    left = [name for name in known if known[name] is None]
    if function.has_value:
        known.update(zip(left, certify_by_balls(run, [partials[name] for name in left]), strict=True))
    else:
        known = dict.fromkeys(known, function.value)
    return jet_of(Sweep(f, point, guards, function), {name: result for name, result in known.items() if result})


def known_function(run: Balls, f: Node, guards: Sequence[Node]) -> Function:
    """The function's value with the switches at their ties; undefined where one of its guards is."""
    from gradcli.evaluate.certified.values import is_known

    value, *others = certify_by_balls(run, [f, *guards])
    has_value = value.status in ("ok", "overflow") or (f in run.values and is_known(run.values[f]))
    for guard, state in zip(guards, others, strict=True):
        if state.status == "undefined" or not (state.status in ("ok", "overflow") or is_known(run.values.get(guard))):
            value, has_value = state._replace(value=None), False
            break
    culprits = first_of(part for part in reachable([f]) if part in run.ties) if run.ties else {}
    edges = [part for part in reachable([f, *guards]) if part in run.ends] if run.ends else []
    # (-2)**y, dropped from (-2)**y*(-2)**(-y): a switch of its own, since beside a whole y it is not real
    edges += [part for part in reachable(guards) if part.op == "power" and part in run.ties] if run.ties else []
    return Function(value, has_value, culprits, variables_of(edges))


def first_of(switches: Iterable[Node]) -> dict[str, Node]:
    """For each variable the first of the switches that depend on it; each node is looked at once."""
    found: dict[str, Node] = {}
    seen: set[Node] = set()
    for switch in switches:
        waiting = [switch]
        while waiting:
            part = waiting.pop()
            if part not in seen:
                seen.add(part)
                waiting += part.args
                if part.op == "variable":
                    found[part.data] = switch
    return found


def variables_of(nodes: Iterable[Node]) -> frozenset[str]:
    """The variables on which the nodes depend."""
    return frozenset(part.data for part in reachable(nodes) if part.op == "variable")


def jet_of(sweep: Sweep, results: Mapping[str, Certified]) -> Jet:
    """Numbers and problems from what was found; slopes are looked at only where the formulas do not tell."""
    function = sweep.function
    numbers: dict[str, float | None] = {}
    problems = value_problems(function)
    assumptions: list[str] = []
    doubtful = {}
    for name, result in results.items():
        if function.is_plain(name) and result.status in ("ok", "overflow"):
            numbers[name] = result.value
            if result.value is None:
                problems.append(overflow_problem(name, result))
        else:
            numbers[name] = None
            doubtful[name] = result
    if doubtful:
        for name, finding in diagnosed(sweep, doubtful).items():
            numbers[name] = finding.number
            problems += [] if finding.problem is None else [finding.problem]
            assumptions += [finding.assumption] if finding.assumption else []
    rows = (tuple(numbers.values()),)
    return Jet((function.value.value,), rows, (), tuple(problems), assumptions=tuple(assumptions))


def value_problems(function: Function) -> list[Problem]:
    """The problem of the value itself."""
    from gradcli.problems import Problem

    status, reason = function.value.status, function.value.reason
    if status == "ok":
        return []
    if status == "overflow":
        return [Problem(None, "overflow", f"the value is {reason}" if reason == OVERFLOW else reason)]
    return [Problem(None, "undefined" if status == "undefined" else "undecided", reason)]


def overflow_problem(name: str, result: Certified) -> Problem:
    """A derivative that exists but is too large for a float64."""
    from gradcli.problems import Problem

    reason = f"the derivative is {OVERFLOW}" if result.reason == OVERFLOW else result.reason
    return Problem(name, "overflow", reason)


def diagnosed(sweep: Sweep, doubtful: Mapping[str, Certified]) -> dict[str, Finding]:
    """What the slopes say of the doubtful entries."""
    from gradcli.derive.kinks.reasons import TOLD, KinkTerms, along, diagnose_entry, place_of, without_value

    deadline = limits.clock() + DIAGNOSIS_SECONDS
    function, terms = sweep.function, KinkTerms(sweep.f)
    findings = {}
    for count, (name, result) in enumerate(doubtful.items()):
        place = place_of(name, sweep.point[name], function.culprits.get(name))
        if function.has_value:
            formula = None if name in function.culprits else result.value
            findings[name] = diagnose_entry(terms, sweep.point, deadline, place, formula, sweep.guards)
        else:
            kind: ProblemKind = "undefined" if function.value.status == "undefined" else "undecided"
            near = along([sweep.f], name, sweep.point, deadline, sweep.guards) if count < TOLD else None
            findings[name] = without_value(near, 0, place, function.value.reason, kind)
    return findings
