"""The canonical form: what is the same function is the same node, and no simplification changes the domain silently."""

from __future__ import annotations

import pytest

from gradcli.problems import GradcliError, Source
from gradcli.program import rationals
from gradcli.program.building.program import build_program
from gradcli.program.forms import scalars
from gradcli.program.graph import Graph, order
from gradcli.program.options import BuildOptions
from gradcli.program.writing.trees import write_trees
from gradcli.render.notation import write
from gradcli.text.parser import parse_script


def canonical(text: str) -> str:
    """The text of an expression in canonical form."""
    program = build_program(parse_script([Source("expression", text)]), BuildOptions())
    return write(write_trees([program.outputs[0].node], program.decimal).trees[0], "text")


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("x + x", "2*x"),
        ("x - x + y", "y"),
        ("x*x*x", "x**3"),
        ("(2*x)**2", "4*x**2"),
        ("x*y/x", "y"),
        ("-(x - y)", "y - x"),
        ("2*(x + y) - 2*(x + y) + z", "z"),
        ("x*sqrt(x)", "x**(3/2)"),
        ("abs(x)*x", "x*abs(x)"),
        ("abs(x)**2", "x**2"),
        ("x*sign(x)", "abs(x)"),
        ("x**(a + 1)/x**a", "x"),
        ("x**a*x**b/x", "x**(a + b - 1)"),
        ("log10(0.001)*x", "-3*x"),
        ("log2(8)*x", "3*x"),
        ("cbrt(-27/8)*x", "-3*x/2"),
        ("log10(7)*x", "x*log10(7)"),
        ("sqrt(4)*x", "2*x"),
        ("8**(1/3)*x", "2*x"),
        ("sin(-x)", "-sin(x)"),
        ("cos(-x)", "cos(x)"),
        ("log(exp(x))", "x"),
        ("exp(0)*x", "x"),
        ("e**x", "exp(x)"),
        ("0.1*x + 0.2*x", "0.3*x"),
        ("x/3 + x/6", "x/2"),
        ("where(1 > 0, x, y)", "x"),
        ("max(x, max(y, z))", "max(x, max(y, z))"),
        ("1/(1/x)", "x"),
        ("sqrt(x**2)", "sqrt(x**2)"),
        ("x**0.5", "sqrt(x)"),
        ("2^0.5*x", "sqrt(2)*x"),
    ],
)
def test_canonical_form(text: str, form: str) -> None:
    """Like terms and powers are collected, numbers folded exactly, parity and inverses used; nothing is expanded."""
    assert canonical(text) == form


def test_equal_subexpressions_are_one_node() -> None:
    """(x+1)*(x+1) has one node x+1, and y+x is x+y."""
    graph = Graph()
    x, y = scalars.variable(graph, "x"), scalars.variable(graph, "y")
    assert scalars.add(graph, [(x, 1), (y, 1)]) is scalars.add(graph, [(y, 1), (x, 1)])
    assert scalars.multiply(graph, [(x, 1), (y, 2)]) is scalars.multiply(graph, [(y, 1), (x, 1), (y, 1)])


@pytest.mark.parametrize(
    ("text", "guarded"),
    [
        ("x/x", True),
        ("sqrt(x)**2", True),
        ("log(x) - log(x) + y", True),
        ("0*log(x) + y", True),
        ("x - x + y", False),
        ("0*sin(x) + y", False),
        ("x**2/x", True),
        ("x**y*x", True),
        ("x**y/x", True),
        ("x**3*x", False),
        ("exp(log(x))", True),
    ],
)
def test_dropped_domains_are_guarded(text: str, guarded: bool) -> None:
    """What a simplification drops although it is not defined everywhere is remembered."""
    program = build_program(parse_script([Source("expression", text)]), BuildOptions())
    assert bool(program.guards) is guarded


def test_powers_of_numbers_are_bounded() -> None:
    """9**9**9 is refused before it is computed, with the limit in the message."""
    with pytest.raises(GradcliError, match="10000 digits"):
        canonical("x*9**9**9")


def test_long_products_are_built_in_one_step() -> None:
    """A product of 3,000 factors is one node, and its text is read in linear time."""
    text = "*".join(f"x{i}" for i in range(1, 3001))
    program = build_program(parse_script([Source("expression", text)]), BuildOptions())
    assert len(order([program.outputs[0].node])) == 3001


@pytest.mark.parametrize("value", [0, 1, 2, 7, 10**40])
@pytest.mark.parametrize("degree", [2, 3, 5, 17])
def test_integer_roots(value: int, degree: int) -> None:
    """Roots of perfect powers are exact, and nothing else has one."""
    if value:
        assert rationals.integer_root(value**degree, degree) == value
        assert rationals.integer_root(value**degree + 1, degree) is None or value == 0


@pytest.mark.parametrize(
    ("text", "guards"), [("sign(y)/(3/y)", 1), ("abs(y)/(3/y)", 1), ("sign(y)*y", 0), ("x**(a + 1)/x**a", 2)]
)
def test_what_is_joined_keeps_its_domain(text: str, guards: int) -> None:
    """sign(y)/(3/y) is abs(y)/3 but at 0, where 3/y has no value; it had the value 0 there."""
    program = build_program(parse_script([Source("expression", text)]), BuildOptions())
    assert len(program.guards) == guards
