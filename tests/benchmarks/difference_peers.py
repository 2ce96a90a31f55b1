"""The peers of finite differences, each as a user calls it, one class of adapter for all."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tests.differences.functions import Problem
from tests.differences.numbers import numpy_names
from tests.differences.scores import Answer, Method, Reply

Vector = Any


class Counted:
    """A problem as a function of one NumPy vector, with the number of its evaluations."""

    def __init__(self, problem: Problem) -> None:
        self.problem, self.evaluations, self.point = problem, 0, np.array(problem.point)

    def __call__(self, x: Vector) -> float:
        self.evaluations += 1
        return self.problem(*(float(t) for t in x))

    def over_columns(self, x: Vector) -> Vector:
        """The same for an array of points along the first axis, as scipy.differentiate asks."""
        columns = np.reshape(x, (len(x), -1))
        return np.reshape([self(column) for column in columns.T], np.shape(x)[1:])


class CountedComplex(Counted):
    """The same in NumPy's own functions, so that complex numbers go through (its pseudo-random noise cannot)."""

    names = None

    def __call__(self, x: Vector) -> Any:
        CountedComplex.names = CountedComplex.names or numpy_names()
        self.evaluations += 1
        return self.problem.f(CountedComplex.names, *x)


def method(ask: Callable[[Counted], Sequence[Any]], wrapper: type[Counted] = Counted) -> Method:
    """A peer as a method: `ask` returns values, errors (or None) and failures (or None)."""

    def asked(problem: Problem) -> Reply:
        counted = wrapper(problem)
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            values, errors, failed = ask(counted)
        n = len(problem.point)
        values = np.real(np.reshape(values, n))
        errors = [None] * n if errors is None else [float(e) for e in np.reshape(errors, n)]
        failed = [False] * n if failed is None else np.reshape(failed, n)
        rows = zip(values, errors, failed, strict=True)
        answers = (Answer(float(v), stated(e), "no success" if bad else "") for v, e, bad in rows)
        return Reply(tuple(answers), counted.evaluations)

    return asked


def stated(error: float | None) -> float | None:
    """A stated error; NaN states that nothing is known."""
    return math.inf if error is not None and math.isnan(error) else error


def numdifftools(**options: Any) -> Method:
    """numdifftools.Gradient."""
    import numdifftools as nd

    def ask(counted: Counted) -> Sequence[Any]:
        found = nd.Gradient(counted, full_output=True, **options)(counted.point)
        return found.estimate, found.error_estimate, None

    return method(ask, CountedComplex if options.get("method") == "complex" else Counted)


def jacobi() -> Method:
    """jacobi.jacobi."""
    from jacobi import jacobi as call

    def ask(counted: Counted) -> Sequence[Any]:
        return *call(counted, counted.point), None

    return method(ask)


def scipy_differentiate() -> Method:
    """scipy.differentiate.jacobian."""
    from scipy.differentiate import jacobian

    def ask(counted: Counted) -> Sequence[Any]:
        found = jacobian(counted.over_columns, counted.point)
        return found.df, found.error, ~found.success

    return method(ask)


def statsmodels() -> Method:
    """statsmodels.tools.numdiff.approx_fprime, centered."""
    from statsmodels.tools.numdiff import approx_fprime

    return method(lambda counted: (approx_fprime(counted.point, counted, centered=True), None, None))


def approx_derivative(kind: str) -> Method:
    """What scipy.optimize and least_squares use."""
    from scipy.optimize._numdiff import approx_derivative as call

    return method(lambda counted: (call(counted, counted.point, method=kind), None, None))


PEERS: dict[str, Callable[[], Method]] = {
    "numdifftools Gradient": numdifftools,
    "numdifftools order=6": lambda: numdifftools(order=6),
    'numdifftools method="complex"': lambda: numdifftools(method="complex"),
    "jacobi": jacobi,
    "scipy.differentiate.jacobian": scipy_differentiate,
    "statsmodels centered": statsmodels,
    "approx_derivative 3-point": lambda: approx_derivative("3-point"),
    "approx_derivative 2-point": lambda: approx_derivative("2-point"),
}
