"""What is asked of finite differences in doubles, and what they answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Literal

    from gradcli.vocabulary import ProblemKind

    Scheme = Literal["adaptive", "forward", "backward", "central"]

Batch = Callable[[Sequence[tuple[float, ...]]], Sequence[tuple[float, ...] | None]]
"""Points -> the m outputs at each: NaN where an output has no value there, None where the evaluation failed."""


class Plan(NamedTuple):
    """How the differences are to be taken.

    scheme             `adaptive` chooses its steps; the others take one step, a stencil of the given order
    step               the step itself (adaptive: the first one);  relative_step: of |x|, of 1 at 0
    order              order of accuracy of a fixed stencil (default 2 for central, 1 otherwise)
    max_evaluations    for all variables together
    bounds             per variable: never evaluated outside; a bound is a border of the domain
    noisy              True: noise is measured first; None: only where the values do not settle
    spread             the standard deviation of the function's noise, where it is known
    tolerance          relative: stop when the error is below it
    cautious           for |x| < 0.01 the first step is a part of |x| (x + 0.1 may be absurd for a device)
    width              how many evaluations run at once; idle places are filled with those that are likely next
    """

    scheme: Scheme = "adaptive"
    step: float | None = None
    relative_step: float | None = None
    order: int | None = None
    max_evaluations: int | None = None
    bounds: tuple[tuple[float, float], ...] | None = None
    noisy: bool | None = None
    spread: float | None = None
    tolerance: float = 0.0
    cautious: bool = False
    width: int = 1


class Slope(NamedTuple):
    """One derivative. `value` None: it does not exist or was not found, `kind` and `message` say why.

    error          an absolute error that holds, also for the one-sided slope at a border
    left, right    the one-sided derivatives where they differ, or where there is only one
    kind           also beside a value: `noise` and `two-scales`
    step           the smallest step that the value is made from
    study          (step, central difference, its error), steps ascending
    note           what is worth saying though nothing is wrong
    border         the value is the slope of one side, because the other has no values; `note` says which
    """

    value: float | None
    error: float | None = None
    left: float | None = None
    right: float | None = None
    kind: ProblemKind | None = None
    message: str = ""
    step: float | None = None
    study: tuple[tuple[float, float, float], ...] = ()
    note: str = ""
    border: bool = False


class Slopes(NamedTuple):
    """The derivatives of m outputs (rows) by n variables (columns).

    values     of the outputs at the point, None where there is no finite one
    """

    values: tuple[float | None, ...]
    rows: tuple[tuple[Slope, ...], ...]
    evaluations: int
    notes: tuple[str, ...] = ()


class Curvatures(NamedTuple):
    """The second derivatives of one output: (n, n), symmetric, each a `Slope`."""

    value: float | None
    gradient: tuple[Slope, ...]
    rows: tuple[tuple[Slope, ...], ...]
    evaluations: int
    notes: tuple[str, ...] = ()


class Study(NamedTuple):
    """How a difference quotient depends on its step: (step, quotient, error) in ascending steps, and the step taken."""

    function: str
    variable: str
    step: float | None
    rows: tuple[tuple[float, float, float], ...]
