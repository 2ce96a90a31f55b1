"""One function at one place after another, each told by the last: value, slopes and curvatures as NumPy arrays.

Straight-line code in float64; where that cannot tell (a kink, a border, what is not finite) the certified engine does.
"""

from __future__ import annotations

import numpy as np

from gradcli.codegen.numpy_machine import Machine, Native
from gradcli.codegen.straightline import straight_line
from gradcli.derive.layouts import mirrored
from gradcli.derive.outputs import generated_outputs
from gradcli.points.marks import suspicion
from gradcli.points.program import ManyPoints
from gradcli.program.substitute import replace
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from contextlib import AbstractContextManager
    from typing import Any

    from numpy.typing import NDArray

    from gradcli.derive.results import Gradient, Hessian
    from gradcli.problems import Problem
    from gradcli.program.graph import Program

    Array = NDArray[np.float64]


class Look(NamedTuple):
    """What is found at a place: value, slopes, and why there are none; `errors` of slopes that are estimates."""

    value: float | None
    slopes: Any
    problems: tuple[Problem, ...] = ()
    errors: Any = None


class TextLandscape:
    """A program of scalars. `fixed`: the values of its parameters, which follow the variables."""

    def __init__(self, program: Program, fixed: Sequence[float] = ()) -> None:
        self.program = program
        self.many = ManyPoints(program, "grad")
        self.names = tuple(self.many.names)
        self.twins = twins_of(self.names, program.symmetric)
        self.fixed = np.array(fixed, dtype=np.float64)
        code, self.marked = self.many.code(Native())
        self.machine = Machine(code)
        self.count = len(code.outputs)
        self.curved: Machine | None = None

    def look(self, place: Array) -> Look:
        """Value and slopes."""
        row = run(self.machine, self.count, np.concatenate([place, self.fixed]))
        numbers = row[: 1 + len(self.names)]
        if np.isfinite(row).all() and not (self.marked and row[-1]):
            return Look(float(numbers[0]), numbers[1:])
        if not np.isfinite(place).all():
            return Look(None, None)
        found = self.certain(place)
        slopes = [number for number in found.numbers[1:] if number is not None]
        whole = len(slopes) == len(self.names)
        return Look(found.numbers[0], np.array(slopes) if whole else None, found.problems)

    def certain(self, place: Array) -> Any:
        """The certified numbers and problems at a place."""
        return self.many.certain([float(x) for x in (*place, *self.fixed)])

    def curvatures(self, place: Array) -> Any:
        """The Hessian; None where it is not finite."""
        if self.curved is None:
            self.curved = Machine(self.second_code())
        size = len(self.names)
        row = run(self.curved, size * size, np.concatenate([place, self.fixed]))
        return row.reshape(size, size) if np.isfinite(row).all() else None

    def second_code(self) -> Any:
        """The code of all second derivatives, row by row."""
        graph = self.program.graph
        nodes = [node for row in generated_outputs(self.program, "hessian").second for node in row]
        if self.program.constants:
            mapping = {graph.intern("variable", (), name): node for name, node in self.program.constants.items()}
            nodes = list(replace(graph, nodes, mapping))
        return straight_line(graph, nodes, self.many.inputs, Native())

    def gradient(self, place: Array) -> Gradient:
        """The certified gradient, with all that is said of it."""
        found: Gradient = self.many.question().answer(self.point(place))
        return found

    def hessian(self, place: Array) -> Hessian | None:
        """The certified Hessian with its eigenvalues."""
        from gradcli.derive.hessian import EntryHessian
        from gradcli.derive.request import Request

        return EntryHessian(self.program, Request(symbolic=False)).answer(self.point(place))

    def point(self, place: Array) -> Any:
        """A place as a point: coordinates are taken as they print."""
        from gradcli.program.point import bind_point

        return bind_point(self.program, *self.many.point([float(x) for x in (*place, *self.fixed)]))

    def is_quadratic(self) -> bool:
        """Is the Hessian the same everywhere?"""
        from gradcli.program.graph import order

        names = set(self.names)
        second = generated_outputs(self.program, "hessian").second
        nodes = order([node for row in second for node in row])
        no_kinks = suspicion(self.program.graph, [self.program.outputs[0].node], names) is None
        return no_kinks and not any(node.op == "variable" and node.data in names for node in nodes)


def run(machine: Machine, count: int, place: Array) -> Array:
    """All outputs at one place."""
    results = np.empty((count, 1))
    machine(list(place.reshape(-1, 1)), list(results))
    found: Array = results[:, 0]
    return found


def vector(numbers: Sequence[float]) -> Array:
    """Numbers as an array."""
    return np.array(numbers, dtype=np.float64)


def twins_of(names: Sequence[str], symmetric: Collection[str]) -> Array | None:
    """For each entry the place of its mirror image in a symmetric matrix, or its own; None without such a matrix."""
    if not symmetric:
        return None
    places = {name: i for i, name in enumerate(names)}
    return np.array([places[mirrored(name, symmetric) or name] for name in names])


def newton_step(matrix: Array, slopes: Array, twins: Array | None = None) -> Array | None:
    """inv(H) g; None where H is singular to working precision. With twins, among symmetric changes.

    H is 0 for changes that are not symmetric: there it is completed by 1, which leaves symmetric steps as they are.
    """
    from gradcli.evaluate.float64.matrices.linear_algebra import solve

    if twins is not None:
        every = np.eye(len(slopes))
        matrix = matrix + (every - every[twins]) / 2
    step: Array = solve(matrix, slopes.reshape(-1, 1))[:, 0]
    if twins is not None:
        step = (step + step[twins]) / 2
    return step if np.isfinite(step).all() else None


def unbounded() -> AbstractContextManager[object]:
    """Arithmetic in which what is beyond float64 is infinite, without a warning."""
    return np.errstate(all="ignore")


def length(vector: Array) -> float:
    """‖v‖, without overflow on the way."""
    largest = float(np.abs(vector).max(initial=0.0))
    if not 0 < largest < float("inf"):
        return largest
    return largest * float(np.sqrt(((vector / largest) ** 2).sum()))
