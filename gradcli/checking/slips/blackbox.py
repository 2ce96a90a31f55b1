"""What explains a wrong answer for a program: numbers in wrong places, factors, and slips that a change undoes."""

from __future__ import annotations

from gradcli.checking.blackbox_records import ROUNDING
from gradcli.checking.records import Claim
from gradcli.checking.slips.arrangement import turned_slip
from gradcli.checking.slips.repairs import fitting
from gradcli.derive.results import Slip
from gradcli.program.options import BuildOptions
from gradcli.program.scalarize.entries import Cells
from gradcli.records import TYPE_CHECKING
from gradcli.text.tree import Script

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gradcli.checking.blackbox_records import BoxClaim, Compared, ComparedPoint
    from gradcli.checking.records import Part
    from gradcli.checking.slips.repairs import Repair
    from gradcli.text.tree import Tree

    Rows = Mapping[str, Sequence[Compared]]

FACTORS = (-1.0, 2.0, 0.5, -2.0, -0.5, 3.0, 1 / 3, 4.0, 0.25)

MOST_COMPONENTS = 40
"""Wrong components up to which each is explained by changes of its formula."""

BESIDE_A_FACTOR = ("missing-inner-derivative", "extra-inner-derivative", "power-rule")
"""Slips that are named beside a factor, which they may be the cause of."""


def slips(claim: BoxClaim, places: Sequence[ComparedPoint], entries: Sequence[Compared]) -> list[Slip]:
    """The likeliest explanation of each wrong component; none where nothing explains its numbers at all points."""
    found: list[Slip] = []
    explained: set[str] = set()
    for slip, covered in turned(claim, places):
        found.append(slip)
        explained |= covered
    labels = list(dict.fromkeys(entry.label for entry in entries))
    rows = {label: [entry for entry in entries if entry.label == label] for label in labels}
    wrong = [label for label in labels if any(e.verdict == "different" and e.yours is not None for e in rows[label])]
    for label in wrong:
        if label not in explained:
            found += of_component(label, rows, wrong, places)
    return found


def of_component(label: str, rows: Rows, wrong: Sequence[str], places: Sequence[ComparedPoint]) -> list[Slip]:
    """The slips of one component: the whole number first, then a part of its formula."""
    here, mine = rows[label], partial(label)
    other = next((o for o in wrong if o != label and all(map(swapped, here, rows[o]))), None)
    if other is not None:
        return [Slip(label, "permuted", f"your {mine} is {partial(other)}: they changed places")]
    if all(entry.yours == 0 for entry in here):
        return [Slip(label, "missing-term", f"your {mine} is 0, and the function depends on this variable")]
    factor = next((k for k in FACTORS if all(fits(e.yours, e.ours, e.error, k) for e in here)), None)
    if factor == -1:
        return [Slip(label, "sign", f"your {mine} has the wrong sign")]
    sights = [entry.sight for entry in here if entry.sight is not None]
    whole = len(sights) == len(here) and len(wrong) <= MOST_COMPONENTS
    repair = fitting(sights) if whole else None
    if factor is not None:
        first = [Slip(label, "factor", f"your {mine} is {factor:.4g} times what it should be")]
        return [*first, said(label, repair, places)] if repair and repair.code in BESIDE_A_FACTOR else first
    found = misread(label, rows, places)
    if found is not None:
        return [found]
    return [] if repair is None else [said(label, repair, places)]


def misread(label: str, rows: Rows, places: Sequence[ComparedPoint]) -> Slip | None:
    """The derivative by another variable, or the function itself."""
    here, (above, slash, below) = rows[label], label.rpartition("/")
    for other in rows:
        output, _, variable = other.rpartition("/")
        same = other != label and output == above and len(rows[other]) == len(here)
        if same and all(fits(e.yours, o.ours, o.error, 1) for e, o in zip(here, rows[other], strict=True)):
            message = f"your {partial(label)} is {partial(other)}: it was differentiated by {variable}, not by {below}"
            return Slip(label, "wrong-variable", message)
    values = [place.record.value for place in places]
    if not slash and all(isinstance(v, float) and fits(e.yours, v, 0.0, 1) for e, v in zip(here, values, strict=True)):
        return Slip(label, "not-differentiated", f"your {partial(label)} is the function itself, not its derivative")
    return None


def said(label: str, repair: Repair, places: Sequence[ComparedPoint]) -> Slip:
    """A slip in words, its formulas as syntax."""
    from gradcli.program.writing.trees import write_trees

    decimal = places[0].case.program.decimal
    parts: list[Tree] = [write_trees([node], decimal).trees[0] for node in repair.parts]
    return Slip(label, repair.code, f"your {partial(label)} {repair.message}", tuple(parts))


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
    nonzero = any(right)
    as_it_is = [x for row in ours for x in row]
    if part.value.shape == part.shape and all(map(is_near, yours, as_it_is, allowed)):
        return False
    return nonzero and all(map(is_near, yours, right, allowed))


def grid(part: Part, numbers: Sequence[float | None]) -> list[Sequence[float | None]]:
    """The numbers of an array in rows."""
    width = part.shape[1]
    return [numbers[i : i + width] for i in range(0, len(numbers), width)]


def is_near(yours: float | None, ours: float | None, error: float) -> bool:
    """Do both agree within the error?"""
    return yours is not None and ours is not None and abs(yours - ours) <= error + ROUNDING * abs(yours)


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
