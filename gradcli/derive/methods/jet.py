"""What every method returns: functions at a point, with their derivatives, errors and problems."""

from __future__ import annotations

from math import inf, nextafter, ulp

from gradcli import limits
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcli.differences.plan import Plan, Study
    from gradcli.evaluate.certified.spectrum import Spectrum
    from gradcli.flints import arb
    from gradcli.problems import Problem
    from gradcli.program.graph import Graph, Node
    from gradcli.program.point import Point
    from gradcli.vocabulary import Accuracy

    Row = Sequence[float | None]
    Rows = Sequence[Row]

SECONDS = 4 * limits.EVALUATION_SECONDS
"""Time for all entries together; those that come later are `undecided`."""


def rounded_up(error: arb, number: float) -> float:
    """An error in float64 that is not below the exact one, with half a unit in the number's last place."""
    exact = float(error.upper()) if error.is_finite() else inf
    total = exact + ulp(number) / 2 if number else exact
    return nextafter(total, inf) if total else 0.0


class Jet(NamedTuple):
    """Functions at a point, and their derivatives there, from any method. An array counts as its entries, row by row.

    A number that does not exist is None, and `problems` says why (`variable` None: the value itself).

    value          of each function
    first          a row a function: its derivatives by each variable
    second         of one function a row a variable: the derivatives of ∂f/∂xᵢ. Where mixed derivatives depend on their
                   order (`assumptions` says so), rows differ from columns
    errors         absolute ones that hold, of `second` if there is one, else of `first`; by the numeric methods
    evaluations    how often the functions were evaluated, by the numeric methods
    along          the derivative of each function along the direction that was asked for
    studies        step against quotient, of differences in doubles
    notes          what is to be said of all numbers together
    assumptions    which numbers are one-sided slopes, in words
    spectrum       of `second`, where all its entries exist
    accuracy       what the numbers are worth
    """

    value: Row
    first: Rows = ()
    second: Rows = ()
    problems: tuple[Problem, ...] = ()
    errors: Rows | None = None
    evaluations: int | None = None
    along: Row | None = None
    studies: tuple[Study, ...] = ()
    notes: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    spectrum: Spectrum | None = None
    accuracy: Accuracy | None = None

    def by_name(self, names: Sequence[str]) -> dict[str, float | None]:
        """The derivatives of the first function by these variables, which are all of them."""
        return dict(zip(names, self.first[0], strict=True))


class JetRequest(NamedTuple):
    """One function whose derivatives by `names` at a point are wanted.

    guards      nodes that must have a value for the function to have one
    partials    ∂f/∂name as nodes, where they are known
    plan        of finite differences in float64; None for everything else
    """

    graph: Graph
    f: Node
    names: Sequence[str]
    point: Point
    guards: Sequence[Node] = ()
    partials: Mapping[str, Node] | None = None
    plan: Plan | None = None


def joined(jets: Sequence[Jet], labels: Sequence[str], shared: bool) -> Jet:
    """Several functions as one record: what is said of one of them names it. `shared`: each has counted for all."""
    if len(jets) == 1:
        return jets[0]._replace(studies=tuple(study._replace(function=labels[0]) for study in jets[0].studies))
    pairs = list(zip(labels, jets, strict=True))
    counts = [jet.evaluations for jet in jets[: 1 if shared else None] if jet.evaluations is not None]
    errors = [jet.errors[0] for jet in jets if jet.errors is not None]
    return Jet(
        tuple(jet.value[0] for jet in jets),
        tuple(jet.first[0] for jet in jets),
        (),
        tuple(p._replace(message=f"{label}: {p.message}") for label, jet in pairs for p in jet.problems),
        errors if len(errors) == len(jets) else None,
        sum(counts) if counts else None,
        studies=tuple(study._replace(function=label) for label, jet in pairs for study in jet.studies),
        assumptions=tuple(f"{label}: {text}" for label, jet in pairs for text in jet.assumptions),
    )
