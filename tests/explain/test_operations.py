"""What is one step of a text, what it is called, and in which order it comes."""

from __future__ import annotations

from gradcli.explain.operations import operations
from gradcli.problems import Source
from gradcli.render.notation import write
from gradcli.text.parser import parse_script


def listed(text: str, variables: str, whole: bool = False) -> list[tuple[str, str]]:
    """Name and operation of every step; statements must stand in order of evaluation."""
    script = parse_script([Source("expression", text)])
    steps = operations(script.statements, set(variables.split()), "f", whole)
    return [(step.name, write(step.tree)) for step in steps]


def test_one_operation_as_typed_is_one_step():
    """Baydin et al. 2018, table 2: five operations, from left to right."""
    assert listed("log(x1) + x1*x2 - sin(x2)", "x1 x2") == [
        ("v1", "log(x1)"), ("v2", "x1*x2"), ("v3", "v1 + v2"), ("v4", "sin(x2)"), ("f", "v3 - v4"),
    ]  # fmt: skip


def test_equal_subtrees_are_one_step():
    """(a + b)*(a + b + c) has a + b once."""
    assert listed("(a+b)*(a+b+c)", "a b c") == [("v1", "a + b"), ("v2", "v1 + c"), ("f", "v1*v2")]


def test_constants_are_operands():
    """2*pi is no step."""
    assert listed("2*pi*r", "r") == [("f", "2*pi*r")]


def test_names_of_statements_stay():
    """A statement's last operation has its name, and an alias is a step of its own."""
    steps = listed("z = w*x + b; h = tanh(z); y = h", "w x b")
    assert steps == [("v1", "w*x"), ("z", "v1 + b"), ("h", "tanh(z)"), ("y", "h")]


def test_statements_only():
    """`whole` keeps what the user has written."""
    assert listed("s = (a + b)**2; f = 2*s", "a b", True) == [("s", "(a + b)**2"), ("f", "2*s")]


def test_taken_letters_are_left_alone():
    """Where v1 is a variable, steps are called w1, w2, …"""
    assert listed("v1*x + 1", "v1 x") == [("w1", "v1*x"), ("f", "w1 + 1")]


def test_what_is_smooth_together_is_one_step():
    """norm(u)**2 and sqrt(u**2) are one step each: their parts have no derivative at 0."""
    assert listed("norm(a - b)**2", "a b") == [("v1", "a - b"), ("f", "norm(v1)**2")]
    assert listed("sqrt((a - b)**2)", "a b") == [("v1", "a - b"), ("f", "sqrt(v1**2)")]


def test_ten_thousand_nested_calls():
    """No recursion."""
    steps = listed("sin(" * 10_000 + "x" + ")" * 10_000, "x")
    assert len(steps) == 10_000
    assert steps[-1] == ("f", "sin(v9999)")
