"""Numbers of a file beside those of a program: equal within the digits of the one and the errors of the other."""

from __future__ import annotations

from gradcli.checking.numbers.box_points import scale_of, with_reasons
from gradcli.checking.numbers.formulas import flattened, misfit, parts_with_numbers
from gradcli.checking.numbers.printed import judge, parse_numbers, point_text
from gradcli.checking.numbers.records import ComparedNumber
from gradcli.checking.records import Claim
from gradcli.problems import Source
from gradcli.program.options import BuildOptions
from gradcli.records import TYPE_CHECKING
from gradcli.text.points import parse_point
from gradcli.text.tree import Script

if TYPE_CHECKING:
    from gradcli.checking.numbers.box_points import BoxClaim, ComparedPoint
    from gradcli.checking.numbers.printed import PrintedAnswer, PrintedNumber


def with_numbers(claim: BoxClaim, source: Source) -> BoxClaim:
    """The claim that a box's derivatives are the numbers of a file, at the points of the file. Raises `against`."""
    given = parse_numbers(source, claim.kind)
    texts = [Source(source.name, point_text(one.at, source), is_data=True) for one in given]
    points = tuple((parse_point(text), text) for text in texts)
    return claim._replace(points=points, file=(source, tuple(given)))


def compared_numbers(
    claim: BoxClaim, place: ComparedPoint, given: PrintedAnswer, source: Source
) -> list[ComparedNumber]:
    """Every number at one point. Raises `against` for what is no gradient, Jacobian or Hessian of this function."""
    whole = Claim(Script((), ()), (), BuildOptions(), claim.kind, claim.layout)
    found: list[ComparedNumber] = []
    scale = scale_of(place.record, place.ours)
    parts = parts_with_numbers(whole, place.case, given.numbers, source)
    for (part, numbers), (_, here) in zip(parts, place.parts(), strict=True):
        flat = flattened(numbers, source)
        if flat is None or len(flat) != len(part.entries):
            found.append(ComparedNumber(part.label, None, None, "different", place.at, misfit(part, flat)))
            continue
        for entry, yours, ours, error in zip(part.entries, flat, place.ours[here], place.errors[here], strict=True):
            number = None if yours is None else yours.value
            one = ComparedNumber(entry.label, number, ours, "equal", place.at, "", error or 0.0, yours)
            found.append(judged(one, yours, scale))
    return with_reasons(found, place.record)


def judged(one: ComparedNumber, yours: PrintedNumber | None, scale: float) -> ComparedNumber:
    """One number with its verdict; a null is right where the program has no derivative."""
    if yours is None:
        missing = "missing: null was given, and the derivative exists"
        return one if one.ours is None else one._replace(verdict="different", reason=missing)
    if one.ours is None:
        return one._replace(verdict="undecided")
    verdict = judge(yours, one.ours, one.error, scale)
    wide = f"the error of the differences, ±{one.error:.2g}, is too large to tell"
    return one._replace(verdict=verdict, reason=wide if verdict == "undecided" else "")
