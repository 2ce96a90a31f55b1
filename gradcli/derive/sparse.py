"""Jacobians and Hessians whose zeros are known, as lists of their other entries: what is zero is not looked at.

Every row is differentiated by the variables below its function alone, so n functions of a few variables each take time
proportional to n. The numbers are certified, by the same engine and with the same problems as those of whole matrices.
"""

from __future__ import annotations

from gradcli import limits
from gradcli.derive.ad.reverse import Reverse
from gradcli.derive.layouts import all_entry_names, indexed
from gradcli.derive.methods.certified import certified_jet
from gradcli.derive.methods.choose import accuracy_of
from gradcli.derive.reading import read_back
from gradcli.derive.results import Derived, Numbers
from gradcli.evaluate.certified.certify import certify_by_balls, certify_exactly
from gradcli.notebooks import displayed
from gradcli.problems import GradcliError, Problem
from gradcli.program.forms import scalars
from gradcli.program.graph import reachable
from gradcli.program.writing.trees import write_trees
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from gradcli.derive.methods.jet import Jet
    from gradcli.evaluate.certified.certify import Certified
    from gradcli.program.graph import Node, Program
    from gradcli.program.point import Point
    from gradcli.text.tree import Tree
    from gradcli.vocabulary import Layout

GUARDED_ROWS = 1_000_000
"""Conditions of the domain times rows, at most: each row is looked at with all of them."""


class Coordinates(Derived):
    """The entries of a Jacobian or Hessian that are not zero by their form.

    kind        jacobian, or hessian: then both halves are there
    places      (row, column) of each entry, from 0; `rows`, `columns` are the labels
    symbolic    the formula of each entry, `entries` its number; None where it does not exist (None: no point)
    value       of each function, in a Hessian of the one; where it is None no derivative of that function exists, and
                only those that are not zero by their form are listed
    """

    kind: str
    layout: Layout
    shape: tuple[int, int]
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    places: tuple[tuple[int, int], ...]
    symbolic: tuple[Tree, ...]
    definitions: tuple[tuple[str, Tree], ...]
    value: tuple[float | None, ...] | None
    entries: tuple[float | None, ...] | None

    @property
    def array(self) -> tuple[tuple[int, ...], tuple[int, ...], tuple[float, ...]] | None:
        """Rows, columns and numbers, as SciPy's `coo_array((numbers, (rows, columns)), shape)` takes them."""
        if self.entries is None:
            return None
        numbers = tuple(float("nan") if number is None else number for number in self.entries)
        return tuple(i for i, _ in self.places), tuple(j for _, j in self.places), numbers

    def to_scipy(self) -> Any:
        """SciPy's `coo_array` of the numbers, nan where there is none.

        Raises `missing` where SciPy is not installed, `usage` where there is no point.
        """
        from importlib import import_module

        found = self.array
        if found is None:
            raise GradcliError("usage", "there are no numbers without a point", hint="at=...")
        try:
            make = import_module("scipy.sparse").coo_array
        except ImportError:
            raise GradcliError("missing", "SciPy is not installed", hint="pip install scipy") from None
        return make((found[2], found[:2]), self.shape)


displayed(Coordinates)


class SparseRow(NamedTuple):
    """One function with its derivatives, by place among all variables: every variable below it has one."""

    label: str
    node: Node
    partials: dict[int, Node]
    guards: tuple[Node, ...] = ()


def sparse_jacobian(program: Program, point: Point | None, layout: Layout = "numerator") -> Coordinates:
    """The Jacobian; rows belong to functions in numerator layout, to variables in denominator layout."""
    names = names_of(program)
    by_name = {name: place for place, name in enumerate(names)}
    rows = [differentiated(program, o.label, o.node, names, by_name)._replace(guards=o.guards) for o in program.outputs]
    count_entries(sum(len(row.partials) for row in rows), "Jacobian")
    numbers: list[dict[int, float | None]] | None = None
    values: tuple[float | None, ...] | None = None
    problems: list[Problem] = []
    assumptions: list[str] = []
    if point is not None:
        found = jets_at(rows, names, point)
        values = tuple(one.value[0] for one in found)
        numbers = [dict(zip(row.partials, one.first[0], strict=True)) for row, one in zip(rows, found, strict=True)]
        for row, one in zip(rows, found, strict=True):
            label = f"{row.label}: " if len(rows) > 1 else ""
            problems += [of_entry(problem, label) for problem in one.problems]
            assumptions += [label + text for text in one.assumptions]
    kept = [(i, j) for i, row in enumerate(rows) for j, node in row.partials.items() if is_kept(node, i, j, numbers)]
    flip = layout == "denominator"
    places = sorted((j, i) for i, j in kept) if flip else kept
    both = [(b, a) if flip else (a, b) for a, b in places]
    written = write_trees([rows[i].partials[j] for i, j in both], program.decimal, taken(program, names))
    functions = tuple(row.label for row in rows)
    return Coordinates(
        read_back(program, point),
        numbers_record(program, point, problems, assumptions),
        "jacobian",
        layout,
        (len(names), len(rows)) if flip else (len(rows), len(names)),
        tuple(names) if flip else functions,
        functions if flip else tuple(names),
        tuple(places),
        tuple(written.trees),
        written.definitions,
        values,
        None if numbers is None else tuple(numbers[i][j] for i, j in both),
    )


def sparse_hessian(program: Program, point: Point | None) -> Coordinates:
    """The Hessian. Raises `usage` at a point where the gradient has a kink or an end of its domain nearby."""
    names = names_of(program)
    f = program.outputs[0].node
    first = Reverse(program.graph, names).gradient(f)
    by_name = {name: place for place, name in enumerate(names)}
    rows = [differentiated(program, names[i], node, names, by_name, i) for i, node in enumerate(first)]
    upper = [(i, j) for i, row in enumerate(rows) for j, node in row.partials.items() if not scalars.is_zero(node)]
    count_entries(2 * len(upper), "Hessian")
    nodes = [rows[i].partials[j] for i, j in upper]
    numbers: dict[tuple[int, int], float | None] = {}
    values: tuple[float | None, ...] | None = None
    problems: list[Problem] = []
    if point is not None:
        from gradcli.derive.methods.second_certified import certified_together

        found = certified_together([f, *program.guards, *first, *nodes], point.values)
        if found is None:
            message = "at this point a switch is at its tie, a part at an end of its domain, or a number is not known"
            raise GradcliError("usage", f"--sparse: {message}", hint="without --sparse every entry is looked at")
        values = (found[0].value,)
        numbers = {place: one.value for place, one in zip(upper, found[-len(nodes) :] if nodes else [], strict=True)}
        if None in (*values, *numbers.values()):
            problems = [Problem(None, "overflow", "a number is beyond the largest float64, 1.8e308")]
    written = write_trees(nodes, program.decimal, taken(program, names))
    trees = dict(zip(upper, written.trees, strict=True))
    places = sorted({*upper, *((j, i) for i, j in upper)})
    ordered = [(min(place), max(place)) for place in places]
    return Coordinates(
        read_back(program, point),
        numbers_record(program, point, problems, []),
        "hessian",
        "numerator",
        (len(names), len(names)),
        tuple(names),
        tuple(names),
        tuple(places),
        tuple(trees[place] for place in ordered),
        written.definitions,
        values,
        None if point is None else tuple(numbers[place] for place in ordered),
    )


def names_of(program: Program) -> list[str]:
    """The variables, entry by entry. Raises `usage` for matrices, whose order is another one."""
    for variable in program.variables:
        if len(variable.shape) == 2 and variable.shape[1] != 1:
            raise GradcliError("usage", "--sparse takes numbers and vectors", hint=f"{variable.name} is a matrix")
    return all_entry_names(program.variables)


def taken(program: Program, names: Sequence[str]) -> set[str]:
    """Names that definitions must not have."""
    return {*names, *program.constants, *(v.name for v in (*program.variables, *program.parameters))}


def differentiated(
    program: Program, label: str, node: Node, names: Sequence[str], places: Mapping[str, int], first: int = 0
) -> SparseRow:
    """A function by the variables below it, from number `first` on."""
    found = {places[part.data] for part in reachable([node]) if part.op == "variable" and part.data in places}
    below = sorted(place for place in found if place >= first)
    partials = Reverse(program.graph, [names[place] for place in below]).gradient(node) if below else []
    return SparseRow(label, node, dict(zip(below, partials, strict=True)))


def count_entries(count: int, kind: str) -> None:
    """Refuse more entries than an answer may have."""
    if count > limits.CELLS:
        message = f"a {kind} with {count} entries that are not 0; the limit is {limits.CELLS}"
        raise GradcliError("limit", message, hint="use --wrt for fewer variables")


def is_kept(node: Node, i: int, j: int, numbers: Sequence[Mapping[int, float | None]] | None) -> bool:
    """Is an entry shown? One that is zero by its form is not, unless it does not exist (beside a switch)."""
    return not scalars.is_zero(node) or (numbers is not None and numbers[i][j] != 0)


def jets_at(rows: Sequence[SparseRow], names: Sequence[str], point: Point) -> list[Jet]:
    """Every row at a point: all of them in two evaluations where nothing is doubtful, the others one by one."""
    count = sum(len(row.guards) for row in rows)
    if count > GUARDED_ROWS:
        raise GradcliError("limit", f"{count} conditions of all rows together are too many", hint="fewer rows")
    free = [place for place, row in enumerate(rows) if not row.guards]
    found = plain_rows([rows[place] for place in free], point.values)
    plain = {free[place]: results for place, results in found.items()}
    jets = []
    for place, row in enumerate(rows):
        partials = {names[j]: node for j, node in row.partials.items()}
        jets.append(jet_if_plain(plain.get(place)) or certified_jet(row.node, partials, point.values, row.guards))
    return jets


def plain_rows(rows: Sequence[SparseRow], point: Mapping[str, Node]) -> dict[int, list[Certified]]:
    """Value and derivatives of the rows that rationals decide, or balls away from switches and ends of domains."""
    nodes = [node for row in rows for node in (row.node, *row.partials.values())]
    exact = dict(zip(nodes, certify_exactly(nodes, point), strict=True))
    found: dict[int, list[Certified]] = {}
    left: list[int] = []
    for place, row in enumerate(rows):
        results = [exact[node] for node in (row.node, *row.partials.values())]
        if None in results:
            left.append(place)
        else:
            found[place] = [one for one in results if one is not None]
    if left:
        from gradcli.evaluate.certified.balls import Balls

        run = Balls(point)
        rest = [node for place in left for node in (rows[place].node, *rows[place].partials.values())]
        known = dict(zip(rest, certify_by_balls(run, rest), strict=True))
        if not run.ties and not run.ends:
            for place in left:
                found[place] = [known[node] for node in (rows[place].node, *rows[place].partials.values())]
    return found


def jet_if_plain(results: Sequence[Certified] | None) -> Jet | None:
    """A row all of whose numbers are known; None where there is more to say."""
    from gradcli.derive.methods.jet import Jet

    if results is None or any(one.status != "ok" for one in results):
        return None
    return Jet((results[0].value,), (tuple(one.value for one in results[1:]),))


def of_entry(problem: Problem, label: str) -> Problem:
    """A problem by the name of its variable and the place in it, with its function in front."""
    return indexed(problem)._replace(message=label + problem.message)


def numbers_record(
    program: Program, point: Point | None, problems: Sequence[Problem], assumptions: Sequence[str]
) -> Numbers:
    """How the numbers were made."""
    accuracy = None if point is None else accuracy_of("symbolic", program.graph)
    return Numbers("symbolic", accuracy, None, tuple(problems), (), assumptions=tuple(assumptions))
