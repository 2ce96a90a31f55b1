"""What the explaining commands answer, as frozen records. Nothing here prints, and nothing here computes."""

from __future__ import annotations

from gradcli.derive.results import Derived
from gradcli.notebooks import displayed
from gradcli.records import TYPE_CHECKING, NamedTuple, Readable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gradcli.derive.results import Value
    from gradcli.text.tree import Tree
    from gradcli.vocabulary import Evidence, Mode, StepKind

    Dims = tuple[int | str, ...]


class Use(NamedTuple):
    """An operand of a step.

    partial        ∂step/∂operand as syntax; None for data and constants, and where both are arrays
    value          its number at the point
    contribution   what the step passes back to the operand, in terms of ∂output/∂step
    """

    name: str
    partial: Tree | None
    value: float | None
    contribution: Tree | None = None


class TraceStep(NamedTuple):
    """One row of a trace. `expression` is the operation on names; None for inputs. Arrays have (rows, columns).

    tangent    of a step of arrays in forward mode: how it changes, in terms of dx for each operand x
    """

    name: str
    kind: StepKind
    expression: Tree | None
    shape: Dims
    value: Value
    tangents: Mapping[str, Value] | None
    adjoint: Value
    uses: tuple[Use, ...]
    problem: str | None = None
    tangent: Tree | None = None


class Trace(Derived):
    """An evaluation step by step, with its derivatives.

    named        only the user's own statements are steps
    gradient     by variable, as `grad` has it
    seeds        the inputs, or the direction, whose tangents are the columns of forward mode
    texts        decimal texts of numbers whose rounding from float64 would be wrong
    hidden       how many operations were left out by `named`
    """

    output: str
    mode: Mode
    steps: tuple[TraceStep, ...]
    named: bool
    value: float | None
    gradient: Mapping[str, Value] | None
    seeds: tuple[str, ...] = ()
    along: Mapping[str, Value] | None = None
    texts: Mapping[float, str] = {}
    digits: int = 6
    hidden: int = 0
    formulas: bool = False
    arrays: bool = False


class Edge(NamedTuple):
    """From an operand to the step that uses it, with the local derivative."""

    start: str
    end: str
    partial: Tree | None
    value: float | None


class ComputationGraph(Readable):
    """The graph of a trace: its steps, and an edge for each use."""

    trace: Trace
    edges: tuple[Edge, ...]


class Derivation(NamedTuple):
    """One row of a derivation.

    rule       the law's code;  function: the function's name where the law is its row;  chained: an inner derivative
    before     what is differentiated;  after: what the law makes of it, with D(...) for what is left to do
    result     the row's whole derivative
    repeats    the id of the row that derived the same expression already
    number     the result at the point
    """

    id: int
    parent: int | None
    rule: str
    function: str | None
    chained: bool
    law: str
    source: str
    before: Tree
    after: Tree
    result: Tree
    shape: Dims = ()
    also: tuple[str, ...] = ()
    repeats: int | None = None
    number: Value = None
    symbol: str | None = None


class Steps(NamedTuple):
    """The derivation by one variable: rows, all put together, and `grad`'s own form with the evidence that both agree.

    differential   for arrays: df with the laws applied, before the gradient is read off
    limited        `grad` has a limit, or the branch beside, where a choice asks for equality, and the rows have not
    """

    variable: str
    constants: tuple[str, ...]
    rows: tuple[Derivation, ...]
    assembled: Tree | None
    result: Tree
    evidence: Evidence | None
    number: Value = None
    total: int = 0
    differential: Tree | None = None
    shape: Dims = ()
    moves: tuple[Derivation, ...] = ()
    limited: bool = False


class Explanation(Derived):
    """Derivations by every variable."""

    output: str
    level: str
    hint: int | None
    derivations: tuple[Steps, ...]
    value: float | None = None
    arrays: bool = False
    definitions: tuple[tuple[str, Tree], ...] = ()
    digits: int = 6


displayed(Trace, Explanation, ComputationGraph)
