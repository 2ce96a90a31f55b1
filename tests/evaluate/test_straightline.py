"""Straight-line code: what it shares, what it folds, what it says about functions, and the machine that runs it."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from flint import arb, ctx

from gradcli.codegen.numpy_machine import Machine, Native
from gradcli.codegen.samples import exact, find_samples
from gradcli.codegen.straightline import straight_line
from gradcli.derive.outputs import generated_outputs
from gradcli.evaluate.certified.certify import certify
from gradcli.library.answers import parse
from gradcli.problems import GradcliError
from gradcli.program.forms import scalars
from gradcli.program.graph import Graph
from gradcli.question import Question
from gradcli.rules import RULES
from gradcli.solve import build

ELEMENTARY = frozenset(
    """
        exp log sqrt abs floor ceil sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh erf
        erfc max
    """.split()  # noqa: SIM905
)


def code_of(text, native=None, kind="gradient"):
    """Program, outputs and code of value and gradient."""
    program = build(Question({"gradient": "grad"}.get(kind, kind), parse(text)))
    outputs = generated_outputs(program, kind)
    nodes = [*outputs.values, *(n for row in (*outputs.first, *outputs.second) for n in row)]
    native = Native() if native is None else native
    return program, nodes, straight_line(program.graph, nodes, outputs.inputs, native, program.constants)


def operations(code):
    """The names of the operations."""
    return [instruction.operation for instruction in code.instructions]


def test_equal_subexpressions_are_computed_once():
    """exp(x*y) is one instruction in value and gradient together."""
    _, _, code = code_of("exp(x*y)**2 + sin(exp(x*y))")
    assert operations(code).count("exp") == 1
    assert operations(code).count("multiply") < 12


def test_a_literal_is_no_number_of_an_instruction():
    """1 + x and (instruction 1) + x are two things, although 1.0 == 1 in Python."""
    _, _, code = code_of("asin(x)*y + acosh(y + 3)")
    machine = Machine(code)
    x, y = np.array([0.375]), np.array([1.25])
    results = [np.empty(1) for _ in code.outputs]
    machine([x, y], results)
    assert results[1][0] == pytest.approx(1.25 / math.sqrt(1 - 0.375**2), rel=1e-15)


def test_constants_are_folded_and_rounded_once():
    """What has no variable is one literal, the nearest float64."""
    _, _, code = code_of("x*sqrt(2)*exp(1)/pi")
    assert operations(code) == ["multiply"]
    with ctx.workprec(200):
        want = float((arb(2).sqrt() * arb.const_e() / arb.pi()).mid())
    assert code.instructions[0].arguments == (want, 0)


@pytest.mark.parametrize(("text", "operation"), [("x/3", "divide"), ("x/10", "multiply"), ("3*x/8", "multiply")])
def test_fractions_that_are_no_decimals_divide(text, operation):
    """A third has no float64: x/3 is a division; a tenth is the literal 0.1."""
    _, _, code = code_of(text)
    assert operations(code) == [operation]


def test_integer_powers_are_multiplications():
    """x**13 needs no pow, and few multiplications."""
    _, _, code = code_of("x**13")
    assert set(operations(code)) == {"multiply"}
    assert len(code.instructions) <= 10


@pytest.mark.parametrize(
    ("text", "needed", "absent"),
    [("log(1 + x)", "log1p", "log"), ("exp(x) - 1", "expm1", "sinh"), ("log(1 + exp(x))", "log1p", "log")],
)
def test_forms_that_cancel_are_replaced(text, needed, absent):
    """log(1 + u), exp(u) - 1 and log(1 + exp(u)) keep their digits."""
    _, _, code = code_of(text)
    assert needed in operations(code)
    assert absent not in operations(code)


@pytest.mark.parametrize(
    ("text", "x", "want"),
    [
        ("log(1 + exp(x))", 800.0, 800.0),
        ("1/(1 + exp(-x))", -800.0, 0.0),
        ("log(exp(x) + 2*exp(x/2))", 800.0, 800.0),
        ("log(exp(x) + exp(3*x))", -800.0, -800.0),
        ("log(3 + exp(x) + exp(x/2))", 800.0, 800.0),
    ],
)
def test_what_overflows_on_the_way_has_value_and_gradient(text, x, want):
    """Softplus and the logistic function are finite far out, derivatives too."""
    _, _, code = code_of(text)
    results = [np.empty(1) for _ in code.outputs]
    Machine(code)([np.array([x])], results)
    assert results[0][0] == want
    assert np.isfinite(results[1][0])


def test_zero_times_the_untaken_branch_is_zero():
    """The derivative of a branch that is not taken is 0 where the branch itself has no value."""
    _, _, code = code_of("where(x > 0, sqrt(x)*log(x), y)**2*exp(where(x > 0, 1/x, 0))")
    results = [np.empty(2) for _ in code.outputs]
    Machine(code)([np.array([0.0, -1.0]), np.array([2.0, 3.0])], results)
    assert [list(r) for r in results] == [[4.0, 9.0], [0.0, 0.0], [4.0, 6.0]]


@pytest.mark.parametrize("rule", [rule for rule in RULES.values() if rule.computed], ids=lambda rule: rule.name)
def test_computed_forms_agree_with_the_function(rule):
    """The form for languages that lack a function has its value, to a few units in the last place."""
    graph = Graph()
    names = list(rule.args)
    args = [graph.intern("variable", (), name) for name in names]
    node = scalars.call(graph, rule, args)
    code = straight_line(graph, [node], names, ELEMENTARY - {rule.name})
    assert rule.name not in operations(code)
    checked = 0
    for x in (
        -700.25,
        -3.5,
        -1.5,
        -0.625,
        -1e-3,
        -1e-9,
        1e-9,
        1e-3,
        0.3125,
        0.5,
        0.875,
        1.0009765625,
        2.5,
        40.5,
        700.5,
    ):
        point = [x, x / 3][: len(names)]
        at = {name: scalars.number(graph, exact(value)) for name, value in zip(names, point, strict=True)}
        want = certify([node], at)[0].value
        result = [np.empty(1)]
        Machine(code)([np.array([value]) for value in point], result)
        if want is not None and abs(want) > 1e-300:
            checked += 1
            assert result[0][0] == pytest.approx(want, rel=5e-14), x
    assert checked >= 4


def random_program(seed):
    """A random text in two variables."""
    choose = random.Random(seed)
    text = choose.choice(("x", "y", "x*y"))
    for _ in range(7):
        other = choose.choice(("x", "y", "0.5", "3", "x*y", "x/3"))
        text = choose.choice(
            (
                f"({text}) + {other}",
                f"({text})*{other}",
                f"sin({text})",
                f"exp(-abs({text}))",
                f"where({other} < y, {text}, {other})",
                f"sqrt(1 + ({text})**2)",
                f"({text})/(2 + {other}**2)",
                f"tanh({text})",
                f"max({text}, {other})",
            )
        )
    return text


@pytest.mark.parametrize("seed", range(60))
def test_random_programs_agree_with_certified_values(seed):
    """Blocks of points give value and gradient within what rounding allows of the certified ones."""
    program, nodes, code = code_of(random_program(seed) + " + 0*x*y + x/7 + y/9")
    samples = find_samples(program.graph, nodes, code, {})
    columns = [np.array(column) for column in zip(*(sample.point for sample in samples), strict=True)]
    results = [np.empty(len(samples)) for _ in code.outputs]
    Machine(code)(columns, results)
    for k, sample in enumerate(samples):
        for result, want, tolerance in zip(results, sample.values, sample.tolerances, strict=True):
            assert abs(result[k] - want) <= tolerance


def test_buffers_are_reused_and_blocks_join():
    """A long chain of operations runs in few buffers, and lengths that are no multiple of a block are whole."""
    _, _, code = code_of("sin(cos(sin(cos(sin(cos(sin(x)))))))")
    machine = Machine(code)
    assert len(machine.kinds) < len(code.instructions)
    count = 2 * machine.block + 17
    x = np.linspace(-3, 3, count)
    results = [np.empty(count), np.empty(count)]
    machine([x], results)
    want = x
    for function in (np.sin, np.cos, np.sin, np.cos, np.sin, np.cos, np.sin):
        want = function(want)
    assert np.allclose(results[0], want, rtol=2.0**-49, atol=0)


def test_value_and_gradient_cost_a_few_times_the_value():
    """Value and gradient take at most 4 times the instructions of the value, however many variables there are."""
    for n in (10, 100, 1000):
        text = " + ".join(f"(1 - x{i})**2 + 100*(x{i + 1} - x{i}**2)**2" for i in range(1, n))
        program, nodes, code = code_of(text)
        value = straight_line(program.graph, nodes[:1], code.inputs, Native())
        assert len(code.instructions) <= 4 * len(value.instructions)


def test_a_function_that_is_not_there_is_named():
    """A function without a definition is an error that says its name."""
    with pytest.raises(GradcliError, match="besselj") as caught:
        code_of("besselj(0, x)", ELEMENTARY)
    assert caught.value.code == "no-function"


def test_functions_that_numpy_lacks_are_slow_and_right():
    """Functions without NumPy form run one number at a time."""
    _, _, code = code_of("erf(x) + besselj(0, x)")
    results = [np.empty(2), np.empty(2)]
    Machine(code)([np.array([0.5, 1.5])], results)
    assert results[0][0] == pytest.approx(math.erf(0.5) + 0.938469807240813, rel=1e-14)
