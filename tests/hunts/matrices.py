"""Gradients of random programs of vectors and matrices beside differences in a hundred digits."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import mpmath
import numpy as np
from mpmath import mpf

import gradcli
from gradcli.problems import GradcliError
from tests.hunts.scalars import is_bad
from tests.hunts.truths import nearest_float
from tests.program.random_arrays import SIZES, Maker

DIGITS = 120
STEP = mpf(10) ** -45
CLOSE = 1e-25


def entrywise(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of numbers on arrays of them."""
    ready = np.frompyfunc(function, function.__code__.co_argcount if hasattr(function, "__code__") else 1, 1)
    return lambda *arrays: ready(*arrays)


def inverse(matrix: Any) -> Any:
    """By mpmath's decomposition."""
    return np.array((mpmath.matrix(matrix.tolist()) ** -1).tolist(), dtype=object)


def determinant(matrix: Any) -> Any:
    return mpmath.det(mpmath.matrix(matrix.tolist()))


def norm(array: Any, kind: Any = None) -> Any:
    """Euclidean or Frobenius, or a vector's 1 and inf, or a matrix's greatest column or row of absolute values."""
    sizes = abs(array)
    if kind is None:
        return mpmath.sqrt((array * array).sum())
    if sizes.ndim == 1:
        return sizes.sum() if kind == 1 else sizes.max()
    return sizes.sum(axis=0).max() if kind == 1 else sizes.sum(axis=1).max()


def logsumexp(array: Any) -> Any:
    top = array.max()
    return top + mpmath.log(EXP(array - top).sum())


def softmax(array: Any) -> Any:
    weights = EXP(array - array.max())
    return weights / weights.sum()


def variance(array: Any) -> Any:
    return ((array - array.mean()) ** 2).mean()


def greatest(one: Any, other: Any = None) -> Any:
    """max of one array, or of two entry by entry."""
    return one.max() if other is None else np.frompyfunc(max, 2, 1)(one, other)


EXP = np.frompyfunc(mpmath.exp, 1, 1)
ARRAYS: Mapping[str, Any] = {
    **{name: np.frompyfunc(getattr(mpmath, name), 1, 1) for name in ("sin", "tanh", "exp", "atan", "log1p")},
    "inv": inverse, "det": determinant, "norm": norm, "logsumexp": logsumexp, "softmax": softmax, "var": variance,
    "max": greatest, "outer": np.outer, "kron": np.kron, "tr": np.trace, "sum": np.sum, "mean": np.mean, "dot": np.dot,
    "diag": np.diag, "cumsum": np.cumsum, "prod": np.prod, "abs": abs, "inf": "inf",
    "eye": lambda n: np.array([[mpf(i == j) for j in range(n)] for i in range(n)], dtype=object),
    "ones": lambda *shape: np.full(shape, mpf(1), dtype=object),
    "logdet": lambda matrix: mpmath.log(determinant(matrix)),
    "std": lambda array: mpmath.sqrt(variance(array)),
}  # fmt: skip


class WiderMaker(Maker):
    """More functions of arrays, and brackets where NumPy and gradcli need them to read the same."""

    def make(self, shape: tuple[str, ...], depth: int) -> str:
        text = super().make(shape, depth)
        return f"({text})" if "@" in text else text

    def entrywise(self, shape: tuple[str, ...], depth: int) -> str:
        if self.random.random() < 0.25:
            function = self.random.choice(("exp", "atan", "abs", "tanh"))
            return f"{function}({self.make(shape, depth)})"
        return super().entrywise(shape, depth)

    def number(self, shape: tuple[str, ...], depth: int) -> str:
        choice = self.random.randrange(12)
        n, m = self.size(), self.size()
        if choice == 0:
            return f"{self.random.choice(('logsumexp', 'var', 'std', 'prod', 'max'))}({self.make((n,), depth)})"
        if choice == 1:
            return f"norm({self.make((n, m), depth)}, {self.random.choice(('1', 'inf'))})"
        if choice == 2:
            return f"norm({self.make((n,), depth)}, {self.random.choice(('1', 'inf'))})"
        if choice == 3:
            return f"{self.random.choice(('logsumexp', 'var', 'max'))}({self.make((n, m), depth)})"
        if choice == 4:
            name = self.name((n, n))
            return f"logdet({name}@({name}).T + eye({n}))"
        return super().number(shape, depth)

    def vector(self, shape: tuple[str, ...], depth: int) -> str:
        choice = self.random.randrange(8)
        if choice == 0:
            return f"{self.random.choice(('softmax', 'cumsum'))}({self.make(shape, depth)})"
        return super().vector(shape, depth)


class MatrixQuestion(NamedTuple):
    """A program and the values of its names, dyadic."""

    text: str
    values: Mapping[str, Any]


def draw(seed: int) -> MatrixQuestion:
    """The question with this number: a scalar function of arrays, sizes in numbers."""
    maker = WiderMaker(seed)
    random = maker.random
    while True:
        maker.names.clear()
        text = maker.make((), random.choice((2, 3, 3, 4)))
        text = re.sub(r"\b[mnpk]\b", lambda found: str(SIZES[found[0]]), text)
        names = {name: shape for name, shape in maker.names.items() if re.search(rf"\b{name}\b", text)}
        if names and len(text) < 300:
            break
    kinds = ("smooth", "smooth", "smooth", "ties", "zero")
    low, high = {"smooth": (-95, 95), "ties": (-2, 2), "zero": (-1, 1)}[random.choice(kinds)]
    scale = 64 if high > 2 else 1

    def filled(shape: tuple[str, ...]) -> Any:
        if not shape:
            return random.randint(low, high) / scale
        return [filled(shape[1:]) for _ in range(SIZES[shape[0]])]

    return MatrixQuestion(text, {name: filled(shape) for name, shape in names.items()})


def value_of(text: str, values: Mapping[str, Any]) -> Any:
    """The value by mpmath. The text is our own, never a user's."""
    with np.errstate(all="ignore"):
        found = eval(text, {"__builtins__": {}}, {**ARRAYS, **values})
    return found.reshape(-1)[0] if isinstance(found, np.ndarray) else mpf(found)


def in_digits(value: Any) -> Any:
    """A number or nested lists as mpmath's numbers."""
    array = np.array(value, dtype=object)
    return np.frompyfunc(mpf, 1, 1)(array) if array.shape else mpf(value)


def verdicts(question: MatrixQuestion) -> list[str]:
    """What is found of value and entries."""
    try:
        answer = gradcli.grad(question.text, at=dict(question.values)).to_dict()
    except GradcliError as error:
        return [f"refused {error.code}: {error.message}"]
    with mpmath.mp.workdps(DIGITS):
        at = {name: in_digits(value) for name, value in question.values.items()}
        try:
            here = value_of(question.text, at)
            found = [judged(answer["value"], here, here)]
            for name in answer["gradient"]:
                numbers = np.array(answer["gradient"][name], dtype=object)
                for place in np.ndindex(numbers.shape):
                    sides = [slope(question.text, at, name, place, here, sign) for sign in (-1, 1)]
                    found.append(judged(numbers[place] if numbers.shape else numbers.item(), *sides))
        except (ValueError, ZeroDivisionError, TypeError) as error:
            return [f"no truth {type(error).__name__}"]
    if answer["value"] is None:
        return ["no value"]
    return found


def slope(text: str, at: Mapping[str, Any], name: str, place: tuple[int, ...], here: Any, sign: int) -> Any:
    """A one-sided derivative by one entry, its error of order h taken away."""
    quotients = []
    for h in (sign * STEP, sign * STEP / 2):
        moved = at[name].copy() if isinstance(at[name], np.ndarray) else at[name] + h
        if isinstance(moved, np.ndarray):
            moved[place] += h
        quotients.append((value_of(text, {**at, name: moved}) - here) / h)
    return 2 * quotients[1] - quotients[0]


def judged(entry: float | None, left: Any, right: Any) -> str:
    """A number beside the one-sided derivatives."""
    if not all(isinstance(side, mpmath.mpf) and mpmath.isfinite(side) for side in (left, right)):
        return "no truth"
    smooth = abs(left - right) <= CLOSE * max(abs(left), abs(right), 1)
    if entry is None:
        return "null, but there is a slope" if smooth else "null"
    if not smooth:
        return "wrong: a slope at a kink"
    wanted = nearest_float(right)
    if wanted is None:
        return "wrong: beyond the largest float64"
    if abs(wanted - entry) <= 4e-16 * abs(wanted) + 1e-25:
        return "right"
    return (
        "right to 1e-10"
        if abs(wanted - entry) <= 1e-10 * max(abs(wanted), 1e-3)
        else f"wrong: {entry!r} for {wanted!r}"
    )


def run(first: int, count: int, tell: Callable[[str], Any] = print) -> Counter[str]:
    """Questions first, first + 1, …; what is wrong or refused is told."""
    found: Counter[str] = Counter()
    for seed in range(first, first + count):
        question = draw(seed)
        found["programs"] += 1
        for verdict in verdicts(question):
            found[verdict.split(":")[0]] += 1
            if is_bad(verdict):
                tell(f"{seed}: {verdict}: {question.text} --at {question.values!r}")
    return found
