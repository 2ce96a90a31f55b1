"""Every operation of arrays stands in every table, and every row of a function of arrays does what it says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import gradcli
from gradcli.derive.ad import table
from gradcli.derive.ad.derivative import Derivative
from gradcli.derive.ad.forward import tangent
from gradcli.derive.ad.jacobian import Linear
from gradcli.derive.ad.reverse import OWN, Reverse
from gradcli.derive.ad.table import DERIVATIVES
from gradcli.evaluate.certified.matrices import ARRAYS as ENCLOSURES
from gradcli.evaluate.float64.arrays import KERNELS, evaluate_arrays
from gradcli.evaluate.float64.matrices.functions import MATRIX_FUNCTIONS
from gradcli.exporting.matrices.formulas import WRITERS as FORMULAS
from gradcli.program import make
from gradcli.program.forms import parts
from gradcli.program.graph import Graph
from gradcli.program.scalarize.operators import ENTRIES
from gradcli.program.writing.arrays import WRITERS, write_array_trees
from gradcli.render.formats.json import document
from gradcli.render.notation import write_all
from gradcli.rules import ARRAY_NAMES, RULES
from gradcli.rules.array_rule import KINDS
from gradcli.rules.laws import LAWS
from tests.derive.formula_numbers import evaluate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gradcli.program.graph import Node
    from gradcli.rules.array_rule import ArrayRule

SYMMETRIC = np.array([[3.0, 0.4, -0.3], [0.4, 2.2, 0.5], [-0.3, 0.5, 1.1]])
REGULAR = np.array([[2.1, 0.3, -0.4], [0.5, 1.7, 0.2], [-0.6, 0.1, 1.3]])
WIDE = np.array([[1.2, -0.5, 0.3], [0.4, 0.9, -1.1]])
TALL = np.array([[0.7, 0.2], [-0.4, 1.5], [0.9, 0.6]])
COLUMN = np.array([[0.5], [1.4], [-0.8]])
NUMBER = np.float64(1.7)


def form(name: str, *more: Any) -> Callable[..., Any]:
    """A constructor, called with the arguments and what else it needs."""
    return lambda graph, *args: make.form(name)(graph, *args, *more)


def rule(name: str) -> Callable[..., Any]:
    return lambda graph, *args: make.call(graph, RULES[name], args)


CASES: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "sum": (lambda g, a, b: make.add(g, [(a, 2), (b, -1)]), (WIDE, TALL.T)),
    "product": (lambda g, a, b: make.hadamard(g, [(a, 2), (b, -1)], a.shape), (WIDE, abs(TALL.T))),
    "power": (make.power, (abs(WIDE), TALL.T)),
    "call": (rule("tanh"), (WIDE,)),
    "where": (lambda g, a, b: make.where(g, make.compare(g, ">", a, b), a, b), (WIDE, TALL.T)),
    "scale": (make.scale, (NUMBER, WIDE)),
    "matmul": (lambda g, a, b: make.matmul(g, [a, b]), (WIDE, TALL)),
    "transpose": (make.transpose, (WIDE,)),
    "inv": (make.inv, (REGULAR,)),
    "det": (make.det, (REGULAR,)),
    "logdet": (make.logdet, (REGULAR,)),
    "trace": (make.trace, (REGULAR,)),
    "total": (make.total, (WIDE,)),
    "diag": (make.diag, (COLUMN,)),
    "diagonal": (make.diagonal, (REGULAR,)),
    "vec": (make.vec, (WIDE,)),
    "kron": (make.kron, (WIDE, TALL)),
    "kron_left": (form("kron_left", (2, 3)), (np.kron(WIDE, TALL), TALL)),
    "kron_right": (form("kron_right", (3, 2)), (np.kron(WIDE, TALL), WIDE)),
    "cross": (form("cross"), (COLUMN, COLUMN[::-1])),
    "norm": (make.norm, (WIDE,)),
    "nuclear": (form("nuclear"), (WIDE,)),
    "spectral": (form("spectral"), (WIDE,)),
    "lse": (form("logsumexp", 0), (WIDE,)),
    "softmax": (form("softmax", 1), (WIDE,)),
    "prod": (form("prod", 0), (WIDE,)),
    "extreme": (lambda g, a: make.extreme(g, "max", a, 1), (WIDE,)),
    "cumsum": (form("cumsum", 1), (WIDE,)),
    "pick": (lambda g, a: make.pick(g, a, (0, 2), (1, 3)), (WIDE,)),
    "concat": (lambda g, a, b: make.concat(g, [a, b], 0), (WIDE, REGULAR)),
    "polar": (form("polar"), (TALL,)),
    "leftsv": (form("leftsv"), (WIDE,)),
    "rightsv": (form("rightsv"), (WIDE,)),
    "svdvals": (form("svdvals"), (WIDE,)),
    "svdu": (form("svdu"), (TALL,)),
    "svdv": (form("svdv"), (WIDE,)),
    "pinv": (form("pinv"), (WIDE,)),
    "eigvalsh": (form("eigvalsh"), (SYMMETRIC,)),
    "eigvecsh": (form("eigvecsh"), (SYMMETRIC,)),
    "expm": (form("expm"), (REGULAR,)),
    "expm_frechet": (form("expm_frechet"), (REGULAR, SYMMETRIC)),
    "sqrtm": (form("sqrtm"), (REGULAR,)),
    "cholesky": (form("cholesky"), (SYMMETRIC,)),
    "sylvester": (form("sylvester"), (SYMMETRIC, REGULAR[:2, :2], TALL)),
}
"""Operation -> how a node of it is made, and arguments at which it is smooth."""

WITHOUT = {"abstract"}
"""Rows that no array can be put in."""


class Made:
    """A node of an operation, its arguments variables a, b, c of which the values are known."""

    def __init__(self, op: str) -> None:
        maker, values = CASES[op]
        self.graph = Graph()
        self.values = dict(zip("abc", values, strict=False))
        self.variables = [parts.variable(self.graph, n, np.shape(v)) for n, v in self.values.items()]
        self.node: Node = maker(self.graph, *self.variables)
        self.seed = parts.variable(self.graph, "seed", self.node.shape)
        self.weights = np.cos(np.arange(1.0, np.size(self.value(self.node, self.values)) + 1)).reshape(
            self.node.shape or ()
        )

    def value(self, node: Node, values: Any) -> Any:
        return np.asarray(evaluate_arrays([node], values)[0])

    def slope(self, name: str, direction: Any) -> Any:
        """The change along a direction, by differences of fourth order."""
        step = 1e-3

        def at(t: float) -> Any:
            return self.value(self.node, {**self.values, name: self.values[name] + t * direction})

        return (8 * (at(step) - at(-step)) - at(2 * step) + at(-2 * step)) / (12 * step)


def differences(op: str) -> Iterator[str]:
    """What is wrong with the row of an operation: pullback, tangent and linear map against differences."""
    made = Made(op)
    graph, values = made.graph, {**made.values, "seed": made.weights}
    adjoints = Reverse(graph, made.variables).gradient(made.node, made.seed)
    for variable, adjoint in zip(made.variables, adjoints, strict=True):
        name = str(variable.data)
        direction = np.sin(np.arange(2.0, np.size(values[name]) + 2)).reshape(np.shape(values[name]))
        expected = made.slope(name, direction)
        passed = (made.value(adjoint, values) * direction).sum()
        if not np.allclose(passed, (expected * made.weights).sum(), rtol=1e-7, atol=1e-9):
            yield f"pullback by {name}"
        moving = parts.variable(graph, f"d{name}", variable.shape)
        change = tangent(graph, made.node, {variable: moving})
        if change.shape != made.node.shape:
            yield f"shape of the tangent by {name}"
        found = made.value(change, {**values, f"d{name}": direction})
        if not np.allclose(found, expected, rtol=1e-7, atol=1e-9):
            yield f"tangent by {name}"
        if variable.shape and change.shape and op not in NOT_TAKEN_OUT:
            matrix = made.value(Linear(graph, moving).matrix(change), values)
            column = expected.reshape(-1, 1, order="F")
            if not np.allclose(matrix @ direction.reshape(-1, 1, order="F"), column, rtol=1e-7, atol=1e-9):
                yield f"linear map by {name}"


NOT_TAKEN_OUT = {"expm_frechet"}
"""By its first argument the change stands inside an exponential."""


def test_every_operation_has_its_case() -> None:
    """A new row of the table of derivatives, or a new primitive function, comes with a case here."""
    primitives = {name for name, row in ARRAY_NAMES.items() if row.primitive}
    assert set(CASES) | WITHOUT == set(DERIVATIVES)
    assert primitives <= set(DERIVATIVES)


@pytest.mark.parametrize("op", CASES)
def test_an_operation_is_in_every_table(op: str) -> None:
    """NumPy's kernel, a text, a formula for export, entries; of a primitive function also balls and a law."""
    assert op in KERNELS or op in MATRIX_FUNCTIONS
    assert op in WRITERS or Made(op).node.op in ("kron_left", "kron_right") or op in ARRAY_NAMES or op in ("diagonal",)
    assert op in FORMULAS
    if op in ARRAY_NAMES and ARRAY_NAMES[op].primitive:
        assert op in ENCLOSURES
        assert op in LAWS
    assert op not in OWN or DERIVATIVES[op].pullback is table.of_sweep


@pytest.mark.parametrize("op", CASES)
def test_a_constructor_keeps_the_shape(op: str) -> None:
    """The node has the shape of its value."""
    made = Made(op)
    assert made.node.op == op
    assert made.value(made.node, made.values).shape == made.node.shape


@pytest.mark.parametrize("op", CASES)
def test_derivatives_equal_differences(op: str) -> None:
    """Pullback, tangent and linear map of the row."""
    assert not list(differences(op))


def broken(row: Derivative) -> Derivative:
    """A row with a sign turned in each of its texts."""
    turn = lambda text: None if text is None else re.sub(r"^((?:.*; ?)?)(.*)$", r"\1-(\2)", text)  # noqa: E731
    texts = [
        tuple(map(turn, part)) if type(part) is tuple else turn(part) if type(part) is str else part for part in row
    ]
    return Derivative(*texts)


@pytest.mark.parametrize("op", [op for op, row in DERIVATIVES.items() if str in map(type, row)])
def test_a_wrong_row_is_caught(op: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sign turned in a row's texts does not pass: this test can fail."""
    monkeypatch.setattr(table, "DERIVATIVES", {**DERIVATIVES, op: broken(DERIVATIVES[op])})
    assert list(differences(op))


@pytest.mark.parametrize("op", CASES)
def test_texts_of_operations_read_back(op: str) -> None:
    """The text of a node, evaluated apart from the package, is its value."""
    made = Made(op)
    (text,) = write_all(write_array_trees([made.node], made.graph), "text")
    assert np.allclose(evaluate(text, made.values), made.value(made.node, made.values))


# ------------------------------------------------------------------------------------------------ rows of functions

VALUES: dict[str, Any] = {
    "A": SYMMETRIC.tolist(),
    "B": REGULAR.tolist(),
    "C": [[0.3, 0.1, -0.2], [0.5, -0.4, 0.7], [0.2, 0.6, 0.1]],
    "E": REGULAR.T.tolist(),
    "x": [0.5, 1.4, -0.8],
    "y": [1.1, -0.3, 0.6],
    "b": [0.2, 0.9, -0.7],
}


def names_in(text: str) -> list[str]:
    return [name for name in VALUES if re.search(rf"\b{name}\b", text)]


@pytest.mark.parametrize("row", ARRAY_NAMES.values(), ids=lambda row: row.name)
def test_a_row_is_whole(row: ArrayRule) -> None:
    """It has a sentence and an example that calls it, and one of a definition, a constructor and entries."""
    assert row.about
    assert f"{row.name}(" in row.example
    assert (row.means is None) != (not row.form)
    assert row.kind in (*KINDS, "")
    assert row.means or row.primitive or row.form in make.HOMES or row.kind in ("sizes", "stack") or row.options
    known = row.form in ENTRIES or row.kind in ("reduce", "map", "stack", "sizes")
    assert row.primitive or row.means or known


@pytest.mark.parametrize("row", ARRAY_NAMES.values(), ids=lambda row: row.name)
def test_the_example_of_a_row_runs(row: ArrayRule) -> None:
    """Its gradient at a point equals differences, certified or not: within their error where they see two scales."""
    names = names_in(row.example)
    at = {name: VALUES[name] for name in names}
    text = f"sum(sin(({row.example})*0.3)*1.5)"
    if row.shape.endswith("->") or row.kind == "reduce":
        text = f"sin({row.example}*0.3)"
    found = document(gradcli.grad(text, at=at))
    by_differences = document(gradcli.grad(text, at=at, method="fd", precision="double"))
    assert not found["problems"]
    for name in names:
        seen = {problem["variable"] for problem in by_differences["problems"] if problem["kind"] == "two-scales"}
        allowed = 1e-7 + (np.array(by_differences["error"][name]) if name in seen else 0.0)
        assert np.allclose(found["gradient"][name], by_differences["gradient"][name], rtol=1e-5, atol=allowed)


@pytest.mark.parametrize("row", ARRAY_NAMES.values(), ids=lambda row: row.name)
def test_a_row_reads_back_from_latex(row: ArrayRule) -> None:
    """What LaTeX output writes for the example is read as the same function."""
    at = {name: VALUES[name] for name in names_in(row.example)}
    text = row.example if row.shape.endswith("->") or row.kind == "reduce" else f"sum({row.example})"
    script = gradcli.parse(text)
    (latex,) = write_all([script.statements[0].tree], "latex")
    again = document(gradcli.grad(f"${latex}$", at=at))
    assert again["value"] == pytest.approx(document(gradcli.grad(text, at=at))["value"]), latex
