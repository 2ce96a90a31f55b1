"""LaTeX is read as plain text is, and nothing in it is skipped."""

from __future__ import annotations

import pytest
from text.outline import read

import gradcli
from gradcli.problems import GradcliError, Source
from gradcli.rules import RULES
from gradcli.text.parser import parse_script
from gradcli.text.tree import Call

READINGS = [
    (r"$\frac{1}{2}\|x\|^2 + \log(1+e^{-t})$", "(((1 / 2)·(norm(x) ** 2)) + log((1 + (e ** (- t)))))"),
    ("$2 x_1 x_2$", "((2·x1)·x2)"),
    (r"$\cosh(x) - \sinh x$", "(cosh(x) - sinh(x))"),
    (r"$\dfrac{a}{b}$", "(a / b)"),
    (r"$\exp\left(-\frac{(x-\mu)^2}{2\sigma^2}\right)$", "exp((- (((x - mu) ** 2) / (2·(sigma ** 2)))))"),
    (r"$\lVert A x - b \rVert_2^2$", "(norm(((A·x) - b), 2) ** 2)"),
    (r"$\left((\log x^2) \cdot \sin x\right) + x^{-1}$", "((log((x ** 2)) * sin(x)) + (x ** (- 1)))"),
    (r"$\operatorname{tr}(A X^\top B)$", "tr(((A·X.T)·B))"),
    (r"$\sin x \cos y$", "(sin(x)·cos(y))"),
    (r"$\sqrt[3]{x} + \sqrt[5]{x} + \sqrt[n]{x}^2$", "((cbrt(x) + (x ** (1 / 5))) + ((x ** (1 / n)) ** 2))"),
    (r"$\sqrt{x}\sqrt x$", "(sqrt(x)·sqrt(x))"),
    (r"$\|X-UV\|_F^2$", "(norm((X - (U·V)), 'fro') ** 2)"),
    (r"$a \div b$", "(a / b)"),
    (r"$a^\top X^{-1} b$", "((a.T·(X ** (- 1)))·b)"),
    (r"$x \, y \; z$", "((x·y)·z)"),
    (r"$\sin 2x \cdot y$", "(sin((2·x)) * y)"),
    (
        r"$\sin^2 x + \cos^{2}(x) y + \sin^2\left(x\right)^3$",
        "(((sin(x) ** 2) + ((cos(x) ** 2)·y)) + ((sin(x) ** 2) ** 3))",
    ),
    (r"$\log_2 x + \log_{10}(x)$", "(log2(x) + log10(x))"),
    ("$x^{2}y + x^2y$", "(((x ** 2)·y) + ((x ** 2)·y))"),
    (r"$\frac12 x$", "((1 / 2)·x)"),
    (r"$\frac{x}{y}^2$", "((x / y) ** 2)"),
    (r"$f(x) + x(x+1) + \phi(x)$", "((f(x) + (x·(x + 1))) + phi(x))"),
    (r"$\mathbf{x}^\top \mathbf{A} \mathbf{x}_1 + \boldsymbol{\theta}_{12}$", "(((x.T·A)·x1) + theta12)"),
    (r"$\sum x y + 1$", "(sum((x·y)) + 1)"),
    (r"$\sum (x \odot y)$", "sum((x * y))"),
    (r"$\begin{pmatrix} a & b \\ c & d \end{pmatrix}$", "[[a, b], [c, d]]"),
    (r"$\begin{pmatrix} a \\ b \\ \end{pmatrix}$", "[a, b]"),
    (r"$\left|x\right| + |y| + \lvert z \rvert$", "((abs(x) + abs(y)) + abs(z))"),
    (r"$\max(x, y)$", "max(x, y)"),
    (r"$\operatorname{softmax} x$", "softmax(x)"),
    (r"$\hat{x} + \bar y + \theta_\alpha + x_{ij} + \rho_{c0}$", "((((x_hat + y_bar) + theta_alpha) + x_ij) + rho_c0)"),
    (r"$y = u^2; u = \sin x$", "y = (u ** 2); u = sin(x)"),
    ("$y = u^2$; u = sin(x)", "y = (u ** 2); u = sin(x)"),
    ("$$x^2$$", "(x ** 2)"),
    (r"\(x^2\)", "(x ** 2)"),
    (r"\[x^2 + 1\]", "((x ** 2) + 1)"),
    (r"$X^{-T} + X^{\mathsf T} + X^T + X^{\top}$", "((((X.T ** (- 1)) + X.T) + X.T) + X.T)"),
    (r"$[x+1]^2 + \left[ x \right] [x, y]$", "(((x + 1) ** 2) + (x·[x, y]))"),
    (r"$\lfloor x \rfloor$", "floor(x)"),
    (r"$e^{-\frac{x^2}{2\sigma^2}}$", "(e ** (- ((x ** 2) / (2·(sigma ** 2)))))"),
    (r"$\alpha x \cdot y$", "((alpha·x) * y)"),
    (r"$2\pi r$", "((2·pi)·r)"),
    ("$3.5x$", "(7/2d·x)"),
    (r"$||x||_2 + \|x\|_1$", "(norm(x, 2) + norm(x, 1))"),
    (r"$\operatorname{where}(x > 0, x, -x)$", "where((x > 0), x, (- x))"),
    (r"$\tr(AB) + \Tr(A)$", "(tr((A·B)) + tr(A))"),
    (r"$\mathrm{loss} + \text{ReLU}(x)$", "(loss + relu(x))"),
    ("$x_1^2 x_{10}$", "((x1 ** 2)·x10)"),
    (r"$\sin x y$", "sin((x·y))"),
    (r"$-\sin x$", "(- sin(x))"),
    (r"$\sqrt{x} y$", "(sqrt(x)·y)"),
    (r"$x \sqrt{y}$", "(x·sqrt(y))"),
    ("$x'y$", "(x.T·y)"),
    ("$(x+1)(x-1)x$", "(((x + 1)·(x - 1))·x)"),
    (r"$\ln\left(\frac{x}{y}\right)$", "ln((x / y))"),
    ("$θ² + x₁·π$", "((theta ** 2) + (x1 * pi))"),
]


@pytest.mark.parametrize(("text", "reading"), READINGS)
def test_latex_is_read(text: str, reading: str) -> None:
    """Fractions, roots, functions with and without brackets, fonts, transposes, norms, matrices, delimiters."""
    assert read(text) == reading


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        (r"$\foo{x}+1$", 1, 5),
        ("$x -$", 3, 4),
        ("$(3-9) (5-15$", 7, 8),
        ("$x ( x + 1$", 3, 4),
        (r"$\frac{a}$", 1, 6),
        ("$x}$", 2, 3),
        (r"$\sum_{i<j} x_i$", 1, 5),
        (r"$\sin x (y+1)$", 8, 9),
        (r"$x + \frac{d}{dx} x^2$", 5, 10),
        ("$x^{a}^{b}$", 6, 7),
        ("$x^23$", 3, 5),
        (r"$\text{a b}$", 1, 6),
        ("$1/2x$", 1, 5),
        (r"$\begin{cases} x \end{cases}$", 1, 14),
        (r"$\left( x$", 6, 7),
        (r"$\sin$", 1, 5),
        (r"$\sqrt$", 1, 6),
        ("$x & y$", 3, 4),
    ],
)
def test_what_latex_cannot_say_has_its_place(text: str, start: int, end: int) -> None:
    """Unknown commands, missing arguments, unbalanced and ambiguous texts are errors; SymPy drops many of them."""
    with pytest.raises(GradcliError) as caught:
        parse_script([Source("expression", text)])
    assert caught.value.span is not None
    assert caught.value.span[1:] == (start, end)
    assert caught.value.hint


def test_the_flag_reads_texts_without_dollars() -> None:
    """With --latex a line end or a double backslash ends a statement, braces may go over lines."""
    assert read("y = u^2\nu = \\frac{x}{\n2}", latex=True) == "y = (u ** 2); u = (x / 2)"
    assert read(r"y = u^2 \\ u = \sin x", latex=True) == "y = (u ** 2); u = sin(x)"


@pytest.mark.parametrize("name", sorted({*RULES, *(alias for rule in RULES.values() for alias in rule.aliases)}))
def test_a_name_of_a_function_is_no_product_of_letters(name: str) -> None:
    """`$name(x)$`, `$name{x}$` and `$name x$` are a call, or an error: never letters side by side without a word."""
    if len(name) < 3 or not name.isalpha():
        return
    for text in (f"${name}(x)$", f"${name}{{x}}$", f"${name} x$"):
        try:
            (statement,) = gradcli.parse(text).statements
        except GradcliError:
            continue
        assert isinstance(statement.tree, Call), text
