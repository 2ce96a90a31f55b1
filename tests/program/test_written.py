"""Notation of books means what its plain text means; what reads in two ways is an error that shows both."""

from __future__ import annotations

import re
import shlex

import pytest

from gradcli import grad, grad_many
from gradcli.checking.sides import close
from gradcli.problems import GradcliError, Source
from gradcli.question import Question
from gradcli.render.notation import write
from gradcli.solve import solve
from gradcli.text.latex.notations import NOTATIONS, Notation
from gradcli.text.parser import parse_script
from gradcli.text.points import parse_shape

VALUES = ("0.7", "1.3", "0.45", "1.9", "0.85", "1.1", "0.6", "1.45", "0.95", "1.7", "0.5", "1.2")
SIZES = {"n": 3, "m": 2, "d": 2}


def value_of(dims: tuple[int | str, ...], start: int) -> str:
    """Numbers for a variable of these sizes."""
    values = [VALUES[(start + 5 * i) % len(VALUES)] for i in range(12)]
    sizes = [SIZES[str(size)] for size in dims]
    if not sizes:
        return values[0]
    width = sizes[-1]
    rows = ["[" + ",".join(values[i * width : (i + 1) * width]) + "]" for i in range(sizes[0] if sizes[1:] else 1)]
    return f"[{','.join(rows)}]" if sizes[1:] else rows[0]


@pytest.mark.parametrize("row", NOTATIONS, ids=lambda row: f"{row.about}: {row.written[:30]}")
def test_a_notation_is_its_plain_text(row: Notation) -> None:
    """Value and gradient at a point are those of the plain text, by the variables that the notation names."""
    declared = {d.name: d.dims or () for d in (parse_shape(Source("shape", text)) for text in row.shapes)}
    plain = "; ".join([*row.shapes, row.plain])
    names = sorted(grad(plain).reading.shapes)
    point = {name: value_of(declared.get(name, ()), 3 * i) for i, name in enumerate(names)}
    wanted, found = grad(plain, at=point), grad(row.written, at=point)
    assert found.value is not None
    assert wanted.value is not None
    assert close(found.value, wanted.value)
    assert found.gradient
    for name, entries in found.gradient.items():
        assert flat(entries) == pytest.approx(flat(wanted.gradient[name]), rel=1e-12)


def flat(entries: object) -> list[float]:
    """The entries of nested lists."""
    if isinstance(entries, list | tuple):
        return [number for entry in entries for number in flat(entry)]
    assert isinstance(entries, float)
    return [entries]


@pytest.mark.parametrize(
    ("text", "variables", "note"),
    [
        ("f(x) = a*x^2", ["x"], "f(x) = ...: differentiated by x; a is a parameter"),
        ("f(y, x) = x*y", ["y", "x"], ""),
        (r"$f(\mathbf{x}) = 3x_1^2 + x_2$", ["x1", "x2"], ""),
        (r"$f(z) = z^2, z = x^2$", ["x"], ""),
        (r"$\frac{d}{dx} a x^2$", ["x"], r"\frac{d}{dx}: read as the question for this derivative"),
        (r"$\mathbf{w}^\top\mathbf{x} + b$", ["b", "w", "x"], "bold: w is a vector, x is a vector"),
        (r"\frac{1}{2}x", ["x"], "read as LaTeX, for it has commands or braces"),
        (r"$\sum_{i=1}^n (x_i - \mu)^2$", ["mu", "x"], "with an index, x is a vector, of entries x_i"),
        (r"$w^T x$", ["w", "x"], "beside a transposed name or in a norm: w is a vector, x is a vector"),
        (r"$f(x) = x^2 \text{ for } x > 0$", ["x"], "not used: for x > 0"),
    ],
)
def test_conventions_are_said(text: str, variables: list[str], note: str) -> None:
    """A header and a request choose the variables; whatever was assumed stands in the assumptions."""
    found = grad(text)
    assert list(found.reading.variables) == variables
    assert note in (*found.reading.assumptions, "")


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        (r"$\Phi(x)$", "ambiguous", r"write \(1 \+ erf\(x/sqrt\(2\)\)\)/2 .* Phi\*x for the product"),
        (r"$x(t)^2$", "ambiguous", r"write x\*t for the product, or declare the function: 'x: function'"),
        (r"$\sigma(2x)$", "ambiguous", r"sigmoid\(2x\) .* sigma\*\(2x\)"),
        (r"$L(w, b) + 1$", "ambiguous", r"L\(w, b\) = \.\.\."),
        (r"$|\mathbf{X}|$", "ambiguous", r"write det\(X\) or abs\(X\)"),
        (r"$|\mathbf{x}|^2$", "ambiguous", r"write norm\(x\) or abs\(x\)"),
        (r"$|Ax-b|^2$", "ambiguous", r"write norm\(Ax-b\) or abs\(Ax-b\)"),
        (r"$\|\mathbf{X}\|_2$", "ambiguous", r'norm\(X, 2\) or norm\(X, "fro"\)'),
        (r"$\|\mathbf{A}^{-1}\mathbf{V}\|_2$", "ambiguous", r'norm\(inv\(A\)@V, 2\) or norm\(inv\(A\)@V, "fro"\)'),
        (r"$\|XW\|_2$", "ambiguous", r'norm\(X@W, 2\) or norm\(X@W, "fro"\)'),
        ("‖X‖₂²", "ambiguous", r'norm\(X, 2\) or norm\(X, "fro"\)'),
        (r"$\sigma(\mathbf{X}\mathbf{W} + \mathbf{B})$", "ambiguous", r"write sigmoid\(X@W \+ B\)"),
        (r"$\exp(-(x-x')^2)$", "ambiguous", r"x0"),
        (r"$\frac{e^{x_i}}{\sum_j e^{x_j}}$", "sum", r"softmax\(x\)"),
        (r"$\sum_{i=1}^n (x - x_i)^2$", "sum", r"call one of them otherwise"),
        (r"$\sum_{i=1}^n (a_i x_i + bi)$", "ambiguous", r"b_i"),
        (r"$\sum a_i b_j$", "ambiguous", r"\\sum_i or \\sum_j"),
        (r"$\sum_{i=1}^n \sum_{i=1}^n x_i$", "sum", r"call the inner index otherwise"),
        (r"$\sum_{i=1}^n x_{i+1}$", "sum", r"n-1"),
        (r"$(\sum_{i=1}^n y_i) x_{i+1}$", "latex", r"x\[0\]"),
        (r"$x^2 + y^2 = 1$", "sides", r"y: x\*\*2 \+ y\*\*2 = 1 near 1; y"),
        (r"$W a^{[l+m]}$", "latex", r"by a letter"),
        (r"$x^2 + 1 = 2x$", "sides", r"gradcli check '\$x\^2 \+ 1\$' '\$2x\$'"),
        ("f(x) = f(x) + 1", "cycle", r"a definition may only use"),
        ("f(x) = x; g = f(1, 2)", "arity", r"f\(x\)"),
        (r"$\frac{\partial z}{\partial x}$", "request", r"y = \.\.\.x\.\.\."),
        (r"$\sum_{k=1}^{999999} x^k$", "limit", r"a letter above"),
    ],
)
def test_two_readings_are_an_error_with_both(text: str, code: str, hint: str) -> None:
    """Nothing is guessed: the error names both readings, or what is missing, and its place."""
    with pytest.raises(GradcliError) as caught:
        solve(Question("grad", parse_script([Source("expression", text)])))
    assert caught.value.code == code
    assert caught.value.span is not None or code in ("limit", "sum")
    assert re.search(hint, caught.value.hint or "")


@pytest.mark.parametrize("text", [r"$\nabla_{\mathbf{x}} \mathbf{x}^\top \mathbf{x} = 2\mathbf{x}$", "d/dx x^3 = 3x^2"])
def test_the_command_that_a_claim_is_told_works(text: str) -> None:
    """The hint of a derivative with an equals sign behind it is a command that answers: equal."""
    from gradcli import check

    with pytest.raises(GradcliError) as caught:
        parse_script([Source("expression", text)])
    words = shlex.split((caught.value.hint or "").partition("   ")[0])
    assert words[:2] == ["gradcli", "check"]
    assert words[4] == "--wrt"
    assert check(words[2], words[3], wrt=words[5]).verdict == "equal"


def test_the_formula_of_the_seed() -> None:
    """The sides of a chain are compared; the first is the function."""
    found = grad(r"$f(x) = \|\mathbf{x}\|^2 = x^T x = \sum_{i=1}^{n} x_i^2$", at={"x": [1, 2, 3]})
    assert found.value == 14.0
    assert found.gradient == {"x": (2.0, 4.0, 6.0)} or found.gradient == {"x": [2.0, 4.0, 6.0]}


def test_cases_that_leave_a_gap_have_no_value_there() -> None:
    """Where none of the conditions holds there is a problem, not the value of the last row."""
    found = grad(r"$\begin{cases} x & x > 1 \\ -x & x < -1 \end{cases}$", at=0)
    assert found.value is None
    assert found.numbers.problems


def test_values_win_over_bold() -> None:
    """A bold letter with a number as its value is a number; A_{12} of a matrix with a value is an entry."""
    assert grad(r"$\mathbf{x}^2$", at={"x": 3}).gradient == {"x": 6.0}
    found = grad(r"$f(A) = A_{12}A_{21}$", at={"A": [[1, 2], [3, 4]]})
    assert flat(found.gradient["A"]) == [0.0, 3.0, 2.0, 0.0]


def test_a_power_of_t_is_a_power_where_t_has_a_meaning() -> None:
    """x^T is a transpose unless T is a name of its own."""
    found = grad(r"$x^T$", at={"x": 2, "T": 3})
    assert found.value == 8.0


def test_calls_of_functions_do_not_blow_up() -> None:
    """A function that calls another twice, many times over, ends in an error."""
    lines = ["f0(x) = x + x", *(f"f{i}(x) = f{i - 1}(f{i - 1}(x))" for i in range(1, 40)), "f39(t)"]
    with pytest.raises(GradcliError) as caught:
        grad("; ".join(lines))
    assert caught.value.code == "limit"


def test_trees_of_answers_are_written_without_forms() -> None:
    """What is shown as the function reads back: sums and headers are resolved."""
    found = grad(r"$f(w) = \sum_{i=1}^n (w x_i - y_i)^2$")
    assert write(found.reading.statements[0].tree) == "sum((w*x - y)**2)"


@pytest.mark.parametrize(
    ("text", "slope"),
    [
        ("f(x) = u^2; u = 2*x; g(t) = f(3*t)", 72.0),
        ("def f(x):\n    a = x**2\n    b = a + x\n    return a*b\n\ndef g(t):\n    return f(2*t)", 88.0),
        ("def f(x):\n    x = x**2\n    x = x + 1\n    return x**2", 8.0),
    ],
)
def test_the_lines_of_a_function_take_its_arguments(text: str, slope: float) -> None:
    """What a called function defines on the way is put in with the arguments of the call."""
    (found,) = grad(text, at=1).gradient.values()
    assert found == slope


@pytest.mark.parametrize(
    ("text", "at", "message"),
    [
        ("S: 2,2 positive definite; logdet(S)", "S=[[1,2],[2,1]]", "declared positive definite"),
        ("y: one-hot 3; dot(y, z)", "y=[1,1,0],z=[1,2,3]", "declared one-hot"),
        ("y: one-hot n; dot(y, z)", "y=[0,1/2,0],z=[1,2,3]", "declared one-hot"),
        ("y: one-hot 2; dot(y, z)", "[1/2,1/2],[1,2]", "declared one-hot"),
        ("S: 2,2 positive definite; logdet(S)", "[[1,2],[2,1]]", "declared positive definite"),
    ],
)
def test_a_value_that_is_not_as_declared_is_refused(text: str, at: str, message: str) -> None:
    """Positive definite, one-hot."""
    with pytest.raises(GradcliError, match=message):
        grad(text, at=at)


def test_a_row_of_many_that_is_not_as_declared_is_refused() -> None:
    """One-hot, in a table, with the row; the others are answered."""
    rows = {"y[0]": [1, 0.5], "y[1]": [0, 0.5], "z[0]": [3, 3], "z[1]": [4, 4]}
    with pytest.raises(GradcliError, match="declared one-hot"):
        grad_many("y: one-hot 2; dot(y, z)", rows, wrt="z")
    right = grad_many("y: one-hot 2; dot(y, z)", {name: column[:1] for name, column in rows.items()}, wrt="z")
    assert right["value"].tolist() == [3]


def test_values_as_declared_are_answered() -> None:
    """Fractions count as the numbers that they are."""
    assert grad("S: 2,2 positive definite; logdet(S)", at="S=[[2,1],[1,2]]").value == 1.0986122886681098
    assert grad("y: one-hot 3; dot(y, z)", at="y=[0,1,0],z=[1/2,2,3]").value == 2.0
