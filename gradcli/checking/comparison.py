"""Yours beside ours in one case: what is proved, what agrees at points, and where they differ."""

from __future__ import annotations

from gradcli import limits
from gradcli.checking.abstract import without_abstract
from gradcli.checking.records import TrialPair
from gradcli.checking.zero_test import proved_equal
from gradcli.problems import GradcliError
from gradcli.program import rationals
from gradcli.program.forms import scalars
from gradcli.program.graph import is_equality, order
from gradcli.program.substitute import replace
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from gradcli.checking.records import Case, ClaimedEntry
    from gradcli.checking.trial_points import TrialFinding
    from gradcli.program.graph import Node
    from gradcli.vocabulary import Judgement

    Point = Mapping[str, Node]


RANDOM_POINTS = 12
"""Random points that are looked at besides the simple and the special ones."""


class Seen(NamedTuple):
    """One point that counts, with what was found for each entry."""

    point: Point
    findings: tuple[TrialFinding, ...]


class Comparison:
    """All entries of one case, compared.

    entries    those that have an answer, in order;  proved: which of them are the same by proof
    promises   what arrays are declared to be, by name;  formulas: which of them stand for abstract functions
    """

    def __init__(self, case: Case, given: Iterable[Point], promises: Mapping[str, str], deadline: float) -> None:
        self.case = case
        self.graph = case.graph
        self.given = list(given)
        self.promises = promises
        self.deadline = deadline
        self.entries: list[ClaimedEntry] = [
            entry for part in case.parts for entry in part.entries if entry.yours is not None
        ]
        self.formulas: dict[Node, Node] = {}
        self.pairs, self.differences = self.prepared()
        self.proved = [node.op == "number" and node.data == 0 for node in self.differences]
        self.seen: list[Seen] = []
        self.gaps: dict[int, Seen] = {}
        self.shown: dict[int, list[tuple[float | None, float | None]]] = {}
        self.smooth = self.smooth_equalities()
        self.planned = 0

    def prepared(self) -> tuple[list[TrialPair], list[Node]]:
        """The pairs with constants put in and formulas for abstract functions, and their differences."""
        case, graph = self.case, self.graph
        flat: list[Node] = [*case.claimed_guards, *case.program.guards]
        for entry in self.entries:
            assert entry.yours is not None
            flat += [case.outputs[entry.output], entry.ours, entry.yours]
        constants = {scalars.variable(graph, name): node for name, node in case.program.constants.items()}
        flat = without_abstract(graph, replace(graph, flat, constants) if constants else flat, self.formulas)
        count, first = len(case.claimed_guards), len(case.claimed_guards) + len(case.program.guards)
        guards, domain = tuple(flat[:count]), tuple(flat[count:first])
        starts = range(first, len(flat), 3)
        pairs = [TrialPair(flat[i], flat[i + 1], flat[i + 2], guards, domain) for i in starts]
        return pairs, [scalars.difference(graph, pair.yours, pair.ours) for pair in pairs]

    # ------------------------------------------------------------------------ points

    def smooth_equalities(self) -> dict[Node, list[Point]]:
        """Comparisons for equality at which the functions have our derivatives, with points of them."""
        if not any(map(is_equality, order([part for pair in self.pairs for part in pair[:3]]))):
            return {}
        from gradcli.derive.kinks.equality_formulas import smooth_equalities

        rows = [(pair.function, pair.ours, entry.wrt) for pair, entry in zip(self.pairs, self.entries, strict=True)]
        found = smooth_equalities(self.case.program, rows, [pair.yours for pair in self.pairs])
        rest = {name: scalars.number(self.graph, 1) for name in self.case.variables}
        return {condition: [{**rest, **point} for point in points] for condition, points in found.items()}

    def lonely_equalities(self) -> list[Node]:
        """The equalities at which alone yours differs; none where it differs elsewhere too."""
        if self.gaps:
            return []
        wrong = [seen.point for seen in self.seen if any(f.state == "different" for f in seen.findings)]
        found = {c: [self.holds_at(c, point) for point in wrong] for c in self.smooth}
        lonely = all(map(any, zip(*found.values(), strict=True))) and bool(found)
        return [condition for condition, held in found.items() if any(held)] if lonely else []

    def holds_at(self, condition: Node, point: Point) -> bool:
        """Are both sides of a comparison for equality the same number at a point?"""
        forth = {scalars.variable(self.graph, name): node for name, node in point.items()}
        (truth,) = replace(self.graph, [condition], forth)
        return truth.op == "truth" and bool(truth.data) == (condition.data == "==")

    def points(self) -> Iterator[Point]:
        """Points to try: those that were given, then ours."""
        from gradcli.checking.trial_points import SIMPLE, as_point, coordinates, special_places, special_values

        constants = self.case.program.constants
        names = [name for name in self.case.variables if name not in constants]
        special = special_values([node for pair in self.pairs for node in pair[:3]])
        count = len(self.given) + sum(map(len, self.smooth.values()))
        self.planned = count + len(SIMPLE) + len(special_places(len(names), special)) + RANDOM_POINTS
        yield from self.given
        for points in self.smooth.values():
            yield from points
        for values in coordinates(names, special, self.promises):
            yield as_point(self.graph, values, constants)

    def run(self) -> None:
        """Look at points until enough of them agree, or the time is over."""
        if not self.pairs or (all(self.proved) and not self.case.claimed_guards):
            return
        for tries, point in enumerate(self.points()):
            late = tries >= limits.CHECK_TRIES or limits.clock() > self.deadline
            if late or (tries >= self.least() and self.is_enough()):
                return
            self.look(point)

    def least(self) -> int:
        """How many points must be looked at: all that were planned, or a few where everything differs already."""
        undecided = any(not self.proved[i] and self.state(i) != "different" for i in range(len(self.pairs)))
        return self.planned if undecided else min(self.planned, limits.CHECK_POINTS)

    def is_enough(self) -> bool:
        """Is everything decided, with points to choose a witness from?"""
        if len(self.seen) < limits.CHECK_POINTS or (self.is_invisible() and len(self.seen) < 2 * limits.CHECK_POINTS):
            return False
        return all(
            done or self.state(i) == "different" or self.count(i, "equal") >= limits.CHECK_POINTS
            for i, done in enumerate(self.proved)
        )

    def is_invisible(self) -> bool:
        """Is there an entry whose differences are too small to be seen in float64 so far?"""
        return any(
            self.state(i) == "different" and i not in self.gaps and not any(self.shows(seen, i) for seen in self.seen)
            for i in range(len(self.pairs))
        )

    def shows(self, seen: Seen, place: int) -> bool:
        """Do both values differ in float64 at this point?"""
        if seen.findings[place].state != "different":
            return False
        if id(seen.point) not in self.shown:  # of all pairs together: they have most parts in common
            self.shown[id(seen.point)] = self.numbers(seen)
        yours, ours = self.shown[id(seen.point)][place]
        return yours is not None and ours is not None and yours != ours

    def look(self, point: Point) -> None:
        """Compare all pairs at one point, and look around where yours has no value."""
        found = self.trial(point)
        if all(finding.state == "outside" for finding in found):
            return
        seen = Seen(point, tuple(found))
        for i, finding in enumerate(found):
            if finding.state == "gap" and i not in self.gaps and self.is_gap(i, point):
                self.gaps[i] = seen
        self.seen.append(seen)

    def trial(self, point: Point) -> list[TrialFinding]:
        """The findings at a point."""
        from gradcli.checking.trial_points import Trial

        left = max(0.05, min(limits.CHECK_SECONDS / 3, self.deadline - limits.clock()))
        return Trial(self.pairs, self.differences, point, left, self.smooth).findings()

    def is_gap(self, place: int, point: Point) -> bool:
        """Has yours no value all around the point, while ours has one?"""
        from gradcli.checking.trial_points import Trial

        for k in (1, -1, 3):
            moved = {name: self.moved(node, k * (i + 2)) for i, (name, node) in enumerate(sorted(point.items()))}
            moved.update(self.case.program.constants)
            trial = Trial([self.pairs[place]], [self.differences[place]], moved, limits.CHECK_SECONDS / 6)
            if trial.findings()[0].state != "gap":
                return False
        return True

    def moved(self, node: Node, steps: int) -> Node:
        """A coordinate a little beside another."""
        return scalars.add(self.graph, [(node, 1)], rationals.ratio(steps, 1_000_003))

    # ------------------------------------------------------------------------ verdicts

    def count(self, place: int, state: str) -> int:
        """At how many points this entry was found so."""
        return sum(seen.findings[place].state == state for seen in self.seen)

    def state(self, place: int) -> Judgement:
        """What is known of an entry."""
        if place in self.gaps or self.count(place, "different"):
            return "different"
        if self.proved[place] or self.count(place, "equal") >= limits.CHECK_LEAST:
            return "equal"
        return "undecided"

    def is_silent(self) -> bool:
        """Is there an entry that has no value, ours or yours, at any point that was looked at?"""
        valueless = ("outside", "gap")
        return any(
            not done and all(seen.findings[i].state in valueless for seen in self.seen)
            for i, done in enumerate(self.proved)
        )

    def prove(self) -> None:
        """Look for proofs of what agrees at points."""
        end = limits.clock() + limits.CHECK_SECONDS
        for i, pair in enumerate(self.pairs):
            left = end - limits.clock()
            if not self.proved[i] and self.state(i) != "different" and left > 0:
                self.proved[i] = proved_equal(pair.ours, pair.yours, self.differences[i], self.graph, left)

    def agreed(self) -> int:
        """At how many points all entries agree."""
        return sum(all(f.state == "equal" for f in seen.findings) for seen in self.seen)

    # ------------------------------------------------------------------------ numbers

    def numbers(self, seen: Seen) -> list[tuple[float | None, float | None]]:
        """Yours and ours at a point, in float64, for each entry."""
        from gradcli.evaluate.certified.certify import certify

        flat = [node for pair in self.pairs for node in (pair.yours, pair.ours)]
        found = [result.value for result in certify(flat, seen.point)]
        pairs = zip(found[::2], found[1::2], seen.findings, strict=True)
        return [(None if finding.state == "gap" else yours, ours) for yours, ours, finding in pairs]

    def distances(self, seen: Seen) -> list[float | None]:
        """yours - ours at a point, rounded once, for each entry."""
        from gradcli.evaluate.certified.certify import certify

        return [result.value for result in certify(self.differences, seen.point)]

    def best(self) -> tuple[Seen, list[tuple[float | None, float | None]]] | None:
        """The first point that shows all differences that points show, in numbers that look different."""
        wanted = [i for i in range(len(self.pairs)) if self.state(i) == "different"]
        best, best_score = None, 0.0
        candidates = [s for s in self.seen if any(s.findings[i].state in ("different", "gap") for i in wanted)]
        for seen in candidates[: 2 * limits.CHECK_POINTS]:
            try:
                numbers = self.numbers(seen)
            except GradcliError:
                continue
            score = sum(visible(numbers[i]) for i in wanted) / max(1, len(wanted))
            score += 0.001 * any(seen.findings[i].state == "different" for i in wanted)
            if best is None or score > best_score + 1e-9:
                best, best_score = (seen, numbers), score
            if best_score > 1:
                break
        return best


def visible(pair: tuple[Any, Any]) -> float:
    """1 for two float64 that are clearly different numbers of a handy size, less for others."""
    yours, ours = pair
    if ours is None or yours == ours:
        return 0.0
    if yours is None:
        return 0.5
    distance = abs(yours - ours) / max(abs(yours), abs(ours))
    handy = all(value == 0 or 1e-6 < abs(value) < 1e9 for value in (yours, ours))
    return (1.0 if distance > 1e-6 else 0.6) if handy else 0.4


def relative(pair: Sequence[float | None]) -> float:
    """|yours - ours| as a part of the larger one; infinite where one of them is no number."""
    yours, ours = pair
    if yours is None or ours is None:
        return float("inf")
    size = max(abs(yours), abs(ours))
    return abs(yours - ours) / size if 0 < size < float("inf") else 0.0
