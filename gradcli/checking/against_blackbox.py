"""A hand-derived answer beside a program that can only be evaluated: numbers by differences, each with its error.

What the error cannot tell apart is `undecided`; nothing is proved here.
"""

from __future__ import annotations

from gradcli.blackbox.session import SessionRequest, answer_outside
from gradcli.checking.blackbox_records import (
    CLOSE,
    ROUNDING,
    SMALL,
    BoxClaim,
    Compared,
    ComparedPoint,
    flat,
    scale_of,
    with_reasons,
)
from gradcli.checking.claim import make_case
from gradcli.checking.printed_numbers import relative_gap
from gradcli.checking.records import Claim
from gradcli.checking.slips.repairs import Sight
from gradcli.derive.results import Component, Hessian, Jacobian, Verdict, Witness
from gradcli.problems import Source, Span
from gradcli.program.options import BuildOptions
from gradcli.records import TYPE_CHECKING
from gradcli.text.points import PointEntry, PointText
from gradcli.text.tree import Binary, Call, Name, Script, Statement, Tree, Vector, typed_shape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from gradcli.checking.records import Case
    from gradcli.derive.results import Gradient, Slip
    from gradcli.vocabulary import Judgement

    Answered = Gradient | Jacobian | Hessian

COMMANDS = {"gradient": "grad", "jacobian": "jacobian", "hessian": "hessian"}


def check_outside(claim: BoxClaim) -> Verdict:
    """The verdict at all points together.

    Raises what `answer_outside` raises for a program that fails, and the parser's errors for the answer.
    """
    given = SessionRequest(claim.points, claim.settings, claim.wrt, None, claim.layout)
    records = answer_outside(COMMANDS[claim.kind], claim.box, given)
    places = [place_of(claim, record) for record in records]
    if claim.file is None:
        entries = [entry for place in places for entry in compared(place)]
    else:
        from gradcli.checking.blackbox_claims import compared_numbers

        source, written = claim.file
        pairs = zip(places, written, strict=True)
        entries = [entry for place, given in pairs for entry in compared_numbers(claim, place, given, source)]
    components = merged(entries)
    verdicts = {component.verdict for component in components}
    whole: Judgement = "different" if "different" in verdicts else "undecided" if "undecided" in verdicts else "equal"
    agreed = sum(all(e.verdict == "equal" for e in entries if e.at is r.reading.at_values) for r in records)
    return Verdict(
        records[0].reading._replace(at=None, at_values=None),
        claim.kind,  # type: ignore[arg-type]
        records[0].layout,
        whole,
        None if whole == "undecided" else "tested",
        components,
        witness(entries) if whole == "different" else None,
        tuple(diagnosis(claim, places, entries)) if whole == "different" else (),
        agreed,
        (),
        notes(records),
    )


def notes(records: Sequence[Answered]) -> tuple[str, ...]:
    """How the program's numbers were made."""
    count = sum(record.numbers.evaluations or 0 for record in records)
    points = f"{len(records)} point{'s' if len(records) > 1 else ''}"
    made = f"compared with finite differences at {points}: {count} evaluations"
    errors = [error for record in records for error in stated(record)]
    made += f", largest error ±{max(errors):.2g}" if errors else ""
    return (made, *dict.fromkeys(note for record in records for note in record.numbers.notes))


def stated(record: Answered) -> list[float]:
    """The errors that the numbers were given with."""
    error: Any = record.error
    rows = list(error.values()) if hasattr(error, "values") else error
    return [x for x in flat(rows) if x is not None]


# ------------------------------------------------------------------------ one point


def place_of(claim: BoxClaim, record: Answered) -> ComparedPoint:
    """Both sides at one point."""
    from gradcli.program.point import bind_point

    case, point, source = claimed(claim, record)
    values = bind_point(case.program, point, source).values
    return ComparedPoint(case, values, record, numbers_of(record, case), errors_of(record, case))


def compared(place: ComparedPoint) -> list[Compared]:
    """Every number at one point."""
    from gradcli.evaluate.certified.certify import certify

    at, scale = place.at, scale_of(place.record, place.ours)
    found: list[Compared] = []
    for part, here in place.parts():
        if part.trouble:
            found.append(Compared(part.label, None, None, 0.0, "different", part.trouble, at))
            continue
        nodes = [entry.yours for entry in part.entries if entry.yours is not None]
        yours = certify(nodes, place.values)
        for entry, mine, number, error in zip(part.entries, yours, place.ours[here], place.errors[here], strict=True):
            one = judged(entry.label, mine, number, error or 0.0, scale, at)
            if number is not None and entry.yours is not None:
                sight = Sight(place.case.graph, entry.yours, entry.wrt, place.values, number, error or 0.0)
                one = one._replace(sight=sight)
            found.append(one)
    found += [Compared("", None, None, 0.0, "different", "one answer too many", at) for _ in place.case.surplus]
    return with_reasons(found, place.record)


def claimed(claim: BoxClaim, record: Answered) -> tuple[Case, PointText, Source]:
    """The answers, read in the names of the point; a sum of all names stands for the function."""
    trees = {**(record.reading.at or {}), **claim.settings}
    source = Source("--at", "")
    shapes = {name: typed_shape(tree) for name, tree in trees.items()}
    whole = stand_in(shapes)
    functions = len(record.value) if isinstance(record, Jacobian) and record.value is not None else 1
    tree: Tree = Vector((whole,) * functions) if claim.kind == "jacobian" else whole
    options = BuildOptions(wrt=record.reading.variables, settings={}, bound=shapes, scalar=claim.kind != "jacobian")
    script = Script((Statement(None, tree, source, 0, 0),), ())
    case = make_case(Claim(script, claim.answers, options, claim.kind, claim.layout), options, {}, None)
    span = Span(source, 0, 0)
    return case, PointText(tuple(PointEntry(name, value, span) for name, value in trees.items()), source), source


def stand_in(shapes: Mapping[str, tuple[int, ...]]) -> Tree:
    """A formula that uses every name."""
    terms: list[Tree] = [Call("sum", (Name(name),)) if shape else Name(name) for name, shape in shapes.items()]
    whole = terms[0]
    for term in terms[1:]:
        whole = Binary("+", whole, term)
    return whole


def numbers_of(record: Answered, case: Case) -> list[float | None]:
    """The program's derivatives, in the order of the entries."""
    if isinstance(record, Jacobian):
        return flat(record.jacobian)
    if isinstance(record, Hessian):
        return flat(record.hessian)
    return [x for part in case.parts for x in flat((record.gradient or {}).get(part.label))]


def errors_of(record: Answered, case: Case) -> list[float | None]:
    """Their errors."""
    if isinstance(record, Jacobian | Hessian):
        return flat(record.error) if record.error is not None else [None] * len(numbers_of(record, case))
    return [x for part in case.parts for x in flat((record.error or {}).get(part.label))]


def judged(label: str, mine: Any, ours: float | None, error: float, scale: float, at: Mapping[str, Any]) -> Compared:
    """One pair of numbers."""
    yours = mine.value
    if yours is None:
        reason = f"yours has no value here{': ' + mine.reason if mine.reason else ''}"
        verdict: Judgement = "undecided" if ours is None or mine.status == "undecided" else "different"
        return Compared(label, None, ours, error, verdict, reason, at)
    if ours is None:
        return Compared(label, yours, None, error, "undecided", "", at)
    gap = abs(yours - ours)
    size = max(abs(yours), abs(ours))
    if gap > error + ROUNDING * size:
        return Compared(label, yours, ours, error, "different", "", at)
    small = error <= CLOSE * size or error <= SMALL * scale
    reason = "" if small else f"the error of the differences, ±{error:.2g}, is too large to tell"
    return Compared(label, yours, ours, error, "equal" if small else "undecided", reason, at)


# ------------------------------------------------------------------------ all points


def merged(entries: Sequence[Compared]) -> tuple[Component, ...]:
    """One component an entry, the worst first: from the witness's point, or the point where it is worst."""
    rank = {"different": 2, "undecided": 1, "equal": 0}
    shown = witness(entries)
    worst: dict[str, tuple[tuple[float, ...], Compared]] = {}
    for entry in entries:
        here = shown is not None and entry.at is shown.at
        key = (rank[entry.verdict], here, gap(entry))
        if entry.label not in worst or key > worst[entry.label][0]:
            worst[entry.label] = (key, entry)
    ordered = sorted((entry for _, entry in worst.values()), key=lambda entry: (-rank[entry.verdict], -gap(entry)))
    return tuple(component(entry) for entry in ordered)


def gap(entry: Compared) -> float:
    """How far yours is from the program's, as a part of the larger one; infinite where a number is missing."""
    return relative_gap(entry.yours, entry.ours)


def component(entry: Compared) -> Component:
    """An entry as a component."""
    distance = None if entry.yours is None or entry.ours is None else entry.yours - entry.ours
    texts = [None if x is None else repr(x) for x in (entry.yours, entry.ours, distance)]
    numbers = (entry.yours, entry.ours)
    return Component(entry.label, entry.verdict, texts[0], texts[1], texts[2], numbers, entry.reason, distance)


def witness(entries: Sequence[Compared]) -> Witness | None:
    """The worst number with its point."""
    wrong = [e for e in entries if e.verdict == "different" and e.yours is not None and e.ours is not None]
    if not wrong:
        return None
    worst = max(wrong, key=gap)
    return Witness(worst.at, worst.label, worst.yours, worst.ours)


def diagnosis(claim: BoxClaim, places: Sequence[ComparedPoint], entries: Sequence[Compared]) -> list[Slip]:
    """The slips that explain what is different."""
    from gradcli.checking.slips.blackbox import slips

    return slips(claim, places, entries)
