"""Is this hand-derived gradient, Jacobian or Hessian right? Equal, different with a witness, or undecided."""

from __future__ import annotations

from gradcli import limits
from gradcli.checking.claim import SPARE_SIZES, make_cases
from gradcli.checking.comparison import Comparison, relative
from gradcli.checking.records import WORST_FIRST, Claim, overall, promises_of
from gradcli.derive.reading import float_values, read_back
from gradcli.derive.results import Component, Verdict, Witness
from gradcli.problems import GradcliError
from gradcli.program.point import Point, bind_point
from gradcli.program.writing.trees import write_trees
from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.text.tree import Vector

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from gradcli.checking.comparison import Seen
    from gradcli.checking.records import Case, Part
    from gradcli.derive.results import Reading, Slip
    from gradcli.program.graph import Program
    from gradcli.text.tree import Tree
    from gradcli.vocabulary import Judgement

    Numbers = tuple[float | None, float | None]


def check(claim: Claim) -> Verdict:
    """The verdict on an answer.

    `equal` is proved (the difference is zero by the rules of algebra) or tested (it is below 2**-100 of the values at
    certified points of every size and sign); `different` is always proved by a point, or by a shape.
    Problems: a function without values at the points that are tried leaves it `undecided`.
    """
    try:
        arrays, cases = make_cases(claim)
    except GradcliError as error:
        if error.code != "too-large-exact":  # a function without entries
            raise
        return whole_verdict(claim, error)
    found = [compared(claim, arrays, case) for case in cases]
    silent: list[Comparison] = []
    if len(found) > 1 and any(one.is_silent() for one in found):
        found, silent = at_other_sizes(claim, arrays, found)
    question = Check(claim, arrays, found, silent)
    question.prove()
    return question.verdict()


def compared(claim: Claim, arrays: Program | None, case: Case) -> Comparison:
    """One case, looked at."""
    declared = claim.options.declared(claim.script)
    promises = promises_of(declared, arrays.symmetric if arrays is not None else ())
    given = [bind_point(case.program, *point).values for point in claim.points]
    comparison = Comparison(case, given, promises, limits.clock() + limits.CHECK_SECONDS)
    comparison.run()
    return comparison


def at_other_sizes(
    claim: Claim, arrays: Program | None, found: Sequence[Comparison]
) -> tuple[list[Comparison], list[Comparison]]:
    """Comparisons at sizes where there are values, in the place of those where there are none, and these.

    An inverse, say, that no matrix of some sizes has is nothing against a formula. Where no sizes have values all stay.
    """
    silent = [one for one in found if one.is_silent()]
    spoken = [one for one in found if not one.is_silent()]
    for choice in SPARE_SIZES:
        if len(spoken) == len(found):
            break
        _, (case,) = make_cases(claim, [choice])
        if all(case.sizes != one.case.sizes for one in found):
            other = compared(claim, arrays, case)
            (silent if other.is_silent() else spoken).append(other)
    return (spoken, silent) if spoken else (list(found), [])


def whole_verdict(claim: Claim, refused: GradcliError) -> Verdict:
    """The verdict by whole arrays, where the entries have no formulas. Raises what was refused if that is no way."""
    from gradcli.checking.arrays import verdict

    try:
        return verdict.whole_verdict(claim)
    except GradcliError as error:
        raise (refused if error.code == "no-closed-form" else error) from None


class Shown(NamedTuple):
    """The comparison that is shown, the point that shows most, and both numbers of each entry there."""

    comparison: Comparison
    seen: Seen | None
    numbers: Sequence[Numbers | None]


class Check:
    """The comparisons of one claim, put together."""

    def __init__(
        self, claim: Claim, arrays: Program | None, found: Sequence[Comparison], silent: Sequence[Comparison] = ()
    ) -> None:
        self.claim, self.arrays, self.found, self.silent = claim, arrays, found, silent
        self.symbolic = arrays is not None and len(found) + len(silent) > 1
        self.all_sizes = False
        self.shown = self.choose()

    def prove(self) -> None:
        """Look for a proof for all sizes at once, else for one for each entry."""
        if self.arrays is not None and self.is_equal():
            from gradcli.checking.arrays.closed_forms import proved_for_all_sizes

            self.all_sizes = proved_for_all_sizes(self.claim)
        for comparison in self.found:
            if not self.all_sizes and not self.symbolic:
                comparison.prove()

    def is_equal(self) -> bool:
        """Does nothing differ?"""
        return not any(self.part_verdict(place) == "different" for place in range(len(self.found[0].case.parts)))

    def choose(self) -> Shown:
        """The comparison and the point to show: the first that tells yours and ours apart."""
        for comparison in self.found:
            best = comparison.best()
            if best is not None:
                return Shown(comparison, *best)
        return Shown(self.found[0], None, [None] * len(self.found[0].pairs))

    # ------------------------------------------------------------------------ verdicts

    def verdict(self) -> Verdict:
        """All of it."""
        components, definitions = self.components()
        components.sort(key=worst_first)
        whole = overall(component.verdict for component in components)
        witness = self.witness(components) if whole == "different" else None
        return Verdict(
            self.reading(),
            self.claim.kind,
            self.claim.answer_layout,
            whole,
            None if whole == "undecided" else "proved" if whole == "different" or self.is_proved() else "tested",
            tuple(components),
            witness,
            self.diagnosis() if whole == "different" else (),
            min(comparison.agreed() for comparison in self.found),
            definitions,
            self.notes(whole),
        )

    def is_proved(self) -> bool:
        """Is there a proof for every entry (in every size)?"""
        return self.all_sizes or (not self.symbolic and all(all(c.proved) for c in self.found))

    def diagnosis(self) -> tuple[Slip, ...]:
        """What explains the differences."""
        if any(comparison.lonely_equalities() for comparison in self.found):
            return ()
        from gradcli.checking.slips.explain import diagnose

        return diagnose(self.claim, self.arrays, self.found)

    def reading(self) -> Reading:
        """How the function was read."""
        if self.arrays is None:
            return read_back(self.found[0].case.program, None)
        from gradcli.checking.arrays.closed_forms import reading_of

        return reading_of(self.claim)

    def notes(self, whole: Judgement) -> tuple[str, ...]:
        """What is to be said besides."""
        notes = []
        if whole == "different" and self.arrays is not None:
            from gradcli.checking.slips.conditions import conditions

            notes += [f"your answer is {found}" for found in conditions(self.found)]
        if whole == "different":
            from gradcli.derive.kinks.equality_formulas import ANY, MOST_SAID, said

            places = dict.fromkeys(said(node) for found in self.found for node in found.lonely_equalities())
            where = " or ".join(places) if len(places) <= MOST_SAID else ANY.rstrip(",")
            notes += [f"your answer is right but where {where}: the derivative there is of no branch"] if places else []
        if self.symbolic:
            notes.append("compared for " + " and for ".join(map(sizes_of, self.found)))
        if self.silent:
            notes.append("there is no value for " + " and for ".join(map(sizes_of, self.silent)))
        return tuple(notes)

    # ------------------------------------------------------------------------ components

    def components(self) -> tuple[list[Component], tuple[tuple[str, Tree], ...]]:
        """One for each entry, or for each array of symbolic size."""
        case = self.shown.comparison.case
        surplus = [
            Component("", "different", answer.tree, None, None, None, "one answer too many: nothing is expected here")
            for answer in case.surplus
        ]
        if self.symbolic:
            from gradcli.checking.arrays.closed_forms import closed_forms

            forms = closed_forms(self.claim, self.arrays)  # type: ignore[arg-type]
            return [self.array_component(i, forms) for i in range(len(case.parts))] + surplus, ()
        return self.entry_components(surplus)

    def entry_components(self, surplus: list[Component]) -> tuple[list[Component], tuple[tuple[str, Tree], ...]]:
        """One component an entry; a part that cannot be compared is one component."""
        comparison = self.shown.comparison
        case = comparison.case
        wanted = [pair for part in case.parts for pair in self.trees_wanted(part)]
        names = {*case.variables, *case.program.constants, *(s.name for s in self.claim.script.statements if s.name)}
        written = write_trees([*wanted, *comparison.differences], case.program.decimal, names)
        trees, differences = iter(written.trees), iter(written.trees[len(wanted) :])
        result = []
        place = 0
        distances = None if self.shown.seen is None else comparison.distances(self.shown.seen)
        for part in case.parts:
            typed = typed_entries(part)
            if part.trouble:
                ours = [next(trees) for _ in part.entries]
                shown: Tree = ours[0] if not part.shape else Vector(tuple(ours))
                result.append(Component(part.label, "different", part.tree, shown, None, None, part.trouble))
                continue
            for i, entry in enumerate(part.entries):
                ours_tree, yours_tree = next(trees), next(trees)
                yours = typed[i] if typed is not None else yours_tree
                state = comparison.state(place)
                gap = comparison.gaps.get(place)
                remark = gap.findings[place].reason if gap is not None else ""
                pair = self.shown.numbers[place]
                distance = distances[place] if distances is not None and pair is not None and None not in pair else None
                found = Component(entry.label, state, yours, ours_tree, next(differences), pair, remark, distance)
                result.append(found)
                place += 1
        return result + surplus, written.definitions

    def trees_wanted(self, part: Part) -> list[Any]:
        """The nodes of a part that are shown: ours, and yours where there is one."""
        if part.trouble:
            return [entry.ours for entry in part.entries]
        return [node for entry in part.entries for node in (entry.ours, entry.yours)]

    def array_component(self, place: int, forms: Sequence[Tree | None]) -> Component:
        """One array of symbolic size."""
        part = self.shown.comparison.case.parts[place]
        trouble = next((c.case.parts[place].trouble for c in self.found if c.case.parts[place].trouble), "")
        numbers, remark = None, trouble
        if not trouble and self.shown.seen is not None:
            start = self.start(place)
            span = range(start, start + len(part.entries))
            worst = max(span, key=lambda i: relative(self.shown.numbers[i] or (0.0, 0.0)), default=None)
            numbers = None if worst is None else self.shown.numbers[worst]
            gap = next((self.shown.comparison.gaps[i] for i in span if i in self.shown.comparison.gaps), None)
            remark = "" if gap is None else "yours has no value where ours has one"
        ours = forms[place] if place < len(forms) else None
        distance = None if numbers is None or None in numbers else numbers[0] - numbers[1]  # type: ignore[operator]
        return Component(part.label, self.part_verdict(place), part.tree, ours, None, numbers, remark, distance)

    def start(self, place: int) -> int:
        """Where the entries of a part begin among those that are compared."""
        parts = self.shown.comparison.case.parts[:place]
        return sum(sum(entry.yours is not None for entry in part.entries) for part in parts)

    def part_verdict(self, place: int) -> Judgement:
        """The verdict on a part, in all cases together."""
        states: set[Judgement] = set()
        for comparison in self.found:
            parts = comparison.case.parts
            if parts[place].trouble or comparison.case.surplus:
                states.add("different")
            start = sum(sum(e.yours is not None for e in part.entries) for part in parts[:place])
            count = sum(entry.yours is not None for entry in parts[place].entries)
            states |= {comparison.state(i) for i in range(start, start + count)}
        found = overall(states)
        return "equal" if found == "undecided" and self.all_sizes else found

    # ------------------------------------------------------------------------ the witness

    def witness(self, components: Sequence[Component]) -> Witness | None:
        """The point with the numbers of the worst entry."""
        comparison, seen, numbers = self.shown
        if seen is None:
            return None
        wrong = [i for i in range(len(comparison.pairs)) if seen.findings[i].state in ("different", "gap")]
        if not wrong:
            return None
        worst = max(wrong, key=lambda i: rank(numbers[i]))
        pair = numbers[worst] or (None, None)
        reason = seen.findings[worst].reason if pair[0] is None else ""
        return Witness(self.values_at(seen.point), comparison.entries[worst].label, *pair, reason)

    def values_at(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The coordinates of a point, by variable."""
        program = self.shown.comparison.case.program
        point = Point(values, {})
        return {v.name: float_values(v, point) for v in (*program.variables, *program.parameters)}


def sizes_of(comparison: Comparison) -> str:
    """`m = 3, n = 2`."""
    return ", ".join(f"{name} = {value}" for name, value in comparison.case.sizes.items())


def rank(pair: Numbers | None) -> float:
    """How bad a difference is, relatively; one without a number is less telling than one with."""
    return -1.0 if pair is None or None in pair else relative(pair)


def worst_first(component: Component) -> tuple[int, float, float]:
    """The order of components: what is missing, what differs most, what is undecided, what is right."""
    kind = WORST_FIRST.index(component.verdict)
    if component.verdict != "different" or component.numbers is None:
        return (kind, float("-inf"), 0.0)
    yours, ours = component.numbers
    if yours is None or ours is None:
        return (kind, -0.5, 0.0)
    return (kind, -relative(component.numbers), -abs(yours - ours))


def typed_entries(part: Part) -> list[Tree] | None:
    """What was typed for each entry, where it was written out."""
    tree = part.tree
    if tree is None or part.trouble:
        return None
    if len(part.entries) == 1 and type(tree) is not Vector:
        return [tree]
    if type(tree) is not Vector:
        return None
    items = [item for row in tree.items for item in (row.items if type(row) is Vector else (row,))]
    return items if len(items) == len(part.entries) else None
