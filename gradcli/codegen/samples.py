"""Points with certified values for generated code to be tested at, and how far rounding may carry it from them."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

from gradcli import limits
from gradcli.codegen.folding import CONDITIONS
from gradcli.codegen.numpy_machine import UFUNCS, slow_step
from gradcli.evaluate.certified.certify import certify
from gradcli.program.forms import scalars
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from gradcli.codegen.straightline import StraightLine
    from gradcli.program.graph import Graph, Node

SAMPLES = 4
CANDIDATES = 400
REPLICAS = 48
ULPS_PER_OPERATION = 2.0
SAFETY = 4.0

HOW_TOLERANT = (
    "Each tolerance is 4 times the greatest error that appears when every operation",
    "is wrong by up to 2 units in the last place at random, and 4 units of the result.",
)


class CertifiedSample(NamedTuple):
    """A point (one number an input), certified values, and the tolerance of each."""

    point: tuple[float, ...]
    values: tuple[float, ...]
    tolerances: tuple[float, ...]


def find_samples(
    graph: Graph,
    nodes: Sequence[Node],
    code: StraightLine,
    constants: Mapping[str, Node],
    given: Sequence[Sequence[float]] = (),
    twins: Sequence[int] | None = None,
) -> list[CertifiedSample]:
    """Points where every node has a certified value, with these values: those given, else up to four of our own.

    twins   for each input the one whose value it has (itself, or the mirror image in a symmetric matrix)
    """
    found: list[CertifiedSample] = []
    deadline = limits.clock() + limits.EVALUATION_SECONDS
    for point in given or candidates(len(code.inputs)):
        point = point if twins is None else [point[k] for k in twins]
        values = certified_values(graph, nodes, code.inputs, constants, point)
        if values is not None:
            noise = rounding_noise(code, point, values)
            if all(map(math.isfinite, noise)) or given:
                found.append(CertifiedSample(tuple(point), values, noise))
        if len(found) == max(SAMPLES, len(given)) or limits.clock() > deadline:
            break
    return found


def certified_values(
    graph: Graph, nodes: Sequence[Node], inputs: Sequence[str], constants: Mapping[str, Node], point: Sequence[float]
) -> tuple[float, ...] | None:
    """The nodes' values, each correctly rounded; None where one does not exist."""
    numbers = {name: scalars.number(graph, exact(x)) for name, x in zip(inputs, point, strict=True)}
    values = [result.value for result in certify(nodes, {**constants, **numbers})]
    found = tuple(value for value in values if value is not None)
    return found if len(found) == len(values) else None


def exact(x: float) -> Any:
    """A float64 as the rational number that it is."""
    fraction = Fraction(x)
    return fraction.numerator if fraction.denominator == 1 else fraction


def candidates(count: int) -> Iterator[tuple[float, ...]]:
    """Points in 64ths, the same ones every time: between 0 and 1, then larger ones, then of either sign."""
    state = 12345
    for number in range(CANDIDATES):
        low, high = [(8, 60), (66, 230), (-200, 200), (130, 900)][number % 4]
        point = []
        for _ in range(count):
            state = (1103515245 * state + 12345) % 2**31
            point.append((low + (state >> 8) % (high - low)) / 64)
        yield tuple(point)


def rounding_noise(code: StraightLine, point: Sequence[float], values: Sequence[float]) -> tuple[float, ...]:
    """The tolerance of each output: see HOW_TOLERANT."""
    with np.errstate(all="ignore"):
        results = noisy_results(code, point)
    found = []
    for result, value in zip(results, values, strict=True):
        deviation = float(np.max(np.abs(result - value)))
        found.append(shortened(SAFETY * (deviation + math.ulp(value))))
    return tuple(found)


def shortened(tolerance: float) -> float:
    """Rounded up to two digits."""
    if not math.isfinite(tolerance):
        return tolerance
    return float(f"{tolerance * 1.05:.1e}")


def noisy_results(code: StraightLine, point: Sequence[float]) -> list[Any]:
    """Every output as often as REPLICAS says, each operation with an error of its own."""
    return disturbed(code, [np.full(REPLICAS, x) for x in point])


def disturbed(code: StraightLine, columns: Sequence[Any], seed: int = 1) -> list[Any]:
    """Every output at the places of these columns, one an input, each operation with an error of its own."""
    random = np.random.default_rng(seed)
    values: list[Any] = list(columns)
    count = len(columns[0])
    for operation, arguments in code.instructions:
        given = [values[a] if type(a) is int else np.float64(a) for a in arguments]
        if operation == "select":
            values.append(np.where(*given))
            continue
        if operation in UFUNCS:
            value = UFUNCS[operation](*given)
        else:
            value = np.empty(count)
            slow_step(operation, len(given))(*given, value)
        if operation not in CONDITIONS and operation != "negate":
            value = value * (1 + ULPS_PER_OPERATION * 2.0**-52 * random.uniform(-1, 1, count))
        values.append(value)
    return [values[o] if type(o) is int else np.full(count, o) for o in code.outputs]
