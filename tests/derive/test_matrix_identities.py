"""Two hundred identities of matrix calculus: their texts, their numbers, and that they read back."""

from __future__ import annotations

import numpy as np
import pytest
from array_programs import (
    by_differences,
    derivative,
    error_of,
    evaluated,
    program_of,
    random_values,
    read_back,
    text_of,
)
from identities import TABLE

import gradcli
from gradcli.program.graph import Graph, Node
from gradcli.program.writing.lists import Entries, is_listed

ROWS = [tuple(part.strip() for part in line.split(" | ")) for line in TABLE.strip().splitlines()]


@pytest.mark.parametrize(("source", "command", "function", "declared", "name", "answer"), ROWS)
def test_identity(source: str, command: str, function: str, declared: str, name: str, answer: str) -> None:
    """The answer is this text, has the numbers of differences, and reads back to the same node."""
    program = program_of(f"{declared}; {function}", name)
    node = derivative(program, command, name)
    assert text_of(program, node) == answer
    assert is_same(program.graph, read_back(program, answer), node)
    values = random_values(program, 7)
    if "log(b-A@x)" in function:
        values["b"] = values["b"] + 9
    expected = by_differences(program, command, name, values)
    assert np.all(np.isfinite(expected))
    assert error_of(evaluated(program, node, values), expected) < (1e-4 if command == "hessian" else 1e-6)


@pytest.mark.parametrize("sizes", ["2,3", "3,2"])
@pytest.mark.parametrize(
    "function", ["tr(C.T@kron(a.T,B)@K)", "tr(C.T@kron(B,a.T)@K)", "tr(C@K@kron(a,B.T))", "tr(C@K@kron(B.T,a))"]
)
def test_products_are_commuted_by_the_matrix_of_their_sizes(function: str, sizes: str) -> None:
    """kron(a.T, B)@commutation(2, 3) is kron(B, a.T), and behind commutation(3, 2) it stays what it is."""
    program = program_of(f"a: 2; B: 2,3; C: 2,6; {function.replace('K', f'commutation({sizes})')}", "a")
    values = random_values(program, 7)
    expected = by_differences(program, "grad", "a", values)
    assert error_of(evaluated(program, derivative(program, "grad", "a"), values), expected) < 1e-6


def is_same(graph: Graph, one: Node, other: Node) -> bool:
    """The same node; of an array that is written as the list of its entries, the same nodes of entries."""
    if one is other or not is_listed(other):
        return one is other
    entries = Entries(graph)
    return one.shape == other.shape and entries.of(one) == entries.of(other)


def test_the_numbers_can_fail() -> None:
    """A flipped sign, a factor of 1.001 and a transpose are all seen by the comparison above."""
    program = program_of("A: n,n; x: n; x.T@A@x", "x")
    values = random_values(program, 7)
    expected = by_differences(program, "grad", "x", values)
    for wrong in ("-(A + A.T)@x", "1.001*(A + A.T)@x", "2*A@x", "2*A.T@x"):
        assert error_of(evaluated(program, read_back(program, wrong), values), expected) > 1e-4


@pytest.mark.parametrize(
    ("text", "wrt", "said"), [("prod(x)*y", "x", True), ("prod(x)*y", "y", False), ("sum(prod(A, axis=0))", "A", True)]
)
def test_a_formula_that_divides_says_so(text: str, wrt: str, said: bool) -> None:
    """Prod(x)/x stands for the product of the others where an entry is 0."""
    assert any("product of the other" in line for line in gradcli.grad(text, wrt=wrt).to_dict()["assumptions"]) is said
