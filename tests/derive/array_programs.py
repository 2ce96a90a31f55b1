"""Array programs from text, random values for them, and their derivatives by differences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from array_numbers import number_of

from gradcli.derive.ad.gradients import array_gradient
from gradcli.derive.ad.jacobian import array_hessian, array_jacobian
from gradcli.problems import Source
from gradcli.program.building.array_program import build_array_program
from gradcli.program.building.builder import Builder
from gradcli.program.building.node_values import NodeValues
from gradcli.program.dimensions import Dimensions
from gradcli.program.forms import parts, scalars
from gradcli.program.graph import Program
from gradcli.program.options import BuildOptions
from gradcli.program.types.solver import Solver
from gradcli.program.writing.arrays import write_array_trees
from gradcli.render.printer import Printer
from gradcli.text.parser import parse_script

if TYPE_CHECKING:
    from collections.abc import Callable

    from gradcli.program.graph import Node

SIZES = {"m": 4, "n": 3, "p": 2, "q": 2, "k": 3}


def program_of(text: str, wrt: str = "", scalar: bool = False) -> Program:
    """The array program of a text."""
    script = parse_script([Source("expression", text)], False)
    return build_array_program(script, BuildOptions(wrt=tuple(wrt.split(",")) if wrt else None, scalar=scalar))


def derivative(program: Program, command: str, name: str) -> Node:
    """The gradient, Jacobian (numerator layout) or Hessian."""
    output = program.outputs[0].node
    if command == "grad":
        return array_gradient(program, output, [name])[0]
    return (array_hessian if command == "hessian" else array_jacobian)(program, output, name)


def text_of(program: Program, node: Node) -> str:
    """A node as text."""
    tree = write_array_trees([node], program.graph)[0]
    return Printer(program.decimal).write(tree)


def read_back(program: Program, text: str) -> Node:
    """The node of a text in the names of a program."""
    statements = parse_script([Source("expression", text)], False).statements
    shapes = {v.name: v.shape for v in (*program.variables, *program.parameters)}
    solver = Solver(Dimensions(), shapes, set(program.dims), {})
    solver.read(statements)

    def lookup(name: str) -> Node | None:
        if name in shapes:
            return parts.variable(program.graph, name, shapes[name])
        if name in program.dims:
            return parts.dimension(program.graph, name)
        return scalars.constant(program.graph, name) if name in ("pi", "e") else None

    return Builder(NodeValues(program.graph, solver), statements[-1].source, lookup).build(statements[-1].tree)


def random_values(program: Program, seed: int) -> dict[str, Any]:
    """Numbers for every variable: square matrices near 2 times the identity, symmetric where that is declared."""
    rng = np.random.default_rng(seed)
    values: dict[str, Any] = {}
    for variable in sorted((*program.variables, *program.parameters)):
        if not variable.shape:
            values[variable.name] = float(rng.uniform(0.3, 1.2))
            continue
        rows, columns = (SIZES.get(size, size) for size in variable.shape)  # type: ignore[arg-type]
        array = rng.uniform(0.2, 1.5, (rows, columns))
        if rows == columns and variable.shape[0] == variable.shape[1]:
            array = array + 2 * np.eye(rows)  # type: ignore[arg-type]
        values[variable.name] = (array + array.T) / 2 if variable.name in program.symmetric else array
    return values


def function_of(program: Program, name: str, values: dict[str, Any]) -> Callable[[Any], Any]:
    """The function as an array of float64 in one variable."""
    output = program.outputs[0].node
    return lambda at: np.atleast_2d(number_of(output, {**values, name: at}, SIZES))


def slopes(function: Callable[[Any], Any], at: Any, step: float = 1e-3) -> list[Any]:
    """∂f/∂entry by five points, for every entry of `at`, columns under one another."""
    if not isinstance(at, np.ndarray):
        return [five_points(lambda t: function(at + t), step)]
    result = []
    for j in range(at.shape[1]):
        for i in range(at.shape[0]):
            direction = np.zeros(at.shape)
            direction[i, j] = 1
            result.append(five_points(lambda t, d=direction: function(at + t * d), step))  # type: ignore[misc]
    return result


def five_points(function: Callable[[float], Any], h: float) -> Any:
    """f'(0), with an error of order h**4."""
    return (8 * (function(h) - function(-h)) - (function(2 * h) - function(-2 * h))) / (12 * h)


def by_differences(program: Program, command: str, name: str, values: dict[str, Any]) -> Any:
    """What `derivative` says, by differences."""
    function, at = function_of(program, name, values), values[name]
    if command == "hessian":
        gradient = lambda x: np.array([[s[0, 0]] for s in slopes(function, x, 2e-3)])  # noqa: E731
        return np.hstack(slopes(gradient, at, 2e-3))
    found = slopes(function, at)
    if command == "jacobian":
        return found[0] if not isinstance(at, np.ndarray) else np.hstack([s.reshape(-1, 1, order="F") for s in found])
    flat = np.array([s[0, 0] for s in found])
    if not isinstance(at, np.ndarray):
        return flat.reshape(1, 1)
    free = flat.reshape(at.shape, order="F")
    return (free + free.T) / 2 if name in program.symmetric else free


def evaluated(program: Program, node: Node, values: dict[str, Any]) -> Any:
    """A node in float64, as a two-dimensional array."""
    return np.atleast_2d(number_of(node, values, SIZES))


def error_of(found: Any, expected: Any) -> float:
    """The largest difference, relative to the largest number (at least 1e-3)."""
    assert found.shape == expected.shape
    return float(np.max(np.abs(found - expected)) / max(1e-3, float(np.max(np.abs(expected)))))
