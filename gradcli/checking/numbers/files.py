"""Numbers of a file beside those of a program: equal within the digits of the one and the errors of the other."""

from __future__ import annotations

from gradcli.checking.numbers.box_points import scale_of, with_reasons
from gradcli.checking.numbers.formulas import flattened, misfit, parts_with_numbers
from gradcli.checking.numbers.printed import judge
from gradcli.checking.numbers.records import ComparedNumber
from gradcli.checking.records import Claim
from gradcli.program.options import BuildOptions
from gradcli.records import TYPE_CHECKING
from gradcli.text.tree import Script

if TYPE_CHECKING:
    from gradcli.checking.numbers.box_points import BoxClaim, ComparedPoint
    from gradcli.checking.numbers.printed import PrintedAnswer, PrintedNumber
    from gradcli.problems import Source


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
