"""gradcli as a library."""

from __future__ import annotations

import copy
import doctest
import inspect
import json
import math
import pickle
import timeit
import traceback
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradcli
from gradcli.derive.results import Chain, Gradient, Hessian, Jacobian
from gradcli.library import answers as library
from gradcli.library import explain as library_explain
from gradcli.library import repeated


def test_the_examples_in_the_docstrings_hold() -> None:
    """What the docstrings show is what happens."""
    tried = doctest.testmod(library)
    assert tried.attempted > 5
    assert tried.failed == 0


@pytest.mark.parametrize(
    "at", [(1, 2), [1, 2], "1,2", "x1=1,x2=2", {"x2": 2, "x1": 1}, {"x1": "1", "x2": "6/3"}, np.array([1.0, 2.0])]
)
def test_a_point_in_each_of_its_forms(at: object) -> None:
    """Tuples, lists, mappings, texts and arrays give the same point."""
    answer = gradcli.grad("x1**2 + x2**2", at=at)  # type: ignore[arg-type]
    assert answer.value == 5.0
    assert answer.gradient == {"x1": 2.0, "x2": 4.0}


def test_a_list_of_points_is_one_call() -> None:
    """Mappings, and rows where all variables are numbers; what could be entries of arrays is one point as ever."""
    rows = [(1, 2), (3, "1/2"), (0.5, 4)]
    wanted = [gradcli.grad("x*y", at=row) for row in rows]
    assert gradcli.grad("x*y", at=rows) == wanted
    assert gradcli.grad("x*y", at=[dict(zip("xy", row, strict=True)) for row in rows]) == wanted
    assert gradcli.grad("x*y", at=np.array([[1.0, 2.0], [3.0, 4.0]])) == [
        gradcli.grad("x*y", at=row) for row in ([1.0, 2.0], [3.0, 4.0])
    ]
    found: Any = gradcli.jacobian("[x*y, a*x]", at=rows, constants={"a": 5})
    assert [one.jacobian[1] for one in found] == [(5.0, 0.0)] * 3
    found = gradcli.hessian("x**3", at=[[1], [2]])
    assert [one.hessian for one in found] == [((6.0,),), ((12.0,),)]
    found = gradcli.grad("norm(x)", at=[{"x": [3, 4]}, {"x": [0, 0, 2]}])
    assert [one.gradient["x"] for one in found] == [[0.6, 0.8], [0.0, 0.0, 1.0]]
    assert np.shape(gradcli.grad("norm(x)", at=[[1, 2], [3, 4]]).gradient["x"]) == (2, 2)
    assert gradcli.grad("x*y", at=[[1, 2]]) == wanted[0]
    with pytest.raises(gradcli.GradcliError):
        gradcli.grad("x*y", at=[(1, 2), (3,)])


def test_large_arrays_are_neither_copied_nor_listed_before_they_are_asked_for() -> None:
    """The answer says the same of its point, is equal to itself, and can be kept."""
    X = np.arange(6000.0).reshape(60, 100) / 7
    w = np.arange(100.0)
    answer = gradcli.grad("norm(X@w)**2", at={"X": X, "w": w}, wrt="w")
    tree: Any = (answer.reading.at or {})["X"]
    assert np.shares_memory(tree.array, X)
    values: Any = answer.reading.at_values
    assert not values.known
    assert set(values) == {"X", "w"}
    assert answer.to_dict()["at"] == {"X": X.tolist(), "w": w.tolist()}
    assert json.loads(answer.to_json())["at"]["X"] == X.tolist()
    again = pickle.loads(pickle.dumps(answer))
    assert again.reading.at_values == values == {"X": X.tolist(), "w": w.tolist()}
    with pytest.raises(KeyError):
        values["Y"]
    assert np.allclose(answer.array[:, 0], 2 * X.T @ (X @ w))


def test_small_arrays_beside_large_ones_are_read_as_their_text() -> None:
    """The same numbers in the same order, without the way through text; names and odd arrays go that way."""
    from gradcli.library.values import entry_text, read_point
    from gradcli.text.points import parse_point
    from gradcli.text.tree import Data

    a = np.array([[1.0, -2.5, 0.0, -0.0], [1e22, 1e-7, -3e-300, 123456789.125], [0.1, 2.0, 1e16, 5e-324]])
    for array in (a, a[1], a.T):
        text = parse_point(gradcli.problems.Source("at", f"A={entry_text(array)}")).entries[0].tree
        assert repr(Data(array).listed()) == repr(text)
        assert str(Data(array).listed()) == str(text)
    large = np.ones((50, 100))
    at = {"w": a[0], "s": 0.5, "X": large, "θ": a[1], "k": np.array([1, 2]), "B": a}
    entries = [
        entry._replace(tree=entry.tree.listed() if isinstance(entry.tree, Data) else entry.tree)
        for entry in read_point("at", at)[0].entries
    ]
    assert [entry.name for entry in entries] == ["w", "s", "theta", "k", "B", "X"]
    assert [str(entry.tree) for entry in entries[:5]] == [
        str(entry.tree) for entry in read_point("at", {**at, "X": 0})[0].entries if entry.name != "X"
    ]


def test_each_question_has_its_record() -> None:
    """Every function returns the record of its question."""
    assert isinstance(gradcli.grad("x*y"), Gradient)
    assert isinstance(gradcli.jacobian("x*y", "x"), Jacobian)
    assert isinstance(gradcli.hessian("x*y"), Hessian)
    assert isinstance(gradcli.chain("y = u**2; u = sin(x)"), Chain)


def test_the_arguments_are_those_of_the_command_line() -> None:
    """wrt, constants, method, layout, along, latex and simplify mean what the options mean."""
    answer = gradcli.grad(
        "a*x*y", at={"x": 1, "y": -2}, wrt="y,x", constants={"a": 0.5}, method="autodiff", layout="numerator"
    )
    assert list((answer.gradient or {}).items()) == [("y", 0.5), ("x", -1.0)]
    assert (answer.layout, answer.shape, answer.numbers.method) == ("numerator", (1, 2), "autodiff")
    assert gradcli.grad("x*y", at=(3, 4), along=(1, 0)).directional == 4.0
    assert gradcli.grad(r"\frac{x^2}{2}", at=3, latex=True).gradient == {"x": 3.0}
    assert gradcli.grad("sin(x)**2 + cos(x)**2", at=3, wrt=["x"], simplify=True).gradient == {"x": 0.0}


def test_floats_are_taken_as_they_print() -> None:
    """0.1 is one tenth."""
    assert gradcli.grad("10*x**2", at=0.1).value == 0.1


@pytest.mark.parametrize(
    ("words", "options"),
    [
        (["x +* 2"], {}),
        (["x"], {"at": (1, 2)}),
        (["x"], {"method": "fd"}),
        (["a*x"], {"at": 1, "constants": {"a": "b"}}),
    ],
)
def test_mistakes_raise_the_one_error(words: list[str], options: dict[str, object]) -> None:
    """What the command line calls an error is a GradcliError here."""
    with pytest.raises(gradcli.GradcliError):
        gradcli.grad(*words, **options)  # type: ignore[arg-type]


def test_the_table_of_functions() -> None:
    """RULES has every function by name."""
    assert gradcli.RULES["softplus"].partials == ("sigmoid(x)",)
    assert "grad" in dir(gradcli)
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = gradcli.nonsense


@pytest.mark.parametrize(
    "make",
    [
        lambda np: np.ones(5_000) * 1j,
        lambda np: np.ones((20, 20, 20)),
        lambda np: np.array(["1"] * 5_000, dtype=object),
        lambda np: np.full(5_000, np.inf),
    ],
    ids=["complex", "of three axes", "objects", "infinite"],
)
def test_large_arrays_are_real_finite_and_flat(make: Callable[[Any], Any]) -> None:
    """Anything else is one error: no imaginary part is dropped in silence."""
    with pytest.raises(gradcli.GradcliError, match="finite real numbers"):
        gradcli.grad("sum(x**2)", at={"x": make(np)})


def test_the_examples_of_what_explains_hold() -> None:
    """What the docstrings of trace, steps, graph and the others show is what happens."""
    assert doctest.testmod(library_explain).failed == 0


ANSWERS: dict[str, Callable[[], Any]] = {
    "grad": lambda: gradcli.grad("x1**2*sin(x2)", at=(1, 2)),
    "grad without a point": lambda: gradcli.grad("x*y"),
    "both layouts": lambda: gradcli.grad("x.T@A@x", at={"x": [1, 2], "A": [[1, 2], [3, 4]]}, layout="both"),
    "callable": lambda: gradcli.grad(lambda x: x**2, at=3),
    "jacobian": lambda: gradcli.jacobian("x*y", "x", at=(1, 2)),
    "hessian": lambda: gradcli.hessian("x**2*y", at=(1, 2)),
    "chain": lambda: gradcli.chain("y = u**2; u = sin(x)", at=1),
    "check": lambda: gradcli.check("sin(x1*x2)", "cos(x1*x2)*x2, cos(x1*x2)"),
    "trace": lambda: gradcli.trace("x**2 + y", at=(3, 1)),
    "steps": lambda: gradcli.steps("x**3 - 1/x"),
    "graph": lambda: gradcli.graph("x*x", at=3),
    "export": lambda: gradcli.export("x**2", to="c"),
    "report": lambda: gradcli.report("x**2*y", at=(1, 2)),
}


@pytest.mark.parametrize("make", ANSWERS.values(), ids=ANSWERS)
def test_every_answer_can_be_read_compared_and_saved(make: Callable[[], Any]) -> None:
    """Text, document and JSON say the same; two answers to one question are equal; what is shown has no address."""
    answer, again = make(), make()
    document = answer.to_dict()
    assert document == json.loads(answer.to_json())
    assert document["schema"].startswith("gradcli.")
    assert str(answer) == answer.text() == answer.text("plain")
    assert " object at 0x" not in repr(answer) + answer.text() + repr(answer._asdict())
    assert answer == again
    assert hash(answer) == hash(again)
    assert copy.copy(answer) == pickle.loads(pickle.dumps(answer)) == answer
    with pytest.raises(AttributeError, match="frozen"):
        answer.reading = None


@pytest.mark.parametrize("name", ["grad", "jacobian", "hessian", "chain", "check", "trace", "steps"])
@pytest.mark.parametrize("form", ["plain", "csv", "markdown", "latex"])
def test_every_format_is_a_method_away(name: str, form: str) -> None:
    """Each format of the command line; LaTeX also by its own method."""
    answer = ANSWERS[name]()
    assert answer.text(form).strip()
    assert answer.to_latex() == answer.text("latex")


def test_a_format_that_an_answer_lacks_is_an_error() -> None:
    """The error names the formats."""
    with pytest.raises(gradcli.GradcliError, match="no format 'html'"):
        gradcli.grad("x").text("html")
    with pytest.raises(gradcli.GradcliError, match="no format 'latex'"):
        gradcli.graph("x").to_latex()
    assert gradcli.graph("x*x").text("mermaid").startswith("flowchart")


def test_expressions_are_text_and_compare_by_what_they_say() -> None:
    """`str` reads back; spaces and places do not count; `1/2` and `0.5` are two texts."""
    answer = gradcli.grad("x1**2 + x1*x2")
    assert str(answer.symbolic["x1"]) == "2*x1 + x2"
    assert repr(answer.symbolic) == "{'x1': Tree('2*x1 + x2'), 'x2': Tree('x1')}"
    one, other = (gradcli.parse(text).statements[0].tree for text in ("2*x+sin(x)", " 2 * x + sin( x )"))
    assert one == other
    assert hash(one) == hash(other)
    assert one != gradcli.parse("2*x+cos(x)").statements[0].tree
    assert one != "2*x + sin(x)"
    assert one.to_latex() == r"2 x + \sin\left(x\right)"
    deep = gradcli.parse("-" * 3000 + "x").statements[0].tree
    assert hash(deep) == hash(gradcli.parse("-" * 3000 + "x").statements[0].tree)
    assert "Tree(" in repr(gradcli.parse("y = x'*x"))
    assert gradcli.grad(answer.symbolic["x1"], at=(3, 4)).value == 10.0


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (lambda: gradcli.grad("x1**2+x2", at=(3, 1)), [[6.0], [1.0]]),
        (lambda: gradcli.grad("x1**2+x2", at=(3, 1), layout="numerator"), [[6.0, 1.0]]),
        (lambda: gradcli.grad("sum(x**2)", at={"x": [1, 2]}), [[2.0], [4.0]]),
        (lambda: gradcli.grad("abs(x)+y", at=(0, 1)), [[float("nan")], [1.0]]),
        (lambda: gradcli.jacobian("x*y", "x", at=(1, 2), layout="denominator"), [[2.0, 1.0], [1.0, 0.0]]),
        (lambda: gradcli.hessian("x**2*y", at=(1, 2)), [[4.0, 2.0], [2.0, 0.0]]),
    ],
)
def test_numbers_are_arrays_in_the_layout(answer: Callable[[], Any], expected: list[list[float]]) -> None:
    """`array` has the shape that the answer states; what does not exist is nan."""
    found = answer()
    np.testing.assert_array_equal(found.array, expected)
    assert found.array.dtype == np.float64
    assert list(found.array.shape) == list(found.shape)


def test_arrays_by_variable_and_none_without_a_point() -> None:
    """Several arrays: one each, in their shapes."""
    found = gradcli.grad("sum(A@x)", at={"A": [[1, 2], [3, 4]], "x": [1, 2]}).array
    assert {name: value.shape for name, value in found.items()} == {"A": (2, 2), "x": (2, 1)}
    assert gradcli.grad("x").array is None
    np.testing.assert_array_equal(gradcli.chain("y = u**2; u = 3*x", at=1).array, [18.0])


def test_errors_carry_the_place_as_a_note() -> None:
    """PEP 678: the traceback ends with the line, the caret and the hint; once, however deep it was raised."""
    with pytest.raises(gradcli.GradcliError) as caught:
        gradcli.grad("x +* 2")
    assert caught.value.__notes__ == ["  x +* 2\n     ^\n  leave one of them out, or write what stands between them"]
    shown = "".join(traceback.format_exception_only(caught.value))
    assert shown.count("x +* 2") == 1


@pytest.mark.filterwarnings("ignore:bitcount function is deprecated")  # an old SymPy beside a new mpmath
def test_sympy_goes_in_and_comes_out() -> None:
    """SymPy's own derivative of an expression is ours."""
    sympy = pytest.importorskip("sympy")
    x, y = sympy.symbols("x y", real=True)
    expressions = [
        sympy.sin(x) * y**2 + sympy.sqrt(x) / 3,
        sympy.exp(-x * y) + sympy.log(x) ** 2 + sympy.Rational(1, 3) * y,
        sympy.atan2(y, x) + sympy.besselj(1, x) + sympy.Max(x, y, 2) * sympy.pi,
        sympy.Piecewise((x**2, x > 1), (y, True)) + sympy.Float(0.1) * x,
        sympy.tanh(x) ** -2 + sympy.Abs(y),
    ]
    numbers = (sympy.Rational(6, 5), sympy.Rational(7, 10))
    point, plain = (dict(zip(names, numbers, strict=True)) for names in ((x, y), sympy.symbols("x y")))
    for expression in expressions:
        answer = gradcli.grad(expression, at={"x": "6/5", "y": "7/10"})
        for symbol in (x, y):
            ours = float(answer.to_sympy()[symbol.name].subs(plain))
            theirs = float(expression.diff(symbol).subs(point))
            assert ours == pytest.approx(theirs, rel=1e-12)
            assert answer.gradient[symbol.name] == pytest.approx(ours, rel=1e-12)
    x, y = sympy.symbols("x y")
    column = sympy.Matrix([x * y, x])
    assert gradcli.jacobian(column).to_sympy() == column.jacobian([x, y])
    assert gradcli.hessian(x**2 * y).to_sympy() == sympy.hessian(x**2 * y, (x, y))
    assert gradcli.grad("sigmoid(x)").to_sympy()["x"].subs({x: 0}) == sympy.Rational(1, 4)
    assert gradcli.check(x * y, y, x).verdict == "equal"


def test_what_sympy_and_gradcli_do_not_share_is_an_error() -> None:
    """Nothing is left out in silence, and no name of a symbol is read as an expression."""
    sympy = pytest.importorskip("sympy")
    x = sympy.Symbol("x")
    strange = [
        sympy.Symbol(name) for name in ("x+1", "e", "pi", "__import__('os')", "x y", "2x", "f(x)", "not", "-x", "")
    ]
    wrong = [*strange, sympy.Integral(x), x + sympy.I, sympy.oo * x, sympy.Function("phi")(x), sympy.zoo, sympy.nan]
    wrong += [sympy.Piecewise((x, x > 0)), sympy.Matrix([[x, x]]), sympy.Symbol("z", real=False)]
    for expression in wrong:
        with pytest.raises(gradcli.GradcliError):
            gradcli.grad(expression)
    for answer in (gradcli.grad("logsumexp(x)"), gradcli.grad("x**2", at=1, method="autodiff"), gradcli.trace("x")):
        with pytest.raises(gradcli.GradcliError):
            answer.to_sympy()
    for nothing in (True, None, {"x": 1}, ["x", None]):
        with pytest.raises(gradcli.GradcliError, match="an expression is a text"):
            gradcli.grad(nothing)  # type: ignore[arg-type]


def test_records_check_their_fields() -> None:
    """A record is made with every field once."""
    reading = gradcli.grad("x").reading
    assert reading._replace(output="g").output == "g"
    for wrong in ({"nonsense": 1}, {"output": 1, "nonsense": 2}):
        with pytest.raises(TypeError, match="nonsense no fields"):
            reading._replace(**wrong)
    with pytest.raises(TypeError, match="missing"):
        type(reading)(())
    with pytest.raises(TypeError, match="given twice"):
        type(reading)((), statements=())
    with pytest.raises(TypeError, match="fields, not"):
        type(reading)(*range(40))


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("x**2*sin(y)", {}),
        ("abs(x) + y", {"layout": "numerator"}),
        ("log(x)/y", {"method": "autodiff"}),
        ("x*y", {"wrt": "y"}),
        ("y*x**3", {"method": "fd"}),
    ],
)
def test_what_is_asked_again_is_what_was_asked_first(text: str, options: dict[str, Any]) -> None:
    """A remembered program answers at other points, and errs, as a new one does."""
    points: list[Any] = [{"x": 1, "y": 2}, {"x": 0, "y": "1/3"}, {"x": -2, "y": 0.5}, {"x": 1, "y": 2}, None]
    points = points[:-1] if "method" in options else points
    for command in (gradcli.grad, gradcli.jacobian, gradcli.hessian):
        found = [command(text, at=point, **options) for point in points]
        for point, answer in zip(points, found, strict=True):
            vars(repeated.KEPT).clear()
            assert command(text, at=point, **options) == answer
    for wrong in ({"x": 1}, {"x": 1, "y": 2, "z": 3}, (1,)):
        with pytest.raises(gradcli.GradcliError):
            gradcli.grad(text, at=wrong, **options)


def test_what_is_remembered_is_bounded() -> None:
    """Programs that were not asked for lately are forgotten, and so is a graph that points have filled."""
    for i in range(repeated.MOST + 5):
        gradcli.grad(f"x**2 + {i}", at=1)
    engines = vars(repeated.KEPT)["engines"]
    assert len(engines) == repeated.MOST
    for i in range(600):
        gradcli.grad("x**2 + y", at=(f"1/{i + 7}", 2))
    kept = max(engine.nodes() for engine in engines.values())
    assert kept < repeated.NODES


def test_a_gradient_that_is_asked_again_is_quick() -> None:
    """The program is remembered: another point takes a part of the time of the first one."""

    def ask(forget: bool) -> float:
        def work() -> None:
            if forget:
                vars(repeated.KEPT).clear()
            gradcli.grad("sin(x)*exp(y) + log(1 + x**2*y**2)", at=(1, 2))

        return min(timeit.repeat(work, number=10, repeat=5))

    assert ask(forget=False) < 0.7 * ask(forget=True)


COMMON = ("wrt", "constants", "shapes", "of", "latex")
FUNCTIONS = (
    "grad",
    "jacobian",
    "hessian",
    "chain",
    "check",
    "export",
    "trace",
    "steps",
    "graph",
    "function",
    "grad_many",
)


@pytest.mark.parametrize("name", [*FUNCTIONS, "function", "grad_many"])
def test_one_set_of_keywords(name: str) -> None:
    """What says how a text is read is called the same everywhere, and can be given by name alone."""
    found = inspect.signature(getattr(gradcli, name)).parameters
    assert [word for word in COMMON if word not in found] == []
    assert {found[word].kind for word in COMMON} == {inspect.Parameter.KEYWORD_ONLY}


def test_shapes_are_declarations() -> None:
    """Arrays without values are declared, as by --shape; what is declared otherwise is another question."""
    assert gradcli.grad("norm(A@x)**2", shapes=["A: m,n", "x: n"], wrt="x").shape == ("n", 1)
    assert gradcli.grad("sum(x**2)", shapes="x: 3").shape == (3, 1)
    assert gradcli.hessian("x.T@A@x", shapes=["x: 2", "A: 2,2"], wrt="x").shape == (2, 2)
    assert "f_grad" in gradcli.export("sum(x**2)", to="c", shapes=["x: 3"]).functions
    assert gradcli.grad("a*x", shapes=["a: scalar"]).shape == (2, 1)


def test_callables_in_single_precision_have_errors_that_hold() -> None:
    """The command line's way for programs is that for callables: noise is seen, the error holds and is small."""
    answer = gradcli.grad(lambda x: np.sin(np.float32(x)) * np.float32(3), at=1.5)
    distance = abs(answer.gradient["x"] - 3 * math.cos(1.5))
    assert distance <= answer.error["x"] < 1e-3
    assert any("noise" in note for note in answer.numbers.notes)
