"""A function that is called: value and derivatives as straight-line code, built once, for one point or many."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import partial
from math import isfinite, nan

import numpy as np

from gradcli.codegen.numpy_machine import Native
from gradcli.codegen.one_point import FAILURES, OnePoint
from gradcli.derive.layouts import entry_names
from gradcli.points.engine import Engine
from gradcli.points.program import ManyPoints, flat_numbers
from gradcli.problems import GradcliError
from gradcli.program.forms import scalars
from gradcli.program.point import bind_point
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, Final

    from gradcli.points.memory import Quicker
    from gradcli.program.graph import Node, Program

DIRECTION: Final = "direction of "
"""What the inputs of a Hessian-vector product that are the direction are called: no name of a user has a space."""


class Compiled:
    """Straight-line code of some numbers, at one point and at many; the certified engine where float64 cannot tell."""

    def __init__(
        self,
        quicker: Quicker | None,
        many: ManyPoints,
        derivatives: Sequence[Node] | None,
        inputs: Sequence[str],
        exact: Any,
        second: bool = False,
    ) -> None:
        self.quicker = quicker
        self.code, self.marked = many.code(Native(), derivatives, inputs, second)
        self.shown = len(many.outputs.values) + (len(many.columns) - len(many.values) if derivatives is None else 0)
        self.shown += len(derivatives or ())
        self.exact: Callable[[Sequence[float]], Sequence[float | None]] = exact
        self.machine = OnePoint(self.code)
        self.engine: Engine | None = None
        self.native: Engine | None = None
        self.most = 0

    def row(self, point: list[float]) -> list[float]:
        """The numbers at one point."""
        try:
            found = self.machine(point)
        except FAILURES:
            return self.slow(point)
        if self.marked and found.pop():
            return self.slow(point)
        total = sum(found, sum(point))
        if total - total != 0:
            return self.slow(point)
        return found if len(found) == self.shown else found[: self.shown]

    def slow(self, point: list[float]) -> list[float]:
        """The numbers by arrays of one entry, then, where they are not finite or marked, by the certified engine."""
        found: list[float] = self.table([np.array([x]) for x in point])[0].tolist()
        return found

    def table(self, columns: Sequence[Any]) -> Any:
        """The numbers at many points: (N, shown)."""
        for name, column in zip(self.code.inputs, columns, strict=True):
            if not np.isfinite(column).all():
                raise GradcliError("point", f"{name} is not finite", hint="a point has finite coordinates")
        if not len(columns[0]):
            return np.empty((0, self.shown))
        table, doubtful = self.engine_for(len(columns[0])).run(columns)
        for row in doubtful.tolist():
            numbers = self.exact([float(column[row]) for column in columns])
            table[row] = [nan if number is None else number for number in numbers]
        return table

    def engine_for(self, rows: int) -> Engine:
        """The quicker engine where there is one for so many rows, else NumPy's."""
        if self.native is None and self.quicker is not None and rows > self.most:
            self.most = rows
            self.native = self.quicker(self.code, self.shown, self.marked, rows)
        if self.native is not None:
            return self.native
        if self.engine is None:
            self.engine = Engine(self.code, self.shown, self.marked)
        return self.engine


class FunctionOfPoints(ABC):
    """What is called with points, and made again in another process by its question."""

    origin: tuple[Callable[..., Any], tuple[Any, ...]] | None = None

    def __reduce__(self) -> Any:
        """What makes it again, in another process: the question (`origin`), not the code."""
        return super().__reduce__() if self.origin is None else self.origin

    def __call__(self, v: Any) -> Any:
        """The value."""
        return self.value(v)

    def grad(self, v: Any) -> Any:
        """The gradient."""
        return self.value_and_grad(v)[1]

    @abstractmethod
    def value(self, v: Any) -> Any:
        """The value, or the m values."""

    @abstractmethod
    def value_and_grad(self, v: Any) -> tuple[Any, Any]:
        """Value and gradient."""


class CalledFunction(FunctionOfPoints):
    """A compiled function of n numbers, the entries of its variables in the order of `inputs`.

    A point is a sequence of n numbers, an (N, n) array of points, or a mapping by variable: numbers and arrays, of many
    points with one axis more in front. Answers come as the point does: lists for lists and tuples, arrays of NumPy for
    arrays, and gradients by variable for mappings. What does not exist (a kink, a pole) is nan.

    Shapes for one point: value () or (m,), grad (n,), jacobian (m, n), hessian (n, n), hvp (n,); N in front for many.
    Derivatives are by `names`; further inputs (`wrt`) stay as they are.
    """

    def __init__(self, program: Program, quicker: Quicker | None = None) -> None:
        """`quicker`: another engine for many points, if there is one."""
        if program.symmetric:
            hint = "gradcli.grad has their gradients, and gradcli.grad_many those at many points"
            raise GradcliError("option", "symmetric matrices have no compiled function", hint=hint)
        self.program = program
        self.compiled = partial(Compiled, quicker)
        self.count = len(program.outputs)
        self.many = ManyPoints(program, "grad" if self.count == 1 else "jacobian")
        self.names, self.inputs = self.many.names, self.many.inputs
        self.parts: dict[str, Compiled] = {}

    def __repr__(self) -> str:
        return f"Function({'; '.join(str(s.tree) for s in self.program.statements)!r}, inputs={self.inputs})"

    def value(self, v: Any) -> Any:
        """The value, or the m values."""
        if self.count == 1:
            return self.asked("value", v, lambda row: row[0], lambda table: table[:, 0])
        return self.asked("value", v, lambda row: row, lambda table: table)

    def value_and_grad(self, v: Any) -> tuple[Any, Any]:
        """Value and gradient, as `scipy.optimize.minimize(f.value_and_grad, x0, jac=True)` wants them."""
        part = self.parts.get("both") or self.part("both")
        kind = type(v)
        if kind is list or kind is tuple:
            point = self.numbers(v)
            row = part.row(point)
            return row[0], row[1:]
        if isinstance(v, np.ndarray) and v.shape == (len(self.inputs),):
            row = part.row(self.numbers(v.tolist()))
            return row[0], np.array(row[1:])
        columns, many, named = self.columns(v)
        table = part.table(columns)
        value, slopes = table[:, 0], table[:, 1:]
        if named:
            return (value, self.by_variable(slopes)) if many else (float(value[0]), self.by_variable(slopes, 0))
        return (value, slopes) if many else (float(value[0]), slopes[0])

    def jacobian(self, v: Any) -> Any:
        """The Jacobian, one row a value."""
        name = "both" if self.count == 1 else "jacobian"
        n, m = len(self.names), self.count
        rows = [slice(m + i * n, m + (i + 1) * n) for i in range(m)]
        return self.asked(
            name, v, lambda row: [row[part] for part in rows], lambda table: table[:, m:].reshape(-1, m, n)
        )

    def hessian(self, v: Any) -> Any:
        """The Hessian."""
        self.require_one("hessian")
        n = len(self.names)
        starts = [1 + i * n - i * (i - 1) // 2 - i for i in range(n)]
        places = [[starts[min(i, j)] + max(i, j) for j in range(n)] for i in range(n)]

        return self.asked(
            "hessian",
            v,
            lambda row: [[row[place] for place in line] for line in places],
            lambda table: table[:, [place for line in places for place in line]].reshape(-1, n, n),
        )

    def hvp(self, v: Any, d: Any) -> Any:
        """The Hessian times a direction `d`, without the Hessian: one sweep more than the gradient."""
        columns, many, named = self.columns(v)
        directions, _, _ = self.columns(d, self.names)
        length = max(len(columns[0]), len(directions[0]))
        spread = [np.broadcast_to(column, (length,)) for column in (*columns, *directions)]
        part = self.parts.get("hvp") or self.part("hvp")
        plain = isinstance(v, list | tuple) and not many and length == 1
        if plain:
            return part.row([float(column[0]) for column in spread])[1:]
        found = part.table(spread)[:, 1:]
        if named:
            return self.by_variable(found, None if many or length > 1 else 0)
        return found if many or length > 1 else found[0]

    # ------------------------------------------------------------------------------------------- parts

    def require_one(self, what: str) -> None:
        """Raise `usage` for a gradient or Hessian of several values."""
        if self.count != 1:
            raise GradcliError("usage", f"a function with {self.count} values has no {what}", hint="jacobian(v)")

    def part(self, name: str) -> Compiled:
        """The code of an answer, made when it is asked for the first time."""
        if name == "both":
            self.require_one("gradient")
        made = {"value": self.of_value, "both": self.of_both, "jacobian": self.of_both, "hessian": self.of_hessian}
        self.parts[name] = found = {**made, "hvp": self.of_product}[name]()
        return found

    def of_value(self) -> Compiled:
        """The values alone."""
        return self.compiled(self.many, [], self.inputs, lambda point: self.certain(self.many, point)[: self.count])

    def of_both(self) -> Compiled:
        """Values and first derivatives."""
        return self.compiled(self.many, None, self.inputs, lambda point: self.certain(self.many, point))

    def of_hessian(self) -> Compiled:
        """The value and the upper half of the Hessian."""
        many = ManyPoints(self.program, "hessian")
        return self.compiled(many, None, self.inputs, lambda point: self.certain(many, point))

    def of_product(self) -> Compiled:
        """The value and the Hessian times a direction, whose entries are inputs behind the others."""
        from gradcli.derive.outputs import StableReverse

        self.require_one("Hessian")
        graph, n = self.program.graph, len(self.names)
        directions = [f"{DIRECTION}{name}" for name in self.names]
        slopes = self.many.outputs.first[0]
        along = [
            (scalars.multiply(graph, [(slope, 1), (scalars.variable(graph, name), 1)]), 1)
            for slope, name in zip(slopes, directions, strict=True)
        ]
        product = StableReverse(graph, self.names).gradient(scalars.add(graph, along))
        hessian = ManyPoints(self.program, "hessian")

        def exact(point: Sequence[float]) -> list[float | None]:
            value, *half = self.certain(hessian, point[: len(self.inputs)])
            entries = iter(half)
            rows: list[list[float | None]] = [[None] * n for _ in range(n)]
            for i in range(n):
                for j in range(i, n):
                    rows[i][j] = rows[j][i] = next(entries)
            return [value, *(dot(row, point[len(self.inputs) :]) for row in rows)]

        return self.compiled(self.many, product, (*self.inputs, *directions), exact, second=True)

    def certain(self, many: ManyPoints, point: Sequence[float]) -> list[float | None]:
        """The numbers of a row by the certified engine, in the order of the code; matrices row by row."""
        result = many.question().answer(bind_point(self.program, *many.point(point)))
        if many.command == "grad":
            return list(flat_numbers(result, self.program))
        if many.command == "hessian":
            places = [result.columns.index(name) for name in many.names]
            n = len(places)
            return [result.value, *(result.hessian[places[i]][places[j]] for i in range(n) for j in range(i, n))]
        across = [result.columns.index(name) for name in many.names]
        down = [result.rows.index(output.label) for output in self.program.outputs]
        return [*(result.value[i] for i in down), *(result.jacobian[i][j] for i in down for j in across)]

    # ------------------------------------------------------------------------------------------- points

    def numbers(self, v: Sequence[Any]) -> list[float]:
        """One point as floats."""
        try:
            point = list(map(float, v))
        except (TypeError, ValueError):
            raise self.wrong_point() from None
        if len(point) != len(self.inputs):
            raise self.wrong_point()
        return point

    def wrong_point(self) -> GradcliError:
        """The error for what is no point."""
        names = ", ".join(self.inputs[:8]) + (", …" if len(self.inputs) > 8 else "")
        count = len(self.inputs)
        return GradcliError("point", f"a point has {count} number{'s' if count > 1 else ''}, or is by name", hint=names)

    def real(self, v: Any) -> Any:
        """Numbers as an array of float64."""
        try:
            array = np.asarray(v)
            if array.dtype.kind not in "fiub":
                raise TypeError
            return array.astype(np.float64, copy=False)
        except (TypeError, ValueError):
            raise self.wrong_point() from None

    def columns(self, v: Any, names: Sequence[str] | None = None) -> tuple[list[Any], bool, bool]:
        """The columns of one point or many, whether there are many, and whether they came by name."""
        names = self.inputs if names is None else names
        if hasattr(v, "keys"):
            return (*self.named_columns(v, names), True)
        array = self.real(v)
        if array.ndim == 0 and len(names) == 1:
            array = array.reshape(1)
        if array.ndim not in (1, 2) or array.shape[-1] != len(names):
            raise self.wrong_point()
        return list(np.ascontiguousarray(np.atleast_2d(array).T)), array.ndim == 2, False

    def named_columns(self, v: Mapping[str, Any], names: Sequence[str]) -> tuple[list[Any], bool]:
        """The columns of arrays by name, and whether there are many points."""
        found: dict[str, Any] = {}
        lengths = {}
        for variable in (*self.program.variables, *self.program.parameters):
            entries = entry_names(variable)
            if entries[0] not in names:
                continue
            if variable.name not in v:
                raise GradcliError("point", f"{variable.name} has no value", hint=f"the names are {', '.join(v)}")
            shape = tuple(int(size) for size in variable.shape)
            shape = shape[:1] if shape and shape[1] == 1 else shape
            array = self.real(v[variable.name])
            if array.shape[array.ndim - len(shape) :] != shape or array.ndim - len(shape) not in (0, 1):
                raise GradcliError("point", f"{variable.name} has the shape {shape}, and not {array.shape}")
            if array.ndim > len(shape):
                lengths[variable.name] = len(array)
            flat = array.reshape(-1, len(entries))
            found.update(zip(entries, flat.T, strict=True))
        unknown = sorted(set(v) - {v.name for v in (*self.program.variables, *self.program.parameters)})
        if unknown:
            raise GradcliError("point", f"the function has no {', '.join(unknown)}", hint=", ".join(self.inputs))
        if len(set(lengths.values())) > 1:
            raise GradcliError("point", f"columns of different lengths: {lengths}")
        count = next(iter(lengths.values()), 1)
        return [np.broadcast_to(found[name], (count,)) for name in names], bool(lengths)

    def by_variable(self, table: Any, row: int | None = None) -> dict[str, Any]:
        """Gradients by variable, in the shapes of the variables."""
        found, start = {}, 0
        for variable in self.program.variables:
            size = len(entry_names(variable))
            shape = tuple(int(n) for n in variable.shape)
            shape = shape[:1] if shape and shape[1] == 1 else shape
            part = table[:, start : start + size].reshape(-1, *shape)
            found[variable.name] = part if row is None else float(part[row]) if not shape else part[row]
            start += size
        return found

    def asked(self, name: str, v: Any, arranged: Callable[[Any], Any], stacked: Callable[[Any], Any]) -> Any:
        """An answer at one point, `arranged` from its row, or at many, `stacked` from the table."""
        part = self.parts.get(name) or self.part(name)
        if type(v) in (list, tuple) and not (v and hasattr(v[0], "__len__")):
            return arranged(part.row(self.numbers(v)))
        columns, many, _ = self.columns(v)
        found = stacked(part.table(columns))
        return found if many else found[0].tolist() if found.ndim == 1 else found[0]


def dot(row: Sequence[float | None], direction: Sequence[float]) -> float | None:
    """The sum of products; None where a number that is needed does not exist."""
    if any(number is None and step for number, step in zip(row, direction, strict=True)):
        return None
    total = sum(number * step for number, step in zip(row, direction, strict=True) if number is not None)
    return total if isfinite(total) else None
