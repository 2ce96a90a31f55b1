"""Numbers of a file beside those of a program: equal within the digits of the one and the errors of the other."""

from __future__ import annotations

from gradcli.checking.against_numbers import flattened, parts_with_numbers
from gradcli.checking.blackbox_records import Compared, scale_of, with_reasons
from gradcli.checking.printed_numbers import judge
from gradcli.checking.records import Claim
from gradcli.program.options import BuildOptions
from gradcli.records import TYPE_CHECKING
from gradcli.text.tree import Script

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from gradcli.checking.blackbox_records import BoxClaim, ComparedPoint
    from gradcli.checking.printed_numbers import PrintedAnswer, PrintedNumber
    from gradcli.problems import Source


def compared_numbers(claim: BoxClaim, place: ComparedPoint, given: PrintedAnswer, source: Source) -> list[Compared]:
    """Every number at one point. Raises `against` for what is no gradient, Jacobian or Hessian of this function."""
    whole = Claim(Script((), ()), (), BuildOptions(), claim.kind, claim.layout)
    found: list[Compared] = []
    scale = scale_of(place.record, place.ours)
    parts = parts_with_numbers(whole, place.case, given.numbers, source)
    for (part, numbers), (_, here) in zip(parts, place.parts(), strict=True):
        flat = flattened(numbers, source)
        if flat is None or len(flat) != len(part.entries):
            missing = f"missing: no number was given for {part.label}"
            reason = missing if flat is None else f"the shape is wrong: {len(flat)} entries for {len(part.entries)}"
            found.append(Compared(part.label, None, None, 0.0, "different", reason, place.at))
            continue
        for entry, yours, ours, error in zip(part.entries, flat, place.ours[here], place.errors[here], strict=True):
            found.append(measured(entry.label, yours, ours, error or 0.0, scale, place.at))
    return with_reasons(found, place.record)


def measured(
    label: str, yours: PrintedNumber | None, ours: float | None, error: float, scale: float, at: Mapping[str, Any]
) -> Compared:
    """One number with its verdict; a null is right where the program has no derivative."""
    if yours is None:
        if ours is None:
            return Compared(label, None, None, 0.0, "equal", "", at)
        reason = "missing: null was given, and the derivative exists"
        return Compared(label, None, ours, error, "different", reason, at)
    if ours is None:
        return Compared(label, yours.value, None, error, "undecided", "", at)
    verdict = judge(yours, ours, error, scale)
    reason = f"the error of the differences, ±{error:.2g}, is too large to tell" if verdict == "undecided" else ""
    return Compared(label, yours.value, ours, error + yours.tolerance(), verdict, reason, at)
