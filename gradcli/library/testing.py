"""`assert_gradient` for tests: a gradient that was written by hand beside one with bounds."""

from __future__ import annotations

from gradcli.library.answers import grad as gradient_of
from gradcli.library.asking import is_function
from gradcli.library.keywords import noting
from gradcli.library.values import plain
from gradcli.problems import GradcliError, reason_at
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, Final

    from gradcli.checking.numbers.records import ComparedNumber
    from gradcli.derive.results import Gradient
    from gradcli.library.values import Entry, Expression, Names, PointLike

TOLERANCE: Final = 1e-9
ROUNDINGS: Final = 2.0**-48
"""What rounding may take of an entry whose terms cancel, relative to the largest entry."""

TOLD: Final = 1e-3
"""A bound below this part of an entry is small enough to tell."""


@noting
def assert_gradient(
    f: Expression | Callable[..., Any],
    grad: Callable[..., Any] | Sequence[Any] | Mapping[str, Any],
    at: PointLike | Sequence[PointLike],
    *,
    wrt: Names = (),
    constants: Mapping[str, Entry] | None = None,
    tolerance: float = TOLERANCE,
) -> None:
    """Fail unless `grad` is the gradient of `f` at a point, or at each of a list of tuples or of mappings.

    `f`: a text, whose gradient is certified, or a callable, which is differentiated by finite differences with bounds.
    `grad`: a callable of the arguments of `f`, or its numbers: one number or array an argument, all entries in one
    array, or a mapping by argument. `tolerance`: relative, beside the bounds.
    Raises AssertionError that names each wrong entry, yours, ours and its bound, and the slip that explains it. A point
    where the derivative does not exist, or where the bound is too wide to tell, fails too.

    Example:
        >>> from gradcli import assert_gradient
        >>> assert_gradient(lambda x, y: x**2*y, lambda x, y: (2*x*y, x**2), at=(3, 2))
    """
    points: Any = at if isinstance(at, list) and at and isinstance(at[0], tuple | dict) else [at]
    if at is None:
        raise GradcliError("usage", "a gradient is compared at a point: at=...")
    failures = []
    for point in points:
        ours = gradient_of(f, point, wrt=wrt, constants=constants)
        entries = compared(ours, answer_at(grad, point, ours), tolerance)
        if any(entry.verdict != "equal" for entry in entries):
            failures.append(told(ours, entries))
    if failures:
        raise AssertionError("\n".join(failures))


def answer_at(grad: Any, point: PointLike, ours: Gradient) -> list[float]:
    """The entries of a gradient at a point, in the order of the variables, matrices row by row."""
    found = plain(called(grad, point, ours) if is_function(grad) else grad)
    names = ours.reading.variables
    if hasattr(found, "items"):
        missing = [name for name in names if name not in found]
        if missing:
            raise AssertionError(f"the gradient has no entry {', '.join(missing)}")
        found = [found[name] for name in names]
    try:
        yours = [float(number) for number in numbers(found)]
    except (TypeError, ValueError):
        raise AssertionError(f"the gradient is no numbers: {found!r:.60}") from None
    labels = labels_of(ours)
    if len(yours) != len(labels):
        raise AssertionError(f"the gradient has {len(yours)} numbers for {len(labels)}: {', '.join(labels[:8])}")
    return yours


def called(grad: Callable[..., Any], point: PointLike, ours: Gradient) -> Any:
    """What a callable answers at the point, called as the function is."""
    from gradcli.blackbox.in_process import Called, arguments_of

    given: Any = point if not isinstance(point, str) else dict(ours.reading.at_values or {})
    called_with = Called(grad, arguments_of(grad, given))
    return called_with.call(called_with.point)


def numbers(value: Any) -> list[Any]:
    """The numbers of nested lists and arrays, in order."""
    value = plain(value.detach() if hasattr(value, "detach") else value)
    return [x for part in value for x in numbers(part)] if isinstance(value, list | tuple) else [value]


def labels_of(ours: Gradient) -> list[str]:
    """The entries of a gradient: `x`, or `x[0]`, …, in the order of `answer_at`."""
    from gradcli.derive.layouts import entry_names
    from gradcli.program.graph import Variable

    found = []
    for name in ours.reading.variables:
        shape: Any = tuple(ours.reading.shapes[name])
        found += entry_names(Variable(name, (*shape, 1) if len(shape) == 1 else shape))
    return found


def compared(ours: Gradient, yours: Sequence[float], tolerance: float) -> list[ComparedNumber]:
    """All entries, with what is said of those that differ by more than the bounds allow or cannot be told."""
    from gradcli.checking.numbers.records import ComparedNumber

    values, errors = (entries_of(ours, part) for part in (ours.gradient, ours.error))
    largest = max((abs(x) for x in values if x is not None), default=0.0)
    found = []
    for label, mine, number, error in zip(labels_of(ours), yours, values, errors or [0.0] * len(values), strict=True):
        one = ComparedNumber(label, mine, number, "equal", {}, "", error or 0.0)
        if number is None:
            reason = reason_at(ours.numbers.problems, label) or "it does not exist"
            one = one._replace(verdict="undecided", reason=reason)
        elif not abs(mine - number) <= one.error + tolerance * abs(number) + ROUNDINGS * largest:
            one = one._replace(verdict="different")
        elif one.error > TOLD * abs(number) and one.error > TOLD**2 * largest:
            one = one._replace(verdict="undecided", reason="the bound is too wide to tell")
        found.append(one)
    return found


def entries_of(ours: Gradient, part: Mapping[str, Any] | None) -> list[float | None]:
    """The numbers of a gradient in the order of `labels_of`."""
    return [] if part is None else [x for name in ours.reading.variables for x in numbers(part[name])]


def told(ours: Gradient, entries: Sequence[ComparedNumber]) -> str:
    """The failure at a point in words."""
    at = ", ".join(f"{name} = {value}" for name, value in (ours.reading.at_values or {}).items())
    wrong = [entry for entry in entries if entry.verdict != "equal"]
    count = f"{len(wrong)} of {len(entries)}"
    lines = [f"the gradient is not right in {count} entr{'y' if len(entries) == 1 else 'ies'} at {at}"]
    slips = slips_of(ours, entries)
    for one in wrong[:20]:
        number = "none" if one.ours is None else f"{one.ours!r} ± {one.error:.2g}"
        why = one.reason or slips.get(one.label, "")
        lines.append(f"  ∂f/∂{one.label}: yours {one.yours!r}, ours {number}" + (f": {why}" if why else ""))
    return "\n".join(lines + ([f"  and {len(wrong) - 20} more"] if len(wrong) > 20 else []))


def slips_of(ours: Gradient, entries: Sequence[ComparedNumber]) -> dict[str, str]:
    """The mistakes that explain entries, by label."""
    from gradcli.checking.slips.numbers import NumberSlips

    rows = {one.label: [one._replace(error=one.error + TOLERANCE * abs(one.ours or 0.0))] for one in entries}
    found = NumberSlips("gradient", rows, lambda label: f"∂f/∂{label}", lambda _: [ours.value], lambda _: None).slips()
    return {slip.variable or "": "it" + slip.message.removeprefix(f"your ∂f/∂{slip.variable}") for slip in found}
