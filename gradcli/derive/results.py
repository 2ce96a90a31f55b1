"""What the commands answer, as frozen records. Nothing here prints, and nothing here computes.

Entries are keyed by variable or stand in rows; a symbolic entry is a `Tree`, a number is a float or None where it does
not exist (then `problems` says why). An entry by an array is nested lists.
"""

from __future__ import annotations

from gradcli.notebooks import displayed
from gradcli.records import TYPE_CHECKING, NamedTuple, Readable, Record

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from gradcli.differences.plan import Study
    from gradcli.problems import Problem
    from gradcli.text.tree import Statement, Tree
    from gradcli.vocabulary import Accuracy, DerivativeKind, Evidence, Judgement, Layout, Method

    Value = float | None | list[Any]
    """A number, None where it does not exist, or nested lists of these for arrays."""


class Reading(Record):
    """How the input was read.

    statements   with the spelling normalised; `output` names the function (`f`, or the statement's own name)
    variables    in order, each with its shape (() for a scalar)
    shapes_text  variable -> shape in words for arrays, e.g. {"x": "n", "X": "m, n"}
    constants    values given by --set, as trees
    at           the point, as typed and normalised (`pi/2` stays `pi/2`), or None
    at_values    the point in float64, or None
    decimal      print decimals rather than fractions
    outside      the command or the callable that is the function, where it is no text; then there are no statements
    """

    statements: tuple[Statement, ...]
    output: str
    variables: tuple[str, ...]
    shapes: Mapping[str, tuple[int | str, ...]]
    constants: Mapping[str, Tree]
    at: Mapping[str, Tree] | None
    at_values: Mapping[str, Value] | None
    decimal: bool
    assumptions: tuple[str, ...]
    outside: str | None = None

    @property
    def listed_point(self) -> dict[str, Value] | None:
        """`at_values` as a plain dictionary."""
        return None if self.at_values is None else dict(self.at_values)


class Numbers(Record):
    """How numbers were made, and what they are worth.

    cached, failed    of a black box: evaluations that the cache saved, and those without an answer
    studies           where they were asked for
    assumptions       what holds at this point alone: slopes that are one-sided, mixed derivatives that differ
    """

    method: Method
    accuracy: Accuracy | None  # None without a point
    evaluations: int | None
    problems: tuple[Problem, ...]
    notes: tuple[str, ...] = ()  # e.g. "simplification was given up after 6 s"
    cached: int | None = None
    failed: int | None = None
    studies: tuple[Study, ...] = ()
    assumptions: tuple[str, ...] = ()


class Derived(Readable):
    """What a question about a function is answered with: `reading` says how it was read, `numbers` what they are worth.

    What both say has the names of the document of `--json` here, too.
    """

    reading: Reading
    numbers: Numbers

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables, in order."""
        return self.reading.variables

    @property
    def at(self) -> dict[str, Value] | None:
        """The point in float64, None without one."""
        return self.reading.listed_point

    @property
    def method(self) -> Method:
        """How the numbers were made."""
        return self.numbers.method

    @property
    def accuracy(self) -> Accuracy | None:
        """Whether the numbers are certified; None without a point."""
        return self.numbers.accuracy

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What was assumed of names and shapes, and what holds at the point alone."""
        return (*self.reading.assumptions, *self.numbers.assumptions)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Why a number does not exist, or is not certain."""
        return self.numbers.problems


class Gradient(Derived):
    """The gradient of a scalar function. `symbolic` and `gradient` are by variable; `definitions` in order.

    Shape: one list for scalars, or one by variable where the variables are arrays.
    """

    layout: Layout
    shape: tuple[int | str, ...] | Mapping[str, tuple[int | str, ...]]
    symbolic: Mapping[str, Tree] | None
    definitions: tuple[tuple[str, Tree], ...]
    value: float | None
    gradient: Mapping[str, Value] | None
    error: Mapping[str, Value] | None
    along: Mapping[str, Value] | None  # the direction, by variable
    along_tree: Tree | None  # the directional derivative
    directional: float | None
    other: Gradient | None = None  # of layout `both`: the whole answer in numerator layout

    def in_each_layout(self) -> tuple[Gradient, ...]:
        """One complete answer for each layout that is asked for, the usual one first."""
        return (self,) if self.other is None else (self._replace(layout="denominator", other=None), self.other)


class Block(NamedTuple):
    """The part of a Jacobian or Hessian that belongs to one pair of arrays, in the layout of the whole."""

    row: str
    column: str
    symbolic: Tree
    shape: tuple[int | str, ...]


def names_of_cell(row: str, column: str, single: tuple[str, str] | None, layout: Layout) -> tuple[str, str]:
    """The function and the variable of a cell, from the labels of its row and its column."""
    if single is None:
        return (column, row) if layout == "denominator" else (row, column)
    base, _, down = row[:-1].partition("[")
    across = column[:-1].partition("[")[2]
    index = ",".join(a if a != ":" else b for a, b in zip(down.split(","), across.split(","), strict=True))
    entry = f"{base}[{index}]"
    return (single[1], entry) if single[0] == "function" else (entry, single[1])


class Jacobian(Derived):
    """The Jacobian of a vector function, in the rows and columns of `layout` (of `numerator` when it is `both`).

    functions    the components' labels (`f1`, `f2` or the statements' names); `function_trees` what they are
    rows, columns    labels of the rows and columns
    single       of a scalar by a matrix ("function", "f"), of a matrix by a scalar ("variable", "t"), else None; then
                 the labels are those of the matrix: `X[0,:]` and `X[:,0]`
    blocks       by several arrays: what `symbolic` is made of, one block for each function and variable
    """

    layout: Layout
    shape: tuple[int | str, ...]
    functions: tuple[str, ...]
    function_trees: tuple[Tree, ...]
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    symbolic: tuple[tuple[Tree, ...], ...] | Tree | None
    definitions: tuple[tuple[str, Tree], ...]
    value: tuple[float | None, ...] | None
    jacobian: tuple[tuple[float | None, ...], ...] | None
    error: tuple[tuple[float | None, ...], ...] | None
    along: Mapping[str, Value] | None
    along_trees: tuple[Tree, ...] | None
    directional: tuple[float | None, ...] | None
    single: tuple[str, str] | None = None
    blocks: tuple[Block, ...] = ()
    other: Jacobian | None = None  # of layout `both`: the whole answer in denominator layout

    def in_each_layout(self) -> tuple[Jacobian, ...]:
        """One complete answer for each layout that is asked for, the usual one first."""
        return (self,) if self.other is None else (self._replace(layout="numerator", other=None), self.other)

    def names_of(self, i: int, j: int) -> tuple[str, str]:
        """The function and the variable of the entry in row i and column j."""
        return names_of_cell(self.rows[i], self.columns[j], self.single, self.layout)


class Hessian(Derived):
    """The Hessian of a scalar function; symmetric, so the layouts agree."""

    layout: Layout
    shape: tuple[int | str, ...]
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    symbolic: tuple[tuple[Tree, ...], ...] | Tree | None
    definitions: tuple[tuple[str, Tree], ...]
    value: float | None
    hessian: tuple[tuple[float | None, ...], ...] | None
    error: tuple[tuple[float | None, ...], ...] | None
    eigenvalues: tuple[float, ...] | None
    definiteness: str | None
    along: Mapping[str, Value] | None
    along_tree: Tree | None  # d' H d, the second derivative along the direction
    directional: float | None
    blocks: tuple[Block, ...] = ()

    def in_each_layout(self) -> tuple[Hessian, ...]:
        """The one answer: it is its own transpose."""
        return (self,)

    def names_of(self, i: int, j: int) -> tuple[str, str]:
        """The two variables of the entry in row i and column j."""
        return self.rows[i], self.columns[j]


class Term(NamedTuple):
    """One term of the chain rule: ∂output/∂through · ∂through/∂variable."""

    through: str
    outer: Tree
    inner: Tree
    outer_value: Value
    inner_value: Value
    product: Value
    outer_shape: tuple[int | str, ...] | None = None  # of Jacobians; None where all is scalar
    inner_shape: tuple[int | str, ...] | None = None


class Path(NamedTuple):
    """One way from the output to an input: the Jacobians along it, in the order of the layout, with their shapes."""

    names: tuple[str, ...]
    factors: tuple[Tree, ...]
    shapes: tuple[tuple[int | str, ...], ...]
    shape: tuple[int | str, ...]


class Intermediate(NamedTuple):
    """A named or found intermediate, in order of evaluation."""

    name: str
    expression: Tree
    value: Value
    shape: tuple[int | str, ...]


class Chain(Derived):
    """The chain rule, term by term, for each input and each intermediate.

    `uses` is the dependency tree: name -> names that its statement uses directly, in order of first use.
    `totals` are the sums of the terms, `gradient` the direct gradient in the inputs alone (the cross-check), and
    `agree` says that both are the same at the point (None without one).
    """

    layout: Layout
    output: str
    output_tree: Tree
    inputs: tuple[str, ...]
    intermediates: tuple[Intermediate, ...]
    uses: Mapping[str, tuple[str, ...]]
    terms: Mapping[str, tuple[Term, ...]]
    totals: Mapping[str, Tree]
    total_values: Mapping[str, Value] | None
    symbolic: Mapping[str, Tree]
    definitions: tuple[tuple[str, Tree], ...]
    value: float | None
    gradient: Mapping[str, Value] | None
    agree: bool | None
    found: bool  # the intermediates were found in a plain expression, not named by the user
    paths: tuple[Path, ...] = ()  # the full products of Jacobians, for arrays
    direct: bool = False  # the direct gradient is to be shown in full
    trace: Any = None  # for arrays, the same from the output inwards: a `gradcli.explain.results.Trace`
    direct_values: Mapping[str, Value] | None = None  # `gradient` as the factors stand, matrices as vec
    other: Chain | None = None  # of layout `both`: the whole answer in denominator layout

    def in_each_layout(self) -> tuple[Chain, ...]:
        """One complete answer for each layout that is asked for, the usual one first."""
        return (self,) if self.other is None else (self._replace(layout="numerator", other=None), self.other)


class Component(NamedTuple):
    """One entry of a checked answer (one array, where its size is symbolic).

    yours, ours, difference    as syntax, or as text where there is none (numbers of a file, what is missing)
    numbers                    yours and ours at the witness (None where there is no such number)
    distance                   yours - ours there, rounded once
    remark                     why it is different without a number that shows it: missing, a wrong shape, no value
    """

    variable: str
    verdict: Judgement
    yours: Tree | str | None
    ours: Tree | str | None
    difference: Tree | str | None
    numbers: tuple[float | None, float | None] | None = None
    remark: str = ""
    distance: float | None = None


class Witness(NamedTuple):
    """A point at which yours and ours are certainly different numbers, in float64.

    entry     the entry that shows it (`x1`, `x[0]`, `f1/x2`)
    yours     None where yours has no value there, `reason` says why
    """

    at: Mapping[str, Value]
    entry: str
    yours: float | None
    ours: float | None
    reason: str = ""


class Slip(NamedTuple):
    """A mistake that explains a difference: `code` is a word for scripts, `message` says it to its author.

    `{0}`, `{1}` in the message stand for `parts`, which are formulas.
    """

    variable: str | None
    code: str
    message: str
    parts: tuple[Tree, ...] = ()


class Verdict(Readable):
    """Whether a hand-derived answer is right. `components`: worst first; `evidence` is None where nothing was decided.

    agreed    at how many points all components agreed, where they were compared at points
    """

    reading: Reading
    kind: DerivativeKind
    layout: Layout
    verdict: Judgement
    evidence: Evidence | None
    components: tuple[Component, ...]
    witness: Witness | None
    diagnosis: tuple[Slip, ...]
    agreed: int
    definitions: tuple[tuple[str, Tree], ...] = ()
    notes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Is the answer right? `assert gradcli.check(...)` fails for a wrong one, and for one that was not decided."""
        return self.verdict == "equal"


displayed(Gradient, Jacobian, Hessian, Chain, Verdict)
