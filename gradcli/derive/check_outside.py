"""A hand-derived answer beside a program that can only be evaluated: numbers by differences, each with its error.

What the error cannot tell apart is `undecided`; nothing is proved here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from gradcli.derive.claims import Claim, make_case
from gradcli.derive.outside_question import BlackBox, Given, answer_outside
from gradcli.derive.results import Component, Hessian, Jacobian, Slip, Verdict, Witness
from gradcli.derive.written import relative_gap
from gradcli.problems import Source, Span
from gradcli.program.build import BuildOptions
from gradcli.program.shapes import tree_dims
from gradcli.text.points import Entry as Coordinate
from gradcli.text.points import PointText
from gradcli.text.tree import Binary, Call, Name, Script, Statement, Tree, Vector

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcli.derive.claims import Case
    from gradcli.derive.results import Gradient, Judgement, Layout
    from gradcli.text.answers import Answer

    Answered = Gradient | Jacobian | Hessian

COMMANDS = {"gradient": "grad", "jacobian": "jacobian", "hessian": "hessian"}

CLOSE = 1e-3
"""A stated error below this part of the number is small enough to call two numbers equal."""

SMALL = 1e-6
"""The same, of the largest number of the answer, where one of the two is 0."""

ROUNDING = 2.0**-50
"""Relative error of numbers in float64."""

FACTORS = (-1.0, 2.0, 0.5, -2.0, -0.5, 3.0, 1 / 3, 4.0, 0.25)


class BoxClaim(NamedTuple):
    """What is to be checked: answers for the derivatives of a black box, at points."""

    answers: tuple[Answer, ...]
    box: BlackBox
    points: tuple[tuple[PointText, Source], ...]
    settings: Mapping[str, Tree] = {}
    wrt: tuple[str, ...] = ()
    kind: str = "gradient"
    layout: Layout | None = None


class Compared(NamedTuple):
    """One number at one point: yours, and the program's with its error (None where there is none: `reason`)."""

    label: str
    yours: float | None
    ours: float | None
    error: float
    verdict: Judgement
    reason: str
    at: Mapping[str, Any]


def check_outside(claim: BoxClaim) -> Verdict:
    """The verdict at all points together.

    Raises what `answer_outside` raises for a program that fails, and the parser's errors for the answer.
    """
    given = Given(claim.points, claim.settings, claim.wrt, None, claim.layout)
    records = answer_outside(COMMANDS[claim.kind], claim.box, given)
    entries = [entry for record in records for entry in compared(claim, record)]
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
        tuple(slips(entries)) if whole == "different" else (),
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


def compared(claim: BoxClaim, record: Answered) -> list[Compared]:
    """Every number at one point."""
    from gradcli.evaluate.certified import certify
    from gradcli.program.values import bind_point

    case, point, source = claimed(claim, record)
    at = record.reading.at_values or {}
    values = bind_point(case.program, point, source).values
    ours, errors = numbers_of(record, case), errors_of(record, case)
    scale = scale_of(record, ours)
    found: list[Compared] = []
    place = 0
    for part in case.parts:
        here = slice(place, place + len(part.entries))
        place += len(part.entries)
        if part.trouble:
            found.append(Compared(part.label, None, None, 0.0, "different", part.trouble, at))
            continue
        nodes = [entry.yours for entry in part.entries if entry.yours is not None]
        yours = certify(nodes, values)
        for entry, mine, number, error in zip(part.entries, yours, ours[here], errors[here], strict=True):
            found.append(judged(entry.label, mine, number, error or 0.0, scale, at))
    found += [Compared("", None, None, 0.0, "different", "one answer too many", at) for _ in case.surplus]
    return [entry if entry.ours is not None or entry.reason else with_reason(entry, record) for entry in found]


def claimed(claim: BoxClaim, record: Answered) -> tuple[Case, PointText, Source]:
    """The answers, read in the names of the point; a sum of all names stands for the function."""
    trees = {**(record.reading.at or {}), **claim.settings}
    source = Source("--at", "")
    shapes = {name: tuple(tree_dims(tree)) for name, tree in trees.items()}
    whole = stand_in(shapes)
    functions = len(record.value) if isinstance(record, Jacobian) and record.value is not None else 1
    tree: Tree = Vector((whole,) * functions) if claim.kind == "jacobian" else whole
    options = BuildOptions(wrt=record.reading.variables, settings={}, bound=shapes, scalar=claim.kind != "jacobian")
    script = Script((Statement(None, tree, source, 0, 0),), ())
    case = make_case(Claim(script, claim.answers, options, claim.kind, claim.layout), options, {}, None)
    span = Span(source, 0, 0)
    return case, PointText(tuple(Coordinate(name, value, span) for name, value in trees.items()), source), source


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


def flat(value: Any) -> list[float | None]:
    """Nested lists as one list, row by row."""
    if not isinstance(value, list | tuple):
        return [value]
    return [x for part in value for x in flat(part)]


def scale_of(record: Answered, numbers: Sequence[float | None]) -> float:
    """What a 0 is judged by: the largest derivative, or the value's share of it."""
    largest = max((abs(x) for x in numbers if x is not None), default=0.0)
    value = max((abs(x) for x in flat(record.value) if x is not None), default=0.0)
    place = max((abs(x) for x in flat(list((record.reading.at_values or {}).values())) if x is not None), default=1.0)
    return max(largest, value / max(place, 1.0))


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


def with_reason(entry: Compared, record: Answered) -> Compared:
    """Why the program has no derivative there."""
    problems = record.numbers.problems
    name = entry.label.rpartition("/")[2]
    fitting = [p.message for p in problems if p.variable is None or p.variable in (name, name.partition("[")[0])]
    reason = (fitting or [p.message for p in problems] or ["the program has no derivative here"])[0]
    return entry._replace(reason=reason)


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


def slips(entries: Sequence[Compared]) -> list[Slip]:
    """What numbers alone can tell: signs, simple factors, and numbers in each other's places."""
    labels = list(dict.fromkeys(entry.label for entry in entries))
    rows = {label: [entry for entry in entries if entry.label == label] for label in labels}
    wrong = [label for label in labels if any(e.verdict == "different" and e.yours is not None for e in rows[label])]
    found: list[Slip] = []
    for label in wrong:
        other = next((o for o in wrong if o != label and all(map(swapped, rows[label], rows[o]))), None)
        factor = next((k for k in FACTORS if all(fits(e.yours, e.ours, e.error, k) for e in rows[label])), None)
        if other is not None:
            found.append(Slip(label, "permuted", f"your {partial(label)} is {partial(other)}: they changed places"))
        elif factor == -1:
            found.append(Slip(label, "sign", f"your {partial(label)} has the wrong sign"))
        elif factor is not None:
            found.append(Slip(label, "factor", f"your {partial(label)} is {factor:.4g} times what it should be"))
    return found


def partial(label: str) -> str:
    """`∂f/∂x`; of a matrix `∂f1/∂x`."""
    above, slash, below = label.partition("/")
    return f"∂{above}/∂{below}" if slash else f"∂f/∂{label}"


def swapped(first: Compared, second: Compared) -> bool:
    """Is yours of the first the program's second, and the other way round?"""
    return fits(first.yours, second.ours, second.error, 1) and fits(second.yours, first.ours, first.error, 1)


def fits(yours: float | None, ours: float | None, error: float, factor: float) -> bool:
    """Is yours this multiple of the program's, to digits that mean something?"""
    if yours is None or ours is None or error > 1e-2 * abs(ours):
        return False
    return ours != 0 and abs(yours - factor * ours) <= abs(factor) * error + ROUNDING * abs(yours)
