"""Numbers of someone else's code beside ours, component by component, at the points where they were made."""

from __future__ import annotations

from gradcli.checking.claim import make_cases
from gradcli.checking.numbers.printed import PrintedNumber, judge, point_text, wrong
from gradcli.checking.numbers.records import ComparedNumber, by_label, merged, witness
from gradcli.checking.records import derivative_label, overall
from gradcli.checking.slips.numbers import NumberSlips, claimed, missing_link
from gradcli.derive.layouts import all_entry_names, symmetric_parts
from gradcli.derive.results import Verdict
from gradcli.problems import GradcliError, Source, reason_at
from gradcli.program.substitute import replace_in_functions
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from gradcli.checking.numbers.printed import PrintedAnswer
    from gradcli.checking.records import Case, Claim, ClaimedEntry, Part
    from gradcli.derive.results import Slip

TELLING = 1e-4
"""Of a number: digits that are worse than this at every point may fit by chance."""


class FilePoint(NamedTuple):
    """One point of a file: its coordinates for people and as nodes, and what was found there."""

    at: Mapping[str, Any]
    entries: tuple[ComparedNumber, ...]
    case: Case
    values: Mapping[str, Any]


def check_numbers(claim: Claim, source: Source, given: Sequence[PrintedAnswer]) -> Verdict:
    """The verdict on numbers: equal where each agrees to the digits that it is given with.

    Problems: a component that has no derivative at a point is `undecided` there, with the reason.
    """
    from gradcli.derive.reading import read_back

    points = [compared(claim, source, one) for one in given]
    entries = [entry for point in points for entry in point.entries]
    components = merged(entries)
    whole = overall(component.verdict for component in components)
    return Verdict(
        read_back(points[0].case.program, None),
        claim.kind,
        claim.answer_layout,
        whole,
        None if whole == "undecided" else "proved" if whole == "different" else "tested",
        components,
        witness(entries) if whole == "different" else None,
        tuple(slips(claim, points)) if whole == "different" else (),
        sum(all(entry.verdict == "equal" for entry in point.entries) for point in points),
        (),
        (f"compared at {len(points)} point{'s' if len(points) > 1 else ''}, to the digits that were given",),
    )


def compared(claim: Claim, source: Source, given: PrintedAnswer) -> FilePoint:
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
    entries: list[ComparedNumber] = []
    for part, numbers in parts_with_numbers(claim, case, given.numbers, source):
        entries += compared_part(part, numbers, FilePoint(at, (), case, bound.values), source)
    return FilePoint(at, tuple(entries), case, bound.values)


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
        return [(part, as_given(part, numbers[part.label]) if part.label in numbers else None) for part in parts]
    if len(parts) == 1 and (parts[0].shape or not isinstance(numbers, list)):
        return [(parts[0], numbers)]
    if not isinstance(numbers, list):
        raise wrong(source, "the gradient is an object by variable, or a list in variable order")
    if len(numbers) > len(parts):
        raise wrong(source, f"{len(numbers)} numbers for {len(parts)} variables")
    return [(part, as_given(part, numbers[i]) if i < len(numbers) else None) for i, part in enumerate(parts)]


def as_given(part: Part, numbers: Any) -> Any:
    """The numbers of a part; null in the place of a single one says that there is none."""
    return [None] if numbers is None and len(part.entries) == 1 else numbers


def compared_part(part: Part, numbers: Any, point: FilePoint, source: Source) -> list[ComparedNumber]:
    """The entries of one part; one entry that says so where they are too few or too many."""
    flat = flattened(numbers, source)
    if flat is None or len(flat) != len(part.entries):
        return [ComparedNumber(part.label, None, None, "different", point.at, misfit(part, flat))]
    ours = our_numbers(part, point)
    largest = max((abs(value) for value, _ in ours if value is not None), default=0.0)
    return [
        compared_number(entry, yours, value, reason, largest)._replace(at=point.at)
        for entry, yours, (value, reason) in zip(part.entries, flat, ours, strict=True)
    ]


def misfit(part: Part, flat: Sequence[Any] | None) -> str:
    """Why what a file gives for a part is not its entries."""
    if flat is None:
        return f"missing: no number was given for {part.label}"
    return f"the shape is wrong: {len(flat)} entries were given, {len(part.entries)} are expected"


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


def our_numbers(part: Part, point: FilePoint) -> list[tuple[float | None, str]]:
    """Our derivatives, certified, each with the reason where there is none."""
    from gradcli.derive.methods.certified import certified_jet

    case = point.case
    program = case.program
    parts = symmetric_parts(program.graph, all_entry_names(program.variables), program.symmetric)
    outputs, guards = replace_in_functions(program.graph, case.outputs, program.guards, parts)
    result: dict[tuple[int, str], tuple[float | None, str]] = {}
    for output in dict.fromkeys(entry.output for entry in part.entries):
        partials = {entry.wrt: entry.ours for entry in part.entries if entry.output == output}
        found = certified_jet(outputs[output], partials, point.values, guards)
        for name, number in found.by_name(list(partials)).items():
            result[output, name] = (number, reason_at(found.problems, name))
    return [result[entry.output, entry.wrt] for entry in part.entries]


def compared_number(
    entry: ClaimedEntry, yours: PrintedNumber | None, ours: float | None, reason: str, largest: float
) -> ComparedNumber:
    """One number with its verdict; a null is right where there is no derivative."""
    number = None if yours is None else yours.value
    found = ComparedNumber(entry.label, number, ours, "equal", {}, printed=yours)
    if yours is None:
        missing = "missing: null was given, and the derivative exists"
        return found._replace(reason=reason) if ours is None else found._replace(verdict="different", reason=missing)
    if ours is None:
        return found._replace(verdict="undecided", reason=reason or "the derivative does not exist here")
    return found._replace(verdict=judge(yours, ours, 0.0, largest))


def slips(claim: Claim, points: Sequence[FilePoint]) -> list[Slip]:
    """What a few numbers can tell, and the text of the function where they have digits enough."""
    from gradcli.evaluate.certified.certify import certify

    rows = by_label([entry for point in points for entry in point.entries])
    places = [(point.case, point.values) for point in points]
    case = points[0].case

    def name(label: str) -> str:
        return derivative_label(claim.kind, case, label)

    def value(label: str) -> list[float | None]:
        """The values of the function where the numbers tell enough."""
        if not are_telling(rows[label], len(points)):
            return []
        return [certify([c.outputs[claimed(c, label)[0]]], values)[0].value for c, values in places]

    def cause(label: str) -> Slip | None:
        entries = rows[label]
        return missing_link(label, name(label), places, entries) if are_telling(entries, len(points)) else None

    return NumberSlips(claim.kind, rows, name, value, cause).slips()


def are_telling(entries: Sequence[ComparedNumber], count: int) -> bool:
    """Are there numbers of both sides at every point, one of them with digits enough?"""
    pairs = [
        (e.printed, e.yours) for e in entries if e.printed is not None and e.yours is not None and e.ours is not None
    ]
    return len(pairs) == count and any(printed.tolerance() <= TELLING * abs(yours) for printed, yours in pairs)
