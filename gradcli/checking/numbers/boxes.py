"""A hand-derived answer beside a program that can only be evaluated: numbers by differences, each with its error.

What the error cannot tell apart is `undecided`; nothing is proved here.
"""

from __future__ import annotations

from gradcli.blackbox.session import SessionRequest, answer_outside
from gradcli.checking.claim import make_case
from gradcli.checking.numbers.box_points import BoxClaim, ComparedPoint, scale_of, with_reasons
from gradcli.checking.numbers.records import ROUNDING, ComparedNumber, merged, witness
from gradcli.checking.records import Claim, overall
from gradcli.checking.slips.repairs import Sight
from gradcli.derive.layouts import numbers_in
from gradcli.derive.results import Hessian, Jacobian, Verdict
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

    Answered = Gradient | Jacobian | Hessian

CLOSE = 1e-3
"""A stated error below this part of the number is small enough to call two numbers equal."""

SMALL = 1e-6
"""The same, of the largest number of the answer, where one of the two is 0."""

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
        from gradcli.checking.numbers.files import compared_numbers

        source, written = claim.file
        pairs = zip(places, written, strict=True)
        entries = [entry for place, given in pairs for entry in compared_numbers(claim, place, given, source)]
    components = merged(entries)
    whole = overall(component.verdict for component in components)
    agreed = sum(all(e.verdict == "equal" for e in entries if e.at is r.reading.at_values) for r in records)
    return Verdict(
        records[0].reading._replace(at=None, at_values=None),
        claim.kind,
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
    return [x for x in numbers_in(rows) if x is not None]


# ------------------------------------------------------------------------ one point


def place_of(claim: BoxClaim, record: Answered) -> ComparedPoint:
    """Both sides at one point."""
    from gradcli.program.point import bind_point

    case, point, source = claimed(claim, record)
    values = bind_point(case.program, point, source).values
    return ComparedPoint(case, values, record, numbers_of(record, case), errors_of(record, case))


def compared(place: ComparedPoint) -> list[ComparedNumber]:
    """Every number at one point."""
    from gradcli.evaluate.certified.certify import certify

    at, scale = place.at, scale_of(place.record, place.ours)
    found: list[ComparedNumber] = []
    for part, here in place.parts():
        if part.trouble:
            found.append(ComparedNumber(part.label, None, None, "different", at, part.trouble))
            continue
        nodes = [entry.yours for entry in part.entries if entry.yours is not None]
        yours = certify(nodes, place.values)
        for entry, mine, number, error in zip(part.entries, yours, place.ours[here], place.errors[here], strict=True):
            one = ComparedNumber(entry.label, mine.value, number, "undecided", at, "", error or 0.0)
            if number is not None and entry.yours is not None:
                sight = Sight(place.case.graph, entry.yours, entry.wrt, place.values, number, error or 0.0)
                one = one._replace(sight=sight)
            found.append(judged(one, mine, scale))
    found += [ComparedNumber("", None, None, "different", at, "one answer too many") for _ in place.case.surplus]
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
        return numbers_in(record.jacobian)
    if isinstance(record, Hessian):
        return numbers_in(record.hessian)
    return [x for part in case.parts for x in numbers_in((record.gradient or {}).get(part.label))]


def errors_of(record: Answered, case: Case) -> list[float | None]:
    """Their errors."""
    if isinstance(record, Jacobian | Hessian):
        return numbers_in(record.error) if record.error is not None else [None] * len(numbers_of(record, case))
    return [x for part in case.parts for x in numbers_in((record.error or {}).get(part.label))]


def judged(one: ComparedNumber, mine: Any, scale: float) -> ComparedNumber:
    """A number with its verdict. `mine`: yours as it was certified."""
    yours, ours, error = one.yours, one.ours, one.error
    if yours is None:
        reason = f"yours has no value here{': ' + mine.reason if mine.reason else ''}"
        undecided = ours is None or mine.status == "undecided"
        return one._replace(verdict="undecided" if undecided else "different", reason=reason)
    if ours is None:
        return one
    gap = abs(yours - ours)
    size = max(abs(yours), abs(ours))
    if gap > error + ROUNDING * size:
        return one._replace(verdict="different")
    if error <= CLOSE * size or error <= SMALL * scale:
        return one._replace(verdict="equal")
    return one._replace(reason=f"the error of the differences, ±{error:.2g}, is too large to tell")


def diagnosis(claim: BoxClaim, places: Sequence[ComparedPoint], entries: Sequence[ComparedNumber]) -> list[Slip]:
    """The slips that explain what is different."""
    from gradcli.checking.slips.blackbox import slips

    return slips(claim, places, entries)
