"""Traces of scalars: every number that of the textbook, every gradient that of `grad`."""

from __future__ import annotations

import io
from functools import cached_property, partial
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gradcli
from gradcli import limits
from gradcli.evaluate.certified.balls import Balls
from gradcli.explain.sweeping.sweeps import Sweeps
from gradcli.explain.traces import traces
from gradcli.problems import GradcliError
from gradcli.render.explain.trace import print_trace
from gradcli.render.page import make_console
from tests.explain.helpers import request


def trace_of(text: str, at: Any = None, **more: Any) -> Any:
    return traces(request(text, at, **more))[0]


def rows(trace: Any) -> dict[str, tuple[Any, Any]]:
    return {step.name: (step.value, step.adjoint) for step in trace.steps}


def test_the_table_of_baydin():
    """Baydin et al. 2018, tables 2 and 3, at (2, 5)."""
    found = rows(trace_of("log(x1) + x1*x2 - sin(x2)", "2,5"))
    assert found["v1"] == (0.6931471805599453, 1.0)
    assert found["v4"] == (-0.9589242746631385, -1.0)
    assert found["x2"] == (5.0, 1.7163378145367738)
    assert found["f"] == (11.652071455223084, 1.0)


def test_the_circuit_of_cs231n():
    """The sigmoid circuit: 0.73, and -0.20, -0.39, 0.20 for the weights."""
    found = rows(trace_of("1/(1+exp(-(w0*x0+w1*x1+w2)))", "w0=2,x0=-1,w1=-3,x1=-2,w2=-3"))
    assert [round(found[name][1], 2) for name in ("w0", "w1", "w2")] == [-0.2, -0.39, 0.2]


def test_forward_mode_has_a_column_for_every_input():
    """Tangents of the output are the gradient."""
    trace = trace_of("x*exp(y)", "2,1", mode="both")
    assert trace.steps[-1].tangents == {name: trace.gradient[name] for name in ("x", "y")}


def test_a_kink_on_the_way_is_null_and_so_is_what_needs_it():
    """relu at 0: the partial, and every adjoint behind it; the values stand."""
    trace = trace_of("relu(w*x+b)", "w=1,x=1,b=-1")
    missing = {step.name for step in trace.steps if step.adjoint is None}
    assert missing == {"w", "x", "b", "v1", "v2"}
    assert trace.steps[-1].problem == "relu has a kink at v2 = 0: slope 0 from the left, 1 from the right"
    assert {problem.kind for problem in trace.numbers.problems} == {"not-differentiable"}


def test_a_step_without_a_value_has_no_partials():
    """1/(1 - x²) is a number at 2, but atanh has none there: nothing on the way from it to the output has a slope."""
    trace = trace_of("atanh(x)*y + x", "2,2", mode="both")
    assert {step.name for step in trace.steps if step.adjoint is None} == {"x", "y", "v1", "v2"}
    assert [use.value for step in trace.steps for use in step.uses] == [None] * 5
    assert trace_of("x*y + z", "1,2,3").steps[0].adjoint == 2.0


def test_where_the_whole_has_a_derivative_the_input_has_it():
    """x*abs(x) at 0: the step has none, the function has 0, and both are said."""
    trace = trace_of("x*abs(x)", "0")
    assert trace.gradient == {"x": 0.0}
    assert not trace.numbers.problems
    assert trace.numbers.notes


def test_a_jump_between_branches_is_no_derivative():
    """At a tie of `where` only the whole function tells."""
    assert trace_of("where(x > 1, 3*x, x + 2)", "1").gradient == {"x": None}


def test_the_branch_that_is_not_taken_does_no_harm():
    """log(x) at -1 stands in the other branch."""
    trace = trace_of("where(x > 0, log(x), x)", "-1")
    assert trace.gradient == {"x": 1.0}
    assert not trace.numbers.problems


def test_steps_of_a_branch_that_is_not_taken_have_their_own_derivatives():
    """2*x - 1 grows by 2 for every x, though nothing of it comes to f; its sums and chains have numbers."""
    trace = trace_of("where(x > 1, x**2, 2*x - 1)*exp(-x)", "3/2", mode="both")
    found = {step.name: (step.tangents["x"], step.adjoint) for step in trace.steps}
    assert (found["v2"], found["v3"], found["v4"][0]) == ((2.0, 0.0), (2.0, 0.0), 3.0)
    terms = gradcli.chain("where(x > 1, x**2, 2*x - 1)*exp(-x)", at="3/2").terms
    assert [(t.inner_value, t.product) for name in ("u2", "u3") for t in terms[name]] == [(1.0, 0.0), (0.0, 0.0)]


def test_a_kink_in_a_branch_that_is_not_taken_troubles_nobody():
    """abs(x - 3/2) at 3/2: the step has no derivative, the function has one."""
    trace = trace_of("where(x > 1, x**2, abs(x - 3/2))", "3/2", mode="both")
    assert {step.name: step.tangents["x"] for step in trace.steps}["v3"] is None
    assert (trace.gradient, trace.numbers.problems, trace.steps[-1].problem) == ({"x": 3.0}, (), None)


def test_a_step_that_needs_what_has_no_value_is_not_called_a_jump():
    """At x = 0 the other branch is 0/0: only the whole function tells, and its derivative is 1/2."""
    trace = trace_of("where(x != 0, (exp(x)-1)/x, 1)", "0")
    assert (trace.gradient, trace.steps[-1].problem) == ({"x": 0.5}, None)


def test_a_step_outside_float64_is_null_and_the_rest_stays():
    """exp(800) in log(1 + exp(x))."""
    trace = trace_of("log(1+exp(x))", "800")
    assert (trace.value, trace.gradient) == (800.0, {"x": 1.0})
    assert rows(trace)["v1"][0] is None


def test_digits_are_rounded_from_the_enclosure():
    """1 - 0.8765434999999999999999999 is above the tie of six digits, its float64 is below: the true value counts."""
    trace = trace_of("x - y", "1,0.8765434999999999999999999", digits=6)
    value = trace.value
    assert trace.texts.get(value, f"{value:.6g}") == "0.123457"


def test_without_a_point_there_are_formulas():
    """The partial of tanh is written with the step's name."""
    from gradcli.render.notation import write

    trace = trace_of("h = tanh(z); z = w*x")
    partials = {step.name: [write(use.partial) for use in step.uses] for step in trace.steps if step.uses}
    assert partials == {"z": ["x", "w"], "h": ["1 - h**2"]}


def test_abstract_functions_have_no_numbers():
    """One error, with the way out."""
    with pytest.raises(GradcliError, match="abstract function"):
        trace_of("f(x*y)", "1,2")


def test_long_programs_take_linear_time():
    """10,000 operations nested, and the gradient is that of grad."""
    text = "sin(" * 3_000 + "x" + ")" * 3_000
    assert trace_of(text, "1").gradient == gradcli.grad(text, at="1").gradient


LEAVES = st.sampled_from(["x", "y", "2", "1/3", "pi"])
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from("+-*"), inner, inner).map(lambda p: f"({p[1]}{p[0]}{p[2]})"),
        st.tuples(inner, inner).map(lambda p: f"({p[0]}/(2 + {p[1]}**2))"),
        st.tuples(st.sampled_from(["sin", "exp", "tanh", "abs", "relu", "atan", "sqrt"]), inner).map(
            lambda p: f"{p[0]}({p[1]})"
        ),
    ),
    max_leaves=8,
)


@settings(max_examples=60)
@given(EXPRESSIONS, st.sampled_from(["x=1/2,y=-3/4", "x=0,y=2", "x=-1,y=1"]))
def test_random_programs(text: str, at: str):
    """The gradient is grad's; the terms of every adjoint add up to it; forward mode gives the same."""
    text = f"{text} + 0*x + y"
    direct = gradcli.grad(text, at=at, wrt="x,y")
    trace = trace_of(text, at, wrt=("x", "y"), mode="both")
    assert trace.gradient == direct.gradient
    terms: dict[str, list[float | None]] = {}
    for step in trace.steps:
        for use in step.uses:
            known = step.adjoint is not None and use.value is not None
            terms.setdefault(use.name, []).append(step.adjoint * use.value if known else None)
    for step in trace.steps:
        found = terms.get(step.name, [])
        if step.kind == "step" and step.adjoint is not None and None not in found and not trace.numbers.problems:
            assert sum(found) == pytest.approx(step.adjoint, rel=1e-12, abs=1e-14)
    tangents = trace.steps[-1].tangents
    for name, number in direct.gradient.items():
        if number is not None and tangents[name] is not None:
            assert tangents[name] == number


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("(x + y)**5/(x - y)**3", {"x": 3, "y": 1}),
        ("u = x/3; v = u*u; w = v/u; w + y", {"x": 0.7, "y": 0}),
        ("x**200*y", {"x": 1e10, "y": 3}),
        ("x/y + 1/(x - y)", {"x": 1, "y": 1}),
        ("x*2.5", {"x": 0.1}),
        ("norm(A@x)**2", {"A": [[1, 2], [3, 4]], "x": [1, -2]}),
    ],
)
def test_rationals_say_what_balls_say(monkeypatch: pytest.MonkeyPatch, text: str, at: dict[str, object]):
    """A small program of rational functions is exact, and has the numbers and problems of enclosures."""
    exact = gradcli.trace(text, at=at).to_json()
    monkeypatch.setattr("gradcli.explain.sweeping.sweeps.LARGE", 0)
    assert gradcli.trace(text, at=at).to_json() == exact


def test_a_choice_needs_its_condition() -> None:
    """where(u > 0, y, y) has no value where u has none."""
    (found,) = traces(request("u = log(x); v = where(u > 0, y, y); 2*v", at={"x": -1, "y": 2}))
    assert [step.value for step in found.steps] == [-1.0, 2.0, None, None, None]
    assert [step.adjoint for step in found.steps] == [None, None, None, None, 1.0]


def test_inputs_that_a_step_withholds_are_told_together() -> None:
    """relu(w·x + b)·log(x) at its kink, where log(x) is 0: one sentence for all three."""
    (found,) = traces(request("relu(w*x + b)*log(x)", "w=1,x=1,b=-1"))
    (told,) = found.numbers.notes
    assert told == "b, w, x: a step on the way has no derivative here, and the whole function has all of them"


@pytest.mark.parametrize(
    ("text", "at", "same"),
    [("x*y", (1, 2), True), ("x*abs(x)", 0, False), ("1/x", 0, False), ("relu(x*y)", (0, 1), False)],
)
def test_both_modes_are_the_same_only_where_they_are(text: str, at: Any, same: bool):
    """Numbers that both have, by variable; a gradient that one of them lacks is not said to be the same."""
    found = gradcli.trace(text, at=at, mode="both")
    console = make_console(io.StringIO(), 100)
    print_trace(found, console)
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert ("the same gradient" in shown) is same
    assert "forward: " in shown


@pytest.mark.parametrize(("mode", "line"), [("forward", "dv1 = (1/x1)·dx1"), ("both", "∂f/∂v1·(1/x1) + ∂f/∂v2·x2")])
def test_formulas_stand_in_every_mode(mode: str, line: str):
    """`--formulas` at a point: above the numbers, in both modes in a table of their own."""
    console = make_console(io.StringIO(), 80)
    print_trace(trace_of("log(x1) + x1*x2", "2,5", mode=mode, formulas=True), console)
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert line in shown
    assert "5.5" in shown


def test_time_that_is_over_is_no_missing_derivative(monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps are not diagnosed one by one once the time is over, and the note says what happened."""
    asked: list[object] = []
    late = cached_property(lambda sweeps: Balls(sweeps.point, 0.0))
    late.__set_name__(Sweeps, "run")
    monkeypatch.setattr(Sweeps, "run", late)
    clock = SimpleNamespace(clock=partial(next, count(-1e9, 100.0)), EVALUATION_SECONDS=limits.EVALUATION_SECONDS)
    monkeypatch.setattr("gradcli.explain.sweeping.sweeps.limits", clock)
    monkeypatch.setattr("gradcli.explain.sweeping.sweeps.jet_at", lambda *words: asked.append(words))
    text = "; ".join([f"u{k} = sin({f'u{k - 1}' if k else 'x'}) + x" for k in range(300)])
    (found,) = traces(request(text, "x=0.3"))
    assert not asked
    assert found.steps[0].adjoint is not None
    assert found.numbers.notes == ("x: not all steps were decided within 8 s, and the whole function has one",)


@pytest.mark.parametrize(
    ("text", "at", "step", "adjoint"),
    [
        ("u = y; v = relu(u); f = x*where(y != v, v, u)", (-1, 2), "u", -1.0),
        ("u = x; v = u; f = where(2*v == y, v, 2*y) - (u + v)**3", (0, 0), "u", 0.0),
        ("u = max(abs(x), 2*y); f = where(max(y, u) < max(x, 0), u*y, x)", (0, -1), "u", None),
        ("u = x; f = where(where(where(y < 1, x, u) >= u, 2 + u, 0) <= u, y + 2*u, 0)", (0, 0), "u", None),
        ("u = y**3; w = 2 + where(u >= x, x, relu(u)); f = leaky_relu(u*x*(x - w))", (1, 1), "u", None),
    ],
)
def test_steps_that_meet_again_at_a_switch_are_inputs_of_the_rest(text: str, at: Any, step: str, adjoint: float | None):
    """The adjoint of a step that reaches a tie in two ways, in traces and chains: partials added up to 2 for 1."""
    traced, chained = gradcli.trace(text, at=at), gradcli.chain(text, at=at)
    found = {row.name: row.adjoint for row in traced.steps}
    assert (found[step], (chained.total_values or {})[step]) == (adjoint, adjoint)
    assert {name: found[name] for name in "xy"} == gradcli.grad(text, at=at).gradient


def test_notes_say_where_steps_meet_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """One note for all such steps; where they are too many to look at, their numbers are null and it is said."""
    text, at = "u = y; v = relu(u); f = x*where(y != v, v, u)", (-1, 2)
    assert gradcli.trace(text, at=at).numbers.notes[0].startswith("u: the chain rule does not hold here")
    monkeypatch.setattr("gradcli.explain.sweeping.joint.MOST", 0)
    found = gradcli.trace(text, at=at)
    assert found.numbers.notes[0] == "u: undecided: too many steps meet again at a switch"
    assert [row.adjoint for row in found.steps if row.name in ("u", "v")] == [None, -1.0]
