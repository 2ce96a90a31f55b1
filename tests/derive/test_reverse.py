"""One reverse sweep for scalars and for arrays."""

from __future__ import annotations

import pytest
from array_programs import program_of, text_of

import gradcli
from gradcli.derive.ad.gradients import array_gradient
from gradcli.derive.ad.reverse import Reverse
from gradcli.problems import GradcliError
from gradcli.program import make
from gradcli.program.forms import parts
from gradcli.program.graph import Graph, Node, order
from gradcli.render.notation import write


@pytest.mark.parametrize(
    "text",
    [
        "x**2*y + sin(x*y)",
        "x**y",
        "exp(x)*where(x > y, x, y**2)",
        "log(1 + exp(x*y))",
        "tanh(x)/(1 + y**2)",
        "f(x, y)*x",
        "hypot(x, y)",
    ],
)
def test_scalars_beside_an_array(text: str) -> None:
    """A function of scalars has the same derivatives, letter for letter, when an array stands beside it."""
    alone = gradcli.grad(text).symbolic
    program = program_of(f"{text} + w.T@w")
    found = array_gradient(program, program.outputs[0].node, ["x", "y"])
    assert [text_of(program, node) for node in found] == [write(alone[name]) for name in ("x", "y")]


def nodes_of_gradients(count: int, shape: tuple[int, int] | tuple[()]) -> int:
    """How many nodes all the adjoints of a product of so many factors have together."""
    graph = Graph()
    graph.guards = None
    factors = [parts.variable(graph, f"x{i}", shape) for i in range(count)]
    product: Node = make.hadamard(graph, [(factor, 1) for factor in factors], shape)
    total = make.total(graph, product) if shape else product
    return len(order(Reverse(graph, factors).gradient(total)))


@pytest.mark.parametrize("shape", [(), (5, 1), (5, 2)])
def test_long_products_share_their_parts(shape: tuple[int, int] | tuple[()]) -> None:
    """The gradient of a product of n factors, of numbers or entry by entry, is of linear size: parts are shared."""
    assert nodes_of_gradients(800, shape) < 2.2 * nodes_of_gradients(400, shape)


def test_the_adjoint_of_an_output() -> None:
    """With an adjoint G of Y = A@x, the sweep passes back A'G to x."""
    program = program_of("A@x", wrt="x")
    graph, output = program.graph, program.outputs[0].node
    shapes = {v.name: v.shape for v in (*program.variables, *program.parameters)}
    x, seed = parts.variable(graph, "x", shapes["x"]), parts.variable(graph, "G", output.shape)
    assert text_of(program, *Reverse(graph, [x]).gradient(output, seed)) == "A.T@G"


def test_an_operation_without_a_rule() -> None:
    """What has no pullback is told as such, not by a missing key."""
    graph = Graph()
    x = parts.variable(graph, "x", (3, 3))
    unknown = graph.intern("unknown", (x,), None, x.shape)
    with pytest.raises(GradcliError, match="no closed form"):
        Reverse(graph, [x]).gradient(make.total(graph, unknown))
