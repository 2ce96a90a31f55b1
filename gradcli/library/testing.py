"""`assert_gradient` for tests: a gradient that was written by hand beside one with bounds."""

from __future__ import annotations

from gradcli.library.answers import grad as gradient_of
from gradcli.library.asking import is_function
from gradcli.library.values import noting, plain
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, Final

    from gradcli.derive.results import Gradient
    from gradcli.library.values import Entry, Expression, Names, PointLike

TOLERANCE: Final = 1e-9
ROUNDINGS: Final = 2.0**-48
"""What rounding may take of an entry whose terms cancel, relative to the largest entry."""

TOLD: Final = 1e-3
"""A bound below this part of an entry is small enough to tell."""


class Wrong(NamedTuple):
    """An entry that is not right at a point, or cannot be told."""

    label: str
    yours: float
    ours: float | None
    error: float
    reason: str = ""


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
    failures = []
    for point in points:
        ours = gradient_of(f, point, wrt=wrt, constants=constants)
        yours = answer_at(grad, point, ours)
        found = wrong_entries(ours, yours, tolerance)
        if found:
            failures.append(told(ours, yours, found))
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
    yours = [float(number) for number in numbers(found)]
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


def wrong_entries(ours: Gradient, yours: Sequence[float], tolerance: float) -> list[Wrong]:
    """The entries that differ by more than the bounds allow, and those that cannot be told."""
    values, errors = (entries_of(ours, part) for part in (ours.gradient, ours.error))
    largest = max((abs(x) for x in values if x is not None), default=0.0)
    found = []
    for label, mine, number, error in zip(labels_of(ours), yours, values, errors or [0.0] * len(values), strict=True):
        if number is None:
            variable = label.partition("[")[0]
            reasons = [p.message for p in ours.numbers.problems if p.variable in (None, variable)]
            found.append(Wrong(label, mine, None, 0.0, (reasons or ["it does not exist"])[0]))
            continue
        bound = error or 0.0
        if not abs(mine - number) <= bound + tolerance * abs(number) + ROUNDINGS * largest:
            found.append(Wrong(label, mine, number, bound))
        elif bound > TOLD * abs(number) and bound > TOLD**2 * largest:
            found.append(Wrong(label, mine, number, bound, "the bound is too wide to tell"))
    return found


def entries_of(ours: Gradient, part: Mapping[str, Any] | None) -> list[float | None]:
    """The numbers of a gradient in the order of `labels_of`."""
    return [] if part is None else [x for name in ours.reading.variables for x in numbers(part[name])]


def told(ours: Gradient, yours: Sequence[float], found: Sequence[Wrong]) -> str:
    """The failure at a point in words."""
    at = ", ".join(f"{name} = {value}" for name, value in (ours.reading.at_values or {}).items())
    count = f"{len(found)} of {len(yours)}"
    lines = [f"the gradient is not right in {count} entr{'y' if len(yours) == 1 else 'ies'} at {at}"]
    for wrong in found[:20]:
        number = "none" if wrong.ours is None else f"{wrong.ours!r} ± {wrong.error:.2g}"
        why = wrong.reason or slip(wrong, ours, yours)
        lines.append(f"  ∂f/∂{wrong.label}: yours {wrong.yours!r}, ours {number}" + (f": {why}" if why else ""))
    return "\n".join(lines + ([f"  and {len(found) - 20} more"] if len(found) > 20 else []))


def slip(wrong: Wrong, ours: Gradient, yours: Sequence[float]) -> str:
    """The mistake that explains an entry; empty where none does."""
    from gradcli.checking.slips.blackbox import FACTORS, fits

    labels, values = labels_of(ours), entries_of(ours, ours.gradient)
    here = labels.index(wrong.label)
    bound = wrong.error + TOLERANCE * abs(wrong.ours or 0.0)
    other = next((i for i, x in enumerate(values) if i != here and x and fits(wrong.yours, x, bound, 1)), None)
    if other is not None:
        swapped = fits(yours[other], wrong.ours, bound, 1)
        place = f"∂f/∂{labels[other]}"
        return f"it is {place}: they changed places" if swapped else f"it is {place}"
    if wrong.yours == 0:
        return "it is 0, and the function depends on this variable"
    factor = next((k for k in FACTORS if fits(wrong.yours, wrong.ours, bound, k)), None)
    if factor is not None:
        return "it has the wrong sign" if factor == -1 else f"it is {factor:.4g} times what it should be"
    if ours.value is not None and fits(wrong.yours, ours.value, bound, 1):
        return "it is the function itself, not its derivative"
    return ""
