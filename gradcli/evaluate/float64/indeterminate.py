"""Products whose factors have no values but the product has: 0·inf that is no indeterminacy.

det(A)·inv(A).T at a singular A is the matrix of cofactors, prod(a)/a at a zero entry holds the products of the others,
sinh(u)/cosh(u) is tanh(u) where both overflow.
"""

from __future__ import annotations

import math

import numpy as np

from gradcli.evaluate.float64.matrices import linear_algebra
from gradcli.evaluate.float64.matrices.chain import Factor, chain_product
from gradcli.program.graph import powers_of
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Protocol

    from numpy.typing import NDArray

    from gradcli.program.graph import Node, Rational

    Array = NDArray[np.float64]

    class ArrayRun(Protocol):
        """What a run over arrays shows of itself: the values of its nodes, and the factors of a chain."""

        values: dict[Node, Any]

        def factor(self, node: Node) -> Factor: ...


def nearest(value: Rational) -> np.float64:
    """An exact number in float64."""
    try:
        return np.float64(value.numerator / value.denominator)
    except OverflowError:
        return np.float64(math.inf if value > 0 else -math.inf)


def power(base: Any, exponent: Rational) -> Any:
    """base**exponent for a positive exponent."""
    if exponent == 1:
        return base
    if exponent == 2:
        return base * base
    return np.sqrt(base) if 2 * exponent == 1 else np.power(base, nearest(exponent))


def hyperbolic_partner(node: Node, base: Node) -> Node | None:
    """u where the product has sinh(u)**k/cosh(u)**k and this is one of both: tanh(u) does not overflow."""
    if base.op != "call" or base.data.name not in ("sinh", "cosh"):
        return None
    powers = dict(node.factors())
    for other, exponent in powers.items():
        if other.op == "call" and {other.data.name, base.data.name} == {"sinh", "cosh"} and other.args == base.args:
            return base.args[0] if exponent == -powers[base] else None
    return None


def mended(run: ArrayRun, result: Any, factors: Sequence[tuple[Node, Rational]]) -> Any:
    """det(A)·tr(inv(A)@B) at a singular A, where the limit is that of the cofactors: tr(adj(A)@B)."""
    if np.isfinite(result):
        return result
    for det, exponent in factors:
        if det.op == "det" and exponent == 1:
            for other, once in factors:
                if other.op == "trace" and once == 1:
                    whole = with_adjugate(run, det, other.args[0])
                    if whole is not None:
                        rest = [power(run.values[n], e) for n, e in factors if n is not det and n is not other]
                        return np.trace(whole) * math.prod(rest)
    return result


def scale_value(run: ArrayRun, node: Node) -> Any:
    """s·A, where det(A)·inv(A).T is the matrix of cofactors, and prod(a)/a the products of the other entries."""
    scalar, core = node.args
    result = run.values[scalar] * run.values[core]
    powers = list(scalar.factors()) if scalar.op == "product" else [(scalar, 1)]
    for whole, exponent in powers:
        if whole.op in ("det", "prod") and exponent >= 1 and not np.isfinite(result).all():
            found = with_adjugate(run, whole, core) if whole.op == "det" else with_others(run, whole, core)
            if found is not None:
                rest = ((n, e - 1 if n is whole else e) for n, e in powers)
                return math.prod(np.power(run.values[n], nearest(e)) for n, e in rest) * found
    return result


def with_others(run: ArrayRun, whole: Node, core: Node) -> Array | None:
    """prod(a)·(B/a) with the products of the other entries in place of prod(a)/a."""
    (array,) = whole.args
    powers = dict(core.factors()) if core.op == "product" else {}
    if whole.data is not None or powers.get(array) != -1:
        return None
    values = run.values[array]
    found = linear_algebra.exclusive_products(values.reshape(-1, 1), 0).reshape(values.shape)
    for other, exponent in powers.items():
        if other is not array:
            found = found * np.power(run.values[other], nearest(exponent))
    return found


def chain_mended(run: ArrayRun, node: Node, result: Array) -> Array:
    """(B/A)@diag(prod(A, axis=0)) and diag(prod(A, axis=1))@(B/A) at zero entries: the products of the others.

    The products along an axis are those of A or of A.T, as the text is shorter.
    """
    if len(node.args) != 2:
        return result
    for core, scaling, axis in ((node.args[0], node.args[1], 0), (node.args[1], node.args[0], 1)):
        if core.op == "product" and scaling.op == "diag" and not np.isfinite(result).all():
            found = others_along(run, core, scaling.args[0], axis)
            if found is not None:
                return found
    return result


def others_along(run: ArrayRun, core: Node, scaling: Node, axis: int) -> Array | None:
    """B/A, each row or column times its product of A; None where the factors are others."""
    powers = dict(core.factors())
    lines = powers_of(scaling)
    for whole, exponent in lines.items():
        inner = whole.args[0] if whole.op == "transpose" else whole
        if inner.op != "prod" or exponent < 1:
            continue
        (array,) = inner.args
        turned = array.op == "transpose"
        array = array.args[0] if turned else array
        if inner.data is None or (inner.data if not turned else 1 - inner.data) != axis or powers.get(array) != -1:
            continue
        found = linear_algebra.exclusive_products(run.values[array], axis)
        for other, power_of in powers.items():
            if other is not array:
                found = found * np.power(run.values[other], nearest(power_of))
        rest = {**lines, whole: exponent - 1}
        for other, power_of in rest.items():
            line = np.power(run.values[other], nearest(power_of))
            found = found * (line.reshape(1, -1) if axis == 0 else line.reshape(-1, 1))
        return np.asarray(found)
    return None


def with_adjugate(run: ArrayRun, det: Node, core: Node) -> Array | None:
    """det(A) times a chain that holds inv(A), or inv(A.T): the cofactors take the inverse's place."""
    matrix = run.values[det.args[0]]
    chain = core.args if core.op == "matmul" else (core,)
    for place, factor in enumerate(chain):
        if factor.op != "inv":
            continue
        other = run.values[factor.args[0]]
        for form in (matrix, matrix.T):
            if np.array_equal(other, form):
                factors = [run.factor(part) for part in chain]
                factors[place] = Factor("plain", linear_algebra.adjugate(form))
                return chain_product(factors)
    return None
