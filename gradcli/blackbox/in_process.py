"""Derivatives of a Python callable in this process, by finite differences in doubles.

The callable takes its arguments as the point gives them: a float where the point has a number, a NumPy array where it
has a list, or an array. It answers a number, or numbers in any nesting (lists, tuples, NumPy arrays).
"""

from __future__ import annotations

import inspect
from math import isfinite, nan

from gradcli.blackbox.derivatives import (
    Found,
    labels_of,
    measured_gradient,
    measured_hessian,
    measured_jacobian,
    one_sided,
    studies_of,
)
from gradcli.blackbox.targets import DifferenceRequest
from gradcli.derive.layouts import all_entry_names, index_of
from gradcli.derive.results import Gradient, Hessian, Jacobian, Numbers
from gradcli.differences.plan import Plan
from gradcli.problems import ExitCode, GradcliError, Problem
from gradcli.program.graph import Variable
from gradcli.records import TYPE_CHECKING, NamedTuple, cast
from gradcli.text.tree import Number, Vector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from gradcli.derive.results import Value
    from gradcli.text.tree import Tree
    from gradcli.vocabulary import Layout

    Function = Callable[..., Any]
    Point = tuple[float, ...]

POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


class Argument(NamedTuple):
    """One argument at the point: a float, or nested lists with their shape. `by_name`: it is passed by keyword."""

    name: str
    value: float | list[Any]
    by_name: bool = False

    @property
    def shape(self) -> tuple[int, ...]:
        """() for a number, (n,) or (m, n) for lists."""
        if not isinstance(self.value, list):
            return ()
        first = self.value[0] if self.value else None
        return (len(self.value), len(first)) if isinstance(first, list) else (len(self.value),)

    def numbers(self) -> list[float]:
        """The entries, row by row."""
        if not isinstance(self.value, list):
            return [self.value]
        return [entry for row in self.value for entry in (row if isinstance(row, list) else [row])]

    def filled(self, entries: Sequence[float]) -> Any:
        """An argument of this shape with other entries."""
        from gradcli.blackbox.callable_worker import as_array

        if not self.shape:
            return entries[0]
        if len(self.shape) == 1:
            return as_array(list(entries))
        width = self.shape[1]
        return as_array([list(entries[i : i + width]) for i in range(0, len(entries), width)])


class Called:
    """A callable as a batch of evaluations; what it raises at the point itself is told, elsewhere it is no value."""

    def __init__(self, function: Function, arguments: Sequence[Argument]) -> None:
        self.function, self.arguments = function, arguments
        self.point: Point = tuple(number for argument in arguments for number in argument.numbers())
        self.count = 0
        self.shape: tuple[int, ...] = ()
        self.reason = ""

    def batch(self, points: Sequence[Point]) -> list[tuple[float, ...] | None]:
        """The outputs at each point; None where the callable raises or answers what is no number."""
        return [self.evaluate(point) for point in points]

    def evaluate(self, point: Point) -> tuple[float, ...] | None:
        """The outputs at one point."""
        try:
            answer = self.call(point)
            found = flat(answer)
        except (ArithmeticError, ValueError) as error:
            self.remember(point, f"{type(error).__name__}: {error}")
            return (nan,) * self.count if self.count else None
        if self.count and len(found) != self.count:
            message = f"the function answers {len(found)} numbers at {point} and {self.count} at {self.point}"
            raise GradcliError("target", message, exit_code=ExitCode.FAILED)
        if not self.count:
            self.count, self.shape = len(found), matrix_shape(answer)
        return tuple(found)

    def call(self, point: Point) -> Any:
        """The callable's answer."""
        values, rest = [], list(point)
        for argument in self.arguments:
            size = len(argument.numbers())
            values.append(argument.filled(rest[:size]))
            rest = rest[size:]
        pairs = list(zip(self.arguments, values, strict=True))
        named = {argument.name: value for argument, value in pairs if argument.by_name}
        return self.function(*[value for argument, value in pairs if not argument.by_name], **named)

    def remember(self, point: Point, reason: str) -> None:
        """Why the callable has no value at the point itself."""
        if point == self.point:
            self.reason = reason


def flat(answer: Any) -> list[float]:
    """The numbers of an answer, row by row. Raises GradcliError for what is no real number."""
    found: list[float] = []
    stack = [answer]
    while stack:
        value = stack.pop()
        if hasattr(value, "detach"):
            value = value.detach()
        if hasattr(value, "tolist"):
            value = value.tolist()
        if isinstance(value, list | tuple):
            stack.extend(reversed(value))
            continue
        if isinstance(value, complex) or value is None or isinstance(value, str | bytes):
            message = f"the function answers a value of type {type(value).__name__}, not a real number"
            raise GradcliError("target", message, exit_code=ExitCode.FAILED)
        try:
            found.append(float(value))
        except TypeError:
            message = f"the function answers a value of type {type(value).__name__}, not a real number"
            raise GradcliError("target", message, exit_code=ExitCode.FAILED) from None
    if not found:
        raise GradcliError("target", "the function answers no number", exit_code=ExitCode.FAILED)
    return found


def matrix_shape(answer: Any) -> tuple[int, ...]:
    """Rows and columns of an answer that is a matrix; () for all others, a row or a column among them."""
    shape = getattr(answer, "shape", None)
    if shape is None and isinstance(answer, list | tuple) and all(isinstance(row, list | tuple) for row in answer):
        widths = {len(row) for row in answer}
        shape = (len(answer), *widths) if not any(hasattr(x, "__len__") for row in answer for x in row) else ()
    return tuple(map(int, shape)) if shape is not None and len(shape) == 2 and 1 not in shape else ()


# ------------------------------------------------------------------------------------------- the arguments


def arguments_of(function: Function, at: Any) -> list[Argument]:
    """The arguments that a point gives. Raises GradcliError `point` where it does not fit the parameters.

    A mapping gives arguments by name. Numbers in a row are arguments in order; but a function of one parameter takes
    several of them as one array.
    """
    at = at.tolist() if hasattr(at, "tolist") else at
    if hasattr(at, "items"):
        placed = positional_only(function)
        given = sorted(at, key=lambda name: placed.index(name) if name in placed else len(placed))
        return [Argument(name, as_value(name, at[name]), name not in placed) for name in given]
    values = list(at) if isinstance(at, list | tuple) else [at]
    names, many, least = parameters(function)
    if names is not None and len(names) == 1 and not many and len(values) > 1:
        return [Argument(names[0], as_value(names[0], values))]
    if names is None or (many and len(values) > len(names)):
        names = ["x"] if len(values) == 1 else [f"x{i + 1}" for i in range(len(values))]
    elif not least <= len(values) <= len(names):
        count = "1 value" if len(values) == 1 else f"{len(values)} values"
        raise GradcliError("point", f"the point has {count} for the parameters {', '.join(names)}")
    return [Argument(name, as_value(name, value)) for name, value in zip(names, values, strict=False)]


def positional_only(function: Function) -> list[str]:
    """The parameters that take no names, as those of math.sin: their values go in order."""
    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    return [p.name for p in found if p.kind is inspect.Parameter.POSITIONAL_ONLY]


def parameters(function: Function) -> tuple[list[str] | None, bool, int]:
    """The positional parameters (None where they cannot be known), whether there may be more, and how many must be."""
    try:
        found = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return None, True, 0
    names = [p.name for p in found if p.kind in POSITIONAL]
    least = sum(p.kind in POSITIONAL and p.default is inspect.Parameter.empty for p in found)
    many = any(p.kind is inspect.Parameter.VAR_POSITIONAL for p in found)
    required = [p.name for p in found if p.kind in POSITIONAL and p.default is inspect.Parameter.empty]
    return (required if len(required) == 1 and not many else names), many, least


def as_value(name: str, value: Any) -> float | list[Any]:
    """A number or nested lists of numbers, all finite. Raises GradcliError `point`."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list | tuple):
        rows = [as_value(name, entry) for entry in value]
        widths = {len(row) if isinstance(row, list) else -1 for row in rows}
        if len(widths) != 1 or any(isinstance(e, list) for row in rows if isinstance(row, list) for e in row):
            raise GradcliError("point", f"the value of {name} is no vector and no matrix")
        return rows
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        raise GradcliError("point", f"the value of {name} is no number: {str(value)[:40]!r}") from None
    if not isfinite(number):
        raise GradcliError("point", f"the value of {name} is not finite")
    return number


# --------------------------------------------------------------------------------------------- the answers


class Options(NamedTuple):
    """What is asked beside the point. wrt: arguments to differentiate by; the others stay as they are."""

    wrt: tuple[str, ...] = ()
    layout: Layout | None = None
    along: Any = None
    plan: Plan = Plan(cautious=True, noisy=False)
    study: bool = False


class CallableQuestion:
    """One callable at one point."""

    def __init__(self, function: Function, at: Any, options: Options) -> None:
        arguments = arguments_of(function, at)
        unknown = [name for name in options.wrt if name not in [argument.name for argument in arguments]]
        if unknown:
            raise GradcliError("unknown-name", f"the function has no argument '{unknown[0]}'")
        self.called = Called(function, arguments)
        self.options = options
        wanted = [argument for argument in arguments if not options.wrt or argument.name in options.wrt]
        moving = {name for argument in wanted for name in entries(argument)}
        every = [name for argument in arguments for name in entries(argument)]
        self.places = [i for i, name in enumerate(every) if name in moving]
        self.asked = self.question(function, arguments, tuple(every[i] for i in self.places))

    def question(self, function: Function, arguments: Sequence[Argument], names: tuple[str, ...]) -> DifferenceRequest:
        """The record of what is asked."""
        kept = [argument for argument in arguments if not self.options.wrt or argument.name in self.options.wrt]
        along = None if self.options.along is None else arguments_of(function, self.options.along)
        direction = None if along is None else tuple(number for argument in along for number in argument.numbers())
        if direction is not None and len(direction) != len(names):
            raise GradcliError("along", f"the direction has {len(direction)} numbers for {len(names)} variables")
        return DifferenceRequest(
            getattr(function, "__name__", type(function).__name__),
            names,
            tuple(variable(argument) for argument in kept),
            {argument.name: argument.shape for argument in kept},
            {argument.name: tree_of(argument.value) for argument in arguments},
            {argument.name: cast("Value", argument.value) for argument in arguments},
            tuple(self.called.point[i] for i in self.places),
            self.options.plan,
            layout=self.options.layout,
            along=direction,
            along_values=None if along is None else {a.name: cast("Value", a.value) for a in along},
            study=self.options.study,
        )

    def batch(self, points: Sequence[Point]) -> list[tuple[float, ...] | None]:
        """The callable at points in the coordinates that move."""
        full = list(self.called.point)
        wide = []
        for point in points:
            for i, x in zip(self.places, point, strict=True):
                full[i] = x
            wide.append(tuple(full))
        return self.called.batch(wide)

    def found(self, scalar: str = "") -> tuple[Found, int]:
        """The slopes of every output. Raises GradcliError where there is no answer at the point."""
        from gradcli.differences.driver import slopes

        result = slopes(self.batch, self.asked.point, self.asked.names, self.asked.plan)
        self.require(len(result.rows), scalar)
        return Found(result.values, result.rows, result.notes), result.evaluations

    def require(self, count: int, scalar: str) -> None:
        """Raise where the function has no answer at the point, or several where one is needed."""
        if not count:
            reason = self.called.reason or "it raises an error"
            raise GradcliError("target", f"the function has no value at the point: {reason}", exit_code=ExitCode.FAILED)
        if scalar and count != 1:
            hint = "jacobian differentiates all of them" if scalar == "grad" else None
            raise GradcliError(
                "not-scalar", f"the function answers {count} numbers, and {scalar} needs one number", hint=hint
            )

    def numbers(self, found: Found, labels: Sequence[str], evaluations: int, second: bool = False) -> Numbers:
        """Evaluations, problems and notes of an answer."""
        pairs = [(n, s) for row in found.rows for n, s in zip(self.asked.names, row, strict=True)]
        notes = [f"{n}: {s.note}" for n, s in pairs if s.note and not s.border]
        return Numbers(
            "fd",
            "estimated",
            evaluations,
            tuple(dict.fromkeys(self.problems(found, labels, second))),
            (*found.notes, *notes),
            studies=studies_of(self.asked, found, labels) if self.asked.study else (),
            assumptions=one_sided(found, labels),
        )

    def problems(self, found: Found, labels: Sequence[str], second: bool) -> Iterator[Problem]:
        """The problem of each entry that has one."""
        for i, row in enumerate(found.rows):
            for j, slope in enumerate(row):
                if slope.kind is None or (second and j < i):
                    continue
                variable, index = index_of(self.asked.names[j])
                label = f"{labels[i]}: " if len(labels) > 1 and not second else ""
                label = f"∂²f/∂{labels[i]}∂{self.asked.names[j]}: " if second else label
                yield Problem(variable, slope.kind, label + slope.message, slope.left, slope.right, index)


def gradient_of(function: Function, at: Any, options: Options) -> Gradient:
    """The gradient of a callable with one number as its answer, each entry with an error that holds."""
    question = CallableQuestion(function, at, options)
    found, evaluations = question.found("grad")
    return measured_gradient(question.asked, found, question.numbers(found, ("f",), evaluations))


def jacobian_of(function: Function, at: Any, options: Options) -> Jacobian:
    """The Jacobian of a callable, in either layout."""
    question = CallableQuestion(function, at, options)
    found, evaluations = question.found()
    shape = question.called.shape
    labels = labels_of(shape, len(found.rows))
    return measured_jacobian(question.asked, found, labels, question.numbers(found, labels, evaluations), shape)


def hessian_of(function: Function, at: Any, options: Options) -> Hessian:
    """The Hessian of a callable with one number as its answer; eigenvalues where every entry exists."""
    from gradcli.differences.second import curvatures

    question = CallableQuestion(function, at, options)
    asked = question.asked
    origin = question.batch([asked.point])[0]
    question.require(len(origin or ()), "hessian")
    result = curvatures(question.batch, asked.point, asked.names, asked.plan)
    made = result.evaluations + 1
    found = Found((result.value,), result.rows, result.notes)
    return measured_hessian(asked, found, lambda whole: question.numbers(whole, asked.names, made, second=True))


def variable(argument: Argument) -> Variable:
    """An argument as a variable: vectors are columns."""
    shape = argument.shape
    if not shape:
        return Variable(argument.name)
    return Variable(argument.name, (shape[0], shape[1] if len(shape) > 1 else 1))


def entries(argument: Argument) -> list[str]:
    """The names of its entries: `x`, or `x[0]`, …"""
    return all_entry_names([variable(argument)])


def tree_of(value: float | list[Any]) -> Tree:
    """A value as syntax."""
    from fractions import Fraction

    if not isinstance(value, list):
        return Number(Fraction(repr(value)), decimal=True)
    return Vector(tuple(map(tree_of, value)))
