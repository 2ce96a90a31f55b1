"""What of the data would make a wrong answer right: `norm(v) = 1`, `sum(v) = 1`, symmetry. Tried in numbers."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice

from gradcli import limits
from gradcli.checking.trial_points import Trial, as_point, coordinates
from gradcli.derive.layouts import entry_names
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from gradcli.checking.comparison import Comparison
    from gradcli.program.graph import Variable

    Values = Mapping[str, Fraction]

POINTS = 3
"""Points at which a condition must make both sides equal."""

SKIPPED = 9
"""The readable points, at which much is equal by chance."""

MOST_ENTRIES = 40
"""Entries of an array up to which it is changed."""


class Condition(NamedTuple):
    """A condition in words, and how it is brought about at a point."""

    text: str
    imposed: Callable[[dict[str, Fraction]], Values | None]


def conditions(found: Sequence[Comparison]) -> list[str]:
    """The first condition under which all of yours is ours, in every case; none where nothing helps."""
    deadline = limits.clock() + limits.CHECK_SECONDS / 2
    first = found[0]
    if any(part.trouble for one in found for part in one.case.parts) or first.case.surplus:
        return []
    for place, condition in enumerate(candidates(first)):
        others = [list(candidates(one))[place] for one in found[1:]]
        pairs = zip(found, [condition, *others], strict=True)
        if all(makes_equal(one, here, deadline) for one, here in pairs):
            return [f"right if {condition.text}"]
    return []


def data_of(comparison: Comparison) -> Iterator[tuple[Variable, list[str]]]:
    """The arrays on which a condition may be imposed, with the names of their entries."""
    case = comparison.case
    for variable in case.program.parameters:
        names = entry_names(variable)
        if not variable.shape or variable.name in comparison.promises or not 1 < len(names) <= MOST_ENTRIES:
            continue
        if names[0] not in case.program.constants:
            yield variable, names


def candidates(comparison: Comparison) -> Iterator[Condition]:
    """Conditions on data: unit vectors, symmetric matrices."""
    for variable, names in data_of(comparison):
        rows, columns = (int(size) for size in variable.shape)
        if columns == 1:
            yield Condition(f"norm({variable.name}) = 1", lambda values, names=names: of_norm_one(values, names))  # type: ignore[misc]
        elif rows == columns:
            text = f"{variable.name} is symmetric (--symmetric {variable.name})"
            yield Condition(text, lambda values, name=variable.name, size=rows: mirrored(values, name, size))  # type: ignore[misc]


def sum_conditions(comparison: Comparison) -> Iterator[Condition]:
    """Entries whose sum is 1, as labels and probabilities have it."""
    for variable, names in data_of(comparison):
        text = f"sum({variable.name}) = 1"
        yield Condition(text, lambda values, names=names: of_sum_one(values, names))  # type: ignore[misc]


def makes_equal(
    comparison: Comparison, condition: Condition, deadline: float, places: Sequence[int] | None = None
) -> bool:
    """Are both sides the same at points that meet the condition? `places`: of these pairs alone."""
    case, constants = comparison.case, comparison.case.program.constants
    chosen = range(len(comparison.pairs)) if places is None else places
    pairs = [comparison.pairs[i] for i in chosen]
    differences = [comparison.differences[i] for i in chosen]
    names = [name for name in case.variables if name not in constants]
    equal = 0
    for values in islice(coordinates(names, [], comparison.promises), SKIPPED, SKIPPED + 3 * POINTS):
        left = deadline - limits.clock()
        imposed = condition.imposed(dict(values))
        if left <= 0 or imposed is None:
            return False
        trial = Trial(pairs, differences, as_point(comparison.graph, imposed, constants), left)
        states = {finding.state for finding in trial.findings()}
        if states == {"outside"}:
            continue
        if states != {"equal"}:
            return False
        equal += 1
        if equal == POINTS:
            return True
    return False


def of_norm_one(values: dict[str, Fraction], names: Sequence[str]) -> Values:
    """The point with a vector of length 1, by the stereographic projection, which keeps numbers rational."""
    *rest, last = names
    square = sum((values[name] ** 2 for name in rest), Fraction(0))
    unit = {name: 2 * values[name] / (square + 1) for name in rest}
    return {**values, **unit, last: (square - 1) / (square + 1)}


def of_sum_one(values: dict[str, Fraction], names: Sequence[str]) -> Values | None:
    """The point with an array divided by its sum."""
    total = sum((values[name] for name in names), Fraction(0))
    return {**values, **{name: values[name] / total for name in names}} if total else None


def mirrored(values: dict[str, Fraction], name: str, size: int) -> Values:
    """The point with a symmetric matrix."""
    return {**values, **{f"{name}[{i},{j}]": values[f"{name}[{j},{i}]"] for i in range(size) for j in range(i)}}
