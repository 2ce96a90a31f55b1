"""Numbers of someone else's code beside ours, component by component, at the points where they were made."""

from __future__ import annotations

from gradcli.checking.claim import make_cases
from gradcli.checking.printed_numbers import PrintedAnswer, PrintedNumber, judge, point_text, relative_gap, wrong
from gradcli.checking.slips.identify import CandidateFactor
from gradcli.checking.slips.numbers import missing_link, not_differentiated
from gradcli.derive.results import Component, Slip, Verdict, Witness
from gradcli.problems import GradcliError, Source
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from gradcli.checking.records import Case, Claim, ClaimedEntry, Part
    from gradcli.vocabulary import Judgement

__all__ = ["check_numbers"]


TELLING = 1e-4
"""Of a number: digits that are worse than this at every point may fit by chance."""


class Measured(NamedTuple):
    """One number at one point. yours is None where none was given; ours is None where there is none, `reason` why."""

    label: str
    yours: PrintedNumber | None
    ours: float | None
    verdict: Judgement
    reason: str = ""


class ComparedNumber(NamedTuple):
    """One point: its coordinates for people, and what was found there."""

    at: Mapping[str, Any]
    entries: tuple[Measured, ...]
    case: Case
    values: Mapping[str, Any]


def check_numbers(claim: Claim, source: Source, given: Sequence[PrintedAnswer]) -> Verdict:
    """The verdict on numbers: equal where each agrees to the digits that it is given with.

    Problems: a component that has no derivative at a point is `undecided` there, with the reason.
    """
    points = [compared(claim, source, one) for one in given]
    components = merged(points)
    order = {"different": 0, "undecided": 1, "equal": 2}
    components.sort(key=lambda component: (order[component.verdict], -distance(component)))
    verdicts = {component.verdict for component in components}
    whole: Judgement = "different" if "different" in verdicts else "undecided" if "undecided" in verdicts else "equal"
    case = points[0].case
    from gradcli.derive.reading import read_back

    return Verdict(
        read_back(case.program, None),
        claim.kind,  # type: ignore[arg-type]
        claim.layout or ("denominator" if claim.kind == "gradient" else "numerator"),
        whole,
        None if whole == "undecided" else "proved" if whole == "different" else "tested",
        tuple(components),
        witness(points) if whole == "different" else None,
        tuple(slips(claim, points)) if whole == "different" else (),
        sum(all(entry.verdict == "equal" for entry in point.entries) for point in points),
        (),
        (f"compared at {len(points)} point{'s' if len(points) > 1 else ''}, to the digits that were given",),
    )


def compared(claim: Claim, source: Source, given: PrintedAnswer) -> ComparedNumber:
    """Both sides at one point."""
    from gradcli.derive.reading import float_values
    from gradcli.program.point import bind_point
    from gradcli.text.points import parse_point
    from gradcli.text.tree import typed_shape

    text = Source(source.name, point_text(given.at, source), is_data=True)
    point = parse_point(text)
    options = claim.options._replace(bound={e.name: typed_shape(e.tree) for e in point.entries if e.name is not None})
    _, cases = make_cases(claim._replace(options=options))
    case = cases[0]
    bound = bind_point(case.program, point, text)
    variables = (*case.program.variables, *case.program.parameters)
    at = {variable.name: float_values(variable, bound) for variable in variables}
    entries: list[Measured] = []
    for part, numbers in parts_with_numbers(claim, case, given.numbers, source):
        entries += measured_part(case, part, numbers, bound.values, source)
    return ComparedNumber(at, tuple(entries), case, bound.values)


def parts_with_numbers(claim: Claim, case: Case, numbers: Any, source: Source) -> list[tuple[Part, Any]]:
    """Each part with what the file says about it."""
    parts = case.parts
    if claim.kind != "gradient":
        return [(parts[0], numbers)]
    if isinstance(numbers, dict):
        labels = {part.label for part in parts}
        for name in numbers:
            if name not in labels:
                hint = f"the variables are {', '.join(sorted(labels)[:8])}"
                raise GradcliError("against", f"{source.name}: {name!r:.60} is no variable of the gradient", hint=hint)
        return [(part, numbers.get(part.label)) for part in parts]
    if len(parts) == 1 and (parts[0].shape or not isinstance(numbers, list)):
        return [(parts[0], numbers)]
    if not isinstance(numbers, list):
        raise wrong(source, "the gradient is an object by variable, or a list in variable order")
    if len(numbers) > len(parts):
        raise wrong(source, f"{len(numbers)} numbers for {len(parts)} variables")
    return [(part, numbers[i] if i < len(numbers) else None) for i, part in enumerate(parts)]


def measured_part(case: Case, part: Part, numbers: Any, values: Mapping[str, Any], source: Source) -> list[Measured]:
    """The entries of one part; one entry that says so where they are too few or too many."""
    flat = flattened(numbers, source)
    if flat is None:
        return [Measured(part.label, None, None, "different", f"missing: no number was given for {part.label}")]
    if len(flat) != len(part.entries):
        reason = f"the shape is wrong: {len(flat)} entries were given, {len(part.entries)} are expected"
        return [Measured(part.label, None, None, "different", reason)]
    ours = our_numbers(case, part, values)
    largest = max((abs(value) for value, _ in ours if value is not None), default=0.0)
    return [
        measured(entry, yours, value, reason, largest)
        for entry, yours, (value, reason) in zip(part.entries, flat, ours, strict=True)
    ]


def flattened(numbers: Any, source: Source) -> list[PrintedNumber | None] | None:
    """Nested lists as one list, row by row; None for null."""
    if numbers is None:
        return None
    if isinstance(numbers, PrintedNumber):
        return [numbers]
    if not isinstance(numbers, list):
        raise wrong(source, "a number is missing: text or an object stands in its place")
    flat: list[PrintedNumber | None] = []
    for row in numbers:
        for value in row if isinstance(row, list) and not isinstance(row, PrintedNumber) else [row]:
            if value is not None and not isinstance(value, PrintedNumber):
                raise wrong(source, "a number is missing: text or an object stands in its place")
            flat.append(value)
    return flat


def our_numbers(case: Case, part: Part, values: Mapping[str, Any]) -> list[tuple[float | None, str]]:
    """Our derivatives, certified, each with the reason where there is none."""
    from gradcli.derive.methods.certified import certified_jet

    result: dict[tuple[int, str], tuple[float | None, str]] = {}
    for output in dict.fromkeys(entry.output for entry in part.entries):
        partials = {entry.wrt: entry.ours for entry in part.entries if entry.output == output}
        found = certified_jet(case.outputs[output], partials, values, case.program.guards)
        reasons = {problem.variable: problem.message for problem in found.problems}
        for name, number in found.by_name(list(partials)).items():
            result[output, name] = (number, reasons.get(name) or reasons.get(None) or "")
    return [result[entry.output, entry.wrt] for entry in part.entries]


def measured(
    entry: ClaimedEntry, yours: PrintedNumber | None, ours: float | None, reason: str, largest: float
) -> Measured:
    """One number with its verdict."""
    if yours is None:
        if ours is None:
            return Measured(entry.label, None, None, "equal", reason)
        return Measured(entry.label, None, ours, "different", "missing: null was given, and the derivative exists")
    if ours is None:
        return Measured(entry.label, yours, None, "undecided", reason or "the derivative does not exist here")
    return Measured(entry.label, yours, ours, judge(yours, ours, 0.0, largest))


# ------------------------------------------------------------------------ all points together


def merged(points: Sequence[ComparedNumber]) -> list[Component]:
    """One component an entry: what was found at the point where it is worst."""
    worst: dict[str, Measured] = {}
    order = {"different": 2, "undecided": 1, "equal": 0}
    for point in points:
        for entry in point.entries:
            known = worst.get(entry.label)
            if known is None or (order[entry.verdict], gap(entry)) > (order[known.verdict], gap(known)):
                worst[entry.label] = entry
    return [component(entry) for entry in worst.values()]


def component(entry: Measured) -> Component:
    """An entry as a component."""
    yours = None if entry.yours is None else entry.yours.value
    numbers = (yours, entry.ours)
    distance = None if yours is None or entry.ours is None else yours - entry.ours
    difference = None if distance is None else repr(distance)
    ours = None if entry.ours is None else repr(entry.ours)
    text = None if entry.yours is None else entry.yours.text
    return Component(entry.label, entry.verdict, text, ours, difference, numbers, entry.reason, distance)


def gap(entry: Measured) -> float:
    """How far yours is from ours, as a part of the larger one; infinite where a number is missing."""
    return relative_gap(None if entry.yours is None else entry.yours.value, entry.ours)


def distance(component: Component) -> float:
    """The same of a component."""
    return relative_gap(*(component.numbers or (None, None)))


def witness(points: Sequence[ComparedNumber]) -> Witness | None:
    """The worst number, with its point; one that is missing shows nothing where there is another."""
    pairs = [(point, entry) for point in points for entry in point.entries if entry.verdict == "different"]
    shown = [(p, e) for p, e in pairs if e.yours is not None and e.ours is not None]
    if not shown:
        return None
    point, entry = max(shown, key=lambda pair: gap(pair[1]))
    assert entry.yours is not None
    return Witness(point.at, entry.label, entry.yours.value, entry.ours)


def slips(claim: Claim, points: Sequence[ComparedNumber]) -> list[Slip]:
    """What a few numbers can tell: signs, simple factors, and numbers in wrong places."""
    found = swapped(points)
    explained = {slip.variable for slip in found}
    for label in dict.fromkeys(entry.label for point in points for entry in point.entries):
        entries = [entry for point in points for entry in point.entries if entry.label == label]
        if label not in explained and any(entry.verdict == "different" for entry in entries):
            named = scaled(label, entries)
            found += [*named, *unlinked(label, entries, points)] or misplaced(label, points)
    return found


def misplaced(label: str, points: Sequence[ComparedNumber]) -> list[Slip]:
    """The derivative by another variable at every point, where that one is given rightly, too."""
    labels = [entry.label for entry in points[0].entries]
    if not 1 < len(labels) <= 200 or any([e.label for e in point.entries] != labels for point in points):
        return []
    i = labels.index(label)
    for j, other in enumerate(labels):
        (above, _, below), (output, _, variable) = label.rpartition("/"), other.rpartition("/")
        if j != i and above == output and all(is_swapped(p.entries[i], p.entries[j]) for p in points):
            message = f"your number for {label} is that of {other}: it was differentiated by {variable}, not by {below}"
            return [Slip(label, "wrong-variable", message)]
    return []


def unlinked(label: str, entries: Sequence[Measured], points: Sequence[ComparedNumber]) -> list[Slip]:
    """What only the text of the function tells: its own value, or an inner derivative that is missing everywhere."""
    pairs = [(e.yours, e.ours) for e in entries if e.yours is not None and e.ours is not None]
    if len(pairs) != len(points) or all(yours.tolerance() > TELLING * abs(yours.value) for yours, _ in pairs):
        return []
    places = [(point.case, point.values) for point in points]

    def fits(i: int, number: float) -> bool:
        return fits_digits(pairs[i][0], number)

    ours = [number for _, number in pairs]
    return not_differentiated(label, places, fits) or missing_link(label, places, ours, fits)


def scaled(label: str, entries: Sequence[Measured]) -> list[Slip]:
    """A wrong sign or a simple factor that explains a component at every point, to its digits."""
    for factor in (
        CandidateFactor(-1, 1),
        *[CandidateFactor(*pair) for k in (2, 3, 4, 10) for pair in ((k, 1), (1, k), (-k, 1), (-1, k))],
    ):
        ratio = factor.numerator / factor.denominator
        fits = [e.yours is not None and e.ours is not None and fits_digits(e.yours, e.ours * ratio) for e in entries]
        if all(fits):
            if ratio == -1:
                return [Slip(label, "sign", f"your number for {label} has the wrong sign")]
            return [Slip(label, "factor", f"your number for {label} is {factor.text()} times what it should be")]
    if all(e.yours is not None and e.yours.value == 0 for e in entries):
        return [Slip(label, "missing-term", f"your number for {label} is 0: nothing was differentiated by it")]
    return []


def fits_digits(yours: PrintedNumber, ours: float) -> bool:
    """Do both agree, to enough digits to mean something?"""
    return ours != 0 and judge(yours, ours) == "equal" and yours.tolerance() <= 0.05 * abs(ours)


def swapped(points: Sequence[ComparedNumber]) -> list[Slip]:
    """Components that stand in each other's places at every point."""
    labels = [entry.label for entry in points[0].entries]
    if not 1 < len(labels) <= 200 or any([e.label for e in point.entries] != labels for point in points):
        return []
    wrong_places = [i for i in range(len(labels)) if any(p.entries[i].verdict == "different" for p in points)]
    belongs: dict[int, int] = {}
    for i in wrong_places:
        for j in wrong_places:
            if j != i and j not in belongs.values() and all(is_swapped(p.entries[i], p.entries[j]) for p in points):
                belongs[i] = j
                break
    if len(wrong_places) < 2 or len(belongs) != len(wrong_places):
        return []
    return [
        Slip(labels[i], "permuted", f"your number for {labels[i]} is that of {labels[j]}: they are in another order")
        for i, j in belongs.items()
    ]


def is_swapped(first: Measured, second: Measured) -> bool:
    """Is what was given for the first the number of the second?"""
    return first.yours is not None and second.ours is not None and fits_digits(first.yours, second.ours)
