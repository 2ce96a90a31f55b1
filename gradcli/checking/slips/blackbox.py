"""What explains a wrong answer for a program: numbers in wrong places, factors, and slips that a change undoes."""

from __future__ import annotations

from gradcli.checking.numbers.records import ROUNDING, by_label
from gradcli.checking.records import Claim, derivative_label
from gradcli.checking.slips.arrangement import turned_slip
from gradcli.checking.slips.numbers import NumberSlips
from gradcli.checking.slips.repairs import fitting
from gradcli.derive.results import Slip
from gradcli.program.options import BuildOptions
from gradcli.program.scalarize.entries import Cells
from gradcli.records import TYPE_CHECKING
from gradcli.text.tree import Script

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gradcli.checking.numbers.box_points import BoxClaim, ComparedPoint
    from gradcli.checking.numbers.records import ComparedNumber
    from gradcli.checking.records import Part

MOST_COMPONENTS = 40
"""Wrong components up to which each is explained by changes of its formula."""


def slips(claim: BoxClaim, places: Sequence[ComparedPoint], entries: Sequence[ComparedNumber]) -> list[Slip]:
    """The likeliest explanation of each wrong component; none where nothing explains its numbers at all points."""
    case, rows = places[0].case, by_label(entries)
    found: list[Slip] = []
    explained: set[str] = set()
    for slip, covered in turned(claim, places):
        found.append(slip)
        explained |= covered

    def name(label: str) -> str:
        return derivative_label(claim.kind, case, label)

    def value(label: str) -> list[float | None]:
        """The values of the function, where it has one."""
        values = [place.record.value for place in places]
        return [v if isinstance(v, float) else None for v in values] if "/" not in label else []

    def cause(label: str) -> Slip | None:
        """The slip that a change of the answer's formula undoes, its formulas as syntax."""
        from gradcli.program.writing.trees import write_trees

        sights = [entry.sight for entry in rows[label] if entry.sight is not None]
        whole = len(sights) == len(rows[label]) and len(numbers.wrong) <= MOST_COMPONENTS
        repair = fitting(sights) if whole else None
        if repair is None:
            return None
        parts = tuple(write_trees([node], case.program.decimal).trees[0] for node in repair.parts)
        return Slip(label, repair.code, f"your {name(label)} {repair.message}", parts)

    numbers = NumberSlips(claim.kind, rows, name, value, cause)
    return found + numbers.slips(explained)


# ------------------------------------------------------------------------ numbers in wrong places


def turned(claim: BoxClaim, places: Sequence[ComparedPoint]) -> Iterator[tuple[Slip, set[str]]]:
    """Arrays that are the transposes of the right ones, with the labels of the components that this explains."""
    whole = Claim(Script((), ()), claim.answers, BuildOptions(), claim.kind, claim.layout)
    for i, part in enumerate(places[0].case.parts):
        if part.shape and all(is_turned(place, i) for place in places):
            yield turned_slip(whole, part), {part.label, *(entry.label for entry in part.entries)}


def is_turned(place: ComparedPoint, i: int) -> bool:
    """Is the answer for one array the transpose of what the program gives, and not the array itself?"""
    from gradcli.evaluate.certified.certify import certify

    part, here = list(place.parts())[i]
    if not isinstance(part.value, Cells) or part.value.shape != part.shape[::-1]:
        return False
    ours, errors = grid(part, place.ours[here]), grid(part, place.errors[here])
    right = [x for row in zip(*ours, strict=True) for x in row]
    allowed = [x or 0.0 for row in zip(*errors, strict=True) for x in row]
    yours = [number.value for number in certify(part.value.flat(), place.values)]
    as_it_is = [x for row in ours for x in row]
    if part.value.shape == part.shape and all(map(is_near, yours, as_it_is, allowed)):
        return False
    return any(right) and all(map(is_near, yours, right, allowed))


def grid(part: Part, numbers: Sequence[float | None]) -> list[Sequence[float | None]]:
    """The numbers of an array in rows."""
    width = part.shape[1]
    return [numbers[i : i + width] for i in range(0, len(numbers), width)]


def is_near(yours: float | None, ours: float | None, error: float) -> bool:
    """Do both agree within the error?"""
    return yours is not None and ours is not None and abs(yours - ours) <= error + ROUNDING * abs(yours)
